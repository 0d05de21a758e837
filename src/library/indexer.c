/* indexer.c - index what is queued, in lanes: each a thread that writes
 * segments of its own. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "library/indexer.h"
#include "library/lexicon.h"
#include "library/rights.h"
#include "library/search.h"

#define SEGMENT_DOCUMENTS 500         /* measured: design section 6 */
#define SEGMENT_TEXT (24u << 20)      /* or this much text, for books */
#define SEGMENT_AGE_MS 3000           /* searchable within seconds */
#define CLAIM 32                      /* documents a lane takes at a time */
#define FEW (SEGMENT_DOCUMENTS / 4)   /* are not worth a second thread */

/* What the lanes share. */
struct indexer {
	struct xj_archive *archive;
	const struct xj_indexer_options *options;
	struct xj_archive *hand;   /* a handle for the queue and the segments */
	pthread_mutex_t lock;      /* over `hand` and all that follows */
	uint64_t after;            /* the queue is claimed up to here */
	uint64_t done, total;      /* documents */
	uint64_t stuck;            /* queued, but not to be indexed */
	bool merging;              /* one of the lanes */
	int failed;
	struct xj_error error;
};

/* One lane: a thread, a segment, and a handle of its own. */
struct lane {
	struct indexer *ix;
	struct xj_archive *archive;
	struct xj_terms_maker *maker;
	struct xj_segment *segment; /* or NULL */
	struct xj_segment_row row;
	struct xj_queued *docs;     /* in the segment */
	size_t doc_count, doc_cap;
	uint64_t begun;
	pthread_t thread;
};

/* ------------------------------------------------------------------- lock */

#define LOCK_FILE "index/lock"

/* Of the whole file, and of this open file alone. */
static int
lock_file(int fd, int command, struct flock *lock)
{
	*lock = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return fcntl(fd, command, lock);
}

