/*
 * remotes.c - xueji-remotes: has an index and those of other machines open, and
 * answers what the process that started it asks on descriptor 3.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "index/remotes-cage.h"
#include "index/wide.h"

#define ANSWER_MS 1000         /* for one answer of a remote */
#define DEPTH_MAX 200u         /* of a tree */

struct server {
	struct xj_arena *arena;    /* of what was opened */
	struct xj_index *index;
	struct xj_remote *remotes;
	size_t remote_count;
	struct xj_buf request, answer;
	struct xj_arena *scratch;  /* of one request */
	struct xj_wire_in in;
	struct xj_error err;
};

/* ----------------------------------------------------------------- answers */

static void
put_u32(struct server *r, uint32_t v)
{
	xj_buf_add(&r->answer, &v, sizeof(v));
}

static void
put_u64(struct server *r, uint64_t v)
{
	xj_buf_add(&r->answer, &v, sizeof(v));
}

static void
put_double(struct server *r, double v)
{
	xj_buf_add(&r->answer, &v, sizeof(v));
}

static void
put_bytes(struct server *r, const void *s, size_t len)
{
	if (len > XJ_WIDE_DATA_MAX || !s) {
		put_u32(r, UINT32_MAX);
		return;
	}
	put_u32(r, (uint32_t)len);
	xj_buf_add(&r->answer, s, len);
	xj_buf_addc(&r->answer, '\0');
}

static void
begin(struct server *r, enum xj_wide_answer kind)
{
	xj_buf_clear(&r->answer);
	put_u32(r, 0); /* the length */
	put_u32(r, kind);
}

static void
put_failure(struct server *r, int status)
{
	size_t blamed = r->index ? xj_wide_blames(r->index) : SIZE_MAX;

	if (blamed < r->remote_count) {
		begin(r, XJ_WIDE_LOST);
		put_u32(r, (uint32_t)blamed);
		put_u32(r, r->remotes[blamed].state);
		put_bytes(r, r->remotes[blamed].why,
			  strlen(r->remotes[blamed].why));
		return;
	}
	begin(r, XJ_WIDE_FAILED);
	put_u32(r, (uint32_t)-status);
	put_bytes(r, r->err.message, strlen(r->err.message));
}

/* -------------------------------------------------------------------- open */

static void *
allocate(struct xj_arena *arena, size_t count, size_t size)
{
	void *p = xj_arena_alloc(arena, (count + 1) * size);

	if (!p)
		exit(1);
	return p;
}

/* How many there may be of what takes at least `size` bytes each. */
static uint32_t
take_count(struct xj_wire_in *in, size_t size)
{
	uint32_t n = xj_wire_u32(in);

	if (in->failed || n > (size_t)(in->end - in->at) / size) {
		in->failed = true;
		return 0;
	}
	return n;
}

static struct xj_index_here
take_here(struct server *r)
{
	struct xj_index_here h = { .dir = xj_wire_str(&r->in, NULL) };
	const char **names;
	struct xj_dead *dead;

	h.count = take_count(&r->in, 5);
	h.names = names = allocate(r->arena, h.count, sizeof(*names));
	for (size_t i = 0; i < h.count; i++)
		names[i] = xj_wire_str(&r->in, NULL);
	h.dead_count = take_count(&r->in, 12);
	h.dead = dead = allocate(r->arena, h.dead_count, sizeof(*dead));
	for (size_t i = 0; i < h.dead_count; i++) {
		dead[i].id = xj_wire_u64(&r->in);
		dead[i].rev = xj_wire_u32(&r->in);
	}
	return h;
}

static void
take_remotes(struct server *r)
{
	r->remote_count = take_count(&r->in, 16);
	r->remotes = allocate(r->arena, r->remote_count, sizeof(*r->remotes));
	for (size_t i = 0; i < r->remote_count; i++) {
		struct xj_remote *m = &r->remotes[i];

		m->state = (enum xj_remote_state)xj_wire_u32(&r->in);
		m->host = xj_wire_str(&r->in, NULL);
		m->port = xj_wire_u32(&r->in);
		for (size_t k = 0; k < XJ_REMOTE_FACTS; k++) {
			m->facts[k].key = xj_wire_str(&r->in, NULL);
			m->facts[k].expected = xj_wire_str(&r->in, NULL);
		}
	}
}

static void
put_remote(struct server *r, const struct xj_remote *m)
{
	put_u32(r, m->state);
	put_u32(r, m->wrong);
	put_bytes(r, m->why, strlen(m->why));
	put_u64(r, m->documents);
	for (size_t i = 0; i < XJ_REMOTE_FACTS; i++)
		put_bytes(r, m->facts[i].value, strlen(m->facts[i].value));
}

