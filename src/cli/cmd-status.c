/* cmd-status.c - counts, sizes, the queue, and what failed why. */
#include <string.h>

#include <xueji/pages.h>

#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

static void
row(struct xj_table *t, const char *name, const char *value, const char *note)
{
	xj_table_add(t, (const char *[]){ name, value, note });
}

static void
number_row(struct xj_table *t, const char *name, uint64_t n, const char *note)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (ull)n);
	row(t, name, text, note);
}

static void
size_row(struct xj_table *t, const char *name, uint64_t n, const char *note)
{
	char text[32];

	row(t, name, xj_size(n, text), note);
}

static void
put_counts(const struct xj_archive_status *s)
{
	struct xj_table *t = xj_table_new(3);

	xj_table_right(t, 1);
	number_row(t, _("documents"), s->documents, NULL);
	if (s->members)
		number_row(t, _("members"), s->members,
			   _("inside of other documents"));
	if (s->removed)
		number_row(t, _("removed"), s->removed, NULL);
	if (s->purged)
		number_row(t, _("purged"), s->purged, NULL);
	if (s->quarantined)
		number_row(t, _("in quarantine"), s->quarantined,
			   _("see `xueji quarantine list`"));
	number_row(t, _("accessions"), s->accessions, NULL);
	number_row(t, _("queued"), s->queued, s->queued && s->indexer ?
		   _("being indexed now") : NULL);
	size_row(t, _("originals"), s->bytes, NULL);
	size_row(t, _("text"), s->text_bytes, NULL);
	xj_table_end(t, stdout, 2);
}

static void
put_disk(const struct xj_archive_status *s)
{
	struct xj_table *t = xj_table_new(3);

	xj_table_right(t, 1);
	size_row(t, "ocfl/", s->disk_ocfl, _("originals and metadata: the "
					     "archive itself"));
	size_row(t, "catalog.sqlite", s->disk_catalog, NULL);
	size_row(t, "text.sqlite", s->disk_text, NULL);
	size_row(t, "index/", s->disk_index, NULL);
	xj_table_end(t, stdout, 2);
}

static void
put_upkeep(struct xj_archive *archive)
{
	struct xj_upkeep u;
	char text[32], errors[128] = "";
	struct xj_table *t = xj_table_new(3);

	xj_upkeep_read(archive, &u);
	if (u.errors)
		snprintf(errors, sizeof(errors), ngettext("%llu error found",
			"%llu errors found", (unsigned long)u.errors),
			(ull)u.errors);
	row(t, _("last verified"), u.verified ? xj_moment(u.verified, text) :
	    _("not yet"), errors);
	row(t, _("last backup"), u.backed_up ? xj_moment(u.backed_up, text) :
	    _("not yet"), u.folder);
	xj_table_end(t, stdout, 2);
}

static void
put_confinement(const struct xj_archive_status *s)
{
	char words[XJ_ERROR_MAX];

	printf(_("  importers: seccomp %s, Landlock %s, limits %s\n"),
	       s->seccomp ? _("yes") : _("no"),
	       s->landlock_abi ? _("yes") : _("no"),
	       s->rlimits ? _("yes") : _("no"));
	if (s->missing_confinement && *s->missing_confinement) {
		fputs("  ", stdout);
		xj_put(stdout, xj_in_words(s->missing_confinement, words,
					   sizeof(words)));
		fputc('\n', stdout);
	}
}

#define REASONS_SHOWN 20

struct tally {
	struct xj_table *table;
	size_t rows;
};

static int
tally_row(void *ctx, const char *key, uint64_t count)
{
	struct tally *t = ctx;
	char number[32], words[XJ_ERROR_MAX];

	if (!*key || t->rows++ >= REASONS_SHOWN)
		return XJ_OK;
	snprintf(number, sizeof(number), "%llu", (ull)count);
	xj_table_add(t->table, (const char *[]){ number,
		     xj_in_words(xj_word(key), words, sizeof(words)) });
	return XJ_OK;
}

static void
put_heading(const char *text)
{
	printf("\n%s%s%s\n", xj_style(STYLE_BOLD), text, xj_plain());
}

static int
put_tally(struct xj_archive *archive, const char *by, const char *heading,
	  struct xj_error *err)
{
	struct tally t = { .table = xj_table_new(2) };
	int r;

	xj_table_right(t.table, 0);
	r = xj_tally(archive, by, tally_row, &t, err);
	if (t.rows)
		put_heading(heading);
	xj_table_end(t.table, stdout, 2);
	if (t.rows > REASONS_SHOWN)
		printf(_("  … and %zu more: --json has them all\n"),
		       t.rows - REASONS_SHOWN);
	return r;
}

