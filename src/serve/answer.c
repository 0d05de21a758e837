/* answer.c - what is done around each handler: who asks, what was sent, what is
 * answered. */
#include <sodium.h>
#include <string.h>

#include "serve/api.h"

/* ------------------------------------------------------------ who is asking */

/* Who has left or is unknown by now is signed out by that, as is by a new
 * password who signed in with the old one. */
static int
take_member(struct xj_request *q, struct xj_error *err)
{
	int64_t changed;
	int r = xj_password_changed(q->archive, q->session.login, &changed,
				    err);

	if (r == XJ_OK && changed > q->session.began)
		return XJ_EPERM;
	return r < 0 ? r : xj_request_reader(q, q->archive, err);
}

static int
take_session(struct xj_request *q, struct xj_error *err)
{
	const char *token = xj_cookie(q, "session");
	int r;

	xj_session_find(token, &q->session);
	if (q->session.who == XJ_MEMBER) {
		r = take_member(q, err);
		if (r != XJ_ENOTFOUND && r != XJ_EPERM)
			return r;
		xj_session_end(token);
		q->session = (struct xj_session){ .who = XJ_GUEST };
	}
	return xj_request_reader(q, q->archive, err);
}

/* "Bearer TOKEN"; "Basic", of feed readers that know nothing else, with the token
 * as the password. */
static const char *
token_of(const struct xj_request *q)
{
	const char *given = q->authorization, *colon;
	char *text;
	size_t len;

	if (strncasecmp(given, "Bearer ", 7) == 0)
		return given + 7;
	if (strncasecmp(given, "Basic ", 6) != 0)
		return "";
	text = xj_arena_alloc(q->arena, strlen(given) + 1);
	if (!text || sodium_base642bin((unsigned char *)text, strlen(given),
				       given + 6, strlen(given + 6), NULL,
				       &len, NULL,
				       sodium_base64_VARIANT_ORIGINAL) < 0)
		return "";
	colon = strchr(text, ':');
	return colon ? colon + 1 : "";
}

/* Wrong ones are told of as such only now and then; right ones always work. */
static int
take_token(struct xj_request *q, struct xj_reply *p)
{
	struct xj_session *s = &q->session;
	int r;

	*s = (struct xj_session){ .who = XJ_GUEST, .by_token = true };
	r = xj_token_check(q->archive, token_of(q), s->login, &s->write,
			   &p->error);
	if (r == XJ_OK) {
		s->who = XJ_MEMBER;
		return xj_request_reader(q, q->archive, &p->error);
	}
	if (r != XJ_EPERM)
		return r;
	p->status = 401;
	xj_reply_header(q, p, "WWW-Authenticate",
			"Bearer realm=\"xueji\", error=\"invalid_token\"");
	if (!xj_attempt_counted(xj_arena_printf(q->arena, "token %s",
						q->address)))
		p->status = 429;
	return r;
}

/* A token counts where programs ask; on pages it is not looked at. */
static int
take_reader(const struct xj_route *route, struct xj_request *q,
	    struct xj_reply *p)
{
	if (route->flags & (XJ_API_ROUTE | XJ_TOKEN) && q->authorization)
		return take_token(q, p);
	return take_session(q, &p->error);
}

/* ------------------------------------------------------------ what is sent */

/* It was not sent by a page of somebody else's. */
static bool
is_from_us(const struct xj_request *q)
{
	if (q->fetch_site && strcmp(q->fetch_site, "same-origin") != 0 &&
	    strcmp(q->fetch_site, "none") != 0)
		return false;
	return !q->origin || strcmp(q->origin, xj_base_url(q)) == 0;
}

static bool
has_session_token(const struct xj_request *q, const char *csrf)
{
	return csrf && strlen(csrf) == XJ_TOKEN_MAX - 1 && *q->session.csrf &&
	       sodium_memcmp(csrf, q->session.csrf, XJ_TOKEN_MAX - 1) == 0;
}

bool
xj_is_own_form(const struct xj_request *q)
{
	return is_from_us(q) && has_session_token(q, xj_form(q, "csrf"));
}

static int
not_ours(struct xj_error *err)
{
	return xj_error_set(err, XJ_EPERM, "this form was not sent from a page "
			    "of ours, or you were signed out meanwhile: open "
			    "the page again");
}

static int
check_form(const struct xj_route *route, struct xj_request *q,
	   struct xj_error *err)
{
	if (route->flags & XJ_OPEN ? is_from_us(q) : xj_is_own_form(q))
		return XJ_OK;
	return not_ours(err);
}

static int
read_form(const struct xj_route *route, struct xj_request *q,
	  struct xj_reply *p)
{
	static const char type[] = "application/x-www-form-urlencoded";
	int r;

	if (!q->content_type ||
	    strncasecmp(q->content_type, type, strlen(type)) != 0) {
		p->status = 415;
		return xj_error_set(&p->error, XJ_EINVAL, "this is no form");
	}
	r = xj_fields_parse(q->arena, xj_buf_str(&q->body), q->body.len,
			    &q->form);
	if (r < 0)
		return xj_error_set(&p->error, r, "the form cannot be read");
	return check_form(route, q, &p->error);
}

/* Before its body is looked at: who is nobody changes nothing, a token may only
 * read, and a session's requests are to be ours. */
