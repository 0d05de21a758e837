/*
 * library/backup.h - a folder of backups: what lies in it, and the steps that
 * making, listing, verifying and restoring share. Internal to library.
 *
 *	xueji-backup.json        format, and the URN of the archive
 *	ocfl/                    a storage root with every object, as in the archive
 *	snapshots/NAME.json      a moment: its parts with digests, counts
 *	parts/NAME/...           catalog.sqlite, text.sqlite, xueji.conf, and
 *	                         objects.tsv: the objects with their versions
 *	staging/                 half-made things
 *
 * A snapshot counts from the moment that its JSON is there; what no snapshot
 * names is swept. Objects are shared by all of them, since versions only grow:
 * an older snapshot names an older version of the same object. A part that did
 * not change is named by several. Stored text is kept of the newest snapshot
 * alone: for an older one, what has changed since is read again from the
 * originals.
 */
#ifndef XJ_BACKUP_H
#define XJ_BACKUP_H

#include "library/archive.h"

#define XJ_SNAPSHOTS "snapshots"
#define XJ_PARTS "parts"
#define XJ_PART_CATALOG "catalog.sqlite"
#define XJ_PART_TEXT "text.sqlite"
#define XJ_PART_CONF "xueji.conf"
#define XJ_PART_OBJECTS "objects.tsv"
#define XJ_SNAPSHOT_MAX 32 /* of a name, with NUL */

/* ------------------------------------------------------ backup-folder.c */

struct xj_snap {
	char name[XJ_SNAPSHOT_MAX];
	json_t *json;
};

struct xj_backups {
	char *dir;
	int fd;                    /* of it; holds the lock */
	char archive[XJ_URN_MAX];  /* whose backup it is */
	struct xj_store *store;
	struct xj_snap *snaps;     /* oldest first */
	size_t count;
	size_t unreadable;         /* snapshots whose JSON is damaged */
};

/*
 * Open a folder of backups, alone (`write`) or with other readers. XJ_ENOTFOUND:
 * it is none; XJ_EBUSY; XJ_EVERSION: of a newer release.
 */
int xj_backups_open(const char *dir, bool write, struct xj_backups **b,
		    struct xj_error *err);
/* The same, made if there is nothing but what systems put at the top of a disk.
 * XJ_EEXIST: there is something else, or the backup of another archive. */
int xj_backups_make(const char *dir, const char *archive,
		    struct xj_backups **b, struct xj_error *err);
void xj_backups_close(struct xj_backups *b);
/* Whether it is what systems put at the top of a disk, "lost+found". */
bool xj_is_of_the_system(const char *name);
/* The newest; NULL: there is none, or `b` is NULL. */
const struct xj_snap *xj_backups_newest(const struct xj_backups *b);
/* By name, or by what it begins with: the last one of that day. XJ_ENOTFOUND. */
int xj_backups_find(const struct xj_backups *b, const char *name,
		    const struct xj_snap **snap, struct xj_error *err);
/* Write a snapshot's JSON, so that it counts; takes the value. */
int xj_backups_put(struct xj_backups *b, const char *name, json_t *json,
		   struct xj_error *err);
/* Drop all but the newest `keep` (0: all stay) and what none names any more. */
int xj_backups_sweep(struct xj_backups *b, size_t keep, uint64_t *dropped,
		     struct xj_error *err);

/* What a snapshot says of a part; NULL: it has none. */
const json_t *xj_snap_part(const struct xj_snap *snap, const char *part);
/* "parts/NAME/catalog.sqlite", in a cleared buffer. */
int xj_snap_path(const struct xj_snap *snap, const char *part,
		 struct xj_buf *path, struct xj_error *err);
/*
 * Copy a part to a new file of another directory, its digest checked.
 * XJ_ECORRUPT: it is not what was written; XJ_ENOTFOUND: it is not there.
 */
int xj_snap_copy(const struct xj_backups *b, const struct xj_snap *snap,
		 const char *part, int tofd, const char *to,
		 struct xj_error *err);
/* Only check it. */
int xj_snap_check(const struct xj_backups *b, const struct xj_snap *snap,
		  const char *part, uint64_t *bytes, struct xj_error *err);
/* A number or a text of the snapshot's JSON; 0 and "" where there is none. */
uint64_t xj_snap_number(const struct xj_snap *snap, const char *key);
const char *xj_snap_text(const struct xj_snap *snap, const char *key);

/* ----------------------------------------------------- backup-objects.c */

/* An object, as the newest snapshot has it and as the next one wants it. */
struct xj_kept_object {
	const char *id;
	unsigned had, want;        /* versions; 0: not, or not known */
	int64_t had_at, want_at;
	bool is_had, is_wanted;
	bool other;                /* is no document and no accession */
	bool purged;
	bool seen;
	uint64_t bytes;
};

struct xj_object_list;

int xj_object_list_new(struct xj_object_list **list, struct xj_error *err);
void xj_object_list_free(struct xj_object_list *list);
void xj_object_list_freep(struct xj_object_list **list);
/* Find, or add one that is empty. NULL: no memory. */
struct xj_kept_object *xj_object_list_get(struct xj_object_list *list,
					  const char *id);
/* Find; NULL: it is not there. */
struct xj_kept_object *xj_object_list_find(struct xj_object_list *list,
					   const char *id);
/* One after the other, in the order they came; NULL past the last. */
struct xj_kept_object *xj_object_list_at(struct xj_object_list *list,
					 size_t i);
/* The objects of a snapshot, as those that it had. */
int xj_object_list_read(struct xj_object_list *list,
			const struct xj_backups *b,
			const struct xj_snap *snap, struct xj_error *err);
/* A line of objects.tsv. */
void xj_object_line(struct xj_buf *out, const char *id, unsigned version,
		    int64_t at, bool other);

/* ------------------------------------------------------- backup-purge.c */

/*
 * Take the documents that the archive has purged out of the catalog, and the
 * text if there is one, in `folder`. `*erased` counts top-level documents.
 */
int xj_backup_erase_in(struct xj_archive *a, const char *folder,
		       uint64_t *erased, struct xj_error *err);
/* The same in every snapshot that still has one of them. A snapshot whose
 * catalog is damaged is told to `fn`, and the others go on. */
int xj_backup_erase_all(struct xj_archive *a, struct xj_backups *b,
			xj_problem_fn fn, void *ctx, uint64_t *erased,
			struct xj_error *err);

#endif
