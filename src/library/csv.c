/* csv.c - rows of comma-separated values, by libcsv. */
#include <csv.h>
#include <string.h>

#include "library/csv.h"

struct reading {
	xj_csv_fn fn;
	void *ctx;
	struct xj_buf text;  /* of the row: cells, each with its NUL */
	struct xj_buf cells; /* where each begins in it */
	uint64_t row;
	bool says;           /* a cell is not empty */
	int status;
	struct xj_error *err;
};

static void
take_cell(void *bytes, size_t len, void *ctx)
{
	struct reading *r = ctx;
	size_t at = r->text.len;

	xj_buf_add(&r->cells, &at, sizeof(at));
	xj_buf_add(&r->text, bytes ? bytes : "", len);
	xj_buf_add(&r->text, "", 1);
	r->says |= len > 0;
}

/* Places become pointers now that the text does not move any more. */
static int
tell(struct reading *r)
{
	size_t n = r->cells.len / sizeof(size_t);
	char **cells = (void *)r->cells.data;

	for (size_t i = 0; i < n; i++) {
		size_t at;

		memcpy(&at, &cells[i], sizeof(at));
		cells[i] = r->text.data + at;
	}
	return r->fn(r->ctx, r->row, cells, n);
}

static void
take_row(int end, void *ctx)
{
	struct reading *r = ctx;

	(void)end;
	r->row++;
	if (r->status == XJ_OK && (r->text.failed || r->cells.failed))
		r->status = xj_error_set(r->err, XJ_ENOMEM, "out of memory");
	if (r->status == XJ_OK && r->says)
		r->status = tell(r);
	xj_buf_clear(&r->text);
	xj_buf_clear(&r->cells);
	r->says = false;
}

static int
parse(struct csv_parser *parser, const char *text, size_t len,
      struct reading *r)
{
	const char *end = text + len;

	while (text < end) {
		const char *cr = memmem(text, (size_t)(end - text), "\r\n", 2);
		size_t n = (size_t)((cr ? cr : end) - text);

		if (csv_parse(parser, text, n, take_cell, take_row, r) != n)
			return xj_error_set(r->err, XJ_ENOMEM,
					    "out of memory");
		text += n + (cr != NULL);
	}
	/* Stray quotation marks are let pass, but for the last. */
	csv_set_opts(parser, CSV_STRICT | CSV_STRICT_FINI);
	if (csv_fini(parser, take_cell, take_row, r) != 0)
		return xj_error_set(r->err, XJ_EINVAL, "a quotation mark is "
				    "not closed, in row %llu or after it",
				    (unsigned long long)r->row + 1);
	return r->status;
}

int
xj_csv_read(const char *text, size_t len, char separator, xj_csv_fn fn,
	    void *ctx, struct xj_error *err)
{
	struct reading r = { .fn = fn, .ctx = ctx, .err = err };
	struct csv_parser parser;
	int status;

	/* Empty lines are told too, so that rows are counted as they stand. */
	if (csv_init(&parser, CSV_REPALL_NL) != 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	csv_set_delim(&parser, (unsigned char)separator);
	status = parse(&parser, text, len, &r);
	csv_free(&parser);
	xj_buf_release(&r.text);
	xj_buf_release(&r.cells);
	return status;
}

char
xj_csv_separator(const char *text, size_t len)
{
	static const char separators[] = ",;\t";
	size_t counts[sizeof(separators)] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < len && (quoted || !strchr("\r\n", text[i]));
	     i++) {
		const char *s = text[i] ? strchr(separators, text[i]) : NULL;

		quoted ^= text[i] == '"';
		if (s && !quoted)
			counts[s - separators]++;
	}
	for (size_t i = 1; i < sizeof(separators) - 1; i++)
		if (counts[i] > counts[best])
			best = i;
	return separators[best];
}

void
xj_csv_put(struct xj_buf *out, const char *cell, bool first)
{
	size_t len = strlen(cell);

	if (!first)
		xj_buf_addc(out, ',');
	if (!strpbrk(cell, ",;\t\"\r\n") && len && cell[0] != ' ' &&
	    cell[len - 1] != ' ') {
		xj_buf_adds(out, cell);
		return;
	}
	if (!len || xj_buf_reserve(out, 2 * len + 3) < 0)
		return;
	out->len += csv_write(out->data + out->len, 2 * len + 2, cell, len);
	out->data[out->len] = '\0';
}
