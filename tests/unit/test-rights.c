/*
 * Who sees what: random organisations, documents and shares, and every way of
 * asking compared with what a few lines of brute force say.
 *
 * The model below knows units, members, roles, scopes and shares as the words of
 * the rules have them; it looks at nothing of the library's.
 */
#include <stdbool.h>
#include <stdint.h>

#include <xueji/study.h>
#include <xueji/xueji.h>

#include "util/util.h"

#include "library-fixture.h"
#include "make-zip.h"

#define UNITS 30
#define MEMBERS 40
#define DOCS 120
#define SHARES 5        /* of a document, at most */
#define MEETINGS 16
#ifdef XJ_SANITIZED
#define PROBES 2500     /* the same code runs, more slowly */
#else
#define PROBES 10000
#endif
#define COMMANDS 200     /* a process each */

enum { PRIVATE, UNIT, BELOW, SOME, ALL, EVERYBODY, NOTHING };
static const char *const scopes[] = { "private", "unit", "below", "units",
				      "members", "public" };
static const char *const roles[] = { "secretary", "librarian", "reviewer",
				     "lead", "operator", "editor",
				     "inspector" };
enum { SECRETARY = 1, LIBRARIAN = 2, REVIEWER = 4, LEAD = 8, OPERATOR = 16,
       EDITOR = 32, INSPECTOR = 64 };

struct share {
	int unit, member;      /* -1: not with one; both: with all members */
	bool below, download;
	const char *from, *until;
};

struct org {
	struct shelf *s;
	uint64_t random;
	int later;             /* 0 before 1 July 2011, 1 after */
	const char *today;
	int parent[UNITS][2];  /* -1: on top */
	struct {
		int home[2], also; /* units; also -1: none */
		unsigned role;     /* one bit, or 0 */
		int over;          /* unit of the role; -1: everywhere */
	} members[MEMBERS];
	struct {
		uint64_t id, inside; /* a member of it; 0: none */
		int unit, owner, scope, some[2];
		bool secret, removed;
		struct share shares[SHARES];
		int count;
	} docs[DOCS];
	uint64_t collection;   /* of all of them, for all members */
	struct {
		uint64_t id;
		bool lecture, below; /* else a seminar; and what is below */
		int unit, invited, guest, chair; /* unit, unit, members */
	} meetings[MEETINGS];
	int acting;            /* -1: the owner of the archive */
	unsigned sights;       /* probes in which it was to be seen */
};

static unsigned
dice(struct org *o, unsigned sides)
{
	o->random ^= o->random << 13;
	o->random ^= o->random >> 7;
	o->random ^= o->random << 17;
	return (unsigned)(o->random >> 20) % sides;
}

static const char *
unit_code(int unit)
{
	static char codes[4][16];
	static int next;

	next = (next + 1) % 4;
	snprintf(codes[next], sizeof(codes[next]), "unit-%d", unit);
	return codes[next];
}

static const char *
login(int member)
{
	static char logins[4][16];
	static int next;

	next = (next + 1) % 4;
	snprintf(logins[next], sizeof(logins[next]), "m%d", member);
	return logins[next];
}

/* ------------------------------------------------------------- brute force */

static bool
is_below(const struct org *o, int unit, int above)
{
	for (; unit >= 0; unit = o->parent[unit][o->later])
		if (unit == above)
			return true;
	return false;
}

static bool
is_in(const struct org *o, int m, int unit)
{
	return o->members[m].home[o->later] == unit ||
	       (o->members[m].also == unit && unit >= 0);
}

static bool
is_within(const struct org *o, int m, int unit)
{
	return is_below(o, o->members[m].home[o->later], unit) ||
	       (o->members[m].also >= 0 &&
		is_below(o, o->members[m].also, unit));
}

static bool
has_role(const struct org *o, int m, unsigned among, int unit)
{
	int over = o->members[m].over;

	if (!(o->members[m].role & among))
		return false;
	return over < 0 || (unit >= 0 && is_below(o, unit, over));
}

static bool
opens(const struct org *o, int m, const struct share *s, bool download)
{
	if ((download && !s->download) ||
	    (s->from && strcmp(s->from, o->today) > 0) ||
	    (s->until && strcmp(s->until, o->today) < 0))
		return false;
	if (s->member >= 0)
		return s->member == m;
	if (s->unit >= 0)
		return s->below ? is_within(o, m, s->unit) :
				  is_in(o, m, s->unit);
	return true;
}

static bool
may_have(const struct org *o, int m, int d, bool download)
{
	int unit = o->docs[d].unit, scope = o->docs[d].scope;

	if (m < 0)
		return !o->docs[d].secret;
	if (o->docs[d].secret || scope == NOTHING)
		return false;
	if (o->docs[d].owner == m || scope == ALL || scope == EVERYBODY)
		return true;
	if (scope == UNIT && is_in(o, m, unit))
		return true;
	if (scope == BELOW && is_within(o, m, unit))
		return true;
	for (int i = 0; i < 2 && scope == SOME; i++)
		if (is_in(o, m, o->docs[d].some[i]))
			return true;
	if (scope != PRIVATE && unit >= 0 &&
	    has_role(o, m, SECRETARY | LIBRARIAN | REVIEWER | LEAD, unit))
		return true;
	for (int i = 0; i < o->docs[d].count; i++)
		if (opens(o, m, &o->docs[d].shares[i], download))
			return true;
	return false;
}

