/* http.c - the only file that knows libmicrohttpd: bytes in, bytes out. */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/serve.h"

#define CONNECTIONS_MAX 1000
#define CONNECTIONS_OF_ONE 200
#define HEADERS_MAX (32 << 10)   /* with what is being sent */
#define ADDRESS_MAX 8000
#define IDLE_SECONDS 30          /* without a byte in or out */
#define ARRIVE_SECONDS 30        /* for a whole request, */
#define PIECE (256 << 10)        /* or so much of a body for the disk */
#define STREAMS_MAX 64
#define FORGET_MAX (1 << 20)     /* bytes that are read of what was refused */

struct xj_counts xj_counts;

static struct MHD_Daemon *daemon_;
static int listening = -1;
static unsigned port;

/* ------------------------------------------------------------- connections */

/*
 * A client that sends a byte now and then would never be idle. So whoever has not
 * sent a whole request in time is cut off, by a thread that looks each second.
 */
struct link {
	int fd;
	bool served;             /* a request of his is being answered */
	uint64_t since;          /* milliseconds */
	struct link *next, **to_me;
};

static pthread_mutex_t links_lock = PTHREAD_MUTEX_INITIALIZER;
static struct link *links;
static pthread_t cutter;
static pthread_cond_t stop_cutting = PTHREAD_COND_INITIALIZER;
static bool cutting;

static void
cut_late(uint64_t now)
{
	for (struct link *l = links; l; l = l->next)
		if (!l->served && now - l->since > ARRIVE_SECONDS * 1000) {
			shutdown(l->fd, SHUT_RDWR);
			l->since = now;
			xj_counts.cut++;
		}
}

static void *
cut(void *ctx)
{
	(void)ctx;
	pthread_mutex_lock(&links_lock);
	while (cutting) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		pthread_cond_timedwait(&stop_cutting, &links_lock, &until);
		cut_late(xj_monotonic_ms());
	}
	pthread_mutex_unlock(&links_lock);
	return NULL;
}

static void
link_begin(struct MHD_Connection *c, void **context)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct link *l = calloc(1, sizeof(*l));

	*context = l;
	if (!l)
		return;
	*l = (struct link){ .fd = info->connect_fd,
			    .since = xj_monotonic_ms() };
	pthread_mutex_lock(&links_lock);
	l->next = links;
	l->to_me = &links;
	if (links)
		links->to_me = &l->next;
	links = l;
	pthread_mutex_unlock(&links_lock);
}

static void
link_end(struct link *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&links_lock);
	*l->to_me = l->next;
	if (l->next)
		l->next->to_me = l->to_me;
	pthread_mutex_unlock(&links_lock);
	free(l);
}

static void
connection_changed(void *cls, struct MHD_Connection *c, void **context,
		   enum MHD_ConnectionNotificationCode what)
{
	(void)cls;
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		link_begin(c, context);
	else
		link_end(*context);
}

static void
link_served(struct MHD_Connection *c, bool served)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct link *l = info ? info->socket_context : NULL;

	if (!l)
		return;
	pthread_mutex_lock(&links_lock);
	l->served = served;
	l->since = xj_monotonic_ms();
	pthread_mutex_unlock(&links_lock);
}

/* ---------------------------------------------------------------- requests */

enum stage { ARRIVING, WORKING, BEGUN, STREAMING, ANSWERED };

struct exchange {
	struct xj_job job;
	enum stage stage;
	const char *uri;         /* as it came */
	unsigned refuse;         /* status of an early answer */
	size_t body_most;        /* bytes */
	bool streams;            /* is one of those counted */
	uint64_t forgotten;      /* bytes of a body that was refused */
};

static unsigned streams;         /* bodies on their way to the disk */

/* The first we hear of a request: its address. */
static void *
begin(void *cls, const char *uri, struct MHD_Connection *c)
{
	struct exchange *x = calloc(1, sizeof(*x));

	(void)cls;
	(void)c;
	if (!x)
		return NULL;
	x->job.reply.fd = -1;
	x->job.began_us = xj_monotonic_ms() * 1000;
	if (xj_arena_new(&x->job.request.arena) < 0 ||
	    !(x->uri = xj_arena_strdup(x->job.request.arena, uri))) {
		xj_arena_free(x->job.request.arena);
		free(x);
		return NULL;
	}
	return x;
}

