/*
 * correct.c - words of the index that are like one which it does not have.
 *
 * Chinese is put right by its pairs: a wrong character makes two pairs that
 * nobody writes, and whatever belongs between its neighbours is in pairs with
 * both. Of these the one counts that sounds or looks most like what was
 * written, and then the one that more documents have.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "library/correct.h"
#include "library/fields.h"
#include "library/search.h"

#define LONGEST 32u     /* characters of a word that is compared */
#define RUN_MAX 16u     /* characters of a run that is put right */
#define SCANNED 20000u  /* terms looked at for one beginning */
#define MUCH 50u        /* times as many documents speak for a mistake */
#define SOUND 0.9       /* likeness of characters read alike */
#define NEAR_SOUND 0.8  /* as zh and z, or an and ang */
#define OTHER 0.3
#define LEAST_OF_TWO 0.7 /* of two characters one must sound or look alike */
#define SWAPPED 0.9
#define DOUBLED 0.9
#define LEFT_OUT 0.5
#define STEM_LEAST 5u   /* letters */
#define STEM_LONG 7u    /* may begin with another */
#define ENDING_MAX 5u
#define WITH_ENDING 0.95

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* Likeness counts first; of two much alike, the more frequent by far. */
static double
evidence(const struct xj_correction *c)
{
	return c->likeness + 0.03 * log2((double)c->documents + 1);
}

static bool
is_known(const struct xj_corrections *out, const struct xj_correction *c)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->list[i].len == c->len &&
		    memcmp(out->list[i].text, c->text, c->len) == 0)
			return true;
	return false;
}

/* Keeps a copy of the text. */
static int
keep(const struct xj_correcting *c, struct xj_corrections *out,
     struct xj_correction found, struct xj_error *err)
{
	size_t i = out->count;

	if (is_known(out, &found))
		return XJ_OK;
	if (i == XJ_CORRECTIONS_MAX) {
		if (evidence(&found) <= evidence(&out->list[i - 1]))
			return XJ_OK;
		i--;
	} else {
		out->count++;
	}
	found.text = xj_arena_strndup(c->arena, found.text, found.len);
	if (!found.text) {
		out->count = i;
		return no_memory(err);
	}
	for (; i > 0 && evidence(&found) > evidence(&out->list[i - 1]); i--)
		out->list[i] = out->list[i - 1];
	out->list[i] = found;
	return XJ_OK;
}

/* The same, of a term that the reader may see. */
static int
keep_seen(const struct xj_correcting *c, struct xj_corrections *out,
	  const struct xj_correction *found, const char *term, size_t len,
	  struct xj_error *err)
{
	bool seen;
	int r;

	if (out->count == XJ_CORRECTIONS_MAX &&
	    evidence(found) <= evidence(&out->list[out->count - 1]))
		return XJ_OK;
	r = xj_index_seen(c->index, term, len, &seen, err);
	return r < 0 || !seen ? r : keep(c, out, *found, err);
}

/* A term of a kind, in the field that is asked; `field` 0 is the body. */
static size_t
term_of(char *out, char field, enum xj_term_kind kind, const char *bytes,
	size_t len)
{
	size_t n = 0;

	if (field)
		out[n++] = field;
	out[n++] = (char)kind;
	memcpy(out + n, bytes, len);
	return n + len;
}

/* Every field once: 0, or the bytes of `fields`. */
#define EACH_FIELD(fields, f) \
	(const char *f = fields; f; f = *f && f[1] ? f + 1 : NULL)

static int
scan(const struct xj_correcting *c, enum xj_term_kind kind, const char *bytes,
     size_t len, xj_index_term_fn fn, void *ctx, struct xj_error *err)
{
	char prefix[2 + XJ_TERM_BYTES];
	int r = XJ_OK;

	if (len > XJ_TERM_BYTES)
		return XJ_OK;
	for EACH_FIELD(c->fields, f) {
		if (r == XJ_OK)
			r = xj_index_terms(c->index, prefix,
					   term_of(prefix, *f, kind, bytes,
						   len), fn, ctx, err);
	}
	return r;
}

/* ------------------------------------------------------------- characters */

struct character {
	char bytes[4];
	size_t len;
	uint32_t code;
};

