/* lecture-notes.c - what is left of a lecture: notes and a recording, documents of
 * the archive. */
#include <stdlib.h>
#include <string.h>

#include "library/lecture.h"
#include "library/topic.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ----------------------------------------------------- documents that are there */

static int
find(struct xj_archive *a, const char *ref, struct xj_arena *arena,
     const char **urn, struct xj_error *err)
{
	struct xj_document *d;
	bool live;
	int r = xj_document_open(a, ref, &d, err);

	if (r < 0)
		return r;
	live = xj_document_info(d)->state == XJ_LIVE;
	*urn = xj_arena_strdup(arena, xj_document_info(d)->urn);
	xj_document_free(d);
	if (!live)
		return xj_error_set(err, XJ_ENOTFOUND, "document %s was "
				    "removed", ref);
	return *urn ? XJ_OK : no_memory(err);
}

static int
put_note(struct xj_study_change *s, const char *urn)
{
	json_t *list = xj_lecture_list(s->e.root, "notes");
	json_t *one;

	if (list && xj_lecture_place(list, "document", urn) != SIZE_MAX)
		return XJ_OK;
	one = json_object();
	if (!list || xj_entity_set(one, "document", urn, s->err) < 0 ||
	    json_array_append_new(list, one) < 0)
		return no_memory(s->err);
	return XJ_OK;
}

static int
drop_note(struct xj_study_change *s, const char *ref, const char *urn)
{
	json_t *list = json_object_get(s->e.root, "notes");
	size_t place = xj_lecture_place(list, "document", urn);

	if (place == SIZE_MAX)
		return xj_error_set(s->err, XJ_ENOTFOUND, "document %s is not "
				    "among the notes of the lecture", ref);
	json_array_remove(list, place);
	return XJ_OK;
}

int
xj_lecture_notes(struct xj_archive *a, uint64_t id,
		 const char *const *documents, bool away,
		 const struct xj_change_options *options,
		 struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *urn = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_lecture_load(&s, a, id, true, options, changed, err);

	for (; r == XJ_OK && *documents; documents++) {
		r = find(a, *documents, arena, &urn, err);
		if (r == XJ_OK)
			r = away ? drop_note(&s, *documents, urn)
				 : put_note(&s, urn);
	}
	/* The history is for all who see the lecture: it names none. */
	return r < 0 ? r : xj_study_save(&s, "notes", "");
}

int
xj_lecture_recording(struct xj_archive *a, uint64_t id, const char *document,
		     const struct xj_change_options *options,
		     struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *urn = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_lecture_load(&s, a, id, true, options, changed, err);

	if (r == XJ_OK && document)
		r = find(a, document, arena, &urn, err);
	if (r == XJ_OK)
		r = xj_entity_set(s.e.root, "recording", urn, err);
	return r < 0 ? r : xj_study_save(&s, "recording", "");
}

/* -------------------------------------------------------- files of a speaker */

struct filing {
	struct xj_archive *archive;
	struct xj_arena *arena;
	const struct xj_lecture_files *given;
	const json_t *root;
	const char *owner, *unit; /* login; code */
	struct xj_given said[33]; /* of the files; ends with NULL */
	size_t said_count;
	struct xj_buf ids;
	struct xj_error *err;
};

static void
filing_end(struct filing *f)
{
	xj_buf_release(&f->ids);
	xj_arena_free(f->arena);
}

/* The unit that a member belongs to first on its axis. */
struct primary {
	const struct xj_unit_tree *tree;
	const char *code;
};

static int
note_primary(void *ctx, const struct xj_span_row *row)
{
	struct primary *p = ctx;
	const struct xj_unit_row *unit = xj_unit_tree_unit(p->tree, row->unit);

	if (unit && unit->placed && row->primary &&
	    strcmp(unit->axis, "work") == 0 &&
	    strcmp(row->from, p->tree->day) <= 0 &&
	    (!row->until || strcmp(row->until, p->tree->day) >= 0))
		p->code = unit->code;
	return XJ_OK;
}

/* What a speaker leaves belongs to his unit, if who files it may add there; else
 * to who organised the lecture. */
