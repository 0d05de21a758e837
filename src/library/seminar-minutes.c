/* seminar-minutes.c - what comes of a seminar: papers called for, minutes,
 * decisions. */
#include <stdio.h>
#include <string.h>

#include "library/seminar.h"

#define MINUTES_MAX (1u << 20) /* bytes */
#define DECISION_MAX 4000u
#define DECISIONS_MAX 200u

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

bool
xj_seminar_is_held(const json_t *root)
{
	const char *state = xj_entity_text(root, "state");

	return state && (strcmp(state, "held") == 0 ||
			 strcmp(state, "minuted") == 0);
}

static int
check_held(const struct xj_study_change *s)
{
	if (xj_seminar_is_held(s->e.root))
		return XJ_OK;
	return xj_error_set(s->err, XJ_EINVAL, "seminar %llu was not held yet; "
			    "when it was, `xueji seminar hold %llu` says so",
			    (unsigned long long)s->e.id,
			    (unsigned long long)s->e.id);
}

static int
set_now(json_t *object, const char *name, struct xj_error *err)
{
	char now[XJ_TIME_MAX];

	xj_time_format(xj_now(), now);
	return xj_entity_set(object, name, now, err);
}

/* -------------------------------------------------------------------- papers */

static int
set_call(struct xj_study_change *s, const char *until, unsigned limit)
{
	char day[XJ_DAY_MAX], today[XJ_DAY_MAX];
	json_t *call = json_object();
	int r = xj_people_day(until, NULL, day, s->err);

	xj_today(today);
	if (r == XJ_OK && strcmp(day, today) < 0)
		r = xj_error_set(s->err, XJ_EINVAL, "%s is past: nobody could "
				 "hand a paper in", day);
	if (r == XJ_OK)
		r = xj_entity_set(call, "until", day, s->err);
	if (r == XJ_OK && limit &&
	    json_object_set_new(call, "limit", json_integer(limit)) < 0)
		r = no_memory(s->err);
	if (r == XJ_OK && json_object_set(s->e.root, "call", call) < 0)
		r = no_memory(s->err);
	json_decref(call);
	return r;
}

int
xj_seminar_call(struct xj_archive *a, uint64_t id, const char *until,
		unsigned limit, const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_seminar_load(&s, a, id, options, changed, err);

	if (r == XJ_OK && *until)
		r = set_call(&s, until, limit);
	else if (r == XJ_OK)
		json_object_del(s.e.root, "call");
	return r < 0 ? r : xj_study_save(&s, "call", until);
}

/* ------------------------------------------------------------------- minutes */

static int
set_minutes(struct xj_study_change *s, const char *text, size_t len)
{
	json_t *minutes = json_object_get(s->e.root, "minutes");
	const char *user = s->archive->user;
	char today[XJ_DAY_MAX];
	int r = XJ_OK;

	xj_today(today);
	if (!minutes) {
		minutes = json_object();
		if (json_object_set_new(s->e.root, "minutes", minutes) < 0)
			return no_memory(s->err);
		r = xj_entity_set(minutes, "first", today, s->err);
	}
	if (r == XJ_OK)
		r = xj_seminar_set_text(minutes, "text", text, len,
					MINUTES_MAX, s->err);
	if (r == XJ_OK && !xj_entity_text(minutes, "text"))
		return xj_error_set(s->err, XJ_EINVAL, "there is nothing in "
				    "these minutes");
	if (r < 0 || json_equal(minutes, json_object_get(s->e.before,
							 "minutes")))
		return r; /* as they are */
	json_object_del(minutes, "confirmed");
	json_object_del(minutes, "confirmed_by");
	r = xj_entity_set(minutes, "by", user, s->err);
	if (r == XJ_OK)
		r = set_now(minutes, "at", s->err);
	return r < 0 ? r : xj_entity_set(s->e.root, "state", "held", s->err);
}

int
xj_seminar_minutes(struct xj_archive *a, uint64_t id, const char *text,
		   size_t len, const struct xj_change_options *options,
		   struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_seminar_load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = check_held(&s);
	if (r == XJ_OK)
		r = set_minutes(&s, text, len);
	return r < 0 ? r : xj_study_save(&s, "minutes", "");
}

