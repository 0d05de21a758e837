/* page-lecture-form.c - a lecture entered and changed in a form. */
#include <string.h>

#include "serve/serve.h"

#define KIND "lecture"
#define ROWS_MAX 60  /* of one field */
#define ROWS_FREE 2  /* empty ones behind what is filled in */

/* --------------------------------------------------------- rows of a form */

/* Empty rows to type into; at least one, so that there is something to see. */
static void
add_free_rows(json_t *rows, const char *key)
{
	for (int i = 0; i < ROWS_FREE; i++)
		json_array_append_new(rows, json_pack("{s:s}", key, ""));
}

/* Each says which it is, so that fields have names of their own to be read out. */
static void
number_rows(json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
		json_object_set_new(row, "n", json_integer((json_int_t)i + 1));
}

/* ------------------------------------------------- what the form begins with */

static void
set_moment(json_t *o, const char *at, const char *day, const char *time)
{
	char date[11];

	snprintf(date, sizeof(date), "%.10s", at ? at : "");
	json_object_set_new(o, day, json_string(date));
	json_object_set_new(o, time, json_string(at && at[0] && at[10] ?
						 at + 11 : ""));
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static json_t *
invited_rows(const json_t *lecture, const json_t *units,
	     const json_t *members)
{
	json_t *rows = json_array(), *one;
	size_t i;

	json_array_foreach(json_object_get(lecture, "invited"), i, one) {
		const char *to = text_of(one, "to"), *who = text_of(one, "who");
		bool all = strcmp(to, "all") == 0;
		const char *shown = all ? _("all members") :
			strcmp(to, "member") == 0 ?
			xj_member_ref(members, who, text_of(one, "name")) :
			xj_unit_ref(units, who);

		json_array_append_new(rows, json_pack("{s:o, s:b}", "who",
			xj_json_of(shown), "below",
			strcmp(to, "below") == 0));
	}
	return rows;
}

static void
add_speakers(json_t *o, const json_t *lecture, const json_t *members)
{
	json_t *inside = json_array(), *outside = json_array(), *one;
	size_t i;

	json_array_foreach(json_object_get(lecture, "speakers"), i, one)
		if (*text_of(one, "member"))
			json_array_append_new(inside, json_pack("{s:o}", "who",
				xj_json_of(xj_member_ref(members,
				text_of(one, "member"),
				text_of(one, "name")))));
		else
			json_array_append_new(outside, json_pack(
				"{s:s, s:s, s:s}", "who", text_of(one, "name"),
				"institution", text_of(one, "institution"),
				"bio", text_of(one, "bio")));
	json_object_set_new(o, "speakers", inside);
	json_object_set_new(o, "externals", outside);
}

/* What a form shows of a lecture that is there. */
static json_t *
form_of(const json_t *lecture, const json_t *units, const json_t *members)
{
	const char *start = text_of(lecture, "start");
	const char *end = text_of(lecture, "end");
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:O}",
		"title", text_of(lecture, "title"),
		"unit", text_of(lecture, "unit"),
		"place", text_of(lecture, "place"),
		"mode", text_of(lecture, "mode"),
		"version", json_object_get(lecture, "version"));
	json_t *chosen = json_array(), *t;
	size_t i;

	set_moment(o, start, "date", "from");
	set_moment(o, *end ? end : NULL, "last", "to");
	if (strcmp(text_of(o, "last"), text_of(o, "date")) == 0)
		json_object_set_new(o, "last", json_string(""));
	add_speakers(o, lecture, members);
	json_object_set_new(o, "invited", invited_rows(lecture, units,
						       members));
	json_array_foreach(json_object_get(lecture, "topics"), i, t)
		json_array_append(chosen, json_object_get(t, "code"));
	json_object_set_new(o, "codes", chosen);
	return o;
}

/* ------------------------------------------------------- what was filled in */

/* The rows of fields that stand side by side; those without the first are left
 * out. Ends with NULL. */
static json_t *
rows_typed(const struct xj_request *q, const char *const *names,
	   const char *const *keys)
{
	json_t *rows = json_array(), *row;
	const char *values[ROWS_MAX];
	size_t i;

	for (size_t n = 0; names[n]; n++) {
		size_t count = xj_form_all(q, names[n], values, ROWS_MAX);

		for (i = 0; i < count; i++) {
			if (!json_array_get(rows, i))
				json_array_append_new(rows, json_object());
			json_object_set_new(json_array_get(rows, i), keys[n],
					    xj_json_of(values[i]));
		}
	}
	for (i = json_array_size(rows); i-- > 0;) {
		row = json_array_get(rows, i);
		if (!*text_of(row, keys[0]))
			json_array_remove(rows, i);
	}
	return rows;
}

