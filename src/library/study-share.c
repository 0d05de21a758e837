/* study-share.c - who sees a study record: its scope, and shares of it. */
#include <string.h>

#include "library/paper.h"

struct sharing {
	struct xj_study_change change;
	struct xj_arena *arena;
	struct xj_rights rights;
	struct xj_sharing with;
};

static void
sharing_end(struct sharing *s)
{
	xj_sharing_end(&s->with);
	xj_study_end(&s->change);
	xj_arena_free(s->arena);
}

static int
sharing_begin(struct sharing *s, struct xj_archive *a, const char *kind,
	      uint64_t id, const struct xj_change_options *options,
	      struct xj_study_changed *changed, struct xj_error *err)
{
	const struct xj_entity_kind *k = xj_entity_kind_named(kind);
	int r = xj_study_load(&s->change, a, k, id, options, changed, err);

	if (r == XJ_OK)
		r = xj_study_may(&s->change);
	if (r == XJ_OK && xj_arena_new(&s->arena) < 0)
		r = xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (r == XJ_OK)
		r = xj_study_rights(s->change.e.root, s->arena, &s->rights,
				    err);
	if (r < 0)
		return r;
	/* Its owner is a field of its own, whatever the rights say. */
	s->rights.owner = xj_entity_text(s->change.e.root, "owner");
	s->with = (struct xj_sharing){ .archive = a, .arena = s->arena,
		.rights = &s->rights, .err = err,
		.unit = xj_entity_text(s->change.e.root, "unit") };
	return xj_sharing_begin(&s->with);
}

static int
sharing_save(struct sharing *s, const char *verb)
{
	json_t *root = s->change.e.root;
	struct xj_error *err = s->change.err;
	char owner[XJ_URN_MAX] = "";
	int r;

	if (s->rights.owner)
		strncpy(owner, s->rights.owner, sizeof(owner) - 1);
	s->rights.owner = NULL;
	r = xj_entity_set(root, "owner", owner, err);
	if (r == XJ_OK && s->with.unit != xj_entity_text(root, "unit"))
		r = xj_entity_set(root, "unit", s->with.unit, err);
	if (r == XJ_OK)
		r = xj_study_set_rights(root, &s->rights, err);
	/* With whom is for those who may share it. */
	return r < 0 ? r : xj_study_save(&s->change, verb, "");
}

int
xj_study_scope(struct xj_archive *a, const char *kind, uint64_t id,
	       const struct xj_scope_given *given,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r;

	if (strcmp(kind, "paper") == 0)
		return xj_error_set(err, XJ_EINVAL, "a paper has no scope: it "
				    "is shared when it was accepted");
	r = sharing_begin(&s, a, kind, id, options, changed, err);
	if (r == XJ_OK)
		r = xj_sharing_scope(&s.with, given);
	return r < 0 ? r : sharing_save(&s, "scope");
}

int
xj_study_share(struct xj_archive *a, const char *kind, uint64_t id,
	       const struct xj_share_given *given,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r;

	if (strcmp(kind, "paper") == 0) /* its text is shared with it */
		return xj_paper_share(a, id, given, options, changed, err);
	r = sharing_begin(&s, a, kind, id, options, changed, err);
	if (r == XJ_OK)
		r = xj_sharing_add(&s.with, given, NULL);
	return r < 0 ? r : sharing_save(&s, "share");
}

int
xj_study_unshare(struct xj_archive *a, const char *kind, uint64_t id,
		 const char *to, const struct xj_change_options *options,
		 struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r;

	if (strcmp(kind, "paper") == 0)
		return xj_paper_unshare(a, id, to, options, changed, err);
	r = sharing_begin(&s, a, kind, id, options, changed, err);
	if (r == XJ_OK)
		r = xj_sharing_drop(&s.with, to);
	return r < 0 ? r : sharing_save(&s, "unshare");
}

int
xj_study_rights_tell(struct xj_archive *a, const char *kind, uint64_t id,
		     xj_rights_fn fn, xj_share_fn share, void *ctx,
		     struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	struct xj_rights rights;
	json_t *root = NULL;
	const char *unit;
	uint64_t number = 0;
	int r = xj_arena_new(&arena) < 0 ?
		xj_error_set(err, XJ_ENOMEM, "out of memory") :
		xj_study_read(a, xj_entity_kind_named(kind), id, false, arena,
			      &row, &root, err);

	if (r < 0)
		return r;
	unit = xj_entity_text(root, "unit");
	r = xj_study_rights(root, arena, &rights, err);
	rights.owner = xj_entity_text(root, "owner");
	if (!rights.scope && rights.owner)
		rights.scope = XJ_SCOPE_PRIVATE;
	if (r == XJ_OK && unit)
		r = xj_catalog_unit_id(a->catalog, unit, &number, err);
	if (r == XJ_OK && xj_may(a, XJ_DO_STUDY, number, rights.owner,
				 NULL) < 0)
		share = NULL;
	if (r == XJ_OK)
		r = xj_sharing_tell(a, 0, unit, &rights, fn, share, ctx, err);
	json_decref(root);
	return r;
}
