/*
 * passage.c - the passages shown: where the best windows are, cut at the ends
 * of sentences where one is near, with marks.
 */
#include "finder.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH 120u       /* when the caller does not say */
#define PLACES_MAX 16u   /* passages of one chunk at most */

/* A range of bytes of the source: of a chunk's texts, or of a title. */
struct range {
	uint32_t from, to;
};

struct source {
	const struct xj_analyzer *an;
	const char *text;
	uint32_t len;
	const struct xj_text_chunk *chunk;
};

struct ranges {
	struct range *list;
	size_t count;
};

/* ------------------------------------------------------------ small steps */

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static uint32_t
step_back(const struct source *s, uint32_t at)
{
	do
		at--;
	while (at > 0 && is_continuation(s->text[at]));
	return at;
}

static enum kind
kind_here(const struct source *s, uint32_t at, uint32_t *c, uint32_t *n)
{
	size_t bytes;
	enum kind kind = kind_at(s->an, s->text + at, s->text + s->len, c,
				 &bytes);

	*n = (uint32_t)bytes;
	return kind;
}

static bool
is_space(const struct source *s, uint32_t at, uint32_t *n)
{
	uint32_t c;
	enum kind kind = kind_here(s, at, &c, n);

	return kind == KIND_SPACE || kind == KIND_NEWLINE;
}

/* The block that byte `at` is in; a line break belongs to what is before it. */
static size_t
block_at(const struct source *s, uint32_t at)
{
	size_t low = 0, high = s->chunk->count;

	while (high - low > 1) {
		size_t half = low + (high - low) / 2;

		if ((uint32_t)(s->chunk->blocks[half].text - s->text) <= at)
			low = half;
		else
			high = half;
	}
	return low;
}

/* Quotes and brackets that close a sentence go with it. */
static bool
is_closing(uint32_t c)
{
	return c == 0x201D || c == 0x2019 || c == 0x300D || c == 0x300F ||
	       c == 0xFF09 || c == ')' || c == '"';
}

static bool
is_sentence_end(uint32_t c)
{
	return c == 0x2026 || c == 0x3002 || c == 0xFF01 || c == 0xFF1B ||
	       c == 0xFF1F || c == 0xFF61;
}

#define CLOSING_MAX 3 /* signs after the end of a sentence */

/* Whether a sentence ends with the character before `at`. */
static bool
ends_sentence(const struct source *s, uint32_t at)
{
	uint32_t before = at, c = 0, n;

	if (at == 0 || at >= s->len)
		return true;
	for (int i = 0; i <= CLOSING_MAX && before > 0; i++) {
		before = step_back(s, before);
		kind_here(s, before, &c, &n);
		if (!is_closing(c))
			break;
	}
	if (c == '.' || c == '!' || c == '?' || c == ';')
		return is_space(s, at, &n);
	if (!is_sentence_end(c))
		return false;
	kind_here(s, at, &c, &n);
	return !is_closing(c) && !is_sentence_end(c);
}

/* Whether a block that is no continuation begins at `at`. */
static bool
begins_block(const struct source *s, uint32_t at)
{
	const struct xj_text_block *b;

	if (at == 0 || !s->chunk)
		return at == 0;
	b = &s->chunk->blocks[block_at(s, at)];
	return (uint32_t)(b->text - s->text) == at && !b->more;
}

static bool
inside_word(const struct source *s, uint32_t at)
{
	uint32_t c, n;
	enum kind kind;

	if (at == 0 || at >= s->len)
		return false;
	kind = kind_here(s, at, &c, &n);
	if (kind < KIND_HANGUL || kind > KIND_MARK)
		return false;
	kind = kind_here(s, step_back(s, at), &c, &n);
	return kind >= KIND_HANGUL && kind <= KIND_MARK;
}

/* ----------------------------------------------------------------- cutting */

static uint32_t
skip_spaces(const struct source *s, uint32_t at, uint32_t to)
{
	uint32_t n;

	while (at < to && is_space(s, at, &n))
		at += n;
	return at;
}