/* Lectures and seminars: who leads one (or speaks), who is invited, the staff of
 * the unit that holds it; a lecture is for its whole unit. */
static bool
meets(const struct org *o, int k)
{
	int m = o->acting, unit = o->meetings[k].unit;

	return m < 0 || o->meetings[k].chair == m ||
	       o->meetings[k].guest == m ||
	       has_role(o, m, SECRETARY | LIBRARIAN | REVIEWER | LEAD, unit) ||
	       (o->meetings[k].lecture && is_within(o, m, unit)) ||
	       (o->meetings[k].below ? is_within : is_in)
			(o, m, o->meetings[k].invited);
}

static bool
sees(const struct org *o, int d)
{
	return may_have(o, o->acting, d, false);
}

static bool
may_change(const struct org *o, int d, unsigned by)
{
	int m = o->acting;

	return m < 0 || o->docs[d].owner == m ||
	       has_role(o, m, by, o->docs[d].unit);
}

/* ---------------------------------------------------------- making of it all */

static void
make_people(struct org *o)
{
	struct shelf *s = o->s;

	for (int u = 0; u < UNITS; u++) {
		int up = u == 0 ? -1 : (int)dice(o, u < 5 ? (unsigned)u : 5);

		o->parent[u][0] = o->parent[u][1] = up;
		must(xj_unit_add(s->archive, &(struct xj_unit_given){
			.code = unit_code(u), .name = unit_code(u),
			.kind = "department", .axis = "work",
			.parent = up < 0 ? NULL : unit_code(up) }, NULL, NULL,
			&s->err));
	}
	for (int m = 0; m < MEMBERS; m++) {
		int home = (int)dice(o, UNITS), also = (int)dice(o, UNITS);

		o->members[m].home[0] = o->members[m].home[1] = home;
		o->members[m].also = -1;
		o->members[m].over = -1;
		must(xj_member_add(s->archive, &(struct xj_member_given){
			.login = login(m), .name = login(m),
			.unit = unit_code(home) }, NULL, NULL, &s->err));
		if (dice(o, 4) == 0 && also != home) {
			o->members[m].also = also;
			must(xj_member_move(s->archive, login(m),
					    unit_code(also), XJ_MOVE_ALSO,
					    false, NULL, NULL, &s->err));
		}
	}
}

static void
give_roles(struct org *o)
{
	struct shelf *s = o->s;

	for (int m = 0; m < MEMBERS; m += 2) {
		unsigned role = dice(o, 7);
		int over = dice(o, 8) == 0 ? -1 : (int)dice(o, UNITS);

		o->members[m].role = 1u << role;
		o->members[m].over = over;
		must(xj_role_grant(s->archive, login(m), roles[role],
				   over < 0 ? NULL : unit_code(over), NULL,
				   NULL, NULL, &s->err));
	}
}

/* Some stand elsewhere from 1 July on. */
static void
move_some(struct org *o)
{
	const struct xj_change_options july = { .on = "2011-07-01" };
	struct shelf *s = o->s;

	for (int i = 0; i < 6; i++) {
		int u = 1 + (int)dice(o, UNITS - 1), to = (int)dice(o, UNITS);
		int m = (int)dice(o, MEMBERS);

		o->later = 1;
		if (!is_below(o, to, u) && o->parent[u][0] == o->parent[u][1] &&
		    to != o->parent[u][0]) {
			o->parent[u][1] = to;
			must(xj_unit_move(s->archive, unit_code(u),
					  unit_code(to), false, &july, NULL,
					  &s->err));
		}
		to = (int)dice(o, UNITS);
		if (o->members[m].home[0] == o->members[m].home[1] &&
		    o->members[m].also != to && o->members[m].home[0] != to) {
			o->members[m].home[1] = to;
			must(xj_member_move(s->archive, login(m),
					    unit_code(to), XJ_MOVE, false,
					    &july, NULL, &s->err));
		}
		o->later = 0;
	}
}

/* Words that only one document has begin with its number in letters. */
static const char *
token(int d)
{
	static char tokens[4][24];
	static int next;

	next = (next + 1) % 4;
	snprintf(tokens[next], sizeof(tokens[next]), "%c%c%czebu",
		 'b' + d / 100, 'b' + d / 10 % 10, 'b' + d % 10);
	return tokens[next];
}

static const char *
file_name(const struct org *o, int d)
{
	static char name[80];

	snprintf(name, sizeof(name), o->docs[d].secret ?
		 "秘密★10年 %s.txt" : d % 16 == 0 ? "box %s.zip" : "%s.txt",
		 token(d));
	return name;
}

static void
write_doc(struct org *o, int d)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct zip z = ZIP_INIT;

	xj_buf_addf(&b, "common %s 感染控制 %s\n", d % 3 ? "odd" : "third",
		    token(d));
	if (d % 16 || o->docs[d].secret) {
		write_bytes(o->s, file_name(o, d), b.data, b.len);
		return;
	}
	zip_add(&z, "inner.txt", b.data, b.len);
	zip_end(&z);
	write_bytes(o->s, file_name(o, d), z.bytes.data, z.bytes.len);
	zip_release(&z);
}

