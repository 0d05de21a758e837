/*
 * library/entity.h - what people enter that is not a document: units, members,
 * and what later has a version and a history of its own.
 *
 * Each is an OCFL object with one file, KIND.json. It begins with format (1),
 * urn, id (the local number), version, created, created_by, updated, updated_by
 * and, once it was taken away, removed; then come the fields of its kind. The
 * catalog has the same text, and rows made from it, in the same commit.
 *
 *	xj_change_begin(a, &change, err);
 *	xj_entity_load(&change, &xj_unit_kind, id, if_version, &e, err);
 *	json_object_set_new(e.root, "name", ...);
 *	xj_entity_save(&e, "edit", "name", err);      XJ_END: nothing changed
 *	xj_change_commit(&change, err);
 *
 * One version of one entity a change. Internal to library.
 */
#ifndef XJ_ENTITY_H
#define XJ_ENTITY_H

#include "library/archive.h"

struct xj_entity_kind {
	const char *name; /* "unit"; its file is unit.json */
	const char *none; /* N_("there is no lecture %llu"); of study records */
	/* XJ_ECORRUPT: not what a file of this kind says. */
	int (*check)(const json_t *root, struct xj_error *err);
	/* Rows of the catalog: its own first, then those that name others. */
	int (*put_row)(struct xj_archive *a, const struct xj_entity_row *row,
		       const json_t *root, struct xj_error *err);
	int (*put_links)(struct xj_archive *a, const struct xj_entity_row *row,
			 const json_t *root, struct xj_error *err);
};

extern const struct xj_entity_kind xj_unit_kind, xj_member_kind;
extern const struct xj_entity_kind xj_collection_kind, xj_topic_kind;
extern const struct xj_entity_kind xj_seminar_kind, xj_lecture_kind;

/* One in a change. */
struct xj_entity {
	struct xj_change *change;
	const struct xj_entity_kind *kind;
	uint64_t id;
	char urn[XJ_URN_MAX];
	unsigned version;  /* 0: it is new */
	json_t *root;      /* to be changed */
	bool afresh;       /* older versions go with this one */
	json_t *before;    /* as it was loaded */
};

int xj_entity_new(struct xj_change *change, const struct xj_entity_kind *kind,
		  struct xj_entity *e, struct xj_error *err);
/* XJ_EBUSY: its version is not `expected` (0: whatever it is) any more; the
 * message says what was changed since. */
int xj_entity_load(struct xj_change *change,
		   const struct xj_entity_kind *kind, uint64_t id,
		   unsigned expected, struct xj_entity *e,
		   struct xj_error *err);
/* The next version; `detail` may be NULL: the fields that changed. */
int xj_entity_save(struct xj_entity *e, const char *verb, const char *detail,
		   struct xj_error *err);
void xj_entity_end(struct xj_entity *e); /* for xj_auto */

/* A field; NULL: it has none. Lent. */
const char *xj_entity_text(const json_t *root, const char *name);
/* Set, or take away what is NULL or "". */
int xj_entity_set(json_t *root, const char *name, const char *value,
		  struct xj_error *err);
/* Whether a list of objects of text, numbers and booleans is what it is. */
bool xj_entity_is_list(const json_t *list);

/* All versions, oldest first. */
int xj_entity_history(struct xj_archive *a, const char *urn,
		      unsigned version, xj_history_fn fn, void *ctx,
		      struct xj_error *err);

/* By its name; NULL: there is none. */
const struct xj_entity_kind *xj_entity_kind_named(const char *name);
/* The kind that an object is of; NULL: none. */
const struct xj_entity_kind *xj_entity_kind_of(const struct xj_object *object);
/* rebuild: into the catalog; xj_entities_link() when all are there. */
int xj_entity_restore(struct xj_archive *a,
		      const struct xj_entity_kind *kind,
		      struct xj_object *object, struct xj_error *err);
typedef int (*xj_entity_problem_fn)(void *ctx, const char *urn,
				    const struct xj_error *problem);
int xj_entities_link(struct xj_archive *a, xj_entity_problem_fn fn, void *ctx,
		     struct xj_error *err);

#endif
