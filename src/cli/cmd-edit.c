/* cmd-edit.c - change metadata. */
#include <stdlib.h>

#include "cli/cli.h"

static const char *opt_if_version;
static struct xj_values opt_area, opt_topic, opt_drop;

static const struct xj_option options[] = {
	{ 0, "area", .values = &opt_area, .arg = "AREA",
	  .help = N_("add a study area, by code or name; may be given "
		     "again") },
	{ 0, "topic", .values = &opt_topic, .arg = "TOPIC",
	  .help = N_("add a topic, by code or name; may be given again") },
	{ 0, "drop-topic", .values = &opt_drop, .arg = "TOPIC",
	  .help = N_("take an area or a topic away; may be given again") },
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

static bool
has_topics(void)
{
	return opt_area.count || opt_topic.count || opt_drop.count;
}

static int
edit_elements(struct xj_archive *archive, uint64_t id, int argc, char **argv,
	      uint64_t *expected)
{
	struct xj_given *given = calloc((size_t)argc + 1, sizeof(*given));
	struct xj_error err = { 0 };
	int code = given ? EXIT_FINE : EXIT_STORE;

	for (int i = 0; i < argc && code == EXIT_FINE; i++)
		if (!xj_given_parse(argv[i], &given[i]))
			code = EXIT_USAGE;
	if (code == EXIT_FINE &&
	    xj_edit(archive, id, given, (unsigned)*expected, &err) < 0)
		code = xj_fail(&err);
	if (*expected)
		++*expected; /* the version that this made */
	free(given);
	return code;
}

static int
edit_topics(struct xj_archive *archive, uint64_t id, uint64_t expected)
{
	struct xj_error err = { 0 };

	return xj_document_set_topics(archive, id, &(struct xj_topics_given){
		.areas = opt_area.list, .add = opt_topic.list,
		.drop = opt_drop.list }, (unsigned)expected, &err) < 0 ?
		xj_fail(&err) : EXIT_FINE;
}

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	uint64_t id, expected = 0;
	int code;

	if (argc == 1 && !has_topics())
		return xj_usage(_("nothing to change: say ELEMENT=VALUE, or "
				  "--topic TOPIC"));
	if (!xj_number("if-version", opt_if_version, &expected))
		return EXIT_USAGE;
	code = xj_id_of(archive, argv[0], &id);
	if (code == EXIT_FINE && argc > 1)
		code = edit_elements(archive, id, argc - 1, argv + 1,
				     &expected);
	if (code == EXIT_FINE && has_topics())
		code = edit_topics(archive, id, expected);
	return code == EXIT_FINE ? tell(archive, argv[0]) : code;
}

const struct xj_command cmd_edit = {
	.name = "edit", .args = "ID [ELEMENT=VALUE...]", .needs = NEEDS_WRITE,
	.summary = N_("change metadata; an empty VALUE takes what was given "
		      "away"),
	.options = options, .least = 1, .most = -1, .run = edit,
};
