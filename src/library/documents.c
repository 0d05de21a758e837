/* documents.c - look at documents: columns, values, text, bytes, lists. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xueji/pages.h>

#include "library/rights.h"
#include "library/remote.h"
#include "library/topic.h"

#define COPY_SIZE 65536

struct xj_document {
	struct xj_archive *archive;
	bool unsealed;  /* opened by who may see what is in quarantine */
	const char *password; /* of what it is inside of; or NULL */
	struct xj_arena *arena;
	struct xj_doc doc;
	struct xj_document_info info;
	struct xj_value *values;
	size_t value_count;
};

/* ------------------------------------------------------------------- info */

static const char *
or_empty(const char *s)
{
	return s ? s : "";
}

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

int
xj_info_from_doc(struct xj_archive *a, struct xj_arena *arena,
		 const struct xj_doc *d, struct xj_document_info *info,
		 struct xj_error *err)
{
	char hex[XJ_DIGEST_HEX_MAX];
	const char *const *path;
	int r = xj_catalog_path(a->catalog, d->id, arena, &path, err);

	if (r < 0)
		return r;
	xj_hex(d->sha512, sizeof(d->sha512), hex);
	*info = (struct xj_document_info){
		.id = d->id, .parent = d->parent, .urn = or_empty(d->urn),
		.title = or_empty(d->title), .kind = or_empty(d->kind),
		.type = or_empty(d->type), .format = or_empty(d->format),
		.date = or_empty(d->date), .creators = or_empty(d->creators),
		.language = or_empty(d->language), .name = or_empty(d->name),
		.path = path, .size = d->size, .text_bytes = d->text_bytes,
		.sha512 = xj_arena_strdup(arena, hex), .version = d->version,
		.state = (enum xj_document_state)d->state,
		.outcome = or_empty(d->outcome), .reason = or_empty(d->reason),
		.importer = or_empty(d->importer),
		.importer_version = or_empty(d->importer_version),
		.accession = d->accession, .created = d->created,
		.updated = d->updated, .pages = d->pages, .queued = d->queued,
	};
	return info->sha512 ? XJ_OK : no_memory(err);
}

/* ------------------------------------------------------------------- open */

/* A reference as people write it: 42, urn:uuid:..., or the UUID alone. */
static int
find_doc(struct xj_archive *a, const char *ref, struct xj_arena *arena,
	 struct xj_doc *doc, struct xj_error *err)
{
	char urn[XJ_URN_MAX], *end;
	unsigned long long id;

	if (strncmp(ref, "urn:uuid:", 9) == 0)
		return xj_catalog_get_urn(a->catalog, ref, arena, doc, err);
	if (strlen(ref) == 36 && ref[8] == '-') {
		snprintf(urn, sizeof(urn), "urn:uuid:%s", ref);
		return xj_catalog_get_urn(a->catalog, urn, arena, doc, err);
	}
	errno = 0;
	if (strchr(ref, '#') && xj_remote_refuse(a, ref, err) < 0)
		return XJ_ENOTFOUND;
	id = strtoull(ref, &end, 10);
	if (ref[0] < '0' || ref[0] > '9' || *end || errno)
		return xj_error_set(err, XJ_EINVAL, "%s: not a document; a "
				    "number (42) or a URN (urn:uuid:...) is "
				    "expected", ref);
	return xj_catalog_get(a->catalog, id, arena, doc, err);
}

static int
check_sight(const struct xj_doc *doc, bool quarantined, struct xj_error *err)
{
	if ((doc->state == XJ_DOC_QUARANTINED) == quarantined)
		return XJ_OK;
	return !quarantined ? xj_quarantine_hides(doc->id, err) :
		xj_error_set(err, XJ_ENOTFOUND, "document %llu is not in "
			     "quarantine", (unsigned long long)doc->id);
}

/* Of what took its place nothing is told to who does not see that. */
static bool
is_seen(struct xj_document *d, const char *urn)
{
	struct xj_doc doc;

	return xj_catalog_get_urn(d->archive->catalog, urn, d->arena, &doc,
				  NULL) == XJ_OK && doc.state == XJ_DOC_LIVE;
}