/* A run taken apart. */
struct run {
	const struct xj_correcting *c;
	struct xj_corrections *out;
	struct character chars[RUN_MAX];
	size_t n;
	uint64_t pairs[RUN_MAX]; /* documents that have chars i and i + 1 */
	uint64_t enough;         /* documents that speak for a mistake */
	size_t at;               /* the character looked for */
	struct xj_error *err;
};

static struct character
character_of(uint32_t code)
{
	struct character c = { .code = code };

	c.len = xj_utf8_put(code, c.bytes);
	return c;
}

static int
count_pair(const struct xj_correcting *c, const char *fields,
	   const struct character *a, const struct character *b,
	   uint64_t *documents, struct xj_error *err)
{
	char pair[8], term[2 + sizeof(pair)];
	uint64_t here = 0;
	bool seen = true;
	int r = XJ_OK;

	memcpy(pair, a->bytes, a->len);
	memcpy(pair + a->len, b->bytes, b->len);
	*documents = 0;
	for EACH_FIELD(fields, f) {
		size_t n = term_of(term, *f, XJ_TERM_PAIR, pair,
				   a->len + b->len);

		if (r == XJ_OK)
			r = xj_index_frequency(c->index, term, n, &here, err);
		if (r == XJ_OK && here)
			r = xj_index_seen(c->index, term, n, &seen, err);
		*documents += r == XJ_OK && seen ? here : 0;
	}
	return r;
}

/* What people of the south say alike, and what is easily typed for the other:
 * zh z, ch c, sh s, n l; an ang, en eng, in ing. */
static size_t
plain_syllable(const char *syllable, char out[8])
{
	size_t n = strlen(syllable), k = 0;

	for (size_t i = 0; i < n && k < 7; i++) {
		if ((i == 1 && syllable[i] == 'h') ||
		    (i == n - 1 && syllable[i] == 'g'))
			continue;
		out[k++] = i == 0 && syllable[i] == 'l' ? 'n' : syllable[i];
	}
	out[k] = '\0';
	return k;
}

static double
sound_likeness(const struct character *a, const struct character *b)
{
	const char *x[XJ_READINGS_MAX], *y[XJ_READINGS_MAX];
	unsigned m = xj_pinyin(a->bytes, a->len, x);
	unsigned n = xj_pinyin(b->bytes, b->len, y);
	double best = 0;

	for (unsigned i = 0; i < m && i < 2; i++)
		for (unsigned k = 0; k < n && k < 2; k++) {
			char p[8], q[8];

			if (strcmp(x[i], y[k]) == 0)
				return SOUND;
			plain_syllable(x[i], p);
			plain_syllable(y[k], q);
			if (strcmp(p, q) == 0)
				best = NEAR_SOUND;
		}
	return best;
}

static double
character_likeness(const struct character *a, const struct character *b)
{
	double sound = sound_likeness(a, b);
	double shape = xj_shape_likeness(a->code, b->code);

	if (shape < XJ_SHAPE_NEAR)
		shape = 0;
	if (sound > 0 && shape > 0)
		return 0.97;
	if (sound > 0 || shape > 0)
		return sound > shape ? sound : shape;
	return OTHER;
}

/* ------------------------------------------------------------ another run */

/* The run with what stands from `from` to `to` replaced by `chars`. */
static int
keep_run(struct run *r, size_t from, size_t to, const struct character *chars,
	 size_t n, double likeness, uint64_t documents)
{
	char text[(RUN_MAX + 1) * 4];
	struct xj_correction found = { .text = text, .likeness = likeness,
				       .documents = documents };

	if (documents < r->enough || (r->n < 3 && likeness < LEAST_OF_TWO))
		return XJ_OK;
	for (size_t i = 0; i <= r->n; i++) {
		for (size_t k = 0; i == from && k < n; k++) {
			memcpy(text + found.len, chars[k].bytes, chars[k].len);
			found.len += chars[k].len;
		}
		if (i < r->n && (i < from || i >= to)) {
			memcpy(text + found.len, r->chars[i].bytes,
			       r->chars[i].len);
			found.len += r->chars[i].len;
		}
	}
	return keep(r->c, r->out, found, r->err);
}

/* The least of the pairs that `chars` make with their neighbours and each
 * other; UINT64_MAX when they have none. */
