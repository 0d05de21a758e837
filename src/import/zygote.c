/*
 * zygote.c - the program xueji-importer: loads the plugins, forks workers,
 * tells how they ended. One thread; does nothing but wait for its host, and
 * ends when the host is gone.
 */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "import/control.h"
#include "import/worker.h"

/* A worker that lives. */
struct child {
	pid_t pid;
	int life; /* -1: the host let go of it, it was killed */
};

static struct child *children;
static size_t child_count, child_cap;
static int exits = -1; /* signalfd of SIGCHLD */
static char message[XJ_CONTROL_MAX];

/* ------------------------------------------------------- system calls */

/*
 * In this program, so that plugins and their libraries find it here: the C
 * library's own asks by path, which workers may not. Where struct stat is the
 * kernel's.
 */
#if defined(__LP64__) && !defined(XJ_SANITIZED)
__attribute__((visibility("default"))) int own_fstat(int fd, struct stat *st)
	__asm__("fstat");
__attribute__((visibility("default"))) int own_fstat64(int fd, struct stat *st)
	__asm__("fstat64");

int
own_fstat(int fd, struct stat *st)
{
	return (int)syscall(SYS_fstat, fd, st);
}

int
own_fstat64(int fd, struct stat *st)
{
	return (int)syscall(SYS_fstat, fd, st);
}
#endif

void
xj_close_from(int first)
{
	struct rlimit l;

	if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &l) == 0)
		for (int fd = first; (rlim_t)fd < l.rlim_cur && fd < 65536; fd++)
			close(fd);
}

/* ---------------------------------------------------------- the start */

/* Ends without a word: the host sees the socket close, and why it was. */
static void
say(const struct xj_wire_out *out)
{
	if (out->failed || send(XJ_CONTROL_FD, out->buf, out->len,
				MSG_NOSIGNAL) < 0)
		xj_worker_exit(1);
}

static void
say_loading(const char *file)
{
	struct xj_wire_out out = { .buf = message, .cap = sizeof(message) };

	xj_wire_put_u32(&out, XJ_CONTROL_LOADING);
	xj_wire_put_str(&out, file);
	say(&out);
}

static bool
seen(const struct xj_format *formats, const struct xj_format *f, bool ext)
{
	for (; formats < f; formats++)
		if (ext ? formats->ext != NULL &&
				  strcmp(formats->ext, f->ext) == 0
			: strcmp(formats->mime, f->mime) == 0)
			return true;
	return false;
}

/* The types or the extensions of all rows, each once. */
static void
put_formats(struct xj_wire_out *out, const struct xj_format *formats, bool ext)
{
	const char *list[256];
	size_t n = 0;

	for (const struct xj_format *f = formats; f != NULL && f->mime != NULL;
	     f++)
		if (n < XJ_COUNT(list) - 1 && (!ext || f->ext != NULL) &&
		    !seen(formats, f, ext))
			list[n++] = ext ? f->ext : f->mime;
	list[n] = NULL;
	xj_wire_put_list(out, list);
}

static void
say_plugin(const struct xj_loaded *p)
{
	static const struct xj_importer none;
	const struct xj_importer *im = p->importer ? p->importer : &none;
	struct xj_wire_out out = { .buf = message, .cap = sizeof(message) };

	xj_wire_put_u32(&out, XJ_CONTROL_PLUGIN);
	xj_wire_put_str(&out, p->file);
	xj_wire_put_str(&out, p->refused);
	xj_wire_put_str(&out, im->name);
	xj_wire_put_str(&out, im->version);
	xj_wire_put_str(&out, im->license);
	xj_wire_put_str(&out, im->libraries);
	xj_wire_put_str(&out, p->program ? p->program->command : NULL);
	xj_wire_put_u32(&out, im->abi);
	xj_wire_put_u32(&out, im->wants);
	put_formats(&out, im->formats, false);
	put_formats(&out, im->formats, true);
	say(&out);
}

