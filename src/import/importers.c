/* importers.c - the zygote and its workers, as the host has them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "import/host.h"

#define LOADING_MS 30000  /* for one plugin */
#define ENDING_MS 2000
#define ATTEMPTS 16       /* plugins that may take the zygote down */
#define BUFFER 131072u
#define PLUGINS_MAX 256

/* One that this host started. */
struct zygote {
	pid_t pid;
	int control;
	const char *broken; /* why a heavy importer cannot be had; or NULL */
};

struct xj_importers {
	pthread_mutex_t lock; /* of all below `info` */
	struct xj_arena *arena;
	const char *worker, *encoding, *spool;
	const char **dirs, **files, **order;
	struct xj_import_limits limits;
	size_t idle_max;
	struct xj_importer_info *info;
	size_t count;
	struct xj_confinement confinement;
	struct zygote main, *own; /* own: by number, of heavy importers */
	const char *skip[ATTEMPTS + 1];
	struct xj_link **idle; /* oldest first; room for idle_max */
	size_t idle_count;
};

/* ------------------------------------------------------------- settings */

static void
set_default(uint64_t *field, uint64_t value)
{
	if (*field == 0)
		*field = value;
}

static void
set_default32(uint32_t *field, uint32_t value)
{
	if (*field == 0)
		*field = value;
}

static void
fill_limits(struct xj_import_limits *l)
{
	set_default(&l->memory, (uint64_t)1 << 30);
	set_default32(&l->cpu_s, 60);
	set_default32(&l->wall_ms, 120000);
	set_default(&l->text, (uint64_t)64 << 20);
	set_default32(&l->pages, 10000);
	set_default32(&l->children, 100000);
	set_default(&l->child, (uint64_t)2 << 30);
	set_default(&l->unpacked, (uint64_t)4 << 30);
	set_default32(&l->ratio, 200);
	set_default32(&l->run, 200);
	set_default(&l->run_size, (uint64_t)1 << 20);
}

static const char **
copy_list(struct xj_arena *arena, const char *const *list)
{
	size_t n = 0;
	const char **copy;

	while (list != NULL && list[n] != NULL)
		n++;
	copy = xj_arena_alloc(arena, (n + 1) * sizeof(*copy));
	for (size_t i = 0; copy != NULL && i < n; i++)
		if ((copy[i] = xj_arena_strdup(arena, list[i])) == NULL)
			return NULL;
	return copy;
}

const char *
xj_worker_program(const char *given)
{
	const char *set = secure_getenv("XUEJI_WORKER");

	if (given != NULL)
		return given;
	return set != NULL && *set != '\0' ? set
					   : XJ_LIBEXECDIR "/xueji-importer";
}

static const char *
spool_folder(const struct xj_importers_options *o)
{
	const char *set = secure_getenv("TMPDIR");

	if (o->spool != NULL)
		return o->spool;
	return set != NULL && *set != '\0' ? set : P_tmpdir;
}

static int
copy_options(struct xj_importers *im, const struct xj_importers_options *o,
	     struct xj_error *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	im->limits = o->limits;
	fill_limits(&im->limits);
	im->idle_max = o->workers > 0 ? o->workers
				      : cores > 0 ? (size_t)cores : 1;
	im->worker = xj_arena_strdup(im->arena, xj_worker_program(o->worker));
	im->encoding = xj_arena_strdup(im->arena,
				       o->encoding ? o->encoding : "GB18030");
	im->spool = xj_arena_strdup(im->arena, spool_folder(o));
	im->dirs = copy_list(im->arena, o->dirs);
	im->files = copy_list(im->arena, o->files);
	im->order = copy_list(im->arena, o->order);
	im->idle = calloc(im->idle_max, sizeof(*im->idle));
	im->info = calloc(PLUGINS_MAX, sizeof(*im->info));
	im->own = calloc(PLUGINS_MAX, sizeof(*im->own));
	if (im->worker == NULL || im->encoding == NULL || im->spool == NULL ||
	    im->dirs == NULL || im->files == NULL || im->order == NULL ||
	    im->idle == NULL || im->info == NULL || im->own == NULL)
		return xj_error_set(err, XJ_ENOMEM, "importers: no memory");
	return XJ_OK;
}

static int
check_places(const struct xj_importers *im, struct xj_error *err)
{
	if (access(im->worker, X_OK) < 0)
		return xj_error_set(err, XJ_ENOTFOUND,
				    "no worker program: %s: %s", im->worker,
				    strerror(errno));
	for (const char **dir = im->dirs; *dir != NULL; dir++)
		if (access(*dir, R_OK | X_OK) == 0)
			return XJ_OK;
	if (im->files[0] != NULL)
		return XJ_OK;
	return xj_error_set(err, XJ_ENOTFOUND, "no folder of plugins: %s",
			    im->dirs[0] != NULL ? im->dirs[0] : "none given");
}

