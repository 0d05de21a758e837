/*
 * packet-text.c - the text of a document as a packet has it: of one version,
 * of some pages, paragraph by paragraph. The text of an older version is read
 * from its bytes again.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "library/packet.h"

struct paragraphs {
	struct xj_packing *packing;
	const struct xj_picked *item;
	xj_text_part_fn fn;
	void *ctx;
	struct xj_buf text;       /* of the paragraph in hand */
	struct xj_text_part part; /* its place; `where` NULL: none */
	bool begun;               /* something was given */
};

/* A document's own title at its top: the packet has set it already. */
static bool
is_title(const struct paragraphs *g, const struct xj_text_part *part)
{
	return !g->begun && strlen(g->item->title) == part->len &&
	       memcmp(part->text, g->item->title, part->len) == 0;
}

static int
give(struct paragraphs *g)
{
	struct xj_text_part part = g->part;
	int r = XJ_OK;

	part.text = xj_buf_str(&g->text);
	part.len = g->text.len;
	part.more = false;
	if (g->text.failed)
		return XJ_ENOMEM;
	if (g->part.where != NULL && part.len > 0 && !is_title(g, &part))
		r = g->fn(g->ctx, &part);
	g->begun |= part.len > 0;
	xj_buf_clear(&g->text);
	g->part.where = NULL;
	return r;
}

/* Slides, sheets and chapters are asked for as pages are. */
static bool
is_counted(const struct xj_text_part *part)
{
	return strcmp(part->where, "page") == 0 ||
	       strcmp(part->where, "part") == 0;
}

static bool
is_wanted(const struct xj_picked *item, const struct xj_text_part *part)
{
	const struct xj_packet_item *asked = item->asked;

	if (strcmp(part->role, "header") == 0 ||
	    strcmp(part->role, "hidden") == 0)
		return false;
	if (!is_counted(part))
		return true;
	return part->at >= asked->first &&
	       (asked->last == 0 || part->at <= asked->last);
}

static int
take_part(void *ctx, const struct xj_text_part *part)
{
	struct paragraphs *g = ctx;
	int r = part->more ? XJ_OK : give(g);

	if (r != XJ_OK || !is_wanted(g->item, part))
		return r;
	if (g->part.where == NULL)
		g->part = *part;
	xj_buf_add(&g->text, part->text, part->len);
	return g->text.failed ? XJ_ENOMEM : XJ_OK;
}

/* Labels and the like are lent for the call alone, and nobody here wants
 * them. */
static int
take_lent(void *ctx, const struct xj_text_part *part)
{
	struct xj_text_part own = *part;

	own.label = NULL;
	return take_part(ctx, &own);
}

/* ----------------------------------------------------------- older versions */

static int
take_block(void *ctx, const struct xj_block *b)
{
	return take_part(ctx, &(struct xj_text_part){
		.text = b->text, .len = b->len, .role = xj_role_name(b->role),
		.level = b->level, .where = xj_place_name(b->where),
		.at = b->at, .more = b->more != 0,
	});
}

static int
drop_child(void *ctx, const struct xj_import_child *child)
{
	(void)ctx;
	if (child->fd >= 0)
		close(child->fd);
	return XJ_OK;
}

static int
read_again(struct paragraphs *g, struct xj_error *err)
{
	static const struct xj_sink sink = { .text = take_block,
					     .child = drop_child };
	struct xj_archive *a = g->packing->archive;
	xj_auto(xj_closep) int fd = memfd_create("version", MFD_CLOEXEC);
	struct xj_importers *importers;
	struct xj_import_result result;
	int r;

	if (fd < 0)
		return xj_error_errno(err, "%s", g->item->info->name);
	r = xj_document_bytes(g->item->document, (unsigned)g->item->version,
			      fd, err);
	if (r == XJ_OK)
		r = xj_archive_importers(a, &importers, err);
	if (r != XJ_OK)
		return r;
	return xj_import_run(importers, &(struct xj_import_source){
		.fd = fd, .size = (uint64_t)lseek(fd, 0, SEEK_END),
		.name = xj_path_base(g->item->info->name),
		.cancel = g->packing->options->watch.cancel,
	}, &sink, g, &result, err);
}

int
xj_picked_text(struct xj_packing *p, const struct xj_picked *item,
	       xj_text_part_fn fn, void *ctx, struct xj_error *err)
{
	struct paragraphs g = { .packing = p, .item = item, .fn = fn,
				.ctx = ctx };
	int r = item->version == item->info->version
			? xj_document_text(item->document, take_lent, &g, err)
			: read_again(&g, err);

	if (r == XJ_OK)
		r = give(&g);
	if (r == XJ_ENOMEM)
		xj_error_set(err, XJ_ENOMEM, "out of memory");
	xj_buf_release(&g.text);
	return r == XJ_END ? XJ_OK : r;
}

/* ------------------------------------------------------------------- pages */

static int
count_part(void *ctx, const struct xj_text_part *part)
{
	uint32_t *pages = ctx;

	if (is_counted(part) && part->at > *pages && part->at <= UINT32_MAX)
		*pages = (uint32_t)part->at;
	return XJ_OK;
}

int
xj_pages_of(struct xj_document *document, uint32_t *pages,
	    struct xj_error *err)
{
	*pages = xj_document_info(document)->pages;
	return *pages > 0 ? XJ_OK :
	       xj_document_text(document, count_part, pages, err);
}

int
xj_pages_check(const char *document, uint32_t first, uint32_t last,
	       uint32_t pages, struct xj_error *err)
{
	uint32_t most = last > first ? last : first;

	if (most == 0)
		return XJ_OK;
	if (last > 0 && last < first)
		return xj_error_set(err, XJ_EINVAL, "document %s: pages %u to "
				    "%u are none", document, first, last);
	if (pages == 0)
		return xj_error_set(err, XJ_EINVAL, "document %s has no pages; "
				    "ask for all of it", document);
	if (most > pages)
		return xj_error_set(err, XJ_EINVAL,
				    "document %s has %u pages, not %u",
				    document, pages, most);
	return XJ_OK;
}
