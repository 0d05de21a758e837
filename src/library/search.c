/*
 * search.c - a search from the query to the hits:
 *
 *	parse (search-query.c), what it wants (search-wanted.c),
 *	who has its phrases (search-phrase.c),
 *	the two tiers by trees (search-tree.c), each in order (search-rank.c),
 *	the page that was asked for, with rows of the catalog, passages and
 *	marks (search-show.c), why each stands where it does (search-why.c), or
 *	why there is nothing (search-explain.c), and what may have been meant
 *	(search-meant.c), all in one view of the catalog (search-index.c).
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "library/lexicon.h"
#include "library/remote.h"
#include "library/search.h"

#define LIMIT 10u /* hits, when nothing is said */
#define TRIES 3

static const struct facet {
	const char *name;
	unsigned slot;
} facets[] = {
	{ "kind", XJ_SLOT_KIND }, { "year", XJ_SLOT_DATE },
	{ "creator", XJ_SLOT_CREATOR }, { "type", XJ_SLOT_TYPE },
	{ "language", XJ_SLOT_LANGUAGE }, { "subject", XJ_SLOT_SUBJECT },
	{ "area", XJ_SLOT_AREA }, { "topic", XJ_SLOT_TOPIC },
};

struct xj_hits {
	struct xj_arena *arena;
	struct xj_hit *list;
	size_t count;
	uint64_t total, related;
	uint64_t queued;  /* documents that cannot be found yet */
	bool exact;
	double took_ms;
	const char *repaired;
	struct xj_repairs repairs;
	struct xj_widened *widened;
	size_t widened_count;
	struct xj_explanation explanation;
	struct xj_meant_list meant;
	struct xj_left_out *left_out;
	size_t left_out_count;
	struct {
		struct xj_facet_count *values;
		size_t count;
	} facets[XJ_COUNT(facets)];
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------- what was asked */

static int
read_sort(const char *name, enum xj_index_sort *sort, struct xj_error *err)
{
	if (!name || strcmp(name, "relevance") == 0)
		*sort = XJ_BY_WEIGHT;
	else if (strcmp(name, "date") == 0)
		*sort = XJ_BY_DATE_DOWN;
	else if (strcmp(name, "title") == 0)
		*sort = XJ_BY_TITLE;
	else
		return xj_error_set(err, XJ_EINVAL, "sort: not relevance, "
				    "date or title: %s", name);
	return XJ_OK;
}

static int
read_facets(const char *names, unsigned *mask, struct xj_error *err)
{
	size_t len;

	*mask = 0;
	for (const char *p = names ? names : ""; *p; p += len) {
		size_t i;

		p += strspn(p, ", ");
		len = strcspn(p, ", ");
		for (i = 0; len > 0 && i < XJ_COUNT(facets); i++)
			if (strlen(facets[i].name) == len &&
			    memcmp(facets[i].name, p, len) == 0)
				break;
		if (len > 0 && i == XJ_COUNT(facets))
			return xj_error_set(err, XJ_EINVAL,
					    "facets: there is no %.*s",
					    (int)len, p);
		if (len > 0)
			*mask |= 1u << facets[i].slot;
	}
	return XJ_OK;
}

/* The query as it was understood, when that is not what was written. */
static int
show_repaired(struct xj_hits *hits, const struct xj_clause *query,
	      const char *asked, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r;

	xj_clause_print(query, &text);
	if ((r = xj_buf_check(&text, err)) < 0)
		return r;
	if (strcmp(xj_buf_str(&text), asked) == 0)
		return XJ_OK;
	hits->repaired = xj_arena_strdup(hits->arena, xj_buf_str(&text));
	return hits->repaired ? XJ_OK : no_memory(err);
}

static int
understand(struct xj_seeking *s, struct xj_hits *hits,
	   struct xj_clause **query, struct xj_error *err)
{
	const char *text = s->asked->query ? s->asked->query : "";
	int r = read_sort(s->asked->sort, &s->sort, err);

