/* model-seminar.c - what pages and the API say of seminars and their packets: keys
 * as `xueji seminar show --json` has them, and `shown` for pages. */
#include <string.h>

#include "serve/seminar.h"

static json_t *
number_or_null(uint64_t n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

json_t *
xj_model_seminar_row(const struct xj_study *s)
{
	json_t *o = xj_model_study(s);

	json_object_set_new(o, "shown", json_pack("{s:o}", "state",
		xj_json_of(s->removed ? _("was removed") :
			   xj_seminar_shown(s->state))));
	return o;
}

/* ----------------------------------------------------------------- its parts */

/* "李明 (li)": as people are named. */
static json_t *
person(const char *login, const char *name)
{
	return *login && *name && strcmp(login, name) != 0 ?
	       xj_json_format("%s (%s)", name, login) :
	       xj_json_of(*name ? name : login);
}

static json_t *
invited_of(const struct xj_seminar *s, const json_t *units)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->invited_count; i++) {
		const struct xj_invited *v = &s->invited[i];
		bool below = strcmp(v->to, "below") == 0;

		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o}",
			"to", v->to, "who", xj_json_of(v->who),
			"name", xj_json_of(v->name), "shown",
			json_pack("{s:o, s:o}", "name", xj_model_whom(v->to,
				v->who, v->name, units), "ref",
				xj_json_format(below ? "%s/below" : "%s",
					       v->who))));
	}
	return list;
}

static json_t *
minutes_long(unsigned minutes)
{
	return minutes ? xj_json_format(ngettext("%u minute", "%u minutes",
						 minutes), minutes)
		       : json_null();
}

static json_t *
agenda_of(const struct xj_seminar *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->agenda_count; i++) {
		const struct xj_agenda_line *l = &s->agenda[i];
		json_t *o = json_object();

		json_object_set_new(o, "title", xj_json_of(l->title));
		json_object_set_new(o, "time", xj_text_or_null(l->time));
		json_object_set_new(o, "minutes", json_integer(l->minutes));
		json_object_set_new(o, "speaker", xj_text_or_null(l->speaker));
		json_object_set_new(o, "speaker_name",
				    xj_text_or_null(l->speaker_name));
		json_object_set_new(o, "document",
				    number_or_null(l->document));
		json_object_set_new(o, "document_title",
				    xj_text_or_null(l->document_title));
		json_object_set_new(o, "shown", json_pack(
			"{s:i, s:o, s:o, s:b, s:b}", "place", (int)i + 1,
			"minutes", minutes_long(l->minutes),
			"speaker", person(l->speaker, l->speaker_name),
			"first", i == 0, "last", i + 1 == s->agenda_count));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
minutes_of(const struct xj_seminar *s)
{
	json_t *o;

	if (!*s->minutes)
		return json_null();
	o = json_object();
	json_object_set_new(o, "text", xj_json_of(s->minutes));
	json_object_set_new(o, "by", xj_json_of(s->minutes_by));
	json_object_set_new(o, "at", xj_model_time(s->minutes_at));
	json_object_set_new(o, "days_after", json_integer(
		s->minutes_late > 0 ? s->minutes_late : 0));
	json_object_set_new(o, "confirmed_by", xj_text_or_null(s->confirmed_by));
	json_object_set_new(o, "confirmed", xj_model_time(s->confirmed_at));
	json_object_set_new(o, "shown", json_pack("{s:o, s:o, s:o, s:o}",
		"text", xj_markdown(s->minutes, 2),
		"at", xj_model_moment(s->minutes_at),
		"confirmed", xj_model_moment(s->confirmed_at),
		"late", s->minutes_late > 0 ? xj_json_format(ngettext(
			"entered %ld day after it",
			"entered %ld days after it",
			(unsigned long)s->minutes_late), s->minutes_late) :
			json_null()));
	return o;
}

json_t *
xj_model_decision(const struct xj_decision *d)
{
	json_t *o = json_object();

	json_object_set_new(o, "seminar", json_integer(
		(json_int_t)d->seminar));
	json_object_set_new(o, "seminar_title", xj_json_of(d->seminar_title));
	json_object_set_new(o, "number", json_integer(d->number));
	json_object_set_new(o, "text", xj_json_of(d->text));
	json_object_set_new(o, "member", xj_text_or_null(d->member));
	json_object_set_new(o, "member_name", xj_text_or_null(d->member_name));
	json_object_set_new(o, "unit", xj_text_or_null(d->unit));
	json_object_set_new(o, "unit_name", xj_text_or_null(d->unit_name));
	json_object_set_new(o, "due", xj_text_or_null(d->due));
	json_object_set_new(o, "done", xj_text_or_null(d->done));
	json_object_set_new(o, "overdue", json_integer(d->late));
	json_object_set_new(o, "shown", json_pack("{s:o, s:o, s:b, s:b}",
		"done", *d->done ? xj_json_format(_("done %s"), d->done)
				 : json_null(),
		"overdue", d->late > 0 ? xj_json_format(ngettext(
			"%ld day overdue", "%ld days overdue",
			(unsigned long)d->late), d->late) : json_null(),
		"may_settle", (int)(d->may_settle && !*d->done),
		"may_reopen", (int)(d->may_settle && *d->done)));
	return o;
}

static json_t *
decisions_of(const struct xj_seminar *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->decision_count; i++)
		json_array_append_new(list,
				      xj_model_decision(&s->decisions[i]));
	return list;
}

