/* reader.c - the member who acts, and what he is to the units of today. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xueji/account.h>

#include "library/rights.h"

unsigned
xj_role_bit(const char *role)
{
	const char *const *roles = xj_roles();

	for (size_t i = 0; roles[i]; i++)
		if (strcmp(roles[i], role) == 0)
			return 1u << i;
	return 0;
}

const char *
xj_role_first(unsigned bits)
{
	const char *const *roles = xj_roles();

	for (size_t i = 0; roles[i]; i++)
		if (bits >> i & 1)
			return roles[i];
	return "";
}

const char *
xj_role_names(void)
{
	return "secretary, librarian, reviewer, lead, operator, editor, "
	       "inspector";
}

/* --------------------------------------------------------------- gathering */

struct gathering {
	struct xj_reader *reader;
	struct xj_buf units, within, roles;
};

static int
take_up(void *ctx, uint64_t unit, unsigned depth, const char *role)
{
	struct gathering *g = ctx;

	(void)role;
	if (depth == 0)
		xj_buf_add(&g->units, &unit, sizeof(unit));
	xj_buf_add(&g->within, &unit, sizeof(unit));
	return XJ_OK;
}

/* They come by unit; those for the whole archive as unit 0. */
static int
take_down(void *ctx, uint64_t unit, unsigned depth, const char *role)
{
	struct gathering *g = ctx;
	struct xj_reader_roles row = { unit, xj_role_bit(role) }, *last;
	struct xj_buf *b = &g->roles;

	(void)depth;
	last = b->len ? (void *)(b->data + b->len - sizeof(row)) : NULL;
	if (unit == 0)
		g->reader->everywhere |= row.roles;
	else if (last && last->unit == unit)
		last->roles |= row.roles;
	else
		xj_buf_add(b, &row, sizeof(row));
	return XJ_OK;
}

static void *
keep(struct xj_arena *arena, struct xj_buf *b)
{
	void *copy = b->failed ? NULL : xj_arena_alloc(arena, b->len + 1);

	if (copy && b->len)
		memcpy(copy, b->data, b->len);
	return copy;
}

static int
gather(struct xj_archive *a, struct xj_reader *reader, struct xj_error *err)
{
	struct gathering g = { .reader = reader };
	int r = xj_catalog_reach_up(a->catalog, reader->member, reader->day,
				    take_up, &g, err);

	if (r == XJ_OK)
		r = xj_catalog_reach_down(a->catalog, reader->member,
					  reader->day, take_down, &g, err);
	reader->unit_count = g.units.len / sizeof(*reader->units);
	reader->within_count = g.within.len / sizeof(*reader->within);
	reader->role_count = g.roles.len / sizeof(*reader->roles);
	reader->units = keep(reader->arena, &g.units);
	reader->within = keep(reader->arena, &g.within);
	reader->roles = keep(reader->arena, &g.roles);
	xj_buf_release(&g.units);
	xj_buf_release(&g.within);
	xj_buf_release(&g.roles);
	if (r == XJ_OK && (!reader->units || !reader->within || !reader->roles))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return r;
}

/* -------------------------------------------------------------- the member */

struct finding {
	struct xj_reader *reader;
	const char *key;
	bool found, left;
};

static int
take_member(void *ctx, const struct xj_member_row *row)
{
	struct finding *f = ctx;
	struct xj_reader *reader = f->reader;

	if (strcmp(row->login_key, f->key) != 0)
		return XJ_END; /* of the same name */
	f->found = true;
	f->left = row->left && strcmp(row->left, reader->day) < 0;
	reader->member = row->id;
	reader->login = xj_arena_strdup(reader->arena, row->login);
	reader->name = xj_arena_strdup(reader->arena, row->name);
	reader->urn = xj_arena_strdup(reader->arena, row->urn);
	return reader->login && reader->name && reader->urn ? XJ_END :
							      XJ_ENOMEM;
}

/* Who may list the members anyway is told which login he may have meant. */
static bool
is_owner(const struct xj_archive *a)
{
	struct stat st;

	return !a->reader && fstat(a->fd, &st) == 0 && st.st_uid == geteuid();
}

struct nearest {
	const char *word;
	char best[64];
	size_t distance;
};

static int
consider(void *ctx, const struct xj_member_row *row)
{
	struct nearest *n = ctx;
	size_t d = xj_people_distance(n->word, row->login_key);

	if (d < n->distance && strlen(row->login) < sizeof(n->best)) {
		n->distance = d;
		strcpy(n->best, row->login);
	}
	return XJ_OK;
}

int
xj_member_unknown(struct xj_archive *a, const char *login, const char *key,
		  struct xj_error *err)
{
	struct nearest n = { .word = key, .distance = strlen(key) / 3 + 2 };

