/*
 * member-erase.c - what a member who has left had to himself is erased. Each
 * paper is a change of its own, in which the member gets the number that it
 * counted; who is interrupted begins again.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "library/paper.h"

struct erasing {
	struct xj_archive *archive;
	struct xj_arena *arena;
	uint64_t member;
	const char *urn, *login, *name;
	enum xj_papers_left choice;
	struct xj_member_erased *erased;
	struct xj_buf drafts, papers; /* numbers */
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static void
erasing_end(struct erasing *e)
{
	xj_buf_release(&e->drafts);
	xj_buf_release(&e->papers);
	xj_arena_free(e->arena);
}

static uint64_t
number_at(const struct xj_buf *b, size_t i)
{
	uint64_t n;

	memcpy(&n, b->data + i * sizeof(n), sizeof(n));
	return n;
}

/* ------------------------------------------------------------------- drafts */

static int
note_draft(void *ctx, const struct xj_draft_row *row)
{
	struct erasing *e = ctx;

	if (strcmp(row->author, e->urn) == 0)
		xj_buf_add(&e->drafts, &row->paper, sizeof(row->paper));
	return xj_buf_check(&e->drafts, e->err);
}

/* Saved ones, and those that were only asked (past.c), by whose they are. */
static int
drop_searches(struct erasing *e, const char *whose)
{
	struct xj_catalog *catalog = e->archive->catalog;
	const char *owner = xj_arena_printf(e->arena, "%s%s", whose, e->login);
	struct xj_saved_row *rows;
	size_t count = 0;
	int r = owner ? xj_catalog_saved(catalog, owner, e->arena, &rows,
					 &count, e->err) : no_memory(e->err);

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_catalog_drop_saved(catalog, owner, rows[i].name,
					  e->err);
	e->erased->searches += count;
	return r;
}

static int
drop_tokens(struct erasing *e)
{
	struct xj_catalog *catalog = e->archive->catalog;
	struct xj_token_row *rows;
	size_t count = 0;
	int r = xj_catalog_tokens(catalog, e->urn, e->arena, &rows, &count,
				  e->err);

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_catalog_drop_token(catalog, rows[i].number, e->err);
	return r;
}

/* Also what was saved while the papers were written that he has handed in. */
static int
drop_own(struct erasing *e)
{
	struct xj_catalog *catalog = e->archive->catalog;
	int r = xj_catalog_begin(catalog, e->err);

	if (r < 0)
		return r;
	r = xj_catalog_drafts(catalog, e->urn, 0, note_draft, e, e->err);
	e->erased->drafts = e->drafts.len / sizeof(uint64_t);
	for (size_t i = 0; i < e->erased->drafts && r == XJ_OK; i++)
		r = xj_catalog_drop_draft(catalog, number_at(&e->drafts, i),
					  true, e->err);
	for (size_t i = 0; i < e->papers.len / sizeof(uint64_t) &&
	     r == XJ_OK; i++)
		r = xj_catalog_drop_draft(catalog, number_at(&e->papers, i),
					  true, e->err);
	if (r == XJ_OK)
		r = drop_searches(e, "member:");
	if (r == XJ_OK)
		r = drop_searches(e, "past:member:");
	if (r == XJ_OK)
		r = xj_catalog_put_account(catalog, &(struct xj_account_row){
			.member = e->urn }, e->err);
	if (r == XJ_OK)
		r = drop_tokens(e);
	if (r == XJ_OK)
		r = xj_audit(e->archive, "member erase", 0, e->login, e->err);
	if (r == XJ_OK)
		r = xj_catalog_commit(catalog, e->err);
	else
		xj_catalog_rollback(catalog);
	return r;
}

/* ------------------------------------------------------------------- papers */

static bool
has_author(const json_t *root, const char *urn)
{
	const json_t *v;
	size_t i;

	json_array_foreach(json_object_get(root, "authors"), i, v)
		if (strcmp(json_string_value(v), urn) == 0)
			return true;
	return false;
}

static bool
counts(const json_t *root)
{
	const char *state = xj_entity_text(root, "state");

	return strcmp(state, "accepted") == 0 || strcmp(state, "shared") == 0;
}

