/* run.c - one document through a worker, as the host sees it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "import/run.h"

#define TICK_MS 50   /* how soon a cancellation is seen */
#define GRACE_MS 200 /* to send what there is, after the time is up */
#define REQUEST_MAX 16384u

/* ---------------------------------------------------------------- frames */

static void
lied(struct xj_run *run, const struct xj_error *what)
{
	run->ending = XJ_RUN_LIED;
	snprintf(run->sent, sizeof(run->sent), "%s", what->plain);
}

/* What must run in a worker of its own kind. */
static bool
is_apart(const struct xj_importer_info *p)
{
	return p->command != NULL || p->wants == XJ_CLASS_HEAVY;
}

/*
 * The importer by the number that the zygote gave it, unless the worker is for
 * one alone. Its number if it won where it cannot be served.
 */
static uint32_t
name_importer(struct xj_run *run, uint32_t number)
{
	bool alone = run->link->importer != XJ_NO_IMPORTER;
	const struct xj_importer_info *p;
	struct xj_import_result *r = run->result;

	if (alone)
		number = run->link->importer;
	p = xj_importers_at(run->importers, number);
	if (p == NULL || p->refused != NULL)
		return XJ_NO_IMPORTER;
	snprintf(r->importer, sizeof(r->importer), "%s", p->name);
	snprintf(r->version, sizeof(r->version), "%s", p->version);
	return is_apart(p) && !alone ? number : XJ_NO_IMPORTER;
}

static void
done(struct xj_run *run, const struct xj_frame *f)
{
	run->ending = XJ_RUN_DONE;
	run->said = f->done.status;
	snprintf(run->message, sizeof(run->message), "%s",
		 f->done.message != NULL ? f->done.message : "");
	run->result->keyless |= run->said == XJ_IMPORT_KEYLESS;
	run->result->cpu_us = f->done.cpu_us;
	run->result->memory = f->done.memory;
}

static void
take_frame(struct xj_run *run, const struct xj_frame *f, const char *bytes,
	   size_t len)
{
	struct xj_import_result *r = run->result;

	if (run->elsewhere != XJ_NO_IMPORTER && f->type != XJ_FRAME_DONE) {
		lied(run, &(struct xj_error){
			.message = "something for another worker" });
		return;
	}
	switch (f->type) {
	case XJ_FRAME_BIDDER:
		name_importer(run, f->bidder);
		break;
	case XJ_FRAME_WINNER:
		run->elsewhere = name_importer(run, f->winner.importer);
		snprintf(r->mime, sizeof(r->mime), "%s", f->winner.mime);
		r->bid = (int)f->winner.bid;
		break;
	case XJ_FRAME_DONE:
		done(run, f);
		break;
	case XJ_FRAME_WARN:
		if (run->state.warnings == 1)
			snprintf(run->warning, sizeof(run->warning), "%s",
				 f->warn);
		/* fall through */
	default:
		xj_run_accept(run, f, bytes, len);
	}
}

/* All whole frames that have come. */
static void
take_frames(struct xj_run *run)
{
	struct xj_link *link = run->link;
	struct xj_error what;
	struct xj_frame f;
	size_t used;

	while (run->ending == XJ_RUN_GOES_ON) {
		const char *bytes = link->buf + link->at;
		int r = xj_frame_parse(bytes, link->len - link->at, &f, &used,
				       &what);

		if (r == 0)
			return;
		if (r > 0)
			r = xj_frame_check(&run->state, &f, &what);
		if (r < 0) {
			lied(run, &what);
			return;
		}
		link->at += used;
		take_frame(run, &f, bytes, used);
	}
}

/* ---------------------------------------------------------------- waiting */

/* Room behind what is there: a frame may be larger than the buffer. */
static int
make_room(struct xj_run *run)
{
	struct xj_link *link = run->link;
	const size_t most = 2 * (XJ_FRAME_MAX + XJ_FRAME_HEADER);
	char *more;

	if (link->at > 0) {
		memmove(link->buf, link->buf + link->at, link->len - link->at);
		link->len -= link->at;
		link->at = 0;
	}
	if (link->len < link->cap)
		return XJ_OK;
	more = realloc(link->buf, most);
	if (more == NULL)
		return xj_error_set(run->err, XJ_ENOMEM, "import: no memory");
	link->buf = more;
	link->cap = most;
	return XJ_OK;
}

static void
read_more(struct xj_run *run)
{
	struct xj_link *link = run->link;
	int r = make_room(run);
	ssize_t n;

	if (r < 0) {
		run->ending = XJ_RUN_STOPPED;
		run->status = r;
		return;
	}
	n = recv(link->sock, link->buf + link->len, link->cap - link->len,
		 MSG_DONTWAIT);
	if (n > 0)
		link->len += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		run->ending = XJ_RUN_DIED;
}

static bool
cancelled(const struct xj_run *run)
{
	return run->source->cancel != NULL &&
	       __atomic_load_n(run->source->cancel, __ATOMIC_RELAXED);
}

