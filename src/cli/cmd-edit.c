/* cmd-edit.c - change metadata. */
#include <stdlib.h>

#include "cli/cli.h"

static const char *opt_if_version;

static const struct xj_option options[] = {
	{ 0, "if-version", .value = &opt_if_version, .arg = "N",
	  .help = N_("only if this is still its version") },
	{ 0 }
};

static int
tell(struct xj_archive *archive, const char *ref)
{
	struct xj_document *d;
	struct xj_error err = { 0 };

	if (opt_quiet)
		return EXIT_FINE;
	if (xj_document_open(archive, ref, &d, &err) < 0)
		return xj_fail(&err);
	printf(_("Document %llu is at version %u now.\n"),
	       (ull)xj_document_info(d)->id, xj_document_info(d)->version);
	xj_document_free(d);
	return EXIT_FINE;
}

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_given *given = calloc((size_t)argc, sizeof(*given));
	struct xj_error err = { 0 };
	uint64_t id, expected = 0;
	int code = EXIT_FINE;

	if (!given)
		return EXIT_STORE;
	for (int i = 1; i < argc && code == EXIT_FINE; i++)
		if (!xj_given_parse(argv[i], &given[i - 1]))
			code = EXIT_USAGE;
	if (code == EXIT_FINE &&
	    !xj_number("if-version", opt_if_version, &expected))
		code = EXIT_USAGE;
	if (code == EXIT_FINE)
		code = xj_id_of(archive, argv[0], &id);
	if (code == EXIT_FINE &&
	    xj_edit(archive, id, given, (unsigned)expected, &err) < 0)
		code = xj_fail(&err);
	free(given);
	return code == EXIT_FINE ? tell(archive, argv[0]) : code;
}

const struct xj_command cmd_edit = {
	.name = "edit", .args = "ID ELEMENT=VALUE...", .needs = NEEDS_WRITE,
	.summary = N_("change metadata; an empty VALUE takes what was given "
		      "away"),
	.options = options, .least = 2, .most = -1, .run = edit,
};
