/*
 * packet.c - documents written together, for a meeting or a colleague: as a
 * folder, a zip, a bag, one page, or one PDF.
 *
 * Everything is made in a folder beside the place, which is renamed at the end,
 * so a packet is there whole or not at all. What is to be seen is decided where
 * documents are opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/packet.h"
#include "library/people.h"

#define NAME_MAX_BYTES 120u /* of a title in a file's name */

void
xj_packing_note(const struct xj_packing *p, const struct xj_picked *item,
		const char *message)
{
	if (p->options->note != NULL)
		p->options->note(p->options->ctx, (size_t)(item - p->items),
				 message);
}

int
xj_packing_cancelled(const struct xj_packing *p, struct xj_error *err)
{
	return !xj_cancelled(&p->options->watch) ? XJ_OK :
		xj_error_set(err, XJ_ECANCELLED, "cancelled");
}

int
xj_packing_file(const struct xj_packing *p, const char *name, int *fd,
		struct xj_error *err)
{
	*fd = openat(p->work_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
		     0666);
	return *fd >= 0 ? XJ_OK :
		xj_error_errno(err, "%s/%s", p->work, name);
}

/* ------------------------------------------------------------- documents */

/* Pages are asked of what has them. Those of an older version are not known:
 * it gives what it has of them. */
static int
check_pages(struct xj_picked *item, struct xj_error *err)
{
	const struct xj_packet_item *asked = item->asked;
	int r = XJ_OK;

	if (asked->first == 0 && asked->last == 0)
		return XJ_OK;
	r = xj_pages_of(item->document, &item->pages, err);
	if (r < 0 || item->version < item->info->version)
		return r;
	return xj_pages_check(asked->document, asked->first, asked->last,
			      item->pages, err);
}

/* What can stand in a name on any system. */
static void
add_name(struct xj_buf *out, const char *title)
{
	const char *end = title + xj_utf8_cut(title, strlen(title),
					      NAME_MAX_BYTES);
	char bytes[4];

	while (title < end) {
		uint32_t c = xj_utf8_next(&title, end);

		if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0) ||
		    (c >= 0x200b && c <= 0x200f) ||
		    (c >= 0x202a && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069))
			continue;
		if (c < 0x80 && strchr("/\\:*?\"<>|", (int)c) != NULL)
			c = '_';
		xj_buf_add(out, bytes, xj_utf8_put(c, bytes));
	}
	while (out->len > 0 && (out->data[out->len - 1] == ' ' ||
				out->data[out->len - 1] == '.'))
		out->data[--out->len] = '\0';
}

/* "pdf" of a name, when it is one that a system could know; else "". */
static const char *
extension(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t len = dot != NULL ? strlen(dot + 1) : 0;

	if (len == 0 || len > 8)
		return "";
	return strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == len
		       ? dot + 1 : "";
}

/* "03 卫生法规.pdf": in order, told apart, and readable. */
static const char *
file_name(struct xj_packing *p, size_t i)
{
	xj_auto(xj_buf_release) struct xj_buf name = XJ_BUF_INIT;
	const struct xj_picked *item = &p->items[i];
	const char *ext = extension(item->info->name);

	xj_buf_addf(&name, "%02zu ", i + 1);
	add_name(&name, item->title);
	if (*ext != '\0')
		xj_buf_addf(&name, ".%s", ext);
	return name.failed ? NULL : xj_arena_strdup(p->arena, name.data);
}

static void
add_pages(struct xj_buf *out, const struct xj_packet_item *asked,
	  uint32_t pages)
{
	uint32_t first = asked->first > 0 ? asked->first : 1;
	uint32_t last = asked->last > 0 ? asked->last : pages;

	if (asked->first == 0 && asked->last == 0)
		return;
	if (out->len > 0)
		xj_buf_adds(out, " · ");
	if (first == last)
		xj_buf_addf(out, xj_tr(N_("page %u")), first);
	else
		xj_buf_addf(out, xj_tr(N_("pages %u–%u")), first, last);
}

static const char *
source_of(struct xj_packing *p, const struct xj_picked *item)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const char *const parts[] = { item->info->creators, item->info->date };

	for (size_t i = 0; i < XJ_COUNT(parts); i++) {
		if (*parts[i] == '\0')
			continue;
		if (text.len > 0)
			xj_buf_adds(&text, " · ");
		xj_buf_adds(&text, parts[i]);
	}
	add_pages(&text, item->asked, item->pages);
	return text.failed ? NULL
			   : xj_arena_strdup(p->arena, xj_buf_str(&text));
}

static void
find_title(struct xj_picked *item)
{
	static const struct xj_document_info nothing = {
		.urn = "", .format = "", .name = "",
	};

	item->info = &nothing;
	item->title = item->asked->note;
	item->source = xj_tr(N_("Only the title is given here."));
}

static bool
needs_bytes(const struct xj_packing *p, const struct xj_picked *item)
{
	return p->options->form == XJ_PACKET_PDF ?
	       strcmp(item->info->format, "application/pdf") == 0 :
	       p->options->form != XJ_PACKET_HTML;
}