static int
count_between(struct run *r, const char *fields, size_t from, size_t to,
	      const struct character *chars, size_t n, uint64_t *documents)
{
	const struct character *last = from ? &r->chars[from - 1] : NULL;
	int x = XJ_OK;

	*documents = UINT64_MAX;
	for (size_t i = 0; i <= n && x == XJ_OK && *documents; i++) {
		const struct character *here = i < n ? &chars[i] :
			to < r->n ? &r->chars[to] : NULL;
		uint64_t pair = UINT64_MAX;

		if (last && here)
			x = count_pair(r->c, fields, last, here, &pair,
				       r->err);
		if (pair < *documents)
			*documents = pair;
		last = here;
	}
	return x;
}

static int
try_between(struct run *r, const char *fields, size_t from, size_t to,
	    const struct character *chars, size_t n, double likeness)
{
	uint64_t documents;
	int x = count_between(r, fields, from, to, chars, n, &documents);

	if (x < 0 || documents == 0 || documents == UINT64_MAX)
		return x;
	return keep_run(r, from, to, chars, n, likeness, documents);
}

/* The second character of a pair, and the field it is in: the other pair is
 * looked for there alone, as a mistake is made in one word. */
static struct character
second_of(const struct run *r, const char *term, size_t len, char field[2])
{
	size_t head = *r->c->fields != '\0';
	const char *end = term + len, *p = term + head + 1;

	field[0] = head ? *term : '\0';
	field[1] = '\0';
	xj_utf8_next(&p, end);
	return character_of(p < end ? xj_utf8_next(&p, end) : 0);
}

/* A pair that begins with the character before the place. */
static int
take_pair(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct run *r = ctx;
	const struct character *was = &r->chars[r->at];
	char field[2];
	struct character other = second_of(r, term, len, field);
	uint64_t after = UINT64_MAX;
	bool seen = true;
	int x = XJ_OK;

	if (documents < r->enough || other.code == was->code ||
	    !xj_is_han(other.code))
		return XJ_OK;
	if (r->at + 1 < r->n)
		x = count_pair(r->c, field, &other, &r->chars[r->at + 1],
			       &after, r->err);
	if (x == XJ_OK && after)
		x = xj_index_seen(r->c->index, term, len, &seen, r->err);
	if (x < 0 || after == 0 || !seen)
		return x;
	return keep_run(r, r->at, r->at + 1, &other, 1,
			character_likeness(was, &other),
			after < documents ? after : documents);
}

/* Whatever stands between two neighbours. */
static int
replace_within(struct run *r)
{
	const struct character *before = &r->chars[r->at - 1];

	return scan(r->c, XJ_TERM_PAIR, before->bytes, before->len, take_pair,
		    r, r->err);
}

/* The first has no neighbour by which terms sort: those that sound or look
 * like it are tried. */
struct firsts {
	struct run *run;
	int result;
};

static bool
try_first(struct firsts *f, struct character other)
{
	struct run *r = f->run;

	if (other.code != r->chars[0].code)
		f->result = try_between(r, r->c->fields, 0, 1, &other, 1,
					character_likeness(&r->chars[0],
							   &other));
	return f->result == XJ_OK;
}

static bool
try_sound(void *ctx, const char *c, size_t len)
{
	const char *p = c;

	return try_first(ctx, character_of(xj_utf8_next(&p, c + len)));
}

static bool
try_shape(void *ctx, uint32_t like)
{
	return try_first(ctx, character_of(like));
}

static int
replace_first(struct run *r)
{
	const char *readings[XJ_READINGS_MAX];
	struct firsts f = { r, XJ_OK };
	unsigned n = xj_pinyin(r->chars[0].bytes, r->chars[0].len, readings);

	for (unsigned i = 0; i < n && i < 2 && f.result == XJ_OK; i++)
		xj_pinyin_each(readings[i], try_sound, &f);
	if (f.result == XJ_OK)
		xj_shape_each(r->chars[0].code, try_shape, &f);
	return f.result;
}

static int
take_missing(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct run *r = ctx;
	char field[2];
	struct character other = second_of(r, term, len, field);

	if (documents < r->enough || !xj_is_han(other.code))
		return XJ_OK;
	return try_between(r, field, r->at, r->at, &other, 1, LEFT_OUT);
}

/* One character is missing between those of a pair that nobody has. */
static int
insert(struct run *r)
{
	const struct character *before = &r->chars[r->at - 1];

	return r->n == RUN_MAX ? XJ_OK :
	       scan(r->c, XJ_TERM_PAIR, before->bytes, before->len,
		    take_missing, r, r->err);
}

