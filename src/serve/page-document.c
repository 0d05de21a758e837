/* page-document.c - all that is known of one document, and its bytes. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xueji/pages.h>

#include "serve/api.h"

#define MEMBERS_SHOWN 200
#define SIMILAR_SHOWN 6
#define CONTAINERS_MAX 16
#define VERSIONS_SHOWN 50

/* ------------------------------------------------------- what is around it */

/* What it is inside of, outermost first. */
static json_t *
containers_of(struct xj_request *q, const struct xj_document_info *info)
{
	json_t *list = json_array();
	uint64_t id = info->parent;

	for (int i = 0; id && i < CONTAINERS_MAX; i++) {
		struct xj_document *d;
		char ref[24];

		snprintf(ref, sizeof(ref), "%llu", (ull)id);
		if (xj_document_open(q->archive, ref, &d, NULL) < 0)
			break;
		json_array_insert_new(list, 0,
				      xj_model_info(xj_document_info(d)));
		id = xj_document_info(d)->parent;
		xj_document_free(d);
	}
	return list;
}

/* What is directly inside; deeper ones are on the pages of these. */
struct inside {
	json_t *list;
	uint64_t of, left;
};

static int
add_inside(void *ctx, const struct xj_document_info *info)
{
	struct inside *in = ctx;

	if (info->parent == in->of && json_array_size(in->list) <
	    MEMBERS_SHOWN)
		json_array_append_new(in->list, xj_model_info(info));
	else
		in->left += info->parent == in->of;
	return XJ_OK;
}

static int
add_members(struct xj_request *q, json_t *o, uint64_t id, struct xj_error *err)
{
	struct inside in = { .list = json_array(), .of = id };
	char filter[32];
	int r;

	snprintf(filter, sizeof(filter), "in:%llu", (ull)id);
	r = xj_list(q->archive, &(struct xj_list_options){ .filter = filter,
		    .sort = "id" }, NULL, add_inside, &in, err);
	json_object_set_new(o, "members", in.list);
	if (in.left)
		json_object_set_new(o, "members_more", xj_json_format(
			_("and %llu more"), (ull)in.left));
	return r;
}

static json_t *
alike_of(const struct xj_alike *a)
{
	json_t *o = xj_model_info(&a->info), *shared = json_array();

	for (size_t i = 0; a->shared && a->shared[i] && i < 6; i++)
		json_array_append_new(shared, xj_json_of(a->shared[i]));
	json_object_set_new(o, "shared", shared);
	return o;
}

/* A page is not worth less without it: nothing similar is no error. */
static void
add_similar(struct xj_request *q, json_t *o, uint64_t id)
{
	json_t *list = json_array();
	struct xj_similar *s;

	json_object_set_new(o, "similar", list);
	if (xj_similar(q->archive, id, &(struct xj_similar_options){
		       .limit = SIMILAR_SHOWN }, &s, NULL) < 0)
		return;
	for (size_t i = 0; i < xj_similar_count(s); i++)
		json_array_append_new(list, alike_of(xj_similar_at(s, i)));
	xj_similar_free(s);
}

static void
add_deeds(struct xj_request *q, json_t *o, const struct xj_document_info *info)
{
	unsigned may = q->session.who == XJ_GUEST ? 0 :
		       xj_may_do(q->archive, info->id);

	json_object_set_new(o, "may_edit", json_boolean(
		may & XJ_MAY_EDIT && info->state == XJ_LIVE));
}

/* --------------------------------------------------------------- the page */

static const char *
url_of(struct xj_request *q, uint64_t id)
{
	return xj_arena_printf(q->arena, "%s/documents/%llu", xj_base_url(q),
			       (ull)id);
}

static json_t *
citation(struct xj_request *q, struct xj_document *d)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_cite(&b, d, "gb", url_of(q, xj_document_info(d)->id));
	return xj_json_of(xj_buf_str(&b));
}

static int
add_version(void *ctx, const struct xj_bytes_version *v)
{
	json_array_insert_new(ctx, 0, json_pack(
		"{s:i, s:o, s:o, s:I, s:s, s:{s:o}, s:o}",
		"version", (int)v->version, "at", xj_model_time(v->at),
		"user", xj_text_or_null(v->user), "size", (json_int_t)v->size,
		"sha512", v->sha512, "shown", "size", xj_model_size(v->size),
		"moment", xj_model_moment(v->at)));
	return XJ_OK;
}

/* Those before the one of now: that is what the page is about. */
static void
add_older(struct xj_document *d, json_t *o)
{
	json_t *list = json_array();

	if (xj_document_versions(d, add_version, list, NULL) < 0)
		json_array_clear(list);
	json_array_remove(list, 0);
	while (json_array_size(list) > VERSIONS_SHOWN)
		json_array_remove(list, VERSIONS_SHOWN);
	json_object_set_new(o, "versions", list);
}

int
xj_api_document_versions(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	struct xj_document *d;
	int r = xj_document_asked(q, &d, &p->error);

	if (r == XJ_OK) {
		r = xj_document_versions(d, add_version, list, &p->error);
		xj_document_free(d);
	}
	xj_api_give(p, json_pack("{s:o}", "versions", list));
	return r;
}

/* The details of a history may be paths on the machine of who added it. */
static void
forget_places(json_t *o)
{
	json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(o, "history"), i, entry) {
		const char *verb = json_string_value(
			json_object_get(entry, "verb"));

		if (strcmp(verb, "add") == 0 || strcmp(verb, "update") == 0)
			json_object_set_new(entry, "detail", json_null());
	}
}

