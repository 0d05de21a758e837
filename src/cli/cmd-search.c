/* cmd-search.c - find documents. */
#include <string.h>
#include <unistd.h>

#include <xueji/past.h>

#include "cli/cli.h"

static bool opt_here;

#define ALL (1u << 20) /* hits */
#define RUN_LIMIT 1000 /* hits of a query in a run, as TREC has it */

static const char *opt_limit, *opt_offset, *opt_sort, *opt_facets,
	*opt_passages, *opt_queries, *opt_run, *opt_save;
static bool opt_explain;

static const struct xj_option options[] = {
	{ 'n', "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("hits to show; default 10, in a run 1000; 0 is all") },
	{ 0, "offset", .value = &opt_offset, .arg = "N",
	  .help = N_("hits to skip") },
	{ 's', "sort", .value = &opt_sort, .arg = "ORDER",
	  .choices = "relevance date title", .help = N_("the order:") },
	{ 0, "facets", .value = &opt_facets, .arg = "LIST",
	  .help = N_("count hits by kind, year, creator, type, area, topic") },
	{ 0, "passages", .value = &opt_passages, .arg = "N",
	  .help = N_("passages of each document; default 1") },
	{ 0, "explain", .flag = &opt_explain,
	  .help = N_("say why each hit stands where it does") },
	{ 0, "save", .value = &opt_save, .arg = "NAME",
	  .help = N_("save it; `xueji searches run NAME` tells what is new") },
	{ 0, "queries", .value = &opt_queries, .arg = "FILE",
	  .help = N_("answer the lines id<TAB>query of a file") },
	{ 0, "run", .value = &opt_run, .arg = "TAG",
	  .help = N_("with --queries: the tag of the TREC run printed") },
	{ 0, "here", .flag = &opt_here,
	  .help = N_("search this archive alone, without its remotes") },
	OPTION_JSON,
	{ 0 }
};

static void
json_marks(const char *key, const uint32_t (*marks)[2], size_t count)
{
	xj_json_open(key, '[');
	for (size_t i = 0; i < count; i++) {
		xj_json_open(NULL, '[');
		xj_json_number(NULL, marks[i][0]);
		xj_json_number(NULL, marks[i][1]);
		xj_json_close(']');
	}
	xj_json_close(']');
}

static void
json_passage(const struct xj_passage_shown *p)
{
	xj_json_open(NULL, '{');
	xj_json_text_of("where", p->where && *p->where ? p->where : NULL);
	xj_json_number("at", p->at);
	xj_json_text_of("label", p->label);
	xj_json_bool("ocr", p->ocr);
	xj_json_text_of("text", p->text);
	json_marks("marks", p->marks, p->mark_count);
	xj_json_close('}');
}

/* The archive that a hit is of, when it is another. */
static void
json_remote(const struct xj_hit *h)
{
	if (!h->remote) {
		xj_json_text_of("remote", NULL);
		return;
	}
	xj_json_open("remote", '{');
	xj_json_text_of("name", h->remote);
	xj_json_text_of("archive", h->remote_archive);
	xj_json_number("id", h->remote_id);
	xj_json_close('}');
}

static void
json_left_out(const struct xj_hits *hits)
{
	size_t count;
	const struct xj_left_out *l = xj_hits_left_out(hits, &count);

	xj_json_open("left_out", '[');
	for (size_t i = 0; i < count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("name", l[i].name);
		xj_json_text_of("address", l[i].address);
		xj_json_text_of("state", l[i].state);
		xj_json_text_of("why", l[i].why);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_reason(const struct xj_reason *reason)
{
	xj_json_open(NULL, '{');
	xj_json_text_of("text", reason->text);
	xj_json_text_of("kind", reason->kind);
	xj_json_number("documents", reason->documents);
	xj_json_real("rarity", reason->rarity, 4);
	xj_json_real("weight", reason->weight, 6);
	xj_json_bool("synonym", reason->synonym);
	xj_json_bool("in_title", reason->in_title);
	xj_json_bool("in_creator", reason->in_creator);
	xj_json_bool("in_subject", reason->in_subject);
	xj_json_close('}');
}

static void
json_why(const struct xj_why *why)
{
	xj_json_open("why", '{');
	xj_json_text_of("order", why->order);
	xj_json_real("terms", why->terms, 6);
	xj_json_real("passage", why->passage, 6);
	xj_json_real("whole", why->whole, 6);
	xj_json_real("scale", why->scale, 6);
	xj_json_bool("read", why->read);
	xj_json_real("passage_share", why->passage_share, 4);
	xj_json_list("runs", why->runs);
	xj_json_open("reasons", '[');
	for (size_t i = 0; i < why->reason_count; i++)
		json_reason(&why->reasons[i]);
	xj_json_close(']');
	xj_json_close('}');
}

static void
json_hit(const struct xj_hit *h, bool saved)
{
	const struct xj_document_info *i = &h->info;

	xj_json_open(NULL, '{');
	if (h->remote)
		xj_json_text_of("id", NULL);
	else
		xj_json_number("id", i->id);
	json_remote(h);
	xj_json_text_of("urn", i->urn);
	xj_json_text_of("title", i->title);
	json_marks("title_marks", h->title_marks, h->title_mark_count);
	xj_json_text_of("kind", i->kind);
	xj_json_text_of("type", i->type);
	xj_json_text_of("date", *i->date ? i->date : NULL);
	xj_json_text_of("creators", *i->creators ? i->creators : NULL);
	xj_json_list("path", i->path);
	xj_json_real("score", h->score, 4);
	xj_json_bool("related", h->related);
	if (saved)
		xj_json_bool("new", h->fresh);
	xj_json_open("passages", '[');
	for (size_t p = 0; p < h->passage_count; p++)
		json_passage(&h->passages[p]);
	xj_json_close(']');
	if (h->why)
		json_why(h->why);
	xj_json_close('}');
}

static void
json_facet(struct xj_hits *hits, const char *name)
{
	size_t count;
	const struct xj_facet_count *f = xj_hits_facet(hits, name, &count);

	xj_json_open(name, '[');
	for (size_t i = 0; i < count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("value", f[i].value);
		xj_json_number("count", f[i].count);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_facets(struct xj_hits *hits, const char *names)
{
	xj_json_open("facets", '{');
	while (names && *names) {
		size_t n = strcspn(names, ",");
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)n, names);
		json_facet(hits, name);
		names += n + (names[n] == ',');
	}
	xj_json_close('}');
}

static void
json_repairs(const struct xj_hits *hits)
{
	size_t count;
	const struct xj_repair *list = xj_hits_repairs(hits, &count);

	xj_json_open("repairs", '[');
	for (size_t i = 0; i < count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("code", list[i].code);
		xj_json_text_of("part", list[i].part);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_widened(struct xj_hits *hits)
{
	size_t count;
	const struct xj_widened *w = xj_hits_widened(hits, &count);

	xj_json_open("widened", '[');
	for (size_t i = 0; i < count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("typed", w[i].typed);
		xj_json_text_of("form", w[i].form);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_explanation(const struct xj_hits *hits)
{
	size_t missing, without;
	const struct xj_missing *m = xj_hits_missing(hits, &missing);
	const struct xj_without *w = xj_hits_without(hits, &without);

	xj_json_open("missing", '[');
	for (size_t i = 0; i < missing; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("text", m[i].text);
		xj_json_open("nearest", '[');
		for (size_t k = 0; k < m[i].nearest_count; k++)
			xj_json_text_of(NULL, m[i].nearest[k]);
		xj_json_close(']');
		xj_json_close('}');
	}
	xj_json_close(']');
	xj_json_open("without", '[');
	for (size_t i = 0; i < without; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("part", w[i].part);
		xj_json_number("total", w[i].total);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_meant(const struct xj_hits *hits)
{
	size_t count;
	const struct xj_meant *m = xj_hits_meant(hits, &count);

	xj_json_open("meant", '[');
	for (size_t i = 0; i < count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("query", m[i].query);
		xj_json_number("total", m[i].total);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static int
print_json(struct xj_archive *archive, const struct xj_search *s)
{
	struct xj_hits *hits;
	struct xj_error err = { 0 };
	int code;

	if (xj_search(archive, s, &hits, &err) < 0)
		return xj_fail(&err);
	xj_repairs_notice(hits);
	xj_left_out_notice(hits);
	xj_json_begin();
	code = xj_hits_json(hits, s, false);
	xj_hits_free(hits);
	return xj_json_end(code);
}

int
xj_hits_json(struct xj_hits *hits, const struct xj_search *s, bool saved)
{
	size_t count = xj_hits_count(hits);

	xj_json_text_of("query", s->query);
	xj_json_text_of("understood", xj_hits_repaired(hits));
	json_repairs(hits);
	json_widened(hits);
	xj_json_number("total", xj_hits_total(hits));
	xj_json_bool("total_is_exact", xj_hits_total_is_exact(hits));
	xj_json_number("related", xj_hits_related(hits));
	xj_json_number("queued", xj_hits_queued(hits));
	xj_json_real("took_ms", xj_hits_took_ms(hits), 3);
	json_left_out(hits);
	json_explanation(hits);
	json_meant(hits);
	json_facets(hits, s->facets);
	xj_json_open("hits", '[');
	for (size_t i = 0; i < count; i++)
		json_hit(xj_hits_at(hits, i), saved);
	xj_json_close(']');
	count += xj_hits_total(hits); /* may be before the offset */
	return count ? EXIT_FINE : EXIT_NEGATIVE;
}

static int
check_names(void)
{
	static const char *const known[] = { "kind", "year", "creator",
					     "type", "area", "topic" };

	for (const char *p = opt_facets; p && *p;) {
		size_t n = strcspn(p, ",");
		bool found = false;

		for (size_t i = 0; i < XJ_COUNT(known); i++)
			found |= strlen(known[i]) == n &&
				 strncmp(known[i], p, n) == 0;
		if (!found)
			return xj_usage(_("--facets %.*s: kind, year, creator, "
					  "type, area and topic can be "
					  "counted"), (int)n,
					p);
		p += n + (p[n] == ',');
	}
	return EXIT_FINE;
}

static int
save(struct xj_archive *archive, const struct xj_search *s)
{
	struct xj_error err = { 0 };

	if (xj_saved_search_add(archive, opt_save, s->query, s->sort, &err) < 0)
		return xj_fail(&err);
	xj_say(_("Saved as %s."), opt_save);
	return EXIT_FINE;
}

static int
search(struct xj_archive *archive, int argc, char **argv)
{
	xj_auto(xj_buf_release) struct xj_buf query = XJ_BUF_INIT;
	uint64_t limit = opt_queries ? RUN_LIMIT : 10, offset = 0;
	uint64_t passages = 1;
	struct xj_search s;
	int code = check_names();

	if (code)
		return code;
	if (!xj_number("limit", opt_limit, &limit) ||
	    !xj_number("offset", opt_offset, &offset) ||
	    !xj_number("passages", opt_passages, &passages))
		return EXIT_USAGE;
	if (limit == 0)
		limit = ALL;
	if (opt_queries || opt_run) {
		if (!opt_queries || !opt_run || argc)
			return xj_usage(_("a run is printed by --queries FILE "
					  "--run TAG, without a query"));
		if (!*opt_run || strpbrk(opt_run, " \t\r\n\v\f"))
			return xj_usage(_("--run: a tag is one word, since it "
					  "is a column of the run"));
		return xj_search_run(archive, opt_queries, opt_run, limit);
	}
	if (argc == 0)
		return xj_usage(_("say what to search for"));
	s = (struct xj_search){ .query = xj_query_join(argc, argv, &query),
		.limit = limit, .offset = offset, .sort = opt_sort,
		.facets = opt_facets, .passages = (unsigned)passages,
		.no_passages = passages == 0, .explain = opt_explain,
		.here = opt_here };
	xj_query_notice(archive, s.query);
	if (opt_save && (code = save(archive, &s)))
		return code;
	if (opt_json)
		return print_json(archive, &s);
	code = xj_search_and_print(archive, &s);
	/* Somebody reads what was found, and does not wait for this. */
	if (code == EXIT_FINE && isatty(STDOUT_FILENO) && fflush(stdout) == 0)
		xj_query_remember(archive, s.query, NULL);
	return code;
}

const struct xj_command cmd_search = {
	.name = "search", .args = "QUERY...", .needs = NEEDS_READ,
	.summary = N_("find documents by their words"),
	.options = options, .least = 0, .most = -1, .run = search,
};
