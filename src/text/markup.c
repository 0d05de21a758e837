/*
 * markup.c - HTML in a text that somebody pasted: what Markdown can say is put
 * into its signs, the rest goes. One pass; nothing of it is looked up or run.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text/text.h"

#define NAME_MAX_LEN 15
#define DROPPED_MAX 24 /* kinds of it that are named */

enum deed {
	FADE,   /* the tag goes, and is no loss */
	DROP,   /* the tag goes, and is named */
	EMPTY,  /* with all that is in it */
	PART, LINE, ITEM, HEAD, QUOTE, STRONG, WEAK, RULE, CELL,
};

static const struct tag {
	const char *name;
	enum deed deed;
} tags[] = {
	{ "html", FADE }, { "body", FADE }, { "span", FADE }, { "main", FADE },
	{ "thead", FADE }, { "tbody", FADE }, { "a", FADE },
	{ "meta", FADE }, { "link", FADE },
	{ "head", EMPTY }, { "script", EMPTY }, { "style", EMPTY },
	{ "iframe", EMPTY }, { "object", EMPTY }, { "noscript", EMPTY },
	{ "template", EMPTY }, { "svg", EMPTY }, { "math", EMPTY },
	{ "audio", EMPTY }, { "video", EMPTY }, { "canvas", EMPTY },
	{ "select", EMPTY }, { "textarea", EMPTY }, { "title", EMPTY },
	{ "applet", EMPTY },
	{ "p", PART }, { "div", PART }, { "section", PART },
	{ "article", PART }, { "header", PART }, { "footer", PART },
	{ "table", PART }, { "ul", PART }, { "ol", PART }, { "dl", PART },
	{ "pre", PART }, { "br", LINE }, { "tr", LINE }, { "dt", LINE },
	{ "dd", LINE }, { "li", ITEM }, { "td", CELL }, { "th", CELL },
	{ "h1", HEAD }, { "h2", HEAD }, { "h3", HEAD }, { "h4", HEAD },
	{ "h5", HEAD }, { "h6", HEAD }, { "blockquote", QUOTE },
	{ "b", STRONG }, { "strong", STRONG }, { "i", WEAK }, { "em", WEAK },
	{ "hr", RULE },
};

struct reduce {
	const char *p, *end;
	struct xj_buf *out;
	unsigned quotes;   /* block quotes that are open */
	bool page;         /* all of it is HTML: lines mean nothing */
	bool no_end[2];    /* there is no further " or ' */
	bool no_tag_end, no_comment_end;
	struct {
		char name[NAME_MAX_LEN + 1];
		unsigned count;
	} dropped[DROPPED_MAX];
	size_t dropped_count;
};

/* ------------------------------------------------------------------ writing */

static void
note_dropped(struct reduce *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->dropped_count; i++)
		if (strcmp(r->dropped[i].name, name) == 0)
			break;
	if (i == DROPPED_MAX)
		i--;
	if (i == r->dropped_count)
		snprintf(r->dropped[r->dropped_count++].name,
			 sizeof(r->dropped[0].name), "%s", name);
	r->dropped[i].count++;
}

/* How many line ends there are behind all. */
static size_t
line_ends(const struct reduce *r)
{
	size_t n = 0, i = r->out->len;

	while (i > 0 && strchr("\n> ", r->out->data[i - 1]))
		n += r->out->data[--i] == '\n';
	return i ? n : 2;
}

static void
break_lines(struct reduce *r, size_t want)
{
	size_t have;

	while (r->out->len && r->out->data[r->out->len - 1] == ' ')
		r->out->len--;
	for (have = line_ends(r); have < want; have++) {
		xj_buf_addc(r->out, '\n');
		for (unsigned i = 0; i < r->quotes; i++)
			xj_buf_adds(r->out, "> ");
	}
}

static void
put_space(struct reduce *r)
{
	if (r->out->len && !strchr(" \n", r->out->data[r->out->len - 1]))
		xj_buf_addc(r->out, ' ');
}

/* --------------------------------------------------------------------- tags */

struct seen {
	char name[NAME_MAX_LEN + 1];
	bool closing;
	const char *end; /* behind it */
};

