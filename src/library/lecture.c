/* lecture.c - lectures: made, changed, told; lecture.h says what they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/lecture.h"
#include "library/topic.h"

#define MOMENT_MAX 20 /* "2011-03-01T14:00" */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* The modes, with the Chinese words for each. */
static const char *const modes[] = {
	"inside\0内部 单位内 本单位", "outside\0外部 外出 走出去", "online\0线上 网络 在线",
	NULL
};

/* ---------------------------------------------------------- in the catalog */

static bool
is_absent_or_list(const json_t *root, const char *field)
{
	const json_t *list = json_object_get(root, field);

	return !list || xj_entity_is_list(list);
}

static int
check(const json_t *root, struct xj_error *err)
{
	const json_t *list, *one;
	size_t i;
	bool fine = xj_entity_text(root, "title") &&
		    xj_entity_text(root, "start") &&
		    is_absent_or_list(root, "speakers") &&
		    is_absent_or_list(root, "invited") &&
		    is_absent_or_list(root, "attendance") &&
		    is_absent_or_list(root, "notes");

	list = json_object_get(root, "speakers");
	json_array_foreach(list, i, one)
		fine &= xj_entity_text(one, "member") ||
			xj_entity_text(one, "name");
	list = json_object_get(root, "invited");
	json_array_foreach(list, i, one)
		fine &= xj_entity_text(one, "to") && xj_entity_text(one, "who");
	list = json_object_get(root, "attendance");
	json_array_foreach(list, i, one)
		fine &= xj_entity_text(one, "member") != NULL;
	list = json_object_get(root, "notes");
	json_array_foreach(list, i, one)
		fine &= xj_entity_text(one, "document") != NULL;
	return fine ? XJ_OK : xj_error_set(err, XJ_ECORRUPT,
					   "lecture.json: is damaged");
}

static enum xj_atom_kind
kind_of(const char *to)
{
	return strcmp(to, "below") == 0 ? XJ_ATOM_BELOW :
	       strcmp(to, "member") == 0 ? XJ_ATOM_MEMBER :
	       strcmp(to, "all") == 0 ? XJ_ATOM_MEMBERS : XJ_ATOM_UNIT;
}

/* Seen by who organises it, who is invited and who speaks. */
static int
put_links(struct xj_archive *a, const struct xj_entity_row *row,
	  const json_t *root, struct xj_error *err)
{
	xj_auto(xj_study_links_end) struct xj_study_links l = { 0 };
	const char *unit = xj_entity_text(root, "unit");
	const char *recording = xj_entity_text(root, "recording");
	const json_t *one;
	size_t i;

	if (unit) {
		xj_study_seen_by(&l, XJ_ATOM_BELOW, unit);
		xj_study_seen_by(&l, XJ_ATOM_STAFF, unit);
	}
	json_array_foreach(json_object_get(root, "invited"), i, one)
		xj_study_seen_by(&l, kind_of(xj_entity_text(one, "to")),
				 xj_entity_text(one, "who"));
	json_array_foreach(json_object_get(root, "speakers"), i, one)
		if (xj_entity_text(one, "member"))
			xj_study_seen_by(&l, XJ_ATOM_MEMBER,
					 xj_entity_text(one, "member"));
	json_array_foreach(json_object_get(root, "notes"), i, one)
		xj_study_names(&l, xj_entity_text(one, "document"), "notes");
	if (recording)
		xj_study_names(&l, recording, "recording");
	return xj_study_put_links(a, row, root, &l, err);
}

const struct xj_entity_kind xj_lecture_kind = {
	.name = "lecture", .none = N_("there is no lecture %llu"),
	.check = check, .put_row = xj_study_put_row, .put_links = put_links,
};

/* ------------------------------------------------------------------- lists */

json_t *
xj_lecture_list(json_t *root, const char *field)
{
	json_t *list = json_object_get(root, field);

	if (!list && json_object_set_new(root, field,
					 list = json_array()) < 0)
		return NULL;
	return list;
}

