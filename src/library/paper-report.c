/*
 * paper-report.c - the year's papers of a unit: who has written how many. A
 * person counts once, whichever units he was in; a paper for the unit that its
 * author belonged to on the day it was handed in; of n authors each has 1/n.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/paper.h"

#define MONTHS 12
#define NEARLY 1e-6 /* three thirds are one */

/* What a person has in one row of the report. */
struct share {
	bool there;      /* a whole month of the year */
	double papers;
};

struct person {
	uint64_t id;
	const char *urn, *login, *name;
	uint64_t unit;         /* of his last month there */
	struct share *shares;  /* one a row; the first is of the whole */
};

struct report {
	struct xj_archive *archive;
	struct xj_arena *arena;
	const char *year;
	struct xj_unit_tree trees[MONTHS]; /* at the end of each month */
	char first[MONTHS][XJ_DAY_MAX], last[MONTHS][XJ_DAY_MAX];
	size_t months;                     /* that have begun */
	const struct xj_unit_row *unit;
	uint64_t *rows;                    /* units; the first is the whole */
	size_t row_count, row_cap;
	uint64_t *late;                    /* papers after the year, a row */
	struct person *people;
	size_t count, cap;
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static void
report_end(struct report *p)
{
	for (size_t i = 0; i < p->months; i++)
		xj_unit_tree_end(&p->trees[i]);
	free(p->people);
	free(p->rows);
	xj_arena_free(p->arena);
}

/* ---------------------------------------------------------------- the year */

/* The months that have begun, the current one up to today. */
static int
load_trees(struct report *p)
{
	char today[XJ_DAY_MAX], next[XJ_DAY_MAX + 8];
	int r = XJ_OK;

	xj_today(today);
	for (size_t i = 0; i < MONTHS && r == XJ_OK; i++) {
		snprintf(next, sizeof(next), "%s-%02zu-01", p->year, i + 1);
		if (strcmp(next, today) > 0)
			break;
		memcpy(p->first[i], next, XJ_DAY_MAX);
		if (i + 1 < MONTHS)
			snprintf(next, sizeof(next), "%s-%02zu-01", p->year,
				 i + 2);
		else
			snprintf(next, sizeof(next), "%04d-01-01",
				 atoi(p->year) + 1);
		xj_day_add(next, -1, p->last[i]);
		if (strcmp(p->last[i], today) > 0)
			memcpy(p->last[i], today, XJ_DAY_MAX);
		p->months++;
		r = xj_unit_tree_load(p->archive, p->last[i], &p->trees[i],
				      p->err);
	}
	if (r == XJ_OK && !p->months)
		return xj_error_set(p->err, XJ_EINVAL, "%s has not come yet",
				    p->year);
	return r;
}

static int
add_row(struct report *p, uint64_t unit)
{
	for (size_t i = 0; i < p->row_count; i++)
		if (p->rows[i] == unit)
			return XJ_OK;
	if (p->row_count == p->row_cap) {
		size_t cap = p->row_cap ? 2 * p->row_cap : 16;
		uint64_t *rows = realloc(p->rows, cap * sizeof(*rows));

		if (!rows)
			return no_memory(p->err);
		p->rows = rows;
		p->row_cap = cap;
	}
	p->rows[p->row_count++] = unit;
	return XJ_OK;
}

/* What stood right below it in any month, also what was merged since. */
static int
find_rows(struct report *p)
{
	int r = add_row(p, p->unit->id);

	for (size_t m = p->months; m-- > 0;)
		for (size_t i = 0; i < p->trees[m].count && r == XJ_OK; i++) {
			const struct xj_unit_row *u = &p->trees[m].units[i];

			if (u->placed && u->parent == p->unit->id)
				r = add_row(p, u->id);
		}
	p->late = xj_arena_alloc(p->arena, p->row_count * sizeof(*p->late));
	return r == XJ_OK && !p->late ? no_memory(p->err) : r;
}

/* ---------------------------------------------------------------- the people */

static int
note_person(void *ctx, const struct xj_member_row *row)
{
	struct report *p = ctx;
	struct person *one;

	if (p->count == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 64;
		struct person *people = realloc(p->people,
						cap * sizeof(*people));

		if (!people)
			return no_memory(p->err);
		p->people = people;
		p->cap = cap;
	}
	one = &p->people[p->count++];
	*one = (struct person){ .id = row->id,
		.urn = xj_arena_strdup(p->arena, row->urn),
		.login = xj_arena_strdup(p->arena, row->login),
		.name = xj_arena_strdup(p->arena, row->name),
		.shares = xj_arena_alloc(p->arena, p->row_count *
					 sizeof(struct share)) };
	return one->urn && one->login && one->name && one->shares ? XJ_OK :
								    XJ_ENOMEM;
}

/* Where somebody belonged first on the axis, on some days. */
struct belonging {
	const struct report *report;
	const char (*days)[XJ_DAY_MAX];
	size_t count;
	uint64_t *units; /* 0: nowhere */
};

static int
note_span(void *ctx, const struct xj_span_row *row)
{
	struct belonging *b = ctx;
	const struct xj_unit_row *u = xj_unit_tree_unit(&b->report->trees[0],
							row->unit);

	if (!row->primary || !u || strcmp(u->axis, b->report->unit->axis))
		return XJ_OK;
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(row->from, b->days[i]) <= 0 &&
		    (!row->until || strcmp(row->until, b->days[i]) >= 0))
			b->units[i] = row->unit;
	return XJ_OK;
}

