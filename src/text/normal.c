/*
 * normal.c - normal form in one pass: a table says what each character
 * becomes; only runs with characters that join with others go through ICU.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What one character becomes at most, with the space before it: U+FDFA. */
#define SLACK 64u

enum { NO_SPACE, SPACE, LINE_END };

/* How far a text is normalised. */
struct fold {
	struct xj_analyzer *an;
	struct xj_normal *out;
	const char *source; /* what origins count from */
	const char *text;   /* begin of the piece in hand */
	size_t len;         /* written */
	unsigned pending;   /* white space seen and not yet written */
	uint32_t space_at;  /* where it was */
	bool begun;         /* something of the section is written */
	bool tight;         /* the last character wants no space beside it */
	bool steps;         /* origins are asked for */
	bool no_memory;     /* for a step */
	uint32_t shift;     /* from what was written last to its origin */
	/* before the last character that did not take a short way */
	struct {
		const char *at;
		size_t len, hyphen; /* hyphen: taken away when it came */
		unsigned pending;
		bool begun, tight;
	} last;
	struct xj_error *err;
};

void
xj_normal_release(struct xj_normal *n)
{
	free(n->bytes);
	free(n->steps);
	*n = (struct xj_normal)XJ_NORMAL_INIT;
}

void
xj_normal_fit(struct xj_normal *n)
{
	size_t room = (n->step_count + 1) * sizeof(*n->steps);
	struct xj_normal_step *steps = n->steps ? realloc(n->steps, room) :
						  NULL;
	char *bytes = n->bytes ? realloc(n->bytes, n->len + 1) : NULL;

	if (steps) {
		n->steps = steps;
		n->step_cap = n->step_count + 1;
	}
	if (bytes) {
		n->bytes = bytes;
		n->cap = n->len + 1;
	}
}

int
xj_text_normal_reserve(struct xj_normal *out, size_t more,
		       struct xj_error *err)
{
	size_t need, cap = out->cap;
	char *bytes;

	if (more > SIZE_MAX / 16 - out->len)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	need = out->len + more;
	if (need <= cap)
		return XJ_OK;
	cap = need > cap + cap / 2 ? need : cap + cap / 2;
	bytes = realloc(out->bytes, cap);
	if (!bytes)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	out->bytes = bytes;
	out->cap = cap;
	return XJ_OK;
}

uint32_t
xj_normal_origin(const struct xj_normal *n, size_t i)
{
	size_t low = 0, high = n->step_count;
	struct xj_normal_step first = { 0 };

	if (i >= n->len)
		return n->source_len;
	while (high - low > 1) {
		size_t half = low + (high - low) / 2;

		if (n->steps[half].at <= i)
			low = half;
		else
			high = half;
	}
	if (high > 0 && n->steps[low].at <= i)
		first = n->steps[low];
	while (i > first.at && ((unsigned char)n->bytes[i] & 0xC0) == 0x80)
		i--;
	return first.origin + (uint32_t)(i - first.at);
}

/* What is written at `at` comes from elsewhere than behind the last. */
static void
add_step(struct fold *f, size_t at, uint32_t origin)
{
	struct xj_normal *n = f->out;

	f->shift = origin - (uint32_t)at;
	if (!f->steps)
		return;
	if (n->step_count == n->step_cap) {
		size_t cap = n->step_cap ? 2 * n->step_cap : 256;
		struct xj_normal_step *steps = realloc(n->steps,
						       cap * sizeof(*steps));

		if (!steps) {
			f->no_memory = true;
			return;
		}
		n->steps = steps;
		n->step_cap = cap;
	}
	n->steps[n->step_count++] = (struct xj_normal_step){ (uint32_t)at,
							     origin };
}

static uint32_t
last_shift(const struct xj_normal *n)
{
	const struct xj_normal_step *last;

	if (n->step_count == 0)
		return 0;
	last = &n->steps[n->step_count - 1];
	return last->origin - last->at;
}

