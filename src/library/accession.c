/*
 * accession.c - batches of `add`: list, show, undo, and the object that keeps
 * each.
 *
 * The object of an accession has its URN for id and two files. accession.json:
 * format 1, number, urn, user, what, started, finished, undone, counts.
 * report.jsonl: a line an outcome (path, outcome, reason, document, importer,
 * bytes, cpu_ms), then a line a source (source: percent-encoded absolute path;
 * given, document, size, mtime_ns, ctime_ns, inode), from which `rebuild` knows
 * what was added from where.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "library/rights.h"
#include "library/json-put.h"

/* ------------------------------------------------------------------- lock */

static void
lock_name(uint64_t number, char name[48])
{
	snprintf(name, 48, "staging/accession-%llu",
		 (unsigned long long)number);
}

int
xj_accession_lock(struct xj_archive *a, uint64_t number, int *lock,
		  struct xj_error *err)
{
	char name[48];

	lock_name(number, name);
	*lock = openat(a->fd, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*lock < 0)
		return xj_error_errno(err, "%s/%s", a->dir, name);
	if (flock(*lock, LOCK_EX | LOCK_NB) < 0) {
		xj_closep(lock);
		return xj_error_set(err, XJ_EBUSY, "accession %llu is another "
				    "process's", (unsigned long long)number);
	}
	return XJ_OK;
}

void
xj_accession_unlock(struct xj_archive *a, uint64_t number, int *lock)
{
	char name[48];

	if (*lock < 0)
		return;
	lock_name(number, name);
	unlinkat(a->fd, name, 0);
	xj_closep(lock);
}

/* ----------------------------------------------------------------- writing */

bool
xj_is_accession(const struct xj_object *object)
{
	const char *name;

	for (size_t i = 0; (name = xj_object_file_at(object, 0, i)); i++)
		if (strcmp(name, XJ_ACCESSION_FILE) == 0)
			return true;
	return false;
}

static void
put_accession(struct xj_buf *b, const struct xj_accession_row *row)
{
	xj_buf_adds(b, "{\"format\":1");
	xj_put_number(b, "number", row->number);
	xj_put_text(b, "urn", row->urn);
	xj_put_text(b, "user", row->user);
	xj_put_text(b, "what", row->what);
	xj_put_time(b, "started", row->started);
	xj_put_time(b, "finished", row->finished);
	if (row->undone)
		xj_put_time(b, "undone", row->undone);
	xj_put_number(b, "taken", row->taken);
	xj_put_number(b, "held", row->held);
	xj_put_number(b, "partial", row->partial);
	xj_put_number(b, "refused", row->refused);
	xj_put_number(b, "failed", row->failed);
	xj_put_number(b, "bytes", row->bytes);
	xj_put_number(b, "quarantined", row->quarantined);
	xj_buf_adds(b, "}\n");
}

static int
put_outcome(void *ctx, const struct xj_outcome_row *row)
{
	struct xj_buf *b = ctx;

	xj_buf_addf(b, "{\"path\":%s", row->path);
	xj_put_text(b, "outcome", row->outcome);
	xj_put_text(b, "reason", row->reason);
	if (row->document)
		xj_put_number(b, "document", row->document);
	xj_put_text(b, "importer", row->importer);
	xj_put_number(b, "bytes", row->bytes);
	xj_put_number(b, "cpu_ms", row->cpu_ms);
	xj_buf_adds(b, "}\n");
	return XJ_OK;
}

static int
put_source(void *ctx, const struct xj_source *s)
{
	struct xj_buf *b = ctx;

	xj_buf_addc(b, '{');
	xj_put_bytes(b, "source", s->path, s->path_len);
	xj_put_text(b, "given", s->given);
	xj_put_number(b, "document", s->document);
	xj_put_number(b, "size", s->size);
	xj_put_number(b, "mtime_ns", (uint64_t)s->mtime_ns);
	xj_put_number(b, "ctime_ns", (uint64_t)s->ctime_ns);
	xj_put_number(b, "inode", s->inode);
	xj_buf_adds(b, "}\n");
	return XJ_OK;
}