size_t
xj_lecture_place(const json_t *list, const char *field, const char *value)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *is = xj_entity_text(json_array_get(list, i),
						field);

		if (is && strcmp(is, value) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* -------------------------------------------------------------------- time */

/* A day, or a day and a time: "2011-03-01 14:00", "2011年3月1日 14:00". `day`:
 * what a time alone is of; or NULL. */
static int
parse_moment(const char *given, const char *day, char out[MOMENT_MAX],
	     struct xj_error *err)
{
	const char *colon = strchr(given, ':');
	const char *time = colon, *end;
	char date[64], d[XJ_DAY_MAX];
	unsigned hour, minute;
	size_t n;

	while (time && time > given && time[-1] >= '0' && time[-1] <= '9')
		time--;
	n = time ? (size_t)(time - given) : strlen(given);
	while (n > 0 && (given[n - 1] == ' ' || given[n - 1] == 'T'))
		n--;
	snprintf(date, sizeof(date), "%.*s", (int)n, given);
	if (n == 0 && time && day)
		snprintf(d, sizeof(d), "%.10s", day);
	else if (n >= sizeof(date) || xj_day_parse(date, d) < 0)
		return xj_error_set(err, XJ_EINVAL, "%s: is no day and time; "
				    "write 2011-05-01 14:00", given);
	snprintf(out, MOMENT_MAX, "%s", d);
	if (!time)
		return XJ_OK;
	hour = (unsigned)strtoul(time, NULL, 10);
	minute = (unsigned)strtoul(colon + 1, (char **)&end, 10);
	if (time == colon || end != colon + 3 || *end || hour > 23 ||
	    minute > 59)
		return xj_error_set(err, XJ_EINVAL, "%s: is no day and time; "
				    "write 2011-05-01 14:00", given);
	snprintf(out, MOMENT_MAX, "%sT%02u:%02u", d, hour, minute);
	return XJ_OK;
}

/* A day alone is all of it. */
static bool
is_before(const char *end, const char *start)
{
	size_t n = strlen(end) < strlen(start) ? strlen(end) : strlen(start);

	return strncmp(end, start, n) < 0;
}

/* Both as a person writes them. */
static int
ends_early(const char *end, const char *start, struct xj_error *err)
{
	return xj_error_set(err, XJ_EINVAL, "it would end (%.10s%s%s) before "
			    "it begins (%.10s%s%s)", end, end[10] ? " " : "",
			    end[10] ? end + 11 : "", start,
			    start[10] ? " " : "",
			    start[10] ? start + 11 : "");
}

static int
set_time(struct xj_study_change *s, const struct xj_lecture_given *given)
{
	char start[MOMENT_MAX] = "", end[MOMENT_MAX] = "", day[XJ_DAY_MAX];
	const char *was = xj_entity_text(s->e.root, "start");
	int r = XJ_OK;

	if (given->start)
		r = parse_moment(given->start, NULL, start, s->err);
	else if (was)
		snprintf(start, sizeof(start), "%s", was);
	if (r == XJ_OK && !*start)
		return xj_error_set(s->err, XJ_EINVAL, "say when the lecture "
				    "is, as 2011-05-01 14:00");
	was = xj_entity_text(s->e.root, "end");
	if (r == XJ_OK && given->end && *given->end)
		r = parse_moment(given->end, start, end, s->err);
	else if (!given->end && was)
		snprintf(end, sizeof(end), "%s", was);
	if (r == XJ_OK && *end && is_before(end, start))
		return ends_early(end, start, s->err);
	snprintf(day, sizeof(day), "%.10s", start);
	if (r == XJ_OK)
		r = xj_entity_set(s->e.root, "start", start, s->err);
	if (r == XJ_OK)
		r = xj_entity_set(s->e.root, "end", end, s->err);
	return r < 0 ? r : xj_entity_set(s->e.root, "day", day, s->err);
}

/* ---------------------------------------------------------------- speakers */

/* "张教授; 省人民医院; 感染病学会副主任委员" of somebody who is no member. */
static int
take_external(struct xj_study_change *s, const char *given, json_t *speaker)
{
	static const char *const fields[] = { "name", "institution", "bio" };
	char *copy = strdup(given), *rest = copy;
	int r = copy ? XJ_OK : no_memory(s->err);

	for (size_t i = 0; r == XJ_OK && rest && i < XJ_COUNT(fields); i++) {
		char *part = i + 1 < XJ_COUNT(fields) ? strsep(&rest, ";") :
			     rest;
		char tidy[XJ_NAME_MAX];

		r = xj_name_tidy(part, tidy, s->err);
		if (r == XJ_OK)
			r = xj_entity_set(speaker, fields[i], tidy, s->err);
	}
	free(copy);
	if (r == XJ_OK && !xj_entity_text(speaker, "name"))
		r = xj_error_set(s->err, XJ_EINVAL, "%s: a speaker needs a "
				 "name", given);
	return r;
}

static int
take_member(struct xj_study_change *s, const char *ref, json_t *speaker)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *urn;
	uint64_t id;
	int r = xj_member_find(s->archive, ref, &id, s->err);

	if (r == XJ_ENOTFOUND)
		return xj_error_set(s->err, XJ_EINVAL, "%s: there is no such "
				    "member; of somebody from elsewhere say "
				    "--external 'NAME; INSTITUTION; BIO'",
				    ref);
	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		r = no_memory(s->err);
	if (r == XJ_OK)
		r = xj_member_urn(s->archive, id, arena, &urn, s->err);
	return r < 0 ? r : xj_entity_set(speaker, "member", urn, s->err);
}