static bool
is_plain(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	return xj_utf8_valid(text, strlen(text));
}

/* Path and arguments; NUL, control characters and what is no UTF-8 are in none
 * of ours. */
static bool
read_uri(struct exchange *x)
{
	struct xj_request *q = &x->job.request;
	const char *mark = strchr(x->uri, '?');
	size_t len = mark ? (size_t)(mark - x->uri) : strlen(x->uri);
	char *path = xj_arena_strndup(q->arena, x->uri, len);

	q->query = mark ? mark + 1 : "";
	if (!path || strlen(x->uri) > ADDRESS_MAX || *path != '/')
		return false;
	if (strstr(path, "%00") || MHD_http_unescape(path) != strlen(path) ||
	    !is_plain(path))
		return false;
	q->path = path;
	return xj_fields_parse(q->arena, q->query, strlen(q->query),
			       &q->arguments) == XJ_OK;
}

static const char *
header(struct MHD_Connection *c, struct xj_request *q, const char *name)
{
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);

	return v && is_plain(v) ? xj_arena_strdup(q->arena, v) : NULL;
}

static void
read_address(struct MHD_Connection *c, struct xj_request *q)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char text[NI_MAXHOST] = "";

	if (info && info->client_addr)
		getnameinfo(info->client_addr, info->client_addr->sa_family ==
			    AF_INET6 ? sizeof(struct sockaddr_in6)
				     : sizeof(struct sockaddr_in), text,
			    sizeof(text), NULL, 0, NI_NUMERICHOST);
	q->address = xj_arena_strdup(q->arena, text);
}

/* Of a Host header: "[::1]:8460" */
static bool
is_host(const char *host)
{
	return host && *host && strlen(host) < 256 &&
	       strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-._:[]"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(host);
}

static bool
is_loopback(const char *host)
{
	static const char *const names[] = { "localhost", "127.0.0.1",
					     "[::1]" };

	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(host, names[i], n) == 0 &&
		    (host[n] == '\0' || host[n] == ':'))
			return true;
	}
	return false;
}

/* A page elsewhere whose name was made to point here must not read us. */
static bool
is_ours(const char *host)
{
	const char *url = xj_serve_options.url;
	const char *own = url && *url ? strstr(url, "://") : NULL;

	if (!is_host(host))
		return false;
	if (own && strcasecmp(own + 3, host) == 0)
		return true;
	return is_loopback(host) ||
	       !(own || is_loopback(xj_serve_options.listen) ||
		 strcmp(xj_serve_options.listen, "::1") == 0);
}

/* Programs may send more than forms do; and long texts are taken where somebody
 * writes them, from who has a session. */
static size_t
body_most(const struct exchange *x)
{
	const struct xj_request *q = &x->job.request;
	struct xj_session session = { .who = XJ_GUEST };

	if (q->content_type && strncasecmp(q->content_type, "application/",
		12) == 0 && strstr(q->content_type, "json"))
		return XJ_JSON_MAX;
	if (x->job.route->flags & XJ_CSV)
		return XJ_JSON_MAX;
	if (x->job.route->flags & XJ_LONG)
		xj_session_find(xj_cookie(q, "session"), &session);
	return session.who == XJ_GUEST ? XJ_FORM_MAX : XJ_LONG_MAX;
}

static unsigned
read_headers(struct exchange *x, struct MHD_Connection *c, const char *method)
{
	struct xj_request *q = &x->job.request;
	const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
							 "Content-Length");

	q->method = xj_arena_strdup(q->arena, method);
	q->head = strcmp(method, "HEAD") == 0;
	if (q->head)
		q->method = "GET";
	q->host = header(c, q, "Host");
	q->cookie = header(c, q, "Cookie");
	q->languages = header(c, q, "Accept-Language");
	q->if_none_match = header(c, q, "If-None-Match");
	q->content_type = header(c, q, "Content-Type");
	q->origin = header(c, q, "Origin");
	q->fetch_site = header(c, q, "Sec-Fetch-Site");
	q->if_match = header(c, q, "If-Match");
	q->authorization = header(c, q, "Authorization");
	q->csrf = header(c, q, "X-CSRF-Token");
	q->accept = header(c, q, "Accept");
	read_address(c, q);
	q->content_length = length ? strtoull(length, NULL, 10) : 0;
	if (!read_uri(x))
		return 400;
	x->job.route = xj_route_find(q);
	x->job.phase = x->job.route->flags & XJ_TO_DISK ? XJ_BEGIN : XJ_ANSWER;
	x->body_most = body_most(x);
	if (q->content_length > x->body_most && x->job.phase == XJ_ANSWER)
		return 413;
	return !is_ours(q->host) ? 421 : 0;
}

