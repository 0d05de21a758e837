/* validity.c - whether a document still holds, and what took its place. */
#include "library/validity.h"

#include <string.h>

#include "library/people.h"

#define CHAIN_MAX 32u /* of documents that took one another's place */

/* As they are kept, and as people write them. */
static const struct {
	const char *status, *words;
} statuses[] = {
	{ "in-force", "现行 有效 现行有效 valid" },
	{ "revised", "修订 已修订 修改 已修改 amended" },
	{ "repealed", "废止 已废止 失效 已失效 abolished" },
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == len && strncmp(p, word, n) == 0)
			return true;
		p += n;
	}
	return false;
}

int
xj_validity_status(const char **value, struct xj_error *err)
{
	for (size_t i = 0; i < XJ_COUNT(statuses); i++)
		if (strcmp(statuses[i].status, *value) == 0 ||
		    has_word(statuses[i].words, *value)) {
			*value = statuses[i].status;
			return XJ_OK;
		}
	return xj_error_set(err, XJ_EINVAL, "status=%s: no such status; there "
			    "are in-force, revised, repealed", *value);
}

const char *
xj_validity_shown(const char *status)
{
	static const struct {
		const char *status, *shown;
	} words[] = {
		{ "in-force", N_("in force") },
		{ "not-yet", N_("not in force yet") },
		{ "revised", N_("revised since") },
		{ "repealed", N_("repealed") },
	};

	for (size_t i = 0; i < XJ_COUNT(words); i++)
		if (strcmp(words[i].status, status) == 0)
			return xj_tr(words[i].shown);
	return "";
}

/* ------------------------------------------------------------------- reading */

/* What was given of a document. */
struct given {
	const char *status, *from, *until, *successor; /* "" */
};

static int
read_given(struct xj_archive *a, struct xj_arena *arena, uint64_t id,
	   struct given *g, struct xj_error *err)
{
	struct xj_meta_value *values;
	size_t count;
	int r = xj_catalog_meta(a->catalog, id, arena, &values, &count, err);

	*g = (struct given){ "", "", "", "" };
	for (size_t i = 0; r == XJ_OK && i < count; i++) {
		const char *element = values[i].element;

		if (values[i].rank != XJ_META_GIVEN)
			continue;
		if (strcmp(element, "status") == 0)
			g->status = values[i].value;
		else if (strcmp(element, "in-force") == 0)
			g->from = values[i].value;
		else if (strcmp(element, "repealed") == 0)
			g->until = values[i].value;
		else if (strcmp(element, "replaced-by") == 0)
			g->successor = values[i].value;
	}
	return r;
}

static const char *
status_of(const struct given *g)
{
	char today[XJ_DAY_MAX];
	bool over;

	xj_today(today);
	over = *g->until ? strcmp(g->until, today) <= 0 :
	       strcmp(g->status, "repealed") == 0;
	if (over)
		return "repealed";
	if (strcmp(g->status, "revised") == 0)
		return "revised";
	if (*g->successor && !*g->status && !*g->until)
		return "repealed";
	if (strcmp(g->from, today) > 0)
		return "not-yet";
	return *g->status || *g->from || *g->until ? "in-force" : "";
}

/* XJ_END: it is not there, or not to be seen. */
static int
find_live(struct xj_archive *a, struct xj_arena *arena, const char *urn,
	  struct xj_doc *doc, struct xj_error *err)
{
	int r = xj_catalog_get_urn(a->catalog, urn, arena, doc, err);

	return r == XJ_ENOTFOUND || (r == XJ_OK && doc->state != XJ_DOC_LIVE) ?
	       XJ_END : r;
}

/* Follow those that took one another's place, as far as the reader sees them. */
static int
follow(struct xj_archive *a, struct xj_arena *arena, const char *urn,
       struct xj_validity_document *last, struct xj_error *err)
{
	struct given g = { .successor = urn };
	struct xj_doc doc;
	int r = XJ_OK;

