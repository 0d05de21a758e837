/* take.c - import a staged file and everything inside it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "library/archive.h"

/* ----------------------------------------------------------------- spool */

/*
 * Packed text on its way to text.sqlite. What one document gives stays in
 * memory up to SPOOL_MEMORY; a whole library in a zip goes to an unlinked file.
 */
#define SPOOL_MEMORY (512u * 1024)

struct xj_spool {
	int dirfd;            /* of the archive */
	int fd;               /* -1 until it is needed */
	uint64_t end;
	size_t held;          /* bytes in memory */
	struct xj_buf packed; /* scratch */
};

int
xj_spool_new(struct xj_archive *a, struct xj_spool **spool,
	     struct xj_error *err)
{
	struct xj_spool *s = calloc(1, sizeof(*s));

	if (!s)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	s->dirfd = a->fd;
	s->fd = -1;
	*spool = s;
	return XJ_OK;
}

void
xj_spool_free(struct xj_spool *s)
{
	if (!s)
		return;
	xj_closep(&s->fd);
	xj_buf_release(&s->packed);
	free(s);
}

static int
spool_to_file(struct xj_spool *s, struct xj_packed *chunk,
	      struct xj_error *err)
{
	int r;

	if (s->fd < 0)
		s->fd = openat(s->dirfd, "staging",
			       O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd < 0)
		return xj_error_errno(err, "staging: spool of extracted text");
	r = xj_write_all(s->fd, s->packed.data, s->packed.len, err);
	if (r < 0)
		return xj_error_wrap(err, r, "staging");
	chunk->at = s->end;
	s->end += s->packed.len;
	return XJ_OK;
}

/* Keep what is in `packed` as one chunk. */
static int
spool_keep(struct xj_spool *s, struct xj_arena *arena,
	   struct xj_packed *chunk, struct xj_error *err)
{
	chunk->len = (uint32_t)s->packed.len;
	if (s->held + s->packed.len > SPOOL_MEMORY)
		return spool_to_file(s, chunk, err);
	chunk->bytes = xj_arena_strndup(arena, s->packed.data, s->packed.len);
	if (!chunk->bytes)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	s->held += s->packed.len;
	return XJ_OK;
}

/* ------------------------------------------------------------ one document */

/* The tree that is being made; shared by all documents in it. */
struct take {
	struct xj_archive *archive;
	struct xj_importers *importers;
	struct xj_spool *spool;
	struct xj_arena *arena;
	const struct xj_take_source *source;
	struct xj_taken **tail; /* where the next document is hung */
	size_t count;           /* of them, the top one not counted */
	uint64_t unpacked;      /* their bytes, and what each costs besides */
	struct xj_error *err;
};

/* One document of it, while its importer runs. */
struct taking {
	struct take *take;
	struct xj_taken *doc;
	struct xj_text_writer *writer;
	struct xj_secret secret;
	size_t value_cap, chunk_cap, page_cap;
	uint32_t depth;
	uint32_t children;
};

static int
no_memory(struct take *t)
{
	return xj_error_set(t->err, XJ_ENOMEM, "out of memory");
}

/* Room for one more in an arena's array that doubles. */
static int
grow(struct take *t, void *list, size_t count, size_t *cap, size_t size)
{
	void **array = list, *more;
	size_t want = *cap ? *cap * 2 : 8;

	if (count < *cap)
		return XJ_OK;
	more = xj_arena_alloc(t->arena, want * size);
	if (!more)
		return no_memory(t);
	if (count)
		memcpy(more, *array, count * size);
	*array = more;
	*cap = want;
	return XJ_OK;
}

static int
take_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	   struct xj_error *err)
{
	struct taking *g = ctx;
	struct take *t = g->take;
	struct xj_taken *d = g->doc;
	int r = grow(t, &d->chunks, d->chunk_count, &g->chunk_cap,
		     sizeof(*d->chunks));

	(void)number;
	if (r < 0)
		return r;
	xj_buf_clear(&t->spool->packed);
	if ((r = xj_texts_pack(bytes, len, &t->spool->packed, err)) < 0)
		return r;
	return spool_keep(t->spool, t->arena, &d->chunks[d->chunk_count++],
			  err);
}

