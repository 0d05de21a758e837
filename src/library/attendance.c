/* attendance.c - who was at a lecture or a seminar. */
#include <stdlib.h>
#include <string.h>

#include "library/csv.h"
#include "library/lecture.h"
#include "library/seminar.h"

#define FREE_DAYS 7 /* after these a change needs a reason */
#define BYTES_MAX (16u << 20)

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

struct attending {
	struct xj_study_change *change;
	struct xj_arena *arena;
	const struct xj_lecture_attend *given;
	const char *day;          /* on which it was */
	char now[XJ_TIME_MAX];
	json_t *list;
	size_t column;            /* of the file */
	struct xj_lecture_attended *result;
	struct xj_error why;      /* of a row */
	struct xj_error *err;
};

static void
attending_end(struct attending *t)
{
	xj_arena_free(t->arena);
}

/* ------------------------------------------------------------- whether he was
 * active that day */

struct activity {
	const char *day;
	bool left, active;
};

static int
note_left(void *ctx, const struct xj_member_row *row)
{
	struct activity *y = ctx;

	y->left = row->left && strcmp(row->left, y->day) < 0;
	return XJ_END;
}

static int
note_span(void *ctx, const struct xj_span_row *row)
{
	struct activity *y = ctx;

	y->active |= strcmp(row->from, y->day) <= 0 &&
		     (!row->until || strcmp(row->until, y->day) >= 0);
	return XJ_OK;
}

static int
check_active(struct attending *t, uint64_t member, const char *ref)
{
	struct xj_catalog *catalog = t->change->archive->catalog;
	struct activity y = { .day = t->day };
	int r = xj_catalog_members(catalog, member, note_left, &y, &t->why);

	if (r >= 0)
		r = xj_catalog_memberships(catalog, member, note_span, &y,
					   &t->why);
	if (r < 0 || (y.active && !y.left))
		return r;
	return xj_error_set(&t->why, XJ_EINVAL, "%s was not active on %s: he "
			    "belonged to no unit", ref, t->day);
}

/* ------------------------------------------------------------------ one row */

static int
put(struct attending *t, const char *urn, const char **outcome)
{
	json_t *one;
	int r;

	if (xj_lecture_place(t->list, "member", urn) != SIZE_MAX) {
		*outcome = "unchanged"; /* the first one holds */
		return XJ_OK;
	}
	one = json_object();
	r = xj_entity_set(one, "member", urn, t->err);
	if (r == XJ_OK)
		r = xj_entity_set(one, "at", t->now, t->err);
	if (r == XJ_OK)
		r = xj_entity_set(one, "by", t->change->archive->user, t->err);
	if (json_array_append_new(t->list, one) < 0)
		return no_memory(t->err);
	*outcome = "added";
	return r;
}

static int
drop(struct attending *t, const char *urn, const char *ref)
{
	size_t place = xj_lecture_place(t->list, "member", urn);

	if (place == SIZE_MAX)
		return xj_error_set(&t->why, XJ_ENOTFOUND, "%s is not in the "
				    "list", ref);
	json_array_remove(t->list, place);
	return XJ_OK;
}

static int
take(struct attending *t, const char *ref, bool away, const char **outcome)
{
	const char *urn;
	uint64_t member;
	int r = xj_member_find(t->change->archive, ref, &member, &t->why);

	if (r == XJ_OK)
		r = xj_member_urn(t->change->archive, member, t->arena, &urn,
				  &t->why);
	if (r == XJ_OK && away) {
		*outcome = "removed";
		return drop(t, urn, ref);
	}
	if (r == XJ_OK)
		r = check_active(t, member, ref);
	return r < 0 ? r : put(t, urn, outcome);
}

/* A row that cannot be taken is told, and the others go on. */
static int
take_row(struct attending *t, uint64_t row, const char *ref, bool away)
{
	struct xj_import_row told = { .row = row, .name = ref };
	int r = take(t, ref, away, &told.outcome);

	if (r < 0 && r != XJ_EINVAL && r != XJ_ENOTFOUND)
		return xj_error_set(t->err, r, "%s", t->why.message);
	if (r < 0) {
		told.outcome = "refused";
		told.reason = t->why.message;
		t->result->refused++;
	} else if (strcmp(told.outcome, "unchanged") == 0) {
		t->result->unchanged++;
	} else {
		t->result->changed++;
	}
	return t->given->row ? t->given->row(t->given->ctx, &told) : XJ_OK;
}

