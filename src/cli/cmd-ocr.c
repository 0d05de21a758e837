/* cmd-ocr.c - read pages that are pictures, and say how it stands. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static bool opt_status, opt_again;
static const char *opt_jobs;

static const struct xj_option options[] = {
	{ 's', "status", .flag = &opt_status,
	  .help = N_("only say how it stands, and why pages were given up") },
	{ 0, "again", .flag = &opt_again,
	  .help = N_("try pages that were given up once more") },
	{ 'j', "jobs", .value = &opt_jobs, .arg = "N",
	  .help = N_("pages read at once; default: one a processor") },
	OPTION_JSON,
	{ 0 }
};

/* -------------------------------------------------------------- in a word */

static void
count(struct xj_buf *out, const char *format, uint64_t n)
{
	if (!n)
		return;
	if (out->len)
		xj_buf_adds(out, _(", "));
	xj_buf_addf(out, format, (ull)n);
}

void
xj_ocr_counts(struct xj_buf *out, const struct xj_ocr_result *o)
{
	count(out, ngettext("%llu page read", "%llu pages read",
			    (unsigned long)o->read), o->read);
	count(out, _("%llu without text"), o->blank);
	count(out, _("%llu given up"), o->given_up);
	count(out, _("%llu waiting"), o->waiting);
}

static void
put_counts(const struct xj_ocr_result *o)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_ocr_counts(&b, o);
	printf(_("OCR: %s.\n"), b.len ? b.data : _("no page is a picture"));
}

static void
json_counts(const struct xj_ocr_result *o)
{
	xj_json_number("waiting", o->waiting);
	xj_json_number("read", o->read);
	xj_json_number("blank", o->blank);
	xj_json_number("given_up", o->given_up);
}

/* ------------------------------------------------------------------ status */

static int
put_page(void *ctx, const struct xj_ocr_page *p)
{
	char why[XJ_ERROR_MAX];

	(void)ctx;
	if (strcmp(p->state, "given-up") != 0)
		return XJ_OK;
	printf(_("  #%llu, page %llu: "), (ull)p->document, (ull)p->page);
	xj_put(stdout, p->note ? xj_in_words(p->note, why, sizeof(why)) : "");
	fputc('\n', stdout);
	return XJ_OK;
}

static int
json_page(void *ctx, const struct xj_ocr_page *p)
{
	const bool *all = ctx;

	if (!*all && strcmp(p->state, "given-up") != 0)
		return XJ_OK;
	xj_json_open(NULL, '{');
	xj_json_number("document", p->document);
	xj_json_number("page", p->page);
	xj_json_text_of("state", p->state);
	xj_json_text_of("reason", p->note);
	xj_json_close('}');
	return XJ_OK;
}

static int
status(struct xj_archive *archive, uint64_t id)
{
	struct xj_ocr_result o = { 0 };
	struct xj_error err = { 0 };
	bool all = id != 0;
	int r = xj_ocr_status(archive, id, &o, NULL, NULL, &err);

	if (r < 0)
		return xj_fail(&err);
	if (opt_json) {
		xj_json_begin();
		json_counts(&o);
		xj_json_open("pages", '[');
		r = xj_ocr_status(archive, id, &o, json_page, &all, &err);
		return xj_json_end_list(r, &err);
	}
	put_counts(&o);
	r = xj_ocr_status(archive, id, &o, put_page, NULL, &err);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

/* -------------------------------------------------------------------- read */

static int
interrupted(void)
{
	xj_say(_("Interrupted. The pages read till now are kept; `xueji ocr` "
		 "goes on from there."));
	return EXIT_INTERRUPTED;
}

static int
read_pages(struct xj_archive *archive, const uint64_t *ids, unsigned jobs)
{
	struct xj_ocr_result o = { 0 };
	struct xj_error err = { 0 };
	int r = xj_ocr(archive, &(struct xj_ocr_options){
		.ids = ids, .again = opt_again, .jobs = jobs,
		.watch = *xj_watch_begin() }, &o, &err);

	xj_watch_end();
	if (r < 0 && r != XJ_ECANCELLED)
		return xj_fail(&err);
	if (opt_json) {
		xj_json_begin();
		json_counts(&o);
		xj_json_end(EXIT_FINE);
	} else if (!opt_quiet) {
		put_counts(&o);
	}
	if (r == XJ_ECANCELLED)
		return interrupted();
	return o.given_up ? xj_fail_with(EXIT_PART, _("%llu pages were given "
			"up; `xueji ocr --status` says why"),
			(ull)o.given_up) : EXIT_FINE;
}

static int
ocr(struct xj_archive *archive, int argc, char **argv)
{
	uint64_t *ids = calloc((size_t)argc + 1, sizeof(*ids)), jobs = 0;
	int code = ids ? EXIT_FINE : EXIT_STORE;

	if (!xj_number("jobs", opt_jobs, &jobs))
		code = EXIT_USAGE;
	else if (jobs > 256)
		code = xj_usage(_("--jobs: 256 at most"));
	else if (opt_status && argc > 1)
		code = xj_usage(_("--status: of one document, or of all"));
	for (int i = 0; i < argc && code == EXIT_FINE; i++)
		code = xj_id_of(archive, argv[i], &ids[i]);
	if (code == EXIT_FINE)
		code = opt_status ? status(archive, ids[0])
				  : read_pages(archive, argc ? ids : NULL,
					       (unsigned)jobs);
	free(ids);
	return code;
}

const struct xj_command cmd_ocr = {
	.name = "ocr", .args = "[ID...]", .needs = NEEDS_WRITE,
	.summary = N_("read the text of pages that are pictures"),
	.options = options, .least = 0, .most = -1, .run = ocr,
};

/* -------------------------------------------------------------- behind add */

static void
say_waiting(uint64_t waiting, bool installed)
{
	const char *format = installed ?
		ngettext("%llu page is a picture; `xueji ocr` reads it.",
			 "%llu pages are pictures; `xueji ocr` reads them.",
			 (unsigned long)waiting) :
		ngettext("%llu page is a picture and cannot be read: OCR is not "
			 "installed (see `xueji doctor`).",
			 "%llu pages are pictures and cannot be read: OCR is "
			 "not installed (see `xueji doctor`).",
			 (unsigned long)waiting);

	xj_say(format, (ull)waiting);
}

static int
read_behind(struct xj_archive *archive, int code)
{
	struct xj_ocr_result o = { 0 };
	struct xj_error err = { 0 };
	int r = xj_ocr(archive, &(struct xj_ocr_options){
		.watch = *xj_watch_begin() }, &o, &err);

	xj_watch_end();
	if (!opt_json && !opt_quiet && o.pages)
		put_counts(&o);
	if (r == XJ_ENOTFOUND)
		say_waiting(o.waiting, false);
	else if (r == XJ_ECANCELLED)
		return interrupted();
	else if (r < 0 && r != XJ_EBUSY)
		return xj_fail(&err);
	return code;
}

int
xj_ocr_behind(struct xj_archive *archive, bool later, int code)
{
	struct xj_ocr_result o = { 0 };
	struct xj_error err = { 0 };
	char *when = NULL;
	bool off, now;

	if (xj_setting_get(archive, "import.ocr", &when, &err) < 0)
		return xj_fail(&err);
	off = strcmp(when, "off") == 0;
	now = strcmp(when, "now") == 0 && !later;
	xj_free(when);
	if (now)
		return read_behind(archive, code);
	if (!off && xj_ocr_status(archive, 0, &o, NULL, NULL, &err) < 0)
		return xj_fail(&err);
	if (o.waiting)
		say_waiting(o.waiting, true);
	return code;
}
