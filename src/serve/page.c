/* page.c - what all pages have in common: parts, words on what was done, forms. */
#include <stdlib.h>
#include <string.h>

#include <xueji/pages.h>

#include "serve/serve.h"

/* The parts of the site, as the second line of every page names them. */
static const struct part {
	const char *path, *shown;  /* the path without its first '/' */
	enum xj_who least;         /* who has it: these and whoever is more */
	bool (*may)(struct xj_archive *archive); /* who of them; NULL: all */
} parts[] = {
	{ "", N_("Library"), XJ_GUEST, NULL },
	{ "topics", N_("Topics"), XJ_GUEST, NULL },
	{ "collections", N_("Collections"), XJ_MEMBER, NULL },
	{ "lectures", N_("Lectures"), XJ_MEMBER, NULL },
	{ "seminars", N_("Seminars"), XJ_MEMBER, NULL },
	{ "papers", N_("Papers"), XJ_MEMBER, NULL },
	{ "units", N_("Units"), XJ_MEMBER, NULL },
	{ "requests", N_("Requests"), XJ_MEMBER, NULL },
	{ "upload", N_("Upload"), XJ_MEMBER, NULL },
	{ "status", N_("Status"), XJ_MEMBER, xj_may_operate },
};

/* What ?done= may say; nothing else of it is shown. */
static const struct done {
	const char *code, *shown;
} dones[] = {
	{ "saved", N_("Saved.") },
	{ "unchanged", N_("Nothing was changed.") },
	{ "added", N_("Added.") },
	{ "removed", N_("Removed.") },
	{ "restored", N_("Brought back.") },
	{ "shared", N_("Shared.") },
	{ "unshared", N_("No longer shared.") },
	{ "sent", N_("Sent.") },
	{ "retried", N_("It is being read again.") },
	{ "there", N_("You are signed in to the lecture.") },
	{ "submitted", N_("Handed in.") },
	{ "returned", N_("Returned to its author.") },
	{ "accepted", N_("Accepted.") },
	{ "withdrawn", N_("Withdrawn.") },
	{ "asked", N_("It was asked for.") },
	{ "revoked", N_("The token is revoked.") },
	{ "frozen", N_("The packet is frozen.") },
};

/* "/documents/7" is of "/documents", "/uploads/x" of "/upload"; the library is
 * what no other part has. */
static bool
is_within(const char *path, const char *part)
{
	size_t len = strlen(part);

	if (strncmp(path, part, len) != 0)
		return false;
	path += len;
	path += *path == 's';
	return *path == '/' || !*path;
}

static json_t *
parts_of(const struct xj_request *q)
{
	json_t *list = json_array();
	size_t current = 0;

	for (size_t i = 1; i < XJ_COUNT(parts); i++)
		if (is_within(q->path + 1, parts[i].path))
			current = i;
	for (size_t i = 0; i < XJ_COUNT(parts); i++)
		if (q->session.who >= parts[i].least &&
		    (!parts[i].may || parts[i].may(q->archive)))
			json_array_append_new(list, json_pack(
				"{s:s, s:s, s:b}", "path", parts[i].path,
				"shown", _(parts[i].shown), "current",
				i == current));
	return list;
}

static void
add_done(const struct xj_request *q, json_t *model)
{
	const char *done = xj_argument(q, "done");

	for (size_t i = 0; i < XJ_COUNT(dones); i++)
		if (strcmp(done, dones[i].code) == 0)
			json_object_set_new(model, "done",
					    json_string(_(dones[i].shown)));
}

void
xj_page_common(const struct xj_request *q, json_t *model)
{
	const char *back = xj_arena_printf(q->arena, "%s%s%s", q->path,
					   *q->query ? "?" : "", q->query);
	bool chinese = q->language == XJ_CHINESE;
	json_t *list = parts_of(q);

	json_object_set_new(model, "lang", json_string(chinese ? "zh-CN"
							       : "en"));
	json_object_set_new(model, "chinese", json_boolean(chinese));
	json_object_set_new(model, "back", xj_json_of(back ? back : "/"));
	json_object_set_new(model, "asset", xj_assets_model());
	json_object_set_new(model, "guest",
			    json_boolean(q->session.who == XJ_GUEST));
	json_object_set_new(model, "owner",
			    json_boolean(q->session.who == XJ_OWNER));
	json_object_set_new(model, "member",
			    json_boolean(q->session.who == XJ_MEMBER));
	json_object_set_new(model, "reader", json_string(q->session.login));
	json_object_set_new(model, "csrf", json_string(q->session.csrf));
	json_object_set_new(model, "has_parts",
			    json_boolean(json_array_size(list) > 1));
	json_object_set_new(model, "parts", list);
	xj_feed_of_page(q, model);
	add_done(q, model);
}

int
xj_reply_done(struct xj_request *q, struct xj_reply *p, const char *to,
	      const char *done)
{
	const char *anchor = strchr(to, '#');
	size_t len = anchor ? (size_t)(anchor - to) : strlen(to);

	return xj_reply_redirect(q, p, xj_arena_printf(q->arena,
		"%.*s%cdone=%s%s", (int)len, to,
		memchr(to, '?', len) ? '&' : '?', done,
		anchor ? anchor : ""));
}

int
xj_reply_sign_in(struct xj_request *q, struct xj_reply *p)
{
	xj_auto(xj_buf_release) struct xj_buf to = XJ_BUF_INIT;

	xj_url_encode(&to, q->path);
	return xj_reply_redirect(q, p, xj_arena_printf(q->arena,
				 "/sign-in?to=%s", xj_buf_str(&to)));
}

int
xj_signed_in(const struct xj_request *q, struct xj_error *err)
{
	return q->session.who != XJ_GUEST ? XJ_OK :
	       xj_error_set(err, XJ_EPERM, "sign in first");
}

int
xj_reply_refused(struct xj_reply *p, int r)
{
	if (r != XJ_EINVAL && r != XJ_EEXIST && r != XJ_EBUSY &&
	    r != XJ_EPERM && r != XJ_ELIMIT)
		return r;
	p->status = r == XJ_EEXIST || r == XJ_EBUSY ? 409 :
		    r == XJ_EPERM ? 403 : 422;
	json_object_set_new(p->model, "wrong", xj_json_of(p->error.message));
	return XJ_OK;
}

int
xj_form_refused(struct xj_reply *p, int r)
{
	return xj_reply_refused(p, r == XJ_ENOTFOUND ? XJ_EINVAL : r);
}

int
xj_form_again(struct xj_request *q, struct xj_reply *p, int r, xj_handler page)
{
	struct xj_error why = p->error;
	int shown = page(q, p);

	if (shown < 0)
		return shown;
	p->error = why;
	return xj_form_refused(p, r);
}

struct xj_change_options
xj_form_options(const struct xj_request *q)
{
	return (struct xj_change_options){ .if_version =
		xj_form_number(q, "version") };
}

int
xj_request_reader(const struct xj_request *q, struct xj_archive *archive,
		  struct xj_error *err)
{
	if (q->session.who == XJ_GUEST)
		return xj_archive_set_guest(archive, err);
	return xj_archive_set_reader(archive, q->session.who == XJ_OWNER ?
				     NULL : q->session.login, err);
}

int
xj_change_open(const struct xj_request *q, struct xj_archive **archive,
	       struct xj_error *err)
{
	int r;

	*archive = NULL;
	r = xj_archive_open(xj_serve_options.dir, 0, archive, err);
	if (r == XJ_OK)
		r = xj_request_reader(q, *archive, err);
	if (r < 0) {
		xj_archive_close(*archive);
		*archive = NULL;
	}
	return r;
}