	if (r == XJ_OK)
		r = read_facets(s->asked->facets, &s->facets, err);
	if (r == XJ_OK)
		r = xj_archive_analyzer(s->archive, &s->analyzer, err);
	if (r == XJ_OK)
		r = xj_clause_parse(s->arena, s->analyzer, text, strlen(text),
				    query, &hits->repairs, err);
	if (r == XJ_OK && hits->repairs.count)
		r = show_repaired(hits, *query, text, err);
	if (r == XJ_OK)
		r = xj_widen(s->archive, s->arena, *query, &hits->widened,
			     &hits->widened_count, err);
	if (r == XJ_OK)
		r = xj_wanted_make(s->arena, s->analyzer, *query, &s->wanted,
				   err);
	/* What has no weight has no order of its own: the newest first. */
	if (s->sort == XJ_BY_WEIGHT && s->wanted.term_count == 0)
		s->sort = XJ_BY_DATE_DOWN;
	return r;
}

/* ----------------------------------------------------------- the two tiers */

static size_t
page_end(const struct xj_search *asked)
{
	size_t limit = asked->limit ? asked->limit : LIMIT;

	return asked->offset > SIZE_MAX / 4 ? SIZE_MAX / 4 :
					      asked->offset + limit;
}

/*
 * The tier of words first; what only shares characters with the query follows
 * when the page reaches so far, and is counted otherwise.
 */
static int
find_tiers(struct xj_seeking *s, struct xj_tier *first, struct xj_tier *related,
	   struct xj_error *err)
{
	size_t need = page_end(s->asked);
	int r = xj_tier_count(s, first, true, err);

	if (r == XJ_OK)
		r = xj_tier_find(s, first, need, err);
	if (r == XJ_OK)
		r = xj_tier_count(s, related, first->all.total == 0, err);
	if (r == XJ_OK && need > first->count)
		r = xj_tier_find(s, related, need - first->count, err);
	return r;
}

/* --------------------------------------------------------------- the page */

static int
name_remote(struct xj_seeking *s, uint64_t id, struct xj_hit *hit,
	    struct xj_error *err)
{
	const char *urn, *name = xj_remote_name(s->archive, id, &urn);

	hit->remote = xj_arena_strdup(s->arena, name);
	hit->remote_archive = xj_arena_strdup(s->arena, urn);
	hit->remote_id = XJ_ID_NUMBER(id);
	return hit->remote && hit->remote_archive ? XJ_OK : no_memory(err);
}

static int
show_hit(struct xj_seeking *s, const struct xj_ranked *d,
	 const struct xj_doc *doc, struct xj_hit *hit, struct xj_error *err)
{
	int r;

	hit->score = d->score;
	hit->related = d->related;
	r = xj_found_info(s->archive, s->arena, doc, &hit->info, err);
	if (r == XJ_OK && XJ_ID_IS_REMOTE(d->id))
		r = name_remote(s, d->id, hit, err);
	return r < 0 || s->asked->no_passages ? r :
	       xj_hit_show(s, d, hit, err);
}

static int
show_page(struct xj_seeking *s, struct xj_ranked *page, size_t count,
	  struct xj_hits *hits, struct xj_error *err)
{
	uint64_t *ids = xj_arena_alloc(s->arena, (count + 1) * sizeof(*ids));
	struct xj_doc *rows = xj_arena_alloc(s->arena, (count + 1) *
					     sizeof(*rows));
	int r;

	hits->list = xj_arena_alloc(s->arena, (count + 1) *
				    sizeof(*hits->list));
	if (!ids || !rows || !hits->list)
		return no_memory(err);
	for (size_t i = 0; i < count; i++)
		ids[i] = page[i].id;
	r = xj_found_rows(s->archive, ids, count, s->arena, rows, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		if (rows[i].id) { /* the catalog has the last word */
			page[hits->count] = page[i];
			r = show_hit(s, &page[i], &rows[i],
				     &hits->list[hits->count++], err);
		}
	return r < 0 || !s->asked->explain ? r :
	       xj_hits_explain(s, page, hits->list, hits->count, err);
}

/* The documents of both tiers, one behind the other, cut to the page. */
static int
cut_page(struct xj_seeking *s, const struct xj_tier *first,
	 const struct xj_tier *related, struct xj_hits *hits,
	 struct xj_error *err)
{
	size_t all = first->count + related->count, end = page_end(s->asked);
	size_t from = s->asked->offset < all ? s->asked->offset : all;
	struct xj_ranked *list = xj_arena_alloc(s->arena, (all + 1) *
						sizeof(*list));

	if (!list)
		return no_memory(err);
	if (first->count)
		memcpy(list, first->docs, first->count * sizeof(*list));
	if (related->count)
		memcpy(list + first->count, related->docs,
		       related->count * sizeof(*list));
	if (end > all)
		end = all;
	return show_page(s, list + from, end - from, hits, err);
}

static int
take_facet(struct xj_hits *hits, size_t i, const struct xj_match *match,
	   struct xj_error *err)
{
	size_t count = match->facets[facets[i].slot].count;
	const struct xj_facet_value *from = match->facets[facets[i].slot].values;
	struct xj_facet_count *to =
		xj_arena_alloc(hits->arena, (count + 1) * sizeof(*to));

