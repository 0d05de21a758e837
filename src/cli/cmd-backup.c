/* cmd-backup.c - a copy of the archive that one can go back to. */
#include <stdlib.h>

#include "cli/cli.h"

/* -------------------------------------------------------------------- make */

static bool opt_no_text, opt_dry_run, opt_verify;
static const char *opt_keep;

static const struct xj_option make_options[] = {
	{ 0, "keep", .value = &opt_keep, .arg = "N",
	  .help = N_("days and hours to go back to: that many snapshots (7)") },
	{ 0, "no-text", .flag = &opt_no_text,
	  .help = N_("without the stored text, which is read again then") },
	{ 'n', "dry-run", .flag = &opt_dry_run,
	  .help = N_("say what would be done, and do nothing") },
	{ 0, "verify", .flag = &opt_verify,
	  .help = N_("read the whole backup again when it is done") },
	OPTION_JSON,
	{ 0 }
};

static void
json_made(const struct xj_backup_result *b, uint64_t ms)
{
	xj_json_text_of("snapshot", *b->snapshot ? b->snapshot : NULL);
	xj_json_bool("dry_run", opt_dry_run);
	xj_json_bool("same", b->same);
	xj_json_number("objects", b->objects);
	xj_json_number("new", b->fresh);
	xj_json_number("changed", b->changed);
	xj_json_number("files", b->files);
	xj_json_number("bytes", b->bytes);
	xj_json_number("parts", b->parts);
	xj_json_number("erased", b->erased);
	xj_json_number("dropped", b->dropped);
	xj_json_number("failed", b->failed);
	xj_json_number("ms", ms);
	if (!opt_verify || opt_dry_run)
		return;
	xj_json_open("verified", '{');
	xj_json_checked(&b->checked);
	xj_json_close('}');
}

static void
put_erased(const struct xj_backup_result *b)
{
	if (b->erased)
		printf(ngettext("%llu purged document was erased from "
				"older snapshots.\n",
				"%llu purged documents were erased from "
				"older snapshots.\n", (unsigned long)b->erased),
		       (ull)b->erased);
	if (b->dropped)
		printf(ngettext("%llu older snapshot was dropped.\n",
				"%llu older snapshots were dropped.\n",
				(unsigned long)b->dropped), (ull)b->dropped);
}

static void
put_checked(const struct xj_check_result *c)
{
	char size[32];

	printf(_("%llu objects, %llu files, %s checked: "), (ull)c->objects,
	       (ull)c->files, xj_size(c->bytes, size));
	if (c->errors)
		printf(ngettext("%s%llu error%s\n", "%s%llu errors%s\n",
				(unsigned long)c->errors),
		       xj_style(STYLE_BAD), (ull)c->errors, xj_plain());
	else
		printf(_("%ssound%s\n"), xj_style(STYLE_GOOD), xj_plain());
}

static void
put_made(const struct xj_backup_result *b, uint64_t ms)
{
	char bytes[32], parts[32];

	if (opt_quiet)
		return;
	xj_size(b->bytes, bytes);
	xj_size(b->parts, parts);
	if (b->same)
		printf(_("Nothing has changed since snapshot %s: %llu "
			 "objects.\n"), b->snapshot, (ull)b->objects);
	else if (opt_dry_run)
		printf(_("Would copy: %llu new objects, %llu changed ones, "
			 "about %s; catalog and text, %s.\n"), (ull)b->fresh,
		       (ull)b->changed, bytes, parts);
	else
		printf(_("Snapshot %s: %llu objects, of which %llu new and "
			 "%llu changed (%s copied); catalog and text, %s; "
			 "%.1f s.\n"), b->snapshot, (ull)b->objects,
		       (ull)b->fresh, (ull)b->changed, bytes, parts,
		       (double)ms / 1000);
	put_erased(b);
	if (opt_verify && !opt_dry_run)
		put_checked(&b->checked);
}

/* A backup without the damaged ones is one, and says which they are. */
static int
code_of(const struct xj_backup_result *b)
{
	if (b->failed)
		return xj_fail_with(EXIT_PART, ngettext(
			"%llu object is damaged in the archive and is not in "
			"this snapshot as it should be", "%llu objects are "
			"damaged in the archive and are not in this snapshot "
			"as they should be", (unsigned long)b->failed),
			(ull)b->failed);
	return b->checked.errors ? EXIT_NEGATIVE : EXIT_FINE;
}

