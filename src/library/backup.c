/*
 * backup.c - a backup of the archive: its state at one moment, and what is new
 * of its objects.
 *
 * The moment: while nobody can commit, the views of catalog and text begin, of
 * which copies are made. All that this catalog acknowledges is in the store by
 * then, or will be as soon as its writer has published it, and stays there
 * while others go on, since versions only grow. So objects are copied last, at
 * the version that the catalog names. Objects which it does not number - the
 * organisation's words - are taken at the newest version that is not younger
 * than the moment, which therefore lasts until the second is over.
 *
 * A purge may come in between, and is let through: what it erased is then taken
 * out of the copies, as out of older snapshots.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "library/backup.h"

#define KEPT 7
#define DRAFT "staging/snapshot"
#define BATCH_OBJECTS 400
#define BATCH_BYTES (256u << 20)
#define OVERHEAD 12288       /* bytes on disk of an object beside its original */
#define CONF_MAX (1u << 20)

struct making {
	const struct xj_backup_options *options;
	struct xj_backup_result *result;
	struct xj_archive *archive;  /* opened to write, if that can be */
	struct xj_archive *view;     /* the moment */
	struct xj_backups *to;
	char urn[XJ_URN_MAX];
	int64_t moment;
	char stamps[2][XJ_STAMP_MAX]; /* of catalog and text */
	struct xj_catalog_counts counts;
	struct xj_object_list *objects;
	uint64_t need;               /* bytes of space, about */
	uint64_t done, total;        /* objects */
	struct xj_batch *batch;
	uint64_t in_batch, batch_bytes;
	struct xj_buf lines;         /* of objects.tsv, not yet written */
	int draft, lines_fd;
	bool told;                   /* of the object in hand */
	struct xj_error *err;
};

static const char *const parts[] = {
	XJ_PART_CATALOG, XJ_PART_TEXT, XJ_PART_CONF, XJ_PART_OBJECTS,
};

static int
no_memory(struct making *m)
{
	return xj_error_set(m->err, XJ_ENOMEM, "out of memory");
}

static int
failed(struct making *m, const char *path)
{
	return xj_error_errno(m->err, "%s/%s", m->to->dir, path);
}

/* ---------------------------------------------------------------- problems */

static int
tell(struct making *m, const char *object, const char *path,
     const char *message)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_problem p = { .severity = "error", .code = "", .title = "",
		.object = object, .path = path, .message = message };
	struct xj_doc doc;

	if (!m->options->problem)
		return XJ_OK;
	if (xj_arena_new(&arena) == XJ_OK &&
	    xj_catalog_get_urn(m->view->catalog, object, arena, &doc,
			       NULL) == XJ_OK) {
		p.document = doc.id;
		if (doc.title && doc.state != XJ_DOC_QUARANTINED)
			p.title = doc.title;
	}
	return m->options->problem(m->options->ctx, &p);
}

static int
tell_finding(void *ctx, const struct xj_finding *f)
{
	struct making *m = ctx;

	m->told = true;
	return tell(m, f->object, f->path, f->message);
}

static int
step(struct making *m, const char *what)
{
	const struct xj_watch *w = &m->options->watch;

	if (xj_cancelled(w))
		return xj_error_set(m->err, XJ_ECANCELLED, "backup was "
				    "interrupted; the next one goes on");
	m->done++;
	if (w->progress && (m->done & 15) == 0)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "backup", .done = m->done,
			.total = m->total > m->done ? m->total : m->done,
			.bytes = m->result->bytes, .what = what });
	return XJ_OK;
}

/* -------------------------------------------------------------- the moment */

/* Others wait for so long that no version is made in this second any more. */
static void
wait_for_the_next_second(struct making *m)
{
	while (xj_now() == m->moment)
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
}

