/* page-report.c - the year's papers of a unit: a page, JSON, a CSV file. */
#include <string.h>

#include "serve/api.h"
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
	bool names;
};

/* To two places, as the command says it. */
static json_t *
real(double n)
{
	return json_real((double)(long)(n * 100 + .5) / 100);
}

static int
add_figures(void *ctx, const struct xj_paper_figures *f)
{
	struct report *t = ctx;
	char papers[XJ_AMOUNT_MAX];

	t->parts += f->whole ? 0 : f->people;
	t->twice += f->twice;
	json_array_append_new(t->units, json_pack(
		"{s:o, s:o, s:b, s:I, s:I, s:I, s:o, s:I, s:{s:o, s:o, s:s}}",
		"unit", xj_json_of(f->unit), "name", xj_json_of(f->name),
		"whole", (int)f->whole, "people", (json_int_t)f->people,
		"covered", (json_int_t)f->covered,
		"reached", (json_int_t)f->reached, "papers", real(f->papers),
		"late", (json_int_t)f->late, "shown",
		"covered", rate(f->covered, f->people),
		"reached", rate(f->reached, f->people),
		"papers", xj_paper_amount(f->papers, papers)));
	return XJ_OK;
}

static int
add_person(void *ctx, const struct xj_paper_person *p)
{
	struct report *t = ctx;
	char papers[XJ_AMOUNT_MAX];

	json_array_append_new(t->people, json_pack(
		"{s:o, s:o, s:o, s:o, s:b, s:{s:s}}",
		"login", xj_json_of(p->login), "name", xj_json_of(p->name),
		"unit", xj_json_of(p->unit), "papers", real(p->papers),
		"covered", (int)p->covered, "shown",
		"papers", xj_paper_amount(p->papers, papers)));
	return XJ_OK;
}

/* A unit that is not there is no missing page. */
static int
count(struct xj_request *q, struct report *t, const char *year,
      const char *unit, struct xj_error *err)
{
	int r = xj_paper_report(q->archive, year, unit, add_figures,
				add_person, t, &t->names, err);

	return r == XJ_ENOTFOUND ? XJ_EINVAL : r;
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
	struct report t = { json_array(), json_array(), 0, 0, false };
	const char *year = xj_year_asked(q), *unit;
	int r = XJ_OK;

	p->page = "paper-report";
	p->model = json_pack("{s:s, s:o, s:o, s:o}", "title",
			     _("The year's figures"), "year", xj_json_of(year),
			     "units", t.units, "people", t.people);
	unit = unit_asked(q);
	add_choices(q, p->model, unit);
	if (*unit)
		r = count(q, &t, year, unit, &p->error);
	xj_model_has(p->model, "has_units", "units");
	xj_model_has(p->model, "has_people", "people");
	add_twice(p->model, &t);
	return r < 0 ? xj_reply_refused(p, r) : XJ_OK;
}

static int
give_csv(struct xj_request *q, struct xj_reply *p, const char *year, bool bom)
{
	char *text;
	int r = xj_paper_report_csv(q->archive, year, unit_asked(q), bom,
				    &text, &p->error);

	if (r < 0)
		return r == XJ_ENOTFOUND ? XJ_EINVAL : r;
	xj_buf_adds(&p->body, text);
	xj_free(text);
	p->type = "text/csv; charset=utf-8";
	xj_reply_header(q, p, "Content-Disposition", xj_arena_printf(q->arena,
			"attachment; filename=\"papers-%s.csv\"", year));
	return XJ_OK;
}

int
xj_give_paper_report(struct xj_request *q, struct xj_reply *p)
{
	return give_csv(q, p, xj_year_asked(q), true);
}

/* ------------------------------------------------------------- for programs */

/* By ?form=, or by what the program accepts. */
static int
form_asked(struct xj_request *q, bool *csv, struct xj_error *err)
{
	const char *form = xj_argument(q, "form");

	*csv = *form ? strcmp(form, "csv") == 0 :
	       q->accept && strncasecmp(q->accept, "text/csv", 8) == 0;
	return !*form || *csv || strcmp(form, "json") == 0 ? XJ_OK :
	       xj_error_set(err, XJ_EINVAL, "the forms of a report are json "
			    "and csv");
}

static int
give_json(struct xj_request *q, struct xj_reply *p, const char *year)
{
	struct report t = { json_array(), json_array(), 0, 0, false };
	const char *unit = unit_asked(q);
	int r = *unit ? count(q, &t, year, unit, &p->error) : XJ_OK;

	xj_api_give(p, json_pack("{s:o, s:o, s:o, s:I, s:I, s:b}",
		"units", t.units, "people", t.people,
		"year", xj_json_of(year), "parts", (json_int_t)t.parts,
		"twice", (json_int_t)t.twice, "names", (int)t.names));
	return r;
}

int
xj_api_paper_report(struct xj_request *q, struct xj_reply *p)
{
	const char *year = xj_argument(q, "year");
	bool csv;
	int r = q->session.who != XJ_GUEST ?
		form_asked(q, &csv, &p->error) :
		xj_error_set(&p->error, XJ_EPERM, "the figures of a unit are "
			     "for its members and those who have a role in "
			     "it");

	if (r < 0)
		return r;
	if (!*year) /* one that is none is told of */
		year = xj_year_asked(q);
	xj_reply_header(q, p, "Vary", "Accept");
	return csv ? give_csv(q, p, year, false) : give_json(q, p, year);
}