static json_t *
papers_of(const struct xj_seminar *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->paper_count; i++) {
		json_t *o = xj_model_study(&s->papers[i]);

		json_object_set_new(o, "shown", json_pack("{s:o, s:o}",
			"state", xj_json_of(_(s->papers[i].state)),
			"owner", person(s->papers[i].owner,
					s->papers[i].owner_name)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
attendance_of(const struct xj_seminar *s)
{
	json_t *list = json_array();

	for (size_t i = 0; s->attendance && i < s->attended; i++) {
		const struct xj_lecture_attendance *a = &s->attendance[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}",
			"login", xj_json_of(a->login),
			"name", xj_json_of(a->name),
			"at", xj_json_of(a->at), "by", xj_json_of(a->by)));
	}
	return list;
}

static json_t *
topics_of(const struct xj_seminar *s)
{
	json_t *list = json_array();

	for (size_t i = 0; s->topics && s->topics[i]; i++)
		json_array_append_new(list, xj_json_of(s->topics[i]));
	return list;
}

/* ------------------------------------------------------------------ the whole */

/* "2011-05-12 – 2011-05-13 14:30" */
static json_t *
when_of(const struct xj_seminar *s)
{
	if (!*s->study.day)
		return json_null();
	return xj_json_format("%s%s%s%s%s", s->study.day,
			      *s->until ? " – " : "", s->until,
			      *s->time ? " " : "", s->time);
}

static json_t *
steps_of(const struct xj_seminar *s)
{
	json_t *list = json_array();
	bool closed = strcmp(s->study.state, "closed") == 0;

	for (size_t i = 0; s->next[i]; i++) {
		const char *to = s->next[i];

		json_array_append_new(list, json_pack("{s:s, s:s}", "to", to,
			"label", closed ? _("Open it again") :
			strcmp(to, "open") == 0 ? _("Announce it") :
			strcmp(to, "held") == 0 ? _("It was held") :
			strcmp(to, "closed") == 0 ? _("Conclude it") :
			_("Take the announcement back")));
	}
	return list;
}

static json_t *
call_of(const struct xj_seminar *s)
{
	if (!*s->call_until)
		return json_null();
	return s->call_limit ? xj_json_format(ngettext(
		"Papers are taken until %s, %u at most",
		"Papers are taken until %s, %u at most", s->call_limit),
		s->call_until, s->call_limit) :
		xj_json_format(_("Papers are taken until %s"), s->call_until);
}

/* What the reader may do now. */
static json_t *
can_of(const struct xj_seminar *s)
{
	return json_pack("{s:b, s:b, s:b, s:b, s:b}", "change",
			 (int)s->may_change, "edit", (int)s->may_edit,
			 "confirm", (int)s->may_confirm,
			 "minute", (int)s->may_minute, "attend",
			 (int)s->may_attend);
}

static json_t *
shown_of(const struct xj_seminar *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "state", xj_json_of(s->study.removed ?
		_("was removed") : xj_seminar_shown(s->study.state)));
	json_object_set_new(o, "level", xj_text_or_null(
		xj_seminar_shown(s->level)));
	json_object_set_new(o, "when", when_of(s));
	json_object_set_new(o, "chair", person(s->chair, s->chair_name));
	json_object_set_new(o, "owner", person(s->study.owner,
					       s->study.owner_name));
	json_object_set_new(o, "call", call_of(s));
	json_object_set_new(o, "attended", s->attended ? xj_json_format(
		ngettext("%zu person was there", "%zu persons were there",
			 s->attended), s->attended) : json_null());
	json_object_set_new(o, "steps", steps_of(s));
	json_object_set_new(o, "has_topics", json_boolean(s->topics &&
							  s->topics[0]));
	json_object_set_new(o, "can", can_of(s));
	return o;
}

