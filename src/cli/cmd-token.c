/* cmd-token.c - tokens, which programs of members show to the API. */
#include <xueji/account.h>

#include "cli/cli.h"

static const char *opt_until;
static bool opt_write;

/* -------------------------------------------------------------------- list */

static const char *
may_do(const struct xj_token *t)
{
	return t->over ? _("over") : t->write ? _("reads and writes")
					      : _("reads");
}

static int
print(void *ctx, const struct xj_token *t)
{
	char number[24], created[32];

	snprintf(number, sizeof(number), "%llu", (ull)t->number);
	xj_table_add(ctx, (const char *[]){ number, t->login, t->name,
		     may_do(t), xj_moment(t->created, created), t->until });
	return XJ_OK;
}

static int
print_json(void *ctx, const struct xj_token *t)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("number", t->number);
	xj_json_text_of("member", t->login);
	xj_json_text_of("name", t->name);
	xj_json_bool("write", t->write);
	xj_json_time("created", t->created);
	xj_json_text_of("until", *t->until ? t->until : NULL);
	xj_json_bool("over", t->over);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	const char *member = argc ? argv[0] : NULL;
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("tokens");
		r = xj_tokens(archive, member, print_json, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(6);
	xj_table_heading(t, (const char *[]){ "", _("member"), _("name"),
		"", _("made"), _("until") });
	xj_table_right(t, 0);
	r = xj_tokens(archive, member, print, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_token_list = {
	.name = "token list", .args = "[MEMBER]", .needs = NEEDS_READ,
	.summary = N_("list the tokens of members' programs"),
	.options = list_options, .most = 1, .run = list,
};

/* --------------------------------------------------------------------- add */

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_token_given given = { .name = argv[1], .write = opt_write,
					.until = opt_until };
	struct xj_error err = { 0 };
	char token[XJ_LINK_MAX];
	uint64_t number = 0;

	(void)argc;
	if (xj_token_add(archive, argv[0], &given, token, &number, &err) < 0)
		return xj_fail(&err);
	if (!opt_json) {
		printf("%s\n", token);
		xj_say(_("It is not shown again. `xueji token revoke %llu` "
			 "ends it."), (ull)number);
		return EXIT_FINE;
	}
	xj_json_begin();
	xj_json_number("number", number);
	xj_json_text_of("token", token);
	return xj_json_end(EXIT_FINE);
}

static const struct xj_option add_options[] = {
	{ 0, "write", .flag = &opt_write,
	  .help = N_("it changes things, too; without this it only reads") },
	{ 0, "until", .value = &opt_until, .arg = "DATE",
	  .help = N_("its last day") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_token_add = {
	.name = "token add", .args = "MEMBER NAME", .needs = NEEDS_WRITE,
	.summary = N_("make a token, with which a program asks in place of "
		      "a member"),
	.options = add_options, .least = 2, .most = 2, .run = add,
};

/* ------------------------------------------------------------------ revoke */

static int
revoke(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t number;

	(void)argc;
	if (!xj_number("NUMBER", argv[0], &number))
		return EXIT_USAGE;
	if (xj_token_revoke(archive, number, &err) < 0)
		return xj_fail(&err);
	xj_say(_("Token %llu is revoked."), (ull)number);
	return EXIT_FINE;
}

const struct xj_command cmd_token_revoke = {
	.name = "token revoke", .args = "NUMBER", .needs = NEEDS_WRITE,
	.summary = N_("end a token at once"),
	.least = 1, .most = 1, .run = revoke,
};