static int
print_outdated(void *ctx, const struct xj_outdated *o)
{
	(void)ctx;
	printf("\n");
	printf(ngettext("%llu document was read by %s %s; %s is here: "
			"`xueji reindex --outdated` reads it again.\n",
			"%llu documents were read by %s %s; %s is here: "
			"`xueji reindex --outdated` reads them again.\n",
			(unsigned long)o->documents), (ull)o->documents,
	       o->importer, o->was, o->now);
	return XJ_OK;
}

static int
print(struct xj_archive *archive, const struct xj_archive_status *s)
{
	struct xj_error err = { 0 };

	fputs(xj_style(STYLE_BOLD), stdout);
	xj_put(stdout, xj_archive_dir(archive));
	printf("%s\n", xj_plain());
	put_counts(s);
	put_heading(_("on disk"));
	put_disk(s);
	put_heading(_("looking after it"));
	put_upkeep(archive);
	if (put_tally(archive, "kind", _("by kind"), &err) < 0 ||
	    put_tally(archive, "type", _("by type"), &err) < 0 ||
	    put_tally(archive, "outcome", _("how they were read"), &err) < 0 ||
	    put_tally(archive, "reason", _("reasons"), &err) < 0)
		return xj_fail(&err);
	put_heading(_("confinement"));
	put_confinement(s);
	if (xj_outdated(archive, print_outdated, NULL, &err) < 0)
		return xj_fail(&err);
	if (s->reindex_due)
		printf("\n%s\n", _("The rules for words have changed: run "
				   "`xueji reindex`."));
	return EXIT_FINE;
}

static int
json_tally_row(void *ctx, const char *key, uint64_t count)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("value", key);
	xj_json_number("count", count);
	xj_json_close('}');
	return XJ_OK;
}

static int
json_outdated(void *ctx, const struct xj_outdated *o)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("importer", o->importer);
	xj_json_text_of("was", o->was);
	xj_json_text_of("now", o->now);
	xj_json_number("count", o->documents);
	xj_json_close('}');
	return XJ_OK;
}

static void
json_upkeep(struct xj_archive *archive)
{
	struct xj_upkeep u;

	xj_upkeep_read(archive, &u);
	xj_json_time("verified", u.verified);
	xj_json_number("verify_errors", u.errors);
	xj_json_time("backed_up", u.backed_up);
	xj_json_text_of("backup", *u.folder ? u.folder : NULL);
}

static int
print_json(struct xj_archive *archive, const struct xj_archive_status *s)
{
	static const char *const by[] = { "kind", "type", "outcome",
					  "reason" };
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{ "documents", s->documents }, { "members", s->members },
		{ "removed", s->removed }, { "purged", s->purged },
		{ "quarantined", s->quarantined },
		{ "accessions", s->accessions }, { "queued", s->queued },
		{ "bytes", s->bytes }, { "text_bytes", s->text_bytes },
		{ "disk_ocfl", s->disk_ocfl },
		{ "disk_catalog", s->disk_catalog },
		{ "disk_text", s->disk_text }, { "disk_index", s->disk_index },
		{ "segments", s->segments }, { "dead", s->dead },
		{ "indexer", s->indexer }, { "analyzer", s->analyzer },
		{ "landlock_abi", (uint64_t)s->landlock_abi },
	};
	struct xj_error err = { 0 };
	int r = XJ_OK;

	xj_json_begin();
	xj_json_text_of("archive", xj_archive_dir(archive));
	for (size_t i = 0; i < XJ_COUNT(numbers); i++)
		xj_json_number(numbers[i].key, numbers[i].value);
	xj_json_bool("seccomp", s->seccomp);
	xj_json_bool("rlimits", s->rlimits);
	xj_json_text_of("missing_confinement", s->missing_confinement &&
			*s->missing_confinement ? s->missing_confinement
						: NULL);
	xj_json_bool("reindex_due", s->reindex_due);
	json_upkeep(archive);
	for (size_t i = 0; i < XJ_COUNT(by) && r == XJ_OK; i++) {
		xj_json_open(by[i], '[');
		r = xj_tally(archive, by[i], json_tally_row, NULL, &err);
		xj_json_close(']');
	}
	xj_json_open("outdated", '[');
	if (r == XJ_OK)
		r = xj_outdated(archive, json_outdated, NULL, &err);
	return xj_json_end_list(r, &err);
}

static int
status(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_archive_status s;
	struct xj_error err = { 0 };

	(void)argc;
	(void)argv;
	if (xj_status(archive, &s, &err) < 0)
		return xj_fail(&err);
	return opt_json ? print_json(archive, &s) : print(archive, &s);
}

const struct xj_command cmd_status = {
	.name = "status", .args = "", .needs = NEEDS_READ,
	.summary = N_("counts, sizes, the queue, and what failed why"),
	.options = options, .least = 0, .most = 0, .run = status,
};
