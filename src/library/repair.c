/* repair.c - damaged objects mended from a backup, on command. */
#include <string.h>

#include "library/backup.h"

struct repairing {
	struct xj_archive *archive;
	struct xj_backups *from;
	xj_problem_fn fn;
	void *ctx;
	struct xj_repair_result *result;
	struct xj_error *err;
};

static int
tell(void *ctx, const struct xj_finding *f)
{
	struct repairing *p = ctx;

	return !p->fn ? XJ_OK : p->fn(p->ctx, &(struct xj_problem){
		.severity = "error", .code = "", .title = "",
		.object = f->object, .path = f->path, .message = f->message });
}

/* As the catalog has it; 0: it does not number this object. */
static int
version_of(struct repairing *p, const char *urn, unsigned *version)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	*version = 0;
	if (r < 0)
		return xj_error_set(p->err, r, "out of memory");
	r = xj_catalog_get_urn(p->archive->catalog, urn, arena, &doc, p->err);
	if (r == XJ_OK)
		*version = doc.version;
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

static int
repair_one(struct repairing *p, const char *urn)
{
	struct xj_mended done;
	unsigned version;
	int r = version_of(p, urn, &version);

	if (r == XJ_OK)
		r = xj_store_mend(p->archive->store, &(struct xj_copy){
			.from = p->from->store, .id = urn, .version = version,
			.problem = tell, .ctx = p }, &done, p->err);
	if (r == XJ_ENOTFOUND) {
		p->result->lost++;
		return tell(p, &(struct xj_finding){ .object = urn,
			.path = "", .message = p->err->message });
	}
	if (r < 0)
		return r;
	p->result->objects++;
	p->result->mended += done.mended;
	p->result->lost += done.lost;
	return XJ_OK;
}

static int
check_archive(struct repairing *p, const char *dir)
{
	xj_auto(xj_buf_release) struct xj_buf urn = XJ_BUF_INIT;
	int r = xj_catalog_fact(p->archive->catalog, "urn", &urn, p->err);

	if (r < 0 || strcmp(xj_buf_str(&urn), p->from->archive) == 0)
		return r;
	return xj_error_set(p->err, XJ_EINVAL, "%s: holds the backups of "
			    "another archive (%s)", dir, p->from->archive);
}

int
xj_repair(struct xj_archive *a, const char *dir, const char *const *urns,
	  xj_problem_fn fn, void *ctx, struct xj_repair_result *result,
	  struct xj_error *err)
{
	struct xj_repair_result ignored;
	struct xj_error own;
	struct repairing p = { .archive = a, .fn = fn, .ctx = ctx,
		.result = result ? result : &ignored, .err = err ? err : &own };
	int r = xj_archive_writable(a, p.err);

	memset(p.result, 0, sizeof(*p.result));
	if (r == XJ_OK)
		r = xj_backups_open(dir, false, &p.from, p.err);
	if (r == XJ_OK)
		r = check_archive(&p, dir);
	for (; r == XJ_OK && *urns; urns++)
		r = repair_one(&p, *urns);
	xj_backups_close(p.from);
	return r;
}
