/* request.c - members ask to see a document, and are answered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/study.h"

#define GRANTED_DAYS 30
#define PURPOSE_MAX 2000u /* bytes */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* --------------------------------------------------------- published titles */

/* Whether a unit is among those of the setting, parted by spaces. */
static bool
is_named(const char *list, const char *unit)
{
	size_t n = strlen(unit), len;

	for (const char *p = list; n && *p; p += len) {
		p += strspn(p, " ");
		len = strcspn(p, " ");
		if (len == n && memcmp(p, unit, n) == 0)
			return true;
	}
	return false;
}

/* Whether members may know its title who do not see it. */
static int
is_published(struct xj_archive *a, struct xj_arena *arena,
	     const struct xj_doc *doc, const char *units, bool *published,
	     struct xj_error *err)
{
	struct xj_rights rights;
	int r;

	*published = false;
	if (doc->parent || doc->state != XJ_DOC_LIVE ||
	    !is_named(units, doc->owner ? doc->owner : ""))
		return XJ_OK;
	r = xj_rights_load(a, arena, doc->id, &rights, err);
	*published = r == XJ_OK && rights.scope > XJ_SCOPE_PRIVATE;
	return r;
}

struct titles {
	struct xj_archive *archive;
	const char *units;
	struct xj_buf ids;
	xj_title_fn fn;
	void *ctx;
	struct xj_error *err;
};

static int
note_title(void *ctx, const struct xj_doc *doc)
{
	struct titles *t = ctx;

	if (is_named(t->units, doc->owner ? doc->owner : ""))
		xj_buf_add(&t->ids, &doc->id, sizeof(doc->id));
	return xj_buf_check(&t->ids, t->err);
}

/* Those that he sees, he sees elsewhere. */
static int
tell_title(struct titles *t, uint64_t id)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_catalog *catalog = t->archive->catalog;
	bool published, aside;
	struct xj_doc doc;
	int r;

	if (xj_arena_new(&arena) < 0)
		return no_memory(t->err);
	r = xj_catalog_get(catalog, id, arena, &doc, NULL);
	if (r == XJ_OK && xj_archive_reader(t->archive))
		return XJ_OK;
	aside = xj_catalog_blind(catalog, true);
	r = xj_catalog_get(catalog, id, arena, &doc, t->err);
	if (r == XJ_OK)
		r = is_published(t->archive, arena, &doc, t->units, &published,
				 t->err);
	xj_catalog_blind(catalog, aside);
	return r < 0 || !published ? r :
	       t->fn(t->ctx, doc.id, doc.title ? doc.title : "",
		     doc.date ? doc.date : "", doc.owner);
}

int
xj_titles(struct xj_archive *a, const char *contains, xj_title_fn fn,
	  void *ctx, struct xj_error *err)
{
	const struct xj_doc_filter filter = { .top_only = true,
		.title = contains && *contains ? contains : NULL,
		.order = XJ_LIST_TITLE };
	struct titles t = { .archive = a, .fn = fn, .ctx = ctx, .err = err };
	char *units = NULL;
	bool aside;
	int r = xj_setting_get(a, "rights.publish", &units, err);

	t.units = units;
	if (r == XJ_OK && *units) {
		aside = xj_catalog_blind(a->catalog, true);
		r = xj_catalog_list(a->catalog, &filter, note_title, &t, err);
		xj_catalog_blind(a->catalog, aside);
	}
	for (size_t i = 0; i < t.ids.len / sizeof(uint64_t) && r == XJ_OK;
	     i++) {
		uint64_t id;

		memcpy(&id, t.ids.data + i * sizeof(id), sizeof(id));
		r = tell_title(&t, id);
	}
	xj_buf_release(&t.ids);
	xj_free(units);
	return r;
}

/* ------------------------------------------------------------------ asking */

static int
is_known(struct xj_archive *a, struct xj_arena *arena, uint64_t id,
	 struct xj_doc *doc, bool *known, struct xj_error *err)
{
	char *units = NULL;
	bool aside;
	int r = xj_setting_get(a, "rights.publish", &units, err);

	*known = false;
	if (r == XJ_OK && *units) {
		aside = xj_catalog_blind(a->catalog, true);
		if (xj_catalog_get(a->catalog, id, arena, doc, NULL) == XJ_OK)
			r = is_published(a, arena, doc, units, known, err);
		xj_catalog_blind(a->catalog, aside);
	}
	xj_free(units);
	return r;
}

/* What may be asked for: what he knows of, and does not have. Of what he must not
 * know the error is the same as of what is not there. */
static int
find_wanted(struct xj_archive *a, struct xj_arena *arena, uint64_t id,
	    struct xj_doc *doc, struct xj_error *err)
{
	bool may, known;
	int r = xj_catalog_get(a->catalog, id, arena, doc, err);

