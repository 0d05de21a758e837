/* intake.c - what was uploaded goes into the archive, as `xueji add` does it; pages
 * that are pictures are read behind it. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <xueji/pages.h>

#include "serve/upload.h"

#define NICE 5   /* people who read come first */

/* With the threads and processes that it starts. */
static void
be_nice(void)
{
	setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
}

/* ----------------------------------------------------------------- options */

static const char *
given_text(const json_t *given, const char *name)
{
	const char *text = json_string_value(json_object_get(given, name));

	return text && *text ? text : NULL;
}

void
xj_intake_options(struct xj_arena *arena, const json_t *given,
		  struct xj_add_options *options)
{
	static const char *const elements[] = { "area", "topic" };
	struct xj_given *list = xj_arena_alloc(arena, (XJ_COUNT(elements) + 1) *
					       sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; list && i < XJ_COUNT(elements); i++)
		if (given_text(given, elements[i]))
			list[n++] = (struct xj_given){ elements[i],
				given_text(given, elements[i]) };
	*options = (struct xj_add_options){
		.kind = given_text(given, "kind"), .given = list,
		.rights = { .unit = given_text(given, "unit"),
			    .scope = given_text(given, "scope") },
	};
}

/* ------------------------------------------------------------------ report */

struct taking {
	struct xj_upload *upload;
	FILE *report;
	json_t *before;      /* files that an earlier try has told of */
	struct xj_archive *archive;
	json_t *counts, *accessions;
	char what[1024];     /* of the accession */
};

static int
note(void *ctx, const struct xj_outcome *o)
{
	struct taking *t = ctx;
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;
	json_t *path = json_array(), *row;
	int r;

	/* Killed in between, it took this one already. */
	if (strcmp(o->outcome, "held") == 0 &&
	    json_object_get(t->before, o->path[0])) {
		json_decref(path);
		return XJ_OK;
	}
	for (size_t i = 0; o->path[i]; i++)
		json_array_append_new(path, xj_json_of(o->path[i]));
	row = json_pack("{s:o, s:s, s:o, s:I, s:I, s:I}", "path", path,
			"outcome", o->outcome, "reason", xj_json_of(o->reason),
			"id", (json_int_t)o->id, "version",
			(json_int_t)o->version, "bytes", (json_int_t)o->bytes);
	r = xj_json_text(&line, row, 0, NULL);
	json_decref(row);
	if (r == XJ_OK)
		fprintf(t->report, "%s\n", xj_buf_str(&line));
	fflush(t->report);
	return XJ_OK;
}

/* What was told before; a line that was cut off is taken away. */
static void
read_before(struct taking *t)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	off_t whole = 0;

	t->before = json_object();
	rewind(t->report);
	while ((n = getline(&line, &room, t->report)) > 0 &&
	       line[n - 1] == '\n') {
		json_t *row = json_loadb(line, (size_t)n, 0, NULL);
		const char *file = json_string_value(json_array_get(
			json_object_get(row, "path"), 0));

		if (file)
			json_object_set_new(t->before, file, json_true());
		json_decref(row);
		whole += n;
	}
	free(line);
	if (ftruncate(fileno(t->report), whole) == 0)
		fseeko(t->report, whole, SEEK_SET);
}

/* How many of each outcome; a part of a file counts, too, as in the report of
 * `add`. */
static void
count_outcomes(struct taking *t)
{
	json_t *counts = json_object();
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	rewind(t->report);
	while ((n = getline(&line, &room, t->report)) > 0) {
		json_t *row = json_loadb(line, (size_t)n, 0, NULL);
		const char *outcome = json_string_value(
			json_object_get(row, "outcome"));

		if (outcome)
			json_object_set_new(counts, outcome, json_integer(1 +
				json_integer_value(json_object_get(counts,
								   outcome))));
		json_decref(row);
	}
	free(line);
	json_decref(t->counts);
	t->counts = counts;
}

/* ---------------------------------------------------------------- accessions */

static void
add_accession(struct taking *t, uint64_t number)
{
	const json_t *each;
	size_t i;

	json_array_foreach(t->accessions, i, each)
		if ((uint64_t)json_integer_value(each) == number)
			return;
	json_array_append_new(t->accessions, json_integer((json_int_t)number));
}

