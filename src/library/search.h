/*
 * library/search.h - what the search files share: the parsed query, what it
 * wants, the trees that find it, and the text of a document as it is matched.
 * Internal to library; the way of a search is told in search.c.
 */
#ifndef XJ_SEARCH_H
#define XJ_SEARCH_H

#include "library/archive.h"

/* ---------------------------------------------------------- search.c */

/*
 * The numbers of all documents that a query finds, those that only share
 * characters with it aside, in order; NULL: of all. Memory is the arena's.
 * XJ_EINVAL also when it had to be put right, or its phrases have too many
 * candidates to be checked.
 */
int xj_search_exactly(struct xj_archive *a, const char *query,
		      struct xj_arena *arena, uint64_t **ids, size_t *count,
		      struct xj_error *err);

/* ---------------------------------------------------- search-query.c */

#define XJ_QUERY_MAX 10000u /* bytes */

enum xj_clause_op {
	XJ_CLAUSE_TEXT,   /* words, of which one must match */
	XJ_CLAUSE_PHRASE, /* these characters, in the body or a field */
	XJ_CLAUSE_TERM,   /* one of the values of a boolean term: kind:a,b */
	XJ_CLAUSE_RANGE,  /* of dates */
	XJ_CLAUSE_ALL,    /* its parts, as in a whole query */
	XJ_CLAUSE_ANY,    /* one of its parts */
	XJ_CLAUSE_NOT,    /* not its part */
	XJ_CLAUSE_NEAR,   /* its parts, texts of the body, near each other */
};

/* Part of a query; memory is the arena's. */
struct xj_clause {
	enum xj_clause_op op;
	char field;             /* 0: the body; else of fields.h */
	const char *name;       /* of the field, as it is printed */
	const char *text;       /* normalised; a TERM's values are joined by ',' */
	size_t len;
	const char *shown;      /* the same as it was written */
	const char *low, *high; /* dates, or NULL: open */
	bool open;              /* a PHRASE that goes on: word* */
	unsigned distance;      /* at most, to the part of a NEAR before it */
	struct xj_clause *parts, *last; /* the first and the last part */
	struct xj_clause *next;  /* of the same whole */
	struct xj_wanted_phrase *phrase; /* search-wanted.c */
	double share;            /* of the weight of `instead`: a synonym of it
	                          * (search-widen.c); 0: was typed */
	const char *instead;     /* normalised */
};

#define XJ_REPAIRS_MAX 16u /* more are not told of */
#define XJ_NEAR_MAX 1000u  /* characters or words of a distance */

struct xj_repairs {
	struct xj_repair list[XJ_REPAIRS_MAX];
	size_t count;
};

/*
 * Parse a query: XJ_CLAUSE_ALL, with no parts if there is nothing in it. It is
 * put right rather than refused, and `repairs` says how. What is not UTF-8
 * parts words.
 *
 *	query  = { clause }
 *	clause = nears { "OR" nears }
 *	nears  = unit { "near:" number unit }
 *	unit   = [ "-" ] ( "(" query ")" | phrase | field ":" value |
 *		 word [ "*" ] )
 *
 * A phrase stands in quotation marks. Marks inside running text are not meant:
 * one side of "..." and both sides of the curved and cornered ones must be at
 * a blank, a parenthesis or an end. In a query of more than a dozen words no
 * mark is meant, nor a dash.
 */
int xj_clause_parse(struct xj_arena *arena, struct xj_analyzer *an,
		   const char *text, size_t len, struct xj_clause **query,
		   struct xj_repairs *repairs, struct xj_error *err);
/* As it was understood, in the words of the query language. */
void xj_clause_print(const struct xj_clause *query, struct xj_buf *out);

/* Whether one of its parts is TEXT. */
bool xj_clause_has_words(const struct xj_clause *any);

/* --------------------------------------------------- search-wanted.c */

/* More terms than these of one query are not looked for. */
#define XJ_WANTED_TERMS 512u
#define XJ_WANTED_PHRASES 32u
#define XJ_WANTED_RUNS 64u

/* A term that gives weight. */
struct xj_wanted_term {
	const char *term;     /* with its kind, as the index has it */
	size_t len;
	const char *bytes;    /* as it stands in the query, normalised */
	size_t width;
	enum xj_term_kind kind;
	bool word;            /* who has it belongs to the first tier */
	bool open;            /* stands for all terms that begin with it */
	bool latin;           /* no character that is written without spaces */
	bool soft;            /* from words, not only from a phrase */
	bool alone;           /* a character without neighbours */
	bool stop;
	unsigned times;
	double share;         /* of a synonym alone: of its weight; else 1 */
	double rarity;        /* idf; 0 when nobody has it */
};

