/* cmd-reindex.c - make the index again; read originals again. */
#include <stdlib.h>

#include "cli/cli.h"

static const char *opt_kind, *opt_type, *opt_importer, *opt_report;
static bool opt_failed, opt_outdated;

static const struct xj_option options[] = {
	{ 'f', "failed", .flag = &opt_failed,
	  .help = N_("read those again that could not be read before") },
	{ 0, "outdated", .flag = &opt_outdated,
	  .help = N_("read those again whose importer has another version "
		     "now") },
	{ 't', "type", .value = &opt_type, .arg = "TYPE",
	  .choices = "pdf word slides sheet text web mail image audio video "
		     "archive other",
	  .help = N_("read those of a type again:") },
	{ 'k', "kind", .value = &opt_kind, .arg = "KIND", .choices = KINDS,
	  .help = N_("read those of a kind again:") },
	{ 'i', "importer", .value = &opt_importer, .arg = "NAME",
	  .help = N_("read those again that this importer read") },
	{ 'r', "report", .value = &opt_report, .arg = "FILE",
	  .help = N_("write a line of JSON for every file and member") },
	OPTION_JSON,
	{ 0 }
};

static int
index_again(struct xj_archive *archive)
{
	struct xj_error err = { 0 };
	uint64_t indexed = 0;
	int r;

	r = xj_reindex(archive, xj_watch_begin(), &indexed, &err);
	xj_watch_end();
	if (r < 0)
		return xj_fail(&err);
	if (opt_json) {
		xj_json_begin();
		xj_json_number("indexed", indexed);
		return xj_json_end(EXIT_FINE);
	}
	if (!opt_quiet)
		printf(ngettext("%llu document indexed.\n",
				"%llu documents indexed.\n",
				(unsigned long)indexed), (ull)indexed);
	return EXIT_FINE;
}

static int
reindex(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_reread_options o = {
		.kind = opt_kind, .type = opt_type, .importer = opt_importer,
		.failed = opt_failed, .outdated = opt_outdated,
	};
	bool chosen = opt_kind || opt_type || opt_importer || opt_failed ||
		      opt_outdated;
	uint64_t *ids;
	int code = EXIT_FINE;

	if (argc && chosen)
		return xj_usage(_("either documents by number or those that "
				  "options choose, not both"));
	if (!argc && !chosen)
		return opt_report ? xj_usage(_("--report: which documents are "
					       "to be read again?"))
				  : index_again(archive);
	ids = calloc((size_t)argc + 1, sizeof(*ids));
	if (!ids)
		return xj_fail(&(struct xj_error){ .status = XJ_ENOMEM });
	for (int i = 0; i < argc && code == EXIT_FINE; i++)
		code = xj_id_of(archive, argv[i], &ids[i]);
	o.ids = argc ? ids : NULL;
	if (code == EXIT_FINE)
		code = xj_reread_and_tell(archive, &o, opt_report);
	free(ids);
	return code;
}

const struct xj_command cmd_reindex = {
	.name = "reindex", .args = "[ID...]", .needs = NEEDS_WRITE,
	.summary = N_("make the index again from stored text, or read "
		      "originals again"),
	.options = options, .least = 0, .most = -1, .run = reindex,
};