static void
add_doc(struct org *o, int d)
{
	int unit = dice(o, 8) == 0 ? -1 : (int)dice(o, UNITS);
	int owner = dice(o, 3) == 0 ? -1 : (int)dice(o, MEMBERS);
	int scope = (int)dice(o, 6);
	const char *some[3] = { NULL };
	struct xj_given given[] = { { "creator", login(d % 7) },
				    { "subject", token(d) },
				    { "topic", d % 2 ? "law" : "theory" },
				    { NULL, NULL } };
	struct shelf *s = o->s;

	if (unit < 0 && (scope == UNIT || scope == BELOW))
		scope = PRIVATE;
	o->docs[d].secret = d % 23 == 5;
	o->docs[d].unit = unit;
	o->docs[d].owner = owner;
	o->docs[d].scope = scope;
	for (int i = 0; i < 2; i++) {
		o->docs[d].some[i] = (int)dice(o, UNITS);
		some[i] = unit_code(o->docs[d].some[i]);
	}
	if (d % 31 == 7) { /* nobody says who may see it */
		o->docs[d].scope = NOTHING;
		o->docs[d].unit = o->docs[d].owner = -1;
	}
	write_doc(o, d);
	s->options.given = given;
	s->options.kind = d % 2 ? "book" : "minutes";
	s->options.rights = o->docs[d].scope == NOTHING ?
		(struct xj_scope_given){ 0 } : (struct xj_scope_given){
		.scope = scopes[scope], .unit = unit < 0 ? NULL :
		unit_code(unit), .owner = owner < 0 ? NULL : login(owner),
		.units = scope == SOME ? some : NULL };
	add(s, file_name(o, d));
	o->docs[d].id = id_of(s, file_name(o, d));
	for (size_t i = 0; i < s->line_count; i++)
		if (s->lines[i].id != o->docs[d].id)
			o->docs[d].inside = s->lines[i].id;
	memset(&s->options, 0, sizeof(s->options));
}

static void
share_doc(struct org *o, int d)
{
	static const char *const untils[] = { NULL, "2011-06-30",
					      "2011-12-31" };
	static const char *const froms[] = { NULL, NULL, "2011-06-20" };
	struct share sh = { .unit = -1, .member = -1,
		.download = dice(o, 2), .until = untils[dice(o, 3)],
		.from = froms[dice(o, 3)] };
	struct shelf *s = o->s;
	char to[32] = "all";

	if (o->docs[d].secret)
		return;
	if (dice(o, 3) == 0)
		sh.member = (int)dice(o, MEMBERS);
	else if (dice(o, 8))
		sh.unit = (int)dice(o, UNITS);
	sh.below = sh.unit >= 0 && dice(o, 2);
	if (sh.member == o->docs[d].owner && sh.member >= 0)
		return;
	for (int i = 0; i < o->docs[d].count; i++)
		if (o->docs[d].shares[i].unit == sh.unit &&
		    o->docs[d].shares[i].member == sh.member &&
		    o->docs[d].shares[i].below == sh.below)
			return;
	if (sh.member >= 0)
		snprintf(to, sizeof(to), "%s", login(sh.member));
	else if (sh.unit >= 0)
		snprintf(to, sizeof(to), "%s%s", unit_code(sh.unit),
			 sh.below ? "/below" : "");
	must(xj_share(s->archive, o->docs[d].id, &(struct xj_share_given){
		.to = to, .from = sh.from, .until = sh.until,
		.right = sh.download ? "download" : "read" }, NULL, &s->err));
	if (o->docs[d].scope == NOTHING)
		o->docs[d].scope = PRIVATE;
	o->docs[d].shares[o->docs[d].count++] = sh;
}

static void
collect(struct org *o)
{
	struct xj_study_changed changed;
	const char *refs[DOCS + 1];
	char numbers[DOCS][24];
	struct shelf *s = o->s;
	size_t n = 0;

	for (int d = 0; d < DOCS; d++)
		if (!o->docs[d].secret) {
			snprintf(numbers[n], sizeof(numbers[n]), "%llu",
				 (unsigned long long)o->docs[d].id);
			refs[n] = numbers[n];
			n++;
		}
	refs[n] = NULL;
	must(xj_collection_new(s->archive, &(struct xj_collection_given){
		.title = "all" }, NULL, &changed, &s->err));
	o->collection = changed.id;
	must(xj_collection_add(s->archive, o->collection, refs, NULL, 0, NULL,
			       NULL, &s->err));
	must(xj_study_scope(s->archive, "collection", o->collection,
			    &(struct xj_scope_given){ .scope = "members" },
			    NULL, NULL, &s->err));
}

static const char *
meeting_title(int k)
{
	static char title[32];

	snprintf(title, sizeof(title), "meeting%c", 'a' + k);
	return title;
}