/* Values as they are shown: those hidden by a higher rank are marked so. */
static int
load_values(struct xj_document *d, struct xj_error *err)
{
	struct xj_meta_value *rows;
	const struct xj_meta_value *first = NULL;
	size_t count;
	int r = xj_catalog_meta(d->archive->catalog, d->doc.id, d->arena,
				&rows, &count, err);

	if (r < 0)
		return r;
	d->values = xj_arena_alloc(d->arena, (count + 1) * sizeof(*d->values));
	if (!d->values)
		return no_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].element, "replaced-by") == 0 &&
		    !is_seen(d, rows[i].value))
			continue;
		if (!first || strcmp(first->element, rows[i].element) != 0)
			first = &rows[i]; /* of the highest rank */
		d->values[d->value_count++] = (struct xj_value){
			.element = rows[i].element, .value = rows[i].value,
			.lang = rows[i].lang, .source = rows[i].source,
			.given = rows[i].rank == XJ_META_GIVEN,
			.effective = rows[i].rank == first->rank,
		};
	}
	return XJ_OK;
}

/* The owner of the archive may look at what is somebody's own, not unseen. */
static int
note_look(struct xj_document *d, struct xj_error *err)
{
	struct xj_rights rights;
	int r;

	if (xj_archive_reader(d->archive))
		return XJ_OK;
	r = xj_rights_load(d->archive, d->arena, d->doc.root, &rights, err);
	return r < 0 || rights.scope != XJ_SCOPE_PRIVATE || !rights.owner ?
	       r : xj_audit_look(d->archive, d->doc.root, err);
}

static int
open_document(struct xj_archive *a, const char *ref, bool quarantined,
	      struct xj_document **document, struct xj_error *err)
{
	struct xj_document *d = calloc(1, sizeof(*d));
	int r;

	if (!d || xj_arena_new(&d->arena) < 0) {
		free(d);
		return no_memory(err);
	}
	d->archive = a;
	d->unsealed = quarantined;
	r = find_doc(a, ref, d->arena, &d->doc, err);
	if (r == XJ_OK)
		r = check_sight(&d->doc, quarantined, err);
	if (r == XJ_OK)
		r = note_look(d, err);
	if (r == XJ_OK)
		r = xj_info_from_doc(a, d->arena, &d->doc, &d->info, err);
	if (r == XJ_OK)
		r = load_values(d, err);
	if (r < 0) {
		xj_document_free(d);
		return r;
	}
	*document = d;
	return XJ_OK;
}

int
xj_document_open(struct xj_archive *a, const char *ref,
		 struct xj_document **document, struct xj_error *err)
{
	return open_document(a, ref, false, document, err);
}

int
xj_quarantine_open(struct xj_archive *a, const char *ref,
		   struct xj_document **document, struct xj_error *err)
{
	return open_document(a, ref, true, document, err);
}

void
xj_document_password(struct xj_document *d, const char *password)
{
	d->password = password;
}

void
xj_document_free(struct xj_document *d)
{
	if (!d)
		return;
	xj_arena_free(d->arena);
	free(d);
}

const struct xj_document_info *
xj_document_info(const struct xj_document *d)
{
	return &d->info;
}

const struct xj_value *
xj_document_values(const struct xj_document *d, size_t *count)
{
	*count = d->value_count;
	return d->values;
}

/* ------------------------------------------------------------------- text */

struct reading {
	xj_text_part_fn fn;
	void *ctx;
};

static const char *const roles[] = {
	[XJ_BODY] = "body", [XJ_HEADING] = "heading", [XJ_LIST] = "list",
	[XJ_TABLE] = "table", [XJ_CAPTION] = "caption", [XJ_NOTE] = "note",
	[XJ_CODE] = "code", [XJ_HEADER] = "header", [XJ_HIDDEN] = "hidden",
	[XJ_OCR] = "ocr",
};

static const char *const places[] = {
	[XJ_NOWHERE] = "", [XJ_LINE] = "line", [XJ_PAGE] = "page",
	[XJ_MSEC] = "msec", [XJ_PART] = "part",
};

const char *
xj_place_name(unsigned where)
{
	return where < XJ_COUNT(places) ? places[where] : "";
}

const char *
xj_role_name(unsigned role)
{
	return role < XJ_COUNT(roles) ? roles[role] : "body";
}

