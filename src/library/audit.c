/*
 * audit.c - the record of what was done to people, rights and documents, and of
 * what the archive's owner looked at that is private. It is only added to: the
 * hash of an entry is the SHA-256 of the hash before it and of what the entry
 * says, so an entry that was changed, put in or taken out is found, unless all
 * that came after it was made anew.
 */
#include <stdio.h>
#include <string.h>

#include "library/rights.h"

/* The parts end with a NUL, which none of them has in it. */
static void
chain(struct xj_audit_row *row)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	const char *const parts[] = { row->who, row->verb, row->detail };
	unsigned char hash[XJ_DIGEST_MAX];

	xj_buf_add(&b, row->hash, sizeof(row->hash));
	xj_buf_addf(&b, "%llu %lld %llu", (unsigned long long)row->number,
		    (long long)row->at, (unsigned long long)row->document);
	for (size_t i = 0; i < XJ_COUNT(parts); i++)
		xj_buf_add(&b, parts[i], strlen(parts[i]) + 1);
	xj_digest_of(XJ_SHA256, xj_buf_str(&b), b.len, hash);
	memcpy(row->hash, hash, sizeof(row->hash));
}

static int
add(struct xj_catalog *catalog, const struct xj_archive *a, const char *verb,
    uint64_t document, const char *detail, struct xj_error *err)
{
	struct xj_audit_row row = { .at = xj_now(), .who = a->user,
		.verb = verb, .document = document,
		.detail = detail ? detail : "" };

	return xj_catalog_add_audit(catalog, &row, chain, err);
}

int
xj_audit(struct xj_archive *a, const char *verb, uint64_t document,
	 const char *detail, struct xj_error *err)
{
	return add(a->catalog, a, verb, document, detail, err);
}

/* What is only open for reading is written to all the same; where that cannot
 * be, the disk is one that nobody can write to. */
int
xj_audit_aside(struct xj_archive *a, const char *verb, uint64_t document,
	       const char *detail, struct xj_error *err)
{
	struct xj_catalog *catalog = NULL;
	int r;

	if (!a->readonly)
		return xj_audit(a, verb, document, detail, err);
	if (xj_catalog_open(a->dir, 0, &catalog, NULL) < 0)
		return XJ_OK;
	r = add(catalog, a, verb, document, detail, err);
	xj_catalog_close(catalog);
	return r;
}

int
xj_audit_look(struct xj_archive *a, uint64_t document, struct xj_error *err)
{
	return xj_audit_aside(a, "look", document, NULL, err);
}

/* ----------------------------------------------------------------- reading */

struct listing {
	struct xj_archive *archive;
	xj_audit_fn fn;
	void *ctx;
	uint64_t left;
	bool all;
	struct xj_error *err;
};

/* His own acts, and those on what is his. */
static bool
is_told(struct listing *l, const struct xj_audit_row *row)
{
	const struct xj_reader *reader = xj_archive_reader(l->archive);
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_rights rights;

	if (l->all || strcmp(row->who, reader->login) == 0)
		return true;
	return row->document && xj_arena_new(&arena) == XJ_OK &&
	       xj_rights_load(l->archive, arena, row->document, &rights,
			      NULL) == XJ_OK &&
	       rights.owner && strcmp(rights.owner, reader->urn) == 0;
}

static int
list_entry(void *ctx, const struct xj_audit_row *row)
{
	struct listing *l = ctx;
	char hash[2 * sizeof(row->hash) + 1];

	if (!is_told(l, row))
		return XJ_OK;
	if (l->left-- == 0)
		return XJ_END;
	xj_hex(row->hash, sizeof(row->hash), hash);
	return l->fn(l->ctx, &(struct xj_audit_entry){
		.number = row->number, .at = row->at, .who = row->who,
		.verb = row->verb, .document = row->document,
		.detail = row->detail, .hash = hash });
}

int
xj_audit_list(struct xj_archive *a, uint64_t limit, xj_audit_fn fn, void *ctx,
	      struct xj_error *err)
{
	struct listing l = { .archive = a, .fn = fn, .ctx = ctx, .err = err,
		.left = limit ? limit : UINT64_MAX,
		.all = xj_may(a, XJ_DO_AUDIT, 0, NULL, NULL) == XJ_OK };

	return xj_catalog_audit(a->catalog, true, list_entry, &l, err);
}

struct checking {
	unsigned char hash[32];
	uint64_t number;
	struct xj_error *err;
};

static int
check_entry(void *ctx, const struct xj_audit_row *row)
{
	struct checking *c = ctx;
	struct xj_audit_row as = *row;

	memcpy(as.hash, c->hash, sizeof(as.hash));
	chain(&as);
	c->number++;
	if (row->number != c->number)
		return xj_error_set(c->err, XJ_ECORRUPT, "the audit record has "
				    "no entry %llu: it was taken out",
				    (unsigned long long)c->number);
	if (memcmp(as.hash, row->hash, sizeof(as.hash)) != 0)
		return xj_error_set(c->err, XJ_ECORRUPT, "entry %llu of the "
				    "audit record is not as it was written",
				    (unsigned long long)row->number);
	memcpy(c->hash, row->hash, sizeof(c->hash));
	return XJ_OK;
}

int
xj_audit_verify(struct xj_archive *a, uint64_t *entries, struct xj_error *err)
{
	struct checking c = { .err = err };
	int r = xj_may(a, XJ_DO_AUDIT, 0, NULL, err);

	if (r == XJ_OK)
		r = xj_catalog_audit(a->catalog, false, check_entry, &c, err);
	if (entries)
		*entries = c.number;
	return r;
}