static int
begin_views(struct making *m)
{
	uint64_t serial, id;
	int r = xj_archive_again(m->archive, XJ_OPEN_READONLY, &m->view,
				 m->err);

	if (r == XJ_OK)
		r = xj_catalog_read_begin(m->view->catalog, m->err);
	if (r == XJ_OK)
		r = xj_texts_read_begin(m->view->texts, m->err);
	if (r == XJ_OK) /* a view is taken by the first look */
		r = xj_catalog_index_serial(m->view->catalog, &serial,
					    m->err);
	if (r == XJ_OK)
		r = xj_texts_next(m->view->texts, 0, &id, m->err);
	return r < 0 ? r : XJ_OK;
}

static bool
is_part_at(struct making *m, const char *part, const char *stamp)
{
	const char *had = json_string_value(json_object_get(
		xj_snap_part(xj_backups_newest(m->to), part), "stamp"));

	return stamp[0] && had && strcmp(had, stamp) == 0;
}

/* The settings as they are, and their digest; empty when there are none. */
static int
read_conf(struct making *m, struct xj_buf *text, char hex[XJ_DIGEST_HEX_MAX])
{
	unsigned char sum[XJ_DIGEST_MAX];
	int r = xj_file_read(m->archive->fd, XJ_PART_CONF, CONF_MAX, text,
			     m->err);

	if (r < 0 && r != XJ_ENOTFOUND)
		return r;
	xj_digest_of(XJ_SHA512, xj_buf_str(text), text->len, sum);
	xj_hex(sum, 64, hex);
	return XJ_OK;
}

static bool
is_conf_same(struct making *m)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char hex[XJ_DIGEST_HEX_MAX];
	const char *had = json_string_value(json_object_get(
		xj_snap_part(xj_backups_newest(m->to), XJ_PART_CONF),
		"sha512"));

	return read_conf(m, &text, hex) == XJ_OK && had &&
	       strcmp(had, hex) == 0;
}

/* Every change goes through the catalog: where that is the same file as then,
 * nothing has changed. */
static bool
nothing_changed(struct making *m)
{
	const struct xj_snap *newest = xj_backups_newest(m->to);

	return newest && !xj_snap_number(newest, "failed") &&
	       is_part_at(m, XJ_PART_CATALOG, m->stamps[0]) &&
	       (m->options->no_text ||
		is_part_at(m, XJ_PART_TEXT, m->stamps[1])) &&
	       is_conf_same(m);
}

static int
take_views(struct making *m)
{
	m->moment = xj_now();
	xj_catalog_stamps(m->archive->catalog, m->archive->texts,
			  m->stamps[0], m->stamps[1]);
	m->result->same = nothing_changed(m);
	if (m->result->same)
		return XJ_OK;
	return begin_views(m);
}

static int
take_moment(struct making *m)
{
	int r;

	if (m->archive->readonly)
		return take_views(m);
	xj_catalog_settle_logs(m->archive->catalog, m->archive->texts);
	r = xj_catalog_begin(m->archive->catalog, m->err);
	if (r == XJ_OK)
		r = take_views(m);
	if (r == XJ_OK && !m->result->same && !m->options->dry_run)
		wait_for_the_next_second(m);
	xj_catalog_rollback(m->archive->catalog);
	return r;
}

static void
end_views(struct making *m)
{
	if (!m->view)
		return;
	xj_texts_read_end(m->view->texts);
	xj_catalog_read_end(m->view->catalog);
}

/* ---------------------------------------------------------------- planning */

static bool
is_same(const struct xj_kept_object *o)
{
	return o->is_had && o->is_wanted && o->want && !o->purged &&
	       o->had == o->want && o->had_at == o->want_at;
}

