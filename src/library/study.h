/*
 * library/study.h - what all study records share; the kinds have a file each.
 *
 * A study record is an entity (entity.h) with these fields in its JSON, none of
 * which it must have but the title: title, unit (code), owner (URN of a member),
 * state, day, removed (when), rights (as in a document's metadata.json), and those
 * of its kind. Documents are named by their URN, members by theirs, units by code.
 *
 * A kind has a put_row that is xj_study_put_row(), and a put_links that says who
 * else sees it and which documents it names:
 *
 *	xj_auto(xj_study_links_end) struct xj_study_links l = { 0 };
 *
 *	xj_study_seen_by(&l, XJ_ATOM_BELOW, code);
 *	xj_study_names(&l, urn, "item");
 *	return xj_study_put_links(a, row, root, &l, err);
 *
 * A change of one record:
 *
 *	xj_auto(xj_study_end) struct xj_study_change s;
 *
 *	r = xj_study_load(&s, a, &xj_lecture_kind, id, options, changed, err);
 *	r = xj_study_may(&s);
 *	json_object_set_new(s.e.root, ...);
 *	r = xj_study_save(&s, "edit", NULL);
 *
 * Internal to library.
 */
#ifndef XJ_STUDY_INTERNAL_H
#define XJ_STUDY_INTERNAL_H

#include <xueji/study.h>

#include "library/rights.h"

/* ---------------------------------------------------------- for the kinds */

struct xj_study_links {
	struct xj_buf atoms;     /* struct xj_atom */
	struct xj_buf documents; /* struct xj_study_document */
};

void xj_study_links_end(struct xj_study_links *l); /* for xj_auto */
/* Besides its owner and those whom its rights let in. Lent. */
void xj_study_seen_by(struct xj_study_links *l, enum xj_atom_kind kind,
		      const char *who);
void xj_study_names(struct xj_study_links *l, const char *urn,
		    const char *role);
int xj_study_put_row(struct xj_archive *a, const struct xj_entity_row *row,
		     const json_t *root, struct xj_error *err);
int xj_study_put_links(struct xj_archive *a, const struct xj_entity_row *row,
		       const json_t *root, const struct xj_study_links *l,
		       struct xj_error *err);

/* Its rights; none is XJ_SCOPE_NONE: seen by its owner and whom the kind lets
 * in. Memory is the arena's. */
int xj_study_rights(const json_t *root, struct xj_arena *arena,
		    struct xj_rights *rights, struct xj_error *err);
int xj_study_set_rights(json_t *root, const struct xj_rights *rights,
			struct xj_error *err);

/* --------------------------------------------------------------- a change */

struct xj_study_change {
	struct xj_archive *archive;
	struct xj_change change;
	struct xj_entity e;
	const struct xj_change_options *options;
	struct xj_study_changed *changed, own;
	struct xj_error *err;
};

/* A new one, whose owner is the reader; `options` and `changed` may be NULL. */
int xj_study_new(struct xj_study_change *s, struct xj_archive *a,
		 const struct xj_entity_kind *kind, const char *title,
		 const struct xj_change_options *options,
		 struct xj_study_changed *changed, struct xj_error *err);
/* One that is there; XJ_ENOTFOUND: not of this kind, removed, or not in sight;
 * XJ_EBUSY: not at options->if_version. */
int xj_study_load(struct xj_study_change *s, struct xj_archive *a,
		  const struct xj_entity_kind *kind, uint64_t id,
		  const struct xj_change_options *options,
		  struct xj_study_changed *changed, struct xj_error *err);
/* Title, tidied; XJ_EINVAL: there is nothing in it. */
int xj_study_set_title(struct xj_study_change *s, const char *title);
/* Any text on one line, tidied; NULL or "": away. */
int xj_study_set_text(struct xj_study_change *s, const char *field,
		      const char *text);
/* The owner unit, by code or name; NULL: the unit that the reader belongs to
 * first, none for the archive's owner. */
int xj_study_set_unit(struct xj_study_change *s, const char *unit);
/* XJ_EPERM unless he has a role over its unit; of one that is there, or it is
 * the reader's own. */
int xj_study_may(struct xj_study_change *s);
/* The same of one that was read. */
bool xj_study_is_mine(struct xj_archive *a, const json_t *root);
/* The next version, in the audit record, and committed unless it is a dry run. */
int xj_study_save(struct xj_study_change *s, const char *verb,
		  const char *detail);
/* The same without the commit, where more goes into the change. */
int xj_study_put(struct xj_study_change *s, const char *verb,
		 const char *detail);
int xj_study_commit(struct xj_study_change *s);
void xj_study_end(struct xj_study_change *s); /* for xj_auto */

/* Read one, as the reader may: row and JSON; json_decref(). Memory of the row is
 * the arena's. One that was removed is read with `removed`. */
int xj_study_read(struct xj_archive *a, const struct xj_entity_kind *kind,
		  uint64_t id, bool removed, struct xj_arena *arena,
		  struct xj_entity_row *row, json_t **root,
		  struct xj_error *err);

/* What is common to all kinds, for people. Memory is the arena's and that of row
 * and root. */
int xj_study_describe(struct xj_archive *a, const struct xj_entity_row *row,
		      const json_t *root, struct xj_arena *arena,
		      struct xj_study *study, struct xj_error *err);

#endif
