/* cmd-init.c - make an archive. */
#include <string.h>

#include "cli/cli.h"

static int
init(struct xj_archive *archive, int argc, char **argv)
{
	const char *dir = argc > 0 ? argv[0] : opt_dir;
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;
	struct xj_error err = { 0 };

	(void)archive;
	if (!dir)
		return xj_usage(_("say where: xueji init DIR"));
	if (xj_archive_init(dir, &err) < 0)
		return xj_fail(&err);
	xj_escape_shown(&shown, dir, strlen(dir));
	if (!opt_quiet) {
		printf(_("%s is an archive now.\n"), xj_buf_str(&shown));
		printf(_("Next: xueji -A %s add FOLDER\n"),
		       xj_buf_str(&shown));
	}
	return EXIT_FINE;
}

const struct xj_command cmd_init = {
	.name = "init", .args = "DIR", .needs = NEEDS_NOTHING,
	.summary = N_("make an archive in a new or empty folder"),
	.least = 0, .most = 1, .run = init,
};
