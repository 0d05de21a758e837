/* draw.c - pages of documents as pictures, by a confined program. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <xueji/pages.h>

#include "import/import.h"
#include "library/archive.h"

#define PICTURE_MAX (32u << 20)
#define MEMORY_MAX (1ull << 30)
#define CPU_SECONDS 20
#define WORDS_MAX 8

static int
draw(int from, unsigned page, unsigned width, const char *const *words, int to,
     struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf program = XJ_BUF_INIT;
	const char *argv[4 + WORDS_MAX] = { 0 };
	char page_text[16], width_text[16];
	size_t n = 0;
	int r = xj_tool_own("xueji-draw", &program, err);

	if (r < 0)
		return r;
	snprintf(page_text, sizeof(page_text), "%u", page);
	snprintf(width_text, sizeof(width_text), "%u", width);
	argv[n++] = program.data;
	argv[n++] = page_text;
	argv[n++] = width_text;
	for (size_t i = 0; words && words[i] && i < WORDS_MAX; i++)
		argv[n++] = words[i];
	return xj_tool_run(&(struct xj_tool){ .argv = argv, .in = from,
		.out = to, .folder = "/usr/share", .out_max = PICTURE_MAX,
		.memory = MEMORY_MAX, .cpu_s = CPU_SECONDS }, err);
}

bool
xj_page_can_draw(const struct xj_document *document)
{
	const struct xj_document_info *info = xj_document_info(document);

	return info->pages && strcmp(info->format, "application/pdf") == 0 &&
	       info->state == XJ_LIVE;
}

int
xj_page_draw(struct xj_archive *archive, struct xj_document *document,
	     unsigned page, unsigned width, const char *const *words, int fd,
	     struct xj_error *err)
{
	xj_auto(xj_closep) int from = -1;
	int r;

	if (!xj_page_can_draw(document) || !page ||
	    page > xj_document_info(document)->pages)
		return xj_error_set(err, XJ_ENOTFOUND, "there is no such "
				    "page");
	from = openat(archive->fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (from < 0)
		return xj_error_errno(err, "a temporary file");
	r = xj_document_bytes(document, 0, from, err);
	if (r == XJ_OK && lseek(from, 0, SEEK_SET) < 0)
		r = xj_error_errno(err, "a temporary file");
	return r < 0 ? r : draw(from, page, width, words, fd, err);
}
