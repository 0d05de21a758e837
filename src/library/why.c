/* why.c - for which reasons somebody sees a document or a study record. */
#include <string.h>

#include "library/paper.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* A document or a study record, and the reasons that there are. */
struct asking {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_doc doc;
	json_t *root;                 /* of a study record */
	struct xj_rights rights;
	struct xj_unit_tree tree;     /* of today */
	char today[XJ_DAY_MAX];
	struct xj_atom *atoms;
	size_t count, shares;    /* those of shares begin at `shares`, */
	size_t own;              /* of who takes part in it at `own` */
	xj_sight_reason_fn fn;
	void *ctx;
	uint64_t told;
	struct xj_error *err;
};

static void
asking_end(struct asking *q)
{
	xj_unit_tree_end(&q->tree);
	json_decref(q->root);
	xj_arena_free(q->arena);
}

/* Where the atoms of shares begin: behind those of the scope. */
static size_t
scope_atoms(const struct asking *q, const char *unit)
{
	const struct xj_rights scope = { .scope = q->rights.scope,
		.units = q->rights.units,
		.unit_count = q->rights.unit_count };

	return !scope.scope ? 0 : xj_rights_atoms(&scope, unit, q->atoms) -
				  (*unit != '\0');
}

/* Of its rights, with room for `more`. */
static int
put_atoms(struct asking *q, const char *unit, size_t more)
{
	q->atoms = xj_arena_alloc(q->arena, (XJ_RIGHTS_ATOMS(&q->rights) +
				  more) * sizeof(*q->atoms));
	if (!q->atoms)
		return no_memory(q->err);
	q->shares = scope_atoms(q, unit);
	q->own = q->count = xj_rights_atoms(&q->rights, unit, q->atoms);
	return XJ_OK;
}

static int
asking_begin(struct asking *q, uint64_t id)
{
	struct xj_archive *a = q->archive;
	int r;

	xj_today(q->today);
	if (xj_arena_new(&q->arena) < 0)
		return no_memory(q->err);
	r = xj_catalog_get(a->catalog, id, q->arena, &q->doc, q->err);
	if (r == XJ_OK)
		r = xj_rights_load(a, q->arena, q->doc.root, &q->rights,
				   q->err);
	if (r == XJ_OK)
		r = xj_unit_tree_load(a, q->today, &q->tree, q->err);
	return r < 0 ? r : put_atoms(q, q->doc.owner ? q->doc.owner : "", 0);
}

/* What its rights do not say is who takes part in it. */
static int
study_begin(struct asking *q, const char *kind, uint64_t id)
{
	struct xj_archive *a = q->archive;
	struct xj_entity_row row;
	struct xj_atom *all;
	const char *unit;
	size_t count = 0;
	int r;

	xj_today(q->today);
	if (xj_arena_new(&q->arena) < 0)
		return no_memory(q->err);
	r = xj_study_read(a, xj_entity_kind_named(kind), id, false, q->arena,
			  &row, &q->root, q->err);
	if (r == XJ_OK)
		r = xj_study_rights(q->root, q->arena, &q->rights, q->err);
	if (r == XJ_OK)
		r = xj_unit_tree_load(a, q->today, &q->tree, q->err);
	if (r == XJ_OK)
		r = xj_catalog_study_atoms(a->catalog, id, q->arena, &all,
					   &count, q->err);
	if (r < 0)
		return r;
	if (!q->rights.scope)
		q->rights.scope = XJ_SCOPE_PRIVATE;
	q->rights.owner = xj_entity_text(q->root, "owner");
	unit = xj_entity_text(q->root, "unit");
	r = put_atoms(q, unit ? unit : "", count);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		if (!xj_atom_among(q->atoms, q->own, &all[i]))
			q->atoms[q->count++] = all[i];
	return r;
}

/* ---------------------------------------------------------------- one reader */

static unsigned
roles_of(const struct asking *q, const struct xj_reader *reader,
	 const struct xj_atom *atom)
{
	const struct xj_unit_row *unit = xj_unit_tree_code(&q->tree, atom->who);

	return xj_reader_roles(reader, unit ? unit->id : 0) &
	       xj_atom_roles(atom->kind);
}

