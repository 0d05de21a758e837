/*
 * library/rights.h - who may see what, and who may do what. Internal to library.
 *
 * The rights of a top-level document - its unit, its owner, a scope, shares -
 * are part of its record, and hold for what is inside it. They come to atoms
 * (catalog.h), which are in the catalog and in the index. What a reader is opens
 * atoms; that is his sight. It is set in two places, on the catalog's handle and
 * on the open index, below everything that asks: what he may not see is not
 * there, for whoever asks and in whatever way.
 *
 * What he may do with what he sees is one table, in rights.c.
 */
#ifndef XJ_RIGHTS_H
#define XJ_RIGHTS_H

#include "library/people.h"

/* ------------------------------------------------------- rights-record.c */

const char *xj_scope_name(enum xj_scope scope); /* "private", ...; "" */
bool xj_scope_parse(const char *name, enum xj_scope *scope);
const char *xj_share_name(enum xj_atom_kind to); /* "unit", "below", ... */

/* `"rights":{...}` of metadata.json; nothing when there are none. */
void xj_rights_put(struct xj_buf *b, const struct xj_rights *rights);
/* False when it is not what xj_rights_put() makes. */
bool xj_rights_parse(struct xj_arena *arena, const json_t *object,
		     struct xj_rights *rights, bool *no_memory);
/* Whether the same people may see both. */
bool xj_rights_same(struct xj_arena *arena, const struct xj_record *a,
		    const struct xj_record *b);
/* Rows of a record's rights, in place of what was there. */
int xj_rights_put_rows(struct xj_archive *a, struct xj_arena *arena,
		       const struct xj_record *record, struct xj_error *err);
/* Of a top-level document, from the catalog; none is XJ_SCOPE_NONE. */
int xj_rights_load(struct xj_archive *a, struct xj_arena *arena,
		   uint64_t root, struct xj_rights *rights,
		   struct xj_error *err);
/* The atoms of rights; at most so many. */
#define XJ_RIGHTS_ATOMS(r) (6 + (r)->unit_count + (r)->share_count + \
			    (r)->author_count)
size_t xj_rights_atoms(const struct xj_rights *rights, const char *unit,
		       struct xj_atom *atoms);

bool xj_atom_among(const struct xj_atom *list, size_t count,
		   const struct xj_atom *atom);

/* -------------------------------------------------------------- rights.c */

/* Roles that read what a unit keeps to its members. */
#define XJ_ROLES_STAFF (XJ_ROLE_SECRETARY | XJ_ROLE_LIBRARIAN | \
			XJ_ROLE_REVIEWER | XJ_ROLE_LEAD)

/* The roles that open atoms of a kind; 0: it is not opened by a role. */
unsigned xj_atom_roles(enum xj_atom_kind kind);
/* What a reader opens. Memory is the arena's. */
int xj_openers_of(const struct xj_reader *reader, struct xj_arena *arena,
		  struct xj_opener **openers, size_t *count,
		  struct xj_error *err);
/* After the reader of an archive was set: his sight, as things stand. */
int xj_sight_set(struct xj_archive *a, struct xj_error *err);

/* In the order of the table in rights.c. */
enum xj_action {
	XJ_DO_ADD,        /* documents of a unit */
	XJ_DO_EDIT,
	XJ_DO_REMOVE,
	XJ_DO_PURGE,
	XJ_DO_SHARE,      /* and set a scope, and answer requests */
	XJ_DO_CLEAR,      /* a quarantine */
	XJ_DO_STUDY,      /* make a study record of a unit, and change one */
	XJ_DO_TOPICS,     /* change study areas and topics */
	XJ_DO_WORDS,      /* change synonyms and dictionary */
	XJ_DO_MACHINE,    /* settings, indexing, verifying, backups */
	XJ_DO_AUDIT,      /* read the whole record */
};

/*
 * XJ_EPERM, and the message says what is lacking, when the reader may not do
 * this to what belongs to the unit with this number (0: to none) and to the
 * member `owner` (URN, or NULL). Without a reader everything is allowed.
 */