/* ----------------------------------------------------------------- replies */

static const char fixed[][2][160] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "same-origin" },
	{ "X-Frame-Options", "DENY" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
};

#define POLICY "default-src 'none'; style-src 'self'; script-src 'self'; " \
	       "img-src 'self'; connect-src 'self'; form-action 'self'; " \
	       "base-uri 'none'; frame-ancestors 'none'"
#define POLICY_FOREIGN "default-src 'none'; sandbox; frame-ancestors 'none'"

static struct MHD_Response *
make_response(struct xj_reply *p)
{
	size_t len = p->body.len;
	struct MHD_Response *r;

	if (p->fd < 0) {
		char *bytes = len ? xj_buf_take(&p->body) : NULL;

		return MHD_create_response_from_buffer(len, bytes,
						       MHD_RESPMEM_MUST_FREE);
	}
	r = MHD_create_response_from_fd64(p->fd_size, p->fd);
	if (r)
		p->fd = -1;
	return r;
}

static void
add_headers(struct MHD_Response *r, const struct xj_reply *p)
{
	char etag[XJ_DIGEST_HEX_MAX + 2];

	for (size_t i = 0; i < XJ_COUNT(fixed); i++)
		MHD_add_response_header(r, fixed[i][0], fixed[i][1]);
	MHD_add_response_header(r, "Content-Security-Policy",
				p->foreign ? POLICY_FOREIGN : POLICY);
	MHD_add_response_header(r, "Cache-Control", p->lasting ?
				"public, max-age=31536000, immutable" :
				"private, no-cache");
	if (!p->lasting)
		MHD_add_response_header(r, "Vary", "Accept-Language, Authorization, Cookie");
	if (p->type)
		MHD_add_response_header(r, "Content-Type", p->type);
	if (p->etag) {
		snprintf(etag, sizeof(etag), "\"%s\"", p->etag);
		MHD_add_response_header(r, "ETag", etag);
	}
	for (const struct xj_header *h = p->headers; h; h = h->next)
		MHD_add_response_header(r, h->name, h->value);
}

static enum MHD_Result
send_reply(struct MHD_Connection *c, struct exchange *x)
{
	struct MHD_Response *r = make_response(&x->job.reply);
	enum MHD_Result queued;

	if (!r)
		return MHD_NO;
	add_headers(r, &x->job.reply);
	queued = MHD_queue_response(c, x->job.reply.status, r);
	MHD_destroy_response(r);
	return queued;
}

/* Without a worker: nothing of the archive is needed to say no. */
static enum MHD_Result
refuse(struct MHD_Connection *c, struct exchange *x, unsigned status)
{
	struct xj_reply *p = &x->job.reply;

	xj_counts.refused++;
	p->status = status;
	if (strncmp(x->uri, "/api/", 5) == 0) {
		p->type = "application/problem+json";
		xj_buf_addf(&p->body, "{\"type\":\"about:blank\",\"title\":"
			    "\"%s\",\"status\":%u,\"detail\":\"\"}",
			    MHD_get_reason_phrase_for(status), status);
	} else {
		p->type = "text/plain; charset=utf-8";
		xj_buf_addf(&p->body, "%u\n", status);
	}
	xj_reply_header(&x->job.request, p, "Connection", "close");
	if (status == 503)
		xj_reply_header(&x->job.request, p, "Retry-After", "2");
	x->stage = ANSWERED;
	return send_reply(c, x);
}

void
xj_job_done(struct xj_job *job)
{
	struct exchange *x = (struct exchange *)job;

	x->stage = job->phase == XJ_ANSWER || x->refuse ? ANSWERED :
		   job->phase == XJ_BEGIN ? BEGUN : STREAMING;
	MHD_resume_connection(job->connection);
}

