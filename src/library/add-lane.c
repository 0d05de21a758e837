/* add-lane.c - store and import files, several at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "library/add.h"

/* Results that wait for the committer; above this the lanes pause. */
#define READY_MAX 96

struct xj_lanes {
	struct xj_archive *archive;
	struct xj_importers *importers;
	struct xj_batch *intake;
	const struct xj_job *jobs;
	size_t job_count, next_job;
	const struct xj_watch *watch;
	uint64_t run;                  /* no other has this number */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct xj_item *first, **tail; /* results */
	size_t ready;
	unsigned working;              /* lanes that have not ended */
	bool stop;
	int failed;
	struct xj_error error;
	pthread_mutex_t lookup_lock;
	struct xj_catalog *lookup;     /* for digests; reads what is committed */
	pthread_t *threads;
	unsigned count;
};

/* --------------------------------------------------------------- one file */

static int
refuse(struct xj_item *item, const char *why, struct xj_error *err)
{
	item->refused = xj_arena_strdup(item->arena, why);
	return item->refused ? XJ_OK :
		xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* Faults of this one file, after which the others go on. */
static bool
is_of_the_file(int error)
{
	return error == EACCES || error == EPERM || error == ENOENT ||
	       error == ENOTDIR || error == ELOOP || error == ENXIO ||
	       error == ENODEV || error == ESTALE || error == ETXTBSY;
}

/* Open the file of a job, which must still be a regular one. */
static int
open_job(struct xj_item *item, int *fd, struct xj_error *err)
{
	const struct xj_job *job = item->job;
	struct stat st;
	char why[160];

	*fd = job->path ? open(job->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
			       O_NOCTTY | O_NOFOLLOW) :
		fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (*fd < 0 && is_of_the_file(errno)) {
		snprintf(why, sizeof(why), "cannot be read: %s",
			 strerrordesc_np(errno));
		return refuse(item, why, err);
	}
	if (*fd < 0)
		return xj_error_errno(err, "%s", job->given);
	if (job->path && (fstat(*fd, &st) < 0 || !S_ISREG(st.st_mode)))
		return refuse(item, "is not a regular file any more", err);
	return XJ_OK;
}

static int
look_up(struct xj_lanes *l, struct xj_item *item, struct xj_error *err)
{
	int r;

	pthread_mutex_lock(&l->lookup_lock);
	r = xj_catalog_get_digest(l->lookup, "", item->staged.sha512,
				  &item->duplicate, err);
	pthread_mutex_unlock(&l->lookup_lock);
	if (r == XJ_ENOTFOUND)
		item->duplicate = 0;
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

int
xj_item_import(struct xj_archive *a, struct xj_importers *importers,
	       const struct xj_watch *watch, uint64_t run,
	       struct xj_item *item, struct xj_error *err)
{
	const struct xj_job *job = item->job;
	const char *name = xj_path_base(job->path ? job->path : job->given);
	int r = xj_spool_new(a, &item->spool, err);

	if (r < 0)
		return r;
	r = xj_take(a, importers, item->spool, item->arena,
		    &(struct xj_take_source){
			.fd = item->staged.fd, .size = item->staged.size,
			.name = name, .name_len = strlen(name),
			.shown = job->name, .given = job->given,
			.mtime = job->mtime_ns / 1000000000,
			.accession = run,
			.cancel = watch->cancel,
		    }, &item->taken, err);
	if (r == XJ_OK)
		memcpy(item->taken->doc.sha512, item->staged.sha512,
		       sizeof(item->staged.sha512));
	xj_staged_close(&item->staged);
	return r;
}

static int
do_job(struct xj_lanes *l, struct xj_item *item, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	char why[XJ_ERROR_MAX + 32];
	int r = open_job(item, &fd, err);

	if (r < 0 || item->refused)
		return r;
	r = xj_batch_stage(l->intake, fd, &item->staged, err);
	if (r == XJ_EIO && item->job->path && err) {
		snprintf(why, sizeof(why), "cannot be read: %s", err->plain);
		return refuse(item, why, err);
	}
	if (r == XJ_OK)
		r = look_up(l, item, err);
	if (r < 0 || item->duplicate)
		return r;
	return xj_item_import(l->archive, l->importers, l->watch, l->run, item,
			      err);
}

/* --------------------------------------------------------------- the lanes */

void
xj_item_free(struct xj_item *item, struct xj_batch *intake)
{
	if (!item)
		return;
	xj_staged_drop(intake, &item->staged);
	xj_spool_free(item->spool);
	xj_arena_free(item->arena);
	free(item);
}

static bool
cancelled(const struct xj_lanes *l)
{
	return l->stop || l->failed || xj_cancelled(l->watch);
}

static const struct xj_job *
next_job(struct xj_lanes *l)
{
	const struct xj_job *job = NULL;

	pthread_mutex_lock(&l->lock);
	while (l->ready >= READY_MAX && !cancelled(l))
		pthread_cond_wait(&l->changed, &l->lock);
	if (!cancelled(l) && l->next_job < l->job_count)
		job = &l->jobs[l->next_job++];
	pthread_mutex_unlock(&l->lock);
	return job;
}

static int
new_item(const struct xj_job *job, struct xj_item **out, struct xj_error *err)
{
	struct xj_item *item = calloc(1, sizeof(*item));

	if (!item || xj_arena_new(&item->arena) < 0) {
		free(item);
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	item->job = job;
	item->staged.fd = -1;
	*out = item;
	return XJ_OK;
}

static void
hand_over(struct xj_lanes *l, struct xj_item *item)
{
	pthread_mutex_lock(&l->lock);
	*l->tail = item;
	l->tail = &item->next;
	l->ready++;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

static void
note_failure(struct xj_lanes *l, int r, const struct xj_error *error)
{
	pthread_mutex_lock(&l->lock);
	if (!l->failed) {
		l->failed = r;
		l->error = *error;
	}
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

static void *
lane_main(void *arg)
{
	struct xj_lanes *l = arg;
	const struct xj_job *job;

	while ((job = next_job(l))) {
		struct xj_error err = { 0 };
		struct xj_item *item = NULL;
		int r = new_item(job, &item, &err);

		if (r == XJ_OK)
			r = do_job(l, item, &err);
		if (r == XJ_OK) {
			hand_over(l, item);
			continue;
		}
		xj_item_free(item, l->intake);
		if (r != XJ_ECANCELLED)
			note_failure(l, r, &err);
		break;
	}
	pthread_mutex_lock(&l->lock);
	l->working--;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

/* Documents of two runs never share an importer's process. Numbers from above,
 * since accessions have those from below. */
static uint64_t
new_run(void)
{
	static atomic_uint_least64_t runs;

	return UINT64_MAX - atomic_fetch_add(&runs, 1);
}

int
xj_lanes_start(struct xj_archive *a, struct xj_batch *intake,
	       const struct xj_job *jobs, size_t job_count, unsigned count,
	       const struct xj_watch *watch, struct xj_lanes **lanes,
	       struct xj_error *err)
{
	struct xj_lanes *l = calloc(1, sizeof(*l));
	int r;

	if (!l || !(l->threads = calloc(count, sizeof(*l->threads)))) {
		free(l);
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	l->archive = a;
	l->intake = intake;
	l->jobs = jobs;
	l->job_count = job_count;
	l->watch = watch;
	l->run = new_run();
	l->tail = &l->first;
	pthread_mutex_init(&l->lock, NULL);
	pthread_mutex_init(&l->lookup_lock, NULL);
	pthread_cond_init(&l->changed, NULL);
	r = xj_archive_importers(a, &l->importers, err);
	if (r == XJ_OK)
		r = xj_catalog_open(a->dir, XJ_CATALOG_READONLY, &l->lookup,
				    err);
	pthread_mutex_lock(&l->lock);
	while (r == XJ_OK && l->count < count) {
		if (pthread_create(&l->threads[l->count], NULL, lane_main,
				   l) == 0) {
			l->count++;
			l->working++;
		} else if (l->count == 0) {
			r = xj_error_set(err, XJ_ENOMEM, "cannot start a "
					 "thread");
		} else {
			break;
		}
	}
	pthread_mutex_unlock(&l->lock);
	if (r < 0) {
		xj_lanes_end(l);
		return r;
	}
	*lanes = l;
	return XJ_OK;
}

static void
deadline(unsigned wait_ms, struct timespec *t)
{
	clock_gettime(CLOCK_REALTIME, t);
	t->tv_nsec += (long)(wait_ms % 1000) * 1000000;
	t->tv_sec += wait_ms / 1000 + t->tv_nsec / 1000000000;
	t->tv_nsec %= 1000000000;
}

int
xj_lanes_next(struct xj_lanes *l, unsigned wait_ms, struct xj_item **item,
	      struct xj_error *err)
{
	struct timespec until;
	int r = XJ_OK;

	deadline(wait_ms, &until);
	pthread_mutex_lock(&l->lock);
	while (!l->first && l->working &&
	       pthread_cond_timedwait(&l->changed, &l->lock, &until) == 0)
		;
	if ((*item = l->first)) {
		l->first = l->first->next;
		if (!l->first)
			l->tail = &l->first;
		l->ready--;
		(*item)->next = NULL;
		pthread_cond_broadcast(&l->changed);
	} else if (l->working) {
		r = XJ_EBUSY;
	} else if (l->failed) {
		r = l->failed;
		if (err)
			*err = l->error;
	} else {
		r = XJ_END;
	}
	pthread_mutex_unlock(&l->lock);
	return r;
}

void
xj_lanes_end(struct xj_lanes *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
	for (unsigned i = 0; i < l->count; i++)
		pthread_join(l->threads[i], NULL);
	while (l->first) {
		struct xj_item *item = l->first;

		l->first = item->next;
		xj_item_free(item, l->intake);
	}
	xj_catalog_close(l->lookup);
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lookup_lock);
	pthread_mutex_destroy(&l->lock);
	free(l->threads);
	free(l);
}
