/*
 * accession-read.c - the two files of an accession's object (see accession.c)
 * back into the catalog. What they hold is checked where somebody relies on it.
 */
#include <string.h>

#include "library/archive.h"
#include "library/json-put.h"

static uint64_t
number(const json_t *o, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(o, name));
}

static const char *
text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static int64_t
moment(const json_t *o, const char *name)
{
	const char *s = text(o, name);
	int64_t t = 0;

	return s && xj_time_parse(s, &t) == XJ_OK ? t : 0;
}

/* A document that could not be restored is not referred to. */
static uint64_t
known_document(struct xj_catalog *catalog, const json_t *o)
{
	uint64_t id = number(o, "document");
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;

	if (!id || xj_arena_new(&arena) < 0)
		return 0;
	return xj_catalog_get(catalog, id, arena, &doc, NULL) == XJ_OK ? id : 0;
}

/* File, member, member of that: whoever shows one relies on the first. */
static bool
is_path(const json_t *value)
{
	size_t n = json_array_size(value), i = 0;

	while (i < n && json_is_string(json_array_get(value, i)))
		i++;
	return n > 0 && i == n;
}

static int
put_outcome(struct xj_catalog *catalog, uint64_t accession, const json_t *o,
	    struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	const json_t *value = json_object_get(o, "path");
	int r;

	if (!is_path(value))
		return xj_error_set(err, XJ_ECORRUPT, "%s: \"path\" is wrong",
				    XJ_REPORT_FILE);
	r = xj_json_text(&path, value, 0, err);
	return r < 0 ? r : xj_catalog_add_outcome(catalog, accession,
		&(struct xj_outcome_row){
		.path = path.data, .outcome = text(o, "outcome"),
		.reason = text(o, "reason"),
		.document = known_document(catalog, o),
		.importer = text(o, "importer"), .bytes = number(o, "bytes"),
		.cpu_ms = number(o, "cpu_ms"),
	}, err);
}

/* The accession that has the path by now; the first row is the path's own. */
static int
note_newest(void *ctx, const struct xj_source *s)
{
	struct xj_source *newest = ctx;

	if (s->path_len == newest->path_len)
		newest->accession = s->accession;
	return XJ_END;
}

/* Accessions come in the order of the disk; the newest has the last word. */
static int
put_source(struct xj_catalog *catalog, uint64_t accession, const json_t *o,
	   struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	uint64_t document = known_document(catalog, o);
	struct xj_source newest = { 0 };
	int r;

	if (!document)
		return XJ_OK;
	if (xj_get_bytes(&path, text(o, "source")) < 0)
		return xj_error_set(err, XJ_ECORRUPT, "%s: \"source\" is "
				    "wrong", XJ_REPORT_FILE);
	newest.path_len = path.len;
	r = xj_catalog_sources(catalog, xj_buf_str(&path), path.len,
			       note_newest, &newest, err);
	if (r < 0 || newest.accession > accession)
		return r < 0 ? r : XJ_OK;
	return xj_catalog_put_source(catalog, &(struct xj_source){
		.path = xj_buf_str(&path), .path_len = path.len,
		.given = text(o, "given"), .size = number(o, "size"),
		.mtime_ns = (int64_t)number(o, "mtime_ns"),
		.ctime_ns = (int64_t)number(o, "ctime_ns"),
		.inode = number(o, "inode"),
		.document = document, .accession = accession,
	}, err);
}

static int
put_line(struct xj_catalog *catalog, uint64_t accession, const char *line,
	 size_t len, struct xj_error *err)
{
	json_t *o = json_loadb(line, len, 0, NULL);
	int r;

	if (!json_is_object(o))
		r = xj_error_set(err, XJ_ECORRUPT, "%s: a line is not JSON",
				 XJ_REPORT_FILE);
	else if (text(o, "source"))
		r = put_source(catalog, accession, o, err);
	else
		r = put_outcome(catalog, accession, o, err);
	json_decref(o);
	return r;
}

int
xj_accession_put_report(struct xj_catalog *catalog, uint64_t accession,
			const char *report, size_t len, struct xj_error *err)
{
	const char *p = report, *end = p + len, *eol;
	int r = XJ_OK;

	for (; r == XJ_OK && p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			break;
		r = put_line(catalog, accession, p, (size_t)(eol - p), err);
	}
	return r;
}

int
xj_accession_put_head(struct xj_catalog *catalog, const char *head, size_t len,
		      uint64_t *accession, struct xj_error *err)
{
	json_t *o = json_loadb(head, len, 0, NULL);
	struct xj_accession_row row = {
		.number = number(o, "number"), .urn = text(o, "urn"),
		.user = text(o, "user"), .what = text(o, "what"),
		.started = moment(o, "started"),
		.finished = moment(o, "finished"),
		.undone = moment(o, "undone"), .taken = number(o, "taken"),
		.held = number(o, "held"), .partial = number(o, "partial"),
		.refused = number(o, "refused"),
		.failed = number(o, "failed"), .bytes = number(o, "bytes"),
		.quarantined = number(o, "quarantined"),
	};
	int r = json_is_object(o) ?
		xj_catalog_put_accession(catalog, &row, err) :
		xj_error_set(err, XJ_ECORRUPT, "%s: not JSON",
			     XJ_ACCESSION_FILE);

	*accession = row.number;
	json_decref(o);
	return r;
}
