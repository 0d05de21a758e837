/* page-lecture.c - lectures: the list of them, and all that is known of one. */
#include <string.h>

#include "serve/serve.h"

#define KIND "lecture"
#define PAST_SHOWN 30 /* on a page of the list */
#define COMING_SHOWN 60

/* ------------------------------------------------------------------- models */

struct showing {
	struct xj_request *q;
	json_t *o;       /* the lecture */
	json_t *units;
};

static void
append(json_t *o, const char *list, json_t *value)
{
	json_array_append_new(json_object_get(o, list), value);
}

/* "2026-11-20 14:00–16:00", "2026-11-20 – 2026-11-21". */
static json_t *
time_shown(const char *start, const char *end)
{
	char text[64], until[32] = "";

	if (end && strncmp(start, end, 10) != 0)
		snprintf(until, sizeof(until), " – %.10s%s%s", end,
			 end[10] ? " " : "", end[10] ? end + 11 : "");
	else if (end && end[10])
		snprintf(until, sizeof(until), "–%s", end + 11);
	snprintf(text, sizeof(text), "%.10s%s%s%s", start,
		 start[10] ? " " : "", start[10] ? start + 11 : "", until);
	return xj_json_of(text);
}

static json_t *
attended_shown(const struct xj_lecture *l)
{
	return l->attended ? xj_json_format(
		ngettext("%llu person was there", "%llu people were there",
			 (unsigned long)l->attended), (ull)l->attended) :
	       json_null();
}

static int
take_head(void *ctx, const struct xj_lecture *l)
{
	struct showing *s = ctx;
	json_t *o = xj_model_study(&l->study);
	char today[XJ_DAY_MAX];

	xj_today(today);
	json_object_set_new(o, "start", xj_json_of(l->start));
	json_object_set_new(o, "end", xj_text_or_null(l->end));
	json_object_set_new(o, "place", xj_text_or_null(l->place));
	json_object_set_new(o, "mode", xj_text_or_null(l->mode));
	json_object_set_new(o, "attended",
			    json_integer((json_int_t)l->attended));
	json_object_set_new(o, "was_there", json_boolean(l->was_there));
	json_object_set_new(o, "mine", json_boolean(l->mine));
	json_object_set_new(o, "may_file", json_boolean(l->may_file));
	json_object_set_new(o, "shown", json_pack(
		"{s:o, s:s, s:s, s:b, s:b, s:o}",
		"time", time_shown(l->start, l->end),
		"mode", l->mode ? _(l->mode) : "", "unit",
		*l->study.unit ? xj_unit_named(s->units, l->study.unit) : "",
		"coming", strncmp(l->start, today, 10) >= 0,
		"today", strncmp(l->start, today, 10) == 0,
		"attended", attended_shown(l)));
	json_object_update(s->o, o);
	json_decref(o);
	return XJ_OK;
}

static int
take_speaker(void *ctx, const struct xj_lecture_speaker *p)
{
	json_t *list = json_object_get(((struct showing *)ctx)->o, "speakers");

	json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:{s:b}}",
		"member", xj_text_or_null(p->login),
		"name", xj_json_of(p->name), "institution",
		xj_text_or_null(p->institution), "bio",
		xj_text_or_null(p->bio), "shown", "same",
		json_array_size(list) > 0));
	return XJ_OK;
}

static int
take_invited(void *ctx, const char *to, const char *who, const char *name)
{
	struct showing *s = ctx;

	append(s->o, "invited", json_pack("{s:s, s:o, s:o, s:o}", "to", to,
		"who", xj_text_or_null(who), "name", xj_text_or_null(name),
		"shown", xj_model_whom(to, who, name, s->units)));
	return XJ_OK;
}

static int
take_topic(void *ctx, const struct xj_topic *t)
{
	struct showing *s = ctx;

	return xj_add_topic(&(struct xj_topics_model){ s->q,
			    json_object_get(s->o, "topics") }, t);
}

static int
take_document(void *ctx, const char *role, const struct xj_document_info *info)
{
	bool notes = strcmp(role, "notes") == 0;
	json_t *d = xj_model_info(info), *shown = json_object_get(d, "shown");

	json_object_set_new(d, "role", json_string(role));
	json_object_set_new(shown, "role", json_string(notes ? _("notes") :
						       _("recording")));
	json_object_set_new(shown, "away", json_string(notes ? "remove" :
						       "no-recording"));
	append(((struct showing *)ctx)->o, "documents", d);
	return XJ_OK;
}

