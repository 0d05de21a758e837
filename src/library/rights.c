/* rights.c - what a reader sees, and what he may do. */
#include <string.h>

#include <xueji/pages.h>

#include "library/study.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------------------- sight */

struct opening {
	struct xj_opener *next;
};

static void
open_kind(struct opening *o, enum xj_atom_kind kind, const char *who,
	  uint64_t unit)
{
	*o->next++ = (struct xj_opener){ .kind = kind, .who = who,
					 .unit = unit };
}

unsigned
xj_atom_roles(enum xj_atom_kind kind)
{
	switch (kind) {
	case XJ_ATOM_STAFF:
		return XJ_ROLES_STAFF;
	case XJ_ATOM_KEEPER:
		return XJ_ROLE_LIBRARIAN;
	case XJ_ATOM_REVIEWERS:
		return XJ_ROLE_REVIEWER;
	case XJ_ATOM_SECRETARIES:
		return XJ_ROLE_SECRETARY;
	default:
		return 0;
	}
}

static void
open_by_roles(struct opening *o, unsigned roles, uint64_t unit)
{
	for (unsigned kind = XJ_ATOM_STAFF; kind <= XJ_ATOM_SECRETARIES;
	     kind++)
		if (roles & xj_atom_roles((enum xj_atom_kind)kind))
			open_kind(o, (enum xj_atom_kind)kind, NULL, unit);
}

int
xj_openers_of(const struct xj_reader *reader, struct xj_arena *arena,
	      struct xj_opener **openers, size_t *count, struct xj_error *err)
{
	size_t most = 8 + reader->unit_count + reader->within_count +
		      4 * reader->role_count;
	struct opening o;

	*openers = xj_arena_alloc(arena, most * sizeof(**openers));
	if (!*openers)
		return no_memory(err);
	o.next = *openers;
	open_kind(&o, XJ_ATOM_PUBLIC, "", 0);
	*count = 1;
	if (!reader->member)
		return XJ_OK;
	open_kind(&o, XJ_ATOM_MEMBERS, "", 0);
	open_kind(&o, XJ_ATOM_MEMBER, reader->urn, 0);
	open_kind(&o, XJ_ATOM_OWNER, reader->urn, 0);
	for (size_t i = 0; i < reader->unit_count; i++)
		open_kind(&o, XJ_ATOM_UNIT, NULL, reader->units[i]);
	for (size_t i = 0; i < reader->within_count; i++)
		open_kind(&o, XJ_ATOM_BELOW, NULL, reader->within[i]);
	for (size_t i = 0; i < reader->role_count; i++)
		open_by_roles(&o, reader->roles[i].roles,
			      reader->roles[i].unit);
	open_by_roles(&o, reader->everywhere, 0);
	*count = (size_t)(o.next - *openers);
	return XJ_OK;
}

int
xj_sight_set(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const struct xj_reader *reader = xj_archive_reader(a);
	struct xj_opener *openers;
	size_t count;
	int r;

	a->sight++; /* the open index is restricted anew */
	if (!reader)
		return xj_catalog_set_sight(a->catalog, NULL, NULL, 0, "",
					    err);
	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	r = xj_openers_of(reader, arena, &openers, &count, err);
	return r < 0 ? r : xj_catalog_set_sight(a->catalog, reader->login,
						openers, count, reader->day,
						err);
}

/* ---------------------------------------------------------------- what may be
 * done */

/*
 * The matrix of what members may do: with what is their own; by which roles over
 * the unit that the thing belongs to; by which roles for the whole archive.
 * Whatever is not in it is the archive's owner's alone.
 */
static const struct deed {
	bool own;
	unsigned over, everywhere; /* enum xj_role_bit */
	const char *lack;
} deeds[] = {
	[XJ_DO_ADD] = { true, XJ_ROLE_SECRETARY | XJ_ROLE_LIBRARIAN |
			XJ_ROLE_EDITOR, 0,
		N_("only members of a unit, and its secretaries, librarians "
		   "and editors, add documents to it") },
	[XJ_DO_EDIT] = { true, XJ_ROLE_SECRETARY | XJ_ROLE_LIBRARIAN |
			 XJ_ROLE_EDITOR, 0,
		N_("only whose document it is, and the secretaries, "
		   "librarians and editors of its unit, may change it") },
	[XJ_DO_REMOVE] = { true, XJ_ROLE_LIBRARIAN, 0,
		N_("only whose document it is, and the librarians of its "
		   "unit, may remove it") },
	[XJ_DO_PURGE] = { false, 0, 0,
		N_("only the archive's owner purges documents") },
	[XJ_DO_SHARE] = { true, XJ_ROLE_SECRETARY | XJ_ROLE_LIBRARIAN |
			  XJ_ROLE_LEAD | XJ_ROLE_EDITOR, 0,
		N_("only whose document it is, and the secretaries, "
		   "librarians, leads and editors of its unit, say who may "
		   "see it") },
	[XJ_DO_CLEAR] = { false, XJ_ROLE_LIBRARIAN, 0,
		N_("only a librarian of its unit decides about a document "
		   "that is in quarantine") },
	[XJ_DO_STUDY] = { true, XJ_ROLE_SECRETARY | XJ_ROLE_LIBRARIAN |
			  XJ_ROLE_LEAD | XJ_ROLE_EDITOR, XJ_ROLE_EDITOR,
		N_("only secretaries, librarians, leads and editors of its "
		   "unit, and whose it is, do this") },
	[XJ_DO_TOPICS] = { false, 0, XJ_ROLE_LIBRARIAN | XJ_ROLE_EDITOR,
		N_("only librarians and editors of the whole archive change "
		   "study areas and topics") },
	[XJ_DO_WORDS] = { false, 0, XJ_ROLE_LIBRARIAN,
		N_("only a librarian of the whole archive changes synonyms "
		   "and words") },
	[XJ_DO_MACHINE] = { false, 0, XJ_ROLE_OPERATOR,
		N_("only an operator does this") },
	[XJ_DO_AUDIT] = { false, 0, XJ_ROLE_OPERATOR | XJ_ROLE_INSPECTOR,
		N_("only an operator or an inspector reads the whole "
		   "record") },
};

