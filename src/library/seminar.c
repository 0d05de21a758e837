/* seminar.c - seminars: made, changed, brought from one state to the next. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "library/seminar.h"
#include "library/topic.h"

#define QUESTION_MAX 4000u /* bytes */
#define AGENDA_MAX 200u
#define INVITED_MAX 2000u

static const char *const levels[] = {
	"group\0小组 党小组", "department\0科室", "branch\0支部 党支部",
	"institution\0单位 医院", "bureau\0局 全局", NULL
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------------ in the catalog */

static int
check(const json_t *root, struct xj_error *err)
{
	static const char *const lists[] = { "invited", "agenda", "decisions",
					     "attendance" };
	bool fine = xj_entity_text(root, "title") != NULL;

	for (size_t i = 0; i < XJ_COUNT(lists); i++) {
		const json_t *list = json_object_get(root, lists[i]);

		fine &= !list || xj_entity_is_list(list);
	}
	return fine ? XJ_OK : xj_error_set(err, XJ_ECORRUPT,
					   "seminar.json: is damaged");
}

static void
see_member(struct xj_study_links *l, const json_t *object, const char *name)
{
	const char *urn = xj_entity_text(object, name);

	if (urn)
		xj_study_seen_by(l, XJ_ATOM_MEMBER, urn);
}

static void
see_invited(struct xj_study_links *l, const json_t *one)
{
	const char *to = xj_entity_text(one, "to");
	const char *who = xj_entity_text(one, "who");

	if (!to || !who)
		return;
	xj_study_seen_by(l, strcmp(to, "unit") == 0 ? XJ_ATOM_UNIT :
			    strcmp(to, "below") == 0 ? XJ_ATOM_BELOW :
						       XJ_ATOM_MEMBER, who);
}

static void
name_document(struct xj_study_links *l, const json_t *object,
	      const char *role)
{
	const char *urn = xj_entity_text(object, "document");

	if (urn)
		xj_study_names(l, urn, role);
}

static void
name_packet(struct xj_study_links *l, const json_t *root)
{
	const json_t *items = json_object_get(json_object_get(root, "packet"),
					      "items");
	const json_t *item, *hit;
	size_t i, j;

	json_array_foreach(items, i, item) {
		name_document(l, item, "item");
		json_array_foreach(json_object_get(item, "hits"), j, hit)
			name_document(l, hit, "item");
	}
}

static int
put_links(struct xj_archive *a, const struct xj_entity_row *row,
	  const json_t *root, struct xj_error *err)
{
	xj_auto(xj_study_links_end) struct xj_study_links l = { 0 };
	const char *unit = xj_entity_text(root, "unit");
	const json_t *one;
	size_t i;

	if (unit)
		xj_study_seen_by(&l, XJ_ATOM_STAFF, unit);
	see_member(&l, root, "chair");
	json_array_foreach(json_object_get(root, "invited"), i, one)
		see_invited(&l, one);
	json_array_foreach(json_object_get(root, "agenda"), i, one) {
		see_member(&l, one, "speaker");
		name_document(&l, one, "agenda");
	}
	json_array_foreach(json_object_get(root, "decisions"), i, one) {
		const char *falls_to = xj_entity_text(one, "unit");

		see_member(&l, one, "member");
		if (falls_to)
			xj_study_seen_by(&l, XJ_ATOM_STAFF, falls_to);
	}
	name_packet(&l, root);
	return xj_study_put_links(a, row, root, &l, err);
}

const struct xj_entity_kind xj_seminar_kind = {
	.name = "seminar", .none = N_("there is no seminar %llu"),
	.check = check, .put_row = xj_study_put_row,
	.put_links = put_links,
};

/* ---------------------------------------------------------------- one of them */

int
xj_seminar_load(struct xj_study_change *s, struct xj_archive *a, uint64_t id,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	int r = xj_study_load(s, a, &xj_seminar_kind, id, options, changed,
			      err);
	const char *state;

	if (r == XJ_OK)
		r = xj_study_may(s);
	if (r < 0)
		return r;
	state = xj_entity_text(s->e.root, "state");
	if (state && strcmp(state, "closed") == 0)
		return xj_error_set(err, XJ_EINVAL, "seminar %llu is concluded; "
				    "`xueji seminar hold %llu` takes that back",
				    (unsigned long long)id,
				    (unsigned long long)id);
	return XJ_OK;
}

bool
xj_seminar_may(struct xj_archive *a, const json_t *root)
{
	const char *code = xj_entity_text(root, "unit");
	uint64_t unit = 0;

	if (code)
		xj_catalog_unit_id(a->catalog, code, &unit, NULL);
	return xj_may(a, XJ_DO_STUDY, unit, xj_entity_text(root, "owner"),
		      NULL) == XJ_OK;
}

json_t *
xj_seminar_list(json_t *root, const char *name)
{
	json_t *list = json_object_get(root, name);

	if (list)
		return list;
	list = json_array();
	return json_object_set_new(root, name, list) < 0 ? NULL : list;
}

int
xj_seminar_move(json_t *items, unsigned from, unsigned to, const char *what,
		struct xj_error *err)
{
	size_t count = json_array_size(items);
	json_t *item;
	int r = 0;

	if (from < 1 || from > count || to > count)
		return xj_error_set(err, XJ_ENOTFOUND, "%u: there are %zu %s",
				    from < 1 || from > count ? from : to, count,
				    what);
	item = json_incref(json_array_get(items, from - 1));
	json_array_remove(items, from - 1);
	if (to)
		r = json_array_insert(items, to - 1, item);
	json_decref(item);
	return r < 0 ? no_memory(err) : XJ_OK;
}

/* Lines end with '\n', and nothing in it steers a terminal. */
int
xj_seminar_set_text(json_t *object, const char *name, const char *text,
		    size_t len, size_t most, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf tidy = XJ_BUF_INIT;
	int r;

	if (len > most)
		return xj_error_set(err, XJ_EINVAL, "the text has %zu bytes, "
				    "and may have %zu", len, most);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t')
			xj_buf_addc(&tidy, (char)c);
	}
	while (tidy.len && strchr(" \n\t", tidy.data[tidy.len - 1]))
		tidy.data[--tidy.len] = '\0';
	r = xj_buf_check(&tidy, err);
	if (r == XJ_OK && tidy.len && !xj_utf8_valid(tidy.data, tidy.len))
		return xj_error_set(err, XJ_EINVAL, "the text is not UTF-8");
	return r < 0 ? r : xj_entity_set(object, name, xj_buf_str(&tidy), err);
}

