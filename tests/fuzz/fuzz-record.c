/*
 * fuzz-record.c - any bytes as metadata.json and, behind the first empty line,
 * members.jsonl. What is taken is written again so that it reads the same.
 */
#include <string.h>

#include "library/archive.h"

#include "fuzz.h"

struct written {
	struct xj_buf metadata, members;
};

static void
release(struct written *w)
{
	xj_buf_release(&w->metadata);
	xj_buf_release(&w->members);
}

static void
must_be_same(const struct xj_buf *a, const struct xj_buf *b)
{
	MUST(a->len == b->len);
	MUST(a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static void
must_read_again(struct xj_arena *arena, const struct xj_record *rec)
{
	xj_auto(release) struct written one = { 0 }, two = { 0 };
	struct xj_record again;

	if (xj_record_write(rec, &one.metadata, &one.members, NULL) < 0)
		return;
	MUST(xj_record_parse(arena, xj_buf_str(&one.metadata),
			     one.metadata.len, xj_buf_str(&one.members),
			     one.members.len, &again, NULL) == XJ_OK);
	MUST(xj_record_write(&again, &two.metadata, &two.members, NULL) ==
	     XJ_OK);
	must_be_same(&one.metadata, &two.metadata);
	must_be_same(&one.members, &two.members);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const uint8_t *gap = memmem(data, size, "\n\n", 2);
	size_t len = gap ? (size_t)(gap + 1 - data) : size;
	size_t rest = gap ? size - len - 1 : 0;
	struct xj_record rec;
	int r;

	MUST(xj_arena_new(&arena) == XJ_OK);
	r = xj_record_parse(arena, (const char *)data, len,
			    gap ? (const char *)gap + 2 : "", rest, &rec, NULL);
	MUST(r == XJ_OK || r == XJ_ECORRUPT || r == XJ_EVERSION);
	if (r == XJ_OK)
		must_read_again(arena, &rec);
	return 0;
}