static bool
opens(const struct asking *q, const struct xj_reader *reader,
      const struct xj_atom *atom)
{
	const struct xj_unit_row *unit = xj_unit_tree_code(&q->tree, atom->who);
	bool hidden = q->doc.state == XJ_DOC_QUARANTINED;

	if (strcmp(atom->from, q->today) > 0 ||
	    (*atom->until && strcmp(atom->until, q->today) < 0))
		return false;
	switch (atom->kind) {
	case XJ_ATOM_PUBLIC:
	case XJ_ATOM_MEMBERS:
		return !hidden;
	case XJ_ATOM_UNIT:
		return !hidden && unit && xj_reader_is_in(reader, unit->id);
	case XJ_ATOM_BELOW:
		return !hidden && unit &&
		       xj_reader_is_within(reader, unit->id);
	case XJ_ATOM_MEMBER:
		return !hidden && strcmp(atom->who, reader->urn) == 0;
	case XJ_ATOM_OWNER:
		return strcmp(atom->who, reader->urn) == 0;
	case XJ_ATOM_STAFF:
	case XJ_ATOM_REVIEWERS:
	case XJ_ATOM_SECRETARIES:
		return !hidden && roles_of(q, reader, atom);
	case XJ_ATOM_KEEPER:
		return hidden && roles_of(q, reader, atom);
	}
	return false;
}

/* What is open to a unit of its own, and what to others. */
static const char *
part_of(const struct asking *q, const struct xj_atom *atom)
{
	const char *unit = xj_entity_text(q->root, "unit");
	bool own = unit && strcmp(unit, atom->who) == 0;

	switch (atom->kind) {
	case XJ_ATOM_UNIT: return own ? "unit" : "invited-unit";
	case XJ_ATOM_BELOW: return own ? "below" : "invited-below";
	case XJ_ATOM_MEMBERS: return "invited-all";
	case XJ_ATOM_MEMBER: return "part";
	default: return "role";
	}
}

static const char *
reason_of(const struct asking *q, size_t i)
{
	static const char *const reasons[] = {
		[XJ_ATOM_PUBLIC] = "public", [XJ_ATOM_MEMBERS] = "members",
		[XJ_ATOM_UNIT] = "unit", [XJ_ATOM_BELOW] = "below",
		[XJ_ATOM_OWNER] = "owner", [XJ_ATOM_STAFF] = "role",
		[XJ_ATOM_KEEPER] = "role", [XJ_ATOM_MEMBER] = "author",
		[XJ_ATOM_REVIEWERS] = "role", [XJ_ATOM_SECRETARIES] = "role",
	}, *const shares[] = {
		[XJ_ATOM_MEMBERS] = "share-all", [XJ_ATOM_UNIT] = "share-unit",
		[XJ_ATOM_BELOW] = "share-below",
		[XJ_ATOM_MEMBER] = "share-member",
	};
	bool shared = i >= q->shares && i < q->shares + q->rights.share_count;

	if (i >= q->own)
		return part_of(q, &q->atoms[i]);
	return shared ? shares[q->atoms[i].kind] : reasons[q->atoms[i].kind];
}

/* The words of what a unit is called in the first place. */
static bool
names_unit(const struct xj_atom *atom)
{
	return atom->kind == XJ_ATOM_UNIT || atom->kind == XJ_ATOM_BELOW ||
	       xj_atom_roles(atom->kind);
}

static int
tell(struct asking *q, const struct xj_reader *reader, size_t i)
{
	const struct xj_atom *atom = &q->atoms[i];
	struct xj_sight_reason reason = {
		.login = reader->login, .name = reader->name,
		.reason = reason_of(q, i),
		.unit = names_unit(atom) ? atom->who : "",
		.role = "", .until = atom->until, .download = atom->download,
	};

	if (xj_atom_roles(atom->kind))
		reason.role = xj_role_first(roles_of(q, reader, atom));
	q->told++;
	return q->fn(q->ctx, &reason);
}

static int
tell_all(struct asking *q, const struct xj_reader *reader)
{
	int r = XJ_OK;

	for (size_t i = 0; i < q->count && r == XJ_OK; i++)
		if (opens(q, reader, &q->atoms[i]))
			r = tell(q, reader, i);
	return r;
}

/* ------------------------------------------------------------------ the whole */

/* Those who may share it; `kind` NULL: a document. */
static int
check_all(struct asking *q, const char *kind, uint64_t id)
{
	if (!kind)
		return xj_may_with(q->archive, XJ_DO_SHARE, id, q->err);
	if (strcmp(kind, "paper") == 0)
		return xj_paper_own(q->archive, q->root, q->err);
	return xj_study_is_mine(q->archive, q->root) ? XJ_OK :
	       xj_error_set(q->err, XJ_EPERM, "who sees it is told to those "
			    "who may change it");
}

