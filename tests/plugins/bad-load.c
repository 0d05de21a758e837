/* bad-load.c - a plugin for tests that crashes while it is loaded. */
#include <xueji/importer.h>

static volatile int never;

__attribute__((constructor)) static void
crash(void)
{
	*(volatile int *)(uintptr_t)(never + 8) = 1;
}

static int
import(struct xj_import *in)
{
	(void)in;
	return 0;
}

XJ_IMPORTER(.name = "bad-load", .version = "0", .license = "MIT",
	    .import = import);
