/* publish.c - write the index of what others may find, as one file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/fields.h"
#include "library/indexer.h"
#include "library/json-put.h"
#include "library/remote.h"
#include "library/rights.h"
#include "library/search.h"
#include "library/suggest.h"

#define SEGMENT "segment"
#define PACKED "packed"

struct publishing {
	struct xj_archive *archive;
	const struct xj_publish_options *options;
	struct xj_terms_maker *maker;
	struct xj_segment *segment;
	struct xj_arena *arena;      /* of the document in hand */
	struct xj_buf row, data, chunk, packed;
	struct xj_counted *terms;
	size_t term_cap;
	uint64_t done, total;
	struct xj_published *result;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

void
xj_published_key(uint64_t id, unsigned number, char key[XJ_PUBLISHED_KEY_MAX])
{
	snprintf(key, XJ_PUBLISHED_KEY_MAX, "t%llu.%u",
		 (unsigned long long)id, number);
}

/* ------------------------------------------------------- what a hit shows */

/* The names from the outermost to this one. Of the first, which is the path
 * that it was added under, only the last part: folders are nobody's business. */
static int
put_path(struct publishing *p, const struct xj_doc *doc, struct xj_error *err)
{
	const char *const *path;
	int r = xj_catalog_path(p->archive->catalog, doc->id, p->arena, &path,
				err);

	if (r < 0)
		return r;
	xj_put_name(&p->row, "path");
	xj_buf_addc(&p->row, '[');
	for (size_t i = 0; path[i]; i++) {
		const char *name = i ? path[i] : xj_path_base(path[i]);

		if (i)
			xj_buf_addc(&p->row, ',');
		xj_json_string(&p->row, name, strlen(name));
	}
	xj_buf_addc(&p->row, ']');
	return XJ_OK;
}

static void
put_value(struct publishing *p, const struct xj_meta_value *v)
{
	if (p->row.data[p->row.len - 1] != '[')
		xj_buf_addc(&p->row, ',');
	xj_buf_addc(&p->row, '[');
	xj_json_string(&p->row, v->element, strlen(v->element));
	xj_buf_addc(&p->row, ',');
	xj_json_string(&p->row, v->value, strlen(v->value));
	xj_buf_addc(&p->row, ']');
}

/* The values in force of what is searched; phrases are looked for in them. */
static int
put_values(struct publishing *p, const struct xj_doc *doc,
	   struct xj_error *err)
{
	const struct xj_meta_value *first = NULL;
	struct xj_meta_value *v;
	size_t count;
	int r = xj_catalog_meta(p->archive->catalog, doc->id, p->arena, &v,
				&count, err);

	if (r < 0)
		return r;
	xj_put_name(&p->row, "values");
	xj_buf_addc(&p->row, '[');
	for (size_t i = 0; i < count; i++) {
		if (!first || strcmp(first->element, v[i].element) != 0)
			first = &v[i];
		if (v[i].rank == first->rank &&
		    xj_indexed_element(v[i].element))
			put_value(p, &v[i]);
	}
	xj_buf_addc(&p->row, ']');
	return XJ_OK;
}

static int
put_row(struct publishing *p, const struct xj_doc *doc, struct xj_error *err)
{
	int r;

	xj_buf_clear(&p->row);
	xj_buf_addc(&p->row, '{');
	xj_put_text(&p->row, "urn", doc->urn);
	xj_put_text(&p->row, "title", doc->title);
	xj_put_text(&p->row, "creators", doc->creators);
	xj_put_text(&p->row, "date", doc->date);
	xj_put_text(&p->row, "kind", doc->kind);
	xj_put_text(&p->row, "type", doc->type);
	xj_put_text(&p->row, "format", doc->format);
	xj_put_text(&p->row, "language", doc->language);
	xj_put_text(&p->row, "name", doc->name);
	xj_put_number(&p->row, "size", doc->size);
	xj_put_number(&p->row, "text", doc->text_bytes);
	xj_put_number(&p->row, "pages", doc->pages);
	r = put_path(p, doc, err);
	if (r == XJ_OK)
		r = put_values(p, doc, err);
	xj_buf_addc(&p->row, '}');
	return r < 0 ? r : xj_buf_check(&p->row, err);
}

/* ------------------------------------------------------------------- text */

static int
pack_chunk(struct publishing *p, uint64_t id, unsigned number,
	   struct xj_error *err)
{
	int r;