	if (r == XJ_ENOTFOUND) {
		r = is_known(a, arena, id, doc, &known, NULL);
		return r == XJ_OK && known ? XJ_OK : XJ_ENOTFOUND;
	}
	if (r == XJ_OK && doc->state == XJ_DOC_QUARANTINED)
		return xj_quarantine_hides(id, err);
	if (r == XJ_OK)
		r = xj_catalog_may_download(a->catalog, doc->root, &may, err);
	if (r == XJ_OK && may)
		return xj_error_set(err, XJ_EEXIST, "document %llu is yours to "
				    "read: `xueji show %llu`",
				    (unsigned long long)id,
				    (unsigned long long)id);
	return r;
}

struct finding {
	struct xj_arena *arena;
	struct xj_asked row;
	uint64_t document;
	const char *member;
	bool found;
};

static int
find_open(void *ctx, const struct xj_asked *row)
{
	struct finding *f = ctx;

	f->found = row->document == f->document &&
		   row->state == XJ_REQUEST_OPEN &&
		   strcmp(row->member, f->member) == 0;
	f->row.number = row->number;
	return f->found ? XJ_END : XJ_OK;
}

static int
put(struct xj_archive *a, struct xj_asked *row, const char *verb,
    struct xj_error *err)
{
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_catalog_begin(a->catalog, err);
	if (r < 0)
		return r;
	r = xj_catalog_put_request(a->catalog, row, err);
	if (r == XJ_OK)
		r = xj_audit(a, verb, row->document, NULL, err);
	if (r == XJ_OK)
		return xj_catalog_commit(a->catalog, err);
	xj_catalog_rollback(a->catalog);
	return r;
}

static int
request(struct xj_archive *a, uint64_t id, const char *whom,
	const char *purpose, uint64_t *number, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct finding f = { .document = id };
	struct xj_asked row = { .document = id, .asked = xj_now(),
				.whom = whom };
	struct xj_doc doc;
	int r;

	if (!reader)
		return xj_error_set(err, XJ_EINVAL, "the archive's owner sees "
				    "everything: members ask, with --as");
	if (!purpose || !*purpose || strlen(purpose) > PURPOSE_MAX)
		return xj_error_set(err, XJ_EINVAL, "say what for, in at most "
				    "%u bytes", PURPOSE_MAX);
	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	r = *whom ? xj_catalog_get(a->catalog, id, arena, &doc, err) :
		    find_wanted(a, arena, id, &doc, err);
	f.member = row.member = reader->urn;
	row.purpose = purpose;
	if (r == XJ_OK)
		r = xj_catalog_requests(a->catalog, 0, find_open, &f, err);
	if (r == XJ_OK && f.found)
		return xj_error_set(err, XJ_EEXIST, "request %llu asks for "
				    "document %llu already",
				    (unsigned long long)f.row.number,
				    (unsigned long long)id);
	if (r == XJ_OK)
		r = put(a, &row, "request", err);
	if (r == XJ_OK && number)
		*number = row.number;
	return r;
}

int
xj_request(struct xj_archive *a, uint64_t id, const char *purpose,
	   uint64_t *number, struct xj_error *err)
{
	return request(a, id, "", purpose, number, err);
}

int
xj_request_for(struct xj_archive *a, uint64_t id, const char *whom,
	       const char *purpose, uint64_t *number, struct xj_error *err)
{
	return request(a, id, whom, purpose, number, err);
}

/* ----------------------------------------------------------------- listing */

static const char *const states[] = { "open", "granted", "declined",
				      "withdrawn" };

struct listing {
	struct xj_archive *archive;
	bool all;
	xj_request_fn fn;
	void *ctx;
	struct xj_error *err;
};

static int
list_request(void *ctx, const struct xj_asked *row)
{
	struct listing *l = ctx;
	struct xj_archive *a = l->archive;
	const struct xj_reader *reader = xj_archive_reader(a);
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_request_row out = {
		.number = row->number, .document = row->document,
		.purpose = row->purpose, .state = states[row->state],
		.by = row->who, .word = row->word, .until = row->until,
		.asked = row->asked, .answered = row->answered, .title = "",
		.mine = reader && strcmp(reader->urn, row->member) == 0,
	};
	struct xj_doc doc;
	bool known = true;
	int r;

	if ((row->state != XJ_REQUEST_OPEN && !l->all) ||
	    (!out.mine && xj_may_with(a, XJ_DO_SHARE, row->document,
				      NULL) < 0))
		return XJ_OK;
	if (xj_arena_new(&arena) < 0)
		return no_memory(l->err);
	r = xj_member_names(a, row->member, arena, &out.login, &out.name,
			    l->err);
	if (r == XJ_OK && xj_catalog_get(a->catalog, row->document, arena,
					 &doc, NULL) < 0)
		r = is_known(a, arena, row->document, &doc, &known, l->err);
	if (r == XJ_OK && known && doc.title)
		out.title = doc.title;
	return r < 0 ? r : l->fn(l->ctx, &out);
}

int
xj_requests(struct xj_archive *a, bool all, xj_request_fn fn, void *ctx,
	    struct xj_error *err)
{
	struct listing l = { a, all, fn, ctx, err };