int
xj_seminar_member(struct xj_archive *a, const char *ref,
		  struct xj_arena *arena, const char **urn,
		  struct xj_error *err)
{
	uint64_t id;
	int r = xj_member_find(a, ref, &id, err);

	return r < 0 ? r : xj_member_urn(a, id, arena, urn, err);
}

const char *
xj_seminar_end(const json_t *root)
{
	const char *until = xj_entity_text(root, "until");
	const char *day = until ? until : xj_entity_text(root, "day");

	return day ? day : "";
}

/* Of the proleptic Gregorian calendar, counted from a fixed day. */
static long
day_number(const char *day)
{
	int y, m, d;

	if (sscanf(day, "%d-%d-%d", &y, &m, &d) != 3)
		return 0;
	y -= m <= 2;
	m += m <= 2 ? 9 : -3;
	return 365L * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d;
}

long
xj_days_between(const char *from, const char *to)
{
	return day_number(to) - day_number(from);
}

/* ------------------------------------------------------------------- values */

static int
set_day(struct xj_study_change *s, const char *name, const char *given)
{
	char day[XJ_DAY_MAX] = "";
	int r = given && *given ? xj_people_day(given, NULL, day, s->err)
				: XJ_OK;

	return r < 0 || !given ? r : xj_entity_set(s->e.root, name, day,
						   s->err);
}

static int
check_days(struct xj_study_change *s)
{
	const char *day = xj_entity_text(s->e.root, "day");
	const char *until = xj_entity_text(s->e.root, "until");

	if (until && !day)
		return xj_error_set(s->err, XJ_EINVAL, "it ends on %s: say "
				    "when it begins", until);
	if (until && strcmp(until, day) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "it cannot end on %s, "
				    "before it begins on %s", until, day);
	if (until && strcmp(until, day) == 0)
		json_object_del(s->e.root, "until");
	return XJ_OK;
}

static int
set_level(struct xj_study_change *s, const char *given)
{
	const char *word = *given ? xj_people_word(levels, given) : "";

	if (!word)
		return xj_error_set(s->err, XJ_EINVAL, "%s: is no level: group, "
				    "department, branch, institution, bureau",
				    given);
	return xj_entity_set(s->e.root, "level", word, s->err);
}