static int
read_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	   struct xj_error *err)
{
	struct reading *g = ctx;
	struct xj_text_chunk chunk;
	int r = xj_text_chunk_parse(bytes, len, &chunk, err);

	(void)number;
	for (size_t i = 0; r == XJ_OK && i < chunk.count; i++) {
		const struct xj_text_block *b = &chunk.blocks[i];

		r = g->fn(g->ctx, &(struct xj_text_part){
			.text = b->text, .len = b->len,
			.role = xj_role_name(b->role),
			.level = b->level, .where = xj_place_name(b->where),
			.at = b->at, .label = b->label, .more = b->more,
		});
	}
	xj_text_chunk_release(&chunk);
	return r;
}

int
xj_document_text(struct xj_document *d, xj_text_part_fn fn, void *ctx,
		 struct xj_error *err)
{
	struct reading g = { fn, ctx };

	return xj_texts_each(d->archive->texts, d->doc.id, read_chunk, &g,
			     err);
}

/* ------------------------------------------------------------------ bytes */

/* A document in one version of its object. */
struct original {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_object *object;
	struct xj_record record;
	struct xj_members *members;
	const struct xj_record *target;
	const char *password; /* of what it is inside of; or NULL */
	struct xj_error *err;
};

static void
original_end(struct original *o)
{
	xj_object_free(o->object);
	xj_arena_free(o->arena);
}

static int
not_there(struct original *o, const struct xj_doc *doc)
{
	return xj_error_set(o->err, XJ_ENOTFOUND, "document %llu is not in "
			    "version %u of document %llu",
			    (unsigned long long)doc->id,
			    o->record.doc.version,
			    (unsigned long long)o->record.doc.id);
}

/* `version` 0: the newest. */
/* What a paper was before is not what its author shares. */
static int
may_see_older(struct original *o, const struct xj_doc *top)
{
	const struct xj_reader *reader = xj_archive_reader(o->archive);
	struct xj_rights rights;
	int r = xj_rights_load(o->archive, o->arena, top->id, &rights, o->err);

	if (r < 0 || !rights.paper || !reader ||
	    strcmp(rights.owner, reader->urn) == 0)
		return r;
	return xj_error_set(o->err, XJ_EPERM, "older versions of a paper are "
			    "its author's");
}

static int
original_find(struct original *o, const struct xj_doc *doc, unsigned version)
{
	struct xj_doc top = *doc;
	int r = xj_arena_new(&o->arena);

	if (r < 0)
		return no_memory(o->err);
	if (doc->parent)
		r = xj_catalog_get(o->archive->catalog, doc->root, o->arena,
				   &top, o->err);
	if (r == XJ_OK)
		r = xj_object_at(o->archive, top.urn, top.version, &o->object,
				 o->err);
	if (r == XJ_OK && version && version != top.version)
		r = may_see_older(o, &top);
	version = version ? version : top.version;
	if (r == XJ_OK)
		r = doc->parent ?
			xj_record_read(o->arena, o->object, version,
				       &o->record, o->err) :
			xj_record_read_top(o->arena, o->object, version,
					   &o->record, o->err);
	if (r == XJ_OK)
		r = xj_members_new(o->arena, &o->record, &o->members, o->err);
	if (r < 0)
		return r;
	o->target = xj_members_find(o->members, doc->id);
	return o->target && o->record.logical ? XJ_OK : not_there(o, doc);
}

/* The member looked for while its container is imported once more: by name,
 * since with a password more may come out, and the first, second ... of it. */
struct wanted {
	const struct xj_doc *member;
	uint32_t before, seen; /* of the same name */
	int fd;
};

static bool
is_called(const struct xj_child *child, const struct xj_doc *member)
{
	const char *raw = child->raw ? child->raw : child->name;
	size_t len = child->raw ? child->raw_len : strlen(child->name);

	return len == member->name_raw_len &&
	       memcmp(raw, member->name_raw, len) == 0;
}

static void
count_before(const struct original *o, struct wanted *w)
{
	const struct xj_doc *m = w->member, *d;

	for (size_t i = 0; i < o->record.member_count; i++) {
		d = &o->record.members[i].doc;
		w->before += d->parent == m->parent && d->ordinal > 0 &&
			d->ordinal < m->ordinal &&
			d->name_raw_len == m->name_raw_len &&
			memcmp(d->name_raw, m->name_raw,
			       m->name_raw_len) == 0;
	}
}