/* All of them, in place of those that there are. */
static int
set_speakers(struct xj_study_change *s, const struct xj_lecture_given *given)
{
	json_t *list = json_array();
	int r = XJ_OK;

	for (size_t pass = 0; pass < 2; pass++) {
		const char *const *p = pass ? given->externals
					    : given->speakers;

		for (; r == XJ_OK && p && *p; p++) {
			json_t *one = json_object();

			json_array_append_new(list, one);
			r = pass ? take_external(s, *p, one)
				 : take_member(s, *p, one);
		}
	}
	if (r < 0) {
		json_decref(list);
		return r;
	}
	return json_object_set_new(s->e.root, "speakers", list) < 0 ?
	       no_memory(s->err) : XJ_OK;
}

/* ----------------------------------------------------------------- invited */

static size_t
place_of(const json_t *list, const struct xj_share_entry *share)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		if (strcmp(xj_entity_text(one, "to"),
			   xj_share_name(share->to)) == 0 &&
		    strcmp(xj_entity_text(one, "who"), share->who) == 0)
			return i;
	}
	return SIZE_MAX;
}

static int
invite(struct xj_study_change *s, const struct xj_share_entry *share)
{
	json_t *list = xj_lecture_list(s->e.root, "invited");
	json_t *one;

	if (!list)
		return no_memory(s->err);
	if (place_of(list, share) != SIZE_MAX)
		return XJ_OK;
	one = json_object();
	json_object_set_new(one, "to", json_string(xj_share_name(share->to)));
	json_object_set_new(one, "who", json_string(share->who));
	return json_array_append_new(list, one) < 0 ? no_memory(s->err)
						    : XJ_OK;
}

static int
uninvite(struct xj_study_change *s, const char *ref,
	 const struct xj_share_entry *share)
{
	json_t *list = json_object_get(s->e.root, "invited");
	size_t place = place_of(list, share);

	if (place == SIZE_MAX)
		return xj_error_set(s->err, XJ_ENOTFOUND, "%s is not invited",
				    ref);
	json_array_remove(list, place);
	return XJ_OK;
}

/* Units and members, found as those that something is shared with. */
static int
set_invited(struct xj_study_change *s, const struct xj_lecture_given *given)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_sharing_end) struct xj_sharing with = {
		.archive = s->archive, .err = s->err };
	struct xj_share_entry share;
	int r = xj_arena_new(&arena) < 0 ? no_memory(s->err) : XJ_OK;

	with.arena = arena;
	if (r == XJ_OK)
		r = xj_sharing_begin(&with);
	for (const char *const *p = given->uninvite; r == XJ_OK && p && *p;
	     p++) {
		r = xj_sharing_target(&with, *p, &share);
		if (r == XJ_OK)
			r = uninvite(s, *p, &share);
	}
	for (const char *const *p = given->invite; r == XJ_OK && p && *p;
	     p++) {
		r = xj_sharing_target(&with, *p, &share);
		if (r == XJ_OK)
			r = invite(s, &share);
	}
	return r;
}

/* --------------------------------------------------------- new and edit */

static int
set_mode(struct xj_study_change *s, const char *given)
{
	const char *word = *given ? xj_people_word(modes, given) : "";

	if (!word)
		return xj_error_set(s->err, XJ_EINVAL, "%s: is no mode; there "
				    "are inside, outside, online", given);
	return xj_entity_set(s->e.root, "mode", word, s->err);
}

