/*
 * finder.c - looks for many needles at once in normal text. A character that
 * begins no needle costs one look at a table of bits.
 */
#include "finder.h"

#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- building */

void
xj_finder_free(struct xj_finder *f)
{
	if (!f)
		return;
	xj_normal_release(&f->normal);
	free(f->needles);
	free(f->bytes);
	free(f->inside);
	free(f->matches);
	free(f);
}

static size_t
head_of(uint32_t c)
{
	return (c ^ c >> 8) % FINDER_HEADS;
}

static void
add_bytes(struct xj_finder *f, struct needle *n)
{
	size_t head = head_of(n->first);

	f->first[n->first >> 6 & 1023] |= UINT64_C(1) << (n->first & 63);
	n->next = f->heads[head];
	f->heads[head] = (int32_t)(n - f->needles);
	f->any_bytes = true;
	f->any_ascii |= n->first < 0x80;
}

static bool
is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

/* English endings leave the first two letters as they are, of what is left with
 * three or more, but for y and i (dying, die). */
static void
add_second(struct xj_finder *f, const char *form, size_t len)
{
	const uint32_t y = 1u << ('y' - 'a'), i = 1u << ('i' - 'a');
	uint32_t second;

	if (len == 0 || !is_small(form[0]))
		return;
	second = len < 3 || !is_small(form[1]) ? UINT32_MAX :
		 1u << (form[1] - 'a');
	f->latin_second[form[0] - 'a'] |= second & (y | i) ? second | y | i :
							     second;
}

/* Whether a word may have a stem that is sought, by its first letters. */
static bool
may_be_sought(const struct xj_finder *f, const char *word, size_t len)
{
	if (!f->latin_first[(unsigned char)word[0]])
		return false;
	return len < 3 || !is_small(word[0]) || !is_small(word[1]) ||
	       f->latin_second[word[0] - 'a'] >> (word[1] - 'a') & 1;
}

static int
add_latin(struct xj_finder *f, struct needle *n, struct xj_error *err)
{
	int r = xj_text_stem(f->an, n->bytes, n->len, n->stem, err);

	if (r < 0)
		return r;
	n->stem_len = (uint32_t)r;
	n->next = f->latin;
	f->latin = (int32_t)(n - f->needles);
	f->latin_first[(unsigned char)n->bytes[0]] = true;
	if (n->stem_len)
		f->latin_first[(unsigned char)n->stem[0]] = true;
	add_second(f, n->bytes, n->len);
	add_second(f, n->stem, n->stem_len);
	/* Accents fall away in stems: any such letter may begin the word. */
	for (int c = 0x80; c < 256; c++)
		f->latin_first[c] = true;
	f->any_latin = true;
	return XJ_OK;
}

static bool
contains(const struct needle *n, const struct needle *part)
{
	return n->len > part->len &&
	       memmem(n->bytes, n->len, part->bytes, part->len) != NULL;
}

static void
find_quiet(struct xj_finder *f)
{
	for (size_t i = 0; i < f->count; i++) {
		struct needle *n = &f->needles[i];

		for (size_t k = 0; k < f->count && n->chars == 1; k++)
			n->quiet = n->quiet || contains(&f->needles[k], n);
	}
}

static int
add_needles(struct xj_finder *f, const struct xj_needle *needles, size_t count,
	    struct xj_error *err)
{
	char *bytes = f->bytes;
	int r = XJ_OK;

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		struct needle *n = &f->needles[f->count];
		const char *p = bytes;

		if (needles[i].len == 0)
			continue;
		memcpy(bytes, needles[i].bytes, needles[i].len);
		*n = (struct needle){ .bytes = bytes, .len = needles[i].len,
			.weight = needles[i].weight,
			.whole = needles[i].whole, .open = needles[i].open };
		bytes += n->len;
		n->chars = (uint32_t)xj_utf8_count(p, n->len);
		n->first = xj_utf8_next(&p, bytes);
		f->count++;
		if (needles[i].latin && !needles[i].exact)
			r = add_latin(f, n, err);
		else
			add_bytes(f, n);
	}
	find_quiet(f);
	return r;
}