/* The first request; what it says is lent from it for good. */
static int
open_all(struct server *r)
{
	unsigned within = xj_wire_u32(&r->in);
	struct xj_index_here here = take_here(r);
	int status;

	take_remotes(r);
	if (!xj_wire_ended(&r->in))
		exit(1);
	/* A part of what there is to wait is kept for what comes after. */
	status = xj_wide_open_here(&here, r->remotes, r->remote_count,
				within, ANSWER_MS, &r->index, &r->err);
	if (status < 0)
		return status;
	xj_remotes_confine();
	for (size_t i = 0; i < r->remote_count; i++)
		put_remote(r, &r->remotes[i]);
	return XJ_OK;
}

/* ----------------------------------------------------------------- looking */

static int
answer_counts(struct server *r)
{
	uint64_t documents;
	double mean;
	int status = xj_index_counts(r->index, &documents, &mean, &r->err);

	if (status == XJ_OK) {
		put_u64(r, documents);
		put_double(r, mean);
	}
	return status;
}

static int
answer_frequency(struct server *r)
{
	size_t len;
	const char *term = xj_wire_str(&r->in, &len);
	uint64_t documents;
	int status = !term ? XJ_EINVAL :
		xj_index_frequency(r->index, term, len, &documents, &r->err);

	if (status == XJ_OK)
		put_u64(r, documents);
	return status;
}

struct telling {
	struct server *server;
	uint32_t count;
};

static int
put_term(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct telling *t = ctx;

	put_bytes(t->server, term, len);
	put_u64(t->server, documents);
	return ++t->count == XJ_WIDE_TERMS_MAX;
}

static int
answer_terms(struct server *r)
{
	struct telling t = { .server = r };
	size_t len, at = r->answer.len;
	const char *prefix = xj_wire_str(&r->in, &len);
	int status;

	put_u32(r, 0);
	status = !prefix ? XJ_EINVAL :
		xj_index_terms(r->index, prefix, len, put_term, &t, &r->err);
	if (status == XJ_OK && !r->answer.failed)
		memcpy(r->answer.data + at, &t.count, sizeof(t.count));
	return status;
}

/* ---------------------------------------------------------------- matching */