/* The number that it was for him. */
static int
keep_number(struct erasing *e, struct xj_change *change, const json_t *root)
{
	xj_auto(xj_entity_end) struct xj_entity m = { 0 };
	size_t n = json_array_size(json_object_get(root, "authors"));
	json_t *list, *one = json_object();
	int r = xj_entity_load(change, &xj_member_kind, e->member, 0, &m,
			       e->err);

	if (r == XJ_OK && !json_object_get(m.root, "counted"))
		json_object_set_new(m.root, "counted", json_array());
	list = json_object_get(m.root, "counted");
	if (r == XJ_OK)
		r = xj_entity_set(one, "year", xj_entity_text(root, "day"),
				  e->err);
	if (r == XJ_OK)
		r = xj_entity_set(one, "day", xj_entity_text(root,
				  "submitted_on"), e->err);
	if (r == XJ_OK && (json_object_set_new(one, "part",
				json_real(1.0 / (double)n)) < 0 ||
			   json_array_append(list, one) < 0))
		r = no_memory(e->err);
	json_decref(one);
	return r < 0 ? r : xj_entity_save(&m, "edit", "", e->err);
}

/* His URN, wherever it stands. */
static int
forget_in(struct erasing *e, json_t *root)
{
	json_t *authors = json_object_get(root, "authors");
	const char *owner = xj_entity_text(root, "owner");
	int r = XJ_OK;

	for (size_t i = 0; i < json_array_size(authors); i++)
		if (strcmp(json_string_value(json_array_get(authors, i)),
			   e->urn) == 0)
			json_array_set_new(authors, i,
					   json_string(XJ_ANONYMOUS));
	if (owner && strcmp(owner, e->urn) == 0)
		r = xj_entity_set(root, "owner", XJ_ANONYMOUS, e->err);
	if (r == XJ_OK)
		r = xj_entity_set(root, "created_by", XJ_ANONYMOUS, e->err);
	return r;
}

static void
forget_in_rights(struct erasing *e, struct xj_rights *rights)
{
	if (rights->owner && strcmp(rights->owner, e->urn) == 0)
		rights->owner = XJ_ANONYMOUS;
	for (size_t i = 0; i < rights->author_count; i++)
		if (strcmp(rights->authors[i], e->urn) == 0)
			rights->authors[i] = XJ_ANONYMOUS;
	for (size_t i = 0; i < rights->share_count; i++)
		if (strcmp(rights->shares[i].by, e->login) == 0)
			rights->shares[i].by = XJ_ANONYMOUS;
}

/* The text once more, in an object that begins with it. */
static int
stage_text(struct erasing *e, struct xj_change *change, const char *urn,
	   struct xj_staged *staged)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = memfd_create("paper", MFD_CLOEXEC);
	int r = fd < 0 ? xj_error_errno(e->err, "memory for the paper") :
		xj_paper_document_text(e->archive, urn, &text, e->err);

	if (r == XJ_OK)
		r = xj_write_all(fd, xj_buf_str(&text), text.len, e->err);
	if (r == XJ_OK && lseek(fd, 0, SEEK_SET) < 0)
		r = xj_error_errno(e->err, "the paper");
	return r < 0 ? r : xj_batch_stage(change->batch, fd, staged, e->err);
}

static void
forget_creator(struct erasing *e, struct xj_record *rec)
{
	size_t n = 0;

	for (size_t i = 0; i < rec->value_count; i++)
		if (strcmp(rec->values[i].element, "creator") != 0 ||
		    strcmp(rec->values[i].value, e->name) != 0)
			rec->values[n++] = rec->values[i];
	rec->value_count = n;
}