static int
keep_child(void *ctx, const struct xj_import_child *child)
{
	struct wanted *w = ctx;

	if (!is_called(&child->info, w->member) ||
	    w->seen++ != w->before || child->fd < 0) {
		if (child->fd >= 0)
			close(child->fd);
		return XJ_OK;
	}
	w->fd = child->fd;
	return XJ_ECANCELLED; /* enough */
}

static bool
is_locked(const struct original *o, const struct xj_doc *container)
{
	const struct xj_record *rec = xj_members_find(o->members,
						      container->id);

	return rec && (rec->unlocked ||
		       strcmp(container->outcome, "encrypted") == 0);
}

/* Take one member out of the bytes of its container. */
static int
take_out(struct original *o, const struct xj_doc *container, int fd,
	 const struct xj_doc *member, int *out)
{
	static const struct xj_sink sink = { .child = keep_child };
	struct wanted w = { .member = member, .fd = -1 };
	struct xj_import_result res;
	struct xj_importers *importers;
	int r = xj_archive_importers(o->archive, &importers, o->err);

	if (r < 0)
		return r;
	count_before(o, &w);
	r = xj_import_run(importers, &(struct xj_import_source){
		.fd = fd, .size = container->size,
		.name = xj_path_base(container->name),
		.importer = container->importer,
		.password = o->password,
	}, &sink, &w, &res, o->err);
	*out = w.fd;
	if (w.fd >= 0)
		return XJ_OK;
	if (r == XJ_OK && is_locked(o, container))
		return xj_error_set(o->err, XJ_EPERM, o->password ?
				    N_("the password does not open document "
				       "%llu") :
				    N_("document %llu is encrypted: what is "
				       "inside it needs its password"),
				    (unsigned long long)container->id);
	return r < 0 ? r : xj_error_set(o->err, XJ_ECORRUPT, "%s: cannot be "
					"taken out of %s any more%s%s",
					member->name, container->name,
					res.reason[0] ? ": " : "", res.reason);
}

static int
original_open(struct original *o, const struct xj_record *rec, int *fd)
{
	xj_auto(xj_closep) int outer = -1;
	const struct xj_record *up;
	int r;

	if (rec == &o->record)
		return xj_object_file_open(o->object, rec->doc.version,
					   rec->logical, fd, NULL, o->err);
	if (!rec->doc.ordinal)
		return not_there(o, &rec->doc);
	up = xj_members_find(o->members, rec->doc.parent);
	r = original_open(o, up, &outer);
	return r < 0 ? r : take_out(o, &up->doc, outer, &rec->doc, fd);
}

static int
copy_checked(int from, int to, const unsigned char sha512[64],
	     struct xj_error *err)
{
	xj_auto(xj_digest_freep) struct xj_digest *digest = NULL;
	unsigned char found[XJ_DIGEST_MAX];
	char buf[COPY_SIZE];
	uint64_t off = 0;
	ssize_t n = 0;
	int r = xj_digest_new(XJ_SHA512, &digest, err);

	while (r == XJ_OK &&
	       (n = xj_pread_all(from, buf, sizeof(buf), off)) > 0) {
		xj_digest_add(digest, buf, (size_t)n);
		r = xj_write_all(to, buf, (size_t)n, err);
		off += (uint64_t)n;
	}
	if (r == XJ_OK && n < 0)
		r = xj_error_errno(err, "original");
	if (r < 0)
		return r;
	xj_digest_end(digest, found);
	return memcmp(found, sha512, 64) == 0 ? XJ_OK :
		xj_error_set(err, XJ_ECORRUPT, "the stored bytes are damaged: "
			     "their sha512 is another");
}

/* A share may be for reading alone. */
static int
may_download(struct xj_document *d, struct xj_error *err)
{
	unsigned long long id = d->doc.id;
	bool may = true;
	int r = XJ_OK;

	if (xj_archive_reader(d->archive))
		r = xj_catalog_may_download(d->archive->catalog, d->doc.root,
					    &may, err);
	if (r < 0 || may)
		return r;
	return xj_error_set(err, XJ_EPERM, "document %llu is yours to read, "
			    "not to download (`xueji request %llu` asks for "
			    "that)", id, id);
}