static int
units_on(struct report *p, const struct person *one,
	 const char (*days)[XJ_DAY_MAX], size_t count, uint64_t *units)
{
	struct belonging b = { p, days, count, units };

	memset(units, 0, count * sizeof(*units));
	return xj_catalog_memberships(p->archive->catalog, one->id, note_span,
				      &b, p->err);
}

static int
place_person(struct report *p, struct person *one)
{
	uint64_t first[MONTHS], last[MONTHS];
	int r = units_on(p, one, (const char (*)[XJ_DAY_MAX])p->first,
			 p->months, first);

	if (r == XJ_OK)
		r = units_on(p, one, (const char (*)[XJ_DAY_MAX])p->last,
			     p->months, last);
	for (size_t m = 0; m < p->months && r == XJ_OK; m++)
		for (size_t i = 0; i < p->row_count; i++) {
			const struct xj_unit_tree *tree = &p->trees[m];

			if (!first[m] || !last[m] ||
			    !xj_unit_tree_below(tree, first[m], p->rows[i]) ||
			    !xj_unit_tree_below(tree, last[m], p->rows[i]))
				continue;
			one->shares[i].there = true;
			if (i == 0)
				one->unit = last[m];
		}
	return r;
}

/* --------------------------------------------------------------- the papers */

static struct person *
find_person(struct report *p, const char *urn)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->people[i].urn, urn) == 0)
			return &p->people[i];
	return NULL;
}

static size_t
month_of(const struct report *p, const char *day)
{
	size_t m = p->months - 1;

	while (m > 0 && strcmp(p->first[m], day) > 0)
		m--;
	return m;
}

static int
count_author(struct report *p, struct person *one, const char *day,
	     double part, bool *counted)
{
	char days[1][XJ_DAY_MAX];
	uint64_t unit;
	int r;

	snprintf(days[0], sizeof(days[0]), "%s", day);
	r = units_on(p, one, (const char (*)[XJ_DAY_MAX])days, 1, &unit);
	for (size_t i = 0; i < p->row_count && r == XJ_OK && unit; i++)
		if (xj_unit_tree_below(&p->trees[month_of(p, day)], unit,
				       p->rows[i])) {
			one->shares[i].papers += part;
			counted[i] = true;
		}
	return r;
}