static int
set_chair(struct xj_study_change *s, struct xj_arena *arena, const char *given)
{
	const char *urn = "";
	int r = *given ? xj_seminar_member(s->archive, given, arena, &urn,
					   s->err) : XJ_OK;

	return r < 0 ? r : xj_entity_set(s->e.root, "chair", urn, s->err);
}

static int
set_time(struct xj_study_change *s, const char *given)
{
	unsigned hour, minute;
	char time[8], rest;

	if (!*given)
		return xj_entity_set(s->e.root, "time", NULL, s->err);
	if (sscanf(given, "%2u:%2u%c", &hour, &minute, &rest) != 2 ||
	    hour > 23 || minute > 59)
		return xj_error_set(s->err, XJ_EINVAL, "%s: not a time, as "
				    "09:00 is one", given);
	snprintf(time, sizeof(time), "%02u:%02u", hour, minute);
	return xj_entity_set(s->e.root, "time", time, s->err);
}

static int
set_topics(struct xj_study_change *s, const char *const *refs)
{
	json_t *codes = NULL;
	int r = XJ_OK;

	json_object_del(s->e.root, "topics");
	if (refs[0])
		r = xj_topics_json(s->archive, refs, &codes, s->err);
	return r < 0 || !codes ||
	       json_object_set_new(s->e.root, "topics", codes) == 0 ? r :
	       no_memory(s->err);
}

static int
fill(struct xj_study_change *s, struct xj_arena *arena,
     const struct xj_seminar_given *g)
{
	int r = XJ_OK;

	if (g->title)
		r = xj_study_set_title(s, g->title);
	if (r == XJ_OK && g->question)
		r = xj_seminar_set_text(s->e.root, "question", g->question,
					strlen(g->question), QUESTION_MAX,
					s->err);
	if (r == XJ_OK && g->level)
		r = set_level(s, g->level);
	if (r == XJ_OK && g->chair)
		r = set_chair(s, arena, g->chair);
	if (r == XJ_OK && g->place)
		r = xj_people_set(&s->e, "place", g->place, s->err);
	if (r == XJ_OK)
		r = set_day(s, "day", g->day);
	if (r == XJ_OK)
		r = set_day(s, "until", g->until);
	if (r == XJ_OK && g->time)
		r = set_time(s, g->time);
	if (r == XJ_OK && g->topics)
		r = set_topics(s, g->topics);
	return r < 0 ? r : check_days(s);
}

/* --------------------------------------------------------------- who is invited */

struct inviting {
	struct xj_study_change *s;
	struct xj_unit_tree tree;
	struct xj_arena *arena;
};

static void
inviting_end(struct inviting *v)
{
	xj_unit_tree_end(&v->tree);
	xj_arena_free(v->arena);
}

/* "UNIT/below", a unit, a member. */
static int
find_whom(struct inviting *v, const char *ref, const char **to,
	  const char **who)
{
	struct xj_error *err = v->s->err;
	const char *slash = strrchr(ref, '/');
	bool below = slash && (strcmp(slash, "/below") == 0 ||
			       strcmp(slash, "/以下") == 0);
	char *unit = xj_arena_strndup(v->arena, ref, below ?
				      (size_t)(slash - ref) : strlen(ref));
	const struct xj_unit_row *row;
	int r;

	if (!unit)
		return no_memory(err);
	*to = below ? "below" : "unit";
	r = xj_unit_tree_find(&v->tree, unit, &row, err);
	if (r == XJ_OK && !row->placed)
		return xj_error_set(err, XJ_EINVAL, "unit %s is closed",
				    row->code);
	if (r == XJ_OK)
		*who = row->code;
	if (r != XJ_ENOTFOUND || below)
		return r;
	*to = "member";
	r = xj_seminar_member(v->s->archive, ref, v->arena, who, err);
	return r != XJ_ENOTFOUND ? r :
	       xj_error_set(err, r, "%s: there is no such unit and no such "
			    "member", ref);
}

static size_t
find_invited(const json_t *list, const char *to, const char *who)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(xj_entity_text(one, "to"), to) == 0 &&
		    strcmp(xj_entity_text(one, "who"), who) == 0)
			return i;
	return SIZE_MAX;
}

