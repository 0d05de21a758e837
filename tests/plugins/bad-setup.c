/* bad-setup.c - an importer for tests whose setup() fails. */
#include <xueji/importer.h>

static int
import(struct xj_import *in)
{
	(void)in;
	return 0;
}

static int
setup(void)
{
	return 1;
}

XJ_IMPORTER(.name = "bad-setup", .version = "0", .license = "MIT",
	    .import = import, .setup = setup);
