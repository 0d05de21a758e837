/* stem.c - the term of a Latin word: no accents, no endings of English. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include <libstemmer.h>

/* Words come again and again: what their stems were. */
#define CACHE_SIZE 2048u
#define CACHED_MAX 22u

struct cached {
	uint8_t len, stem_len;
	char word[CACHED_MAX], stem[CACHED_MAX + 2];
};

struct stems {
	struct sb_stemmer *english;
	struct cached cache[CACHE_SIZE];
};

void
xj_text_stems_free(struct stems *stems)
{
	if (!stems)
		return;
	sb_stemmer_delete(stems->english);
	free(stems);
}

static int
open_stems(struct xj_analyzer *an, struct xj_error *err)
{
	struct stems *s = calloc(1, sizeof(*s));

	if (s)
		s->english = sb_stemmer_new("english", "UTF_8");
	if (!s || !s->english) {
		free(s);
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	}
	an->stems = s;
	return XJ_OK;
}

static char
plain_letter(const struct xj_analyzer *an, uint32_t c)
{
	if (c < PLAIN_LOW)
		return an->plain[c];
	if (c >= PLAIN_HIGH && c < PLAIN_HIGH + 0x100)
		return an->plain[PLAIN_LOW + c - PLAIN_HIGH];
	return 0;
}

/*
 * Copy the word as a term: letters without accents, no commas between digits. `*english` says whether only ASCII letters are there.
 */
static size_t
copy_plain(const struct xj_analyzer *an, const char *p, size_t len, char *out,
	   bool *english)
{
	const char *end = p + len;
	size_t n = 0;

	*english = true;
	while (p < end && n + 4 <= TERM_MAX) {
		const char *q = p;
		uint32_t c = xj_utf8_next(&q, end);
		char plain = c < 0x80 ? 0 : plain_letter(an, c);

		if (plain) {
			out[n++] = plain;
		} else if (c >= 0x300 && c < 0x370 && n > 0 &&
			   (unsigned char)out[n - 1] < 0x80) {
			; /* an accent that no letter has built in */
		} else if (c != ',') {
			*english = *english && ((c >= 'a' && c <= 'z') ||
						c == '\'');
			memcpy(out + n, p, (size_t)(q - p));
			n += (size_t)(q - p);
		}
		p = q;
	}
	return n;
}

static struct cached *
cache_slot(struct stems *s, const char *word, size_t len)
{
	uint32_t h = (uint32_t)len;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)word[i]) * 0x01000193u;
	return &s->cache[(h ^ h >> 15) % CACHE_SIZE];
}

static size_t
take_stem(struct stems *s, char *word, size_t len)
{
	const sb_symbol *stem = sb_stemmer_stem(s->english,
						(const sb_symbol *)word,
						(int)len);
	size_t n;

	if (!stem)
		return len; /* no memory: unstemmed */
	n = (size_t)sb_stemmer_length(s->english);
	if (n > TERM_MAX)
		n = TERM_MAX;
	memcpy(word, stem, n);
	return n;
}

static size_t
cached_stem(struct stems *s, char *word, size_t len)
{
	struct cached *c = cache_slot(s, word, len);
	size_t n;

	if (c->len == len && memcmp(c->word, word, len) == 0) {
		memcpy(word, c->stem, c->stem_len);
		return c->stem_len;
	}
	memcpy(c->word, word, len);
	c->len = 0; /* not valid unless the stem fits */
	n = take_stem(s, word, len);
	if (n <= sizeof(c->stem)) {
		c->len = (uint8_t)len;
		c->stem_len = (uint8_t)n;
		memcpy(c->stem, word, n);
	}
	return n;
}

int
xj_text_stem(struct xj_analyzer *an, const char *word, size_t len, char *out,
	     struct xj_error *err)
{
	bool english;
	size_t n = copy_plain(an, word, len, out, &english);

	if (!english || n < 3)
		return (int)n;
	if (!an->stems) {
		int r = open_stems(an, err);

		if (r < 0)
			return r;
	}
	return (int)(n <= CACHED_MAX ? cached_stem(an->stems, out, n) :
		     take_stem(an->stems, out, n));
}
