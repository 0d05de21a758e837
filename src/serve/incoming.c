/* incoming.c - bodies that go to the disk while they arrive, in workers. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/upload.h"

#define FLUSH (8ull << 20)  /* bytes after which the disk may begin with them */

struct xj_incoming {
	struct xj_request *q;
	char id[XJ_UPLOAD_ID_MAX];     /* "": none yet */
	struct xj_multipart *form;     /* NULL: the body is a file */
	bool own;                      /* the upload goes with this request */
	bool ended;
	int dir, fd;                   /* of the upload; of the file in hand */
	char part[48];                 /* its name till it is there */
	char path[XJ_UPLOAD_PATH_MAX];
	int64_t modified;
	uint64_t written, flushed;
	int failed;                    /* the rest is not looked at */
	struct xj_error error;
};

/* ---------------------------------------------------------------- one file */

/* "folder/name" of names that a file may have; no way out of a folder. */
static bool
is_path(const char *path)
{
	unsigned depth = 0;

	if (strlen(path) >= XJ_UPLOAD_PATH_MAX ||
	    !xj_utf8_valid(path, strlen(path)))
		return false;
	for (const char *p = path; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 0 || n > 255 || ++depth > 32 || !path[n + (path[n] ==
		    '/')] != !path[n] || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += n + (path[n] == '/');
	}
	return depth > 0;
}

static int
begin_file(struct xj_incoming *in, const char *path, uint64_t size,
	   struct xj_error *err)
{
	unsigned char random[8];
	int r;

	if (!is_path(path))
		return xj_error_set(err, XJ_EINVAL, "%.200s: is not a name that "
				    "a file can have here", path);
	r = xj_upload_expect(in->q, in->id, size, &in->dir, err);
	if (r < 0)
		return r;
	snprintf(in->path, sizeof(in->path), "files/%.1000s", path);
	in->written = in->flushed = 0;
	strcpy(in->part, "part-");
	randombytes_buf(random, sizeof(random));
	xj_hex(random, sizeof(random), in->part + 5);
	in->fd = openat(in->dir, in->part, O_WRONLY | O_CREAT | O_EXCL |
			O_CLOEXEC, 0600);
	if (in->fd >= 0)
		return XJ_OK;
	r = xj_error_errno(err, "%.200s", path);
	xj_upload_arrived(in->id, 0, 0);
	xj_closep(&in->dir);
	return r;
}

/* Nothing of it is left. */
static void
forget_file(struct xj_incoming *in)
{
	if (in->fd < 0)
		return;
	unlinkat(in->dir, in->part, 0);
	xj_closep(&in->fd);
	xj_closep(&in->dir);
	in->fd = in->dir = -1;
	xj_upload_arrived(in->id, 0, in->written);
}

static int
write_file(struct xj_incoming *in, const char *bytes, size_t len,
	   struct xj_error *err)
{
	int r = xj_upload_grow(in->id, len, err);

	if (r < 0)
		return r;
	in->written += len;
	r = xj_write_all(in->fd, bytes, len, err);
	if (r == XJ_ENOSPC)
		return xj_error_set(err, r, "the archive's disk is full; "
				    "nothing of this file was kept");
	/* So that not all of a large file is written in one go at the end. */
	if (in->written - in->flushed > FLUSH) {
		sync_file_range(in->fd, (off_t)in->flushed,
				(off_t)(in->written - in->flushed),
				SYNC_FILE_RANGE_WRITE);
		in->flushed = in->written;
	}
	return r;
}

static int
place_file(struct xj_incoming *in, bool replace, struct xj_error *err)
{
	char *slash = strrchr(in->path, '/');
	int r;

	*slash = '\0';
	r = xj_mkdirs(in->dir, in->path, 0700, err);
	*slash = '/';
	if (r < 0)
		return r;
	if (in->modified)
		futimens(in->fd, (struct timespec[]){
			{ .tv_sec = in->modified }, { .tv_sec = in->modified } });
	if (renameat2(in->dir, in->part, in->dir, in->path,
		      replace ? 0 : RENAME_NOREPLACE) == 0)
		return XJ_OK;
	return errno == EEXIST ? xj_error_set(err, XJ_EEXIST, "%s: two files "
				 "have this name", in->path + 6) :
	       xj_error_errno(err, "%s", in->path + 6);
}

static int
end_file(struct xj_incoming *in, struct xj_error *err)
{
	struct stat st;
	bool again = fstatat(in->dir, in->path, &st, AT_SYMLINK_NOFOLLOW) == 0;
	int r = place_file(in, !in->form, err);

	if (r < 0) {
		forget_file(in);
		return r;
	}
	xj_closep(&in->fd);
	xj_closep(&in->dir);
	in->fd = in->dir = -1;
	xj_upload_arrived(in->id, !again, again ? (uint64_t)st.st_size : 0);
	return XJ_OK;
}