static int
choose_unit(struct filing *f, uint64_t member)
{
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	struct primary p = { .tree = &tree };
	char today[XJ_DAY_MAX];
	int r;

	xj_today(today);
	r = xj_unit_tree_load(f->archive, today, &tree, f->err);
	if (r == XJ_OK && member)
		r = xj_catalog_memberships(f->archive->catalog, member,
					   note_primary, &p, f->err);
	if (r < 0)
		return r;
	f->unit = xj_entity_text(f->root, "unit");
	if (p.code && xj_may_add_to(f->archive, xj_unit_tree_code(&tree,
					p.code)->id, NULL) == XJ_OK)
		f->unit = p.code;
	if (f->unit && !(f->unit = xj_arena_strdup(f->arena, f->unit)))
		return no_memory(f->err);
	return XJ_OK;
}

static void
say(struct filing *f, const char *element, const char *value)
{
	if (f->said_count + 1 < XJ_COUNT(f->said))
		f->said[f->said_count++] = (struct xj_given){ element, value };
}

/* What the lecture is about its notes are about; not what was closed since. */
static int
take_topics(struct filing *f)
{
	const struct xj_topics *t;
	char today[XJ_DAY_MAX];
	const json_t *code;
	size_t i;
	int r = xj_topics_get(f->archive, &t, f->err);

	xj_today(today);
	json_array_foreach(json_object_get(f->root, "topics"), i, code) {
		const struct xj_topic_row *row = r < 0 ? NULL :
			xj_topics_real(t, xj_topics_code(t,
						json_string_value(code)));

		if (row && (!row->until || strcmp(row->until, today) >= 0))
			say(f, "topic", json_string_value(code));
	}
	return r;
}

/* Who spoke: as creators, the first member among them as the owner. */
static int
take_speakers(struct filing *f)
{
	const json_t *one;
	uint64_t member = 0;
	size_t i;
	int r = XJ_OK;

	json_array_foreach(json_object_get(f->root, "speakers"), i, one) {
		const char *urn = xj_entity_text(one, "member");
		const char *name = xj_entity_text(one, "name"), *login;

		if (urn)
			r = xj_member_names(f->archive, urn, f->arena, &login,
					    &name, f->err);
		if (r < 0)
			return r;
		if (urn && !f->owner && *login)
			f->owner = login;
		if (name && *name)
			say(f, "creator", name);
	}
	if (f->owner)
		r = xj_member_find(f->archive, f->owner, &member, f->err);
	return r < 0 ? r : choose_unit(f, member);
}

static int
note_outcome(void *ctx, const struct xj_outcome *o)
{
	struct filing *f = ctx;

	if (o->id && o->path && !o->path[1])
		xj_buf_add(&f->ids, &o->id, sizeof(o->id));
	return f->given->outcome ? f->given->outcome(f->given->ctx, o) : XJ_OK;
}

static int
add_files(struct filing *f)
{
	struct xj_add_result result;
	const char *only[2] = { NULL, NULL };
	int r = XJ_OK;

	for (const char *const *p = f->given->paths; r == XJ_OK && *p; p++) {
		only[0] = *p;
		r = xj_add(f->archive, only, &(struct xj_add_options){
			.kind = f->given->recording ? "recording" :
						      "lecture-note",
			.given = f->said, .outcome = note_outcome,
			.ctx = f, .watch = f->given->watch,
			.rights = { .owner = f->owner, .unit = f->unit,
				    .scope = f->given->scope },
		}, &result, f->err);
	}
	return r < 0 ? r : xj_buf_check(&f->ids, f->err);
}

/* Whose it is, and who shares it, see it anyway. */
static bool
is_own(const struct filing *f, const char *login)
{
	const struct xj_reader *reader = xj_archive_reader(f->archive);

	return (f->owner && strcmp(login, f->owner) == 0) ||
	       (reader && strcmp(login, reader->login) == 0);
}