static int
want(void *ctx, const struct xj_object_row *row)
{
	struct making *m = ctx;
	struct xj_kept_object *o = xj_object_list_get(m->objects, row->urn);

	if (!o)
		return no_memory(m);
	o->is_wanted = true;
	o->want = row->purged ? 0 : row->version;
	o->want_at = row->at;
	o->purged = row->purged;
	o->bytes = row->bytes;
	m->total++;
	if (is_same(o) || (o->is_had && !o->want))
		return XJ_OK;
	m->need += row->bytes + OVERHEAD;
	m->result->fresh += !o->is_had;
	m->result->changed += o->is_had;
	m->result->bytes += row->bytes;
	return XJ_OK;
}

static uint64_t
size_of(struct making *m, const char *file)
{
	struct stat st;

	return fstatat(m->archive->fd, file, &st, 0) < 0 ? 0 :
	       (uint64_t)st.st_size;
}

static int
plan(struct making *m)
{
	const struct xj_snap *newest = m->to ? xj_backups_newest(m->to) : NULL;
	int r = xj_object_list_new(&m->objects, m->err);

	if (r == XJ_OK && newest) {
		r = xj_object_list_read(m->objects, m->to, newest, m->err);
		if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND)
			r = XJ_OK; /* then all of them are looked at */
	}
	if (r == XJ_OK)
		r = xj_catalog_objects(m->view->catalog, want, m, m->err);
	m->result->objects = m->total;
	m->result->parts = size_of(m, XJ_PART_CATALOG) +
			   size_of(m, XJ_PART_CONF);
	if (!m->options->no_text &&
	    !(newest && is_part_at(m, XJ_PART_TEXT, m->stamps[1])))
		m->result->parts += size_of(m, XJ_PART_TEXT);
	m->need += m->result->parts;
	return r;
}

static int
check_space(struct making *m, const char *dir)
{
	struct statvfs fs;
	uint64_t room;

	if (statvfs(dir, &fs) < 0)
		return m->to ? failed(m, "") : XJ_OK; /* to be made */
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (room >= m->need)
		return XJ_OK;
	return xj_error_set(m->err, XJ_ENOSPC, "%s: about %llu MiB are needed "
			    "and %llu MiB are free; nothing was written", dir,
			    (unsigned long long)(m->need >> 20) + 1,
			    (unsigned long long)(room >> 20));
}

/* ------------------------------------------------------------------- parts */

static int
copy_databases(struct making *m)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	int r;

	xj_buf_addf(&path, "%s/" DRAFT "/" XJ_PART_CATALOG, m->to->dir);
	r = xj_buf_check(&path, m->err);
	if (r == XJ_OK)
		r = xj_catalog_copy(m->view->catalog, path.data, m->err);
	if (r < 0 || m->options->no_text ||
	    is_part_at(m, XJ_PART_TEXT, m->stamps[1]))
		return r;
	xj_buf_clear(&path);
	xj_buf_addf(&path, "%s/" DRAFT "/" XJ_PART_TEXT, m->to->dir);
	r = xj_buf_check(&path, m->err);
	return r < 0 ? r : xj_texts_copy(m->view->texts, path.data, m->err);
}

static int
copy_conf(struct making *m)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char hex[XJ_DIGEST_HEX_MAX];
	int r = read_conf(m, &text, hex);

	return r < 0 ? r : xj_file_write(m->draft, XJ_PART_CONF,
					 xj_buf_str(&text), text.len, m->err);
}

static int
begin_draft(struct making *m)
{
	int r = xj_remove_tree(m->to->fd, DRAFT, m->err);

	if (r == XJ_OK)
		r = xj_mkdirs(m->to->fd, DRAFT, 0700, m->err);
	if (r == XJ_OK)
		r = xj_dir_open(m->to->fd, DRAFT, &m->draft, m->err);
	if (r < 0)
		return r;
	m->lines_fd = openat(m->draft, XJ_PART_OBJECTS, O_WRONLY | O_CREAT |
			     O_EXCL | O_CLOEXEC, 0600);
	return m->lines_fd < 0 ? failed(m, DRAFT) : XJ_OK;
}

/* ----------------------------------------------------------------- objects */

