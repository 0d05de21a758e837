/* seminar-build.c - the packet of a seminar as a folder, an archive, a page or PDF,
 * with what its reader sees. */
#include <stdio.h>
#include <string.h>

#include "library/packet.h"
#include "library/seminar.h"
#include "library/validity.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = xj_entity_text(object, name);

	return text ? text : "";
}

struct building {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_buf items;    /* struct xj_packet_item */
	size_t documents;
	const json_t *root;
	struct xj_error *err;
};

static int
put_item(struct building *b, struct xj_packet_item *item)
{
	xj_buf_add(&b->items, item, sizeof(*item));
	b->documents += item->document != NULL;
	return xj_buf_check(&b->items, b->err);
}

static int
put_title(struct building *b, const char *title)
{
	struct xj_packet_item item = {
		.note = xj_arena_strdup(b->arena, *title ? title :
			xj_tr(N_("a document that is not there any more"))),
	};

	return item.note ? put_item(b, &item) : no_memory(b->err);
}

static bool
has_document(const struct building *b, const char *document)
{
	const struct xj_packet_item *items = (void *)b->items.data;

	for (size_t i = 0; i < b->items.len / sizeof(*items); i++)
		if (items[i].document &&
		    strcmp(items[i].document, document) == 0)
			return true;
	return false;
}

/* The note of an item; where it does not hold any more, that first. */
static const char *
note_of(struct building *b, const struct xj_packet_line *line)
{
	const char *why = xj_validity_warns(line->status) ?
			  xj_validity_shown(line->status) : "";
	const char *by = line->replaced_by_title;

	if (!*why)
		return xj_arena_strdup(b->arena, line->note);
	if (*by)
		why = xj_arena_printf(b->arena, xj_tr(N_("%s; replaced by "
							 "“%s”")), why, by);
	return !why || !*line->note ? why :
		xj_arena_printf(b->arena, xj_tr(N_("%s. %s")), why,
				line->note);
}

/* What a search found is not put in twice. */
static int
put_document(struct building *b, uint64_t id, unsigned version,
	     const struct xj_packet_line *line)
{
	struct xj_packet_item item = { .version = version,
		.first = line->first, .last = line->last,
		.document = xj_arena_printf(b->arena, "%llu",
					    (unsigned long long)id),
		.note = note_of(b, line) };

	if (!item.document || !item.note)
		return no_memory(b->err);
	return strcmp(line->what, "document") != 0 &&
	       has_document(b, item.document) ? XJ_OK : put_item(b, &item);
}

/* A search that is not frozen gives what it finds now. */
static int
put_search(struct building *b, const struct xj_packet_line *line)
{
	const json_t *items = json_object_get(json_object_get(b->root,
						"packet"), "items");
	const json_t *item = json_array_get(items, line->number - 1), *hit;
	json_t *hits;
	int r = xj_packet_hits(b->archive, item, &hits, NULL);
	size_t i;

	if (r < 0)
		return XJ_OK; /* nothing to be found */
	json_array_foreach(hits, i, hit) {
		struct xj_doc doc;

		if (r == XJ_OK)
			r = xj_catalog_get_urn(b->archive->catalog,
					       text_of(hit, "document"),
					       b->arena, &doc, b->err);
		if (r == XJ_OK)
			r = put_document(b, doc.id, 0, line);
	}
	json_decref(hits);
	return r;
}

static int
put_line(void *ctx, const struct xj_packet_line *line)
{
	struct building *b = ctx;

	if (strcmp(line->what, "search") == 0)
		return xj_packet_is_frozen(b->root) ? XJ_OK : put_search(b, line);
	if (line->document)
		return put_document(b, line->document, line->newest ==
				    line->version ? 0 : line->version, line);
	return line->title_only || line->gone ? put_title(b, line->title)
					      : XJ_OK;
}

/* What the cover says below: when, where, who asks. */
static const char **
cover_lines(struct building *b)
{
	const char *day = text_of(b->root, "day");
	const char *until = text_of(b->root, "until");
	const char *place = text_of(b->root, "place"), *name, *login;
	const char **lines = xj_arena_alloc(b->arena, 5 * sizeof(*lines));
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	const struct xj_unit_row *unit;
	char today[XJ_DAY_MAX];
	size_t n = 0;

	xj_today(today);
	if (!lines || xj_unit_tree_load(b->archive, today, &tree, b->err) < 0)
		return NULL;
	unit = xj_unit_tree_code(&tree, text_of(b->root, "unit"));
	if (unit)
		lines[n++] = xj_arena_strdup(b->arena, unit->name);
	if (*day)
		lines[n++] = *until ? xj_arena_printf(b->arena, "%s – %s", day,
						      until)
				    : xj_arena_strdup(b->arena, day);
	if (*place)
		lines[n++] = place;
	if (*text_of(b->root, "chair") &&
	    xj_member_names(b->archive, text_of(b->root, "chair"), b->arena,
			    &login, &name, NULL) == XJ_OK && *name)
		lines[n++] = xj_arena_printf(b->arena, xj_tr(N_("chair: %s")),
					     name);
	return lines;
}

static int
build(struct building *b, const char *path,
      const struct xj_packet_options *options)
{
	const char **lines = cover_lines(b);
	int r = lines ? xj_packet_lines(b->archive, b->root, true, put_line, b,
					b->err) : no_memory(b->err);

	if (r < 0)
		return r;
	if (b->items.len == 0)
		return xj_error_set(b->err, XJ_EINVAL, "there is nothing in "
				    "the packet");
	return xj_packet_write(b->archive, &(struct xj_packet){
		.title = text_of(b->root, "title"),
		.subtitle = xj_entity_text(b->root, "question"),
		.lines = lines, .items = (void *)b->items.data,
		.count = b->items.len / sizeof(struct xj_packet_item),
	}, path, options, b->err);
}

int
xj_packet_build(struct xj_archive *a, uint64_t id, const char *path,
		const struct xj_packet_options *options, size_t *count,
		struct xj_error *err)
{
	struct building b = { .archive = a, .err = err };
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&b.arena) < 0 ? no_memory(err) :
		xj_study_read(a, &xj_seminar_kind, id, false, b.arena, &row,
			      &root, err);

	b.root = root;
	if (r == XJ_OK)
		r = build(&b, path, options);
	*count = b.documents;
	json_decref(root);
	xj_buf_release(&b.items);
	xj_arena_free(b.arena);
	return r;
}
