/* validate.c - a run of the validator, and how its findings are told. */
#include "store/validate.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/internal.h"

/* --------------------------------------------------------------- findings */

static void
count_finding(struct xj_check *c, enum xj_severity severity)
{
	c->out->errors += severity == XJ_SEVERITY_ERROR;
	c->out->warnings += severity == XJ_SEVERITY_WARNING;
}

static const char *
whole_path(struct xj_check *c, const char *path, struct xj_buf *out)
{
	if (c->base.len == 0)
		return *path ? path : ".";
	if (*path == '\0')
		return c->base.data;
	if (xj_path_join(out, c->base.data, path) < 0)
		return path;
	return out->data;
}

/* Names from a hostile inventory may hold anything: made fit to be shown. */
static void
tell(struct xj_check *c, enum xj_severity severity, const char *code,
     const char *path, const char *message)
{
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf whole = XJ_BUF_INIT;
	struct xj_finding finding = { .severity = severity, .code = code };
	int r;

	if (!xj_check_goes_on(c))
		return;
	xj_escape_shown(&shown, message, strlen(message));
	finding.path = whole_path(c, path, &whole);
	finding.object = c->id.len ? c->id.data : NULL;
	finding.message = xj_buf_str(&shown);
	count_finding(c, severity);
	r = c->fn ? c->fn(c->ctx, &finding) : 0;
	if (r < 0)
		c->status = xj_error_set(c->err, r, "validation was stopped");
}

static enum xj_severity
severity_of(const char *code)
{
	return code[0] == 'W' ? XJ_SEVERITY_WARNING : XJ_SEVERITY_ERROR;
}

void
xj_check_report(struct xj_check *c, const char *code, const char *path,
		const char *format, ...)
{
	char message[600];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	tell(c, severity_of(code), code, path, message);
}

void
xj_check_note(struct xj_check *c, const char *path, const char *format, ...)
{
	char message[600];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	tell(c, XJ_SEVERITY_INFO, "", path, message);
}

void
xj_check_failed(struct xj_check *c, const char *path)
{
	struct xj_error why;

	if (errno == ENOMEM) {
		xj_check_no_memory(c);
		return;
	}
	xj_error_errno(&why, "cannot be read");
	tell(c, XJ_SEVERITY_ERROR, "", path, why.message);
}

void *
xj_check_no_memory(struct xj_check *c)
{
	if (xj_check_goes_on(c))
		c->status = xj_error_set(c->err, XJ_ENOMEM,
					 "validation: no memory");
	return NULL;
}

/* ------------------------------------------------------------------ texts */

void
xj_texts_add(struct xj_check *c, struct xj_texts *texts, const char *s)
{
	if (texts->count == texts->room) {
		size_t room = texts->room ? 2 * texts->room : 32;
		void *more = realloc(texts->at, room * sizeof(*texts->at));

		if (!more) {
			xj_check_no_memory(c);
			return;
		}
		texts->at = more;
		texts->room = room;
	}
	texts->at[texts->count++] = s;
}

void
xj_texts_release(struct xj_texts *texts)
{
	free(texts->at);
	*texts = (struct xj_texts){ 0 };
}

/* -------------------------------------------------------------------- run */

static int
begin(struct xj_check *c, const char *base, unsigned flags, xj_finding_fn fn,
      void *ctx, struct xj_validation *out, struct xj_error *err)
{
	*out = (struct xj_validation){ 0 };
	*c = (struct xj_check){
		.fn = fn, .ctx = ctx, .flags = flags, .out = out, .err = err,
	};
	xj_buf_adds(&c->base, base);
	c->block = malloc(XJ_CHECK_BLOCK);
	if (!c->block || c->base.failed)
		xj_check_no_memory(c);
	return c->status;
}

static int
end(struct xj_check *c)
{
	tdestroy(c->links, free);
	xj_buf_release(&c->base);
	xj_buf_release(&c->id);
	free(c->block);
	return c->status;
}

static bool
declares_root(const char *name)
{
	return xj_is_declaration(name) && strncmp(name + 2, "ocfl_", 5) == 0 &&
	       strncmp(name + 2, "ocfl_object_", 12) != 0;
}

/* A root declares itself, or has the file that describes its layout. */
static bool
is_root(const struct xj_fs_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (declares_root(list->entries[i].name))
			return true;
	return xj_fs_list_find(list, "ocfl_layout.json") != NULL;
}

int
xj_ocfl_validate(const char *path, unsigned flags, xj_finding_fn fn, void *ctx,
		 struct xj_validation *out, struct xj_error *err)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_closep) int fd = open(path, O_RDONLY | O_DIRECTORY |
						       O_CLOEXEC);
	struct xj_check c;

	if (fd < 0 && errno == ENOTDIR)
		return xj_error_set(err, XJ_EINVAL, "%s: is no directory",
				    path);
	if (fd < 0 || xj_fs_list(fd, ".", &list) < 0)
		return xj_error_errno(err, "%s", path);
	if (begin(&c, "", flags, fn, ctx, out, err) == XJ_OK) {
		if (is_root(&list))
			xj_check_root(&c, fd);
		else
			xj_check_object(&c, fd);
	}
	return end(&c);
}

int
xj_store_validate(struct xj_store *store, const char *id, unsigned flags,
		  xj_finding_fn fn, void *ctx, struct xj_validation *out,
		  struct xj_error *err)
{
	char path[XJ_LAYOUT_PATH_MAX], shown[XJ_LAYOUT_PATH_MAX + 8];
	xj_auto(xj_closep) int fd = -1;
	struct xj_check c;

	xj_layout_path(&store->layout, id, path);
	fd = xj_fs_open(store->rootfd, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return xj_error_errno(err, "object %s", id);
	snprintf(shown, sizeof(shown), XJ_ROOT "/%s", path);
	if (begin(&c, shown, flags, fn, ctx, out, err) == XJ_OK) {
		xj_check_object(&c, fd);
		if (c.id.len && strcmp(c.id.data, id) != 0)
			xj_check_report(&c, "E083", "",
					"lies in the place of %s", id);
	}
	return end(&c);
}
