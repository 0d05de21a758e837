/* near.c - what stands side by side in normal text, or near each other. */
#include "finder.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ borders */

/* What a word of letters and digits is made of; Han has no borders. */
static bool
is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	return c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7;
}

static uint32_t
last_of(const char *from, const char *end)
{
	const char *p = end;

	if (p == from)
		return 0;
	do
		p--;
	while (p > from && ((unsigned char)*p & 0xc0) == 0x80);
	return xj_utf8_next(&p, end);
}

static uint32_t
first_of(const char *p, const char *end)
{
	return p < end ? xj_utf8_next(&p, end) : 0;
}

bool
xj_normal_whole(const char *normal, size_t len, const char *at, size_t n,
		bool open)
{
	const char *end = normal + len;

	if (is_letter(first_of(at, at + n)) && is_letter(last_of(normal, at)))
		return false;
	return open || !is_letter(last_of(at, at + n)) ||
	       !is_letter(first_of(at + n, end));
}

/* -------------------------------------------------------------------- bonds */

/* So many that a document of a few pages has a thousandth of them, and few enough
 * that they take little room in an index: a term costs 16 bytes by itself. */
#define BONDS (UINT64_C(1) << 18)

/* Source: FNV-1a, and the finalizer of MurmurHash3 (public domain). */
#define HASH_BEGIN UINT64_C(0xCBF29CE484222325)
#define HASH_PRIME UINT64_C(0x100000001B3)

/* Past the letters at `p`; `*hash` is of them. */
static const char *
skip_letters(const char *p, const char *end, uint64_t *hash)
{
	uint64_t h = HASH_BEGIN;

	while (p < end) {
		const char *at = p;

		if (!is_letter(xj_utf8_next(&p, end))) {
			p = at;
			break;
		}
		for (; at < p; at++)
			h = (h ^ (unsigned char)*at) * HASH_PRIME;
	}
	*hash = h;
	return p;
}

static void
make_bond(uint64_t left, uint64_t right, char bond[XJ_BOND_BYTES])
{
	uint64_t h = left * 31 + right;

	h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	h ^= h >> 33;
	h &= BONDS - 1;
	for (unsigned i = 0; i < XJ_BOND_BYTES; i++, h >>= 6)
		bond[i] = (char)('0' + (h & 63));
}

/* Words that stand everywhere: a third of all there are, and what stands beside
 * them says little. */
static bool
is_joint(const char *word, size_t len)
{
	static const char *const joints[] = {
		"a", "an", "and", "are", "as", "at", "be", "by", "can", "for",
		"from", "has", "have", "if", "in", "is", "it", "its", "not",
		"of", "on", "or", "so", "that", "the", "this", "to", "was",
		"will", "with",
	};

	if (len > 4 || *word > 'w')
		return false;
	for (size_t i = 0; i < XJ_COUNT(joints); i++)
		if (joints[i][0] == *word && strlen(joints[i]) == len &&
		    memcmp(joints[i], word, len) == 0)
			return true;
	return false;
}

int
xj_bonds(const char *normal, size_t len, size_t upto, xj_bond_fn fn, void *ctx)
{
	const char *p = normal, *end = normal + len, *word;
	uint64_t left = 0, right;
	unsigned joints = XJ_BOND_JOINTS + 1; /* more: nothing is bound */
	int r = XJ_OK;

	while (p < end && r >= 0) {
		bool bound = joints <= XJ_BOND_JOINTS;

		if (!bound && p >= normal + upto)
			break;
		word = p;
		p = skip_letters(p, end, &right);
		if (p > word && is_joint(word, (size_t)(p - word))) {
			joints += bound;
		} else if (p > word) {
			char bond[XJ_BOND_BYTES];

			make_bond(left, right, bond);
			if (bound)
				r = fn(ctx, bond);
			left = right;
			joints = p < normal + upto ? 0 : XJ_BOND_JOINTS + 1;
		}
		if (p == word || p == end || *p != ' ')
			joints = XJ_BOND_JOINTS + 1;
		if (p < end)
			xj_utf8_next(&p, end);
	}
	return r < 0 ? r : XJ_OK;
}

/* ---------------------------------------------------------------- distances */

#define FAR 1000000u /* more than any distance: what a section's end adds */

/*
 * The units of text before each byte: characters that are written without
 * spaces, words of others. `units` has room for len + 1.
 */
static void
count_units(const struct xj_analyzer *an, const char *text, size_t len,
	    uint32_t *units)
{
	const char *end = text + len;
	enum kind before = KIND_OTHER;
	uint32_t n = 0, c;
	size_t width;

	for (const char *p = text; p < end; p += width) {
		enum kind kind = kind_at(an, p, end, &c, &width);
		bool word = kind >= KIND_HANGUL && kind <= KIND_MARK;
		bool in_word = before >= KIND_HANGUL && before <= KIND_MARK;

		for (size_t i = 0; i < width; i++)
			units[p - text + (ptrdiff_t)i] = n;
		if (*p == '\n')
			n += FAR;
		else if (kind == KIND_CJK || (word && !in_word))
			n++;
		before = kind;
	}
	units[len] = n;
}

/* Units between two places that do not overlap; else, and beyond a section,
 * more than any distance. */
static uint32_t
between(const uint32_t *units, const struct match *a, const struct match *b)
{
	if (a->at > b->at)
		return between(units, b, a);
	return b->at < a->end ? FAR : units[b->at] - units[a->end];
}

/* Whether a match of needle `k` - 1 that is reached stands near match `i`. */
static bool
reaches(const struct xj_finder *f, const uint32_t *units, const bool *reached,
	size_t i, uint64_t distance)
{
	const struct match *m = f->matches;
	uint32_t k = m[i].needle - 1, longest = f->needles[k].chars;

	for (size_t j = i; j-- > 0;) {
		if (m[j].needle == k && reached[j] &&
		    between(units, &m[j], &m[i]) <= distance)
			return true;
		/* So far off not even the longest one ends near. */
		if (units[m[i].at] - units[m[j].at] > distance + longest)
			break;
	}
	for (size_t j = i + 1; j < f->match_count; j++) {
		if (m[j].needle == k && reached[j] &&
		    between(units, &m[j], &m[i]) <= distance)
			return true;
		if (m[j].at >= m[i].end &&
		    units[m[j].at] - units[m[i].end] > distance)
			break;
	}
	return false;
}

static bool
is_reached(const struct xj_finder *f, const uint32_t *units, bool *reached,
	   const unsigned *distances)
{
	bool any = false;

	for (uint32_t k = 0; k < f->count; k++) {
		any = false;
		for (size_t i = 0; i < f->match_count; i++) {
			if (f->matches[i].needle != k)
				continue;
			reached[i] = k == 0 || reaches(f, units, reached, i,
						       distances[k]);
			any |= reached[i];
		}
		if (!any)
			return false;
	}
	return any;
}

bool
xj_finder_near(struct xj_finder *f, const char *normal, size_t len,
	       const unsigned *distances)
{
	uint32_t *units;
	bool *reached, near;

	xj_text_find(f, normal, len);
	if (f->match_count < f->count)
		return false;
	units = malloc((len + 1) * sizeof(*units));
	reached = calloc(f->match_count, sizeof(*reached));
	if (units && reached)
		count_units(f->an, normal, len, units);
	near = units && reached && is_reached(f, units, reached, distances);
	free(units);
	free(reached);
	return near;
}
