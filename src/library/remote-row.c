/*
 * remote-row.c - documents of other archives as a search looks at them: what
 * their published indexes say of them. None of it is to be believed.
 */
#include <stdlib.h>
#include <string.h>

#include "library/remote.h"

#define ROW_MAX (256u << 10)   /* bytes of JSON */
#define CHUNK_MAX (8u << 20)   /* of text; ours have about 32 KiB */
#define AT_ONCE 64u            /* documents asked for together */

struct row {
	uint64_t id;
	bool there;
	struct xj_doc doc;
	const char **path;
	struct xj_meta_value *values;
	size_t value_count;
	const char *chunk;         /* the first of its text, packed */
	size_t chunk_len;
};

struct xj_remote_rows {
	struct xj_arena *arena;
	struct row *list;
	size_t count, cap;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

void
xj_remote_rows_free(struct xj_remote_rows *rows)
{
	if (!rows)
		return;
	xj_arena_free(rows->arena);
	free(rows->list);
	free(rows);
}

static struct row *
find(const struct xj_remote_rows *rows, uint64_t id)
{
	for (size_t i = rows ? rows->count : 0; i > 0; i--)
		if (rows->list[i - 1].id == id)
			return &rows->list[i - 1];
	return NULL;
}

/* ----------------------------------------------------------------- reading */

static const char *
text(struct xj_arena *arena, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? xj_arena_strdup(arena, s) : NULL;
}

static uint64_t
number(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n > 0 ? (uint64_t)n : 0;
}

static const char **
read_path(struct xj_arena *arena, const json_t *list, const char *name)
{
	size_t n = json_array_size(list), k = 0;
	const char **path = xj_arena_alloc(arena, (n + 2) * sizeof(*path));

	for (size_t i = 0; path && i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s)
			path[k++] = xj_arena_strdup(arena, s);
	}
	if (path && k == 0)
		path[0] = name ? name : "";
	return path;
}

static void
read_values(struct xj_arena *arena, const json_t *list, struct row *row)
{
	size_t n = json_array_size(list);

	row->values = xj_arena_alloc(arena, (n + 1) * sizeof(*row->values));
	for (size_t i = 0; row->values && i < n; i++) {
		const json_t *pair = json_array_get(list, i);
		const char *element = json_string_value(
			json_array_get(pair, 0));
		const char *value = json_string_value(json_array_get(pair, 1));
		struct xj_meta_value *v = &row->values[row->value_count];

		if (!element || !value)
			continue;
		v->element = xj_arena_strdup(arena, element);
		v->value = xj_arena_strdup(arena, value);
		row->value_count += v->element && v->value;
	}
}

static void
read_row(struct xj_arena *arena, const json_t *o, struct row *row)
{
	row->doc = (struct xj_doc){
		.id = row->id, .urn = text(arena, o, "urn"),
		.title = text(arena, o, "title"),
		.creators = text(arena, o, "creators"),
		.date = text(arena, o, "date"), .kind = text(arena, o, "kind"),
		.type = text(arena, o, "type"),
		.format = text(arena, o, "format"),
		.language = text(arena, o, "language"),
		.name = text(arena, o, "name"), .size = number(o, "size"),
		.text_bytes = number(o, "text"),
		.pages = (uint32_t)number(o, "pages"), .outcome = "ok",
		.state = XJ_DOC_LIVE, .version = 1,
	};
	row->path = read_path(arena, json_object_get(o, "path"),
			      row->doc.name);
	read_values(arena, json_object_get(o, "values"), row);
}

/* A document of which nothing can be understood is not there. */
static void
take_apart(struct xj_arena *arena, const unsigned char *data, size_t len,
	   struct row *row)
{
	size_t n = len < 4 ? 0 : (size_t)data[0] << 24 | (size_t)data[1] << 16 |
		   (size_t)data[2] << 8 | data[3];
	json_t *o = n == 0 || n > ROW_MAX || n > len - 4 ? NULL :
		json_loadb((const char *)data + 4, n, 0, NULL);

	if (!json_is_object(o)) {
		json_decref(o);
		return;
	}
	read_row(arena, o, row);
	json_decref(o);
	row->chunk_len = len - 4 - n;
	row->chunk = xj_arena_strndup(arena, (const char *)data + 4 + n,
				      row->chunk_len);
	row->there = row->path && row->values && row->chunk;
}

struct taking {
	struct xj_remote_rows *rows;
	const uint64_t *ids;
};

static int
take(void *ctx, size_t i, const void *data, size_t len, struct xj_error *err)
{
	struct taking *t = ctx;
	struct xj_remote_rows *rows = t->rows;

	if (rows->count == rows->cap) {
		size_t cap = rows->cap ? 2 * rows->cap : AT_ONCE;
		void *more = realloc(rows->list, cap * sizeof(*rows->list));

		if (!more)
			return no_memory(err);
		rows->list = more;
		rows->cap = cap;
	}
	rows->list[rows->count] = (struct row){ .id = t->ids[i] };
	if (data)
		take_apart(rows->arena, data, len, &rows->list[rows->count]);
	rows->count++;
	return XJ_OK;
}

static int
begin_rows(struct xj_archive *a, struct xj_remote_rows **rows,
	   struct xj_error *err)
{
	struct xj_remote_rows **kept = xj_remotes_rows(a);

	if (!*kept) {
		*kept = calloc(1, sizeof(**kept));
		if (!*kept || xj_arena_new(&(*kept)->arena) < 0) {
			free(*kept);
			*kept = NULL;
			return no_memory(err);
		}
	}
	*rows = *kept;
	return XJ_OK;
}