/* Pages come in order; the last one may be told of twice. */
static int
note_picture(struct taking *g, uint64_t page, enum xj_ocr_state state)
{
	struct xj_taken *d = g->doc;
	int r;

	if (d->page_count && d->pages[d->page_count - 1].page == page) {
		d->pages[d->page_count - 1].state = state;
		return XJ_OK;
	}
	r = grow(g->take, &d->pages, d->page_count, &g->page_cap,
		 sizeof(*d->pages));
	if (r == XJ_OK)
		d->pages[d->page_count++] = (struct xj_ocr_row){
			.page = page, .state = state };
	return r;
}

static int
take_text(void *ctx, const struct xj_block *block)
{
	struct taking *g = ctx;
	int r = XJ_OK;

	xj_secret_block(&g->secret, block);
	if (block->role == XJ_OCR && block->where == XJ_PAGE)
		r = note_picture(g, block->at, XJ_OCR_READ);
	return r < 0 ? r : xj_text_writer_add(g->writer, block, g->take->err);
}

#define FEW_CHARS 20u   /* as on a page with a number and a stamp */
#define MUCH_PICTURE 50u /* per cent of the page */

/* Whether the eye sees more on a page than its text says. Measured page by
 * page: a scan may stand behind a typed title. */
static bool
is_picture(const struct xj_page *p)
{
	bool bare = p->chars < FEW_CHARS && p->image_area > MUCH_PICTURE;

	return bare || (uint64_t)p->replaced * 20 > p->chars;
}

static int
take_page(void *ctx, const struct xj_page *page)
{
	return is_picture(page) ?
		note_picture(ctx, page->number, XJ_OCR_WAITS) : XJ_OK;
}

static bool
has_value(const struct xj_taken *d, const char *element)
{
	for (size_t i = 0; i < d->value_count; i++)
		if (strcmp(d->values[i].element, element) == 0)
			return true;
	return false;
}

static int
take_meta(void *ctx, const struct xj_meta *meta)
{
	struct taking *g = ctx;
	struct take *t = g->take;
	struct xj_taken *d = g->doc;
	struct xj_meta_value *v;
	const char *value = meta->value;
	size_t len = xj_found_value(meta->element, &value, meta->len);
	bool guess = meta->source && strcmp(meta->source, "guessed") == 0;
	int r;

	if (len == 0 || (guess && has_value(d, meta->element)))
		return XJ_OK;
	r = grow(t, &d->values, d->value_count, &g->value_cap,
		 sizeof(*d->values));
	if (r < 0)
		return r;
	v = &d->values[d->value_count];
	v->rank = XJ_META_EXTRACTED;
	v->element = xj_arena_strdup(t->arena, meta->element);
	v->value = xj_arena_strndup(t->arena, value, len);
	v->lang = meta->lang ? xj_arena_strdup(t->arena, meta->lang) : NULL;
	v->source = meta->source ? xj_arena_strdup(t->arena, meta->source)
				 : NULL;
	if (!v->element || !v->value)
		return no_memory(t);
	if (strcmp(v->element, "title") == 0)
		xj_secret_name(&g->secret, v->value);
	d->value_count++;
	return XJ_OK;
}

/* A mark of secrecy in the name, else on the first page or in the title. */
static int
note_mark(struct taking *g)
{
	struct xj_taken *d = g->doc;
	struct xj_secret name = { 0 };

	d->mark_in = xj_secret_name(&name, d->doc.name) ? "name" : "page";
	if (!name.mark[0] && !g->secret.mark[0])
		return XJ_OK;
	d->mark = xj_arena_strdup(g->take->arena, name.mark[0] ? name.mark :
				  g->secret.mark);
	return d->mark ? XJ_OK : no_memory(g->take);
}

static int take_one(struct take *t, struct xj_taken *d, int fd,
		    const char *mime, uint32_t depth);

static int
refuse_child(struct take *t, struct xj_taken *d, const char *outcome,
	     const char *why)
{
	struct taking g = { .take = t, .doc = d };

	d->doc.outcome = outcome;
	d->doc.reason = xj_arena_strdup(t->arena, why);
	d->doc.format = "application/octet-stream";
	return d->doc.reason ? note_mark(&g) : no_memory(t);
}

