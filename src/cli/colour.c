/* colour.c - styles of the terminal, its width, and lines broken to it. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"

static bool coloured;

bool
xj_colour_set(const char *when)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (when && strcmp(when, "always") == 0)
		coloured = true;
	else if (when && strcmp(when, "never") == 0)
		coloured = false;
	else if (!when || strcmp(when, "auto") == 0)
		coloured = isatty(STDOUT_FILENO) && !(no && *no) && term &&
			   strcmp(term, "dumb") != 0;
	else
		return false;
	return true;
}

bool
xj_coloured(void)
{
	return coloured;
}

const char *
xj_style(enum xj_style style)
{
	static const char *const bytes[] = {
		[STYLE_NONE] = "", [STYLE_BOLD] = "\033[1m",
		[STYLE_DIM] = "\033[2m", [STYLE_MARK] = "\033[1;33m",
		[STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m",
	};

	return coloured ? bytes[style] : "";
}

const char *
xj_plain(void)
{
	return coloured ? "\033[0m" : "";
}

size_t
xj_columns(void)
{
	const char *given = getenv("COLUMNS");
	struct winsize w;
	long n = given ? strtol(given, NULL, 10) : 0;

	if (n < 20 && (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ||
		       ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0))
		n = w.ws_col;
	return n >= 20 ? (size_t)n : 80;
}

/* ---------------------------------------------------------------- wrapping */

/* A character of a text that is being broken into lines. */
struct cell {
	const char *bytes;
	uint8_t len, width;
	bool space, wide, stays; /* stays: not at the start of a line */
	bool marked;
};

static bool
closes(uint32_t c)
{
	static const char marks[] = "，。、；：？！）》】」』”’…％·,.;:?!)]}%";

	for (const char *p = marks, *end = marks + sizeof(marks) - 1; p < end;)
		if (xj_utf8_next(&p, end) == c)
			return true;
	return false;
}

static struct cell *
make_cells(const char *text, size_t *count)
{
	const char *p = text, *end = text + strlen(text);
	struct cell *cells = calloc(strlen(text) + 1, sizeof(*cells));
	size_t n = 0;

	while (cells && p < end) {
		struct cell *c = &cells[n++];
		uint32_t code;

		c->bytes = p;
		code = xj_utf8_next(&p, end);
		c->len = (uint8_t)(p - c->bytes);
		c->width = (uint8_t)xj_utf8_width(c->bytes, c->len);
		c->space = code <= ' ' || code == 0xA0 || code == 0x3000;
		c->wide = c->width == 2;
		c->stays = closes(code);
	}
	*count = n;
	return cells;
}

static void
mark_cells(struct cell *cells, size_t count, const uint32_t (*marks)[2],
	   size_t mark_count)
{
	for (size_t i = 0; i < mark_count; i++)
		for (size_t j = 0; j < marks[i][1] &&
				   marks[i][0] + j < count; j++)
			cells[marks[i][0] + j].marked = true;
}

static void
put_cell(const struct cell *c)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (c->space) {
		fputc(' ', stdout);
		return;
	}
	xj_escape_shown(&b, c->bytes, c->len);
	fputs(xj_buf_str(&b), stdout);
}

/* Without colour a mark takes room: a bracket of two columns on each side. */
static const char *
mark_start(void)
{
	return coloured ? xj_style(STYLE_MARK) : "【";
}

static const char *
mark_stop(void)
{
	return coloured ? xj_plain() : "】";
}

static void
put_cells(const struct cell *cells, size_t from, size_t to, size_t count)
{
	for (size_t i = from; i < to; i++) {
		if (cells[i].marked && (i == 0 || !cells[i - 1].marked))
			fputs(mark_start(), stdout);
		else if (coloured && cells[i].marked && i == from)
			fputs(mark_start(), stdout);
		put_cell(&cells[i]);
		if (cells[i].marked && (i + 1 == count || !cells[i + 1].marked))
			fputs(mark_stop(), stdout);
		else if (coloured && cells[i].marked && i + 1 == to)
			fputs(mark_stop(), stdout);
	}
}

static size_t
cell_width(const struct cell *cells, size_t i, size_t count)
{
	size_t w = cells[i].space ? 1 : cells[i].width;

	if (coloured || !cells[i].marked)
		return w;
	return w + (i == 0 || !cells[i - 1].marked ? 2 : 0) +
	       (i + 1 == count || !cells[i + 1].marked ? 2 : 0);
}

/* Whether a line may end before cell i. */
static bool
may_break(const struct cell *cells, size_t i)
{
	return i > 0 && !cells[i].stays &&
	       (cells[i].wide || cells[i - 1].wide || cells[i - 1].space);
}

/* Where the line that begins at `from` ends, given its room. */
static size_t
line_end(const struct cell *cells, size_t from, size_t count, size_t room)
{
	size_t used = 0, good = from, i;

	for (i = from; i < count; i++) {
		used += cell_width(cells, i, count);
		if (i > from && may_break(cells, i))
			good = i;
		if (used > room && !cells[i].space)
			return good > from ? good : i > from ? i : i + 1;
	}
	return count;
}

void
xj_wrap(const char *text, const uint32_t (*marks)[2], size_t mark_count,
	size_t indent, size_t used)
{
	size_t count, columns = xj_columns(), from = 0;
	struct cell *cells = make_cells(text, &count);

	if (!cells)
		return;
	mark_cells(cells, count, marks, mark_count);
	while (from < count) {
		size_t room = columns > used + 8 ? columns - used : 8;
		size_t to = line_end(cells, from, count, room), shown = to;

		while (shown > from && cells[shown - 1].space)
			shown--;
		put_cells(cells, from, shown, count);
		for (from = to; from < count && cells[from].space;)
			from++;
		fputc('\n', stdout);
		if (from < count)
			printf("%*s", (int)indent, "");
		used = indent;
	}
	if (count == 0)
		fputc('\n', stdout);
	free(cells);
}
