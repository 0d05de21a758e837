/* sharing.c - scope and shares, of whatever has them: every rule about them, and
 * what is told of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/rights.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

int
xj_sharing_begin(struct xj_sharing *s)
{
	xj_today(s->today);
	return xj_unit_tree_load(s->archive, s->today, &s->tree, s->err);
}

void
xj_sharing_end(struct xj_sharing *s)
{
	xj_unit_tree_end(&s->tree);
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
find_open_unit(struct xj_sharing *s, const char *ref, const char **code)
{
	return find_unit(&s->tree, s->arena, ref, code, s->err);
}

int
xj_may_add_to(struct xj_archive *a, uint64_t unit, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	bool own = reader && (!unit || xj_reader_is_in(reader, unit));

	return xj_may(a, XJ_DO_ADD, unit, own ? reader->urn : NULL, err);
}

static int
set_unit(struct xj_sharing *s, const char *ref)
{
	const struct xj_unit_row *unit;
	int r = find_open_unit(s, ref, &s->unit);

	if (r < 0)
		return r;
	unit = xj_unit_tree_code(&s->tree, s->unit);
	return xj_may_add_to(s->archive, unit->id, s->err);
}

static int
set_owner(struct xj_sharing *s, const char *ref)
{
	struct xj_rights *rights = s->rights;
	uint64_t id;
	int r = xj_member_find(s->archive, ref, &id, s->err);

	return r < 0 ? r : xj_member_urn(s->archive, id, s->arena,
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
	return xj_may_add_to(a, row ? row->id : 0, err);
}

/* ---------------------------------------------------- of what is there */

int
xj_sharing_scope(struct xj_sharing *s, const struct xj_scope_given *given)
{
	struct xj_rights *rights = s->rights;
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
		r = units_of_new(&s->tree, s->arena, given->units, rights,
				 s->err);
	else if (scope != XJ_SCOPE_UNITS)
		rights->unit_count = 0;
	return r < 0 ? r : needs_unit(scope, s->unit ? s->unit : "", s->err);
}

/* ------------------------------------------------------------------ shares */

/* "all", "UNIT/below", a unit, a member. */
int
xj_sharing_target(struct xj_sharing *s, const char *to,
		  struct xj_share_entry *share)
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
	unit = xj_arena_strndup(s->arena, to,
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
	return r < 0 ? r : xj_member_urn(s->archive, member, s->arena,
					 &share->who, s->err);
}

static int
check_target(struct xj_sharing *s, const struct xj_share_entry *share)
{
	const struct xj_reader *reader = xj_archive_reader(s->archive);
	const struct xj_rights *rights = s->rights;

	if (share->to != XJ_ATOM_MEMBER)
		return XJ_OK;
	if (reader && strcmp(share->who, reader->urn) == 0)
		return xj_error_set(s->err, XJ_EINVAL, "nothing is shared "
				    "with oneself");
	if (rights->owner && strcmp(share->who, rights->owner) == 0)
		return xj_error_set(s->err, XJ_EINVAL, "it is his own "
				    "already");
	return XJ_OK;
}

static int
set_days(struct xj_sharing *s, const struct xj_share_given *given,
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
		share->from = xj_arena_strdup(s->arena, from);
	if (given->until)
		share->until = xj_arena_strdup(s->arena, until);
	return share->from && share->until ? XJ_OK : no_memory(s->err);
}

/* Nobody gives more than he has. */
static int
set_right(struct xj_sharing *s, const char *right, struct xj_share_entry *share)
{
	bool may = true;
	int r = XJ_OK;

	share->download = right && strcmp(right, "download") == 0;
	if (right && !share->download && strcmp(right, "read") != 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s: the rights are "
				    "read and download", right);
	if (share->download && s->document && xj_archive_reader(s->archive))
		r = xj_catalog_may_download(s->archive->catalog, s->document,
					    &may, s->err);
	if (r == XJ_OK && !may)
		return xj_error_set(s->err, XJ_EPERM, "you may read document "
				    "%llu, not download it, and so not let "
				    "others", (unsigned long long)s->document);
	return r;
}

/* With the same unit or member there is one share: the newer counts. */
static int
put_share(struct xj_sharing *s, struct xj_share_entry *share)
{
	struct xj_rights *rights = s->rights;
	struct xj_share_entry *list;
	size_t n = 0;

	list = xj_arena_alloc(s->arena, (rights->share_count + 1) *
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
xj_sharing_add(struct xj_sharing *s, const struct xj_share_given *given,
	       uint64_t *number)
{
	struct xj_share_entry share = { .by = s->archive->user,
		.at = xj_now(), .reason = given->reason ? given->reason : "" };
	int r = xj_sharing_target(s, given->to, &share);

	if (r == XJ_OK)
		r = check_target(s, &share);
	if (r == XJ_OK)
		r = set_days(s, given, &share);
	if (r == XJ_OK)
		r = set_right(s, given->right, &share);
	if (r == XJ_OK)
		r = put_share(s, &share);
	if (r == XJ_OK && number)
		*number = share.number;
	return r;
}

int
xj_sharing_drop(struct xj_sharing *s, const char *to)
{
	struct xj_rights *rights = s->rights;
	struct xj_share_entry target = { 0 };
	char *end;
	unsigned long long number = strtoull(to, &end, 10);
	size_t n = 0;
	int r = XJ_OK;

	if (*end || end == to) {
		number = 0;
		r = xj_sharing_target(s, to, &target);
	}
	for (size_t i = 0; i < rights->share_count && r == XJ_OK; i++) {
		const struct xj_share_entry *old = &rights->shares[i];

		if (number ? old->number != number :
		    old->to != target.to || strcmp(old->who, target.who) != 0)
			rights->shares[n++] = *old;
	}
	if (r == XJ_OK && n == rights->share_count)
		return xj_error_set(s->err, XJ_ENOTFOUND, "it is not shared "
				    "with %s", to);
	rights->share_count = n;
	return r;
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
tell_rights(struct naming *n, uint64_t document, const char *unit,
	    const struct xj_rights *rights, xj_rights_fn fn, void *ctx)
{
	struct xj_rights_shown out = {
		.document = document, .scope = xj_scope_name(rights->scope),
		.unit = unit ? unit : "", .unit_name = "",
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
xj_sharing_tell(struct xj_archive *a, uint64_t document, const char *unit,
		const struct xj_rights *rights, xj_rights_fn fn,
		xj_share_fn share, void *ctx, struct xj_error *err)
{
	xj_auto(naming_end) struct naming n = { .archive = a, .err = err };
	int r = xj_arena_new(&n.arena);

	if (r < 0)
		return no_memory(err);
	xj_today(n.today);
	r = xj_unit_tree_load(a, n.today, &n.tree, err);
	if (r == XJ_OK && fn)
		r = tell_rights(&n, document, unit, rights, fn, ctx);
	for (size_t i = 0; share && i < rights->share_count && r == XJ_OK; i++)
		r = tell_share(&n, &rights->shares[i], share, ctx);
	return r;
}
