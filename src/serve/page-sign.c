/* page-sign.c - signing in and out, and the language of the pages. */
#include <string.h>

#include "serve/serve.h"

/* Cookies go to us alone, and to no script. */
static void
set_cookie(struct xj_request *q, struct xj_reply *p, const char *name,
	   const char *value, unsigned seconds)
{
	const char *url = xj_serve_options.url;
	bool secure = url && strncmp(url, "https:", 6) == 0;

	xj_reply_header(q, p, "Set-Cookie", xj_arena_printf(q->arena,
			"%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%u%s",
			name, value, seconds, secure ? "; Secure" : ""));
}

static int
begin(struct xj_request *q, struct xj_reply *p, enum xj_who who,
      const char *login, const char *to)
{
	struct xj_session session = { .who = who };
	char token[XJ_TOKEN_MAX];

	snprintf(session.login, sizeof(session.login), "%s", login);
	xj_session_end(xj_cookie(q, "session"));
	xj_session_begin(&session, token);
	set_cookie(q, p, "session", token, 30 * 24 * 3600);
	return xj_reply_redirect(q, p, to);
}

/* Back to a page of ours, never to somebody else's. */
static const char *
back_to(const struct xj_request *q, const char *back)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (back[0] != '/' || back[1] == '/' || strchr(back, '\\'))
		return "/";
	for (; *back; back++) /* a Location is ASCII */
		if ((unsigned char)*back >= 0x80 || *back == '"' ||
		    (unsigned char)*back <= ' ')
			xj_buf_addf(&b, "%%%02X", (unsigned char)*back);
		else
			xj_buf_addc(&b, *back);
	return xj_arena_strdup(q->arena, xj_buf_str(&b));
}

int
xj_sign_in_again(struct xj_request *q, struct xj_reply *p, const char *to)
{
	return begin(q, p, q->session.who, q->session.login, to);
}

int
xj_page_sign_in(struct xj_request *q, struct xj_reply *p)
{
	if (q->session.who != XJ_GUEST)
		return xj_reply_redirect(q, p, "/");
	p->model = json_pack("{s:s, s:o}", "title", _("Sign in"), "to",
			     xj_json_of(xj_argument(q, "to")));
	p->page = "sign-in";
	return XJ_OK;
}

/* The page again, with what was wrong. */
static int
sign_in_again(struct xj_request *q, struct xj_reply *p, unsigned status,
	      const char *wrong)
{
	p->status = status;
	p->model = json_pack("{s:s, s:o, s:o, s:o}", "title", _("Sign in"),
			     "wrong", xj_json_of(wrong),
			     "typed", xj_json_of(xj_form(q, "login")),
			     "to", xj_json_of(xj_form(q, "to")));
	p->page = "sign-in";
	return XJ_OK;
}

int
xj_do_sign_in(struct xj_request *q, struct xj_reply *p)
{
	const char *login = xj_form(q, "login");
	char found[XJ_LOGIN_MAX];
	int r;

	if (!xj_attempt_may(q->address, login))
		return sign_in_again(q, p, 429, _("Too many attempts. Wait a "
						  "quarter of an hour."));
	r = xj_password_check(q->archive, login, xj_form(q, "password"), found,
			      &p->error);
	if (r == XJ_OK)
		return begin(q, p, XJ_MEMBER, found,
			     back_to(q, xj_form(q, "to")));
	if (r != XJ_EPERM)
		return r;
	xj_attempt_wrong(q->address, login);
	return sign_in_again(q, p, 403, _("Login or password is wrong."));
}

/* ------------------------------------------------------- the first password */

int
xj_page_welcome(struct xj_request *q, struct xj_reply *p)
{
	p->model = json_pack("{s:s, s:o}", "title", _("Choose a password"),
			     "token", xj_json_of(q->parameters[0]));
	p->page = "welcome";
	return XJ_OK;
}

static int
choose(struct xj_request *q, char login[XJ_LOGIN_MAX], struct xj_error *err)
{
	const char *password = xj_form(q, "password");
	struct xj_archive *a;
	int r;

	if (strcmp(password, xj_form(q, "again")) != 0)
		return xj_error_set(err, XJ_EINVAL, "the two passwords are "
				    "not the same");
	r = xj_archive_open(xj_serve_options.dir, 0, &a, err);
	if (r < 0)
		return r;
	r = xj_account_link_use(a, q->parameters[0], password, login, err);
	xj_archive_close(a);
	return r;
}

int
xj_do_welcome(struct xj_request *q, struct xj_reply *p)
{
	char login[XJ_LOGIN_MAX];
	int r;

	if (!xj_attempt_may(q->address, q->parameters[0]))
		r = xj_error_set(&p->error, XJ_EPERM, "too many attempts: "
				 "wait a quarter of an hour");
	else
		r = choose(q, login, &p->error);
	if (r == XJ_OK)
		return begin(q, p, XJ_MEMBER, login, "/");
	if (r == XJ_EPERM)
		xj_attempt_wrong(q->address, q->parameters[0]);
	if (r != XJ_EINVAL)
		return r;
	xj_page_welcome(q, p);
	p->status = 422;
	json_object_set_new(p->model, "wrong", xj_json_of(p->error.message));
	return XJ_OK;
}

int
xj_do_link(struct xj_request *q, struct xj_reply *p)
{
	struct xj_session session;

	if (q->head)
		return xj_reply_redirect(q, p, "/sign-in");
	if (!xj_link_take(q->parameters[0], &session)) {
		p->status = 403;
		return xj_error_set(&p->error, XJ_EPERM, "this link was used "
				    "already, or is too old");
	}
	return begin(q, p, session.who, session.login, "/");
}

int
xj_do_sign_out(struct xj_request *q, struct xj_reply *p)
{
	xj_session_end(xj_cookie(q, "session"));
	set_cookie(q, p, "session", "", 0);
	return xj_reply_redirect(q, p, "/");
}

int
xj_do_language(struct xj_request *q, struct xj_reply *p)
{
	const char *to = q->parameters[0];

	if (strcmp(to, "zh") != 0 && strcmp(to, "en") != 0)
		return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no "
				    "such page");
	set_cookie(q, p, "language", to, 365 * 24 * 3600);
	return xj_reply_redirect(q, p, back_to(q, xj_argument(q, "back")));
}
