/* model.c - what pages and the API say of documents and hits. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "serve/serve.h"

json_t *
xj_json_of_bytes(const char *text, size_t len)
{
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;

	if (xj_utf8_valid(text, len) && !memchr(text, '\0', len))
		return json_stringn(text, len);
	xj_escape_shown(&shown, text, len);
	return json_string(xj_buf_str(&shown));
}

json_t *
xj_json_of(const char *text)
{
	return text ? xj_json_of_bytes(text, strlen(text)) : json_null();
}

json_t *
xj_json_format(const char *format, ...)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text[xj_utf8_cut(text, strlen(text), sizeof(text) - 1)] = '\0';
	return xj_json_of(text);
}

json_t *
xj_text_or_null(const char *text)
{
	return text && *text ? xj_json_of(text) : json_null();
}

json_t *
xj_model_time(int64_t t)
{
	char text[XJ_TIME_MAX];

	if (!t)
		return json_null();
	xj_time_format(t, text);
	return json_string(text);
}

static json_t *
path_of(const char *const *path, bool whole)
{
	json_t *list = json_array();

	for (size_t i = 0; path && path[i]; i++)
		json_array_append_new(list, xj_json_of(i || whole ? path[i] :
						       xj_path_base(path[i])));
	return list;
}

json_t *
xj_model_size(uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024)
		return xj_json_format("%llu B", (ull)bytes);
	for (; n >= 1024 && i + 1 < XJ_COUNT(units); i++)
		n /= 1024;
	return xj_json_format("%.*f %s", n < 10 ? 1 : 0, n, units[i]);
}

/* Keys for pages alone, in the language of the reader; the API drops them. */
static json_t *
shown_of(const struct xj_document_info *i)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", xj_json_of(*i->title ? i->title :
						  i->name));
	json_object_set_new(o, "kind", xj_json_of(_(i->kind)));
	json_object_set_new(o, "type", xj_json_of(*i->type ? _(i->type) : ""));
	json_object_set_new(o, "size", xj_model_size(i->size));
	json_object_set_new(o, "readable", json_boolean(i->text_bytes > 0));
	json_object_set_new(o, "path", path_of(i->path, false));
	if (i->pages)
		json_object_set_new(o, "pages", xj_json_format(
			ngettext("%llu page", "%llu pages", i->pages),
			(ull)i->pages));
	return o;
}

json_t *
xj_model_info(const struct xj_document_info *i)
{
	static const char *const states[] = { "live", "removed", "purged",
					      "quarantined" };
	json_t *o = json_object();

	json_object_set_new(o, "id", json_integer((json_int_t)i->id));
	json_object_set_new(o, "urn", xj_json_of(i->urn));
	json_object_set_new(o, "title", xj_json_of(i->title));
	json_object_set_new(o, "kind", xj_json_of(i->kind));
	json_object_set_new(o, "date", xj_text_or_null(i->date));
	json_object_set_new(o, "creators", xj_text_or_null(i->creators));
	json_object_set_new(o, "language", xj_text_or_null(i->language));
	json_object_set_new(o, "type", xj_text_or_null(i->type));
	json_object_set_new(o, "mime", xj_text_or_null(i->format));
	json_object_set_new(o, "file", xj_json_of(i->name));
	json_object_set_new(o, "parent", i->parent ?
			    json_integer((json_int_t)i->parent) : json_null());
	json_object_set_new(o, "size", json_integer((json_int_t)i->size));
	json_object_set_new(o, "sha512", xj_text_or_null(i->sha512));
	json_object_set_new(o, "pages", json_integer(i->pages));
	json_object_set_new(o, "version", json_integer(i->version));
	json_object_set_new(o, "state", json_string(states[i->state]));
	json_object_set_new(o, "created", xj_model_time(i->created));
	json_object_set_new(o, "updated", xj_model_time(i->updated));
	json_object_set_new(o, "shown", shown_of(i));
	return o;
}

const char *
xj_model_topic_name(const struct xj_request *q, const struct xj_topic *t)
{
	return q->language == XJ_ENGLISH && t->name_en && *t->name_en ?
	       t->name_en : t->name;
}

/* ------------------------------------------------------------------ places */

