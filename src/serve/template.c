/* template.c - pages from templates; nothing gets into one unescaped. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/serve.h"

#define DEPTH_MAX 16
#define TEMPLATE_MAX (256 << 10)

struct node {
	char op;              /* 't' text, '=' value, or the sign in {{ }} */
	const char *text;     /* or name */
	size_t len;
	size_t end;           /* of a section: the node that closes it */
};

struct template {
	char name[64];
	struct xj_buf source;
	struct node *nodes;
	size_t count;
};

static struct template *templates;
static size_t template_count;

/* ----------------------------------------------------------------- reading */

/* Where the text stands as a browser would read it. */
struct place {
	bool tag;
	char quote;           /* ' or ", in the value of an attribute */
	char attribute[32];
	size_t attribute_len, value_len;
};

static void
step_tag(struct place *p, char c)
{
	if (p->quote) {
		p->value_len++;
		if (c == p->quote)
			p->quote = p->attribute_len = 0;
	} else if (c == '"' || c == '\'') {
		p->quote = c;
		p->value_len = 0;
	} else if (c == '>') {
		p->tag = false;
	} else if (c == ' ' || c == '\n' || c == '\t') {
		p->attribute_len = 0;
	} else if (c != '=' && p->attribute_len + 1 < sizeof(p->attribute)) {
		p->attribute[p->attribute_len++] = c;
	}
	p->attribute[p->attribute_len] = '\0';
}

static void
step(struct place *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p->tag)
			step_tag(p, text[i]);
		else if (text[i] == '<')
			*p = (struct place){ .tag = true };
}

/* Whether a value may stand here. */
static bool
may_stand(const struct place *p)
{
	static const char *const addresses[] = { "href", "src", "action",
						 "formaction", "style" };

	if (!p->tag)
		return true;
	if (!p->quote || strncmp(p->attribute, "on", 2) == 0)
		return false;
	for (size_t i = 0; i < XJ_COUNT(addresses); i++)
		if (strcmp(p->attribute, addresses[i]) == 0)
			return p->value_len > 0;
	return true;
}

struct reading {
	struct template *t;
	struct place place;
	size_t open[DEPTH_MAX], depth;
	struct xj_error *err;
};

static int
bad(struct reading *r, const char *why, const char *what, size_t len)
{
	return xj_error_set(r->err, XJ_EINVAL, "template %s: %s: %.*s",
			    r->t->name, why, (int)len, what);
}

static int
add_node(struct reading *r, char op, const char *text, size_t len)
{
	struct template *t = r->t;
	struct node *more = realloc(t->nodes, (t->count + 1) * sizeof(*more));

	if (!more)
		return xj_error_set(r->err, XJ_ENOMEM, "out of memory");
	t->nodes = more;
	more[t->count++] = (struct node){ .op = op, .text = text, .len = len };
	return XJ_OK;
}

static int
close_section(struct reading *r, const char *name, size_t len)
{
	struct template *t = r->t;
	struct node *open;

	if (r->depth == 0)
		return bad(r, "closes nothing", name, len);
	open = &t->nodes[r->open[--r->depth]];
	if (open->len != len || memcmp(open->text, name, len) != 0)
		return bad(r, "closes something else", name, len);
	open->end = t->count;
	return add_node(r, '/', name, len);
}

/* What stands between the braces. */
static int
read_mark(struct reading *r, const char *text, size_t len)
{
	char op = len ? text[0] : ' ';

	if (!strchr("&_#^/>*", op)) {
		op = '=';
	} else {
		text++;
		len--;
	}
	if (op == '_' && len && *text == ' ') {
		text++;
		len--;
	}
	/* "base" is our own address, the one that may begin another. */
	if (op == '*' && r->place.tag)
		return bad(r, "a flow may not stand here", text, len);
	if (strchr("=&_", op) && !may_stand(&r->place) &&
	    !(op == '=' && len == 4 && memcmp(text, "base", 4) == 0))
		return bad(r, "a value may not stand here", text, len);
	if (strchr("=&_", op))
		r->place.value_len++;
	if (op == '/')
		return close_section(r, text, len);
	if (op == '#' || op == '^') {
		if (r->depth == DEPTH_MAX)
			return bad(r, "too deep", text, len);
		r->open[r->depth++] = r->t->count;
	}
	return add_node(r, op, text, len);
}

