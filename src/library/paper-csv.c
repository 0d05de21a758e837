/* paper-csv.c - the report of a year's papers as a CSV file. */
#include <stdio.h>
#include <string.h>

#include "library/paper.h"

struct writing {
	struct xj_buf out;
	bool people; /* its second table has begun */
};

/* A spreadsheet would run what begins so. Source: OWASP, "CSV Injection". */
static void
put_cell(struct xj_buf *out, const char *text, bool last)
{
	bool run = *text && strchr("=+-@\t\r", *text);

	if (run || strpbrk(text, ",\"\r\n")) {
		xj_buf_adds(out, run ? "\"'" : "\"");
		for (; *text; text++)
			xj_buf_addf(out, *text == '"' ? "\"\"" : "%c", *text);
		xj_buf_addc(out, '"');
	} else {
		xj_buf_adds(out, text);
	}
	xj_buf_adds(out, last ? "\r\n" : ",");
}

static void
put_row(struct xj_buf *out, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_cell(out, cells[i], i + 1 == count);
}

static int
put_figures(void *ctx, const struct xj_paper_figures *f)
{
	struct writing *w = ctx;
	char people[24], covered[24], reached[24], late[24];
	char papers[XJ_AMOUNT_MAX];

	snprintf(people, sizeof(people), "%llu",
		 (unsigned long long)f->people);
	snprintf(covered, sizeof(covered), "%llu",
		 (unsigned long long)f->covered);
	snprintf(reached, sizeof(reached), "%llu",
		 (unsigned long long)f->reached);
	snprintf(late, sizeof(late), "%llu", (unsigned long long)f->late);
	xj_paper_amount(f->papers, papers);
	put_row(&w->out, (const char *[]){ f->unit, f->name, people, covered,
		reached, papers, late }, 7);
	return XJ_OK;
}

static int
put_person(void *ctx, const struct xj_paper_person *p)
{
	struct writing *w = ctx;
	char papers[XJ_AMOUNT_MAX];

	if (!w->people) {
		xj_buf_adds(&w->out, "\r\n");
		put_row(&w->out, (const char *[]){ xj_tr("login"),
			xj_tr("name"), xj_tr("unit"), xj_tr("papers") }, 4);
	}
	w->people = true;
	xj_paper_amount(p->papers, papers);
	put_row(&w->out, (const char *[]){ p->login, p->name, p->unit,
		papers }, 4);
	return XJ_OK;
}

int
xj_paper_report_csv(struct xj_archive *a, const char *year, const char *unit,
		    bool bom, char **text, struct xj_error *err)
{
	struct writing w = { .out = XJ_BUF_INIT };
	bool names;
	int r;

	if (bom)
		xj_buf_adds(&w.out, "\xEF\xBB\xBF");
	put_row(&w.out, (const char *[]){ xj_tr("unit"), xj_tr("name"),
		xj_tr("people"), xj_tr("with a paper"), xj_tr("with two"),
		xj_tr("papers"), xj_tr("late") }, 7);
	r = xj_paper_report(a, year, unit, put_figures, put_person, &w, &names,
			    err);
	if (r == XJ_OK)
		r = xj_buf_check(&w.out, err);
	if (r == XJ_OK && !(*text = xj_buf_take(&w.out)))
		r = xj_error_set(err, XJ_ENOMEM, "out of memory");
	xj_buf_release(&w.out);
	return r;
}