static int
invite(struct inviting *v, json_t *list, const char *ref, bool out)
{
	const char *to = "", *who = "";
	int r = find_whom(v, ref, &to, &who);
	size_t at = r < 0 ? 0 : find_invited(list, to, who);

	if (r < 0)
		return r;
	if (out && at == SIZE_MAX)
		return xj_error_set(v->s->err, XJ_ENOTFOUND, "%s is not "
				    "invited", ref);
	if (out)
		return json_array_remove(list, at) < 0 ? XJ_EINTERNAL : XJ_OK;
	if (at != SIZE_MAX)
		return XJ_OK;
	if (json_array_size(list) == INVITED_MAX)
		return xj_error_set(v->s->err, XJ_ELIMIT, "%u are invited, "
				    "which is as many as there may be",
				    INVITED_MAX);
	return json_array_append_new(list, json_pack("{ssss}", "to", to, "who",
				     who)) < 0 ? no_memory(v->s->err) : XJ_OK;
}

static int
invite_all(struct xj_study_change *s, const char *const *whom, bool out)
{
	xj_auto(inviting_end) struct inviting v = { .s = s };
	json_t *list = xj_seminar_list(s->e.root, "invited");
	char today[XJ_DAY_MAX];
	int r = list && xj_arena_new(&v.arena) == XJ_OK ? XJ_OK :
							 no_memory(s->err);

	xj_today(today);
	if (r == XJ_OK)
		r = xj_unit_tree_load(s->archive, today, &v.tree, s->err);
	for (size_t i = 0; r == XJ_OK && whom[i]; i++)
		r = invite(&v, list, whom[i], out);
	return r;
}

/* What has been held cannot be said to be still to come. */
static int
check_held(struct xj_study_change *s)
{
	const char *state = xj_entity_text(s->e.root, "state");
	const char *day = xj_entity_text(s->e.root, "day");
	char today[XJ_DAY_MAX];

	xj_today(today);
	if (!state || strcmp(state, "planned") == 0 ||
	    strcmp(state, "open") == 0)
		return XJ_OK;
	if (!day)
		return xj_error_set(s->err, XJ_EINVAL, "say when it begins");
	if (strcmp(day, today) > 0)
		return xj_error_set(s->err, XJ_EINVAL, "it begins on %s, and "
				    "today is %s: it was not held yet", day,
				    today);
	return XJ_OK;
}

static int
begin(struct xj_study_change *s, struct xj_archive *a, uint64_t id,
      const struct xj_seminar_given *g, const struct xj_change_options *options,
      struct xj_study_changed *changed, struct xj_error *err)
{
	int r;

	if (id)
		return xj_seminar_load(s, a, id, options, changed, err);
	r = xj_study_new(s, a, &xj_seminar_kind, g->title ? g->title : "",
			 options, changed, err);
	if (r == XJ_OK)
		r = xj_study_set_unit(s, g->unit);
	if (r == XJ_OK)
		r = xj_study_may(s);
	return r < 0 ? r : xj_entity_set(s->e.root, "state", "planned", err);
}

/* To another unit: he may do it in both. */
static int
change_unit(struct xj_study_change *s, const char *unit)
{
	int r = xj_study_set_unit(s, unit);

	return r < 0 ? r : xj_study_may(s);
}

int
xj_seminar_put(struct xj_archive *a, uint64_t id,
	       const struct xj_seminar_given *given,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) : XJ_OK;

	if (r == XJ_OK && given->topics && given->topics[0])
		r = xj_topics_begin(a, err);
	if (r == XJ_OK)
		r = begin(&s, a, id, given, options, changed, err);
	if (r == XJ_OK && id && given->unit)
		r = change_unit(&s, given->unit);
	if (r == XJ_OK)
		r = fill(&s, arena, given);
	if (r == XJ_OK)
		r = check_held(&s);
	if (r == XJ_OK && given->invite)
		r = invite_all(&s, given->invite, false);
	return r < 0 ? r : xj_study_save(&s, id ? "edit" : "add",
					 id ? NULL : given->title);
}

