/* rights-record.c - the rights of a document: as its record has them, the atoms
 * that they come to, the rows of the catalog. */
#include <string.h>

#include "library/json-put.h"
#include "library/rights.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static const char *const scopes[] = {
	[XJ_SCOPE_NONE] = "", [XJ_SCOPE_PRIVATE] = "private",
	[XJ_SCOPE_UNIT] = "unit", [XJ_SCOPE_BELOW] = "below",
	[XJ_SCOPE_UNITS] = "units", [XJ_SCOPE_MEMBERS] = "members",
	[XJ_SCOPE_PUBLIC] = "public",
};

const char *
xj_scope_name(enum xj_scope scope)
{
	return scopes[scope];
}

bool
xj_scope_parse(const char *name, enum xj_scope *scope)
{
	for (unsigned i = XJ_SCOPE_PRIVATE; i < XJ_COUNT(scopes); i++)
		if (strcmp(scopes[i], name) == 0) {
			*scope = (enum xj_scope)i;
			return true;
		}
	return false;
}

static const char *const sharings[] = {
	[XJ_ATOM_MEMBERS] = "all", [XJ_ATOM_UNIT] = "unit",
	[XJ_ATOM_BELOW] = "below", [XJ_ATOM_MEMBER] = "member",
};

const char *
xj_share_name(enum xj_atom_kind to)
{
	return sharings[to];
}

/* ----------------------------------------------------------------- writing */

static void
put_share(struct xj_buf *b, const struct xj_share_entry *s)
{
	xj_buf_addc(b, '{');
	xj_put_number(b, "number", s->number);
	xj_put_text(b, "to", sharings[s->to]);
	xj_put_text(b, "who", s->who);
	xj_put_text(b, "right", s->download ? "download" : "read");
	xj_put_text(b, "from", s->from);
	xj_put_text(b, "until", s->until);
	xj_put_text(b, "by", s->by);
	xj_put_text(b, "reason", s->reason);
	xj_put_time(b, "at", s->at);
	xj_buf_addc(b, '}');
}

static void
put_list(struct xj_buf *b, const char *name, const char *const *list,
	 size_t count)
{
	if (!count)
		return;
	xj_put_name(b, name);
	for (size_t i = 0; i < count; i++) {
		xj_buf_addc(b, i ? ',' : '[');
		xj_json_string(b, list[i], strlen(list[i]));
	}
	xj_buf_addc(b, ']');
}

static void
put_roles(struct xj_buf *b, unsigned roles)
{
	const char *names[8];
	size_t n = 0;

	for (unsigned bit = 1; bit <= XJ_ROLE_INSPECTOR; bit <<= 1)
		if (roles & bit)
			names[n++] = xj_role_first(bit);
	put_list(b, "roles", names, n);
}

static void
put_object(struct xj_buf *b, const struct xj_rights *rights)
{
	xj_buf_addc(b, '{');
	xj_put_text(b, "scope", scopes[rights->scope]);
	xj_put_text(b, "owner", rights->owner);
	put_list(b, "units", rights->units, rights->unit_count);
	xj_put_text(b, "paper", rights->paper);
	put_list(b, "authors", rights->authors, rights->author_count);
	put_roles(b, rights->roles);
	if (rights->share_count) {
		xj_put_name(b, "shares");
		for (size_t i = 0; i < rights->share_count; i++) {
			xj_buf_addc(b, i ? ',' : '[');
			put_share(b, &rights->shares[i]);
		}
		xj_buf_addc(b, ']');
	}
	xj_buf_addc(b, '}');
}

void
xj_rights_put(struct xj_buf *b, const struct xj_rights *rights)
{
	if (!rights->scope)
		return;
	xj_put_name(b, "rights");
	put_object(b, rights);
}

/* ----------------------------------------------------------------- reading */

struct parse {
	struct xj_arena *arena;
	bool fine, no_memory;
};

static const char *
text_of(struct parse *p, const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);
	const char *copy = v ? NULL : "";

	if (json_is_string(v)) {
		copy = xj_arena_strdup(p->arena, json_string_value(v));
		p->no_memory |= !copy;
	}
	p->fine &= copy != NULL;
	return copy ? copy : "";
}

