/* worker-services.c - what an importer may call, and its rules. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import/worker.h"

/* Memory of xj_alloc(), in a ring so that all of it can be freed. */
struct chunk {
	struct chunk *next, *prev;
	size_t size;
	size_t pad; /* what follows is aligned for anything */
};

/* The document in hand. */
struct job {
	struct xj_import in;
	struct xj_frame_state state;
	struct chunk chunks;
	uint64_t allocated;
	int stop;      /* what every further call returns; 0: go on */
	int status;    /* the first failure, XJ_IMPORT_...; 0: none */
	bool skipping; /* the child in hand is not wanted */
	char message[XJ_FRAME_SHORT_MAX + 1];
};

static char where[32]; /* of a program's lines; "" */

static struct job *
job_of(struct xj_import *in)
{
	return in->ctx;
}

/* --------------------------------------------------------------- strings */

/* At most `max` bytes of `s` in `out`, cut between characters. */
static const char *
clip(const char *s, char *out, size_t max)
{
	size_t len;

	if (s == NULL)
		return NULL;
	len = strlen(s);
	if (len <= max)
		return s;
	len = xj_utf8_cut(s, len, max);
	memcpy(out, s, len);
	out[len] = '\0';
	return out;
}

/* A message for people: always UTF-8, always short enough. */
static const char *
clean(const char *s, char out[XJ_FRAME_SHORT_MAX + 1])
{
	const char *end = s + strlen(s);
	size_t n = 0;

	while (s < end && n + 4 <= XJ_FRAME_SHORT_MAX)
		n += xj_utf8_put(xj_utf8_next(&s, end), out + n);
	out[n] = '\0';
	return out;
}

/* --------------------------------------------------------------- sending */

/* The first failure counts; the later ones follow from it. */
static void
note(struct job *j, int status, const char *message)
{
	if (j->status != XJ_IMPORT_OK)
		return;
	j->status = status;
	clean(message, j->message);
}

/* `sent` is what the check said, to go behind "sent". */
static int
stop(struct job *j, int r, const struct xj_error *sent)
{
	char message[XJ_FRAME_SHORT_MAX + 1];

	if (r == XJ_ELIMIT) {
		note(j, XJ_IMPORT_LIMIT, sent->message);
		return j->stop = XJ_IMPORT_STOP;
	}
	snprintf(message, sizeof(message), "sent %s%.900s", where,
		 sent->message);
	note(j, XJ_IMPORT_ERROR, message);
	return j->stop = XJ_IMPORT_ERROR;
}

void
xj_serve_where(const char *s)
{
	snprintf(where, sizeof(where), "%s", s);
}

int
xj_serve_lied(struct xj_import *in, const char *what)
{
	struct xj_error sent;

	return stop(job_of(in), xj_error_set(&sent, XJ_EINVAL, "%s", what),
		    &sent);
}

static int
send_frame(struct job *j, const struct xj_frame *f)
{
	struct xj_error err;
	int r;

	if (j->stop != 0)
		return j->stop;
	r = xj_frame_check(&j->state, f, &err);
	if (r < 0)
		return stop(j, r, &err);
	xj_output_frame(f);
	return 0;
}

static ssize_t
serve_read(struct xj_import *in, uint64_t off, void *buf, size_t len)
{
	struct job *j = job_of(in);
	ssize_t n;

	if (j->stop != 0)
		return j->stop;
	n = off > INT64_MAX ? 0 : xj_pread_all(in->fd, buf, len, off);
	if (n >= 0)
		return n;
	note(j, XJ_IMPORT_ERROR, "cannot read the document");
	return j->stop = XJ_IMPORT_STOP;
}

static int
serve_text(struct xj_import *in, const struct xj_block *block)
{
	char label[XJ_FRAME_SHORT_MAX + 1], fragment[XJ_FRAME_SHORT_MAX + 1];
	struct xj_frame f = { .type = XJ_FRAME_TEXT };

	if (block->len == 0)
		return job_of(in)->stop;
	f.text = *block;
	f.text.label = clip(block->label, label, XJ_FRAME_SHORT_MAX);
	if (block->has & XJ_HAS_FRAGMENT)
		f.text.fragment = clip(block->fragment, fragment,
				       XJ_FRAME_SHORT_MAX);
	return send_frame(job_of(in), &f);
}

static int
serve_meta(struct xj_import *in, const struct xj_meta *meta)
{
	struct xj_frame f = { .type = XJ_FRAME_META };

	if (meta->len == 0)
		return job_of(in)->stop;
	f.meta = *meta;
	if (meta->value != NULL && meta->len > XJ_FRAME_VALUE_MAX)
		f.meta.len = xj_utf8_cut(meta->value, meta->len,
					 XJ_FRAME_VALUE_MAX);
	return send_frame(job_of(in), &f);
}

