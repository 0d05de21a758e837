/* bad-name.c - an importer for tests that takes the name of another. */
#include <xueji/importer.h>

static int
import(struct xj_import *in)
{
	(void)in;
	return 0;
}

XJ_IMPORTER(.name = "bad-deeds", .version = "0", .license = "MIT",
	    .import = import);
