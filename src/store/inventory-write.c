/* inventory-write.c - an inventory as text: always the same for the same. */
#include "store/inventory.h"

#include <stdlib.h>
#include <string.h>

/*
 * Written by hand and not through a JSON library: it is done for every
 * object, and here each byte is known.
 */

static void
add_text(struct xj_buf *out, const char *s)
{
	xj_json_string(out, s, strlen(s));
}

static void
add_digest(struct xj_buf *out, const char *indent,
	   const struct xj_inventory_blob *blob)
{
	char hex[XJ_DIGEST_HEX_MAX];

	xj_hex(blob->sha512, 64, hex);
	xj_buf_adds(out, indent);
	xj_buf_addc(out, '"');
	xj_buf_adds(out, hex);
	xj_buf_adds(out, "\": [ ");
}

static void
add_manifest(struct xj_buf *out, const struct xj_inventory *inv)
{
	xj_buf_adds(out, "  \"manifest\": {");
	for (size_t i = 0; i < inv->blob_count; i++) {
		const struct xj_inventory_blob *blob = inv->blobs[i];

		xj_buf_adds(out, i ? ",\n" : "\n");
		add_digest(out, "    ", blob);
		for (size_t k = 0; k < blob->path_count; k++) {
			if (k)
				xj_buf_adds(out, ", ");
			add_text(out, blob->paths[k]);
		}
		xj_buf_adds(out, " ]");
	}
	xj_buf_adds(out, inv->blob_count ? "\n  },\n" : " },\n");
}

/* By digest, and by path where the digests are the same. */
static int
by_blob(const void *a, const void *b)
{
	const struct xj_inventory_file *const *x = a, *const *y = b;
	int order = memcmp((*x)->blob->sha512, (*y)->blob->sha512, 64);

	return order ? order : xj_path_compare((*x)->logical, (*y)->logical);
}

static void
add_files(struct xj_buf *out, const struct xj_inventory_file **files,
	  size_t count)
{
	const struct xj_inventory_blob *last = NULL;

	for (size_t i = 0; i < count; i++) {
		if (files[i]->blob == last) {
			xj_buf_adds(out, ", ");
		} else {
			xj_buf_adds(out, last ? " ],\n" : "\n");
			add_digest(out, "        ", files[i]->blob);
		}
		add_text(out, files[i]->logical);
		last = files[i]->blob;
	}
	xj_buf_adds(out, count ? " ]\n      }" : " }");
}

static void
add_state(struct xj_buf *out, const struct xj_inventory_version *v)
{
	const struct xj_inventory_file **files =
		calloc(v->file_count + 1, sizeof(*files));

	if (!files) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < v->file_count; i++)
		files[i] = &v->files[i];
	qsort(files, v->file_count, sizeof(*files), by_blob);
	xj_buf_adds(out, "      \"state\": {");
	add_files(out, files, v->file_count);
	free(files);
}

static void
add_user(struct xj_buf *out, const struct xj_inventory_version *v)
{
	if (!v->user)
		return;
	xj_buf_adds(out, ",\n      \"user\": { ");
	if (v->user_address) {
		xj_buf_adds(out, "\"address\": ");
		add_text(out, v->user_address);
		xj_buf_adds(out, ", ");
	}
	xj_buf_adds(out, "\"name\": ");
	add_text(out, v->user);
	xj_buf_adds(out, " }");
}

static void
add_version(struct xj_buf *out, unsigned number,
	    const struct xj_inventory_version *v)
{
	xj_buf_addf(out, "    \"v%u\": {\n      \"created\": ", number);
	add_text(out, v->created);
	xj_buf_adds(out, ",\n");
	if (v->message) {
		xj_buf_adds(out, "      \"message\": ");
		add_text(out, v->message);
		xj_buf_adds(out, ",\n");
	}
	add_state(out, v);
	add_user(out, v);
	xj_buf_adds(out, "\n    }");
}

void
xj_inventory_write(const struct xj_inventory *inv, struct xj_buf *out)
{
	xj_buf_addf(out,
		    "{\n"
		    "  \"digestAlgorithm\": \"sha512\",\n"
		    "  \"head\": \"v%u\",\n"
		    "  \"id\": ", inv->head);
	add_text(out, inv->id);
	xj_buf_adds(out, ",\n");
	add_manifest(out, inv);
	xj_buf_adds(out, "  \"type\": \"https://ocfl.io/1.1/spec/#inventory\",\n"
			 "  \"versions\": {\n");
	for (unsigned i = 0; i < inv->head; i++) {
		if (i)
			xj_buf_adds(out, ",\n");
		add_version(out, i + 1, &inv->versions[i]);
	}
	xj_buf_adds(out, "\n  }\n}\n");
}

void
xj_inventory_sidecar(const struct xj_buf *text, unsigned char sha512[64],
		     struct xj_buf *out)
{
	char hex[XJ_DIGEST_HEX_MAX];

	xj_digest_of(XJ_SHA512, text->data, text->len, sha512);
	xj_hex(sha512, 64, hex);
	xj_buf_adds(out, hex);
	xj_buf_adds(out, " inventory.json\n");
}