/* The last bytes are written no longer. */
static void
shorten(struct fold *f, size_t n)
{
	struct xj_normal *out = f->out;

	f->len -= n;
	while (out->step_count > 0 &&
	       out->steps[out->step_count - 1].at >= f->len)
		out->step_count--;
	f->shift = last_shift(out);
}

static bool
is_tight(enum kind kind)
{
	return kind == KIND_CJK || kind == KIND_WIDE;
}

/* A character, or what one becomes. */
static ALWAYS_INLINE void
put_bytes(struct fold *f, const char *bytes, size_t n, uint32_t origin)
{
	char *w = f->out->bytes + f->len;

	if (origin - (uint32_t)f->len != f->shift)
		add_step(f, f->len, origin);
	for (size_t i = 0; i < n; i++) {
		w[i] = bytes[i];
		if (i > 0 && ((unsigned char)w[i] & 0xC0) != 0x80)
			add_step(f, f->len + i, origin);
	}
	f->len += n;
}

/* The character that ends before byte `n` of what is written. */
static uint32_t
written_before(const struct fold *f, size_t n)
{
	const char *end = f->out->bytes + n, *p = end;

	if (n == 0)
		return 0;
	do
		p--;
	while (p > f->out->bytes && end - p < 4 &&
	       ((unsigned char)*p & 0xC0) == 0x80);
	return xj_utf8_next(&p, end);
}

/* Take the hyphen away at which a word was broken. Whether there was one. */
static bool
join_word(struct fold *f)
{
	uint32_t c = written_before(f, f->len);
	size_t n = c == '-' ? 1 : c == 0x2010 ? 3 : 0;

	if (n == 0 || n == f->len ||
	    ENTRY_KIND(map_entry(f->an, written_before(f, f->len - n))) !=
	    KIND_LETTER)
		return false;
	shorten(f, n);
	f->last.hyphen = n;
	return true;
}

static void
see_space(struct fold *f, unsigned pending, uint32_t origin)
{
	if (!f->pending)
		f->space_at = origin;
	if (f->pending < pending)
		f->pending = pending;
}

/* Write the space that is due before a character of `kind`, if it is. */
static void
put_space(struct fold *f, enum kind kind, bool small)
{
	unsigned pending = f->pending;

	f->pending = NO_SPACE;
	if (!f->begun || f->tight || is_tight(kind))
		return;
	if (pending == LINE_END && small && kind == KIND_LETTER &&
	    join_word(f))
		return;
	put_bytes(f, " ", 1, f->space_at);
}

/* One character of normal text, of source at `p`. */
static ALWAYS_INLINE void
put_char(struct fold *f, enum kind kind, const char *bytes, size_t n,
	 const char *p)
{
	uint32_t origin = (uint32_t)(p - f->source);

	if (f->pending)
		/* A letter that folding changes was no small one. */
		put_space(f, kind, *bytes == *p);
	put_bytes(f, bytes, n, origin);
	f->tight = is_tight(kind);
	f->begun = true;
}

/* What stands for several characters, or for one of another length. */
static void
put_text(struct fold *f, const char *bytes, size_t len, const char *p)
{
	const char *end = bytes + len;

	while (bytes < end) {
		uint32_t c;
		size_t n;
		enum kind kind = kind_at(f->an, bytes, end, &c, &n);

		if (kind == KIND_SPACE || kind == KIND_NEWLINE)
			see_space(f, kind == KIND_SPACE ? SPACE : LINE_END,
				  (uint32_t)(p - f->source));
		else
			put_char(f, kind, bytes, n, p);
		bytes += n;
	}
}

static void
put_entry(struct fold *f, uint32_t e, const char *p, size_t n)
{
	enum kind kind = ENTRY_KIND(e);
	size_t len = ENTRY_LEN(e);
	char bytes[3] = { (char)e, (char)(e >> 8), (char)(e >> 16) };

	if (kind == KIND_SPACE || kind == KIND_NEWLINE) {
		see_space(f, kind == KIND_SPACE ? SPACE : LINE_END,
			  (uint32_t)(p - f->source));
	} else if (len) {
		put_char(f, kind, bytes, len, p);
	} else if (ENTRY_BYTES(e) == ITSELF) {
		put_char(f, kind, p, n, p);
	} else {
		const char *s = f->an->pool + ENTRY_BYTES(e);

		put_text(f, s + 1, (unsigned char)s[0], p);
	}
}