static int
parse(struct template *t, struct xj_error *err)
{
	struct reading r = { .t = t, .err = err };
	const char *p = xj_buf_str(&t->source), *open, *close;
	int code = XJ_OK;

	while (code == XJ_OK && (open = strstr(p, "{{"))) {
		close = strstr(open, "}}");
		if (!close)
			return bad(&r, "not closed", open, 20);
		step(&r.place, p, (size_t)(open - p));
		code = add_node(&r, 't', p, (size_t)(open - p));
		if (code == XJ_OK)
			code = read_mark(&r, open + 2,
					 (size_t)(close - open - 2));
		p = close + 2;
	}
	if (code == XJ_OK && r.depth)
		return bad(&r, "a section is not closed", "", 0);
	return code < 0 ? code : add_node(&r, 't', p, strlen(p));
}

static int
load_one(int dir, const char *file, size_t stem, struct xj_error *err)
{
	struct template *more = realloc(templates, (template_count + 1) *
					sizeof(*more)), *t;
	int r;

	if (!more)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	templates = more;
	t = &templates[template_count++];
	*t = (struct template){ .source = XJ_BUF_INIT };
	snprintf(t->name, sizeof(t->name), "%.*s", (int)stem, file);
	r = xj_file_read(dir, file, TEMPLATE_MAX, &t->source, err);
	return r < 0 ? r : parse(t, err);
}

int
xj_templates_load(const char *dir, struct xj_error *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int r = XJ_OK;

	if (!d)
		return xj_error_errno(err, "%s", dir);
	while (r == XJ_OK && (e = readdir(d))) {
		const char *dot = strrchr(e->d_name, '.');

		if (dot && (strcmp(dot, ".html") == 0 ||
			    strcmp(dot, ".xml") == 0))
			r = load_one(dirfd(d), e->d_name,
				     (size_t)(dot - e->d_name), err);
	}
	closedir(d);
	return r;
}

void
xj_templates_free(void)
{
	for (size_t i = 0; i < template_count; i++) {
		xj_buf_release(&templates[i].source);
		free(templates[i].nodes);
	}
	free(templates);
	templates = NULL;
	template_count = 0;
}

/* ----------------------------------------------------------------- writing */

struct writing {
	struct xj_buf *out;
	const json_t *scopes[DEPTH_MAX];
	size_t depth, includes;
	struct xj_error *err;
};

/* Control characters are in no HTML and no XML. */
void
xj_html_escape(struct xj_buf *out, const char *text, size_t len)
{
	const char *from = text, *end = text + len;

	for (const char *p = text; p < end; p++) {
		const char *as = *p == '&' ? "&amp;" : *p == '<' ? "&lt;" :
				 *p == '>' ? "&gt;" : *p == '"' ? "&quot;" :
				 *p == '\'' ? "&#39;" :
				 ((unsigned char)*p < 0x20 && *p != '\n' &&
				  *p != '\t') || *p == 0x7f ? "\xEF\xBF\xBD" :
				 NULL;

		if (!as)
			continue;
		xj_buf_add(out, from, (size_t)(p - from));
		xj_buf_adds(out, as);
		from = p + 1;
	}
	xj_buf_add(out, from, (size_t)(end - from));
}

static void
put_escape(struct xj_buf *out, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char escape[3] = { '%', digits[c >> 4], digits[c & 15] };

	xj_buf_add(out, escape, sizeof(escape));
}

void
xj_url_encode(struct xj_buf *out, const char *text)
{
	for (; *text; text++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-._~"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ", *text))
			xj_buf_addc(out, *text);
		else
			put_escape(out, (unsigned char)*text);
}

static const json_t *
member_of(const json_t *object, const char *name, size_t len)
{
	char key[64];

	if (len >= sizeof(key))
		return NULL;
	memcpy(key, name, len);
	key[len] = '\0';
	return json_object_get(object, key);
}

static const json_t *
look_up(const struct writing *w, const char *name, size_t len)
{
	const char *dot = len > 1 ? memchr(name, '.', len) : NULL;
	size_t first = dot ? (size_t)(dot - name) : len;

	if (len == 1 && *name == '.')
		return w->scopes[w->depth - 1];
	for (size_t i = w->depth; i-- > 0;) {
		const json_t *v = member_of(w->scopes[i], name, first);

		if (v)
			return dot ? member_of(v, dot + 1, len - first - 1)
				   : v;
	}
	return NULL;
}