static json_t *
typed(const struct xj_request *q)
{
	static const char *const texts[] = { "title", "unit", "date", "from",
		"last", "to", "place", "mode", "version" };
	static const char *const speaker[] = { "speaker", NULL };
	static const char *const external[] = { "external", "institution",
						"bio", NULL };
	static const char *const external_keys[] = { "who", "institution",
						     "bio", NULL };
	static const char *const invited[] = { "invite", "reach", NULL };
	static const char *const invited_keys[] = { "who", "reach", NULL };
	static const char *const who[] = { "who", NULL };
	json_t *o = json_object(), *rows, *row, *topics = json_array();
	const char *values[ROWS_MAX];
	size_t i, count = xj_form_all(q, "topic", values, ROWS_MAX);

	for (i = 0; i < XJ_COUNT(texts); i++)
		json_object_set_new(o, texts[i],
				    xj_json_of(xj_form(q, texts[i])));
	for (i = 0; i < count; i++)
		json_array_append_new(topics, xj_json_of(values[i]));
	json_object_set_new(o, "codes", topics);
	json_object_set_new(o, "speakers", rows_typed(q, speaker, who));
	json_object_set_new(o, "externals", rows_typed(q, external,
						       external_keys));
	rows = rows_typed(q, invited, invited_keys);
	json_array_foreach(rows, i, row)
		json_object_set_new(row, "below", json_boolean(strcmp(
			text_of(row, "reach"), "below") == 0));
	json_object_set_new(o, "invited", rows);
	return o;
}

/* ----------------------------------------------------- as the library takes it */

struct given {
	struct xj_lecture_given of;
	const char *speakers[ROWS_MAX + 1], *externals[ROWS_MAX + 1];
	const char *invite[ROWS_MAX + 1], *uninvite[ROWS_MAX + 1];
	const char *topics[ROWS_MAX + 1];
};

static const char *
moment_of(struct xj_arena *arena, const char *day, const char *time)
{
	return xj_arena_printf(arena, "%s%s%s", day, *day && *time ? " " : "",
			       time);
}

/* The library parts them by semicolons. */
static const char *
part_of(struct xj_arena *arena, const char *text)
{
	char *copy = xj_arena_strdup(arena, text);

	for (char *p = copy; p && *p; p++)
		if (*p == ';')
			*p = ',';
	return copy ? copy : "";
}

/* As xj_share() names whom something is shared with. */
static const char *
whom_of(struct xj_arena *arena, const json_t *row)
{
	const char *who = text_of(row, "who");

	if (strcmp(who, _("all members")) == 0)
		return "all";
	return json_is_true(json_object_get(row, "below")) ?
	       xj_arena_printf(arena, "%s/below", who) : who;
}

static void
take_rows(struct xj_arena *arena, const json_t *form, struct given *g)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(form, "speakers"), i, row)
		g->speakers[i] = text_of(row, "who");
	json_array_foreach(json_object_get(form, "externals"), i, row)
		g->externals[i] = xj_arena_printf(arena, "%s;%s;%s",
			part_of(arena, text_of(row, "who")),
			part_of(arena, text_of(row, "institution")),
			text_of(row, "bio"));
	json_array_foreach(json_object_get(form, "codes"), i, row)
		g->topics[i] = json_string_value(row);
}

static bool
has_whom(struct xj_arena *arena, const json_t *rows, const char *whom)
{
	const json_t *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row)
		if (strcmp(whom_of(arena, row), whom) == 0)
			return true;
	return false;
}

/* Whom the one has and the other has not. */
static void
take_whom(struct xj_arena *arena, const json_t *rows, const json_t *other,
	  const char **out)
{
	const json_t *row;
	size_t i, n = 0;

	json_array_foreach((json_t *)rows, i, row) {
		const char *whom = whom_of(arena, row);

		if (n < ROWS_MAX && !has_whom(arena, other, whom))
			out[n++] = whom;
	}
}

static void
make_given(struct xj_request *q, const json_t *form, const json_t *before,
	   struct given *g)
{
	const char *last = text_of(form, "last"), *to = text_of(form, "to");
	const json_t *invited = json_object_get(form, "invited");
	const json_t *was = json_object_get(before, "invited");

	*g = (struct given){ .of = { .title = text_of(form, "title"),
		.unit = *text_of(form, "unit") ? text_of(form, "unit") : NULL,
		.start = moment_of(q->arena, text_of(form, "date"),
				   text_of(form, "from")),
		.end = moment_of(q->arena, last, to),
		.place = text_of(form, "place"),
		.mode = text_of(form, "mode"), .speakers = g->speakers,
		.externals = g->externals, .invite = g->invite,
		.uninvite = g->uninvite, .topics = g->topics } };
	take_rows(q->arena, form, g);
	take_whom(q->arena, invited, was, g->invite);
	take_whom(q->arena, was, invited, g->uninvite);
}

/* ---------------------------------------------------------------- the page */

static json_t *
modes_of(const char *chosen)
{
	const char *const names[][2] = { { "", _("not said") },
		{ "inside", _("in house") },
		{ "outside", _("somewhere else") },
		{ "online", _("online") } };
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(names); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
			"name", names[i][0], "shown", names[i][1], "chosen",
			strcmp(chosen, names[i][0]) == 0));
	return list;
}

