/*
 * fuzz-folder.h - a folder of the harness's own, for readers that want a file.
 * It lies in memory where that can be had, and goes when the process ends.
 */
#ifndef XJ_FUZZ_FOLDER_H
#define XJ_FUZZ_FOLDER_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"

static char fuzz_folder[64];

static void
fuzz_write(const char *name, const void *bytes, size_t len)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder, name);
	MUST((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600)) >= 0);
	MUST(write(fd, bytes, len) == (ssize_t)len);
	close(fd);
}

static void
fuzz_folder_end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", fuzz_folder);
	MUST(system(command) == 0);
}

/* Made at the first call. */
static inline void
fuzz_folder_begin(void)
{
	if (*fuzz_folder)
		return;
	strcpy(fuzz_folder, access("/dev/shm", W_OK) == 0 ?
	       "/dev/shm/fuzz-XXXXXX" : "/tmp/fuzz-XXXXXX");
	MUST(mkdtemp(fuzz_folder));
	atexit(fuzz_folder_end);
}

#endif
