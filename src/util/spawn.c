/* spawn.c - start a program of ours, apart from what surrounds us. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "util/util.h"

#define NAMES_MAX 15

static size_t
take_named(const char *const *names, char **room, size_t n)
{
	for (; names && *names; names++) {
		size_t len = strlen(*names);

		for (char **e = environ; e && *e && n < NAMES_MAX; e++)
			if (strncmp(*e, *names, len) == 0 && (*e)[len] == '=')
				room[n++] = *e;
	}
	return n;
}

/* What the loader and the sanitizers need, and `more`. */
static void
surroundings(const char *const *more, char *room[NAMES_MAX + 1])
{
	static const char *const always[] = { "LD_LIBRARY_PATH", "ASAN_OPTIONS",
					      "UBSAN_OPTIONS", "LSAN_OPTIONS",
					      NULL };
	size_t n = take_named(always, room, 0);

	room[take_named(more, room, n)] = NULL;
}

/* From the last, since the first three are what others are copied from. */
static void
place(posix_spawn_file_actions_t *files, const int *fds, size_t count)
{
	for (size_t i = count; i-- > 0;)
		if (fds[i] >= 0)
			posix_spawn_file_actions_adddup2(files, fds[i],
							 (int)i);
		else
			posix_spawn_file_actions_addopen(files, (int)i,
							 "/dev/null", O_RDWR,
							 0);
}

int
xj_spawn(const char *program, char *const argv[], const int *fds,
	 size_t count, const char *const *environment, pid_t *pid)
{
	char *room[NAMES_MAX + 1];
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	surroundings(environment, room);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	place(&files, fds, count);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
					POSIX_SPAWN_SETSIGDEF);
	r = posix_spawn(pid, program, &files, &attr, argv, room);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return r;
}
