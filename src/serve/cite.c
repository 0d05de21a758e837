/* cite.c - how a document is cited: GB/T 7714-2015, BibTeX, RIS. */
#include <string.h>

#include "serve/serve.h"

#define CREATORS_MAX 32

/* What the styles need of a document. */
struct source {
	const struct xj_document_info *info;
	const char *title, *publisher, *year;
	const char *creators[CREATORS_MAX];
	size_t count;
	char year_buf[8];
};

static void
gather(struct source *s, const struct xj_document *d)
{
	size_t count;
	const struct xj_value *v = xj_document_values(d, &count);

	*s = (struct source){ .info = xj_document_info(d), .publisher = "" };
	s->title = *s->info->title ? s->info->title : s->info->name;
	for (size_t i = 0; i < count; i++) {
		if (!v[i].effective)
			continue;
		if (strcmp(v[i].element, "creator") == 0 &&
		    s->count < CREATORS_MAX)
			s->creators[s->count++] = v[i].value;
		else if (strcmp(v[i].element, "publisher") == 0 &&
			 !*s->publisher)
			s->publisher = v[i].value;
	}
	snprintf(s->year_buf, sizeof(s->year_buf), "%.4s", s->info->date);
	s->year = s->year_buf;
}

/* ---------------------------------------------------------------- GB/T 7714 */

/* The letter for what it is; all of ours are read online. */
static const char *
gb_kind(const char *kind)
{
	static const char *const kinds[][2] = {
		{ "book", "M/OL" }, { "article", "J/OL" },
		{ "regulation", "S/OL" }, { "minutes", "R/OL" },
		{ "dataset", "DB/OL" },
	};

	for (size_t i = 0; i < XJ_COUNT(kinds); i++)
		if (strcmp(kinds[i][0], kind) == 0)
			return kinds[i][1];
	return "EB/OL";
}

/* Three are named, then 等 or et al. */
static void
gb_creators(struct xj_buf *b, const struct source *s)
{
	bool chinese = s->count && (unsigned char)s->creators[0][0] >= 0xE3;

	for (size_t i = 0; i < s->count && i < 3; i++)
		xj_buf_addf(b, "%s%s", i ? ", " : "", s->creators[i]);
	if (s->count > 3)
		xj_buf_adds(b, chinese ? ", 等" : ", et al");
	if (s->count)
		xj_buf_adds(b, ". ");
}

static void
cite_gb(struct xj_buf *b, const struct source *s, const char *url)
{
	char today[XJ_DAY_MAX];

	xj_today(today);
	gb_creators(b, s);
	xj_buf_addf(b, "%s[%s]. ", s->title, gb_kind(s->info->kind));
	if (*s->publisher)
		xj_buf_addf(b, "%s, ", s->publisher);
	xj_buf_addf(b, "%s%s%s[%s]. %s.", *s->info->date ? "(" : "",
		    s->info->date, *s->info->date ? ")" : "", today, url);
}

/* ------------------------------------------------------------------ BibTeX */

static void
put_bibtex(struct xj_buf *b, const char *name, const char *value)
{
	if (!*value)
		return;
	xj_buf_addf(b, "  %s = {", name);
	for (; *value; value++)
		if (strchr("{}\\", *value))
			xj_buf_addc(b, ' ');
		else if (strchr("#$%&_", *value))
			xj_buf_addf(b, "\\%c", *value);
		else
			xj_buf_addc(b, (unsigned char)*value < 0x20 ? ' ' :
				    *value);
	xj_buf_adds(b, "},\n");
}

static void
cite_bibtex(struct xj_buf *b, const struct source *s, const char *url)
{
	xj_auto(xj_buf_release) struct xj_buf creators = XJ_BUF_INIT;
	const char *kind = s->info->kind;

	for (size_t i = 0; i < s->count; i++)
		xj_buf_addf(&creators, "%s%s", i ? " and " : "",
			    s->creators[i]);
	xj_buf_addf(b, "@%s{xueji%llu,\n", strcmp(kind, "book") == 0 ? "book" :
		    strcmp(kind, "article") == 0 ? "article" : "misc",
		    (ull)s->info->id);
	put_bibtex(b, "title", s->title);
	put_bibtex(b, "author", xj_buf_str(&creators));
	put_bibtex(b, "publisher", s->publisher);
	put_bibtex(b, "year", s->year);
	put_bibtex(b, "url", url);
	put_bibtex(b, "note", s->info->urn);
	xj_buf_adds(b, "}");
}

/* --------------------------------------------------------------------- RIS */

static void
put_ris(struct xj_buf *b, const char *tag, const char *value)
{
	if (!*value)
		return;
	xj_buf_addf(b, "%s  - ", tag);
	for (; *value; value++)
		xj_buf_addc(b, (unsigned char)*value < 0x20 ? ' ' : *value);
	xj_buf_adds(b, "\r\n");
}

static void
cite_ris(struct xj_buf *b, const struct source *s, const char *url)
{
	const char *kind = s->info->kind;

	put_ris(b, "TY", strcmp(kind, "book") == 0 ? "BOOK" :
		strcmp(kind, "article") == 0 ? "JOUR" :
		strcmp(kind, "slides") == 0 ? "SLIDE" :
		strcmp(kind, "dataset") == 0 ? "DATA" : "GEN");
	put_ris(b, "TI", s->title);
	for (size_t i = 0; i < s->count; i++)
		put_ris(b, "AU", s->creators[i]);
	put_ris(b, "PB", s->publisher);
	put_ris(b, "PY", s->year);
	put_ris(b, "UR", url);
	put_ris(b, "AN", s->info->urn);
	xj_buf_adds(b, "ER  - \r\n");
}

void
xj_cite(struct xj_buf *out, struct xj_document *d, const char *style,
	const char *url)
{
	struct source s;

	gather(&s, d);
	if (strcmp(style, "bibtex") == 0)
		cite_bibtex(out, &s, url);
	else if (strcmp(style, "ris") == 0)
		cite_ris(out, &s, url);
	else
		cite_gb(out, &s, url);
}
