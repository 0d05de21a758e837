/* api-packet.c - packets of seminars for programs. */
#include <limits.h>
#include <string.h>

#include "serve/api.h"
#include "serve/seminar.h"

#define ITEMS_MAX 500
#define PAGE_MAX 1000000

/* ------------------------------------------------------------------- reading */

static int
take_version(void *ctx, const struct xj_seminar *s)
{
	*(unsigned *)ctx = s->study.version;
	return XJ_OK;
}

static int
add_line(void *ctx, const struct xj_packet_line *line)
{
	json_array_append_new(ctx, xj_model_packet_line(line));
	return XJ_OK;
}

/* Its version is that of the seminar. */
int
xj_api_packet(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	unsigned version = 0;
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = xj_packet_tell(q->archive, id, add_line, list, &p->error);
	if (r == XJ_OK)
		r = xj_seminar_tell(q->archive, id, take_version, &version,
				    &p->error);
	if (r < 0) {
		json_decref(list);
		return r == XJ_ENOTFOUND ? xj_seminar_none(q, &p->error) : r;
	}
	p->version = version;
	xj_api_give_record(p, json_pack("{s:o}", "items", list));
	return XJ_OK;
}

static int
add_blind(void *ctx, const struct xj_packet_blind *b)
{
	json_array_append_new(json_object_get(ctx, "blind"),
			      xj_model_packet_blind(b));
	return XJ_OK;
}

static int
add_fault(void *ctx, unsigned number, const char *title, const char *why)
{
	return xj_add_packet_fault(json_object_get(ctx, "faults"), number,
				   title, why);
}

int
xj_api_packet_check(struct xj_request *q, struct xj_reply *p)
{
	json_t *o = json_pack("{s:[], s:[]}", "blind", "faults");
	size_t invited = 0;
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = xj_packet_check(q->archive, id, add_blind, add_fault, o,
				    &invited, &p->error);
	json_object_set_new(o, "invited", json_integer((json_int_t)invited));
	xj_api_give_record(p, o);
	return r == XJ_ENOTFOUND ? xj_seminar_none(q, &p->error) : r;
}

/* ------------------------------------------------------------------- changing */

static void
take_item(struct xj_request *q, struct xj_packet_given *g)
{
	*g = (struct xj_packet_given){
		.document = xj_body_text(q, "document"),
		.query = xj_body_text(q, "query"),
		.saved = xj_body_text(q, "saved"),
		.note = xj_body_text(q, "note"),
		.version = (unsigned)xj_body_number(q, "version", 0,
						    UINT_MAX, 0),
		.first = (uint32_t)xj_body_number(q, "first", 0, PAGE_MAX, 0),
		.last = (uint32_t)xj_body_number(q, "last", 0, PAGE_MAX, 0),
		.limit = (unsigned)xj_body_number(q, "limit", 0, 100, 0),
	};
	if (!!g->document + !!g->query + !!g->saved != 1)
		xj_body_wrong(q, "document", "%s", _("one of document, query "
						     "and saved is needed"));
}

int
xj_api_packet_add(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = xj_body_list(q, "items", ITEMS_MAX);
	size_t count = json_array_size(list);
	struct xj_packet_given *items = xj_arena_alloc(q->arena, (count + 1) *
						       sizeof(*items));
	struct xj_api_change c;
	int r;

	xj_body_need(q, "items");
	for (size_t i = 0; items && i < count; i++) {
		xj_body_enter(q, "items", i);
		take_item(q, &items[i]);
		xj_body_leave(q);
	}
	r = xj_api_begin(&c, q, p, XJ_API_NUMBER);
	if (r == XJ_OK)
		r = items ? xj_packet_add(c.archive, c.id, items, count,
					  &c.options, &c.changed, &p->error)
			  : XJ_ENOMEM;
	return xj_api_end(&c, q, p, r, xj_api_packet);
}

int
xj_api_packet_edit(struct xj_request *q, struct xj_reply *p)
{
	struct xj_packet_change g = {
		.pages = xj_body_has(q, "first") || xj_body_has(q, "last"),
		.first = (uint32_t)xj_body_number(q, "first", 0, PAGE_MAX, 0),
		.last = (uint32_t)xj_body_number(q, "last", 0, PAGE_MAX, 0),
		.version = (unsigned)xj_body_number(q, "version", 0,
						    UINT_MAX, 0),
		.note = xj_body_text(q, "note"),
		.title_only = !xj_body_has(q, "title_only") ? 0 :
			      xj_body_flag(q, "title_only", false) ? 1 : -1,
	};
	bool newest = xj_body_flag(q, "newest", false);
	struct xj_api_change c;
	unsigned number = 0;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (newest)
		g.version = UINT_MAX;
	if (r == XJ_OK)
		r = xj_api_place(q, 1, &number, &p->error);
	if (r == XJ_OK)
		r = xj_packet_edit(c.archive, c.id, number, &g, &c.options,
				   &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_packet);
}

int
xj_api_packet_replace(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	unsigned number = 0;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_api_place(q, 1, &number, &p->error);
	if (r == XJ_OK)
		r = xj_packet_replace(c.archive, c.id, number, &c.options,
				      &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_packet);
}

int
xj_api_packet_move(struct xj_request *q, struct xj_reply *p)
{
	unsigned from = (unsigned)xj_body_number(q, "from", 1, ITEMS_MAX, 0);
	unsigned to = (unsigned)xj_body_number(q, "to", 0, ITEMS_MAX, 0);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_packet_move(c.archive, c.id, from, to, &c.options,
				   &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_packet);
}

int
xj_api_packet_share(struct xj_request *q, struct xj_reply *p)
{
	const char *until = xj_body_need_text(q, "until");
	unsigned item = (unsigned)xj_body_number(q, "item", 0, ITEMS_MAX, 0);
	json_t *o = json_pack("{s:[]}", "blind");
	struct xj_api_change c;
	size_t invited = 0;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_packet_share(c.archive, c.id, item, until, add_blind,
				    o, &invited, &p->error);
	r = xj_api_end(&c, q, p, r, NULL);
	if (r < 0) {
		json_decref(o);
		return r;
	}
	json_object_set_new(o, "invited", json_integer((json_int_t)invited));
	p->status = 200;
	xj_api_give_record(p, o);
	return XJ_OK;
}

int
xj_api_packet_freeze(struct xj_request *q, struct xj_reply *p)
{
	bool skip = xj_body_flag(q, "skip_missing", false);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_packet_freeze(c.archive, c.id, skip, NULL, NULL,
				     &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_packet);
}

int
xj_api_packet_thaw(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_packet_thaw(c.archive, c.id, &c.options, &c.changed,
				   &p->error);
	return xj_api_end(&c, q, p, r, xj_api_packet);
}
