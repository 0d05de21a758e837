/*
 * bad-heavy.c - an importer for tests whose setup() costs much, or with BREAKS
 * ends its process. Names end in .heavy. The text it sends is how often setup()
 * was called and how many documents the worker had.
 */
#include <stdlib.h>

#include <xueji/importer.h>

static int set_up, served;

static int
setup_heavy(void)
{
#ifdef BREAKS
	abort();
#endif
	set_up++;
	return 0;
}

static int
import_heavy(struct xj_import *in)
{
	char text[32];
	struct xj_block b = { .text = text };

	b.len = (size_t)snprintf(text, sizeof(text), "%d %d", set_up, ++served);
	return xj_text(in, &b);
}

static const struct xj_format formats[] = {
	{ .mime = "text/x-heavy", .ext = "heavy" },
	{ 0 }
};

XJ_IMPORTER(.name = "bad-heavy", .version = "1", .license = "MIT",
	    .wants = XJ_CLASS_HEAVY, .formats = formats,
	    .import = import_heavy, .setup = setup_heavy);