#define VALUES 8 /* room for them to begin with */

/* When the file was last changed, which dates a document that has no date. */
static int
set_modified(struct take *t, struct xj_taken *d, int64_t mtime)
{
	char day[XJ_TIME_MAX];

	d->values = xj_arena_alloc(t->arena, VALUES * sizeof(*d->values));
	if (!d->values)
		return XJ_ENOMEM;
	if (mtime <= 0) /* unknown, or of a clock that was never set */
		return XJ_OK;
	xj_time_format(mtime, day);
	day[10] = '\0';
	d->values[d->value_count++] = (struct xj_meta_value){
		.element = "modified", .rank = XJ_META_DERIVED,
		.value = xj_arena_strdup(t->arena, day),
	};
	return d->values[0].value ? XJ_OK : XJ_ENOMEM;
}

/* Hang a member behind what is there, with what its container says of it. */
static int
new_member(struct taking *g, const struct xj_child *info,
	   struct xj_taken **out)
{
	struct take *t = g->take;
	struct xj_taken *d = xj_arena_alloc(t->arena, sizeof(*d));
	const char *raw = info->raw ? info->raw : info->name;
	size_t raw_len = info->raw ? info->raw_len : strlen(info->name);

	if (!d)
		return no_memory(t);
	d->parent = g->doc;
	d->place = ++t->count;
	d->doc.name = xj_arena_strdup(t->arena, info->name);
	d->doc.name_raw = xj_arena_strndup(t->arena, raw, raw_len);
	d->doc.name_raw_len = raw_len;
	d->doc.ordinal = ++g->children;
	d->doc.size = info->size == UINT64_MAX ? 0 : info->size;
	if (!d->doc.name || !d->doc.name_raw ||
	    set_modified(t, d, info->mtime) < 0)
		return no_memory(t);
	*t->tail = d;
	t->tail = &d->next;
	*out = d;
	return XJ_OK;
}

/* A member that came damaged is partial at best. */
static int
mark_damage(struct take *t, struct xj_taken *d, const char *damage)
{
	if (!damage || strcmp(d->doc.outcome, "ok") != 0)
		return XJ_OK;
	d->doc.outcome = "partial";
	d->doc.reason = xj_arena_strdup(t->arena, damage);
	return d->doc.reason ? XJ_OK : no_memory(t);
}

/* A link or a device, or bytes that nobody can read: no document. */
static int
note_left(struct take *t, struct xj_taken *in,
	  const struct xj_import_child *child)
{
	struct xj_left *left = xj_arena_alloc(t->arena, sizeof(*left));

	if (!left)
		return no_memory(t);
	left->name = xj_arena_strdup(t->arena, child->info.name);
	left->why = xj_arena_strdup(t->arena, child->damage ? child->damage :
							     "");
	left->outcome = child->lack == XJ_CHILD_NOTHING ? "skipped" :
							  "refused";
	if (!left->name || !left->why)
		return no_memory(t);
	*(in->left ? in->left_tail : &in->left) = left;
	in->left_tail = &left->next;
	return XJ_OK;
}

/*
 * Each container keeps its own limits; but sixteen in each of sixteen in each
 * of sixteen make much of little. So all that one file holds, at any depth,
 * stays in proportion to the file.
 */
#define FREE_BYTES ((uint64_t)50 << 20) /* in whatever proportion */
#define MEMBER_BYTES 1024u              /* what an empty one counts */

static bool
out_of_proportion(struct take *t, uint64_t size)
{
	t->unpacked += size + MEMBER_BYTES;
	return t->unpacked > FREE_BYTES &&
	       t->unpacked / t->archive->config.limits.ratio > t->source->size;
}

