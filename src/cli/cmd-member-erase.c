/* cmd-member-erase.c - forget what a member who has left had to himself. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_papers;
static bool opt_yes;

static int
tell(const struct xj_member_erased *e)
{
	if (opt_json) {
		xj_json_begin();
		xj_json_number("drafts", e->drafts);
		xj_json_number("searches", e->searches);
		xj_json_number("anonymised", e->anonymised);
		xj_json_number("erased", e->erased);
		return xj_json_end(EXIT_FINE);
	}
	if (!opt_quiet)
		printf(_("Erased: drafts %llu, saved searches %llu, papers "
			 "%llu; without a name now: papers %llu.\n"),
		       (ull)e->drafts, (ull)e->searches, (ull)e->erased,
		       (ull)e->anonymised);
	return EXIT_FINE;
}

static int
erase(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_member_erased erased;
	struct xj_error err = { 0 };
	enum xj_papers_left papers = XJ_PAPERS_KEEP;

	(void)argc;
	if (!opt_papers)
		return xj_usage(_("--papers: say whether his papers are to be "
				  "kept, made anonymous or erased"));
	if (strcmp(opt_papers, "anonymise") == 0)
		papers = XJ_PAPERS_ANONYMISE;
	else if (strcmp(opt_papers, "erase") == 0)
		papers = XJ_PAPERS_ERASE;
	if (!opt_yes && !xj_confirm(_("Erase what %s had to himself? It cannot "
				      "be taken back."), argv[0]))
		return xj_fail_with(EXIT_USAGE, _("nothing was erased; --yes "
						  "goes without a question"));
	if (xj_member_erase(archive, argv[0], papers, &erased, &err) < 0)
		return xj_fail(&err);
	return tell(&erased);
}

static const struct xj_option options[] = {
	{ 0, "papers", .value = &opt_papers, .arg = "WHAT",
	  .choices = "keep anonymise erase",
	  .help = N_("what becomes of his papers:") },
	{ 'y', "yes", .flag = &opt_yes, .help = N_("do not ask") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_member_erase = {
	.name = "member erase", .args = "MEMBER", .needs = NEEDS_WRITE,
	.summary = N_("erase what a member who has left had to himself"),
	.options = options, .least = 1, .most = 1, .run = erase,
};