/* A section of the page has a heading where its list has something. */
static void
has(json_t *o, const char *name, const char *list)
{
	json_object_set_new(o, name, json_boolean(
		json_array_size(json_object_get(o, list)) > 0));
}

int
xj_page_document(struct xj_request *q, struct xj_reply *p)
{
	struct xj_document *d;
	const struct xj_document_info *info;
	int r = xj_document_asked(q, &d, &p->error);

	if (r == XJ_ENOTFOUND)
		return xj_page_removed(q, p);
	if (r < 0)
		return r;
	info = xj_document_info(d);
	p->model = xj_model_document(q, d, &p->error);
	p->page = "document";
	json_object_set_new(p->model, "containers", containers_of(q, info));
	r = add_members(q, p->model, info->id, &p->error);
	add_similar(q, p->model, info->id);
	xj_model_sight(q, p->model, info->id);
	json_object_set_new(p->model, "may_edit", json_boolean(
			    xj_may_do(q->archive, info->id) & XJ_MAY_EDIT));
	if (q->session.who != XJ_OWNER)
		forget_places(p->model);
	add_deeds(q, p->model, info);
	add_older(d, p->model);
	has(p->model, "has_versions", "versions");
	has(p->model, "has_members", "members");
	has(p->model, "has_similar", "similar");
	has(p->model, "has_who", "who_can");
	has(p->model, "has_history", "history");
	json_object_set_new(p->model, "citation", citation(q, d));
	json_object_set_new(p->model, "q", xj_json_of(xj_argument(q, "q")));
	xj_later_remember(q, xj_argument(q, "q"));
	json_object_set_new(p->model, "title", xj_json_of(
		*info->title ? info->title : info->name));
	xj_document_free(d);
	return r;
}

int
xj_give_cite(struct xj_request *q, struct xj_reply *p)
{
	static const char *const styles[][3] = {
		{ "gb", "text/plain; charset=utf-8", "txt" },
		{ "bibtex", "application/x-bibtex; charset=utf-8", "bib" },
		{ "ris", "application/x-research-info-systems; charset=utf-8",
		  "ris" },
	};
	const char *style = q->parameters[1];
	struct xj_document *d;
	size_t i = 0;
	int r;

	while (i < XJ_COUNT(styles) && strcmp(styles[i][0], style) != 0)
		i++;
	if (i == XJ_COUNT(styles))
		return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no "
				    "such page");
	r = xj_document_asked(q, &d, &p->error);
	if (r < 0)
		return r;
	xj_cite(&p->body, d, style, url_of(q, xj_document_info(d)->id));
	xj_buf_addc(&p->body, '\n');
	p->type = styles[i][1];
	xj_reply_header(q, p, "Content-Disposition", xj_arena_printf(q->arena,
			"attachment; filename=\"xueji-%llu.%s\"",
			(ull)xj_document_info(d)->id, styles[i][2]));
	xj_document_free(d);
	return XJ_OK;
}

/* ---------------------------------------------------------------- its bytes */

const char *
xj_disposition(struct xj_request *q, const char *name)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf own = XJ_BUF_INIT;

	xj_buf_adds(&b, "attachment; filename=\"");
	for (const char *p = name; *p; p++)
		xj_buf_addc(&b, (unsigned char)*p < 0x20 ||
			    (unsigned char)*p >= 0x7f || strchr("\"\\%/", *p) ?
			    '_' : *p);
	if (xj_utf8_valid(name, strlen(name)))
		xj_buf_adds(&own, name);
	else
		xj_escape_shown(&own, name, strlen(name));
	xj_buf_adds(&b, "\"; filename*=UTF-8''");
	xj_url_encode(&b, xj_buf_str(&own));
	return xj_arena_strdup(q->arena, xj_buf_str(&b));
}

/* The bytes are checked before the first of them is sent. */
static int
copy_out(struct xj_document *d, unsigned version, struct xj_reply *p)
{
	const struct xj_document_info *info = xj_document_info(d);
	struct stat st;
	int r;

	p->fd = !version && info->size <= (8 << 20) ?
		memfd_create("document", MFD_CLOEXEC) : -1;
	if (p->fd < 0) /* has no name, and goes with its descriptor */
		p->fd = open(xj_serve_options.dir, O_TMPFILE | O_RDWR |
			     O_CLOEXEC, 0600);
	if (p->fd < 0)
		return xj_error_errno(&p->error, "a temporary file");
	r = xj_document_get(d, version, p->fd, &p->error);
	if (r == XJ_OK && fstat(p->fd, &st) < 0)
		r = xj_error_errno(&p->error, "a temporary file");
	if (r == XJ_OK)
		p->fd_size = (uint64_t)st.st_size;
	if (r < 0) {
		close(p->fd);
		p->fd = -1;
	}
	return r;
}

int
xj_give_file(struct xj_request *q, struct xj_reply *p)
{
	const struct xj_document_info *info;
	struct xj_document *d;
	unsigned version = (unsigned)xj_argument_number(q, "version", 1,
							UINT_MAX, 0);
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	info = xj_document_info(d);
	r = copy_out(d, version, p); /* for HEAD, too: it may be refused */
	p->foreign = true;
	p->type = "application/octet-stream";
	p->etag = version ? xj_arena_printf(q->arena, "%llu.%u",
					    (ull)info->id, version) :
			    xj_arena_strdup(q->arena, info->sha512);
	xj_reply_header(q, p, "Content-Disposition",
			xj_disposition(q, *info->name ? info->name : "document"));
	xj_document_free(d);
	return r;
}