static int
swap(struct run *r, size_t at)
{
	struct character both[2] = { r->chars[at + 1], r->chars[at] };

	return try_between(r, r->c->fields, at, at + 2, both, 2, SWAPPED);
}

/* Three remain at least with one left out, or the rest says nothing. */
static int
leave_out(struct run *r, size_t at)
{
	bool doubled = at > 0 && r->chars[at].code == r->chars[at - 1].code;

	if (r->n < 3 || (r->n < 4 && !doubled))
		return XJ_OK;
	return try_between(r, r->c->fields, at, at + 1, NULL, 0,
			   doubled ? DOUBLED : LEFT_OUT);
}

/* ------------------------------------------------------- where the mistake is */

/* The bad pairs: those that nobody has, or else the rarest. */
struct bad {
	size_t first, last; /* the first character of each */
	uint64_t documents;
};

static struct bad
find_bad(const struct run *r)
{
	struct bad b = { .documents = UINT64_MAX };

	for (size_t i = 0; i + 1 < r->n; i++)
		if (r->pairs[i] < b.documents) {
			b.documents = r->pairs[i];
			b.first = b.last = i;
		} else if (r->pairs[i] == b.documents) {
			b.last = i;
		}
	return b;
}

/* One character must have part in all bad pairs. */
static int
replace(struct run *r, const struct bad *b)
{
	int x = XJ_OK;

	for (r->at = b->last; r->at <= b->first + 1 && x == XJ_OK; r->at++)
		x = r->at == 0 ? replace_first(r) : replace_within(r);
	return x;
}

static int
change_order(struct run *r, const struct bad *b)
{
	size_t from = b->last > 1 ? b->last - 1 : 0;
	int x = XJ_OK;

	for (size_t i = from; i <= b->first + 1 && i + 1 < r->n && x == XJ_OK;
	     i++)
		x = swap(r, i);
	for (size_t i = b->last; i <= b->first + 1 && x == XJ_OK; i++)
		x = leave_out(r, i);
	r->at = b->first + 1;
	if (b->first == b->last && x == XJ_OK && r->n > 2 &&
	    r->out->count == 0)
		x = insert(r);
	return x;
}

static bool
take_apart(struct run *r, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		if (r->n == RUN_MAX)
			return false;
		r->chars[r->n] = character_of(xj_utf8_next(&p, end));
		if (!xj_is_han(r->chars[r->n++].code))
			return false;
	}
	return r->n >= 2;
}

int
xj_correct_han(const struct xj_correcting *c, const char *run, size_t len,
	       struct xj_corrections *out, struct xj_error *err)
{
	struct run r = { .c = c, .out = out, .err = err };
	struct bad b;
	int x = XJ_OK;

	out->count = 0;
	if (!take_apart(&r, run, len))
		return XJ_OK;
	for (size_t i = 0; i + 1 < r.n && x == XJ_OK; i++)
		x = count_pair(c, c->fields, &r.chars[i], &r.chars[i + 1],
			       &r.pairs[i], err);
	if (x < 0)
		return x;
	b = find_bad(&r);
	r.enough = b.documents ? b.documents * MUCH : 1;
	if (b.last > b.first + 2)
		return XJ_OK; /* more than one mistake */
	x = replace(&r, &b);
	return x < 0 ? x : change_order(&r, &b);
}

/* ------------------------------------------------------------------ pinyin */

/* Characters so far, of which every pair is known, the most frequent first. */
struct reading {
	const struct xj_correcting *c;
	struct xj_corrections next;
	const char *syllable;           /* of the character looked for */
	const struct xj_correction *so_far;
	struct xj_error *err;
	int result;
};

static bool
is_read(const struct character *c, const char *syllable)
{
	const char *readings[XJ_READINGS_MAX];
	unsigned n = xj_pinyin(c->bytes, c->len, readings);

	for (unsigned i = 0; i < n && i < 2; i++)
		if (strcmp(readings[i], syllable) == 0)
			return true;
	return false;
}

