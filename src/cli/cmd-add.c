/* cmd-add.c - take files and folders in. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *opt_kind, *opt_jobs, *opt_report, *opt_name;
static struct xj_values opt_title, opt_creator, opt_date, opt_subject,
	opt_language, opt_area, opt_topic, opt_set, opt_exclude;
static const char *opt_unit, *opt_scope, *opt_owner;
static struct xj_values opt_units;
static bool opt_hidden, opt_dry_run, opt_no_ocr;

static const struct xj_option options[] = {
	{ 'k', "kind", .value = &opt_kind, .arg = "KIND", .choices = KINDS,
	  .help = N_("what kind of documents they are:") },
	{ 't', "title", .values = &opt_title, .arg = "TEXT",
	  .help = N_("their title") },
	{ 'c', "creator", .values = &opt_creator, .arg = "NAME",
	  .help = N_("who made them; may be given again") },
	{ 'd', "date", .values = &opt_date, .arg = "DATE",
	  .help = N_("their own date: 2024, 2024-03, 2024-03-01") },
	{ 's', "subject", .values = &opt_subject, .arg = "TEXT",
	  .help = N_("what they are about; may be given again") },
	{ 'l', "language", .values = &opt_language, .arg = "TAG",
	  .help = N_("their language: zh, en") },
	{ 0, "area", .values = &opt_area, .arg = "AREA",
	  .help = N_("their study area, by code or name, or auto: by the "
		     "folder they lie in; may be given again") },
	{ 0, "topic", .values = &opt_topic, .arg = "TOPIC",
	  .help = N_("their topic, by code or name; may be given again") },
	{ 0, "set", .values = &opt_set, .arg = "ELEMENT=VALUE",
	  .help = N_("any element of metadata; may be given again") },
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("the unit that they belong to") },
	{ 0, "scope", .value = &opt_scope, .arg = "SCOPE",
	  .choices = "private unit below units members public",
	  .help = N_("who sees them:") },
	{ 0, "units", .values = &opt_units, .arg = "UNIT",
	  .help = N_("with scope units: one of them; may be given again") },
	{ 0, "owner", .value = &opt_owner, .arg = "MEMBER",
	  .help = N_("the member whose they are") },
	{ 'n', "dry-run", .flag = &opt_dry_run,
	  .help = N_("only say what would be done") },
	{ 'j', "jobs", .value = &opt_jobs, .arg = "N",
	  .help = N_("importers at work at once; default: one a processor") },
	{ 'r', "report", .value = &opt_report, .arg = "FILE",
	  .help = N_("write a line of JSON for every file and member") },
	{ 'x', "exclude", .values = &opt_exclude, .arg = "GLOB",
	  .help = N_("leave out names or paths like this; may be given "
		     "again") },
	{ 0, "hidden", .flag = &opt_hidden,
	  .help = N_("take hidden files too") },
	{ 0, "no-ocr", .flag = &opt_no_ocr,
	  .help = N_("leave pages that are pictures for later") },
	{ 0, "name", .value = &opt_name, .arg = "NAME",
	  .help = N_("what standard input is called, with its extension") },
	OPTION_JSON,
	{ 0 }
};

static const struct {
	const char *element;
	const struct xj_values *values;
} elements[] = {
	{ "title", &opt_title }, { "creator", &opt_creator },
	{ "date", &opt_date }, { "subject", &opt_subject },
	{ "language", &opt_language }, { "area", &opt_area },
	{ "topic", &opt_topic },
};

/* All that options say of the documents. NULL after a message. */
static struct xj_given *
collect(void)
{
	size_t n = opt_set.count + 1;
	struct xj_given *given;

	for (size_t i = 0; i < XJ_COUNT(elements); i++)
		n += elements[i].values->count;
	given = calloc(n, sizeof(*given));
	if (!given)
		return NULL;
	n = 0;
	for (size_t i = 0; i < XJ_COUNT(elements); i++)
		for (size_t j = 0; j < elements[i].values->count; j++)
			given[n++] = (struct xj_given){ elements[i].element,
				elements[i].values->list[j] };
	for (size_t i = 0; i < opt_set.count; i++)
		/* Lent by main from argv, which may be written to. */
		if (!xj_given_parse((char *)opt_set.list[i], &given[n++])) {
			free(given);
			return NULL;
		}
	return given;
}

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	uint64_t jobs = 0;
	struct xj_given *given;
	int code;

	(void)argc;
	if (!xj_number("jobs", opt_jobs, &jobs))
		return EXIT_USAGE;
	if (jobs > 256)
		return xj_usage(_("--jobs: 256 at most"));
	given = collect();
	if (!given)
		return EXIT_USAGE;
	code = xj_add_and_tell(archive, (const char *const *)argv,
			       &(struct xj_add_options){
			.kind = opt_kind, .given = given,
			.exclude = opt_exclude.list, .hidden = opt_hidden,
			.dry_run = opt_dry_run, .jobs = (unsigned)jobs,
			.stdin_name = opt_name,
			.rights = { .scope = opt_scope, .unit = opt_unit,
				    .owner = opt_owner,
				    .units = opt_units.list } }, opt_report);
	free(given);
	if ((code == EXIT_FINE || code == EXIT_PART) && !opt_dry_run)
		code = xj_ocr_behind(archive, opt_no_ocr, code);
	return code;
}

const struct xj_command cmd_add = {
	.name = "add", .args = "PATH...", .needs = NEEDS_WRITE,
	.summary = N_("take files and folders in: store, read, index; - is "
		      "standard input"),
	.options = options, .least = 1, .most = -1, .run = add,
};
