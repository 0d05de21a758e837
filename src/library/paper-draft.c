/*
 * paper-draft.c - papers while they are written. What is kept of them is in the
 * catalog alone, and asked for with the URN of one of their authors: there is no
 * way to one for anybody else, the archive's owner included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "library/paper.h"
#include "library/topic.h"

#define TEXTS_KEPT 50u        /* of a draft */
#define AUTOSAVE_SECONDS 600  /* in which only the last one is kept */
#define FILE_MAX (64u << 20)
#define AUTHORS_MAX 20u

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

int
xj_paper_missing(uint64_t id, struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOTFOUND, xj_paper_kind.none,
			    (unsigned long long)id);
}

/* ----------------------------------------------------------- one at hand */

void
xj_drafting_end(struct xj_drafting *d)
{
	if (d->open)
		xj_catalog_rollback(d->archive->catalog);
	json_decref(d->root);
	xj_arena_free(d->arena);
}

static int
begin(struct xj_drafting *d, struct xj_archive *a, bool writing,
      struct xj_error *err)
{
	int r;

	*d = (struct xj_drafting){ .archive = a, .err = err,
		.reader = xj_archive_reader(a) };
	if (d->reader && !d->reader->member)
		d->reader = NULL; /* a guest */
	if (xj_arena_new(&d->arena) < 0)
		return no_memory(err);
	if (!writing)
		return XJ_OK;
	if (!d->reader)
		return xj_error_set(err, XJ_EPERM, "a paper is a member's: say "
				    "who writes it, with --as");
	r = xj_archive_writable(a, err);
	if (r == XJ_OK)
		r = xj_catalog_begin(a->catalog, err);
	d->open = r == XJ_OK;
	return r;
}

static int
keep_row(void *ctx, const struct xj_draft_row *row)
{
	struct xj_drafting *d = ctx;

	d->row = *row;
	d->row.author = xj_arena_strdup(d->arena, row->author);
	d->row.state = xj_arena_strdup(d->arena, row->state);
	d->row.text = xj_arena_strdup(d->arena, row->text);
	return d->row.author && d->row.state && d->row.text ? XJ_END :
							      XJ_ENOMEM;
}

/* XJ_END: there is none. */
static int
read_row(struct xj_drafting *d, uint64_t id)
{
	struct xj_entity_row entity;
	int r;

	if (!d->reader || !id)
		return XJ_END;
	r = xj_catalog_drafts(d->archive->catalog, d->reader->urn, id,
			      keep_row, d, d->err);
	if (r < 0 || !d->row.paper)
		return r < 0 ? r : XJ_END;
	d->root = json_loads(d->row.state, 0, NULL);
	if (!d->root)
		return xj_error_set(d->err, XJ_ECORRUPT, "draft %llu is "
				    "damaged", (unsigned long long)id);
	r = xj_catalog_get_entity(d->archive->catalog, id, d->arena, &entity,
				  d->err);
	if (r == XJ_OK)
		snprintf(d->urn, sizeof(d->urn), "%s", entity.urn);
	return r;
}

/* Whether it is a paper that he sees. */
static bool
is_handed_in(struct xj_drafting *d, uint64_t id)
{
	const char *ref = xj_arena_printf(d->arena, "%llu",
					  (unsigned long long)id);

	return ref && xj_study_find(d->archive, "paper", ref, &id, NULL) ==
		      XJ_OK;
}

int
xj_drafting_load(struct xj_drafting *d, struct xj_archive *a, uint64_t id,
		 struct xj_error *err)
{
	int r = begin(d, a, false, err);

	if (r == XJ_OK)
		r = read_row(d, id);
	if (r == XJ_END && is_handed_in(d, id))
		return xj_error_set(err, XJ_EINVAL, "paper %llu is no draft; "
				    "one that was returned becomes a draft "
				    "when its author changes it: `xueji paper "
				    "write %llu`", (unsigned long long)id,
				    (unsigned long long)id);
	return r == XJ_END ? xj_paper_missing(id, err) : r;
}

int
xj_drafting_own(const struct xj_drafting *d)
{
	if (strcmp(d->row.author, d->reader->urn) == 0)
		return XJ_OK;
	return xj_error_set(d->err, XJ_EPERM, "only the first of its authors "
			    "changes a paper and hands it in");
}

/* ------------------------------------------------ one that was handed in */

