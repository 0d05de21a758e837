/*
 * suggest-tops.c - the best creators and subjects for short beginnings, kept
 * beside the terms of a large segment.
 *
 * One letter begins tens of thousands of names: to look at all while somebody
 * types would take too long, and the first by their bytes are no choice. So
 * whoever merges a large segment goes through its terms once and writes down
 * the most frequent for each beginning that has many. They are candidates and
 * no more: whether a document is still there, and how many are, is asked as of
 * any other. A segment without the file is searched by its first terms.
 *
 * The file: how many beginnings there are, and where each is told of, sorted by
 * their bytes; all of four bytes, the lowest first. There a byte with the
 * length of the beginning, one with the number of its terms, and of each term
 * a byte with its length, and the term, behind whose head the beginning stands.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "library/suggest.h"

#define FILE_NAME "beginnings"
#define LEVELS 6u  /* characters of a beginning */
#define MANY 250u  /* terms that begin alike; fewer are looked at as they are */
#define TOPS 16u
#define TERM_MAX 255u

static const char values_prefix[] = { XJ_SUGGEST, XJ_SUGGEST_VALUE };
#define HEAD sizeof(values_prefix)

struct top {
	char term[TERM_MAX];
	size_t len, value; /* where kind and value begin */
	bool start;
	uint64_t documents;
};

/* Terms that begin alike, as far as the walk has come. */
struct level {
	char key[LEVELS * 4];
	size_t len, count, top_count;
	struct top tops[TOPS];
};

struct walk {
	struct level levels[LEVELS];
	struct xj_buf groups; /* what is told of the beginnings */
	struct xj_buf places; /* where, each a size_t */
};

static bool
is_better(const struct top *a, const struct top *b)
{
	return a->start != b->start ? a->start : a->documents > b->documents;
}

static bool
is_same(const struct top *a, const struct top *b)
{
	return a->len - a->value == b->len - b->value &&
	       memcmp(a->term + a->value, b->term + b->value,
		      a->len - a->value) == 0;
}

static void
take_top(struct level *l, const struct top *t)
{
	size_t i = l->top_count;

	for (size_t k = 0; k < l->top_count; k++)
		if (is_same(&l->tops[k], t)) {
			if (!is_better(t, &l->tops[k]))
				return;
			i = k;
		}
	if (i == TOPS) {
		if (!is_better(t, &l->tops[TOPS - 1]))
			return;
		i--;
	} else if (i == l->top_count) {
		l->top_count++;
	}
	for (; i > 0 && is_better(t, &l->tops[i - 1]); i--)
		l->tops[i] = l->tops[i - 1];
	l->tops[i] = *t;
}

static void
end_level(struct walk *w, struct level *l)
{
	if (l->count > MANY) {
		size_t place = w->groups.len;

		xj_buf_add(&w->places, (const char *)&place, sizeof(place));
		xj_buf_addc(&w->groups, (char)l->len);
		xj_buf_addc(&w->groups, (char)l->top_count);
		for (size_t i = 0; i < l->top_count; i++) {
			xj_buf_addc(&w->groups, (char)l->tops[i].len);
			xj_buf_add(&w->groups, l->tops[i].term,
				   l->tops[i].len);
		}
	}
	l->len = l->count = l->top_count = 0;
}

/* Bytes of the first `characters` of a key, 0 when it is shorter. */
static size_t
beginning(const char *key, size_t len, size_t characters)
{
	const char *p = key, *end = key + len;

	for (; characters > 0 && p < end; characters--)
		xj_utf8_next(&p, end);
	return characters ? 0 : (size_t)(p - key);
}

static int
take_term(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct walk *w = ctx;
	const char *key = term + HEAD;
	const char *mark = memchr(key, XJ_SUGGEST_MARK, len - HEAD);
	struct top t = { .len = len, .documents = documents };
	size_t key_len = mark ? (size_t)(mark - key) : 0;

	if (!mark || len > TERM_MAX || len - (size_t)(mark - term) < 4)
		return XJ_OK;
	memcpy(t.term, term, len);
	t.start = mark[1] == '^';
	t.value = (size_t)(mark - term) + 2;
	for (size_t i = 0; i < LEVELS; i++) {
		struct level *l = &w->levels[i];
		size_t n = beginning(key, key_len, i + 1);

		if (l->len && (l->len != n || memcmp(l->key, key, n) != 0))
			end_level(w, l);
		if (n == 0)
			continue;
		memcpy(l->key, key, n);
		l->len = n;
		l->count++;
		take_top(l, &t);
	}
	return XJ_OK;
}

static int
open_folder(const char *index_dir, const char *segment, int *fd,
	    struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	int r = xj_path_join(&path, index_dir, segment);

	return r < 0 ? r : xj_dir_open(AT_FDCWD, path.data, fd, err);
}

/* The beginning that a group is of. */
static const char *
group_key(const char *group, size_t *len)
{
	*len = (unsigned char)group[0];
	return group + 3 + HEAD;
}

static int
compare_keys(const char *a, size_t m, const char *b, size_t n)
{
	int d = memcmp(a, b, m < n ? m : n);

	return d ? d : (m > n) - (m < n);
}

