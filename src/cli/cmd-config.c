/* cmd-config.c - the settings of an archive: list, get, set. */
#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
print(void *ctx, const struct xj_setting *s)
{
	(void)ctx;
	printf("%s%s%s = ", xj_style(s->is_standard ? STYLE_NONE : STYLE_BOLD),
	       s->key, s->is_standard ? "" : xj_plain());
	xj_put(stdout, s->value);
	if (!s->is_standard)
		printf(_("  (standard: %s)"), s->standard);
	printf("\n    %s%s%s\n", xj_style(STYLE_DIM), xj_tr(s->help),
	       xj_plain());
	return XJ_OK;
}

static int
print_json(void *ctx, const struct xj_setting *s)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("key", s->key);
	xj_json_text_of("value", s->value);
	xj_json_text_of("standard", s->standard);
	xj_json_bool("is_standard", s->is_standard);
	xj_json_text_of("help", s->help);
	xj_json_close('}');
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
		xj_json_begin_list("settings");
		r = xj_settings(archive, print_json, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	r = xj_settings(archive, print, NULL, &err);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_config_list = {
	.name = "config list", .args = "", .needs = NEEDS_READ,
	.summary = N_("all settings, what they are and what they do"),
	.options = options, .least = 0, .most = 0, .run = list,
};

static int
get(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	char *value;

	(void)argc;
	if (xj_setting_get(archive, argv[0], &value, &err) < 0)
		return xj_fail(&err);
	printf("%s\n", value);
	xj_free(value);
	return EXIT_FINE;
}

const struct xj_command cmd_config_get = {
	.name = "config get", .args = "KEY", .needs = NEEDS_READ,
	.summary = N_("the value of a setting"),
	.least = 1, .most = 1, .run = get,
};

static int
set(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	return xj_setting_set(archive, argv[0], argv[1], &err) < 0 ?
	       xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_config_set = {
	.name = "config set", .args = "KEY VALUE", .needs = NEEDS_WRITE,
	.summary = N_("change a setting in xueji.conf"),
	.least = 2, .most = 2, .run = set,
};