static int
put_document(struct erasing *e, struct xj_editing *doc,
	     const struct xj_staged *staged)
{
	struct xj_record *rec = &doc->record;
	struct xj_catalog *catalog = e->archive->catalog;
	int r;

	forget_in_rights(e, &rec->rights);
	forget_creator(e, rec);
	rec->afresh = true;
	rec->doc.version = 1;
	rec->doc.updated = xj_now();
	r = xj_describe(e->archive, doc->arena, &rec->doc, rec->values,
			rec->value_count, e->err);
	if (r == XJ_OK)
		r = xj_record_put(doc->change, rec, staged, "scope", e->err);
	if (r == XJ_OK)
		r = xj_catalog_update(catalog, &rec->doc, 0, e->err);
	if (r == XJ_OK)
		r = xj_record_put_values(e->archive, doc->arena, rec, e->err);
	if (r == XJ_OK)
		r = xj_rights_put_rows(e->archive, doc->arena, rec, e->err);
	return r < 0 ? r : xj_catalog_forget(catalog, rec->doc.id, e->err);
}

static int
anonymise(struct erasing *e, uint64_t id, uint64_t document)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_entity_end) struct xj_entity paper = { 0 };
	xj_auto(xj_editing_end) struct xj_editing doc = { 0 };
	struct xj_staged staged = { .fd = -1 };
	int r = xj_change_begin(e->archive, &change, e->err);

	if (r == XJ_OK)
		r = xj_entity_load(&change, &xj_paper_kind, id, 0, &paper,
				   e->err);
	if (r == XJ_OK)
		r = xj_editing_begin(&doc, &change, document, e->err);
	if (r == XJ_OK)
		r = stage_text(e, &change, doc.record.doc.urn, &staged);
	if (r == XJ_OK && counts(paper.root))
		r = keep_number(e, &change, paper.root);
	if (r == XJ_OK)
		r = put_document(e, &doc, &staged);
	if (staged.fd >= 0)
		xj_staged_close(&staged);
	if (r == XJ_OK)
		r = forget_in(e, paper.root);
	if (r == XJ_OK)
		r = xj_study_set_rights(paper.root, &doc.record.rights,
					e->err);
	paper.afresh = true;
	if (r == XJ_OK)
		r = xj_entity_save(&paper, "edit", "", e->err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, e->err);
	if (r == XJ_OK)
		r = xj_indexer_catch_up(e->archive, e->err);
	e->erased->anonymised += r == XJ_OK;
	return r < 0 ? r : xj_indexer_erase(e->archive, document, e->err);
}

/* What is left of it says that there was one. */
static int
make_tombstone(struct erasing *e, json_t *root)
{
	static const char *const fields[] = { "based_on", "seminar", "topic",
		"reviews", "rights", "length", "submitted", "submitted_on",
		"accepted", "withdrawn", "level" };
	char now[XJ_TIME_MAX];
	int r = forget_in(e, root);

	for (size_t i = 0; i < XJ_COUNT(fields); i++)
		json_object_del(root, fields[i]);
	xj_time_format(xj_now(), now);
	if (r == XJ_OK)
		r = xj_entity_set(root, "title", "–", e->err);
	if (r == XJ_OK)
		r = xj_entity_set(root, "state", "erased", e->err);
	return r < 0 ? r : xj_entity_set(root, "removed", now, e->err);
}

static int
erase(struct erasing *e, uint64_t id, uint64_t document)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_entity_end) struct xj_entity paper = { 0 };
	int r = xj_purge(e->archive, document, "at its author's wish", e->err);

	if (r == XJ_OK)
		r = xj_change_begin(e->archive, &change, e->err);
	if (r == XJ_OK)
		r = xj_entity_load(&change, &xj_paper_kind, id, 0, &paper,
				   e->err);
	if (r == XJ_OK && counts(paper.root))
		r = keep_number(e, &change, paper.root);
	if (r == XJ_OK)
		r = make_tombstone(e, paper.root);
	paper.afresh = true;
	if (r == XJ_OK)
		r = xj_entity_save(&paper, "remove", "", e->err);
	e->erased->erased += r == XJ_OK;
	return r < 0 ? r : xj_change_commit(&change, e->err);
}