/* `anew`: with no history, as its first version. */
static int
put_object(struct xj_change *change, const struct xj_accession_row *row,
	   unsigned version, bool anew, struct xj_error *err)
{
	struct xj_catalog *catalog = change->archive->catalog;
	xj_auto(xj_buf_release) struct xj_buf head = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf report = XJ_BUF_INIT;
	struct xj_object_file files[2];
	int r;

	put_accession(&head, row);
	r = xj_catalog_outcomes(catalog, row->number, put_outcome, &report,
				err);
	if (r == XJ_OK)
		r = xj_catalog_sources_in(catalog, row->number, put_source,
					  &report, err);
	if (r == XJ_OK)
		r = xj_buf_check(&head, err);
	if (r == XJ_OK)
		r = xj_buf_check(&report, err);
	if (r < 0)
		return r;
	files[0] = (struct xj_object_file){ .logical = XJ_ACCESSION_FILE,
		.bytes = head.data, .len = head.len };
	files[1] = (struct xj_object_file){ .logical = XJ_REPORT_FILE,
		.bytes = xj_buf_str(&report), .len = report.len };
	return xj_change_put(change, &(struct xj_object_version){
		.id = row->urn, .number = version, .created = xj_now(),
		.message = anew ? "purge" : row->undone ? "undo" : "accession",
		.replace = anew,
		.user = change->archive->user,
		.user_address = change->archive->user_address, .files = files,
		.file_count = 2,
	}, err);
}

int
xj_accession_close(struct xj_change *change, uint64_t number,
		   struct xj_error *err)
{
	struct xj_archive *a = change->archive;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_accession_row row;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get_accession(a->catalog, number, arena, &row, err);
	if (r < 0)
		return r;
	row.finished = xj_now();
	if ((r = put_object(change, &row, 1, false, err)) < 0)
		return r;
	return xj_catalog_put_accession(a->catalog, &row, err);
}

/* ------------------------------------------------------------------ redact */

#define REDACTED "(purged)"

/* Under what path an accession names a document. */
struct naming {
	uint64_t accession;
	const char *given;
};

struct namings {
	struct xj_arena *arena;
	struct xj_buf list; /* of struct naming */
};

static int
note_naming(void *ctx, uint64_t accession, const char *given)
{
	struct namings *n = ctx;
	struct naming one = { accession, xj_arena_strdup(n->arena, given) };

	xj_buf_add(&n->list, &one, sizeof(one));
	return one.given ? xj_buf_check(&n->list, NULL) : XJ_ENOMEM;
}

/* The paths that were given, without the one that was the file itself. */
static const char *
without(struct xj_arena *arena, const char *what, const char *given)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	size_t n = strlen(given);

	for (const char *p = what; p && *p;) {
		size_t len = strcspn(p, "\n");

		if (len == n && memcmp(p, given, n) == 0)
			xj_buf_adds(&b, REDACTED);
		else
			xj_buf_add(&b, p, len);
		p += len;
		if (*p)
			xj_buf_addc(&b, *p++);
	}
	return b.failed ? NULL : xj_arena_strdup(arena, xj_buf_str(&b));
}

/* One accession: all names of the list that are its. */
static int
redact(struct xj_change *change, struct xj_arena *arena,
       const struct naming *list, size_t count, struct xj_error *err)
{
	struct xj_catalog *catalog = change->archive->catalog;
	struct xj_accession_row row;
	int r = xj_catalog_get_accession(catalog, list[0].accession, arena,
					 &row, err);

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		if (!(row.what = without(arena, row.what, list[i].given)))
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (r == XJ_OK)
		r = xj_catalog_put_accession(catalog, &row, err);
	if (r < 0 || !row.finished) /* its object is not written yet */
		return r;
	return put_object(change, &row, 1, true, err);
}

int
xj_accessions_redact(struct xj_change *change, uint64_t root,
		     struct xj_error *err)
{
	struct xj_catalog *catalog = change->archive->catalog;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct namings n = { .list = XJ_BUF_INIT };
	const struct naming *list;
	size_t count, same;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	n.arena = arena;
	r = xj_catalog_outcomes_of(catalog, root, note_naming, &n, err);
	if (r == XJ_OK)
		r = xj_catalog_redact(catalog, root, "[\"" REDACTED "\"]", err);
	list = (const struct naming *)n.list.data;
	count = n.list.len / sizeof(*list);
	for (size_t i = 0; i < count && r == XJ_OK; i += same) {
		for (same = 1; i + same < count &&
		     list[i + same].accession == list[i].accession; same++)
			;
		r = redact(change, arena, list + i, same, err);
	}
	xj_buf_release(&n.list);
	return r;
}

/* ------------------------------------------------------------- cut short */

struct unfinished {
	uint64_t *list;
	size_t count, cap;
};

static int
note_unfinished(void *ctx, const struct xj_accession_row *row)
{
	struct unfinished *u = ctx;

	if (row->finished)
		return XJ_OK;
	if (u->count == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : 8;
		uint64_t *more = realloc(u->list, cap * sizeof(*more));

		if (!more)
			return XJ_ENOMEM;
		u->list = more;
		u->cap = cap;
	}
	u->list[u->count++] = row->number;
	return XJ_OK;
}

