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

#ifdef __cplusplus
}
#endif
#endif
