/*
 * program-line.c - what a program says: JSON Lines, an object each.
 *
 *	{"text": "...", "role": "heading", "level": 1, "where": "page", "at": 3}
 *	{"meta": "creator", "value": "..."}
 *	{"outline": "...", "level": 1, "where": "page", "at": 3}
 *	{"page": 3, "chars": 812}
 *	{"child": "notes.txt", "type": "text/plain", "data": "aGVsbG8="}
 *	{"child": "scan.png"}  {"data": "..."}  {"data": "..."}  {"end": null}
 *	{"warn": "..."}
 *	{"outcome": "corrupt", "reason": "..."}
 *
 * The first key says what it is; the others are the fields of the struct of
 * importer.h with that name. doc/importers.md tells authors. Nothing is
 * guessed: an unknown key or a value of another kind is refused.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "import/program.h"

/* One object, and what was found wrong with it. */
struct line {
	struct xj_import *in;
	json_t *object;
	struct xj_error *why;
	bool bad;
	int outcome;
};

static void
complain(struct line *l, const char *key, const char *what)
{
	if (!l->bad)
		xj_error_set(l->why, XJ_EINVAL, "\"%.64s\" that %s", key, what);
	l->bad = true;
}

/* ---------------------------------------------------------------- values */

/* NULL when the key is missing or null, which is the same. */
static const json_t *
get(const struct line *l, const char *key)
{
	const json_t *v = json_object_get(l->object, key);

	return json_is_null(v) ? NULL : v;
}

static const char *
get_bytes(struct line *l, const char *key, size_t *len)
{
	const json_t *v = get(l, key);

	*len = 0;
	if (v == NULL)
		return NULL;
	if (!json_is_string(v)) {
		complain(l, key, "is no string");
		return NULL;
	}
	*len = json_string_length(v);
	return json_string_value(v);
}

static const char *
get_string(struct line *l, const char *key)
{
	size_t len;
	const char *s = get_bytes(l, key, &len);

	if (s != NULL && strlen(s) != len)
		complain(l, key, "has a NUL");
	return s;
}

static int64_t
get_number(struct line *l, const char *key, int64_t least, int64_t most,
	   int64_t missing)
{
	const json_t *v = get(l, key);
	int64_t n = json_integer_value(v);

	if (v == NULL)
		return missing;
	if (!json_is_integer(v) || n < least || n > most) {
		complain(l, key, "is no whole number in its bounds");
		return missing;
	}
	return n;
}

static uint32_t
get_u32(struct line *l, const char *key)
{
	return (uint32_t)get_number(l, key, 0, UINT32_MAX, 0);
}

/* The place of a word in a list that ends with NULL; 0 when missing. */
static uint32_t
get_word(struct line *l, const char *key, const char *const *words)
{
	const char *s = get_string(l, key);

	if (s == NULL)
		return 0;
	for (uint32_t i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], s) == 0)
			return i;
	complain(l, key, "is none of its words");
	return 0;
}

/* In the order of the constants of importer.h. */
static const char *const roles[] = { "body", "heading", "list", "table",
				     "caption", "note", "code", "header",
				     "hidden", "ocr", NULL };
static const char *const places[] = { "nowhere", "line", "page", "msec",
				      "part", NULL };
static const char *const child_roles[] = { "member", "attachment", "image",
					   NULL };

static uint64_t
get_at(struct line *l)
{
	return (uint64_t)get_number(l, "at", 0, INT64_MAX, 0);
}

/* ------------------------------------------------------------------ text */

static void
get_box(struct line *l, struct xj_block *b)
{
	const json_t *v = get(l, "box");
	bool well = json_array_size(v) == 4;

	if (v == NULL)
		return;
	b->has |= XJ_HAS_BOX;
	for (size_t i = 0; well && i < 4; i++) {
		const json_t *n = json_array_get(v, i);
		json_int_t at = json_integer_value(n);

		well = json_is_integer(n) && at >= INT32_MIN &&
		       at <= INT32_MAX;
		b->box[i] = (int32_t)at;
	}
	if (!well)
		complain(l, "box", "is no list of four numbers");
}

