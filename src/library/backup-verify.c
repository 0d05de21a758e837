/* backup-verify.c - every byte of a folder of backups compared with its
 * digest. */
#include <string.h>

#include "library/backup.h"

struct verifying {
	struct xj_backups *b;
	xj_problem_fn fn;
	void *ctx;
	const struct xj_watch *watch;
	struct xj_check_result *result;
	struct xj_validation found;
	struct xj_object_list *heads; /* what is in the root, seen by the walk */
	uint64_t done, total;
	struct xj_error *err;
};

static const char *const severities[] = {
	[XJ_SEVERITY_INFO] = "info", [XJ_SEVERITY_WARNING] = "warning",
	[XJ_SEVERITY_ERROR] = "error",
};

static int
tell(struct verifying *v, const char *object, const char *path,
     const char *message)
{
	v->result->errors++;
	return !v->fn ? XJ_OK : v->fn(v->ctx, &(struct xj_problem){
		.severity = "error", .code = "", .title = "",
		.object = object, .path = path, .message = message });
}

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
			.bytes = v->found.bytes, .what = what });
	return XJ_OK;
}

/* ----------------------------------------------------------------- objects */

static int
tell_finding(void *ctx, const struct xj_finding *f)
{
	struct verifying *v = ctx;

	if (!f->message)
		return step(v, f->path);
	return !v->fn ? XJ_OK : v->fn(v->ctx, &(struct xj_problem){
		.severity = severities[f->severity], .code = f->code,
		.title = "", .object = f->object ? f->object : "",
		.path = f->path ? f->path : "", .message = f->message });
}

static int
verify_root(struct verifying *v)
{
	xj_auto(xj_buf_release) struct xj_buf root = XJ_BUF_INIT;
	const struct xj_snap *newest = xj_backups_newest(v->b);
	int r = xj_path_join(&root, v->b->dir, "ocfl");

	v->total = newest ? xj_snap_number(newest, "objects") : 0;
	if (r == XJ_OK)
		r = xj_ocfl_validate(root.data, XJ_VALIDATE_EACH, tell_finding,
				     v, &v->found, v->err);
	v->result->objects = v->found.objects;
	v->result->files += v->found.files;
	v->result->bytes += v->found.bytes;
	v->result->errors += v->found.errors;
	v->result->warnings += v->found.warnings;
	return r;
}

static int
note_name(void *ctx, const char *id)
{
	struct verifying *v = ctx;
	struct xj_kept_object *o = xj_object_list_get(v->heads, id);

	if (!o)
		return xj_error_set(v->err, XJ_ENOMEM, "out of memory");
	o->seen = true;
	return XJ_OK;
}

/* --------------------------------------------------------------- snapshots */

/* Everything that a snapshot names is there. */
static int
verify_list(struct verifying *v, const struct xj_snap *snap)
{
	xj_auto(xj_object_list_freep) struct xj_object_list *list = NULL;
	const struct xj_kept_object *o, *there;
	int r = xj_object_list_new(&list, v->err);

	if (r == XJ_OK)
		r = xj_object_list_read(list, v->b, snap, v->err);
	if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND)
		return XJ_OK; /* told with the parts */
	for (size_t i = 0; r == XJ_OK && (o = xj_object_list_at(list, i));
	     i++) {
		there = xj_object_list_find(v->heads, o->id);
		if (!there || !there->seen)
			r = tell(v, o->id, snap->name, "the object is missing");
	}
	return r;
}

static bool
is_kept(struct verifying *v, const struct xj_snap *snap, const char *part)
{
	if (strcmp(part, XJ_PART_TEXT) != 0)
		return true;
	return snap == xj_backups_newest(v->b) && xj_snap_part(snap, part);
}

static int
verify_snapshot(struct verifying *v, const struct xj_snap *snap)
{
	static const char *const parts[] = {
		XJ_PART_CATALOG, XJ_PART_TEXT, XJ_PART_CONF, XJ_PART_OBJECTS,
	};
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(parts) && r == XJ_OK; i++) {
		if (!is_kept(v, snap, parts[i]))
			continue;
		r = step(v, snap->name);
		if (r < 0)
			return r;
		v->result->files++;
		r = xj_snap_check(v->b, snap, parts[i], &v->result->bytes,
				  v->err);
		if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND || r == XJ_EIO)
			r = tell(v, "", snap->name, v->err->message);
	}
	return r < 0 ? r : verify_list(v, snap);
}

static int
verify(struct verifying *v)
{
	int r = verify_root(v);

	if (r == XJ_OK)
		r = xj_object_list_new(&v->heads, v->err);
	if (r == XJ_OK)
		r = xj_store_each_name(v->b->store, note_name, v, v->err);
	if (r == XJ_OK && v->b->unreadable)
		r = tell(v, "", XJ_SNAPSHOTS, "the description of a snapshot "
			 "is damaged");
	if (r == XJ_OK && !v->b->count)
		r = tell(v, "", XJ_SNAPSHOTS, "no backup is complete");
	for (size_t i = 0; i < v->b->count && r == XJ_OK; i++)
		r = verify_snapshot(v, &v->b->snaps[i]);
	return r;
}

int
xj_backup_verify(const char *dir, xj_problem_fn fn, void *ctx,
		 const struct xj_watch *watch, struct xj_check_result *result,
		 struct xj_error *err)
{
	struct xj_check_result ignored;
	struct xj_error own;
	struct verifying v = { .fn = fn, .ctx = ctx, .watch = watch,
		.result = result ? result : &ignored, .err = err ? err : &own };
	int r = xj_backups_open(dir, false, &v.b, v.err);

	memset(v.result, 0, sizeof(*v.result));
	if (r == XJ_OK)
		r = verify(&v);
	xj_object_list_free(v.heads);
	xj_backups_close(v.b);
	return r;
}
