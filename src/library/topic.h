/*
 * library/topic.h - study areas and topics: what documents and study records are
 * about, in the organisation's own words. An area is a topic that stands on top.
 *
 * Each is an entity, topic.json: code, name, name_en, parent (code), note, from,
 * until (days), synonyms (words), merged_into (code) with merged_on (day), removed.
 * What bears the code of a topic that was merged keeps it, and is read as that of
 * the other; so a merge is taken back without touching what bears it.
 *
 * All topics together are the fact "topics" of the catalog, from which they are
 * read. As long as nobody changed any there is none, and six areas hold.
 *
 * Internal to library.
 */
#ifndef XJ_TOPIC_H
#define XJ_TOPIC_H

#include <xueji/study.h>

#include "library/people.h"

struct xj_topic_row {
	uint64_t id;              /* 0: of the six, not written yet */
	unsigned version;
	const char *urn, *code, *name;
	const char *name_en, *parent, *note, *from, *until; /* or NULL */
	const char *merged_into, *merged_on;                /* or NULL */
	const json_t *synonyms;   /* or NULL */
	bool removed;
};

struct xj_topics {
	struct xj_arena *arena;
	char *source;             /* the fact that they were read from */
	json_t *json;
	struct xj_topic_row *list;
	size_t count;
};

/* ---------------------------------------------------------- topic-list.c */

/* As the catalog has them now; lent until the next call or the close of the
 * archive. */
int xj_topics_get(struct xj_archive *a, const struct xj_topics **topics,
		  struct xj_error *err);
void xj_topics_free(struct xj_topics *topics);
/* In a transaction, after a row of one was written: the fact anew. */
int xj_topics_note(struct xj_archive *a, struct xj_error *err);

/* By its code, also one that was merged or removed; NULL: there is none. */
const struct xj_topic_row *xj_topics_code(const struct xj_topics *t,
					  const char *code);
/* What it is by now: itself, or what it was merged into. */
const struct xj_topic_row *xj_topics_real(const struct xj_topics *t,
					  const struct xj_topic_row *row);
const struct xj_topic_row *xj_topics_parent(const struct xj_topics *t,
					    const struct xj_topic_row *row);
const struct xj_topic_row *xj_topics_area(const struct xj_topics *t,
					  const struct xj_topic_row *row);
/* Whether `row` is `above` or below it. */
bool xj_topics_below(const struct xj_topics *t,
		     const struct xj_topic_row *row,
		     const struct xj_topic_row *above);
/* By code, or a name or synonym that only one has. XJ_ENOTFOUND names the
 * nearest; XJ_EINVAL: several. */
int xj_topics_find(struct xj_archive *a, const struct xj_topics *t,
		   const char *ref, const struct xj_topic_row **row,
		   struct xj_error *err);
/* --------------------------------------------------------------- topic.c */

#define XJ_TOPICS_FACT "topics"
/* Of each topic with synonyms its names and these: lists of words that mean the
 * same, which the lexicon takes. */
#define XJ_TOPIC_WORDS_FACT "topic-words"

/* Write the six areas, if there are no topics yet: before one is used. */
int xj_topics_begin(struct xj_archive *a, struct xj_error *err);

/* ----------------------------------------------------------- topic-use.c */

/*
 * What a value of the element "topic" says, checked: `*value` becomes a code.
 * `area`: it must stand on top. XJ_EINVAL: there is none, which names the nearest;
 * or it was closed. Memory is the arena's.
 */
int xj_topic_check(struct xj_archive *a, struct xj_arena *arena, bool area,
		   const char **value, struct xj_error *err);
/* A list of codes and names, in JSON as study records have it. */
int xj_topics_json(struct xj_archive *a, const char *const *refs, json_t **out,
		   struct xj_error *err);
int xj_topics_tell(struct xj_archive *a, const json_t *codes, xj_topic_fn fn,
		   void *ctx, struct xj_error *err);

/* For a search: "a,b,": the codes of a topic and of those below it. */
int xj_topics_meant(struct xj_archive *a, const char *ref, struct xj_buf *out,
		    struct xj_error *err);
/* For `list`: ",a,b,": the codes that documents of a topic may bear. */
int xj_topics_borne(struct xj_archive *a, const char *ref, struct xj_buf *out,
		    struct xj_error *err);

#endif
