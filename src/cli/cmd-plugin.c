/* cmd-plugin.c - the importers, and those refused; install and remove one. */
#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

static void
put_list(const char *const *list, size_t indent)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	for (size_t i = 0; list && list[i]; i++)
		xj_buf_addf(&b, "%s%s", i ? ", " : "", list[i]);
	if (!b.len)
		return;
	printf("%*s", (int)indent, "");
	xj_wrap(b.data, NULL, 0, indent, indent);
}

static int
print(void *ctx, const struct xj_plugin *p)
{
	size_t *count = ctx;
	char words[XJ_ERROR_MAX];

	if (p->refused) {
		printf("%s✗ ", xj_style(STYLE_BAD));
		xj_put(stdout, p->name && *p->name ? p->name : p->file);
		printf("%s  ", xj_plain());
		printf(_("refused: "));
		xj_put(stdout, xj_in_words(p->refused, words, sizeof(words)));
		fputc('\n', stdout);
		if (p->file && p->name && *p->name) {
			fputs("    ", stdout);
			xj_put(stdout, p->file);
			fputc('\n', stdout);
		}
		return XJ_OK;
	}
	++*count;
	printf("%s✓%s %s%s%s %s  %s%s%s\n", xj_style(STYLE_GOOD), xj_plain(),
	       xj_style(STYLE_BOLD), p->name, xj_plain(), p->version,
	       xj_style(STYLE_DIM), p->license ? p->license : "", xj_plain());
	if (p->libraries && *p->libraries)
		printf("    %s\n", p->libraries);
	if (p->command) {
		printf("    ");
		printf(_("program: "));
		xj_put(stdout, p->command);
		fputc('\n', stdout);
	}
	put_list(p->formats, 4);
	put_list(p->extensions, 4);
	printf("    %s%s%s\n", xj_style(STYLE_DIM), p->file, xj_plain());
	return XJ_OK;
}

static int
print_json(void *ctx, const struct xj_plugin *p)
{
	size_t *count = ctx;

	*count += !p->refused;
	xj_json_open(NULL, '{');
	xj_json_text_of("name", p->name);
	xj_json_text_of("version", p->version);
	xj_json_text_of("license", p->license);
	xj_json_text_of("libraries", p->libraries);
	xj_json_text_of("file", p->file);
	xj_json_text_of("refused", p->refused);
	xj_json_number("abi_major", p->abi_major);
	xj_json_number("abi_minor", p->abi_minor);
	xj_json_list("formats", p->formats);
	xj_json_list("extensions", p->extensions);
	xj_json_text_of("command", p->command);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	size_t count = 0;
	int r;

	(void)argc;
	(void)argv;
	if (opt_json) {
		xj_json_begin_list("plugins");
		r = xj_plugins(archive, print_json, &count, &err);
		return xj_json_end_list(r, &err);
	}
	r = xj_plugins(archive, print, &count, &err);
	if (r < 0)
		return xj_fail(&err);
	return count ? EXIT_FINE :
	       xj_fail_with(EXIT_NEGATIVE, _("no importer was found; `xueji "
					     "doctor` says more"));
}

const struct xj_command cmd_plugin_list = {
	.name = "plugin list", .args = "", .needs = NEEDS_MAYBE,
	.summary = N_("the importers, their formats, and those refused"),
	.options = options, .least = 0, .most = 0, .run = list,
};

/* ------------------------------------------------------ install and remove */

static bool opt_system;

static const struct xj_option place_options[] = {
	{ 0, "system", .flag = &opt_system,
	  .help = N_("for everybody on this machine, not for you alone") },
	{ 0 }
};

static int
install_one(struct xj_archive *archive, const char *file)
{
	struct xj_plugin_installed it;
	struct xj_error err = { 0 };

	if (xj_plugin_install(archive, file, opt_system ? XJ_PLUGIN_SYSTEM : 0,
			      &it, &err) < 0)
		return xj_fail(&err);
	if (opt_quiet)
		return EXIT_FINE;
	if (it.replaced[0])
		printf(_("%s %s is installed in place of %s: %s\n"), it.name,
		       it.version, it.replaced, it.file);
	else
		printf(_("%s %s is installed: %s\n"), it.name, it.version,
		       it.file);
	return EXIT_FINE;
}

static int
install(struct xj_archive *archive, int argc, char **argv)
{
	int code = EXIT_FINE;

	for (int i = 0; i < argc && code == EXIT_FINE; i++)
		code = install_one(archive, argv[i]);
	if (code == EXIT_FINE)
		xj_say(_("New files are read with it from now on. `xueji "
			 "reindex --failed` reads those again that no "
			 "importer could read before."));
	return code;
}

const struct xj_command cmd_plugin_install = {
	.name = "plugin install", .args = "IMPORTER.so...",
	.needs = NEEDS_MAYBE,
	.summary = N_("check an importer and install it"),
	.options = place_options, .least = 1, .most = -1, .run = install,
};

static int
remove_plugins(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_plugin_installed it;
	struct xj_error err = { 0 };

	(void)archive;
	for (int i = 0; i < argc; i++) {
		if (xj_plugin_remove(argv[i], opt_system ? XJ_PLUGIN_SYSTEM
					: 0, &it, &err) < 0)
			return xj_fail(&err);
		if (!opt_quiet)
			printf(_("%s is removed: %s\n"), it.name, it.file);
	}
	xj_say(_("What it read stays in the archives as it is."));
	return EXIT_FINE;
}

const struct xj_command cmd_plugin_remove = {
	.name = "plugin remove", .args = "NAME...", .needs = NEEDS_NOTHING,
	.summary = N_("remove an importer that was installed"),
	.options = place_options, .least = 1, .most = -1,
	.run = remove_plugins,
};