/* With each that is invited; as shares are made otherwise. */
static int
share(struct filing *f, uint64_t id)
{
	const json_t *one;
	size_t i;
	int r = XJ_OK;

	json_array_foreach(json_object_get(f->root, "invited"), i, one) {
		const char *to = xj_entity_text(one, "to"), *name;
		const char *who = xj_entity_text(one, "who");

		if (strcmp(to, "all") == 0)
			who = "all";
		else if (strcmp(to, "below") == 0)
			who = xj_arena_printf(f->arena, "%s/below", who);
		else if (strcmp(to, "member") == 0)
			r = xj_member_names(f->archive, who, f->arena, &who,
					    &name, f->err);
		if (r == XJ_OK && is_own(f, who))
			continue;
		if (r == XJ_OK)
			r = xj_share(f->archive, id, &(struct xj_share_given){
				.to = who, .until = f->given->until,
				.right = f->given->right,
				.reason = xj_entity_text(f->root, "title"),
			}, NULL, f->err);
		if (r < 0)
			return r;
	}
	return r;
}

/* What would refuse the share of each is found before anything is added. */
static int
check_until(struct filing *f)
{
	char until[XJ_DAY_MAX], today[XJ_DAY_MAX];

	xj_today(today);
	if (!f->given->until || !f->given->share)
		return XJ_OK;
	if (xj_day_parse(f->given->until, until) < 0)
		return xj_error_set(f->err, XJ_EINVAL, "%s: not a day, as "
				    "2011-12-31 is one", f->given->until);
	if (strcmp(until, today) < 0)
		return xj_error_set(f->err, XJ_EINVAL, "%s is past: nobody "
				    "would see it", until);
	return XJ_OK;
}

static int
link_all(struct filing *f, uint64_t id,
	 const struct xj_change_options *options,
	 struct xj_study_changed *changed)
{
	const uint64_t *ids = (void *)xj_buf_str(&f->ids);
	size_t n = f->ids.len / sizeof(*ids);
	const char **refs = xj_arena_alloc(f->arena, (n + 1) * sizeof(*refs));

	if (!refs)
		return no_memory(f->err);
	for (size_t i = 0; i < n; i++)
		if (!(refs[i] = xj_arena_printf(f->arena, "%llu",
					(unsigned long long)ids[i])))
			return no_memory(f->err);
	refs[n] = NULL;
	if (n == 0)
		return xj_error_set(f->err, XJ_EINVAL, "nothing was taken "
				    "in");
	return f->given->recording ?
	       xj_lecture_recording(f->archive, id, refs[n - 1], options,
				    changed, f->err) :
	       xj_lecture_notes(f->archive, id, refs, false, options, changed,
				f->err);
}

int
xj_lecture_file(struct xj_archive *a, uint64_t id,
		const struct xj_lecture_files *given,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(filing_end) struct filing f = { .archive = a, .given = given,
						.err = err };
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&f.arena) < 0 ? no_memory(err) : XJ_OK;

	/* Whether it may be changed is seen before anything is added. */
	if (r == XJ_OK) {
		xj_auto(xj_study_end) struct xj_study_change s = { 0 };

		r = xj_lecture_load(&s, a, id, true, options, changed, err);
	}
	if (r == XJ_OK)
		r = xj_lecture_read(a, id, f.arena, &row, &root, err);
	f.root = root;
	if (r == XJ_OK)
		r = check_until(&f);
	if (r == XJ_OK)
		r = take_speakers(&f);
	if (r == XJ_OK)
		r = take_topics(&f);
	if (r == XJ_OK)
		r = add_files(&f);
	if (r == XJ_OK)
		r = link_all(&f, id, options, changed);
	for (size_t i = 0; r == XJ_OK && given->share &&
	     i < f.ids.len / sizeof(uint64_t); i++)
		r = share(&f, ((const uint64_t *)(void *)f.ids.data)[i]);
	json_decref(root);
	return r;
}

int
xj_lecture_share(struct xj_archive *a, uint64_t id,
		 const char *const *documents, const char *until,
		 const char *right, struct xj_error *err)
{
	const struct xj_lecture_files given = { .share = true, .until = until,
						.right = right };
	xj_auto(filing_end) struct filing f = { .archive = a,
		.given = &given, .err = err };
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&f.arena) < 0 ? no_memory(err) :
		xj_lecture_read(a, id, f.arena, &row, &root, err);

	f.root = root;
	for (; r == XJ_OK && *documents; documents++) {
		struct xj_document *d;

		r = xj_document_open(a, *documents, &d, err);
		if (r < 0)
			break;
		r = share(&f, xj_document_info(d)->id);
		xj_document_free(d);
	}
	json_decref(root);
	return r;
}
