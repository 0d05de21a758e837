/* bad-twin.c - an importer for tests that bids as much as the text importer. */
#include <xueji/importer.h>

static int
import(struct xj_import *in)
{
	(void)in;
	return 0;
}

static const struct xj_format formats[] = {
	{ .mime = "text/plain", .ext = "txt" }, { 0 }
};

XJ_IMPORTER(.name = "bad-twin", .version = "0", .license = "MIT",
	    .formats = formats, .import = import);