/* -------------------------------------------------------- starting it */

static int
spawn_zygote(const struct xj_importers *im, int sock, pid_t *pid)
{
	char *const argv[] = { (char *)"xueji-importer", NULL };
#ifdef XJ_SANITIZED
	const int fds[] = { -1, -1, STDERR_FILENO, sock };
#else
	const int fds[] = { -1, -1, -1, sock };
#endif

	_Static_assert(XJ_CONTROL_FD == 3, "the place of `sock` in fds");
	return xj_spawn(im->worker, argv, fds, XJ_COUNT(fds), NULL, pid);
}

/* `own`: the one plugin that it is for; NULL: all that the folders have. */
static int
send_settings(const struct xj_importers *im, int control, const char *own)
{
	const char *none[] = { NULL }, *one[] = { own, NULL };
	char buf[XJ_CONTROL_MAX];
	struct xj_wire_out out = { .buf = buf, .cap = sizeof(buf) };
	const struct xj_import_limits *l = &im->limits;

	xj_wire_put_u64(&out, l->memory);
	xj_wire_put_u32(&out, l->cpu_s);
	xj_wire_put_u64(&out, l->text);
	xj_wire_put_u32(&out, l->pages);
	xj_wire_put_u32(&out, l->children);
	xj_wire_put_u64(&out, l->child);
	xj_wire_put_u64(&out, l->unpacked);
	xj_wire_put_u32(&out, l->ratio);
	xj_wire_put_str(&out, im->encoding);
	xj_wire_put_u32(&out, own != NULL);
	xj_wire_put_list(&out, own != NULL ? one : im->files);
	xj_wire_put_list(&out, own != NULL ? none : im->dirs);
	xj_wire_put_list(&out, im->order);
	xj_wire_put_list(&out, im->skip);
	if (out.failed) {
		errno = EMSGSIZE;
		return -1;
	}
	return send(control, buf, out.len, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* The zygote is let go of; its workers die with it. */
static void
stop_zygote(struct zygote *z)
{
	uint64_t until = xj_monotonic_ms() + ENDING_MS;

	if (z->pid <= 0)
		return;
	xj_closep(&z->control);
	/* Where SIGCHLD is ignored the kernel reaps, and this fails at once. */
	while (waitpid(z->pid, NULL, WNOHANG) == 0) {
		if (xj_monotonic_ms() > until) {
			kill(z->pid, SIGKILL);
			waitpid(z->pid, NULL, 0);
			break;
		}
		poll(NULL, 0, 1);
	}
	z->pid = 0;
}

/* ------------------------------------------------------ what it tells */

static int
parse_plugin(struct xj_importers *im, struct xj_wire_in *in,
	     struct xj_importer_info *p)
{
	const char *fields[7];
	const char **lists[2];

	for (size_t i = 0; i < XJ_COUNT(fields); i++) {
		const char *s = xj_wire_str(in, NULL);

		fields[i] = s != NULL ? xj_arena_strdup(im->arena, s) : NULL;
		if (s != NULL && fields[i] == NULL)
			return XJ_ENOMEM;
	}
	*p = (struct xj_importer_info){
		.file = fields[0], .refused = fields[1], .name = fields[2],
		.version = fields[3], .license = fields[4],
		.libraries = fields[5], .command = fields[6],
		.abi = xj_wire_u32(in), .wants = xj_wire_u32(in),
	};
	for (size_t k = 0; k < 2; k++) {
		uint32_t n = xj_wire_u32(in);

		if (in->failed || n > XJ_CONTROL_MAX)
			return XJ_EINVAL;
		lists[k] = xj_arena_alloc(im->arena,
					  ((size_t)n + 1) * sizeof(char *));
		if (lists[k] == NULL)
			return XJ_ENOMEM;
		for (uint32_t i = 0; i < n; i++) {
			const char *s = xj_wire_str(in, NULL);

			if (s == NULL)
				return XJ_EINVAL;
			lists[k][i] = xj_arena_strdup(im->arena, s);
			if (lists[k][i] == NULL)
				return XJ_ENOMEM;
		}
	}
	p->mimes = (const char *const *)lists[0];
	p->exts = (const char *const *)lists[1];
	return xj_wire_ended(in) ? XJ_OK : XJ_EINVAL;
}

static int
parse_ready(struct xj_importers *im, struct xj_wire_in *in)
{
	struct xj_confinement *c = &im->confinement;
	const char *missing;

	c->seccomp = xj_wire_u32(in) != 0;
	c->no_new_privs = xj_wire_u32(in) != 0;
	c->rlimits = xj_wire_u32(in) != 0;
	c->landlock_abi = (int)xj_wire_u32(in);
	missing = xj_wire_str(in, NULL);
	if (!xj_wire_ended(in) || missing == NULL)
		return XJ_EINVAL;
	c->missing = xj_arena_strdup(im->arena, missing);
	return c->missing != NULL ? XJ_OK : XJ_ENOMEM;
}

/* One message; 0 bytes: the zygote is gone, or hangs. */
static size_t
next_message(int control, char *buf, size_t cap)
{
	struct pollfd p = { .fd = control, .events = POLLIN };
	ssize_t n;

	while (poll(&p, 1, LOADING_MS) < 0)
		if (errno != EINTR)
			return 0;
	n = p.revents != 0 ? recv(control, buf, cap, MSG_DONTWAIT) : 0;
	return n > 0 ? (size_t)n : 0;
}

/*
 * Listen until it is ready. XJ_EBUSY: it died or hangs with `loading` in hand,
 * "" when that was none. When it is started once more (`again`), the plugins
 * are known and must be the same.
 */
static int
hear_plugins(struct xj_importers *im, bool again, char *loading, size_t cap)
{
	char buf[XJ_CONTROL_MAX];
	size_t count = 0, len;

	loading[0] = '\0';
	while ((len = next_message(im->main.control, buf, sizeof(buf))) > 0) {
		struct xj_wire_in in = { .at = buf, .end = buf + len };
		uint32_t type = xj_wire_u32(&in);
		int r = XJ_OK;

		if (type == XJ_CONTROL_READY) {
			if (again)
				return count == im->count ? XJ_OK : XJ_EINVAL;
			im->count = count;
			return parse_ready(im, &in);
		}
		if (type == XJ_CONTROL_LOADING) {
			const char *s = xj_wire_str(&in, NULL);

			snprintf(loading, cap, "%s", s != NULL ? s : "");
		} else if (type == XJ_CONTROL_PLUGIN && count < PLUGINS_MAX) {
			if (!again)
				r = parse_plugin(im, &in, &im->info[count]);
			count++;
		} else {
			r = XJ_EINVAL;
		}
		if (r < 0)
			return r;
	}
	return XJ_EBUSY;
}

static int
spawn(const struct xj_importers *im, struct zygote *z, struct xj_error *err)
{
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return xj_error_errno(err, "importers");
	errno = spawn_zygote(im, pair[1], &z->pid);
	close(pair[1]);
	if (errno != 0) {
		r = xj_error_errno(err, "%s", im->worker);
		close(pair[0]);
		z->pid = 0;
		return r;
	}
	z->control = pair[0];
	return XJ_OK;
}

static int
start_zygote_once(struct xj_importers *im, bool again, char *loading,
		  size_t cap, struct xj_error *err)
{
	int r = spawn(im, &im->main, err);

	loading[0] = '\0';
	if (r < 0)
		return r;
	r = send_settings(im, im->main.control, NULL) < 0
		    ? XJ_EBUSY
		    : hear_plugins(im, again, loading, cap);
	if (r == XJ_OK)
		return XJ_OK;
	if (loading[0] != '\0' && r == XJ_EBUSY)
		kill(im->main.pid, SIGKILL); /* it may hang there */
	else
		loading[0] = '\0';
	stop_zygote(&im->main);
	if (again && r == XJ_EINVAL)
		return xj_error_set(err, XJ_EBUSY, "the plugins are no longer "
				    "those that were opened");
	return xj_error_set(err, r == XJ_ENOMEM ? r : XJ_EIO,
			    "%s did not start", im->worker);
}

/* A plugin that takes the zygote down is left out the next time. */
static int
start_zygote(struct xj_importers *im, bool again, struct xj_error *err)
{
	char loading[4096];
	size_t n = 0;
	int r;

	while (im->skip[n] != NULL)
		n++;
	while ((r = start_zygote_once(im, again, loading, sizeof(loading),
				      err)) < 0 &&
	       loading[0] != '\0' && n < ATTEMPTS) {
		im->skip[n] = xj_arena_strdup(im->arena, loading);
		if (im->skip[n++] == NULL)
			return xj_error_set(err, XJ_ENOMEM,
					    "importers: no memory");
	}
	return r;
}

/* ------------------------------------------------------ heavy importers */

/* Listen until it is ready: one plugin, and that it was taken. */
static int
hear_own(struct xj_importers *im, const struct zygote *z, struct xj_error *err)
{
	char buf[XJ_CONTROL_MAX];
	size_t len;

	while ((len = next_message(z->control, buf, sizeof(buf))) > 0) {
		struct xj_wire_in in = { .at = buf, .end = buf + len };
		struct xj_importer_info p = { 0 };
		uint32_t type = xj_wire_u32(&in);

		if (type == XJ_CONTROL_READY)
			return XJ_OK;
		if (type == XJ_CONTROL_PLUGIN && parse_plugin(im, &in, &p) < 0)
			return xj_error_set(err, XJ_EINVAL,
					    "is no longer what it was");
		if (p.refused != NULL)
			return xj_error_set(err, XJ_EINVAL, "%s", p.refused);
	}
	return xj_error_set(err, XJ_EINVAL,
			    "crashed or hung while it was loaded");
}

/*
 * The zygote of one heavy importer, with the lock. XJ_EINVAL: it cannot be
 * loaded; that is remembered, or each of its documents would wait for it.
 */
static int
start_own(struct xj_importers *im, uint32_t importer, struct xj_error *err)
{
	struct zygote *z = &im->own[importer];
	const struct xj_importer_info *p = &im->info[importer];
	struct xj_error why = { .message = "did not start" };
	int r;

	if (z->broken == NULL) {
		r = spawn(im, z, err);
		if (r < 0)
			return r;
		if (send_settings(im, z->control, p->file) == 0 &&
		    hear_own(im, z, &why) == XJ_OK)
			return XJ_OK;
		kill(z->pid, SIGKILL); /* it may hang there */
		stop_zygote(z);
		z->broken = xj_arena_strdup(im->arena, why.message);
	}
	return xj_error_set(err, XJ_EINVAL, "importer %s could not be loaded: "
			    "%s", p->name,
			    z->broken != NULL ? z->broken : "no memory");
}

/* ---------------------------------------------------------- open, close */

static int
open_importers(struct xj_importers *im, const struct xj_importers_options *o,
	       struct xj_error *err)
{
	int r = xj_arena_new(&im->arena);

	if (r < 0)
		return xj_error_set(err, r, "importers: no memory");
	r = copy_options(im, o, err);
	if (r == XJ_OK)
		r = check_places(im, err);
	if (r == XJ_OK)
		r = start_zygote(im, false, err);
	return r;
}

int
xj_importers_open(const struct xj_importers_options *options,
		  struct xj_importers **importers, struct xj_error *err)
{
	struct xj_importers *im = calloc(1, sizeof(*im));
	int r;

	*importers = NULL;
	if (im == NULL)
		return xj_error_set(err, XJ_ENOMEM, "importers: no memory");
	im->main.control = -1;
	pthread_mutex_init(&im->lock, NULL);
	r = open_importers(im, options, err);
	if (r < 0) {
		xj_importers_close(im);
		return r;
	}
	*importers = im;
	return XJ_OK;
}

static void
free_idle(struct xj_importers *im)
{
	for (size_t i = 0; i < im->idle_count; i++)
		xj_link_free(im->idle[i]);
	im->idle_count = 0;
}

void
xj_importers_close(struct xj_importers *im)
{
	if (im == NULL)
		return;
	free_idle(im);
	for (size_t i = 0; im->own != NULL && i < im->count; i++)
		stop_zygote(&im->own[i]);
	stop_zygote(&im->main);
	free(im->own);
	free(im->idle);
	free(im->info);
	xj_arena_free(im->arena);
	pthread_mutex_destroy(&im->lock);
	free(im);
}

size_t
xj_importers_count(const struct xj_importers *im)
{
	return im->count;
}

const struct xj_importer_info *
xj_importers_at(const struct xj_importers *im, size_t i)
{
	return i < im->count ? &im->info[i] : NULL;
}

const struct xj_confinement *
xj_importers_confinement(const struct xj_importers *im)
{
	return &im->confinement;
}

const struct xj_import_limits *
xj_importers_limits(const struct xj_importers *im)
{
	return &im->limits;
}

const char *
xj_importers_spool(const struct xj_importers *im)
{
	return im->spool;
}

/* ----------------------------------------------------------- new workers */

/* The two descriptors of an answer; false when they did not come. */
static bool
take_fds(struct msghdr *msg, int fds[2])
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);

	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(2 * sizeof(int)))
		return false;
	memcpy(fds, CMSG_DATA(c), 2 * sizeof(int));
	return true;
}