static void
plan(struct org *o, int k)
{
	struct xj_study_changed changed;
	char below[48], invited[48], guest[24], chair[24], unit[24];
	const char *invite[] = { invited, guest, NULL };
	const char *speakers[] = { chair, NULL };
	struct shelf *s = o->s;

	o->meetings[k].lecture = k % 2;
	o->meetings[k].below = dice(o, 2);
	o->meetings[k].unit = (int)dice(o, UNITS);
	o->meetings[k].invited = (int)dice(o, UNITS);
	o->meetings[k].guest = (int)dice(o, MEMBERS);
	o->meetings[k].chair = (int)dice(o, MEMBERS);
	snprintf(unit, sizeof(unit), "%s", unit_code(o->meetings[k].unit));
	snprintf(below, sizeof(below), "%s/below",
		 unit_code(o->meetings[k].invited));
	snprintf(invited, sizeof(invited), "%s", o->meetings[k].below ? below :
		 unit_code(o->meetings[k].invited));
	snprintf(guest, sizeof(guest), "%s", login(o->meetings[k].guest));
	snprintf(chair, sizeof(chair), "%s", login(o->meetings[k].chair));
	if (o->meetings[k].lecture)
		must(xj_lecture_new(s->archive, &(struct xj_lecture_given){
			.title = meeting_title(k), .unit = unit,
			.start = "2011-06-01", .speakers = speakers,
			.invite = invite }, NULL, &changed, &s->err));
	else
		must(xj_seminar_put(s->archive, 0, &(struct xj_seminar_given){
			.title = meeting_title(k), .unit = unit,
			.day = "2011-06-01", .chair = chair,
			.invite = invite }, NULL, &changed, &s->err));
	o->meetings[k].id = changed.id;
}

static void
make_org(struct org *o, struct shelf *s)
{
	o->s = s;
	o->random = 88172645463325252u;
	o->acting = -1;
	make_people(o);
	give_roles(o);
	move_some(o);
	for (int d = 0; d < DOCS; d++)
		add_doc(o, d);
	for (int i = 0; i < DOCS; i++) {
		int d = (int)dice(o, DOCS);

		if (o->docs[d].count < SHARES)
			share_doc(o, d);
	}
	collect(o);
	for (int k = 0; k < MEETINGS; k++)
		plan(o, k);
}

/* ------------------------------------------------------------------ surfaces */

static void
check(const struct org *o, const char *what, int d, bool got, bool want)
{
	o->s->err.status = 0;
	if (got != want)
		fail_msg("%s: m%d and document %llu (%s): %s", what, o->acting,
			 (unsigned long long)o->docs[d].id, token(d),
			 got ? "a leak" : "a wrongful refusal");
}

static const char *
ref_of(uint64_t id)
{
	static char ref[24];

	snprintf(ref, sizeof(ref), "%llu", (unsigned long long)id);
	return ref;
}

/* What is not seen is not there, in the same words. */
static void
assert_not_there(struct org *o, uint64_t id)
{
	char message[64];

	snprintf(message, sizeof(message), "no document %llu",
		 (unsigned long long)id);
	assert_string_equal(o->s->err.message, message);
}

static uint64_t
some_id(struct org *o, int d)
{
	return o->docs[d].inside && dice(o, 2) ? o->docs[d].inside :
						 o->docs[d].id;
}

static void
probe_open(struct org *o, int d)
{
	struct xj_document *doc = NULL;
	struct shelf *s = o->s;
	uint64_t id = some_id(o, d);
	int r = xj_document_open(s->archive, ref_of(id), &doc, &s->err);

	/* The one whose it is learns that it is in quarantine. */
	if (r == XJ_ENOTFOUND && !o->docs[d].secret)
		assert_not_there(o, id);
	check(o, "open", d, r == XJ_OK, sees(o, d));
	xj_document_free(doc);
}

static void
probe_bytes(struct org *o, int d)
{
	xj_auto(xj_closep) int fd = memfd_create("bytes", MFD_CLOEXEC);
	struct xj_document *doc = NULL;
	struct shelf *s = o->s;
	int r = xj_document_open(s->archive, ref_of(some_id(o, d)), &doc,
				 &s->err);

	if (r == XJ_OK)
		r = xj_document_get(doc, 0, fd, &s->err);
	check(o, "bytes", d, r == XJ_OK, may_have(o, o->acting, d, true));
	xj_document_free(doc);
}

static struct xj_hits *
look_for(struct org *o, const char *query, const char *facets)
{
	struct xj_hits *hits = NULL;
	struct shelf *s = o->s;

	must(xj_search(s->archive, &(struct xj_search){ .query = query,
		.limit = 20, .facets = facets }, &hits, &s->err));
	return hits;
}

static void
probe_search(struct org *o, int d)
{
	char query[64];
	struct xj_hits *hits;
	size_t seen = sees(o, d);

	snprintf(query, sizeof(query), dice(o, 2) ? "%s" : "subject:%s",
		 token(d));
	hits = look_for(o, query, NULL);
	check(o, query, d, xj_hits_total(hits) > 0, seen);
	check(o, "hits", d, xj_hits_count(hits) > 0, seen);
	for (size_t i = 0; i < xj_hits_count(hits); i++)
		assert_true(xj_hits_at(hits, i)->info.id == o->docs[d].id ||
			    xj_hits_at(hits, i)->info.id ==
			    o->docs[d].inside);
	xj_hits_free(hits);
}

/* Totals and facets of what many have, and phrases. */
static void
probe_totals(struct org *o, int d)
{
	static const char *const queries[] = { "common", "\"感染控制\"",
					       "感染", "common -third",
					       "kind:book common",
					       "year:..2200 common" };
	unsigned which = dice(o, XJ_COUNT(queries));
	struct xj_hits *hits = look_for(o, queries[which], "kind,creator");
	const struct xj_facet_count *f;
	uint64_t want = 0, books = 0, got = 0;
	size_t count;

	for (int i = 0; i < DOCS; i++) {
		/* Of a zip the member has the text, and is no book. */
		bool book = i % 2 && !o->docs[i].inside;

		if (!sees(o, i) || (which == 3 && i % 3 == 0) ||
		    (which == 4 && !book))
			continue;
		want++;
		books += book;
	}
	if (xj_hits_total(hits) != want)
		fail_msg("%s as m%d: %llu, not %llu", queries[which],
			 o->acting, (unsigned long long)xj_hits_total(hits),
			 (unsigned long long)want);
	f = xj_hits_facet(hits, "kind", &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(f[i].value, "book") == 0)
			got = f[i].count;
	assert_int_equal(got, books);
	xj_hits_free(hits);
	(void)d;
}