/* `form` goes into the model. `id` 0: a new one. */
static void
show_form(struct xj_request *q, struct xj_reply *p, uint64_t id, json_t *form,
	  json_t *units, json_t *members)
{
	static const char *const rows[][2] = { { "speakers", "who" },
		{ "externals", "who" }, { "invited", "who" } };

	for (size_t i = 0; i < XJ_COUNT(rows); i++) {
		json_t *list = json_object_get(form, rows[i][0]);

		add_free_rows(list, rows[i][1]);
		number_rows(list);
	}
	p->page = "lecture-form";
	p->model = json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}",
		"title", id ? _("Change a lecture") : _("A new lecture"),
		"id", (json_int_t)id, "form", form,
		"units", xj_model_unit_choices(units, text_of(form, "unit")),
		"modes", modes_of(text_of(form, "mode")),
		"topics", xj_model_topic_choices(q, json_object_get(form,
								    "codes")),
		"whom", xj_model_whom_choices(units, members));
	json_object_set(p->model, "members", members);
}

static int
show_new(struct xj_request *q, struct xj_reply *p, json_t *form)
{
	json_t *units = xj_model_units(q), *members = xj_model_members(q);

	show_form(q, p, 0, form, units, members);
	json_decref(units);
	json_decref(members);
	return XJ_OK;
}

int
xj_page_lecture_new(struct xj_request *q, struct xj_reply *p)
{
	if (!xj_study_may_add(q->archive))
		return xj_error_set(&p->error, XJ_EPERM, "only secretaries, "
				    "librarians, leads and editors of a unit "
				    "enter lectures");
	return show_new(q, p, typed(q));
}

int
xj_do_lecture_new(struct xj_request *q, struct xj_reply *p)
{
	struct xj_study_changed changed = { 0 };
	json_t *form = typed(q);
	struct xj_archive *a;
	struct given g;
	int r = xj_change_open(q, &a, &p->error);

	if (r == XJ_OK) {
		make_given(q, form, NULL, &g);
		r = xj_lecture_new(a, &g.of, NULL, &changed, &p->error);
		xj_archive_close(a);
	}
	if (r == XJ_OK) {
		json_decref(form);
		return xj_reply_done(q, p, xj_arena_printf(q->arena,
			"/lectures/%llu", (ull)changed.id), "added");
	}
	show_new(q, p, form);
	return xj_form_refused(p, r);
}

/* The lecture as it stands, as a form; XJ_EPERM: not the reader's to change. */
static int
load(struct xj_request *q, uint64_t *id, json_t *units, json_t *members,
     json_t **lecture, json_t **form, struct xj_error *err)
{
	int r = xj_study_asked(q, KIND, id, err);

	if (r == XJ_OK)
		r = xj_model_lecture(q, *id, units, lecture, err);
	if (r == XJ_OK && !json_is_true(json_object_get(*lecture, "mine")))
		r = xj_error_set(err, XJ_EPERM, "this lecture is not yours to "
				 "change");
	if (r == XJ_OK)
		*form = form_of(*lecture, units, members);
	return r;
}

int
xj_page_lecture_edit(struct xj_request *q, struct xj_reply *p)
{
	json_t *units = xj_model_units(q), *members = xj_model_members(q);
	json_t *lecture = NULL, *form = NULL;
	uint64_t id;
	int r = load(q, &id, units, members, &lecture, &form, &p->error);

	if (r == XJ_OK)
		show_form(q, p, id, form, units, members);
	json_decref(lecture);
	json_decref(units);
	json_decref(members);
	return r;
}

/* Somebody saved meanwhile: both are shown, and saving again takes this one. */
static void
show_theirs(struct xj_request *q, struct xj_reply *p, json_t *lecture)
{
	json_t *version = json_object_get(lecture, "version");

	if (xj_form_options(q).if_version == json_integer_value(version))
		return; /* only busy */
	json_object_set(json_object_get(p->model, "form"), "version", version);
	json_object_set(p->model, "theirs", lecture);
}

int
xj_do_lecture_edit(struct xj_request *q, struct xj_reply *p)
{
	json_t *units = xj_model_units(q), *members = xj_model_members(q);
	const struct xj_change_options options = xj_form_options(q);
	json_t *lecture = NULL, *before = NULL, *form;
	struct xj_archive *a = NULL;
	struct given g;
	uint64_t id;
	int r = load(q, &id, units, members, &lecture, &before, &p->error);
	bool found = r == XJ_OK;

	form = typed(q);
	if (r == XJ_OK)
		r = xj_change_open(q, &a, &p->error);
	if (r == XJ_OK) {
		make_given(q, form, before, &g);
		r = xj_lecture_edit(a, id, &g.of, &options, NULL, &p->error);
		xj_archive_close(a);
	}
	if (r == XJ_OK) {
		json_decref(form);
		r = xj_reply_done(q, p, xj_arena_printf(q->arena,
			"/lectures/%llu", (ull)id), "saved");
	} else if (found) {
		show_form(q, p, id, form, units, members);
		if (r == XJ_EBUSY)
			show_theirs(q, p, lecture);
		r = xj_form_refused(p, r);
	} else {
		json_decref(form);
	}
	json_decref(before);
	json_decref(lecture);
	json_decref(units);
	json_decref(members);
	return r;
}