static int
end_batch(struct making *m)
{
	int r = xj_batch_sync(m->batch, m->err);

	if (r == XJ_OK)
		r = xj_batch_publish(m->batch, m->err);
	xj_batch_end(m->batch, false);
	m->batch = NULL;
	m->in_batch = m->batch_bytes = 0;
	return r;
}

static int
need_batch(struct making *m)
{
	int r = XJ_OK;

	if (m->batch && (m->in_batch >= BATCH_OBJECTS ||
			 m->batch_bytes >= BATCH_BYTES))
		r = end_batch(m);
	if (r == XJ_OK && !m->batch)
		r = xj_batch_begin(m->to->store, &m->batch, m->err);
	return r;
}

static int
write_lines(struct making *m)
{
	int r = xj_buf_check(&m->lines, m->err);

	if (r == XJ_OK)
		r = xj_write_all(m->lines_fd, xj_buf_str(&m->lines),
				 m->lines.len, m->err);
	xj_buf_clear(&m->lines);
	return r;
}

static int
put_line(struct making *m, const struct xj_kept_object *o, unsigned version,
	 int64_t at)
{
	xj_object_line(&m->lines, o->id, version, at, o->other);
	m->result->objects++;
	return m->lines.len < 65536 ? XJ_OK : write_lines(m);
}

/* What the snapshot names is what was taken before, if it was. */
static int
put_failed(struct making *m, struct xj_kept_object *o)
{
	int r = m->told ? XJ_OK : tell(m, o->id, "", m->err->message);

	m->result->failed++;
	if (r < 0)
		return xj_error_set(m->err, XJ_ECANCELLED, "interrupted");
	return o->is_had ? put_line(m, o, o->had, o->had_at) : XJ_OK;
}

static int
count_copied(struct making *m, const struct xj_copied *c)
{
	m->result->fresh += c->is_new;
	m->result->changed += !c->is_new;
	m->result->files += c->files;
	m->result->bytes += c->bytes;
	m->batch_bytes += c->bytes;
	m->in_batch++;
	return XJ_OK;
}

/* Another history is there: only one of the two can be in this folder. */
static int
refuse_fork(struct making *m)
{
	return xj_error_wrap(m->err, XJ_EEXIST, "%s: the archive was restored "
			     "from an older state and has changed since; back "
			     "it up to a new folder", m->to->dir);
}

static int
copy_once(struct making *m, const struct xj_kept_object *o, unsigned version,
	  struct xj_copied *copied)
{
	int r = need_batch(m);

	m->told = false;
	if (r == XJ_OK)
		r = xj_batch_copy(m->batch, &(struct xj_copy){
			.from = m->archive->store, .id = o->id,
			.version = version, .problem = tell_finding,
			.ctx = m }, copied, m->err);
	return r == XJ_EEXIST ? refuse_fork(m) : r;
}

/* An object can be missing because it was purged since the moment. */
static bool
was_purged(struct making *m, const char *urn)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;

	return xj_arena_new(&arena) == XJ_OK &&
	       xj_catalog_get_urn(m->archive->catalog, urn, arena, &doc,
				  NULL) == XJ_OK &&
	       doc.state == XJ_DOC_PURGED;
}

static int
take_object(struct making *m, struct xj_kept_object *o, unsigned version)
{
	struct xj_copied copied;
	int r = copy_once(m, o, version, &copied);

	if (version && (r == XJ_ENOTFOUND || r == XJ_ECORRUPT) &&
	    was_purged(m, o->id))
		r = copy_once(m, o, 0, &copied);
	if (r == XJ_ENOTFOUND || r == XJ_ECORRUPT || r == XJ_EVERSION)
		return put_failed(m, o);
	if (r == XJ_OK)
		r = count_copied(m, &copied);
	if (r < 0)
		return r;
	return put_line(m, o, copied.version,
			o->want_at ? o->want_at : copied.created);
}

