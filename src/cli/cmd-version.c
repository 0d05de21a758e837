/* cmd-version.c - the version of this program. */
#include "cli/cli.h"

static int
version(struct xj_archive *archive, int argc, char **argv)
{
	(void)archive;
	(void)argc;
	(void)argv;
	printf("xueji %s\n", xj_version());
	return EXIT_FINE;
}

const struct xj_command cmd_version = {
	.name = "version", .args = "", .needs = NEEDS_NOTHING,
	.summary = N_("the version of this program"),
	.least = 0, .most = 0, .run = version,
};
