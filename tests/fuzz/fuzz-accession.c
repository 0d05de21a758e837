/*
 * fuzz-accession.c - any bytes as accession.json and, behind the first empty
 * line, report.jsonl, put into a catalog that has document 1 and its source.
 * What is wrong with them is said to be theirs, so that a rebuild goes on; what
 * was taken can be shown.
 */
#include <string.h>

#include <jansson.h>

#include "library/archive.h"

#include "fuzz-folder.h"

/* Brought by accession 9, which a report may be older or newer than. */
static void
add_document(struct xj_catalog *catalog)
{
	struct xj_doc doc = { .id = 1, .urn = "urn:uuid:a", .root = 1,
		.name = "a.zip", .owner = "", .kind = "material",
		.type = "archive", .format = "application/zip", .title = "a",
		.title_key = "a", .creators = "", .date = "", .language = "",
		.outcome = "ok", .accession = 9 };
	struct xj_accession_row row = { .number = 9,
		.urn = "urn:uuid:b", .user = "", .what = "" };
	const struct xj_source source = { .path = "/a.zip", .path_len = 6,
		.given = "a.zip", .document = 1, .accession = 9 };

	MUST(xj_catalog_begin(catalog, NULL) == XJ_OK);
	MUST(xj_catalog_put_accession(catalog, &row, NULL) == XJ_OK);
	MUST(xj_catalog_insert(catalog, &doc, NULL) == XJ_OK);
	MUST(xj_catalog_put_source(catalog, &source, NULL) == XJ_OK);
	MUST(xj_catalog_commit(catalog, NULL) == XJ_OK);
}

static struct xj_catalog *
the_catalog(void)
{
	static struct xj_catalog *catalog;

	fuzz_folder_begin();
	if (!catalog) {
		MUST(xj_catalog_open(fuzz_folder, XJ_CATALOG_CREATE, &catalog,
				     NULL) == XJ_OK);
		add_document(catalog);
	}
	return catalog;
}

static void
must_be_theirs(int r)
{
	MUST(r == XJ_OK || r == XJ_ECORRUPT || r == XJ_EINVAL ||
	     r == XJ_EEXIST || r == XJ_ENOTFOUND);
}

/* The first name of a path is there; `accession show` prints it. */
static int
must_be_shown(void *ctx, const struct xj_outcome_row *row)
{
	json_t *path = json_loads(row->path, 0, NULL);

	(void)ctx;
	MUST(json_is_string(json_array_get(path, 0)) && row->outcome);
	json_decref(path);
	return XJ_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_catalog *catalog = the_catalog();
	const uint8_t *gap = memmem(data, size, "\n\n", 2);
	size_t len = gap ? (size_t)(gap + 1 - data) : size;
	struct xj_accession_row row;
	uint64_t number = 0;
	int r;

	MUST(xj_arena_new(&arena) == XJ_OK);
	MUST(xj_catalog_begin(catalog, NULL) == XJ_OK);
	r = xj_accession_put_head(catalog, (const char *)data, len, &number,
				  NULL);
	must_be_theirs(r);
	if (r == XJ_OK) {
		MUST(xj_catalog_get_accession(catalog, number, arena, &row,
					      NULL) == XJ_OK);
		if (gap)
			must_be_theirs(xj_accession_put_report(catalog, number,
				(const char *)gap + 2, size - len - 1, NULL));
		MUST(xj_catalog_outcomes(catalog, number, must_be_shown, NULL,
					 NULL) == XJ_OK);
	}
	xj_catalog_rollback(catalog);
	return 0;
}