static int
set_topics(struct xj_study_change *s, const char *const *refs)
{
	json_t *codes;
	int r = xj_topics_json(s->archive, refs, &codes, s->err);

	if (r < 0)
		return r;
	if (json_array_size(codes) == 0) {
		json_decref(codes);
		json_object_del(s->e.root, "topics");
		return XJ_OK;
	}
	return json_object_set_new(s->e.root, "topics", codes) < 0 ?
	       no_memory(s->err) : XJ_OK;
}

static int
fill(struct xj_study_change *s, const struct xj_lecture_given *given)
{
	int r = XJ_OK;

	if (given->title)
		r = xj_study_set_title(s, given->title);
	if (r == XJ_OK && given->unit)
		r = xj_study_set_unit(s, given->unit);
	if (r == XJ_OK)
		r = set_time(s, given);
	if (r == XJ_OK && given->place)
		r = xj_people_set(&s->e, "place", given->place, s->err);
	if (r == XJ_OK && given->mode)
		r = set_mode(s, given->mode);
	if (r == XJ_OK && (given->speakers || given->externals))
		r = set_speakers(s, given);
	if (r == XJ_OK && (given->invite || given->uninvite))
		r = set_invited(s, given);
	if (r == XJ_OK && given->topics)
		r = set_topics(s, given->topics);
	return r;
}

/* Before the change, which holds the archive. */
static int
prepare(struct xj_archive *a, const struct xj_lecture_given *given,
	const struct xj_change_options *options, struct xj_error *err)
{
	bool dry = options && options->dry_run;

	return given->topics && !dry ? xj_topics_begin(a, err) : XJ_OK;
}

int
xj_lecture_new(struct xj_archive *a, const struct xj_lecture_given *given,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = prepare(a, given, options, err);

	if (r == XJ_OK)
		r = xj_study_new(&s, a, &xj_lecture_kind, given->title,
				 options, changed, err);
	if (r == XJ_OK && !given->unit)
		r = xj_study_set_unit(&s, NULL);
	if (r == XJ_OK)
		r = fill(&s, given);
	if (r == XJ_OK)
		r = xj_study_may(&s);
	return r < 0 ? r : xj_study_save(&s, "create", "");
}

int
xj_lecture_edit(struct xj_archive *a, uint64_t id,
		const struct xj_lecture_given *given,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = prepare(a, given, options, err);

	if (r == XJ_OK)
		r = xj_lecture_load(&s, a, id, false, options, changed, err);
	if (r == XJ_OK)
		r = fill(&s, given);
	if (r == XJ_OK && given->unit)
		r = xj_study_may(&s);
	return r < 0 ? r : xj_study_save(&s, "edit", NULL);
}

/* --------------------------------------------------------- who may change it */

static bool
is_speaker(struct xj_archive *a, const json_t *root)
{
	const struct xj_reader *reader = xj_archive_reader(a);

	return reader && xj_lecture_place(json_object_get(root, "speakers"),
					  "member", reader->urn) != SIZE_MAX;
}

int
xj_lecture_load(struct xj_study_change *s, struct xj_archive *a, uint64_t id,
		bool speaker, const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	int r = xj_study_load(s, a, &xj_lecture_kind, id, options, changed,
			      err);

	if (r < 0 || (speaker && is_speaker(a, s->e.root)))
		return r;
	return xj_study_may(s);
}

/* ----------------------------------------------------------------- reading */

int
xj_lecture_read(struct xj_archive *a, uint64_t id, struct xj_arena *arena,
		struct xj_entity_row *row, json_t **root, struct xj_error *err)
{
	return xj_study_read(a, &xj_lecture_kind, id, false, arena, row, root,
			     err);
}

struct showing {
	struct xj_archive *archive;
	struct xj_arena *arena;
	const json_t *root;
	const struct xj_lecture_shown *to;
	void *ctx;
	struct xj_error *err;
};

static int
show_head(struct showing *s, const struct xj_entity_row *row)
{
	const json_t *attendance = json_object_get(s->root, "attendance");
	const struct xj_reader *reader = xj_archive_reader(s->archive);
	struct xj_lecture out = {
		.start = xj_entity_text(s->root, "start"),
		.end = xj_entity_text(s->root, "end"),
		.place = xj_entity_text(s->root, "place"),
		.mode = xj_entity_text(s->root, "mode"),
		.attended = json_array_size(attendance),
		.was_there = reader && xj_lecture_place(attendance, "member",
							reader->urn) !=
			     SIZE_MAX,
		.mine = xj_study_is_mine(s->archive, s->root),
	};
	int r = xj_study_describe(s->archive, row, s->root, s->arena,
				  &out.study, s->err);

	out.may_file = out.mine || is_speaker(s->archive, s->root);
	return r < 0 || !s->to->lecture ? r : s->to->lecture(s->ctx, &out);
}

