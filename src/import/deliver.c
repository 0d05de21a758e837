/* deliver.c - what a worker sent goes to the sink, at once or held back. */
#include <string.h>
#include <unistd.h>

#include "import/run.h"

static void
fault(struct xj_run *run, int status)
{
	run->ending = XJ_RUN_STOPPED;
	run->status = status;
}

/* ---------------------------------------------------------- to the sink */

static int
give_child(struct xj_run *run, const struct xj_frame *begin,
	   const struct xj_frame *end, const struct xj_run_child *c)
{
	struct xj_import_child child = { .info = begin->child, .fd = c->fd,
					 .damage = end->child_end.damage,
					 .lack = end->child_end.lack };

	if (child.lack == XJ_CHILD_KEYLESS) {
		run->result->keyless = true;
		child.lack = XJ_CHILD_LOST;
	}
	if (c->fd >= 0)
		child.info.size = c->size;
	if (c->fd >= 0 || end->child_end.lack == XJ_CHILD_LIMIT)
		run->result->children++;
	if (run->sink->child != NULL)
		return run->sink->child(run->ctx, &child);
	if (c->fd >= 0)
		close(c->fd);
	return XJ_OK;
}

static int
give(struct xj_run *run, const struct xj_frame *f)
{
	const struct xj_sink *sink = run->sink;

	switch (f->type) {
	case XJ_FRAME_TEXT:
		run->result->text_bytes += f->text.len;
		return sink->text ? sink->text(run->ctx, &f->text) : XJ_OK;
	case XJ_FRAME_META:
		return sink->meta ? sink->meta(run->ctx, &f->meta) : XJ_OK;
	case XJ_FRAME_OUTLINE:
		return sink->outline ? sink->outline(run->ctx, &f->outline)
				     : XJ_OK;
	case XJ_FRAME_PAGE:
		return sink->page ? sink->page(run->ctx, &f->page) : XJ_OK;
	case XJ_FRAME_WARN:
		return sink->warn ? sink->warn(run->ctx, f->warn) : XJ_OK;
	default:
		return XJ_OK;
	}
}

/* The sink may take its time: the worker's clock stood still meanwhile. */
static void
after_sink(struct xj_run *run, int r, uint64_t began_ms)
{
	run->deadline_ms += xj_monotonic_ms() - began_ms;
	if (r < 0)
		fault(run, r);
}

/* ------------------------------------------------------------ held back */

void
xj_run_discard(struct xj_run *run)
{
	for (size_t i = 0; i < run->child_count; i++)
		xj_closep(&run->children[i].fd);
	run->child_count = 0;
	xj_buf_clear(&run->held);
}

/* All of it, in order. It was parsed and checked before. */
static int
give_held(struct xj_run *run)
{
	struct xj_frame begin = { 0 }, f;
	size_t at = 0, used, child = 0;
	int r = XJ_OK;

	while (r >= 0 && at < run->held.len &&
	       xj_frame_parse(run->held.data + at, run->held.len - at, &f,
			      &used, NULL) == 1) {
		at += used;
		if (f.type == XJ_FRAME_CHILD) {
			begin = f;
		} else if (f.type == XJ_FRAME_CHILD_END) {
			struct xj_run_child c = run->children[child];

			run->children[child++].fd = -1; /* the sink's now */
			r = give_child(run, &begin, &f, &c);
		} else {
			r = give(run, &f);
		}
	}
	return r;
}

void
xj_run_release(struct xj_run *run)
{
	uint64_t began = xj_monotonic_ms();
	int r;

	if (!run->holding)
		return;
	run->holding = false;
	r = xj_buf_check(&run->held, run->err);
	if (r == XJ_OK)
		r = give_held(run);
	xj_run_discard(run);
	after_sink(run, r, began);
}

static void
hold(struct xj_run *run, const char *bytes, size_t len)
{
	xj_buf_add(&run->held, bytes, len);
	if (run->held.failed || run->held.len > run->limits->run_size ||
	    run->child_count == XJ_HELD_CHILDREN)
		xj_run_release(run);
}

static void
pass(struct xj_run *run, const struct xj_frame *f, const char *bytes,
     size_t len)
{
	uint64_t began;

	if (run->holding) {
		hold(run, bytes, len);
		return;
	}
	began = xj_monotonic_ms();
	after_sink(run, give(run, f), began);
}

/* ------------------------------------------------------------- children */

static void
child_begins(struct xj_run *run, const char *bytes, size_t len)
{
	int r;

	xj_buf_clear(&run->child);
	xj_buf_add(&run->child, bytes, len);
	r = xj_buf_check(&run->child, run->err);
	if (r < 0)
		fault(run, r);
}

static void
child_goes_on(struct xj_run *run, const struct xj_frame *f)
{
	int r = xj_spool_add(&run->spool, xj_importers_spool(run->importers),
			     f->data.bytes, f->data.len, run->err);

	if (r < 0)
		fault(run, r);
}

/* Both frames stand together in what is held, for give_held(). */
static void
pass_child(struct xj_run *run, const struct xj_frame *end, const char *bytes,
	   size_t len, const struct xj_run_child *c)
{
	uint64_t began = xj_monotonic_ms();
	struct xj_frame begin;
	size_t used;

	if (run->holding) {
		run->children[run->child_count++] = *c;
		xj_buf_add(&run->held, run->child.data, run->child.len);
		hold(run, bytes, len);
		return;
	}
	xj_frame_parse(run->child.data, run->child.len, &begin, &used, NULL);
	after_sink(run, give_child(run, &begin, end, c), began);
}

static void
child_ends(struct xj_run *run, const struct xj_frame *end, const char *bytes,
	   size_t len)
{
	struct xj_run_child c = { .fd = -1, .size = run->spool.size };
	int r = XJ_OK;

	if (end->child_end.lack != XJ_CHILD_WHOLE)
		xj_spool_drop(&run->spool);
	else
		r = xj_spool_end(&run->spool, &c.fd, run->err);
	if (r < 0)
		fault(run, r);
	else
		pass_child(run, end, bytes, len, &c);
}

void
xj_run_accept(struct xj_run *run, const struct xj_frame *f, const char *bytes,
	      size_t len)
{
	switch (f->type) {
	case XJ_FRAME_CHILD:
		child_begins(run, bytes, len);
		break;
	case XJ_FRAME_DATA:
		child_goes_on(run, f);
		break;
	case XJ_FRAME_CHILD_END:
		child_ends(run, f, bytes, len);
		break;
	default:
		pass(run, f, bytes, len);
	}
}