static int
take_attendance(void *ctx, const struct xj_lecture_attendance *a)
{
	append(((struct showing *)ctx)->o, "attendance", json_pack(
		"{s:o, s:o, s:o, s:o}", "member", xj_json_of(a->login),
		"name", xj_json_of(a->name), "at", xj_json_of(a->at),
		"by", xj_json_of(a->by)));
	return XJ_OK;
}

static const struct xj_lecture_shown everything = {
	take_head, take_speaker, take_invited, take_topic, take_document,
	take_attendance
};

int
xj_model_lecture(struct xj_request *q, uint64_t id, json_t *units,
		 json_t **lecture, struct xj_error *err)
{
	static const char *const lists[] = { "speakers", "invited", "topics",
					     "documents", "attendance" };
	struct showing s = { .q = q, .o = json_object(), .units = units };
	int r;

	for (size_t i = 0; i < XJ_COUNT(lists); i++)
		json_object_set_new(s.o, lists[i], json_array());
	r = xj_lecture_show(q->archive, id, &everything, &s, err);
	if (r < 0) {
		json_decref(s.o);
		return r;
	}
	*lecture = s.o;
	return XJ_OK;
}

/* --------------------------------------------------------------------- list */

struct listing {
	struct xj_request *q;
	json_t *units;        /* of the archive */
	json_t *years, *used; /* those that lectures have */
	const char *unit, *year, *when;
	struct xj_buf ids;    /* uint64_t, latest first */
};

static void
note_value(json_t *list, const char *key, const char *value, const char *name,
	   const char *chosen)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(json_object_get(one, key)),
			   value) == 0)
			return;
	json_array_append_new(list, json_pack("{s:s, s:s, s:b}", key, value,
		"name", name, "chosen", strcmp(chosen, value) == 0));
}

/* What there is to choose from is of all, whatever was chosen. */
static int
note_choice(void *ctx, const struct xj_study *s)
{
	struct listing *l = ctx;
	char year[5];

	snprintf(year, sizeof(year), "%.4s", s->day);
	note_value(l->years, "year", year, year, l->year);
	if (*s->unit)
		note_value(l->used, "code", s->unit,
			   xj_unit_named(l->units, s->unit), l->unit);
	return XJ_OK;
}

static int
note_id(void *ctx, const struct xj_study *s)
{
	struct listing *l = ctx;

	xj_buf_add(&l->ids, &s->id, sizeof(s->id));
	return XJ_OK;
}

static const struct xj_lecture_shown of_list = {
	.lecture = take_head, .speaker = take_speaker,
	.document = take_document
};

static size_t
count_of(const struct listing *l)
{
	return l->ids.len / sizeof(uint64_t);
}

static int
add_row(struct listing *l, json_t *rows, size_t place, struct xj_error *err)
{
	uint64_t id = ((const uint64_t *)(void *)l->ids.data)[place];
	struct showing s = { .q = l->q, .units = l->units, .o = json_pack(
		"{s:[], s:[]}", "speakers", "documents") };
	int r = xj_lecture_show(l->q->archive, id, &of_list, &s, err);
	size_t documents = json_array_size(json_object_get(s.o, "documents"));

	json_object_set_new(json_object_get(s.o, "shown"), "documents",
			    documents ? xj_json_format(
		ngettext("%llu note or recording", "%llu notes and recordings",
			 (unsigned long)documents), (ull)documents) :
			    json_null());
	json_array_append_new(rows, s.o);
	return r == XJ_ENOTFOUND ? XJ_OK : r; /* it went meanwhile */
}

/* A year cuts what is coming and what is past alike. */
static int
find(struct listing *l, bool coming, struct xj_error *err)
{
	char from[XJ_DAY_MAX] = "", until[XJ_DAY_MAX] = "", today[XJ_DAY_MAX];
	struct xj_study_filter f = { .kind = KIND, .from = from,
		.until = until, .unit = *l->unit ? l->unit : NULL };
	int r;

	xj_today(today);
	if (strlen(l->year) == 4) {
		snprintf(from, sizeof(from), "%.4s-01-01", l->year);
		snprintf(until, sizeof(until), "%.4s-12-31", l->year);
	}
	if (coming && strcmp(today, from) > 0)
		snprintf(from, sizeof(from), "%s", today);
	if (!coming && (!*until || strcmp(today, until) <= 0))
		xj_day_add(today, -1, until);
	f.from = *from ? from : NULL;
	f.until = *until ? until : NULL;
	xj_buf_clear(&l->ids);
	r = xj_studies(l->q->archive, &f, note_id, l, err);
	return r < 0 ? r : xj_buf_check(&l->ids, err);
}