int
xj_paper_document_text(struct xj_archive *a, const char *urn,
		       struct xj_buf *out, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_closep) int fd = -1;
	struct xj_doc doc;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_catalog_get_urn(a->catalog, urn, arena, &doc, err);

	if (r == XJ_OK)
		r = xj_original_open(a, &doc, NULL, &fd, err);
	if (r == XJ_OK && doc.size > XJ_PAPER_TEXT_MAX)
		return xj_error_set(err, XJ_ELIMIT, "its text is too long");
	if (r == XJ_OK)
		r = xj_buf_reserve(out, doc.size + 1);
	if (r < 0)
		return r;
	if (xj_pread_all(fd, out->data, doc.size, 0) != (ssize_t)doc.size)
		return xj_error_errno(err, "the text of a paper");
	out->len = doc.size;
	out->data[out->len] = '\0';
	return XJ_OK;
}

/* What a draft has of the fields of paper.json. */
static json_t *
draft_fields(const json_t *paper)
{
	static const char *const fields[] = { "title", "unit", "owner",
		"authors", "day", "based_on", "seminar", "topic" };
	json_t *root = json_object();

	for (size_t i = 0; root && i < XJ_COUNT(fields); i++) {
		json_t *value = json_object_get(paper, fields[i]);

		if (value)
			json_object_set(root, fields[i], value);
	}
	return root;
}

static int
reopen(struct xj_drafting *d, uint64_t id, const json_t *paper)
{
	const char *state = xj_entity_text(paper, "state");
	const char *owner = xj_entity_text(paper, "owner");
	const char *urn = xj_entity_text(paper, "document");
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r;

	if (!owner || strcmp(owner, d->reader->urn) != 0)
		return xj_error_set(d->err, XJ_EPERM, "only the first of its "
				    "authors changes a paper and hands it in");
	if (!state || (strcmp(state, "returned") != 0 &&
		       strcmp(state, "withdrawn") != 0))
		return xj_error_set(d->err, XJ_EINVAL, "paper %llu was handed "
				    "in: it is changed when it was returned, "
				    "or withdrawn", (unsigned long long)id);
	r = urn ? xj_paper_document_text(d->archive, urn, &text, d->err) :
		  XJ_OK;
	if (r < 0)
		return r;
	d->root = draft_fields(paper);
	d->row = (struct xj_draft_row){ .paper = id, .author = owner,
		.text = xj_arena_strdup(d->arena, xj_buf_str(&text)) };
	d->row.author = xj_arena_strdup(d->arena, owner);
	return d->root && d->row.text && d->row.author ? XJ_OK :
							 no_memory(d->err);
}

/* Where the numbers of saved texts go on. */
static int
note_version(void *ctx, const struct xj_draft_text *text)
{
	unsigned *version = ctx;

	*version = text->version;
	return XJ_OK;
}

/* To be changed: the draft, or one anew of what was handed in. */
static int
open_one(struct xj_drafting *d, struct xj_archive *a, uint64_t id,
	 const struct xj_change_options *options, struct xj_error *err)
{
	struct xj_entity_row row;
	json_t *paper = NULL;
	int r = begin(d, a, true, err);

	if (r == XJ_OK)
		r = read_row(d, id);
	if (r == XJ_OK)
		r = xj_drafting_own(d);
	if (r == XJ_END) {
		r = xj_study_read(a, &xj_paper_kind, id, false, d->arena, &row,
				  &paper, err);
		if (r == XJ_OK)
			r = reopen(d, id, paper);
		if (r == XJ_OK)
			r = xj_catalog_draft_texts(a->catalog, id, note_version,
						   &d->row.version, err);
		json_decref(paper);
	}
	if (r == XJ_OK && options && options->if_version &&
	    options->if_version != d->row.version)
		return xj_error_set(err, XJ_EBUSY, "the draft is at version %u "
				    "by now, not %u: look at it again before "
				    "you change it", d->row.version,
				    options->if_version);
	return r;
}

/* ------------------------------------------------------------------ values */

static int
set_year(struct xj_drafting *d, const char *year)
{
	int r = xj_paper_year_check(d->archive, year, d->err);

	return r < 0 ? r : xj_entity_set(d->root, "day", year, d->err);
}

static int
set_tidy(struct xj_drafting *d, const char *field, const char *value)
{
	char tidy[XJ_NAME_MAX];
	int r = xj_name_tidy(value, tidy, d->err);

	if (r == XJ_OK && strlen(tidy) > 300)
		return xj_error_set(d->err, XJ_EINVAL, "%s: is too long", tidy);
	return r < 0 ? r : xj_entity_set(d->root, field, tidy, d->err);
}

