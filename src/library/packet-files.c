/*
 * packet-files.c - a packet as a folder of originals with a page that has their
 * text; the same folder zipped; the same as a bag.
 *
 * Source of the bag: RFC 8493, The BagIt File Packaging Format (V1.0).
 */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/packet.h"

#define PAGE "index.html"

/* ----------------------------------------------------------------- folder */

static int
new_file(int dir, const char *name, int *fd, struct xj_error *err)
{
	*fd = openat(dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return *fd >= 0 ? XJ_OK : xj_error_errno(err, "%s", name);
}

static int
new_folder(int dir, const char *name, int *fd, struct xj_error *err)
{
	if (mkdirat(dir, name, 0777) < 0)
		return xj_error_errno(err, "%s", name);
	return xj_dir_open(dir, name, fd, err);
}

static int
put_original(struct xj_packing *p, const struct xj_picked *item, int dir,
	     struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	int r = xj_packing_cancelled(p, err);

	if (r == XJ_OK && !item->file)
		return XJ_OK;
	if (r == XJ_OK)
		r = new_file(dir, item->file, &fd, err);
	if (r == XJ_OK)
		r = xj_document_get(item->document, (unsigned)item->version,
				    fd, err);
	return r == XJ_OK ? XJ_OK :
		xj_error_wrap(err, r, "document %s", item->asked->document);
}

static int
put_all(struct xj_packing *p, int dir, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	int r = XJ_OK;

	for (size_t i = 0; r == XJ_OK && i < p->packet->count; i++)
		r = put_original(p, &p->items[i], dir, err);
	if (r == XJ_OK)
		r = new_file(dir, PAGE, &fd, err);
	return r == XJ_OK ? xj_packet_page(p, true, fd, err) : r;
}

int
xj_packet_folder(struct xj_packing *p, struct xj_error *err)
{
	xj_auto(xj_closep) int dir = -1;
	int r = new_folder(p->work_fd, "out", &dir, err);

	return r == XJ_OK ? put_all(p, dir, err) : r;
}

/* -------------------------------------------------------------------- zip */

int
xj_packing_zip(struct xj_packing *p, const struct xj_buf *names,
	       struct xj_error *err)
{
	static const char *const argv[] = {
		XJ_BSDTAR, "-c", "--format=zip", "-f", "-", "-T", "names",
		"-C", "files", NULL,
	};
	xj_auto(xj_closep) int out = -1;
	int r = xj_buf_check(names, err);

	if (r == XJ_OK)
		r = xj_file_write(p->work_fd, "names", names->data,
				  names->len, err);
	if (r == XJ_OK)
		r = xj_packing_file(p, "out", &out, err);
	return r < 0 ? r : xj_tool_run(&(struct xj_tool){
		.argv = argv, .folder = p->work, .in = -1, .out = out,
		.out_max = UINT64_MAX, .cancel = p->options->watch.cancel,
	}, err);
}

int
xj_packet_zip(struct xj_packing *p, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf names = XJ_BUF_INIT;
	xj_auto(xj_closep) int dir = -1;
	int r = new_folder(p->work_fd, "files", &dir, err);

	if (r == XJ_OK)
		r = put_all(p, dir, err);
	xj_buf_adds(&names, PAGE "\n");
	for (size_t i = 0; i < p->packet->count; i++)
		if (p->items[i].file)
			xj_buf_addf(&names, "%s\n", p->items[i].file);
	return r == XJ_OK ? xj_packing_zip(p, &names, err) : r;
}

/* -------------------------------------------------------------------- bag */

struct bag {
	struct xj_packing *packing;
	int dir, data;
	struct xj_buf manifest, tags; /* manifests of the payload, of the rest */
	uint64_t bytes, files;
};

/* Section 2.1.3: these three are percent-encoded. */
static void
add_path(struct xj_buf *out, const char *folder, const char *name)
{
	xj_buf_adds(out, folder);
	for (; *name != '\0'; name++)
		if (*name == '%' || *name == '\n' || *name == '\r')
			xj_buf_addf(out, "%%%02X", (unsigned)*name);
		else
			xj_buf_addc(out, *name);
	xj_buf_addc(out, '\n');
}

static int
add_digest(int dir, const char *folder, const char *name, struct xj_buf *out,
	   uint64_t *size, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	unsigned char sum[XJ_DIGEST_MAX];
	char hex[XJ_DIGEST_HEX_MAX];
	int r;

	if (fd < 0)
		return xj_error_errno(err, "%s", name);
	r = xj_digest_fd(XJ_SHA512, fd, sum, size, err);
	if (r < 0)
		return r;
	xj_hex(sum, xj_digest_size(XJ_SHA512), hex);
	xj_buf_addf(out, "%s  ", hex);
	add_path(out, folder, name);
	return XJ_OK;
}

static int
put_tag(struct bag *b, const char *name, const struct xj_buf *text,
	struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	uint64_t size;
	int r = xj_buf_check(text, err);

	if (r == XJ_OK)
		r = new_file(b->dir, name, &fd, err);
	if (r == XJ_OK)
		r = xj_write_all(fd, text->data, text->len, err);
	return r == XJ_OK ? add_digest(b->dir, "", name, &b->tags, &size, err)
			  : r;
}

static int
put_payload_manifest(struct bag *b, struct xj_error *err)
{
	const struct xj_packing *p = b->packing;
	uint64_t size;
	int r = XJ_OK;

	for (size_t i = 0; r == XJ_OK && i <= p->packet->count; i++) {
		const char *name = i < p->packet->count ? p->items[i].file
							: PAGE;

		if (!name)
			continue;
		r = add_digest(b->data, "data/", name, &b->manifest, &size,
			       err);
		b->bytes += size;
		b->files++;
	}
	return r == XJ_OK ? put_tag(b, "manifest-sha512.txt", &b->manifest,
				    err) : r;
}

/* A value of one line; section 2.2.2. */
static void
add_value(struct xj_buf *out, const char *label, const char *value)
{
	xj_buf_addf(out, "%s: ", label);
	for (; *value != '\0'; value++)
		xj_buf_addc(out, *value == '\n' || *value == '\r' ? ' '
								 : *value);
	xj_buf_addc(out, '\n');
}

static int
put_tags(struct bag *b, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const struct xj_packing *p = b->packing;
	char now[XJ_TIME_MAX];
	int r;

	xj_buf_adds(&text, "BagIt-Version: 1.0\n"
			   "Tag-File-Character-Encoding: UTF-8\n");
	r = put_tag(b, "bagit.txt", &text, err);
	if (r < 0)
		return r;
	xj_buf_clear(&text);
	xj_time_format(xj_now(), now);
	now[10] = '\0'; /* the day alone */
	add_value(&text, "External-Description", p->title);
	add_value(&text, "Bagging-Date", now);
	xj_buf_addf(&text, "Payload-Oxum: %llu.%llu\n",
		    (unsigned long long)b->bytes,
		    (unsigned long long)b->files);
	for (size_t i = 0; i < p->packet->count; i++)
		if (p->items[i].document)
			add_value(&text, "External-Identifier",
				  p->items[i].info->urn);
	xj_buf_addf(&text, "Bag-Software-Agent: Xueji %s\n", xj_version());
	return put_tag(b, "bag-info.txt", &text, err);
}

static int
put_bag(struct bag *b, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	int r = put_all(b->packing, b->data, err);

	if (r == XJ_OK)
		r = put_payload_manifest(b, err);
	if (r == XJ_OK)
		r = put_tags(b, err);
	if (r == XJ_OK)
		r = xj_buf_check(&b->tags, err);
	if (r == XJ_OK)
		r = new_file(b->dir, "tagmanifest-sha512.txt", &fd, err);
	return r == XJ_OK ? xj_write_all(fd, b->tags.data, b->tags.len, err)
			  : r;
}

/* In one file a bag is a folder of that file; section 4.2. */
static int
open_bag(struct bag *b, struct xj_error *err)
{
	xj_auto(xj_closep) int files = -1;
	const struct xj_packing *p = b->packing;
	int r = new_folder(p->work_fd, p->one_file ? "files" : "out",
			   p->one_file ? &files : &b->dir, err);

	return r < 0 || !p->one_file ? r :
	       new_folder(files, "bag", &b->dir, err);
}

static int
close_up(struct xj_packing *p, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf names = XJ_BUF_INIT;

	xj_buf_adds(&names, "bag\n");
	return xj_packing_zip(p, &names, err);
}

int
xj_packet_bag(struct xj_packing *p, struct xj_error *err)
{
	struct bag b = { .packing = p, .dir = -1, .data = -1 };
	int r = open_bag(&b, err);

	if (r == XJ_OK)
		r = new_folder(b.dir, "data", &b.data, err);
	if (r == XJ_OK)
		r = put_bag(&b, err);
	if (r == XJ_OK && p->one_file)
		r = close_up(p, err);
	xj_closep(&b.dir);
	xj_closep(&b.data);
	xj_buf_release(&b.manifest);
	xj_buf_release(&b.tags);
	return r;
}
