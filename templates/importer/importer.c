/* @NAME@.c - read @NAME@ files for Xueji. See xueji/importer.h. */
#include <xueji/importer.h>

/*
 * What is read until you write your own: the first line is the title, and
 * every further line that is not empty is a paragraph.
 */
static int
send_line(struct xj_import *in, const char *text, uint64_t number)
{
	int r;

	if (number > 1)
		return xj_text_at(in, text, XJ_BODY, 0, XJ_LINE, number);
	r = xj_meta(in, "title", text);
	return r < 0 ? r : xj_text_at(in, text, XJ_HEADING, 1, XJ_LINE, 1);
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