static int
take_read(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct reading *r = ctx;
	const struct xj_correction *before = r->so_far;
	const char *end = term + len, *p = term + 1 + (*r->c->fields != '\0');
	struct xj_correction found = { .likeness = SOUND };
	char text[(RUN_MAX + 1) * 4];
	struct character second;

	xj_utf8_next(&p, end);
	second = character_of(p < end ? xj_utf8_next(&p, end) : 0);
	if (!xj_is_han(second.code) || !is_read(&second, r->syllable) ||
	    before->len + second.len > sizeof(text))
		return XJ_OK;
	memcpy(text, before->text, before->len);
	memcpy(text + before->len, second.bytes, second.len);
	found.text = text;
	found.len = before->len + second.len;
	found.documents = documents < before->documents ? documents :
							  before->documents;
	return keep_seen(r->c, &r->next, &found, term, len, r->err);
}

static int
go_on(struct reading *r, const struct xj_correction *so_far)
{
	size_t last = xj_utf8_cut(so_far->text, so_far->len, so_far->len - 1);

	r->so_far = so_far;
	return scan(r->c, XJ_TERM_PAIR, so_far->text + last,
		    so_far->len - last, take_read, r, r->err);
}

static bool
begin(void *ctx, const char *c, size_t len)
{
	struct reading *r = ctx;
	const struct xj_correction first = { c, len, SOUND, UINT64_MAX };

	r->result = go_on(r, &first);
	return r->result == XJ_OK;
}

int
xj_correct_pinyin(const struct xj_correcting *c, const char *const *syllables,
		  size_t count, struct xj_corrections *out,
		  struct xj_error *err)
{
	struct reading r = { .c = c, .err = err };

	out->count = 0;
	if (count < 2 || count > RUN_MAX)
		return XJ_OK;
	r.syllable = syllables[1];
	xj_pinyin_each(syllables[0], begin, &r);
	*out = r.next;
	for (size_t i = 2; i < count && r.result == XJ_OK; i++) {
		r.syllable = syllables[i];
		r.next.count = 0;
		for (size_t k = 0; k < out->count && r.result == XJ_OK; k++)
			r.result = go_on(&r, &out->list[k]);
		*out = r.next;
	}
	return r.result;
}

/* -------------------------------------------------------------- Latin words */

/* A word, and what is found like it. */
struct word {
	const struct xj_correcting *c;
	struct xj_corrections *out;
	uint32_t word[LONGEST], stem[LONGEST];
	size_t len, stem_len, scanned;
	bool open;
	struct xj_error *err;
};

