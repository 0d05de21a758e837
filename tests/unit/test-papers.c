/*
 * Who reads a paper: everybody there is, every state, every way of asking,
 * compared with what the rules say in a few lines.
 */
#include <xueji/account.h>
#include <xueji/study.h>

#include "library-fixture.h"

/* ju above nei and wai, ke below nei. The paper is of ke. */
static const char *const units[] = { "ju", "nei", "ke", "wai" };
static const char *const above[] = { NULL, "ju", "nei", "ju" };
static const char *const roles[] = { "member", "secretary", "reviewer", "lead",
				     "librarian", "editor", "inspector",
				     "operator" };
static const char *const states[] = { "draft", "submitted", "returned",
				      "accepted", "shared", "withdrawn" };

enum { DRAFT, SUBMITTED, RETURNED, ACCEPTED, SHARED, WITHDRAWN, STATES };

struct papers {
	struct shelf *s;
	uint64_t id[STATES], document[STATES];
	unsigned seen, hidden;
};

/* ------------------------------------------------------------------ the rules */

struct reader {
	const char *login; /* NULL: the archive's owner; "": a guest */
	size_t role, unit;
	bool author;
};

static bool
may_read(const struct reader *r, int state)
{
	bool over = r->unit != 3; /* of ke, or above it */

	if (r->author)
		return true;
	if (!r->login)
		return state != DRAFT;
	if (!*r->login || state == DRAFT || state == WITHDRAWN)
		return false;
	if (state == SHARED && r->unit == 3) /* with the members of wai */
		return true;
	if (over && strcmp(roles[r->role], "reviewer") == 0)
		return true;
	return over && strcmp(roles[r->role], "secretary") == 0 &&
	       (state == ACCEPTED || state == SHARED);
}

/* --------------------------------------------------------------- the archive */

static const char *
login_of(size_t role, size_t unit)
{
	static char login[32];

	snprintf(login, sizeof(login), "%s-%s", roles[role], units[unit]);
	return login;
}

static void
add_member(struct shelf *s, const char *login, const char *unit)
{
	must(xj_member_add(s->archive, &(struct xj_member_given){
		.login = login, .name = login, .unit = unit }, NULL, NULL,
		&s->err));
}

static void
people(struct shelf *s)
{
	for (size_t u = 0; u < XJ_COUNT(units); u++) {
		must(xj_unit_add(s->archive, &(struct xj_unit_given){
			.code = units[u], .name = units[u],
			.kind = "department", .axis = "work",
			.parent = above[u] }, NULL, NULL, &s->err));
		for (size_t r = 0; r < XJ_COUNT(roles); r++) {
			add_member(s, login_of(r, u), units[u]);
			if (r)
				must(xj_role_grant(s->archive, login_of(r, u),
					roles[r], units[u], NULL, NULL, NULL,
					&s->err));
		}
	}
	add_member(s, "author", "ke");
	add_member(s, "other", "wai");
	add_member(s, "friend", "ju");
}

static void
act(struct shelf *s, const char *login)
{
	must(login && !*login ? xj_archive_set_guest(s->archive, &s->err) :
	     xj_archive_set_reader(s->archive, login, &s->err));
}

static int
note_document(void *ctx, const struct xj_paper *paper)
{
	*(uint64_t *)ctx = paper->document;
	return XJ_OK;
}

/* Brought to its state by those who may. */
static void
make_paper(struct papers *p, int state)
{
	const char *const basis[] = { "1", NULL }, *const with[] = { "other",
		NULL };
	struct shelf *s = p->s;
	struct xj_paper_saved saved;
	char text[64];

	snprintf(text, sizeof(text), "words zebu%s of mine", states[state]);
	act(s, "author");
	must(xj_paper_new(s->archive, &(struct xj_paper_given){
		.title = text, .based_on = basis, .with = with }, text,
		strlen(text), NULL, &saved, &s->err));
	p->id[state] = saved.id;
	if (state == DRAFT)
		return;
	must(xj_paper_submit(s->archive, saved.id, NULL, NULL, &s->err));
	must(xj_papers(s->archive, &(struct xj_paper_filter){
		.id = saved.id }, note_document, &p->document[state],
		&s->err));
	act(s, "reviewer-nei");
	if (state == RETURNED)
		must(xj_paper_return(s->archive, saved.id,
				     "not yet what it could be", NULL, NULL,
				     &s->err));
	if (state == ACCEPTED || state == SHARED)
		must(xj_paper_accept(s->archive, saved.id, NULL, NULL, NULL,
				     &s->err));
	act(s, "author");
	if (state == SHARED)
		must(xj_paper_share(s->archive, saved.id,
			&(struct xj_share_given){ .to = "wai" }, NULL, NULL,
			&s->err));
	if (state == SHARED) /* and reads it, but wrote nothing of it */
		must(xj_paper_share(s->archive, saved.id,
			&(struct xj_share_given){ .to = "friend" }, NULL, NULL,
			&s->err));
	if (state == WITHDRAWN)
		must(xj_paper_withdraw(s->archive, saved.id, NULL, NULL,
				       &s->err));
}

/* ------------------------------------------------------------------- probing */

static int
note_id(void *ctx, const struct xj_paper *paper)
{
	uint64_t *wanted = ctx;

	if (paper->id == *wanted)
		*wanted = 0;
	return XJ_OK;
}