const char *
xj_model_place(const char *where, uint64_t at, const char *label,
	       char out[128])
{
	ull n = (ull)at;

	out[0] = '\0';
	if (strcmp(where, "page") == 0)
		snprintf(out, 128, _("page %llu"), n);
	else if (strcmp(where, "line") == 0)
		snprintf(out, 128, _("line %llu"), n);
	else if (strcmp(where, "part") == 0)
		snprintf(out, 128, _("part %llu"), n);
	else if (strcmp(where, "msec") == 0)
		snprintf(out, 128, "%llu:%02llu:%02llu", n / 3600000,
			 n / 60000 % 60, n / 1000 % 60);
	if (out[0] && label && *label) {
		size_t len = strlen(out);

		snprintf(out + len, 128 - len, _(" (%s)"), label);
		out[xj_utf8_cut(out, strlen(out), 127)] = '\0';
	}
	return out;
}

const char *
xj_model_anchor(const char *where, uint64_t at, char out[32])
{
	char letter = strcmp(where, "page") == 0 ? 'p' :
		      strcmp(where, "line") == 0 ? 'l' :
		      strcmp(where, "part") == 0 ? 's' :
		      strcmp(where, "msec") == 0 ? 't' : 0;

	out[0] = '\0';
	if (letter)
		snprintf(out, 32, "%c%llu", letter, (ull)at);
	return out;
}

/* -------------------------------------------------------------------- hits */

/* The byte at which the code point `n` begins. */
static size_t
byte_of(const char *text, size_t len, uint32_t n)
{
	const char *p = text, *end = text + len;

	for (; n && p < end; n--)
		xj_utf8_next(&p, end);
	return (size_t)(p - text);
}

static void
add_run(json_t *runs, const char *text, size_t len, bool mark)
{
	if (len)
		json_array_append_new(runs, json_pack("{s:o, s:b}", "text",
			xj_json_of_bytes(text, len), "mark", (int)mark));
}

/* A text in pieces that are marked or not, for templates. */
static json_t *
runs_of(const char *text, const uint32_t (*marks)[2], size_t count)
{
	json_t *runs = json_array();
	size_t len = strlen(text), at = 0;

	for (size_t i = 0; i < count; i++) {
		size_t from = byte_of(text, len, marks[i][0]);
		size_t to = from + byte_of(text + from, len - from,
					   marks[i][1]);

		if (from < at)
			continue;
		add_run(runs, text + at, from - at, false);
		add_run(runs, text + from, to - from, true);
		at = to;
	}
	add_run(runs, text + at, len - at, false);
	return runs;
}

static json_t *
marks_of(const uint32_t (*marks)[2], size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("[i, i]",
			(int)marks[i][0], (int)marks[i][1]));
	return list;
}

#define WORDS_MAX 8
#define WORD_BYTES_MAX 120

static bool
is_there(const json_t *words, const char *word, size_t len)
{
	const json_t *w;
	size_t i;

	json_array_foreach((json_t *)words, i, w)
		if (json_string_length(w) == len &&
		    memcmp(json_string_value(w), word, len) == 0)
			return true;
	return false;
}

/* What was marked, as documents write it: the reader marks it everywhere. */
static void
add_words(json_t *words, const char *text, const uint32_t (*marks)[2],
	  size_t count)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < count; i++) {
		size_t from = byte_of(text, len, marks[i][0]);
		size_t n = byte_of(text + from, len - from, marks[i][1]);

		if (n && n <= WORD_BYTES_MAX &&
		    json_array_size(words) < WORDS_MAX &&
		    !is_there(words, text + from, n))
			json_array_append_new(words, xj_json_of_bytes(
				text + from, n));
	}
}

static json_t *
passage_of(const struct xj_passage_shown *p)
{
	char place[128], anchor[32];

	return json_pack("{s:s, s:I, s:o, s:b, s:o, s:o, s:o, s:s, s:s}",
		"where", p->where, "at", (json_int_t)p->at,
		"label", xj_json_of(p->label), "ocr", (int)p->ocr,
		"text", xj_json_of(p->text),
		"marks", marks_of(p->marks, p->mark_count),
		"runs", runs_of(p->text, p->marks, p->mark_count),
		"place", strcmp(p->where, "line") == 0 ? "" :
		xj_model_place(p->where, p->at, p->label, place),
		"anchor", xj_model_anchor(p->where, p->at, anchor));
}