json_t *
xj_model_seminar(const struct xj_seminar *s, const json_t *units)
{
	json_t *o = xj_model_study(&s->study);

	json_object_set_new(o, "unit_name", xj_text_or_null(s->unit_name));
	json_object_set_new(o, "question", xj_text_or_null(s->question));
	json_object_set_new(o, "level", xj_text_or_null(s->level));
	json_object_set_new(o, "chair", xj_text_or_null(s->chair));
	json_object_set_new(o, "chair_name", xj_text_or_null(s->chair_name));
	json_object_set_new(o, "until", xj_text_or_null(s->until));
	json_object_set_new(o, "time", xj_text_or_null(s->time));
	json_object_set_new(o, "place", xj_text_or_null(s->place));
	json_object_set_new(o, "topics", topics_of(s));
	json_object_set_new(o, "invited", invited_of(s, units));
	json_object_set_new(o, "agenda", agenda_of(s));
	json_object_set_new(o, "call_until", xj_text_or_null(s->call_until));
	json_object_set_new(o, "call_limit", json_integer(s->call_limit));
	json_object_set_new(o, "items", json_integer(
		(json_int_t)s->packet_count));
	json_object_set_new(o, "frozen", json_boolean(s->frozen));
	json_object_set_new(o, "minutes", minutes_of(s));
	json_object_set_new(o, "decisions", decisions_of(s));
	json_object_set_new(o, "papers", papers_of(s));
	json_object_set_new(o, "attended", json_integer(
		(json_int_t)s->attended));
	json_object_set_new(o, "attendance", attendance_of(s));
	json_object_set_new(o, "shown", shown_of(s));
	return o;
}

/* -------------------------------------------------------------------- packets */

static json_t *
pages_of(const struct xj_packet_line *l)
{
	if (!l->first && !l->last)
		return json_null();
	if (l->first == l->last)
		return xj_json_format(_("page %u"), l->first);
	if (!l->last)
		return xj_json_format(_("from page %u"), l->first);
	return xj_json_format(_("pages %u–%u"), l->first ? l->first : 1,
			      l->last);
}

/* As it is typed: "3-7". */
static json_t *
range_of(const struct xj_packet_line *l)
{
	if (!l->first && !l->last)
		return json_string("");
	if (l->first == l->last)
		return xj_json_format("%u", l->first);
	return l->last ? xj_json_format("%u-%u", l->first ? l->first : 1,
					l->last) :
	       xj_json_format("%u-", l->first);
}

static bool
is(const struct xj_packet_line *l, const char *what)
{
	return strcmp(l->what, what) == 0;
}

static json_t *
line_shown(const struct xj_packet_line *l)
{
	bool newer = l->document && l->newest > l->version;
	json_t *o = json_object();

	json_object_set_new(o, "name", xj_json_of(is(l, "search") ? l->query :
		*l->title ? l->title :
		_("(not there any more, or not to be seen by you)")));
	json_object_set_new(o, "pages", pages_of(l));
	json_object_set_new(o, "range", range_of(l));
	json_object_set_new(o, "search", json_boolean(is(l, "search")));
	json_object_set_new(o, "hit", json_boolean(is(l, "hit")));
	json_object_set_new(o, "title", json_boolean(is(l, "title") ||
						     l->title_only));
	json_object_set_new(o, "of_document", json_boolean(
		is(l, "document")));
	json_object_set_new(o, "newer", newer ? xj_json_format(
		_("Version %u is in the packet; there is a version %u now."),
		l->version, l->newest) : json_null());
	json_object_set_new(o, "version", l->version ? xj_json_format(
		_("version %u"), l->version) : json_null());
	json_object_set_new(o, "warning", xj_validity_warns(l->status) ?
		xj_json_of(xj_validity_shown(l->status)) : json_null());
	json_object_set_new(o, "successor",
			    xj_text_or_null(l->replaced_by_title));
	return o;
}

json_t *
xj_model_packet_line(const struct xj_packet_line *l)
{
	json_t *o = json_object();

	json_object_set_new(o, "item", json_integer(l->number));
	json_object_set_new(o, "what", json_string(l->what));
	json_object_set_new(o, "document", number_or_null(l->document));
	json_object_set_new(o, "title", xj_text_or_null(l->title));
	json_object_set_new(o, "unit", xj_text_or_null(l->unit));
	json_object_set_new(o, "unit_name", xj_text_or_null(l->unit_name));
	json_object_set_new(o, "scope", xj_text_or_null(l->scope));
	json_object_set_new(o, "version", json_integer(l->version));
	json_object_set_new(o, "newest", json_integer(l->newest));
	json_object_set_new(o, "first", json_integer(l->first));
	json_object_set_new(o, "last", json_integer(l->last));
	json_object_set_new(o, "query", xj_text_or_null(l->query));
	json_object_set_new(o, "note", xj_text_or_null(l->note));
	json_object_set_new(o, "title_only", json_boolean(l->title_only));
	json_object_set_new(o, "gone", json_boolean(l->gone));
	json_object_set_new(o, "status", xj_text_or_null(l->status));
	json_object_set_new(o, "replaced_by", number_or_null(l->replaced_by));
	json_object_set_new(o, "shown", line_shown(l));
	return o;
}
