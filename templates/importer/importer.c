/* @NAME@.c - read @NAME@ files for Xueji. See xueji/importer.h. */
#define _GNU_SOURCE
#include <xueji/importer.h>

/*
 * What is read until you write your own: the first line is the title, and
 * every further line that is not empty is a paragraph.
 */
static int
send_line(struct xj_import *in, const char *text, uint64_t number)
{
	struct xj_block b = { .text = text, .len = strlen(text),
			      .where = XJ_LINE, .at = number };
	int r = 0;

	if (b.len == 0)
		return 0;
	if (number == 1) {
		b.role = XJ_HEADING;
		b.level = 1;
		r = xj_meta(in, "title", text);
	}
	return r < 0 ? r : xj_text_long(in, &b);
}

static int
import(struct xj_import *in)
{
	char *text, *line;
	uint64_t number = 0;
	size_t len;
	int r = xj_read_text(in, NULL, &text, &len);

	while (r == 0 && (line = strsep(&text, "\n"))) {
		line[strcspn(line, "\r")] = '\0';
		r = send_line(in, line, ++number);
	}
	return r; /* negative: stop means stop */
}

static const struct xj_format formats[] = {
	{ .mime = "text/x-@NAME@", .ext = "@NAME@" },
	{ 0 }
};

XJ_IMPORTER(.name = "@NAME@", .version = "1.0", .license = "MIT",
	    .formats = formats, .import = import);
