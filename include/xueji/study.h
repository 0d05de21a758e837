/*
 * xueji/study.h - what an organisation does with its archive: collections,
 * lectures, seminars, reflection papers. One after the other, each with the rules
 * of its kind.
 *
 * All of these are study records. Each has a number (never a document's), a title,
 * mostly an owner unit and a member whose it is, a state, a day, versions with a
 * history, and a tombstone when it was removed. What the reader of the archive may
 * not see is XJ_ENOTFOUND, as if it were not there.
 */
#ifndef XUEJI_STUDY_H
#define XUEJI_STUDY_H

#include <xueji/xueji.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is common to all kinds. */
struct xj_study {
	uint64_t id;
	const char *urn, *kind;  /* "collection", "lecture", ... */
	const char *title;
	const char *unit;        /* code; "" */
	const char *owner;       /* login; "" when it is the archive's */
	const char *owner_name;
	const char *state, *day; /* "" when the kind has none */
	unsigned version;
	bool removed;
};

/* NULL and 0: whatever it is. */
struct xj_study_filter {
	const char *kind, *unit, *owner, *state; /* unit: code; owner: login */
	const char *from, *until;                /* days, both included */
	const char *title;                       /* text in it */
	uint64_t document;                       /* that it names */
	bool removed;                            /* those alone */
};

typedef int (*xj_study_fn)(void *ctx, const struct xj_study *study);
/* Latest day first. */
XJ_API int xj_studies(struct xj_archive *archive,
		      const struct xj_study_filter *filter, xj_study_fn fn,
		      void *ctx, struct xj_error *err);

/* Of the kind, by its number as text. XJ_ENOTFOUND says so if it is a number
 * of another kind. */
XJ_API int xj_study_find(struct xj_archive *archive, const char *kind,
			 const char *ref, uint64_t *id, struct xj_error *err);

/* What a change came to. */
struct xj_study_changed {
	uint64_t id;
	unsigned version;
	bool changed;            /* false: it was so already */
};

