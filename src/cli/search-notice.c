/* search-notice.c - what of a query means nothing, and what was put right. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "cli/cli.h"

#define WORD_MAX 64

static const char *const kinds[] = {
	"material", "lecture-note", "reflection", "book", "article",
	"regulation", "slides", "minutes", "recording", "dataset", "other",
	NULL,
};

static const char *const types[] = {
	"pdf", "word", "slides", "sheet", "text", "web", "mail", "image",
	"audio", "video", "archive", "other", NULL,
};

static bool
is_in(const char *const *list, const char *word)
{
	for (; *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

/* Values may be several, with commas between. */
static void
check_values(const char *key, char *values, const char *const *known)
{
	char *value;

	while ((value = strsep(&values, ",")))
		if (*value && !is_in(known, value))
			xj_say(_("%s:%s: there is no such value, so nothing "
				 "has it"), key, value);
}

static int
ignore(void *ctx, const struct xj_topic *topic)
{
	(void)ctx, (void)topic;
	return XJ_OK;
}

/* The library's words name the nearest. */
static void
check_topics(struct xj_archive *archive, char *values)
{
	struct xj_error err = { 0 };
	char *value;

	while ((value = strsep(&values, ",")))
		if (*value && xj_topics(archive, &(struct xj_topics_options){
			.under = value, .only = true }, ignore, NULL,
			&err) == XJ_ENOTFOUND)
			xj_say("%s", err.message);
}

static void
check_word(struct xj_archive *archive, const char *key, char *value)
{
	if (strcasecmp(key, "topic") == 0 || strcasecmp(key, "area") == 0)
		check_topics(archive, value);
	if (strcasecmp(key, "kind") == 0)
		check_values(key, value, kinds);
	else if (strcasecmp(key, "type") == 0)
		check_values(key, value, types);
}

/* What stands before a colon, for who did not know what to write after it. */
static const struct {
	const char *name, *help;
} fields[] = {
	{ "title", N_("words of the title") },
	{ "creator", N_("who wrote it; author: is the same") },
	{ "subject", N_("subject headings") },
	{ "path", N_("file name, and path in an archive file") },
	{ "kind", N_("material, lecture-note, book, regulation ...") },
	{ "type", N_("pdf, word, slides, sheet, text, web, audio ...") },
	{ "format", N_("the MIME type") },
	{ "language", N_("zh, en ...") },
	{ "unit", N_("a unit and those below it, by code or name") },
	{ "area", N_("a study area, by code or name") },
	{ "topic", N_("a topic and those below it, by code or name") },
	{ "year", N_("2011, 2009..2011, ..2011") },
	{ "date", N_("2011-02-16, or a span with .. as of years") },
	{ "is", N_("ok, partial, encrypted, ocr ...") },
	{ "in", N_("the number of a document: what is inside it") },
};

static void
show_menu(const char *key)
{
	bool known = strcasecmp(key, "author") == 0;

	for (size_t i = 0; i < XJ_COUNT(fields); i++)
		known |= strcasecmp(key, fields[i].name) == 0;
	if (!known)
		return;
	xj_say(_("%s: has nothing behind it. What can be written so:"), key);
	for (size_t i = 0; i < XJ_COUNT(fields); i++)
		xj_say("  %s:%*s%s", fields[i].name,
		       10 - (int)strlen(fields[i].name), "",
		       _(fields[i].help));
}

/* "key:value" at the start of a word; not an address, a time or a quotation. */
static void
look_at(struct xj_archive *archive, const char *word, size_t len)
{
	char key[WORD_MAX], value[WORD_MAX];
	size_t n = 0;

	while (n < len && isalpha((unsigned char)word[n]))
		n++;
	if (n < 2 || n >= WORD_MAX || n == len || word[n] != ':')
		return;
	snprintf(key, sizeof(key), "%.*s", (int)n, word);
	if (n + 1 == len && word[len + strspn(word + len, " ")] == '\0')
		show_menu(key);
	if (n + 1 >= len || word[n + 1] == '/' || word[n + 1] == '"' ||
	    word[n + 1] == '(' || len - n > WORD_MAX)
		return;
	snprintf(value, sizeof(value), "%.*s", (int)(len - n - 1),
		 word + n + 1);
	check_word(archive, key, value);
}

const char *
xj_query_join(int argc, char **argv, struct xj_buf *out)
{
	for (int i = 0; i < argc; i++) {
		if (i)
			xj_buf_addc(out, ' ');
		xj_buf_adds(out, argv[i]);
	}
	return xj_buf_str(out);
}

void
xj_query_notice(struct xj_archive *archive, const char *query)
{
	bool quoted = false;

	for (const char *p = query; *p;) {
		size_t n = strcspn(p, " \t\n\"()");

		if (!quoted && n)
			look_at(archive, p + (*p == '-' || *p == '+'),
				n - (*p == '-' || *p == '+'));
		p += n;
		if (*p)
			quoted ^= *p++ == '"';
	}
}

/* How a repair is told; %s is the part of the query. */
static const struct { const char *code, *told; } repairs[] = {
	{ "quote", N_("%s: the quotation mark has no partner and was left "
		      "out") },
	{ "parenthesis", N_("%s: the parenthesis has no partner and was left "
			    "out") },
	{ "empty-phrase", N_("%s: there is nothing to search for in these "
			     "quotation marks") },
	{ "operator", N_("%s: this stands between two words; it was left "
			 "out") },
	{ "and", N_("%s was left out: documents with all words come first, "
		    "and what stands in quotation marks must be there") },
	{ "empty-field", N_("%s has no value right behind the colon and was "
			    "left out") },
	{ "unknown-field", N_("%s: there is no such field; it was searched as "
			      "text") },
	{ "range", N_("%s: the range ran backwards and was turned round") },
	{ "short-prefix", N_("%s: a single letter begins too many words; it "
			     "was searched as a word") },
	{ "depth", N_("%s: there are too many parentheses inside each other; "
		      "this one was left out") },
	{ "prose", N_("The query is long, so quotation marks, dashes and stars "
		      "in it were read as part of the text.") },
};

static void
tell_bad_value(const char *part)
{
	size_t n = strcspn(part, ":\xEF"); /* a full-width colon, too */

	xj_say(_("%s: this is not a value for %.*s; it was searched as text"),
	       part, (int)n, part);
}

void
xj_repairs_notice(const struct xj_hits *hits)
{
	size_t count;
	const struct xj_repair *list = xj_hits_repairs(hits, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].code, "bad-value") == 0)
			tell_bad_value(list[i].part);
		for (size_t k = 0; k < XJ_COUNT(repairs); k++)
			if (strcmp(list[i].code, repairs[k].code) == 0)
				xj_say(_(repairs[k].told), list[i].part);
	}
}

void
xj_left_out_notice(const struct xj_hits *hits)
{
	size_t count;
	const struct xj_left_out *l = xj_hits_left_out(hits, &count);

	for (size_t i = 0; i < count; i++)
		xj_say(_("%s (%s) %s; what follows is without it"),
		       l[i].name, l[i].address, l[i].why);
}
