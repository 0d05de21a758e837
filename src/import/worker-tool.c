/*
 * worker-tool.c - xueji-importer --run CPU_S MEMORY FOLDER PROGRAM ARG...:
 * enters the cage of programs and becomes PROGRAM, see struct xj_tool in import.h. Nobody asks for
 * it but xueji, and it gives no power to whoever does.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "import/confine.h"
#include "import/control.h"
#include "import/worker.h"

/* What a program of ours may need that is not of the system: its own folder,
 * and what is known of the fonts. Both may be missing. */
static void
further(const char *program, char *own, size_t size, const char *reads[3])
{
	size_t len = (size_t)(xj_path_base(program) - program);

	if (len >= size)
		len = 0;
	memcpy(own, program, len);
	own[len] = '\0';
	reads[0] = len > 0 ? own : "/usr/bin";
	reads[1] = "/var/cache/fontconfig";
	reads[2] = NULL;
}

int
xj_tool_become(int argc, char **argv)
{
	static char *const surroundings[] = {
		(char *)"PATH=/usr/bin:/bin", (char *)"LANG=C.UTF-8",
		(char *)"TZ=UTC0", (char *)"HOME=/", NULL,
	};
	static struct xj_cage cage;
	struct xj_import_limits limits = { 0 };
	const char *reads[3];
	char own[4096];
	struct xj_error err;

	if (argc < 6)
		return XJ_TOOL_UNHELD;
	limits.cpu_s = (uint32_t)strtoul(argv[2], NULL, 10);
	limits.memory = strtoull(argv[3], NULL, 10);
	further(argv[5], own, sizeof(own), reads);
	xj_close_from(3);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || chdir(argv[4]) < 0) {
		fprintf(stderr, "%s: %s\n", argv[4], strerror(errno));
		return XJ_TOOL_UNHELD;
	}
	xj_cage_prepare(&cage, &limits);
	if (xj_cage_prepare_programs(&cage, &err) != XJ_OK) {
		fprintf(stderr, "%s\n", err.plain);
		return XJ_TOOL_UNHELD;
	}
	if (access(argv[5], X_OK) < 0) {
		fprintf(stderr, "%s: %s\n", argv[5], strerror(errno));
		return XJ_TOOL_MISSING;
	}
	if (xj_cage_enter_program(&cage, argv[4], reads) == 0)
		execve(argv[5], argv + 5, surroundings);
	fprintf(stderr, "%s: %s\n", argv[5], strerror(errno));
	return XJ_TOOL_UNHELD;
}