/* Words nearly like one, when nothing was found: those of documents in sight. */
static void
probe_nearest(struct org *o, int d)
{
	char query[32];
	struct xj_hits *hits;
	const struct xj_missing *m;
	size_t count;

	snprintf(query, sizeof(query), "%sx", token(d));
	hits = look_for(o, query, NULL);
	m = xj_hits_missing(hits, &count);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < m[i].nearest_count; k++)
			for (int j = 0; j < DOCS; j++)
				if (strcmp(m[i].nearest[k], token(j)) == 0)
					check(o, "nearest", j, true,
					      sees(o, j));
	xj_hits_free(hits);
}

struct suggested {
	struct org *o;
	bool found;
	int d;
};

static int
take_suggestion(void *ctx, const struct xj_suggestion *sg)
{
	struct suggested *g = ctx;

	for (int i = 0; i < DOCS; i++)
		if (strstr(sg->text, token(i)))
			check(g->o, "suggestion", i, true, sees(g->o, i));
	g->found |= strstr(sg->text, token(g->d)) != NULL;
	return XJ_OK;
}

static void
probe_suggest(struct org *o, int d)
{
	struct suggested g = { o, false, d };
	struct shelf *s = o->s;
	char typed[24];

	snprintf(typed, sizeof(typed), "%.*s%s", 3 + (int)dice(o, 4), token(d),
		 dice(o, 3) == 0 ? "q" : "");
	must(xj_suggest(s->archive, typed, 20, take_suggestion, &g, &s->err));
	if (strcmp(typed + strlen(typed) - 1, "q") != 0)
		check(o, "suggest", d, g.found, sees(o, d));
}

static int
count_one(void *ctx, const struct xj_document_info *info)
{
	(void)info;
	++*(uint64_t *)ctx;
	return XJ_OK;
}

static void
probe_list(struct org *o, int d)
{
	char filter[64];
	uint64_t total = 0, n = 0, want = 0;
	struct shelf *s = o->s;
	unsigned which = dice(o, 4);

	snprintf(filter, sizeof(filter), which == 0 ? "" : which == 1 ?
		 "in:%llu" : which == 2 ? "title:%llu" : "same:%llu",
		 (unsigned long long)o->docs[d].id);
	if (which == 2)
		snprintf(filter, sizeof(filter), "title:%s", token(d));
	must(xj_list(s->archive, &(struct xj_list_options){
		.filter = filter, .top_only = which == 0 }, &total, count_one,
		&n, &s->err));
	for (int i = 0; i < DOCS; i++)
		want += sees(o, i);
	if (which == 1)
		want = sees(o, d) ? 1 + (o->docs[d].inside != 0) : 0;
	else if (which == 2)
		want = sees(o, d);
	else if (which == 3)
		want = 0;
	if (n != want || total != want)
		fail_msg("list %s as m%d: %llu, not %llu", filter, o->acting,
			 (unsigned long long)n, (unsigned long long)want);
}

static int
count_item(void *ctx, const struct xj_collection_item *item)
{
	assert_int_equal(item->place, ++*(uint64_t *)ctx);
	return XJ_OK;
}

/* What bears a topic, and what stands in a collection that all see. */
static void
probe_study(struct org *o, int d)
{
	struct shelf *s = o->s;
	uint64_t law = 0, all = 0, total = 0, n = 0, listed = 0;
	const struct xj_facet_count *f;
	struct xj_hits *hits;
	size_t count;

	(void)d;
	for (int i = 0; i < DOCS; i++) {
		law += i % 2 && sees(o, i);
		all += !o->docs[i].secret && sees(o, i);
	}
	hits = look_for(o, "topic:law", "area");
	f = xj_hits_facet(hits, "area", &count);
	assert_int_equal(xj_hits_total(hits), law);
	assert_int_equal(count, law > 0);
	assert_int_equal(count ? f[0].count : 0, law);
	xj_hits_free(hits);
	must(xj_list(s->archive, &(struct xj_list_options){
		.filter = "topic:law" }, &total, count_one, &listed, &s->err));
	assert_int_equal(total, law);
	assert_int_equal(listed, law);
	must(xj_collection_show(s->archive, o->collection, NULL, count_item,
				&n, &s->err));
	assert_int_equal(n, all);
}

static int
add_count(void *ctx, const char *key, uint64_t count)
{
	(void)key;
	*(uint64_t *)ctx += count;
	return XJ_OK;
}

static void
probe_counts(struct org *o, int d)
{
	struct xj_archive_status status;
	uint64_t want = 0, inside = 0, tally = 0;
	struct shelf *s = o->s;

	for (int i = 0; i < DOCS; i++) {
		want += sees(o, i);
		inside += sees(o, i) && o->docs[i].inside;
	}
	must(xj_status(s->archive, &status, &s->err));
	assert_int_equal(status.documents, want);
	assert_int_equal(status.members, inside);
	must(xj_tally(s->archive, "type", add_count, &tally, &s->err));
	assert_int_equal(tally, want + inside);
	(void)d;
}