	xj_buf_clear(&p->chunk);
	r = xj_texts_get(p->archive->texts, id, number, &p->chunk, err);
	/* What is damaged is left out, as it is of the archive's own index. */
	if (r == XJ_ENOTFOUND || r == XJ_ECORRUPT)
		return XJ_END;
	return r < 0 ? r : xj_texts_pack(p->chunk.data, p->chunk.len,
					 &p->packed, err);
}

static int
put_data(struct publishing *p, uint64_t id, struct xj_error *err)
{
	uint32_t n = (uint32_t)p->row.len;
	const char head[4] = { (char)(n >> 24), (char)(n >> 16),
			       (char)(n >> 8), (char)n };
	int r = pack_chunk(p, id, 0, err);

	xj_buf_clear(&p->data);
	xj_buf_add(&p->data, head, sizeof(head));
	xj_buf_add(&p->data, p->row.data, p->row.len);
	if (r == XJ_OK)
		xj_buf_add(&p->data, p->packed.data, p->packed.len);
	return r < 0 ? r : xj_buf_check(&p->data, err);
}

static int
put_chunks(struct publishing *p, uint64_t id, struct xj_error *err)
{
	char key[XJ_PUBLISHED_KEY_MAX];
	int r = XJ_OK;

	for (unsigned n = 1; r == XJ_OK; n++) {
		r = pack_chunk(p, id, n, err);
		xj_published_key(id, n, key);
		if (r == XJ_OK)
			r = xj_segment_fact(p->segment, key, p->packed.data,
					    p->packed.len, err);
	}
	return r < 0 ? r : XJ_OK;
}

/* ------------------------------------------------------------------ terms */

/* What means something in the archive alone, or is not asked of others. */
static bool
is_own(const struct xj_counted *t)
{
	return t->term[0] == XJ_BOOL_INSIDE || t->term[0] == XJ_SUGGEST ||
	       t->term[0] == XJ_BOOL_ACCESSION ||
	       t->term[0] == XJ_BOOL_ATOM;
}

static int
choose_terms(struct publishing *p, struct xj_index_doc *doc,
	     struct xj_error *err)
{
	size_t n = 0;

	if (p->term_cap < doc->term_count) {
		void *more = realloc(p->terms, (doc->term_count) *
				     sizeof(*p->terms));

		if (!more)
			return no_memory(err);
		p->terms = more;
		p->term_cap = doc->term_count;
	}
	for (size_t i = 0; i < doc->term_count; i++)
		if (!is_own(&doc->terms[i]))
			p->terms[n++] = doc->terms[i];
	doc->terms = p->terms;
	doc->term_count = n;
	return XJ_OK;
}

/* ------------------------------------------------------------- a document */

static int
put_document(struct publishing *p, const struct xj_doc *doc,
	     struct xj_error *err)
{
	struct xj_index_doc d;
	int r = put_row(p, doc, err);

	if (r == XJ_OK)
		r = put_data(p, doc->id, err);
	if (r == XJ_OK)
		r = xj_terms_make(p->maker, doc, &d, err);
	if (r == XJ_OK)
		r = choose_terms(p, &d, err);
	if (r < 0)
		return r;
	d.data = p->data.data;
	d.data_len = p->data.len;
	r = xj_segment_add(p->segment, &d, err);
	return r < 0 ? r : put_chunks(p, doc->id, err);
}

/*
 * Nobody asks others' readers who they are, so a document goes out only when
 * everybody may see it; or when nobody ever said who may, and it belongs to no
 * unit: an archive without units is its owner's, who publishes.
 */
static int
may_go_out(struct publishing *p, const struct xj_doc *doc, bool *may,
	   struct xj_error *err)
{
	struct xj_rights rights = { 0 };
	int r = xj_rights_load(p->archive, p->arena, doc->root, &rights, err);

	*may = rights.scope == XJ_SCOPE_PUBLIC ||
	       (rights.scope == XJ_SCOPE_NONE && !rights.owner &&
		(!doc->owner || !*doc->owner));
	return r;
}