static int
serve_outline(struct xj_import *in, const struct xj_outline *line)
{
	char title[XJ_FRAME_NAME_MAX + 1];
	struct xj_frame f = { .type = XJ_FRAME_OUTLINE };

	f.outline = *line;
	f.outline.title = clip(line->title, title, XJ_FRAME_NAME_MAX);
	return send_frame(job_of(in), &f);
}

static int
serve_page(struct xj_import *in, const struct xj_page *page)
{
	char label[XJ_FRAME_SHORT_MAX + 1];
	struct xj_frame f = { .type = XJ_FRAME_PAGE };

	f.page = *page;
	f.page.label = clip(page->label, label, XJ_FRAME_SHORT_MAX);
	return send_frame(job_of(in), &f);
}

static int
serve_poll(struct xj_import *in, uint64_t done, uint64_t total)
{
	(void)done;
	(void)total;
	return job_of(in)->stop;
}

static int
serve_warn(struct xj_import *in, const char *message)
{
	char text[XJ_FRAME_SHORT_MAX + 1];
	struct job *j = job_of(in);
	struct xj_frame f = { .type = XJ_FRAME_WARN };

	/* The first thousand tell enough. */
	if (j->state.warnings >= XJ_FRAME_WARN_MAX)
		return j->stop;
	f.warn = clean(message, text);
	return send_frame(j, &f);
}

static int
serve_fail(struct xj_import *in, int status, const char *message)
{
	char failed[XJ_FRAME_SHORT_MAX + 1];

	if (status == XJ_IMPORT_KEYLESS ||
	    (status <= XJ_IMPORT_CORRUPT && status > XJ_IMPORT_ERROR)) {
		note(job_of(in), status, message);
	} else {
		snprintf(failed, sizeof(failed), "failed: %s", message);
		note(job_of(in), XJ_IMPORT_ERROR, failed);
	}
	return status;
}

/* -------------------------------------------------------------- children */

static int
refuse_child(struct job *j)
{
	char damage[128];
	struct xj_frame f = { .type = XJ_FRAME_CHILD_END };

	snprintf(damage, sizeof(damage), "larger than %llu bytes, the limit",
		 (unsigned long long)j->state.limits->child);
	f.child_end.damage = damage;
	f.child_end.lack = XJ_CHILD_LIMIT;
	j->skipping = true;
	return send_frame(j, &f) < 0 ? j->stop : XJ_CHILD_SKIP;
}

static int
serve_child_begin(struct xj_import *in, const struct xj_child *child)
{
	char name[XJ_FRAME_NAME_MAX + 1];
	struct job *j = job_of(in);
	struct xj_frame f = { .type = XJ_FRAME_CHILD };
	int r;

	j->skipping = false;
	f.child = *child;
	f.child.name = clip(child->name, name, XJ_FRAME_NAME_MAX);
	if (child->raw != NULL && child->raw_len > XJ_FRAME_NAME_MAX)
		f.child.raw_len = XJ_FRAME_NAME_MAX;
	r = send_frame(j, &f);
	if (r < 0)
		return r;
	if (child->size != UINT64_MAX && child->size > j->state.limits->child)
		return refuse_child(j);
	return 0;
}

static int
serve_child_data(struct xj_import *in, const void *data, size_t len)
{
	struct job *j = job_of(in);
	const char *p = data;

	if (j->stop == 0 && j->skipping)
		return XJ_CHILD_SKIP;
	if (j->stop == 0 && j->state.in_child &&
	    len > j->state.limits->child - j->state.child)
		return refuse_child(j);
	while (len > 0) {
		size_t n = len < XJ_TEXT_MAX ? len : XJ_TEXT_MAX;
		struct xj_frame f = { .type = XJ_FRAME_DATA };
		int r;

		f.data.bytes = p;
		f.data.len = n;
		r = send_frame(j, &f);
		if (r < 0)
			return r;
		p += n;
		len -= n;
	}
	return j->stop;
}

static int
serve_child_end(struct xj_import *in, const char *damage)
{
	char text[XJ_FRAME_SHORT_MAX + 1];
	struct job *j = job_of(in);
	struct xj_frame f = { .type = XJ_FRAME_CHILD_END };

	if (j->stop == 0 && j->skipping) {
		j->skipping = false;
		return 0;
	}
	f.child_end.damage = damage != NULL ? clean(damage, text) : NULL;
	return send_frame(j, &f);
}

static int
serve_child_left(struct xj_import *in, const char *name, int status,
		 const char *why)
{
	const struct xj_child child = { .name = name, .size = UINT64_MAX,
					.mtime = INT64_MIN };
	struct xj_frame f = { .type = XJ_FRAME_CHILD_END };
	char text[XJ_FRAME_SHORT_MAX + 1];
	struct job *j = job_of(in);
	int r = serve_child_begin(in, &child);

	if (r < 0)
		return r;
	f.child_end.damage = clean(why, text);
	f.child_end.lack = status == XJ_IMPORT_OK ? XJ_CHILD_NOTHING :
		status == XJ_IMPORT_KEYLESS ? XJ_CHILD_KEYLESS : XJ_CHILD_LOST;
	return send_frame(j, &f);
}