/* ---------------------------------------------- what joins with its neighbour */

#define JOIN_MAX 64 /* characters normalised together */

static int
open_folder(struct fold *f)
{
	UErrorCode e = U_ZERO_ERROR;

	f->an->folder = unorm2_getNFKCCasefoldInstance(&e);
	if (U_FAILURE(e))
		return xj_error_set(f->err, XJ_EINTERNAL, "text: ICU: %s",
				    u_errorName(e));
	return XJ_OK;
}

/* The character before `p` of the piece, which joins with what follows it. */
static const char *
starter(const struct fold *f, const char *p)
{
	const char *s = p, *q;
	uint32_t c;

	if (p == f->text)
		return p;
	do
		s--;
	while (s > f->text && p - s < 4 && ((unsigned char)*s & 0xC0) == 0x80);
	q = s;
	c = xj_utf8_next(&q, p);
	return q == p && c != 0xFFFD &&
	       !(map_entry(f->an, c) & ENTRY_JOINS) ? s : p;
}

/* Take back what was written for the character at `s`. */
static void
take_back(struct fold *f, const char *s)
{
	if (f->last.at == s) {
		shorten(f, f->len - (f->last.len - f->last.hyphen));
		f->pending = f->last.hyphen ? NO_SPACE : f->last.pending;
		f->begun = f->last.begun;
		f->tight = f->last.tight;
	} else { /* it went the short way */
		const char *p = s;

		shorten(f, ENTRY_LEN(map_entry(f->an,
					       xj_utf8_next(&p, s + 3))));
	}
}

static bool
is_wide(const struct xj_analyzer *an, const char *p, const char *end)
{
	uint32_t c;
	size_t n;

	return kind_at(an, p, end, &c, &n) == KIND_WIDE;
}

/* Normalise from `s` to the next character that joins with none before it. */
static int
put_joined(struct fold *f, const char *s, const char *p, const char *end,
	   const char **next)
{
	UChar text[2 * JOIN_MAX], folded[64 * JOIN_MAX];
	int32_t n = 0, len;
	UErrorCode e = U_ZERO_ERROR;
	const char *q = s;
	bool wide = is_wide(f->an, s, end);

	while (q < end && n < 2 * JOIN_MAX - 1) {
		const char *at = q;
		uint32_t c = xj_utf8_next(&q, end);

		if (at > p && !(map_entry(f->an, c) & ENTRY_JOINS)) {
			q = at;
			break;
		}
		U16_APPEND_UNSAFE(text, n, c);
	}
	*next = q;
	len = unorm2_normalize(f->an->folder, text, n, folded,
			       64 * JOIN_MAX, &e);
	if (U_FAILURE(e))
		return xj_error_set(f->err, XJ_EINTERNAL, "text: ICU: %s",
				    u_errorName(e));
	for (int32_t i = 0; i < len;) {
		char bytes[4];
		uint32_t c, entry;
		size_t k;
		int r = xj_text_normal_reserve(f->out, f->len - f->out->len +
					       SLACK, f->err);

		if (r < 0)
			return r;
		U16_NEXT(folded, i, len, c);
		k = xj_utf8_put(c, bytes);
		entry = map_entry(f->an, c);
		if ((ENTRY_KIND(entry) == KIND_CJK &&
		     ENTRY_BYTES(entry) != ITSELF) ||
		    /* a curved quote, a square bracket */
		    (ENTRY_LEN(entry) == 1 && (char)entry != bytes[0]))
			put_entry(f, entry, s, k);
		else if (wide)
			put_char(f, KIND_WIDE, bytes, k, s);
		else
			put_text(f, bytes, k, s);
		wide = false;
	}
	return XJ_OK;
}

