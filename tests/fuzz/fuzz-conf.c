/*
 * fuzz-conf.c - any bytes as plugins.d/NAME.conf: an importer with all that the
 * host relies on, or a reason. Nothing is started, and no file is read.
 */
#include <string.h>

#include "import/program.h"

#include "fuzz.h"

int
xj_program_import(struct xj_import *in)
{
	(void)in;
	return XJ_IMPORT_ERROR;
}

static void
must_be_words(const char *const *list)
{
	for (; *list; list++)
		MUST(xj_utf8_valid(*list, strlen(*list)));
}

static void
must_be_whole(const struct xj_program *p)
{
	const struct xj_format *f = p->importer.formats;
	volatile char last;

	MUST(p->importer.name && p->folder && p->command);
	MUST(p->argv[0] && p->argv[0][0] == '/' && p->bid <= 100);
	must_be_words(p->argv);
	must_be_words(p->reads);
	MUST(f->mime);
	for (; f->mime; f++) {
		MUST(strchr(f->mime, '/'));
		MUST(!f->ext || (*f->ext && !strpbrk(f->ext, "./")));
		MUST(!f->magic || (f->magic_len && f->magic_off < 65536));
		last = f->magic ? f->magic[f->magic_len - 1] : 0;
	}
	(void)last;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_buf_release) struct xj_buf why = XJ_BUF_INIT;
	const struct xj_program *p;

	MUST(xj_arena_new(&arena) == XJ_OK);
	p = xj_program_parse(arena, "/plugins.d/a.conf", (const char *)data,
			     size, &why);
	if (p)
		must_be_whole(p);
	else
		MUST(why.len > 0 && xj_utf8_valid(why.data, why.len));
	return 0;
}