static int
by_key(const void *a, const void *b, void *groups)
{
	size_t m, n;
	const char *x = group_key((char *)groups + *(const size_t *)a, &m);
	const char *y = group_key((char *)groups + *(const size_t *)b, &n);

	return compare_keys(x, m, y, n);
}

static void
put_number(struct xj_buf *out, size_t n)
{
	for (unsigned i = 0; i < 4; i++, n >>= 8)
		xj_buf_addc(out, (char)(n & 0xff));
}

static int
write_file(struct walk *w, int fd, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;
	size_t count = w->places.len / sizeof(size_t);
	size_t *places = (size_t *)(void *)w->places.data;
	int r;

	qsort_r(places, count, sizeof(*places), by_key, w->groups.data);
	put_number(&out, count);
	for (size_t i = 0; i < count; i++)
		put_number(&out, 4 + 4 * count + places[i]);
	xj_buf_add(&out, w->groups.data, w->groups.len);
	r = xj_buf_check(&out, err);
	return r < 0 ? r : xj_file_write(fd, FILE_NAME, out.data, out.len,
					 err);
}

static int
write_tops(const char *index_dir, const char *segment, struct xj_index *index,
	   struct walk *w, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	int r = xj_index_terms(index, values_prefix, HEAD, take_term, w, err);

	for (size_t i = 0; i < LEVELS; i++)
		end_level(w, &w->levels[i]);
	if (r == XJ_OK)
		r = xj_buf_check(&w->groups, err);
	if (r == XJ_OK)
		r = xj_buf_check(&w->places, err);
	if (r < 0 || w->groups.len == 0)
		return r;
	r = open_folder(index_dir, segment, &fd, err);
	return r < 0 ? r : write_file(w, fd, err);
}

int
xj_suggest_tops_write(const char *index_dir, const char *segment,
		      struct xj_error *err)
{
	xj_auto(xj_index_closep) struct xj_index *index = NULL;
	struct walk *w;
	int r = xj_index_open(index_dir, &segment, 1, NULL, 0, &index, err);

	if (r < 0)
		return r;
	if (!(w = calloc(1, sizeof(*w))))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r = write_tops(index_dir, segment, index, w, err);
	xj_buf_release(&w->groups);
	xj_buf_release(&w->places);
	free(w);
	return r;
}

/* ------------------------------------------------------------------ reading */

/* The file in memory; what is not as it was written ends the list, which is
 * only a shortcut. */
struct file {
	const char *bytes;
	size_t len;
};

static void
unmap(struct file *f)
{
	if (f->bytes)
		munmap((void *)(uintptr_t)f->bytes, f->len);
}

static struct file
map(struct xj_archive *a, const char *segment)
{
	xj_auto(xj_closep) int folder = -1, fd = -1;
	struct stat st;
	void *p;

	if (open_folder(a->index_dir, segment, &folder, NULL) < 0)
		return (struct file){ 0 };
	fd = openat(folder, FILE_NAME, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size < 4)
		return (struct file){ 0 };
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	return p == MAP_FAILED ? (struct file){ 0 } :
	       (struct file){ p, (size_t)st.st_size };
}

static size_t
number_at(const struct file *f, size_t at)
{
	size_t n = 0;

	for (unsigned i = 4; i > 0 && at + 4 <= f->len; i--)
		n = n << 8 | (unsigned char)f->bytes[at + i - 1];
	return n;
}

/* Where the group of a beginning is, 0: nowhere. */
static size_t
find_group(const struct file *f, const char *key, size_t len)
{
	size_t low = 0, high = number_at(f, 0);

	while (low < high) {
		size_t half = low + (high - low) / 2, n;
		size_t at = number_at(f, 4 + 4 * half);
		const char *other;
		int d;

		if (at == 0 || at + 3 + HEAD + LEVELS * 4 > f->len)
			return 0;
		other = group_key(f->bytes + at, &n);
		if (n > LEVELS * 4)
			return 0;
		d = compare_keys(other, n, key, len);
		if (d == 0)
			return at;
		if (d < 0)
			low = half + 1;
		else
			high = half;
	}
	return 0;
}

static int
read_tops(const struct file *f, const char *key, size_t len,
	  xj_index_term_fn fn, void *ctx)
{
	size_t at = find_group(f, key, len), count;
	int r = XJ_OK;

	if (at == 0)
		return XJ_OK;
	count = (unsigned char)f->bytes[at + 1];
	at += 2;
	while (count-- > 0 && r == XJ_OK && at < f->len) {
		size_t n = (unsigned char)f->bytes[at++];

		if (n <= HEAD || n > f->len - at ||
		    memcmp(f->bytes + at, values_prefix, HEAD) != 0)
			return XJ_OK;
		r = fn(ctx, f->bytes + at, n, 0);
		at += n;
	}
	return r;
}

int
xj_suggest_tops(struct xj_archive *a, struct xj_arena *arena, const char *key,
		size_t len, xj_index_term_fn fn, void *ctx,
		struct xj_error *err)
{
	struct xj_segment_row *rows;
	size_t count;
	int r = xj_catalog_segments(a->catalog, arena, &rows, &count, err);

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		xj_auto(unmap) struct file f = map(a, rows[i].name);

		if (f.bytes)
			r = read_tops(&f, key, len, fn, ctx);
	}
	return r;
}
