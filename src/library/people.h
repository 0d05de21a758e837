/*
 * library/people.h - who acts, where he belongs, and what units there are.
 * Internal to library.
 */
#ifndef XJ_PEOPLE_H
#define XJ_PEOPLE_H

#include "library/archive.h"
#include "library/entity.h"

/* ------------------------------------------------------------- reader.c */

enum xj_role_bit {
	XJ_ROLE_SECRETARY = 1, XJ_ROLE_LIBRARIAN = 2, XJ_ROLE_REVIEWER = 4,
	XJ_ROLE_LEAD = 8, XJ_ROLE_OPERATOR = 16, XJ_ROLE_EDITOR = 32,
	XJ_ROLE_INSPECTOR = 64,
};

/* The bit of "librarian"; 0: no such role. */
unsigned xj_role_bit(const char *role);
/* The first of the roles in `bits`, by name; "". */
const char *xj_role_first(unsigned bits);
const char *xj_role_names(void); /* "secretary, librarian, ..." */

/*
 * The member who acts, as things stand on `day`. Units are numbers (xj_unit_row.id
 * of the catalog) in ascending order.
 */
struct xj_reader {
	uint64_t member;         /* 0: a guest */
	const char *login, *name, *urn;
	char day[XJ_DAY_MAX];
	uint64_t *units;         /* that he belongs to */
	size_t unit_count;
	uint64_t *within;        /* these, and all units above them */
	size_t within_count;
	struct xj_reader_roles { /* roles have come down from above */
		uint64_t unit;
		unsigned roles;  /* enum xj_role_bit */
	} *roles;
	size_t role_count;
	unsigned everywhere;     /* roles for the whole archive */
	struct xj_arena *arena;
};

/* Of the open archive; NULL: its owner, who reads everything. */
const struct xj_reader *xj_archive_reader(const struct xj_archive *a);
/* Of any member, by login; free it with xj_reader_free(). XJ_ENOTFOUND,
 * XJ_EPERM: he has left. */
int xj_reader_of(struct xj_archive *a, const char *login, const char *day,
		 struct xj_reader **reader, struct xj_error *err);
void xj_reader_free(struct xj_reader *reader);
/* Whether he belongs to the unit; to it or one below it. */
bool xj_reader_is_in(const struct xj_reader *reader, uint64_t unit);
bool xj_reader_is_within(const struct xj_reader *reader, uint64_t unit);
/* Roles over a unit, with those for the whole archive; unit 0: these alone. */
unsigned xj_reader_roles(const struct xj_reader *reader, uint64_t unit);
/* XJ_EPERM unless the owner or an operator acts. */
int xj_reader_may_manage(const struct xj_archive *a, struct xj_error *err);

/* -------------------------------------------------------------- unit-tree.c */

/* All units as they stand on a day. */
struct xj_unit_tree {
	struct xj_arena *arena;
	char day[XJ_DAY_MAX];
	struct xj_unit_row *units; /* work before party, by code */
	size_t count;
	size_t *at;                /* by number; SIZE_MAX: none */
	uint64_t ids;              /* numbers are below this */
	size_t *first, *next;      /* below each, by place; SIZE_MAX: no more */
	size_t top;                /* the first of those on top */
};

int xj_unit_tree_load(struct xj_archive *a, const char *day, struct xj_unit_tree *tree,
		 struct xj_error *err);
void xj_unit_tree_end(struct xj_unit_tree *tree); /* for xj_auto */
/* By number; NULL: there is none. */
const struct xj_unit_row *xj_unit_tree_unit(const struct xj_unit_tree *tree,
				       uint64_t id);
const struct xj_unit_row *xj_unit_tree_code(const struct xj_unit_tree *tree,
				       const char *code);
/* By code, or a name that only one open unit has, or both behind those of units
 * above: "县医院/内科". XJ_ENOTFOUND names the nearest; XJ_EINVAL: several. */
int xj_unit_tree_find(const struct xj_unit_tree *tree, const char *ref,
		 const struct xj_unit_row **unit, struct xj_error *err);
/* Whether `unit` is `above` or below it. */
bool xj_unit_tree_below(const struct xj_unit_tree *tree, uint64_t unit, uint64_t above);
/* From the top (1); 0: it is not in the tree. */
unsigned xj_unit_tree_depth(const struct xj_unit_tree *tree, uint64_t unit);
/* How many levels it and what is below it take. */
unsigned xj_unit_tree_height(const struct xj_unit_tree *tree, uint64_t unit);

/* For lists and searches: "a,b,": the codes of a unit, by code or name, and of
 * those below it. XJ_ENOTFOUND, XJ_EINVAL as xj_unit_tree_find(). */