struct telling {
	struct org *o;
	int d;
	bool found;
};

static int
take_event(void *ctx, const struct xj_history_entry *e)
{
	struct telling *t = ctx;

	for (int i = 0; i < DOCS; i++)
		if (e->document == t->o->docs[i].id)
			check(t->o, "history", i, true, sees(t->o, i));
	t->found |= e->document == t->o->docs[t->d].id;
	return XJ_OK;
}

static void
probe_history(struct org *o, int d)
{
	struct telling t = { o, d, false };
	struct shelf *s = o->s;

	must(xj_history(s->archive, NULL, 0, take_event, &t, &s->err));
	check(o, "history", d, t.found, sees(o, d));
}

static void
probe_change(struct org *o, int d)
{
	const struct xj_given given[] = { { "description", "changed" },
					  { NULL, NULL } };
	struct shelf *s = o->s;
	bool may = sees(o, d) &&
		   may_change(o, d, SECRETARY | LIBRARIAN | EDITOR);
	int r = xj_edit(s->archive, o->docs[d].id, given, 0, &s->err);

	if (!sees(o, d) && !o->docs[d].secret) {
		assert_int_equal(r, XJ_ENOTFOUND);
		assert_not_there(o, o->docs[d].id);
	} else if (!may && !o->docs[d].secret) {
		assert_int_equal(r, XJ_EPERM);
	}
	check(o, "edit", d, r == XJ_OK, may);
}

/* Without doing it: a share that is refused for another reason behind. */
static void
probe_share(struct org *o, int d)
{
	struct shelf *s = o->s;
	bool may = sees(o, d) &&
		   may_change(o, d, SECRETARY | LIBRARIAN | LEAD | EDITOR);
	int r = xj_share(s->archive, o->docs[d].id, &(struct xj_share_given){
		.to = "all", .until = "1999-01-01" }, NULL, &s->err);

	if (!sees(o, d) && !o->docs[d].secret)
		assert_not_there(o, o->docs[d].id);
	check(o, "share", d, r == XJ_EINVAL, may);
}

static void
probe_remove(struct org *o, int d)
{
	struct shelf *s = o->s;
	bool may = sees(o, d) && may_change(o, d, LIBRARIAN);
	int r;

	if (may)
		return; /* it would go */
	r = xj_remove(s->archive, o->docs[d].id, NULL, &s->err);
	if (!sees(o, d) && !o->docs[d].secret)
		assert_not_there(o, o->docs[d].id);
	check(o, "remove", d, r == XJ_OK, false);
	r = xj_purge(s->archive, o->docs[d].id, NULL, &s->err);
	check(o, "purge", d, r == XJ_OK, false);
}

static void
probe_quarantine(struct org *o, int d)
{
	struct xj_document *doc = NULL;
	struct shelf *s = o->s;
	uint64_t n = 0, want = 0;
	int m = o->acting;
	int r = xj_quarantine_open(s->archive, ref_of(o->docs[d].id), &doc,
				   &s->err);

	for (int i = 0; i < DOCS; i++)
		want += o->docs[i].secret && (o->docs[i].owner == m ||
			(o->docs[i].unit >= 0 &&
			 has_role(o, m, LIBRARIAN, o->docs[i].unit)));
	must(xj_quarantine_list(s->archive, count_one, &n, &s->err));
	assert_int_equal(n, want);
	check(o, "quarantine", d, r == XJ_OK, o->docs[d].secret &&
	      (o->docs[d].owner == m ||
	       (o->docs[d].unit >= 0 &&
		has_role(o, m, LIBRARIAN, o->docs[d].unit))));
	xj_document_free(doc);
}

static int
note_reason(void *ctx, const struct xj_sight_reason *reason)
{
	(void)reason;
	*(bool *)ctx = true;
	return XJ_OK;
}

/* Why somebody sees it says yes for exactly those who do. */
static void
probe_why(struct org *o, int d)
{
	struct shelf *s = o->s;
	bool found = false;
	int r = xj_why(s->archive, login(o->acting), o->docs[d].id,
		       note_reason, &found, &s->err);

	if (!sees(o, d)) {
		assert_int_equal(r, o->docs[d].secret && r != XJ_ENOTFOUND ?
				 r : XJ_ENOTFOUND);
		return;
	}
	must(r);
	check(o, "why", d, found, true);
}

static int
no_accession(void *ctx, const struct xj_accession *row)
{
	(void)ctx;
	fail_msg("accession %llu is shown", (unsigned long long)row->number);
	return XJ_OK;
}

/* The archive's owner made all of them. */
static void
probe_accessions(struct org *o, int d)
{
	struct shelf *s = o->s;

	must(xj_accessions(s->archive, no_accession, NULL, &s->err));
	assert_status(xj_accession_show(s->archive, 1 + (uint64_t)d, NULL,
					NULL, NULL, &s->err), XJ_ENOTFOUND);
}

static void
probe_request(struct org *o, int d)
{
	struct shelf *s = o->s;
	uint64_t number;
	int r;

	if (o->docs[d].secret ||
	    (sees(o, d) && !may_have(o, o->acting, d, true)))
		return;
	r = xj_request(s->archive, o->docs[d].id, "study", &number, &s->err);
	if (r == XJ_ENOTFOUND)
		assert_not_there(o, o->docs[d].id);
	check(o, "request", d, r == XJ_EEXIST, sees(o, d));
}