static int
one_paper(struct erasing *e, uint64_t id, bool look)
{
	struct xj_entity_row row;
	struct xj_doc doc;
	json_t *root = NULL;
	bool alone, his;
	int r = xj_catalog_get_entity(e->archive->catalog, id, e->arena, &row,
				      e->err);

	if (r == XJ_OK && !(root = json_loads(row.state, 0, NULL)))
		return xj_error_set(e->err, XJ_ECORRUPT, "paper %llu is "
				    "damaged", (unsigned long long)id);
	if (r < 0)
		return r;
	his = has_author(root, e->urn);
	alone = json_array_size(json_object_get(root, "authors")) == 1 &&
		(e->choice == XJ_PAPERS_ERASE || !counts(root));
	if (his && !look)
		r = xj_catalog_get_urn(e->archive->catalog, xj_entity_text(root,
				       "document"), e->arena, &doc, e->err);
	json_decref(root);
	if (look && his)
		xj_buf_add(&e->papers, &id, sizeof(id));
	if (r < 0 || !his || look)
		return r;
	return alone ? erase(e, id, doc.id) : anonymise(e, id, doc.id);
}

static int
note_paper(void *ctx, const struct xj_study_row *row)
{
	xj_buf_add(ctx, &row->id, sizeof(row->id));
	return xj_buf_check(ctx, NULL);
}

static int
find_papers(struct erasing *e)
{
	const struct xj_study_query q = { .kind = "paper",
					  .which = XJ_STUDY_LIVE };
	xj_auto(xj_buf_release) struct xj_buf all = XJ_BUF_INIT;
	int r = xj_catalog_studies(e->archive->catalog, &q, note_paper, &all,
				   e->err);

	for (size_t i = 0; i < all.len / sizeof(uint64_t) && r == XJ_OK; i++)
		r = one_paper(e, number_at(&all, i), true);
	return r < 0 ? r : xj_buf_check(&e->papers, e->err);
}

/* ------------------------------------------------------------------ the whole */

static int
note_member(void *ctx, const struct xj_member_row *row)
{
	struct erasing *e = ctx;
	char today[XJ_DAY_MAX];

	xj_today(today);
	e->urn = xj_arena_strdup(e->arena, row->urn);
	e->login = xj_arena_strdup(e->arena, row->login);
	e->name = xj_arena_strdup(e->arena, row->name);
	if (!e->urn || !e->login || !e->name)
		return no_memory(e->err);
	if (row->left && strcmp(row->left, today) < 0)
		return XJ_END;
	return xj_error_set(e->err, XJ_EINVAL, "%s has not left: `xueji member "
			    "leave` says when", row->login);
}

static int
erase_all(struct erasing *e)
{
	int r = xj_catalog_members(e->archive->catalog, e->member, note_member,
				   e, e->err);

	if (r >= 0)
		r = find_papers(e);
	if (r == XJ_OK)
		r = drop_own(e);
	for (size_t i = 0; i < e->papers.len / sizeof(uint64_t) &&
	     r == XJ_OK && e->choice != XJ_PAPERS_KEEP; i++)
		r = one_paper(e, number_at(&e->papers, i), false);
	return r < 0 ? r : xj_catalog_erase(e->archive->catalog,
					    e->archive->texts, e->err);
}

int
xj_member_erase(struct xj_archive *a, const char *member,
		enum xj_papers_left papers, struct xj_member_erased *erased,
		struct xj_error *err)
{
	struct xj_member_erased own;
	xj_auto(erasing_end) struct erasing e = { .archive = a,
		.choice = papers, .erased = erased ? erased : &own,
		.err = err };
	struct xj_reader *reader = a->reader;
	bool aside;
	int r = xj_reader_may_manage(a, err);

	memset(e.erased, 0, sizeof(*e.erased));
	if (r == XJ_OK && xj_arena_new(&e.arena) < 0)
		r = no_memory(err);
	if (r == XJ_OK)
		r = xj_archive_writable(a, err);
	if (r == XJ_OK)
		r = xj_member_find(a, member, &e.member, err);
	if (r < 0)
		return r;
	/* What it touches an operator does not see; he is told how much. */
	aside = xj_catalog_blind(a->catalog, true);
	a->reader = NULL;
	r = erase_all(&e);
	a->reader = reader;
	xj_catalog_blind(a->catalog, aside);
	return r;
}
