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

int
xj_page_sign_in(struct xj_request *q, struct xj_reply *p)
{
	if (q->session.who != XJ_GUEST)
		return xj_reply_redirect(q, p, "/");
	p->model = json_pack("{s:s}", "title", _("Sign in"));
	p->page = "sign-in";
	return XJ_OK;
}

int
xj_do_link(struct xj_request *q, struct xj_reply *p)
{
	struct xj_session session;
	char token[XJ_TOKEN_MAX];

	if (q->head)
		return xj_reply_redirect(q, p, "/sign-in");
	if (!xj_link_take(q->parameters[0], &session)) {
		p->status = 403;
		return xj_error_set(&p->error, XJ_EPERM, "this link was used "
				    "already, or is too old");
	}
	xj_session_begin(&session, token);
	set_cookie(q, p, "session", token, 30 * 24 * 3600);
	return xj_reply_redirect(q, p, "/");
}

int
xj_do_sign_out(struct xj_request *q, struct xj_reply *p)
{
	xj_session_end(xj_cookie(q, "session"));
	set_cookie(q, p, "session", "", 0);
	return xj_reply_redirect(q, p, "/");
}

/* Back to a page of ours, never to somebody else's. */
static const char *
back_to(const struct xj_request *q)
{
	const char *back = xj_argument(q, "back");
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (back[0] != '/' || back[1] == '/' || strchr(back, '\\'))
		return "/";
	for (; *back; back++) /* a Location is ASCII */
		if ((unsigned char)*back >= 0x80 || *back == ' ' ||
		    *back == '"')
			xj_buf_addf(&b, "%%%02X", (unsigned char)*back);
		else
			xj_buf_addc(&b, *back);
	return xj_arena_strdup(q->arena, xj_buf_str(&b));
}

int
xj_do_language(struct xj_request *q, struct xj_reply *p)
{
	const char *to = q->parameters[0];

	if (strcmp(to, "zh") != 0 && strcmp(to, "en") != 0)
		return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no "
				    "such page");
	set_cookie(q, p, "language", to, 365 * 24 * 3600);
	return xj_reply_redirect(q, p, back_to(q));
}