/* The chair; where there is none, whoever may change it; and always the archive's
 * owner. */
bool
xj_seminar_confirms(struct xj_archive *a, const json_t *root)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	const char *chair = xj_entity_text(root, "chair");

	return chair ? !reader || strcmp(reader->urn, chair) == 0
		     : xj_seminar_may(a, root);
}

static int
check_chair(struct xj_study_change *s)
{
	const char *chair = xj_entity_text(s->e.root, "chair");
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *login, *name;
	int r;

	if (!chair)
		return xj_study_may(s);
	if (xj_seminar_confirms(s->archive, s->e.root))
		return XJ_OK;
	if (xj_arena_new(&arena) < 0)
		return no_memory(s->err);
	r = xj_member_names(s->archive, chair, arena, &login, &name, s->err);
	return r < 0 ? r : xj_error_set(s->err, XJ_EPERM, "only %s, who chairs "
					"the seminar, confirms its minutes",
					name);
}

static int
confirm(struct xj_study_change *s)
{
	json_t *minutes = json_object_get(s->e.root, "minutes");
	int r;

	if (!minutes)
		return xj_error_set(s->err, XJ_EINVAL, "there are no minutes "
				    "yet");
	if (xj_entity_text(minutes, "confirmed"))
		return XJ_OK;
	r = xj_entity_set(minutes, "confirmed_by", s->archive->user, s->err);
	if (r == XJ_OK)
		r = set_now(minutes, "confirmed", s->err);
	return r < 0 ? r : xj_entity_set(s->e.root, "state", "minuted", s->err);
}

int
xj_seminar_confirm(struct xj_archive *a, uint64_t id,
		   const struct xj_change_options *options,
		   struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_study_load(&s, a, &xj_seminar_kind, id, options, changed,
			      err);

	if (r == XJ_OK)
		r = check_chair(&s);
	if (r == XJ_OK)
		r = confirm(&s);
	return r < 0 ? r : xj_study_save(&s, "confirm", "");
}

/* ----------------------------------------------------------------- decisions */

/* Numbers are not given again, so that one can be spoken of. */
static unsigned
next_number(const json_t *list)
{
	json_int_t last = 0;
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_integer_value(json_object_get(one, "number")) > last)
			last = json_integer_value(json_object_get(one,
								  "number"));
	return (unsigned)last + 1;
}

static int
set_unit(struct xj_study_change *s, json_t *one, const char *ref)
{
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	const struct xj_unit_row *unit;
	char today[XJ_DAY_MAX];
	int r;

	xj_today(today);
	r = xj_unit_tree_load(s->archive, today, &tree, s->err);
	if (r == XJ_OK)
		r = xj_unit_tree_find(&tree, ref, &unit, s->err);
	if (r == XJ_OK && !unit->placed)
		return xj_error_set(s->err, XJ_EINVAL, "unit %s is closed",
				    unit->code);
	return r < 0 ? r : xj_entity_set(one, "unit", unit->code, s->err);
}

static int
set_due(struct xj_study_change *s, json_t *one, const char *given)
{
	const char *begins = xj_entity_text(s->e.root, "day");
	char day[XJ_DAY_MAX];
	int r = xj_people_day(given, NULL, day, s->err);

	if (r == XJ_OK && begins && strcmp(day, begins) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "it cannot be due on "
				    "%s, before the seminar on %s", day,
				    begins);
	return r < 0 ? r : xj_entity_set(one, "due", day, s->err);
}