/* The newest version that is not younger than the moment; 0: none. */
static unsigned
version_then(struct making *m, const struct xj_object *object)
{
	struct xj_version_info info;

	for (unsigned v = xj_object_head(object); v > 0; v--)
		if (xj_object_version_info(object, v, &info, NULL) == XJ_OK &&
		    info.created <= m->moment)
			return v;
	return 0;
}

/* Not in the catalog: of a document that came since, or of another thing. */
static int
take_other(struct making *m, const char *id)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_kept_object *o;
	const char *name;
	unsigned version;
	int r = xj_object_open(m->archive->store, id, &object, m->err);

	if (r == XJ_ENOTFOUND || r == XJ_ECORRUPT) {
		m->told = false;
		return put_failed(m, &(struct xj_kept_object){ .id = id });
	}
	if (r < 0)
		return r;
	for (size_t i = 0; (name = xj_object_file_at(object, 0, i)); i++)
		if (strcmp(name, XJ_RECORD_FILE) == 0 ||
		    strcmp(name, XJ_ACCESSION_FILE) == 0)
			return XJ_OK;
	version = version_then(m, object);
	if (!version)
		return XJ_OK;
	o = xj_object_list_get(m->objects, id);
	if (!o)
		return no_memory(m);
	o->other = o->seen = true;
	return take_object(m, o, version);
}

static int
take_name(void *ctx, const char *id)
{
	struct making *m = ctx;
	struct xj_kept_object *o = xj_object_list_find(m->objects, id);
	int r;

	if (!o || !o->is_wanted)
		return take_other(m, id);
	r = step(m, id);
	o->seen = true;
	if (r < 0)
		return r;
	return is_same(o) ? put_line(m, o, o->had, o->had_at) :
	       take_object(m, o, o->want);
}

/* Perhaps its writer has only now published it. */
static int
take_late(struct making *m, struct xj_kept_object *o)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;

	xj_object_at(m->archive, o->id, o->want, &object, NULL);
	return take_object(m, o, o->want);
}

static int
take_objects(struct making *m)
{
	struct xj_kept_object *o;
	int r = xj_store_each_name(m->archive->store, take_name, m, m->err);

	for (size_t i = 0; r == XJ_OK &&
	     (o = xj_object_list_at(m->objects, i)); i++)
		if (o->is_wanted && !o->seen)
			r = take_late(m, o);
	if (r == XJ_OK)
		r = write_lines(m);
	/* What is complete is kept, whatever the rest came to. */
	if (m->batch && r != XJ_ENOSPC) {
		struct xj_error *kept = m->err, other;

		m->err = r < 0 ? &other : kept;
		if (r < 0)
			end_batch(m);
		else
			r = end_batch(m);
		m->err = kept;
	}
	return r;
}

/* ---------------------------------------------------------------- snapshot */

/* A part of the newest snapshot once more: it is the same. */
static bool
reuse(struct making *m, json_t *json, const char *part, const char *sha512)
{
	const struct xj_snap *newest = xj_backups_newest(m->to);
	const json_t *was = newest ? xj_snap_part(newest, part) : NULL;
	const char *had = json_string_value(json_object_get(was, "sha512"));

	if (!had || (sha512 && strcmp(had, sha512) != 0))
		return false;
	return json_object_set_new(json, part, json_deep_copy(was)) == 0;
}

static const char *
stamp_of(struct making *m, const char *part)
{
	return strcmp(part, XJ_PART_CATALOG) == 0 ? m->stamps[0] :
	       strcmp(part, XJ_PART_TEXT) == 0 ? m->stamps[1] : "";
}

