/* cmd-account.c - how members sign in on the pages. */
#include <string.h>
#include <xueji/account.h>

#include "cli/cli.h"

static const char *opt_password_file, *opt_url;

static const struct xj_option password_options[] = {
	OPTION_PASSWORD_FILE,
	{ 0 }
};

static int
password(struct xj_archive *archive, int argc, char **argv)
{
	char word[XJ_PASSWORD_MAX];
	struct xj_error err = { 0 };
	int r, code = xj_password_read(opt_password_file, argv[0], word);

	(void)argc;
	if (code != EXIT_FINE)
		return code;
	r = xj_password_set(archive, argv[0], word, &err);
	explicit_bzero(word, sizeof(word));
	if (r < 0)
		return xj_fail(&err);
	xj_say(_("The password of %s is set."), argv[0]);
	return EXIT_FINE;
}

const struct xj_command cmd_member_password = {
	.name = "member password", .args = "MEMBER", .needs = NEEDS_WRITE,
	.summary = N_("set the password with which a member signs in on the "
		      "pages"),
	.options = password_options, .least = 1, .most = 1, .run = password,
};

static const struct xj_option link_options[] = {
	{ 0, "url", .value = &opt_url, .arg = "URL",
	  .help = N_("the address of the pages; default "
		     "http://127.0.0.1:8460") },
	OPTION_JSON,
	{ 0 }
};

static int
make_link(struct xj_archive *archive, int argc, char **argv)
{
	const char *url = opt_url ? opt_url : "http://127.0.0.1:8460";
	char token[XJ_LINK_MAX], whole[1024];
	struct xj_error err = { 0 };

	(void)argc;
	if (xj_account_link(archive, argv[0], token, &err) < 0)
		return xj_fail(&err);
	snprintf(whole, sizeof(whole), "%s/welcome/%s", url, token);
	if (!opt_json) {
		printf("%s\n", whole);
		return EXIT_FINE;
	}
	xj_json_begin();
	xj_json_text_of("member", argv[0]);
	xj_json_text_of("link", whole);
	return xj_json_end(EXIT_FINE);
}

const struct xj_command cmd_member_link = {
	.name = "member link", .args = "MEMBER", .needs = NEEDS_WRITE,
	.summary = N_("a link by which a member chooses a password, once, "
		      "within 7 days"),
	.options = link_options, .least = 1, .most = 1, .run = make_link,
};