static struct xj_block
get_block(struct line *l)
{
	struct xj_block b = {
		.role = get_word(l, "role", roles), .level = get_u32(l, "level"),
		.where = get_word(l, "where", places), .at = get_at(l),
		.label = get_string(l, "label"), .row = get_u32(l, "row"),
		.column = get_u32(l, "column"),
		.fragment = get_string(l, "fragment"),
		.end_ms = (uint64_t)get_number(l, "end_ms", 0, INT64_MAX, 0),
		.offset = (uint64_t)get_number(l, "offset", 0, INT64_MAX, 0),
		.more = json_is_true(get(l, "more")),
	};

	b.text = get_bytes(l, "text", &b.len);
	get_box(l, &b);
	if (get(l, "more") && !json_is_boolean(get(l, "more")))
		complain(l, "more", "is neither true nor false");
	b.has |= get(l, "end_ms") ? XJ_HAS_END_MSEC : 0;
	b.has |= get(l, "offset") ? XJ_HAS_OFFSET : 0;
	b.has |= b.fragment ? XJ_HAS_FRAGMENT : 0;
	b.has |= get(l, "row") || get(l, "column") ? XJ_HAS_CELL : 0;
	return b;
}

static uint64_t
count_lines(const char *s, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';
	return n;
}

/* A line may hold more than a block: the rest goes on where that ended. */
static int
say_text(struct line *l)
{
	struct xj_block b = get_block(l), piece = b;
	size_t at = 0;
	int r = 0;

	if (l->bad)
		return XJ_PROGRAM_BAD;
	do {
		piece.text = b.text + at;
		piece.len = xj_utf8_cut(piece.text, b.len - at, XJ_TEXT_MAX);
		r = l->in->host->text(l->in, &piece);
		if (b.where == XJ_LINE)
			piece.at += count_lines(piece.text, piece.len);
		at += piece.len;
		piece.more = 1;
	} while (r == 0 && at < b.len);
	return r;
}

/* --------------------------------------------------------- all the others */

static int
say_meta(struct line *l)
{
	struct xj_meta m = { .element = get_string(l, "meta"),
			     .lang = get_string(l, "lang"),
			     .source = get_string(l, "source") };

	m.value = get_bytes(l, "value", &m.len);
	if (m.value == NULL)
		complain(l, "meta", "comes without a value");
	return l->bad ? XJ_PROGRAM_BAD : l->in->host->meta(l->in, &m);
}

static int
say_outline(struct line *l)
{
	struct xj_outline o = {
		.title = get_string(l, "outline"),
		.level = (uint32_t)get_number(l, "level", 0, UINT32_MAX, 1),
		.where = get_word(l, "where", places), .at = get_at(l),
	};

	return l->bad ? XJ_PROGRAM_BAD : l->in->host->outline(l->in, &o);
}

static int
say_page(struct line *l)
{
	struct xj_page p = {
		.number = (uint64_t)get_number(l, "page", 0, INT64_MAX, 0),
		.label = get_string(l, "label"), .width = get_u32(l, "width"),
		.height = get_u32(l, "height"), .chars = get_u32(l, "chars"),
		.replaced = get_u32(l, "replaced"),
		.image_area = get_u32(l, "image_area"),
	};

	return l->bad ? XJ_PROGRAM_BAD : l->in->host->page(l->in, &p);
}