static double
take_double(struct xj_wire_in *in)
{
	uint64_t bits = xj_wire_u64(in);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static const struct xj_tree *
take_tree(struct server *r, unsigned depth)
{
	struct xj_tree *t = allocate(r->scratch, 1, sizeof(*t));
	const struct xj_tree **children;
	uint64_t *ids;

	t->op = (enum xj_tree_op)xj_wire_u32(&r->in);
	t->term = xj_wire_str(&r->in, &t->len);
	t->scale = take_double(&r->in);
	t->slot = xj_wire_u32(&r->in);
	t->low = xj_wire_str(&r->in, NULL);
	t->high = xj_wire_str(&r->in, NULL);
	t->count = t->op == XJ_TREE_PREFIX ? xj_wire_u32(&r->in) :
					     take_count(&r->in, 8);
	if (depth > DEPTH_MAX)
		exit(1);
	if (t->op == XJ_TREE_IDS) {
		t->ids = ids = allocate(r->scratch, t->count, sizeof(*ids));
		for (size_t i = 0; i < t->count; i++)
			ids[i] = xj_wire_u64(&r->in);
		return t;
	}
	if (t->op == XJ_TREE_PREFIX)
		return t;
	children = allocate(r->scratch, t->count, sizeof(*children));
	t->children = children;
	for (size_t i = 0; i < t->count; i++)
		children[i] = take_tree(r, depth + 1);
	return t;
}

static struct xj_match_options
take_options(struct server *r)
{
	struct xj_match_options o = { .offset = xj_wire_u64(&r->in) };

	o.limit = xj_wire_u64(&r->in);
	o.check = xj_wire_u64(&r->in);
	o.sort = (enum xj_index_sort)xj_wire_u32(&r->in);
	o.k1 = take_double(&r->in);
	o.b = take_double(&r->in);
	o.facets = xj_wire_u32(&r->in);
	return o;
}

static void
put_match(struct server *r, const struct xj_match *m, unsigned facets)
{
	put_u64(r, m->total);
	put_u32(r, m->exact);
	put_double(r, m->best);
	put_u32(r, (uint32_t)m->count);
	for (size_t i = 0; i < m->count; i++) {
		put_u64(r, m->hits[i].id);
		put_double(r, m->hits[i].weight);
	}
	for (unsigned slot = 1; slot < XJ_SLOT_COUNT; slot++) {
		size_t n = m->facets[slot].count;

		if (!(facets >> slot & 1))
			continue;
		n = n > XJ_WIDE_FACET_MAX ? XJ_WIDE_FACET_MAX : n;
		put_u32(r, (uint32_t)n);
		for (size_t i = 0; i < n; i++) {
			const struct xj_facet_value *v =
				&m->facets[slot].values[i];

			put_bytes(r, v->value, strlen(v->value));
			put_u64(r, v->count);
		}
	}
}

static int
answer_match(struct server *r)
{
	struct xj_match_options o = take_options(r);
	const struct xj_tree *tree = take_tree(r, 0);
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	int status;

	if (!xj_wire_ended(&r->in))
		return XJ_EINVAL;
	status = xj_index_match(r->index, tree, &o, &match, &r->err);
	if (status == XJ_OK)
		put_match(r, &match, o.facets);
	return status;
}

/* ------------------------------------------------------------- what is kept */

static int
put_data(void *ctx, size_t i, const void *data, size_t len,
	 struct xj_error *err)
{
	(void)i, (void)err;
	put_bytes(ctx, data, len);
	return XJ_OK;
}

static int
answer_data(struct server *r)
{
	uint32_t count = take_count(&r->in, 8);
	uint64_t *ids = allocate(r->scratch, count, sizeof(*ids));

	for (uint32_t i = 0; i < count; i++)
		ids[i] = xj_wire_u64(&r->in);
	return xj_index_data(r->index, ids, count, put_data, r, &r->err);
}

static int
answer_fact(struct server *r)
{
	xj_auto(xj_buf_release) struct xj_buf value = XJ_BUF_INIT;
	size_t remote = xj_wire_u32(&r->in);
	const char *key = xj_wire_str(&r->in, NULL);
	int status = !key ? XJ_EINVAL :
		xj_index_fact(r->index, remote, key, &value, &r->err);

	if (status == XJ_OK || status == XJ_ENOTFOUND)
		put_bytes(r, xj_buf_str(&value), value.len);
	return status == XJ_ENOTFOUND ? XJ_OK : status;
}

/* --------------------------------------------------------------- the whole */

static int
answer(struct server *r)
{
	uint32_t request = xj_wire_u32(&r->in);

	begin(r, XJ_WIDE_FINE);
	if (!r->index)
		return request == XJ_WIDE_OPEN ? open_all(r) : XJ_EINVAL;
	switch (request) {
	case XJ_WIDE_COUNTS:
		return answer_counts(r);
	case XJ_WIDE_FREQUENCY:
		return answer_frequency(r);
	case XJ_WIDE_TERMS:
		return answer_terms(r);
	case XJ_WIDE_MATCH:
		return answer_match(r);
	case XJ_WIDE_DATA:
		return answer_data(r);
	case XJ_WIDE_FACT:
		return answer_fact(r);
	default:
		return XJ_EINVAL;
	}
}

static bool
read_all(void *to, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = read(XJ_WIDE_FD, (char *)to + done, len - done);

		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool
receive(struct xj_buf *b)
{
	uint32_t len;

	if (!read_all(&len, sizeof(len)) || len > XJ_WIDE_MESSAGE_MAX)
		return false;
	xj_buf_clear(b);
	if (xj_buf_reserve(b, len) < 0 || !read_all(b->data, len))
		return false;
	b->len = len;
	return true;
}

static bool
send_answer(struct server *r)
{
	uint32_t len = (uint32_t)(r->answer.len - sizeof(len));

	if (r->answer.failed || r->answer.len > XJ_WIDE_MESSAGE_MAX)
		return false;
	memcpy(r->answer.data, &len, sizeof(len));
	return xj_write_all(XJ_WIDE_FD, r->answer.data, r->answer.len, NULL) ==
	       XJ_OK;
}

/* The opening request lasts as long as the process: its strings are lent. */
static bool
serve(struct server *r, struct xj_buf *request)
{
	int status;

	if (!receive(request) || xj_arena_new(&r->scratch) < 0)
		return false;
	r->in = (struct xj_wire_in){ .at = request->data,
				     .end = request->data + request->len };
	status = answer(r);
	if (status < 0)
		put_failure(r, status);
	xj_arena_free(r->scratch);
	r->scratch = NULL;
	return send_answer(r);
}

int
main(void)
{
	struct server r = { 0 };
	struct xj_buf opening = XJ_BUF_INIT;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (xj_arena_new(&r.arena) < 0 || !serve(&r, &opening))
		return 1;
	while (r.index && serve(&r, &r.request))
		;
	_exit(0); /* threads may still wait for a remote */
}
