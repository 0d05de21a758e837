/* cmd-dictionary.c - the organisation's own words: list, add, remove. */
#include "cli/cli.h"

static const struct xj_option list_options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
print(void *ctx, const char *word)
{
	(void)ctx;
	xj_put(stdout, word);
	fputc('\n', stdout);
	return XJ_OK;
}

static int
print_json(void *ctx, const char *word)
{
	(void)ctx;
	xj_json_text_of(NULL, word);
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
		xj_json_begin_list("words");
		r = xj_dictionary(archive, print_json, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	r = xj_dictionary(archive, print, NULL, &err);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_dictionary_list = {
	.name = "dictionary list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the organisation's own words"),
	.options = list_options, .run = list,
};

typedef int (*change_fn)(struct xj_archive *archive, const char *const *words,
			 const struct xj_watch *watch, uint64_t *indexed,
			 struct xj_error *err);

static int
change(struct xj_archive *archive, char **argv, change_fn fn)
{
	struct xj_error err = { 0 };
	uint64_t indexed;
	int r = fn(archive, (const char *const *)argv, xj_watch_begin(),
		   &indexed, &err);

	xj_watch_end();
	if (r < 0)
		return xj_fail(&err);
	if (indexed)
		xj_say(ngettext("%llu document was indexed again.",
				"%llu documents were indexed again.",
				(unsigned long)indexed), (ull)indexed);
	return EXIT_FINE;
}

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return change(archive, argv, xj_dictionary_add);
}

const struct xj_command cmd_dictionary_add = {
	.name = "dictionary add", .args = "WORD...", .needs = NEEDS_WRITE,
	.summary = N_("let these be words, which are cut wrong otherwise"),
	.least = 1, .most = -1, .run = add,
};

static int
take_out(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return change(archive, argv, xj_dictionary_remove);
}

const struct xj_command cmd_dictionary_remove = {
	.name = "dictionary remove", .args = "WORD...", .needs = NEEDS_WRITE,
	.summary = N_("take words out of the dictionary"),
	.least = 1, .most = -1, .run = take_out,
};
