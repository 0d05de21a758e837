/* cmd-init.c - make an archive. */
#include "cli/cli.h"

static int
init(struct xj_archive *archive, int argc, char **argv)
{
	const char *dir = argc > 0 ? argv[0] : opt_dir;
	struct xj_error err = { 0 };

	(void)archive;
	if (!dir)
		return xj_usage(_("say where: xueji init DIR"));
	if (xj_archive_init(dir, &err) < 0)
		return xj_fail(&err);
	if (!opt_quiet) {
		printf(_("%s is an archive now.\n"), dir);
		printf(_("Next: xueji -A %s add FOLDER\n"), dir);
	}
	return EXIT_FINE;
}

const struct xj_command cmd_init = {
	.name = "init", .args = "DIR", .needs = NEEDS_NOTHING,
	.summary = N_("make an archive in a new or empty folder"),
	.least = 0, .most = 1, .run = init,
};
