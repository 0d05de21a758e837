/* wide.c - ask xueji-remotes, which has the index and those of others open. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/wide.h"

struct xj_wide {
	pid_t pid;
	int fd;
	uint64_t until;
	struct xj_remote *remotes;
	size_t count;
	bool lost;
	struct xj_buf out;       /* the request, its length first */
	struct xj_buf in;        /* the answer */
	struct xj_wire_in reply; /* what is left of it */
};

/* ---------------------------------------------------------------- requests */

static void
put_u32(struct xj_buf *b, uint32_t v)
{
	xj_buf_add(b, &v, sizeof(v));
}

static void
put_u64(struct xj_buf *b, uint64_t v)
{
	xj_buf_add(b, &v, sizeof(v));
}

static void
put_double(struct xj_buf *b, double v)
{
	xj_buf_add(b, &v, sizeof(v));
}

static void
put_bytes(struct xj_buf *b, const void *s, size_t len)
{
	put_u32(b, (uint32_t)len);
	xj_buf_add(b, s, len);
	xj_buf_addc(b, '\0');
}

static void
put_text(struct xj_buf *b, const char *s)
{
	if (s)
		put_bytes(b, s, strlen(s));
	else
		put_u32(b, UINT32_MAX);
}

static void
begin(struct xj_wide *w, enum xj_wide_request request)
{
	xj_buf_clear(&w->out);
	put_u32(&w->out, 0); /* the length */
	put_u32(&w->out, request);
}

static double
take_double(struct xj_wire_in *in)
{
	uint64_t bits = xj_wire_u64(in);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return isfinite(v) ? v : 0;
}

/* ------------------------------------------------------------ the channel */

static int
wait_for(const struct xj_wide *w, short events)
{
	struct pollfd p = { .fd = w->fd, .events = events };
	uint64_t now = xj_monotonic_ms();

	if (now >= w->until)
		return 0;
	return poll(&p, 1, (int)(w->until - now));
}

static int
send_all(struct xj_wide *w)
{
	size_t done = 0;

	while (done < w->out.len) {
		ssize_t n = send(w->fd, w->out.data + done, w->out.len - done,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EAGAIN && errno != EINTR)
			return XJ_EIO;
		else if (wait_for(w, POLLOUT) == 0)
			return XJ_EBUSY;
	}
	return XJ_OK;
}

static int
receive(struct xj_wide *w, void *to, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = recv(w->fd, (char *)to + done, len - done,
				 MSG_DONTWAIT);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return XJ_EIO;
		else if (wait_for(w, POLLIN) == 0)
			return XJ_EBUSY;
	}
	return XJ_OK;
}

static int
receive_message(struct xj_wide *w)
{
	uint32_t len;
	int r = receive(w, &len, sizeof(len));

	if (r < 0)
		return r;
	xj_buf_clear(&w->in);
	if (len > XJ_WIDE_MESSAGE_MAX || xj_buf_reserve(&w->in, len) < 0)
		return XJ_EIO;
	r = receive(w, w->in.data, len);
	w->in.len = r == XJ_OK ? len : 0;
	w->reply = (struct xj_wire_in){ .at = w->in.data,
					.end = w->in.data + w->in.len };
	return r;
}

/* The process hangs or is gone, and nobody knows by whose fault: all of them are
 * left out. */
static int
lose_all(struct xj_wide *w, enum xj_remote_state state, struct xj_error *err)
{
	w->lost = true;
	for (size_t i = 0; i < w->count; i++)
		if (w->remotes[i].state == XJ_REMOTE_FINE)
			w->remotes[i].state = state;
	return xj_error_set(err, XJ_EIO, "index: other machines did not "
			    "answer");
}

static int
lose_one(struct xj_wide *w, struct xj_error *err)
{
	uint32_t i = xj_wire_u32(&w->reply);
	uint32_t state = xj_wire_u32(&w->reply);
	const char *why = xj_wire_str(&w->reply, NULL);

	if (w->reply.failed || i >= w->count || state == XJ_REMOTE_FINE ||
	    state > XJ_REMOTE_OTHER)
		return lose_all(w, XJ_REMOTE_STRANGE, err);
	w->lost = true;
	w->remotes[i].state = (enum xj_remote_state)state;
	snprintf(w->remotes[i].why, sizeof(w->remotes[i].why), "%s",
		 why ? why : "");
	return xj_error_set(err, XJ_EIO, "index: %s:%u did not answer",
			    w->remotes[i].host, w->remotes[i].port);
}

static int
fail(struct xj_wide *w, struct xj_error *err)
{
	int status = -(int)xj_wire_u32(&w->reply);
	const char *message = xj_wire_str(&w->reply, NULL);

	if (w->reply.failed || !message || status >= XJ_OK ||
	    status < XJ_EINTERNAL)
		return lose_all(w, XJ_REMOTE_STRANGE, err);
	return xj_error_set(err, status, "%s", message);
}

