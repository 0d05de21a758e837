/* cmd-restore.c - an archive made of a backup. */
#include <stdlib.h>

#include "cli/cli.h"

static const char *opt_to, *opt_at;

static const struct xj_option options[] = {
	{ 0, "to", .value = &opt_to, .arg = "DIR",
	  .help = N_("where the archive is to be: a new or an empty folder; "
		     "else what -A or XUEJI_ARCHIVE name") },
	{ 0, "at", .value = &opt_at, .arg = "SNAPSHOT",
	  .help = N_("as it was then: a name that `backup list` has, or its "
		     "begin, as 2026-11-23; else the newest") },
	OPTION_JSON,
	{ 0 }
};

/* What the archive has then. */
static void
count(const char *dir, struct xj_archive_status *s)
{
	struct xj_archive *archive;

	if (xj_archive_open(dir, XJ_OPEN_READONLY, &archive, NULL) < 0)
		return;
	xj_status(archive, s, NULL);
	xj_archive_close(archive);
}

static void
put_json(const struct xj_restore_result *rr, const struct xj_archive_status *s,
	 uint64_t ms)
{
	xj_json_text_of("snapshot", *rr->snapshot ? rr->snapshot : NULL);
	xj_json_number("objects", rr->objects);
	xj_json_number("files", rr->files);
	xj_json_number("bytes", rr->bytes);
	xj_json_number("damaged", rr->damaged);
	xj_json_number("read_again", rr->reread);
	xj_json_number("indexed", rr->indexed);
	xj_json_number("documents", s->documents);
	xj_json_number("members", s->members);
	xj_json_number("accessions", s->accessions);
	xj_json_number("ms", ms);
}

static void
put_words(const struct xj_restore_result *rr,
	  const struct xj_archive_status *s, const char *dir, uint64_t ms)
{
	char size[32];

	if (opt_quiet)
		return;
	printf(_("Snapshot %s restored to %s: %llu objects, %llu documents, "
		 "%llu members, %llu accessions; %s copied, %llu documents "
		 "indexed; %.1f s.\n"), rr->snapshot, dir, (ull)rr->objects,
	       (ull)s->documents, (ull)s->members, (ull)s->accessions,
	       xj_size(rr->bytes, size), (ull)rr->indexed,
	       (double)ms / 1000);
	if (rr->reread)
		printf(ngettext("The text of %llu document was read again "
				"from its original.\n",
				"The text of %llu documents was read again "
				"from their originals.\n",
				(unsigned long)rr->reread), (ull)rr->reread);
}

static const char *
target(void)
{
	const char *dir = opt_to ? opt_to : xj_archive_named();

	return dir && *dir ? dir : NULL;
}

static int
code_of(int r, const struct xj_restore_result *rr, const struct xj_error *err)
{
	if (r < 0)
		return xj_fail(err);
	if (rr->damaged)
		return xj_fail_with(EXIT_PART, ngettext(
			"%llu file of the backup is damaged; the rest is "
			"restored", "%llu files of the backup are damaged; "
			"the rest is restored", (unsigned long)rr->damaged),
			(ull)rr->damaged);
	return EXIT_FINE;
}

static int
restore(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_restore_result rr = { 0 };
	struct xj_archive_status s = { 0 };
	struct xj_error err = { 0 };
	uint64_t began = xj_monotonic_ms();
	const char *dir = target();
	const struct xj_watch *watch;
	int r, code;

	(void)archive;
	(void)argc;
	if (!dir)
		return xj_usage(_("where to? name a new folder with --to"));
	if (opt_json)
		xj_json_begin_list("problems");
	watch = xj_watch_begin();
	r = xj_backup_restore(argv[0], dir, &(struct xj_restore_options){
		.at = opt_at, .problem = opt_json ? xj_json_problem :
		xj_problem_print, .watch = *watch }, &rr, &err);
	xj_watch_end();
	code = code_of(r, &rr, &err);
	if (r >= 0)
		count(dir, &s);
	if (opt_json) {
		xj_json_close(']');
		put_json(&rr, &s, xj_monotonic_ms() - began);
		return xj_json_end(code);
	}
	if (r >= 0)
		put_words(&rr, &s, dir, xj_monotonic_ms() - began);
	return code;
}

const struct xj_command cmd_restore = {
	.name = "restore", .args = "FOLDER", .needs = NEEDS_NOTHING,
	.summary = N_("make an archive of a backup, in a new folder"),
	.options = options, .least = 1, .most = 1, .run = restore,
};
