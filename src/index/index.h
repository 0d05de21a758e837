/*
 * index/index.h - what documents are found by: segments, candidates for a
 * tree. Plain C; xapian.cc is the one C++ file. Knows no query language, no
 * ranking policy, no rights policy. Included by library alone.
 *
 * An index is a directory of segments, each a Xapian database without
 * positions and without term lists, and a stub file `stub` that lists them for
 * other Xapian programs. The caller (its catalog) knows which segments count:
 * a directory that it does not name is a leftover. Segments are written once.
 * A document that changed is added again with a higher revision; the older
 * entries are dead, and xj_index_open() is told which.
 */
#ifndef XJ_INDEX_H
#define XJ_INDEX_H

#include "util/util.h"

/* ------------------------------------------------------------- segments */

#define XJ_SEGMENT_NAME_MAX 32

/* Value slots. Slot 0 is the index's own (id and revision). */
enum {
	XJ_SLOT_DATE = 1,    /* "2011-02-16", "2011"; sorts and makes year: */
	XJ_SLOT_KIND = 2,
	XJ_SLOT_TYPE = 3,
	XJ_SLOT_CREATOR = 4, /* several joined by XJ_VALUE_SEPARATOR */
	XJ_SLOT_TITLE = 5,   /* sort key of the title */
	XJ_SLOT_LANGUAGE = 6,
	XJ_SLOT_SUBJECT = 7, /* several */
	XJ_SLOT_AREA = 8,    /* several */
	XJ_SLOT_TOPIC = 9,   /* several */
	XJ_SLOT_COUNT = 10,
};

#define XJ_VALUE_SEPARATOR '\x1f'

struct xj_index_doc {
	uint64_t id;             /* local number, from 1, below 2^40 */
	uint32_t rev;            /* revision, below 2^24 */
	const struct xj_counted *terms; /* sorted by bytes, each once */
	size_t term_count;
	struct {
		const char *bytes;
		size_t len;
	} values[XJ_SLOT_COUNT]; /* len 0: none */
	const void *data;        /* what xj_index_data() gives, of a published */
	size_t data_len;         /* index */
};

struct xj_segment; /* one being written, by one thread */

/* A new segment under `dir` (index/), named `name` by the caller. Commits by
 * itself every 50 documents, which keeps memory small and speed flat. */
int xj_segment_new(const char *dir, const char *name,
		   struct xj_segment **segment, struct xj_error *err);
/* The same for a published index: documents come in the order of their numbers,
 * which are Xapian's numbers too. `tag`, a few hexadecimal digits, sets them
 * apart from those of other archives; their terms begin with 'Q'. */
int xj_segment_new_numbered(const char *dir, const char *name, const char *tag,
			    struct xj_segment **segment, struct xj_error *err);
int xj_segment_add(struct xj_segment *segment, const struct xj_index_doc *doc,
		   struct xj_error *err);
/* A fact beside the documents, by a key of at most 200 bytes. */
int xj_segment_fact(struct xj_segment *segment, const char *key,
		    const void *value, size_t len, struct xj_error *err);
/* Commit and close; frees `segment` also on failure. Durable on return. */
int xj_segment_end(struct xj_segment *segment, struct xj_error *err);
/* Close and remove it. */
void xj_segment_drop(struct xj_segment *segment);

/*
 * Merge segments into a new one, named `to`. Dead documents stay dead and
 * stay in (Xapian's compaction cannot drop); whoever wants them gone makes the
 * segment again from stored text. Durable on return; sources are untouched.
 */
int xj_segments_merge(const char *dir, const char *const *from, size_t count,
		      const char *to, struct xj_error *err);
/* The whole of a segment as one file, durable on return: for other machines. */
int xj_segment_pack(const char *dir, const char *name, const char *file,
		    struct xj_error *err);
/* Whether a file is what xj_segment_pack() makes. */
bool xj_segment_is_packed(int fd);
int xj_segment_remove(const char *dir, const char *name, struct xj_error *err);
/* Remove every segment under `dir` that is not among `keep`: what a crash left.
 * Only for who holds the indexer's lock. */
int xj_segments_sweep(const char *dir, const char *const *keep, size_t count,
		      struct xj_error *err);