/* Characters as shown, white space runs as one. */
static uint32_t
shown_chars(const struct source *s, uint32_t from, uint32_t to)
{
	uint32_t count = 0, n;
	bool space = true;

	for (uint32_t at = from; at < to; at += n) {
		bool now = is_space(s, at, &n);

		count += !now || !space;
		space = now;
	}
	return count;
}

/*
 * Where to begin so that the match at `match` is seen in its sentence: the
 * sentence's begin if it is not more than `room` characters away, else a third
 * of that before, at a word's begin.
 */
static uint32_t
cut_before(const struct source *s, uint32_t match, uint32_t floor,
	   uint32_t room)
{
	uint32_t at = match, third = match;

	for (uint32_t back = 0;; back++) {
		if (at <= floor || begins_block(s, at) || ends_sentence(s, at))
			return skip_spaces(s, at, match);
		if (back <= room / 3 && !inside_word(s, at))
			third = at;
		if (back == room)
			return skip_spaces(s, third, match);
		at = step_back(s, at);
	}
}

/*
 * Where to end: `width` characters after `from`, or after the last sentence
 * before that which leaves more than half of it and the matches up to `match`.
 */
static uint32_t
cut_after(const struct source *s, uint32_t from, uint32_t match,
	  uint32_t ceiling, uint32_t width)
{
	uint32_t at = from, count = 0, sentence = 0, word = 0, n;
	bool space = true;

	while (at < ceiling && count < width) {
		bool now = is_space(s, at, &n);

		count += !now || !space;
		space = now;
		at += n;
		if (at < match)
			continue;
		if (count > width * 3 / 5 && at < ceiling &&
		    (ends_sentence(s, at) || begins_block(s, at + 1)))
			sentence = at;
		if (!inside_word(s, at))
			word = at;
	}
	if (at >= ceiling)
		return ceiling;
	return sentence ? sentence : word ? word : at;
}

/* The section that `at` is in, as far as this chunk knows. */
static struct range
section_around(const struct source *s, uint32_t from, uint32_t to)
{
	const struct xj_text_block *b = s->chunk->blocks;
	size_t first = block_at(s, from), last = block_at(s, to);

	while (first > 0 && !b[first].section)
		first--;
	for (last++; last < s->chunk->count && !b[last].section; last++)
		;
	last--;
	return (struct range){ (uint32_t)(b[first].text - s->text),
			       (uint32_t)(b[last].text - s->text) +
			       b[last].len };
}

static struct range
cut_around(const struct source *s, struct range match, struct range limits,
	   unsigned width)
{
	struct range r = section_around(s, match.from, match.to);
	uint32_t chars = shown_chars(s, match.from, match.to);

	if (r.from < limits.from)
		r.from = limits.from;
	if (r.to > limits.to)
		r.to = limits.to;
	r.from = cut_before(s, match.from, r.from,
			    chars < width ? width - chars : 0);
	r.to = cut_after(s, r.from, match.to, r.to, width);
	return r;
}

/* ------------------------------------------------------------------- marks */

/* The source of normal bytes [at, end), white space after it left out. */
static struct range
source_of(const struct source *s, const struct xj_normal *normal, uint32_t at,
	  uint32_t end)
{
	struct range r = { xj_normal_origin(normal, at),
			   xj_normal_origin(normal, end) };
	uint32_t floor = xj_normal_origin(normal, end - 1) + 1, n;

	while (r.to > floor) {
		uint32_t before = step_back(s, r.to);

		if (before < floor || !is_space(s, before, &n))
			break;
		r.to = before;
	}
	return r;
}

static bool
only_spaces(const struct source *s, uint32_t from, uint32_t to)
{
	return from >= to || skip_spaces(s, from, to) >= to;
}

/* What is marked, joined; sorted as the matches are. `list` has their room. */
static void
marked_ranges(const struct source *s, const struct xj_finder *f,
	      struct ranges *out)
{
	out->count = 0;
	for (size_t i = 0; i < f->match_count; i++) {
		const struct match *m = &f->matches[i];
		struct range r = source_of(s, f->text, m->at, m->end);
		struct range *last = out->count ?
				     &out->list[out->count - 1] : NULL;

		if (f->needles[m->needle].quiet)
			continue;
		if (last && (r.from <= last->to ||
			     only_spaces(s, last->to, r.from))) {
			if (r.to > last->to)
				last->to = r.to;
		} else {
			out->list[out->count++] = r;
		}
	}
}

