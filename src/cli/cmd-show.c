/* cmd-show.c - what is known of a document, or its text. */
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define SHOWN_WIDE 160 /* columns: room for a digest */

static bool opt_text;

static const struct xj_option options[] = {
	{ 't', "text", .flag = &opt_text,
	  .help = N_("its text, with pages or lines") },
	OPTION_JSON,
	{ 0 }
};

/* ---------------------------------------------------------------- metadata */

static void
row(struct xj_table *t, const char *name, const char *value, const char *note)
{
	if (value && *value)
		xj_table_add(t, (const char *[]){ name, value, note });
}

static void
number_row(struct xj_table *t, const char *name, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (ull)n);
	if (n)
		row(t, name, text, NULL);
}

static void
put_values(const struct xj_value *values, size_t count)
{
	struct xj_table *t = xj_table_new(3);

	xj_table_widest(t, SHOWN_WIDE);
	for (size_t i = 0; i < count; i++)
		if (values[i].effective &&
		    strcmp(values[i].element, "topic") != 0 &&
		    strcmp(values[i].element, "replaced-by") != 0)
			row(t, xj_word(values[i].element),
			    strcmp(values[i].element, "kind") == 0 ?
			    xj_word(values[i].value) : values[i].value,
			    values[i].given ? _("given") : NULL);
	xj_table_end(t, stdout, 2);
}

static int
topic_row(void *ctx, const struct xj_topic *topic)
{
	bool area = !topic->parent;

	row(ctx, area ? _("area") : _("topic"), xj_topic_name(topic),
	    topic->code);
	if (!area)
		row(ctx, "", xj_topic_word(topic->area), topic->area);
	return XJ_OK;
}

/* A collection, a lecture or their like that names it. */
static int
use_row(void *ctx, const struct xj_study *study)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu", (ull)study->id);
	row(ctx, xj_word(study->kind), study->title, number);
	return XJ_OK;
}

/* What it is about, and what names it. */
static void
put_study(struct xj_archive *archive, uint64_t id)
{
	struct xj_table *t = xj_table_new(3);

	xj_topic_words_read(archive);
	xj_document_topics(archive, id, topic_row, t, NULL);
	xj_studies(archive, &(struct xj_study_filter){ .document = id },
		   use_row, t, NULL);
	xj_table_end(t, stdout, 2);
}

static int
json_use(void *ctx, const struct xj_study *study)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("kind", study->kind);
	xj_json_number("id", study->id);
	xj_json_text_of("title", study->title);
	xj_json_close('}');
	return XJ_OK;
}

static int
json_topic(void *ctx, const struct xj_topic *topic)
{
	(void)ctx;
	xj_topic_json(NULL, topic);
	return XJ_OK;
}

static void
put_outcome(struct xj_table *t, const struct xj_document_info *i)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (!*i->outcome)
		return;
	xj_put_outcome(&b, i->outcome, i->reason);
	row(t, _("outcome"), xj_buf_str(&b), NULL);
	if (!*i->importer)
		return;
	xj_buf_clear(&b);
	xj_buf_addf(&b, "%s %s", i->importer, i->importer_version);
	row(t, _("importer"), xj_buf_str(&b), NULL);
}

static void
put_state(struct xj_table *t, const struct xj_document_info *i)
{
	if (i->state == XJ_REMOVED)
		row(t, _("state"), _("removed; `xueji undelete` takes it "
				     "back"), NULL);
	else if (i->state == XJ_PURGED)
		row(t, _("state"), _("purged: its bytes and text are gone"),
		    NULL);
	else if (i->queued)
		row(t, _("state"), _("waits to be indexed"), NULL);
}

/* Which pages were pictures: "3 read, 1 waiting". */
static void
put_ocr(struct xj_table *t, struct xj_archive *archive, uint64_t id)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct xj_ocr_result o;

	if (xj_ocr_status(archive, id, &o, NULL, NULL, NULL) < 0)
		return;
	xj_ocr_counts(&b, &o);
	row(t, _("OCR"), xj_buf_str(&b), NULL);
}

static void
put_info(struct xj_archive *archive, const struct xj_document_info *i)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct xj_table *t = xj_table_new(3);
	char text[64];

	xj_table_widest(t, SHOWN_WIDE);
	xj_path_shown(&path, i->path);
	number_row(t, _("number"), i->id);
	row(t, "urn", i->urn, NULL);
	put_state(t, i);
	row(t, _("kind"), xj_word(i->kind), NULL);
	row(t, _("date"), i->date, NULL);
	row(t, _("file"), xj_buf_str(&path), NULL);
	number_row(t, _("inside of"), i->parent);
	row(t, _("format"), i->format, NULL);
	if (i->state != XJ_PURGED)
		row(t, _("size"), xj_size(i->size, text), NULL);
	number_row(t, _("pages"), i->pages);
	if (i->text_bytes)
		row(t, _("text"), xj_size(i->text_bytes, text), NULL);
	put_ocr(t, archive, i->id);
	put_outcome(t, i);
	row(t, "sha512", i->sha512, NULL);
	number_row(t, _("version"), i->version);
	number_row(t, _("accession"), i->accession);
	row(t, _("added"), xj_moment(i->created, text), NULL);
	row(t, _("changed"), i->updated != i->created ?
	    xj_moment(i->updated, text) : NULL, NULL);
	xj_table_end(t, stdout, 2);
}