/* Two or more characters that stand together in the query. */
struct xj_wanted_run {
	const char *text;
	size_t len, chars;
	const struct xj_tree *pairs; /* all of them; NULL: the run is too long */
	bool one_word;
};

/* Characters that must be found as they are, in the body or a field. */
struct xj_wanted_phrase {
	const char *text;
	size_t len;
	char field;
	const struct xj_tree *candidates; /* who may have it */
	const struct xj_tree *bonds;      /* of its words; NULL: it has none */
	const struct xj_tree *certain;    /* who has it for sure; or NULL */
	bool sure;                        /* all candidates have it */
	bool open;                        /* a Latin word at its end goes on */
	const struct xj_clause *nears;    /* parts, near each other, or NULL */
	bool shown;                       /* wanted, not excluded */
	double share;                     /* both as of its clause */
	const char *instead;
	uint64_t *ids;                    /* who was found to have it, sorted */
	size_t id_count;
};

struct xj_wanted_parts {
	const struct xj_clause **list;
	size_t count;
};

/*
 * What a query wants. Memory is the arena's. A document must have all of
 * `must`, none of `never`; and if `soft`, one of the words or of `either`.
 */
struct xj_wanted {
	struct xj_arena *arena;
	struct xj_wanted_term *terms;
	size_t term_count;
	struct xj_wanted_run *runs;
	size_t run_count;
	struct xj_wanted_phrase *phrases;
	size_t phrase_count, unsure;
	struct xj_wanted_parts must, never, either;
	bool soft, words;
	bool cut;             /* a prefix stands for too many words */
	bool han;             /* something in it is not Latin */
	unsigned chars;       /* Han characters of its words, stop terms too */
};

/* XJ_EINVAL: nothing to search for. */
int xj_wanted_make(struct xj_arena *arena, struct xj_analyzer *an,
		   struct xj_clause *query, struct xj_wanted *wanted,
		   struct xj_error *err);
/* Look up how rare each term is. */
int xj_wanted_weigh(struct xj_wanted *wanted, struct xj_index *index,
		    struct xj_error *err);
/* What finds a part of a NEAR in text. */
struct xj_needle xj_near_needle(const struct xj_clause *part);
/* What to look for in text: pairs, words, phrases; with `chars` single
 * characters too. Weights add up to 1. */
int xj_wanted_finder(const struct xj_wanted *wanted, struct xj_analyzer *an,
		     bool chars, struct xj_finder **finder,
		     struct xj_error *err);

/* ----------------------------------------------------- search-tree.c */

enum xj_wanted_tree {
	XJ_WANTED_FIRST,   /* a word matches */
	XJ_WANTED_RELATED, /* only pairs or characters do; there may be none */
	XJ_WANTED_MAYBE,   /* of both, who may have a phrase to be checked */
};

/*
 * `*tree` is NULL when there is no such tier. With `count` the tree finds the
 * same documents without weighing them, for a fraction of the time.
 */
int xj_wanted_tree(const struct xj_wanted *wanted, enum xj_wanted_tree which,
		   bool count, const struct xj_tree **tree,
		   struct xj_error *err);
/* A term as it is weighed in the tree of that tier; NULL when there is no
 * memory, or it gives no weight there. */
const struct xj_tree *xj_wanted_term_tree(const struct xj_wanted *wanted,
					  const struct xj_wanted_term *term,
					  enum xj_wanted_tree which);
/* What a single character of it weighs beside a pair. */
double xj_wanted_char_weight(const struct xj_wanted *wanted);
/* Those of `tree` that have all pairs of a run of more than two characters,
 * weighed as there; NULL when the query has no such run. */
int xj_wanted_whole(const struct xj_wanted *wanted, const struct xj_tree *tree,
		    const struct xj_tree **whole, struct xj_error *err);

/* Of the documents of `core`, weighed as there, those that a search may find:
 * they have all of w->must, and none of w->never. */
int xj_seen_tree(const struct xj_wanted *w, const struct xj_tree *core,
		 const struct xj_tree **tree, struct xj_error *err);
/* The documents that a search may find by one word of the body. */
int xj_seen_term(struct xj_arena *arena, const char *word, size_t len,
		 const struct xj_tree **tree, struct xj_error *err);

/* Bricks; NULL when there is no memory. */
struct xj_tree *xj_tree_new(struct xj_arena *arena, enum xj_tree_op op,
			    size_t children);
struct xj_tree *xj_tree_term(struct xj_arena *arena, const char *term,
			     size_t len);
/* False when `child` is NULL. There must be room. */
bool xj_tree_add(struct xj_tree *tree, const struct xj_tree *child);

/* ---------------------------------------------------- search-index.c */