/* What is written of a source, and its marks in code points. */
struct shown {
	struct xj_buf text;
	uint32_t (*marks)[2];
	size_t mark_count;
	uint32_t chars;
};

static void
show_char(struct shown *w, const struct ranges *ranges, size_t *k, uint32_t at,
	  const char *bytes, size_t n)
{
	while (*k < ranges->count && ranges->list[*k].to <= at)
		(*k)++;
	xj_buf_add(&w->text, bytes, n);
	w->chars++;
	if (*k < ranges->count && ranges->list[*k].from <= at) {
		uint32_t *last = w->mark_count ? w->marks[w->mark_count - 1] :
				 NULL;

		if (last && last[0] + last[1] == w->chars - 1) {
			last[1]++;
		} else {
			w->marks[w->mark_count][0] = w->chars - 1;
			w->marks[w->mark_count++][1] = 1;
		}
	}
}

/* Copy [from, to), white space runs as one space if `collapse`. */
static void
show(struct shown *w, const struct source *s, struct range r,
     const struct ranges *ranges, bool collapse)
{
	uint32_t n, space_at = 0;
	bool space = false;
	size_t k = 0;

	for (uint32_t at = r.from; at < r.to; at += n) {
		if (is_space(s, at, &n) && collapse) {
			space_at = space ? space_at : at;
			space = true;
			continue;
		}
		if (space && w->chars > 0)
			show_char(w, ranges, &k, space_at, " ", 1);
		space = false;
		show_char(w, ranges, &k, at, s->text + at, n);
	}
}

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "text: no memory");
}

/* -------------------------------------------------------------- the list */

static void
release_passage(struct xj_passage *p)
{
	free(p->text);
	free(p->marks);
	free(p->label);
}

void
xj_passages_release(struct xj_passages *passages)
{
	for (size_t i = 0; i < passages->count; i++)
		release_passage(&passages->list[i]);
	free(passages->list);
	passages->list = NULL;
	passages->count = passages->cap = 0;
}

static size_t
max_passages(const struct xj_passages *passages)
{
	return passages->max ? passages->max : 1;
}

static bool
wanted(const struct xj_passages *passages, double score)
{
	return passages->count < max_passages(passages) ||
	       score > passages->list[passages->count - 1].score;
}

/* Keep the passage, which is taken over; the worst goes if there are more. */
static int
keep(struct xj_passages *passages, struct xj_passage *p, struct xj_error *err)
{
	size_t at = passages->count;

	if (passages->count == passages->cap) {
		size_t cap = passages->cap ? passages->cap * 2 : 4;
		struct xj_passage *list = realloc(passages->list,
						  cap * sizeof(*list));

		if (!list) {
			release_passage(p);
			return no_memory(err);
		}
		passages->list = list;
		passages->cap = cap;
	}
	while (at > 0 && passages->list[at - 1].score < p->score)
		at--;
	memmove(passages->list + at + 1, passages->list + at,
		(passages->count - at) * sizeof(*p));
	passages->list[at] = *p;
	passages->count++;
	if (passages->count > max_passages(passages))
		release_passage(&passages->list[--passages->count]);
	return XJ_OK;
}

/*
 * Where the passage's first mark stands. A block counts from its first line,
 * and each line break in it counts one line on (importer.h).
 */
static uint64_t
place_of(const struct source *s, const struct xj_text_block *b,
	 struct range r, const struct ranges *ranges)
{
	const char *mark = s->text + r.from, *end = b->text + b->len;
	uint64_t at = b->at;

	for (size_t i = 0; i < ranges->count; i++)
		if (ranges->list[i].from >= r.from &&
		    ranges->list[i].from < r.to) {
			mark = s->text + ranges->list[i].from;
			break;
		}
	if (b->where != XJ_LINE || mark < b->text || mark > end)
		return at;
	for (const char *p = b->text; p < mark; p++)
		at += *p == '\n';
	return at;
}

