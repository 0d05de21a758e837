/*
 * index-make.h - small indexes written in a line, and what is found in them.
 *
 *	static const struct entry docs[] = {
 *		{ .id = 1, .terms = "han:2 tang", .date = "2011-02-16" },
 *	};
 *	make_segment(dir.path, "a", docs, XJ_COUNT(docs));
 *	assert_found(index, TERM("han"), NULL, "1");
 */
#ifndef XJ_TEST_INDEX_MAKE_H
#define XJ_TEST_INDEX_MAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/index.h"

#include "scratch.h"
#include "tap.h"

struct entry {
	uint64_t id;
	uint32_t rev;
	const char *terms; /* "a b:3", any order */
	const char *date, *kind, *creator, *title;
};

static inline int
by_bytes(const void *a, const void *b)
{
	const struct xj_counted *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int c = memcmp(x->term, y->term, n);

	return c ? c : (int)x->len - (int)y->len;
}

/* The words of `text` as terms; they point into it. */
static inline size_t
counted(const char *text, struct xj_counted *terms, size_t max)
{
	size_t n = 0;

	while (*text && n < max) {
		size_t len = strcspn(text, ": ");

		terms[n] = (struct xj_counted){ text, (uint32_t)len, 1 };
		text += len;
		if (*text == ':')
			terms[n].count = (uint32_t)strtoul(
				text + 1, (char **)&text, 10);
		n++;
		text += strspn(text, " ");
	}
	qsort(terms, n, sizeof(*terms), by_bytes);
	return n;
}

static inline int
add_entry(struct xj_segment *segment, const struct entry *e,
	  struct xj_error *err)
{
	struct xj_counted terms[64];
	struct xj_index_doc doc = { .id = e->id, .rev = e->rev,
				    .terms = terms };
	const char *values[XJ_SLOT_COUNT] = {
		[XJ_SLOT_DATE] = e->date, [XJ_SLOT_KIND] = e->kind,
		[XJ_SLOT_CREATOR] = e->creator, [XJ_SLOT_TITLE] = e->title,
	};

	doc.term_count = counted(e->terms ? e->terms : "", terms,
				 XJ_COUNT(terms));
	for (size_t i = 0; i < XJ_SLOT_COUNT; i++)
		if (values[i]) {
			doc.values[i].bytes = values[i];
			doc.values[i].len = strlen(values[i]);
		}
	return xj_segment_add(segment, &doc, err);
}

static inline void
make_segment(const char *dir, const char *name, const struct entry *entries,
	     size_t count)
{
	struct xj_segment *segment;

	assert_int_equal(xj_segment_new(dir, name, &segment, NULL), XJ_OK);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(add_entry(segment, &entries[i], NULL), XJ_OK);
	assert_int_equal(xj_segment_end(segment, NULL), XJ_OK);
}

/* The segments named in `names` ("a b"), to be closed by xj_index_closep(). */
static inline struct xj_index *
open_index(const char *dir, const char *names, const struct xj_dead *dead,
	   size_t dead_count)
{
	char copy[256], *save = NULL;
	const char *list[16];
	size_t n = 0;
	struct xj_index *index;
	struct xj_error err = { 0 };

	snprintf(copy, sizeof(copy), "%s", names);
	for (char *p = strtok_r(copy, " ", &save); p;
	     p = strtok_r(NULL, " ", &save))
		list[n++] = p;
	if (xj_index_open(dir, list, n, dead, dead_count, &index, &err) < 0)
		fail_msg("%s", err.message);
	return index;
}

/* ------------------------------------------------------------------ trees */

#define TERM(t) SCALED(t, 0)
#define SCALED(t, s) (&(const struct xj_tree){ .op = XJ_TREE_TERM, \
	.term = (t), .len = strlen(t), .scale = (s) })
#define PREFIX(t) (&(const struct xj_tree){ .op = XJ_TREE_PREFIX, \
	.term = (t), .len = strlen(t) })
#define RANGE(s, from, to) (&(const struct xj_tree){ .op = XJ_TREE_RANGE, \
	.slot = (s), .low = (from), .high = (to) })
#define IDS(...) (&(const struct xj_tree){ .op = XJ_TREE_IDS, \
	.ids = (const uint64_t[]){ __VA_ARGS__ }, \
	.count = XJ_COUNT(((const uint64_t[]){ __VA_ARGS__ })) })
#define ALL (&(const struct xj_tree){ .op = XJ_TREE_ALL })
#define NOTHING (&(const struct xj_tree){ .op = XJ_TREE_NOTHING })
#define LIST(...) ((const struct xj_tree *const[]){ __VA_ARGS__ })
#define TREE(o, ...) (&(const struct xj_tree){ .op = XJ_TREE_##o, \
	.children = LIST(__VA_ARGS__), .count = XJ_COUNT(LIST(__VA_ARGS__)) })

/* ---------------------------------------------------------------- results */

static const struct xj_match_options match_all = { .limit = 1000,
						   .check = 10000 };

static inline struct xj_match
match_of(struct xj_index *index, const struct xj_tree *tree,
	 const struct xj_match_options *options)
{
	struct xj_match match;
	struct xj_error err = { 0 };

	if (xj_index_match(index, tree, options ? options : &match_all,
			   &match, &err) < 0)
		fail_msg("%s", err.message);
	return match;
}

static inline const char *
ids_of(const struct xj_match *match, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < match->count && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%llu",
				      i ? " " : "",
				      (unsigned long long)match->hits[i].id);
	return out;
}

/* The ids found, best first, as "3 1 2". */
static inline void
assert_found(struct xj_index *index, const struct xj_tree *tree,
	     const struct xj_match_options *options, const char *ids)
{
	xj_auto(xj_match_release)
	struct xj_match match = match_of(index, tree, options);
	char text[8192];

	assert_string_equal(ids_of(&match, text, sizeof(text)), ids);
}

static inline int
by_id(const void *a, const void *b)
{
	const struct xj_match_hit *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* The same where the order is of no interest: ids ascending. */
static inline void
assert_set(struct xj_index *index, const struct xj_tree *tree,
	   const char *ids)
{
	xj_auto(xj_match_release)
	struct xj_match match = match_of(index, tree, NULL);
	char text[8192];

	if (match.count > 0)
		qsort(match.hits, match.count, sizeof(*match.hits), by_id);
	assert_string_equal(ids_of(&match, text, sizeof(text)), ids);
	assert_true(match.exact);
	assert_int_equal(match.total, match.count);
}

static inline void
assert_total(struct xj_index *index, const struct xj_tree *tree,
	     uint64_t total)
{
	xj_auto(xj_match_release)
	struct xj_match match = match_of(index, tree, NULL);

	assert_true(match.exact);
	assert_int_equal(match.total, total);
}

static inline double
weight_in(struct xj_index *index, const struct xj_tree *tree, uint64_t id)
{
	xj_auto(xj_match_release)
	struct xj_match match = match_of(index, tree, NULL);

	for (size_t i = 0; i < match.count; i++)
		if (match.hits[i].id == id)
			return match.hits[i].weight;
	fail_msg("document %llu is not found", (unsigned long long)id);
	return 0;
}

/* A facet as "value=count value=count". */
static inline const char *
facet_of(const struct xj_match *match, unsigned slot, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < match->facets[slot].count && n < size; i++)
		n += (size_t)snprintf(
			out + n, size - n, "%s%s=%llu", i ? " " : "",
			match->facets[slot].values[i].value,
			(unsigned long long)match->facets[slot].values[i].count);
	return out;
}

#endif