/* What a worker has to do for the request, before which nothing goes on. */
static enum MHD_Result
hand_over(struct MHD_Connection *c, struct exchange *x)
{
	if (x->refuse)
		return refuse(c, x, x->refuse);
	x->job.request.language = xj_language_wanted(&x->job.request);
	link_served(c, true);
	x->job.connection = c;
	x->stage = WORKING;
	MHD_suspend_connection(c);
	if (xj_pool_give(&x->job))
		return MHD_YES;
	x->refuse = 503;
	xj_job_done(&x->job);
	return MHD_YES;
}

/*
 * Who sends slowly is not late as long as he sends. Who is refused would not hear
 * it before all is sent, since a connection that is closed on him takes the answer
 * along: what he sends is read and forgotten, of guests not for long.
 */
static enum MHD_Result
take_piece(struct MHD_Connection *c, struct exchange *x, const char *data,
	   size_t *size)
{
	struct xj_buf *b = &x->job.request.body;

	link_served(c, false);
	if (x->job.reply.status) {
		x->forgotten += *size;
		*size = 0;
		return x->job.request.session.who == XJ_GUEST &&
		       x->forgotten > FORGET_MAX ? MHD_NO : MHD_YES;
	}
	xj_buf_add(b, data, *size);
	*size = 0;
	if (b->failed)
		return MHD_NO;
	if (b->len < PIECE)
		return MHD_YES;
	x->job.phase = XJ_PIECE;
	return hand_over(c, x);
}

static enum MHD_Result
take_body(struct exchange *x, const char *data, size_t *size)
{
	struct xj_buf *b = &x->job.request.body;

	if (b->len + *size > x->body_most)
		x->refuse = 413;
	if (!x->refuse)
		xj_buf_add(b, data, *size);
	*size = 0;
	return MHD_YES;
}

/* Of a body for the disk a worker says first whether it may come. */
static enum MHD_Result
begin_request(struct MHD_Connection *c, struct exchange *x, const char *method)
{
	x->refuse = read_headers(x, c, method);
	if (!x->refuse && x->job.phase == XJ_BEGIN && streams >= STREAMS_MAX)
		x->refuse = 503;
	/* Who sends too much is told so before he sends it. */
	if (x->refuse)
		return refuse(c, x, x->refuse);
	if (x->job.phase != XJ_BEGIN)
		return MHD_YES;
	x->streams = true;
	streams++;
	return hand_over(c, x);
}

static enum MHD_Result
handle(void *cls, struct MHD_Connection *c, const char *url,
       const char *method, const char *version, const char *data, size_t *size,
       void **context)
{
	struct exchange *x = *context;

	(void)cls;
	(void)url;
	(void)version;
	if (!x)
		return MHD_NO;
	if (x->stage == ANSWERED)
		return x->refuse ? refuse(c, x, x->refuse) : send_reply(c, x);
	if (x->stage == WORKING)
		return MHD_YES;
	if (!x->job.request.method)
		return begin_request(c, x, method);
	if (x->stage == BEGUN) { /* the same call as before we waited */
		x->stage = STREAMING;
		if (!*size)
			return MHD_YES;
	}
	if (*size)
		return x->stage == STREAMING ? take_piece(c, x, data, size)
					     : take_body(x, data, size);
	if (x->stage == STREAMING && x->job.reply.status) {
		x->stage = ANSWERED;
		return send_reply(c, x);
	}
	x->job.phase = XJ_ANSWER;
	return hand_over(c, x);
}

void
xj_job_free(struct xj_job *job)
{
	xj_incoming_free(job->request.incoming);
	xj_arena_free(job->request.arena);
	free((struct exchange *)job);
}

/* What readers search for is their own business: no arguments, no tokens. */
static void
log_access(const struct exchange *x, uint64_t ms)
{
	static const char *const who[] = { "guest", "", "owner" };
	const struct xj_request *q = &x->job.request;
	bool link = q->path && strncmp(q->path, "/link/", 6) == 0;
	char now[XJ_TIME_MAX];

	if (xj_serve_options.quiet)
		return;
	xj_time_format(xj_now(), now);
	fprintf(stderr, "%s %s %s %s %s %u %llums\n", now,
		q->address ? q->address : "-", q->session.who == XJ_MEMBER ?
		q->session.login : who[q->session.who],
		q->head ? "HEAD" : q->method ? q->method : "-",
		link ? "/link" : q->path ? q->path : "-",
		x->job.reply.status, (ull)ms);
}

