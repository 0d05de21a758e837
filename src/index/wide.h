/*
 * index/wide.h - an index together with those of other machines: between the
 * process that searches and xueji-remotes, which has it open. Private to index.
 *
 * A message is a length of four bytes and that many bytes, as util.h writes
 * them: a request begins with an xj_wide_request, an answer with an
 * xj_wide_answer. The first request opens.
 */
#ifndef XJ_INDEX_WIDE_H
#define XJ_INDEX_WIDE_H

#include "index/index.h"

#define XJ_WIDE_FD 3
#define XJ_WIDE_MESSAGE_MAX (64u << 20)
#define XJ_WIDE_TERMS_MAX 200000u
#define XJ_WIDE_DATA_MAX (1u << 20)  /* of one document, of one fact */
#define XJ_WIDE_FACET_MAX 10000u     /* values */

enum xj_wide_request {
	XJ_WIDE_OPEN, XJ_WIDE_COUNTS, XJ_WIDE_FREQUENCY, XJ_WIDE_TERMS,
	XJ_WIDE_MATCH, XJ_WIDE_DATA, XJ_WIDE_FACT,
};

enum xj_wide_answer {
	XJ_WIDE_FINE,
	XJ_WIDE_FAILED, /* status, message */
	XJ_WIDE_LOST,   /* remote, state, why */
};

/* ------------------------------------------- the side that asks: wide.c */

struct xj_wide;

void xj_wide_close(struct xj_wide *wide);
bool xj_wide_is_lost(const struct xj_wide *wide);
void xj_wide_until(struct xj_wide *wide, uint64_t until);
int xj_wide_open(const struct xj_index_here *here, struct xj_remote *remotes,
		 size_t count, uint64_t until, struct xj_wide **wide,
		 struct xj_error *err);
int xj_wide_counts(struct xj_wide *wide, uint64_t *documents,
		   double *mean_length, struct xj_error *err);
int xj_wide_frequency(struct xj_wide *wide, const char *term, size_t len,
		      uint64_t *documents, struct xj_error *err);
int xj_wide_terms(struct xj_wide *wide, const char *prefix, size_t len,
		  xj_index_term_fn fn, void *ctx, struct xj_error *err);
int xj_wide_match(struct xj_wide *wide, const struct xj_tree *tree,
		  const struct xj_match_options *options,
		  struct xj_match *match, struct xj_error *err);
int xj_wide_data(struct xj_wide *wide, const uint64_t *ids, size_t count,
		 xj_index_data_fn fn, void *ctx, struct xj_error *err);
int xj_wide_fact(struct xj_wide *wide, size_t remote, const char *key,
		 struct xj_buf *value, struct xj_error *err);

/* --------------------------- the side that reads: xapian.cc, for remotes.c */

/* As xj_index_open_wide(), in this process: it waits for each remote no longer
 * than `within_ms`, then for each answer no longer than `answer_ms`. */
int xj_wide_open_here(const struct xj_index_here *here,
		   struct xj_remote *remotes, size_t count,
		   unsigned within_ms, unsigned answer_ms,
		   struct xj_index **index, struct xj_error *err);
/* The remote that the last failure was about; SIZE_MAX: none. */
size_t xj_wide_blames(const struct xj_index *index);

#endif
