/* pool.c - workers, each with an archive of its own, take requests in order. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "serve/serve.h"

#define WAITING_MAX 512

/* Pages wait in one line, what takes long in another, and in the third pieces of
 * bodies for the disk. */
struct line {
	struct xj_job *first, **last;
	size_t waiting;
	unsigned workers;
	pthread_cond_t more;
	pthread_t *threads;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct line lines[3] = {
	{ .more = PTHREAD_COND_INITIALIZER },
	{ .more = PTHREAD_COND_INITIALIZER },
	{ .more = PTHREAD_COND_INITIALIZER },
};
static bool ending;

static struct xj_job *
take(struct line *line)
{
	struct xj_job *job;

	pthread_mutex_lock(&lock);
	while (!line->first && !ending)
		pthread_cond_wait(&line->more, &lock);
	job = line->first;
	if (job) {
		line->first = job->next;
		line->waiting--;
		if (!line->first)
			line->last = &line->first;
	}
	pthread_mutex_unlock(&lock);
	return job;
}

/* An archive that could not be opened is tried again with the next request. */
static void
answer(struct xj_archive **archive, struct xj_job *job)
{
	int r = XJ_OK;

	if (job->phase == XJ_PIECE) {
		xj_incoming_put(job->request.incoming, job->request.body.data,
				job->request.body.len);
		xj_buf_clear(&job->request.body);
		xj_job_done(job);
		return;
	}
	if (job->phase == XJ_CLEAN) {
		xj_job_free(job);
		return;
	}
	xj_language_use(job->request.language);
	if (!*archive)
		r = xj_archive_open(xj_serve_options.dir, XJ_OPEN_READONLY,
				    archive, &job->reply.error);
	job->request.archive = *archive;
	if (r < 0)
		xj_reply_error(&job->request, &job->reply, XJ_EIO);
	else if (job->phase == XJ_BEGIN)
		xj_answer_begin(job->route, &job->request, &job->reply);
	else
		xj_answer(job->route, &job->request, &job->reply);
	xj_job_done(job);
}

static void *
work(void *ctx)
{
	struct xj_archive *archive = NULL;
	struct xj_job *job;

	while ((job = take(ctx)))
		answer(&archive, job);
	xj_archive_close(archive);
	return NULL;
}

static int
start(struct line *line, unsigned workers, struct xj_error *err)
{
	line->last = &line->first;
	line->threads = calloc(workers, sizeof(*line->threads));
	if (!line->threads)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (; line->workers < workers; line->workers++)
		if (pthread_create(&line->threads[line->workers], NULL, work,
				   line) != 0)
			return xj_error_set(err, XJ_ENOMEM, "no thread can be "
					    "started");
	return XJ_OK;
}

int
xj_pool_start(struct xj_error *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int r = start(&lines[0], cores < 2 ? 2 : cores > 16 ? 16 :
		      (unsigned)cores, err);

	if (r == XJ_OK)
		r = start(&lines[1], 2, err);
	return r < 0 ? r : start(&lines[2], 2, err);
}

void
xj_pool_end(void)
{
	pthread_mutex_lock(&lock);
	ending = true;
	for (size_t l = 0; l < XJ_COUNT(lines); l++)
		pthread_cond_broadcast(&lines[l].more);
	pthread_mutex_unlock(&lock);
	for (size_t l = 0; l < XJ_COUNT(lines); l++) {
		for (unsigned i = 0; i < lines[l].workers; i++)
			pthread_join(lines[l].threads[i], NULL);
		free(lines[l].threads);
	}
}

bool
xj_pool_give(struct xj_job *job)
{
	bool disk = job->phase == XJ_PIECE || job->phase == XJ_CLEAN;
	struct line *line = &lines[disk ? 2 :
				   job->phase == XJ_ANSWER &&
				   (job->route->flags & XJ_SLOW) != 0];
	bool taken;

	pthread_mutex_lock(&lock);
	/* Of bodies there are few, and they cannot be told to come later. */
	taken = (disk || line->waiting < WAITING_MAX) && !ending;
	if (taken) {
		job->next = NULL;
		*line->last = job;
		line->last = &job->next;
		line->waiting++;
		pthread_cond_signal(&line->more);
	}
	pthread_mutex_unlock(&lock);
	return taken;
}