/*
 * Begin to read: one view of the catalog, and the index that belongs to it,
 * kept open from one search to the next. xj_searcher_end() after success.
 */
int xj_searcher_begin(struct xj_archive *a, struct xj_index **index,
		      struct xj_error *err);
void xj_searcher_end(struct xj_archive *a);
/* What it was opened by; lent until the next begin. */
const struct xj_index_here *xj_searcher_here(const struct xj_archive *a,
					     uint64_t *serial);

/* ----------------------------------------------------- search-kept.c */

/* A chunk of a document of this archive, ready to be looked at: `chunk` and
 * `normal`, with origins, of `bytes` as encoded. */
struct xj_kept_chunk {
	uint64_t id;
	unsigned number;
	size_t bytes;
	struct xj_text_chunk chunk;
	struct xj_normal normal;
};

/* What is kept is of the view that is being read: else it is dropped. */
int xj_kept_begin(struct xj_archive *a, struct xj_error *err);
/* NULL: it is not there. Lent until the next xj_kept_add(). */
const struct xj_kept_chunk *xj_kept_find(struct xj_archive *a, uint64_t id,
					 unsigned number);
/* Takes over what `from` holds. NULL: no memory, it was not. */
const struct xj_kept_chunk *xj_kept_add(struct xj_archive *a,
					struct xj_kept_chunk *from);

/* ----------------------------------------------------- search-text.c */

#define XJ_READ_KEPT 16 /* chunks of a document */

/* The text of a document, chunk after chunk, as stored and normalised. */
struct xj_reading {
	struct xj_archive *archive;
	struct xj_analyzer *analyzer;
	uint64_t id;
	size_t keep;               /* normal bytes kept from the chunk before */
	unsigned number;           /* of the next chunk */
	const struct xj_text_chunk *seen; /* the chunk read last, */
	const struct xj_normal *text;     /* its normal form, */
	size_t size;                      /* its bytes as encoded */
	struct xj_text_chunk chunk;
	struct xj_normal normal;   /* what was kept and this chunk */
	struct xj_buf bytes;
	struct xj_buf kept[XJ_READ_KEPT]; /* of `kept_id`, from the first on */
	uint64_t kept_id;
	unsigned kept_count;
};

/* Memory is kept from one document to the next. */
void xj_reading_begin(struct xj_reading *reading, uint64_t id, size_t keep);

/* How far a chunk is made ready: `bytes` as encoded; `seen`; `text` too, with
 * origins if nothing is kept from the chunk before. */
enum xj_reading_form { XJ_READ_BYTES, XJ_READ_CHUNK, XJ_READ_NORMAL };

/* XJ_END: there are no more. */
int xj_reading_next(struct xj_reading *reading, enum xj_reading_form form,
		    struct xj_error *err);
void xj_reading_release(struct xj_reading *reading);

/* --------------------------------------------------- search-phrase.c */

/* More candidates than these are not looked at. */
#define XJ_PHRASE_CANDIDATES 10000u
#define XJ_PHRASE_REMOTE 1000u /* of them, of other archives */

/*
 * Find out who has the phrases of which the index cannot tell. `*share` is how
 * much of the candidates was looked at: 1, unless there are too many.
 */
int xj_phrases_check(struct xj_archive *a, struct xj_analyzer *an,
		     struct xj_index *index, struct xj_wanted *wanted,
		     double *share, struct xj_error *err);
/* Whether normal text has the phrase; a Latin word at its ends must be whole,
 * but for the last one if `open`. */
bool xj_phrase_in(const char *normal, size_t len, const char *phrase,
		  size_t phrase_len, bool open);

/* --------------------------------------------------- search-border.c */

/*
 * Whether a run of characters stands in normal text other than by chance: its
 * ends do not cut a word of the text in two, unless one word has all of it
 * (上海 in 上海市, but not in 网上海量). The first few places are looked at.
 */
bool xj_run_stands(struct xj_analyzer *an, const char *normal, size_t len,
		   const char *run, size_t run_len);

/* ----------------------------------------------------- search-rank.c */

/* A document found. Its score is factor * (terms + window + exact), which
 * xj_ranked_add_up() alone works out: who is told why hears of the same. */
struct xj_ranked {
	uint64_t id;
	double weight;      /* by the index */
	double terms;       /* the same beside the best */
	double window;      /* by its best passage and how a section begins: */
	double window_share; /* of the query that the passage has */
	double exact;       /* by the runs that stand in it whole: */
	uint64_t runs;      /* a bit for each of the query's */
	double factor;      /* keeps it below those before it */
	double score;
	bool related;
	size_t place;       /* among those found, by weight */
	bool whole;         /* a run of the query may stand in it whole */
	bool read;          /* `score` comes from its text */
	bool placed;        /* its best window is known: */
	unsigned chunk;
};