/* Read those that were not read yet, many at once. */
int
xj_remote_rows(struct xj_archive *a, const uint64_t *ids, size_t count,
	       struct xj_error *err)
{
	uint64_t wanted[AT_ONCE];
	struct taking t = { .ids = wanted };
	size_t n = 0;
	int r = begin_rows(a, &t.rows, err);

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		if (XJ_ID_IS_REMOTE(ids[i]) && !find(t.rows, ids[i]))
			wanted[n++] = ids[i];
		if (n == 0 || (n < AT_ONCE && i + 1 < count))
			continue;
		r = xj_index_data(xj_remotes_index(a), wanted, n, take, &t,
				  err);
		n = 0;
	}
	return r;
}

static int
get_row(struct xj_archive *a, uint64_t id, const struct row **row,
	struct xj_error *err)
{
	int r = xj_remote_rows(a, &id, 1, err);

	*row = NULL;
	if (r == XJ_OK) {
		*row = find(*xj_remotes_rows(a), id);
		if (*row && !(*row)->there)
			*row = NULL;
	}
	return r < 0 || *row ? r : XJ_ENOTFOUND;
}

/* --------------------------------------------------- of this and of others */

int
xj_found_rows(struct xj_archive *a, const uint64_t *ids, size_t count,
	      struct xj_arena *arena, struct xj_doc *rows,
	      struct xj_error *err)
{
	int r = xj_catalog_get_many(a->catalog, ids, count, arena, rows, err);

	if (r < 0 || !xj_remotes_index(a))
		return r;
	r = xj_remote_rows(a, ids, count, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		if (XJ_ID_IS_REMOTE(ids[i])) {
			const struct row *row = find(*xj_remotes_rows(a),
						     ids[i]);

			rows[i] = row && row->there ? row->doc :
				  (struct xj_doc){ 0 };
		}
	return r;
}

static int
unpack(const void *packed, size_t len, struct xj_buf *chunk,
       struct xj_error *err)
{
	return len == 0 ? XJ_ENOTFOUND :
	       xj_texts_unpack(packed, len, CHUNK_MAX, chunk, err);
}

int
xj_found_text(struct xj_archive *a, uint64_t id, unsigned number_of,
	      struct xj_buf *chunk, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;
	char key[XJ_PUBLISHED_KEY_MAX];
	const struct row *row;
	int r;

	if (!XJ_ID_IS_REMOTE(id))
		return xj_texts_get(a->texts, id, number_of, chunk, err);
	r = get_row(a, id, &row, err);
	if (r < 0)
		return r;
	if (number_of == 0)
		return unpack(row->chunk, row->chunk_len, chunk, err);
	xj_published_key(XJ_ID_NUMBER(id), number_of, key);
	r = xj_index_fact(xj_remotes_index(a), XJ_ID_REMOTE(id), key, &packed,
			  err);
	return r < 0 ? r : unpack(packed.data, packed.len, chunk, err);
}

int
xj_found_meta(struct xj_archive *a, uint64_t id, struct xj_arena *arena,
	      struct xj_meta_value **values, size_t *count,
	      struct xj_error *err)
{
	const struct row *row;
	int r;

	if (!XJ_ID_IS_REMOTE(id))
		return xj_catalog_meta(a->catalog, id, arena, values, count,
				       err);
	r = get_row(a, id, &row, err);
	if (r < 0)
		return r;
	*values = row->values;
	*count = row->value_count;
	return XJ_OK;
}

/* The rows end with the next search, and hits may be kept longer. */
static const char *
copy(struct xj_arena *arena, const char *s, bool *failed)
{
	const char *c = xj_arena_strdup(arena, s ? s : "");

	*failed |= !c;
	return c;
}

static int
remote_info(struct xj_arena *arena, const struct row *row,
	    struct xj_document_info *info, struct xj_error *err)
{
	const struct xj_doc *d = &row->doc;
	const char **path;
	size_t n = 0;
	bool failed = false;

	while (row->path[n])
		n++;
	path = xj_arena_alloc(arena, (n + 1) * sizeof(*path));
	for (size_t i = 0; path && i < n; i++)
		path[i] = copy(arena, row->path[i], &failed);
	*info = (struct xj_document_info){
		.urn = copy(arena, d->urn, &failed),
		.title = copy(arena, d->title, &failed),
		.kind = copy(arena, d->kind, &failed),
		.type = copy(arena, d->type, &failed),
		.format = copy(arena, d->format, &failed),
		.date = copy(arena, d->date, &failed),
		.creators = copy(arena, d->creators, &failed),
		.language = copy(arena, d->language, &failed),
		.name = copy(arena, d->name, &failed), .path = path,
		.size = d->size, .text_bytes = d->text_bytes, .sha512 = "",
		.version = d->version, .outcome = "ok", .reason = "",
		.importer = "", .importer_version = "", .pages = d->pages,
	};
	return failed || !path ? no_memory(err) : XJ_OK;
}

int
xj_found_info(struct xj_archive *a, struct xj_arena *arena,
	      const struct xj_doc *doc, struct xj_document_info *info,
	      struct xj_error *err)
{
	const struct row *row;
	int r;

	if (!XJ_ID_IS_REMOTE(doc->id))
		return xj_info_from_doc(a, arena, doc, info, err);
	r = get_row(a, doc->id, &row, err);
	return r < 0 ? r : remote_info(arena, row, info, err);
}
