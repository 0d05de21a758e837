/* seminar-show.c - a seminar told, and the decisions of all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/seminar.h"

struct showing {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_unit_tree tree;
	char today[XJ_DAY_MAX];
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static void
showing_end(struct showing *w)
{
	xj_unit_tree_end(&w->tree);
	xj_arena_free(w->arena);
}

static int
showing_begin(struct showing *w)
{
	xj_today(w->today);
	if (xj_arena_new(&w->arena) < 0)
		return no_memory(w->err);
	return xj_unit_tree_load(w->archive, w->today, &w->tree, w->err);
}

/* Texts of JSON live as long as it does. */
static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = xj_entity_text(object, name);

	return text ? text : "";
}

static unsigned
number_of(const json_t *object, const char *name)
{
	return (unsigned)json_integer_value(json_object_get(object, name));
}

static int64_t
time_of(const json_t *object, const char *name)
{
	int64_t t = 0;

	xj_time_parse(text_of(object, name), &t);
	return t;
}

static int
name_member(const struct showing *w, const char *urn, const char **login,
	    const char **name)
{
	*login = *name = "";
	return !*urn ? XJ_OK : xj_member_names(w->archive, urn, w->arena, login,
					       name, w->err);
}

static void *
make_list(const struct showing *w, const json_t *list, size_t size,
	  size_t *count)
{
	*count = json_array_size(list);
	return xj_arena_alloc(w->arena, (*count + 1) * size);
}

static const char *
unit_name(const struct showing *w, const char *code)
{
	const struct xj_unit_row *unit = xj_unit_tree_code(&w->tree, code);

	return unit && unit->name ? unit->name : code;
}

/* ------------------------------------------------------------------ its parts */

static int
show_invited(const struct showing *w, const json_t *root,
	     struct xj_seminar *out)
{
	const json_t *list = json_object_get(root, "invited"), *one;
	struct xj_invited *to = make_list(w, list, sizeof(*to),
					  &out->invited_count);
	int r = to ? XJ_OK : no_memory(w->err);
	size_t i;

	out->invited = to;
	json_array_foreach(list, i, one) {
		const char *who = text_of(one, "who");

		if (r < 0)
			break;
		to[i].to = text_of(one, "to");
		to[i].who = who;
		to[i].name = unit_name(w, who);
		if (strcmp(to[i].to, "member") == 0)
			r = name_member(w, who, &to[i].who, &to[i].name);
	}
	return r;
}

/* Of a document that the reader does not see, nothing. */
static int
show_document(const struct showing *w, const json_t *line,
	      struct xj_agenda_line *out)
{
	const char *urn = text_of(line, "document");
	struct xj_doc doc;
	int r;

	out->document_title = "";
	if (!*urn)
		return XJ_OK;
	r = xj_catalog_get_urn(w->archive->catalog, urn, w->arena, &doc,
			       w->err);
	if (r == XJ_ENOTFOUND || (r == XJ_OK && doc.state != XJ_DOC_LIVE))
		return XJ_OK;
	if (r == XJ_OK) {
		out->document = doc.id;
		out->document_title = doc.title ? doc.title : "";
	}
	return r;
}

/* When the turn of each comes, if it is known when the seminar begins, up to the
 * first that does not say how long it takes. */
static int
show_times(const struct showing *w, const json_t *root,
	   struct xj_agenda_line *lines, size_t count)
{
	unsigned hour, minute, at;

	for (size_t i = 0; i < count; i++)
		lines[i].time = "";
	if (sscanf(text_of(root, "time"), "%u:%u", &hour, &minute) != 2)
		return XJ_OK;
	at = 60 * hour + minute;
	for (size_t i = 0; i < count && at < 1440; i++) {
		lines[i].time = xj_arena_printf(w->arena, "%02u:%02u", at / 60,
						at % 60);
		if (!lines[i].time)
			return no_memory(w->err);
		if (!lines[i].minutes)
			break;
		at += lines[i].minutes;
	}
	return XJ_OK;
}

static int
show_agenda(const struct showing *w, const json_t *root,
	    struct xj_seminar *out)
{
	const json_t *list = json_object_get(root, "agenda"), *one;
	struct xj_agenda_line *to = make_list(w, list, sizeof(*to),
					      &out->agenda_count);
	int r = to ? XJ_OK : no_memory(w->err);
	size_t i;