static size_t
decode(const char *text, size_t len, uint32_t *out)
{
	const char *end = text + len;
	size_t n = 0;

	while (text < end && n < LONGEST)
		out[n++] = xj_utf8_next(&text, end);
	return text < end ? 0 : n; /* too long to be compared */
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Letters to be put in, left out, changed or swapped with the next; with
 * `open`, to get to the beginning of b that is nearest.
 */
static size_t
edits(const uint32_t *a, size_t m, const uint32_t *b, size_t n, bool open)
{
	size_t rows[3][LONGEST + 1], best;

	for (size_t k = 0; k <= n; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= m; i++) {
		size_t *row = rows[i % 3], *up = rows[(i + 2) % 3];
		const size_t *above = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t k = 1; k <= n; k++) {
			row[k] = least(up[k - 1] + (a[i - 1] != b[k - 1]),
				       least(up[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				row[k] = least(row[k], above[k - 2] + 1);
		}
	}
	best = rows[m % 3][n];
	for (size_t k = 0; open && k < n; k++)
		best = least(best, rows[m % 3][k]);
	return best;
}

/* Short words have too many that are like them. */
static size_t
mistakes_in(size_t letters)
{
	return letters < 4 ? 0 : letters < 8 ? 1 : 2;
}

static double
latin_likeness(const uint32_t *a, size_t m, const uint32_t *b, size_t n,
	       bool open)
{
	size_t most = mistakes_in(m), d;

	if (n + most < m || (!open && m + most < n))
		return 0;
	d = edits(a, m, b, n, open);
	return d > most ? 0 : 1 - (double)d / (double)(m + 1);
}

/* What is compared with a stem is a word that may end in something, of which
 * a mistake keeps the stemmer from knowing it: hypertenis(on). */
static double
ending_likeness(const uint32_t *a, size_t m, const uint32_t *b, size_t n)
{
	size_t most = mistakes_in(n), best = most + 1;

	if (n < STEM_LEAST || m > n + ENDING_MAX ||
	    (n < STEM_LONG && a[0] != b[0]))
		return 0;
	for (size_t k = n - most; k < m && k <= n + most; k++)
		best = least(best, edits(a, k, b, n, false));
	return best > most ? 0 :
	       WITH_ENDING - (double)best / (double)(m + 1);
}

static int
take_word(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct word *w = ctx;
	size_t head = 1 + (*w->c->fields != '\0');
	struct xj_correction found = { .text = term + head, .len = len - head,
				       .documents = documents };
	uint32_t chars[LONGEST];
	size_t n = decode(found.text, found.len, chars);
	double other;

	if (++w->scanned > SCANNED)
		return XJ_END;
	if (n < 2)
		return XJ_OK;
	found.likeness = latin_likeness(w->word, w->len, chars, n, w->open);
	other = latin_likeness(w->stem, w->stem_len, chars, n, w->open);
	found.likeness = other > found.likeness ? other : found.likeness;
	other = ending_likeness(w->word, w->len, chars, n);
	found.likeness = other > found.likeness ? other : found.likeness;
	return found.likeness < 0.5 ? XJ_OK :
	       keep_seen(w->c, w->out, &found, term, len, w->err);
}

/* The words that begin with some letters of this one. */
static int
scan_letters(struct word *w, const char *letters, size_t n)
{
	w->scanned = 0;
	return scan(w->c, XJ_TERM_WORD, letters, n, take_word, w, w->err);
}

/* The mistake is at the beginning: another letter there, one too many, one
 * missing, or two in the wrong order. */
static int
scan_other_heads(struct word *w, const char *word)
{
	char swapped[3] = { word[1], word[0], word[2] };
	int r = scan_letters(w, swapped, 3);

	if (r == XJ_OK)
		r = scan_letters(w, word + 1, 3);
	for (char c = 'a'; c <= 'z' && r == XJ_OK; c++) {
		char other[4] = { c, word[1], word[2], word[3] };
		char more[4] = { c, word[0], word[1], word[2] };

		r = scan_letters(w, other, 4);
		if (r == XJ_OK)
			r = scan_letters(w, more, 4);
	}
	return r;
}

static bool
is_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

int
xj_correct_latin(const struct xj_correcting *c, const char *word, size_t len,
		 const char *stem, size_t stem_len, bool open,
		 struct xj_corrections *out, struct xj_error *err)
{
	struct word w = { .c = c, .out = out, .open = open, .err = err };
	int r;

	out->count = 0;
	w.len = decode(word, len, w.word);
	w.stem_len = decode(stem, stem_len, w.stem);
	if (w.len < 4 || !is_ascii(word, len))
		return XJ_OK;
	/* Most mistakes come later, and fewer words begin so. */
	r = scan_letters(&w, word, 3);
	if (r == XJ_OK && out->count == 0)
		r = scan_letters(&w, word, 1);
	return r < 0 || out->count ? r : scan_other_heads(&w, word);
}

/* --------------------------------------------------------------- Han words */

/* Twice the characters that both have, of all that they have. */
static double
shared(const uint32_t *a, size_t m, const uint32_t *b, size_t n)
{
	bool used[LONGEST] = { false };
	size_t both = 0;

	for (size_t i = 0; i < m; i++)
		for (size_t k = 0; k < n; k++)
			if (!used[k] && a[i] == b[k]) {
				used[k] = true;
				both++;
				break;
			}
	return 2.0 * (double)both / (double)(m + n);
}

static int
take_sharing(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct word *w = ctx;
	size_t head = 1 + (*w->c->fields != '\0');
	struct xj_correction found = { .text = term + head, .len = len - head,
				       .documents = documents };
	uint32_t chars[LONGEST];
	size_t n = decode(found.text, found.len, chars);

	if (n >= 2)
		found.likeness = shared(w->word, w->len, chars, n);
	return found.likeness < 0.5 ? XJ_OK :
	       keep_seen(w->c, w->out, &found, term, len, w->err);
}

int
xj_correct_word(const struct xj_correcting *c, const char *word, size_t len,
		struct xj_corrections *out, struct xj_error *err)
{
	struct word w = { .c = c, .out = out, .err = err };
	int r = XJ_OK;

	out->count = 0;
	w.len = decode(word, len, w.word);
	for (size_t i = 0; i < w.len && w.len >= 2 && r == XJ_OK; i++) {
		struct character one = character_of(w.word[i]);

		r = scan(c, XJ_TERM_WORD, one.bytes, one.len, take_sharing,
			 &w, err);
	}
	return r;
}
