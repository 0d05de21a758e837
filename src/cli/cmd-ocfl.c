/* cmd-ocfl.c - validate OCFL objects and roots, ours or anybody's. */
#include <string.h>

#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
check_json(const char *path)
{
	struct xj_check_result c = { 0 };
	struct xj_error err = { 0 };
	int r;

	xj_json_open(NULL, '{');
	xj_json_text_of("path", path);
	xj_json_open("problems", '[');
	r = xj_ocfl_check(path, xj_json_problem, NULL, &c, &err);
	xj_json_close(']');
	xj_json_bool("valid", r >= 0 && c.errors == 0);
	xj_json_number("objects", c.objects);
	xj_json_number("errors", c.errors);
	xj_json_number("warnings", c.warnings);
	xj_json_close('}');
	return r < 0 ? xj_fail(&err) : c.errors ? EXIT_NEGATIVE : EXIT_FINE;
}

static int
check(const char *path)
{
	struct xj_check_result c = { 0 };
	struct xj_error err = { 0 };

	if (xj_ocfl_check(path, xj_problem_print, NULL, &c, &err) < 0)
		return xj_fail(&err);
	if (!opt_quiet) {
		xj_put(stdout, path);
		printf("%s%s%s%s\n", _(": "), xj_style(c.errors ? STYLE_BAD :
					       STYLE_GOOD),
		       c.errors ? _("invalid") : _("valid"), xj_plain());
	}
	return c.errors ? EXIT_NEGATIVE : EXIT_FINE;
}

static int
validate(struct xj_archive *archive, int argc, char **argv)
{
	int worst = EXIT_FINE;

	(void)archive;
	if (opt_json)
		xj_json_begin_list("checked");
	for (int i = 0; i < argc; i++) {
		int code = opt_json ? check_json(argv[i]) : check(argv[i]);

		if (code > worst)
			worst = code;
	}
	if (!opt_json)
		return worst;
	xj_json_close(']');
	return xj_json_end(worst);
}

const struct xj_command cmd_ocfl_validate = {
	.name = "ocfl validate", .args = "PATH...", .needs = NEEDS_NOTHING,
	.summary = N_("validate OCFL 1.0 and 1.1 objects and storage roots"),
	.options = options, .least = 1, .most = -1, .run = validate,
};