int
xj_seminar_invite(struct xj_archive *a, uint64_t id, const char *const *whom,
		  bool out, const struct xj_change_options *options,
		  struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_buf_release) struct xj_buf said = XJ_BUF_INIT;
	int r = xj_seminar_load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = invite_all(&s, whom, out);
	for (size_t i = 0; whom[i]; i++)
		xj_buf_addf(&said, "%s%s", i ? ", " : "", whom[i]);
	if (r == XJ_OK)
		r = xj_buf_check(&said, err);
	return r < 0 ? r : xj_study_save(&s, out ? "uninvite" : "invite",
					 xj_buf_str(&said));
}

/* -------------------------------------------------------------------- states */

/* What may follow what; "minuted" comes by confirming the minutes. */
static const char *const steps[][2] = {
	{ "planned", "open" }, { "planned", "held" }, { "open", "planned" },
	{ "open", "held" }, { "held", "open" }, { "minuted", "closed" },
	{ "closed", "held" },
};

const char *const *
xj_seminar_states(void)
{
	static const char *const states[] = { "planned", "open", "held",
					      "minuted", "closed", NULL };

	return states;
}

const char *const *
xj_seminar_levels(void)
{
	return levels;
}

const char *
xj_seminar_shown(const char *word)
{
	static const char *const words[][2] = {
		{ "planned", N_("being planned") }, { "open", N_("announced") },
		{ "held", N_("was held") },
		{ "minuted", N_("minutes confirmed") },
		{ "closed", N_("concluded") },
		{ "group", N_("group") }, { "department", N_("department") },
		{ "branch", N_("branch") },
		{ "institution", N_("institution") },
		{ "bureau", N_("bureau") },
	};

	for (size_t i = 0; i < XJ_COUNT(words); i++)
		if (strcmp(words[i][0], word) == 0)
			return xj_tr(words[i][1]);
	return word;
}

static int
check_step(struct xj_study_change *s, const char *from, const char *to)
{
	for (size_t i = 0; i < XJ_COUNT(steps); i++)
		if (strcmp(steps[i][0], from) == 0 &&
		    strcmp(steps[i][1], to) == 0)
			return XJ_OK;
	if (strcmp(to, "closed") == 0)
		return xj_error_set(s->err, XJ_EINVAL, "seminar %llu is "
				    "concluded when its chair has confirmed "
				    "the minutes", (unsigned long long)s->e.id);
	return xj_error_set(s->err, XJ_EINVAL, "seminar %llu: its state is "
			    "“%s”, after which “%s” does not come",
			    (unsigned long long)s->e.id, xj_seminar_shown(from),
			    xj_seminar_shown(to));
}

/* Whether its first day is still to come, or not said. */
static bool
is_to_come(const json_t *root)
{
	const char *day = xj_entity_text(root, "day");
	char today[XJ_DAY_MAX];

	xj_today(today);
	return !day || strcmp(day, today) > 0;
}

void
xj_seminar_next(struct xj_archive *a, const json_t *root,
		const char *next[XJ_SEMINAR_NEXT])
{
	const char *from = xj_entity_text(root, "state");
	bool held = from && strcmp(from, "held") == 0;
	size_t n = 0;

	if (json_object_get(root, "removed") || !xj_seminar_may(a, root) ||
	    (held && json_object_get(root, "minutes")))
		from = "";
	for (size_t i = 0; i < XJ_COUNT(steps); i++)
		if (strcmp(steps[i][0], from ? from : "planned") == 0 &&
		    (strcmp(steps[i][1], "held") != 0 || !is_to_come(root)))
			next[n++] = steps[i][1];
	next[n] = NULL;
}

/* Opened again, it is what its minutes make it. */
static const char *
reached(const json_t *root, const char *from, const char *to)
{
	const json_t *minutes = json_object_get(root, "minutes");

	return strcmp(from, "closed") == 0 &&
	       xj_entity_text(minutes, "confirmed") ? "minuted" : to;
}

/* As the history has it. */
static const char *
verb_of(const char *state)
{
	return strcmp(state, "open") == 0 ? "announce" :
	       strcmp(state, "held") == 0 ? "hold" :
	       strcmp(state, "closed") == 0 ? "conclude" : "plan";
}

