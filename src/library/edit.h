/*
 * library/edit.h - what the files share that change a document which is there:
 * edit.c, quarantine.c, again.c.
 */
#ifndef XJ_EDIT_H
#define XJ_EDIT_H

#include "library/archive.h"

/* The record of the object that a document lives in, and the document in it:
 * the top itself, or one of its members. */
struct xj_editing {
	struct xj_change *change;
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_record record;
	struct xj_members *members;
	struct xj_record *target;
	struct xj_error *err;
};

/* In an open change. XJ_ENOTFOUND: purged, or in quarantine. */
int xj_editing_begin(struct xj_editing *e, struct xj_change *change,
		     uint64_t id, struct xj_error *err);
/* The second half of it, whatever the state: arena and change are set. */
int xj_editing_load(struct xj_editing *e, uint64_t root, uint64_t id);
void xj_editing_end(struct xj_editing *e);
/* Write the record as the next version, and give all its rows that version. */
int xj_editing_put(struct xj_editing *e, const char *verb,
		   const char *detail);
int xj_editing_log(struct xj_editing *e, uint64_t id, const char *verb,
		   const char *detail);
/* Write its rights, state and the like as they are in the record now, in rows and
 * index too (share.c). */
int xj_rights_change_in(struct xj_editing *e, const char *verb);
/* Which members are inside the target, itself included, at any depth. NULL: no
 * memory. */
bool *xj_editing_inside(struct xj_editing *e);

#endif