static int
take_child(void *ctx, const struct xj_import_child *child)
{
	struct taking *g = ctx;
	struct take *t = g->take;
	struct xj_taken *d = NULL;
	char why[128];
	xj_auto(xj_closep) int fd = child->fd;
	int r;

	if (fd < 0 && child->lack != XJ_CHILD_LIMIT)
		return note_left(t, g->doc, child);
	r = new_member(g, &child->info, &d);
	if (r < 0)
		return r;
	if (fd < 0)
		return refuse_child(t, d, "limit", child->damage ?
				    child->damage : "was not taken out");
	if (g->depth >= t->archive->config.depth) {
		snprintf(why, sizeof(why), "nested deeper than %u containers "
			 "(import.depth)", t->archive->config.depth);
		return refuse_child(t, d, "limit", why);
	}
	if (out_of_proportion(t, child->info.size)) {
		snprintf(why, sizeof(why), "the whole file unpacks to more "
			 "than %u times its size (import.ratio)",
			 t->archive->config.limits.ratio);
		return refuse_child(t, d, "limit", why);
	}
	r = take_one(t, d, fd, child->info.mime, g->depth + 1);
	return r < 0 ? r : mark_damage(t, d, child->damage);
}

static const struct xj_sink sink = {
	.text = take_text,
	.meta = take_meta,
	.page = take_page,
	.child = take_child,
};

static int
note_result(struct take *t, struct xj_taken *d,
	    const struct xj_import_result *res)
{
	struct xj_doc *doc = &d->doc;

	doc->outcome = xj_import_outcome_name(res->outcome);
	doc->reason = res->reason[0] ? xj_arena_strdup(t->arena, res->reason)
				     : NULL;
	doc->importer = res->importer[0] ?
		xj_arena_strdup(t->arena, res->importer) : NULL;
	doc->importer_version = res->version[0] ?
		xj_arena_strdup(t->arena, res->version) : NULL;
	doc->format = xj_arena_strdup(t->arena, res->mime);
	doc->cpu_ms = (res->cpu_us + 500) / 1000;
	doc->pages = res->pages;
	d->memory = res->memory;
	d->keyless = res->keyless;
	return doc->format ? XJ_OK : no_memory(t);
}

static int
import_one(struct taking *g, int fd, const char *mime)
{
	struct take *t = g->take;
	struct xj_taken *d = g->doc;
	struct xj_import_result res = { 0 };
	int r = xj_text_writer_new(take_chunk, g, &g->writer, t->err);

	if (r < 0)
		return r;
	r = xj_import_run(t->importers, &(struct xj_import_source){
		.fd = fd,
		.size = d->doc.size,
		.name = xj_path_base(d->doc.name),
		.mime = mime,
		.password = t->source->password,
		.depth = g->depth,
		.accession = t->source->accession,
		.cancel = t->source->cancel,
	}, &sink, g, &res, t->err);
	if (r == XJ_OK)
		r = xj_text_writer_end(g->writer, &d->doc.text_bytes, t->err);
	xj_text_writer_free(g->writer);
	return r < 0 ? r : note_result(t, d, &res);
}

static int
take_one(struct take *t, struct xj_taken *d, int fd, const char *mime,
	 uint32_t depth)
{
	struct taking g = { .take = t, .doc = d, .depth = depth,
			    .value_cap = VALUES };

	if (d->parent) {
		uint64_t size;
		int r = xj_digest_fd(XJ_SHA512, fd, d->doc.sha512, &size,
				     t->err);
		if (r < 0)
			return r;
		d->doc.size = size;
	}
	if (d->doc.size == 0) {
		d->doc.outcome = "ok";
		d->doc.reason = "empty file";
		d->doc.format = "application/x-empty";
	} else {
		int r = import_one(&g, fd, mime);

		if (r < 0)
			return r;
	}
	return note_mark(&g);
}

/* ---------------------------------------------------------------- the tree */

static void
set_folder_kind(struct take *t, struct xj_taken *d, const char *given)
{
	const char *kind = xj_kind_of_folder(t->arena, given);

	if (kind)
		d->values[d->value_count++] = (struct xj_meta_value){
			.element = "kind", .rank = XJ_META_DERIVED,
			.value = kind,
		};
}

static int
new_top(struct take *t, struct xj_taken **out)
{
	const struct xj_take_source *s = t->source;
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;
	struct xj_taken *d = xj_arena_alloc(t->arena, sizeof(*d));

	if (s->shown)
		xj_buf_adds(&shown, s->shown);
	else
		xj_escape_shown(&shown, s->name, s->name_len);
	if (!d || xj_buf_check(&shown, NULL) < 0)
		return no_memory(t);
	d->doc.name = xj_arena_strndup(t->arena, xj_buf_str(&shown), shown.len);
	d->doc.name_raw = xj_arena_strndup(t->arena, s->name, s->name_len);
	d->doc.name_raw_len = s->name_len;
	d->doc.size = s->size;
	if (!d->doc.name || !d->doc.name_raw ||
	    set_modified(t, d, s->mtime) < 0)
		return no_memory(t);
	if (s->given)
		set_folder_kind(t, d, s->given);
	*out = d;
	return XJ_OK;
}