static const char *
attributes_end(struct reduce *r, const char *p)
{
	const char *plain = p < r->end ?
		memchr(p, '>', (size_t)(r->end - p)) : NULL;

	while (p < r->end && *p != '>') {
		const char *close;

		if (*p != '"' && *p != '\'') {
			p++;
			continue;
		}
		if (r->no_end[*p == '\''])
			return plain;
		close = memchr(p + 1, *p, (size_t)(r->end - p - 1));
		if (!close) {
			r->no_end[*p == '\''] = true;
			return plain;
		}
		p = close + 1;
	}
	return p < r->end ? p : plain;
}

/* Whether a tag begins here. */
static bool
see_tag(struct reduce *r, struct seen *s)
{
	const char *p = r->p + 1, *close;
	size_t n = 0;

	s->closing = p < r->end && *p == '/';
	p += s->closing;
	if (p == r->end || !isalpha((unsigned char)*p) || r->no_tag_end)
		return false;
	while (p < r->end && (isalnum((unsigned char)*p) || *p == ':' ||
			      *p == '-')) {
		if (n < NAME_MAX_LEN)
			s->name[n++] = (char)tolower((unsigned char)*p);
		p++;
	}
	s->name[n] = '\0';
	close = attributes_end(r, p);
	r->no_tag_end = !close;
	s->end = close ? close + 1 : r->end;
	return close != NULL;
}

static enum deed
deed_of(const char *name)
{
	for (size_t i = 0; i < XJ_COUNT(tags); i++)
		if (strcmp(tags[i].name, name) == 0)
			return tags[i].deed;
	return DROP;
}

/* Behind "</name>"; without one nothing of the rest is left. */
static const char *
behind_close(const struct reduce *r, const char *p, const char *name)
{
	size_t n = strlen(name);

	while ((p = memchr(p, '<', (size_t)(r->end - p)))) {
		const char *close;

		if ((size_t)(r->end - p) > n + 2 && p[1] == '/' &&
		    strncasecmp(p + 2, name, n) == 0 &&
		    !isalnum((unsigned char)p[2 + n])) {
			close = memchr(p, '>', (size_t)(r->end - p));
			return close ? close + 1 : r->end;
		}
		p++;
	}
	return r->end;
}

static void
begin_part(struct reduce *r, const struct seen *s, enum deed deed)
{
	break_lines(r, deed == LINE || deed == ITEM ? 1 : 2);
	if (s->closing)
		return;
	if (deed == ITEM)
		xj_buf_adds(r->out, "- ");
	if (deed == RULE)
		xj_buf_adds(r->out, "---");
	for (int i = '0'; deed == HEAD && i < s->name[1]; i++)
		xj_buf_addc(r->out, '#');
	if (deed == HEAD)
		xj_buf_addc(r->out, ' ');
}

static void
put_quote(struct reduce *r, bool closing)
{
	if (!closing && r->quotes < 4) {
		break_lines(r, 2);
		r->quotes++;
		xj_buf_adds(r->out, "> ");
	} else if (closing && r->quotes) {
		r->quotes--;
		break_lines(r, 2);
	}
}

static void
put_tag(struct reduce *r, const struct seen *s)
{
	enum deed deed = deed_of(s->name);

	switch (deed) {
	case FADE:
		break;
	case DROP:
		if (!s->closing)
			note_dropped(r, s->name);
		break;
	case EMPTY:
		note_dropped(r, s->name);
		if (!s->closing)
			r->p = behind_close(r, r->p, s->name);
		break;
	case QUOTE:
		put_quote(r, s->closing);
		break;
	case STRONG:
		xj_buf_adds(r->out, "**");
		break;
	case WEAK:
		xj_buf_addc(r->out, '*');
		break;
	case CELL:
		put_space(r);
		break;
	case PART:
	case LINE:
	case ITEM:
	case HEAD:
	case RULE:
		begin_part(r, s, deed);
		break;
	}
}

/* "<!-- -->", "<!DOCTYPE >", "<? ?>". */
static bool
skip_declaration(struct reduce *r)
{
	const char *close = NULL;
	size_t left = (size_t)(r->end - r->p);

	if (left < 3 || (r->p[1] != '!' && r->p[1] != '?'))
		return false;
	if (left > 3 && memcmp(r->p, "<!--", 4) == 0 && !r->no_comment_end) {
		close = memmem(r->p, left, "-->", 3);
		r->no_comment_end = !close;
		if (close)
			note_dropped(r, "comment");
		close = close ? close + 2 : NULL;
	} else if (!r->no_tag_end) {
		close = memchr(r->p, '>', left);
		r->no_tag_end = !close;
	}
	if (close)
		r->p = close + 1;
	return close != NULL;
}