static int
count_paper(struct report *p, const json_t *root)
{
	const json_t *authors = json_object_get(root, "authors"), *v;
	const char *day = xj_entity_text(root, "submitted_on");
	bool *counted = xj_arena_alloc(p->arena, p->row_count);
	size_t n = json_array_size(authors), i;
	int r = XJ_OK;

	if (!counted)
		return no_memory(p->err);
	json_array_foreach(authors, i, v) {
		struct person *one = find_person(p, json_string_value(v));

		if (one && day && r == XJ_OK)
			r = count_author(p, one, day, 1.0 / (double)n,
					 counted);
	}
	for (i = 0; i < p->row_count && day; i++)
		p->late[i] += counted[i] && strncmp(day, p->year, 4) > 0;
	return r;
}

static int
note_paper(void *ctx, const struct xj_study_row *row)
{
	struct xj_buf *ids = ctx;

	if (strcmp(row->state, "accepted") == 0 ||
	    strcmp(row->state, "shared") == 0)
		xj_buf_add(ids, &row->id, sizeof(row->id));
	return xj_buf_check(ids, NULL);
}

static int
count_papers(struct report *p)
{
	const struct xj_study_query q = { .kind = "paper", .from = p->year,
		.until = p->year, .which = XJ_STUDY_LIVE };
	xj_auto(xj_buf_release) struct xj_buf ids = XJ_BUF_INIT;
	int r = xj_catalog_studies(p->archive->catalog, &q, note_paper, &ids,
				   p->err);

	for (size_t i = 0; i < ids.len / sizeof(uint64_t) && r == XJ_OK; i++) {
		struct xj_entity_row row;
		json_t *root = NULL;
		uint64_t id;

		memcpy(&id, ids.data + i * sizeof(id), sizeof(id));
		r = xj_catalog_get_entity(p->archive->catalog, id, p->arena,
					  &row, p->err);
		if (r == XJ_OK)
			root = json_loads(row.state, 0, NULL);
		if (root)
			r = count_paper(p, root);
		json_decref(root);
	}
	return r;
}

/* ---------------------------------------- papers that were erased or lost their
 * author's name: he has the numbers */

static int
count_numbers(struct report *p, struct person *one)
{
	struct xj_entity_row row;
	json_t *root = NULL, *list, *v;
	size_t i;
	int r = xj_catalog_get_entity(p->archive->catalog, one->id, p->arena,
				      &row, p->err);

	if (r < 0 || !strstr(row.state, "\"counted\""))
		return r;
	root = json_loads(row.state, 0, NULL);
	list = json_object_get(root, "counted");
	json_array_foreach(list, i, v) {
		const char *year = xj_entity_text(v, "year");
		const char *day = xj_entity_text(v, "day");
		bool *counted = xj_arena_alloc(p->arena, p->row_count);

		if (r < 0 || !counted || !year || !day ||
		    strcmp(year, p->year) != 0)
			continue;
		r = count_author(p, one, day, json_number_value(
				 json_object_get(v, "part")), counted);
		for (size_t k = 0; k < p->row_count; k++)
			p->late[k] += counted[k] &&
				      strncmp(day, p->year, 4) > 0;
	}
	json_decref(root);
	return r;
}

/* ------------------------------------------------------------------- telling */

const char *
xj_paper_amount(double papers, char out[XJ_AMOUNT_MAX])
{
	char *end;

	snprintf(out, XJ_AMOUNT_MAX, "%.2f", papers);
	for (end = out + strlen(out) - 1; *end == '0'; end--)
		*end = '\0';
	if (*end == '.')
		*end = '\0';
	return out;
}

static const struct xj_unit_row *
row_unit(const struct report *p, uint64_t id)
{
	for (size_t m = p->months; m-- > 0;) {
		const struct xj_unit_row *u =
			xj_unit_tree_unit(&p->trees[m], id);

		if (u)
			return u;
	}
	return NULL;
}

static bool
is_in_several(const struct report *p, const struct person *one)
{
	size_t n = 0;

	for (size_t i = 1; i < p->row_count; i++)
		n += one->shares[i].there;
	return n > 1;
}