int
xj_may(const struct xj_archive *a, enum xj_action action, uint64_t unit,
       const char *owner, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	const struct deed *deed = &deeds[action];

	if (!reader || (reader->everywhere & deed->everywhere) ||
	    (xj_reader_roles(reader, unit) & deed->over))
		return XJ_OK;
	if (deed->own && owner && strcmp(owner, reader->urn) == 0)
		return XJ_OK;
	return xj_error_set(err, XJ_EPERM, deed->lack);
}

bool
xj_study_may_add(struct xj_archive *a)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	const struct deed *deed = &deeds[XJ_DO_STUDY];
	unsigned roles;

	if (!reader)
		return true;
	roles = reader->everywhere;
	for (size_t i = 0; i < reader->role_count; i++)
		roles |= reader->roles[i].roles;
	return reader->everywhere & deed->everywhere || roles & deed->over;
}

/* A paper is its author's, who says who sees it; `xueji paper` keeps it and its
 * text together. */
static int
may_with_paper(const struct xj_archive *a, enum xj_action action, uint64_t id,
	       const char *owner, struct xj_error *err)
{
	bool own = owner && strcmp(owner, xj_archive_reader(a)->urn) == 0;

	if (own && action == XJ_DO_SHARE)
		return XJ_OK;
	if (!own && (action == XJ_DO_SHARE || action == XJ_DO_PURGE))
		return xj_error_set(err, XJ_EPERM, deeds[action].lack);
	return xj_error_set(err, XJ_EPERM, "document %llu is the text of a "
			    "paper: it is changed by `xueji paper` alone",
			    (unsigned long long)id);
}

int
xj_may_with(struct xj_archive *a, enum xj_action action, uint64_t id,
	    struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_rights rights;
	uint64_t unit = 0;
	struct xj_doc doc;
	int r;

	if (!xj_archive_reader(a))
		return XJ_OK;
	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	r = xj_catalog_get(a->catalog, id, arena, &doc, err);
	if (r == XJ_OK)
		r = xj_rights_load(a, arena, doc.root, &rights, err);
	if (r == XJ_OK && doc.owner && *doc.owner)
		r = xj_catalog_unit_id(a->catalog, doc.owner, &unit, err);
	if (r == XJ_OK && rights.paper)
		return may_with_paper(a, action, id, rights.owner, err);
	return r < 0 ? r : xj_may(a, action, unit, rights.owner, err);
}

/* ----------------------------------------------------------------- members */

struct naming {
	struct xj_arena *arena;
	const char *urn, *login, *name;
};

static int
note_member(void *ctx, const struct xj_member_row *row)
{
	struct naming *n = ctx;

	n->urn = xj_arena_strdup(n->arena, row->urn);
	n->login = xj_arena_strdup(n->arena, row->login);
	n->name = xj_arena_strdup(n->arena, row->name);
	return n->urn && n->login && n->name ? XJ_END : XJ_ENOMEM;
}

int
xj_member_urn(struct xj_archive *a, uint64_t member, struct xj_arena *arena,
	      const char **urn, struct xj_error *err)
{
	struct naming n = { .arena = arena };
	int r = xj_catalog_members(a->catalog, member, note_member, &n, err);

	*urn = n.urn;
	return r < 0 || n.urn ? r : no_memory(err);
}

int
xj_member_names(struct xj_archive *a, const char *urn, struct xj_arena *arena,
		const char **login, const char **name, struct xj_error *err)
{
	struct naming n = { .arena = arena, .login = "", .name = "" };
	struct xj_entity_row row;
	int r = xj_catalog_get_entity_urn(a->catalog, urn, arena, &row, err);

	if (r == XJ_OK)
		r = xj_catalog_members(a->catalog, row.id, note_member, &n,
				       err);
	*login = n.login;
	*name = n.name;
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

unsigned
xj_may_do(struct xj_archive *archive, uint64_t id)
{
	static const struct { enum xj_action action; unsigned bit; } all[] = {
		{ XJ_DO_EDIT, XJ_MAY_EDIT }, { XJ_DO_REMOVE, XJ_MAY_REMOVE },
		{ XJ_DO_SHARE, XJ_MAY_SHARE }, { XJ_DO_CLEAR, XJ_MAY_CLEAR },
		{ XJ_DO_PURGE, XJ_MAY_PURGE },
	};
	unsigned may = 0;

	for (size_t i = 0; i < XJ_COUNT(all); i++)
		if (xj_may_with(archive, all[i].action, id, NULL) == XJ_OK)
			may |= all[i].bit;
	return may;
}

bool
xj_may_add(struct xj_archive *archive, uint64_t unit)
{
	const struct xj_reader *reader = xj_archive_reader(archive);

	return (!reader || reader->member) &&
	       xj_may_add_to(archive, unit, NULL) == XJ_OK;
}

bool
xj_may_operate(struct xj_archive *archive)
{
	return xj_may(archive, XJ_DO_MACHINE, 0, NULL, NULL) == XJ_OK;
}