/* The counts of a row that was never finished, from its outcomes. */
static int
count_outcome(void *ctx, const struct xj_outcome_row *o)
{
	struct xj_accession_row *row = ctx;

	if (strcmp(o->outcome, "ok") == 0)
		row->taken++;
	else if (strcmp(o->outcome, "duplicate") == 0 ||
		 strcmp(o->outcome, "held") == 0)
		row->held++;
	else if (strcmp(o->outcome, "partial") == 0)
		row->partial++;
	else if (strcmp(o->outcome, "refused") == 0)
		row->refused++;
	else if (strcmp(o->outcome, "quarantined") == 0)
		row->quarantined++;
	else
		row->failed++;
	if (!strstr(o->path, "\",\"")) /* a file, not a member of one */
		row->bytes += o->bytes;
	return XJ_OK;
}

static int
finish_one(struct xj_archive *a, uint64_t number, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_closep) int lock = -1;
	struct xj_accession_row row;
	int r = xj_accession_lock(a, number, &lock, err);

	if (r == XJ_EBUSY)
		return XJ_OK; /* it goes on */
	if (r == XJ_OK && (r = xj_arena_new(&arena)) < 0)
		return xj_error_set(err, r, "out of memory");
	if (r == XJ_OK)
		r = xj_change_begin(a, &change, err);
	if (r == XJ_OK)
		r = xj_catalog_get_accession(a->catalog, number, arena, &row,
					     err);
	if (r == XJ_OK && row.finished)
		xj_accession_unlock(a, number, &lock);
	if (r < 0 || row.finished)
		return r; /* somebody was faster */
	row.taken = row.held = row.partial = row.refused = row.failed = 0;
	row.quarantined = row.bytes = 0;
	r = xj_catalog_outcomes(a->catalog, number, count_outcome, &row, err);
	if (r == XJ_OK)
		r = xj_catalog_put_accession(a->catalog, &row, err);
	if (r == XJ_OK)
		r = xj_accession_close(&change, number, err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	if (r == XJ_OK)
		xj_accession_unlock(a, number, &lock);
	return r;
}

static void
closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* A lock that nobody holds, of an accession that was cut off before its number
 * was given. Locks are made under the catalog's write lock, so none is young. */
