/* verify.c - fixity of what is stored, validity of the OCFL root, and that
 * catalog and root name the same documents. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/rights.h"
#include "library/entity.h"
#include "library/lexicon.h"

struct verifying {
	struct xj_archive *archive; /* NULL: only a path is validated */
	xj_problem_fn fn;
	void *ctx;
	const struct xj_watch *watch;
	struct xj_check_result *result;
	struct xj_validation found; /* by the validation that goes on */
	uint64_t done, total;
	struct xj_error *err;
};

static const char *const severities[] = {
	[XJ_SEVERITY_INFO] = "info", [XJ_SEVERITY_WARNING] = "warning",
	[XJ_SEVERITY_ERROR] = "error",
};

/* --------------------------------------------------------------- findings */

static int
step(struct verifying *v, const char *what)
{
	const struct xj_watch *w = v->watch;

	if (xj_cancelled(w))
		return xj_error_set(v->err, XJ_ECANCELLED, "verify was "
				    "interrupted");
	v->done++;
	if (w && w->progress)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "verify", .done = v->done,
			.total = v->total > v->done ? v->total : v->done,
			.bytes = v->result->bytes + v->found.bytes,
			.what = what });
	return XJ_OK;
}

/* An operator verifies all of it, and reads none. */
static const char *
title_of(const struct verifying *v, const struct xj_doc *doc)
{
	return doc->title && !xj_archive_reader(v->archive) ? doc->title : "";
}

/* A finding, with the document that the object is; or the end of an object. */
static int
tell(void *ctx, const struct xj_finding *f)
{
	struct verifying *v = ctx;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_problem p = { .severity = severities[f->severity],
		.code = f->code, .title = "",
		.object = f->object ? f->object : "",
		.path = f->path ? f->path : "", .message = f->message };
	struct xj_doc doc;

	if (!f->message)
		return step(v, f->path);
	if (!v->fn)
		return XJ_OK;
	if (v->archive && f->object && xj_arena_new(&arena) == XJ_OK &&
	    xj_catalog_get_urn(v->archive->catalog, f->object, arena, &doc,
			       NULL) == XJ_OK) {
		p.document = doc.id;
		p.title = title_of(v, &doc);
	}
	return v->fn(v->ctx, &p);
}

static void
add_counts(struct verifying *v)
{
	v->result->objects += v->found.objects;
	v->result->files += v->found.files;
	v->result->bytes += v->found.bytes;
	v->result->errors += v->found.errors;
	v->result->warnings += v->found.warnings;
	v->found = (struct xj_validation){ 0 };
}

/* An error of our own finding, beside those of the specification. */
static int
tell_error(struct verifying *v, const struct xj_doc *doc, const char *path,
	   const char *message)
{
	v->result->errors++;
	return !v->fn ? XJ_OK : v->fn(v->ctx, &(struct xj_problem){
		.severity = "error", .code = "", .document = doc ? doc->id : 0,
		.title = doc && doc->state != XJ_DOC_QUARANTINED ?
			 title_of(v, doc) : "",
		.object = doc && doc->urn ? doc->urn : "", .path = path,
		.message = message,
	});
}

/* ---------------------------------------------------------- one document */

#define LOOKS 10 /* at what another process may be changing */

/* Whether catalog and root agree on a document; XJ_END: they do not, and
 * `message` says how. */
static int
compare_object(struct verifying *v, const char *urn, unsigned version,
	       char *message, size_t size)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_error err = { 0 };
	int r = xj_object_at(v->archive, urn, version, &object, &err);
	unsigned head = r == XJ_OK ? xj_object_head(object) : 0;

	if (head == version)
		return XJ_OK;
	if (head)
		snprintf(message, size, "the catalog has version %u, the "
			 "object version %u; `xueji rebuild` settles it",
			 version, head);
	else
		snprintf(message, size, "%s", err.message);
	return XJ_END;
}

static int
compare(struct verifying *v, uint64_t id, char *message, size_t size)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(v->err, r, "out of memory");
	r = xj_catalog_get(v->archive->catalog, id, arena, &doc, v->err);
	return r < 0 ? r : compare_object(v, doc.urn, doc.version, message,
					  size);
}

/* The same of a unit or a member. */
static int
compare_entity(struct verifying *v, uint64_t id, char *message, size_t size)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(v->err, r, "out of memory");
	r = xj_catalog_get_entity(v->archive->catalog, id, arena, &row,
				  v->err);
	return r < 0 ? r : compare_object(v, row.urn, row.version, message,
					  size);
}

/* The row was read a while ago: what it says may have changed since. */
static int
check_row(void *ctx, const struct xj_doc *doc)
{
	struct verifying *v = ctx;
	char message[XJ_ERROR_MAX];
	int r = XJ_END;

	if (xj_cancelled(v->watch))
		return xj_error_set(v->err, XJ_ECANCELLED, "verify was "
				    "interrupted");
	for (int i = 0; i < LOOKS && r == XJ_END; i++)
		r = compare(v, doc->id, message, sizeof(message));
	return r == XJ_END ? tell_error(v, doc, "", message) : r;
}

