/*
 * normal.c - normal form in one pass: a table says what each character
 * becomes; only runs with characters that join with others go through ICU.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/utf16.h>

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
	free(n->origin);
	*n = (struct xj_normal)XJ_NORMAL_INIT;
}

static int
set_capacity(struct xj_normal *out, size_t cap, bool origins)
{
	char *bytes = realloc(out->bytes, cap);
	uint32_t *origin;

	if (!bytes)
		return XJ_ENOMEM;
	out->bytes = bytes;
	if (origins || out->origin) {
		origin = realloc(out->origin, (cap + 1) * sizeof(*origin));
		if (!origin)
			return XJ_ENOMEM;
		out->origin = origin;
	}
	out->cap = cap;
	return XJ_OK;
}

int
xj_text_normal_reserve(struct xj_normal *out, size_t more, bool origins,
		       struct xj_error *err)
{
	size_t need, cap = out->cap;

	if (more > SIZE_MAX / 16 - out->len)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	need = out->len + more;
	if (need <= cap && (out->origin || !origins))
		return XJ_OK;
	if (need > cap)
		cap = need > cap + cap / 2 ? need : cap + cap / 2;
	if (set_capacity(out, cap, origins) < 0)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	return XJ_OK;
}

static bool
is_tight(enum kind kind)
{
	return kind == KIND_CJK || kind == KIND_WIDE;
}

static ALWAYS_INLINE void
put_bytes(struct fold *f, const char *bytes, size_t n, uint32_t origin,
	  bool origins)
{
	char *w = f->out->bytes + f->len;

	for (size_t i = 0; i < n; i++)
		w[i] = bytes[i];
	if (origins) {
		uint32_t *o = f->out->origin + f->len;

		for (size_t i = 0; i < n; i++)
			o[i] = origin;
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
	f->len -= n;
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
put_space(struct fold *f, enum kind kind, bool small, bool origins)
{
	unsigned pending = f->pending;

	f->pending = NO_SPACE;
	if (!f->begun || f->tight || is_tight(kind))
		return;
	if (pending == LINE_END && small && kind == KIND_LETTER &&
	    join_word(f))
		return;
	put_bytes(f, " ", 1, f->space_at, origins);
}

/* One character of normal text, of source at `p`. */
static ALWAYS_INLINE void
put_char(struct fold *f, enum kind kind, const char *bytes, size_t n,
	 const char *p, bool origins)
{
	uint32_t origin = (uint32_t)(p - f->source);

	if (f->pending)
		/* A letter that folding changes was no small one. */
		put_space(f, kind, *bytes == *p, origins);
	put_bytes(f, bytes, n, origin, origins);
	f->tight = is_tight(kind);
	f->begun = true;
}

/* What stands for several characters, or for one of another length. */
static void
put_text(struct fold *f, const char *bytes, size_t len, const char *p,
	 bool origins)
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
			put_char(f, kind, bytes, n, p, origins);
		bytes += n;
	}
}

static void
put_entry(struct fold *f, uint32_t e, const char *p, size_t n, bool origins)
{
	enum kind kind = ENTRY_KIND(e);
	size_t len = ENTRY_LEN(e);
	char bytes[3] = { (char)e, (char)(e >> 8), (char)(e >> 16) };

	if (kind == KIND_SPACE || kind == KIND_NEWLINE) {
		see_space(f, kind == KIND_SPACE ? SPACE : LINE_END,
			  (uint32_t)(p - f->source));
	} else if (len) {
		put_char(f, kind, bytes, len, p, origins);
	} else if (ENTRY_BYTES(e) == ITSELF) {
		put_char(f, kind, p, n, p, origins);
	} else {
		const char *s = f->an->pool + ENTRY_BYTES(e);

		put_text(f, s + 1, (unsigned char)s[0], p, origins);
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
		f->len = f->last.len - f->last.hyphen;
		f->pending = f->last.hyphen ? NO_SPACE : f->last.pending;
		f->begun = f->last.begun;
		f->tight = f->last.tight;
	} else { /* it went a short way: as many bytes as it had */
		f->len -= (unsigned char)*s < 0x80 ? 1 : 3;
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
	   const char **next, bool origins)
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
					       SLACK, origins, f->err);

		if (r < 0)
			return r;
		U16_NEXT(folded, i, len, c);
		k = xj_utf8_put(c, bytes);
		entry = map_entry(f->an, c);
		if ((ENTRY_KIND(entry) == KIND_CJK &&
		     ENTRY_BYTES(entry) != ITSELF) ||
		    /* a curved quote, a square bracket */
		    (ENTRY_LEN(entry) == 1 && (char)entry != bytes[0]))
			put_entry(f, entry, s, k, origins);
		else if (wide)
			put_char(f, KIND_WIDE, bytes, k, s, origins);
		else
			put_text(f, bytes, k, s, origins);
		wide = false;
	}
	return XJ_OK;
}

