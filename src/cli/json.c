/* json.c - JSON on stdout, piece by piece. doc/json.md describes what comes. */
#include <string.h>

#include "cli/cli.h"

static int depth;
static bool started[32]; /* at this depth something was printed */

static void
put_string(const char *s, size_t len)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;

	if (!xj_utf8_valid(s, len)) {
		xj_escape_shown(&shown, s, len);
		s = xj_buf_str(&shown);
		len = strlen(s);
	}
	xj_json_string(&b, s, len);
	fwrite(xj_buf_str(&b), 1, b.len, stdout);
}

/* What stands before a value. Rows of a list get a line each. */
static void
before(const char *key)
{
	if (started[depth])
		fputc(',', stdout);
	if (depth == 1 || (depth == 2 && !key))
		fputc('\n', stdout);
	started[depth] = true;
	if (key) {
		put_string(key, strlen(key));
		fputs(depth == 1 ? ": " : ":", stdout);
	}
}

void
xj_json_open(const char *key, char bracket)
{
	before(key);
	fputc(bracket, stdout);
	started[++depth] = false;
}

void
xj_json_close(char bracket)
{
	if (depth == 2 && started[depth] && bracket == ']')
		fputc('\n', stdout);
	depth--;
	fputc(bracket, stdout);
}

void
xj_json_bytes(const char *key, const char *text, size_t len)
{
	before(key);
	put_string(text, len);
}

void
xj_json_text_of(const char *key, const char *text)
{
	if (text) {
		xj_json_bytes(key, text, strlen(text));
		return;
	}
	before(key);
	fputs("null", stdout);
}

void
xj_json_number(const char *key, uint64_t n)
{
	before(key);
	printf("%llu", (ull)n);
}

void
xj_json_real(const char *key, double d, int decimals)
{
	before(key);
	printf("%.*f", decimals, d);
}

void
xj_json_bool(const char *key, bool b)
{
	before(key);
	fputs(b ? "true" : "false", stdout);
}

void
xj_json_time(const char *key, int64_t t)
{
	char text[XJ_TIME_MAX];

	xj_time_format(t, text);
	xj_json_text_of(key, t ? text : NULL);
}

void
xj_json_list(const char *key, const char *const *list)
{
	xj_json_open(key, '[');
	for (size_t i = 0; list && list[i]; i++)
		xj_json_text_of(NULL, list[i]);
	xj_json_close(']');
}

void
xj_json_begin(void)
{
	fputc('{', stdout);
	depth = 1;
	started[1] = false;
	xj_json_number("format", 1);
}

int
xj_json_end(int code)
{
	fputs("\n}\n", stdout);
	depth = 0;
	return code;
}

void
xj_json_begin_list(const char *key)
{
	xj_json_begin();
	xj_json_open(key, '[');
}

int
xj_json_end_list(int r, const struct xj_error *err)
{
	xj_json_close(']');
	return xj_json_end(r < 0 ? xj_fail(err) : EXIT_FINE);
}

/* "" of the library is "nothing". */
static void
text_or_null(const char *key, const char *text)
{
	xj_json_text_of(key, text && *text ? text : NULL);
}

void
xj_json_info(const struct xj_document_info *i)
{
	static const char *const states[] = { "live", "removed", "purged",
					      "quarantined" };

	xj_json_number("id", i->id);
	xj_json_text_of("urn", i->urn);
	xj_json_text_of("title", i->title);
	xj_json_text_of("kind", i->kind);
	text_or_null("date", i->date);
	text_or_null("creators", i->creators);
	text_or_null("language", i->language);
	text_or_null("type", i->type);
	text_or_null("mime", i->format);
	xj_json_list("path", i->path);
	if (i->parent)
		xj_json_number("parent", i->parent);
	else
		xj_json_text_of("parent", NULL);
	xj_json_number("size", i->size);
	text_or_null("sha512", i->sha512);
	xj_json_number("text_bytes", i->text_bytes);
	xj_json_number("pages", i->pages);
	xj_json_number("version", i->version);
	xj_json_text_of("state", states[i->state]);
	text_or_null("outcome", i->outcome);
	text_or_null("reason", i->reason);
	text_or_null("importer", i->importer);
	text_or_null("importer_version", i->importer_version);
	xj_json_number("accession", i->accession);
	xj_json_time("created", i->created);
	xj_json_time("updated", i->updated);
	xj_json_bool("queued", i->queued);
}

int
xj_json_problem(void *ctx, const struct xj_problem *p)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("severity", p->severity);
	text_or_null("code", p->code);
	if (p->document)
		xj_json_number("document", p->document);
	else
		xj_json_text_of("document", NULL);
	text_or_null("title", p->title);
	text_or_null("object", p->object);
	text_or_null("path", p->path);
	xj_json_text_of("message", p->message);
	xj_json_close('}');
	return XJ_OK;
}

void
xj_json_checked(const struct xj_check_result *c)
{
	xj_json_number("objects", c->objects);
	xj_json_number("files", c->files);
	xj_json_number("bytes", c->bytes);
	xj_json_number("errors", c->errors);
	xj_json_number("warnings", c->warnings);
}

/* -------------------------------------------------------- the report of add */

static void
add_string(struct xj_buf *b, const char *s)
{
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;

	if (!s) {
		xj_buf_adds(b, "null");
		return;
	}
	if (!xj_utf8_valid(s, strlen(s))) {
		xj_escape_shown(&shown, s, strlen(s));
		s = xj_buf_str(&shown);
	}
	xj_json_string(b, s, strlen(s));
}

int
xj_json_outcome_line(FILE *to, const struct xj_outcome *o)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_buf_adds(&b, "{\"path\":[");
	for (size_t i = 0; o->path[i]; i++) {
		if (i)
			xj_buf_addc(&b, ',');
		add_string(&b, o->path[i]);
	}
	xj_buf_adds(&b, "],\"outcome\":");
	add_string(&b, o->outcome);
	xj_buf_adds(&b, ",\"reason\":");
	add_string(&b, o->reason);
	if (o->id)
		xj_buf_addf(&b, ",\"id\":%llu,\"importer\":", (ull)o->id);
	else
		xj_buf_adds(&b, ",\"id\":null,\"importer\":");
	add_string(&b, o->importer && *o->importer ? o->importer : NULL);
	xj_buf_addf(&b, ",\"bytes\":%llu,\"cpu_ms\":%llu", (ull)o->bytes,
		    (ull)o->cpu_ms);
	xj_buf_addf(&b, ",\"memory\":%llu}\n", (ull)o->memory);
	return xj_buf_check(&b, NULL) < 0 ||
	       fwrite(b.data, 1, b.len, to) != b.len ? XJ_EIO : XJ_OK;
}