static int
move_part(struct making *m, json_t *json, const char *part,
	  const char *folder)
{
	char to[128], from[128], hex[XJ_DIGEST_HEX_MAX];
	unsigned char sum[XJ_DIGEST_MAX];
	xj_auto(xj_closep) int fd = openat(m->draft, part,
					   O_RDONLY | O_CLOEXEC);
	uint64_t size;
	json_t *p;
	int r;

	if (fd < 0)
		return failed(m, DRAFT);
	r = xj_digest_fd(XJ_SHA512, fd, sum, &size, m->err);
	if (r < 0)
		return r;
	xj_hex(sum, 64, hex);
	if (!reuse(m, json, part, hex)) {
		snprintf(from, sizeof(from), DRAFT "/%s", part);
		snprintf(to, sizeof(to), XJ_PARTS "/%s/%s", folder, part);
		if (fsync(fd) < 0 ||
		    renameat(m->to->fd, from, m->to->fd, to) < 0)
			return failed(m, to);
		m->result->parts += size;
		json_object_set_new(json, part, json_pack("{s:s, s:I, s:s}",
			"folder", folder, "bytes", (json_int_t)size,
			"sha512", hex));
	}
	p = json_object_get(json, part);
	json_object_set_new(p, "stamp", json_string(stamp_of(m, part)));
	return p ? XJ_OK : no_memory(m);
}

static int
move_parts(struct making *m, json_t *json, const char *folder)
{
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(parts) && r == XJ_OK; i++) {
		if (strcmp(parts[i], XJ_PART_TEXT) == 0 &&
		    faccessat(m->draft, parts[i], F_OK, 0) < 0) {
			if (!m->options->no_text)
				reuse(m, json, parts[i], NULL);
			continue;
		}
		r = move_part(m, json, parts[i], folder);
	}
	return r;
}

static void
choose_name(struct making *m, char name[XJ_SNAPSHOT_MAX])
{
	char time[XJ_TIME_MAX], *out = name;
	char path[64];

	xj_time_format(m->moment, time);
	for (const char *p = time; *p; p++) /* some disks know no colons */
		if (*p != ':')
			*out++ = *p;
	*out = '\0';
	for (unsigned i = 2; i < 100; i++) {
		snprintf(path, sizeof(path), XJ_PARTS "/%s", name);
		if (faccessat(m->to->fd, path, F_OK, 0) < 0)
			break;
		snprintf(out, (size_t)(name + XJ_SNAPSHOT_MAX - out), "-%u", i);
	}
}

static json_t *
describe(struct making *m, json_t *of_parts)
{
	const struct xj_catalog_counts c = m->counts;
	char taken[XJ_TIME_MAX];

	xj_time_format(m->moment, taken);
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, "
			 "s:I, s:I, s:I, s:I, s:o}",
		"format", 1, "taken", taken, "archive", m->urn,
		"release", xj_version(), "user", m->archive->user,
		"documents", (json_int_t)c.documents,
		"members", (json_int_t)c.members,
		"removed", (json_int_t)c.removed,
		"purged", (json_int_t)c.purged,
		"quarantined", (json_int_t)c.quarantined,
		"accessions", (json_int_t)c.accessions,
		"bytes", (json_int_t)c.bytes,
		"objects", (json_int_t)m->result->objects,
		"failed", (json_int_t)m->result->failed,
		"parts", of_parts);
}

/* Every part came out the same: there is nothing to go back to. */
static bool
is_like_newest(struct making *m)
{
	const struct xj_snap *newest = xj_backups_newest(m->to);

	return newest && !m->result->parts && !m->result->failed &&
	       !xj_snap_number(newest, "failed") &&
	       (m->options->no_text || xj_snap_part(newest, XJ_PART_TEXT));
}

/* Only the stamps are new: the next run sees by them that nothing changed. */
static int
put_stamps(struct making *m, json_t *of_parts)
{
	const struct xj_snap *newest = xj_backups_newest(m->to);
	json_t *json = json_deep_copy(newest->json);

	m->result->same = true;
	snprintf(m->result->snapshot, XJ_SNAPSHOT_MAX, "%s", newest->name);
	if (!json) {
		json_decref(of_parts);
		return no_memory(m);
	}
	json_object_update(json_object_get(json, "parts"), of_parts);
	json_decref(of_parts);
	return xj_backups_put(m->to, newest->name, json, m->err);
}

