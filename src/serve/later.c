/*
 * later.c - what a reader searched for is remembered behind the answer, by a
 * thread of its own: no page waits for who writes to the archive meanwhile. Only
 * so many wait; one more is forgotten.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xueji/past.h>

#include "serve/serve.h"

#define WAITING_MAX 32

struct note {
	char login[XJ_LOGIN_MAX];
	char query[201];
	struct note *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static pthread_t thread;
static struct note *first, **last = &first;
static size_t waiting;
static bool running, ending;

static struct note *
take(void)
{
	struct note *n;

	pthread_mutex_lock(&lock);
	while (!first && !ending)
		pthread_cond_wait(&more, &lock);
	n = first;
	if (n) {
		first = n->next;
		waiting--;
		if (!first)
			last = &first;
	}
	pthread_mutex_unlock(&lock);
	return n;
}

/* What could not be remembered is no loss. */
static void
remember(const struct note *n)
{
	struct xj_archive *a;

	if (xj_archive_open(xj_serve_options.dir, 0, &a, NULL) < 0)
		return;
	if (xj_archive_set_reader(a, n->login, NULL) == XJ_OK)
		xj_query_remember(a, n->query, NULL);
	xj_archive_close(a);
}

static void *
work(void *ctx)
{
	struct note *n;

	(void)ctx;
	while ((n = take())) {
		remember(n);
		free(n);
	}
	return NULL;
}

int
xj_later_start(struct xj_error *err)
{
	if (pthread_create(&thread, NULL, work, NULL) != 0)
		return xj_error_set(err, XJ_ENOMEM, "no thread can be started");
	running = true;
	return XJ_OK;
}

void
xj_later_end(void)
{
	if (!running)
		return;
	pthread_mutex_lock(&lock);
	ending = true;
	pthread_cond_signal(&more);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	running = false;
}

/* A page elsewhere that points here puts nothing among what he searched for. */
static bool
is_his_own(const struct xj_request *q)
{
	return q->session.who == XJ_MEMBER && !q->head && q->fetch_site &&
	       strcmp(q->fetch_site, "same-origin") == 0;
}

void
xj_later_remember(const struct xj_request *q, const char *query)
{
	struct note *n;

	if (!*query || strlen(query) >= sizeof(n->query) || !is_his_own(q))
		return;
	n = calloc(1, sizeof(*n));
	if (!n)
		return;
	snprintf(n->login, sizeof(n->login), "%s", q->session.login);
	snprintf(n->query, sizeof(n->query), "%s", query);
	pthread_mutex_lock(&lock);
	if (waiting < WAITING_MAX && !ending) {
		*last = n;
		last = &n->next;
		waiting++;
		n = NULL;
		pthread_cond_signal(&more);
	}
	pthread_mutex_unlock(&lock);
	free(n);
}