/* Base64 of RFC 4648, section 4, with its padding, into `out`; -1: it is none. */
static ssize_t
decode64(const char *s, size_t len, unsigned char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
				     "opqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	size_t n = 0, pad = 0;

	if (len % 4 != 0)
		return -1;
	while (pad < 2 && pad < len && s[len - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < len; i++) {
		const char *digit = i < len - pad && s[i] != '\0'
					    ? strchr(digits, s[i])
					    : NULL;

		if (digit == NULL && i < len - pad)
			return -1;
		bits = bits << 6 | (digit ? (uint32_t)(digit - digits) : 0);
		if (i % 4 != 3)
			continue;
		out[n++] = (unsigned char)(bits >> 16);
		out[n++] = (unsigned char)(bits >> 8);
		out[n++] = (unsigned char)bits;
	}
	return (ssize_t)(n - pad);
}

/* The bytes of "data" to the child that is open. */
static int
send_data(struct line *l)
{
	static unsigned char bytes[XJ_PROGRAM_LINE_MAX];
	size_t len;
	const char *s = get_bytes(l, "data", &len);
	ssize_t n = s != NULL ? decode64(s, len, bytes) : 0;
	int r;

	if (n < 0)
		complain(l, "data", "is no base64");
	if (l->bad)
		return XJ_PROGRAM_BAD;
	r = l->in->host->child_data(l->in, bytes, (size_t)n);
	return r < 0 ? r : 0; /* what is not wanted is skipped */
}

static int
say_child(struct line *l)
{
	struct xj_child c = {
		.name = get_string(l, "child"), .mime = get_string(l, "type"),
		.size = (uint64_t)get_number(l, "size", 0, INT64_MAX, -1),
		.mtime = get_number(l, "mtime", INT64_MIN, INT64_MAX,
				    INT64_MIN),
		.role = get_word(l, "role", child_roles),
	};
	int r = l->bad ? XJ_PROGRAM_BAD : l->in->host->child_begin(l->in, &c);

	if (r < 0 || l->bad || get(l, "data") == NULL)
		return r < 0 || l->bad ? r : 0;
	r = send_data(l);
	return r != 0 ? r : l->in->host->child_end(l->in, NULL);
}

static int
say_end(struct line *l)
{
	const char *damage = get_string(l, "end");

	return l->bad ? XJ_PROGRAM_BAD : l->in->host->child_end(l->in, damage);
}

static int
say_warn(struct line *l)
{
	const char *s = get_string(l, "warn");

	return l->bad ? XJ_PROGRAM_BAD : l->in->host->warn(l->in, s);
}

static int
say_outcome(struct line *l)
{
	static const char *const words[] = { "ok", "", "corrupt", "encrypted",
					     "unsupported", "limit", "",
					     "error", "keyless", NULL };
	uint32_t n = get_word(l, "outcome", words);
	const char *reason = get_string(l, "reason");

	if (n > 0 && words[n][0] == '\0')
		complain(l, "outcome", "is none of its words");
	if (l->bad)
		return XJ_PROGRAM_BAD;
	l->outcome = -(int)n;
	if (n > 0 && reason != NULL)
		l->in->host->fail(l->in, l->outcome, reason);
	return XJ_PROGRAM_END;
}

/* ------------------------------------------------------------------ lines */

/* `child` before `data`, which it may have as well. */
static const struct kind {
	const char *key;
	int (*say)(struct line *l);
	const char *fields; /* the keys that it may have beside, each in blanks */
} kinds[] = {
	{ "text", say_text, " role level where at label more row column end_ms "
			    "offset box fragment " },
	{ "meta", say_meta, " value lang source " },
	{ "outline", say_outline, " level where at " },
	{ "page", say_page, " label width height chars replaced image_area " },
	{ "child", say_child, " type size mtime role data " },
	{ "data", send_data, " " },
	{ "end", say_end, " " },
	{ "warn", say_warn, " " },
	{ "outcome", say_outcome, " reason " },
};

static void
check_keys(struct line *l, const struct kind *kind)
{
	const char *key;
	json_t *value;

	json_object_foreach(l->object, key, value) {
		char word[32];

		(void)value;
		snprintf(word, sizeof(word), " %s ", key);
		if (strcmp(key, kind->key) != 0 &&
		    (strlen(key) + 3 > sizeof(word) || strchr(key, ' ') ||
		     strstr(kind->fields, word) == NULL))
			complain(l, key, "is not known here");
	}
	/* {"end": null} is the one whose first value may be missing. */
	if (get(l, kind->key) == NULL && kind->say != say_end)
		complain(l, kind->key, "is null");
}

static int
say(struct line *l)
{
	for (size_t i = 0; i < XJ_COUNT(kinds); i++)
		if (json_object_get(l->object, kinds[i].key) != NULL) {
			check_keys(l, &kinds[i]);
			return l->bad ? XJ_PROGRAM_BAD : kinds[i].say(l);
		}
	xj_error_set(l->why, XJ_EINVAL, "an object that says nothing known");
	return XJ_PROGRAM_BAD;
}

int
xj_program_line(struct xj_import *in, const char *line, size_t len,
		int *outcome, struct xj_error *why)
{
	struct line l = { .in = in, .why = why };
	json_error_t error;
	int r;

	l.object = json_loadb(line, len, JSON_REJECT_DUPLICATES |
						 JSON_ALLOW_NUL, &error);
	if (!json_is_object(l.object)) {
		xj_error_set(why, XJ_EINVAL, "no object of JSON (%s)",
			     l.object ? "but another value" : error.text);
		json_decref(l.object);
		return XJ_PROGRAM_BAD;
	}
	r = say(&l);
	json_decref(l.object);
	*outcome = l.outcome;
	return r;
}