static int
sweep_lock(struct xj_archive *a, int staging, const char *name,
	   struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	int r = xj_catalog_begin(a->catalog, err);

	if (r < 0)
		return r;
	fd = openat(staging, name, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(staging, name, 0);
	xj_catalog_rollback(a->catalog);
	return XJ_OK;
}

static int
sweep_locks(struct xj_archive *a, struct xj_error *err)
{
	int fd = openat(a->fd, "staging", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	xj_auto(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int r = XJ_OK;

	if (!dir) {
		xj_closep(&fd);
		return XJ_OK; /* made when it is first needed */
	}
	while (r == XJ_OK && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "accession-", 10) == 0)
			r = sweep_lock(a, fd, entry->d_name, err);
	return r;
}

int
xj_accessions_finish(struct xj_archive *a, struct xj_error *err)
{
	struct unfinished u = { 0 };
	int r = xj_catalog_accessions(a->catalog, note_unfinished, &u, err);

	for (size_t i = 0; i < u.count && r == XJ_OK; i++)
		r = finish_one(a, u.list[i], err);
	free(u.list);
	return r < 0 ? r : sweep_locks(a, err);
}

/* ------------------------------------------------------------ list and show */

struct listing {
	xj_accession_list_fn fn;
	int (*outcome)(void *ctx, const struct xj_outcome *line);
	void *ctx;
};

static int
list_one(void *ctx, const struct xj_accession_row *row)
{
	struct listing *l = ctx;

	return l->fn(l->ctx, &(struct xj_accession){
		.number = row->number, .urn = row->urn, .user = row->user,
		.what = row->what, .started = row->started,
		.finished = row->finished, .taken = row->taken,
		.held = row->held, .partial = row->partial,
		.refused = row->refused, .failed = row->failed,
		.bytes = row->bytes, .undone = row->undone,
		.quarantined = row->quarantined,
	});
}

int
xj_accessions(struct xj_archive *a, xj_accession_list_fn fn, void *ctx,
	      struct xj_error *err)
{
	struct listing l = { .fn = fn, .ctx = ctx };

	return xj_catalog_accessions(a->catalog, list_one, &l, err);
}

/* The JSON array of a path as a NULL-terminated array; free the value. */
static const char **
parse_path(const char *text, json_t **value)
{
	size_t n, i;
	const char **path;
	json_t *part;

	*value = json_loads(text, 0, NULL);
	n = json_array_size(*value);
	path = calloc(n + 1, sizeof(*path));
	if (path)
		json_array_foreach(*value, i, part)
			path[i] = json_string_value(part);
	return path;
}

static int
show_outcome(void *ctx, const struct xj_outcome_row *row)
{
	struct listing *l = ctx;
	json_t *value;
	const char **path = parse_path(row->path, &value);
	int r = !path ? XJ_ENOMEM : l->outcome(l->ctx, &(struct xj_outcome){
		.path = path, .outcome = row->outcome, .reason = row->reason,
		.id = row->document, .importer = row->importer,
		.bytes = row->bytes, .cpu_ms = row->cpu_ms,
	});

	free(path);
	json_decref(value);
	return r;
}

int
xj_accession_show(struct xj_archive *a, uint64_t number,
		  xj_accession_list_fn fn,
		  int (*outcome)(void *ctx, const struct xj_outcome *line),
		  void *ctx, struct xj_error *err)
{
	struct listing l = { .fn = fn, .outcome = outcome, .ctx = ctx };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_accession_row row;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get_accession(a->catalog, number, arena, &row, err);
	if (r == XJ_OK && fn)
		r = list_one(&l, &row);
	if (r == XJ_OK && outcome)
		r = xj_catalog_outcomes(a->catalog, number, show_outcome, &l,
					err);
	return r;
}

/* ------------------------------------------------------------------- undo */

/* The numbers of the documents that the report names, each once. */
struct touched {
	uint64_t *list;
	size_t count, cap;
	struct xj_arena *arena;
	struct xj_buf again; /* struct again: files whose bytes were there */
};

struct again {
	uint64_t document;
	const char *given;
};

static int
note_again(struct touched *t, const struct xj_outcome_row *row)
{
	struct again one = { .document = row->document };
	json_t *value;
	const char **path = parse_path(row->path, &value);

	if (path && path[0])
		one.given = xj_arena_strdup(t->arena, path[0]);
	free(path);
	json_decref(value);
	xj_buf_add(&t->again, &one, sizeof(one));
	return one.given ? xj_buf_check(&t->again, NULL) : XJ_ENOMEM;
}

static int
note_touched(void *ctx, const struct xj_outcome_row *row)
{
	struct touched *t = ctx;

	if (row->document && strcmp(row->outcome, "duplicate") == 0)
		return note_again(t, row);
	if (!row->document || strcmp(row->outcome, "held") == 0)
		return XJ_OK;
	if (t->count == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 256;
		uint64_t *more = realloc(t->list, cap * sizeof(*more));

		if (!more)
			return XJ_ENOMEM;
		t->list = more;
		t->cap = cap;
	}
	t->list[t->count++] = row->document;
	return XJ_OK;
}

/* The sources of a document, to be written again. */
struct sources {
	struct xj_arena *arena;
	struct xj_source *list;
	size_t count, cap;
};

static int
keep_source(void *ctx, const struct xj_source *source)
{
	struct sources *k = ctx;
	struct xj_source *s;

	if (k->count == k->cap) {
		size_t cap = k->cap ? k->cap * 2 : 8;

		s = xj_arena_alloc(k->arena, cap * sizeof(*s));
		if (!s)
			return XJ_ENOMEM;
		if (k->count)
			memcpy(s, k->list, k->count * sizeof(*s));
		k->list = s;
		k->cap = cap;
	}
	s = &k->list[k->count++];
	*s = *source;
	s->path = xj_arena_strndup(k->arena, source->path, source->path_len);
	s->given = source->given ? xj_arena_strdup(k->arena, source->given)
				 : NULL;
	return s->path ? XJ_OK : XJ_ENOMEM;
}

/*
 * Files are taken again when they are added again: those of a document that
 * was removed are new, those of one that is back at an older version have
 * changed.
 */
static int
forget_files(struct xj_archive *a, struct xj_arena *arena, uint64_t id,
	     struct xj_error *err)
{
	struct sources k = { .arena = arena };
	struct xj_doc doc;
	int r = xj_catalog_get(a->catalog, id, arena, &doc, err);

	if (r < 0 || doc.state != XJ_DOC_LIVE)
		return r < 0 ? r : xj_catalog_drop_sources(a->catalog, id,
							   err);
	r = xj_catalog_sources_of(a->catalog, id, keep_source, &k, err);
	for (size_t i = 0; i < k.count && r == XJ_OK; i++) {
		k.list[i].mtime_ns = k.list[i].ctime_ns = 0;
		r = xj_catalog_put_source(a->catalog, &k.list[i], err);
	}
	return r;
}

/* What the undoing came to. */
struct undone {
	uint64_t count;  /* documents */
	uint64_t stood;  /* those that a later accession changed */
};

static int
undo_document(struct xj_change *change, uint64_t number, uint64_t id,
	      struct undone *u, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_archive *a = change->archive;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get(a->catalog, id, arena, &doc, err);
	if (r < 0 || doc.parent || doc.state != XJ_DOC_LIVE)
		return r; /* members go with their container */
	if ((r = xj_may_with(a, XJ_DO_REMOVE, id, err)) < 0)
		return r;
	r = xj_take_back_in(change, &doc, number, err);
	u->stood += r == XJ_END;
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	u->count++;
	return forget_files(a, arena, id, err);
}

static int
mark_undone(struct xj_change *change, uint64_t number, struct xj_error *err)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_catalog *catalog = change->archive->catalog;
	struct xj_accession_row row;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get_accession(catalog, number, arena, &row, err);
	if (r == XJ_OK)
		r = xj_object_at(change->archive, row.urn, 1, &object, err);
	if (r < 0)
		return r;
	row.undone = xj_now();
	r = put_object(change, &row, xj_object_head(object) + 1, false,
		       err);
	return r < 0 ? r : xj_catalog_put_accession(catalog, &row, err);
}

static int
check_undo(struct xj_archive *a, uint64_t number, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_accession_row row;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get_accession(a->catalog, number, arena, &row, err);
	if (r < 0)
		return r;
	if (row.undone)
		return xj_error_set(err, XJ_EEXIST, "accession %llu was undone "
				    "already", (unsigned long long)number);
	if (!row.finished)
		return xj_error_set(err, XJ_EBUSY, "accession %llu goes on",
				    (unsigned long long)number);
	return XJ_OK;
}

static int
undo_documents(struct xj_change *change, uint64_t number,
	       const struct touched *t, const struct xj_watch *watch,
	       struct undone *u, struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t i = 0; i < t->count && r == XJ_OK; i++) {
		if (xj_cancelled(watch))
			return xj_error_set(err, XJ_ECANCELLED, "interrupted; "
					    "nothing was undone");
		r = undo_document(change, number, t->list[i], u, err);
		if (watch && watch->progress)
			watch->progress(watch->ctx, &(struct xj_progress){
				.stage = "undo", .done = i + 1,
				.total = t->count });
	}
	return r;
}