static void
put_value(struct writing *w, const json_t *v, bool in_query)
{
	char number[32];
	const char *text = json_string_value(v);
	size_t len = json_string_length(v);

	if (json_is_integer(v)) {
		len = (size_t)snprintf(number, sizeof(number), "%lld",
				       (long long)json_integer_value(v));
		text = number;
	}
	if (!text)
		return;
	if (in_query)
		xj_url_encode(w->out, text);
	else
		xj_html_escape(w->out, text, len);
}

static void
put_translated(struct writing *w, const struct node *n)
{
	char key[512];
	const char *text;

	if (n->len >= sizeof(key))
		return;
	memcpy(key, n->text, n->len);
	key[n->len] = '\0';
	text = xj_tr(key);
	xj_html_escape(w->out, text, strlen(text));
}

static bool
is_true(const json_t *v)
{
	return v && !json_is_null(v) && !json_is_false(v) &&
	       !(json_is_string(v) && json_string_length(v) == 0) &&
	       !(json_is_integer(v) && json_integer_value(v) == 0) &&
	       !(json_is_array(v) && json_array_size(v) == 0);
}

static int write_nodes(struct writing *w, const struct template *t, size_t i,
		       size_t end);
static int include(struct writing *w, const char *name, size_t len);

static int
write_scoped(struct writing *w, const struct template *t, size_t i,
	     const json_t *scope)
{
	int r;

	if (w->depth == DEPTH_MAX)
		return xj_error_set(w->err, XJ_ELIMIT, "template %s: too deep",
				    t->name);
	w->scopes[w->depth++] = scope;
	r = write_nodes(w, t, i + 1, t->nodes[i].end);
	w->depth--;
	return r;
}

static int
write_section(struct writing *w, const struct template *t, size_t i)
{
	const struct node *n = &t->nodes[i];
	const json_t *v = look_up(w, n->text, n->len), *each;
	size_t at;
	int r = XJ_OK;

	if (is_true(v) != (n->op == '#'))
		return XJ_OK;
	if (json_is_array(v) && n->op == '#') {
		json_array_foreach((json_t *)v, at, each)
			if (r == XJ_OK)
				r = write_scoped(w, t, i, each);
		return r;
	}
	return json_is_object(v) ? write_scoped(w, t, i, v)
				 : write_nodes(w, t, i + 1, n->end);
}

static int
write_nodes(struct writing *w, const struct template *t, size_t i, size_t end)
{
	int r = XJ_OK;

	for (; i < end && r == XJ_OK; i++) {
		const struct node *n = &t->nodes[i];

		if (n->op == 't')
			xj_buf_add(w->out, n->text, n->len);
		else if (n->op == '_')
			put_translated(w, n);
		else if (n->op == '=' || n->op == '&')
			put_value(w, look_up(w, n->text, n->len),
				  n->op == '&');
		else if (n->op == '*')
			xj_flow_write(w->out, look_up(w, n->text, n->len));
		else if (n->op == '>')
			r = include(w, n->text, n->len);
		else if (n->op != '/') {
			r = write_section(w, t, i);
			i = n->end;
		}
	}
	return r;
}

static int
include(struct writing *w, const char *name, size_t len)
{
	int r;

	for (size_t i = 0; i < template_count; i++)
		if (strlen(templates[i].name) == len &&
		    memcmp(templates[i].name, name, len) == 0 &&
		    w->includes < DEPTH_MAX) {
			w->includes++;
			r = write_nodes(w, &templates[i], 0,
					templates[i].count);
			w->includes--;
			return r;
		}
	return xj_error_set(w->err, XJ_ENOTFOUND, "template %.*s: there is "
			    "none", (int)len, name);
}

int
xj_template_write(struct xj_buf *out, const char *name, const json_t *model,
		  struct xj_error *err)
{
	struct writing w = { .out = out, .scopes = { model }, .depth = 1,
			     .err = err };
	int r = include(&w, name, strlen(name));

	return r < 0 ? r : xj_buf_check(out, err);
}