	for (size_t k = 0; to && k < count; k++) {
		to[k].count = from[k].count;
		to[k].value = xj_arena_strdup(hits->arena, from[k].value);
		if (!to[k].value)
			return no_memory(err);
	}
	hits->facets[i].values = to;
	hits->facets[i].count = count;
	return to ? XJ_OK : no_memory(err);
}

static int
take_totals(const struct xj_seeking *s, const struct xj_tier *first,
	    const struct xj_tier *related, struct xj_hits *hits,
	    struct xj_error *err)
{
	const struct xj_tier *shown = first->all.total ? first : related;
	int r = XJ_OK;

	hits->total = shown->all.total;
	hits->exact = shown->all.exact && s->checked >= 1 && !s->wanted.cut;
	hits->related = first->all.total ? related->all.total : 0;
	if (s->checked < 1)
		hits->total = (uint64_t)((double)hits->total / s->checked);
	for (size_t i = 0; i < XJ_COUNT(facets) && r == XJ_OK; i++)
		if (s->facets >> facets[i].slot & 1)
			r = take_facet(hits, i, &shown->all, err);
	return r;
}

/* --------------------------------------------------------------- the whole */

static int
seek(struct xj_seeking *s, const struct xj_clause *query,
     struct xj_hits *hits, struct xj_error *err)
{
	struct xj_tier first = {
		.which = XJ_WANTED_FIRST, .all = { .exact = true },
	}, related = {
		.which = XJ_WANTED_RELATED, .all = { .exact = true },
	};
	int r = xj_wanted_weigh(&s->wanted, s->index, err);

	if (r == XJ_OK)
		r = xj_wanted_finder(&s->wanted, s->analyzer, false,
				     &s->finder, err);
	if (r == XJ_OK)
		r = xj_wanted_finder(&s->wanted, s->analyzer, true,
				     &s->weigher, err);
	if (r == XJ_OK)
		r = xj_phrases_check(s->archive, s->analyzer, s->index,
				     &s->wanted, &s->checked, err);
	if (r == XJ_OK)
		r = find_tiers(s, &first, &related, err);
	if (r == XJ_OK)
		r = take_totals(s, &first, &related, hits, err);
	if (r == XJ_OK)
		r = cut_page(s, &first, &related, hits, err);
	if (r == XJ_OK && first.all.total == 0 && !s->asked->no_passages)
		r = xj_explain_nothing(s, query, &hits->explanation, err);
	if (r == XJ_OK && !s->asked->no_passages && s->asked->offset == 0 &&
	    (first.all.total == 0 || xj_wanted_unknown(&s->wanted)))
		r = xj_search_meant(s, first.all.total, &hits->meant, err);
	xj_match_release(&first.all);
	xj_match_release(&related.all);
	return r;
}

static void
seeking_end(struct xj_seeking *s)
{
	for (size_t i = 0; i < s->wanted.phrase_count; i++)
		free(s->wanted.phrases[i].ids);
	xj_finder_free(s->finder);
	xj_finder_free(s->weigher);
	xj_reading_release(&s->reading);
}

/* The index to search: this archive's, or with it those of its remotes. */
static int
begin(struct xj_seeking *s, uint64_t until, struct xj_error *err)
{
	int r = XJ_ENOTFOUND;

	/* A segment may be merged away while others are asked. */
	for (int i = 0; i < TRIES && r == XJ_ENOTFOUND; i++) {
		r = xj_searcher_begin(s->archive, &s->index, err);
		/* What a reader sees of others is not known here. */
		if (r < 0 || s->asked->here || xj_index_restricted(s->index))
			return r;
		s->wide = true;
		r = xj_remotes_begin(s->archive, until, &s->index, err);
		if (r < 0)
			xj_searcher_end(s->archive);
	}
	return r;
}

static int
search_into(struct xj_archive *a, const struct xj_search *asked,
	    uint64_t until, struct xj_hits *hits, struct xj_error *err)
{
	xj_auto(seeking_end) struct xj_seeking s = {
		.archive = a, .asked = asked, .arena = hits->arena,
		.reading = { .archive = a },
	};
	struct xj_clause *query;
	int r = understand(&s, hits, &query, err);

	if (r < 0)
		return r;
	s.reading.analyzer = s.analyzer;
	r = begin(&s, until, err);
	if (r < 0)
		return r;
	r = seek(&s, query, hits, err);
	if (r == XJ_OK)
		r = xj_catalog_queue_size(a->catalog, &hits->queued, err);
	if (r == XJ_OK && s.wide)
		r = xj_remotes_left_out(a, hits->arena, &hits->left_out,
					&hits->left_out_count, err);
	xj_searcher_end(a);
	return r;
}

/* The documents that have a word of the query, by number. */
static int
ids_into(struct xj_seeking *s, size_t max, uint64_t **ids, size_t *count,
	 struct xj_error *err)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	const struct xj_tree *tree = NULL;
	int r = xj_wanted_weigh(&s->wanted, s->index, err);