int xj_units_meant(struct xj_archive *a, const char *ref, struct xj_buf *out,
		   struct xj_error *err);

/* ------------------------------------------------------------- people.c */

/* A change of units and members under way. */
struct xj_people {
	struct xj_archive *archive;
	struct xj_change change;
	struct xj_unit_tree tree;   /* of `day` */
	char day[XJ_DAY_MAX];
	const struct xj_change_options *options;
	struct xj_changed *changed, own;
	struct xj_error *err;
};

/* `options` and `changed` may be NULL. */
int xj_people_begin(struct xj_people *p, struct xj_archive *a,
		    const struct xj_change_options *options,
		    struct xj_changed *changed, struct xj_error *err);
int xj_people_commit(struct xj_people *p); /* of a dry run: nothing */
void xj_people_end(struct xj_people *p);   /* for xj_auto */
/* Save, and say so in p->changed. */
int xj_people_save(struct xj_people *p, struct xj_entity *e, const char *name,
		   const char *verb, const char *detail);

/* A day as a person writes it, NULL: `otherwise`. XJ_EINVAL. */
int xj_people_day(const char *given, const char *otherwise,
		  char out[XJ_DAY_MAX], struct xj_error *err);
/* A text as xj_name_tidy() keeps it, in the field; NULL or "": away. */
int xj_people_set(struct xj_entity *e, const char *field, const char *value,
		  struct xj_error *err);
/* The word of a list that `given` is, by itself or one of its other forms; NULL.
 * A list: "bureau\0局", the other forms behind the NUL; ends with NULL. */
const char *xj_people_word(const char *const *list, const char *given);
/* Whether it is a number of an identity card: 17 digits and a check character.
 * Source: GB 11643-1999. */
bool xj_is_id_card(const char *text);
/* Edits from one word to the other, for "did you mean". */
size_t xj_people_distance(const char *a, const char *b);

/*
 * Spans in a list of JSON objects with "from" and "until", by their first day.
 * xj_span_at() gives the place of the one that has the day; SIZE_MAX: none.
 */
bool xj_span_has(const json_t *span, const char *day);
bool xj_span_after(const json_t *span, const char *day); /* begins later */
bool xj_span_over(const json_t *span, const char *day);  /* ended before */
int xj_span_set(json_t *span, const char *from, const char *until,
		struct xj_error *err);
/* Put in the order of first days. */
void xj_spans_sort(json_t *list);

/* -------------------------------------------------------- memberships.c */

/* The memberships of a member in order: one primary one on each axis wherever
 * there is any. XJ_EINVAL: two are said to be. */
int xj_memberships_order(struct xj_entity *e, struct xj_error *err);

/* ------------------------------------------------------------- member.c */

/* The number of a member, by login, name or staff number. XJ_ENOTFOUND (to the
 * owner with the nearest login), XJ_EINVAL: several. */
int xj_member_find(struct xj_archive *a, const char *ref, uint64_t *id,
		   struct xj_error *err);
/* XJ_ENOTFOUND, with the nearest login if the owner asks. */
int xj_member_unknown(struct xj_archive *a, const char *login,
		      const char *key, struct xj_error *err);
/* In a change: one of them; its next version, if anything is new; a new one; a
 * field, checked; the unit that he belongs to first on its axis from p->day. */
int xj_member_load(struct xj_people *p, const char *ref, struct xj_entity *e);
int xj_member_save(struct xj_people *p, struct xj_entity *e, const char *verb,
		   const char *detail);
int xj_member_add_in(struct xj_people *p,
		     const struct xj_member_given *given);
int xj_member_set(struct xj_people *p, struct xj_entity *e, const char *field,
		  const char *value);
/* The unit that somebody is to belong to from p->day; of an axis, or of any. */
int xj_member_unit(struct xj_people *p, const char *ref, const char *axis,
		   const struct xj_unit_row **u);
/* Whether he belongs, or belonged, to any unit of the axis. */
bool xj_member_has_unit(const struct xj_entity *e, const char *axis);
/* By staff number alone; 0: nobody has it. XJ_EINVAL: several. */
int xj_member_numbered(struct xj_archive *a, const char *staff_number,
		       uint64_t *id, struct xj_error *err);
/* Whether it is his primary unit on the day. */
bool xj_member_is_of(const struct xj_entity *e, const struct xj_unit_row *u,
		     const char *day);
int xj_member_move_in(struct xj_people *p, struct xj_entity *e,
		      const struct xj_unit_row *u, bool replace);
/*
 * For closing a unit: the memberships of a member in it end with `day`; with a
 * successor he belongs to that one from the next day on.
 */
int xj_member_out(struct xj_people *p, uint64_t member, const char *unit,
		  const char *successor, const char *day);

#endif