int
xj_document_get(struct xj_document *d, unsigned version, int fd,
		struct xj_error *err)
{
	int r = d->doc.state == XJ_DOC_PURGED ? XJ_OK : may_download(d, err);

	return r < 0 ? r : xj_document_bytes(d, version, fd, err);
}

int
xj_document_bytes(struct xj_document *d, unsigned version, int fd,
		  struct xj_error *err)
{
	xj_auto(original_end) struct original o = { .archive = d->archive,
		.password = d->password, .err = err };
	unsigned long long id = d->doc.id;
	xj_auto(xj_closep) int from = -1;
	int r = XJ_OK;

	if (d->doc.state == XJ_DOC_PURGED)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu was "
				    "purged: its bytes are gone", id);
	if (version > d->doc.version)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu has "
				    "%u versions", id, d->doc.version);
	if (!d->unsealed)
		r = xj_quarantine_sealed(d->archive, d->doc.id, err);
	if (r == XJ_OK)
		r = original_find(&o, &d->doc, version);
	if (r == XJ_OK)
		r = original_open(&o, o.target, &from);
	if (r == XJ_OK)
		r = copy_checked(from, fd, o.target->doc.sha512, err);
	if (r == XJ_ECORRUPT)
		return xj_error_wrap(err, r, "document %llu (`xueji verify "
				     "%llu` says more)", id, id);
	return r;
}

/* The file of a version that is neither record nor members; NULL: purged. */
static const char *
original_at(const struct xj_object *object, unsigned version)
{
	const char *name;

	for (size_t i = 0; (name = xj_object_file_at(object, version, i)); i++)
		if (strcmp(name, XJ_RECORD_FILE) != 0 &&
		    strcmp(name, XJ_MEMBERS_FILE) != 0)
			return name;
	return NULL;
}

static int
tell_version(struct original *o, unsigned n, const char *name,
	     const unsigned char digest[64], xj_bytes_version_fn fn, void *ctx)
{
	xj_auto(xj_closep) int fd = -1;
	struct xj_bytes_version v = { .version = n };
	struct xj_version_info info;
	char sha512[2 * 64 + 1];
	int r = xj_object_version_info(o->object, n, &info, o->err);

	if (r == XJ_OK)
		r = xj_object_file_open(o->object, n, name, &fd, &v.size,
					o->err);
	if (r < 0)
		return r;
	xj_hex(digest, 64, sha512);
	v.at = info.created;
	v.user = info.user;
	v.sha512 = sha512;
	return fn(ctx, &v);
}

static int
tell_versions(struct original *o, xj_bytes_version_fn fn, void *ctx)
{
	unsigned char before[64] = { 0 }, digest[64];
	int r = XJ_OK;

	for (unsigned n = 1; n <= o->record.doc.version && r == XJ_OK; n++) {
		const char *name = original_at(o->object, n);

		if (!name)
			continue;
		r = xj_object_file_digest(o->object, n, name, digest, o->err);
		if (r == XJ_OK && memcmp(digest, before, sizeof(digest)) != 0)
			r = tell_version(o, n, name, digest, fn, ctx);
		memcpy(before, digest, sizeof(digest));
	}
	return r;
}

int
xj_document_versions(struct xj_document *d, xj_bytes_version_fn fn, void *ctx,
		     struct xj_error *err)
{
	xj_auto(original_end) struct original o = { .archive = d->archive,
						    .err = err };
	int r = may_download(d, err);

	if (r < 0 || d->doc.parent || d->doc.state == XJ_DOC_PURGED)
		return r;
	if (!d->unsealed)
		r = xj_quarantine_sealed(d->archive, d->doc.id, err);
	if (r == XJ_OK)
		r = original_find(&o, &d->doc, 0);
	if (r == XJ_OK && d->doc.version > 1)
		r = may_see_older(&o, &d->doc);
	return r < 0 ? r : tell_versions(&o, fn, ctx);
}

int
xj_original_open(struct xj_archive *a, const struct xj_doc *doc,
		 const char *password, int *fd, struct xj_error *err)
{
	xj_auto(original_end) struct original o = { .archive = a,
		.password = password, .err = err };
	int r = original_find(&o, doc, 0);

	return r < 0 ? r : original_open(&o, o.target, fd);
}

