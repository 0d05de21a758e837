/* cmd-member-export.c - what is held about a member, for him. */
#include "cli/cli.h"

static const char *opt_output;
static bool opt_files;

static void
tell_json(const struct xj_member_exported *e)
{
	xj_json_text_of("member", e->login);
	xj_json_text_of("output", opt_output);
	xj_json_bool("whole", e->whole);
	xj_json_number("papers", e->papers);
	xj_json_number("drafts", e->drafts);
	xj_json_number("documents", e->documents);
	xj_json_number("records", e->records);
	xj_json_number("requests", e->requests);
	xj_json_number("searches", e->searches);
	xj_json_number("acts", e->acts);
}

static int
export(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_member_exported e;
	struct xj_error err = { 0 };
	int r;

	if (!opt_output)
		return xj_usage(_("say with -o where to write, such as "
				  "-o mine.zip"));
	r = xj_member_export(archive, opt_output,
			     &(struct xj_member_export_options){
		.member = argc ? argv[0] : NULL, .files = opt_files,
		.watch = *xj_watch_begin() }, &e, &err);
	xj_watch_end();
	if (r < 0)
		return xj_fail(&err);
	if (opt_json) {
		xj_json_begin();
		tell_json(&e);
		return xj_json_end(EXIT_FINE);
	}
	if (e.whole)
		xj_say(_("%s: what is held about %s. Papers: %llu, drafts: "
			 "%llu, documents: %llu, other study records: %llu."),
		       opt_output, e.login, (ull)e.papers, (ull)e.drafts,
		       (ull)e.documents, (ull)e.records);
	else
		xj_say(_("%s: what is recorded of %s; papers, documents and all "
			 "else are not given to operators."), opt_output,
		       e.login);
	return EXIT_FINE;
}

static const struct xj_option options[] = {
	{ 'o', "output", .value = &opt_output, .arg = "FILE",
	  .help = N_("the zip file to write") },
	{ 0, "files", .flag = &opt_files,
	  .help = N_("also the files of his documents") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_member_export = {
	.name = "member export-mine", .args = "[MEMBER]", .needs = NEEDS_READ,
	.summary = N_("all that is held about a member, for him, as a zip"),
	.options = options, .most = 1, .run = export,
};