static int
note_what(void *ctx, const struct xj_accession *row)
{
	struct taking *t = ctx;

	snprintf(t->what, sizeof(t->what), "%s", row->what);
	return XJ_OK;
}

/* That of a try which was cut short is of the same things, at this time. */
static int
note_earlier(void *ctx, const struct xj_accession *row)
{
	struct taking *t = ctx;

	if (row->started < t->upload->finished)
		return XJ_END;
	if (strcmp(row->what, t->what) == 0 && !row->finished)
		add_accession(t, row->number);
	return XJ_OK;
}

static void
note_accessions(struct taking *t, uint64_t number, bool again)
{
	if (!number)
		return;
	add_accession(t, number);
	if (!again)
		return;
	xj_accession_show(t->archive, number, note_what, NULL, t, NULL);
	xj_accessions(t->archive, note_earlier, t, NULL);
}

/* ------------------------------------------------------------------- the work */

static void
progress(void *ctx, const struct xj_progress *p)
{
	struct taking *t = ctx;

	if (strcmp(p->stage, "add") == 0)
		xj_upload_progress(t->upload, p->done, p->total);
}

static int
take(struct taking *t, const char *files, struct xj_error *err)
{
	struct xj_upload *u = t->upload;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_add_result result = { 0 };
	struct xj_add_options options;
	int r = xj_arena_new(&arena);

	if (r == XJ_OK)
		r = xj_archive_set_reader(t->archive, *u->login ? u->login :
					  NULL, err);
	if (r < 0)
		return r;
	xj_intake_options(arena, u->given, &options);
	options.outcome = note;
	options.ctx = t;
	options.watch = (struct xj_watch){ progress, t, &xj_uploads_ending };
	r = xj_add_uploaded(t->archive, files, &options, &result, err);
	note_accessions(t, result.accession, json_object_size(t->before) > 0);
	return r;
}

static int
take_folder(struct taking *t, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf files = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf report = XJ_BUF_INIT;
	int r = xj_upload_path(t->upload, "files", &files, err);

	if (r == XJ_OK)
		r = xj_upload_path(t->upload, "report.jsonl", &report, err);
	if (r == XJ_OK && !(t->report = fopen(report.data, "a+e")))
		r = xj_error_errno(err, "the report");
	if (r == XJ_OK) {
		read_before(t);
		r = take(t, files.data, err);
		count_outcomes(t);
	}
	json_decref(t->before);
	if (t->report)
		fclose(t->report);
	return r;
}

void
xj_intake_run(struct xj_upload *u)
{
	struct taking t = { .upload = u, .counts = json_object(),
			    .accessions = json_array() };
	struct xj_error err = { 0 };
	int r;

	be_nice();
	r = xj_archive_open(xj_serve_options.dir, 0, &t.archive, &err);
	if (r == XJ_OK)
		r = take_folder(&t, &err);
	xj_archive_close(t.archive);
	if (r < 0)
		fprintf(stderr, "xueji: serve: upload %s: %s\n", u->id,
			err.plain);
	if (r == XJ_ECANCELLED && xj_uploads_ending) {
		json_decref(t.counts); /* it goes on at the next start */
		json_decref(t.accessions);
		return;
	}
	xj_upload_taken(u, r < 0 ? err.message : "", t.counts, t.accessions);
}

/* ------------------------------------------------------------------- pages */

static int
read_if_now(struct xj_archive *a, struct xj_error *err)
{
	char *when = NULL;
	int r = xj_setting_get(a, "import.ocr", &when, err);

	if (r == XJ_OK && strcmp(when, "now") == 0)
		r = xj_ocr(a, &(struct xj_ocr_options){
			   .watch.cancel = &xj_uploads_wanted }, NULL, err);
	xj_free(when);
	return r;
}

void
xj_intake_pages(void)
{
	struct xj_archive *a = NULL;
	struct xj_error err = { 0 };
	int r;

	be_nice();
	r = xj_archive_open(xj_serve_options.dir, 0, &a, &err);
	if (r == XJ_OK)
		r = read_if_now(a, &err);
	xj_archive_close(a);
	/* It is looked at again later; without OCR they wait. */
	if (r < 0 && r != XJ_ECANCELLED && r != XJ_EBUSY && r != XJ_ENOTFOUND)
		fprintf(stderr, "xueji: serve: OCR: %s\n", err.plain);
}