static json_t *
hit_of(const struct xj_hit *h)
{
	json_t *o = xj_model_info(&h->info), *passages = json_array();
	json_t *words = json_array();
	const char *name = *h->info.title ? h->info.title : h->info.name;

	for (size_t i = 0; i < h->passage_count; i++) {
		const struct xj_passage_shown *p = &h->passages[i];

		json_array_append_new(passages, passage_of(p));
		add_words(words, p->text, p->marks, p->mark_count);
	}
	add_words(words, name, h->title_marks, h->title_mark_count);
	json_object_set_new(o, "score", json_real(h->score));
	json_object_set_new(o, "is_hit", json_true());
	json_object_set_new(o, "related", json_boolean(h->related));
	json_object_set_new(o, "title_marks", marks_of(h->title_marks,
						       h->title_mark_count));
	json_object_set_new(o, "title_runs", runs_of(name, h->title_marks,
						     h->title_mark_count));
	json_object_set(o, "first", json_array_get(passages, 0));
	json_object_set_new(o, "passages", passages);
	json_object_set_new(o, "words", words);
	json_object_set_new(o, "remote", xj_json_of(h->remote));
	return o;
}

/* "12 documents", "about 12,000 documents" */
static json_t *
total_shown(const struct xj_hits *hits)
{
	uint64_t n = xj_hits_total(hits);

	return xj_json_format(xj_hits_total_is_exact(hits) ?
		ngettext("%llu document", "%llu documents",
			 (unsigned long)n) :
		ngettext("about %llu document", "about %llu documents",
			 (unsigned long)n), (ull)n);
}

static json_t *
missing_of(const struct xj_hits *hits)
{
	json_t *list = json_array(), *nearest;
	size_t count;
	const struct xj_missing *m = xj_hits_missing(hits, &count);

	for (size_t i = 0; i < count; i++) {
		nearest = json_array();
		for (size_t j = 0; j < m[i].nearest_count; j++)
			json_array_append_new(nearest,
					      xj_json_of(m[i].nearest[j]));
		json_array_append_new(list, json_pack("{s:o, s:o}", "text",
			xj_json_of(m[i].text), "nearest", nearest));
	}
	return list;
}

static json_t *
meant_of(const struct xj_hits *hits)
{
	json_t *list = json_array();
	size_t count;
	const struct xj_meant *m = xj_hits_meant(hits, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:I}", "query",
			xj_json_of(m[i].query), "total",
			(json_int_t)m[i].total));
	return list;
}

static json_t *
without_of(const struct xj_hits *hits)
{
	json_t *list = json_array();
	size_t count;
	const struct xj_without *w = xj_hits_without(hits, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:I, s:o}",
			"part", xj_json_of(w[i].part), "total",
			(json_int_t)w[i].total, "shown", xj_json_format(
			ngettext("Without %s: %llu document",
				 "Without %s: %llu documents",
				 (unsigned long)w[i].total), w[i].part,
			(ull)w[i].total)));
	return list;
}

static json_t *
widened_of(const struct xj_hits *hits)
{
	json_t *list = json_array();
	size_t count;
	const struct xj_widened *w = xj_hits_widened(hits, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "typed",
			xj_json_of(w[i].typed), "form",
			xj_json_of(w[i].form)));
	return list;
}

json_t *
xj_model_hits(const struct xj_hits *hits, const char *query)
{
	json_t *list = json_array(), *o = json_object();

	for (size_t i = 0; i < xj_hits_count(hits); i++)
		json_array_append_new(list, hit_of(xj_hits_at(hits, i)));
	json_object_set_new(o, "query", xj_json_of(query));
	json_object_set_new(o, "understood",
			    xj_json_of(xj_hits_repaired(hits)));
	json_object_set_new(o, "total",
			    json_integer((json_int_t)xj_hits_total(hits)));
	json_object_set_new(o, "total_is_exact",
			    json_boolean(xj_hits_total_is_exact(hits)));
	json_object_set_new(o, "total_shown", total_shown(hits));
	json_object_set_new(o, "related",
			    json_integer((json_int_t)xj_hits_related(hits)));
	json_object_set_new(o, "queued",
			    json_integer((json_int_t)xj_hits_queued(hits)));
	json_object_set_new(o, "missing", missing_of(hits));
	json_object_set_new(o, "without", without_of(hits));
	json_object_set_new(o, "meant", meant_of(hits));
	json_object_set_new(o, "widened", widened_of(hits));
	json_object_set_new(o, "hits", list);
	return o;
}

