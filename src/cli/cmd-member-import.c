/* cmd-member-import.c - members from a CSV file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define BYTES_MAX (64u << 20)
#define SHOWN 20 /* rows not taken that are told one by one */

static const char *opt_rejected, *opt_encoding;
static struct xj_values opt_drop;
static bool opt_all_or_nothing;

/* ---------------------------------------------------------------- the files */

static int
read_file(const char *name, struct xj_buf *out, struct xj_error *err)
{
	int r = XJ_OK;

	if (strcmp(name, "-") != 0)
		return xj_file_read(AT_FDCWD, name, BYTES_MAX, out, err);
	while (r == XJ_OK && out->len <= BYTES_MAX) {
		ssize_t n;

		if (xj_buf_reserve(out, 65536) < 0)
			return xj_buf_check(out, err);
		n = read(STDIN_FILENO, out->data + out->len, 65535);
		if (n == 0)
			break;
		if (n > 0)
			out->len += (size_t)n;
		else if (errno != EINTR)
			r = xj_error_errno(err, _("standard input"));
	}
	return r;
}

/* "staff.csv" has "staff-rejected.csv" beside it, or the next that is free. */
static void
name_rejected(const char *input, struct xj_buf *out)
{
	const char *name = strcmp(input, "-") == 0 ? "members.csv" : input;
	const char *dot = strrchr(xj_path_base(name), '.');
	int n = (int)(dot ? dot - name : (ptrdiff_t)strlen(name));

	for (int i = 1; i < 1000; i++) {
		xj_buf_clear(out);
		xj_buf_addf(out, "%.*s-rejected", n, name);
		if (i > 1)
			xj_buf_addf(out, "-%d", i);
		xj_buf_adds(out, ".csv");
		if (access(xj_buf_str(out), F_OK) < 0)
			return;
	}
}

static int
write_rejected(const char *input, const char *text, struct xj_buf *name)
{
	struct xj_error err = { 0 };

	if (opt_rejected)
		xj_buf_adds(name, opt_rejected);
	else
		name_rejected(input, name);
	return xj_file_write(AT_FDCWD, xj_buf_str(name), text, strlen(text),
			     &err) < 0 ? xj_fail(&err) : EXIT_FINE;
}

/* ------------------------------------------------------------------ telling */

struct told {
	uint64_t refused;
};

static int
tell_row(void *ctx, const struct xj_import_row *row)
{
	struct told *t = ctx;

	if (strcmp(row->outcome, "refused") != 0 || t->refused++ >= SHOWN)
		return XJ_OK;
	xj_say(_("row %llu, %s: %s"), (ull)row->row, *row->name ? row->name :
	       row->login ? row->login : "–", row->reason);
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_import_row *row)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("row", row->row);
	xj_json_text_of("login", row->login);
	xj_json_text_of("name", row->name);
	xj_json_text_of("outcome", row->outcome);
	xj_json_text_of("reason", row->reason);
	xj_json_close('}');
	return XJ_OK;
}

static const char *
separator_name(char c)
{
	return c == ';' ? _("semicolons") : c == '\t' ? _("tabs") :
	       _("commas");
}

static void
tell_summary(const struct xj_member_import_result *res)
{
	if (res->ignored)
		xj_say(_("These columns mean nothing here and were not read: "
			 "%s"), res->ignored);
	if (opt_quiet)
		return;
	printf(_("%s, cells parted by %s, %llu rows.\n"), res->encoding,
	       separator_name(res->separator), (ull)res->rows);
	if (!res->kept)
		fputs(opt_try ? _("Only tried, nothing was written: ") :
		      _("Nothing was written: "), stdout);
	printf(_("%llu added, %llu changed, %llu as before, %llu not taken.\n"),
	       (ull)res->added, (ull)res->changed, (ull)res->unchanged,
	       (ull)res->refused);
}

static void
json_summary(const struct xj_member_import_result *res, const char *file)
{
	char separator[2] = { res->separator, '\0' };

	xj_json_text_of("encoding", res->encoding);
	xj_json_text_of("separator", separator);
	xj_json_number("count", res->rows);
	xj_json_number("added", res->added);
	xj_json_number("changed", res->changed);
	xj_json_number("unchanged", res->unchanged);
	xj_json_number("refused", res->refused);
	xj_json_bool("kept", res->kept);
	xj_json_bool("dry_run", opt_try);
	xj_json_text_of("ignored", res->ignored);
	xj_json_text_of("rejected", file);
}

/* What becomes of the rows that were not taken. */
static int
after(const char *input, const struct xj_member_import_result *res,
      struct xj_buf *file)
{
	int code;

	if (!res->rejected)
		return EXIT_FINE;
	if (opt_try)
		return EXIT_PART;
	code = write_rejected(input, res->rejected, file);
	if (code != EXIT_FINE)
		return code;
	xj_say(_("The rows that were not taken are in %s, each with the reason "
		 "in the last column. Correct them there, then: xueji member "
		 "import %s"), xj_buf_str(file), xj_buf_str(file));
	return res->kept ? EXIT_PART : EXIT_NEGATIVE;
}

static int
import(struct xj_archive *archive, int argc, char **argv)
{
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf file = XJ_BUF_INIT;
	struct told told = { 0 };
	struct xj_member_import_options o = {
		.drop = opt_drop.list, .encoding = opt_encoding,
		.all_or_nothing = opt_all_or_nothing,
		.change = { .on = opt_on, .dry_run = opt_try },
		.row = opt_json ? json_row : tell_row, .ctx = &told,
	};
	struct xj_member_import_result res = { 0 };
	struct xj_error err = { 0 };
	int code, r = read_file(argv[0], &bytes, &err);

	(void)argc;
	if (r < 0)
		return xj_fail(&err);
	if (opt_json)
		xj_json_begin_list("rows");
	r = xj_member_import(archive, xj_buf_str(&bytes), bytes.len, &o, &res,
			     &err);
	if (opt_json)
		xj_json_close(']');
	if (r == XJ_OK && !opt_json)
		tell_summary(&res);
	if (told.refused > SHOWN)
		xj_say(_("... and %llu more"), (ull)(told.refused - SHOWN));
	code = r < 0 ? xj_fail(&err) : after(argv[0], &res, &file);
	if (opt_json && r == XJ_OK)
		json_summary(&res, file.len ? file.data : NULL);
	xj_free(res.rejected);
	xj_free(res.ignored);
	return opt_json ? xj_json_end(code) : code;
}

static const struct xj_option options[] = {
	OPTION_ON(N_("the day for rows that say none; default today")),
	{ 0, "drop-column", .values = &opt_drop, .arg = "HEADING",
	  .help = N_("leave this column out; may be given again") },
	{ 0, "all-or-nothing", .flag = &opt_all_or_nothing,
	  .help = N_("take no row if one cannot be taken") },
	{ 0, "rejected", .value = &opt_rejected, .arg = "FILE",
	  .help = N_("where the rows go that were not taken; default beside "
		     "the file") },
	{ 0, "encoding", .value = &opt_encoding, .arg = "NAME",
	  .help = N_("the encoding, if it is not found rightly") },
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_member_import = {
	.name = "member import", .args = "FILE", .needs = NEEDS_WRITE,
	.summary = N_("add and change many members by a CSV file"),
	.options = options, .least = 1, .most = 1, .run = import,
};
