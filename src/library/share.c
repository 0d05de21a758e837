/* share.c - say who may see a document: its scope, and shares beyond it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/edit.h"
#include "library/rights.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------- the change at hand */

struct sharing {
	struct xj_archive *archive;
	struct xj_change change;
	struct xj_editing edit;
	struct xj_unit_tree tree;     /* of today */
	char today[XJ_DAY_MAX];
	struct xj_error *err;
};

static void
sharing_end(struct sharing *s)
{
	xj_unit_tree_end(&s->tree);
	xj_editing_end(&s->edit);
	xj_change_abandon(&s->change);
}

/* What is inside a container has its rights. */
static int
check_top(struct sharing *s)
{
	const struct xj_doc *d = &s->edit.target->doc;

	if (s->edit.target == &s->edit.record)
		return XJ_OK;
	return xj_error_set(s->err, XJ_EINVAL, "document %llu is inside "
			    "document %llu and seen by whoever sees that one",
			    (unsigned long long)d->id,
			    (unsigned long long)s->edit.record.doc.id);
}

static int
sharing_begin(struct sharing *s, struct xj_archive *a, uint64_t id,
	      struct xj_error *err)
{
	int r = xj_may_with(a, XJ_DO_SHARE, id, err);

	s->archive = a;
	s->err = err;
	xj_today(s->today);
	if (r == XJ_OK)
		r = xj_change_begin(a, &s->change, err);
	if (r == XJ_OK)
		r = xj_editing_begin(&s->edit, &s->change, id, err);
	if (r == XJ_OK)
		r = check_top(s);
	return r < 0 ? r : xj_unit_tree_load(a, s->today, &s->tree, err);
}

/* The index entries of it all say who is let in. */
static int
requeue(struct sharing *s)
{
	struct xj_record *top = &s->edit.record;
	int r = XJ_OK;

	for (size_t i = 0; i <= top->member_count && r == XJ_OK; i++) {
		uint64_t id = i ? top->members[i - 1].doc.id : top->doc.id;

		r = xj_catalog_requeue(s->archive->catalog, id, s->err);
		if (r == XJ_ENOTFOUND) /* not live: it has none */
			r = XJ_OK;
	}
	return r;
}

/* Who was told of what stands in the audit record, not in the history, which
 * all who see the document read. */
static int
sharing_commit(struct sharing *s, const char *verb, const char *detail)
{
	struct xj_archive *a = s->archive;
	struct xj_editing *e = &s->edit;
	uint64_t id = e->record.doc.id;
	int r = xj_editing_put(e, verb, NULL);

	if (r == XJ_OK)
		r = xj_catalog_set_owner(a->catalog, id,
					 e->record.doc.owner, s->err);
	if (r == XJ_OK)
		r = xj_rights_put_rows(a, e->arena, &e->record, s->err);
	if (r == XJ_OK)
		r = requeue(s);
	if (r == XJ_OK)
		r = xj_editing_log(e, id, verb, NULL);
	if (r == XJ_OK)
		r = xj_audit(a, verb, id, detail, s->err);
	if (r == XJ_OK)
		r = xj_change_commit(&s->change, s->err);
	if (r == XJ_OK)
		r = xj_pairs_settle(a, id, s->err);
	return r < 0 ? r : xj_indexer_catch_up(a, s->err);
}

/* ------------------------------------------------------------------- scope */

static int
find_unit(const struct xj_unit_tree *tree, struct xj_arena *arena,
	  const char *ref, const char **code, struct xj_error *err)
{
	const struct xj_unit_row *unit;
	int r = xj_unit_tree_find(tree, ref, &unit, err);

	if (r < 0)
		return r;
	if (!unit->placed)
		return xj_error_set(err, XJ_EINVAL, "unit %s is closed",
				    unit->code);
	*code = xj_arena_strdup(arena, unit->code);
	return *code ? XJ_OK : no_memory(err);
}

static int
find_open_unit(struct sharing *s, const char *ref, const char **code)
{
	return find_unit(&s->tree, s->edit.arena, ref, code, s->err);
}

/* What a member adds to his own unit is his own. */
static int
may_add(struct xj_archive *a, uint64_t unit, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	bool own = reader && (!unit || xj_reader_is_in(reader, unit));

	return xj_may(a, XJ_DO_ADD, unit, own ? reader->urn : NULL, err);
}