/* ----------------------------------------------------------------- the text */

static const struct entity {
	const char *name, *text;
} entities[] = {
	{ "&nbsp;", " " }, { "&quot;", "\"" }, { "&ldquo;", "“" },
	{ "&rdquo;", "”" }, { "&lsquo;", "‘" }, { "&rsquo;", "’" },
	{ "&mdash;", "—" }, { "&ndash;", "–" }, { "&hellip;", "…" },
	{ "&middot;", "·" }, { "&laquo;", "«" }, { "&raquo;", "»" },
};

/* Those that would make markup of text again stay as they are. */
static bool
put_entity(struct reduce *r)
{
	char number[12] = "", out[4];
	const char *p = r->p + 2;
	size_t left = (size_t)(r->end - r->p), n = 0;
	unsigned long c;

	for (size_t i = 0; i < XJ_COUNT(entities); i++) {
		size_t len = strlen(entities[i].name);

		if (left >= len && memcmp(r->p, entities[i].name, len) == 0) {
			xj_buf_adds(r->out, entities[i].text);
			r->p += len;
			return true;
		}
	}
	if (left < 4 || r->p[1] != '#')
		return false;
	while (p < r->end && n < sizeof(number) - 1 &&
	       isalnum((unsigned char)*p))
		number[n++] = *p++;
	c = number[0] == 'x' ? strtoul(number + 1, NULL, 16) :
			       strtoul(number, NULL, 10);
	if (p == r->end || *p != ';' || c < ' ' || c > 0x10ffff ||
	    (c < 128 && strchr("<>&`", (int)c)))
		return false;
	n = xj_utf8_put((uint32_t)c, out);
	xj_buf_add(r->out, out, n);
	r->p = p + 1;
	return n > 0;
}

/* What stands between backticks is shown as it is; those that close nothing
 * are looked at once. */
static void
put_code(struct reduce *r)
{
	size_t left = (size_t)(r->end - r->p), n = 0;
	const char *close;

	while (n < left && r->p[n] == '`')
		n++;
	close = n >= 3 ? memmem(r->p + n, left - n, "```", 3) :
			 memchr(r->p + n, '`', left - n);
	if (!close && n >= 3)
		close = r->end - 3;
	if (!close || close < r->p + n ||
	    (n < 3 && memchr(r->p, '\n', (size_t)(close - r->p))))
		close = r->p + n;
	else
		close += n >= 3 ? 3 : 1;
	xj_buf_add(r->out, r->p, (size_t)(close - r->p));
	r->p = close;
}

static void
put_char(struct reduce *r)
{
	unsigned char c = (unsigned char)*r->p++;

	if (r->page && isspace(c))
		put_space(r);
	else if (c == '<' && r->p < r->end && (isalpha((unsigned char)*r->p) ||
					       strchr("/!?", *r->p)))
		xj_buf_adds(r->out, "&lt;");
	else if (c >= ' ' || c == '\n' || c == '\t')
		xj_buf_addc(r->out, (char)c);
}

static void
step(struct reduce *r)
{
	struct seen s;

	if (*r->p == '<' && see_tag(r, &s)) {
		r->p = s.end;
		put_tag(r, &s);
		return;
	}
	if ((*r->p == '<' && skip_declaration(r)) ||
	    (*r->p == '&' && put_entity(r)))
		return;
	if (*r->p == '`' && !r->page)
		put_code(r);
	else
		put_char(r);
}

static bool
is_page(const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p < end - 1 && *p == '<' &&
	       (isalpha((unsigned char)p[1]) || p[1] == '!');
}

int
xj_markup_reduce(const char *text, size_t len, struct xj_buf *out,
		 struct xj_buf *dropped, struct xj_error *err)
{
	struct reduce *r = calloc(1, sizeof(*r));

	if (!r)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r->p = text;
	r->end = text + len;
	r->out = out;
	r->page = is_page(text, r->end);
	while (r->p < r->end && !out->failed)
		step(r);
	for (size_t i = 0; i < r->dropped_count; i++)
		xj_buf_addf(dropped, "%s%s", dropped->len ? ", " : "",
			    r->dropped[i].name);
	for (size_t i = 0; i < r->dropped_count; i++)
		if (r->dropped[i].count > 1 && r->dropped_count == 1)
			xj_buf_addf(dropped, " (%u)", r->dropped[i].count);
	free(r);
	return xj_buf_check(out, err);
}