/* ---------------------------------------------------------------- memory */

static void
unlink_chunk(struct job *j, struct chunk *c)
{
	c->prev->next = c->next;
	c->next->prev = c->prev;
	j->allocated -= c->size;
}

static void
link_chunk(struct job *j, struct chunk *c, size_t size)
{
	c->size = size;
	c->prev = &j->chunks;
	c->next = j->chunks.next;
	c->next->prev = c;
	j->chunks.next = c;
	j->allocated += size;
}

static void *
serve_alloc(struct xj_import *in, void *old, size_t size)
{
	struct job *j = job_of(in);
	struct chunk *c = old != NULL ? (struct chunk *)old - 1 : NULL, *now;
	uint64_t others = j->allocated - (c != NULL ? c->size : 0);

	if (size == 0) {
		if (c != NULL)
			unlink_chunk(j, c);
		free(c);
		return NULL;
	}
	if (size > j->state.limits->memory - others ||
	    size > SIZE_MAX - sizeof(*c))
		return NULL;
	if (c == NULL) {
		now = calloc(1, sizeof(*c) + size);
	} else {
		size_t before = c->size;

		unlink_chunk(j, c);
		now = realloc(c, sizeof(*c) + size);
		if (now == NULL)
			link_chunk(j, c, before);
	}
	if (now == NULL)
		return NULL;
	link_chunk(j, now, size);
	return now + 1;
}

static void
free_chunks(struct job *j)
{
	for (struct chunk *c = j->chunks.next, *next; c != &j->chunks;
	     c = next) {
		next = c->next;
		free(c);
	}
}

/* -------------------------------------------------------------- the call */

static const struct xj_host host = {
	.abi = XJ_IMPORTER_ABI,
	.read = serve_read,
	.text = serve_text,
	.meta = serve_meta,
	.outline = serve_outline,
	.page = serve_page,
	.child_begin = serve_child_begin,
	.child_data = serve_child_data,
	.child_end = serve_child_end,
	.poll = serve_poll,
	.warn = serve_warn,
	.fail = serve_fail,
	.alloc = serve_alloc,
	.decode_begin = xj_service_decode_begin,
	.decode = xj_service_decode,
	.decode_end = xj_service_decode_end,
	.child_left = serve_child_left,
};

/* What to say of a status that came without a word. */
static const char *
default_message(int status)
{
	switch (status) {
	case XJ_IMPORT_CORRUPT: return "not well-formed";
	case XJ_IMPORT_ENCRYPTED: return "needs a password";
	case XJ_IMPORT_KEYLESS:
		return "encrypted in a manner that cannot be opened";
	case XJ_IMPORT_UNSUPPORTED: return "a variant that cannot be read";
	case XJ_IMPORT_LIMIT: return "would cost too much";
	case XJ_IMPORT_STOP: return "stopped, though nobody asked it to";
	default: return "failed without a reason";
	}
}

static void
settle(struct job *j, int r)
{
	char message[64];

	if (r == XJ_IMPORT_OK || j->status != XJ_IMPORT_OK)
		return;
	if (r == XJ_IMPORT_NOMEM) {
		snprintf(message, sizeof(message), "%llu MiB of memory",
			 (unsigned long long)j->state.limits->memory >> 20);
		note(j, r, message);
	} else if (r < XJ_IMPORT_STOP && r >= XJ_IMPORT_KEYLESS) {
		note(j, r, default_message(r));
	} else {
		note(j, XJ_IMPORT_ERROR, default_message(r));
	}
}

void
xj_serve(const struct xj_worker *w, const struct xj_request *request,
	 const struct xj_bid *bid, const struct xj_frame_state *state,
	 struct xj_frame *done)
{
	static struct job j;

	memset(&j, 0, sizeof(j));
	j.state = *state;
	j.chunks.next = j.chunks.prev = &j.chunks;
	j.in = (struct xj_import){
		.host = &host, .ctx = &j, .fd = request->fd,
		.depth = request->depth, .size = request->size,
		.name = request->name, .mime = bid->mime,
		.password = request->password, .page = request->page,
	};
	xj_service_decode_reset(w->encoding, request->mime);
	/* The host may have read from the same open file. */
	lseek(request->fd, 0, SEEK_SET);
	settle(&j, w->plugins->list[bid->importer].importer->import(&j.in));
	xj_service_decode_clear();
	free_chunks(&j);
	done->done.status = j.status;
	done->done.message = j.status != XJ_IMPORT_OK ? j.message : NULL;
}