/* ------------------------------------------------------------------ forms */

static int
take_field(void *ctx, const char *name, const char *value,
	   struct xj_error *err)
{
	struct xj_incoming *in = ctx;
	struct xj_field *f = xj_arena_alloc(in->q->arena, sizeof(*f));
	struct xj_field **at = &in->q->form;

	if (f)
		*f = (struct xj_field){
			xj_arena_strdup(in->q->arena, name),
			xj_arena_strdup(in->q->arena, value), NULL };
	if (!f || !f->name || !f->value)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (!xj_utf8_valid(value, strlen(value)))
		return xj_error_set(err, XJ_EINVAL, "the form cannot be read");
	xj_text_clean((char *)f->value);
	while (*at)
		at = &(*at)->next;
	*at = f;
	return XJ_OK;
}

/* With the first file, when all fields that stand before it have come. */
static int
begin_upload(struct xj_incoming *in, struct xj_error *err)
{
	static const char *const names[] = { "unit", "scope", "kind", "area",
					     "topic" };
	json_t *given;
	int r;

	if (!xj_is_own_form(in->q))
		return xj_error_set(err, XJ_EPERM, "this form was not sent from "
				    "a page of ours, or you were signed out "
				    "meanwhile: open the page again");
	given = json_object();
	for (size_t i = 0; i < XJ_COUNT(names); i++)
		if (*xj_form(in->q, names[i]))
			json_object_set_new(given, names[i],
					    xj_json_of(xj_form(in->q,
							       names[i])));
	r = xj_upload_begin(in->q, given, in->id, err);
	json_decref(given);
	if (r < 0)
		in->id[0] = '\0';
	in->own = r == XJ_OK;
	return r;
}

static int
take_file(void *ctx, const char *name, const char *file, struct xj_error *err)
{
	struct xj_incoming *in = ctx;
	int r = *in->id ? XJ_OK : begin_upload(in, err);

	(void)name;
	return r < 0 ? r : begin_file(in, file, 0, err);
}

static int
take_data(void *ctx, const char *bytes, size_t len, struct xj_error *err)
{
	return write_file(ctx, bytes, len, err);
}

static int
take_end(void *ctx, struct xj_error *err)
{
	return end_file(ctx, err);
}

/* ------------------------------------------------------------------- bodies */

static int
make(struct xj_request *q, struct xj_error *err)
{
	struct xj_incoming *in = calloc(1, sizeof(*in));

	if (!in)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	in->q = q;
	in->dir = in->fd = -1;
	q->incoming = in;
	return XJ_OK;
}

int
xj_incoming_file(struct xj_request *q, const char *id, const char *path,
		 int64_t modified, struct xj_error *err)
{
	int r = make(q, err);

	if (r < 0)
		return r;
	snprintf(q->incoming->id, sizeof(q->incoming->id), "%s", id);
	q->incoming->modified = modified;
	return begin_file(q->incoming, path, q->content_length, err);
}

int
xj_incoming_form(struct xj_request *q, struct xj_error *err)
{
	static const struct xj_multipart_events events = {
		take_field, take_file, take_data, take_end };
	int r = make(q, err);

	return r < 0 ? r : xj_multipart_new(q->content_type ? q->content_type :
					    "", &events, q->incoming,
					    &q->incoming->form, err);
}

const char *
xj_incoming_upload(const struct xj_request *q)
{
	return q->incoming ? q->incoming->id : "";
}

/* After a failure the client sends on, as it does not listen yet. */
void
xj_incoming_put(struct xj_incoming *in, const char *bytes, size_t len)
{
	if (in->failed < 0 || !len)
		return;
	in->failed = in->form ? xj_multipart_put(in->form, bytes, len,
						 &in->error) :
		     write_file(in, bytes, len, &in->error);
	if (in->failed < 0)
		forget_file(in);
}

int
xj_incoming_end(struct xj_incoming *in, struct xj_error *err)
{
	if (in->failed == XJ_OK)
		in->failed = in->form ? xj_multipart_end(in->form, &in->error)
				      : end_file(in, &in->error);
	if (in->failed < 0) {
		if (err)
			*err = in->error;
		return in->failed;
	}
	in->ended = true;
	return XJ_OK;
}

void
xj_incoming_free(struct xj_incoming *in)
{
	if (!in)
		return;
	forget_file(in);
	/* Of a form that was not whole nothing is kept. */
	if (in->own && !in->ended)
		xj_upload_abandon(in->id);
	xj_multipart_free(in->form);
	free(in);
}
