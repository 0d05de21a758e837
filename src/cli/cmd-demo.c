/* cmd-demo.c - an archive made of the library that comes with the program. */
#include <stdlib.h>

#include "cli/cli.h"

static int
search(struct xj_archive *archive, const char *query)
{
	printf("\n%s$ xueji search %s%s\n", xj_style(STYLE_BOLD), query,
	       xj_plain());
	return xj_search_and_print(archive, &(struct xj_search){
				   .query = query, .limit = 3 });
}

/* The searches print what they find; finding nothing is no failure here. */
static int
search_all(struct xj_archive *archive)
{
	static const char *const queries[] = { "病历书写", "随访 血压",
					       "near miss" };

	for (size_t i = 0; i < XJ_COUNT(queries); i++) {
		int code = search(archive, queries[i]);

		if (code != EXIT_FINE && code != EXIT_NEGATIVE)
			return code;
	}
	return EXIT_FINE;
}

static void
say_next(const char *dir)
{
	printf("\n");
	printf(_("Next:\n"
		 "  xueji -A %s search WORDS\n"
		 "  xueji -A %s show 1\n"
		 "  xueji -A %s list\n"
		 "  xueji init DIR && xueji -A DIR add YOUR-FOLDER\n"), dir,
	       dir, dir);
}

static int
fill(struct xj_archive *archive, const char *dir, const char *corpus)
{
	/* The list of the samples is for those who read the source. */
	static const char *const exclude[] = { "README.md", NULL };
	int code;

	printf("%s$ xueji -A %s add --area auto --exclude README.md %s%s\n",
	       xj_style(STYLE_BOLD), dir, corpus, xj_plain());
	code = xj_add_and_tell(archive, (const char *[]){ corpus, NULL },
			       &(struct xj_add_options){ .exclude = exclude,
				.given = (const struct xj_given[]){
					{ "area", "auto" }, { NULL, NULL } } },
			       NULL);
	if (code != EXIT_FINE && code != EXIT_PART)
		return code;
	code = search_all(archive);
	if (code == EXIT_FINE)
		say_next(dir);
	return code;
}

static int
demo(struct xj_archive *archive, int argc, char **argv)
{
	const char *corpus = getenv("XUEJI_CORPUS");
	struct xj_error err = { 0 };
	int code;

	(void)argc;
	if (!corpus || !*corpus)
		corpus = XJ_DATADIR "/corpus";
	printf("%s$ xueji init %s%s\n", xj_style(STYLE_BOLD), argv[0],
	       xj_plain());
	if (xj_archive_init(argv[0], &err) < 0 ||
	    xj_archive_open(argv[0], 0, &archive, &err) < 0)
		return xj_fail(&err);
	code = fill(archive, argv[0], corpus);
	xj_archive_close(archive);
	return code;
}

const struct xj_command cmd_demo = {
	.name = "demo", .args = "DIR", .needs = NEEDS_NOTHING,
	.summary = N_("make an archive to try, from documents that come with "
		      "xueji"),
	.least = 1, .most = 1, .run = demo,
};