static int
add_coming(struct listing *l, json_t *model, struct xj_error *err)
{
	json_t *rows = json_array();
	int r = find(l, true, err);

	json_object_set_new(model, "coming", rows);
	for (size_t i = count_of(l); r == XJ_OK && i-- > 0 &&
	     json_array_size(rows) < COMING_SHOWN;) /* the next one first */
		r = add_row(l, rows, i, err);
	return r;
}

static int
add_past(struct listing *l, json_t *model, size_t page, struct xj_error *err)
{
	json_t *rows = json_array();
	size_t first = (page - 1) * PAST_SHOWN;
	int r = find(l, false, err);

	json_object_set_new(model, "past", rows);
	for (size_t i = first; r == XJ_OK && i < count_of(l) &&
	     i < first + PAST_SHOWN; i++)
		r = add_row(l, rows, i, err);
	if (page > 1)
		json_object_set_new(model, "previous",
				    json_integer((json_int_t)page - 1));
	if (first + PAST_SHOWN < count_of(l))
		json_object_set_new(model, "next",
				    json_integer((json_int_t)page + 1));
	return r;
}

static json_t *
whens(const char *chosen)
{
	const char *const names[][2] = { { "", _("coming and past") },
		{ "coming", _("coming") }, { "past", _("past") } };
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(names); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
			"name", names[i][0], "shown", names[i][1], "chosen",
			strcmp(chosen, names[i][0]) == 0));
	return list;
}

int
xj_page_lectures(struct xj_request *q, struct xj_reply *p)
{
	struct listing l = { .q = q, .units = xj_model_units(q),
		.years = json_array(), .used = json_array(),
		.unit = xj_argument(q, "unit"), .year = xj_argument(q, "year"),
		.when = xj_argument(q, "when") };
	size_t page = xj_argument_number(q, "page", 1, 1000, 1);
	int r = xj_studies(q->archive, &(struct xj_study_filter){
			   .kind = KIND }, note_choice, &l, &p->error);

	p->page = "lectures";
	p->model = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "title",
		_("Lectures"), "years", l.years, "units", l.used,
		"whens", whens(l.when), "unit", xj_json_of(l.unit),
		"year", xj_json_of(l.year), "when", xj_json_of(l.when));
	xj_model_has(p->model, "any", "years");
	json_object_set_new(p->model, "may_add", json_boolean(
			    q->session.who != XJ_GUEST &&
			    xj_study_may_add(q->archive)));
	xj_study_add_removed(q, KIND, p->model);
	if (r == XJ_OK && page == 1 && strcmp(l.when, "past") != 0)
		r = add_coming(&l, p->model, &p->error);
	if (r == XJ_OK && strcmp(l.when, "coming") != 0)
		r = add_past(&l, p->model, page, &p->error);
	xj_model_has(p->model, "has_coming", "coming");
	xj_model_has(p->model, "has_past", "past");
	json_decref(l.units);
	xj_buf_release(&l.ids);
	return r;
}

/* ---------------------------------------------------------------------- one */

static void
part_documents(json_t *o)
{
	json_t *notes = json_array(), *recordings = json_array(), *d;
	size_t i;

	json_array_foreach(json_object_get(o, "documents"), i, d)
		json_array_append(strcmp(json_string_value(json_object_get(d,
			"role")), "notes") == 0 ? notes : recordings, d);
	json_object_set_new(o, "notes", notes);
	json_object_set_new(o, "recordings", recordings);
	xj_model_has(o, "has_notes", "notes");
	xj_model_has(o, "has_recordings", "recordings");
}

int
xj_page_lecture(struct xj_request *q, struct xj_reply *p)
{
	json_t *units = xj_model_units(q);
	uint64_t id;
	int r = xj_study_asked(q, KIND, &id, &p->error);

	if (r == XJ_OK)
		r = xj_model_lecture(q, id, units, &p->model, &p->error);
	json_decref(units);
	if (r < 0)
		return r;
	p->page = "lecture";
	part_documents(p->model);
	json_object_set_new(p->model, "history",
			    xj_model_study_history(q, KIND, id));
	xj_model_has(p->model, "has_history", "history");
	xj_model_has(p->model, "has_invited", "invited");
	xj_model_has(p->model, "has_topics", "topics");
	xj_model_has(p->model, "has_attendance", "attendance");
	return XJ_OK;
}