/* Write `stub` whole or not at all. No segment: an empty index. */
int xj_index_stub(const char *dir, const char *const *names, size_t count,
		  struct xj_error *err);

/* --------------------------------------------------------------- opening */

struct xj_index;

/* An entry that no longer counts. */
struct xj_dead {
	uint64_t id;
	uint32_t rev;
};

/*
 * Open for searching. `dead` is sorted by id, then rev; kept by reference.
 * XJ_ENOTFOUND: a segment is gone (merged meanwhile): ask the catalog again.
 */
int xj_index_open(const char *dir, const char *const *names, size_t count,
		  const struct xj_dead *dead, size_t dead_count,
		  struct xj_index **index, struct xj_error *err);
void xj_index_close(struct xj_index *index);
void xj_index_closep(struct xj_index **index);

/*
 * From now on xj_index_match() finds documents that have one of these terms and
 * no others, and counts none but them, whatever it is asked.
 * Which entries these are is worked out with the first match and kept.
 */
int xj_index_restrict(struct xj_index *index, const char *const *terms,
		      size_t count, struct xj_error *err);
void xj_index_unrestrict(struct xj_index *index);
bool xj_index_restricted(const struct xj_index *index);
/* Whether a living entry among these has a term (with prefix). */
int xj_index_seen(struct xj_index *index, const char *term, size_t len,
		  bool *seen, struct xj_error *err);

/* Entries, dead ones included, and the mean length of a document in terms. */
int xj_index_counts(struct xj_index *index, uint64_t *documents,
		    double *mean_length, struct xj_error *err);
/* In how many entries a term (with prefix) is; 0 if none. */
int xj_index_frequency(struct xj_index *index, const char *term, size_t len,
		       uint64_t *documents, struct xj_error *err);
/* Terms that begin with `prefix`, in byte order. A positive return of `fn` ends
 * the walk well, a negative one with that value. */
typedef int (*xj_index_term_fn)(void *ctx, const char *term, size_t len,
				uint64_t documents);
int xj_index_terms(struct xj_index *index, const char *prefix, size_t len,
		   xj_index_term_fn fn, void *ctx, struct xj_error *err);

/* ----------------------------------------------------- on other machines */

/*
 * Indexes that others publish may be searched together with one's own, as one
 * with one set of statistics. All of it, one's own part too, is then read by a
 * process of its own, xueji-remotes, that may do nothing else: what comes over
 * the network is taken apart there.
 *
 * Document n of remote r (from 0) has the number XJ_REMOTE_ID(r, n).
 */
#define XJ_REMOTES_MAX 12u
#define XJ_REMOTE_ID(remote, number) \
	(((uint64_t)(remote) + 1) << 40 | (uint64_t)(number))
#define XJ_ID_IS_REMOTE(id) ((id) >> 40 != 0)
#define XJ_ID_REMOTE(id) ((size_t)((id) >> 40) - 1)
#define XJ_ID_NUMBER(id) ((id) & (((uint64_t)1 << 40) - 1))

enum xj_remote_state {
	XJ_REMOTE_FINE,
	XJ_REMOTE_UNREACHABLE, /* `why` says what the system said */
	XJ_REMOTE_SILENT,      /* no answer in time */
	XJ_REMOTE_GONE,        /* the connection broke off */
	XJ_REMOTE_STRANGE,     /* its answers make no sense; `why` */
	XJ_REMOTE_OTHER,       /* fact `wrong` is not what was expected */
};

#define XJ_REMOTE_FACTS 5u
#define XJ_REMOTE_FACT_MAX 256u

struct xj_remote {
	const char *host;
	unsigned port;
	struct {
		const char *key, *expected; /* expected NULL: whatever it is */
		char value[XJ_REMOTE_FACT_MAX];
	} facts[XJ_REMOTE_FACTS];           /* key NULL: no more */
	/* What was found out: */
	enum xj_remote_state state;
	char why[XJ_REMOTE_FACT_MAX];
	unsigned wrong;
	uint64_t documents;
};

/* The arguments of xj_index_open(). */
struct xj_index_here {
	const char *dir;
	const char *const *names;
	size_t count;
	const struct xj_dead *dead;
	size_t dead_count;
};