int
xj_finder_new(struct xj_analyzer *an, const struct xj_needle *needles,
	      size_t count, struct xj_finder **out, struct xj_error *err)
{
	struct xj_finder *f = calloc(1, sizeof(*f));
	size_t len = 1;
	int r;

	if (!f)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	for (size_t i = 0; i < count; i++)
		len += needles[i].len;
	f->an = an;
	f->latin = -1;
	for (size_t i = 0; i < FINDER_HEADS; i++)
		f->heads[i] = -1;
	f->needles = calloc(count + 1, sizeof(*f->needles));
	f->inside = calloc(count + 1, sizeof(*f->inside));
	f->bytes = malloc(len);
	if (!f->needles || !f->inside || !f->bytes)
		r = xj_error_set(err, XJ_ENOMEM, "text: no memory");
	else
		r = add_needles(f, needles, count, err);
	if (r < 0)
		xj_finder_free(f);
	else
		*out = f;
	return r;
}

/* ---------------------------------------------------------------- looking */

static bool
add_match(struct xj_finder *f, const struct needle *n, size_t at, size_t len,
	  size_t first, size_t chars)
{
	if (f->match_count == f->match_cap) {
		size_t cap = f->match_cap ? f->match_cap * 2 : 256;
		struct match *m = realloc(f->matches, cap * sizeof(*m));

		if (!m)
			return false;
		f->matches = m;
		f->match_cap = cap;
	}
	f->matches[f->match_count++] = (struct match){
		(uint32_t)at, (uint32_t)(at + len), (uint32_t)first,
		(uint32_t)(first + chars), (uint32_t)(n - f->needles),
		n->weight };
	return true;
}

/* The needles that begin with `c`, at `p`. */
static bool
try_bytes(struct xj_finder *f, uint32_t c, const char *text, const char *p,
	  const char *end, size_t first)
{
	for (int32_t i = f->heads[head_of(c)]; i >= 0;
	     i = f->needles[i].next) {
		const struct needle *n = &f->needles[i];

		if (n->first == c && n->len <= (size_t)(end - p) &&
		    memcmp(n->bytes, p, n->len) == 0 &&
		    (!n->whole || xj_normal_whole(text, (size_t)(end - text),
						  p, n->len, n->open)) &&
		    !add_match(f, n, (size_t)(p - text), n->len, first,
			       n->chars))
			return false;
	}
	return true;
}

/* Past ASCII, eight at a time, when no needle begins with any. */
static const char *
skip_ascii(const struct xj_finder *f, const char *p, const char *end)
{
	uint64_t eight;

	while (!f->any_ascii && end - p >= 8) {
		memcpy(&eight, p, 8);
		if (eight & UINT64_C(0x8080808080808080))
			break;
		p += 8;
	}
	return p;
}