static int
check_entity(void *ctx, const struct xj_entity_row *row)
{
	struct verifying *v = ctx;
	const struct xj_doc doc = { .urn = row->urn };
	char message[XJ_ERROR_MAX];
	int r = XJ_END;

	if (xj_cancelled(v->watch))
		return xj_error_set(v->err, XJ_ECANCELLED, "verify was "
				    "interrupted");
	for (int i = 0; i < LOOKS && r == XJ_END; i++)
		r = compare_entity(v, row->id, message, sizeof(message));
	return r == XJ_END ? tell_error(v, &doc, "", message) : r;
}

static int
verify_doc(struct verifying *v, const struct xj_doc *doc)
{
	int r = step(v, doc->title);

	if (r == XJ_OK)
		r = check_row(v, doc);
	if (r < 0)
		return r;
	r = xj_store_validate(v->archive->store, doc->urn, 0, tell, v,
			      &v->found, v->err);
	add_counts(v);
	return r == XJ_ENOTFOUND ? XJ_OK : r; /* told by check_row() */
}

/* Members are verified with the object that holds their bytes. */
static int
verify_id(struct verifying *v, uint64_t id)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(v->err, r, "out of memory");
	r = xj_catalog_get(v->archive->catalog, id, arena, &doc, v->err);
	if (r == XJ_OK && doc.root != doc.id)
		r = xj_catalog_get(v->archive->catalog, doc.root, arena, &doc,
				   v->err);
	return r < 0 ? r : verify_doc(v, &doc);
}

/* ------------------------------------------------------------ everything */

static int
check_known(void *ctx, const char *path, struct xj_object *object,
	    const struct xj_error *problem)
{
	struct verifying *v = ctx;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row entity;
	struct xj_doc doc;
	int r;

	(void)problem; /* validation told of it */
	if (!object || xj_is_accession(object) || xj_is_lexicon(object))
		return XJ_OK;
	if (xj_arena_new(&arena) < 0)
		return xj_error_set(v->err, XJ_ENOMEM, "out of memory");
	if (xj_entity_kind_of(object))
		r = xj_catalog_get_entity_urn(v->archive->catalog,
					      xj_object_id(object), arena,
					      &entity, v->err);
	else
		r = xj_catalog_get_urn(v->archive->catalog, xj_object_id(object),
				       arena, &doc, v->err);
	if (r == XJ_ENOTFOUND)
		return tell_error(v, NULL, path, "the catalog does not know "
				  "this object; `xueji rebuild` takes it in");
	return r;
}

/* Of documents and accessions. */
static int
count_objects(struct verifying *v)
{
	const struct xj_doc_filter top = { .top_only = true,
					   .any_state = true };
	struct xj_catalog_counts counts;
	int r = xj_catalog_count(v->archive->catalog, &top, &v->total, v->err);

	if (r == XJ_OK)
		r = xj_catalog_totals(v->archive->catalog, &counts, v->err);
	v->total += r == XJ_OK ? counts.accessions : 0;
	return r;
}

static int
verify_all(struct verifying *v)
{
	const struct xj_doc_filter top = { .top_only = true,
					   .any_state = true };
	xj_auto(xj_buf_release) struct xj_buf root = XJ_BUF_INIT;
	int r = count_objects(v);

	xj_path_join(&root, v->archive->dir, "ocfl");
	if (r == XJ_OK)
		r = xj_ocfl_validate(xj_buf_str(&root), XJ_VALIDATE_EACH, tell,
				     v, &v->found, v->err);
	add_counts(v);
	if (r == XJ_OK)
		r = xj_catalog_list(v->archive->catalog, &top, check_row, v,
				    v->err);
	if (r == XJ_OK)
		r = xj_catalog_entities(v->archive->catalog, NULL,
					check_entity, v, v->err);
	if (r == XJ_OK)
		r = xj_store_each(v->archive->store, check_known, v, v->err);
	return r;
}

int
xj_verify(struct xj_archive *a, const uint64_t *ids, xj_problem_fn fn,
	  void *ctx, const struct xj_watch *watch,
	  struct xj_check_result *result, struct xj_error *err)
{
	struct xj_check_result ignored;
	struct verifying v = { .archive = a, .fn = fn, .ctx = ctx,
		.watch = watch, .result = result ? result : &ignored,
		.err = err };
	int r = xj_may(a, XJ_DO_MACHINE, 0, NULL, err);
	bool aside;

	memset(v.result, 0, sizeof(*v.result));
	if (r < 0)
		return r;
	if (!ids) {
		aside = xj_catalog_blind(a->catalog, true);
		r = verify_all(&v);
		xj_catalog_blind(a->catalog, aside);
		if (r == XJ_OK)
			xj_upkeep_verified(a, v.result->errors);
		return r;
	}
	while (ids[v.total])
		v.total++;
	for (; *ids && r == XJ_OK; ids++)
		r = verify_id(&v, *ids);
	return r;
}

int
xj_ocfl_check(const char *path, xj_problem_fn fn, void *ctx,
	      struct xj_check_result *result, struct xj_error *err)
{
	struct xj_check_result ignored;
	struct verifying v = { .fn = fn, .ctx = ctx,
		.result = result ? result : &ignored, .err = err };
	int r;

	memset(v.result, 0, sizeof(*v.result));
	r = xj_ocfl_validate(path, 0, tell, &v, &v.found, err);
	add_counts(&v);
	return r;
}
