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
/* Merge the small ones into one; with `all`, leave one. */
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