static int
count_meeting(void *ctx, const struct xj_study *study)
{
	(void)study;
	++*(int *)ctx;
	return XJ_OK;
}

static void
check_meeting(const struct org *o, const char *what, int k, bool got)
{
	if (got != meets(o, k))
		fail_msg("%s: m%d and %s %llu: %s", what, o->acting,
			 o->meetings[k].lecture ? "lecture" : "seminar",
			 (unsigned long long)o->meetings[k].id,
			 got ? "a leak" : "a wrongful refusal");
}

static void
probe_meeting(struct org *o, int d)
{
	int k = d % MEETINGS, listed = 0;
	const struct xj_study_filter filter = { .title = meeting_title(k) };
	struct shelf *s = o->s;
	uint64_t id;
	int r = xj_study_find(s->archive, o->meetings[k].lecture ? "lecture" :
			      "seminar", ref_of(o->meetings[k].id), &id,
			      &s->err);

	check_meeting(o, "find", k, r == XJ_OK);
	must(xj_studies(s->archive, &filter, count_meeting, &listed, &s->err));
	check_meeting(o, "list", k, listed > 0);
}

static void (*const probes[])(struct org *, int) = {
	probe_open, probe_open, probe_search, probe_search, probe_search,
	probe_bytes, probe_totals, probe_nearest, probe_suggest, probe_list,
	probe_counts, probe_history, probe_change, probe_share, probe_remove,
	probe_quarantine, probe_why, probe_accessions,
	probe_request, probe_study, probe_meeting,
};

static void
act_as(struct org *o, int member)
{
	struct shelf *s = o->s;

	o->acting = member;
	must(xj_archive_set_reader(s->archive, member < 0 ? NULL :
				   login(member), &s->err));
}

static void
probe_all(struct org *o, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		int d = (int)dice(o, DOCS);

		if (i % 8 == 0)
			act_as(o, (int)dice(o, MEMBERS));
		o->sights += sees(o, d);
		probes[dice(o, XJ_COUNT(probes))](o, d);
	}
	act_as(o, -1);
}

static void
set_day(struct org *o, const char *day, int later)
{
	o->today = day;
	o->later = later;
	setenv("XUEJI_TODAY", day, 1);
}

struct persons {
	struct org *o;
	bool sees[MEMBERS];
};

static int
note_person(void *ctx, const struct xj_sight_reason *reason)
{
	struct persons *p = ctx;

	p->sees[atoi(reason->login + 1)] = true;
	return XJ_OK;
}

static void
probe_who_can(struct org *o)
{
	struct shelf *s = o->s;

	for (int d = 0; d < DOCS; d += 3) {
		struct persons p = { .o = o };

		if (o->docs[d].secret)
			continue;
		must(xj_who_can(s->archive, o->docs[d].id, note_person, &p,
				&s->err));
		for (int m = 0; m < MEMBERS; m++)
			if (p.sees[m] != may_have(o, m, d, false))
				fail_msg("who can see document %llu: m%d",
					 (unsigned long long)o->docs[d].id, m);
	}
}

/* ------------------------------------------------------------- the command */

/* Asked by number: of what is not seen, the answer is that of a number that there
 * never was. What changes something is asked only then. */
static const struct {
	const char *before, *after;
	bool changes;
} by_number[] = {
	{ "show ", "", false }, { "show --json ", "", false },
	{ "show --text ", "", false }, { "history ", "", false },
	{ "history --json ", "", false }, { "similar ", "", false },
	{ "list in:", "", false }, { "list --json same:", "", false },
	{ "shares ", "", false }, { "who-can ", "", false },
	{ "why m1 ", "", false }, { "ocr ", "", false },
	{ "search common in:", "", false }, { "get -o - ", "", true },
	{ "export -o packet ", "", true }, { "edit ", " title=new", true },
	{ "remove ", "", true }, { "share ", " --to all", true },
	{ "unshare ", " --to all", true }, { "scope ", " public", true },
	{ "quarantine show ", "", true }, { "request ", " --purpose x", true },
};

/* Asked by the beginning of the word that one document has: the word is in the
 * answer when that is seen. */
static const char *const by_word[] = {
	"search", "search --json", "search --explain", "search --json common",
	"suggest", "suggest --json", "list --json", "list",
};

/* Output and messages, then the exit code. */
static void
run_as(const struct org *o, const char *words, struct xj_buf *answer)
{
	char line[512], bytes[4096];
	size_t n;
	FILE *f;

	snprintf(line, sizeof(line), "\"$XUEJI\" -A '%s' --as %s %s "
		 "</dev/null 2>&1; echo \"exit $?\"", o->s->home,
		 login(o->acting), words);
	xj_buf_clear(answer);
	f = popen(line, "r");
	assert_non_null(f);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		xj_buf_add(answer, bytes, n);
	assert_int_equal(pclose(f), 0);
	xj_buf_str(answer);
}

/* How long it took is left out, so that two answers can be compared. */
static void
answer_for(const struct org *o, const char *before, const char *after,
	   const char *ref, struct xj_buf *answer)
{
	char words[96], *at;

	snprintf(words, sizeof(words), "%s%s%s", before, ref, after);
	run_as(o, words, answer);
	if ((at = strstr(answer->data, " documents, ")))
		memmove(at, at + strcspn(at, "\n"),
			strlen(at + strcspn(at, "\n")) + 1);
}

