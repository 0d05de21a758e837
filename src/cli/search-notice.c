/* search-notice.c - what of a query was not understood, and how it was read. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "cli/cli.h"

#define WORD_MAX 64

static const char *const fields[] = {
	"title", "creator", "author", "subject", "path", "kind", "type",
	"format", "language", "is", "in", "accession", "year", "date", NULL,
};

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

static void
check_word(const char *key, char *value)
{
	bool dated = strcasecmp(key, "year") == 0 ||
		     strcasecmp(key, "date") == 0;
	bool number = strcasecmp(key, "in") == 0 ||
		      strcasecmp(key, "accession") == 0;

	if (!is_in(fields, key))
		xj_say(_("%s: there is no such field; it was searched as "
			 "text"), key);
	else if (strcasecmp(key, "kind") == 0)
		check_values(key, value, kinds);
	else if (strcasecmp(key, "type") == 0)
		check_values(key, value, types);
	else if ((dated && !strpbrk(value, "0123456789")) ||
		 (number && value[strspn(value, "0123456789")]))
		xj_say(_("%s:%s: this is not a value for %s; it was searched "
			 "as text"), key, value, key);
}

/* "key:value" at the start of a word; not an address, a time or a quotation. */
static void
look_at(const char *word, size_t len)
{
	char key[WORD_MAX], value[WORD_MAX];
	size_t n = 0;

	while (n < len && isalpha((unsigned char)word[n]))
		n++;
	if (n < 2 || n >= WORD_MAX || n + 1 >= len || word[n] != ':' ||
	    word[n + 1] == '/' || word[n + 1] == '"' || word[n + 1] == '(' ||
	    len - n > WORD_MAX)
		return;
	snprintf(key, sizeof(key), "%.*s", (int)n, word);
	snprintf(value, sizeof(value), "%.*s", (int)(len - n - 1),
		 word + n + 1);
	check_word(key, value);
}

void
xj_query_notice(const char *query)
{
	bool quoted = false;

	for (const char *p = query; *p;) {
		size_t n = strcspn(p, " \t\n\"()");

		if (!quoted && n)
			look_at(p + (*p == '-' || *p == '+'),
				n - (*p == '-' || *p == '+'));
		p += n;
		if (*p)
			quoted ^= *p++ == '"';
	}
}
