/*
 * seminar-check.c - who of those invited does not see what of the packet, and
 * sharing that with them. A packet never lets anybody see more by itself: it is
 * shared by the right of whoever asks for it, or asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/seminar.h"

/* Whom a share is made with: an invited unit, or a person. */
struct target {
	const char *ref;        /* "zx-hospital/below", or a login */
	bool doubtful;          /* a login that is also a unit's name */
	bool lacks;             /* somebody of it does not see the document */
};

struct guest {
	uint64_t member;
	struct xj_reader *reader;
	size_t target;          /* that he is invited by */
};

struct checking {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_unit_tree tree;
	char today[XJ_DAY_MAX];
	json_t *root;
	uint64_t seminar;
	struct xj_buf targets;  /* struct target */
	struct xj_buf guests;   /* struct guest */
	const struct xj_reader **readers;
	bool *seen;             /* of the document in hand, by guest */
	const char *until;      /* share; NULL: look only */
	unsigned only;          /* of this item; 0: of all */
	struct xj_buf lines;    /* struct xj_packet_line */
	xj_packet_blind_fn fn;
	void *ctx;
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static size_t
guest_count(const struct checking *c)
{
	return c->guests.len / sizeof(struct guest);
}

static struct guest *
guests(const struct checking *c)
{
	return (void *)c->guests.data;
}

static void
checking_end(struct checking *c)
{
	for (size_t i = 0; i < guest_count(c); i++)
		xj_reader_free(guests(c)[i].reader);
	json_decref(c->root);
	xj_unit_tree_end(&c->tree);
	xj_buf_release(&c->targets);
	xj_buf_release(&c->guests);
	xj_buf_release(&c->lines);
	xj_arena_free(c->arena);
}

/* ------------------------------------------------------------ who is invited */

static bool
is_guest(const struct checking *c, uint64_t member)
{
	for (size_t i = 0; i < guest_count(c); i++)
		if (guests(c)[i].member == member)
			return true;
	return false;
}

static int
add_guest(struct checking *c, uint64_t member, size_t target)
{
	struct guest guest = { .member = member, .target = target };

	if (is_guest(c, member))
		return XJ_OK;
	xj_buf_add(&c->guests, &guest, sizeof(guest));
	return xj_buf_check(&c->guests, c->err);
}

static int
add_target(struct checking *c, const char *ref, bool person)
{
	const struct xj_unit_row *unit;
	struct target target = { .ref = ref, .doubtful = person && ref &&
		xj_unit_tree_find(&c->tree, ref, &unit, NULL) !=
		XJ_ENOTFOUND };

	if (!ref)
		return no_memory(c->err);
	xj_buf_add(&c->targets, &target, sizeof(target));
	return xj_buf_check(&c->targets, c->err);
}

struct belonging {
	struct checking *c;
	const struct xj_unit_row *unit;
	bool below;
};

static int
add_member_of(void *ctx, const struct xj_span_row *row)
{
	struct belonging *b = ctx;
	struct checking *c = b->c;
	bool in = b->below ? xj_unit_tree_below(&c->tree, row->unit,
						b->unit->id)
			   : row->unit == b->unit->id;

	if (!in || strcmp(row->from, c->today) > 0 ||
	    (row->until && strcmp(row->until, c->today) < 0))
		return XJ_OK;
	return add_guest(c, row->member,
			 c->targets.len / sizeof(struct target) - 1);
}

static int
add_unit(struct checking *c, const char *code, bool below)
{
	struct belonging b = { .c = c, .below = below,
			       .unit = xj_unit_tree_code(&c->tree, code) };
	int r;

	if (!b.unit || !b.unit->placed)
		return XJ_OK;
	r = add_target(c, xj_arena_printf(c->arena, below ? "%s/below" : "%s",
					  code), false);
	return r < 0 ? r : xj_catalog_memberships(c->archive->catalog, 0,
						  add_member_of, &b, c->err);
}

static int
add_person(struct checking *c, const char *urn)
{
	const char *login, *name;
	struct xj_entity_row row;
	int r;

	if (!urn)
		return XJ_OK;
	r = xj_catalog_get_entity_urn(c->archive->catalog, urn, c->arena, &row,
				      c->err);
	if (r == XJ_ENOTFOUND || (r == XJ_OK && is_guest(c, row.id)))
		return XJ_OK;
	if (r == XJ_OK)
		r = xj_member_names(c->archive, urn, c->arena, &login, &name,
				    c->err);
	if (r == XJ_OK)
		r = add_target(c, login, true);
	return r < 0 ? r : add_guest(c, row.id, c->targets.len /
				     sizeof(struct target) - 1);
}

/* Units first: a person of one of them needs no share of his own. */
static int
gather(struct checking *c)
{
	const json_t *invited = json_object_get(c->root, "invited"), *one;
	const json_t *agenda = json_object_get(c->root, "agenda");
	int r = XJ_OK;
	size_t i;

	json_array_foreach(invited, i, one) {
		const char *to = xj_entity_text(one, "to");

		if (r == XJ_OK && to && strcmp(to, "member") != 0)
			r = add_unit(c, xj_entity_text(one, "who"),
				     strcmp(to, "below") == 0);
	}
	json_array_foreach(invited, i, one) {
		const char *to = xj_entity_text(one, "to");

		if (r == XJ_OK && to && strcmp(to, "member") == 0)
			r = add_person(c, xj_entity_text(one, "who"));
	}
	if (r == XJ_OK)
		r = add_person(c, xj_entity_text(c->root, "chair"));
	json_array_foreach(agenda, i, one)
		if (r == XJ_OK)
			r = add_person(c, xj_entity_text(one, "speaker"));
	return r;
}

static int
note_login(void *ctx, const struct xj_member_row *row)
{
	const char **login = ctx;

	*login = *row->login ? strdup(row->login) : NULL;
	return XJ_END;
}

/* Who has left is none any more. */
static int
load_guests(struct checking *c)
{
	size_t n = 0;
	int r = XJ_OK;

	for (size_t i = 0; i < guest_count(c) && r == XJ_OK; i++) {
		struct guest guest = guests(c)[i];
		char *login = NULL;

		r = xj_catalog_members(c->archive->catalog, guest.member,
				       note_login, &login, c->err);
		if (r >= 0)
			r = login ? xj_reader_of(c->archive, login, c->today,
						 &guest.reader, c->err)
				  : XJ_ENOTFOUND;
		free(login);
		if (r == XJ_OK)
			guests(c)[n++] = guest;
		else if (r == XJ_EPERM || r == XJ_ENOTFOUND)
			r = XJ_OK;
	}
	if (r == XJ_OK)
		c->guests.len = n * sizeof(struct guest);
	c->readers = xj_arena_alloc(c->arena, (n + 1) * sizeof(*c->readers));
	c->seen = xj_arena_alloc(c->arena, (n + 1) * sizeof(*c->seen));
	if (!c->readers || !c->seen)
		return no_memory(c->err);
	for (size_t i = 0; i < n; i++)
		c->readers[i] = guests(c)[i].reader;
	return r;
}

/* ----------------------------------------------------------- one document */

static int
name_blind(struct checking *c, struct xj_packet_blind *b)
{
	size_t n = guest_count(c), k = 0;
	const char *(*list)[2] = xj_arena_alloc(c->arena,
						(n + 1) * sizeof(*list));

	if (!list)
		return no_memory(c->err);
	for (size_t i = 0; i < n; i++)
		if (!c->seen[i]) {
			list[k][0] = c->readers[i]->login;
			list[k++][1] = c->readers[i]->name;
		}
	b->persons = (const char *const (*)[2])list;
	return XJ_OK;
}

static void
mark_targets(struct checking *c)
{
	struct target *targets = (void *)c->targets.data;

	for (size_t i = 0; i < c->targets.len / sizeof(*targets); i++)
		targets[i].lacks = false;
	for (size_t i = 0; i < guest_count(c); i++)
		if (!c->seen[i])
			targets[guests(c)[i].target].lacks = true;
}

static int
share_with_all(struct checking *c, const struct xj_packet_blind *b,
	       struct xj_error *err)
{
	const struct target *targets = (void *)c->targets.data;
	char reason[64];
	int r = XJ_OK;