/* ---------------------------------------------------------------- document */

int
xj_document_asked(struct xj_request *q, struct xj_document **d,
		  struct xj_error *err)
{
	const char *ref = q->parameters[0];
	int r = xj_document_open(q->archive, ref, d, err);

	/* What is not there, what was purged and what is not to be seen are one
	 * to who asks from outside. */
	if (r == XJ_EINVAL)
		r = XJ_ENOTFOUND;
	if (r == XJ_OK && xj_document_info(*d)->state != XJ_LIVE) {
		xj_document_free(*d);
		*d = NULL;
		r = XJ_ENOTFOUND;
	}
	return r == XJ_ENOTFOUND ?
	       xj_error_set(err, r, "there is no document %s", ref) : r;
}

static json_t *
value_of(const struct xj_value *v, const char *before)
{
	bool word = strcmp(v->element, "kind") == 0 && *v->value;

	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:b}",
		"element", xj_json_of(v->element),
		"value", xj_json_of(v->value), "lang", xj_text_or_null(v->lang),
		"given", (int)v->given, "shown", xj_json_of(_(v->element)),
		"value_shown", xj_json_of(word ? _(v->value) : v->value),
		"same", strcmp(v->element, before) == 0);
}

static json_t *
metadata_of(const struct xj_document *d)
{
	json_t *list = json_array();
	const char *before = "";
	size_t count;
	const struct xj_value *v = xj_document_values(d, &count);

	for (size_t i = 0; i < count; i++)
		if (v[i].effective && strcmp(v[i].element, "status") != 0 &&
		    strcmp(v[i].element, "replaced-by") != 0) {
			json_array_append_new(list, value_of(&v[i], before));
			before = v[i].element;
		}
	return list;
}

/* "2026-11-23 19:14", of this machine's zone. */
json_t *
xj_model_moment(int64_t t)
{
	time_t when = (time_t)t;
	char text[32] = "";
	struct tm tm;

	if (!t)
		return json_null();
	if (localtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
	return json_string(text);
}

static int
add_entry(void *ctx, const struct xj_history_entry *e)
{
	json_array_append_new(ctx, json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}",
		"version", (int)e->version, "at", xj_model_time(e->at),
		"user", xj_json_of(e->user), "verb", xj_json_of(e->verb),
		"detail", xj_text_or_null(e->detail),
		"shown", xj_json_of(_(e->verb)), "moment", xj_model_moment(e->at)));
	return XJ_OK;
}

static json_t *
named(const struct xj_validity_document *d)
{
	return d->id ? json_pack("{s:I, s:o}", "id", (json_int_t)d->id,
				 "title", xj_json_of(d->title)) : json_null();
}

static json_t *
text_or_null(const char *text)
{
	return *text ? xj_json_of(text) : json_null();
}

static int
add_validity(void *ctx, const struct xj_validity *v)
{
	json_t *replaces = json_array(), *o;

	for (const struct xj_validity_document *d = v->replaces; d->id; d++)
		json_array_append_new(replaces, named(d));
	o = json_pack("{s:o, s:o, s:o, s:o, s:o}",
		      "status", text_or_null(v->status),
		      "from", text_or_null(v->from),
		      "until", text_or_null(v->until),
		      "replaced_by", named(&v->replaced_by),
		      "replaces", replaces);
	if (xj_validity_warns(v->status))
		json_object_set_new(o, "warning", json_string(
			xj_validity_shown(v->status)));
	json_object_set_new(ctx, "validity", o);
	return XJ_OK;
}

void
xj_model_validity(struct xj_request *q, uint64_t id, json_t *model)
{
	xj_validity_tell(q->archive, id, add_validity, model, NULL);
}

json_t *
xj_model_document(struct xj_request *q, struct xj_document *d,
		  struct xj_error *err)
{
	json_t *o = xj_model_info(xj_document_info(d)), *history;

	history = json_array();
	json_object_set_new(o, "metadata", metadata_of(d));
	xj_model_validity(q, xj_document_info(d)->id, o);
	if (xj_history(q->archive, d, 50, add_entry, history, err) < 0)
		json_array_clear(history);
	json_object_set_new(o, "history", history);
	return o;
}