static int
fold_joined(struct fold *f, const char **p, const char *end, bool origins)
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
	return put_joined(f, s, *p, end, p, origins);
}

/* --------------------------------------------------------------- the pass */

/* Han that stay as long as they are. No white space is due before them. */
static ALWAYS_INLINE const char *
fold_han(struct fold *f, const char *p, const char *end, bool origins)
{
	const uint32_t top = ENTRY_TOP(KIND_CJK, 3) >> 24;
	char *w = f->out->bytes + f->len;
	const char *from = p;
	uint32_t c;

	while (three_bytes(p, end, &c)) {
		uint32_t e = map_entry(f->an, c);

		if (e >> 24 != top)
			break;
		w[0] = (char)e;
		w[1] = (char)(e >> 8);
		w[2] = (char)(e >> 16);
		if (origins) {
			uint32_t *o = f->out->origin + (w - f->out->bytes);

			o[0] = o[1] = o[2] = (uint32_t)(p - f->source);
		}
		w += 3;
		p += 3;
	}
	if (p > from) {
		f->len = (size_t)(w - f->out->bytes);
		f->tight = true;
	}
	return p;
}

static ALWAYS_INLINE bool
is_plain(const struct fold *f, const char *p, const char *end)
{
	return p < end && (unsigned char)*p < 0x80 &&
	       f->an->ascii[(unsigned char)*p] != 0;
}

static ALWAYS_INLINE const char *
fold_ascii(struct fold *f, const char *p, const char *end, bool origins)
{
	char *w = f->out->bytes + f->len;
	const char *from = p;
	unsigned char a;

	while (p < end && (unsigned char)*p < 0x80) {
		a = f->an->ascii[(unsigned char)*p];
		if (a == 0) {
			if (*p != ' ' || p == from || !is_plain(f, p + 1, end))
				break;
			a = ' '; /* one space between ASCII stays */
		}
		if (origins)
			f->out->origin[w - f->out->bytes] =
				(uint32_t)(p - f->source);
		*w++ = (char)a;
		p++;
	}
	if (p > from) {
		f->len = (size_t)(w - f->out->bytes);
		f->tight = false;
	}
	return p;
}

static ALWAYS_INLINE int
fold_one(struct fold *f, const char **pp, const char *end, bool origins)
{
	const char *p = *pp, *q = p;
	uint32_t c = xj_utf8_next(&q, end), e = map_entry(f->an, c);

	if (e & ENTRY_JOINS)
		return fold_joined(f, pp, end, origins);
	f->last.at = p;
	f->last.len = f->len;
	f->last.hyphen = 0;
	f->last.pending = f->pending;
	f->last.begun = f->begun;
	f->last.tight = f->tight;
	put_entry(f, e, p, (size_t)(q - p), origins);
	*pp = q;
	return XJ_OK;
}

/* A part so short that room was made for the worst that it can become. */
static ALWAYS_INLINE int
fold_part(struct fold *f, const char **pp, const char *stop, const char *end,
	  bool origins)
{
	const char *p = *pp;
	int r;

	while (p < stop) {
		if (f->begun && !f->pending) {
			p = fold_han(f, p, stop, origins);
			p = fold_ascii(f, p, stop, origins);
			if (p >= stop)
				break;
		}
		r = fold_one(f, &p, end, origins);
		if (r < 0)
			return r;
	}
	*pp = p;
	return XJ_OK;
}

