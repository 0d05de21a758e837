/* page-me.c - a member's own page: password, tokens, what is held about him. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xueji/past.h>

#include "serve/people.h"

static int
add_token(void *ctx, const struct xj_token *t)
{
	json_array_append_new(ctx, json_pack("{s:I, s:o, s:b, s:o, s:o, s:b}",
		"number", (json_int_t)t->number, "name", xj_json_of(t->name),
		"write", (int)t->write, "moment", xj_model_moment(t->created),
		"until", xj_text_or_null(t->until), "over", (int)t->over));
	return XJ_OK;
}

static int
add_tokens(struct xj_request *q, json_t *model, struct xj_error *err)
{
	json_t *list = json_array();

	json_object_set_new(model, "tokens", list);
	json_object_set_new(model, "typed", json_pack("{s:o, s:o, s:b}",
		"name", xj_json_of(xj_form(q, "name")),
		"until", xj_json_of(xj_form(q, "until")),
		"write", *xj_form(q, "write") != '\0'));
	return xj_tokens(q->archive, q->session.login, add_token, list, err);
}

int
xj_page_me(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	int r = XJ_OK;

	p->page = "me";
	if (q->session.who == XJ_MEMBER) {
		r = xj_members(q->archive, &(struct xj_members_options){
			       .member = q->session.login },
			       xj_model_add_member, list, &p->error);
		p->model = json_incref(json_array_get(list, 0));
	}
	json_decref(list);
	if (q->session.who != XJ_MEMBER)
		return xj_reply_sign_in(q, p);
	if (r < 0 || !p->model)
		return r < 0 ? r : XJ_ENOMEM;
	json_object_set_new(p->model, "title", json_string(_("About you")));
	xj_model_has(p->model, "has_roles", "roles");
	r = add_tokens(q, p->model, &p->error);
	xj_model_has(p->model, "has_tokens", "tokens");
	return r;
}

/* Shown once, on the page that answers: it is in no address and no history. */
int
xj_do_token_new(struct xj_request *q, struct xj_reply *p)
{
	const struct xj_token_given given = { .name = xj_form(q, "name"),
		.write = *xj_form(q, "write") != '\0',
		.until = xj_form_or_null(q, "until") };
	char token[XJ_LINK_MAX];
	struct xj_archive *a;
	struct xj_error err;
	uint64_t number;
	int r, shown;

	if (q->session.who != XJ_MEMBER)
		return xj_reply_sign_in(q, p);
	r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = xj_token_add(a, q->session.login, &given, token, &number,
			 &p->error);
	xj_archive_close(a);
	err = p->error;
	if (r == XJ_OK)
		q->form = NULL;
	shown = xj_page_me(q, p);
	if (r == XJ_OK && shown == XJ_OK)
		json_object_set_new(p->model, "made", json_pack("{s:s, s:o}",
			"token", token, "program", xj_json_of(given.name)));
	if (r == XJ_OK || shown < 0)
		return shown;
	p->error = err;
	return xj_reply_refused(p, r);
}

static int
revoke_token(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	return xj_token_revoke(a, strtoull(q->parameters[0], NULL, 10), err);
}

int
xj_do_token_revoke(struct xj_request *q, struct xj_reply *p)
{
	if (q->session.who != XJ_MEMBER)
		return xj_reply_sign_in(q, p);
	return xj_deed_do(q, p, &(struct xj_deed){ revoke_token, "revoked",
						   "/me#tokens", xj_page_me });
}

/* The old one is asked for: a page that was left open is no leave to lock its
 * owner out. */
static int
set_password(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	const char *login = q->session.login, *password = xj_form(q, "password");
	char found[XJ_LOGIN_MAX];
	int r;

	if (!xj_attempt_may(q->address, login))
		return xj_error_set(err, XJ_EINVAL, "too many attempts: wait a "
				    "quarter of an hour");
	r = xj_password_check(a, login, xj_form(q, "old"), found, err);
	if (r == XJ_EPERM) {
		xj_attempt_wrong(q->address, login);
		return xj_error_set(err, XJ_EINVAL, "the old password is "
				    "wrong");
	}
	if (r == XJ_OK && strcmp(password, xj_form(q, "again")) != 0)
		return xj_error_set(err, XJ_EINVAL, "the two passwords are "
				    "not the same");
	return r < 0 ? r : xj_password_set(a, login, password, err);
}

int
xj_do_password(struct xj_request *q, struct xj_reply *p)
{
	struct xj_archive *a;
	struct xj_error err;
	int r, shown;

	if (q->session.who != XJ_MEMBER)
		return xj_reply_sign_in(q, p);
	r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = set_password(a, q, &p->error);
	xj_archive_close(a);
	/* Sessions that began with the old one end; this one goes on. */
	if (r == XJ_OK)
		return xj_sign_in_again(q, p, "/me?done=saved");
	err = p->error;
	shown = xj_page_me(q, p);
	p->error = err;
	return shown < 0 ? shown : xj_reply_refused(p, r);
}

static int
forget(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	uint64_t count;

	(void)q;
	return xj_query_forget(a, NULL, &count, err);
}

int
xj_do_forget(struct xj_request *q, struct xj_reply *p)
{
	if (q->session.who != XJ_MEMBER)
		return xj_reply_sign_in(q, p);
	return xj_deed_do(q, p, &(struct xj_deed){ forget, "removed", "/me",
						   xj_page_me });
}

/* Its name is gone before it is sent. */
static int
export(struct xj_archive *a, const struct xj_request *q, struct xj_reply *p)
{
	char token[XJ_TOKEN_MAX];
	struct xj_member_exported exported;
	struct stat st;
	const char *path;
	int r;

	xj_token_new(token);
	path = xj_arena_printf(q->arena, "%s/staging/mine-%.16s.zip",
			       xj_serve_options.dir, token);
	r = xj_member_export(a, path, &(struct xj_member_export_options){
			     .files = *xj_form(q, "files") != '\0' },
			     &exported, &p->error);
	if (r < 0)
		return r;
	p->fd = open(path, O_RDONLY | O_CLOEXEC);
	unlink(path);
	if (p->fd < 0 || fstat(p->fd, &st) < 0)
		return xj_error_errno(&p->error, "the export");
	p->fd_size = (uint64_t)st.st_size;
	return XJ_OK;
}

int
xj_give_mine(struct xj_request *q, struct xj_reply *p)
{
	struct xj_archive *a;
	int r;

	if (q->session.who != XJ_MEMBER)
		return xj_reply_sign_in(q, p);
	r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = export(a, q, p);
	xj_archive_close(a);
	p->foreign = true;
	p->type = "application/zip";
	xj_reply_header(q, p, "Content-Disposition",
			"attachment; filename=\"xueji-mine.zip\"");
	return r;
}