/* One search under way. */
struct xj_seeking {
	struct xj_archive *archive;
	const struct xj_search *asked;
	struct xj_arena *arena;
	struct xj_analyzer *analyzer;
	struct xj_index *index;
	bool wide;                /* remotes were asked too */
	struct xj_wanted wanted;
	struct xj_finder *finder; /* of what is shown: no character alone */
	struct xj_finder *weigher; /* of what ranks: these too */
	struct xj_reading reading;
	enum xj_index_sort sort;
	unsigned facets;          /* mask of slots */
	double checked;           /* share of phrase candidates looked at */
	size_t ranked;            /* documents ranked by their text so far */
	size_t read;              /* bytes of text looked at for that */
	double lowest;            /* score so far */
};

/* The documents of one tier, in order. */
struct xj_tier {
	enum xj_wanted_tree which;
	struct xj_ranked *docs;
	size_t count;               /* of `docs` */
	struct xj_match all;        /* how many there are, and their facets */
};

void xj_ranked_add_up(struct xj_ranked *d);
/* By which the documents of a tier are weighed. */
struct xj_match_options xj_seeking_options(const struct xj_seeking *s);
/* How many documents are in a tier, exactly up to 10,000. */
int xj_tier_count(struct xj_seeking *s, struct xj_tier *tier, bool facets,
		  struct xj_error *err);
/* Find at least `need` documents of a tier, if there are so many. */
int xj_tier_find(struct xj_seeking *s, struct xj_tier *tier, size_t need,
		 struct xj_error *err);

/* ---------------------------------------------------------- search.c */

/* The documents that have a word of a query, at most `max`, in no order. */
int xj_search_ids(struct xj_archive *a, const char *query, size_t max,
		  struct xj_arena *arena, uint64_t **ids, size_t *count,
		  struct xj_error *err);
/* Give the strings of `saved` the life of the hits. */
int xj_hits_keep_saved(struct xj_hits *hits, struct xj_saved_search *saved,
		       struct xj_error *err);
/* Hits among `ids` are new ones. */
void xj_hits_mark_fresh(struct xj_hits *hits, const uint64_t *ids,
			size_t count);

/* -------------------------------------------------- search-explain.c */

#define XJ_MISSING_MAX 8u
#define XJ_WITHOUT_MAX 8u

struct xj_explanation {
	struct xj_missing missing[XJ_MISSING_MAX];
	struct xj_without without[XJ_WITHOUT_MAX];
	size_t missing_count, without_count;
};

/*
 * Why no word of the query was found. What `query` was made into before must
 * not be used any more. Memory is the arena's.
 */
int xj_explain_nothing(struct xj_seeking *s, const struct xj_clause *query,
		       struct xj_explanation *explanation,
		       struct xj_error *err);

/* ------------------------------------------------------ search-why.c */

/* Why documents stand where they do; `hits[i]` shows `docs[i]`. Memory is the
 * arena's. */
int xj_hits_explain(struct xj_seeking *s, const struct xj_ranked *docs,
		    struct xj_hit *hits, size_t count, struct xj_error *err);

/* How many documents the first tier of a query has that is made anew. */
int xj_count_seen(struct xj_seeking *s, struct xj_clause *query,
		  uint64_t *total, struct xj_error *err);
/*
 * The word of the body that a term stands for, as a document that may be found
 * writes it; NULL when there is none. A term of Latin letters is but a stem.
 */
int xj_word_written(struct xj_seeking *s, const char *term, size_t len,
		    bool han, const char **word, struct xj_error *err);

/* Whether no document that may be found has a word of the body. */
int xj_word_unknown(struct xj_seeking *s, const char *stem, size_t len,
		    bool *unknown, struct xj_error *err);

/* ---------------------------------------------------- search-meant.c */

#define XJ_MEANT_MAX 3u

struct xj_meant_list {
	struct xj_meant list[XJ_MEANT_MAX];
	size_t count;
};

/* Whether the query has a word or a pair of characters that no entry has. */
bool xj_wanted_unknown(const struct xj_wanted *wanted);
/*
 * Queries that may have been meant by the one asked, which finds `total`: each
 * finds more. Memory is the arena's. What the query was made into before must
 * not be used any more.
 */
int xj_search_meant(struct xj_seeking *s, uint64_t total,
		    struct xj_meant_list *meant, struct xj_error *err);

/* ----------------------------------------------------- search-show.c */

/* Fill in what a hit shows beside its row. Memory is the arena's. */
int xj_hit_show(struct xj_seeking *s, const struct xj_ranked *ranked,
		struct xj_hit *hit, struct xj_error *err);

#endif