	return xj_catalog_requests(a->catalog, 0, list_request, &l, err);
}

/* --------------------------------------------------------------- answering */

static int
note_request(void *ctx, const struct xj_asked *row)
{
	struct finding *f = ctx;

	f->found = true;
	f->row = *row;
	f->row.member = xj_arena_strdup(f->arena, row->member);
	f->row.purpose = xj_arena_strdup(f->arena, row->purpose);
	f->row.whom = xj_arena_strdup(f->arena, row->whom);
	return f->row.member && f->row.purpose && f->row.whom ? XJ_END
							       : XJ_ENOMEM;
}

/* One that is open, and the reader's to answer; of another there is none. */
static int
load_open(struct xj_archive *a, uint64_t number, struct finding *f,
	  struct xj_error *err)
{
	int r = xj_catalog_requests(a->catalog, number ? number : UINT64_MAX,
				    note_request, f, err);

	if (r == XJ_OK && f->found)
		r = xj_may_with(a, XJ_DO_SHARE, f->row.document, err);
	if (r == XJ_ENOTFOUND || (r == XJ_OK && !f->found))
		return xj_error_set(err, XJ_ENOTFOUND, "no request %llu",
				    (unsigned long long)number);
	if (r == XJ_OK && f->row.state != XJ_REQUEST_OPEN)
		return xj_error_set(err, XJ_EEXIST, "request %llu was answered "
				    "already", (unsigned long long)number);
	f->row.answered = xj_now();
	f->row.who = a->user;
	f->row.until = "";
	return r;
}

/* With each of those for whom it was asked. */
static int
share_asked(struct xj_archive *a, const struct xj_asked *row,
	    const char *login, struct xj_share_given *share,
	    struct xj_error *err)
{
	char *whom = *row->whom ? strdup(row->whom) : NULL, *rest = NULL;
	int r = XJ_OK;

	share->to = login;
	if (!*row->whom)
		return xj_share(a, row->document, share, NULL, err);
	if (!whom)
		return no_memory(err);
	for (char *to = strtok_r(whom, "\n", &rest); r == XJ_OK && to;
	     to = strtok_r(NULL, "\n", &rest)) {
		share->to = to;
		r = xj_share(a, row->document, share, NULL, err);
	}
	free(whom);
	return r;
}

int
xj_request_grant(struct xj_archive *a, uint64_t number, const char *until,
		 const char *right, const char *word, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct finding f = { 0 };
	const char *login, *name;
	char today[XJ_DAY_MAX], day[XJ_DAY_MAX], reason[64];
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	f.arena = arena;
	xj_today(today);
	xj_day_add(today, GRANTED_DAYS, day);
	if (until && xj_day_parse(until, day) < 0)
		return xj_error_set(err, XJ_EINVAL, "%s: not a day, as "
				    "2011-12-31 is one", until);
	r = load_open(a, number, &f, err);
	if (r == XJ_OK)
		r = xj_member_names(a, f.row.member, arena, &login, &name,
				    err);
	snprintf(reason, sizeof(reason), "request %llu",
		 (unsigned long long)number);
	if (r == XJ_OK)
		r = share_asked(a, &f.row, login, &(struct xj_share_given){
			.until = day, .right = right, .reason = reason }, err);
	f.row.state = XJ_REQUEST_GRANTED;
	f.row.word = word ? word : "";
	f.row.until = day;
	return r < 0 ? r : put(a, &f.row, "grant", err);
}

int
xj_request_decline(struct xj_archive *a, uint64_t number, const char *word,
		   struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct finding f = { 0 };
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	f.arena = arena;
	if (!word || !*word)
		return xj_error_set(err, XJ_EINVAL, "say why, in a word");
	r = load_open(a, number, &f, err);
	f.row.state = XJ_REQUEST_DECLINED;
	f.row.word = word;
	return r < 0 ? r : put(a, &f.row, "decline", err);
}

int
xj_request_withdraw(struct xj_archive *a, uint64_t number,
		    struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const struct xj_reader *reader = xj_archive_reader(a);
	struct finding f = { 0 };
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) : XJ_OK;

	f.arena = arena;
	if (r == XJ_OK)
		r = xj_catalog_requests(a->catalog, number ? number :
					UINT64_MAX, note_request, &f, err);
	if (r < 0)
		return r;
	if (!f.found || !reader || strcmp(f.row.member, reader->urn) != 0)
		return xj_error_set(err, XJ_ENOTFOUND, "no request %llu",
				    (unsigned long long)number);
	if (f.row.state != XJ_REQUEST_OPEN)
		return xj_error_set(err, XJ_EEXIST, "request %llu was answered "
				    "already", (unsigned long long)number);
	f.row.state = XJ_REQUEST_WITHDRAWN;
	f.row.answered = xj_now();
	f.row.who = a->user;
	f.row.word = f.row.until = "";
	return put(a, &f.row, "withdraw", err);
}