static int
set_unit(struct xj_drafting *d, const char *ref)
{
	const struct xj_scope_given given = { .unit = ref };
	struct xj_rights rights;
	const char *unit;
	int r = xj_rights_of_new(d->archive, d->arena, &given, &rights, &unit,
				 d->err);

	if (r == XJ_OK && !*unit)
		return xj_error_set(d->err, XJ_EINVAL, "you belong to no unit: "
				    "say for which one you write, with --unit");
	return r < 0 ? r : xj_entity_set(d->root, "unit", unit, d->err);
}

static int
add_author(struct xj_drafting *d, json_t *list, const char *ref)
{
	const char *urn;
	uint64_t member;
	int r = xj_member_find(d->archive, ref, &member, d->err);

	if (r == XJ_OK)
		r = xj_member_urn(d->archive, member, d->arena, &urn, d->err);
	for (size_t i = 0; i < json_array_size(list) && r == XJ_OK; i++)
		if (strcmp(json_string_value(json_array_get(list, i)), urn)
		    == 0)
			return XJ_OK;
	if (r == XJ_OK && json_array_size(list) == AUTHORS_MAX)
		return xj_error_set(d->err, XJ_ELIMIT, "a paper has at most %u "
				    "authors", AUTHORS_MAX);
	return r < 0 || json_array_append_new(list, json_string(urn)) == 0 ?
	       r : no_memory(d->err);
}

/* He whose it is, is the first. */
static int
set_authors(struct xj_drafting *d, const char *const *with)
{
	json_t *list = json_array();
	int r = json_array_append_new(list, json_string(d->reader->urn)) < 0 ?
		no_memory(d->err) : XJ_OK;

	for (; r == XJ_OK && *with; with++)
		r = add_author(d, list, *with);
	if (r == XJ_OK && json_object_set(d->root, "authors", list) < 0)
		r = no_memory(d->err);
	json_decref(list);
	return r;
}

static int
add_basis(struct xj_drafting *d, json_t *list, const char *ref)
{
	struct xj_document *doc;
	int r = xj_document_open(d->archive, ref, &doc, d->err);

	if (r < 0)
		return r;
	if (json_array_append_new(list, json_string(
			xj_document_info(doc)->urn)) < 0)
		r = no_memory(d->err);
	xj_document_free(doc);
	return r;
}

static int
set_basis(struct xj_drafting *d, const char *const *refs)
{
	json_t *list = json_array();
	int r = list ? XJ_OK : no_memory(d->err);

	for (; r == XJ_OK && *refs; refs++)
		r = add_basis(d, list, *refs);
	if (r == XJ_OK && json_object_set(d->root, "based_on", list) < 0)
		r = no_memory(d->err);
	json_decref(list);
	return r;
}

/* One whose call for papers is open, see paper.c when it is handed in. */
static int
set_seminar(struct xj_drafting *d, const char *ref)
{
	const struct xj_entity_kind *kind = xj_entity_kind_named("seminar");
	struct xj_entity_row row;
	json_t *root = NULL;
	uint64_t id = 0;
	int r;

	if (!*ref)
		return xj_entity_set(d->root, "seminar", NULL, d->err);
	if (!kind)
		return xj_error_set(d->err, XJ_ENOTFOUND, "there is no seminar "
				    "%s", ref);
	r = xj_study_find(d->archive, "seminar", ref, &id, d->err);
	if (r == XJ_OK)
		r = xj_study_read(d->archive, kind, id, false, d->arena, &row,
				  &root, d->err);
	json_decref(root);
	return r < 0 ? r : xj_entity_set(d->root, "seminar", row.urn, d->err);
}

static int
set_topic(struct xj_drafting *d, const char *ref)
{
	int r = XJ_OK;

	if (*ref)
		r = xj_topic_check(d->archive, d->arena, false, &ref, d->err);
	return r < 0 ? r : xj_entity_set(d->root, "topic", ref, d->err);
}