int xj_may(const struct xj_archive *a, enum xj_action action, uint64_t unit,
	   const char *owner, struct xj_error *err);
/* The same of a document; XJ_ENOTFOUND when it is not in sight. */
int xj_may_with(struct xj_archive *a, enum xj_action action, uint64_t id,
		struct xj_error *err);

/* By the number of a member, or back from his URN to login and name, which are
 * "" when he is not there any more. Memory is the arena's. */
int xj_member_urn(struct xj_archive *a, uint64_t member,
		  struct xj_arena *arena, const char **urn,
		  struct xj_error *err);
int xj_member_names(struct xj_archive *a, const char *urn,
		    struct xj_arena *arena, const char **login,
		    const char **name, struct xj_error *err);
/*
 * Rights and unit (code, or "") of what is added now: as given, else the unit
 * that the reader belongs to, or as the settings say. XJ_EPERM: he may not add
 * to that unit.
 */
int xj_rights_of_new(struct xj_archive *a, struct xj_arena *arena,
		     const struct xj_scope_given *given,
		     struct xj_rights *rights, const char **unit,
		     struct xj_error *err);
/* XJ_EINVAL, and the message names those there are. */
int xj_scope_check(const char *name, enum xj_scope *scope,
		   struct xj_error *err);

/* ------------------------------------------------------------- sharing.c */

/* Rights in hand, of a document or a study record: the rules about scopes and
 * shares stand here, and nowhere else. */
struct xj_sharing {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_rights *rights;
	const char *unit;         /* code of the one it belongs to; or NULL */
	uint64_t document;        /* that is shared; 0: it is none */
	struct xj_error *err;
	struct xj_unit_tree tree; /* of today */
	char today[XJ_DAY_MAX];
};

/* The rest is set. */
int xj_sharing_begin(struct xj_sharing *s);
void xj_sharing_end(struct xj_sharing *s); /* for xj_auto */
/* As xj_scope_set(), xj_share(), xj_unshare(). */
int xj_sharing_scope(struct xj_sharing *s, const struct xj_scope_given *given);
int xj_sharing_add(struct xj_sharing *s, const struct xj_share_given *given,
		   uint64_t *number);
int xj_sharing_drop(struct xj_sharing *s, const char *to);
/* Whom "all", "UNIT/below", a unit or a member is: share->to and ->who. */
int xj_sharing_target(struct xj_sharing *s, const char *to,
		      struct xj_share_entry *share);
/* Either may be NULL. */
int xj_sharing_tell(struct xj_archive *a, uint64_t document, const char *unit,
		    const struct xj_rights *rights, xj_rights_fn fn,
		    xj_share_fn share, void *ctx, struct xj_error *err);
/* XJ_EPERM: the reader may not add to the unit. What a member adds to his own
 * unit is his own. */
int xj_may_add_to(struct xj_archive *a, uint64_t unit, struct xj_error *err);

/* ------------------------------------------------------------- request.c */

/* xj_request() for others, whom shares are to be made with: as xj_share() names
 * them, a line each. Of what the reader sees himself. */
int xj_request_for(struct xj_archive *a, uint64_t id, const char *whom,
		   const char *purpose, uint64_t *number,
		   struct xj_error *err);

/* ----------------------------------------------------------------- why.c */

/* Which of these see a document, whoever asks. */
int xj_sees(struct xj_archive *a, uint64_t id,
	    const struct xj_reader *const *readers, size_t count, bool *seen,
	    struct xj_error *err);

/* --------------------------------------------------------------- audit.c */

/* An entry of the audit record; inside a change with it. `detail` or NULL. */
int xj_audit(struct xj_archive *a, const char *verb, uint64_t document,
	     const char *detail, struct xj_error *err);
/* The same outside a change, also of an archive that is open for reading. */
int xj_audit_aside(struct xj_archive *a, const char *verb, uint64_t document,
		   const char *detail, struct xj_error *err);
/* The archive's owner looks at what is private. */
int xj_audit_look(struct xj_archive *a, uint64_t document,
		  struct xj_error *err);

#endif
