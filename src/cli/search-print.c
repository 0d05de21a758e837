/* search-print.c - hits for people. */
#include <string.h>

#include "cli/cli.h"

static void
put_total(struct xj_hits *hits)
{
	uint64_t total = xj_hits_total(hits);
	const char *format = xj_hits_total_is_exact(hits) ?
		ngettext("%llu document", "%llu documents",
			 (unsigned long)total) :
		ngettext("about %llu document", "about %llu documents",
			 (unsigned long)total);

	fputs(xj_style(STYLE_DIM), stdout);
	printf(format, (ull)total);
	printf(_(", %.1f ms"), xj_hits_took_ms(hits));
	printf("%s\n", xj_plain());
	if (xj_hits_queued(hits))
		xj_say(ngettext("%llu document waits to be indexed and cannot "
				"be found yet; `xueji add` goes on with it.",
				"%llu documents wait to be indexed and cannot "
				"be found yet; `xueji add` goes on with them.",
				(unsigned long)xj_hits_queued(hits)),
		       (ull)xj_hits_queued(hits));
}

/* Without its first folders when it does not fit behind `used` columns; the
 * file's own name stays, and all that is inside of it. */
static const char *
shortened(const char *path, size_t used)
{
	while (used + xj_utf8_width(path, strlen(path)) > xj_columns()) {
		const char *slash = strchr(path, '/');
		const char *inside = strstr(path, " › ");

		if (!slash || (inside && inside < slash))
			break;
		path = slash + 1;
	}
	return path;
}

void
xj_put_about(const struct xj_document_info *i, const char *remote,
	     uint64_t number)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	if (remote)
		xj_buf_addf(&b, "%s#%llu", remote, (ull)number);
	else
		xj_buf_addf(&b, "#%llu", (ull)i->id);
	if (*i->kind)
		xj_buf_addf(&b, " · %s", xj_word(i->kind));
	if (*i->date)
		xj_buf_addf(&b, " · %s", i->date);
	if (*i->creators)
		xj_buf_addf(&b, " · %s", i->creators);
	xj_buf_adds(&b, " · ");
	xj_path_shown(&path, i->path);
	xj_buf_adds(&b, shortened(xj_buf_str(&path), 4 +
				  xj_utf8_width(xj_buf_str(&b), b.len)));
	printf("    %s", xj_style(STYLE_DIM));
	xj_put(stdout, xj_buf_str(&b));
	printf("%s\n", xj_plain());
}

static void
put_passage(const struct xj_passage_shown *p)
{
	char place[128];
	size_t used = 4;

	xj_place(p->where, p->at, p->label, place);
	xj_place_ocr(p->ocr, place);
	fputs("    ", stdout);
	if (*place) {
		fputs(xj_style(STYLE_DIM), stdout);
		xj_put(stdout, place);
		printf("%s  ", xj_plain());
		used += xj_utf8_width(place, strlen(place)) + 2;
	}
	xj_wrap(p->text, p->marks, p->mark_count, 6, used);
}

static void
put_title(const struct xj_hit *h, size_t number)
{
	const char *title = *h->info.title ? h->info.title : h->info.name;

	printf("%2zu. %s", number, xj_style(STYLE_BOLD));
	xj_put(stdout, title);
	printf("%s%s\n", xj_plain(), h->fresh ? _(" · new") : "");
}

static void
put_hit(const struct xj_hit *h, size_t number)
{
	fputc('\n', stdout);
	put_title(h, number);
	xj_put_about(&h->info, h->remote, h->remote_id);
	for (size_t i = 0; i < h->passage_count; i++)
		put_passage(&h->passages[i]);
	if (h->why)
		xj_why_print(h);
}

/* The second tier has its own total and begins with a line that says so. */
static void
put_related(struct xj_hits *hits)
{
	ull more = (ull)xj_hits_related(hits);

	printf("\n%s", xj_style(STYLE_DIM));
	if (more)
		printf(_("%llu more only share characters with the query:"),
		       more);
	else /* there is no first tier: the total is of this one */
		printf(_("No word matches; these share characters with the "
			 "query:"));
	printf("%s\n", xj_plain());
}

static void
put_missing(const struct xj_missing *m)
{
	xj_auto(xj_buf_release) struct xj_buf nearest = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

	for (size_t i = 0; i < m->nearest_count; i++)
		xj_buf_addf(&nearest, "%s%s", i ? _(", ") : "", m->nearest[i]);
	if (m->nearest_count)
		xj_buf_addf(&line, _("No document has %s; there is: %s"),
			    m->text, xj_buf_str(&nearest));
	else
		xj_buf_addf(&line, _("No document has %s"), m->text);
	xj_put(stdout, xj_buf_str(&line));
	fputc('\n', stdout);
}