static int
add_passage(struct xj_passages *passages, const struct source *s,
	    struct range r, const struct ranges *ranges, double score,
	    struct xj_error *err)
{
	const struct xj_text_block *b = &s->chunk->blocks[block_at(s, r.from)];
	struct shown w = { .text = XJ_BUF_INIT };
	struct xj_passage p = { .score = score, .where = b->where,
				.at = place_of(s, b, r, ranges),
				.role = b->role };

	w.marks = malloc((ranges->count + 1) * sizeof(*w.marks));
	if (w.marks)
		show(&w, s, r, ranges, true);
	if (b->label)
		p.label = strdup(b->label);
	p.marks = w.marks;
	p.mark_count = w.mark_count;
	p.len = w.text.len;
	p.text = xj_buf_take(&w.text);
	if (!p.text || !w.marks || (b->label && !p.label)) {
		xj_buf_release(&w.text);
		release_passage(&p);
		return no_memory(err);
	}
	return keep(passages, &p, err);
}

/* --------------------------------------------------------------- the calls */

/* What runs along every page, or is not on its face, counts for nothing. */
static void
weigh_by_role(const struct source *s, struct xj_finder *f)
{
	for (size_t i = 0; i < f->match_count; i++) {
		struct match *m = &f->matches[i];
		uint32_t at = xj_normal_origin(f->text, m->at);
		uint16_t role = s->chunk->blocks[block_at(s, at)].role;

		if (role == XJ_HEADER || role == XJ_HIDDEN)
			m->weight = 0;
	}
}

static bool
has_such_roles(const struct xj_text_chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		if (chunk->blocks[i].role == XJ_HEADER ||
		    chunk->blocks[i].role == XJ_HIDDEN)
			return true;
	}
	return false;
}

static struct source
source_of_chunk(const struct xj_analyzer *an,
		const struct xj_text_chunk *chunk)
{
	const struct xj_text_block *first = chunk->blocks;
	const struct xj_text_block *last = first + chunk->count - 1;

	return (struct source){ an, first->text,
				(uint32_t)(last->text - first->text) +
				last->len, chunk };
}

/* A stretch of matches in which no passage was taken yet, and its limits. */
struct gap {
	size_t from, to;
	struct range limits;
};

struct search {
	const struct source *s;
	struct xj_finder *f;
	struct gap gaps[PLACES_MAX + 1];
	size_t count;
	unsigned width;
};

/* The best window of all gaps; its gap, its first and last match. */
static double
best_window(struct search *k, size_t *gap, size_t *first, size_t *last)
{
	double best = 0;

	for (size_t i = 0; i < k->count; i++) {
		size_t a = 0, b = 0;
		double score = xj_text_window(k->f, k->gaps[i].from,
					      k->gaps[i].to, k->width, &a, &b);

		if (score > best + 1e-9) {
			best = score;
			*gap = i;
			*first = a;
			*last = b;
		}
	}
	return best;
}

static uint32_t
match_from(const struct search *k, size_t i)
{
	return xj_normal_origin(k->f->text, k->f->matches[i].at);
}

/* Part the gap at the passage that was taken out of it. */
static void
part_gap(struct search *k, size_t i, struct range taken)
{
	struct gap before = k->gaps[i], after = k->gaps[i];

	while (before.to > before.from &&
	       match_from(k, before.to - 1) >= taken.from)
		before.to--;
	while (after.from < after.to && match_from(k, after.from) < taken.to)
		after.from++;
	before.limits.to = taken.from;
	after.limits.from = taken.to;
	k->gaps[i] = before;
	k->gaps[k->count++] = after;
}

static int
take_passages(struct xj_passages *passages, struct search *k,
	      const struct ranges *ranges, struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t n = 0; n < max_passages(passages) && r == XJ_OK &&
	     k->count <= PLACES_MAX; n++) {
		size_t gap = 0, first = 0, last = 0;
		double score = best_window(k, &gap, &first, &last);
		struct match *m = k->f->matches;
		struct range match, cut;

		if (score <= 0 || !wanted(passages, score))
			break;
		match.from = match_from(k, first);
		match.to = source_of(k->s, k->f->text, m[last].at,
				     m[last].end).to;
		cut = cut_around(k->s, match, k->gaps[gap].limits, k->width);
		r = add_passage(passages, k->s, cut, ranges, score, err);
		part_gap(k, gap, cut);
	}
	return r;
}

