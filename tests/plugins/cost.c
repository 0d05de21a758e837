/*
 * cost.c - what a worker costs: cost FILE [COUNT] imports the file so often,
 * once with a worker for each document and once in runs, and prints
 * microseconds of CPU of all processes for one document.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import/import.h"

static double
cpu_us(void)
{
	double sum = 0;

	for (int i = 0; i < 2; i++) {
		struct rusage u;

		getrusage(i == 0 ? RUSAGE_SELF : RUSAGE_CHILDREN, &u);
		sum += 1e6 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
	}
	return sum;
}

/* The zygote's own time and that of its workers count once it has ended. */
static int
measure(int fd, const char *name, unsigned count, unsigned run)
{
	const char *dirs[] = { getenv("XUEJI_PLUGINS"), NULL };
	struct xj_importers_options o = { .dirs = dirs, .limits.run = run };
	static const struct xj_sink nothing;
	struct xj_import_source s = { .fd = fd, .name = name };
	struct xj_import_result result;
	struct xj_importers *im;
	struct xj_error err;
	struct stat st;
	double before = cpu_us(), open_us;
	uint64_t began;

	if (fstat(fd, &st) < 0 || xj_importers_open(&o, &im, &err) < 0)
		return -1;
	s.size = (uint64_t)st.st_size;
	xj_importers_close(im);
	open_us = cpu_us() - before;
	if (xj_importers_open(&o, &im, &err) < 0)
		return -1;
	before = cpu_us();
	began = xj_monotonic_ms();
	for (unsigned i = 0; i < count; i++)
		if (xj_import_run(im, &s, &nothing, NULL, &result, &err) < 0)
			return -1;
	began = xj_monotonic_ms() - began;
	xj_importers_close(im);
	printf("run of %2u: %.0f us CPU, %.0f us wall a document (%s); "
	       "start %.0f us\n", run, (cpu_us() - before - open_us) / count,
	       1e3 * (double)began / count,
	       xj_import_outcome_name(result.outcome), open_us);
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned count = argc > 2 ? (unsigned)atoi(argv[2]) : 1000;
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		fputs("usage: cost FILE [COUNT]\n", stderr);
		return 2;
	}
	if (measure(fd, xj_path_base(argv[1]), count, 1) < 0 ||
	    measure(fd, xj_path_base(argv[1]), count, 200) < 0)
		return 1;
	return 0;
}
