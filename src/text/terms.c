/*
 * terms.c - cuts normal text into terms. Of a run of Han and kana: each
 * character, each pair, and the words of two characters or more; a word of one
 * is its character. Of hangul between spaces: the whole, its characters, its
 * pairs. Of anything else made of letters and digits: the word.
 *
 * Words outside CJK follow Unicode UAX #29 except that a full stop between
 * letters parts them (report.pdf is found by report), that digits are joined
 * by one full stop (98.5, but 2011.2.16 is three numbers), and by commas only
 * before groups of three (1,000,000).
 */
#include "inner.h"

#include <string.h>

struct cutter {
	struct xj_analyzer *an;
	const char *text, *end;
	xj_term_fn fn;
	void *ctx;
	struct xj_error *err;
};

static ALWAYS_INLINE int
send(struct cutter *k, enum xj_term_kind kind, const char *p, size_t width)
{
	size_t len = width;

	if (len > TERM_MAX)
		len = xj_utf8_cut(p, len, TERM_MAX);
	return k->fn(k->ctx, kind, p, len, (size_t)(p - k->text), width);
}

/* ------------------------------------------------------------ Han and kana */

/* U+30A1..U+30FE but for the middle dot: what ICU takes for katakana. */
static bool
is_katakana(uint32_t c)
{
	return c >= 0x30A1 && c <= 0x30FE && c != 0x30FB;
}

/* 第; and 一 and 二, with which years begin. */
static bool
begins_form(uint32_t c)
{
	return c == 0x7B2C || c == 0x4E00 || c == 0x4E8C;
}

/* Fills the run in hand; returns its end. */
static const char *
read_run(struct cutter *k, const char *p, size_t *count)
{
	struct xj_analyzer *an = k->an;
	const char *from = p;
	size_t n = 0, len;
	uint32_t c;

	while (p < k->end && n < RUN_MAX &&
	       kind_at(an, p, k->end, &c, &len) == KIND_CJK) {
		an->run[n++] = (struct han){ (uint32_t)(p - from),
			word_code(an, c), is_katakana(c), 0,
			begins_form(c) };
		p += len;
	}
	an->run[n].at = (uint32_t)(p - from);
	*count = n;
	return p;
}

/*
 * Bytes of the archive's own word at `p` if it has other characters than Han
 * too (b超, 5g网络) and ends where a word may end.
 */
static size_t
mixed_word(const struct cutter *k, const char *p)
{
	size_t n = xj_text_own_match(k->an->own, p, k->end), len;
	bool han = true;
	enum kind kind = KIND_OTHER;
	uint32_t c;

	for (const char *q = p, *end = p + n; q < end; q += len) {
		kind = kind_at(k->an, q, end, &c, &len);
		han = han && kind == KIND_CJK;
	}
	if (n == 0 || han)
		return 0;
	if (kind != KIND_CJK && p + n < k->end &&
	    xj_text_word_end(k->an, k->text, p + n, k->end) !=
	    p + n &&
	    kind_at(k->an, p + n, k->end, &c, &len) != KIND_CJK)
		return 0;
	return n;
}

static int
send_mixed(struct cutter *k, const char *p)
{
	size_t n = k->an->own ? mixed_word(k, p) : 0;

	return n ? send(k, XJ_TERM_WORD, p, n) : 0;
}

/* What is written in several ways, if it begins at `p`. */
static int
send_form(struct cutter *k, const char *p)
{
	char term[TERM_MAX];
	size_t width, at = (size_t)(p - k->text);
	int n = xj_text_form(k->an, p, k->end, term, &width);
	int r = n > 0 ? k->fn(k->ctx, XJ_TERM_FORM, term, (size_t)n, at,
			      width) : 0;

	if (r < 0)
		return r;
	n = xj_text_year(k->an, p, k->end, term, &width);
	return n > 0 ? k->fn(k->ctx, XJ_TERM_WORD, term, (size_t)n, at,
			     width) : 0;
}

static int
send_run(struct cutter *k, const char *run, size_t n, bool goes_on)
{
	const struct han *h = k->an->run;
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++) {
		const char *p = run + h[i].at;
		size_t here = h[i + 1].at - h[i].at;

		r = send(k, XJ_TERM_CHAR, p, here);
		if (r >= 0 && i + 1 < n)
			r = send(k, XJ_TERM_PAIR, p, h[i + 2].at - h[i].at);
		else if (r >= 0 && goes_on) {
			uint32_t c;
			size_t next;

			kind_at(k->an, p + here, k->end, &c, &next);
			r = send(k, XJ_TERM_PAIR, p, here + next);
		}
		if (r >= 0 && h[i].word > 1)
			r = send(k, XJ_TERM_WORD, p,
				 h[i + h[i].word].at - h[i].at);
		if (r >= 0 && k->an->own)
			r = send_mixed(k, p);
		if (r >= 0 && h[i].form)
			r = send_form(k, p);
	}
	return r;
}

static int
cut_run(struct cutter *k, const char **p)
{
	const char *run = *p;
	size_t n, len;
	uint32_t c;
	bool goes_on;

	*p = read_run(k, run, &n);
	xj_text_segment(k->an, run, *p, n);
	goes_on = n == RUN_MAX && *p < k->end &&
		  kind_at(k->an, *p, k->end, &c, &len) == KIND_CJK;
	return send_run(k, run, n, goes_on);
}

/* ------------------------------------------------------------ other words */

