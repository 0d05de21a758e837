/* bad-probe.c - an importer for tests whose probe() crashes on "CRASH". */
#include <xueji/importer.h>

static volatile int never;

static int
probe(const struct xj_sample *s, const char **mime)
{
	(void)mime;
	if (s->head_len >= 5 && memcmp(s->head, "CRASH", 5) == 0)
		*(volatile int *)(uintptr_t)(never + 8) = 1;
	if (s->head_len >= 4 && memcmp(s->head, "LOOP", 4) == 0)
		while (!never)
			;
	return XJ_BID_NONE;
}

static int
import(struct xj_import *in)
{
	(void)in;
	return 0;
}

XJ_IMPORTER(.name = "bad-probe", .version = "0", .license = "MIT",
	    .probe = probe, .import = import);