static int
take_lock(struct xj_archive *a, int *fd, struct xj_error *err)
{
	struct flock lock;
	char pid[24];
	int n;

	*fd = openat(a->fd, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return xj_error_errno(err, "%s/" LOCK_FILE, a->dir);
	if (lock_file(*fd, F_OFD_SETLK, &lock) < 0) {
		xj_closep(fd);
		return xj_error_set(err, XJ_EBUSY, "%s: another process is "
				    "indexing", a->index_dir);
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	/* For people to read: that it cannot be written is no failure. */
	if (ftruncate(*fd, 0) == 0 && pwrite(*fd, pid, (size_t)n, 0) < 0)
		errno = 0;
	return XJ_OK;
}

uint64_t
xj_indexer_holder(struct xj_archive *a)
{
	xj_auto(xj_closep) int fd = openat(a->fd, LOCK_FILE,
					   O_RDONLY | O_CLOEXEC);
	struct flock lock;
	char pid[24] = "";

	if (fd < 0 || lock_file(fd, F_OFD_GETLK, &lock) < 0 ||
	    lock.l_type == F_UNLCK ||
	    pread(fd, pid, sizeof(pid) - 1, 0) <= 0)
		return 0;
	return strtoull(pid, NULL, 10);
}

/* ------------------------------------------------------------ the segment */

static int
lane_open_segment(struct lane *l, struct xj_error *err)
{
	int r;

	if (l->segment)
		return XJ_OK;
	memset(&l->row, 0, sizeof(l->row));
	xj_segment_name(l->row.name);
	l->doc_count = 0;
	l->begun = xj_monotonic_ms();
	r = xj_terms_maker_refresh(l->maker, err);
	return r < 0 ? r : xj_segment_new(l->ix->archive->index_dir, l->row.name,
			      &l->segment, err);
}

static int
lane_note(struct lane *l, const struct xj_queued *q, struct xj_error *err)
{
	if (l->doc_count == l->doc_cap) {
		size_t cap = l->doc_cap ? l->doc_cap * 2 : SEGMENT_DOCUMENTS;
		struct xj_queued *more =
			realloc(l->docs, cap * sizeof(*more));

		if (!more)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		l->docs = more;
		l->doc_cap = cap;
	}
	l->docs[l->doc_count++] = *q;
	return XJ_OK;
}

static int
lane_add(struct lane *l, const struct xj_doc *doc, struct xj_error *err)
{
	struct xj_index_doc d;
	int r = lane_open_segment(l, err);

	if (r == XJ_OK)
		r = xj_terms_make(l->maker, doc, &d, err);
	if (r == XJ_OK)
		r = xj_segment_add(l->segment, &d, err);
	l->row.documents += r == XJ_OK;
	l->row.text += doc->text_bytes;
	return r;
}

/* One document of the queue. When it changed meanwhile, it is queued again
 * with a higher revision. */
static int
lane_index(struct lane *l, const struct xj_queued *q, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get(l->archive->catalog, q->id, arena, &doc, err);
	if (r == XJ_ENOTFOUND ||
	    (r == XJ_OK && (doc.rev != q->rev || doc.state != XJ_DOC_LIVE)))
		return XJ_OK;
	if (r == XJ_OK)
		r = lane_add(l, &doc, err);
	if (r < 0)
		return xj_error_wrap(err, r, "document %llu",
				     (unsigned long long)q->id);
	return lane_note(l, q, err);
}

/* ---------------------------------------------------------------- publish */

/* With the lock held. */
static bool
stopped(const struct indexer *ix)
{
	return ix->failed || xj_cancelled(ix->options->watch);
}

static void
tell(struct indexer *ix)
{
	const struct xj_watch *w = ix->options->watch;

	if (!w || !w->progress)
		return;
	w->progress(w->ctx, &(struct xj_progress){
		.stage = "index", .done = ix->done,
		.total = ix->total > ix->done ? ix->total : ix->done,
	});
}

/* The dictionary was changed since the segment was begun. Who changed it looks
 * for documents in the segments that count by then, and this one did not. */
static int
index_again(struct lane *l, struct xj_error *err)
{
	struct xj_catalog *catalog = l->ix->hand->catalog;
	int r = xj_catalog_begin(catalog, err);

	for (size_t i = 0; i < l->doc_count && r == XJ_OK; i++) {
		r = xj_catalog_requeue(catalog, l->docs[i].id, err);
		if (r == XJ_ENOTFOUND)
			r = XJ_OK; /* removed meanwhile */
	}
	if (r == XJ_OK)
		return xj_catalog_commit(catalog, err);
	xj_catalog_rollback(catalog);
	return r;
}

/* The catalog first: it is the truth, the stub repeats it. */
static int
publish(struct lane *l, struct xj_error *err)
{
	struct indexer *ix = l->ix;
	int r = xj_catalog_add_segment(ix->hand->catalog, &l->row, l->docs,
				       l->doc_count, err);

	if (r == XJ_OK && !xj_lexicon_is(l->archive, ix->hand))
		r = index_again(l, err);
	if (r == XJ_OK)
		r = xj_segments_list(ix->hand, err);
	if (r == XJ_OK)
		ix->done += l->doc_count;
	tell(ix);
	return r;
}

/* One lane merges at a time, and the others go on meanwhile. */
static int
choose_merge(struct indexer *ix, struct xj_merge *m, struct xj_error *err)
{
	int r = XJ_END;

	pthread_mutex_lock(&ix->lock);
	if (!ix->merging && !stopped(ix))
		r = xj_merge_choose(ix->hand, XJ_MERGE_TIER, m, err);
	if (r == XJ_OK)
		ix->merging = true;
	pthread_mutex_unlock(&ix->lock);
	return r;
}

static int
settle_merge(struct indexer *ix, const struct xj_merge *m,
	     struct xj_error *err)
{
	int r;

	pthread_mutex_lock(&ix->lock);
	r = xj_merge_settle(ix->hand, m, err);
	ix->merging = false;
	pthread_mutex_unlock(&ix->lock);
	return r;
}

/* Thousands of segments would be too many files for a search to open, and for
 * the last merge. */
static int
lane_merge(struct lane *l, struct xj_error *err)
{
	struct indexer *ix = l->ix;
	int r;

	do {
		xj_auto(xj_merge_end) struct xj_merge m = { 0 };

		r = choose_merge(ix, &m, err);
		if (r == XJ_OK)
			r = xj_merge_files(ix->archive->index_dir, &m, err);
		if (r == XJ_OK)
			r = settle_merge(ix, &m, err);
	} while (r == XJ_OK);
	return r < 0 ? r : XJ_OK;
}

/* End the lane's segment and make it count. */
static int
lane_publish(struct lane *l, struct xj_error *err)
{
	int r;

	if (!l->segment)
		return XJ_OK;
	r = xj_segment_end(l->segment, err);
	l->segment = NULL;
	if (r < 0)
		return r;
	pthread_mutex_lock(&l->ix->lock);
	r = publish(l, err);
	pthread_mutex_unlock(&l->ix->lock);
	return r < 0 ? r : lane_merge(l, err);
}

static bool
segment_full(const struct lane *l)
{
	return l->segment && (l->row.documents >= SEGMENT_DOCUMENTS ||
			      l->row.text >= SEGMENT_TEXT);
}

static bool
segment_old(const struct lane *l)
{
	return l->segment && xj_monotonic_ms() - l->begun >= SEGMENT_AGE_MS;
}

/* --------------------------------------------------------------- the lanes */

/* Take the next documents of the queue; 0: none at the moment. */
static int
claim(struct indexer *ix, struct xj_queued out[CLAIM], size_t *count,
      struct xj_error *err)
{
	int r = XJ_OK;

	*count = 0;
	pthread_mutex_lock(&ix->lock);
	if (!stopped(ix))
		r = xj_catalog_queue(ix->hand->catalog, ix->after, CLAIM, out,
				     count, err);
	if (r == XJ_OK && *count)
		ix->after = out[*count - 1].id;
	pthread_mutex_unlock(&ix->lock);
	return r;
}

/* Claim and index; `*idle` when nothing was to be had. */
static int
lane_step(struct lane *l, bool *idle, struct xj_error *err)
{
	struct xj_queued batch[CLAIM];
	size_t count;
	int r = claim(l->ix, batch, &count, err);

	*idle = count == 0;
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		if (xj_cancelled(l->ix->options->watch))
			break;
		r = lane_index(l, &batch[i], err);
		if (r == XJ_OK && segment_full(l))
			r = lane_publish(l, err);
	}
	return r;
}

static bool
more_to_come(struct indexer *ix)
{
	const bool *follow = ix->options->follow;
	bool more;

	pthread_mutex_lock(&ix->lock);
	more = follow && __atomic_load_n(follow, __ATOMIC_ACQUIRE) &&
	       !stopped(ix);
	pthread_mutex_unlock(&ix->lock);
	return more;
}

static void
pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

static int
lane_work(struct lane *l, struct xj_error *err)
{
	int r = XJ_OK;

	while (r == XJ_OK) {
		/* Asked before the queue is: what came in between is seen. */
		bool more = more_to_come(l->ix), idle;

		r = lane_step(l, &idle, err);
		if (r == XJ_OK && (segment_old(l) || (idle && !more)))
			r = lane_publish(l, err);
		if (idle && !more)
			break;
		if (idle)
			pause_ms(20);
	}
	return r;
}

static void *
lane_main(void *arg)
{
	struct lane *l = arg;
	struct indexer *ix = l->ix;
	struct xj_error err = { 0 };
	int r = lane_work(l, &err);

	pthread_mutex_lock(&ix->lock);
	if (r < 0 && !ix->failed) {
		ix->failed = r;
		ix->error = err;
	}
	pthread_mutex_unlock(&ix->lock);
	return NULL;
}

static void
lane_end(struct lane *l)
{
	if (l->segment)
		xj_segment_drop(l->segment);
	xj_terms_maker_free(l->maker);
	xj_archive_close(l->archive);
	free(l->docs);
}

static int
lane_begin(struct lane *l, struct indexer *ix, struct xj_error *err)
{
	int r;

	*l = (struct lane){ .ix = ix };
	r = xj_archive_again(ix->archive, XJ_OPEN_READONLY, &l->archive, err);
	return r < 0 ? r : xj_terms_maker_new(l->archive, &l->maker, err);
}

/* Run the lanes to their end, this thread being the first. */
static int
run_lanes(struct indexer *ix, struct lane *lanes, unsigned count,
	  struct xj_error *err)
{
	unsigned begun = 0, started = 1;
	int r = XJ_OK;

	while (begun < count && r == XJ_OK)
		r = lane_begin(&lanes[begun++], ix, err);
	for (; started < begun && r == XJ_OK; started++)
		if (pthread_create(&lanes[started].thread, NULL, lane_main,
				   &lanes[started]) != 0)
			break; /* fewer lanes do as well */
	if (r == XJ_OK)
		lane_main(&lanes[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(lanes[i].thread, NULL);
	for (unsigned i = 0; i < begun; i++)
		lane_end(&lanes[i]);
	return r;
}

/* -------------------------------------------------------------- the queue */

static int
drain(struct indexer *ix, struct xj_error *err)
{
	unsigned count = ix->options->lanes ? ix->options->lanes :
			 (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	struct lane *lanes;
	int r;

	if (!ix->options->follow && ix->total < FEW)
		count = 1;
	if (!(lanes = calloc(count, sizeof(*lanes))))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	ix->after = 0;
	r = run_lanes(ix, lanes, count, err);
	free(lanes);
	if (r == XJ_OK && ix->failed) {
		r = ix->failed;
		if (err)
			*err = ix->error;
	}
	return r;
}

/* Until nothing is queued, or what is queued cannot be indexed: documents
 * change while the queue is worked off. */
static int
drain_all(struct indexer *ix, struct xj_error *err)
{
	uint64_t queued, before;
	bool more;
	int r;

	ix->stuck = 0;
	do {
		more = more_to_come(ix);
		before = ix->done;
		r = xj_catalog_queue_size(ix->hand->catalog, &queued, err);
		if (r < 0 || (!queued && !more))
			break;
		ix->total = ix->done + queued;
		r = drain(ix, err);
		if (!more && ix->done == before) {
			ix->stuck = queued;
			break;
		}
	} while (r == XJ_OK && !stopped(ix));
	return r;
}

/* -------------------------------------------------------------- the whole */

#define ANALYZER_FACT "analyzer"

unsigned
xj_indexed_analyzer(struct xj_archive *a)
{
	xj_auto(xj_buf_release) struct xj_buf value = XJ_BUF_INIT;

	if (xj_catalog_fact(a->catalog, ANALYZER_FACT, &value, NULL) < 0)
		return 0;
	return (unsigned)strtoul(xj_buf_str(&value), NULL, 10);
}

/*
 * While all is indexed afresh, a fact says so: who begins again after a crash
 * goes on with what is queued. Unless segments are missing or damaged, for
 * which it may have been begun.
 */
#define AFRESH_FACT "index_afresh"

static bool
segments_open(struct indexer *ix)
{
	struct xj_index *index;
	int r = xj_searcher_begin(ix->hand, &index, NULL);

	if (r == XJ_OK)
		xj_searcher_end(ix->hand);
	return r == XJ_OK;
}

static bool
was_begun(struct indexer *ix, unsigned analyzer)
{
	xj_auto(xj_buf_release) struct xj_buf value = XJ_BUF_INIT;

	return analyzer == XJ_ANALYZER_VERSION &&
	       xj_catalog_fact(ix->hand->catalog, AFRESH_FACT, &value,
			       NULL) == XJ_OK &&
	       strcmp(xj_buf_str(&value), "1") == 0 && segments_open(ix);
}

static int
begin_afresh(struct indexer *ix, struct xj_error *err)
{
	int r = xj_catalog_queue_all(ix->hand->catalog, err);

	if (r == XJ_OK)
		r = xj_segments_list(ix->hand, err);
	return r < 0 ? r : xj_catalog_set_fact(ix->hand->catalog, AFRESH_FACT,
					       "1", err);
}

static int
end_afresh(struct indexer *ix, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf value = XJ_BUF_INIT;

	if (xj_catalog_fact(ix->hand->catalog, AFRESH_FACT, &value,
			    NULL) != XJ_OK ||
	    strcmp(xj_buf_str(&value), "1") != 0)
		return XJ_OK;
	return xj_catalog_set_fact(ix->hand->catalog, AFRESH_FACT, "0", err);
}

/* Segments of one index are all of one analyzer: those of another release are
 * made again from stored text. */
static int
check_analyzer(struct indexer *ix, struct xj_error *err)
{
	unsigned was = xj_indexed_analyzer(ix->hand);
	bool afresh = (ix->options->afresh && !was_begun(ix, was)) ||
		      (was && was != XJ_ANALYZER_VERSION);
	char now[16];
	int r = afresh ? begin_afresh(ix, err) : XJ_OK;

	if (r < 0 || was == XJ_ANALYZER_VERSION)
		return r;
	snprintf(now, sizeof(now), "%u", XJ_ANALYZER_VERSION);
	return xj_catalog_set_fact(ix->hand->catalog, ANALYZER_FACT, now, err);
}

static int
index_and_compact(struct indexer *ix, struct xj_error *err)
{
	int r = check_analyzer(ix, err);

	if (r == XJ_OK)
		r = xj_segments_remove_unknown(ix->hand, err);
	if (r == XJ_OK && ix->options->erase)
		r = xj_segments_drop_purged(ix->hand, ix->options->erase, err);
	if (r == XJ_OK)
		r = drain_all(ix, err);
	if (r == XJ_OK && !stopped(ix))
		r = end_afresh(ix, err);
	if (r == XJ_OK && !stopped(ix) &&
	    (r = xj_segments_drop_stale(ix->hand, err)) == XJ_OK)
		r = drain_all(ix, err);
	if (r >= 0 && !stopped(ix))
		r = xj_segments_compact(ix->hand, ix->options->merge_all, err);
	if (r == XJ_ECORRUPT)
		end_afresh(ix, NULL); /* going on would end here again */
	if (r >= 0 && stopped(ix))
		r = xj_error_set(err, XJ_ECANCELLED, "indexing was interrupted");
	return r;
}

/* With the lock, once. `*left`: documents were queued since. */
static int
run_once(struct indexer *ix, bool *left, struct xj_error *err)
{
	xj_auto(xj_closep) int lock = -1;
	uint64_t queued = 0;
	int r = take_lock(ix->archive, &lock, err);

	if (r == XJ_OK)
		r = xj_archive_again(ix->archive, 0, &ix->hand, err);
	if (r == XJ_OK)
		r = index_and_compact(ix, err);
	xj_closep(&lock);
	/* Who found the lock taken has left us what is queued by now. */
	if (r == XJ_OK)
		r = xj_catalog_queue_size(ix->hand->catalog, &queued, err);
	*left = r == XJ_OK && queued > ix->stuck;
	xj_archive_close(ix->hand);
	ix->hand = NULL;
	return r;
}

int
xj_indexer_run(struct xj_archive *a, const struct xj_indexer_options *options,
	       uint64_t *indexed, struct xj_error *err)
{
	struct xj_indexer_options rest = *options;
	struct indexer ix = { .archive = a, .options = options,
			      .lock = PTHREAD_MUTEX_INITIALIZER };
	bool left;
	int r = run_once(&ix, &left, err);

	rest.afresh = false;
	rest.erase = 0;
	ix.options = &rest;
	while (r == XJ_OK && left) {
		r = run_once(&ix, &left, err);
		if (r == XJ_EBUSY)
			r = XJ_OK, left = false; /* he does them too */
	}
	pthread_mutex_destroy(&ix.lock);
	if (indexed)
		*indexed = ix.done;
	return r;
}

int
xj_indexer_catch_up(struct xj_archive *a, struct xj_error *err)
{
	int r = xj_indexer_run(a, &(struct xj_indexer_options){ .lanes = 1 },
			       NULL, err);

	return r == XJ_EBUSY ? XJ_OK : r;
}

#define ERASE_TRIES 50
#define ERASE_PAUSE_MS 100

int
xj_indexer_erase(struct xj_archive *a, uint64_t root, struct xj_error *err)
{
	const struct xj_indexer_options options = { .erase = root };
	int r = xj_indexer_run(a, &options, NULL, err);

	for (int i = 0; i < ERASE_TRIES && r == XJ_EBUSY; i++) {
		pause_ms(ERASE_PAUSE_MS);
		r = xj_indexer_run(a, &options, NULL, err);
	}
	return r;
}

int
xj_index_queue(struct xj_archive *archive, const struct xj_watch *watch,
	       uint64_t *indexed, struct xj_error *err)
{
	int r = xj_archive_writable(archive, err);

	if (r == XJ_OK)
		r = xj_may(archive, XJ_DO_MACHINE, 0, NULL, err);
	if (r == XJ_OK) /* the index may be lost altogether */
		r = xj_mkdirs(archive->fd, "index", 0700, err);
	return r < 0 ? r : xj_indexer_run(archive,
		&(struct xj_indexer_options){ .watch = watch }, indexed, err);
}

int
xj_reindex(struct xj_archive *archive, const struct xj_watch *watch,
	   uint64_t *indexed, struct xj_error *err)
{
	int r = xj_archive_writable(archive, err);

	if (r == XJ_OK)
		r = xj_may(archive, XJ_DO_MACHINE, 0, NULL, err);
	if (r == XJ_OK) /* the index may be lost altogether */
		r = xj_mkdirs(archive->fd, "index", 0700, err);
	return r < 0 ? r : xj_indexer_run(archive,
		&(struct xj_indexer_options){ .afresh = true,
		.watch = watch }, indexed, err);
}
