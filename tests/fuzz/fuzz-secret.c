/*
 * fuzz-secret.c - any bytes as a name and as the text of a page. A mark is text
 * without spaces, and is found alike however the lines come in blocks.
 */
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

#include "fuzz.h"

static void
must_be_mark(const struct xj_secret *s, bool found)
{
	MUST(memchr(s->mark, '\0', sizeof(s->mark)) != NULL);
	MUST(found == (s->mark[0] != '\0'));
	MUST(xj_utf8_valid(s->mark, strlen(s->mark)));
	MUST(!strpbrk(s->mark, " \t\n"));
}

/* In a block, or in a block a line. */
static void
find(const char *text, size_t len, uint32_t role, bool lines,
     struct xj_secret *s)
{
	const char *p = text, *end = text + len;
	bool found = false;

	memset(s, 0, sizeof(*s));
	while (p < end) {
		const char *eol = lines ? memchr(p, '\n', (size_t)(end - p)) :
				  NULL;
		size_t n = (size_t)((eol ? eol : end) - p);

		found = xj_secret_block(s, &(struct xj_block){
			.text = p, .len = n, .role = role });
		p += n + (eol != NULL);
	}
	must_be_mark(s, found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t roles[] = { XJ_BODY, XJ_HEADING, XJ_HEADER,
					  XJ_NOTE };
	struct xj_secret whole, cut = { 0 };
	/* Copies of their own, so that reading beyond them is seen. */
	char *text = malloc(size + 1);

	MUST(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	must_be_mark(&cut, xj_secret_name(&cut, text));
	text = realloc(text, size ? size : 1);
	MUST(text);
	for (size_t i = 0; i < XJ_COUNT(roles); i++) {
		find(text, size, roles[i], false, &whole);
		find(text, size, roles[i], true, &cut);
		MUST(strcmp(whole.mark, cut.mark) == 0);
		MUST(whole.lines == cut.lines && whole.running == cut.running);
	}
	free(text);
	return 0;
}
