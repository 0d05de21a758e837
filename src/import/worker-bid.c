/* worker-bid.c - who takes a document. */
#include <string.h>
#include <strings.h>

#include "import/worker.h"

#define UNKNOWN_MIME "application/octet-stream"

/* `name` ends with a dot and `ext`, whatever its case. */
static bool
has_ext(const char *name, const char *ext)
{
	size_t n = strlen(name), m = strlen(ext);

	return n > m && name[n - m - 1] == '.' &&
	       strcasecmp(name + n - m, ext) == 0;
}

/* The declared type without its parameters is `mime`. */
static bool
has_mime(const char *declared, const char *mime)
{
	size_t n = strcspn(declared, "; \t");

	return n > 0 && strlen(mime) == n && strncasecmp(declared, mime, n) == 0;
}

static bool
has_magic(const struct xj_sample *s, const struct xj_format *f)
{
	return f->magic != NULL && f->magic_off <= s->head_len &&
	       f->magic_len <= s->head_len - f->magic_off &&
	       memcmp(s->head + f->magic_off, f->magic, f->magic_len) == 0;
}

static uint32_t
bid_of_format(const struct xj_sample *s, const struct xj_format *f)
{
	if (has_magic(s, f))
		return XJ_BID_MAGIC;
	if ((f->ext != NULL && has_ext(s->name, f->ext)) ||
	    has_mime(s->mime, f->mime))
		return XJ_BID_NAME;
	return XJ_BID_NONE;
}

static struct xj_bid
bid_of_formats(const struct xj_sample *s, const struct xj_format *f)
{
	struct xj_bid best = { .bid = XJ_BID_NONE, .mime = UNKNOWN_MIME };

	if (f != NULL && f->mime != NULL)
		best.mime = f->mime;
	for (; f != NULL && f->mime != NULL; f++) {
		uint32_t bid = bid_of_format(s, f);

		if (bid > best.bid)
			best = (struct xj_bid){ .bid = bid, .mime = f->mime };
	}
	return best;
}

static struct xj_bid
bid_of(const struct xj_plugin_set *plugins, size_t i, const struct xj_sample *s)
{
	const struct xj_importer *im = plugins->list[i].importer;
	const struct xj_program *program = plugins->list[i].program;
	struct xj_bid bid = bid_of_formats(s, im->formats);

	if (im->probe != NULL) {
		int sure;

		xj_worker_bidding((int)i);
		sure = im->probe(s, &bid.mime);
		xj_worker_bidding(-1);
		bid.bid = sure < 0 ? 0 : sure > 100 ? 100 : (uint32_t)sure;
		if (bid.mime == NULL)
			bid.mime = UNKNOWN_MIME;
	}
	if (program != NULL && program->bid > 0 && bid.bid != XJ_BID_NONE)
		bid.bid = program->bid;
	bid.importer = (uint32_t)i;
	return bid;
}

int
xj_order_first(const char *const *order, const char *name, const char *other)
{
	for (; order != NULL && *order != NULL; order++) {
		if (strcmp(*order, name) == 0)
			return 1;
		if (strcmp(*order, other) == 0)
			return 0;
	}
	return -1;
}

static bool
beats(const struct xj_worker *w, const struct xj_bid *a, const struct xj_bid *b)
{
	const char *name, *other;
	int first;

	if (a->bid != b->bid || b->importer == XJ_NO_IMPORTER)
		return a->bid > b->bid;
	name = w->plugins->list[a->importer].importer->name;
	other = w->plugins->list[b->importer].importer->name;
	first = xj_order_first(w->order, name, other);
	return first < 0 ? strcmp(name, other) < 0 : first;
}

/* The type to tell of when nobody bids: what was declared, if anything. */
static const char *
declared_type(const char *mime)
{
	static char type[128];
	size_t n = strcspn(mime, "; \t");

	if (n == 0 || n >= sizeof(type))
		return UNKNOWN_MIME;
	memcpy(type, mime, n);
	type[n] = '\0';
	return type;
}

struct xj_bid
xj_bid_best(const struct xj_worker *w, const struct xj_sample *sample,
	    const char *only)
{
	struct xj_bid best = { .importer = XJ_NO_IMPORTER,
			       .mime = declared_type(sample->mime) };

	for (size_t i = 0; i < w->plugins->count; i++) {
		const struct xj_importer *im = w->plugins->list[i].importer;
		struct xj_bid bid;

		if (im == NULL || (only != NULL && strcmp(only, im->name) != 0))
			continue;
		bid = bid_of(w->plugins, i, sample);
		if (only != NULL || beats(w, &bid, &best))
			best = bid;
	}
	return best;
}
