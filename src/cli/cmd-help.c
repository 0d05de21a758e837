/* cmd-help.c - help, and what the build prints from the declarations. */
#include "cli/cli.h"

static const char *opt_man, *opt_completion, *opt_prose;

/* For the build; not in the help of `help`. */
static const struct xj_option options[] = {
	{ 0, "man", .value = &opt_man, .arg = "NAME" },
	{ 0, "prose", .value = &opt_prose, .arg = "FILE" },
	{ 0, "completion", .value = &opt_completion, .arg = "SHELL",
	  .choices = "bash zsh fish" },
	{ 0 }
};

static int
help(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_command *c;
	const char *nearest;
	int used;

	(void)archive;
	if (opt_man)
		return xj_help_manual(opt_man, opt_prose);
	if (opt_completion)
		return xj_help_completion(opt_completion);
	if (argc == 0) {
		xj_help_general(stdout);
		return EXIT_FINE;
	}
	c = xj_command_find(argc, argv, &used);
	if (c) {
		xj_help_command(c, stdout);
		return EXIT_FINE;
	}
	if (argc == 1 && xj_command_group(argv[0])) {
		xj_help_group(argv[0], stdout);
		return EXIT_FINE;
	}
	nearest = xj_nearest_command(argv[0]);
	if (nearest)
		return xj_usage(_("%s: no such command; did you mean %s?"),
				argv[0], nearest);
	return xj_usage(_("%s: no such command"), argv[0]);
}

const struct xj_command cmd_help = {
	.name = "help", .args = "[COMMAND]", .needs = NEEDS_NOTHING,
	.summary = N_("help with a command"),
	.options = options, .least = 0, .most = 2, .run = help,
};