	out->agenda = to;
	json_array_foreach(list, i, one) {
		if (r < 0)
			break;
		to[i].title = text_of(one, "title");
		to[i].minutes = number_of(one, "minutes");
		r = name_member(w, text_of(one, "speaker"), &to[i].speaker,
				&to[i].speaker_name);
		if (r == XJ_OK && !*to[i].speaker_name)
			to[i].speaker_name = text_of(one, "speaker_name");
		if (r == XJ_OK)
			r = show_document(w, one, &to[i]);
	}
	return r < 0 ? r : show_times(w, root, to, out->agenda_count);
}

static int
show_decision(const struct showing *w, const json_t *root, const json_t *one,
	      struct xj_decision *out)
{
	out->number = number_of(one, "number");
	out->text = text_of(one, "text");
	out->unit = text_of(one, "unit");
	out->unit_name = unit_name(w, out->unit);
	out->due = text_of(one, "due");
	out->done = text_of(one, "done");
	if (*out->due && !*out->done && strcmp(out->due, w->today) < 0)
		out->late = xj_days_between(out->due, w->today);
	out->may_settle = !json_object_get(root, "removed") &&
			  xj_seminar_settles(w->archive, root, one);
	return name_member(w, text_of(one, "member"), &out->member,
			   &out->member_name);
}

static int
show_decisions(const struct showing *w, const json_t *root, uint64_t id,
	       struct xj_decision **list, size_t *count)
{
	const json_t *decisions = json_object_get(root, "decisions"), *one;
	int r = XJ_OK;
	size_t i;

	*list = make_list(w, decisions, sizeof(**list), count);
	if (!*list)
		return no_memory(w->err);
	json_array_foreach(decisions, i, one) {
		(*list)[i].seminar = id;
		(*list)[i].seminar_title = text_of(root, "title");
		if (r == XJ_OK)
			r = show_decision(w, root, one, &(*list)[i]);
	}
	return r;
}

/* "entered 62 days after" is of when they were first written. */
static void
show_minutes(const json_t *root, struct xj_seminar *out)
{
	const json_t *minutes = json_object_get(root, "minutes");
	const char *first = text_of(minutes, "first");
	const char *end = xj_seminar_end(root);

	out->minutes = text_of(minutes, "text");
	out->minutes_by = text_of(minutes, "by");
	out->minutes_at = time_of(minutes, "at");
	out->confirmed_by = text_of(minutes, "confirmed_by");
	out->confirmed_at = time_of(minutes, "confirmed");
	if (*first && *end)
		out->minutes_late = xj_days_between(end, first);
}

/* What the reader may do with it now. */
static void
show_may(const struct showing *w, const json_t *root,
	 const char *next[XJ_SEMINAR_NEXT], struct xj_seminar *out)
{
	xj_seminar_next(w->archive, root, next);
	out->may_edit = out->may_change && !out->study.removed &&
			strcmp(out->study.state, "closed") != 0;
	out->may_minute = out->may_edit && xj_seminar_is_held(root);
	out->may_attend = out->may_minute;
	for (size_t i = 0; next[i]; i++)
		out->may_attend |= out->may_edit &&
				   strcmp(next[i], "held") == 0;
	out->may_confirm = *out->minutes && !out->confirmed_at &&
			   !out->study.removed &&
			   xj_seminar_confirms(w->archive, root);
}

/* Who was there is for those who keep the list. */
static int
show_attendance(const struct showing *w, const json_t *root,
		struct xj_seminar *out)
{
	const json_t *list = json_object_get(root, "attendance"), *one;
	struct xj_lecture_attendance *to = make_list(w, list, sizeof(*to),
						     &out->attended);
	int r = to ? XJ_OK : no_memory(w->err);
	size_t i;

	out->attendance = out->may_change ? to : NULL;
	json_array_foreach(list, i, one) {
		if (r < 0)
			break;
		to[i].at = text_of(one, "at");
		to[i].by = text_of(one, "by");
		r = name_member(w, text_of(one, "member"), &to[i].login,
				&to[i].name);
	}
	return r;
}

static int
show_topics(const struct showing *w, const json_t *root,
	    struct xj_seminar *out)
{
	const json_t *list = json_object_get(root, "topics"), *one;
	size_t count, i;
	const char **to = make_list(w, list, sizeof(*to), &count);

	out->topics = to;
	if (!to)
		return no_memory(w->err);
	json_array_foreach(list, i, one)
		to[i] = json_is_string(one) ? json_string_value(one) : "";
	return XJ_OK;
}

/* ---------------------------------------------------------------- the whole */

struct row {
	struct xj_arena *arena;
	struct xj_study study;
	const char *owner; /* URN */
};

