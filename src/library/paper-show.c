/* paper-show.c - papers as their readers see them. */
#include <stdlib.h>
#include <string.h>

#include "library/paper.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* A list under way: numbers first, since telling asks the catalog again. */
struct listing {
	struct xj_archive *archive;
	const struct xj_reader *reader;
	const struct xj_paper_filter *filter;
	const char *author;          /* URN of filter->author; or NULL */
	struct xj_unit_tree tree;    /* of today */
	struct xj_buf drafts, papers; /* numbers */
	struct xj_arena *arena;      /* of the paper in hand */
	xj_paper_fn fn;
	void *ctx;
	uint64_t told;
	struct xj_error *err;
};

static void
listing_end(struct listing *l)
{
	xj_unit_tree_end(&l->tree);
	xj_buf_release(&l->drafts);
	xj_buf_release(&l->papers);
}

static const char *
text_of(const json_t *root, const char *name)
{
	const char *text = xj_entity_text(root, name);

	return text ? text : "";
}

static int64_t
time_of(const json_t *root, const char *name)
{
	int64_t at = 0;

	return xj_time_parse(text_of(root, name), &at) == XJ_OK ? at : 0;
}

/* ------------------------------------------------------------------- parts */

static int
fill_authors(struct listing *l, const json_t *root, struct xj_paper *p)
{
	const json_t *list = json_object_get(root, "authors"), *v;
	struct xj_paper_author *authors;
	size_t i;
	int r = XJ_OK;

	p->author_count = json_array_size(list);
	authors = xj_arena_alloc(l->arena, (p->author_count + 1) *
				 sizeof(*authors));
	p->authors = authors;
	if (!authors)
		return no_memory(l->err);
	json_array_foreach(list, i, v) {
		const char *urn = json_string_value(v);

		if (r == XJ_OK)
			r = xj_member_names(l->archive, urn, l->arena,
					    &authors[i].login,
					    &authors[i].name, l->err);
		p->mine |= l->reader && strcmp(urn, l->reader->urn) == 0;
		p->own |= i == 0 && p->mine;
	}
	return r;
}

static int
fill_basis(struct listing *l, const json_t *root, struct xj_paper *p)
{
	const json_t *list = json_object_get(root, "based_on"), *v;
	struct xj_paper_basis *basis;
	struct xj_doc doc;
	size_t i;

	p->basis_count = json_array_size(list);
	basis = xj_arena_alloc(l->arena, (p->basis_count + 1) *
			       sizeof(*basis));
	p->based_on = basis;
	if (!basis)
		return no_memory(l->err);
	json_array_foreach(list, i, v) {
		int r = xj_catalog_get_urn(l->archive->catalog,
					   json_string_value(v), l->arena,
					   &doc, l->err);

		basis[i] = (struct xj_paper_basis){
			.urn = json_string_value(v), .title = "" };
		if (r == XJ_OK && doc.title && doc.state == XJ_DOC_LIVE) {
			basis[i].title = doc.title;
			basis[i].document = doc.id;
		} else if (r < 0 && r != XJ_ENOTFOUND) {
			return r;
		}
	}
	return XJ_OK;
}

static int
fill_reviews(struct listing *l, const json_t *root, struct xj_paper *p)
{
	const json_t *list = json_object_get(root, "reviews"), *v;
	struct xj_paper_review *reviews;
	size_t i;
	int r = XJ_OK;

	reviews = xj_arena_alloc(l->arena, (json_array_size(list) + 1) *
				 sizeof(*reviews));
	if (!reviews)
		return no_memory(l->err);
	p->reviews = reviews;
	json_array_foreach(list, i, v) {
		const char *by = xj_entity_text(v, "by");

		reviews[i] = (struct xj_paper_review){ .at = time_of(v, "at"),
			.by = "", .name = "", .what = text_of(v, "what"),
			.text = text_of(v, "text") };
		p->returns += strcmp(reviews[i].what, "return") == 0;
		if (by && r == XJ_OK)
			r = xj_member_names(l->archive, by, l->arena,
					    &reviews[i].by, &reviews[i].name,
					    l->err);
	}
	p->review_count = json_array_size(list);
	return r;
}

/* What was said to the author is for him and those who decide. */
static void
fill_roles(struct listing *l, const json_t *root, struct xj_paper *p)
{
	const unsigned deciding = XJ_ROLE_REVIEWER | XJ_ROLE_SECRETARY;
	const struct xj_unit_row *unit = xj_unit_tree_code(&l->tree, p->unit);
	const struct xj_unit_row *level = xj_unit_tree_code(&l->tree,
							    p->level);

	if (unit && unit->name)
		p->unit_name = unit->name;
	if (!l->reader)
		return;
	p->may_review = !p->mine && strcmp(p->state, "submitted") == 0 &&
			level && (xj_reader_roles(l->reader, level->id) &
				  deciding);
	if (!xj_paper_is_known(l->archive, root)) {
		p->review_count = p->returns = 0;
		p->level = p->unit;
	}
}

