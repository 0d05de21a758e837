/* page-rights.c - who may see a document or a study record, and who says so. */
#include <stdlib.h>
#include <string.h>

#include <xueji/pages.h>

#include "serve/serve.h"

#define SHOWN_MAX 200
#define UNITS_MAX 60

/* What has rights: a document, or a study record of a kind. */
struct thing {
	struct xj_request *q;
	const char *kind;     /* NULL: a document */
	const char *part;     /* where it stands: "/documents" */
	uint64_t id;
	json_t *o, *units;
};

/* ------------------------------------------------------------------ in words */

static const struct scope {
	const char *name, *shown;
} scopes[] = {
	{ "private", N_("only whose it is") },
	{ "unit", N_("members of its unit") },
	{ "below", N_("members of its unit and of units below it") },
	{ "units", N_("members of certain units") },
	{ "members", N_("every member") },
	{ "public", N_("everybody, without signing in") },
};

static const char *
scope_shown(const char *name)
{
	for (size_t i = 0; i < XJ_COUNT(scopes); i++)
		if (strcmp(name, scopes[i].name) == 0)
			return _(scopes[i].shown);
	return _("only the archive's owner");
}

static json_t *
reason_shown(const struct xj_sight_reason *r, const json_t *units)
{
	const char *unit = *r->unit ? xj_unit_named(units, r->unit) : "";

	if (strcmp(r->reason, "owner") == 0)
		return xj_json_of(_("it is theirs"));
	if (strcmp(r->reason, "unit") == 0)
		return xj_json_format(_("member of %s"), unit);
	if (strcmp(r->reason, "below") == 0)
		return xj_json_format(_("member of %s or a unit below it"),
				      unit);
	if (strcmp(r->reason, "members") == 0)
		return xj_json_of(_("every member"));
	if (strcmp(r->reason, "public") == 0)
		return xj_json_of(_("everybody"));
	if (strcmp(r->reason, "role") == 0)
		return xj_json_format(_("%s of %s"), _(r->role), unit);
	if (strcmp(r->reason, "share-unit") == 0)
		return xj_json_format(_("shared with %s"), unit);
	if (strcmp(r->reason, "share-below") == 0)
		return xj_json_format(_("shared with %s and the units below "
					"it"), unit);
	if (strcmp(r->reason, "part") == 0)
		return xj_json_of(_("takes part"));
	if (strcmp(r->reason, "invited-unit") == 0)
		return xj_json_format(_("member of %s, which is invited"),
				      unit);
	if (strcmp(r->reason, "invited-below") == 0)
		return xj_json_format(_("member of %s or a unit below it, "
					"which are invited"), unit);
	if (strcmp(r->reason, "invited-all") == 0)
		return xj_json_of(_("every member is invited"));
	return xj_json_of(strcmp(r->reason, "share-all") == 0 ?
			  _("shared with every member") :
			  _("shared with this person"));
}

static int
add_reason(void *ctx, const struct xj_sight_reason *r)
{
	struct thing *t = ctx;
	json_t *list = json_object_get(t->o, "who_can");

	if (json_array_size(list) >= SHOWN_MAX)
		return XJ_OK;
	json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:b}",
		"login", xj_json_of(r->login), "name", xj_json_of(r->name),
		"reason", reason_shown(r, t->units),
		"until", xj_json_of(r->until), "download", (int)r->download));
	return XJ_OK;
}

static int
add_rights(void *ctx, const struct xj_rights_shown *r)
{
	struct thing *t = ctx;
	json_t *o = json_object(), *units = json_array();

	for (size_t i = 0; i < r->unit_count; i++)
		json_array_append_new(units, xj_json_of(xj_unit_named(t->units,
							r->units[i])));
	json_object_set_new(o, "unit", xj_json_of(r->unit));
	json_object_set_new(o, "unit_name", xj_json_of(*r->unit ?
			    xj_unit_named(t->units, r->unit) : ""));
	json_object_set_new(o, "owner_name", xj_json_of(r->owner_name));
	json_object_set_new(o, "scope", xj_json_of(r->scope));
	json_object_set_new(o, "scope_shown", xj_json_of(scope_shown(
							 r->scope)));
	json_object_set_new(o, "scope_units", units);
	json_object_set_new(t->o, "rights", o);
	return XJ_OK;
}

static int
add_share(void *ctx, const struct xj_share_shown *s)
{
	struct thing *t = ctx;
	bool download = strcmp(s->right, "download") == 0;

	json_array_append_new(json_object_get(t->o, "shares"), json_pack(
		"{s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:b}",
		"number", (json_int_t)s->number, "with",
		xj_model_whom(s->to, s->who, s->name, t->units),
		"may", download ? _("read and download it") : _("read it"),
		"from", xj_text_or_null(s->from),
		"until", xj_text_or_null(s->until), "by", xj_json_of(s->by),
		"reason", xj_text_or_null(s->reason), "over", (int)s->over));
	return XJ_OK;
}