static int
note_row(void *ctx, const struct xj_study_row *row)
{
	struct row *to = ctx;

	to->study = (struct xj_study){
		.id = row->id, .kind = xj_arena_strdup(to->arena, row->kind),
		.version = row->version, .removed = row->removed,
		.urn = xj_arena_strdup(to->arena, row->urn),
		.title = xj_arena_strdup(to->arena, row->title),
		.unit = xj_arena_strdup(to->arena, row->unit),
		.state = xj_arena_strdup(to->arena, row->state),
		.day = xj_arena_strdup(to->arena, row->day),
	};
	to->owner = xj_arena_strdup(to->arena, row->owner);
	return to->study.kind && to->study.urn && to->study.title &&
	       to->study.unit && to->study.state && to->study.day &&
	       to->owner ? XJ_OK : XJ_ENOMEM;
}

struct papers {
	struct xj_arena *arena;
	struct xj_buf rows; /* struct row */
};

static int
note_paper(void *ctx, const struct xj_study_row *row)
{
	struct papers *p = ctx;
	struct row one = { .arena = p->arena };
	int r = note_row(&one, row);

	xj_buf_add(&p->rows, &one, sizeof(one));
	return r < 0 ? r : xj_buf_check(&p->rows, NULL);
}

/* Papers name their seminar; who handed one in shows it to whom he will. */
static int
show_papers(const struct showing *w, struct xj_seminar *out)
{
	struct papers p = { .arena = w->arena };
	const struct row *rows;
	struct xj_study *to;
	int r = xj_catalog_studies(w->archive->catalog,
				   &(struct xj_study_query){ .kind = "paper",
					.document = out->study.urn,
					.which = XJ_STUDY_LIVE },
				   note_paper, &p, w->err);

	rows = (void *)p.rows.data;
	out->paper_count = p.rows.len / sizeof(*rows);
	to = xj_arena_alloc(w->arena, (out->paper_count + 1) * sizeof(*to));
	out->papers = to;
	if (r == XJ_OK && !to)
		r = no_memory(w->err);
	for (size_t i = 0; r == XJ_OK && i < out->paper_count; i++) {
		to[i] = rows[i].study;
		r = name_member(w, rows[i].owner, &to[i].owner,
				&to[i].owner_name);
	}
	xj_buf_release(&p.rows);
	return r;
}

static int
read_row(const struct showing *w, uint64_t id, struct xj_seminar *out)
{
	struct row row = { .arena = w->arena };
	int r = xj_catalog_studies(w->archive->catalog,
				   &(struct xj_study_query){ .id = id,
					.kind = "seminar",
					.which = XJ_STUDY_ANY },
				   note_row, &row, w->err);

	if (r < 0)
		return r;
	out->study = row.study;
	out->unit_name = unit_name(w, row.study.unit);
	return name_member(w, row.owner ? row.owner : "", &out->study.owner,
			   &out->study.owner_name);
}

static int
show(const struct showing *w, uint64_t id, const json_t *root,
     xj_seminar_fn fn, void *ctx)
{
	const json_t *call = json_object_get(root, "call");
	const json_t *packet = json_object_get(root, "packet");
	struct xj_decision *decisions = NULL;
	const char *next[XJ_SEMINAR_NEXT];
	struct xj_seminar out = {
		.question = text_of(root, "question"),
		.level = text_of(root, "level"),
		.until = text_of(root, "until"),
		.time = text_of(root, "time"),
		.place = text_of(root, "place"),
		.call_until = text_of(call, "until"),
		.call_limit = number_of(call, "limit"),
		.packet_count = json_array_size(json_object_get(packet,
								"items")),
		.frozen = json_object_get(packet, "frozen") != NULL,
		.may_change = xj_seminar_may(w->archive, root),
		.next = next,
	};
	int r = read_row(w, id, &out);

	if (r == XJ_OK)
		r = name_member(w, text_of(root, "chair"), &out.chair,
				&out.chair_name);
	if (r == XJ_OK)
		r = show_topics(w, root, &out);
	if (r == XJ_OK)
		r = show_invited(w, root, &out);
	if (r == XJ_OK)
		r = show_agenda(w, root, &out);
	if (r == XJ_OK)
		r = show_decisions(w, root, id, &decisions,
				   &out.decision_count);
	if (r == XJ_OK)
		r = show_papers(w, &out);
	if (r == XJ_OK)
		r = show_attendance(w, root, &out);
	out.decisions = decisions;
	show_minutes(root, &out);
	show_may(w, root, next, &out);
	return r < 0 ? r : fn(ctx, &out);
}

int
xj_seminar_tell(struct xj_archive *a, uint64_t id, xj_seminar_fn fn, void *ctx,
		struct xj_error *err)
{
	xj_auto(showing_end) struct showing w = { .archive = a, .err = err };
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = showing_begin(&w);