static int
put_snapshot(struct making *m)
{
	char path[64];
	json_t *of_parts = json_object(), *json;
	int r;

	m->result->parts = 0;
	choose_name(m, m->result->snapshot);
	snprintf(path, sizeof(path), XJ_PARTS "/%s", m->result->snapshot);
	r = of_parts ? xj_mkdirs(m->to->fd, path, 0700, m->err) : no_memory(m);
	if (r == XJ_OK)
		r = move_parts(m, of_parts, m->result->snapshot);
	if (r < 0) {
		json_decref(of_parts);
		return r;
	}
	if (is_like_newest(m))
		return put_stamps(m, of_parts);
	json = describe(m, of_parts);
	return json ? xj_backups_put(m->to, m->result->snapshot, json,
				     m->err) : no_memory(m);
}

/* --------------------------------------------------------------- the whole */

static int
erase_purged(struct making *m)
{
	xj_auto(xj_buf_release) struct xj_buf draft = XJ_BUF_INIT;
	int r = xj_path_join(&draft, m->to->dir, DRAFT);

	if (r == XJ_OK)
		r = xj_backup_erase_in(m->archive, draft.data,
				       &m->result->erased, m->err);
	return r;
}

static int
make_snapshot(struct making *m)
{
	int r = begin_draft(m);

	if (r == XJ_OK)
		r = copy_databases(m);
	if (r == XJ_OK)
		r = xj_catalog_totals(m->view->catalog, &m->counts, m->err);
	end_views(m); /* a purge waits for them */
	if (r == XJ_OK)
		r = copy_conf(m);
	m->result->objects = m->result->fresh = m->result->changed = 0;
	m->result->bytes = 0;
	if (r == XJ_OK)
		r = take_objects(m);
	if (r == XJ_OK)
		r = erase_purged(m);
	if (r == XJ_OK)
		r = put_snapshot(m);
	return r;
}

/* Where the archive cannot be written to, nobody writes. */
static int
open_archive(struct making *m, const char *dir)
{
	int r = xj_archive_open(dir, 0, &m->archive, m->err);

	if (r == XJ_EPERM)
		r = xj_archive_open(dir, XJ_OPEN_READONLY, &m->archive,
				    m->err);
	return r;
}

static int
read_urn(struct making *m)
{
	xj_auto(xj_buf_release) struct xj_buf urn = XJ_BUF_INIT;
	int r = xj_catalog_fact(m->archive->catalog, "urn", &urn, m->err);

	snprintf(m->urn, sizeof(m->urn), "%s", xj_buf_str(&urn));
	return r;
}

/* Neither inside the other. */
static int
require_apart(struct making *m, const char *dir)
{
	char *path = xj_path_there(dir);
	size_t n = strlen(m->archive->dir);
	bool inside = path && strncmp(path, m->archive->dir, n) == 0 &&
		      (path[n] == '/' || path[n] == '\0');
	int r = inside ? xj_error_set(m->err, XJ_EINVAL, "%s: is in the "
				      "archive itself; choose another place, "
				      "best another disk", dir) :
		xj_archive_require_outside(dir, m->err);

	free(path);
	return r;
}