static int
fill_decision(struct xj_study_change *s, json_t *one,
	      const struct xj_decision_given *g)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *urn;
	int r = one && xj_arena_new(&arena) == XJ_OK ? XJ_OK
						     : no_memory(s->err);

	if (r == XJ_OK)
		r = xj_seminar_set_text(one, "text", g->text, strlen(g->text),
					DECISION_MAX, s->err);
	if (r == XJ_OK && !xj_entity_text(one, "text"))
		return xj_error_set(s->err, XJ_EINVAL, "say what was decided");
	if (r == XJ_OK && !g->member && !g->unit)
		return xj_error_set(s->err, XJ_EINVAL, "say to whom it falls: "
				    "a member, or a unit");
	if (r == XJ_OK && g->member)
		r = xj_seminar_member(s->archive, g->member, arena, &urn,
				      s->err);
	if (r == XJ_OK && g->member)
		r = xj_entity_set(one, "member", urn, s->err);
	if (r == XJ_OK && g->unit)
		r = set_unit(s, one, g->unit);
	return r < 0 || !g->due ? r : set_due(s, one, g->due);
}

int
xj_decision_add(struct xj_archive *a, uint64_t id,
		const struct xj_decision_given *given,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	json_t *one = json_object(), *list = NULL;
	int r = xj_seminar_load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = check_held(&s);
	if (r == XJ_OK)
		r = fill_decision(&s, one, given);
	if (r == XJ_OK)
		list = xj_seminar_list(s.e.root, "decisions");
	if (r == XJ_OK && json_array_size(list) >= DECISIONS_MAX)
		r = xj_error_set(err, XJ_ELIMIT, "a seminar has %u decisions "
				 "at most", DECISIONS_MAX);
	if (r == XJ_OK &&
	    (!list || json_object_set_new(one, "number",
				json_integer(next_number(list))) < 0 ||
	     json_array_append(list, one) < 0))
		r = no_memory(err);
	json_decref(one);
	return r < 0 ? r : xj_study_save(&s, "decide", given->text);
}

static json_t *
find_decision(const json_t *root, unsigned number)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(root, "decisions"), i, one)
		if (json_integer_value(json_object_get(one, "number")) ==
		    (json_int_t)number)
			return one;
	return NULL;
}

/* Also to whom it fell. */
bool
xj_seminar_settles(struct xj_archive *a, const json_t *root, const json_t *one)
{
	const char *unit = xj_entity_text(one, "unit");
	uint64_t id = 0;

	if (unit)
		xj_catalog_unit_id(a->catalog, unit, &id, NULL);
	return xj_may(a, XJ_DO_STUDY, id, xj_entity_text(one, "member"),
		      NULL) == XJ_OK || xj_seminar_may(a, root);
}

static int
may_settle(struct xj_study_change *s, const json_t *one)
{
	return xj_seminar_settles(s->archive, s->e.root, one) ? XJ_OK
							      : xj_study_may(s);
}

static int
settle(struct xj_study_change *s, json_t *one, bool open)
{
	const char *begins = xj_entity_text(s->e.root, "day");
	char day[XJ_DAY_MAX], today[XJ_DAY_MAX];
	int r;

	xj_today(today);
	r = xj_people_day(s->options->on, today, day, s->err);
	if (r == XJ_OK && strcmp(day, today) > 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s is still to come",
				    day);
	if (r == XJ_OK && begins && strcmp(day, begins) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s is before the "
				    "seminar on %s", day, begins);
	if (r == XJ_OK)
		r = xj_entity_set(one, "done", open ? NULL : day, s->err);
	return r < 0 ? r : xj_entity_set(one, "done_by", open ? NULL :
					 s->archive->user, s->err);
}

int
xj_decision_done(struct xj_archive *a, uint64_t id, unsigned number, bool open,
		 const struct xj_change_options *options,
		 struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_study_load(&s, a, &xj_seminar_kind, id, options, changed,
			      err);
	json_t *one = r < 0 ? NULL : find_decision(s.e.root, number);
	char detail[32];

	if (r == XJ_OK && !one)
		return xj_error_set(err, XJ_ENOTFOUND, "seminar %llu has no "
				    "decision %u", (unsigned long long)id,
				    number);
	if (r == XJ_OK)
		r = may_settle(&s, one);
	if (r == XJ_OK && (open || !xj_entity_text(one, "done")))
		r = settle(&s, one, open);
	snprintf(detail, sizeof(detail), "%u", number);
	return r < 0 ? r : xj_study_save(&s, open ? "reopen" : "carry out", detail);
}