	if (r == XJ_OK && xj_study_read(a, &xj_seminar_kind, id, true, w.arena,
					&row, &root, NULL) < 0)
		r = xj_study_read(a, &xj_seminar_kind, id, false, w.arena,
				  &row, &root, err);
	if (r == XJ_OK)
		r = show(&w, id, root, fn, ctx);
	json_decref(root);
	return r;
}

/* ------------------------------------------------------------- all decisions */

struct gathering {
	struct showing show;
	const struct xj_decisions_options *options;
	const char *member;      /* login of the one asked for; or NULL */
	struct xj_buf ids, roots, list; /* uint64_t, json_t *, xj_decision */
};

static void
gathering_end(struct gathering *g)
{
	for (size_t i = 0; i < g->roots.len / sizeof(json_t *); i++)
		json_decref(((json_t **)(void *)g->roots.data)[i]);
	xj_buf_release(&g->ids);
	xj_buf_release(&g->roots);
	xj_buf_release(&g->list);
	showing_end(&g->show);
}

static int
note_id(void *ctx, const struct xj_study_row *row)
{
	struct gathering *g = ctx;

	xj_buf_add(&g->ids, &row->id, sizeof(row->id));
	return xj_buf_check(&g->ids, g->show.err);
}

static bool
is_asked(const struct gathering *g, const struct xj_decision *d)
{
	const struct xj_decisions_options *o = g->options;

	return (o->all || !*d->done) &&
	       (!o->unit || strcmp(o->unit, d->unit) == 0) &&
	       (!g->member || strcmp(g->member, d->member) == 0);
}

static int
gather_one(struct gathering *g, uint64_t id)
{
	struct xj_entity_row row;
	struct xj_decision *list;
	json_t *root = NULL;
	size_t count;
	int r = xj_study_read(g->show.archive, &xj_seminar_kind, id, false,
			      g->show.arena, &row, &root, g->show.err);

	if (r < 0)
		return r;
	xj_buf_add(&g->roots, &root, sizeof(root));
	if ((r = xj_buf_check(&g->roots, g->show.err)) < 0) {
		json_decref(root);
		return r;
	}
	r = show_decisions(&g->show, root, id, &list, &count);
	for (size_t i = 0; r == XJ_OK && i < count; i++)
		if (is_asked(g, &list[i]))
			xj_buf_add(&g->list, &list[i], sizeof(list[i]));
	return r < 0 ? r : xj_buf_check(&g->list, g->show.err);
}

/* Those without a day stand behind all others. */
static int
by_due(const void *a, const void *b)
{
	const struct xj_decision *x = a, *y = b;
	int c = strcmp(*x->due ? x->due : "9999", *y->due ? y->due : "9999");

	if (c == 0)
		c = (x->seminar > y->seminar) - (x->seminar < y->seminar);
	return c ? c : (x->number > y->number) - (x->number < y->number);
}

static int
find_member(struct gathering *g)
{
	const char *urn, *name;
	int r;

	if (!g->options->member)
		return XJ_OK;
	r = xj_seminar_member(g->show.archive, g->options->member,
			      g->show.arena, &urn, g->show.err);
	return r < 0 ? r : xj_member_names(g->show.archive, urn, g->show.arena,
					   &g->member, &name, g->show.err);
}

int
xj_decisions(struct xj_archive *a, const struct xj_decisions_options *options,
	     xj_decision_fn fn, void *ctx, struct xj_error *err)
{
	static const struct xj_decisions_options none;
	xj_auto(gathering_end) struct gathering g = {
		.show = { .archive = a, .err = err },
		.options = options ? options : &none,
	};
	struct xj_decision *list;
	size_t count;
	int r = showing_begin(&g.show);

	if (r == XJ_OK)
		r = find_member(&g);
	if (r == XJ_OK)
		r = xj_catalog_studies(a->catalog, &(struct xj_study_query){
				.kind = "seminar", .which = XJ_STUDY_LIVE },
				note_id, &g, err);
	for (size_t i = 0; r == XJ_OK && i < g.ids.len / sizeof(uint64_t); i++)
		r = gather_one(&g, ((uint64_t *)(void *)g.ids.data)[i]);
	list = (void *)g.list.data;
	count = g.list.len / sizeof(*list);
	if (r == XJ_OK && count)
		qsort(list, count, sizeof(*list), by_due);
	for (size_t i = 0; r == XJ_OK && i < count; i++)
		r = fn(ctx, &list[i]);
	return r;
}