static void
say_ready(const struct xj_cage *cage)
{
	struct xj_wire_out out = { .buf = message, .cap = sizeof(message) };

	xj_wire_put_u32(&out, XJ_CONTROL_READY);
	xj_wire_put_u32(&out, cage->filter.len > 0);
	xj_wire_put_u32(&out, cage->no_new_privs);
	xj_wire_put_u32(&out, cage->rlimits);
	xj_wire_put_u32(&out, (uint32_t)cage->landlock_abi);
	xj_wire_put_str(&out, cage->missing);
	say(&out);
}

static const char **
get_list(struct xj_wire_in *in)
{
	uint32_t n = xj_wire_u32(in);
	const char **list;

	if (in->failed || n > XJ_CONTROL_MAX)
		return NULL;
	list = calloc((size_t)n + 1, sizeof(*list));
	for (uint32_t i = 0; list != NULL && i < n; i++)
		list[i] = xj_wire_str(in, NULL);
	return list;
}

struct settings {
	struct xj_import_limits limits;
	const char *encoding;
	bool own;
	const char **files, **dirs, **order, **skip;
};

/* The host's first message; what it holds lives until the end. */
static int
get_settings(struct settings *s)
{
	static char buf[XJ_CONTROL_MAX];
	ssize_t n = recv(XJ_CONTROL_FD, buf, sizeof(buf), 0);
	struct xj_wire_in in = { .at = buf, .end = buf + (n > 0 ? n : 0) };
	struct xj_import_limits *l = &s->limits;

	l->memory = xj_wire_u64(&in);
	l->cpu_s = xj_wire_u32(&in);
	l->text = xj_wire_u64(&in);
	l->pages = xj_wire_u32(&in);
	l->children = xj_wire_u32(&in);
	l->child = xj_wire_u64(&in);
	l->unpacked = xj_wire_u64(&in);
	l->ratio = xj_wire_u32(&in);
	s->encoding = xj_wire_str(&in, NULL);
	s->own = xj_wire_u32(&in) != 0;
	s->files = get_list(&in);
	s->dirs = get_list(&in);
	s->order = get_list(&in);
	s->skip = get_list(&in);
	return xj_wire_ended(&in) && s->encoding != NULL && s->files != NULL &&
	       s->dirs != NULL && s->order != NULL && s->skip != NULL ? 0 : -1;
}

/* ------------------------------------------------------------ workers */

static int
remember(pid_t pid, int life)
{
	if (child_count == child_cap) {
		size_t cap = child_cap ? 2 * child_cap : 16;
		struct child *more = realloc(children, cap * sizeof(*more));

		if (more == NULL)
			return -1;
		children = more;
		child_cap = cap;
	}
	children[child_count++] = (struct child){ pid, life };
	return 0;
}

static void
become_worker(const struct xj_worker *worker, int sock, int ruleset)
{
	struct xj_cage cage = *worker->cage;
	struct xj_worker w = *worker;
	sigset_t none;

	/* The socket to its place, the ruleset behind it, the rest closed. */
	if (cage.ruleset >= 0)
		cage.ruleset = fcntl(ruleset, F_DUPFD_CLOEXEC, 64);
	dup2(sock, XJ_WORKER_FD);
	if (cage.ruleset >= 0)
		cage.ruleset = dup2(cage.ruleset, XJ_WORKER_FD + 1);
	xj_close_from(XJ_WORKER_FD + (cage.ruleset >= 0 ? 2 : 1));
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	w.cage = &cage;
	xj_worker_run(&w);
}

/* errno, and then the process id with both sockets if that is 0. */
static void
answer(int error, pid_t pid, const int fds[2])
{
	uint32_t words[2] = { (uint32_t)error, (uint32_t)pid };
	struct iovec iov = { words, sizeof(words) };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (error == 0) {
		struct cmsghdr *c;

		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(2 * sizeof(int));
		memcpy(CMSG_DATA(c), fds, 2 * sizeof(int));
	}
	if (sendmsg(XJ_CONTROL_FD, &msg, MSG_NOSIGNAL) < 0)
		xj_worker_exit(1);
}