/* ---------------------------------------------------------------- history */

struct telling {
	xj_history_fn fn;
	void *ctx;
};

static int
tell_event(void *ctx, const struct xj_event *e)
{
	struct telling *t = ctx;

	return t->fn(t->ctx, &(struct xj_history_entry){
		.document = e->document, .version = e->version, .at = e->at,
		.user = e->user, .verb = e->verb, .detail = e->detail,
	});
}

int
xj_history(struct xj_archive *a, const struct xj_document *document,
	   uint64_t limit, xj_history_fn fn, void *ctx, struct xj_error *err)
{
	struct telling t = { fn, ctx };

	return xj_catalog_events(a->catalog, document ? document->doc.id : 0,
				 limit, tell_event, &t, err);
}

/* ------------------------------------------------------------------- list */

static int
filter_number(const char *key, const char *value, uint64_t *out,
	      struct xj_error *err)
{
	char *end;

	errno = 0;
	*out = strtoull(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end || errno)
		return xj_error_set(err, XJ_EINVAL, "%s:%s: a number is "
				    "expected", key, value);
	return XJ_OK;
}

static int
filter_is(const char *value, struct xj_doc_filter *f, struct xj_error *err)
{
	static const char *const outcomes[] = {
		"ok", "partial", "encrypted", "corrupt", "unsupported",
		"limit", "crashed",
	};

	if (strcmp(value, "removed") == 0) {
		f->removed = true;
		return XJ_OK;
	}
	if (strcmp(value, "ocr") == 0) {
		f->ocr = true;
		return XJ_OK;
	}
	if (strcmp(value, "purged") == 0) {
		f->purged = true;
		return XJ_OK;
	}
	for (size_t i = 0; i < XJ_COUNT(outcomes); i++)
		if (strcmp(outcomes[i], value) == 0) {
			f->outcome = outcomes[i];
			return XJ_OK;
		}
	return xj_error_set(err, XJ_EINVAL, "is:%s: there are ok, partial, "
			    "encrypted, corrupt, unsupported, limit, crashed, "
			    "ocr, removed, purged", value);
}

/* "2009", "2009..2011", "2009..", "..2011". */
static int
filter_year(const char *value, struct xj_doc_filter *f, struct xj_error *err)
{
	size_t from = strspn(value, "0123456789"), to = 0;
	bool dots = strncmp(value + from, "..", 2) == 0;

	if (dots)
		to = strspn(value + from + 2, "0123456789");
	f->year = value;
	if ((from == 4 || (from == 0 && to == 4)) && (to == 4 || to == 0) &&
	    value[from + (dots ? 2 : 0) + to] == '\0')
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "year:%s: 2009, 2009..2011, "
			    "2009.. or ..2011 is expected", value);
}

static int
filter_word(const char *key, const char *value, struct xj_doc_filter *f,
	    struct xj_error *err)
{
	const struct {
		const char *key;
		const char **into;
	} words[] = {
		{ "kind", &f->kind }, { "type", &f->type },
		{ "creator", &f->creator }, { "author", &f->creator },
		{ "title", &f->title }, { "outcome", &f->outcome },
	};

	if (strcmp(key, "kind") == 0 && !xj_kind_valid(value))
		return xj_error_set(err, XJ_EINVAL, "kind=%s: no such kind; "
				    "there are %s", value, xj_kind_list());
	if (strcmp(key, "is") == 0)
		return filter_is(value, f, err);
	if (strcmp(key, "topic") == 0 || strcmp(key, "area") == 0) {
		f->topics = value; /* a name as yet */
		return XJ_OK;
	}
	if (strcmp(key, "unit") == 0) {
		f->units = value; /* the same */
		return XJ_OK;
	}
	if (strcmp(key, "year") == 0)
		return filter_year(value, f, err);
	if (strcmp(key, "in") == 0)
		return filter_number(key, value, &f->root, err);
	if (strcmp(key, "same") == 0)
		return filter_number(key, value, &f->same, err);
	if (strcmp(key, "accession") == 0)
		return filter_number(key, value, &f->accession, err);
	for (size_t i = 0; i < XJ_COUNT(words); i++)
		if (strcmp(words[i].key, key) == 0) {
			*words[i].into = value;
			return XJ_OK;
		}
	return xj_error_set(err, XJ_EINVAL, "%s: no such filter; there are "
			    "kind: type: year: creator: title: topic: unit: is: "
			    "in: same: accession:", key);
}