static int
set_all(struct xj_drafting *d, const struct xj_paper_given *g)
{
	int r = XJ_OK;

	if (g->title)
		r = set_tidy(d, "title", g->title);
	if (r == XJ_OK && g->year)
		r = set_year(d, g->year);
	if (r == XJ_OK && g->unit)
		r = set_unit(d, g->unit);
	if (r == XJ_OK && g->with)
		r = set_authors(d, g->with);
	if (r == XJ_OK && g->based_on)
		r = set_basis(d, g->based_on);
	if (r == XJ_OK && g->seminar)
		r = set_seminar(d, g->seminar);
	if (r == XJ_OK && g->topic)
		r = set_topic(d, g->topic);
	if (r == XJ_OK && !xj_entity_text(d->root, "title"))
		return xj_error_set(d->err, XJ_EINVAL, "it needs a title");
	return r;
}

/* ------------------------------------------------------------------ saving */

/* The text as it is kept; `dropped` of it is said. */
static int
set_text(struct xj_drafting *d, const char *text, size_t len,
	 struct xj_paper_saved *saved)
{
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf dropped = XJ_BUF_INIT;
	size_t n;
	int r;

	if (!xj_utf8_valid(text, len) || memchr(text, 0, len))
		return xj_error_set(d->err, XJ_EINVAL, "the text is not UTF-8");
	r = xj_markup_reduce(text, len, &out, &dropped, d->err);
	if (r == XJ_OK && out.len > XJ_PAPER_TEXT_MAX)
		return xj_error_set(d->err, XJ_ELIMIT, "a paper has at most %u "
				    "bytes of text", XJ_PAPER_TEXT_MAX);
	if (r < 0)
		return r;
	n = xj_utf8_cut(xj_buf_str(&dropped), dropped.len,
			sizeof(saved->dropped) - 1);
	memcpy(saved->dropped, xj_buf_str(&dropped), n);
	saved->dropped[n] = '\0';
	d->row.text = xj_arena_strdup(d->arena, xj_buf_str(&out));
	return d->row.text ? XJ_OK : no_memory(d->err);
}

struct last {
	unsigned version;
	int64_t at;
};

static int
note_last(void *ctx, const struct xj_draft_text *text)
{
	struct last *last = ctx;

	last->version = text->version;
	last->at = text->at;
	return XJ_OK;
}

static int
keep_text(struct xj_drafting *d, bool autosave)
{
	struct xj_catalog *catalog = d->archive->catalog;
	struct last last = { 0 };
	int r = xj_catalog_draft_texts(catalog, d->row.paper, note_last, &last,
				       d->err);

	if (r < 0)
		return r;
	if (!autosave || d->row.updated - last.at > AUTOSAVE_SECONDS)
		last.version = 0;
	return xj_catalog_put_draft_text(catalog, d->row.paper,
		&(struct xj_draft_text){ .version = d->row.version,
			.at = d->row.updated, .text = d->row.text },
		last.version, TEXTS_KEPT, d->err);
}

static int
save(struct xj_drafting *d, bool text, bool autosave,
     const struct xj_change_options *options, struct xj_paper_saved *saved)
{
	struct xj_catalog *catalog = d->archive->catalog;
	xj_auto(xj_buf_release) struct xj_buf state = XJ_BUF_INIT;
	int r = xj_json_text(&state, d->root, 0, d->err);

	if (r == XJ_OK)
		r = xj_buf_check(&state, d->err);
	if (r < 0)
		return r;
	d->row.state = state.data;
	d->row.version++;
	d->row.updated = xj_now();
	r = xj_catalog_put_draft(catalog, &d->row, d->urn, d->err);
	if (r == XJ_OK && text)
		r = keep_text(d, autosave);
	if (r == XJ_OK && !(options && options->dry_run)) {
		r = xj_catalog_commit(catalog, d->err);
		d->open = r < 0;
	}
	saved->id = d->row.paper;
	saved->version = d->row.version;
	saved->changed = true;
	return r;
}

/* --------------------------------------------------------------- for faces */

int
xj_paper_new(struct xj_archive *a, const struct xj_paper_given *given,
	     const char *text, size_t len,
	     const struct xj_change_options *options,
	     struct xj_paper_saved *saved, struct xj_error *err)
{
	static const char *const nobody[] = { NULL };
	struct xj_paper_given g = *given;
	char today[XJ_DAY_MAX];
	xj_auto(xj_drafting_end) struct xj_drafting d;
	int r = begin(&d, a, true, err);

