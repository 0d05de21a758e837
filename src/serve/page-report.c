/* page-report.c - the year's papers of a unit, as a page and as a CSV file. */
#include <stdlib.h>
#include <string.h>

#include "serve/people.h"

/* "37 of 52 (71 %)"; of nobody it is nothing. */
static json_t *
rate(uint64_t n, uint64_t of)
{
	return of ? xj_json_format(_("%llu of %llu (%llu %%)"), (ull)n,
		(ull)of, (ull)((200 * n + of) / (2 * of))) : json_string("–");
}

struct report {
	json_t *units, *people;
	uint64_t parts, twice;
};

static int
add_figures(void *ctx, const struct xj_paper_figures *f)
{
	struct report *t = ctx;
	char papers[32];

	t->parts += f->whole ? 0 : f->people;
	t->twice += f->twice;
	json_array_append_new(t->units, json_pack(
		"{s:o, s:o, s:b, s:I, s:o, s:o, s:s, s:I}",
		"unit", xj_json_of(f->unit), "name", xj_json_of(f->name),
		"whole", (int)f->whole, "people", (json_int_t)f->people,
		"covered", rate(f->covered, f->people), "reached",
		rate(f->reached, f->people), "papers",
		xj_model_amount(f->papers, papers), "late",
		(json_int_t)f->late));
	return XJ_OK;
}

static int
add_person(void *ctx, const struct xj_paper_person *p)
{
	struct report *t = ctx;
	char papers[32];

	json_array_append_new(t->people, json_pack("{s:o, s:o, s:o, s:s, s:b}",
		"login", xj_json_of(p->login), "name", xj_json_of(p->name),
		"unit", xj_json_of(p->unit), "papers",
		xj_model_amount(p->papers, papers), "covered",
		(int)p->covered));
	return XJ_OK;
}

/* ------------------------------------------------------------- what is asked */

static int
first_unit(void *ctx, const struct xj_member *m)
{
	for (size_t i = 0; i < m->membership_count; i++)
		if (m->memberships[i].primary) {
			xj_buf_adds(ctx, m->memberships[i].unit);
			break;
		}
	return XJ_OK;
}

static int
top_unit(void *ctx, const struct xj_unit *u)
{
	struct xj_buf *code = ctx;

	if (!code->len)
		xj_buf_adds(code, u->code);
	return XJ_OK;
}

/* His own, where none is asked for; the owner's is that on top. */
static const char *
unit_asked(struct xj_request *q)
{
	xj_auto(xj_buf_release) struct xj_buf code = XJ_BUF_INIT;
	const char *unit = xj_argument(q, "unit");

	if (*unit)
		return unit;
	if (q->session.who == XJ_MEMBER)
		xj_members(q->archive, &(struct xj_members_options){
			   .member = q->session.login }, first_unit, &code,
			   NULL);
	else
		xj_units(q->archive, &(struct xj_units_options){ 0 }, top_unit,
			 &code, NULL);
	return xj_arena_strdup(q->arena, xj_buf_str(&code));
}

static void
add_twice(json_t *model, const struct report *t)
{
	if (t->twice)
		json_object_set_new(model, "twice", xj_json_format(
			_("People of the parts: %llu; of them in more than one: "
			  "%llu."), (ull)t->parts, (ull)t->twice));
}

static void
add_choices(struct xj_request *q, json_t *model, const char *unit)
{
	json_t *units = xj_model_units(q);

	json_object_set_new(model, "unit", xj_json_of(unit));
	json_object_set_new(model, "choices", xj_model_unit_choices(units,
								    unit));
	json_decref(units);
}

int
xj_page_paper_report(struct xj_request *q, struct xj_reply *p)
{
	struct report t = { json_array(), json_array(), 0, 0 };
	const char *year = xj_year_asked(q), *unit;
	bool names = false;
	int r = XJ_OK;

	p->page = "paper-report";
	p->model = json_pack("{s:s, s:o, s:o, s:o}", "title",
			     _("The year's figures"), "year", xj_json_of(year),
			     "units", t.units, "people", t.people);
	unit = unit_asked(q);
	add_choices(q, p->model, unit);
	if (*unit)
		r = xj_paper_report(q->archive, year, unit, add_figures,
				    add_person, &t, &names, &p->error);
	if (r == XJ_ENOTFOUND) /* of a unit that is not there */
		r = XJ_EINVAL;
	xj_model_has(p->model, "has_units", "units");
	xj_model_has(p->model, "has_people", "people");
	add_twice(p->model, &t);
	return r < 0 ? xj_reply_refused(p, r) : XJ_OK;
}

int
xj_give_paper_report(struct xj_request *q, struct xj_reply *p)
{
	const char *year = xj_year_asked(q);
	char *text;
	int r;

	r = xj_paper_report_csv(q->archive, year, unit_asked(q), true, &text,
				&p->error);
	if (r < 0)
		return r;
	xj_buf_adds(&p->body, text);
	xj_free(text);
	p->type = "text/csv; charset=utf-8";
	xj_reply_header(q, p, "Content-Disposition", xj_arena_printf(q->arena,
			"attachment; filename=\"papers-%s.csv\"", year));
	return XJ_OK;
}