int
xj_take(struct xj_archive *a, struct xj_importers *importers,
	struct xj_spool *spool, struct xj_arena *arena,
	const struct xj_take_source *source, struct xj_taken **taken,
	struct xj_error *err)
{
	struct take t = {
		.archive = a, .importers = importers, .spool = spool,
		.arena = arena, .source = source, .err = err,
	};
	struct xj_taken *top = NULL;
	int r = new_top(&t, &top);

	if (r < 0)
		return r;
	t.tail = &top->next;
	if ((r = take_one(&t, top, source->fd, NULL, 0)) < 0)
		return r;
	*taken = top;
	return XJ_OK;
}

/* The bytes of a chunk, wherever they are; `buf` is scratch. */
static const char *
chunk_bytes(struct xj_spool *spool, const struct xj_packed *p,
	    struct xj_buf *buf)
{
	if (p->bytes)
		return p->bytes;
	xj_buf_clear(buf);
	if (xj_buf_reserve(buf, p->len) < 0)
		return NULL;
	return xj_pread_all(spool->fd, buf->data, p->len, p->at) ==
	       (ssize_t)p->len ? buf->data : NULL;
}

int
xj_taken_put_text(struct xj_archive *a, struct xj_spool *spool,
		  const struct xj_taken *taken, const struct xj_doc *doc,
		  struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf buf = XJ_BUF_INIT;
	int r = xj_texts_drop(a->texts, doc->id, err);

	if (doc->state == XJ_DOC_QUARANTINED)
		return r < 0 ? r : xj_catalog_set_ocr(a->catalog, doc->id,
						      NULL, 0, err);
	for (size_t i = 0; i < taken->chunk_count && r == XJ_OK; i++) {
		const struct xj_packed *p = &taken->chunks[i];
		const char *bytes = chunk_bytes(spool, p, &buf);

		if (!bytes)
			return xj_error_errno(err, "spool of extracted text");
		r = xj_texts_put(a->texts, doc->id, (unsigned)i, bytes,
				 p->len, err);
	}
	return r < 0 ? r : xj_catalog_set_ocr(a->catalog, doc->id,
					      taken->pages, taken->page_count,
					      err);
}

/* One chunk; past the last, both must have none. */
static int
same_chunk(struct xj_archive *a, struct xj_spool *spool,
	   const struct xj_taken *taken, uint64_t id, size_t number,
	   bool *same, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf stored = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf buf = XJ_BUF_INIT;
	const struct xj_packed *p = &taken->chunks[number];
	const char *bytes;
	int r = xj_texts_get(a->texts, id, (unsigned)number, &stored, err);

	*same = false;
	if (r == XJ_ENOTFOUND || number == taken->chunk_count) {
		*same = r == XJ_ENOTFOUND && number == taken->chunk_count;
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	}
	if (r == XJ_OK) /* the same bytes are packed the same */
		r = xj_texts_pack(stored.data, stored.len, &packed, err);
	if (r < 0)
		return r;
	if (!(bytes = chunk_bytes(spool, p, &buf)))
		return xj_error_errno(err, "spool of extracted text");
	*same = packed.len == p->len &&
		memcmp(packed.data, bytes, packed.len) == 0;
	return XJ_OK;
}

int
xj_taken_same_text(struct xj_archive *a, struct xj_spool *spool,
		   const struct xj_taken *taken, const struct xj_doc *doc,
		   bool *same, struct xj_error *err)
{
	int r = XJ_OK;

	*same = true;
	if (doc->state == XJ_DOC_QUARANTINED)
		return XJ_OK; /* none is stored */
	for (size_t i = 0; i <= taken->chunk_count && r == XJ_OK && *same; i++)
		r = same_chunk(a, spool, taken, doc->id, i, same, err);
	return r;
}