	if (r == XJ_OK)
		r = xj_phrases_check(s->archive, s->analyzer, s->index,
				     &s->wanted, &s->checked, err);
	if (r == XJ_OK)
		r = xj_wanted_tree(&s->wanted, XJ_WANTED_FIRST, true, &tree,
				   err);
	if (r == XJ_OK && tree)
		r = xj_index_match(s->index, tree, &(struct xj_match_options){
			.limit = max }, &match, err);
	*ids = xj_arena_alloc(s->arena, (match.count + 1) * sizeof(**ids));
	if (r == XJ_OK && !*ids)
		return no_memory(err);
	for (*count = 0; r == XJ_OK && *count < match.count; ++*count)
		(*ids)[*count] = match.hits[*count].id;
	return r;
}

int
xj_search_ids(struct xj_archive *a, const char *text, size_t max,
	      struct xj_arena *arena, uint64_t **ids, size_t *count,
	      struct xj_error *err)
{
	struct xj_search asked = { .query = text };
	struct xj_hits understood = { .arena = arena };
	xj_auto(seeking_end) struct xj_seeking s = {
		.archive = a, .asked = &asked, .arena = arena,
		.reading = { .archive = a },
	};
	struct xj_clause *query;
	int r = understand(&s, &understood, &query, err);