/* Send what was begun and read the head of the answer. */
static int
ask(struct xj_wide *w, struct xj_error *err)
{
	uint32_t len = (uint32_t)(w->out.len - sizeof(len));
	int r = xj_buf_check(&w->out, err);

	if (r < 0)
		return r;
	if (w->out.len > XJ_WIDE_MESSAGE_MAX)
		return xj_error_set(err, XJ_ELIMIT, "index: a request of %zu "
				    "bytes", w->out.len);
	memcpy(w->out.data, &len, sizeof(len));
	r = w->lost ? XJ_EIO : send_all(w);
	if (r == XJ_OK)
		r = receive_message(w);
	if (r < 0)
		return lose_all(w, r == XJ_EBUSY ? XJ_REMOTE_SILENT :
				XJ_REMOTE_STRANGE, err);
	switch (xj_wire_u32(&w->reply)) {
	case XJ_WIDE_FINE:
		return XJ_OK;
	case XJ_WIDE_FAILED:
		return fail(w, err);
	default:
		return lose_one(w, err);
	}
}

/* An answer that does not end where it should is of a process that a remote
 * may have taken over. */
static int
ended(struct xj_wide *w, struct xj_error *err)
{
	return xj_wire_ended(&w->reply) ? XJ_OK :
	       lose_all(w, XJ_REMOTE_STRANGE, err);
}

/* ------------------------------------------------------------- the process */

static const char *
program(void)
{
	const char *set = secure_getenv("XUEJI_REMOTES");

	return set && *set ? set : XJ_LIBEXECDIR "/xueji-remotes";
}

static int
spawn(struct xj_wide *w, int sock)
{
	static const char *const names[] = { "HOSTALIASES", "LOCALDOMAIN",
					     "RES_OPTIONS", NULL };
	char *const argv[] = { (char *)"xueji-remotes", NULL };
#ifdef XJ_SANITIZED
	const int fds[] = { -1, -1, STDERR_FILENO, sock };
#else
	const int fds[] = { -1, -1, -1, sock };
#endif

	_Static_assert(XJ_WIDE_FD == 3, "the place of `sock` in fds");
	return xj_spawn(program(), argv, fds, XJ_COUNT(fds), names, &w->pid);
}

static int
start(struct xj_wide *w, struct xj_error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return xj_error_errno(err, "index");
	w->fd = pair[0];
	errno = spawn(w, pair[1]);
	if (errno == 0) {
		close(pair[1]);
		return XJ_OK;
	}
	w->pid = 0;
	xj_error_errno(err, "%s", program());
	close(pair[1]);
	return XJ_EIO;
}