static int
note_download(void *ctx, const struct xj_sight_reason *r)
{
	*(bool *)ctx |= r->download;
	return XJ_OK;
}

/* A member who may read it and not more can ask for the rest. */
static bool
may_ask(struct xj_request *q, uint64_t id)
{
	bool download = false;

	return q->session.who == XJ_MEMBER &&
	       xj_why(q->archive, q->session.login, id, note_download,
		      &download, NULL) >= 0 && !download;
}

/* Who may not know it, is not told. */
void
xj_model_sight(struct xj_request *q, json_t *o, uint64_t id)
{
	struct thing t = { .q = q, .o = o, .id = id };

	json_object_set_new(o, "who_can", json_array());
	if (q->session.who == XJ_GUEST)
		return;
	t.units = xj_model_units(q);
	xj_rights_tell(q->archive, id, add_rights, NULL, &t, NULL);
	xj_who_can(q->archive, id, add_reason, &t, NULL);
	json_object_set_new(o, "may_ask", json_boolean(may_ask(q, id)));
	json_decref(t.units);
}

/* ---------------------------------------------------------------- the page */

/* Who may not know of the others is told why he sees it himself. */
static void
tell_who(struct thing *t)
{
	struct xj_archive *a = t->q->archive;
	const char *login = t->q->session.login;
	int r = t->kind ?
		xj_study_who_can(a, t->kind, t->id, add_reason, t, NULL) :
		xj_who_can(a, t->id, add_reason, t, NULL);

	if (r >= 0 || t->q->session.who != XJ_MEMBER)
		return;
	if (t->kind)
		xj_study_why(a, t->kind, login, t->id, add_reason, t, NULL);
	else
		xj_why(a, login, t->id, add_reason, t, NULL);
	json_object_set_new(t->o, "only_me", json_true());
}

static int
tell(struct thing *t, struct xj_error *err)
{
	struct xj_archive *a = t->q->archive;

	json_object_set_new(t->o, "shares", json_array());
	json_object_set_new(t->o, "who_can", json_array());
	tell_who(t);
	return t->kind ? xj_study_rights_tell(a, t->kind, t->id, add_rights,
					      add_share, t, err) :
	       xj_rights_tell(a, t->id, add_rights, add_share, t, err);
}

static int
note_title(void *ctx, const struct xj_study *s)
{
	struct thing *t = ctx;

	if (s->id == t->id)
		json_object_set_new(t->o, "of", xj_json_of(s->title));
	return XJ_OK;
}

static int
find(struct thing *t, struct xj_error *err)
{
	struct xj_document *d;
	int r;

	if (t->kind) {
		r = xj_study_asked(t->q, t->kind, &t->id, err);
		return r < 0 ? r : xj_studies(t->q->archive,
			&(struct xj_study_filter){ .kind = t->kind },
			note_title, t, err);
	}
	r = xj_document_asked(t->q, &d, err);
	if (r < 0)
		return r;
	t->id = xj_document_info(d)->id;
	json_object_set_new(t->o, "of", xj_json_of(
		*xj_document_info(d)->title ? xj_document_info(d)->title :
		xj_document_info(d)->name));
	xj_document_free(d);
	return XJ_OK;
}

static json_t *
scope_choices(const char *chosen)
{
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(scopes); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
			"name", scopes[i].name, "shown", _(scopes[i].shown),
			"chosen", strcmp(chosen, scopes[i].name) == 0));
	return list;
}

static void
add_forms(struct thing *t)
{
	struct xj_request *q = t->q;
	const json_t *rights = json_object_get(t->o, "rights");
	const char *scope = json_string_value(json_object_get(rights,
							      "scope"));
	const char *unit = json_string_value(json_object_get(rights, "unit"));
	json_t *members = xj_model_members(q);
	bool may = t->kind ? xj_study_may_change(q->archive, t->kind, t->id)
			   : xj_may_do(q->archive, t->id) & XJ_MAY_SHARE;

	json_object_set_new(t->o, "may_share", json_boolean(may));
	json_object_set_new(t->o, "whom", xj_model_whom_choices(t->units,
								members));
	json_object_set_new(t->o, "units", xj_model_unit_choices(t->units,
								 unit));
	json_object_set_new(t->o, "scopes", scope_choices(scope ? scope : ""));
	json_object_set_new(t->o, "download", json_boolean(strcmp(
			    xj_form(q, "right"), "download") == 0));
	json_object_set_new(t->o, "typed", json_pack("{s:o, s:o, s:o}",
		"to", xj_json_of(xj_form(q, "to")),
		"until", xj_json_of(xj_form(q, "until")),
		"reason", xj_json_of(xj_form(q, "reason"))));
	json_decref(members);
}