/* Until something comes, the time is up, or somebody changes their mind. */
static void
wait_for_more(struct xj_run *run, uint64_t deadline_ms)
{
	struct pollfd p = { .fd = run->link->sock, .events = POLLIN };
	uint64_t now = xj_monotonic_ms();
	int timeout = 0;

	if (cancelled(run)) {
		run->ending = XJ_RUN_CANCELLED;
		return;
	}
	if (now < deadline_ms)
		timeout = deadline_ms - now > INT32_MAX
				  ? INT32_MAX
				  : (int)(deadline_ms - now);
	if (run->source->cancel != NULL && timeout > TICK_MS)
		timeout = TICK_MS;
	if (poll(&p, 1, timeout) > 0)
		read_more(run);
	else if (xj_monotonic_ms() >= deadline_ms)
		run->ending = XJ_RUN_LATE;
}

static void
talk(struct xj_run *run)
{
	while (run->ending == XJ_RUN_GOES_ON) {
		take_frames(run);
		if (run->ending == XJ_RUN_GOES_ON)
			wait_for_more(run, run->deadline_ms);
	}
}

/* The time is up: what the worker has not sent yet still counts. */
static void
last_words(struct xj_run *run)
{
	uint64_t until = xj_monotonic_ms() + GRACE_MS;

	xj_link_terminate(run->link);
	run->ending = XJ_RUN_GOES_ON;
	while (run->ending == XJ_RUN_GOES_ON) {
		take_frames(run);
		if (run->ending == XJ_RUN_GOES_ON)
			wait_for_more(run, until);
	}
	if (run->ending == XJ_RUN_DIED || run->ending == XJ_RUN_DONE)
		run->ending = XJ_RUN_LATE;
}

/* --------------------------------------------------------------- requests */

static int
build_request(const struct xj_import_source *s, char *buf, size_t cap,
	      size_t *len, struct xj_error *err)
{
	struct xj_wire_out out = { .buf = buf, .cap = cap };
	uint32_t size;

	xj_wire_put_u32(&out, 0);
	xj_wire_put_u32(&out, s->depth);
	xj_wire_put_u64(&out, s->size);
	xj_wire_put_u64(&out, s->page);
	xj_wire_put_str(&out, s->name != NULL ? s->name : "");
	xj_wire_put_str(&out, s->mime != NULL ? s->mime : "");
	xj_wire_put_str(&out, s->importer);
	xj_wire_put_str(&out, s->password);
	if (out.failed)
		return xj_error_set(err, XJ_EINVAL,
				    "import: overlong name, type or password");
	size = (uint32_t)(out.len - sizeof(size));
	memcpy(buf, &size, sizeof(size));
	*len = out.len;
	return XJ_OK;
}

/* ------------------------------------------------------------ one attempt */

static bool
joins_a_run(const struct xj_run *run)
{
	return run->limits->run > 1 &&
	       run->source->size <= run->limits->run_size;
}

static void
begin_attempt(struct xj_run *run)
{
	run->state = (struct xj_frame_state){
		.limits = run->limits, .size = run->source->size,
		.importers = (uint32_t)xj_importers_count(run->importers),
	};
	run->ending = XJ_RUN_GOES_ON;
	run->elsewhere = XJ_NO_IMPORTER;
	run->deadline_ms = xj_monotonic_ms() + run->limits->wall_ms;
	*run->result = (struct xj_import_result){
		.mime = "application/octet-stream",
		.restarted = run->result->restarted,
	};
	run->holding = run->link->served > 0;
	run->warning[0] = '\0';
}

/*
 * A fault after other documents may be theirs: bad memory, CPU time or address
 * space that they used up.
 */
static bool
deserves_another(const struct xj_run *run)
{
	bool faulty = run->ending == XJ_RUN_DIED ||
		      run->ending == XJ_RUN_LIED ||
		      (run->ending == XJ_RUN_DONE &&
		       (run->said == XJ_IMPORT_NOMEM ||
			run->said == XJ_IMPORT_ERROR));

	return faulty && run->holding;
}

static bool
runs_program(const struct xj_run *run)
{
	const struct xj_importer_info *p =
		xj_importers_at(run->importers, run->link->importer);

	return p != NULL && p->command != NULL;
}

/* Whether the worker may serve the next document. */
static bool
stays_fit(struct xj_run *run)
{
	struct xj_link *link = run->link;

	link->served++;
	link->cpu_us += run->result->cpu_us;
	return run->ending == XJ_RUN_DONE && joins_a_run(run) &&
	       !runs_program(run) &&
	       link->at == link->len && /* nothing came after the end */
	       link->served < run->limits->run &&
	       (run->said == XJ_IMPORT_OK ||
		run->said == XJ_IMPORT_UNSUPPORTED ||
		run->said == XJ_IMPORT_ENCRYPTED ||
		run->said == XJ_IMPORT_KEYLESS) &&
	       link->cpu_us / 100000 < run->limits->cpu_s; /* a tenth */
}

static void
end_attempt(struct xj_run *run)
{
	if (stays_fit(run))
		xj_link_give_back(run->importers, run->link);
	else
		xj_link_free(run->link);
	run->link = NULL;
	xj_spool_drop(&run->spool);
}