static int
set_unit(struct sharing *s, const char *ref)
{
	struct xj_record *top = &s->edit.record;
	const struct xj_unit_row *unit;
	const char *code;
	int r = find_open_unit(s, ref, &code);

	if (r < 0)
		return r;
	unit = xj_unit_tree_code(&s->tree, code);
	top->doc.owner = code;
	for (size_t i = 0; i < top->member_count; i++)
		top->members[i].doc.owner = code;
	return may_add(s->archive, unit->id, s->err);
}

static int
set_owner(struct sharing *s, const char *ref)
{
	struct xj_rights *rights = &s->edit.record.rights;
	uint64_t id;
	int r = xj_member_find(s->archive, ref, &id, s->err);

	return r < 0 ? r : xj_member_urn(s->archive, id, s->edit.arena,
					 &rights->owner, s->err);
}

int
xj_scope_check(const char *name, enum xj_scope *scope, struct xj_error *err)
{
	if (xj_scope_parse(name, scope))
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "%s: no such scope; there are "
			    "private, unit, below, units, members, public",
			    name);
}

/* ------------------------------------------------------- what is added */

/* The unit that the reader belongs to first of all, in his work. */
struct primary {
	const struct xj_unit_tree *tree;
	const char *code;
};

static int
note_primary(void *ctx, const struct xj_span_row *row)
{
	struct primary *p = ctx;
	const struct xj_unit_row *unit = xj_unit_tree_unit(p->tree, row->unit);

	if (unit && unit->placed && row->primary &&
	    strcmp(unit->axis, "work") == 0 &&
	    strcmp(row->from, p->tree->day) <= 0 &&
	    (!row->until || strcmp(row->until, p->tree->day) >= 0))
		p->code = unit->code;
	return XJ_OK;
}

/* By what was given, by who he is, by the setting. */
static int
unit_of_new(struct xj_archive *a, const struct xj_unit_tree *tree,
	    struct xj_arena *arena, const char *given, const char **unit,
	    struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	struct primary p = { .tree = tree };
	char *set = NULL;
	int r = XJ_OK;

	*unit = "";
	if (!given && reader)
		r = xj_catalog_memberships(a->catalog, reader->member,
					   note_primary, &p, err);
	else if (!given)
		r = xj_setting_get(a, "rights.unit", &set, err);
	if (!given)
		given = p.code ? p.code : set;
	if (r == XJ_OK && given && *given)
		r = find_unit(tree, arena, given, unit, err);
	xj_free(set);
	return r;
}

static int
scope_of_new(struct xj_archive *a, const struct xj_scope_given *given,
	     const char *unit, enum xj_scope *scope, struct xj_error *err)
{
	char *set = NULL;
	int r;

	if (given->scope)
		return xj_scope_check(given->scope, scope, err);
	*scope = xj_archive_reader(a) || given->owner ? XJ_SCOPE_PRIVATE :
							XJ_SCOPE_NONE;
	if (!*unit)
		return XJ_OK;
	r = xj_setting_get(a, "rights.scope", &set, err);
	if (r == XJ_OK)
		r = xj_scope_check(set, scope, err);
	xj_free(set);
	return r;
}

static int
units_of_new(const struct xj_unit_tree *tree, struct xj_arena *arena,
	     const char *const *units, struct xj_rights *rights,
	     struct xj_error *err)
{
	size_t n = 0;
	int r = XJ_OK;

	while (units && units[n])
		n++;
	if (n == 0)
		return xj_error_set(err, XJ_EINVAL, "scope units: name the "
				    "units");
	rights->units = xj_arena_alloc(arena, (n + 1) *
				       sizeof(*rights->units));
	if (!rights->units)
		return no_memory(err);
	for (rights->unit_count = 0; rights->unit_count < n && r == XJ_OK;
	     rights->unit_count++)
		r = find_unit(tree, arena, units[rights->unit_count],
			      &rights->units[rights->unit_count], err);
	return r;
}

static int
owner_of_new(struct xj_archive *a, struct xj_arena *arena, const char *given,
	     const char **owner, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	uint64_t id;
	int r;

	*owner = reader ? reader->urn : NULL;
	if (!given)
		return XJ_OK;
	r = xj_member_find(a, given, &id, err);
	return r < 0 ? r : xj_member_urn(a, id, arena, owner, err);
}