	*last = (struct xj_validity_document){ 0, "" };
	for (unsigned n = 0; *g.successor && n < CHAIN_MAX; n++) {
		r = find_live(a, arena, g.successor, &doc, err);
		if (r != XJ_OK)
			break;
		*last = (struct xj_validity_document){ doc.id,
			doc.title ? doc.title : "" };
		r = read_given(a, arena, doc.id, &g, err);
		if (r < 0)
			break;
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_validity_read(struct xj_archive *a, struct xj_arena *arena, uint64_t id,
		 struct xj_validity *v, struct xj_error *err)
{
	struct given g;
	int r = read_given(a, arena, id, &g, err);

	*v = (struct xj_validity){ .from = g.from, .until = g.until };
	v->status = r < 0 ? "" : status_of(&g);
	return r < 0 ? r : follow(a, arena, g.successor, &v->replaced_by, err);
}

struct naming {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_buf list; /* struct xj_validity_document */
	struct xj_error *err;
};

static int
name_one(void *ctx, uint64_t id)
{
	struct naming *n = ctx;
	struct xj_validity_document named;
	struct xj_doc doc;
	int r = xj_catalog_get(n->archive->catalog, id, n->arena, &doc,
			       n->err);

	if (r == XJ_ENOTFOUND || (r == XJ_OK && doc.state != XJ_DOC_LIVE))
		return XJ_OK;
	named = (struct xj_validity_document){ id, doc.title ? doc.title : "" };
	if (r == XJ_OK)
		xj_buf_add(&n->list, &named, sizeof(named));
	return r;
}

int
xj_validity_tell(struct xj_archive *a, uint64_t id, xj_validity_fn fn,
		 void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct naming n = { .archive = a, .err = err };
	struct xj_validity v;
	struct xj_doc doc;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_catalog_get(a->catalog, id, arena, &doc, err);

	n.arena = arena;
	if (r == XJ_OK && doc.state == XJ_DOC_QUARANTINED)
		r = xj_quarantine_hides(id, err);
	if (r == XJ_OK)
		r = xj_validity_read(a, arena, id, &v, err);
	if (r == XJ_OK)
		r = xj_catalog_bearing(a->catalog, "replaced-by", doc.urn,
				       name_one, &n, err);
	xj_buf_add(&n.list, &(struct xj_validity_document){ 0 },
		   sizeof(struct xj_validity_document));
	if (r == XJ_OK)
		r = xj_buf_check(&n.list, err);
	v.replaces = (const void *)n.list.data;
	if (r == XJ_OK)
		r = fn(ctx, &v);
	xj_buf_release(&n.list);
	return r;
}

/* -------------------------------------------------------------------- giving */

int
xj_validity_successor(struct xj_archive *a, struct xj_arena *arena,
		      uint64_t id, const char **value, struct xj_error *err)
{
	struct xj_validity_document last;
	const struct xj_document_info *info;
	struct xj_document *d;
	int r = xj_document_open(a, *value, &d, err);

	if (r == XJ_ENOTFOUND)
		return err ? err->status = XJ_EINVAL : XJ_EINVAL;
	if (r < 0)
		return r;
	info = xj_document_info(d);
	r = follow(a, arena, info->urn, &last, err);
	if (r == XJ_OK && info->state != XJ_LIVE)
		r = xj_error_set(err, XJ_EINVAL, "document %llu was removed",
				 (unsigned long long)info->id);
	else if (r == XJ_OK && info->id == id)
		r = xj_error_set(err, XJ_EINVAL, "a document cannot take its "
				 "own place");
	else if (r == XJ_OK && last.id == id)
		r = xj_error_set(err, XJ_EINVAL, "document %llu was itself "
				 "replaced by document %llu",
				 (unsigned long long)info->id,
				 (unsigned long long)id);
	*value = xj_arena_strdup(arena, info->urn);
	xj_document_free(d);
	return r == XJ_OK && !*value ? no_memory(err) : r;
}