static int
publish_one(struct publishing *p, uint64_t id, struct xj_error *err)
{
	struct xj_doc doc;
	bool may = true;
	int r;

	xj_arena_free(p->arena);
	p->arena = NULL;
	if (xj_arena_new(&p->arena) < 0)
		return no_memory(err);
	r = xj_catalog_get(p->archive->catalog, id, p->arena, &doc, err);
	if (r == XJ_ENOTFOUND || (r == XJ_OK && doc.state != XJ_DOC_LIVE))
		return XJ_OK; /* it went meanwhile */
	if (r == XJ_OK)
		r = may_go_out(p, &doc, &may, err);
	if (r == XJ_OK && may)
		r = put_document(p, &doc, err);
	if (r == XJ_OK)
		may ? p->result->documents++ : p->result->withheld++;
	return r < 0 ? xj_error_wrap(err, r, "document %llu",
				     (unsigned long long)id) : XJ_OK;
}

static void
tell(const struct publishing *p)
{
	const struct xj_watch *w = p->options->watch;

	if (w && w->progress)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "index", .done = p->done, .total = p->total });
}

static int
put_documents(struct publishing *p, const uint64_t *ids, size_t count,
	      struct xj_error *err)
{
	int r = XJ_OK;

	p->total = count;
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		if (xj_cancelled(p->options->watch))
			return xj_error_set(err, XJ_ECANCELLED,
					    "publishing was interrupted");
		r = publish_one(p, ids[i], err);
		p->done++;
		if (p->done % 16 == 0)
			tell(p);
	}
	return r;
}

static int
put_facts(struct publishing *p, const char *urn, struct xj_error *err)
{
	const char *query = p->options->query;
	char now[XJ_TIME_MAX], analyzer[16];
	const struct { const char *key, *value; } facts[] = {
		{ XJ_PUBLISHED_FORMAT, "1" },
		{ XJ_PUBLISHED_ANALYZER, analyzer },
		{ XJ_PUBLISHED_ARCHIVE, urn },
		{ XJ_PUBLISHED_TIME, now },
		{ XJ_PUBLISHED_QUERY, query ? query : "" },
	};
	int r = XJ_OK;

	xj_time_format(xj_now(), now);
	snprintf(analyzer, sizeof(analyzer), "%u", XJ_ANALYZER_VERSION);
	for (size_t i = 0; i < XJ_COUNT(facts) && r == XJ_OK; i++)
		r = xj_segment_fact(p->segment, facts[i].key, facts[i].value,
				    strlen(facts[i].value), err);
	return r;
}

/* --------------------------------------------------------------- the file */

/* Where the file is made: a folder beside it, ours alone, so that what a crash
 * left of an earlier try is found again and goes. */
struct place {
	const char *file;
	struct xj_buf dir, packed;
	int fd, lock;
};

static void
place_end(struct place *at)
{
	if (at->lock >= 0)
		xj_remove_tree(AT_FDCWD, at->dir.data, NULL);
	xj_closep(&at->fd);
	xj_closep(&at->lock);
	xj_buf_release(&at->dir);
	xj_buf_release(&at->packed);
}

/* A slip must not cost a file that is something else. */
static int
check_file(const char *file, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? XJ_OK :
		       xj_error_errno(err, "%s", file);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_size == 0 || xj_segment_is_packed(fd)))
		return XJ_OK;
	return xj_error_set(err, XJ_EEXIST, "%s: is there, and is not a "
			    "published index; choose another name", file);
}

/* What lies in the archive is the archive's, and goes with a rebuild. */
static int
check_outside(const struct xj_archive *a, const char *dir,
	      struct xj_error *err)
{
	char *path = realpath(dir, NULL);
	size_t n = strlen(a->dir);
	bool inside = path && strncmp(path, a->dir, n) == 0 &&
		      (path[n] == '/' || path[n] == '\0');

	free(path);
	return !inside ? XJ_OK : xj_error_set(err, XJ_EINVAL,
		"%s: is inside the archive; choose another place", dir);
}

static int
place_begin(struct xj_archive *a, const char *file, struct place *at,
	    struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf folder = XJ_BUF_INIT;
	const char *base = xj_path_base(file);
	int r = check_file(file, err);

	at->file = file;
	xj_buf_add(&folder, file, (size_t)(base - file));
	xj_buf_adds(&folder, base == file ? "." : "");
	if (r == XJ_OK)
		r = xj_buf_check(&folder, err);
	if (r == XJ_OK)
		r = check_outside(a, folder.data, err);
	if (r == XJ_OK)
		r = xj_dir_open(AT_FDCWD, folder.data, &at->fd, err);
	if (r < 0)
		return r;
	xj_buf_addf(&at->dir, "%s.publishing", file);
	xj_buf_addf(&at->packed, "%s.publishing/" PACKED, file);
	if ((r = xj_buf_check(&at->dir, err)) < 0 ||
	    (r = xj_buf_check(&at->packed, err)) < 0)
		return r;
	return xj_mkdirs(AT_FDCWD, at->dir.data, 0700, err);
}