static int
needs_unit(enum xj_scope scope, const char *unit, struct xj_error *err)
{
	if (*unit || (scope != XJ_SCOPE_UNIT && scope != XJ_SCOPE_BELOW))
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "scope %s: say of which unit, "
			    "with --unit", xj_scope_name(scope));
}

int
xj_rights_of_new(struct xj_archive *a, struct xj_arena *arena,
		 const struct xj_scope_given *given, struct xj_rights *rights,
		 const char **unit, struct xj_error *err)
{
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	const struct xj_unit_row *row;
	char today[XJ_DAY_MAX];
	int r;

	*rights = (struct xj_rights){ 0 };
	xj_today(today);
	r = xj_unit_tree_load(a, today, &tree, err);
	if (r == XJ_OK)
		r = unit_of_new(a, &tree, arena, given->unit, unit, err);
	if (r == XJ_OK)
		r = scope_of_new(a, given, *unit, &rights->scope, err);
	if (r == XJ_OK)
		r = needs_unit(rights->scope, *unit, err);
	if (r == XJ_OK)
		r = owner_of_new(a, arena, given->owner, &rights->owner, err);
	if (r == XJ_OK && rights->scope == XJ_SCOPE_UNITS)
		r = units_of_new(&tree, arena, given->units, rights, err);
	if (r < 0)
		return r;
	row = **unit ? xj_unit_tree_code(&tree, *unit) : NULL;
	return may_add(a, row ? row->id : 0, err);
}

/* ---------------------------------------------------- of what is there */

static int
change_scope(struct sharing *s, const struct xj_scope_given *given)
{
	struct xj_record *top = &s->edit.record;
	struct xj_rights *rights = &top->rights;
	enum xj_scope scope = rights->scope;
	int r = XJ_OK;

	if (given->unit)
		r = set_unit(s, given->unit);
	if (r == XJ_OK && given->owner)
		r = set_owner(s, given->owner);
	if (r == XJ_OK && given->scope)
		r = xj_scope_check(given->scope, &scope, s->err);
	rights->scope = scope ? scope : XJ_SCOPE_PRIVATE;
	if (r == XJ_OK && scope == XJ_SCOPE_UNITS &&
	    (given->units || !rights->unit_count))
		r = units_of_new(&s->tree, s->edit.arena, given->units, rights,
				 s->err);
	else if (scope != XJ_SCOPE_UNITS)
		rights->unit_count = 0;
	return r < 0 ? r : needs_unit(scope, top->doc.owner ? top->doc.owner :
				      "", s->err);
}

int
xj_scope_set(struct xj_archive *a, uint64_t id,
	     const struct xj_scope_given *given, struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r = sharing_begin(&s, a, id, err);

	if (r == XJ_OK)
		r = change_scope(&s, given);
	return r < 0 ? r : sharing_commit(&s, "scope", xj_scope_name(
					s.edit.record.rights.scope));
}

/* ------------------------------------------------------------------ shares */

/* "all", "UNIT/below", a unit, a member. */
static int
find_target(struct sharing *s, const char *to, struct xj_share_entry *share)
{
	const char *slash = strrchr(to, '/');
	char *unit;
	uint64_t member;
	int r;

	share->who = "";
	share->to = XJ_ATOM_MEMBERS;
	if (strcmp(to, "all") == 0)
		return XJ_OK;
	share->to = slash && (strcmp(slash, "/below") == 0 ||
			      strcmp(slash, "/以下") == 0) ?
		    XJ_ATOM_BELOW : XJ_ATOM_UNIT;
	unit = xj_arena_strndup(s->edit.arena, to,
				share->to == XJ_ATOM_BELOW ?
				(size_t)(slash - to) : strlen(to));
	if (!unit)
		return no_memory(s->err);
	r = find_open_unit(s, unit, &share->who);
	if (r != XJ_ENOTFOUND || share->to == XJ_ATOM_BELOW)
		return r;
	share->to = XJ_ATOM_MEMBER;
	r = xj_member_find(s->archive, to, &member, s->err);
	if (r == XJ_ENOTFOUND)
		return xj_error_set(s->err, r, "%s: there is no such unit and "
				    "no such member", to);
	return r < 0 ? r : xj_member_urn(s->archive, member, s->edit.arena,
					 &share->who, s->err);
}