static bool
is_listed(struct shelf *s, uint64_t id, bool alone, const char *by)
{
	uint64_t wanted = id;
	int r = xj_papers(s->archive, &(struct xj_paper_filter){
		.id = alone ? id : 0, .author = by }, note_id, &wanted,
		&s->err);

	if (r < 0)
		assert_int_equal(r, XJ_ENOTFOUND);
	return wanted == 0;
}

static int
note_study(void *ctx, const struct xj_study *study)
{
	return note_id(ctx, &(struct xj_paper){ .id = study->id });
}

static bool
is_record(struct shelf *s, uint64_t id)
{
	uint64_t wanted = id;

	must(xj_studies(s->archive, NULL, note_study, &wanted, &s->err));
	return wanted == 0;
}

static bool
has_text(struct shelf *s, uint64_t id)
{
	char *text = NULL;
	int r = xj_paper_text(s->archive, id, &text, &s->err);

	xj_free(text);
	if (r < 0)
		assert_int_equal(r, XJ_ENOTFOUND);
	return r == XJ_OK;
}

static bool
is_found(struct shelf *s, uint64_t id)
{
	char ref[24];
	uint64_t found;

	snprintf(ref, sizeof(ref), "%llu", (unsigned long long)id);
	return xj_paper_find(s->archive, ref, &found, &s->err) == XJ_OK;
}

static bool
is_hit(struct shelf *s, int state)
{
	struct xj_hits *hits;
	char query[32];
	bool any;

	snprintf(query, sizeof(query), "zebu%s", states[state]);
	must(xj_search(s->archive, &(struct xj_search){ .query = query },
		       &hits, &s->err));
	any = xj_hits_total(hits) > 0;
	xj_hits_free(hits);
	return any;
}

static bool
is_document(struct shelf *s, uint64_t id)
{
	struct xj_document *d;
	char ref[24];

	snprintf(ref, sizeof(ref), "%llu", (unsigned long long)id);
	if (xj_document_open(s->archive, ref, &d, &s->err) < 0)
		return false;
	xj_document_free(d);
	return true;
}

static void
probe(struct papers *p, const struct reader *r, int state)
{
	struct shelf *s = p->s;
	uint64_t id = p->id[state];
	bool may = may_read(r, state);
	bool there = may && state != DRAFT && state != WITHDRAWN;

	*(may ? &p->seen : &p->hidden) += 10;
	if (is_listed(s, id, false, NULL) != may ||
	    is_listed(s, id, true, NULL) != may ||
	    is_listed(s, id, false, "author") != may ||
	    is_listed(s, id, false, "other") != may ||
	    is_listed(s, id, false, "friend") ||
	    is_found(s, id) != may || has_text(s, id) != may ||
	    is_record(s, id) != (may && state != DRAFT) ||
	    is_hit(s, state) != there ||
	    (p->document[state] && is_document(s, p->document[state]) != may))
		fail_msg("%s and the %s paper: not as the rules say",
			 r->login ? r->login : "owner", states[state]);
}

static void
probe_all(struct papers *p, const struct reader *r)
{
	act(p->s, r->login);
	for (int state = 0; state < STATES; state++)
		probe(p, r, state);
}

static void
who_reads_a_paper_follows_from_its_state(void **state)
{
	struct papers p = { 0 };
	SHELF(s);

	(void)state;
	p.s = s;
	people(s);
	must(xj_setting_set(s->archive, "paper.minimum", "1", &s->err));
	write_file(s, "basis.md", "what all read");
	s->options.rights = (struct xj_scope_given){ .scope = "members" };
	add(s, "basis.md");
	for (int i = 0; i < STATES; i++)
		make_paper(&p, i);
	for (size_t u = 0; u < XJ_COUNT(units); u++)
		for (size_t r = 0; r < XJ_COUNT(roles); r++)
			probe_all(&p, &(struct reader){
				.login = login_of(r, u), .role = r,
				.unit = u });
	probe_all(&p, &(struct reader){ .login = "author", .author = true });
	probe_all(&p, &(struct reader){ .login = "other", .author = true });
	probe_all(&p, &(struct reader){ .login = "" });
	probe_all(&p, &(struct reader){ .login = NULL });
	fprintf(stderr, "%u probes, %u of them to be seen\n",
		p.seen + p.hidden, p.seen);
}

/* Nobody decides about his own, nor where he has no role. */
static void
who_decides_about_a_paper_follows_from_his_roles(void **state)
{
	struct papers p = { 0 };
	SHELF(s);

	(void)state;
	p.s = s;
	people(s);
	must(xj_setting_set(s->archive, "paper.minimum", "1", &s->err));
	write_file(s, "basis.md", "what all read");
	s->options.rights = (struct xj_scope_given){ .scope = "members" };
	add(s, "basis.md");
	make_paper(&p, SUBMITTED);
	for (size_t u = 0; u < XJ_COUNT(units); u++)
		for (size_t r = 0; r < XJ_COUNT(roles); r++) {
			act(s, login_of(r, u));
			assert_int_equal(xj_paper_accept(s->archive,
				p.id[SUBMITTED], NULL,
				&(struct xj_change_options){ .dry_run = true },
				NULL, &s->err),
				strcmp(roles[r], "reviewer") == 0 && u != 3 ?
				XJ_OK : XJ_EPERM);
		}
	act(s, "other");
	assert_status(xj_paper_accept(s->archive, p.id[SUBMITTED], NULL, NULL,
				      NULL, &s->err), XJ_EPERM);
	assert_says(s, "an author cannot accept his own paper");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(who_reads_a_paper_follows_from_its_state),
	cmocka_unit_test(who_decides_about_a_paper_follows_from_his_roles),
};

LIBRARY_MAIN(tests)
