/* request.c - what a request says, and what a reply carries. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

static int
unhex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* '+' is a space in forms; a '%' without two digits stands for itself. */
static char *
decode(struct xj_arena *arena, const char *text, size_t len)
{
	char *out = xj_arena_alloc(arena, len + 1), *o = out;

	for (size_t i = 0; out && i < len; i++)
		if (text[i] == '%' && i + 2 < len && unhex(text[i + 1]) >= 0 &&
		    unhex(text[i + 2]) >= 0) {
			*o++ = (char)(unhex(text[i + 1]) << 4 |
				      unhex(text[i + 2]));
			i += 2;
		} else {
			*o++ = text[i] == '+' ? ' ' : text[i];
		}
	if (out && strlen(out) != (size_t)(o - out))
		return NULL; /* it has a NUL */
	return out && xj_utf8_valid(out, strlen(out)) ? out : NULL;
}

void
xj_text_clean(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (text[0] == '\r' && text[1] == '\n')
			continue;
		*out++ = ((unsigned char)*text < 0x20 && *text != '\n' &&
			  *text != '\t') || *text == 0x7f ? ' ' : *text;
	}
	*out = '\0';
}

static struct xj_field *
parse_one(struct xj_arena *arena, const char *text, size_t len)
{
	const char *eq = memchr(text, '=', len);
	size_t name = eq ? (size_t)(eq - text) : len;
	struct xj_field *f = xj_arena_alloc(arena, sizeof(*f));
	char *n, *v;

	if (!f)
		return NULL;
	n = decode(arena, text, name);
	v = eq ? decode(arena, eq + 1, len - name - 1)
	       : xj_arena_strdup(arena, "");
	if (!n || !v)
		return NULL;
	xj_text_clean(n);
	xj_text_clean(v);
	*f = (struct xj_field){ .name = n, .value = v };
	return f;
}

int
xj_fields_parse(struct xj_arena *arena, const char *text, size_t len,
		struct xj_field **list)
{
	const char *end = text + len;
	unsigned count = 0;

	while (*list)
		list = &(*list)->next;
	while (text < end) {
		const char *amp = memchr(text, '&', (size_t)(end - text));
		size_t n = (size_t)((amp ? amp : end) - text);

		if (n && ++count > 200)
			return XJ_ELIMIT;
		if (n && !(*list = parse_one(arena, text, n)))
			return XJ_EINVAL;
		if (n)
			list = &(*list)->next;
		text += n + 1;
	}
	return XJ_OK;
}

static const char *
value_of(const struct xj_field *f, const char *name)
{
	for (; f; f = f->next)
		if (strcmp(f->name, name) == 0)
			return f->value;
	return "";
}

const char *
xj_argument(const struct xj_request *q, const char *name)
{
	return value_of(q->arguments, name);
}

const char *
xj_form(const struct xj_request *q, const char *name)
{
	return value_of(q->form, name);
}

const char *
xj_asked(const struct xj_request *q, const char *name)
{
	const char *value = xj_argument(q, name);

	return *value ? value : NULL;
}

const char *
xj_form_or_null(const struct xj_request *q, const char *name)
{
	const char *value = xj_form(q, name);

	return *value ? value : NULL;
}

unsigned
xj_form_number(const struct xj_request *q, const char *name)
{
	unsigned long n = strtoul(xj_form(q, name), NULL, 10);

	return n > UINT_MAX ? UINT_MAX : (unsigned)n;
}

/* What separates names in a list. */
static size_t
comma(const char *p)
{
	return strchr(",;\n", *p) ? 1 :
	       strncmp(p, "，", 3) == 0 || strncmp(p, "、", 3) == 0 ||
	       strncmp(p, "；", 3) == 0 ? 3 : 0;
}

/* The first of a list, without spaces around it; false: there is nothing. */
static bool
cut(char **text, const char **out)
{
	char *p = *text, *end;
	size_t len = 0;

	p += strspn(p, " \t");
	*out = end = p;
	while (*end && !(len = comma(end)))
		end++;
	*text = end + len;
	while (end > p && strchr(" \t", end[-1]))
		end--;
	*end = '\0';
	return end > p;
}

const char *const *
xj_form_names(const struct xj_request *q, const char *name, size_t most)
{
	const char **list = xj_arena_alloc(q->arena,
					   (most + 1) * sizeof(*list));
	size_t n = 0;

	for (const struct xj_field *f = q->form; f && list; f = f->next) {
		char *text = strcmp(f->name, name) == 0 ?
			     xj_arena_strdup(q->arena, f->value) : NULL;

		while (text && *text && n < most)
			n += cut(&text, &list[n]);
	}
	if (list)
		list[n] = NULL;
	return list;
}

