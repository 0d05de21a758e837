/* api-upload.c - sending files, for programs; and for the script of /upload. */
#include <stdlib.h>
#include <string.h>

#include "serve/api.h"
#include "serve/upload.h"

#define LINES_MAX 1000

int
xj_api_uploads(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = xj_uploads_tell(q);

	xj_api_give(p, json_pack("{s:i, s:o}", "total",
				 (int)json_array_size(list), "uploads", list));
	return XJ_OK;
}

int
xj_api_upload(struct xj_request *q, struct xj_reply *p)
{
	json_t *u;
	int r = xj_upload_tell(q, q->parameters[0], &u, &p->error);

	if (r == XJ_OK)
		xj_api_give(p, u);
	return r;
}

int
xj_api_upload_new(struct xj_request *q, struct xj_reply *p)
{
	static const char *const names[] = { "unit", "scope", "kind", "area",
					     "topic" };
	char id[XJ_UPLOAD_ID_MAX];
	json_t *given = json_object();
	int r;

	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		const char *text = xj_body_text(q, names[i]);

		if (text && *text)
			json_object_set_new(given, names[i], xj_json_of(text));
	}
	r = xj_body_end(q, p);
	if (r == XJ_OK)
		r = xj_upload_begin(q, given, id, &p->error);
	json_decref(given);
	if (r < 0)
		return r;
	q->parameters[0] = xj_arena_strdup(q->arena, id);
	p->status = 201;
	xj_reply_header(q, p, "Location", xj_arena_printf(q->arena,
			"/api/1/uploads/%s", id));
	return xj_api_upload(q, p);
}

int
xj_api_upload_drop(struct xj_request *q, struct xj_reply *p)
{
	int r = xj_upload_drop(q, q->parameters[0], &p->error);

	if (r == XJ_OK)
		p->status = 204;
	return r;
}

/* ------------------------------------------------------------------- its files */

int
xj_api_upload_files(struct xj_request *q, struct xj_reply *p)
{
	json_t *list;
	int r = xj_upload_files(q, q->parameters[0], &list, &p->error);

	if (r == XJ_OK)
		xj_api_give(p, json_pack("{s:i, s:o}", "total",
			(int)json_array_size(list), "files", list));
	return r;
}

/* Before the body, which is the file, and when it is there. */
int
xj_api_upload_file(struct xj_request *q, struct xj_reply *p)
{
	if (!q->incoming)
		return xj_incoming_file(q, q->parameters[0],
			xj_argument(q, "path"), (int64_t)xj_argument_number(q,
			"modified", 0, 1ull << 40, 0), &p->error);
	p->status = 204;
	return XJ_OK;
}

/* ----------------------------------------------------------------- what is done */

static int
after(struct xj_request *q, struct xj_reply *p, int r)
{
	return r < 0 ? r : xj_api_upload(q, p);
}

int
xj_api_upload_finish(struct xj_request *q, struct xj_reply *p)
{
	int r = xj_body_end(q, p);

	return r < 0 ? r : after(q, p, xj_upload_finish(q, q->parameters[0],
							&p->error));
}

int
xj_api_upload_again(struct xj_request *q, struct xj_reply *p)
{
	int r = xj_body_end(q, p);

	return r < 0 ? r : after(q, p, xj_upload_again(q, q->parameters[0],
						       &p->error));
}

int
xj_api_upload_undo(struct xj_request *q, struct xj_reply *p)
{
	uint64_t count;
	int r = xj_body_end(q, p);

	return r < 0 ? r : after(q, p, xj_upload_undo(q, q->parameters[0],
						      &count, &p->error));
}

int
xj_api_upload_report(struct xj_request *q, struct xj_reply *p)
{
	uint64_t limit = xj_argument_number(q, "limit", 1, LINES_MAX, 100);
	uint64_t total;
	json_t *lines;
	int r = xj_upload_report(q, q->parameters[0],
		xj_argument_number(q, "offset", 0, 1ull << 40, 0), limit,
		&lines, &total, &p->error);

	if (r == XJ_OK)
		xj_api_give(p, json_pack("{s:I, s:o}", "total",
					 (json_int_t)total, "lines", lines));
	return r;
}