/*
 * Open it together with those of `remotes` that are fine, within `until` (of
 * xj_monotonic_ms()). The others are left out, and their state says why. When
 * none is fine *index is NULL. Not every tree and option can be asked for: no
 * `keep`. `remotes` are kept by reference.
 */
int xj_index_open_wide(const struct xj_index_here *here,
		       struct xj_remote *remotes, size_t count, uint64_t until,
		       struct xj_index **index, struct xj_error *err);
/* When what is asked next must have been answered. */
void xj_index_until(struct xj_index *index, uint64_t until);
/* Whether the last failure was that of remotes, whose states say so: open it
 * again without them. */
bool xj_index_lost(const struct xj_index *index);
/* The data of documents of remotes, lent; NULL: it is not there. */
typedef int (*xj_index_data_fn)(void *ctx, size_t i, const void *data,
				size_t len, struct xj_error *err);
int xj_index_data(struct xj_index *index, const uint64_t *ids, size_t count,
		  xj_index_data_fn fn, void *ctx, struct xj_error *err);
/* A fact of a remote. XJ_ENOTFOUND. */
int xj_index_fact(struct xj_index *index, size_t remote, const char *key,
		  struct xj_buf *value, struct xj_error *err);

/* ------------------------------------------------------------------ trees */

enum xj_tree_op {
	XJ_TREE_NOTHING,
	XJ_TREE_ALL,       /* every document */
	XJ_TREE_TERM,      /* `term`, weight times `scale` */
	XJ_TREE_OR,        /* any child; weights add */
	XJ_TREE_AND,       /* every child; weights add */
	XJ_TREE_AND_MAYBE, /* the first must, the others add weight */
	XJ_TREE_AND_NOT,   /* the first, none of the others */
	XJ_TREE_FILTER,    /* the first, every other must, adding no weight */
	XJ_TREE_RANGE,     /* `slot` between `low` and `high`, both inclusive;
	                    * NULL: open. Adds no weight */
	XJ_TREE_PREFIX,    /* any of the most frequent terms that begin with `term`:
	                    * 1,000, or `count` of ten times as many */
	XJ_TREE_IDS,       /* the documents of `ids`. Adds no weight; cheap in an
	                    * AND or FILTER with something rarer */
};

/* Memory is the caller's (an arena). */
struct xj_tree {
	enum xj_tree_op op;
	const char *term;      /* with prefix */
	size_t len;
	double scale;          /* of the weights below; 0 is 1.0, < 0 is none */
	unsigned slot;
	const char *low, *high;
	const struct xj_tree *const *children;
	size_t count;
	const uint64_t *ids;   /* sorted; `count` of them */
};

/* --------------------------------------------------------------- matching */

enum xj_index_sort { XJ_BY_WEIGHT, XJ_BY_DATE_DOWN, XJ_BY_DATE_UP, XJ_BY_TITLE };

struct xj_match_options {
	size_t offset, limit;
	/* Count exactly up to this many matches. Total and facets of more, in a
	 * large index, are estimated from a sample. */
	uint64_t check;
	bool rough;               /* also of fewer, if counting is dear */
	bool spread;              /* not the first matches, but about as many
	                           * from all over the index */
	enum xj_index_sort sort;
	double k1, b;             /* of BM25; 0, 0: 1.0, 0.6 */
	unsigned facets;          /* bit mask of slots to count values of, over
	                           * the matches; a date counts its year */
	/* Optional, asked for each document considered; false drops it. */
	bool (*keep)(void *ctx, uint64_t id);
	void *keep_ctx;
};

struct xj_match_hit {
	uint64_t id;
	double weight;
};

struct xj_facet_value {
	char *value;
	uint64_t count;
};

struct xj_match {
	struct xj_match_hit *hits; /* of one weight by id */
	size_t count;
	uint64_t total;           /* exact when `exact`, else an estimate */
	bool exact;
	double best;              /* greatest weight a document got */
	struct {
		struct xj_facet_value *values; /* most frequent first, then bytes */
		size_t count;
	} facets[XJ_SLOT_COUNT];
};

int xj_index_match(struct xj_index *index, const struct xj_tree *tree,
		   const struct xj_match_options *options,
		   struct xj_match *match, struct xj_error *err);
void xj_match_release(struct xj_match *match);

#endif
