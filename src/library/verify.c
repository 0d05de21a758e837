/* verify.c - fixity of what is stored, validity of the OCFL root, and that
 * catalog and root name the same documents. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/archive.h"

struct verifying {
	struct xj_archive *archive; /* NULL: only a path is validated */
	xj_problem_fn fn;
	void *ctx;
	const struct xj_watch *watch;
	struct xj_check_result *result;
	uint64_t done, total;
	struct xj_error *err;
};

static const char *const severities[] = {
	[XJ_SEVERITY_INFO] = "info", [XJ_SEVERITY_WARNING] = "warning",
	[XJ_SEVERITY_ERROR] = "error",
};

/* --------------------------------------------------------------- findings */

/* A finding, with the document that the object is. */
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

	if (!v->fn)
		return XJ_OK;
	if (v->archive && f->object && xj_arena_new(&arena) == XJ_OK &&
	    xj_catalog_get_urn(v->archive->catalog, f->object, arena, &doc,
			       NULL) == XJ_OK) {
		p.document = doc.id;
		p.title = doc.title ? doc.title : "";
	}
	return v->fn(v->ctx, &p);
}

static void
add_counts(struct xj_check_result *sum, const struct xj_validation *v)
{
	sum->objects += v->objects;
	sum->files += v->files;
	sum->bytes += v->bytes;
	sum->errors += v->errors;
	sum->warnings += v->warnings;
}

/* An error of our own finding, beside those of the specification. */
static int
tell_error(struct verifying *v, const struct xj_doc *doc, const char *path,
	   const char *message)
{
	v->result->errors++;
	return !v->fn ? XJ_OK : v->fn(v->ctx, &(struct xj_problem){
		.severity = "error", .code = "", .document = doc ? doc->id : 0,
		.title = doc && doc->title ? doc->title : "",
		.object = doc && doc->urn ? doc->urn : "", .path = path,
		.message = message,
	});
}

static int
step(struct verifying *v, const char *what)
{
	const struct xj_watch *w = v->watch;

	if (w && w->cancel && *w->cancel)
		return xj_error_set(v->err, XJ_ECANCELLED, "verify was "
				    "interrupted");
	v->done++;
	if (w && w->progress)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "verify", .done = v->done,
			.total = v->total, .bytes = v->result->bytes,
			.what = what });
	return XJ_OK;
}

/* ---------------------------------------------------------- one document */

static int
verify_doc(void *ctx, const struct xj_doc *doc)
{
	struct verifying *v = ctx;
	struct xj_validation got = { 0 };
	struct xj_error err = { 0 };
	int r = step(v, doc->title);

	if (r < 0)
		return r;
	r = xj_store_validate(v->archive->store, doc->urn, 0, tell, v, &got,
			      &err);
	add_counts(v->result, &got);
	if (r == XJ_ENOTFOUND || r == XJ_ECORRUPT)
		return tell_error(v, doc, "", r == XJ_ENOTFOUND ?
				  "its object is not in the OCFL root" :
				  err.message);
	if (r < 0 && v->err)
		*v->err = err;
	return r;
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
	struct xj_doc doc;
	int r;

	(void)problem; /* validation told of it */
	if (!object || xj_is_accession(object))
		return XJ_OK;
	if (xj_arena_new(&arena) < 0)
		return xj_error_set(v->err, XJ_ENOMEM, "out of memory");
	r = xj_catalog_get_urn(v->archive->catalog, xj_object_id(object),
			       arena, &doc, v->err);
	if (r == XJ_ENOTFOUND)
		return tell_error(v, NULL, path, "the catalog does not know "
				  "this object; `xueji rebuild` takes it in");
	return r;
}

/* The root's own files and folders: what no single object shows. */
static int
verify_root(struct verifying *v)
{
	xj_auto(xj_buf_release) struct xj_buf root = XJ_BUF_INIT;
	struct xj_validation got = { 0 };
	int r;

	xj_path_join(&root, v->archive->dir, "ocfl");
	r = xj_ocfl_validate(xj_buf_str(&root), 0, tell, v, &got, v->err);
	add_counts(v->result, &got);
	return r;
}

static int
check_row(void *ctx, const struct xj_doc *doc)
{
	struct verifying *v = ctx;
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_error err = { 0 };
	char message[128];
	int r = step(v, doc->title);

	if (r < 0)
		return r;
	r = xj_object_open(v->archive->store, doc->urn, &object, &err);
	if (r == XJ_ENOTFOUND)
		return tell_error(v, doc, "",
				  "its object is not in the OCFL root");
	if (r < 0)
		return XJ_OK; /* damage: validation told of it */
	if (xj_object_head(object) == doc->version)
		return XJ_OK;
	snprintf(message, sizeof(message), "the catalog has version %u, the "
		 "object version %u; `xueji rebuild` settles it",
		 doc->version, xj_object_head(object));
	return tell_error(v, doc, "", message);
}

static int
verify_all(struct verifying *v)
{
	const struct xj_doc_filter top = { .top_only = true,
					   .any_state = true };
	int r = xj_catalog_count(v->archive->catalog, &top, &v->total, v->err);

	if (r == XJ_OK)
		r = verify_root(v);
	if (r == XJ_OK)
		r = xj_catalog_list(v->archive->catalog, &top, check_row, v,
				    v->err);
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
	int r = XJ_OK;

	memset(v.result, 0, sizeof(*v.result));
	if (!ids)
		return verify_all(&v);
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
	struct xj_validation got = { 0 };
	int r;

	memset(v.result, 0, sizeof(*v.result));
	r = xj_ocfl_validate(path, 0, tell, &v, &got, err);
	add_counts(v.result, &got);
	return r;
}