static bool
find_bytes(struct xj_finder *f, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	size_t chars = 0;

	for (; p < end; chars++) {
		const unsigned char *s;
		const char *at;
		uint32_t c;

		if ((unsigned char)*p < 0x80) {
			at = skip_ascii(f, p, end);
			chars += (size_t)(at - p);
			p = at;
			if (p == end)
				break;
		}
		at = p;
		s = (const unsigned char *)p;
		if (*s < 0x80) {
			c = *s;
			p++;
		} else if (*s >= 0xE0 && *s < 0xF0 && end - p >= 3) {
			/* Normal text is UTF-8 all through. */
			c = (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 |
			    (s[2] & 0x3Fu);
			p += 3;
		} else {
			c = xj_utf8_next(&p, end);
		}
		if (f->first[c >> 6 & 1023] >> (c & 63) & 1 &&
		    !try_bytes(f, c, text, at, end, chars))
			return false;
	}
	return true;
}

static bool
try_latin(struct xj_finder *f, const char *text, const char *p,
	  const char *end, size_t first)
{
	char stem[TERM_MAX];
	size_t len = (size_t)(end - p), chars = xj_utf8_count(p, len);
	int n = xj_text_stem(f->an, p, len, stem, NULL);

	for (int32_t i = f->latin; i >= 0; i = f->needles[i].next) {
		const struct needle *d = &f->needles[i];
		bool same = n > 0 &&
			((d->stem_len == (uint32_t)n &&
			  memcmp(d->stem, stem, (size_t)n) == 0) ||
			 (d->len == (uint32_t)n &&
			  memcmp(d->bytes, stem, (size_t)n) == 0));

		if (same && !add_match(f, d, (size_t)(p - text), len, first,
				       chars))
			return false;
	}
	return n >= 0;
}

static bool
is_ascii_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The end of the word at `p`, most of which are ASCII through and through. */
static const char *
word_end(const struct xj_finder *f, const char *text, const char *p,
	 const char *end)
{
	const char *q = p;

	while (q < end && is_ascii_word(*q))
		q++;
	if (q < end && ((unsigned char)*q >= 0x80 || *q == '\'' || *q == '.' ||
			*q == ','))
		return xj_text_word_end(f->an, text, p, end);
	return q;
}

static bool
find_latin(struct xj_finder *f, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	size_t chars = 0;

	while (p < end) {
		const char *q;
		size_t n = 1;
		uint32_t c;

		if ((unsigned char)*p >= 0x80) {
			enum kind kind = kind_at(f->an, p, end, &c, &n);

			if (kind < KIND_HANGUL || kind > KIND_MARK) {
				p += n;
				chars++;
				continue;
			}
		} else if (!is_ascii_word(*p)) {
			p++;
			chars++;
			continue;
		}
		q = word_end(f, text, p, end);
		if (may_be_sought(f, p, (size_t)(q - p)) &&
		    !try_latin(f, text, p, q, chars))
			return false;
		chars += xj_utf8_count(p, (size_t)(q - p));
		p = q;
	}
	return true;
}

static int
by_place(const void *pa, const void *pb)
{
	const struct match *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return a->needle < b->needle ? -1 : a->needle > b->needle;
}

bool
xj_text_find(struct xj_finder *f, const char *normal, size_t len)
{
	bool whole = true;

	f->match_count = 0;
	if (f->any_bytes)
		whole = find_bytes(f, normal, len);
	if (f->any_latin) {
		size_t n = f->match_count;

		whole = find_latin(f, normal, len) && whole;
		if (n > 0 && f->match_count > n)
			qsort(f->matches, f->match_count, sizeof(*f->matches),
			      by_place);
	}
	return whole;
}

/* ----------------------------------------------------------------- windows */

double
xj_text_window(struct xj_finder *f, size_t from, size_t to, unsigned width,
	       size_t *first, size_t *last)
{
	const struct match *m = f->matches;
	double sum = 0, best = 0;
	size_t left = from;

	for (size_t i = from; i < to; i++) {
		if (m[i].weight <= 0)
			continue;
		if (f->inside[m[i].needle]++ == 0)
			sum += m[i].weight;
		while (m[left].weight <= 0 ||
		       (left < i && m[i].beyond - m[left].first > width)) {
			if (m[left].weight > 0 &&
			    --f->inside[m[left].needle] == 0)
				sum -= m[left].weight;
			left++;
		}
		if (sum > best + 1e-9) {
			best = sum;
			*first = left;
			*last = i;
		}
	}
	for (; left < to; left++)
		f->inside[m[left].needle] = 0;
	return best;
}

double
xj_finder_window(struct xj_finder *f, const char *normal, size_t len,
		 unsigned width, size_t *at)
{
	size_t first = 0, last;
	double best;

	if (at)
		*at = 0;
	xj_text_find(f, normal, len);
	best = xj_text_window(f, 0, f->match_count, width, &first, &last);
	if (best > 0 && at)
		*at = f->matches[first].at;
	return best;
}

/* Where the section begins that the place `at` is in. */
static const char *
section_of(const char *from, const char *at)
{
	const char *end = memrchr(from, '\n', (size_t)(at - from));

	return end ? end + 1 : from;
}

double
xj_finder_lead(struct xj_finder *f, const char *normal, unsigned half)
{
	const char *section = normal;
	size_t begins = 0;
	uint32_t round = 1;
	double sum = 0, best = 0;

	for (size_t i = 0; i < f->match_count; i++) {
		const struct match *m = &f->matches[i];
		const char *at = normal + m->at;
		const char *here = section_of(section, at);

		if (here != section) {
			section = here;
			begins = m->first - xj_utf8_count(here, (size_t)(
				at - here));
			sum = 0;
			round++;
		}
		if (m->weight <= 0 || f->inside[m->needle] == round)
			continue;
		f->inside[m->needle] = round;
		sum += m->weight * half / (double)(half + m->first - begins);
		if (sum > best)
			best = sum;
	}
	memset(f->inside, 0, f->count * sizeof(*f->inside));
	return best;
}

bool
xj_normal_contains(const char *normal, size_t len, const char *phrase,
		   size_t phrase_len)
{
	return memmem(normal, len, phrase, phrase_len) != NULL;
}