static int
fold_joined(struct fold *f, const char **p, const char *end)
{
	const char *s = starter(f, *p);

	if (!f->an->folder) {
		int r = open_folder(f);

		if (r < 0)
			return r;
	}
	if (s < *p)
		take_back(f, s);
	f->last.at = NULL;
	return put_joined(f, s, *p, end, p);
}

/* --------------------------------------------------------------- the pass */

#ifdef __SSE2__
/*
 * Sixteen bytes of such ASCII at a time, as far as they are letters, digits,
 * signs but brackets, and single spaces between. A space is written with what
 * comes behind it.
 */
static ALWAYS_INLINE const char *
fold_sixteens(const char *p, const char *end, char **w)
{
	size_t n = 1;

	while (n > 0 && end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i big = _mm_and_si128(
			_mm_cmpgt_epi8(v, _mm_set1_epi8('A' - 1)),
			_mm_cmplt_epi8(v, _mm_set1_epi8('Z' + 1)));
		__m128i other = _mm_or_si128( /* beyond ASCII is below 0 */
			_mm_cmplt_epi8(v, _mm_set1_epi8(' ')), _mm_or_si128(
			_mm_cmpeq_epi8(v, _mm_set1_epi8('[')),
			_mm_cmpeq_epi8(v, _mm_set1_epi8(']'))));
		unsigned spaces = (unsigned)_mm_movemask_epi8(
			_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')));
		unsigned stop = (unsigned)_mm_movemask_epi8(other) |
				(spaces & spaces << 1) | 1u << 16;

		_mm_storeu_si128((__m128i *)(void *)*w, _mm_or_si128(
			v, _mm_and_si128(big, _mm_set1_epi8(' '))));
		n = (size_t)__builtin_ctz(stop);
		n -= n > 0 && spaces >> (n - 1) & 1;
		p += n;
		*w += n;
	}
	return p;
}
#else
static ALWAYS_INLINE const char *
fold_sixteens(const char *p, const char *end, char **w)
{
	(void)end;
	(void)w;
	return p;
}
#endif

/* ASCII with single spaces in it; the first character is none. Words end where
 * they like, so that nothing branches on their ends. */
static ALWAYS_INLINE const char *
fold_ascii(const unsigned char *ascii, const char *p, const char *end,
	   char **out)
{
	const char *last = end - 1;
	char *w = *out;

	p = fold_sixteens(p, end, &w);
	for (; p < last; p++) {
		unsigned char a = ascii[(unsigned char)p[0]];
		unsigned char next = ascii[(unsigned char)p[1]];

		if (!((a > ASCII_BLANK) |
		      ((*p == ' ') & (next > ASCII_BLANK))))
			break;
		*w++ = a == ASCII_BLANK ? ' ' : (char)a;
	}
	if (p == last && ascii[(unsigned char)*p] > ASCII_BLANK)
		*w++ = (char)ascii[(unsigned char)*p++];
	*out = w;
	return p;
}

/* White space of ASCII from `p` on. */
static ALWAYS_INLINE const char *
skip_blank(const unsigned char *ascii, const char *p, const char *end)
{
	while (p < end && ascii[(unsigned char)*p] == ASCII_BLANK)
		p++;
	return p;
}

/* The entry of a character of three bytes that becomes another one by itself, of
 * one byte or three; 0: it does not, or is none. */
static ALWAYS_INLINE uint32_t
short_entry(const struct xj_analyzer *an, const char *p, const char *end)
{
	uint32_t c, e;

	if (!three_bytes(p, end, &c))
		return 0;
	e = map_entry(an, c);
	if (e >> 26 >= KIND_SPACE)
		return 0;
	return ENTRY_LEN(e) == 1 || (ENTRY_LEN(e) == 3 &&
				     (e & 0xF0) == 0xE0) ? e : 0;
}

/* Characters with short entries, `e` that of the first, up to one that is
 * written shorter than it was. */
static ALWAYS_INLINE const char *
fold_threes(const struct xj_analyzer *an, const char *p, const char *end,
	    uint32_t e, char **out, bool *tight)
{
	char *w = *out;
	uint32_t next = e;

	do {
		e = next;
		w[0] = (char)e;
		w[1] = (char)(e >> 8);
		w[2] = (char)(e >> 16);
		w += ENTRY_LEN(e);
		p += 3;
	} while (ENTRY_LEN(e) == 3 && (next = short_entry(an, p, end)));
	*out = w;
	*tight = is_tight(ENTRY_KIND(e));
	return p;
}

/*
 * The short way, which most text goes: ASCII, Han, full-width signs. No white
 * space is due before `p`. White space on the way is nothing beside what is
 * tight, and one space between ASCII; a line that may end in a hyphen goes the
 * long way, as does what may join with its neighbour.
 */
static ALWAYS_INLINE const char *
fold_short(struct fold *f, const char *p, const char *end)
{
	const struct xj_analyzer *an = f->an;
	const unsigned char *ascii = an->ascii;
	char *bytes = f->out->bytes, *w = bytes + f->len;
	const char *source = f->source;
	uint32_t shift = f->shift;
	bool tight = f->tight;

	while (p < end) {
		unsigned char a = ascii[(unsigned char)*p];
		uint32_t e = 0;

		if (a == 0 && !(e = short_entry(an, p, end)))
			break;
		if (a == ASCII_BLANK) {
			const char *q = skip_blank(ascii, p, end);
			bool latin = q < end && ascii[(unsigned char)*q];

			if (!latin && !short_entry(an, q, end))
				break;
			if (!tight && (!latin || (unsigned char)w[-1] >= 0x80 ||
				       w[-1] == '-'))
				break;
			if (tight) {
				p = q;
				continue;
			}
		}
		if ((uint32_t)((p - source) - (w - bytes)) != shift) {
			shift = (uint32_t)((p - source) - (w - bytes));
			add_step(f, (size_t)(w - bytes),
				 (uint32_t)(p - source));
		}
		if (a == ASCII_BLANK) {
			*w++ = ' ';
			p = skip_blank(ascii, p, end);
		} else if (a) {
			p = fold_ascii(ascii, p, end, &w);
			tight = false;
		} else {
			p = fold_threes(an, p, end, e, &w, &tight);
		}
	}
	f->len = (size_t)(w - bytes);
	f->tight = tight;
	f->shift = shift;
	return p;
}

static ALWAYS_INLINE int
fold_one(struct fold *f, const char **pp, const char *end)
{
	const char *p = *pp, *q = p;
	uint32_t c = xj_utf8_next(&q, end), e = map_entry(f->an, c);

	if (e & ENTRY_JOINS)
		return fold_joined(f, pp, end);
	f->last.at = p;
	f->last.len = f->len;
	f->last.hyphen = 0;
	f->last.pending = f->pending;
	f->last.begun = f->begun;
	f->last.tight = f->tight;
	put_entry(f, e, p, (size_t)(q - p));
	*pp = q;
	return XJ_OK;
}

/* A part so short that room was made for the worst that it can become. */
static ALWAYS_INLINE int
fold_part(struct fold *f, const char **pp, const char *stop, const char *end)
{
	const char *p = *pp;
	int r;

	while (p < stop) {
		if (f->begun && !f->pending) {
			p = fold_short(f, p, stop);
			if (p >= stop)
				break;
		}
		r = fold_one(f, &p, end);
		if (r < 0)
			return r;
	}
	*pp = p;
	return XJ_OK;
}

#define PART 4096u

static int
fold_text(struct fold *f, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	int r = XJ_OK;

	f->text = text;
	f->last.at = NULL;
	while (p < end && r == XJ_OK) {
		size_t n = (size_t)(end - p) < PART ? (size_t)(end - p) : PART;

		f->out->len = f->len;
		r = xj_text_normal_reserve(f->out, 12 * n + 2 * SLACK, f->err);
		if (r < 0)
			return r;
		r = fold_part(f, &p, p + n, end);
	}
	f->out->len = f->len;
	return r;
}

/* ------------------------------------------------------------ the two calls */

static int
begin(struct fold *f, unsigned flags)
{
	struct xj_normal *out = f->out;
	uint32_t c;
	int r;

	if (!(flags & XJ_NORMAL_APPEND))
		out->len = out->step_count = 0;
	f->steps = flags & XJ_NORMAL_ORIGIN;
	r = xj_text_normal_reserve(out, SLACK, f->err);
	if (r < 0)
		return r;
	/* A space at the end was left for what would follow. */
	f->len = out->len;
	if (out->len > 0 && out->bytes[out->len - 1] == ' ') {
		shorten(f, 1);
		f->pending = SPACE;
	}
	f->shift = last_shift(out);
	c = written_before(f, f->len);
	f->begun = f->len > 0 && c != '\n';
	f->tight = f->begun && is_tight(ENTRY_KIND(map_entry(f->an, c)));
	return XJ_OK;
}

static int
finish(struct fold *f, size_t source_len)
{
	f->out->source_len = (uint32_t)source_len;
	return f->no_memory ? xj_error_set(f->err, XJ_ENOMEM,
					   "text: no memory") : XJ_OK;
}

static int
too_long(struct xj_error *err)
{
	return xj_error_set(err, XJ_ELIMIT,
			    "text: more than 4 GiB in one piece");
}

int
xj_normalise(struct xj_analyzer *an, const char *text, size_t len,
	     unsigned flags, struct xj_normal *out, struct xj_error *err)
{
	struct fold f = { .an = an, .out = out, .source = text, .err = err };
	int r;

	if (len >= UINT32_MAX)
		return too_long(err);
	r = begin(&f, flags);
	if (r == XJ_OK)
		r = fold_text(&f, text, len);
	return r < 0 ? r : finish(&f, len);
}

/* `origin` is that of the line break which ends the section. */
static int
end_section(struct fold *f, uint32_t origin)
{
	int r;

	f->out->len = f->len;
	r = xj_text_normal_reserve(f->out, SLACK, f->err);
	if (r < 0)
		return r;
	if (f->begun)
		put_bytes(f, "\n", 1, origin);
	f->out->len = f->len;
	f->begun = f->tight = false;
	f->pending = NO_SPACE;
	return XJ_OK;
}

/* White space at the end of what goes on elsewhere is left to be seen there. */
static int
leave_space(struct fold *f)
{
	int r;

	if (!f->pending || !f->begun)
		return XJ_OK;
	r = xj_text_normal_reserve(f->out, SLACK, f->err);
	if (r < 0)
		return r;
	put_bytes(f, " ", 1, f->space_at);
	f->out->len = f->len;
	return XJ_OK;
}

int
xj_normalise_chunk(struct xj_analyzer *an, const struct xj_text_chunk *chunk,
		   bool last, unsigned flags, struct xj_normal *out,
		   struct xj_error *err)
{
	const struct xj_text_block *b = chunk->blocks;
	const char *source = chunk->count ? b->text : "", *end = source;
	struct fold f = { .an = an, .out = out, .source = source, .err = err };
	int r = begin(&f, flags);

	for (size_t i = 0; i < chunk->count && r == XJ_OK; i++, b++) {
		uint32_t gap = (uint32_t)(b->text - source);

		if (b->section)
			r = end_section(&f, gap ? gap - 1 : 0);
		else if (!b->more)
			see_space(&f, LINE_END, gap ? gap - 1 : 0);
		if (r == XJ_OK)
			r = fold_text(&f, b->text, b->len);
		end = b->text + b->len;
	}
	if (r == XJ_OK && last)
		r = end_section(&f, (uint32_t)(end - source));
	else if (r == XJ_OK)
		r = leave_space(&f);
	return r < 0 ? r : finish(&f, (size_t)(end - source));
}