static void
completed(void *cls, struct MHD_Connection *c, void **context,
	  enum MHD_RequestTerminationCode how)
{
	struct exchange *x = *context;
	uint64_t ms;

	(void)cls;
	(void)how;
	if (!x)
		return;
	link_served(c, false);
	ms = xj_monotonic_ms() - x->job.began_us / 1000;
	xj_counts.requests++;
	xj_counts.micros += ms * 1000;
	xj_counts.client_errors += x->job.reply.status / 100 == 4;
	xj_counts.server_errors += x->job.reply.status / 100 == 5;
	log_access(x, ms);
	if (x->job.reply.fd >= 0)
		close(x->job.reply.fd);
	json_decref(x->job.reply.model);
	json_decref(x->job.request.json);
	json_decref(x->job.request.asked);
	json_decref(x->job.request.problems);
	xj_buf_release(&x->job.reply.body);
	/* Forms have passwords. */
	if (x->job.request.body.data)
		sodium_memzero(x->job.request.body.data,
			       x->job.request.body.len);
	xj_buf_release(&x->job.request.body);
	streams -= x->streams;
	*context = NULL;
	/* A large file that was cut off takes a while to delete. */
	x->job.phase = XJ_CLEAN;
	if (!x->job.request.incoming || !xj_pool_give(&x->job))
		xj_job_free(&x->job);
}

/* --------------------------------------------------------------- listening */

static int
listen_on(const struct addrinfo *a, struct xj_error *err)
{
	const struct xj_serve_options *o = &xj_serve_options;
	int on = 1;

	listening = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC |
			   SOCK_NONBLOCK, 0);
	if (listening < 0)
		return xj_error_errno(err, "%s port %u",
				      xj_serve_options.listen,
				      xj_serve_options.port);
	setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listening, a->ai_addr, a->ai_addrlen) < 0)
		return errno == EADDRINUSE ?
		       xj_error_set(err, XJ_EBUSY, "%s port %u is in use; "
				    "--port takes another, 0 any that is free",
				    o->listen, o->port) :
		       xj_error_errno(err, "%s port %u", o->listen, o->port);
	return listen(listening, 512) < 0 ? xj_error_errno(err, "%s port %u",
				      o->listen, o->port)
					  : XJ_OK;
}

static int
open_socket(struct xj_error *err)
{
	const struct xj_serve_options *o = &xj_serve_options;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_PASSIVE }, *found;
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	char service[16];
	int r;

	snprintf(service, sizeof(service), "%u", o->port);
	r = getaddrinfo(o->listen, service, &hints, &found);
	if (r)
		return xj_error_set(err, XJ_EINVAL, "%s: %s", o->listen,
				    gai_strerror(r));
	r = listen_on(found, err);
	freeaddrinfo(found);
	if (r == XJ_OK && getsockname(listening, (struct sockaddr *)&at,
				      &len) == 0) {
		getnameinfo((struct sockaddr *)&at, len, NULL, 0, service,
			    sizeof(service), NI_NUMERICSERV);
		port = (unsigned)strtoul(service, NULL, 10);
	}
	return r;
}

int
xj_http_start(struct xj_error *err)
{
	int r = open_socket(err);

	if (r < 0)
		return r;
	cutting = true;
	if (pthread_create(&cutter, NULL, cut, NULL) != 0)
		return xj_error_set(err, XJ_ENOMEM, "no thread can be "
				    "started");
	daemon_ = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
		MHD_USE_ITC, 0, NULL, NULL, handle, NULL,
		MHD_OPTION_LISTEN_SOCKET, listening,
		MHD_OPTION_URI_LOG_CALLBACK, begin, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, connection_changed, NULL,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_OF_ONE,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_END);
	return daemon_ ? XJ_OK : xj_error_set(err, XJ_EIO, "the server could "
					      "not be started");
}

void
xj_http_quiesce(void)
{
	if (daemon_)
		MHD_quiesce_daemon(daemon_);
}

void
xj_http_end(void)
{
	if (daemon_)
		MHD_stop_daemon(daemon_);
	if (listening >= 0)
		close(listening);
	if (!cutting)
		return;
	pthread_mutex_lock(&links_lock);
	cutting = false;
	pthread_cond_signal(&stop_cutting);
	pthread_mutex_unlock(&links_lock);
	pthread_join(cutter, NULL);
}

unsigned
xj_http_port(void)
{
	return port;
}