	for (size_t i = 0; i < c->targets.len / sizeof(*targets); i++)
		if (targets[i].lacks && targets[i].doubtful)
			return xj_error_set(err, XJ_EINVAL, "%s is a member "
					    "and a unit: share it with him by "
					    "his name", targets[i].ref);
	snprintf(reason, sizeof(reason), "seminar %llu",
		 (unsigned long long)c->seminar);
	for (size_t i = 0; r == XJ_OK && i < c->targets.len / sizeof(*targets);
	     i++)
		if (targets[i].lacks)
			r = xj_share(c->archive, b->line.document,
				     &(struct xj_share_given){
				.to = targets[i].ref, .until = c->until,
				.reason = reason }, NULL, err);
	return r;
}

/* On behalf of those who do not see it; what for stands in the request. */
static int
ask_for_all(struct checking *c, struct xj_packet_blind *b,
	    struct xj_error *err)
{
	const struct target *targets = (void *)c->targets.data;
	xj_auto(xj_buf_release) struct xj_buf whom = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf purpose = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf refs = XJ_BUF_INIT;

	for (size_t i = 0; i < c->targets.len / sizeof(*targets); i++)
		if (targets[i].lacks) {
			xj_buf_addf(&refs, "%s%s", whom.len ? ", " : "",
				    targets[i].ref);
			xj_buf_addf(&whom, "%s%s", whom.len ? "\n" : "",
				    targets[i].ref);
		}
	xj_buf_addf(&purpose, xj_tr(N_("for %s, until %s: seminar “%s”")),
		    xj_buf_str(&refs), c->until,
		    xj_entity_text(c->root, "title"));
	if (xj_buf_check(&whom, err) < 0 || xj_buf_check(&purpose, err) < 0)
		return XJ_ENOMEM;
	return xj_request_for(c->archive, b->line.document, whom.data,
			      purpose.data, &b->request, err);
}

static int
open_up(struct checking *c, struct xj_packet_blind *b)
{
	struct xj_error *why = xj_arena_alloc(c->arena, sizeof(*why));
	int r;

	if (!why)
		return no_memory(c->err);
	mark_targets(c);
	b->why = why->message;
	b->outcome = "shared";
	r = share_with_all(c, b, why);
	if (r == XJ_EPERM) {
		b->outcome = "asked";
		r = ask_for_all(c, b, why);
	}
	if (r == XJ_OK)
		b->why = "";
	else if (r == XJ_EEXIST)
		b->outcome = "asked before";
	else
		b->outcome = "refused";
	return r == XJ_ENOMEM || r == XJ_EIO || r == XJ_ENOSPC ?
	       xj_error_set(c->err, r, "%s", why->message) : XJ_OK;
}

static int
check_line(struct checking *c, const struct xj_packet_line *line)
{
	struct xj_packet_blind b = { .line = *line, .outcome = "", .why = "",
				     .invited = guest_count(c) };
	int r = xj_sees(c->archive, line->document, c->readers, b.invited,
			c->seen, c->err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < b.invited; i++)
		b.blind += !c->seen[i];
	if (b.blind == 0)
		return XJ_OK;
	if (xj_may_with(c->archive, XJ_DO_SHARE, line->document, NULL) ==
	    XJ_OK)
		r = name_blind(c, &b);
	if (r == XJ_OK && c->until)
		r = open_up(c, &b);
	return r < 0 ? r : c->fn(c->ctx, &b);
}

/* Lines are lent for the call: they are kept, and no statement is under way when
 * the documents are shared. */
static int
note_line(void *ctx, const struct xj_packet_line *line)
{
	struct checking *c = ctx;
	struct xj_packet_line own = *line;

	if (!line->document || line->title_only)
		return XJ_OK;
	own.title = xj_arena_strdup(c->arena, line->title);
	own.unit = xj_arena_strdup(c->arena, line->unit);
	own.scope = xj_arena_strdup(c->arena, line->scope);
	own.unit_name = xj_arena_strdup(c->arena, line->unit_name);
	own.note = own.query = "";
	if (!own.title || !own.unit || !own.unit_name || !own.scope)
		return no_memory(c->err);
	xj_buf_add(&c->lines, &own, sizeof(own));
	return xj_buf_check(&c->lines, c->err);
}

static int
begin(struct checking *c, uint64_t id)
{
	struct xj_entity_row row;
	uint64_t unit = 0;
	const char *code;
	int r = xj_arena_new(&c->arena) < 0 ? no_memory(c->err) :
		xj_study_read(c->archive, &xj_seminar_kind, id, false,
			      c->arena, &row, &c->root, c->err);

	xj_today(c->today);
	c->seminar = id;
	code = r < 0 ? NULL : xj_entity_text(c->root, "unit");
	if (code)
		r = xj_catalog_unit_id(c->archive->catalog, code, &unit,
				       c->err);
	if (r == XJ_OK)
		r = xj_may(c->archive, XJ_DO_STUDY, unit,
			   xj_entity_text(c->root, "owner"), c->err);
	if (r == XJ_OK)
		r = xj_unit_tree_load(c->archive, c->today, &c->tree, c->err);
	if (r == XJ_OK)
		r = gather(c);
	return r < 0 ? r : load_guests(c);
}

static int
check_all(struct checking *c, uint64_t id, size_t *invited)
{
	const struct xj_packet_line *lines;
	int r = begin(c, id);

	if (r == XJ_OK)
		r = xj_packet_lines(c->archive, c->root, true, note_line, c,
				    c->err);
	lines = (void *)c->lines.data;
	for (size_t i = 0; r == XJ_OK && i < c->lines.len / sizeof(*lines);
	     i++)
		if (!c->only || lines[i].number == c->only)
			r = check_line(c, &lines[i]);
	*invited = guest_count(c);
	return r;
}

int
xj_packet_check(struct xj_archive *a, uint64_t id, xj_packet_blind_fn fn,
		xj_packet_fault_fn fault, void *ctx, size_t *invited,
		struct xj_error *err)
{
	xj_auto(checking_end) struct checking c = { .archive = a, .fn = fn,
		.ctx = ctx, .err = err };
	size_t faults;
	int r = check_all(&c, id, invited);

	return r < 0 || !fault ? r :
	       xj_packet_faults(a, c.root, false, false, fault, ctx, &faults,
				err);
}

int
xj_packet_share(struct xj_archive *a, uint64_t id, unsigned number,
		const char *until, xj_packet_blind_fn fn, void *ctx,
		size_t *invited, struct xj_error *err)
{
	xj_auto(checking_end) struct checking c = { .archive = a, .fn = fn,
		.ctx = ctx, .only = number, .err = err };
	char day[XJ_DAY_MAX], today[XJ_DAY_MAX];
	int r = xj_people_day(until, NULL, day, err);

	xj_today(today);
	if (r == XJ_OK && strcmp(day, today) < 0)
		return xj_error_set(err, XJ_EINVAL, "%s is past: nobody would "
				    "see it", day);
	c.until = day;
	return r < 0 ? r : check_all(&c, id, invited);
}
