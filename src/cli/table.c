/* table.c - rows of cells, aligned by the columns they take on a terminal. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define TABLE_COLUMNS 8
#define WIDEST 60

struct xj_table {
	struct xj_arena *arena;
	size_t columns, count, cap;
	const char *(*rows)[TABLE_COLUMNS];
	size_t widths[TABLE_COLUMNS];
	bool right[TABLE_COLUMNS];
	size_t widest;
	bool heading;
};

struct xj_table *
xj_table_new(size_t columns)
{
	struct xj_table *t = calloc(1, sizeof(*t));

	if (t && xj_arena_new(&t->arena) < 0) {
		free(t);
		return NULL;
	}
	if (!t)
		return NULL;
	t->widest = WIDEST;
	t->columns = columns < TABLE_COLUMNS ? columns : TABLE_COLUMNS;
	return t;
}

void
xj_table_right(struct xj_table *t, size_t column)
{
	if (t)
		t->right[column] = true;
}

void
xj_table_widest(struct xj_table *t, size_t width)
{
	if (t)
		t->widest = width;
}

/* Cut text to so many columns, "…" being the last. */
static void
cut(struct xj_buf *b, size_t columns)
{
	const char *p = b->data, *end = p + b->len;
	size_t used = 0;

	if (xj_utf8_width(p, b->len) <= columns)
		return;
	while (p < end) {
		const char *next = p;
		size_t w;

		xj_utf8_next(&next, end);
		w = xj_utf8_width(p, (size_t)(next - p));
		if (used + w > columns - 1)
			break;
		used += w;
		p = next;
	}
	b->len = (size_t)(p - b->data);
	xj_buf_adds(b, "…");
}

static bool
grow(struct xj_table *t)
{
	size_t cap = t->cap ? t->cap * 2 : 32;
	void *more;

	if (t->count < t->cap)
		return true;
	more = realloc(t->rows, cap * sizeof(*t->rows));
	if (!more)
		return false;
	t->rows = more;
	t->cap = cap;
	return true;
}

void
xj_table_add(struct xj_table *t, const char *const *cells)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (!t || !grow(t))
		return;
	for (size_t i = 0; i < t->columns; i++) {
		const char *cell = cells[i] ? cells[i] : "", *copy;
		size_t width;

		xj_buf_clear(&b);
		xj_escape_shown(&b, cell, strlen(cell));
		if (b.len)
			cut(&b, t->widest);
		copy = xj_arena_strdup(t->arena, xj_buf_str(&b));
		t->rows[t->count][i] = copy ? copy : "";
		width = xj_utf8_width(t->rows[t->count][i],
				      strlen(t->rows[t->count][i]));
		if (width > t->widths[i])
			t->widths[i] = width;
	}
	t->count++;
}

void
xj_table_heading(struct xj_table *t, const char *const *cells)
{
	if (!t)
		return;
	xj_table_add(t, cells);
	t->heading = true;
}

static void
put_row(const struct xj_table *t, size_t row, FILE *to, size_t indent)
{
	size_t due = indent; /* spaces not yet printed: none at a line's end */

	for (size_t i = 0; i < t->columns; i++) {
		const char *cell = t->rows[row][i];
		size_t w = xj_utf8_width(cell, strlen(cell));
		size_t pad = t->widths[i] - w;

		if (t->widths[i] == 0)
			continue; /* a column that is empty throughout */
		if (t->right[i])
			due += pad;
		if (*cell) {
			fprintf(to, "%*s%s", (int)due, "", cell);
			due = 0;
		}
		due += (t->right[i] ? 0 : pad) + (*cell ? 0 : w) + 2;
	}
	fputc('\n', to);
}

void
xj_table_free(struct xj_table *t)
{
	if (!t)
		return;
	free(t->rows);
	xj_arena_free(t->arena);
	free(t);
}

void
xj_table_end(struct xj_table *t, FILE *to, size_t indent)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++) {
		bool dim = t->heading && i == 0 && to == stdout;

		if (dim)
			fputs(xj_style(STYLE_DIM), to);
		put_row(t, i, to, indent);
		if (dim)
			fputs(xj_plain(), to);
	}
	xj_table_free(t);
}