static int
fill_links(struct listing *l, const json_t *root, struct xj_paper *p)
{
	const char *document = xj_entity_text(root, "document");
	const char *seminar = xj_entity_text(root, "seminar");
	struct xj_entity_row row;
	struct xj_doc doc;

	if (document && xj_catalog_get_urn(l->archive->catalog, document,
					   l->arena, &doc, NULL) == XJ_OK)
		p->document = doc.id;
	if (seminar && xj_catalog_get_entity_urn(l->archive->catalog, seminar,
					l->arena, &row, NULL) == XJ_OK)
		p->seminar = row.id;
	return XJ_OK;
}

static int
fill(struct listing *l, const json_t *root, struct xj_paper *p)
{
	int r;

	p->title = text_of(root, "title");
	p->unit = text_of(root, "unit");
	p->unit_name = p->unit;
	p->year = text_of(root, "day");
	p->topic = text_of(root, "topic");
	p->level = xj_entity_text(root, "level") ? text_of(root, "level") :
						   p->unit;
	r = fill_authors(l, root, p);
	if (r == XJ_OK)
		r = fill_basis(l, root, p);
	if (r == XJ_OK)
		r = fill_reviews(l, root, p);
	if (r == XJ_OK)
		r = fill_links(l, root, p);
	fill_roles(l, root, p);
	return r;
}

/* ------------------------------------------------------------------- telling */

static bool
is_asked_for(const struct listing *l, const json_t *root,
	     const struct xj_paper *p)
{
	const struct xj_paper_filter *f = l->filter;
	const json_t *v;
	bool by = !l->author;
	size_t i;

	json_array_foreach(json_object_get(root, "authors"), i, v)
		by |= l->author && strcmp(json_string_value(v), l->author) == 0;
	return by && (!f->year || strcmp(f->year, p->year) == 0) &&
	       (!f->unit || strcmp(f->unit, p->unit) == 0) &&
	       (!f->state || strcmp(f->state, p->state) == 0) &&
	       (!f->waiting || p->may_review);
}

static int
tell_root(struct listing *l, const json_t *root, struct xj_paper *p)
{
	int r = fill(l, root, p);

	if (r < 0 || !is_asked_for(l, root, p))
		return r;
	l->told++;
	return l->fn(l->ctx, p);
}