/* Whose bytes are not the reader's to take is put in as text. */
static int
find_right(struct xj_packing *p, struct xj_picked *item, struct xj_error *err)
{
	struct xj_doc doc;
	bool may = true;
	int r = xj_catalog_get(p->archive->catalog, item->info->id, p->arena,
			       &doc, err);

	if (r == XJ_OK && xj_archive_reader(p->archive))
		r = xj_catalog_may_download(p->archive->catalog, doc.root,
					    &may, err);
	item->bare = !may;
	if (!may && needs_bytes(p, item))
		xj_packing_note(p, item, xj_tr(N_("you may read it, not "
			"download it: its text alone is put in")));
	return r;
}

static int
find_document(struct xj_packing *p, size_t i, struct xj_error *err)
{
	struct xj_picked *item = &p->items[i];
	int r;

	item->asked = &p->packet->items[i];
	if (!item->asked->document) {
		find_title(item);
		return XJ_OK;
	}
	r = xj_document_open(p->archive, item->asked->document,
			     &item->document, err);
	if (r < 0)
		return r;
	item->info = xj_document_info(item->document);
	item->version = item->asked->version > 0 ? item->asked->version
						 : item->info->version;
	item->title = *item->info->title != '\0' ? item->info->title
						 : item->info->name;
	if (item->version > item->info->version)
		return xj_error_set(err, XJ_ENOTFOUND,
				    "document %s has %u versions, not %llu",
				    item->asked->document, item->info->version,
				    (unsigned long long)item->version);
	r = check_pages(item, err);
	if (r == XJ_OK)
		r = find_right(p, item, err);
	if (r < 0)
		return r;
	item->source = source_of(p, item);
	item->file = item->bare ? NULL : file_name(p, i);
	return item->source != NULL && (item->bare || item->file) ? XJ_OK :
		xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static int
find_documents(struct xj_packing *p, struct xj_error *err)
{
	int r = XJ_OK;

	if (p->packet->count == 0)
		return xj_error_set(err, XJ_EINVAL, "no documents are given");
	p->items = xj_arena_alloc(p->arena,
				  p->packet->count * sizeof(*p->items));
	if (p->items == NULL)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; r == XJ_OK && i < p->packet->count; i++)
		r = find_document(p, i, err);
	p->title = p->packet->title != NULL ? p->packet->title :
		p->packet->count == 1 ? p->items[0].title :
		xj_tr(N_("Study materials"));
	return r;
}

/* ------------------------------------------------------------- the place */

/* Programs that run in the folder are held in it by its whole path. */
static int
be_absolute(struct xj_packing *p, struct xj_error *err)
{
	char *whole = realpath(p->work, NULL);

	if (whole == NULL)
		return xj_error_errno(err, "%s", p->work);
	free(p->work);
	p->work = whole;
	return xj_dir_open(AT_FDCWD, p->work, &p->work_fd, err);
}

int
xj_packing_begin(struct xj_packing *p, const char *path, struct xj_error *err)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return xj_error_set(err, XJ_EEXIST, "%s: there already", path);
	if (asprintf(&p->work, "%s.part-XXXXXX", path) < 0) {
		p->work = NULL;
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	if (mkdtemp(p->work) == NULL) {
		int r = xj_error_errno(err, "%s", path);

		free(p->work);
		p->work = NULL;
		return r;
	}
	return be_absolute(p, err);
}

/* Readable as other new files are: the folder around it was ours alone. */
int
xj_packing_settle(struct xj_packing *p, const char *path, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = openat(p->work_fd, "out",
					   O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syncfs(fd) < 0)
		return xj_error_errno(err, "%s", path);
	if (renameat2(p->work_fd, "out", AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return XJ_OK;
	/* Not every file system can rename so. */
	if (errno == EINVAL && access(path, F_OK) != 0 &&
	    renameat(p->work_fd, "out", AT_FDCWD, path) == 0)
		return XJ_OK;
	return xj_error_errno(err, "%s", path);
}

void
xj_packing_end(struct xj_packing *p)
{
	struct xj_error ignored;

	for (size_t i = 0; p->items != NULL && i < p->packet->count; i++)
		xj_document_free(p->items[i].document);
	xj_closep(&p->work_fd);
	if (p->work != NULL)
		xj_remove_tree(AT_FDCWD, p->work, &ignored);
	free(p->work);
	xj_arena_free(p->arena);
}

static bool
is_zip(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && strcasecmp(path + len - 4, ".zip") == 0;
}

int
xj_packet_write(struct xj_archive *a, const struct xj_packet *packet,
		const char *path, const struct xj_packet_options *options,
		struct xj_error *err)
{
	static int (*const forms[])(struct xj_packing *, struct xj_error *) = {
		[XJ_PACKET_FOLDER] = xj_packet_folder,
		[XJ_PACKET_ZIP] = xj_packet_zip,
		[XJ_PACKET_BAG] = xj_packet_bag,
		[XJ_PACKET_HTML] = xj_packet_html,
		[XJ_PACKET_PDF] = xj_packet_pdf,
	};
	xj_auto(xj_packing_end) struct xj_packing p = {
		.archive = a, .packet = packet, .options = options,
		.one_file = is_zip(path), .work_fd = -1,
	};
	int r = xj_arena_new(&p.arena);

	if (r == XJ_OK)
		r = find_documents(&p, err);
	if (r == XJ_OK)
		r = xj_packing_begin(&p, path, err);
	if (r == XJ_OK)
		r = forms[options->form](&p, err);
	return r == XJ_OK ? xj_packing_settle(&p, path, err) : r;
}