void
xj_wide_close(struct xj_wide *w)
{
	if (!w)
		return;
	xj_closep(&w->fd);
	if (w->pid > 0) { /* it has nothing to tidy up */
		kill(w->pid, SIGKILL);
		while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	xj_buf_release(&w->out);
	xj_buf_release(&w->in);
	free(w);
}

bool
xj_wide_is_lost(const struct xj_wide *w)
{
	return w->lost;
}

void
xj_wide_until(struct xj_wide *w, uint64_t until)
{
	w->until = until;
}

/* -------------------------------------------------------------------- open */

static void
put_here(struct xj_buf *b, const struct xj_index_here *here)
{
	put_text(b, here->dir);
	put_u32(b, (uint32_t)here->count);
	for (size_t i = 0; i < here->count; i++)
		put_text(b, here->names[i]);
	put_u32(b, (uint32_t)here->dead_count);
	for (size_t i = 0; i < here->dead_count; i++) {
		put_u64(b, here->dead[i].id);
		put_u32(b, here->dead[i].rev);
	}
}

static void
put_remote(struct xj_buf *b, const struct xj_remote *m)
{
	put_u32(b, m->state);
	put_text(b, m->host);
	put_u32(b, m->port);
	for (size_t i = 0; i < XJ_REMOTE_FACTS; i++) {
		put_text(b, m->facts[i].key);
		put_text(b, m->facts[i].expected);
	}
}

static void
copy(char to[XJ_REMOTE_FACT_MAX], const char *from)
{
	snprintf(to, XJ_REMOTE_FACT_MAX, "%s", from ? from : "");
}

static int
take_remote(struct xj_wire_in *in, struct xj_remote *m)
{
	uint32_t state = xj_wire_u32(in);

	m->wrong = xj_wire_u32(in);
	copy(m->why, xj_wire_str(in, NULL));
	m->documents = xj_wire_u64(in);
	for (size_t i = 0; i < XJ_REMOTE_FACTS; i++)
		copy(m->facts[i].value, xj_wire_str(in, NULL));
	if (in->failed || state > XJ_REMOTE_OTHER ||
	    m->wrong >= XJ_REMOTE_FACTS)
		return XJ_EIO;
	m->state = (enum xj_remote_state)state;
	return XJ_OK;
}

static int
open_in(struct xj_wide *w, const struct xj_index_here *here, bool *any,
	struct xj_error *err)
{
	uint64_t now = xj_monotonic_ms();
	int r = start(w, err);

	if (r < 0)
		return r;
	begin(w, XJ_WIDE_OPEN);
	/* It must answer before it is given up itself. */
	put_u32(&w->out, w->until > now ? (uint32_t)(w->until - now) / 5 * 4 :
					  0);
	put_here(&w->out, here);
	put_u32(&w->out, (uint32_t)w->count);
	for (size_t i = 0; i < w->count; i++)
		put_remote(&w->out, &w->remotes[i]);
	r = ask(w, err);
	*any = false;
	for (size_t i = 0; i < w->count && r == XJ_OK; i++) {
		if (take_remote(&w->reply, &w->remotes[i]) < 0)
			return lose_all(w, XJ_REMOTE_STRANGE, err);
		*any |= w->remotes[i].state == XJ_REMOTE_FINE;
	}
	return r < 0 ? r : ended(w, err);
}

int
xj_wide_open(const struct xj_index_here *here, struct xj_remote *remotes,
	     size_t count, uint64_t until, struct xj_wide **wide,
	     struct xj_error *err)
{
	struct xj_wide *w = calloc(1, sizeof(*w));
	bool any = false;
	int r;

	*wide = NULL;
	if (!w)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	*w = (struct xj_wide){ .fd = -1, .until = until, .remotes = remotes,
			       .count = count };
	r = open_in(w, here, &any, err);
	if (r < 0 && w->lost)
		r = XJ_OK, any = false; /* their states say so */
	if (r < 0 || !any)
		xj_wide_close(w);
	else
		*wide = w;
	return r;
}

/* ----------------------------------------------------------------- looking */

int
xj_wide_counts(struct xj_wide *w, uint64_t *documents, double *mean_length,
	       struct xj_error *err)
{
	int r;

	begin(w, XJ_WIDE_COUNTS);
	if ((r = ask(w, err)) < 0)
		return r;
	*documents = xj_wire_u64(&w->reply);
	*mean_length = take_double(&w->reply);
	return ended(w, err);
}

int
xj_wide_frequency(struct xj_wide *w, const char *term, size_t len,
		  uint64_t *documents, struct xj_error *err)
{
	int r;

	begin(w, XJ_WIDE_FREQUENCY);
	put_bytes(&w->out, term, len);
	if ((r = ask(w, err)) < 0)
		return r;
	*documents = xj_wire_u64(&w->reply);
	return ended(w, err);
}

int
xj_wide_terms(struct xj_wide *w, const char *prefix, size_t len,
	      xj_index_term_fn fn, void *ctx, struct xj_error *err)
{
	uint32_t count;
	int r;

	begin(w, XJ_WIDE_TERMS);
	put_bytes(&w->out, prefix, len);
	if ((r = ask(w, err)) < 0)
		return r;
	count = xj_wire_u32(&w->reply);
	for (uint32_t i = 0; i < count && r == XJ_OK; i++) {
		size_t n;
		const char *term = xj_wire_str(&w->reply, &n);
		uint64_t documents = xj_wire_u64(&w->reply);

		if (w->reply.failed || !term || n < len ||
		    memcmp(term, prefix, len) != 0)
			return lose_all(w, XJ_REMOTE_STRANGE, err);
		r = fn(ctx, term, n, documents);
	}
	return r > 0 ? XJ_OK : r;
}

/* ---------------------------------------------------------------- matching */

/* The count of the others means something else, or nothing. */
static bool
has_children(const struct xj_tree *t)
{
	return t->op != XJ_TREE_IDS && t->op != XJ_TREE_PREFIX &&
	       t->children;
}

static void
put_tree(struct xj_buf *b, const struct xj_tree *t)
{
	put_u32(b, t->op);
	put_bytes(b, t->term ? t->term : "", t->term ? t->len : 0);
	put_double(b, t->scale);
	put_u32(b, t->slot);
	put_text(b, t->low);
	put_text(b, t->high);
	put_u32(b, (uint32_t)t->count);
	for (size_t i = 0; t->op == XJ_TREE_IDS && i < t->count; i++)
		put_u64(b, t->ids[i]);
	for (size_t i = 0; has_children(t) && i < t->count; i++)
		put_tree(b, t->children[i]);
}

static void
put_options(struct xj_buf *b, const struct xj_match_options *o)
{
	put_u64(b, o->offset);
	put_u64(b, o->limit);
	put_u64(b, o->check);
	put_u32(b, o->sort);
	put_double(b, o->k1);
	put_double(b, o->b);
	put_u32(b, o->facets);
}

static bool
is_possible(const struct xj_wide *w, uint64_t id)
{
	return id != 0 && XJ_ID_NUMBER(id) != 0 &&
	       (!XJ_ID_IS_REMOTE(id) || XJ_ID_REMOTE(id) < w->count);
}

static int
take_hits(struct xj_wide *w, const struct xj_match_options *o,
	  struct xj_match *m, struct xj_error *err)
{
	struct xj_wire_in *in = &w->reply;
	uint32_t count = xj_wire_u32(in);

	if (in->failed || count > o->limit ||
	    count > (size_t)(in->end - in->at) / 16)
		return lose_all(w, XJ_REMOTE_STRANGE, err);
	m->hits = calloc((size_t)count + 1, sizeof(*m->hits));
	if (!m->hits)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (; m->count < count; m->count++) {
		struct xj_match_hit *hit = &m->hits[m->count];

		hit->id = xj_wire_u64(in);
		hit->weight = take_double(in);
		if (!is_possible(w, hit->id) || hit->weight < 0)
			return lose_all(w, XJ_REMOTE_STRANGE, err);
	}
	return XJ_OK;
}

/* Values that are no text are nobody's values. */
static int
take_facet(struct xj_wide *w, struct xj_facet_value **values, size_t *count,
	   struct xj_error *err)
{
	struct xj_wire_in *in = &w->reply;
	uint32_t n = xj_wire_u32(in);

	if (in->failed || n > (size_t)(in->end - in->at) / 12)
		return lose_all(w, XJ_REMOTE_STRANGE, err);
	*values = calloc((size_t)n + 1, sizeof(**values));
	for (uint32_t i = 0; *values && i < n; i++) {
		size_t len;
		const char *text = xj_wire_str(in, &len);
		uint64_t times = xj_wire_u64(in);
		struct xj_facet_value *v = &(*values)[*count];

		if (!text || !xj_utf8_valid(text, len) || strlen(text) != len)
			continue;
		v->count = times;
		v->value = strdup(text);
		if (!v->value)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		++*count;
	}
	return *values ? XJ_OK : xj_error_set(err, XJ_ENOMEM, "out of memory");
}

int
xj_wide_match(struct xj_wide *w, const struct xj_tree *tree,
	      const struct xj_match_options *o, struct xj_match *m,
	      struct xj_error *err)
{
	int r;

	begin(w, XJ_WIDE_MATCH);
	put_options(&w->out, o);
	put_tree(&w->out, tree);
	if ((r = ask(w, err)) < 0)
		return r;
	m->total = xj_wire_u64(&w->reply);
	m->exact = xj_wire_u32(&w->reply) != 0;
	m->best = take_double(&w->reply);
	r = take_hits(w, o, m, err);
	for (unsigned slot = 1; slot < XJ_SLOT_COUNT && r == XJ_OK; slot++)
		if (o->facets >> slot & 1)
			r = take_facet(w, &m->facets[slot].values,
				       &m->facets[slot].count, err);
	return r < 0 ? r : ended(w, err);
}

/* ------------------------------------------------------------- what is kept */

int
xj_wide_data(struct xj_wide *w, const uint64_t *ids, size_t count,
	     xj_index_data_fn fn, void *ctx, struct xj_error *err)
{
	int r;

	begin(w, XJ_WIDE_DATA);
	put_u32(&w->out, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		put_u64(&w->out, ids[i]);
	r = ask(w, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		size_t len;
		const char *data = xj_wire_str(&w->reply, &len);

		if (w->reply.failed)
			return lose_all(w, XJ_REMOTE_STRANGE, err);
		r = fn(ctx, i, data, len, err);
	}
	return r < 0 ? r : ended(w, err);
}

int
xj_wide_fact(struct xj_wide *w, size_t remote, const char *key,
	     struct xj_buf *value, struct xj_error *err)
{
	const char *bytes;
	size_t len;
	int r;

	begin(w, XJ_WIDE_FACT);
	put_u32(&w->out, (uint32_t)remote);
	put_text(&w->out, key);
	if ((r = ask(w, err)) < 0)
		return r;
	bytes = xj_wire_str(&w->reply, &len);
	if ((r = ended(w, err)) < 0)
		return r;
	if (!bytes || len == 0)
		return XJ_ENOTFOUND;
	xj_buf_clear(value);
	xj_buf_add(value, bytes, len);
	return xj_buf_check(value, err);
}