/* The next word of a filter, quotes kept together; NULL at the end. */
static char *
next_word(char **rest)
{
	char *p = *rest + strspn(*rest, " \t"), *out = p, *word = p;
	bool quoted = false;

	if (!*p)
		return NULL;
	for (; *p && (quoted || (*p != ' ' && *p != '\t')); p++) {
		if (*p == '"')
			quoted = !quoted;
		else
			*out++ = *p;
	}
	*rest = *p ? p + 1 : p;
	*out = '\0';
	return word;
}

/* Words without a key are part of the title; they go to `title`. */
static int
parse_filter(char *text, struct xj_doc_filter *f, struct xj_buf *title,
	     struct xj_error *err)
{
	char *word;
	int r = XJ_OK;

	while (r == XJ_OK && (word = next_word(&text))) {
		char *colon = strchr(word, ':');

		if (!colon) {
			xj_buf_addf(title, "%s%s", title->len ? " " : "", word);
			continue;
		}
		*colon = '\0';
		r = filter_word(word, colon + 1, f, err);
	}
	if (title->len && !f->title)
		f->title = title->data;
	return r < 0 ? r : xj_buf_check(title, err);
}

static int
parse_sort(const char *sort, struct xj_doc_filter *f, struct xj_error *err)
{
	const char *name = sort ? sort : "id";

	f->descending = *name == '-';
	name += f->descending;
	if (strcmp(name, "id") == 0)
		f->order = XJ_LIST_ID;
	else if (strcmp(name, "date") == 0)
		f->order = XJ_LIST_DATE;
	else if (strcmp(name, "title") == 0)
		f->order = XJ_LIST_TITLE;
	else
		return xj_error_set(err, XJ_EINVAL, "sort %s: id, date or "
				    "title is expected, with - in front for "
				    "the other way round", name);
	return XJ_OK;
}

struct listing {
	struct xj_archive *archive;
	xj_document_fn fn;
	void *ctx;
	struct xj_error *err;
};

static int
list_one(void *ctx, const struct xj_doc *doc)
{
	struct listing *l = ctx;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_document_info info;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(l->err);
	r = xj_info_from_doc(l->archive, arena, doc, &info, l->err);
	return r < 0 ? r : l->fn(l->ctx, &info);
}

int
xj_list_filtered(struct xj_archive *a, const struct xj_doc_filter *filter,
		 xj_document_fn fn, void *ctx, struct xj_error *err)
{
	struct listing l = { .archive = a, .fn = fn, .ctx = ctx, .err = err };

	return xj_catalog_list(a->catalog, filter, list_one, &l, err);
}

int
xj_list(struct xj_archive *a, const struct xj_list_options *options,
	uint64_t *total, xj_document_fn fn, void *ctx, struct xj_error *err)
{
	static const struct xj_list_options standard;
	const struct xj_list_options *o = options ? options : &standard;
	struct xj_doc_filter f = { .top_only = o->top_only,
		.offset = o->offset, .limit = o->limit };
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf title = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf topics = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf units = XJ_BUF_INIT;
	int r;

	xj_buf_adds(&text, o->filter ? o->filter : "");
	if ((r = xj_buf_check(&text, err)) < 0)
		return r;
	if (text.data && (r = parse_filter(text.data, &f, &title, err)) < 0)
		return r;
	if (f.topics && (r = xj_topics_borne(a, f.topics, &topics, err)) < 0)
		return r;
	f.topics = topics.data;
	xj_buf_addc(&units, ',');
	if (f.units && (r = xj_units_meant(a, f.units, &units, err)) < 0)
		return r;
	if (f.units)
		f.units = xj_buf_str(&units);
	if ((r = parse_sort(o->sort, &f, err)) < 0)
		return r;
	if (total && (r = xj_catalog_count(a->catalog, &f, total, err)) < 0)
		return r;
	return xj_list_filtered(a, &f, fn, ctx, err);
}