static int
check_target(struct sharing *s, const struct xj_share_entry *share)
{
	const struct xj_reader *reader = xj_archive_reader(s->archive);
	const struct xj_rights *rights = &s->edit.record.rights;

	if (share->to != XJ_ATOM_MEMBER)
		return XJ_OK;
	if (reader && strcmp(share->who, reader->urn) == 0)
		return xj_error_set(s->err, XJ_EINVAL, "nothing is shared "
				    "with oneself");
	if (rights->owner && strcmp(share->who, rights->owner) == 0)
		return xj_error_set(s->err, XJ_EINVAL, "document %llu is his "
				    "own already",
				    (unsigned long long)s->edit.record.doc.id);
	return XJ_OK;
}

static int
set_days(struct sharing *s, const struct xj_share_given *given,
	 struct xj_share_entry *share)
{
	char from[XJ_DAY_MAX], until[XJ_DAY_MAX];

	share->from = share->until = "";
	if (given->from && xj_day_parse(given->from, from) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s: not a day, as "
				    "2011-12-31 is one", given->from);
	if (given->until && xj_day_parse(given->until, until) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s: not a day, as "
				    "2011-12-31 is one", given->until);
	if (given->until && strcmp(until, s->today) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s is past: nobody "
				    "would see it", until);
	if (given->from && given->until && strcmp(until, from) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s is before %s",
				    until, from);
	if (given->from)
		share->from = xj_arena_strdup(s->edit.arena, from);
	if (given->until)
		share->until = xj_arena_strdup(s->edit.arena, until);
	return share->from && share->until ? XJ_OK : no_memory(s->err);
}

/* Nobody gives more than he has. */
static int
set_right(struct sharing *s, const char *right, struct xj_share_entry *share)
{
	bool may = true;
	int r = XJ_OK;

	share->download = right && strcmp(right, "download") == 0;
	if (right && !share->download && strcmp(right, "read") != 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s: the rights are "
				    "read and download", right);
	if (share->download && xj_archive_reader(s->archive))
		r = xj_catalog_may_download(s->archive->catalog,
					    s->edit.record.doc.id, &may,
					    s->err);
	if (r == XJ_OK && !may)
		return xj_error_set(s->err, XJ_EPERM, "you may read document "
				    "%llu, not download it, and so not let "
				    "others",
				    (unsigned long long)s->edit.record.doc.id);
	return r;
}

/* With the same unit or member there is one share: the newer counts. */
static int
put_share(struct sharing *s, struct xj_share_entry *share)
{
	struct xj_rights *rights = &s->edit.record.rights;
	struct xj_share_entry *list;
	size_t n = 0;

	list = xj_arena_alloc(s->edit.arena, (rights->share_count + 1) *
			      sizeof(*list));
	if (!list)
		return no_memory(s->err);
	share->number = 1;
	for (size_t i = 0; i < rights->share_count; i++) {
		const struct xj_share_entry *old = &rights->shares[i];

		if (old->number >= share->number)
			share->number = old->number + 1;
		if (old->to != share->to || strcmp(old->who, share->who) != 0)
			list[n++] = *old;
	}
	list[n++] = *share;
	rights->shares = list;
	rights->share_count = n;
	if (!rights->scope)
		rights->scope = XJ_SCOPE_PRIVATE;
	return XJ_OK;
}

int
xj_share(struct xj_archive *a, uint64_t id, const struct xj_share_given *given,
	 uint64_t *number, struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	struct xj_share_entry share = { .by = a->user, .at = xj_now(),
		.reason = given->reason ? given->reason : "" };
	int r = sharing_begin(&s, a, id, err);

	if (r == XJ_OK)
		r = find_target(&s, given->to, &share);
	if (r == XJ_OK)
		r = check_target(&s, &share);
	if (r == XJ_OK)
		r = set_days(&s, given, &share);
	if (r == XJ_OK)
		r = set_right(&s, given->right, &share);
	if (r == XJ_OK)
		r = put_share(&s, &share);
	if (r == XJ_OK)
		r = sharing_commit(&s, "share", given->to);
	if (r == XJ_OK && number)
		*number = share.number;
	return r;
}

