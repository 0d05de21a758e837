/*
 * fuzz-query.c - any bytes as a query: it is read, printed, read again, trees
 * are made of it, and what finds its words in text, which is tried with the
 * query itself. `make fuzz-query` builds it with clang;
 * test-search-query.c runs it with bytes of its own.
 */
#include "library/search.h"

#include "fuzz.h"

static void
find_itself(const struct xj_wanted *wanted, struct xj_analyzer *an,
	    const struct xj_buf *text)
{
	struct xj_finder *finder;
	uint32_t (*marks)[2];
	size_t count;

	for (int chars = 0; chars < 2; chars++) {
		MUST(xj_wanted_finder(wanted, an, chars, &finder, NULL) ==
		     XJ_OK);
		MUST(xj_finder_marks(finder, xj_buf_str(text), text->len,
				     &marks, &count, NULL) == XJ_OK);
		free(marks);
		xj_finder_free(finder);
	}
}

static void
make_trees(struct xj_arena *arena, struct xj_analyzer *an,
	   struct xj_clause *query, const struct xj_buf *text)
{
	static const enum xj_wanted_tree kinds[] = {
		XJ_WANTED_FIRST, XJ_WANTED_RELATED, XJ_WANTED_MAYBE,
	};
	const struct xj_tree *tree, *whole;
	struct xj_wanted wanted;
	int r = xj_wanted_make(arena, an, query, &wanted, NULL);

	MUST(r == XJ_OK || r == XJ_EINVAL);
	for (size_t i = 0; r == XJ_OK && i < XJ_COUNT(kinds); i++) {
		MUST(xj_wanted_tree(&wanted, kinds[i], true, &tree, NULL) ==
		     XJ_OK);
		MUST(xj_wanted_tree(&wanted, kinds[i], false, &tree, NULL) ==
		     XJ_OK);
		if (tree)
			MUST(xj_wanted_whole(&wanted, tree, &whole, NULL) ==
			     XJ_OK);
	}
	if (r == XJ_OK)
		find_itself(&wanted, an, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct xj_analyzer *an;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_clause *query;
	struct xj_repairs repairs;
	int r;

	if (!an)
		MUST(xj_analyzer_new(NULL, &an, NULL) == XJ_OK);
	MUST(xj_arena_new(&arena) == XJ_OK);
	r = xj_clause_parse(arena, an, (const char *)data, size, &query,
			    &repairs, NULL);
	MUST(r == XJ_OK || (r == XJ_ELIMIT && size > XJ_QUERY_MAX));
	if (r < 0)
		return 0;
	xj_clause_print(query, &text);
	MUST(xj_utf8_valid(xj_buf_str(&text), text.len));
	make_trees(arena, an, query, &text);
	r = xj_clause_parse(arena, an, xj_buf_str(&text), text.len, &query,
			    &repairs, NULL);
	MUST(r == XJ_OK || text.len > XJ_QUERY_MAX);
	return 0;
}
