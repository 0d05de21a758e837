/* cmd-quarantine.c - what is marked secret: look at it, declare a false alarm. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_reason, *opt_password_file;

/* -------------------------------------------------------------------- list */

static const struct xj_option list_options[] = {
	OPTION_JSON,
	{ 0 }
};

static uint64_t listed;

static int
table_row(void *ctx, const struct xj_document_info *i)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	char id[32], when[32], why[XJ_ERROR_MAX];

	listed++;
	snprintf(id, sizeof(id), "%llu", (ull)i->id);
	xj_path_shown(&path, i->path);
	xj_table_add(ctx, (const char *[]){ id, xj_moment(i->updated, when),
		     xj_buf_str(&path),
		     xj_in_words(i->reason, why, sizeof(why)) });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_document_info *i)
{
	(void)ctx;
	listed++;
	xj_json_open(NULL, '{');
	xj_json_info(i);
	xj_json_close('}');
	return XJ_OK;
}

static int
list_json(struct xj_archive *archive)
{
	struct xj_error err = { 0 };
	int r;

	xj_json_begin_list("documents");
	r = xj_quarantine_list(archive, json_row, NULL, &err);
	xj_json_close(']');
	xj_json_number("total", listed);
	return xj_json_end(r < 0 ? xj_fail(&err) : EXIT_FINE);
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_table *t;
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	(void)argv;
	if (opt_json)
		return list_json(archive);
	t = xj_table_new(4);
	xj_table_right(t, 0);
	r = xj_quarantine_list(archive, table_row, t, &err);
	xj_table_end(t, stdout, 0);
	if (r < 0)
		return xj_fail(&err);
	if (listed)
		xj_say(_("Purge what is secret (`xueji purge ID`); of a false "
			 "alarm say why (`xueji quarantine clear ID --reason "
			 "TEXT`)."));
	else
		xj_say(_("Nothing is in quarantine."));
	return EXIT_FINE;
}

const struct xj_command cmd_quarantine_list = {
	.name = "quarantine list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list what is out of sight because it is marked "
		      "secret"),
	.options = list_options, .run = list,
};

/* -------------------------------------------------------------------- show */

static void
put_info(const struct xj_document_info *i)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct xj_table *t = xj_table_new(2);
	char number[32], text[32], why[XJ_ERROR_MAX];

	xj_path_shown(&path, i->path);
	snprintf(number, sizeof(number), "%llu", (ull)i->id);
	xj_table_add(t, (const char *[]){ _("number"), number });
	xj_table_add(t, (const char *[]){ _("file"), xj_buf_str(&path) });
	xj_table_add(t, (const char *[]){ _("why"),
		     xj_in_words(i->reason, why, sizeof(why)) });
	xj_table_add(t, (const char *[]){ _("format"), i->format });
	xj_table_add(t, (const char *[]){ _("size"),
		     xj_size(i->size, text) });
	xj_table_add(t, (const char *[]){ _("added"),
		     xj_moment(i->created, text) });
	xj_table_end(t, stdout, 2);
}

static int
show_one(struct xj_archive *archive, const struct xj_document *d)
{
	if (opt_json) {
		xj_json_begin();
		xj_json_info(xj_document_info(d));
		return xj_json_history(archive, d, 0, false);
	}
	put_info(xj_document_info(d));
	return xj_put_history(archive, d);
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_document *d;
	struct xj_error err = { 0 };
	int code;

	(void)argc;
	if (xj_quarantine_open(archive, argv[0], &d, &err) < 0)
		return xj_fail(&err);
	code = show_one(archive, d);
	xj_document_free(d);
	return code;
}

const struct xj_command cmd_quarantine_show = {
	.name = "quarantine show", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("show why a document is in quarantine; not its text"),
	.options = list_options, .least = 1, .most = 1, .run = show,
};

/* ----------------------------------------------------------- set and clear */

#define OPTION_REASON { 'm', "reason", .value = &opt_reason, .arg = "TEXT", \
			.help = N_("why; kept in the history") }

static const struct xj_option set_options[] = {
	OPTION_REASON,
	{ 0 }
};

static const struct xj_option clear_options[] = {
	OPTION_REASON,
	OPTION_PASSWORD_FILE,
	{ 0 }
};

static int
set_one(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	return xj_quarantine_set(archive, id, opt_reason, err);
}

static int
set(struct xj_archive *archive, int argc, char **argv)
{
	return xj_each_document(archive, argc, argv, xj_id_of_any, set_one,
				_("Document %llu is in quarantine: nobody "
				  "finds or reads it here.\n"));
}

const struct xj_command cmd_quarantine_set = {
	.name = "quarantine set", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("put documents into quarantine that bear no mark"),
	.options = set_options, .least = 1, .most = -1, .run = set,
};

static char password[XJ_PASSWORD_MAX];

static int
clear_one(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	return xj_quarantine_clear(archive, id, opt_reason,
				   opt_password_file ? password : NULL, err);
}

static int
clear(struct xj_archive *archive, int argc, char **argv)
{
	int code = EXIT_FINE;

	if (!opt_reason || !*opt_reason)
		return xj_usage(_("say with --reason why it is a false alarm"));
	if (opt_password_file)
		code = xj_password_read(opt_password_file, argv[0], password);
	if (code == EXIT_FINE)
		code = xj_each_document(archive, argc, argv, xj_id_of_any,
					clear_one,
					_("Document %llu is out of quarantine "
					  "and can be found.\n"));
	explicit_bzero(password, sizeof(password));
	return code;
}

const struct xj_command cmd_quarantine_clear = {
	.name = "quarantine clear", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("declare a mark a false alarm, with the reason"),
	.options = clear_options, .least = 1, .most = -1, .run = clear,
};