static int
fold_part_bytes(struct fold *f, const char **p, const char *stop,
		const char *end)
{
	return fold_part(f, p, stop, end, false);
}

static int
fold_part_origins(struct fold *f, const char **p, const char *stop,
		  const char *end)
{
	return fold_part(f, p, stop, end, true);
}

#define PART 4096u

static int
fold_text(struct fold *f, const char *text, size_t len, bool origins)
{
	const char *p = text, *end = text + len;
	int r = XJ_OK;

	f->text = text;
	f->last.at = NULL;
	while (p < end && r == XJ_OK) {
		size_t n = (size_t)(end - p) < PART ? (size_t)(end - p) : PART;

		f->out->len = f->len;
		r = xj_text_normal_reserve(f->out, 12 * n + 2 * SLACK, origins,
					   f->err);
		if (r < 0)
			return r;
		r = origins ? fold_part_origins(f, &p, p + n, end) :
		    fold_part_bytes(f, &p, p + n, end);
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
		out->len = 0;
	r = xj_text_normal_reserve(out, SLACK, flags & XJ_NORMAL_ORIGIN,
				   f->err);
	if (r < 0)
		return r;
	/* A space at the end was left for what would follow. */
	if (out->len > 0 && out->bytes[out->len - 1] == ' ') {
		out->len--;
		f->pending = SPACE;
	}
	f->len = out->len;
	c = written_before(f, f->len);
	f->begun = f->len > 0 && c != '\n';
	f->tight = f->begun && is_tight(ENTRY_KIND(map_entry(f->an, c)));
	return XJ_OK;
}

static int
finish(struct fold *f, size_t source_len, unsigned flags)
{
	int r = xj_text_normal_reserve(f->out, SLACK,
				       flags & XJ_NORMAL_ORIGIN, f->err);

	if (r < 0)
		return r;
	if (flags & XJ_NORMAL_ORIGIN)
		f->out->origin[f->out->len] = (uint32_t)source_len;
	return XJ_OK;
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
		r = fold_text(&f, text, len, flags & XJ_NORMAL_ORIGIN);
	return r < 0 ? r : finish(&f, len, flags);
}

/* `origin` is that of the line break which ends the section. */
static int
end_section(struct fold *f, uint32_t origin, unsigned flags)
{
	int r;

	f->out->len = f->len;
	r = xj_text_normal_reserve(f->out, SLACK, flags & XJ_NORMAL_ORIGIN,
				   f->err);
	if (r < 0)
		return r;
	if (f->begun)
		put_bytes(f, "\n", 1, origin, flags & XJ_NORMAL_ORIGIN);
	f->out->len = f->len;
	f->begun = f->tight = false;
	f->pending = NO_SPACE;
	return XJ_OK;
}

/* White space at the end of what goes on elsewhere is left to be seen there. */
static int
leave_space(struct fold *f, unsigned flags)
{
	int r;

	if (!f->pending || !f->begun)
		return XJ_OK;
	r = xj_text_normal_reserve(f->out, SLACK, flags & XJ_NORMAL_ORIGIN,
				   f->err);
	if (r < 0)
		return r;
	put_bytes(f, " ", 1, f->space_at, flags & XJ_NORMAL_ORIGIN);
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
			r = end_section(&f, gap ? gap - 1 : 0, flags);
		else if (!b->more)
			see_space(&f, LINE_END, gap ? gap - 1 : 0);
		if (r == XJ_OK)
			r = fold_text(&f, b->text, b->len,
				      flags & XJ_NORMAL_ORIGIN);
		end = b->text + b->len;
	}
	if (r == XJ_OK && last)
		r = end_section(&f, (uint32_t)(end - source), flags);
	else if (r == XJ_OK)
		r = leave_space(&f, flags);
	return r < 0 ? r : finish(&f, (size_t)(end - source), flags);
}