static int
check_change(struct xj_request *q, struct xj_reply *p)
{
	if (q->session.who == XJ_GUEST) {
		p->status = 401;
		xj_reply_header(q, p, "WWW-Authenticate",
				"Bearer realm=\"xueji\"");
		return xj_error_set(&p->error, XJ_EPERM, "who is not signed in "
				    "changes nothing");
	}
	if (q->session.by_token)
		return q->session.write ? XJ_OK :
		       xj_error_set(&p->error, XJ_EPERM, "this token only "
				    "reads");
	return is_from_us(q) && has_session_token(q, q->csrf) ? XJ_OK :
	       xj_error_set(&p->error, XJ_EPERM, "the session's token is "
			    "missing in X-CSRF-Token, or the request was not "
			    "sent from a page of ours");
}

static int
check_csv(const struct xj_request *q, struct xj_reply *p)
{
	if (xj_is_csv(q))
		return XJ_OK;
	p->status = 415;
	return xj_error_set(&p->error, XJ_EINVAL, "the body is to be a table: "
			    "Content-Type: text/csv");
}

static int
read_body(const struct xj_route *route, struct xj_request *q,
	  struct xj_reply *p)
{
	int r;

	if (strcmp(q->method, "GET") == 0 || !route->method)
		return XJ_OK;
	if (q->incoming) { /* xj_answer_begin() looked at who sends it */
		xj_incoming_put(q->incoming, q->body.data, q->body.len);
		return xj_incoming_end(q->incoming, &p->error);
	}
	if (!(route->flags & XJ_API_ROUTE))
		return read_form(route, q, p);
	r = check_change(q, p);
	if (r < 0)
		return r;
	return route->flags & XJ_CSV ? check_csv(q, p) : xj_body_read(q, p);
}

/* ------------------------------------------------------------------ answer */

static void
write_body(const struct xj_route *route, struct xj_request *q,
	   struct xj_reply *p)
{
	int r = XJ_OK;

	if (!p->model)
		return;
	if (route->flags & XJ_API_ROUTE || !p->page) {
		if (!p->type)
			p->type = "application/json";
		r = xj_json_text(&p->body, p->model, 0, &p->error);
	} else {
		xj_page_common(q, p->model);
		if (!p->type || strcmp(p->type, "application/problem+json") == 0)
			p->type = "text/html; charset=utf-8";
		r = xj_template_write(&p->body, p->page, p->model, &p->error);
	}
	if (r < 0) {
		fprintf(stderr, "xueji: serve: %s: %s\n", q->path,
			p->error.plain);
		p->status = 500;
		xj_buf_clear(&p->body);
		xj_buf_adds(&p->body, "500\n");
		p->type = "text/plain";
	}
}

/* Whoever has it already is not sent it again. */
static void
compare(struct xj_request *q, struct xj_reply *p)
{
	unsigned char digest[16];
	char hex[2 * sizeof(digest) + 1];
	bool reads = strcmp(q->method, "GET") == 0;

	if (!p->etag && p->fd < 0 && p->body.len) {
		crypto_generichash(digest, sizeof(digest),
				   (unsigned char *)p->body.data, p->body.len,
				   NULL, 0);
		xj_hex(digest, sizeof(digest), hex);
		p->etag = !p->version ? xj_arena_strdup(q->arena, hex) :
			  xj_arena_printf(q->arena, "%u-%s", p->version, hex);
	}
	if (!p->etag || !reads || !q->if_none_match ||
	    !strstr(q->if_none_match, p->etag))
		return;
	p->status = 304;
	xj_buf_clear(&p->body);
}

static int
handle(const struct xj_route *route, struct xj_request *q, struct xj_reply *p)
{
	bool guest = q->session.who == XJ_GUEST;
	int r;

	if (guest && route->flags & XJ_MEMBERS)
		return xj_reply_sign_in(q, p);
	r = route->handler(q, p);
	if (r != XJ_EPERM || !guest || !(route->flags & XJ_FORMS))
		return r;
	json_decref(p->model);
	p->model = NULL;
	return xj_reply_sign_in(q, p);
}

void
xj_answer(const struct xj_route *route, struct xj_request *q,
	  struct xj_reply *p)
{
	int r = take_reader(route, q, p);

	if (r == XJ_OK)
		r = read_body(route, q, p);
	if (r == XJ_OK)
		r = handle(route, q, p);
	if (r < 0)
		xj_reply_error(q, p, r);
	write_body(route, q, p);
	if (!p->status)
		p->status = 200;
	if (p->status == 200 || (p->status == 201 && p->version))
		compare(q, p);
}

void
xj_answer_begin(const struct xj_route *route, struct xj_request *q,
		struct xj_reply *p)
{
	int r = take_reader(route, q, p);

	/* A form has its token inside: it is looked at before the first file. */
	if (r == XJ_OK && route->flags & XJ_API_ROUTE)
		r = check_change(q, p);
	else if (r == XJ_OK && q->session.who == XJ_GUEST)
		r = xj_error_set(&p->error, XJ_EPERM, "who is not signed in "
				 "changes nothing");
	else if (r == XJ_OK && !is_from_us(q))
		r = not_ours(&p->error);
	if (r == XJ_OK)
		r = route->handler(q, p);
	if (r == XJ_OK)
		return;
	xj_reply_error(q, p, r);
	write_body(route, q, p);
}