/*
 * Ask for a worker, for `program` if that is a number. 0; an errno of the
 * zygote's; -1: it is gone.
 */
static int
ask_for_worker(const struct zygote *z, uint32_t program, int fds[2])
{
	uint32_t words[2] = { 0, 0 };
	struct iovec iov = { words, sizeof(words) };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} room;
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = room.bytes,
		.msg_controllen = sizeof(room.bytes),
	};
	ssize_t n;

	if (z->pid <= 0 || send(z->control, &program, sizeof(program),
				MSG_NOSIGNAL) != (ssize_t)sizeof(program))
		return -1;
	do
		n = recvmsg(z->control, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(words))
		return -1;
	if (words[0] != 0)
		return (int)words[0];
	return take_fds(&msg, fds) ? 0 : EMFILE;
}

/*
 * With the lock. A zygote that died, or that of a heavy importer that was not
 * needed before, is started, once.
 */
static int
new_worker(struct xj_importers *im, uint32_t importer, int fds[2],
	   struct xj_error *err)
{
	bool own = importer != XJ_NO_IMPORTER &&
		   im->info[importer].command == NULL;
	struct zygote *z = own ? &im->own[importer] : &im->main;
	uint32_t program = own ? XJ_NO_IMPORTER : importer;
	int r = ask_for_worker(z, program, fds);