/* Take it away, or (`back`) bring it back. options->on is not used. */
XJ_API int xj_study_remove(struct xj_archive *archive, const char *kind,
			   uint64_t id, bool back,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
/* All versions, oldest first. */
XJ_API int xj_study_history(struct xj_archive *archive, const char *kind,
			    uint64_t id, xj_history_fn fn, void *ctx,
			    struct xj_error *err);

/* ---------------------------------------------- who sees a study record */

/* As xj_scope_set(), xj_share(), xj_unshare() and xj_rights_tell() of documents,
 * by the same rules. */
XJ_API int xj_study_scope(struct xj_archive *archive, const char *kind,
			  uint64_t id, const struct xj_scope_given *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
XJ_API int xj_study_share(struct xj_archive *archive, const char *kind,
			  uint64_t id, const struct xj_share_given *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
XJ_API int xj_study_unshare(struct xj_archive *archive, const char *kind,
			    uint64_t id, const char *to,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_error *err);
XJ_API int xj_study_rights_tell(struct xj_archive *archive, const char *kind,
				uint64_t id, xj_rights_fn fn,
				xj_share_fn share, void *ctx,
				struct xj_error *err);

/* ------------------------------------------------- study areas and topics */

/*
 * What documents and study records are about, in the organisation's own words. An
 * area is a topic that stands on top of others; an archive begins with six. They
 * are named by their code or by a name or synonym that only one has. Whoever is
 * not the archive's owner needs the role of a librarian or an editor of the whole
 * archive to change any: XJ_EPERM.
 */
struct xj_topic {
	const char *code, *name;
	const char *name_en, *parent, *note; /* or NULL */
	const char *area;             /* code of the one on top; its own there */
	const char *from, *until;     /* days; or NULL. Closed after `until` */
	const char *merged_into, *merged_on; /* or NULL */
	const char *const *synonyms;  /* ends with NULL */
	unsigned version;             /* 0: one of the six, never changed */
	unsigned depth;               /* from 1 */
};

struct xj_topics_options {
	const char *under;            /* this one and those below; NULL: all */
	bool only;                    /* `under` alone */
	bool all;                     /* those that were merged too */
};

typedef int (*xj_topic_fn)(void *ctx, const struct xj_topic *topic);
/* Each before what is below it. */
XJ_API int xj_topics(struct xj_archive *archive,
		     const struct xj_topics_options *options, xj_topic_fn fn,
		     void *ctx, struct xj_error *err);

struct xj_topic_given {
	const char *name, *name_en, *note; /* NULL: as it is; "": none */
	const char *from;                  /* first day; the same */
	const char *const *synonyms;       /* NULL: as they are; ends with NULL */
	bool reopen;                       /* it is not closed any more */
};

/* Below `parent`, or an area (NULL). XJ_EEXIST: the code is, or was, another's. */
XJ_API int xj_topic_add(struct xj_archive *archive, const char *code,
			const struct xj_topic_given *given,
			const char *parent,
			const struct xj_change_options *options,
			struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_edit(struct xj_archive *archive, const char *topic,
			 const struct xj_topic_given *given,
			 const struct xj_change_options *options,
			 struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_move(struct xj_archive *archive, const char *topic,
			 const char *parent,
			 const struct xj_change_options *options,
			 struct xj_changed *changed, struct xj_error *err);
/* options->on is its last day: then it is given to nothing new. */
XJ_API int xj_topic_close(struct xj_archive *archive, const char *topic,
			  const struct xj_change_options *options,
			  struct xj_changed *changed, struct xj_error *err);
/* What bears the one bears the other from then on; what is below it stands below
 * the other. For 30 days xj_topic_unmerge() takes that back, by its code. */
XJ_API int xj_topic_merge(struct xj_archive *archive, const char *topic,
			  const char *into,
			  const struct xj_change_options *options,
			  struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_unmerge(struct xj_archive *archive, const char *topic,
			    const struct xj_change_options *options,
			    struct xj_changed *changed, struct xj_error *err);
/* XJ_EEXIST: it is in use. */
XJ_API int xj_topic_remove(struct xj_archive *archive, const char *topic,
			   const struct xj_change_options *options,
			   struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_history(struct xj_archive *archive, const char *topic,
			    xj_history_fn fn, void *ctx, struct xj_error *err);

/* Each ends with NULL; or NULL. */
struct xj_topics_given {
	const char *const *areas; /* to be added; they stand on top */
	const char *const *add;
	const char *const *drop;
};

/* A new version of the document. XJ_EINVAL: there is no such topic, which names
 * the nearest, or it was closed; XJ_ENOTFOUND: one to be dropped it has not. */
XJ_API int xj_document_set_topics(struct xj_archive *archive, uint64_t id,
				  const struct xj_topics_given *given,
				  unsigned expected_version,
				  struct xj_error *err);
XJ_API int xj_document_topics(struct xj_archive *archive, uint64_t id,
			      xj_topic_fn fn, void *ctx,
			      struct xj_error *err);

/* ------------------------------------------------------------ collections */

/*
 * Documents that a person put together, in his order, each with a note if he
 * likes. Who sees a collection sees those of its documents that he may see
 * anyway; the others are not there and are not counted.
 */
struct xj_collection_given {
	const char *title;       /* NULL: as it is */
	const char *description; /* NULL: as it is; "": none */
	const char *unit;        /* NULL: as it is; of a new one: the reader's */
};

XJ_API int xj_collection_new(struct xj_archive *archive,
			     const struct xj_collection_given *given,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_error *err);
XJ_API int xj_collection_edit(struct xj_archive *archive, uint64_t id,
			      const struct xj_collection_given *given,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);
/* `documents` as xj_document_open() takes them, NULL at the end, before what
 * stands at place `at` (from 1; 0: behind all). One that is there already takes
 * the note (NULL: keeps its own). */
XJ_API int xj_collection_add(struct xj_archive *archive, uint64_t id,
			     const char *const *documents, const char *note,
			     uint64_t at,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_error *err);
/* XJ_ENOTFOUND: one is not in it, and none is taken out. */
XJ_API int xj_collection_drop(struct xj_archive *archive, uint64_t id,
			      const char *const *documents,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);
XJ_API int xj_collection_move(struct xj_archive *archive, uint64_t id,
			      const char *document, uint64_t at,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);

struct xj_collection {
	struct xj_study study;
	const char *description; /* or NULL */
};

struct xj_collection_item {
	uint64_t place;          /* from 1, among those that the reader sees */
	const struct xj_document_info *info;
	const char *note;        /* or NULL */
};

typedef int (*xj_collection_fn)(void *ctx,
				const struct xj_collection *collection);
typedef int (*xj_collection_item_fn)(void *ctx,
				     const struct xj_collection_item *item);
/* Either may be NULL. */
XJ_API int xj_collection_show(struct xj_archive *archive, uint64_t id,
			      xj_collection_fn fn, xj_collection_item_fn item,
			      void *ctx, struct xj_error *err);

#ifdef __cplusplus
}
#endif
#endif