static struct xj_paper_figures
figures_of(const struct report *p, size_t i)
{
	const struct xj_unit_row *u = row_unit(p, p->rows[i]);
	struct xj_paper_figures f = { .unit = u ? u->code : "",
		.name = u && u->name ? u->name : "", .whole = i == 0,
		.late = p->late[i] };

	for (size_t k = 0; k < p->count; k++) {
		const struct share *s = &p->people[k].shares[i];

		f.papers += s->papers;
		if (!s->there)
			continue;
		f.people++;
		f.twice += i == 0 && is_in_several(p, &p->people[k]);
		f.covered += s->papers >= 1 - NEARLY;
		f.reached += s->papers >= XJ_PAPER_TARGET - NEARLY;
	}
	return f;
}

static int
tell_person(const struct report *p, const struct person *one,
	    xj_paper_person_fn fn, void *ctx)
{
	const struct xj_unit_row *u = row_unit(p, one->unit);

	return fn(ctx, &(struct xj_paper_person){ .login = one->login,
		.name = one->name, .unit = u ? u->code : "",
		.papers = one->shares[0].papers,
		.covered = one->shares[0].papers >= 1 - NEARLY });
}

/* Names are for those who are to see to it; of himself everybody knows. */
static int
tell_people(const struct report *p, bool names, xj_paper_person_fn fn,
	    void *ctx)
{
	const struct xj_reader *reader = xj_archive_reader(p->archive);
	int r = XJ_OK;

	for (size_t i = 0; i < p->count && r == XJ_OK; i++) {
		const struct person *one = &p->people[i];

		if ((one->shares[0].there || one->shares[0].papers > 0) &&
		    (names || (reader && reader->member == one->id)))
			r = tell_person(p, one, fn, ctx);
	}
	return r;
}

static int
may_ask(const struct report *p, bool *names)
{
	const struct xj_reader *reader = xj_archive_reader(p->archive);
	unsigned roles = reader ? xj_reader_roles(reader, p->unit->id) : 0;

	*names = !reader || (roles & (XJ_ROLE_SECRETARY | XJ_ROLE_INSPECTOR));
	if (*names || (roles & (XJ_ROLE_LEAD | XJ_ROLE_EDITOR)) ||
	    xj_reader_is_within(reader, p->unit->id))
		return XJ_OK;
	return xj_error_set(p->err, XJ_EPERM, "the figures of a unit are for "
			    "its members and those who have a role in it");
}

static int
compute(struct report *p)
{
	int r = find_rows(p);

	if (r == XJ_OK)
		r = xj_catalog_members(p->archive->catalog, 0, note_person, p,
				       p->err);
	for (size_t i = 0; i < p->count && r == XJ_OK; i++)
		r = place_person(p, &p->people[i]);
	for (size_t i = 0; i < p->count && r == XJ_OK; i++)
		r = count_numbers(p, &p->people[i]);
	return r < 0 ? r : count_papers(p);
}

int
xj_paper_report(struct xj_archive *a, const char *year, const char *unit,
		xj_paper_figures_fn fn, xj_paper_person_fn person, void *ctx,
		bool *names, struct xj_error *err)
{
	xj_auto(report_end) struct report p = { .archive = a, .year = year,
						.err = err };
	bool aside;
	int r = XJ_OK;

	if (strlen(year) != 4 || strspn(year, "0123456789") != 4)
		return xj_error_set(err, XJ_EINVAL, "%s: is no year; write "
				    "2011", year);
	if (xj_arena_new(&p.arena) < 0)
		return no_memory(err);
	r = load_trees(&p);
	if (r == XJ_OK)
		r = xj_unit_tree_find(&p.trees[p.months - 1], unit, &p.unit,
				      err);
	if (r == XJ_OK)
		r = may_ask(&p, names);
	if (r < 0)
		return r;
	/* Figures are of all papers; which they are, is not said. */
	aside = xj_catalog_blind(a->catalog, true);
	r = compute(&p);
	xj_catalog_blind(a->catalog, aside);
	for (size_t i = 0; i < p.row_count && r == XJ_OK; i++) {
		const struct xj_paper_figures f = figures_of(&p, i);

		r = fn(ctx, &f);
	}
	return r < 0 || !person ? r : tell_people(&p, *names, person, ctx);
}