/* Files that brought no bytes but their names: their documents lose these. */
static int
forget_again(struct xj_archive *a, uint64_t number, const struct touched *t,
	     struct xj_error *err)
{
	const struct again *list = (const struct again *)t->again.data;
	size_t count = t->again.len / sizeof(*list);
	int r = XJ_OK;

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_catalog_drop_source(a->catalog, list[i].document,
					   number, list[i].given, err);
	return r;
}

/* The list of `t` is the caller's to free. */
static int
undo_all(struct xj_change *change, uint64_t number, struct touched *t,
	 const struct xj_watch *watch, struct undone *u, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_archive *a = change->archive;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	t->arena = arena;
	r = xj_catalog_outcomes(a->catalog, number, note_touched, t, err);
	if (r == XJ_OK)
		r = undo_documents(change, number, t, watch, u, err);
	if (r == XJ_OK && u->stood && !u->count)
		r = xj_error_set(err, XJ_EEXIST, "accession %llu: nothing to "
				 "take back, later accessions changed all "
				 "that it brought; it is not undone",
				 (unsigned long long)number);
	if (r == XJ_OK)
		r = forget_again(a, number, t, err);
	xj_buf_release(&t->again);
	return r;
}

int
xj_accession_undo(struct xj_archive *a, uint64_t number,
		  const struct xj_watch *watch, uint64_t *count,
		  struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	struct touched t = { .again = XJ_BUF_INIT };
	struct undone u = { 0 };
	int r = xj_change_begin(a, &change, err);

	if (r == XJ_OK)
		r = check_undo(a, number, err);
	if (r == XJ_OK)
		r = undo_all(&change, number, &t, watch, &u, err);
	if (r == XJ_OK)
		r = mark_undone(&change, number, err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	for (size_t i = 0; i < t.count && r == XJ_OK; i++)
		r = xj_pairs_follow(a, t.list[i], err);
	free(t.list);
	if (count)
		*count = r == XJ_OK ? u.count : 0;
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}