static int
show(struct thing *t, struct xj_reply *p)
{
	int r;

	t->o = json_pack("{s:s, s:s}", "title", _("Who can see it"), "part",
			 t->part + 1);
	t->units = xj_model_units(t->q);
	json_object_set_new(t->o, "is_document", json_boolean(!t->kind));
	p->model = t->o;
	p->page = "rights";
	r = find(t, &p->error);
	if (r == XJ_OK)
		r = xj_signed_in(t->q, &p->error);
	if (r == XJ_OK)
		r = tell(t, &p->error);
	if (r == XJ_OK)
		add_forms(t);
	json_object_set_new(t->o, "id", json_integer((json_int_t)t->id));
	xj_model_has(t->o, "has_shares", "shares");
	xj_model_has(t->o, "has_who", "who_can");
	json_decref(t->units);
	return r;
}

/* -------------------------------------------------------------- a change */

static int
set_scope(struct thing *t, struct xj_archive *a, struct xj_error *err)
{
	struct xj_request *q = t->q;
	const char *const *units = xj_form_names(q, "units", UNITS_MAX);
	struct xj_scope_given g = { .scope = xj_form_or_null(q, "scope"),
				    .unit = xj_form_or_null(q, "unit") };

	if (units && *units && strcmp(xj_form(q, "scope"), "units") == 0)
		g.units = units;
	return t->kind ? xj_study_scope(a, t->kind, t->id, &g, NULL, NULL, err)
		       : xj_scope_set(a, t->id, &g, err);
}

static int
share(struct thing *t, struct xj_archive *a, struct xj_error *err)
{
	struct xj_request *q = t->q;
	const char *to = xj_form(q, "to");
	struct xj_share_given g = { .until = xj_form_or_null(q, "until"),
		.right = xj_form_or_null(q, "right"),
		.reason = xj_form_or_null(q, "reason") };

	if (!*to)
		return xj_error_set(err, XJ_EINVAL, "say with whom: a unit or "
				    "a member");
	g.to = strcmp(to, _("all members")) == 0 ? "all" :
	       strcmp(xj_form(q, "reach"), "below") == 0 ?
	       xj_arena_printf(q->arena, "%s/below", to) : to;
	return t->kind ? xj_study_share(a, t->kind, t->id, &g, NULL, NULL, err)
		       : xj_share(a, t->id, &g, NULL, err);
}

static int
change(struct thing *t, struct xj_archive *a, const char *deed,
       struct xj_error *err)
{
	const char *number = xj_form(t->q, "number");

	if (strcmp(deed, "scope") == 0)
		return set_scope(t, a, err);
	if (strcmp(deed, "unshare") != 0)
		return share(t, a, err);
	return t->kind ? xj_study_unshare(a, t->kind, t->id, number, NULL,
					  NULL, err)
		       : xj_unshare(a, t->id, number, err);
}

static int
act(struct thing *t, struct xj_reply *p)
{
	const char *deed = xj_form(t->q, "deed");
	struct xj_archive *a;
	int r;

	t->o = json_object();
	r = find(t, &p->error);
	json_decref(t->o);
	if (r < 0)
		return r;
	r = xj_change_open(t->q, &a, &p->error);
	if (r == XJ_OK) {
		r = change(t, a, deed, &p->error);
		xj_archive_close(a);
	}
	if (r >= 0)
		return xj_reply_done(t->q, p, xj_arena_printf(t->q->arena,
			"%s/%llu/rights", t->part, (ull)t->id),
			strcmp(deed, "unshare") == 0 ? "unshared" :
			strcmp(deed, "scope") == 0 ? "saved" : "shared");
	return xj_form_again(t->q, p, r, xj_page_rights);
}

static struct thing
thing_asked(struct xj_request *q)
{
	const char *kind = xj_study_kind_asked(q);

	return (struct thing){ .q = q, .kind = kind, .part = kind ?
		xj_arena_printf(q->arena, "/%ss", kind) : "/documents" };
}

int
xj_page_rights(struct xj_request *q, struct xj_reply *p)
{
	struct thing t = thing_asked(q);

	return show(&t, p);
}

int
xj_do_rights(struct xj_request *q, struct xj_reply *p)
{
	struct thing t = thing_asked(q);

	return act(&t, p);
}