int
xj_seminar_set(struct xj_archive *a, uint64_t id, const char *state,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_study_load(&s, a, &xj_seminar_kind, id, options, changed,
			      err);
	const char *from;

	if (r == XJ_OK)
		r = xj_study_may(&s);
	if (r < 0)
		return r;
	from = xj_entity_text(s.e.root, "state");
	from = from ? from : "planned";
	if (strcmp(from, state) == 0)
		return xj_study_save(&s, "", ""); /* nothing changes */
	if (strcmp(from, "held") == 0 && json_object_get(s.e.root, "minutes"))
		return xj_error_set(err, XJ_EINVAL, "seminar %llu has minutes: "
				    "it was held", (unsigned long long)id);
	r = check_step(&s, from, state);
	if (r == XJ_OK)
		r = xj_entity_set(s.e.root, "state",
				  reached(s.e.root, from, state), err);
	if (r == XJ_OK)
		r = check_held(&s);
	return r < 0 ? r : xj_study_save(&s, verb_of(state), "");
}

/* -------------------------------------------------------------------- agenda */

static int
set_speaker(struct xj_study_change *s, struct xj_arena *arena, json_t *line,
	    const char *speaker)
{
	struct xj_error why = { 0 };
	char tidy[XJ_NAME_MAX];
	const char *urn;
	int r = xj_seminar_member(s->archive, speaker, arena, &urn, &why);

	if (r == XJ_OK)
		return xj_entity_set(line, "speaker", urn, s->err);
	if (r != XJ_ENOTFOUND)
		return xj_error_set(s->err, r, "%s", why.message);
	r = xj_name_tidy(speaker, tidy, s->err); /* a guest */
	return r < 0 ? r : xj_entity_set(line, "speaker_name", tidy, s->err);
}

static int
set_document(struct xj_study_change *s, json_t *line, const char *ref)
{
	struct xj_document *d;
	int r = xj_document_open(s->archive, ref, &d, s->err);

	if (r < 0)
		return r;
	r = xj_entity_set(line, "document", xj_document_info(d)->urn, s->err);
	xj_document_free(d);
	return r;
}

static int
make_line(struct xj_study_change *s, struct xj_arena *arena, json_t *line,
	  const struct xj_agenda_given *g)
{
	char title[XJ_NAME_MAX];
	int r = line ? xj_name_tidy(g->title, title, s->err)
		     : no_memory(s->err);

	if (r == XJ_OK && !*title)
		return xj_error_set(s->err, XJ_EINVAL, "say what it is about");
	if (r == XJ_OK && g->minutes > 1440)
		return xj_error_set(s->err, XJ_EINVAL, "%u minutes: a day has "
				    "1440", g->minutes);
	if (r == XJ_OK)
		r = xj_entity_set(line, "title", title, s->err);
	if (r == XJ_OK && g->minutes &&
	    json_object_set_new(line, "minutes",
				json_integer(g->minutes)) < 0)
		r = no_memory(s->err);
	if (r == XJ_OK && g->speaker && *g->speaker)
		r = set_speaker(s, arena, line, g->speaker);
	if (r == XJ_OK && g->document && *g->document)
		r = set_document(s, line, g->document);
	return r;
}

static int
put_line(struct xj_study_change *s, json_t *line, unsigned at)
{
	json_t *agenda = xj_seminar_list(s->e.root, "agenda");
	size_t count = json_array_size(agenda);

	if (count == AGENDA_MAX)
		return xj_error_set(s->err, XJ_ELIMIT, "an agenda has %u "
				    "lines at most", AGENDA_MAX);
	if (at > count + 1)
		return xj_error_set(s->err, XJ_EINVAL, "%u: there are %zu %s",
				    at, count, xj_tr(N_("lines in the "
							"agenda")));
	return json_array_insert(agenda, at ? at - 1 : count, line) < 0 ?
	       no_memory(s->err) : XJ_OK;
}

int
xj_seminar_agenda_add(struct xj_archive *a, uint64_t id,
		      const struct xj_agenda_given *given,
		      const struct xj_change_options *options,
		      struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	json_t *line = json_object();
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_seminar_load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = make_line(&s, arena, line, given);
	if (r == XJ_OK)
		r = put_line(&s, line, given->at);
	json_decref(line);
	return r < 0 ? r : xj_study_save(&s, "agenda", given->title);
}

int
xj_seminar_agenda_move(struct xj_archive *a, uint64_t id, unsigned from,
		       unsigned to, const struct xj_change_options *options,
		       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_seminar_load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = xj_seminar_move(json_object_get(s.e.root, "agenda"), from,
				    to, xj_tr(N_("lines in the agenda")), err);
	return r < 0 ? r : xj_study_save(&s, "agenda", "");
}