static void
close_pair(int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

/* The program of that number: for a number that is none, none. */
static const struct xj_program *
program_of(const struct xj_worker *worker, uint32_t number)
{
	return number < worker->plugins->count
		       ? worker->plugins->list[number].program
		       : NULL;
}

static void
fork_worker(const struct xj_worker *common, uint32_t program)
{
	struct xj_worker worker = *common;
	int sock[2], life[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock) < 0) {
		answer(errno, 0, NULL);
		return;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, life) < 0) {
		answer(errno, 0, NULL);
		close_pair(sock);
		return;
	}
	worker.program = program_of(common, program);
	pid = fork();
	if (pid == 0)
		become_worker(&worker, sock[1], worker.cage->ruleset);
	if (pid > 0 && remember(pid, life[1]) == 0) {
		answer(0, pid, (int[2]){ sock[0], life[0] });
		close_pair(sock);
		close(life[0]);
		return;
	}
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	answer(pid < 0 ? errno : ENOMEM, 0, NULL);
	close_pair(sock);
	close_pair(life);
}

static void
report(struct child *c, int status, const struct rusage *u)
{
	struct xj_life_end end = {
		.status = status,
		.cpu_us = (uint64_t)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) *
				  1000000 +
			  (uint64_t)(u->ru_utime.tv_usec + u->ru_stime.tv_usec),
		.memory = (uint64_t)u->ru_maxrss * 1024,
	};

	if (c->life >= 0) {
		send(c->life, &end, sizeof(end), MSG_NOSIGNAL | MSG_DONTWAIT);
		close(c->life);
	}
	*c = children[--child_count];
}

static void
reap(int flags)
{
	struct rusage u;
	int status;
	pid_t pid;

	while ((pid = wait4(-1, &status, flags, &u)) > 0)
		for (size_t i = 0; i < child_count; i++)
			if (children[i].pid == pid) {
				report(&children[i], status, &u);
				break;
			}
}

/* What the host wants of a worker: an orderly end, or its death. */
static void
listen_to_life(struct child *c)
{
	char word;
	ssize_t n = recv(c->life, &word, 1, MSG_DONTWAIT);

	if (n == 1 && word == XJ_LIFE_TERM) {
		kill(c->pid, SIGTERM);
	} else if (n >= 0 || (errno != EAGAIN && errno != EINTR)) {
		kill(c->pid, SIGKILL);
		close(c->life);
		c->life = -1;
	}
}

/* ------------------------------------------------------------ the loop */

static void
end(void)
{
	for (size_t i = 0; i < child_count; i++)
		kill(children[i].pid, SIGKILL);
	reap(0);
	xj_worker_exit(0);
}

static void
listen_to_host(const struct xj_worker *worker)
{
	uint32_t program;
	ssize_t n = recv(XJ_CONTROL_FD, &program, sizeof(program), 0);

	if (n == (ssize_t)sizeof(program))
		fork_worker(worker, program);
	else if (n >= 0 || errno != EINTR)
		end();
}

static void
drain_exits(void)
{
	struct signalfd_siginfo info;

	while (read(exits, &info, sizeof(info)) > 0)
		;
	reap(WNOHANG);
}

/* One round: wait, then see to everybody who has something to say. */
static int
round_of(const struct xj_worker *worker, struct pollfd *p)
{
	size_t n = child_count;

	p[0] = (struct pollfd){ .fd = XJ_CONTROL_FD, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = exits, .events = POLLIN };
	for (size_t i = 0; i < n; i++)
		p[i + 2] = (struct pollfd){ .fd = children[i].life,
					    .events = POLLIN };
	if (poll(p, n + 2, -1) < 0)
		return errno == EINTR ? 0 : -1;
	/* Before anything that changes the list of children. */
	for (size_t i = 0; i < n; i++)
		if (p[i + 2].revents != 0)
			listen_to_life(&children[i]);
	if (p[0].revents != 0)
		listen_to_host(worker);
	if (p[1].revents != 0)
		drain_exits();
	return 0;
}

