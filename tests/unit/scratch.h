/*
 * scratch.h - a folder of its own for each test, and its removal.
 *
 *	xj_auto(scratch_end) struct scratch dir = scratch_begin();
 *
 * When an assertion fails the folder stays, for a look at it.
 */
#ifndef XJ_TEST_SCRATCH_H
#define XJ_TEST_SCRATCH_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/util.h"

struct scratch {
	char path[256];
	int fd; /* the folder, open */
};

static inline struct scratch
scratch_begin(void)
{
	const char *tmp = getenv("TMPDIR");
	struct scratch dir;

	snprintf(dir.path, sizeof(dir.path), "%s/xueji-test-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(dir.path) || xj_dir_open(AT_FDCWD, dir.path, &dir.fd,
					      NULL) < 0) {
		perror(dir.path);
		abort();
	}
	return dir;
}

static inline void
scratch_end(struct scratch *dir)
{
	close(dir->fd);
	xj_remove_tree(AT_FDCWD, dir->path, NULL);
}

#endif