static int
place_lock(struct place *at, struct xj_error *err)
{
	int r = xj_dir_open(AT_FDCWD, at->dir.data, &at->lock, err);

	if (r == XJ_OK && flock(at->lock, LOCK_EX | LOCK_NB) < 0) {
		xj_closep(&at->lock);
		return xj_error_set(err, XJ_EBUSY, "%s: another process "
				    "publishes it", at->file);
	}
	if (r == XJ_OK)
		r = xj_remove_tree(at->lock, SEGMENT, err);
	return r < 0 ? r : xj_remove_tree(at->lock, PACKED, err);
}

/* Who serves the file goes on with the old one until he opens it anew. */
static int
place_file(struct place *at, uint64_t *bytes, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = open(at->packed.data,
					 O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fsync(fd) < 0 || fstat(fd, &st) < 0 ||
	    rename(at->packed.data, at->file) < 0 || fsync(at->fd) < 0)
		return xj_error_errno(err, "%s", at->file);
	*bytes = (uint64_t)st.st_size;
	return XJ_OK;
}

/* -------------------------------------------------------------- the whole */

/* The documents of a query: it must mean what it says, since what it lets out
 * is not to be called back. */
static int
choose(struct xj_archive *a, const char *query, struct xj_arena *arena,
       uint64_t **ids, size_t *count, struct xj_error *err)
{
	int r = xj_indexer_catch_up(a, err);

	return r < 0 ? r : xj_search_exactly(a, query, arena, ids, count,
					     err);
}

static void
publishing_end(struct publishing *p)
{
	if (p->segment)
		xj_segment_drop(p->segment);
	xj_terms_maker_free(p->maker);
	xj_arena_free(p->arena);
	xj_buf_release(&p->row);
	xj_buf_release(&p->data);
	xj_buf_release(&p->chunk);
	xj_buf_release(&p->packed);
	free(p->terms);
}

static int
write_segment(struct publishing *p, const char *dir, const uint64_t *ids,
	      size_t count, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf urn = XJ_BUF_INIT;
	struct xj_segment *done;
	char tag[9];
	int r = xj_catalog_fact(p->archive->catalog, "urn", &urn, err);

	/* The first part of the UUID. */
	snprintf(tag, sizeof(tag), "%s", r == XJ_OK && urn.len > 9 ?
		 urn.data + 9 : "");
	if (r == XJ_OK)
		r = xj_terms_maker_new(p->archive, &p->maker, err);
	if (r == XJ_OK)
		r = xj_segment_new_numbered(dir, SEGMENT, tag, &p->segment,
					    err);
	if (r == XJ_OK)
		r = put_documents(p, ids, count, err);
	if (r == XJ_OK)
		r = put_facts(p, urn.data, err);
	if (r < 0)
		return r;
	done = p->segment;
	p->segment = NULL;
	return xj_segment_end(done, err);
}

int
xj_index_publish(struct xj_archive *a, const char *file,
		 const struct xj_publish_options *options,
		 struct xj_published *result, struct xj_error *err)
{
	xj_auto(publishing_end) struct publishing p = {
		.archive = a, .options = options, .result = result };
	xj_auto(place_end) struct place at = { .fd = -1, .lock = -1 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	uint64_t *ids;
	size_t count;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_may(a, XJ_DO_MACHINE, 0, NULL, err);

	*result = (struct xj_published){ 0 };
	if (r == XJ_OK)
		r = place_begin(a, file, &at, err);
	if (r == XJ_OK)
		r = place_lock(&at, err);
	if (r == XJ_OK)
		r = choose(a, options->query, arena, &ids, &count, err);
	if (r == XJ_OK)
		r = write_segment(&p, at.dir.data, ids, count, err);
	if (r == XJ_OK)
		r = xj_segment_pack(at.dir.data, SEGMENT, at.packed.data, err);
	return r < 0 ? r : place_file(&at, &result->bytes, err);
}