/* ---------------------------------------------------------------- the file */

static bool
is_heading(const char *cell)
{
	static const char *const words[] = {
		"登录名", "用户名", "账号", "工号", "姓名", "名字", "login",
		"username", "name", "number", "staff number",
	};

	for (size_t i = 0; i < XJ_COUNT(words); i++)
		if (strcasecmp(words[i], cell) == 0)
			return true;
	return false;
}

/* The first column that a heading says names somebody; without headings the
 * first of all. */
static int
csv_row(void *ctx, uint64_t row, char *const *cells, size_t count)
{
	struct attending *t = ctx;

	for (size_t i = 0; t->column == SIZE_MAX && i < count; i++)
		if (is_heading(cells[i])) {
			t->column = i;
			return XJ_OK;
		}
	if (t->column == SIZE_MAX)
		t->column = 0;
	if (t->column >= count || !*cells[t->column])
		return XJ_OK;
	return take_row(t, row, cells[t->column], false);
}

static int
take_file(struct attending *t)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char encoding[64];
	int r = XJ_OK;

	if (t->given->len > BYTES_MAX)
		return xj_error_set(t->err, XJ_ELIMIT, "the file is too "
				    "large");
	r = xj_text_decode(t->given->bytes, t->given->len, NULL, &text,
			   encoding, t->err);
	t->column = SIZE_MAX;
	return r < 0 ? r : xj_csv_read(xj_buf_str(&text), text.len,
		xj_csv_separator(xj_buf_str(&text), text.len), csv_row, t,
		t->err);
}

/* -------------------------------------------------------------------- both */

static int
check_time(struct attending *t)
{
	const char *reason = t->given->reason;
	char today[XJ_DAY_MAX], last[XJ_DAY_MAX];

	xj_today(today);
	xj_day_add(t->day, FREE_DAYS, last);
	if (strcmp(today, t->day) < 0)
		return xj_error_set(t->err, XJ_EINVAL, "it is on %s: nobody has "
				    "been there yet", t->day);
	if (strcmp(today, last) > 0 && (!reason || !*reason))
		return xj_error_set(t->err, XJ_EINVAL, "the list was open "
				    "until %s; to change it now, say why with "
				    "--reason", last);
	return XJ_OK;
}

int
xj_attend(struct xj_study_change *s, const struct xj_lecture_attend *given,
	  struct xj_lecture_attended *result)
{
	xj_auto(attending_end) struct attending t = { .change = s,
		.given = given, .result = result, .err = s->err };
	const char *day = xj_entity_text(s->e.root, "day");
	uint64_t row = 0;
	int r;

	if (!day)
		return xj_error_set(s->err, XJ_EINVAL, "say its day first");
	if (xj_arena_new(&t.arena) < 0)
		return no_memory(s->err);
	t.day = xj_arena_strdup(t.arena, day);
	t.list = xj_lecture_list(s->e.root, "attendance");
	xj_time_format(xj_now(), t.now);
	if (!t.day || !t.list)
		return no_memory(s->err);
	r = check_time(&t);
	for (const char *const *p = given->members; r == XJ_OK && p && *p; p++)
		r = take_row(&t, ++row, *p, false);
	for (const char *const *p = given->away; r == XJ_OK && p && *p; p++)
		r = take_row(&t, ++row, *p, true);
	if (r == XJ_OK && given->bytes)
		r = take_file(&t);
	if (r < 0 || !result->changed)
		return r;
	return xj_study_save(s, "attend", given->reason ? given->reason : "");
}

int
xj_lecture_attend(struct xj_archive *a, uint64_t id,
		  const struct xj_lecture_attend *given,
		  const struct xj_change_options *options,
		  struct xj_study_changed *changed,
		  struct xj_lecture_attended *result, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_lecture_load(&s, a, id, false, options, changed, err);

	*result = (struct xj_lecture_attended){ 0 };
	return r < 0 ? r : xj_attend(&s, given, result);
}

int
xj_seminar_attend(struct xj_archive *a, uint64_t id,
		  const struct xj_lecture_attend *given,
		  const struct xj_change_options *options,
		  struct xj_study_changed *changed,
		  struct xj_lecture_attended *result, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_seminar_load(&s, a, id, options, changed, err);

	*result = (struct xj_lecture_attended){ 0 };
	return r < 0 ? r : xj_attend(&s, given, result);
}
