/*
 * store/internal.h - what the files of the store share.
 *
 * staging/ holds `locks` and a directory for each batch, locked by its owner
 * with flock(). In a batch there are
 *
 *	f12                     a staged file
 *	t3                      an object being made
 *	n_ab_cd_NAME            a new object that goes to ocfl/ab/cd/NAME
 *	n_ab/cd/NAME            the same, where ocfl/ab was not there yet
 *	x_NEW_OLD_ab_cd_NAME    an object that takes the place of another: the
 *	                        first digits of the inventories' digests say
 *	                        which, so that publishing can be repeated
 *	o_NEW_OLD_ab_cd_NAME    the other, moved aside where the file system
 *	                        cannot exchange
 *
 * `locks` is never written: its bytes, numbered by the digest of an object's
 * id, are locked by whoever makes a version of that object.
 */
#ifndef XJ_STORE_INTERNAL_H
#define XJ_STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/inventory.h"
#include "store/layout.h"
#include "store/store.h"

#define XJ_ROOT "ocfl"
#define XJ_STAGING "staging"
#define XJ_BATCH_NAME_MAX 24
#define XJ_ANY_DIGITS "0000000000000000" /* of an object that is damaged */
#define XJ_ENTRY_MAX (XJ_LAYOUT_PATH_MAX + 40) /* a name in a batch */

/* Folders that have a new entry since the last sync; above these, all is
 * synced at once. */
#define XJ_TOUCHED_MAX 8

struct xj_store {
	char *dir;
	int dirfd, rootfd;
	struct xj_layout layout;
	pthread_mutex_t lock; /* guards what is below */
	char touched[XJ_TOUCHED_MAX][XJ_LAYOUT_PATH_MAX];
	size_t touched_count; /* XJ_TOUCHED_MAX + 1: too many to list */
};

/* An object that was put and not published. */
struct xj_batch_entry {
	char *id;
	char *path; /* in the batch */
	off_t lock;
};

struct xj_batch {
	struct xj_store *store;
	char name[XJ_BATCH_NAME_MAX];
	int stagingfd, fd, locksfd;
	atomic_uint next; /* number for a file or an object being made */
	pthread_mutex_t lock; /* guards what is below */
	struct xj_batch_entry *entries;
	size_t count, room;
	bool synced, published;
};

/* An object that was opened. */
struct xj_object {
	struct xj_store *store;
	struct xj_arena *arena;
	struct xj_inventory inv;
	char inventory_hex[XJ_DIGEST_HEX_MAX]; /* of inventory.json */
	char path[sizeof(XJ_ROOT "/") + XJ_LAYOUT_PATH_MAX];
};

/* Its path below the root, without "ocfl/". */
const char *xj_object_below(const struct xj_object *object);

/* An inventory and its sidecar in the directory `fd`, into an object that was
 * allocated with its arena. XJ_ECORRUPT; XJ_ENOTFOUND: one of them is not
 * there. `text` gets the inventory as it is. */
int xj_object_read_inventory(struct xj_object *object, int fd,
			     struct xj_buf *text, struct xj_error *err);

/* The inventory in `folder` ("." or "v2") of what lies at `target` below the
 * root, as an object; `text` gets its bytes. XJ_ENOTFOUND, XJ_ECORRUPT. */
int xj_object_read_at(struct xj_store *store, const char *target,
		      const char *folder, struct xj_object **object,
		      struct xj_buf *text, struct xj_error *err);

/* Open what lies at `path` below the root, whatever its id. */
int xj_object_open_at(struct xj_store *store, const char *path,
		      struct xj_object **object, struct xj_error *err);

/* "cannot ..." with the path of the file at fault, from errno. */
int xj_batch_error(const struct xj_batch *batch, const char *name,
		   struct xj_error *err);

/* Have the object of this id to oneself, and a place in the batch for it, till
 * the batch ends or one leaves. XJ_EBUSY: another writer has it. */
int xj_batch_enter(struct xj_batch *batch, const char *id,
		   struct xj_error *err);
void xj_batch_leave(struct xj_batch *batch, const char *id);
/* The draft of an object that was entered becomes an entry of the batch. `hex`
 * is the digest of its inventory; `old_hex` of that which it takes the place
 * of: NULL for none, XJ_ANY_DIGITS for whatever is there. */
int xj_batch_place(struct xj_batch *batch, const char *id, const char *draft,
		   const char *hex, const char *old_hex, struct xj_error *err);

/* A batch of its own in staging/; XJ_BATCH_NAME_MAX is enough. */
bool xj_batch_is_name(const char *name);

/* Open and lock a batch's directory. -1: it is not there; XJ_EBUSY: somebody
 * holds it. The lock lasts until `*fd` is closed. */
int xj_batch_lock(int stagingfd, const char *name, int *fd,
		  struct xj_error *err);

/* Move the objects in the batch directory `fd` into the root; `*count`, which
 * may be NULL, counts them. */
int xj_publish(struct xj_store *store, int fd, size_t *count,
	       struct xj_error *err);

/* Put back what was moved aside, for a batch that is dropped. */
int xj_publish_undo(struct xj_store *store, int fd, struct xj_error *err);

/* Remember that the folder of `path`, below the root, has a new entry. */
void xj_store_touch(struct xj_store *store, const char *path);

#endif
