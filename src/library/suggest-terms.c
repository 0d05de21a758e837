/* suggest-terms.c - the terms by which titles, creators and subjects are
 * suggested; what they are stands in suggest.h. */
#include <string.h>

#include "library/suggest.h"

#define TITLE_MAX 40u  /* characters of a title that count */
#define SUFFIX_MAX 12u /* characters of a value found from within */
#define KEY_MAX 48u    /* bytes */
#define VALUE_MAX 120u
#define WAYS_MAX 4u    /* to read a value */
#define USUAL 2u       /* readings of a character; each is a term more */

/* A character of a text, and its readings. */
struct spoken {
	const char *at;
	size_t len;
	const char *readings[XJ_READINGS_MAX];
	unsigned count; /* 0: is not read, as Latin */
};

/* How many of its first `max` characters there are. */
static size_t
speak(const char *text, size_t len, struct spoken *out, size_t max)
{
	const char *p = text, *end = text + len;
	size_t n = 0;

	while (p < end && n < max) {
		struct spoken *s = &out[n++];

		s->at = p;
		xj_utf8_next(&p, end);
		s->len = (size_t)(p - s->at);
		s->count = xj_pinyin(s->at, s->len, s->readings);
		if (s->count > USUAL)
			s->count = USUAL;
	}
	return n;
}

static int
put(struct xj_counts *counts, char type, const char *bytes, size_t len,
    struct xj_error *err)
{
	char term[2 + KEY_MAX + 4 + VALUE_MAX] = { XJ_SUGGEST, type };

	if (len > sizeof(term) - 2)
		return XJ_OK;
	memcpy(term + 2, bytes, len);
	return xj_counts_term(counts, term, len + 2, 0, err);
}

/* ------------------------------------------------------------------ titles */

static int
put_pairs(struct xj_counts *counts, const struct spoken *a,
	  const struct spoken *b, struct xj_error *err)
{
	int r = XJ_OK;

	for (unsigned i = 0; i < a->count; i++)
		for (unsigned k = 0; k < b->count && r == XJ_OK; k++)
			r = put(counts, XJ_SUGGEST_INITIALS, (char[]){
				a->readings[i][0], b->readings[k][0] }, 2, err);
	return r;
}

/* What the title begins with: `at` initials stand in `initials` so far. */
static int
put_start(struct xj_counts *counts, const struct spoken *s, size_t n,
	  char initials[3], size_t at, struct xj_error *err)
{
	int r = at ? put(counts, XJ_SUGGEST_START, initials, at, err) : XJ_OK;

	for (unsigned i = 0; at < 3 && at < n && i < s[at].count && r == XJ_OK;
	     i++) {
		initials[at] = s[at].readings[i][0];
		r = put_start(counts, s, n, initials, at + 1, err);
	}
	return r;
}

static int
put_begin(struct xj_counts *counts, const struct spoken *s, size_t n,
	  struct xj_error *err)
{
	size_t len = 0;
	int r = XJ_OK;

	for (size_t i = 0; i < 2 && i < n && s[i].count && r == XJ_OK; i++) {
		len += s[i].len;
		r = put(counts, XJ_SUGGEST_BEGIN, s[0].at, len, err);
	}
	return r;
}

int
xj_suggest_title(struct xj_counts *counts, const char *normal, size_t len,
		 struct xj_error *err)
{
	struct spoken s[TITLE_MAX];
	const struct spoken *last = NULL;
	size_t n = speak(normal, len, s, TITLE_MAX);
	char initials[3];
	int r = put_start(counts, s, n, initials, 0, err);

	if (r == XJ_OK)
		r = put_begin(counts, s, n, err);
	for (size_t i = 0; i < n && r == XJ_OK; i++) {
		if (s[i].count == 0) /* signs between characters are skipped */
			continue;
		for (unsigned k = 0; k < s[i].count && r == XJ_OK; k++)
			r = put(counts, XJ_SUGGEST_SYLLABLE, s[i].readings[k],
				strlen(s[i].readings[k]), err);
		if (r == XJ_OK && last)
			r = put_pairs(counts, last, &s[i], err);
		last = &s[i];
	}
	return r;
}

/* ------------------------------------------------------------------ values */

struct value {
	struct xj_counts *counts;
	char tail[4 + VALUE_MAX]; /* mark, place, kind, value */
	size_t tail_len;
	struct xj_error *err;
};

static int
put_key(struct value *v, const char *key, size_t len, bool first)
{
	char term[KEY_MAX + sizeof(v->tail)];

	len = xj_utf8_cut(key, len, KEY_MAX);
	v->tail[1] = first ? '^' : '-';
	memcpy(term, key, len);
	memcpy(term + len, v->tail, v->tail_len);
	return len == 0 ? XJ_OK : put(v->counts, XJ_SUGGEST_VALUE, term,
				      len + v->tail_len, v->err);
}

/* The ways to read from `s` on: syllables if `whole`, else initials. */
static int
put_ways(struct value *v, const struct spoken *s, size_t n, bool whole,
	 bool first)
{
	char keys[WAYS_MAX][KEY_MAX];
	size_t lens[WAYS_MAX] = { 0 }, ways = 1;
	int r = XJ_OK;

	for (size_t i = 0; i < n && lens[0] + 6 < KEY_MAX; i++) {
		size_t had = ways;

		if (s[i].count == 0)
			break;
		for (unsigned k = 1; k < s[i].count; k++)
			for (size_t w = 0; w < had && ways < WAYS_MAX; w++) {
				memcpy(keys[ways], keys[w], lens[w]);
				lens[ways] = lens[w];
				keys[ways][lens[ways]] = (char)k;
				ways++;
			}
		for (size_t w = 0; w < ways; w++) {
			unsigned k = w < had ? 0 :
				     (unsigned)(unsigned char)keys[w][lens[w]];
			const char *said = s[i].readings[k];
			size_t len = whole ? strlen(said) : 1;

			if (lens[w] + len > KEY_MAX)
				continue;
			memcpy(keys[w] + lens[w], said, len);
			lens[w] += len;
		}
	}
	for (size_t w = 0; w < ways && r == XJ_OK; w++)
		r = put_key(v, keys[w], lens[w], first);
	return r;
}

int
xj_suggest_value(struct xj_counts *counts, char kind, const char *value,
		 const char *normal, size_t len, struct xj_error *err)
{
	struct value v = { .counts = counts, .err = err };
	struct spoken s[TITLE_MAX];
	size_t n = speak(normal, len, s, TITLE_MAX), value_len = strlen(value);
	int r = XJ_OK;

	if (value_len > VALUE_MAX || len == 0)
		return XJ_OK;
	v.tail[0] = XJ_SUGGEST_MARK;
	v.tail[2] = kind;
	memcpy(v.tail + 3, value, value_len);
	v.tail_len = value_len + 3;
	for (size_t i = 0; i < n && r == XJ_OK; i++) {
		bool from_here = i == 0 || (n <= SUFFIX_MAX && s[i].count) ||
				 (i && *s[i - 1].at == ' ');

		if (!from_here)
			continue;
		r = put_key(&v, s[i].at, len - (size_t)(s[i].at - normal),
			    i == 0);
		if (r == XJ_OK)
			r = put_ways(&v, s + i, n - i, true, i == 0);
		if (r == XJ_OK)
			r = put_ways(&v, s + i, n - i, false, i == 0);
	}
	return r;
}
