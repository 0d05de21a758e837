/*
 * library/add.h - what the files of `add` share: add-walk.c finds jobs,
 * add-lane.c stores and imports them, add.c collects the results in groups,
 * add-commit.c makes a group durable, add-record.c makes the records of a file
 * and everything inside it.
 */
#ifndef XJ_ADD_H
#define XJ_ADD_H

#include <pthread.h>

#include "library/archive.h"

/* A file to take, found by the walk. Strings live in the walk's arena. */
struct xj_job {
	const char *path;    /* absolute, bytes; NULL: standard input */
	const char *source;  /* that it is known by: `path`, or of what was
	                      * uploaded a name no file has; NULL as above */
	const char *given;   /* as it was given, for people: UTF-8 */
	const char *name;    /* of the file, for people */
	uint64_t size;
	int64_t mtime_ns, ctime_ns;
	uint64_t inode;
	uint64_t known;      /* the document it was added as before; 0: none */
};

/* ------------------------------------------------------------ add-walk.c */

struct xj_walk;

/* What the walk tells of what it does not give as a job. */
struct xj_walk_events {
	int (*held)(void *ctx, const char *given, const struct xj_source *as);
	/* `outcome` is "refused" or "skipped" */
	int (*left)(void *ctx, const char *given, const char *outcome,
		    const char *why);
	void *ctx;
};

/*
 * Walk all paths. The jobs are in order of the walk; free with the walk.
 * `uploaded`: the only path is a folder whose things have the names that they
 * have in it, and come from the reader's machine.
 */
int xj_walk_run(struct xj_archive *a, const char *const *paths, bool uploaded,
		const struct xj_add_options *options,
		const struct xj_walk_events *events, struct xj_walk **walk,
		struct xj_error *err);
const struct xj_job *xj_walk_jobs(const struct xj_walk *walk, size_t *count);
/* Files added before from these paths that are not there any more. */
uint64_t xj_walk_vanished(const struct xj_walk *walk);
/* Whether a source is not a file of this machine. */
bool xj_walk_is_uploaded(const char *source);
void xj_walk_free(struct xj_walk *walk);

/* ------------------------------------------------------------ add-lane.c */

/* What became of a job. The committer frees it. */
struct xj_item {
	const struct xj_job *job;
	struct xj_item *next;
	struct xj_arena *arena;
	struct xj_spool *spool;
	struct xj_staged staged;
	struct xj_taken *taken;    /* NULL: a duplicate, or refused */
	const char *refused;       /* why; in the arena */
	uint64_t duplicate;        /* a document that had these bytes then */
	unsigned tries;            /* groups that could not commit it */
};

struct xj_lanes;

/*
 * Start `count` threads that take jobs in order. `intake` is where files are
 * staged.
 */
int xj_lanes_start(struct xj_archive *a, struct xj_batch *intake,
		   const struct xj_job *jobs, size_t job_count, unsigned count,
		   const struct xj_watch *watch, struct xj_lanes **lanes,
		   struct xj_error *err);
/*
 * The next result. XJ_OK; XJ_EBUSY: none within `wait_ms`; XJ_END: the jobs are
 * done, or were cancelled; else why the lanes stopped. Both of the last come
 * after every result was given.
 */
int xj_lanes_next(struct xj_lanes *lanes, unsigned wait_ms,
		  struct xj_item **item, struct xj_error *err);
/* Stop after the files in hand, join, free what was not fetched. */
void xj_lanes_end(struct xj_lanes *lanes);
void xj_item_free(struct xj_item *item, struct xj_batch *intake);
/* Import a staged file; `run` tells whose documents may share a worker. */
int xj_item_import(struct xj_archive *a, struct xj_importers *importers,
		   const struct xj_watch *watch, uint64_t run,
		   struct xj_item *item, struct xj_error *err);

/* --------------------------------------------------------------- add.c */

/* A report line that waits for its group to be durable. */
struct xj_line {
	struct xj_line *next;
	const char *const *path;
	struct xj_outcome_row row;
	unsigned version;
	uint64_t stored;           /* bytes that are new in the archive */
	uint64_t memory;           /* see struct xj_outcome */
	const char *inside;        /* what the document names, or NULL */
};

/* The accession while it goes on, and the group in hand. */
struct xj_adding {
	struct xj_archive *archive;
	const struct xj_add_options *options;
	struct xj_add_result *result;
	struct xj_error *err;
	const char *const *paths;
	bool uploaded;
	struct xj_arena *arena;      /* of the whole run */
	struct xj_meta_value *given; /* checked values of a person */
	size_t given_count;
	bool by_folder;              /* areas by the names of folders */
	const char *folder, *folder_area; /* the last that was looked at */
	const char *unit;            /* code that new documents belong to; "" */
	struct xj_rights rights;     /* of new documents */
	struct xj_batch *intake;
	struct xj_lanes *lanes;
	size_t jobs;
	const struct xj_job *job_list;
	uint64_t jobs_done;

	struct xj_accession_row accession; /* number 0 until the first commit */
	int accession_lock;

	struct xj_item *first;             /* the group */
	size_t group;
	uint64_t group_begun, group_bytes;
	struct xj_arena *group_arena;
	struct xj_change change;
	struct xj_line *lines, **line_tail;

	pthread_t indexer;
	bool indexing, follow;
	int index_failed;
	struct xj_error index_error;
};

/* --------------------------------------------------------- add-commit.c */

/*
 * Put one item of the group into the change in hand: object, rows, text, lines
 * of the report. XJ_EBUSY: another change of the same document must be
 * committed first; nothing was done.
 */
int xj_add_commit(struct xj_adding *g, struct xj_item *item);

/* --------------------------------------------------------- add-record.c */

/* A file and everything inside it on the way into the archive. */
struct xj_add_tree {
	struct xj_item *item;
	struct xj_taken **taken;
	struct xj_record *recs;  /* recs[i] is of taken[i]; parents first */
	size_t count;
	struct xj_record *old;   /* the version before; NULL: a new document */
	struct xj_record **lost; /* members of `old` that are not there now */
	size_t lost_count;
	uint64_t first_new;      /* numbers from here on are of this change */
	struct xj_record top;    /* what goes into the object */
};

/* Give numbers, URNs and effective columns to a tree. Memory is the group's. */
int xj_add_tree_make(struct xj_adding *g, struct xj_item *item,
		     struct xj_record *old, struct xj_add_tree *tree);
/* Whether the document was in the catalog before. */
bool xj_add_was_there(const struct xj_add_tree *tree, size_t i);

#endif
