/* cmd-synonym.c - forms that mean the same: list, add, remove. */
#include "cli/cli.h"

static const struct xj_option list_options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
print(void *ctx, const char *const *forms)
{
	(void)ctx;
	for (size_t i = 0; forms[i]; i++) {
		if (i)
			fputs(" = ", stdout);
		xj_put(stdout, forms[i]);
	}
	fputc('\n', stdout);
	return XJ_OK;
}

static int
print_json(void *ctx, const char *const *forms)
{
	(void)ctx;
	xj_json_list(NULL, forms);
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	(void)argv;
	if (opt_json) {
		xj_json_begin_list("synonyms");
		r = xj_synonyms(archive, print_json, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	r = xj_synonyms(archive, print, NULL, &err);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_synonym_list = {
	.name = "synonym list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the forms that mean the same"),
	.options = list_options, .run = list,
};

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	if (xj_synonym_add(archive, (const char *const *)argv, &err) < 0)
		return xj_fail(&err);
	return EXIT_FINE;
}

const struct xj_command cmd_synonym_add = {
	.name = "synonym add", .args = "FORM FORM...", .needs = NEEDS_WRITE,
	.summary = N_("say that forms mean the same, so that one finds the "
		      "others"),
	.least = 2, .most = -1, .run = add,
};

static int
take_out(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	if (xj_synonym_remove(archive, (const char *const *)argv, &err) < 0)
		return xj_fail(&err);
	return EXIT_FINE;
}

const struct xj_command cmd_synonym_remove = {
	.name = "synonym remove", .args = "FORM...", .needs = NEEDS_WRITE,
	.summary = N_("let forms stand for themselves alone again"),
	.least = 1, .most = -1, .run = take_out,
};
