/*
 * library/indexer.h - what the files of the indexer share: indexer.c runs the
 * lanes, index-terms.c makes the terms of a document, index-merge.c keeps the
 * segments few.
 */
#ifndef XJ_INDEXER_H
#define XJ_INDEXER_H

#include "library/archive.h"

/* ------------------------------------------------------- index-terms.c */

/* Makes terms of documents: tables and scratch memory of one thread. */
struct xj_terms_maker;

/* `archive` is lent, and used by this thread alone. */
int xj_terms_maker_new(struct xj_archive *archive, struct xj_terms_maker **m,
		       struct xj_error *err);
void xj_terms_maker_free(struct xj_terms_maker *m);
/* Take the words of the dictionary that hold now. */
int xj_terms_maker_refresh(struct xj_terms_maker *m, struct xj_error *err);
/* The terms and values of a document; lent until the next call. Text that is
 * damaged is left out: what is whole is found, and `verify` reports it. */
int xj_terms_make(struct xj_terms_maker *m, const struct xj_doc *doc,
		  struct xj_index_doc *out, struct xj_error *err);

/* ------------------------------------------------------- index-merge.c */

/* Each for who holds the indexer's lock; `hand` is a writable handle. */

/* A name for a segment: no two processes ever choose the same. */
void xj_segment_name(char name[XJ_SEGMENT_NAME_MAX]);
/* Repeat the catalog's list of segments in the stub file. */
int xj_segments_list(struct xj_archive *hand, struct xj_error *err);
/*
 * Segments to be made one. First they are chosen (XJ_END: none), then their
 * files merged, for which no lock and no catalog is needed, then the catalog is
 * told: what it does not name is swept, what it names is there.
 */
struct xj_merge {
	struct xj_arena *arena;
	const char **names;
	size_t count;
	uint64_t documents; /* in them */
	struct xj_segment_row merged;
};

enum xj_merge_policy {
	XJ_MERGE_TIER, /* of like size: while documents come in */
	XJ_MERGE_TAIL, /* the small ones: when all are in */
	XJ_MERGE_ALL,  /* leave one */
};

int xj_merge_choose(struct xj_archive *hand, enum xj_merge_policy policy,
		    struct xj_merge *merge, struct xj_error *err);
int xj_merge_files(const char *index_dir, const struct xj_merge *merge,
		   struct xj_error *err);
int xj_merge_settle(struct xj_archive *hand, const struct xj_merge *merge,
		    struct xj_error *err);
void xj_merge_end(struct xj_merge *merge);
/* All three: the small ones into one; with `all`, leave one. */
int xj_segments_compact(struct xj_archive *hand, bool all,
			struct xj_error *err);
/* Queue what is in segments most of whose entries are dead, and drop these.
 * XJ_END: there is none. */
int xj_segments_drop_stale(struct xj_archive *hand, struct xj_error *err);
/* Drop the segments that hold words of a purged document, and queue what else is
 * in them. */
int xj_segments_drop_purged(struct xj_archive *hand, uint64_t root,
			    struct xj_error *err);
/* Remove what a crash left: folders that the catalog does not name. */
int xj_segments_remove_unknown(struct xj_archive *hand, struct xj_error *err);

#endif