	*saved = (struct xj_paper_saved){ 0 };
	if (r < 0)
		return r;
	xj_today(today);
	today[4] = '\0';
	if (!g.year)
		g.year = today;
	if (!g.with)
		g.with = nobody;
	if (!g.title)
		g.title = "";
	d.root = json_object();
	d.row.author = d.reader->urn;
	d.row.text = "";
	xj_urn_new(d.urn);
	r = xj_entity_set(d.root, "owner", d.reader->urn, err);
	if (r == XJ_OK && !g.unit)
		r = set_unit(&d, NULL);
	if (r == XJ_OK)
		r = set_all(&d, &g);
	if (r == XJ_OK && len)
		r = set_text(&d, text, len, saved);
	return r < 0 ? r : save(&d, len > 0, false, options, saved);
}

int
xj_paper_edit(struct xj_archive *a, uint64_t id,
	      const struct xj_paper_given *given,
	      const struct xj_change_options *options,
	      struct xj_paper_saved *saved, struct xj_error *err)
{
	xj_auto(xj_drafting_end) struct xj_drafting d;
	int r = open_one(&d, a, id, options, err);
	json_t *before;
	bool same;

	*saved = (struct xj_paper_saved){ .id = id };
	if (r < 0)
		return r;
	before = json_deep_copy(d.root);
	r = set_all(&d, given);
	same = d.row.state && json_equal(before, d.root);
	json_decref(before);
	saved->version = d.row.version;
	return r < 0 || same ? r : save(&d, false, false, options, saved);
}

int
xj_paper_write(struct xj_archive *a, uint64_t id, const char *text, size_t len,
	       bool autosave, const struct xj_change_options *options,
	       struct xj_paper_saved *saved, struct xj_error *err)
{
	xj_auto(xj_drafting_end) struct xj_drafting d;
	const char *before;
	int r = open_one(&d, a, id, options, err);

	*saved = (struct xj_paper_saved){ 0 };
	before = d.row.text;
	if (r == XJ_OK)
		r = set_text(&d, text, len, saved);
	if (r < 0)
		return r;
	if (d.row.version && strcmp(before, d.row.text) == 0) {
		saved->id = id;
		saved->version = d.row.version;
		return XJ_OK;
	}
	return save(&d, true, autosave, options, saved);
}

int
xj_paper_remove(struct xj_archive *a, uint64_t id,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	struct xj_study_changed own;
	xj_auto(xj_drafting_end) struct xj_drafting d;
	int r = begin(&d, a, true, err);

	changed = changed ? changed : &own;
	*changed = (struct xj_study_changed){ .id = id, .changed = true };
	if (r == XJ_OK)
		r = read_row(&d, id);
	if (r == XJ_END)
		r = !is_handed_in(&d, id) ? xj_paper_missing(id, err) :
		    xj_error_set(err, XJ_EINVAL, "paper %llu was handed in: "
				 "`xueji paper withdraw` takes it back",
				 (unsigned long long)id);
	if (r == XJ_OK)
		r = xj_drafting_own(&d);
	if (r == XJ_OK)
		r = xj_catalog_drop_draft(a->catalog, id, true, err);
	if (r == XJ_OK && !(options && options->dry_run)) {
		r = xj_catalog_commit(a->catalog, err);
		d.open = r < 0;
	}
	return r;
}

int
xj_paper_find(struct xj_archive *a, const char *ref, uint64_t *id,
	      struct xj_error *err)
{
	xj_auto(xj_drafting_end) struct xj_drafting d;
	int r = begin(&d, a, false, err);

	if (r == XJ_OK)
		r = read_row(&d, strtoull(ref, NULL, 10));
	*id = d.row.paper;
	return r != XJ_END ? r : xj_study_find(a, "paper", ref, id, err);
}

int
xj_paper_text(struct xj_archive *a, uint64_t id, char **text,
	      struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;
	xj_auto(xj_drafting_end) struct xj_drafting d;
	struct xj_entity_row row;
	json_t *paper = NULL;
	int r = begin(&d, a, false, err);

	if (r == XJ_OK)
		r = read_row(&d, id);
	if (r == XJ_OK)
		xj_buf_adds(&out, d.row.text);
	if (r == XJ_END) {
		r = xj_study_read(a, &xj_paper_kind, id, false, d.arena, &row,
				  &paper, err);
		if (r == XJ_OK)
			r = xj_paper_document_text(a, xj_entity_text(paper,
						   "document"), &out, err);
		json_decref(paper);
	}
	if (r == XJ_OK)
		r = xj_buf_check(&out, err);
	if (r == XJ_OK && !(*text = xj_buf_take(&out)))
		return no_memory(err);
	return r;
}