static void
parse_share(struct parse *p, const json_t *object, struct xj_share_entry *s)
{
	const char *to = text_of(p, object, "to"), *at;
	json_int_t number =
		json_integer_value(json_object_get(object, "number"));

	*s = (struct xj_share_entry){
		.number = (uint64_t)number,
		.who = text_of(p, object, "who"),
		.from = text_of(p, object, "from"),
		.until = text_of(p, object, "until"),
		.by = text_of(p, object, "by"),
		.reason = text_of(p, object, "reason"),
		.download = strcmp(text_of(p, object, "right"),
				   "download") == 0,
	};
	for (unsigned i = XJ_ATOM_MEMBERS; i < XJ_COUNT(sharings); i++)
		if (strcmp(sharings[i], to) == 0)
			s->to = (enum xj_atom_kind)i;
	at = json_string_value(json_object_get(object, "at"));
	p->fine &= s->to && number > 0 && at &&
		   xj_time_parse(at, &s->at) == XJ_OK;
}

static void
parse_list(struct parse *p, const json_t *list, const char ***out,
	   size_t *count)
{
	const json_t *v;
	size_t i;

	p->fine &= !list || json_is_array(list);
	*count = json_array_size(list);
	*out = xj_arena_alloc(p->arena, (*count + 1) * sizeof(**out));
	if (!*out) {
		p->no_memory = true;
		return;
	}
	json_array_foreach(list, i, v) {
		const char *text = json_string_value(v);

		p->fine &= text != NULL;
		(*out)[i] = xj_arena_strdup(p->arena, text ? text : "");
		p->no_memory |= !(*out)[i];
	}
}

static void
parse_roles(struct parse *p, const json_t *list, struct xj_rights *rights)
{
	const json_t *v;
	size_t i;

	p->fine &= !list || json_is_array(list);
	json_array_foreach(list, i, v) {
		const char *name = json_string_value(v);
		unsigned bit = name ? xj_role_bit(name) : 0;

		p->fine &= bit != 0;
		rights->roles |= bit;
	}
}

static void
parse_shares(struct parse *p, const json_t *list, struct xj_rights *rights)
{
	const json_t *v;
	size_t i;

	p->fine &= !list || json_is_array(list);
	rights->share_count = json_array_size(list);
	rights->shares = xj_arena_alloc(p->arena, (rights->share_count + 1) *
					sizeof(*rights->shares));
	if (!rights->shares) {
		p->no_memory = true;
		return;
	}
	json_array_foreach(list, i, v)
		parse_share(p, v, &rights->shares[i]);
}

bool
xj_rights_parse(struct xj_arena *arena, const json_t *object,
		struct xj_rights *rights, bool *lacking)
{
	struct parse p = { .arena = arena, .fine = true };
	const char *owner;

	*rights = (struct xj_rights){ 0 };
	if (!object)
		return true;
	p.fine = xj_scope_parse(text_of(&p, object, "scope"),
				&rights->scope);
	owner = text_of(&p, object, "owner");
	rights->owner = *owner ? owner : NULL;
	parse_list(&p, json_object_get(object, "units"), &rights->units,
		   &rights->unit_count);
	owner = text_of(&p, object, "paper");
	rights->paper = *owner ? owner : NULL;
	parse_list(&p, json_object_get(object, "authors"), &rights->authors,
		   &rights->author_count);
	parse_roles(&p, json_object_get(object, "roles"), rights);
	parse_shares(&p, json_object_get(object, "shares"), rights);
	*lacking |= p.no_memory;
	return p.fine && !p.no_memory;
}

int
xj_rights_load(struct xj_archive *a, struct xj_arena *arena, uint64_t root,
	       struct xj_rights *rights, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	bool lacking = false, fine;
	json_t *object;
	int r = xj_catalog_rights(a->catalog, root, &text, err);

	*rights = (struct xj_rights){ 0 };
	if (r < 0)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	object = json_loadb(text.data, text.len, 0, NULL);
	fine = object && xj_rights_parse(arena, object, rights, &lacking);
	json_decref(object);
	if (lacking)
		return no_memory(err);
	return fine ? XJ_OK :
	       xj_error_set(err, XJ_ECORRUPT, "the rights of document %llu "
			    "are damaged: run `xueji rebuild`",
			    (unsigned long long)root);
}

/* ------------------------------------------------------------------- atoms */

static void
add(struct xj_atom **next, enum xj_atom_kind kind, const char *who)
{
	*(*next)++ = (struct xj_atom){ .kind = kind, .who = who,
		.from = "", .until = "", .download = true };
}

