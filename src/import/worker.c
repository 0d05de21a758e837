/* worker.c - one worker: takes requests, asks for bids, serves. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "import/worker.h"

#define HEAD 65536u
#define TAIL 4096u
#define REQUEST_MAX 16384u

static unsigned char head[HEAD], tail[TAIL];

void
xj_worker_exit(int code)
{
	for (;;)
		syscall(SYS_exit_group, code);
}

/* -------------------------------------------------------------- requests */

/* The descriptor that came with a message; -1 when none did. */
static int
passed_fd(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fd = -1;

	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* Bytes up to `len`, and the descriptor that came with them, if any. */
static size_t
receive(char *buf, size_t len, int *fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	size_t have = 0;

	while (have < len) {
		struct iovec iov = { buf + have, len - have };
		struct msghdr msg = {
			.msg_iov = &iov, .msg_iovlen = 1,
			.msg_control = control.bytes,
			.msg_controllen = sizeof(control.bytes),
		};
		ssize_t n = recvmsg(XJ_WORKER_FD, &msg, MSG_CMSG_CLOEXEC);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (*fd < 0)
			*fd = passed_fd(&msg);
		have += (size_t)n;
	}
	return have;
}

/* The next request; ends the process when there is none. */
static void
next_request(struct xj_request *r)
{
	static char buf[REQUEST_MAX];
	uint32_t len = 0;
	struct xj_wire_in in;

	*r = (struct xj_request){ .fd = -1 };
	if (receive((char *)&len, sizeof(len), &r->fd) != sizeof(len))
		xj_worker_exit(XJ_EXIT_ASKED);
	if (len > sizeof(buf) || receive(buf, len, &r->fd) != len)
		xj_worker_exit(XJ_EXIT_REQUEST);
	in = (struct xj_wire_in){ .at = buf, .end = buf + len };
	r->depth = xj_wire_u32(&in);
	r->size = xj_wire_u64(&in);
	r->page = xj_wire_u64(&in);
	r->name = xj_wire_str(&in, NULL);
	r->mime = xj_wire_str(&in, NULL);
	r->importer = xj_wire_str(&in, NULL);
	r->password = xj_wire_str(&in, NULL);
	if (!xj_wire_ended(&in) || r->fd < 0 || r->name == NULL ||
	    r->mime == NULL)
		xj_worker_exit(XJ_EXIT_REQUEST);
}

/* ------------------------------------------------------------------ bids */

static int
take_sample(const struct xj_request *r, struct xj_sample *s)
{
	size_t n = r->size < TAIL ? (size_t)r->size : TAIL;
	ssize_t got = xj_pread_all(r->fd, head, sizeof(head), 0), rest;

	if (got < 0)
		return -1;
	*s = (struct xj_sample){ .head = head, .head_len = (size_t)got,
				 .size = r->size, .name = r->name,
				 .mime = r->mime };
	if (r->size <= (uint64_t)got) {
		s->tail = head + got - ((size_t)got < TAIL ? (size_t)got : TAIL);
		s->tail_len = (size_t)(head + got - s->tail);
		return 0;
	}
	rest = xj_pread_all(r->fd, tail, n, r->size - n);
	s->tail = tail;
	s->tail_len = rest < 0 ? 0 : (size_t)rest;
	return rest < 0 ? -1 : 0;
}

/* ------------------------------------------------------------- documents */

static uint64_t
microseconds(const struct rusage *u)
{
	return (uint64_t)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);
}

static void
announce(struct xj_frame_state *state, const struct xj_bid *bid)
{
	struct xj_frame f = { .type = XJ_FRAME_WINNER };

	f.winner.importer = bid->importer;
	f.winner.bid = bid->bid;
	f.winner.mime = bid->mime;
	if (xj_frame_check(state, &f, NULL) < 0) {
		/* A type that probe() made up, too long or not UTF-8. */
		f.winner.mime = "application/octet-stream";
		state->won = true;
	}
	xj_output_frame(&f);
}

/* A worker has no children, unless it runs a program. */
static void
finish(struct xj_frame *done, uint64_t cpu_before)
{
	struct rusage u = { 0 }, children = { 0 };
	long most;

	getrusage(RUSAGE_SELF, &u);
	getrusage(RUSAGE_CHILDREN, &children);
	most = u.ru_maxrss > children.ru_maxrss ? u.ru_maxrss
						: children.ru_maxrss;
	done->type = XJ_FRAME_DONE;
	done->done.cpu_us = microseconds(&u) + microseconds(&children) -
			    cpu_before;
	done->done.memory = (uint64_t)most * 1024;
	xj_output_frame(done);
	xj_output_flush();
}

/* The host must send it to another worker. */
static bool
belongs_elsewhere(const struct xj_worker *w, uint32_t importer)
{
	const struct xj_loaded *p = &w->plugins->list[importer];

	return p->program != w->program ||
	       (p->importer->wants == XJ_CLASS_HEAVY && !w->own);
}

/* Bid, tell who won, serve. */
static void
handle(const struct xj_worker *w, const struct xj_request *r,
       struct xj_frame *done)
{
	struct xj_frame_state state = { .limits = &w->cage->limits,
					.size = r->size,
					.importers = (uint32_t)w->plugins->count };
	struct xj_bid bid = { .importer = XJ_NO_IMPORTER,
			      .mime = "application/octet-stream" };
	struct xj_sample sample;
	int r_sample = take_sample(r, &sample);

	if (r_sample == 0)
		bid = xj_bid_best(w, &sample, r->importer);
	announce(&state, &bid);
	if (r_sample < 0) {
		done->done.status = XJ_IMPORT_ERROR;
		done->done.message = "cannot read the document";
	} else if (bid.importer == XJ_NO_IMPORTER) {
		done->done.status = XJ_IMPORT_UNSUPPORTED;
		done->done.message = xj_unread_advice(&sample);
	} else if (!belongs_elsewhere(w, bid.importer)) {
		/* Who it is must be known even if the importer is killed. */
		xj_output_flush();
		xj_serve(w, r, &bid, &state, done);
	}
}

static void
enter_cage(const struct xj_worker *w)
{
	/* Hangs on the zygote, which hangs on the host's socket. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ||
	    xj_cage_enter(w->cage, w->program != NULL) < 0)
		xj_worker_exit(XJ_EXIT_CAGE);
}

/* One document: the program that reads it is started before the cage closes. */
static void
run_program(const struct xj_worker *w)
{
	struct xj_frame done = { .type = XJ_FRAME_DONE };
	struct xj_request r;

	next_request(&r);
	xj_program_start(w->program, w->cage, &r);
	enter_cage(w);
	handle(w, &r, &done);
	finish(&done, 0);
	xj_worker_exit(XJ_EXIT_ASKED);
}

void
xj_worker_run(const struct xj_worker *w)
{
	uint64_t before = 0;

	if (w->program != NULL)
		run_program(w);
	enter_cage(w);
	for (;;) {
		struct xj_request r;
		struct xj_frame done = { .type = XJ_FRAME_DONE };
		struct rusage u = { 0 };

		next_request(&r);
		handle(w, &r, &done);
		close(r.fd);
		finish(&done, before);
		getrusage(RUSAGE_SELF, &u);
		before = microseconds(&u);
	}
}