	if (is_owner(a))
		xj_catalog_members(a->catalog, 0, consider, &n, NULL);
	if (n.best[0])
		return xj_error_set(err, XJ_ENOTFOUND, "%s: no such member; "
				    "did you mean %s?", login, n.best);
	if (is_owner(a))
		return xj_error_set(err, XJ_ENOTFOUND, "%s: no such member; "
				    "`xueji member list` names them", login);
	return xj_error_set(err, XJ_ENOTFOUND, "%s: no such member", login);
}

static int
find(struct xj_archive *a, const char *login, struct xj_reader *reader,
     struct xj_error *err)
{
	char key[XJ_NAME_MAX];
	struct finding f = { .reader = reader, .key = key };
	int r = xj_name_key(login, key, err);

	if (r == XJ_OK)
		r = xj_catalog_find_member(a->catalog, key, NULL, take_member,
					   &f, err);
	if (r < 0)
		return r;
	if (!f.found)
		return xj_member_unknown(a, login, key, err);
	return f.left ? xj_error_set(err, XJ_EPERM, "%s has left", login)
		      : XJ_OK;
}

static int
reader_new(struct xj_reader **out, struct xj_error *err)
{
	struct xj_reader *reader = calloc(1, sizeof(*reader));

	if (!reader || xj_arena_new(&reader->arena) < 0) {
		free(reader);
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	*out = reader;
	return XJ_OK;
}

int
xj_reader_of(struct xj_archive *a, const char *login, const char *day,
	     struct xj_reader **out, struct xj_error *err)
{
	struct xj_reader *reader;
	int r = reader_new(&reader, err);

	if (r < 0)
		return r;
	if (day)
		memcpy(reader->day, day, XJ_DAY_MAX);
	else
		xj_today(reader->day);
	r = find(a, login, reader, err);
	if (r == XJ_OK)
		r = gather(a, reader, err);
	if (r == XJ_OK)
		*out = reader;
	else
		xj_reader_free(reader);
	return r;
}

void
xj_reader_free(struct xj_reader *reader)
{
	if (!reader)
		return;
	xj_arena_free(reader->arena);
	free(reader);
}

/* `reader` acts from now on, and is the archive's. */
static int
take_reader(struct xj_archive *a, struct xj_reader *reader,
	    struct xj_error *err)
{
	int r = reader ? xj_archive_set_user(a, reader->login, err)
		       : xj_archive_set_system_user(a, err);

	if (r < 0) {
		xj_reader_free(reader);
		return r;
	}
	xj_reader_free(a->reader);
	a->reader = reader;
	return xj_sight_set(a, err);
}

int
xj_archive_set_reader(struct xj_archive *a, const char *login,
		      struct xj_error *err)
{
	struct xj_reader *reader = NULL;
	int r = login ? xj_reader_of(a, login, NULL, &reader, err) : XJ_OK;

	return r < 0 ? r : take_reader(a, reader, err);
}

/* No member can have such a login or such a URN. */
int
xj_archive_set_guest(struct xj_archive *a, struct xj_error *err)
{
	struct xj_reader *reader;
	int r = reader_new(&reader, err);

	if (r < 0)
		return r;
	xj_today(reader->day);
	reader->login = "(guest)";
	reader->name = "";
	reader->urn = "(guest)";
	/* Empty lists are searched too. */
	reader->units = reader->within = xj_arena_alloc(reader->arena, 1);
	reader->roles = xj_arena_alloc(reader->arena, 1);
	if (!reader->units || !reader->roles) {
		xj_reader_free(reader);
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	return take_reader(a, reader, err);
}

const struct xj_reader *
xj_archive_reader(const struct xj_archive *a)
{
	return a->reader;
}

/* ------------------------------------------------------------- what he may */

static bool
has(const uint64_t *list, size_t count, uint64_t unit)
{
	return bsearch(&unit, list, count, sizeof(unit), xj_by_number) != NULL;
}

bool
xj_reader_is_in(const struct xj_reader *reader, uint64_t unit)
{
	return has(reader->units, reader->unit_count, unit);
}

bool
xj_reader_is_within(const struct xj_reader *reader, uint64_t unit)
{
	return has(reader->within, reader->within_count, unit);
}

unsigned
xj_reader_roles(const struct xj_reader *reader, uint64_t unit)
{
	const struct xj_reader_roles *row =
		bsearch(&unit, reader->roles, reader->role_count,
			sizeof(*row), xj_by_number); /* the unit comes first */

	return reader->everywhere | (row ? row->roles : 0);
}

int
xj_reader_may_manage(const struct xj_archive *a, struct xj_error *err)
{
	if (!a->reader || (a->reader->everywhere & XJ_ROLE_OPERATOR))
		return XJ_OK;
	return xj_error_set(err, XJ_EPERM, "only an operator of the archive "
			    "changes units, members and roles");
}