static int
make(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_backup_result b = { 0 };
	struct xj_error err = { 0 };
	uint64_t keep = 0, began = xj_monotonic_ms();
	const struct xj_watch *watch;
	int r, code;

	(void)archive;
	(void)argc;
	if (!xj_number("keep", opt_keep, &keep))
		return EXIT_USAGE;
	if (opt_keep && (keep < 1 || keep > 100000))
		return xj_usage(_("--keep: 1 or more"));
	if (opt_json)
		xj_json_begin_list("problems");
	watch = xj_watch_begin();
	r = xj_backup(opt_dir, argv[0], &(struct xj_backup_options){
		.no_text = opt_no_text, .keep = (unsigned)keep,
		.dry_run = opt_dry_run, .verify = opt_verify,
		.problem = opt_json ? xj_json_problem : xj_problem_print,
		.watch = *watch }, &b, &err);
	xj_watch_end();
	code = r < 0 ? xj_fail(&err) : code_of(&b);
	if (opt_json) {
		xj_json_close(']');
		json_made(&b, xj_monotonic_ms() - began);
		return xj_json_end(code);
	}
	if (r >= 0)
		put_made(&b, xj_monotonic_ms() - began);
	return code;
}

const struct xj_command cmd_backup = {
	.name = "backup", .args = "FOLDER", .needs = NEEDS_DIR,
	.summary = N_("copy what is new in the archive to a folder of backups"),
	.options = make_options, .least = 1, .most = 1, .run = make,
};

/* -------------------------------------------------------------------- list */

static const struct xj_option json_options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
table_row(void *ctx, const struct xj_snapshot *s)
{
	char when[32], documents[32], members[32], bytes[32], failed[32] = "";

	snprintf(documents, sizeof(documents), "%llu", (ull)s->documents);
	snprintf(members, sizeof(members), "%llu", (ull)s->members);
	if (s->failed)
		snprintf(failed, sizeof(failed), "%llu", (ull)s->failed);
	xj_table_add(ctx, (const char *[]){ s->name, xj_moment(s->taken, when),
		     s->user, documents, members, xj_size(s->bytes, bytes),
		     s->text ? _("yes") : _("no"), failed });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_snapshot *s)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("name", s->name);
	xj_json_time("taken", s->taken);
	xj_json_text_of("release", s->release);
	xj_json_text_of("user", s->user);
	xj_json_number("documents", s->documents);
	xj_json_number("members", s->members);
	xj_json_number("accessions", s->accessions);
	xj_json_number("objects", s->objects);
	xj_json_number("bytes", s->bytes);
	xj_json_number("failed", s->failed);
	xj_json_bool("text", s->text);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_table *t;
	struct xj_error err = { 0 };
	int r;

	(void)archive;
	(void)argc;
	if (opt_json) {
		xj_json_begin_list("snapshots");
		r = xj_backup_list(argv[0], json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(8);
	for (size_t i = 3; i < 6; i++)
		xj_table_right(t, i);
	xj_table_heading(t, (const char *[]){ _("snapshot"), _("taken at"),
			 _("by"), _("documents"), _("members"), _("originals"),
			 _("text"), _("damaged") });
	r = xj_backup_list(argv[0], table_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_backup_list = {
	.name = "backup list", .args = "FOLDER", .needs = NEEDS_NOTHING,
	.summary = N_("the snapshots in a folder of backups, newest first"),
	.options = json_options, .least = 1, .most = 1, .run = list,
};

/* ------------------------------------------------------------------ verify */

static int
verify(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_check_result c = { 0 };
	struct xj_error err = { 0 };
	int r, code;

	(void)archive;
	(void)argc;
	if (opt_json)
		xj_json_begin_list("problems");
	r = xj_backup_verify(argv[0], opt_json ? xj_json_problem :
			     xj_problem_print, NULL, xj_watch_begin(), &c,
			     &err);
	xj_watch_end();
	code = r < 0 ? xj_fail(&err) : c.errors ? EXIT_NEGATIVE : EXIT_FINE;
	if (opt_json) {
		xj_json_close(']');
		xj_json_checked(&c);
		return xj_json_end(code);
	}
	if (r >= 0 && !opt_quiet)
		put_checked(&c);
	return code;
}

const struct xj_command cmd_backup_verify = {
	.name = "backup verify", .args = "FOLDER", .needs = NEEDS_NOTHING,
	.summary = N_("read a whole folder of backups and compare digests"),
	.options = json_options, .least = 1, .most = 1, .run = verify,
};