/* Of himself everybody may know it. */
static int
check_asker(struct asking *q, const char *kind, uint64_t member, uint64_t id)
{
	const struct xj_reader *reader = xj_archive_reader(q->archive);

	return reader && reader->member == member ? XJ_OK :
	       check_all(q, kind, id);
}

static int
why_member(struct asking *q, uint64_t member)
{
	struct xj_reader *reader;
	const char *urn, *login, *name;
	int r = xj_member_urn(q->archive, member, q->arena, &urn, q->err);

	if (r == XJ_OK)
		r = xj_member_names(q->archive, urn, q->arena, &login, &name,
				    q->err);
	if (r == XJ_OK)
		r = xj_reader_of(q->archive, login, q->today, &reader, q->err);
	if (r < 0)
		return r;
	r = tell_all(q, reader);
	xj_reader_free(reader);
	return r;
}

static int
why(struct asking *q, const char *kind, const char *member, uint64_t id)
{
	uint64_t number;
	int r = kind ? study_begin(q, kind, id) : asking_begin(q, id);

	if (r == XJ_OK)
		r = xj_member_find(q->archive, member, &number, q->err);
	if (r == XJ_OK)
		r = check_asker(q, kind, number, id);
	return r < 0 ? r : why_member(q, number);
}

int
xj_why(struct xj_archive *a, const char *member, uint64_t id, xj_sight_reason_fn fn,
       void *ctx, struct xj_error *err)
{
	xj_auto(asking_end) struct asking q = { .archive = a, .fn = fn,
		.ctx = ctx, .err = err };

	return why(&q, NULL, member, id);
}

int
xj_study_why(struct xj_archive *a, const char *kind, const char *member,
	     uint64_t id, xj_sight_reason_fn fn, void *ctx,
	     struct xj_error *err)
{
	xj_auto(asking_end) struct asking q = { .archive = a, .fn = fn,
		.ctx = ctx, .err = err };

	return why(&q, kind, member, id);
}

/* Numbers first: a walk over the members must not run others inside it. */
static int
note_number(void *ctx, const struct xj_member_row *row)
{
	struct xj_buf *b = ctx;

	xj_buf_add(b, &row->id, sizeof(row->id));
	return xj_buf_check(b, NULL);
}

static int
who_can(struct asking *q, const char *kind, uint64_t id)
{
	xj_auto(xj_buf_release) struct xj_buf numbers = XJ_BUF_INIT;
	int r = kind ? study_begin(q, kind, id) : asking_begin(q, id);

	if (r == XJ_OK)
		r = check_all(q, kind, id);
	if (r == XJ_OK)
		r = xj_catalog_members(q->archive->catalog, 0, note_number,
				       &numbers, q->err);
	for (size_t i = 0; i < numbers.len / sizeof(uint64_t) && r == XJ_OK;
	     i++) {
		uint64_t number;

		memcpy(&number, numbers.data + i * sizeof(number),
		       sizeof(number));
		r = why_member(q, number);
		if (r == XJ_EPERM) /* has left */
			r = XJ_OK;
	}
	return r;
}

int
xj_who_can(struct xj_archive *a, uint64_t id, xj_sight_reason_fn fn, void *ctx,
	   struct xj_error *err)
{
	xj_auto(asking_end) struct asking q = { .archive = a, .fn = fn,
		.ctx = ctx, .err = err };

	return who_can(&q, NULL, id);
}

int
xj_study_who_can(struct xj_archive *a, const char *kind, uint64_t id,
		 xj_sight_reason_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(asking_end) struct asking q = { .archive = a, .fn = fn,
		.ctx = ctx, .err = err };

	return who_can(&q, kind, id);
}

/* ------------------------------------------------------------ several readers */

static bool
sees(const struct asking *q, const struct xj_reader *reader)
{
	for (size_t i = 0; i < q->count; i++)
		if (opens(q, reader, &q->atoms[i]))
			return true;
	return false;
}

int
xj_sees(struct xj_archive *a, uint64_t id,
	const struct xj_reader *const *readers, size_t count, bool *seen,
	struct xj_error *err)
{
	xj_auto(asking_end) struct asking q = { .archive = a, .err = err };
	bool aside = xj_catalog_blind(a->catalog, true);
	int r = asking_begin(&q, id);

	xj_catalog_blind(a->catalog, aside);
	for (size_t i = 0; r == XJ_OK && i < count; i++)
		seen[i] = sees(&q, readers[i]);
	return r;
}