	s.reading.analyzer = s.analyzer;
	if (r == XJ_OK)
		r = xj_searcher_begin(a, &s.index, err);
	if (r < 0)
		return r;
	r = ids_into(&s, max, ids, count, err);
	xj_searcher_end(a);
	return r;
}

int
xj_hits_keep_saved(struct xj_hits *hits, struct xj_saved_search *saved,
		   struct xj_error *err)
{
	saved->name = xj_arena_strdup(hits->arena, saved->name);
	saved->query = xj_arena_strdup(hits->arena, saved->query);
	if (saved->sort)
		saved->sort = xj_arena_strdup(hits->arena, saved->sort);
	return saved->name && saved->query ? XJ_OK : no_memory(err);
}

void
xj_hits_mark_fresh(struct xj_hits *hits, const uint64_t *ids, size_t count)
{
	for (size_t i = 0; i < hits->count; i++)
		for (size_t k = 0; k < count && !hits->list[i].fresh; k++)
			hits->list[i].fresh = hits->list[i].info.id == ids[k];
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
search_once(struct xj_archive *archive, const struct xj_search *search,
	    uint64_t until, struct xj_hits **hits, struct xj_error *err)
{
	struct xj_hits *h = calloc(1, sizeof(*h));
	int r;

	*hits = NULL;
	if (!h || xj_arena_new(&h->arena) < 0) {
		free(h);
		return no_memory(err);
	}
	r = search_into(archive, search, until, h, err);
	if (r == XJ_OK)
		*hits = h;
	else
		xj_hits_free(h);
	return r;
}

int
xj_search(struct xj_archive *archive, const struct xj_search *search,
	  struct xj_hits **hits, struct xj_error *err)
{
	uint64_t until = xj_monotonic_ms() + XJ_REMOTES_MS;
	double begun = now_ms();
	int r;

	/* Each time there is a remote less, at last none. */
	do {
		r = search_once(archive, search, until, hits, err);
	} while (r < 0 && xj_remotes_lost(archive));
	if (r == XJ_OK)
		(*hits)->took_ms = now_ms() - begun;
	return r;
}

void
xj_hits_free(struct xj_hits *hits)
{
	if (!hits)
		return;
	xj_arena_free(hits->arena);
	free(hits);
}

/* ------------------------------------------------------------ numbers alone */

static int
take_ids(struct xj_seeking *s, const struct xj_tree *tree, uint64_t **ids,
	 size_t *count, struct xj_error *err)
{
	const struct xj_match_options all = { .limit = UINT32_MAX };
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	int r = xj_index_match(s->index, tree, &all, &match, err);

	if (r < 0)
		return r;
	*ids = xj_arena_alloc(s->arena, (match.count + 1) * sizeof(**ids));
	if (!*ids)
		return no_memory(err);
	for (size_t i = 0; i < match.count; i++)
		(*ids)[i] = match.hits[i].id;
	*count = match.count;
	qsort(*ids, *count, sizeof(**ids), xj_by_number);
	return XJ_OK;
}

static int
seek_ids(struct xj_seeking *s, uint64_t **ids, size_t *count,
	 struct xj_error *err)
{
	const struct xj_tree everything = { .op = XJ_TREE_ALL };
	const struct xj_tree *tree = &everything;
	int r = XJ_OK;

	if (s->asked->query)
		r = xj_phrases_check(s->archive, s->analyzer, s->index,
				     &s->wanted, &s->checked, err);
	if (r == XJ_OK && s->asked->query && s->checked < 1)
		return xj_error_set(err, XJ_EINVAL, "the query has a phrase "
				    "that too many documents may have");
	if (r == XJ_OK && s->asked->query)
		r = xj_wanted_tree(&s->wanted, XJ_WANTED_FIRST, true, &tree,
				   err);
	return r < 0 ? r : take_ids(s, tree, ids, count, err);
}

static int
understand_exactly(struct xj_seeking *s, struct xj_error *err)
{
	struct xj_hits hits = { .arena = s->arena };
	struct xj_clause *query;
	int r = s->asked->query ? understand(s, &hits, &query, err) : XJ_OK;

	if (r == XJ_OK && hits.repairs.count)
		return xj_error_set(err, XJ_EINVAL, "the query was understood "
				    "as %s; write it so if that is what you "
				    "mean", hits.repaired ? hits.repaired :
				    s->asked->query);
	return r;
}

int
xj_search_exactly(struct xj_archive *a, const char *query,
		  struct xj_arena *arena, uint64_t **ids, size_t *count,
		  struct xj_error *err)
{
	const struct xj_search asked = { .query = query };
	xj_auto(seeking_end) struct xj_seeking s = {
		.archive = a, .asked = &asked, .arena = arena,
		.reading = { .archive = a },
	};
	int r = understand_exactly(&s, err);

	s.reading.analyzer = s.analyzer;
	if (r == XJ_OK)
		r = xj_searcher_begin(a, &s.index, err);
	if (r < 0)
		return r;
	r = seek_ids(&s, ids, count, err);
	xj_searcher_end(a);
	return r;
}

/* ----------------------------------------------------------------- getters */

size_t
xj_hits_count(const struct xj_hits *hits)
{
	return hits->count;
}

const struct xj_hit *
xj_hits_at(const struct xj_hits *hits, size_t i)
{
	return i < hits->count ? &hits->list[i] : NULL;
}

uint64_t
xj_hits_total(const struct xj_hits *hits)
{
	return hits->total;
}

bool
xj_hits_total_is_exact(const struct xj_hits *hits)
{
	return hits->exact;
}

uint64_t
xj_hits_queued(const struct xj_hits *hits)
{
	return hits->queued;
}

uint64_t
xj_hits_related(const struct xj_hits *hits)
{
	return hits->related;
}

double
xj_hits_took_ms(const struct xj_hits *hits)
{
	return hits->took_ms;
}

const char *
xj_hits_repaired(const struct xj_hits *hits)
{
	return hits->repaired;
}

const struct xj_repair *
xj_hits_repairs(const struct xj_hits *hits, size_t *count)
{
	*count = hits->repairs.count;
	return hits->repairs.list;
}

const struct xj_widened *
xj_hits_widened(const struct xj_hits *hits, size_t *count)
{
	*count = hits->widened_count;
	return hits->widened;
}

const struct xj_missing *
xj_hits_missing(const struct xj_hits *hits, size_t *count)
{
	*count = hits->explanation.missing_count;
	return hits->explanation.missing;
}

const struct xj_without *
xj_hits_without(const struct xj_hits *hits, size_t *count)
{
	*count = hits->explanation.without_count;
	return hits->explanation.without;
}

const struct xj_meant *
xj_hits_meant(const struct xj_hits *hits, size_t *count)
{
	*count = hits->meant.count;
	return hits->meant.list;
}

const struct xj_left_out *
xj_hits_left_out(const struct xj_hits *hits, size_t *count)
{
	*count = hits->left_out_count;
	return hits->left_out;
}

const struct xj_facet_count *
xj_hits_facet(const struct xj_hits *hits, const char *name, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < XJ_COUNT(facets); i++)
		if (strcmp(facets[i].name, name) == 0) {
			*count = hits->facets[i].count;
			return hits->facets[i].values;
		}
	return NULL;
}
