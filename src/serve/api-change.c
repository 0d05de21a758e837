/* api-change.c - what all routes have in common by which programs change things. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "serve/api.h"

/* ---------------------------------------------------------------- If-Match */

/* An ETag of ours is "VERSION-DIGEST"; "VERSION" will do, and '*' is any. */
static bool
read_etag(const char *text, unsigned *version)
{
	char *end;
	unsigned long n;

	if (strcmp(text, "*") == 0) {
		*version = 0;
		return true;
	}
	if (text[0] != '"' || text[1] < '1' || text[1] > '9')
		return false;
	n = strtoul(text + 1, &end, 10);
	*version = (unsigned)n;
	return n <= UINT32_MAX / 2 && (*end == '"' || *end == '-') &&
	       strchr(end, '"') && !strchr(end, '"')[1];
}

static int
read_match(struct xj_request *q, struct xj_reply *p)
{
	if (!q->if_match) {
		p->status = 428;
		return xj_error_set(&p->error, XJ_EINVAL, "say in If-Match "
				    "which version is to be changed: the "
				    "ETag of the record, or * for any");
	}
	if (read_etag(q->if_match, &q->if_version))
		return XJ_OK;
	p->status = 412;
	return xj_error_set(&p->error, XJ_EINVAL, "this If-Match is no ETag "
			    "of a record");
}

/* ------------------------------------------------------------------- begin */

static int
find_document(struct xj_api_change *c, struct xj_request *q,
	      struct xj_error *err)
{
	struct xj_document *d;
	int r = xj_document_asked(q, &d, err);

	if (r < 0)
		return r;
	c->id = xj_document_info(d)->id;
	xj_document_free(d);
	return XJ_OK;
}

int
xj_api_number(const struct xj_request *q, unsigned which, uint64_t *number,
	      struct xj_error *err)
{
	const char *text = q->parameters[which];

	if (!text || !*text || strlen(text) > 18 ||
	    strspn(text, "0123456789") != strlen(text))
		return xj_error_set(err, XJ_ENOTFOUND, "there is no such "
				    "page");
	*number = strtoull(text, NULL, 10);
	return XJ_OK;
}

int
xj_api_place(const struct xj_request *q, unsigned which, unsigned *place,
	     struct xj_error *err)
{
	uint64_t number;
	int r = xj_api_number(q, which, &number, err);

	*place = r == XJ_OK && number <= UINT_MAX ? (unsigned)number : 0;
	return r;
}

int
xj_api_begin(struct xj_api_change *c, struct xj_request *q,
	     struct xj_reply *p, unsigned flags)
{
	int r = xj_body_end(q, p);

	*c = (struct xj_api_change){ 0 };
	if (r == XJ_OK && flags & XJ_API_NUMBER)
		r = xj_api_number(q, 0, &c->id, &p->error);
	if (r == XJ_OK && flags & XJ_API_DOCUMENT)
		r = find_document(c, q, &p->error);
	if (r == XJ_OK && flags & XJ_API_MATCH)
		r = read_match(q, p);
	c->options.if_version = q->if_version;
	return r < 0 ? r : xj_change_open(q, &c->archive, &p->error);
}

/* --------------------------------------------------------------------- end */

/* What is busy because the version is another by now. */
static void
tell_stale(struct xj_request *q, struct xj_reply *p, xj_handler show)
{
	struct xj_reply now = { .fd = -1 };

	if (show(q, &now) == XJ_OK && now.version &&
	    now.version != q->if_version) {
		p->status = 412;
		q->version_now = now.version;
	}
	json_decref(now.model);
	xj_buf_release(&now.body);
}

int
xj_api_end(struct xj_api_change *c, struct xj_request *q, struct xj_reply *p,
	   int r, xj_handler show)
{
	xj_archive_close(c->archive);
	c->archive = NULL;
	/* Reasons to see it may be newer than the sight that he came with. Who
	 * is nobody any more is answered with that one. */
	xj_request_reader(q, q->archive, NULL);
	if (r == XJ_EBUSY && show && q->if_version)
		tell_stale(q, p, show);
	if (r < 0)
		return r;
	if (show)
		return show(q, p);
	p->status = 204;
	return XJ_OK;
}

int
xj_api_made_named(struct xj_api_change *c, struct xj_request *q,
		  struct xj_reply *p, int r, const char *base,
		  const char *name, xj_handler show)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (r == XJ_OK) {
		xj_url_encode(&b, name);
		q->parameters[0] = xj_arena_strdup(q->arena, name);
		p->status = 201;
		xj_reply_header(q, p, "Location", xj_arena_printf(q->arena,
				"%s/%s", base, xj_buf_str(&b)));
	}
	return xj_api_end(c, q, p, r, show);
}

int
xj_api_made(struct xj_api_change *c, struct xj_request *q, struct xj_reply *p,
	    int r, const char *base, xj_handler show)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu", (ull)c->changed.id);
	return xj_api_made_named(c, q, p, r, base, number, show);
}
