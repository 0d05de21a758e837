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
