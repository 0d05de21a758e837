/* analyzer.c - the tables, the archive's words, the scratch memory. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

static const void *
table(uint32_t offset)
{
	return (const char *)&xj_text_tables + offset;
}

/* ASCII that becomes one other character. Control characters are left out, and
 * so rare that the long way will do. */
static void
fill_ascii(struct xj_analyzer *an)
{
	for (uint32_t c = 0; c < 128; c++) {
		uint32_t e = map_entry(an, c);

		if (ENTRY_KIND(e) == KIND_SPACE ||
		    ENTRY_KIND(e) == KIND_NEWLINE)
			an->ascii[c] = ASCII_BLANK;
		else if (c > ' ' && ENTRY_LEN(e) == 1 && !(e & ENTRY_JOINS))
			an->ascii[c] = (unsigned char)ENTRY_BYTES(e);
	}
}

int
xj_analyzer_new(const struct xj_analyzer_options *options,
		struct xj_analyzer **out, struct xj_error *err)
{
	const struct tables *t = &xj_text_tables;
	xj_auto(xj_analyzer_freep) struct xj_analyzer *an =
		malloc(sizeof(*an));
	int r = XJ_OK;

	if (!an)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	an->index = table(t->index);
	an->map = table(t->map);
	an->pool = table(t->pool);
	an->plain = table(t->plain);
	an->code_index = table(t->code_index);
	an->codes = table(t->codes);
	an->units = table(t->units);
	an->folder = NULL;
	an->own = NULL;
	an->stems = NULL;
	memset(an->ascii, 0, sizeof(an->ascii));
	fill_ascii(an);
	if (options && options->dictionary)
		r = xj_text_own_new(options->dictionary, &an->own, err);
	if (r < 0)
		return r;
	*out = an;
	an = NULL;
	return XJ_OK;
}

void
xj_analyzer_free(struct xj_analyzer *an)
{
	if (!an)
		return;
	xj_text_own_free(an->own);
	xj_text_stems_free(an->stems);
	free(an);
}

void
xj_analyzer_freep(struct xj_analyzer **an)
{
	xj_analyzer_free(*an);
	*an = NULL;
}