struct telling {
	int (*fn)(void *ctx, unsigned version, int64_t at, const char *text);
	void *ctx;
};

static int
tell_text(void *ctx, const struct xj_draft_text *text)
{
	struct telling *t = ctx;

	return t->fn(t->ctx, text->version, text->at, text->text);
}

/* Of a paper that was handed in, its first author still has them. */
int
xj_paper_saves(struct xj_archive *a, uint64_t id,
	       int (*fn)(void *ctx, unsigned version, int64_t at,
			 const char *text),
	       void *ctx, struct xj_error *err)
{
	struct telling t = { fn, ctx };
	xj_auto(xj_drafting_end) struct xj_drafting d;
	struct xj_entity_row row;
	json_t *paper = NULL;
	const char *owner;
	int r = begin(&d, a, false, err);

	if (r == XJ_OK)
		r = read_row(&d, id);
	if (r == XJ_END) {
		r = xj_study_read(a, &xj_paper_kind, id, false, d.arena, &row,
				  &paper, err);
		owner = xj_entity_text(paper, "owner");
		if (r == XJ_OK && (!d.reader || !owner ||
				   strcmp(owner, d.reader->urn) != 0))
			r = XJ_END;
		json_decref(paper);
	}
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	return xj_catalog_draft_texts(a->catalog, id, tell_text, &t, err);
}

/* ------------------------------------------------------- the text of a file */

static int
read_all(int fd, struct xj_buf *bytes, struct xj_error *err)
{
	char part[65536];
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0) {
		xj_buf_add(bytes, part, (size_t)n);
		if (bytes->len > FILE_MAX)
			return xj_error_set(err, XJ_ELIMIT, "the file is too "
					    "large for a paper");
	}
	return n < 0 ? xj_error_errno(err, "reading the file") :
		       xj_buf_check(bytes, err);
}

/* What only an importer reads. */
static bool
is_text(const struct xj_buf *bytes)
{
	const char *p = xj_buf_str(bytes);

	return !memchr(p, 0, bytes->len) && strncmp(p, "%PDF", 4) != 0 &&
	       strncmp(p, "{\\rtf", 5) != 0;
}

static int
take_block(void *ctx, const struct xj_block *block)
{
	struct xj_buf *out = ctx;

	if (out->len > XJ_PAPER_TEXT_MAX || !block->len)
		return XJ_OK;
	if (out->len)
		xj_buf_adds(out, "\n\n");
	for (unsigned i = 0; block->role == XJ_HEADING && i <= block->level &&
	     i < 6; i++)
		xj_buf_adds(out, i == block->level || i == 5 ? "# " : "#");
	xj_buf_add(out, block->text, block->len);
	return xj_buf_check(out, NULL);
}

static int
import_text(struct xj_archive *a, const struct xj_buf *bytes, const char *name,
	    struct xj_buf *text, struct xj_error *err)
{
	const struct xj_sink sink = { .text = take_block };
	struct xj_import_result res = { 0 };
	struct xj_importers *importers;
	xj_auto(xj_closep) int fd = memfd_create("paper", MFD_CLOEXEC);
	int r;

	if (fd < 0)
		return xj_error_errno(err, "memory for the file");
	r = xj_write_all(fd, bytes->data, bytes->len, err);
	if (r == XJ_OK)
		r = xj_archive_importers(a, &importers, err);
	if (r == XJ_OK)
		r = xj_import_run(importers, &(struct xj_import_source){
			.fd = fd, .size = bytes->len, .name = name }, &sink,
			text, &res, err);
	return r;
}

int
xj_paper_text_of(struct xj_archive *a, int fd, const char *name, char **out,
		 struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char found[64];
	int r = read_all(fd, &bytes, err);

	if (r < 0)
		return r;
	if (is_text(&bytes))
		r = xj_text_decode(xj_buf_str(&bytes), bytes.len, NULL, &text,
				   found, err);
	else
		r = import_text(a, &bytes, xj_path_base(name), &text, err);
	if (r == XJ_OK)
		r = xj_buf_check(&text, err);
	if (r == XJ_OK && xj_text_length(xj_buf_str(&text), text.len) == 0)
		return xj_error_set(err, XJ_EINVAL, "%s: there is no text in "
				    "it, as in a scan: a paper is handed in as "
				    "text", name);
	if (r == XJ_OK && !(*out = xj_buf_take(&text)))
		return no_memory(err);
	return r;
}