	if (r < 0) {
		free_idle(im); /* some died with it */
		stop_zygote(z);
		r = own ? start_own(im, importer, err)
			: start_zygote(im, true, err);
		if (r < 0)
			return r;
		r = ask_for_worker(z, program, fds);
	}
	if (r == 0)
		return XJ_OK;
	errno = r > 0 ? r : EPIPE;
	return xj_error_errno(err, "no process for an importer");
}

static struct xj_link *
take_idle(struct xj_importers *im, uint64_t accession, uint32_t importer)
{
	for (size_t i = 0; i < im->idle_count; i++)
		if (im->idle[i]->accession == accession &&
		    im->idle[i]->importer == importer) {
			struct xj_link *link = im->idle[i];

			im->idle_count--;
			memmove(im->idle + i, im->idle + i + 1,
				(im->idle_count - i) * sizeof(*im->idle));
			return link;
		}
	return NULL;
}

int
xj_link_take(struct xj_importers *im, uint64_t accession, uint32_t importer,
	     bool joins, struct xj_link **out, struct xj_error *err)
{
	struct xj_link *link;
	int fds[2], r;

	pthread_mutex_lock(&im->lock);
	*out = joins ? take_idle(im, accession, importer) : NULL;
	r = *out == NULL ? new_worker(im, importer, fds, err) : XJ_OK;
	pthread_mutex_unlock(&im->lock);
	if (r < 0 || *out != NULL)
		return r;
	link = calloc(1, sizeof(*link));
	if (link != NULL)
		link->buf = malloc(BUFFER);
	if (link == NULL || link->buf == NULL) {
		free(link);
		close(fds[0]);
		close(fds[1]);
		return xj_error_set(err, XJ_ENOMEM, "importers: no memory");
	}
	link->sock = fds[0];
	link->life = fds[1];
	link->cap = BUFFER;
	link->accession = accession;
	link->importer = importer;
	*out = link;
	return XJ_OK;
}