/* A heavy importer that cannot be loaded is no fault of this side. */
static int
not_loaded(struct xj_run *run, uint32_t importer, const struct xj_error *why)
{
	const struct xj_importer_info *p =
		xj_importers_at(run->importers, importer);
	struct xj_import_result *r = run->result;

	r->outcome = XJ_OUT_CRASHED;
	r->broken = true;
	snprintf(r->reason, sizeof(r->reason), "%.500s", why->message);
	snprintf(r->importer, sizeof(r->importer), "%s", p->name);
	snprintf(r->version, sizeof(r->version), "%s", p->version);
	if (r->mime[0] == '\0')
		snprintf(r->mime, sizeof(r->mime), "application/octet-stream");
	run->ending = XJ_RUN_DONE;
	return XJ_OK;
}

enum { AGAIN = 1, ELSEWHERE };

/* In a worker for this importer alone, or XJ_NO_IMPORTER. */
static int
attempt(struct xj_run *run, const struct xj_import_source *source,
	uint32_t importer, bool joins)
{
	char request[REQUEST_MAX];
	size_t len = 0;
	bool again, moves;
	struct xj_error why;
	int r = build_request(source, request, sizeof(request), &len, run->err);

	if (r < 0)
		return r;
	r = xj_link_take(run->importers, source->accession, importer, joins,
			 &run->link, &why);
	if (r == XJ_EINVAL)
		return not_loaded(run, importer, &why);
	if (r < 0)
		return xj_error_set(run->err, r, "%s", why.message);
	begin_attempt(run);
	if (!xj_link_request(run->link, request, len, source->fd))
		run->ending = XJ_RUN_DIED;
	talk(run);
	if (run->ending == XJ_RUN_LATE)
		last_words(run);
	again = deserves_another(run);
	moves = run->elsewhere != XJ_NO_IMPORTER && run->ending == XJ_RUN_DONE;
	if (!again && !moves && run->ending <= XJ_RUN_LATE) {
		xj_run_release(run);
		if (run->ending != XJ_RUN_STOPPED)
			r = xj_run_conclude(run);
	}
	end_attempt(run);
	xj_run_discard(run);
	return again ? AGAIN : moves ? ELSEWHERE : r;
}

static int
try_twice(struct xj_run *run, const struct xj_import_source *source,
	  uint32_t importer)
{
	int r = attempt(run, source, importer, joins_a_run(run));

	if (r != AGAIN)
		return r;
	run->result->restarted = true;
	return attempt(run, source, importer, false);
}

/* The winner is the only one asked there. */
static int
go_elsewhere(struct xj_run *run)
{
	const struct xj_importer_info *p =
		xj_importers_at(run->importers, run->elsewhere);
	struct xj_import_source source = *run->source;
	char mime[sizeof(run->result->mime)];

	memcpy(mime, run->result->mime, sizeof(mime));
	source.importer = p->name;
	/* A program starts before its worker bids: it must be told. */
	if (p->command != NULL)
		source.mime = mime;
	return try_twice(run, &source, run->elsewhere);
}

static int
import(struct xj_run *run)
{
	int r = try_twice(run, run->source, XJ_NO_IMPORTER);

	if (r == ELSEWHERE)
		r = go_elsewhere(run);
	if (r == XJ_OK && run->ending == XJ_RUN_STOPPED)
		return run->status;
	if (r == XJ_OK && run->ending == XJ_RUN_CANCELLED)
		return xj_error_set(run->err, XJ_ECANCELLED, "cancelled");
	return r;
}

/* ------------------------------------------------------------- the public */

static bool
is_loaded(const struct xj_importers *importers, const char *name)
{
	for (size_t i = 0; i < xj_importers_count(importers); i++) {
		const struct xj_importer_info *p = xj_importers_at(importers, i);

		if (p->refused == NULL && strcmp(p->name, name) == 0)
			return true;
	}
	return false;
}

static int
nobody(struct xj_import_result *result, const char *name)
{
	result->outcome = XJ_OUT_UNSUPPORTED;
	snprintf(result->reason, sizeof(result->reason),
		 "no importer is named %.64s", name);
	snprintf(result->mime, sizeof(result->mime),
		 "application/octet-stream");
	return XJ_OK;
}

int
xj_import_run(struct xj_importers *importers,
	      const struct xj_import_source *source, const struct xj_sink *sink,
	      void *ctx, struct xj_import_result *result, struct xj_error *err)
{
	struct xj_run run = {
		.importers = importers, .source = source, .sink = sink,
		.ctx = ctx, .result = result, .err = err,
		.limits = xj_importers_limits(importers),
		.spool = XJ_SPOOL_INIT,
	};
	int r;

	*result = (struct xj_import_result){ 0 };
	if (source->importer != NULL && !is_loaded(importers, source->importer))
		return nobody(result, source->importer);
	r = import(&run);
	xj_buf_release(&run.held);
	xj_buf_release(&run.child);
	return r;
}
