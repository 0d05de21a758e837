/*
 * texts.c - the texts of an archive as files, for programs that are compared on
 * the same ones: DIR/NUMBER.txt, the title in the first line.
 *
 *	texts ARCHIVE DIR
 */
#include <xueji/xueji.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct xj_archive *archive;
static const char *dir;

static void
check(int r, const struct xj_error *err)
{
	if (r >= 0)
		return;
	fprintf(stderr, "texts: %s\n", err->message);
	exit(1);
}

static int
put_part(void *ctx, const struct xj_text_part *part)
{
	FILE *f = ctx;

	fwrite(part->text, 1, part->len, f);
	putc('\n', f);
	return XJ_OK;
}

static int
put_document(void *ctx, const struct xj_document_info *info)
{
	struct xj_document *document;
	struct xj_error err;
	char name[4096], ref[24];
	FILE *f;

	(void)ctx;
	if (info->text_bytes == 0)
		return XJ_OK;
	snprintf(ref, sizeof(ref), "%llu", (unsigned long long)info->id);
	snprintf(name, sizeof(name), "%s/%s.txt", dir, ref);
	if (!(f = fopen(name, "w"))) {
		perror(name);
		exit(1);
	}
	fprintf(f, "%s\n", info->title);
	check(xj_document_open(archive, ref, &document, &err), &err);
	check(xj_document_text(document, put_part, f, &err), &err);
	xj_document_free(document);
	fclose(f);
	return XJ_OK;
}

int
main(int argc, char **argv)
{
	struct xj_error err;
	uint64_t total;

	if (argc != 3) {
		fputs("usage: texts ARCHIVE DIR\n", stderr);
		return 2;
	}
	dir = argv[2];
	check(xj_archive_open(argv[1], XJ_OPEN_READONLY, &archive, &err), &err);
	check(xj_list(archive, &(struct xj_list_options){ 0 }, &total,
		      put_document, NULL, &err), &err);
	xj_archive_close(archive);
	return 0;
}