static void
serve(const struct xj_worker *worker)
{
	struct pollfd *p = NULL;
	size_t cap = 0;

	do {
		if (cap < child_count + 2) {
			free(p);
			cap = child_count + 34;
			p = calloc(cap, sizeof(*p));
			if (p == NULL)
				break;
		}
	} while (round_of(worker, p) == 0);
	end();
}

/* Plugins and their libraries find the same surroundings everywhere: names of
 * files in UTF-8, all else as in C, no time zone to be read from a file. */
static void
settle_surroundings(void)
{
	clearenv();
	setenv("TZ", "UTC0", 1);
	/* A worker is one thread; this library asks when it is loaded. */
	setenv("OMP_THREAD_LIMIT", "1", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
}

/*
 * Ctrl-C, a closed terminal and the end of a service reach the whole group of
 * processes. The host decides what stops then, and a worker that died of it
 * would leave its document recorded as one that crashes importers.
 */
static void
leave_signals_to_host(void)
{
	static const int group[] = { SIGINT, SIGQUIT, SIGHUP, SIGTERM };

	for (size_t i = 0; i < sizeof(group) / sizeof(group[0]); i++)
		signal(group[i], SIG_IGN);
}

/* What only they need is made ready where there are any. */
static void
prepare_programs(struct xj_plugin_set *plugins, struct xj_cage *cage)
{
	struct xj_error why;
	size_t i = 0;

	while (i < plugins->count && plugins->list[i].program == NULL)
		i++;
	if (i == plugins->count)
		return;
	json_object_seed(1); /* else it asks the system, from within the cage */
	if (xj_cage_prepare_programs(cage, &why) < 0)
		xj_plugins_refuse_programs(plugins, why.message);
}

static void
prepare(struct xj_plugin_set *plugins, struct xj_cage *cage, struct settings *s)
{
	struct xj_plugin_sources from;
	sigset_t chld;

	if (get_settings(s) < 0)
		xj_worker_exit(1);
	from = (struct xj_plugin_sources){
		.files = (const char *const *)s->files,
		.dirs = (const char *const *)s->dirs,
		.skip = (const char *const *)s->skip, .own = s->own,
	};
	if (xj_plugins_load(plugins, &from, say_loading) < 0)
		xj_worker_exit(1);
	xj_service_decode_warm();
	xj_cage_prepare(cage, &s->limits);
	prepare_programs(plugins, cage);
	for (size_t i = 0; i < plugins->count; i++)
		say_plugin(&plugins->list[i]);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	exits = signalfd(-1, &chld, SFD_NONBLOCK | SFD_CLOEXEC);
	if (exits < 0 || xj_worker_signals() != 0)
		xj_worker_exit(1);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	say_ready(cage);
}

int
main(int argc, char **argv)
{
	static struct xj_plugin_set plugins;
	static struct xj_cage cage;
	static struct settings s;
	struct xj_worker worker = { .plugins = &plugins, .cage = &cage };
	int type;
	socklen_t len = sizeof(type);

	if (argc > 1 && strcmp(argv[1], "--run") == 0)
		return xj_tool_become(argc, argv);
	if (getsockopt(XJ_CONTROL_FD, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
	    type != SOCK_SEQPACKET) {
		fputs("xueji-importer: started by xueji, not by hand\n",
		      stderr);
		return 2;
	}
	xj_close_from(XJ_CONTROL_FD + 1);
	settle_surroundings();
	leave_signals_to_host();
	prepare(&plugins, &cage, &s);
	worker.order = (const char *const *)s.order;
	worker.encoding = s.encoding;
	worker.own = s.own;
	serve(&worker);
}
