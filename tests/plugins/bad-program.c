/*
 * bad-program.c - an importer for tests that is a program, and does what a
 * document tells it to: the first line is "deed argument", what follows is for
 * the deed. What was forbidden it says as text, with the reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char document[1 << 18];
static const char *rest;
static volatile int never;

/* The call's answer: 0 or more is a success, which it should not be. */
static int
tell(const char *what, long answer)
{
	printf("{\"text\": \"%s: %s\"}\n", what,
	       answer < 0 ? strerror(errno) : "done");
	return 0;
}

/* --------------------------------------------------------------- forbidden */

/* A process that would outlive this one, in a session of its own. */
static void
survive(void)
{
	setsid();
	for (;;)
		pause();
}

static int
make_processes(const char *arg)
{
	char *argv[] = { (char *)"true", NULL };
	pid_t pid = fork();
	int r;

	(void)arg;
	if (pid == 0)
		survive();
	tell("fork", pid);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
	if (pid == 0)
		survive();
	tell("clone", pid);
	r = posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL);
	errno = r;
	tell("spawn", r ? -1 : 0);
	tell("setsid", setsid());
	return tell("unshare", unshare(CLONE_NEWUSER));
}

static int
open_sockets(const char *arg)
{
	int pair[2];

	(void)arg;
	tell("inet", socket(AF_INET, SOCK_STREAM, 0));
	tell("unix", socket(AF_UNIX, SOCK_STREAM, 0));
	return tell("pair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static int
change_files(const char *arg)
{
	tell("create", open(arg, O_WRONLY | O_CREAT, 0600));
	tell("append", open(arg, O_RDWR | O_APPEND));
	tell("truncate", truncate(arg, 0));
	tell("unlink", unlink(arg));
	tell("rename", rename(arg, "other"));
	tell("mkdir", mkdir("folder", 0700));
	tell("chmod", chmod(arg, 0777));
	return tell("document", write(3, "x", 1));
}

static int
read_file(const char *arg)
{
	int fd = open(arg, O_RDONLY);
	char c;

	return tell(arg, fd < 0 ? -1 : read(fd, &c, 1));
}

static int
harm_others(const char *arg)
{
	struct rlimit none = { 0, 0 };

	(void)arg;
	tell("kill", kill(getppid(), SIGKILL));
	tell("tgkill", syscall(SYS_tgkill, getppid(), getppid(), SIGKILL));
	tell("limits", prlimit(getppid(), RLIMIT_CPU, &none, NULL));
	return tell("trace", syscall(SYS_ptrace, 16, getppid(), 0, 0));
}

/* ------------------------------------------------------------------ excess */

static int
allocate(const char *arg)
{
	size_t size = (size_t)atoll(arg) << 20;
	char *p = malloc(size);

	if (p != NULL)
		memset(p, 1, size);
	if (p == NULL) {
		perror("malloc");
		return 1;
	}
	return tell("malloc", 0);
}

static int
loop(const char *arg)
{
	if (*arg)
		signal(SIGXCPU, SIG_IGN);
	puts("{\"text\": \"before\"}");
	fflush(stdout);
	while (!never)
		;
	return 0;
}

/* By what is allowed: pause() is not, and would return at once. */
static int
wait_for_ever(const char *arg)
{
	sem_t nobody_posts;

	(void)arg;
	sem_init(&nobody_posts, 0, 0);
	puts("{\"text\": \"before\"}");
	fflush(stdout);
	while (!never)
		sem_wait(&nobody_posts);
	return 0;
}

static int
complain_much(const char *arg)
{
	for (long n = atol(arg); n > 0; n--)
		fprintf(stderr, "complaint %ld\n", n);
	return tell("complained", 0);
}

static int
endless_line(const char *arg)
{
	(void)arg;
	for (;;)
		if (putchar('x') == EOF)
			return 1;
}

static void *
say_hello(void *arg)
{
	(void)arg;
	tell("thread", 0);
	return NULL;
}

static int
make_thread(const char *arg)
{
	pthread_t thread;

	(void)arg;
	errno = pthread_create(&thread, NULL, say_hello, NULL);
	return errno ? tell("thread", -1) : pthread_join(thread, NULL);
}

/* ------------------------------------------------------------------ honest */

/* What follows the first line, as it is. */
static int
say(const char *arg)
{
	fputs(rest, stdout);
	fflush(stdout);
	if (strcmp(arg, "crash") == 0)
		raise(SIGSEGV);
	if (strcmp(arg, "crash") == 0)
		__builtin_trap();
	return atoi(arg);
}

/* Its surroundings and what it is told. */
static int
repeat_told(const char *arg)
{
	char line[8192], folder[4096];
	extern char **environ;

	(void)arg;
	if (!fgets(line, sizeof(line), stdin))
		return 2;
	printf("{\"text\": \"");
	for (const char *p = line; *p && *p != '\n'; p++)
		printf(*p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
	puts("\"}");
	for (char **e = environ; *e; e++)
		printf("{\"meta\": \"env\", \"value\": \"%s\"}\n", *e);
	if (getcwd(folder, sizeof(folder)))
		printf("{\"meta\": \"folder\", \"value\": \"%s\"}\n", folder);
	return fgetc(stdin) == EOF ? 0 : 3;
}

static const struct {
	const char *name;
	int (*run)(const char *arg);
} deeds[] = {
	{ "allocate", allocate }, { "change", change_files },
	{ "complain", complain_much }, { "endless", endless_line },
	{ "harm", harm_others }, { "loop", loop },
	{ "processes", make_processes }, { "read", read_file },
	{ "say", say }, { "sockets", open_sockets }, { "thread", make_thread },
	{ "told", repeat_told }, { "wait", wait_for_ever },
};

int
main(void)
{
	ssize_t n = read(3, document, sizeof(document) - 1);
	char *end = n >= 0 ? strchr(document, '\n') : NULL, *arg;

	if (n < 0)
		return 99;
	rest = end ? end + 1 : "";
	if (end)
		*end = '\0';
	arg = strchr(document, ' ');
	if (arg)
		*arg++ = '\0';
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].name, document) == 0)
			return deeds[i].run(arg ? arg : "");
	return 98;
}