#define NEVER "7777" /* no number of the model's, nor anything else in an answer */

/* What is said of a number that there never was, as if it were `ref`. */
static void
answer_for_never(const struct org *o, const char *before, const char *after,
		 const char *ref, struct xj_buf *answer)
{
	size_t n = strlen(ref), was = strlen(NEVER);
	char *at;

	answer_for(o, before, after, NEVER, answer);
	while ((at = strstr(answer->data, NEVER))) {
		memcpy(at, ref, n);
		memmove(at + n, at + was, strlen(at + was) + 1);
	}
}

static void
probe_number(struct org *o, int d)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf never = XJ_BUF_INIT;
	unsigned which = dice(o, XJ_COUNT(by_number));
	const char *ref = ref_of(o->docs[d].id);
	if (by_number[which].changes && sees(o, d))
		return;
	answer_for(o, by_number[which].before, by_number[which].after, ref,
		   &got);
	if (sees(o, d)) {
		check(o, by_number[which].before, d,
		      !strstr(got.data, "exit 4"), true);
		return;
	}
	answer_for_never(o, by_number[which].before, by_number[which].after,
			 ref, &never);
	if (strcmp(got.data, never.data) != 0)
		fail_msg("%s as m%d: document %s says\n%s\nand one that never "
			 "was\n%s", by_number[which].before, o->acting, ref,
			 got.data, never.data);
}

/* Lectures and seminars likewise. */
static void
probe_meeting_number(struct org *o, int d)
{
	static const char *const asked[2][4] = {
		{ "seminar show ", "seminar show --json ", "packet show ",
		  "seminar history " },
		{ "lecture show ", "lecture show --json ", "lecture remove ",
		  "lecture history " },
	};
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf never = XJ_BUF_INIT;
	int k = d % MEETINGS;
	const char *before = asked[o->meetings[k].lecture][dice(o, 4)];

	if (meets(o, k) && strstr(before, "remove"))
		return;
	answer_for(o, before, "", ref_of(o->meetings[k].id), &got);
	check_meeting(o, before, k, !strstr(got.data, "exit 4"));
	if (meets(o, k))
		return;
	answer_for_never(o, before, "", ref_of(o->meetings[k].id), &never);
	assert_string_equal(got.data, never.data);
}

static void
probe_word(struct org *o, int d)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	unsigned which = dice(o, XJ_COUNT(by_word));
	bool list = strncmp(by_word[which], "list", 4) == 0;
	bool search = strncmp(by_word[which], "search", 6) == 0;
	char words[96];

	/* In a list a word of a name is to be whole: one letter less. */
	snprintf(words, sizeof(words), "%s '%s%.*s%s'", by_word[which],
		 list ? "title:" : "", list ? 6 : 3, token(d),
		 search ? "*" : "");
	run_as(o, words, &got);
	check(o, words, d, strstr(got.data, token(d)) != NULL, sees(o, d));
}

static void (*const by_command[])(struct org *, int) = {
	probe_number, probe_number, probe_word, probe_word,
	probe_meeting_number,
};

static void
probe_commands(struct org *o, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		int d = (int)dice(o, DOCS);

		if (o->docs[d].secret)
			continue;
		o->acting = (int)dice(o, MEMBERS);
		o->sights += sees(o, d);
		by_command[dice(o, XJ_COUNT(by_command))](o, d);
	}
	o->acting = -1;
}

/* ---------------------------------------------------------------------- tests */

static unsigned
how_many(const char *variable, unsigned otherwise)
{
	const char *asked = getenv(variable);

	return asked ? (unsigned)atoi(asked) : otherwise;
}

static void
nobody_sees_more_or_less_than_brute_force_says(void **state)
{
	static struct org org;
	struct org *o = &org;
	unsigned n = how_many("RIGHTS_PROBES", PROBES);

	(void)state;
	set_day(o, "2011-06-01", 0);
	SHELF(s);
	make_org(o, s);
	probe_all(o, n * 4 / 10);
	set_day(o, "2011-06-25", 0);
	probe_all(o, n * 2 / 10);
	probe_who_can(o);
	set_day(o, "2011-08-01", 1);
	probe_all(o, n * 3 / 10);
	/* What is in the OCFL root is enough. */
	xj_archive_close(s->archive);
	s->archive = NULL;
	must(xj_rebuild(s->home, NULL, NULL, NULL, NULL, &s->err));
	shelf_open(s, 0);
	probe_all(o, n / 10);
	probe_who_can(o);
	print_message("# %u probes, %u of what may be seen\n", n, o->sights);
	assert_true(o->sights > n / 10 && o->sights < n * 9 / 10);
}

static void
the_command_says_no_more_either(void **state)
{
	static struct org org;
	unsigned n = how_many("RIGHTS_COMMANDS", COMMANDS);

	(void)state;
	if (!getenv("XUEJI"))
		skip();
	set_day(&org, "2011-06-01", 0);
	SHELF(s);
	make_org(&org, s);
	probe_commands(&org, n / 2);
	set_day(&org, "2011-08-01", 1);
	probe_commands(&org, n / 2);
	print_message("# %u commands, %u of what may be seen\n", n,
		      org.sights);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(nobody_sees_more_or_less_than_brute_force_says),
	cmocka_unit_test(the_command_says_no_more_either),
};

LIBRARY_MAIN(tests)
