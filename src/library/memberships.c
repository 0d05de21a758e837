/*
 * memberships.c - what a member belongs to, put in order.
 *
 * A change adds spans and ends others, and need not see to what they mean
 * together. Here the days are cut at every begin and end: in each piece a unit is
 * there once, one unit of the axis is the primary one, and what goes on
 * unchanged is one span again.
 */
#include <stdlib.h>
#include <string.h>

#include "library/people.h"

#define PIECES_MAX 400 /* begins and ends of one member on one axis */

/* The spans of one axis while they are put in order. */
struct order {
	const char *axis;
	json_t *in, *out;
	char days[PIECES_MAX][XJ_DAY_MAX]; /* on which anything begins or ends */
	size_t count;
	const char *primary;  /* unit of the piece before; or NULL */
	struct xj_error *err;
};

static const char *
text(const json_t *span, const char *name)
{
	const char *value = xj_entity_text(span, name);

	return value ? value : "";
}

static bool
is_on_axis(const json_t *span, const char *axis)
{
	return strcmp(text(span, "axis"), axis) == 0;
}

/* ------------------------------------------------------------------ pieces */

static int
note_day(struct order *o, const char *day)
{
	size_t i;

	for (i = 0; i < o->count && strcmp(o->days[i], day) < 0; i++)
		;
	if (i < o->count && strcmp(o->days[i], day) == 0)
		return XJ_OK;
	if (o->count == PIECES_MAX)
		return xj_error_set(o->err, XJ_ELIMIT, "a member cannot have "
				    "so many moves");
	memmove(o->days[i + 1], o->days[i],
		(o->count++ - i) * sizeof(o->days[0]));
	memcpy(o->days[i], day, strlen(day) + 1);
	return XJ_OK;
}

static int
note_days(struct order *o)
{
	int r = XJ_OK;

	for (size_t i = 0; i < json_array_size(o->in) && r == XJ_OK; i++) {
		const json_t *span = json_array_get(o->in, i);
		const char *until = xj_entity_text(span, "until");
		char next[XJ_DAY_MAX];

		if (!is_on_axis(span, o->axis))
			continue;
		r = note_day(o, text(span, "from"));
		if (r < 0 || !until)
			continue;
		xj_day_add(until, 1, next);
		r = note_day(o, next);
	}
	return r;
}

/* ---------------------------------------------------------------- one piece */

/* Whether the span is the first with its unit in the piece; `*primary`: one of
 * those with it is. */
static bool
is_first(const struct order *o, size_t at, const char *day, bool *primary)
{
	const json_t *span = json_array_get(o->in, at);
	const char *unit = text(span, "unit");

	*primary = false;
	if (!is_on_axis(span, o->axis) || !xj_span_has(span, day))
		return false;
	for (size_t i = 0; i < json_array_size(o->in); i++) {
		const json_t *other = json_array_get(o->in, i);

		if (!is_on_axis(other, o->axis) || !xj_span_has(other, day) ||
		    strcmp(text(other, "unit"), unit) != 0)
			continue;
		if (i < at)
			return false;
		*primary |= json_is_true(json_object_get(other, "primary"));
	}
	return true;
}

/* The primary unit of the piece: the one that is said to be; else that of the
 * piece before; else the one that he has belonged to longest. */
static int
choose(struct order *o, const char *day)
{
	const char *said = NULL, *kept = NULL, *first = NULL;
	bool primary;

	for (size_t i = 0; i < json_array_size(o->in); i++) {
		const char *unit = text(json_array_get(o->in, i), "unit");

		if (!is_first(o, i, day, &primary))
			continue;
		if (primary && said)
			return xj_error_set(o->err, XJ_EINVAL, "on %s both %s "
				"and %s would be the primary unit; choose a "
				"later day, or --replace", day, said, unit);
		if (primary)
			said = unit;
		if (o->primary && strcmp(unit, o->primary) == 0)
			kept = unit;
		if (!first)
			first = unit;
	}
	o->primary = said ? said : kept ? kept : first;
	return XJ_OK;
}

/* The span that ended the day before, is of the same unit and as primary. */
static json_t *
before(const struct order *o, const char *unit, bool primary, const char *day)
{
	char last[XJ_DAY_MAX] = "";

	if (*day)
		xj_day_add(day, -1, last);
	for (size_t i = 0; i < json_array_size(o->out) && *last; i++) {
		json_t *span = json_array_get(o->out, i);

		if (is_on_axis(span, o->axis) &&
		    strcmp(text(span, "unit"), unit) == 0 &&
		    strcmp(text(span, "until"), last) == 0 &&
		    json_is_true(json_object_get(span, "primary")) == primary)
			return span;
	}
	return NULL;
}

static int
put(struct order *o, const char *unit, const char *day, const char *until)
{
	bool primary = strcmp(unit, o->primary) == 0;
	json_t *span = before(o, unit, primary, day);
	int r;

	if (span)
		return xj_entity_set(span, "until", until, o->err);
	span = json_object();
	r = json_object_set_new(span, "unit", json_string(unit)) |
	    json_object_set_new(span, "axis", json_string(o->axis)) |
	    json_object_set_new(span, "primary", json_boolean(primary));
	if (r == 0)
		r = xj_span_set(span, day, until, o->err);
	if (r < 0 || json_array_append_new(o->out, span) < 0)
		return xj_error_set(o->err, XJ_ENOMEM, "out of memory");
	return XJ_OK;
}

static int
put_piece(struct order *o, size_t piece)
{
	const char *day = o->days[piece];
	char until[XJ_DAY_MAX] = "";
	bool primary;
	int r = choose(o, day);

	if (piece + 1 < o->count)
		xj_day_add(o->days[piece + 1], -1, until);
	for (size_t i = 0; i < json_array_size(o->in) && r == XJ_OK; i++)
		if (is_first(o, i, day, &primary))
			r = put(o, text(json_array_get(o->in, i), "unit"), day,
				until);
	return r;
}

static int
put_axis(struct order *o, const char *axis)
{
	int r;

	o->axis = axis;
	o->count = 0;
	o->primary = NULL;
	r = note_days(o);
	for (size_t i = 0; i < o->count && r == XJ_OK; i++)
		r = put_piece(o, i);
	return r;
}

int
xj_memberships_order(struct xj_entity *e, struct xj_error *err)
{
	struct order *o = calloc(1, sizeof(*o));
	int r = XJ_ENOMEM;

	if (o && (o->out = json_array())) {
		o->in = json_object_get(e->root, "memberships");
		o->err = err;
		xj_spans_sort(o->in);
		r = put_axis(o, "work");
	}
	if (r == XJ_OK)
		r = put_axis(o, "party");
	if (r == XJ_OK) {
		xj_spans_sort(o->out);
		r = json_object_set(e->root, "memberships", o->out) < 0 ?
		    XJ_ENOMEM : XJ_OK;
	}
	if (r == XJ_ENOMEM)
		xj_error_set(err, r, "out of memory");
	if (o)
		json_decref(o->out);
	free(o);
	return r;
}
