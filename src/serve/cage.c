/* cage.c - the server reads what is installed and writes in its archive alone. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "serve/serve.h"

#define READING (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
		 LANDLOCK_ACCESS_FS_READ_DIR)
/* Linux Documentation/userspace-api/landlock.rst: all rights of ABI 1. */
#define ALL ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define REFER (1ull << 13)      /* ABI 2: from folder to folder */
#define TRUNCATE (1ull << 14)   /* ABI 3 */

/* A folder that is not there needs no rule. */
static int
allow(int rules, const char *dir, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights };
	int r;

	if (!dir || !*dir)
		return 0;
	rule.parent_fd = open(dir, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = (int)syscall(SYS_landlock_add_rule, rules,
			 LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return r;
}

/* The folder of a program that was named. */
static int
allow_beside(int rules, const char *program)
{
	char *path = program ? strdup(program) : NULL, *slash;
	int r = 0;

	if (path && (slash = strrchr(path, '/'))) {
		*slash = '\0';
		r = allow(rules, path, READING);
	}
	free(path);
	return r;
}

static int
allow_installed(int rules)
{
	static const char *const folders[] = {
		"/usr", "/lib", "/lib64", "/etc", "/proc", "/run/systemd/resolve",
		"/var/cache/fontconfig", LOCALEDIR, XJ_LIBEXECDIR, XJ_DATADIR,
		XJ_PLUGINDIR,
	};
	static const char *const named[] = { "XUEJI_LOCALE", "XUEJI_PAGES",
					     "XUEJI_PLUGINS" };
	int r = 0;

	for (size_t i = 0; i < XJ_COUNT(folders); i++)
		r |= allow(rules, folders[i], READING);
	for (size_t i = 0; i < XJ_COUNT(named); i++)
		r |= allow(rules, getenv(named[i]), READING);
	r |= allow_beside(rules, getenv("XUEJI_REMOTES"));
	r |= allow_beside(rules, getenv("XUEJI_WORKER"));
	return r | allow(rules, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE |
			 LANDLOCK_ACCESS_FS_WRITE_FILE);
}

bool
xj_cage_enter(void)
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t all = ALL | (abi >= 2 ? REFER : 0) |
		       (abi >= 3 ? TRUNCATE : 0);
	struct landlock_ruleset_attr attr = { .handled_access_fs = all };
	bool done;
	int rules;

#ifndef XJ_SANITIZED /* they look into the process in the end */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	if (abi < 1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	rules = (int)syscall(SYS_landlock_create_ruleset, &attr,
			     sizeof(attr.handled_access_fs), 0);
	if (rules < 0)
		return false;
	done = allow(rules, xj_serve_options.dir, all) == 0 &&
	       allow_installed(rules) == 0 &&
	       syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return done;
}

/* ------------------------------------------------------------------- a trial */

static bool
may_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool
told(const char *what, bool is, bool is_to_be)
{
	printf("%s: %s%s\n", what, is ? "done" : "refused",
	       is == is_to_be ? "" : " (WRONG)");
	return is == is_to_be;
}

int
xj_cage_try(const char *outside)
{
	const char *dir = xj_serve_options.dir;
	char file[4096], own[4096];
	bool fine;

	snprintf(file, sizeof(file), "%s/file", outside);
	snprintf(own, sizeof(own), "%s/staging/trial", dir);
	/* What a trial refuses is to be what the cage refuses. */
	if (!may_open(file, O_RDWR) ||
	    !may_open(outside, O_RDONLY | O_DIRECTORY))
		return 2;
	if (!xj_cage_enter())
		return 77;
	fine = told("write in the archive",
		    may_open(own, O_RDWR | O_CREAT | O_EXCL), true);
	fine &= told("read what is installed",
		     may_open("/usr/bin/env", O_RDONLY), true);
	fine &= told("read outside", may_open(file, O_RDONLY), false);
	fine &= told("write outside", may_open(file, O_WRONLY), false);
	fine &= told("truncate outside", truncate(file, 0) == 0, false);
	fine &= told("list outside",
		     may_open(outside, O_RDONLY | O_DIRECTORY), false);
	fine &= told("link from outside", link(file, own) == 0, false);
	fine &= told("move out of the archive", rename(own, file) == 0, false);
	fine &= told("delete outside", unlink(file) == 0, false);
	fine &= told("write where programs are",
		     may_open("/usr/bin/xueji-trial", O_WRONLY | O_CREAT),
		     false);
	fine &= told("delete in the archive", unlink(own) == 0, true);
	return fine ? 0 : 1;
}