static int
show_speakers(struct showing *s)
{
	const json_t *one;
	size_t i;
	int r = XJ_OK;

	json_array_foreach(json_object_get(s->root, "speakers"), i, one) {
		const char *urn = xj_entity_text(one, "member");
		struct xj_lecture_speaker out = {
			.login = "", .name = xj_entity_text(one, "name"),
			.institution = xj_entity_text(one, "institution"),
			.bio = xj_entity_text(one, "bio"),
		};

		if (urn)
			r = xj_member_names(s->archive, urn, s->arena,
					    &out.login, &out.name, s->err);
		if (r == XJ_OK)
			r = s->to->speaker(s->ctx, &out);
		if (r != XJ_OK)
			break;
	}
	return r;
}

static int
show_invited(struct showing *s)
{
	const json_t *one;
	size_t i;
	int r = XJ_OK;

	json_array_foreach(json_object_get(s->root, "invited"), i, one) {
		const char *to = xj_entity_text(one, "to"), *name = "";
		const char *who = xj_entity_text(one, "who");

		if (strcmp(to, "member") == 0)
			r = xj_member_names(s->archive, who, s->arena, &who,
					    &name, s->err);
		if (r == XJ_OK)
			r = s->to->invited(s->ctx, to, who, name);
		if (r != XJ_OK)
			break;
	}
	return r;
}

/* Who was there is for those who keep the list. */
static int
show_attendance(struct showing *s)
{
	const json_t *one;
	size_t i;
	int r = XJ_OK;

	if (!xj_study_is_mine(s->archive, s->root))
		return XJ_OK;
	json_array_foreach(json_object_get(s->root, "attendance"), i, one) {
		struct xj_lecture_attendance out = {
			.at = xj_entity_text(one, "at"),
			.by = xj_entity_text(one, "by"),
		};

		r = xj_member_names(s->archive, xj_entity_text(one, "member"),
				    s->arena, &out.login, &out.name, s->err);
		if (r == XJ_OK)
			r = s->to->attendance(s->ctx, &out);
		if (r != XJ_OK)
			break;
	}
	return r;
}

static int
show_document(struct showing *s, const char *urn, const char *role)
{
	struct xj_document_info info;
	struct xj_doc doc;
	int r = xj_catalog_get_urn(s->archive->catalog, urn, s->arena, &doc,
				   s->err);

	if (r == XJ_ENOTFOUND || (r == XJ_OK && doc.state != XJ_DOC_LIVE))
		return XJ_OK; /* not there, for this reader */
	if (r == XJ_OK)
		r = xj_info_from_doc(s->archive, s->arena, &doc, &info,
				     s->err);
	return r < 0 ? r : s->to->document(s->ctx, role, &info);
}

static int
show_documents(struct showing *s)
{
	const char *recording = xj_entity_text(s->root, "recording");
	const json_t *one;
	size_t i;
	int r = XJ_OK;

	json_array_foreach(json_object_get(s->root, "notes"), i, one)
		if (r == XJ_OK)
			r = show_document(s, xj_entity_text(one, "document"),
					  "notes");
	return r == XJ_OK && recording ? show_document(s, recording,
						       "recording") : r;
}

int
xj_lecture_show(struct xj_archive *a, uint64_t id,
		const struct xj_lecture_shown *to, void *ctx,
		struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct showing s = { .archive = a, .to = to, .ctx = ctx, .err = err };
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_lecture_read(a, id, arena, &row, &root, err);

	s.arena = arena;
	s.root = root;
	if (r == XJ_OK)
		r = show_head(&s, &row);
	if (r == XJ_OK && to->speaker)
		r = show_speakers(&s);
	if (r == XJ_OK && to->invited)
		r = show_invited(&s);
	if (r == XJ_OK && to->topic)
		r = xj_topics_tell(a, json_object_get(root, "topics"),
				   to->topic, ctx, err);
	if (r == XJ_OK && to->document)
		r = show_documents(&s);
	if (r == XJ_OK && to->attendance)
		r = show_attendance(&s);
	json_decref(root);
	return r < 0 ? r : XJ_OK;
}
