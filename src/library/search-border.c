/* search-border.c - whether what was found begins and ends where words do. */
#include <string.h>

#include "library/search.h"

#define PLACES 4     /* looked at */
#define AROUND 36u   /* bytes of text on either side by which words are found */

struct place {
	size_t from, to; /* of the run, in the text that is cut into words */
	bool cut;        /* one of its ends lies inside a word */
};

static int
take_word(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct place *p = ctx;
	size_t end = at + width;

	(void)term, (void)len;
	if (kind == XJ_TERM_WORD)
		p->cut |= (at < p->from && end > p->from && end < p->to) ||
			  (at > p->from && at < p->to && end > p->to);
	return XJ_OK;
}

/* The run at `at`, with some text on either side. */
static bool
is_cut(struct xj_analyzer *an, const char *normal, size_t len, const char *at,
       size_t run_len)
{
	size_t off = (size_t)(at - normal), before = off < AROUND ? off : AROUND;
	size_t rest = len - off - run_len;
	const char *from = normal + xj_utf8_cut(normal, len, off - before);
	size_t until = xj_utf8_cut(normal, len, off + run_len +
				   (rest < AROUND ? rest : AROUND));
	struct place p = { .from = (size_t)(at - from) };

	p.to = p.from + run_len;
	/* Out of memory: nothing is known of words. */
	return xj_terms(an, from, until - (size_t)(from - normal), take_word,
			&p, NULL) == XJ_OK && p.cut;
}

bool
xj_run_stands(struct xj_analyzer *an, const char *normal, size_t len,
	      const char *run, size_t run_len)
{
	const char *from = normal, *end = normal + len, *at;

	for (int i = 0; i < PLACES; i++) {
		at = memmem(from, (size_t)(end - from), run, run_len);
		if (!at)
			return false;
		if (!is_cut(an, normal, len, at, run_len))
			return true;
		from = at + run_len;
	}
	return false;
}