static void
put_without(const struct xj_without *w)
{
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

	xj_buf_addf(&line, ngettext("Without %s: %llu document",
				    "Without %s: %llu documents",
				    (unsigned long)w->total),
		    w->part, (ull)w->total);
	xj_put(stdout, xj_buf_str(&line));
	fputc('\n', stdout);
}

/* Why there is nothing. */
static void
put_explanation(const struct xj_hits *hits)
{
	size_t missing, without;
	const struct xj_missing *m = xj_hits_missing(hits, &missing);
	const struct xj_without *w = xj_hits_without(hits, &without);

	for (size_t i = 0; i < missing; i++)
		put_missing(&m[i]);
	for (size_t i = 0; i < without; i++)
		put_without(&w[i]);
}

static void
put_facet(struct xj_hits *hits, const char *name)
{
	size_t count;
	const struct xj_facet_count *f = xj_hits_facet(hits, name, &count);

	if (!count)
		return;
	printf("%s%s%s%s", xj_style(STYLE_DIM), xj_word(name), _(":"),
	       xj_plain());
	for (size_t i = 0; i < count; i++) {
		fputs("  ", stdout);
		xj_put(stdout, strcmp(name, "kind") == 0 ||
			       strcmp(name, "type") == 0 ?
			       xj_word(f[i].value) :
			       strcmp(name, "area") == 0 ||
			       strcmp(name, "topic") == 0 ?
			       xj_topic_word(f[i].value) : f[i].value);
		printf(" %llu", (ull)f[i].count);
	}
	fputc('\n', stdout);
}

/* "Did you mean 卫生法规 (12)?", each a line. */
static void
put_meant(const struct xj_hits *hits)
{
	size_t count;
	const struct xj_meant *m = xj_hits_meant(hits, &count);

	for (size_t i = 0; i < count; i++) {
		xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

		xj_buf_addf(&line, ngettext("Did you mean %s (%llu document)?",
					    "Did you mean %s (%llu documents)?",
					    (unsigned long)m[i].total),
			    m[i].query, (ull)m[i].total);
		xj_put(stdout, xj_buf_str(&line));
		fputc('\n', stdout);
	}
}

static void
put_facets(struct xj_hits *hits, const char *names)
{
	while (names && *names) {
		size_t n = strcspn(names, ",");
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)n, names);
		put_facet(hits, name);
		names += n + (names[n] == ',');
	}
}

/* "Also: 心肌梗死, 心肌梗塞 (synonyms of what was typed)". */
static void
put_widened(struct xj_hits *hits)
{
	xj_auto(xj_buf_release) struct xj_buf forms = XJ_BUF_INIT;
	size_t count;
	const struct xj_widened *w = xj_hits_widened(hits, &count);

	for (size_t i = 0; i < count; i++)
		xj_buf_addf(&forms, "%s%s", i ? _(", ") : "", w[i].form);
	if (count == 0)
		return;
	fputs(xj_style(STYLE_DIM), stdout);
	printf(_("Searched for too, as it means the same: "));
	xj_put(stdout, xj_buf_str(&forms));
	printf("%s\n", xj_plain());
}

void
xj_hits_print(struct xj_hits *hits, const struct xj_search *search)
{
	const char *repaired = xj_hits_repaired(hits);
	bool related = false;

	if (repaired) {
		printf(_("Understood as: "));
		xj_put(stdout, repaired);
		fputc('\n', stdout);
	}
	put_widened(hits);
	put_total(hits);
	put_meant(hits);
	put_explanation(hits);
	put_facets(hits, search->facets);
	for (size_t i = 0; i < xj_hits_count(hits); i++) {
		const struct xj_hit *h = xj_hits_at(hits, i);

		if (h->related && !related)
			put_related(hits);
		related = h->related;
		put_hit(h, search->offset + i + 1);
	}
}

int
xj_search_and_print(struct xj_archive *archive, const struct xj_search *search)
{
	struct xj_hits *hits;
	struct xj_error err = { 0 };
	bool any;

	if (xj_search(archive, search, &hits, &err) < 0)
		return xj_fail(&err);
	/* There may be none behind the offset. */
	any = xj_hits_count(hits) > 0 || xj_hits_total(hits) > 0;
	xj_repairs_notice(hits);
	xj_left_out_notice(hits);
	if (search->facets)
		xj_topic_words_read(archive);
	xj_hits_print(hits, search);
	xj_hits_free(hits);
	return any ? EXIT_FINE : EXIT_NEGATIVE;
}
