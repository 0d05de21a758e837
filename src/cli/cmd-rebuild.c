/* cmd-rebuild.c - make catalog and index again. */
#include "cli/cli.h"

static int
rebuild(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_rebuild_result rr = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)archive;
	(void)argc;
	(void)argv;
	r = xj_rebuild(opt_dir, xj_problem_print, NULL, xj_watch_begin(), &rr,
		       &err);
	xj_watch_end();
	if (r < 0)
		return xj_fail(&err);
	if (!opt_quiet)
		printf(_("%llu objects read: %llu documents, %llu members, "
			 "%llu versions, %llu accessions.\n"),
		       (ull)rr.objects, (ull)rr.documents, (ull)rr.members,
		       (ull)rr.versions, (ull)rr.accessions);
	if (rr.people && !opt_quiet)
		printf(_("%llu units and members of the organisation.\n"),
		       (ull)rr.people);
	if (rr.locked)
		xj_say(ngettext("%llu document was read with a password, "
				"which is needed again: `xueji list "
				"is:encrypted`, `xueji unlock ID`.",
				"%llu documents were read with passwords, "
				"which are needed again: `xueji list "
				"is:encrypted`, `xueji unlock ID`.",
				(unsigned long)rr.locked), (ull)rr.locked);
	if (rr.failed)
		return xj_fail_with(EXIT_PART, _("%llu objects could not be "
						 "read; `xueji verify` says "
						 "more"), (ull)rr.failed);
	return EXIT_FINE;
}

const struct xj_command cmd_rebuild = {
	.name = "rebuild", .args = "", .needs = NEEDS_DIR,
	.summary = N_("make catalog and index again from the OCFL root alone"),
	.least = 0, .most = 0, .run = rebuild,
};
