/* page-read.c - the text of a document, whatever its format, hits marked. */
#include <stdlib.h>
#include <string.h>

#include <xueji/pages.h>

#include "serve/serve.h"

#define SHEET_BYTES (100 << 10)  /* text of one page of ours */
#define MARKS_MAX 2000           /* of a page */

/*
 * A text is cut into sheets of whole blocks. The sheet that is shown is that with
 * the place asked for, or by number.
 */
struct sheet {
	uint64_t number, wanted;      /* wanted 0: by place */
	const char *place;            /* "p3" */
	size_t bytes;
	bool found;
	json_t *blocks;               /* of this sheet */
	char last[32];                /* anchor of the block before */
	const char *words[XJ_WORDS_MAX];
	size_t word_count, marks;
	bool later;                   /* there are more sheets */
};

/* ------------------------------------------------------------------- marks */

static bool
begins(const char *text, size_t len, const char *word, size_t n)
{
	if (n > len)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char a = (unsigned char)text[i];
		unsigned char b = (unsigned char)word[i];

		if (a >= 'A' && a <= 'Z')
			a |= 32;
		if (b >= 'A' && b <= 'Z')
			b |= 32;
		if (a != b)
			return false;
	}
	return true;
}

static bool
is_letter(unsigned char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* The longest word that begins here; 0: none. Words of letters are whole at
 * their begin: "in" is not marked in "point". */
static size_t
word_at(const struct sheet *s, const char *text, const char *begin,
	const char *end)
{
	size_t best = 0;

	for (size_t i = 0; i < s->word_count; i++) {
		size_t n = strlen(s->words[i]);

		if (n <= best || !begins(text, (size_t)(end - text),
					 s->words[i], n))
			continue;
		if (is_letter((unsigned char)*text) && text > begin &&
		    is_letter((unsigned char)text[-1]))
			continue;
		best = n;
	}
	return best;
}

static void
add_run(struct sheet *s, json_t *runs, const char *text, size_t len, bool mark)
{
	json_t *run;

	if (!len)
		return;
	run = json_pack("{s:o}", "text", xj_json_of_bytes(text, len));
	json_object_set_new(run, "mark", json_boolean(mark));
	if (mark && s->marks++ == 0)
		json_object_set_new(run, "first", json_true());
	json_array_append_new(runs, run);
}

static void
add_runs(struct sheet *s, json_t *runs, const char *text, size_t len)
{
	const char *from = text, *p = text, *end = text + len;

	while (p < end) {
		size_t n = s->word_count && s->marks < MARKS_MAX ?
			   word_at(s, p, text, end) : 0;

		if (n) {
			add_run(s, runs, from, (size_t)(p - from), false);
			add_run(s, runs, p, n, true);
			from = p += n;
		} else {
			p++;
		}
	}
	add_run(s, runs, from, (size_t)(end - from), false);
}

/* ------------------------------------------------------------------ blocks */

static void
begin_sheet(struct sheet *s)
{
	s->number++;
	s->bytes = 0;
	s->marks = 0;
	json_array_clear(s->blocks);
}

static json_t *
new_block(struct sheet *s, const struct xj_text_part *part, uint64_t at)
{
	static const char *const roles[] = { "heading", "list", "table",
		"caption", "note", "code", "ocr" };
	json_t *b = json_object();
	char anchor[32], place[128];

	xj_model_anchor(part->where, at, anchor);
	if (*anchor && strcmp(anchor, s->last) != 0) {
		json_object_set_new(b, "anchor", json_string(anchor));
		if (*anchor != 'l')
			json_object_set_new(b, "place", xj_json_of(
				xj_model_place(part->where, at, part->label,
					       place)));
	}
	strcpy(s->last, anchor);
	if (s->place && strcmp(s->place, anchor) == 0)
		s->found = true;
	json_object_set_new(b, "runs", json_array());
	json_object_set_new(b, "body", json_true());
	for (size_t i = 0; i < XJ_COUNT(roles); i++)
		if (strcmp(roles[i], part->role) == 0) {
			json_object_del(b, "body");
			json_object_set_new(b, roles[i], json_true());
		}
	if (strcmp(part->role, "heading") == 0)
		json_object_set_new(b, part->level <= 1 ? "h2" :
				    part->level == 2 ? "h3" : "h4",
				    json_true());
	json_array_append_new(s->blocks, b);
	return b;
}

static bool
is_done(const struct sheet *s)
{
	return s->wanted ? s->number == s->wanted : s->found || !s->place;
}

static int
put(struct sheet *s, const struct xj_text_part *part, uint64_t at,
    const char *text, size_t len, bool more)
{
	json_t *b = more && json_array_size(s->blocks) ?
		json_array_get(s->blocks, json_array_size(s->blocks) - 1) :
		NULL;

	if (!b && s->bytes > SHEET_BYTES) {
		if (is_done(s)) {
			s->later = true;
			return XJ_ECANCELLED;
		}
		begin_sheet(s);
	}
	if (!b)
		b = new_block(s, part, at);
	s->bytes += len;
	/* Sheets before the wanted one need no text. */
	if (!s->wanted || s->number == s->wanted)
		add_runs(s, json_object_get(b, "runs"), text, len);
	return XJ_OK;
}

/* Plain text comes many lines at a time: each is a block with its number. */
static int
put_lines(struct sheet *s, const struct xj_text_part *part)
{
	const char *p = part->text, *end = p + part->len;
	uint64_t line = part->at;
	bool more = part->more;
	int r = XJ_OK;

	while (p < end && r == XJ_OK) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		if (n)
			r = put(s, part, line, p, n, more);
		more = false;
		line++;
		p += n + 1;
	}
	return r;
}

