/*
 * search-kept.c - text that searches looked at, ready for the next look: what
 * ranked a document shows its passages too, and a process that answers many
 * searches reads the texts that are often among the best once.
 */
#include <stdlib.h>

#include "library/search.h"

#define KEPT_MAX (16u << 20) /* bytes, of an open archive */
#define HEADS 512u

struct kept {
	struct xj_kept_chunk chunk;
	size_t size;
	struct kept *newer, *older; /* by when it was asked for last */
	struct kept *next;          /* of the same head */
};

struct xj_kept {
	struct kept *newest, *oldest, *heads[HEADS];
	size_t size;
	uint64_t version; /* of the stored texts */
};

static struct kept **
head_of(struct xj_kept *k, uint64_t id, unsigned number)
{
	return &k->heads[(id * 31 + number) % HEADS];
}

static void
unlink_one(struct xj_kept *k, struct kept *c)
{
	*(c->newer ? &c->newer->older : &k->newest) = c->older;
	*(c->older ? &c->older->newer : &k->oldest) = c->newer;
}

static void
link_newest(struct xj_kept *k, struct kept *c)
{
	c->newer = NULL;
	c->older = k->newest;
	*(k->newest ? &k->newest->newer : &k->oldest) = c;
	k->newest = c;
}

static void
drop(struct xj_kept *k, struct kept *c)
{
	struct kept **at = head_of(k, c->chunk.id, c->chunk.number);

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	unlink_one(k, c);
	k->size -= c->size;
	xj_text_chunk_release(&c->chunk.chunk);
	xj_normal_release(&c->chunk.normal);
	free(c);
}

void
xj_kept_free(struct xj_kept *k)
{
	while (k && k->oldest)
		drop(k, k->oldest);
	free(k);
}

int
xj_kept_begin(struct xj_archive *a, struct xj_error *err)
{
	uint64_t version;
	int r = xj_texts_version(a->texts, &version, err);

	if (r == XJ_OK && a->kept && a->kept->version != version) {
		xj_kept_free(a->kept);
		a->kept = NULL;
	}
	if (r == XJ_OK && !a->kept) {
		a->kept = calloc(1, sizeof(*a->kept));
		if (!a->kept)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		a->kept->version = version;
	}
	return r;
}

const struct xj_kept_chunk *
xj_kept_find(struct xj_archive *a, uint64_t id, unsigned number)
{
	struct kept *c = a->kept ? *head_of(a->kept, id, number) : NULL;

	while (c && (c->chunk.id != id || c->chunk.number != number))
		c = c->next;
	if (!c)
		return NULL;
	unlink_one(a->kept, c);
	link_newest(a->kept, c);
	return &c->chunk;
}

static size_t
size_of(const struct xj_kept_chunk *c)
{
	return c->chunk.count * sizeof(*c->chunk.blocks) + c->bytes +
	       c->normal.cap + c->normal.step_cap * sizeof(*c->normal.steps) +
	       sizeof(struct kept);
}

const struct xj_kept_chunk *
xj_kept_add(struct xj_archive *a, struct xj_kept_chunk *from)
{
	struct xj_kept *k = a->kept;
	struct kept **head, *c = k ? calloc(1, sizeof(*c)) : NULL;

	if (!c)
		return NULL;
	xj_normal_fit(&from->normal);
	c->chunk = *from;
	c->size = size_of(from);
	from->chunk = (struct xj_text_chunk){ 0 };
	from->normal = (struct xj_normal)XJ_NORMAL_INIT;
	head = head_of(k, c->chunk.id, c->chunk.number);
	c->next = *head;
	*head = c;
	link_newest(k, c);
	k->size += c->size;
	while (k->size > KEPT_MAX && k->oldest != c)
		drop(k, k->oldest);
	return &c->chunk;
}
