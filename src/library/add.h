/*
 * library/add.h - what the files of `add` share: the walk finds jobs, lanes
 * store and import them, add.c commits the results in groups.
 */
#ifndef XJ_ADD_H
#define XJ_ADD_H

#include <pthread.h>

#include "library/archive.h"

/* A file to take, found by the walk. Strings live in the walk's arena. */
struct xj_job {
	const char *path;    /* absolute, bytes; NULL: standard input */
	const char *given;   /* as it was given; valid UTF-8, odd bytes escaped */
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
	int (*refused)(void *ctx, const char *given, const char *why);
	void *ctx;
};

/* Walk all paths. The jobs are in order of the walk; free with the walk. */
int xj_walk_run(struct xj_archive *a, const char *const *paths,
		const struct xj_add_options *options,
		const struct xj_walk_events *events, struct xj_walk **walk,
		struct xj_error *err);
const struct xj_job *xj_walk_jobs(const struct xj_walk *walk, size_t *count);
/* Files added before from these paths that are not there any more. */
uint64_t xj_walk_vanished(const struct xj_walk *walk);
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
	uint64_t duplicate;        /* the document that has these bytes */
};

struct xj_lanes;

/*
 * Start `count` threads that take jobs in order. `intake` is where files are
 * staged.
 */
int xj_lanes_start(struct xj_archive *a, struct xj_batch *intake,
		   const struct xj_job *jobs, size_t job_count, unsigned count,
		   const bool *cancel, struct xj_lanes **lanes,
		   struct xj_error *err);
/*
 * The next result. XJ_OK; XJ_EBUSY: none within `wait_ms`; XJ_END: the jobs are
 * done, or were cancelled; else why the lanes stopped. Both of the last come
 * after every result was given.
 */
int xj_lanes_next(struct xj_lanes *lanes, unsigned wait_ms,
		  struct xj_item **item, struct xj_error *err);
/* Stop after the files in hand. */
void xj_lanes_stop(struct xj_lanes *lanes);
/* Stop, join, free what was not fetched. */
void xj_lanes_end(struct xj_lanes *lanes);
void xj_item_free(struct xj_item *item, struct xj_batch *intake);

#endif