static int
drop_share(struct sharing *s, const char *to)
{
	struct xj_rights *rights = &s->edit.record.rights;
	struct xj_share_entry target = { 0 };
	char *end;
	unsigned long long number = strtoull(to, &end, 10);
	size_t n = 0;
	int r = XJ_OK;

	if (*end || end == to) {
		number = 0;
		r = find_target(s, to, &target);
	}
	for (size_t i = 0; i < rights->share_count && r == XJ_OK; i++) {
		const struct xj_share_entry *old = &rights->shares[i];

		if (number ? old->number != number :
		    old->to != target.to || strcmp(old->who, target.who) != 0)
			rights->shares[n++] = *old;
	}
	if (r == XJ_OK && n == rights->share_count)
		return xj_error_set(s->err, XJ_ENOTFOUND, "document %llu is "
				    "not shared with %s",
				    (unsigned long long)s->edit.record.doc.id,
				    to);
	rights->share_count = n;
	return r;
}

int
xj_unshare(struct xj_archive *a, uint64_t id, const char *to,
	   struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r = sharing_begin(&s, a, id, err);

	if (r == XJ_OK)
		r = drop_share(&s, to);
	return r < 0 ? r : sharing_commit(&s, "unshare", to);
}

/* ----------------------------------------------------------------- telling */

struct naming {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_unit_tree tree;
	char today[XJ_DAY_MAX];
	struct xj_error *err;
};

static void
naming_end(struct naming *n)
{
	xj_unit_tree_end(&n->tree);
	xj_arena_free(n->arena);
}

static const char *
unit_name(const struct naming *n, const char *code)
{
	const struct xj_unit_row *unit = xj_unit_tree_code(&n->tree, code);

	return unit && unit->name ? unit->name : code;
}

static int
tell_share(struct naming *n, const struct xj_share_entry *s, xj_share_fn fn,
	   void *ctx)
{
	struct xj_share_shown out = {
		.number = s->number, .to = xj_share_name(s->to),
		.who = s->who, .name = "",
		.right = s->download ? "download" : "read", .from = s->from,
		.until = s->until, .by = s->by, .reason = s->reason,
		.at = s->at,
		.over = *s->until && strcmp(s->until, n->today) < 0,
	};
	int r = XJ_OK;

	if (s->to == XJ_ATOM_MEMBER)
		r = xj_member_names(n->archive, s->who, n->arena, &out.who,
				    &out.name, n->err);
	else if (s->to != XJ_ATOM_MEMBERS)
		out.name = unit_name(n, s->who);
	return r < 0 ? r : fn(ctx, &out);
}

static int
tell_rights(struct naming *n, const struct xj_doc *doc,
	    const struct xj_rights *rights, xj_rights_fn fn, void *ctx)
{
	struct xj_rights_shown out = {
		.document = doc->id, .scope = xj_scope_name(rights->scope),
		.unit = doc->owner ? doc->owner : "", .unit_name = "",
		.owner = "", .owner_name = "",
		.units = rights->units, .unit_count = rights->unit_count,
	};
	int r = XJ_OK;

	if (*out.unit)
		out.unit_name = unit_name(n, out.unit);
	if (rights->owner)
		r = xj_member_names(n->archive, rights->owner, n->arena,
				    &out.owner, &out.owner_name, n->err);
	return r < 0 ? r : fn(ctx, &out);
}

int
xj_rights_tell(struct xj_archive *a, uint64_t id, xj_rights_fn fn,
	       xj_share_fn share, void *ctx, struct xj_error *err)
{
	xj_auto(naming_end) struct naming n = { .archive = a, .err = err };
	struct xj_rights rights;
	struct xj_doc doc;
	int r = xj_arena_new(&n.arena);

	if (r < 0)
		return no_memory(err);
	xj_today(n.today);
	r = xj_catalog_get(a->catalog, id, n.arena, &doc, err);
	if (r == XJ_OK && doc.root != doc.id)
		r = xj_catalog_get(a->catalog, doc.root, n.arena, &doc, err);
	if (r == XJ_OK)
		r = xj_rights_load(a, n.arena, doc.id, &rights, err);
	if (r == XJ_OK)
		r = xj_unit_tree_load(a, n.today, &n.tree, err);
	if (r == XJ_OK && fn)
		r = tell_rights(&n, &doc, &rights, fn, ctx);
	/* With whom it is shared is for those who may share it. */
	if (r < 0 || !share || xj_may_with(a, XJ_DO_SHARE, id, NULL) < 0)
		return r;
	for (size_t i = 0; i < rights.share_count && r == XJ_OK; i++)
		r = tell_share(&n, &rights.shares[i], share, ctx);
	return r;
}