static int
print_all(struct xj_archive *archive, struct xj_document *d)
{
	const struct xj_document_info *i = xj_document_info(d);
	size_t count;
	const struct xj_value *values = xj_document_values(d, &count);

	fputs(xj_style(STYLE_BOLD), stdout);
	if (i->state == XJ_PURGED)
		printf(_("Document %llu"), (ull)i->id);
	else
		xj_put(stdout, *i->title ? i->title : i->name);
	printf("%s\n", xj_plain());
	put_info(archive, i);
	xj_put_validity(archive, i->id);
	if (count) {
		printf("\n%s%s%s\n", xj_style(STYLE_BOLD), _("metadata"),
		       xj_plain());
		put_values(values, count);
	}
	put_study(archive, i->id);
	return xj_put_history(archive, d);
}

static void
json_ocr(struct xj_archive *archive, uint64_t id)
{
	struct xj_ocr_result o = { 0 };

	if (xj_ocr_status(archive, id, &o, NULL, NULL, NULL) < 0)
		return;
	xj_json_open("ocr", '{');
	xj_json_number("waiting", o.waiting);
	xj_json_number("read", o.read);
	xj_json_number("blank", o.blank);
	xj_json_number("given_up", o.given_up);
	xj_json_close('}');
}

static int
json_all(struct xj_archive *archive, struct xj_document *d)
{
	size_t count;
	const struct xj_value *values = xj_document_values(d, &count);

	xj_json_begin();
	xj_json_info(xj_document_info(d));
	xj_json_open("metadata", '[');
	for (size_t i = 0; i < count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("element", values[i].element);
		xj_json_text_of("value", values[i].value);
		xj_json_text_of("lang", values[i].lang);
		xj_json_text_of("source", values[i].source);
		xj_json_bool("given", values[i].given);
		xj_json_bool("effective", values[i].effective);
		xj_json_close('}');
	}
	xj_json_close(']');
	xj_json_validity(archive, xj_document_info(d)->id);
	xj_json_open("topics", '[');
	xj_document_topics(archive, xj_document_info(d)->id, json_topic, NULL,
			   NULL);
	xj_json_close(']');
	xj_json_open("used_in", '[');
	xj_studies(archive, &(struct xj_study_filter){
		.document = xj_document_info(d)->id }, json_use, NULL, NULL);
	xj_json_close(']');
	json_ocr(archive, xj_document_info(d)->id);
	return xj_json_history(archive, d, 0, false);
}

/* -------------------------------------------------------------------- text */

struct printing {
	char last[160]; /* the place printed last */
	bool begun, open; /* open: the line is not ended */
};

/* Line breaks and tabs stay; the rest is made harmless. */
static void
put_text(const char *text, size_t len)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	const char *end = text + len;

	while (text < end) {
		size_t n = 0;

		while (text + n < end && text[n] != '\n' && text[n] != '\t')
			n++;
		xj_escape_shown(&b, text, n);
		text += n;
		if (text < end)
			xj_buf_addc(&b, *text++);
	}
	fwrite(xj_buf_str(&b), 1, b.len, stdout);
}

static void
put_place(struct printing *p, const struct xj_text_part *part)
{
	char place[128];

	xj_place(part->where, part->at, part->label, place);
	xj_place_ocr(strcmp(part->role, "ocr") == 0, place);
	if (!*place || strcmp(place, p->last) == 0)
		return;
	snprintf(p->last, sizeof(p->last), "%s", place);
	if (p->begun)
		fputc('\n', stdout);
	fputs(xj_style(STYLE_DIM), stdout);
	fputs("[", stdout);
	xj_put(stdout, place);
	printf("]%s\n", xj_plain());
}

static int
text_part(void *ctx, const struct xj_text_part *part)
{
	struct printing *p = ctx;
	bool heading = strcmp(part->role, "heading") == 0;

	if (!part->more) {
		if (p->open)
			fputc('\n', stdout);
		put_place(p, part);
	}
	if (heading)
		fputs(xj_style(STYLE_BOLD), stdout);
	put_text(part->text, part->len);
	if (heading)
		fputs(xj_plain(), stdout);
	p->open = part->len > 0 && part->text[part->len - 1] != '\n';
	p->begun = true;
	return ferror(stdout) ? XJ_EIO : XJ_OK;
}

static int
json_part(void *ctx, const struct xj_text_part *part)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("role", part->role);
	xj_json_number("level", part->level);
	xj_json_text_of("where", *part->where ? part->where : NULL);
	xj_json_number("at", part->at);
	xj_json_text_of("label", part->label);
	xj_json_bool("more", part->more);
	xj_json_bytes("text", part->text, part->len);
	xj_json_close('}');
	return XJ_OK;
}

static int
print_text(struct xj_document *d)
{
	struct printing p = { .open = false };
	struct xj_error err = { 0 };
	int r;

	if (opt_json) {
		xj_json_begin();
		xj_json_number("id", xj_document_info(d)->id);
		xj_json_open("text", '[');
		r = xj_document_text(d, json_part, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	r = xj_document_text(d, text_part, &p, &err);
	if (p.open)
		fputc('\n', stdout);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_document *d;
	struct xj_error err = { 0 };
	int code;

	(void)argc;
	if (xj_document_open(archive, argv[0], &d, &err) < 0)
		return xj_fail(&err);
	if (opt_text && xj_document_info(d)->state == XJ_PURGED)
		code = xj_fail_with(EXIT_MISSING, _("document %llu was purged: "
						    "its text is gone"),
				    (ull)xj_document_info(d)->id);
	else
		code = opt_text ? print_text(d) :
		       opt_json ? json_all(archive, d) :
				  print_all(archive, d);
	xj_document_free(d);
	return code;
}

const struct xj_command cmd_show = {
	.name = "show", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("show what is known of a document, or its text"),
	.options = options, .least = 1, .most = 1, .run = show,
};