int
xj_passages_find(struct xj_passages *passages, struct xj_finder *f,
		 const struct xj_text_chunk *chunk,
		 const struct xj_normal *normal, struct xj_error *err)
{
	struct search k = { .f = f, .count = 1,
		.width = passages->width ? passages->width : WIDTH };
	struct source s;
	struct ranges ranges = { 0 };
	int r;

	if (chunk->count == 0)
		return XJ_OK;
	s = source_of_chunk(f->an, chunk);
	f->text = normal;
	if (!xj_text_find(f, normal->bytes, normal->len))
		return no_memory(err);
	if (f->match_count == 0)
		return XJ_OK;
	if (has_such_roles(chunk))
		weigh_by_role(&s, f);
	k.s = &s;
	k.gaps[0] = (struct gap){ 0, f->match_count, { 0, s.len } };
	if (!wanted(passages, best_window(&k, &(size_t){ 0 }, &(size_t){ 0 },
					  &(size_t){ 0 })))
		return XJ_OK;
	ranges.list = malloc(f->match_count * sizeof(*ranges.list));
	if (!ranges.list)
		return no_memory(err);
	marked_ranges(&s, f, &ranges);
	r = take_passages(passages, &k, &ranges, err);
	free(ranges.list);
	return r;
}

int
xj_passages_add(struct xj_passages *passages, struct xj_finder *f,
		const struct xj_text_chunk *chunk, struct xj_error *err)
{
	int r = xj_normalise_chunk(f->an, chunk, true, XJ_NORMAL_ORIGIN,
				   &f->normal, err);

	return r < 0 ? r : xj_passages_find(passages, f, chunk, &f->normal,
					    err);
}

int
xj_passages_head(struct xj_passages *passages,
		 const struct xj_text_chunk *chunk, struct xj_error *err)
{
	xj_auto(xj_analyzer_freep) struct xj_analyzer *an = NULL;
	unsigned width = passages->width ? passages->width : WIDTH;
	const struct ranges none = { 0 };
	struct range r = { 0 };
	struct source s;
	size_t i = 0;
	int status;

	while (i < chunk->count && (chunk->blocks[i].role == XJ_HEADER ||
				    chunk->blocks[i].role == XJ_HIDDEN))
		i++;
	if (i == chunk->count)
		return XJ_OK;
	status = xj_analyzer_new(NULL, &an, err);
	if (status < 0)
		return status;
	s = source_of_chunk(an, chunk);
	r.from = (uint32_t)(chunk->blocks[i].text - s.text);
	r.from = skip_spaces(&s, r.from, s.len);
	r.to = cut_after(&s, r.from, r.from, s.len, width);
	return r.from < r.to ?
	       add_passage(passages, &s, r, &none, 0, err) : XJ_OK;
}

int
xj_finder_marks(struct xj_finder *f, const char *text, size_t len,
		uint32_t (**marks)[2], size_t *count, struct xj_error *err)
{
	struct source s = { f->an, text, (uint32_t)len, NULL };
	struct shown w = { .text = XJ_BUF_INIT };
	struct ranges ranges = { 0 };
	int r = xj_normalise(f->an, text, len, XJ_NORMAL_ORIGIN, &f->normal,
			     err);

	*marks = NULL;
	*count = 0;
	if (r < 0)
		return r;
	f->text = &f->normal;
	if (!xj_text_find(f, f->normal.bytes, f->normal.len))
		return no_memory(err);
	ranges.list = malloc((f->match_count + 1) * sizeof(*ranges.list));
	w.marks = malloc((f->match_count + 1) * sizeof(*w.marks));
	if (!ranges.list || !w.marks) {
		free(ranges.list);
		free(w.marks);
		return no_memory(err);
	}
	marked_ranges(&s, f, &ranges);
	show(&w, &s, (struct range){ 0, s.len }, &ranges, false);
	free(ranges.list);
	xj_buf_release(&w.text);
	*marks = w.marks;
	*count = w.mark_count;
	return XJ_OK;
}