json_t *
xj_form_typed(const struct xj_request *q)
{
	json_t *o = json_object();

	for (const struct xj_field *f = q->form; f; f = f->next)
		if (strcmp(f->name, "csrf") != 0)
			json_object_set_new(o, f->name, xj_json_of(f->value));
	return o;
}

size_t
xj_form_all(const struct xj_request *q, const char *name, const char **values,
	    size_t most)
{
	size_t n = 0;

	for (const struct xj_field *f = q->form; f && n < most; f = f->next)
		if (strcmp(f->name, name) == 0)
			values[n++] = f->value;
	return n;
}

uint64_t
xj_argument_number(const struct xj_request *q, const char *name,
		   uint64_t least, uint64_t most, uint64_t otherwise)
{
	const char *text = xj_argument(q, name);
	uint64_t n;

	if (!*text || strspn(text, "0123456789") != strlen(text) ||
	    strlen(text) > 18)
		return otherwise;
	n = strtoull(text, NULL, 10);
	return n < least || n > most ? otherwise : n;
}

const char *
xj_cookie(const struct xj_request *q, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = q->cookie; p && *p;) {
		size_t n;

		p += strspn(p, "; ");
		n = strcspn(p, ";");
		if (strncmp(p, name, len) == 0 && p[len] == '=')
			return xj_arena_strndup(q->arena, p + len + 1,
						n - len - 1);
		p += n;
	}
	return NULL;
}

bool
xj_is_csv(const struct xj_request *q)
{
	const char *type = q->content_type;

	return type && strncasecmp(type, "text/csv", 8) == 0 &&
	       (!type[8] || type[8] == ';' || type[8] == ' ');
}

const char *
xj_base_url(const struct xj_request *q)
{
	const char *url = xj_serve_options.url;

	return url && *url ? url : xj_arena_printf(q->arena, "http://%s",
						    q->host);
}

/* ----------------------------------------------------------------- replies */

void
xj_reply_header(struct xj_request *q, struct xj_reply *p, const char *name,
		const char *value)
{
	struct xj_header *h = xj_arena_alloc(q->arena, sizeof(*h));

	if (!h || !value || strpbrk(value, "\r\n"))
		return;
	*h = (struct xj_header){ name, value, p->headers };
	p->headers = h;
}

int
xj_reply_redirect(struct xj_request *q, struct xj_reply *p, const char *to)
{
	p->status = 303;
	xj_reply_header(q, p, "Location", to);
	return XJ_OK;
}

static unsigned
status_of(int r)
{
	switch (r) {
	case XJ_EINVAL: return 422;
	case XJ_ENOTFOUND: return 404;
	case XJ_EEXIST: return 409;
	case XJ_EBUSY: return 503;
	case XJ_EPERM: return 403;
	case XJ_ELIMIT: return 413;
	case XJ_ENOSPC: return 507;
	}
	return 500;
}

static const char *
heading(unsigned status)
{
	switch (status) {
	case 400: return _("That cannot be read");
	case 401: return _("Who is asking?");
	case 403: return _("Not allowed");
	case 404: return _("Not found");
	case 405: return _("Not this way");
	case 409: return _("It is so already");
	case 412: return _("Somebody else was faster");
	case 413: return _("Too large");
	case 415: return _("Not in this form");
	case 422: return _("That makes no sense");
	case 428: return _("Say which version");
	case 429: return _("Too often");
	case 507: return _("No room");
	case 503: return _("Busy; try again");
	}
	return _("Something went wrong");
}

void
xj_reply_error(struct xj_request *q, struct xj_reply *p, int r)
{
	if (!p->status)
		p->status = status_of(r);
	/* What is wrong inside is for the log, not for strangers. */
	if (p->status == 500) {
		fprintf(stderr, "xueji: serve: %s: %s\n", q->path ? q->path :
			"", p->error.plain);
		p->error.message[0] = '\0';
	}
	json_decref(p->model);
	xj_buf_clear(&p->body);
	p->model = json_pack("{s:s, s:s, s:i, s:o}", "type", "about:blank",
			     "title", heading(p->status), "status",
			     (int)p->status, "detail",
			     xj_json_of(p->error.message));
	if (json_array_size(q->problems))
		json_object_set(p->model, "errors", q->problems);
	if (p->status == 412 && q->version_now)
		json_object_set_new(p->model, "version",
				    json_integer(q->version_now));
	p->page = "error";
	p->type = "application/problem+json";
	p->etag = NULL;
}