static bool
is_digit(const struct xj_analyzer *an, const char *p, const char *end)
{
	uint32_t c;
	size_t n;

	return p < end && kind_at(an, p, end, &c, &n) == KIND_DIGIT;
}

static bool
is_letter(const struct xj_analyzer *an, const char *p, const char *end)
{
	uint32_t c;
	size_t n;

	return p < end && kind_at(an, p, end, &c, &n) == KIND_LETTER;
}

static size_t
ascii_digits(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q >= '0' && *q <= '9')
		q++;
	return (size_t)(q - p);
}

/* Whether the full stop at `p`, after a digit, is that of a decimal fraction. */
static bool
is_point(const struct xj_analyzer *an, const char *p, const char *end)
{
	size_t n = ascii_digits(p + 1, end);
	const char *after = p + 1 + n;

	return n > 0 && !(after < end && *after == '.' &&
			  is_digit(an, after + 1, end));
}

/* Whether the comma at `p`, after a digit, stands before thousands. */
static bool
is_thousands(const char *p, const char *end)
{
	return ascii_digits(p + 1, end) == 3;
}

/* Bytes of the sign at `p` that goes on with a word; 0: the word ends here. */
static size_t
joint(const struct xj_analyzer *an, const char *p, const char *end,
      enum kind before, bool *fraction)
{
	if (before == KIND_LETTER && *p == '\'')
		return is_letter(an, p + 1, end);
	if (before != KIND_DIGIT || *fraction)
		return 0;
	if (*p == '.' && is_point(an, p, end)) {
		*fraction = true;
		return 1;
	}
	return *p == ',' && is_thousands(p, end);
}

/* Whether a number and a full stop stand before `p`: then it has no fraction. */
static bool
follows_point(const char *begin, const char *p)
{
	return p - begin >= 2 && p[-1] == '.' && p[-2] >= '0' && p[-2] <= '9';
}

const char *
xj_text_word_end(const struct xj_analyzer *an, const char *begin,
		 const char *p, const char *end)
{
	enum kind before = KIND_OTHER;
	bool fraction = follows_point(begin, p);

	while (p < end) {
		uint32_t c;
		size_t n;
		enum kind kind = kind_at(an, p, end, &c, &n);

		if (kind < KIND_HANGUL || kind > KIND_MARK) {
			n = before == KIND_OTHER ? 0 :
			    joint(an, p, end, before, &fraction);
			kind = before;
			if (n == 0)
				break;
		} else if (kind == KIND_MARK) {
			kind = before == KIND_OTHER ? KIND_MARK : before;
		} else if (kind != KIND_DIGIT) {
			/* Several dots part numbers, but not after letters. */
			fraction = false;
		}
		before = kind;
		p += n;
	}
	return p;
}

static int
send_hangul(struct cutter *k, const char *p, const char *end)
{
	enum kind before = KIND_OTHER;
	size_t last = 0, n;
	int r = 0;

	for (; p < end && r >= 0; p += n) {
		uint32_t c;
		enum kind kind = kind_at(k->an, p, end, &c, &n);

		if (kind == KIND_HANGUL && before == KIND_HANGUL)
			r = send(k, XJ_TERM_PAIR, p - last, last + n);
		if (kind == KIND_HANGUL && r >= 0)
			r = send(k, XJ_TERM_CHAR, p, n);
		before = kind;
		last = n;
	}
	return r;
}

static bool
has_hangul(const struct xj_analyzer *an, const char *p, const char *end)
{
	while (p < end) {
		uint32_t c;
		size_t n;

		if ((unsigned char)*p < 0xE1) {
			p++;
			continue;
		}
		if (kind_at(an, p, end, &c, &n) == KIND_HANGUL)
			return true;
		p += n;
	}
	return false;
}

static bool
is_year(const char *p)
{
	return (*p == '1' || *p == '2') && ascii_digits(p, p + 4) == 4;
}

static int
cut_word(struct cutter *k, const char **p, const char *end)
{
	char term[TERM_MAX];
	const char *word = *p;
	int r = k->an->own ? send_mixed(k, word) : 0, len;

	*p = end;
	if (r < 0)
		return r;
	len = xj_text_stem(k->an, word, (size_t)(end - word), term, k->err);
	if (len <= 0)
		return len;
	r = k->fn(k->ctx, XJ_TERM_WORD, term, (size_t)len,
		  (size_t)(word - k->text), (size_t)(end - word));
	if (r >= 0 && has_hangul(k->an, word, end))
		r = send_hangul(k, word, end);
	if (r >= 0 && end - word == 4 && is_year(word))
		r = send_form(k, word);
	return r;
}

int
xj_terms(struct xj_analyzer *an, const char *normal, size_t len, xj_term_fn fn,
	 void *ctx, struct xj_error *err)
{
	struct cutter k = { an, normal, normal + len, fn, ctx, err };
	const char *p = normal;
	int r = 0;

	while (p < k.end && r >= 0) {
		uint32_t c;
		size_t n;
		enum kind kind = kind_at(an, p, k.end, &c, &n);

		if (kind == KIND_CJK)
			r = cut_run(&k, &p);
		else if (kind >= KIND_HANGUL && kind <= KIND_MARK)
			r = cut_word(&k, &p, xj_text_word_end(an, normal, p,
							      k.end));
		else {
			if (c == '(')
				r = send_form(&k, p);
			p += n;
		}
	}
	return r < 0 ? r : XJ_OK;
}