static int
take_part(void *ctx, const struct xj_text_part *part)
{
	struct sheet *s = ctx;
	bool lines = strcmp(part->where, "line") == 0 &&
		     strcmp(part->role, "body") == 0;

	return lines ? put_lines(s, part) :
	       put(s, part, part->at, part->text, part->len, part->more);
}

/* -------------------------------------------------------------------- page */

size_t
xj_read_words(struct xj_request *q, const char *words[XJ_WORDS_MAX])
{
	const char *query = xj_argument(q, "q");
	size_t count = 0;

	for (const struct xj_field *f = q->arguments; f; f = f->next)
		if (strcmp(f->name, "m") == 0 && *f->value &&
		    count < XJ_WORDS_MAX)
			words[count++] = f->value;
	while (!count || *query) {
		size_t n;

		query += strspn(query, " \"()");
		n = strcspn(query, " \"()");
		if (!n || xj_argument(q, "m")[0] || count == XJ_WORDS_MAX)
			return count;
		if (!memchr(query, ':', n) && *query != '-')
			words[count++] = xj_arena_strndup(q->arena, query, n);
		query += n;
	}
	return count;
}

static json_t *
words_of(const struct sheet *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->word_count; i++)
		json_array_append_new(list, xj_json_of(s->words[i]));
	return list;
}

static void
add_sheets(json_t *o, const struct sheet *s)
{
	if (s->number > 1)
		json_object_set_new(o, "previous",
				    json_integer((json_int_t)s->number - 1));
	if (s->later)
		json_object_set_new(o, "next",
				    json_integer((json_int_t)s->number + 1));
	if (s->number > 1 || s->later)
		json_object_set_new(o, "sheet_shown", xj_json_format(
			_("Part %llu"), (ull)s->number));
	json_object_set_new(o, "words", words_of(s));
	if (s->word_count)
		json_object_set_new(o, "first_word", xj_json_of(s->words[0]));
	json_object_set_new(o, "marked", json_boolean(s->marks > 0));
	if (s->word_count)
		json_object_set_new(o, "marks_shown", xj_json_format(
			ngettext("%llu place marked", "%llu places marked",
				 s->marks), (ull)s->marks));
	if (!json_array_size(s->blocks))
		json_object_set_new(o, "nothing", json_true());
}

int
xj_page_read(struct xj_request *q, struct xj_reply *p)
{
	const char *place = xj_argument(q, "at");
	struct sheet s = {
		.number = 1, .blocks = json_array(),
		.wanted = xj_argument_number(q, "sheet", 1, 1000000, 0),
		.place = *place && strlen(place) < 32 ? place : NULL,
	};
	const struct xj_document_info *info;
	struct xj_document *d;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0) {
		json_decref(s.blocks);
		return r;
	}
	info = xj_document_info(d);
	s.word_count = xj_read_words(q, s.words);
	r = xj_document_text(d, take_part, &s, &p->error);
	if (r == XJ_ECANCELLED)
		r = XJ_OK;
	p->model = xj_model_info(info);
	json_object_set_new(p->model, "blocks", s.blocks);
	xj_model_validity(q, info->id, p->model);
	json_object_set_new(p->model, "q", xj_json_of(xj_argument(q, "q")));
	xj_later_remember(q, xj_argument(q, "q"));
	json_object_set_new(p->model, "title", xj_json_of(
		*info->title ? info->title : info->name));
	add_sheets(p->model, &s);
	json_object_set_new(p->model, "as_pages",
			    json_boolean(xj_page_can_draw(d)));
	if (*place == 'p')
		json_object_set_new(p->model, "at_page", json_integer(
			strtol(place + 1, NULL, 10)));
	p->page = "read";
	xj_document_free(d);
	return r;
}