static void
add_scope(struct xj_atom **next, const struct xj_rights *rights,
	  const char *unit)
{
	switch (rights->scope) {
	case XJ_SCOPE_UNIT:
		add(next, XJ_ATOM_UNIT, unit);
		break;
	case XJ_SCOPE_BELOW:
		add(next, XJ_ATOM_BELOW, unit);
		break;
	case XJ_SCOPE_UNITS:
		for (size_t i = 0; i < rights->unit_count; i++)
			add(next, XJ_ATOM_UNIT, rights->units[i]);
		break;
	case XJ_SCOPE_MEMBERS:
		add(next, XJ_ATOM_MEMBERS, "");
		break;
	case XJ_SCOPE_PUBLIC:
		add(next, XJ_ATOM_PUBLIC, "");
		break;
	case XJ_SCOPE_NONE:
	case XJ_SCOPE_PRIVATE:
		return;
	}
	/* Who has a role in the unit reads what it keeps to its members. */
	if (*unit)
		add(next, XJ_ATOM_STAFF, unit);
}

size_t
xj_rights_atoms(const struct xj_rights *rights, const char *unit,
		struct xj_atom *atoms)
{
	struct xj_atom *next = atoms;

	if (!rights->scope)
		return 0;
	add_scope(&next, rights, unit);
	for (size_t i = 0; i < rights->share_count; i++) {
		const struct xj_share_entry *s = &rights->shares[i];

		*next++ = (struct xj_atom){ .kind = s->to, .who = s->who,
			.from = s->from, .until = s->until,
			.download = s->download };
	}
	if (rights->owner)
		add(&next, XJ_ATOM_OWNER, rights->owner);
	for (size_t i = 0; i < rights->author_count; i++)
		add(&next, XJ_ATOM_MEMBER, rights->authors[i]);
	if (*unit && (rights->roles & XJ_ROLE_REVIEWER))
		add(&next, XJ_ATOM_REVIEWERS, unit);
	if (*unit && (rights->roles & XJ_ROLE_SECRETARY))
		add(&next, XJ_ATOM_SECRETARIES, unit);
	if (*unit)
		add(&next, XJ_ATOM_KEEPER, unit);
	return (size_t)(next - atoms);
}

int
xj_rights_put_rows(struct xj_archive *a, struct xj_arena *arena,
		   const struct xj_record *record, struct xj_error *err)
{
	const struct xj_rights *rights = &record->rights;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_atom *atoms = xj_arena_alloc(arena,
		XJ_RIGHTS_ATOMS(rights) * sizeof(*atoms));
	size_t count;
	int r;

	if (!atoms)
		return no_memory(err);
	count = xj_rights_atoms(rights, record->doc.owner ?
				record->doc.owner : "", atoms);
	if (rights->scope)
		put_object(&text, rights);
	r = xj_buf_check(&text, err);
	return r < 0 ? r : xj_catalog_set_rights(a->catalog, record->doc.id,
						 xj_buf_str(&text), atoms,
						 count, err);
}

static bool
same_atom(const struct xj_atom *a, const struct xj_atom *b)
{
	return a->kind == b->kind && a->download == b->download &&
	       strcmp(a->who, b->who) == 0 && strcmp(a->from, b->from) == 0 &&
	       strcmp(a->until, b->until) == 0;
}

bool
xj_atom_among(const struct xj_atom *list, size_t count,
	      const struct xj_atom *atom)
{
	for (size_t i = 0; i < count; i++)
		if (same_atom(&list[i], atom))
			return true;
	return false;
}

bool
xj_rights_same(struct xj_arena *arena, const struct xj_record *a,
	       const struct xj_record *b)
{
	const struct xj_record *both[] = { a, b };
	struct xj_atom *lists[2];
	size_t counts[2];

	for (int i = 0; i < 2; i++) {
		const struct xj_rights *rights = &both[i]->rights;

		lists[i] = xj_arena_alloc(arena, XJ_RIGHTS_ATOMS(rights) *
					  sizeof(**lists));
		if (!lists[i])
			return false;
		counts[i] = xj_rights_atoms(rights, both[i]->doc.owner ?
					    both[i]->doc.owner : "", lists[i]);
	}
	for (size_t i = 0; i < counts[0]; i++)
		if (!xj_atom_among(lists[1], counts[1], &lists[0][i]))
			return false;
	return counts[0] == counts[1];
}