void
xj_link_give_back(struct xj_importers *im, struct xj_link *link)
{
	struct xj_link *old = NULL;

	pthread_mutex_lock(&im->lock);
	if (im->idle_count == im->idle_max) {
		old = im->idle[0];
		im->idle_count--;
		memmove(im->idle, im->idle + 1,
			im->idle_count * sizeof(*im->idle));
	}
	im->idle[im->idle_count++] = link;
	pthread_mutex_unlock(&im->lock);
	xj_link_free(old);
}

void
xj_link_free(struct xj_link *link)
{
	if (link == NULL)
		return;
	xj_closep(&link->sock);
	xj_closep(&link->life);
	free(link->buf);
	free(link);
}

void
xj_link_terminate(struct xj_link *link)
{
	const char word = XJ_LIFE_TERM;

	send(link->life, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool
xj_link_end(struct xj_link *link, struct xj_life_end *end)
{
	struct pollfd p = { .fd = link->life, .events = POLLIN };

	while (poll(&p, 1, ENDING_MS) < 0)
		if (errno != EINTR)
			return false;
	return recv(link->life, end, sizeof(*end), MSG_DONTWAIT) ==
	       (ssize_t)sizeof(*end);
}

bool
xj_link_request(struct xj_link *link, const char *bytes, size_t len, int fd)
{
	struct iovec iov = { (char *)bytes, len };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} room = { 0 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = room.bytes,
		.msg_controllen = sizeof(room.bytes),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(link->sock, &msg, MSG_NOSIGNAL) == (ssize_t)len;
}