/* A dry run makes no folder. */
static int
open_backups(struct making *m, const char *dir)
{
	int r;

	if (!m->options->dry_run)
		return xj_backups_make(dir, m->urn, &m->to, m->err);
	r = xj_backups_open(dir, false, &m->to, m->err);
	if (r == XJ_OK && strcmp(m->to->archive, m->urn) != 0)
		return xj_backups_make(dir, m->urn, &m->to, m->err);
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

static int
finish(struct making *m)
{
	size_t keep = m->options->keep ? m->options->keep : KEPT;
	int r = xj_backup_erase_all(m->archive, m->to, m->options->problem,
				    m->options->ctx, &m->result->erased,
				    m->err);

	if (r == XJ_OK)
		r = xj_backups_sweep(m->to, keep, &m->result->dropped, m->err);
	xj_remove_tree(m->to->fd, DRAFT, NULL);
	return r;
}

static int
make(struct making *m, const char *archive, const char *dir)
{
	int r = open_archive(m, archive);

	if (r == XJ_OK)
		r = read_urn(m);
	if (r == XJ_OK)
		r = require_apart(m, dir);
	if (r == XJ_OK)
		r = open_backups(m, dir);
	if (r == XJ_OK)
		r = take_moment(m);
	if (r < 0)
		return r;
	if (m->result->same) {
		snprintf(m->result->snapshot, XJ_SNAPSHOT_MAX, "%s",
			 xj_backups_newest(m->to)->name);
		m->result->objects = xj_snap_number(xj_backups_newest(m->to),
						    "objects");
		return m->options->dry_run ? XJ_OK : finish(m);
	}
	r = plan(m);
	if (r == XJ_OK)
		r = check_space(m, m->to ? m->to->dir : dir);
	if (r == XJ_OK && !m->options->dry_run)
		r = make_snapshot(m);
	return r < 0 || m->options->dry_run ? r : finish(m);
}

static void
release(struct making *m)
{
	end_views(m);
	xj_batch_end(m->batch, false);
	xj_object_list_free(m->objects);
	xj_archive_close(m->view);
	xj_archive_close(m->archive);
	xj_buf_release(&m->lines);
	xj_closep(&m->lines_fd);
	xj_closep(&m->draft);
	xj_backups_close(m->to);
}

int
xj_backup(const char *archive, const char *dir,
	  const struct xj_backup_options *options,
	  struct xj_backup_result *result, struct xj_error *err)
{
	static const struct xj_backup_options standard;
	struct xj_backup_result ignored;
	struct xj_error own;
	struct making m = { .options = options ? options : &standard,
		.result = result ? result : &ignored, .draft = -1,
		.lines_fd = -1, .err = err ? err : &own };
	int r;

	memset(m.result, 0, sizeof(*m.result));
	r = make(&m, archive, dir);
	if (r == XJ_OK && !m.options->dry_run)
		xj_upkeep_backed_up(m.archive, dir);
	release(&m);
	if (r == XJ_OK && m.options->verify && !m.options->dry_run)
		r = xj_backup_verify(dir, m.options->problem, m.options->ctx,
				     &m.options->watch, &m.result->checked,
				     m.err);
	return r;
}

/* -------------------------------------------------------------------- list */

int
xj_backup_list(const char *dir, xj_snapshot_fn fn, void *ctx,
	       struct xj_error *err)
{
	struct xj_backups *b;
	int r = xj_backups_open(dir, false, &b, err);

	for (size_t i = r < 0 ? 0 : b->count; i-- > 0 && r == XJ_OK;) {
		const struct xj_snap *s = &b->snaps[i];
		struct xj_snapshot row = { .name = s->name,
			.release = xj_snap_text(s, "release"),
			.user = xj_snap_text(s, "user"),
			.documents = xj_snap_number(s, "documents"),
			.members = xj_snap_number(s, "members"),
			.accessions = xj_snap_number(s, "accessions"),
			.objects = xj_snap_number(s, "objects"),
			.bytes = xj_snap_number(s, "bytes"),
			.failed = xj_snap_number(s, "failed"),
			.text = i + 1 == b->count &&
				xj_snap_part(s, XJ_PART_TEXT),
		};

		xj_time_parse(xj_snap_text(s, "taken"), &row.taken);
		r = fn(ctx, &row);
	}
	xj_backups_close(b);
	return r;
}