static int
tell_paper(struct listing *l, uint64_t id)
{
	struct xj_entity_row row;
	struct xj_paper p = { .id = id };
	json_t *root = NULL;
	int r = xj_study_read(l->archive, &xj_paper_kind, id, false, l->arena,
			      &row, &root, l->err);

	if (r == XJ_OK) {
		p.urn = row.urn;
		p.state = text_of(root, "state");
		p.version = row.version;
		p.submitted = time_of(root, "submitted");
		p.accepted = time_of(root, "accepted");
		p.updated = time_of(root, "updated");
		p.length = (size_t)json_integer_value(
				json_object_get(root, "length"));
		r = tell_root(l, root, &p);
	}
	json_decref(root);
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

/* What was said when it was returned stands in the paper. */
static int
join_paper(struct listing *l, uint64_t id, json_t *draft, struct xj_paper *p)
{
	static const char *const fields[] = { "reviews", "level", "document" };
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_study_read(l->archive, &xj_paper_kind, id, false, l->arena,
			      &row, &root, NULL);

	if (r < 0)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	p->version = row.version;
	p->submitted = time_of(root, "submitted");
	for (size_t i = 0; i < XJ_COUNT(fields); i++) {
		json_t *v = json_object_get(root, fields[i]);

		if (v)
			json_object_set(draft, fields[i], v);
	}
	json_decref(root);
	return XJ_OK;
}

static int
tell_draft(struct listing *l, uint64_t id)
{
	xj_auto(xj_drafting_end) struct xj_drafting d;
	struct xj_own_length length;
	struct xj_paper p = { .id = id, .state = "draft" };
	int r = xj_drafting_load(&d, l->archive, id, l->err);

	if (r == XJ_OK)
		r = join_paper(l, id, d.root, &p);
	if (r < 0)
		return r;
	p.urn = d.urn;
	p.draft = d.row.version;
	p.updated = d.row.updated;
	xj_own_length(d.row.text, strlen(d.row.text), &length, NULL, NULL);
	p.length = length.own;
	return tell_root(l, d.root, &p);
}

/* ------------------------------------------------------------------- the list */

static int
note_draft(void *ctx, const struct xj_draft_row *row)
{
	struct listing *l = ctx;

	xj_buf_add(&l->drafts, &row->paper, sizeof(row->paper));
	return xj_buf_check(&l->drafts, l->err);
}

static bool
is_draft(const struct listing *l, uint64_t id)
{
	const uint64_t *ids = (const void *)xj_buf_str(&l->drafts);

	for (size_t i = 0; i < l->drafts.len / sizeof(*ids); i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* What its row and its atoms say already is not read for it: of those that an author
 * sees himself, some are shared with him and left out when they are read. */
static bool
may_be_asked_for(const struct listing *l, const struct xj_study_row *row)
{
	const struct xj_paper_filter *f = l->filter;

	return (!f->state || strcmp(f->state, row->state) == 0) &&
	       (!f->waiting || strcmp("submitted", row->state) == 0);
}

static int
note_paper(void *ctx, const struct xj_study_row *row)
{
	struct listing *l = ctx;

	if (!is_draft(l, row->id) && may_be_asked_for(l, row))
		xj_buf_add(&l->papers, &row->id, sizeof(row->id));
	return xj_buf_check(&l->papers, l->err);
}

static int
tell_all(struct listing *l, const struct xj_buf *ids,
	 int (*tell)(struct listing *, uint64_t))
{
	int r = XJ_OK;

	for (size_t i = 0; i < ids->len / sizeof(uint64_t) && r == XJ_OK;
	     i++) {
		uint64_t id;

		memcpy(&id, ids->data + i * sizeof(id), sizeof(id));
		if (xj_arena_new(&l->arena) < 0)
			return no_memory(l->err);
		r = tell(l, id);
		xj_arena_free(l->arena);
	}
	return r;
}

static int
find_author(struct listing *l, struct xj_arena *arena)
{
	uint64_t member;
	int r;

	if (!l->filter->author)
		return XJ_OK;
	r = xj_member_find(l->archive, l->filter->author, &member, l->err);
	return r < 0 ? r : xj_member_urn(l->archive, member, arena,
					 &l->author, l->err);
}

static int
gather(struct listing *l)
{
	const struct xj_paper_filter *f = l->filter;
	const struct xj_study_query q = { .id = f->id, .kind = "paper",
		.from = f->year, .until = f->year, .unit = f->unit,
		.member = l->author, .which = XJ_STUDY_LIVE };
	char today[XJ_DAY_MAX];
	int r = XJ_OK;

	xj_today(today);
	if (l->reader)
		r = xj_catalog_drafts(l->archive->catalog, l->reader->urn,
				      f->id, note_draft, l, l->err);
	if (r == XJ_OK)
		r = xj_catalog_studies(l->archive->catalog, &q, note_paper, l,
				       l->err);
	return r < 0 ? r : xj_unit_tree_load(l->archive, today, &l->tree,
					     l->err);
}

int
xj_papers(struct xj_archive *a, const struct xj_paper_filter *filter,
	  xj_paper_fn fn, void *ctx, struct xj_error *err)
{
	static const struct xj_paper_filter all;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(listing_end) struct listing l = { .archive = a,
		.reader = xj_archive_reader(a),
		.filter = filter ? filter : &all, .fn = fn, .ctx = ctx,
		.err = err };
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		find_author(&l, arena);

	if (r == XJ_OK)
		r = gather(&l);
	if (r == XJ_OK)
		r = tell_all(&l, &l.drafts, tell_draft);
	if (r == XJ_OK)
		r = tell_all(&l, &l.papers, tell_paper);
	if (r == XJ_OK && l.filter->id && !l.told)
		return xj_paper_missing(l.filter->id, err);
	return r;
}

/* ------------------------------------------------------------ its shares */

/* Of a draft that was never handed in. */
static int
check_draft(struct xj_archive *a, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_drafting_end) struct xj_drafting d;
	int r = xj_drafting_load(&d, a, id, err);

	return r < 0 ? r : xj_drafting_own(&d);
}

int
xj_paper_shares(struct xj_archive *a, uint64_t id, xj_share_fn fn, void *ctx,
		struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	struct xj_rights rights;
	json_t *root = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_study_read(a, &xj_paper_kind, id, false, arena, &row, &root,
			      err);

	if (r == XJ_ENOTFOUND)
		return check_draft(a, id, err);
	if (r == XJ_OK)
		r = xj_paper_own(a, root, err);
	if (r == XJ_OK)
		r = xj_study_rights(root, arena, &rights, err);
	if (r == XJ_OK)
		r = xj_sharing_tell(a, 0, NULL, &rights, NULL, fn, ctx, err);
	json_decref(root);
	return r;
}

/* -------------------------------------------------------------- of a year */

static int
count_one(void *ctx, const struct xj_paper *p)
{
	if (p->mine && (strcmp(p->state, "accepted") == 0 ||
			strcmp(p->state, "shared") == 0))
		*(double *)ctx += 1.0 / (double)p->author_count;
	return XJ_OK;
}

int
xj_paper_counted(struct xj_archive *a, const char *year, double *papers,
		 struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);

	*papers = 0;
	if (!reader || !reader->member)
		return XJ_OK;
	return xj_papers(a, &(struct xj_paper_filter){ .year = year,
			 .author = reader->login }, count_one, papers, err);
}
