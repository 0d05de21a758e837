/* test-search-query.c - how queries are read, and the trees made of them. */
#include "library/search.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A query, and what became of it. */
struct read {
	struct xj_arena *arena;
	struct xj_analyzer *an;
	struct xj_clause *query;
	struct xj_wanted wanted;
	struct xj_repairs repairs;
	int status, wanted_status;
	struct xj_error err;
};

static struct read
read_bytes(const char *text, size_t len)
{
	static const char *const words[] = { "三会一课", NULL };
	struct read r = { 0 };

	assert_int_equal(xj_arena_new(&r.arena), XJ_OK);
	assert_int_equal(xj_analyzer_new(&(struct xj_analyzer_options){
		.dictionary = words }, &r.an, NULL), XJ_OK);
	r.status = xj_clause_parse(r.arena, r.an, text, len, &r.query,
				   &r.repairs, &r.err);
	if (r.status == XJ_OK)
		r.wanted_status = xj_wanted_make(r.arena, r.an, r.query,
						 &r.wanted, &r.err);
	return r;
}

static struct read
read_query(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void
read_end(struct read *r)
{
	xj_analyzer_free(r->an);
	xj_arena_free(r->arena);
}

static void
assert_read(const char *text, const char *printed, bool repaired)
{
	xj_auto(read_end) struct read r = read_query(text);
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;

	assert_int_equal(r.status, XJ_OK);
	xj_clause_print(r.query, &out);
	assert_string_equal(xj_buf_str(&out), printed);
	if ((r.repairs.count > 0) != repaired)
		fail_msg("%s: %zu repairs", text, r.repairs.count);
}

/* The repairs as "code part, code part". */
static void
assert_repairs(const char *text, const char *repairs)
{
	xj_auto(read_end) struct read r = read_query(text);
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;

	for (size_t i = 0; i < r.repairs.count; i++)
		xj_buf_addf(&out, "%s%s %s", i ? ", " : "",
			    r.repairs.list[i].code, r.repairs.list[i].part);
	assert_string_equal(xj_buf_str(&out), repairs);
}

/* ---------------------------------------------------------------- trees */

static void
print_tree(struct xj_buf *out, const struct xj_tree *t)
{
	static const char *const names[] = {
		[XJ_TREE_NOTHING] = "NOTHING", [XJ_TREE_ALL] = "ALL",
		[XJ_TREE_OR] = "OR", [XJ_TREE_AND] = "AND",
		[XJ_TREE_AND_MAYBE] = "MAYBE", [XJ_TREE_AND_NOT] = "NOT",
		[XJ_TREE_FILTER] = "FILTER", [XJ_TREE_IDS] = "IDS",
	};

	if (t->scale < 0 && t->count == 1) { /* a filter by itself */
		print_tree(out, t->children[0]);
	} else if (t->op == XJ_TREE_TERM) {
		xj_buf_add(out, t->term, t->len);
		if (t->scale > 0)
			xj_buf_addf(out, "*%.2f", t->scale);
	} else if (t->op == XJ_TREE_RANGE) {
		xj_buf_addf(out, "[%s..%s]", t->low ? t->low : "",
			    t->high ? t->high : "");
	} else if (t->count == 1 && t->op != XJ_TREE_IDS) {
		print_tree(out, t->children[0]);
	} else {
		xj_buf_addf(out, "%s%s", t->count ? "(" : "", names[t->op]);
		for (size_t i = 0; i < t->count && t->op != XJ_TREE_IDS; i++) {
			xj_buf_addc(out, ' ');
			print_tree(out, t->children[i]);
		}
		if (t->count)
			xj_buf_addc(out, ')');
	}
}

static void
assert_tree(const char *text, enum xj_wanted_tree which, const char *printed)
{
	xj_auto(read_end) struct read r = read_query(text);
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;
	const struct xj_tree *tree;

	assert_int_equal(r.wanted_status, XJ_OK);
	assert_int_equal(xj_wanted_tree(&r.wanted, which, false, &tree,
					NULL), XJ_OK);
	if (tree)
		print_tree(&out, tree);
	assert_string_equal(xj_buf_str(&out), printed);
}

#define assert_first(text, printed) \
	assert_tree(text, XJ_WANTED_FIRST, printed)
#define assert_related(text, printed) \
	assert_tree(text, XJ_WANTED_RELATED, printed)
#define assert_maybe(text, printed) \
	assert_tree(text, XJ_WANTED_MAYBE, printed)

/* --------------------------------------------------------------- reading */

static void
words_are_parted_by_blanks(void **state)
{
	(void)state;
	assert_read("卫生 法规", "卫生 法规", false);
	assert_read("  卫生\t法规　条例\n", "卫生 法规 条例", false);
	assert_read("学习Python语言", "学习Python语言", false);
	assert_read("", "", false);
	assert_read(" 。，——！ ", "", false);
	assert_read("- + * /", "", false);
}

static void
single_characters_side_by_side_are_one_word(void **state)
{
	(void)state;
	assert_read("学 习 心 得", "学习心得", false);
	assert_read("學 習", "學習", false);
	assert_read("学 习 心得", "学习 心得", false);
	assert_read("法", "法", false);
	assert_read("a b c", "a b c", false);
}

static void
a_phrase_stands_in_quotation_marks(void **state)
{
	(void)state;
	assert_read("\"卫生 法规\"", "\"卫生 法规\"", false);
	assert_read("“三会一课” 记录", "\"三会一课\" 记录", false);
	assert_read("＂三会一课＂", "\"三会一课\"", false);
	assert_read("「三会一课」", "\"三会一课\"", false);
	assert_read("『三会一课』", "\"三会一课\"", false);
	assert_read("\"三会一课\"记录", "\"三会一课\" 记录", false);
	assert_read("记录\"三会一课\"", "记录 \"三会一课\"", false);
	assert_read("\"a\"\"b\"", "\"a\" \"b\"", false);
	assert_read("(“甲”)", "\"甲\"", false);
}

static void
marks_inside_running_text_are_not_meant(void **state)
{
	(void)state;
	assert_read("什么是“三会一课”制度", "什么是 三会一课 制度", false);
	assert_read("「唐音」的「唐」指什么", "唐音 的 唐 指什么", false);
	assert_read("什么是\"速成\"和\"仓颉\"的区别",
		    "什么是 速成 和 仓颉 的区别", false);
}

static void
a_mark_that_is_never_closed_is_dropped(void **state)
{
	(void)state;
	assert_read("\"卫生 法规", "卫生 法规", true);
	assert_read("卫生 \"法规", "卫生 法规", true);
	assert_read("\"", "", true);
	assert_read("\"\"", "", true);
	assert_read("“卫生", "卫生", true);
	assert_read("5\" screen", "5 screen", false);
}

static void
a_dash_excludes_what_follows_it(void **state)
{
	(void)state;
	assert_read("卫生 -法规", "卫生 -法规", false);
	assert_read("卫生 －法规", "卫生 -法规", false);
	assert_read("-\"三会一课\"", "-\"三会一课\"", false);
	assert_read("-kind:book 卫生", "-kind:book 卫生", false);
	assert_read("-(法规 条例)", "-(法规 条例)", false);
	assert_read("-(-甲)", "甲", false);
	assert_read("COVID-19", "COVID-19", false);
	assert_read("--foo", "--foo", false);
	assert_read("a - b", "a b", false);
	assert_read("卫生 -", "卫生", false);
}

static void
or_joins_its_neighbours(void **state)
{
	(void)state;
	assert_read("甲 OR 乙 丙", "甲 OR 乙 丙", false);
	assert_read("甲 OR 乙 OR 丙", "甲 OR 乙 OR 丙", false);
	assert_read("(甲 OR 乙) OR 丙", "甲 OR 乙 OR 丙", false);
	assert_read("(法规 条例) OR \"丙\"", "(法规 条例) OR \"丙\"",
		    false);
	assert_read("甲 OR -乙", "甲 OR -乙", false);
	assert_read("ORAL or", "ORAL or", false);
}

static void
a_dangling_or_is_dropped(void **state)
{
	(void)state;
	assert_read("OR 卫生", "卫生", true);
	assert_read("卫生 OR", "卫生", true);
	assert_read("卫生 OR OR 法规", "卫生 OR 法规", false);
	assert_read("卫生 AND 法规", "卫生 法规", true);
	assert_read("OR", "", true);
}

static void
in_prose_marks_and_dashes_are_not_meant(void **state)
{
	(void)state;
	assert_read("articles on systems of which \"what you see\" is said, "
		    "and -dash others that are kind:book or more",
		    "articles on systems of which what you see is said, and "
		    "dash others that are kind:book or more", true);
	assert_read("a b c d e f g h i j k \"l m\"",
		    "a b c d e f g h i j k \"l m\"", false);
}

static void
parentheses_group(void **state)
{
	(void)state;
	assert_read("(卫生 法规) 条例", "卫生 法规 条例", false);
	assert_read("（卫生 OR 健康） 条例", "卫生 OR 健康 条例", false);
	assert_read("肝炎（乙型）怎么治", "肝炎 乙型 怎么治", false);
	assert_read("(卫生", "卫生", true);
	assert_read("卫生)", "卫生", true);
	assert_read("()", "", false);
}

static void
the_year_of_a_document_number_is_no_group(void **state)
{
	(void)state;
	assert_read("卫医发(2010)12号", "卫医发(2010)12号", false);
	assert_read("卫医发（二〇一〇）12号 通知", "卫医发（二〇一〇）12号 通知",
		    false);
	assert_read("(2010)", "2010", false);
	assert_read("法(20101)", "法 20101", false);
}

static void
a_field_has_a_value(void **state)
{
	(void)state;
	assert_read("title:卫生", "title:\"卫生\"", false);
	assert_read("author:李 subject:\"传染病 防治\"",
		    "creator:\"李\" subject:\"传染病 防治\"", false);
	assert_read("Kind:Book type：pdf", "kind:book type:pdf", false);
	assert_read("kind:book,article", "kind:book,article", false);
	assert_read("format:text/html language:zh",
		    "format:text/html language:zh", false);
	assert_read("is:partial in:42 accession:3",
		    "is:partial in:42 accession:3", false);
	assert_read("path:讲义.pdf", "path:\"讲义.pdf\"", false);
}

static void
years_and_dates_are_ranges(void **state)
{
	(void)state;
	assert_read("year:2009..2011", "date:2009..2011", false);
	assert_read("year:2009-2011", "date:2009..2011", false);
	assert_read("year:2011", "date:2011", false);
	assert_read("year:2009..", "date:2009..", false);
	assert_read("year:..2011", "date:..2011", false);
	assert_read("date:2011年2月16日", "date:2011-02-16", false);
	assert_read("date:2011-02..2011-03-05", "date:2011-02..2011-03-05",
		    false);
	assert_read("year:2011..2009", "date:2009..2011", true);
}

static void
a_value_that_makes_no_sense_is_a_word(void **state)
{
	(void)state;
	assert_read("year:abc 卫生", "year:abc 卫生", true);
	assert_read("in:x", "in:x", true);
	assert_read("is:lovely", "is:lovely", true);
	assert_read("year:..", "year:..", true);
	assert_read("http://example.org/a", "http://example.org/a", false);
	assert_read("时间:2011", "时间:2011", false);
}

static void
a_field_without_a_value_is_left_out(void **state)
{
	(void)state;
	assert_read("title: 卫生", "卫生", true);
	assert_read("卫生 kind:", "卫生", true);
	assert_read("-title: 卫生", "卫生", true);
	assert_read("title:", "title:", true);
}

static void
a_star_stands_for_the_rest_of_a_word(void **state)
{
	(void)state;
	assert_read("hyg* 卫生＊", "hyg* 卫生*", false);
	assert_read("title:hyg*", "title:hyg*", false);
	assert_read("title:\"hyg*\"", "title:\"hyg*\"", false);
	assert_read("-hyg*", "-hyg*", false);
	assert_read("h*", "h", true);
	assert_read("法*", "法*", false);
	assert_read("5*3 * **", "5*3", false);
}

static void
a_distance_joins_words(void **state)
{
	(void)state;
	assert_read("甲 near:10 乙", "甲 near:10 乙", false);
	assert_read("甲 NEAR/10 乙 丙", "甲 near:10 乙 丙", false);
	assert_read("甲 near：3 \"乙 丁\" near:0 丙*",
		    "甲 near:3 \"乙 丁\" near:0 丙*", false);
	assert_read("-(甲 near:3 乙)", "-(甲 near:3 乙)", false);
	assert_read("甲 near:3 乙 OR 丙", "甲 near:3 乙 OR 丙", false);
	assert_read("甲 near:5000 乙", "甲 near:1000 乙", false);
	assert_read("near:3 乙", "乙", true);
	assert_read("乙 near:3", "乙", true);
	assert_read("乙 near:3 kind:book", "乙 kind:book", true);
	assert_read("乙 near:3 (甲 丙)", "乙 甲丙", true);
	assert_read("乙 near:3 -丙", "乙 -丙", true);
	assert_read("kind:book near:3 乙", "kind:book 乙", true);
}

static void
each_repair_says_what_and_where(void **state)
{
	(void)state;
	assert_repairs("卫生 法规", "");
	assert_repairs("\"卫生", "quote \"");
	assert_repairs("“卫生", "quote “");
	assert_repairs("(卫生", "parenthesis (");
	assert_repairs("卫生))", "parenthesis )");
	assert_repairs("卫生 OR", "operator OR");
	assert_repairs("near:3 卫生", "operator near:3");
	assert_repairs("卫生 AND 法规", "and AND");
	assert_repairs("title: 卫生", "empty-field title:");
	assert_repairs("卫生 near: 法规", "empty-field near:");
	assert_repairs("卫生 foo:bar year:abc",
		       "unknown-field foo, bad-value year:abc");
	assert_repairs("http://a.b a:b 12:30 时间:1 \"foo:bar\"", "");
	assert_repairs("year:2011..2009", "range 2011..2009");
	assert_repairs("h*", "short-prefix h*");
	assert_repairs("\"\" 卫生", "empty-phrase \"\"");
}

static void
what_is_not_text_parts_words(void **state)
{
	static const char bytes[] = "卫生\xff\xfe法规\0条例\x01\xe5\x8d";
	xj_auto(read_end) struct read r = read_bytes(bytes, sizeof(bytes) - 1);
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;

	(void)state;
	assert_int_equal(r.status, XJ_OK);
	xj_clause_print(r.query, &out);
	assert_string_equal(xj_buf_str(&out), "卫生 法规 条例");
}

/* ----------------------------------------------------------- what is wanted */

static void
a_word_must_match_and_the_rest_adds_weight(void **state)
{
	(void)state;
	assert_first("卫生", "(MAYBE w卫生*0.50 c卫*2.00 p卫生 c生*2.00)");
	assert_first("卫生 法规", "(MAYBE (OR w卫生*0.50 w法规*0.50) c卫*2.00 "
		     "p卫生 c生*2.00 c法*2.00 p法规 c规*2.00)");
	assert_first("hygiene laws", "(OR whygien wlaw)");
	assert_first("卫生 law", "(MAYBE (OR w卫生*0.50 wlaw) c卫*2.00 p卫生 "
		     "c生*2.00)");
}

static void
what_shares_characters_only_is_related(void **state)
{
	(void)state;
	assert_related("卫生", "(NOT (OR c卫*2.00 p卫生 c生*2.00) w卫生*0.50)");
	assert_related("hygiene", "");
	assert_related("kind:book", "");
}

static void
pairs_stand_in_for_unknown_words(void **state)
{
	(void)state;
	assert_first("新农合", "(MAYBE (OR p新农 p农合 (AND p新农 p农合)) "
		     "c新*2.00 c农*2.00 c合*2.00)");
	assert_first("法", "c法*2.00");
	assert_related("法", "");
}

static void
a_run_of_several_words_may_stand_whole(void **state)
{
	(void)state;
	assert_first("展中国家",
		     "(MAYBE (OR p展中 w国家*0.50 (AND p展中 p中国 p国家)) "
		     "c展*2.00 c中*2.00 p中国 c国*2.00 p国家 c家*2.00)");
}

static void
stop_terms_count_when_there_is_nothing_else(void **state)
{
	(void)state;
	assert_first("怎么", "(MAYBE w怎么*0.50 c怎*2.00 p怎么 c么*2.00)");
	assert_first("请问 卫生", "(MAYBE w卫生*0.50 c卫*2.00 p卫生 c生*2.00)");
}

static void
what_is_said_twice_weighs_more(void **state)
{
	(void)state;
	assert_first("law law", "wlaw*1.80");
}

static void
filters_add_no_weight(void **state)
{
	(void)state;
	assert_first("卫生 kind:book",
		     "(FILTER (MAYBE w卫生*0.50 c卫*2.00 p卫生 c生*2.00) Kbook)");
	assert_first("kind:book,article", "(FILTER (OR Kbook Karticle) "
		     "(OR Kbook Karticle))");
	assert_first("law year:2009..2011", "(FILTER wlaw [2009..2011])");
	assert_first("law in:42", "(FILTER wlaw I42)");
}

static void
a_pair_or_a_character_needs_no_look_at_the_text(void **state)
{
	(void)state;
	assert_first("\"卫生\"", "(FILTER (MAYBE p卫生 c卫 p卫生 w卫生*0.50 c生) "
		     "p卫生)");
	assert_first("\"卫\"", "(FILTER (MAYBE c卫 c卫) c卫)");
	assert_first("law -卫生", "(NOT wlaw p卫生)");
	assert_first("law -hygiene", "(NOT wlaw whygien)");
	assert_first("law title:卫生",
		     "(FILTER (MAYBE wlaw c卫 p卫生 w卫生*0.50 c生) tp卫生)");
}

static void
candidates_have_all_pairs_and_whole_words(void **state)
{
	(void)state;
	assert_maybe("law \"健康教育科\"",
		     "(FILTER (FILTER (OR wlaw (OR c健 p健康 w健康*0.50 c康 p康教 "
		     "c教 p教育 w教育*0.50 c育 p育科 c科)) (AND p健康 p康教 p教育 "
		     "p育科)) (AND p健康 p康教 p教育 p育科))");
	assert_maybe("-\"第3章\"", "(NOT (AND c第 c章 w3) NOTHING)");
	assert_maybe("-\"public health laws\"",
		     "(NOT (AND wpublic whealth wlaw) NOTHING)");
	assert_maybe("-title:\"public health\"",
		     "(NOT (AND twpublic twhealth) NOTHING)");
}

static void
until_it_is_checked_a_phrase_excludes_only_who_has_it_for_sure(void **state)
{
	(void)state;
	assert_maybe("law -\"健康教育科\"",
		     "(NOT (FILTER wlaw (AND p健康 p康教 p教育 p育科)) "
		     "NOTHING)");
	assert_maybe("law -\"三会一课\"",
		     "(NOT (FILTER wlaw (NOT (AND p三会 p会一 p一课) "
		     "w三会一课)) w三会一课)");
}

static void
words_by_or_are_words(void **state)
{
	(void)state;
	assert_first("law OR book", "(OR wlaw wbook)");
	assert_first("law OR kind:book", "(OR wlaw Kbook)");
	assert_first("kind:book OR type:pdf law",
		     "(FILTER wlaw (OR Kbook Ypdf))");
	assert_first("law (kind:book OR -type:pdf)",
		     "(FILTER wlaw (OR Kbook (NOT ALL Ypdf)))");
}

static void
an_exclusion_alone_takes_from_everything(void **state)
{
	(void)state;
	assert_first("-kind:book", "(NOT ALL Kbook)");
	assert_first("-(law kind:book)", "(NOT ALL (AND Kbook wlaw))");
}

static void
nothing_is_nothing_to_search_for(void **state)
{
	static const char *const empty[] = {
		"", " ", "。", "\"\"", "()", "OR", "- \"", "((", "——", "-",
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(empty); i++) {
		xj_auto(read_end) struct read r = read_query(empty[i]);

		assert_int_equal(r.wanted_status, XJ_EINVAL);
		assert_string_equal(r.err.message, "nothing to search for");
	}
}

/* --------------------------------------------------------------- the worst */

static void
assert_survives(const char *unit, size_t times)
{
	size_t len = strlen(unit);
	char *text = malloc(len * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(text + i * len, unit, len + 1);
	{
		xj_auto(read_end) struct read r = read_query(text);
		const struct xj_tree *tree;

		assert_int_equal(r.status, XJ_OK);
		assert_true(r.wanted.term_count <= XJ_WANTED_TERMS);
		for (int i = 0; i < 3 && r.wanted_status == XJ_OK; i++)
			assert_int_equal(xj_wanted_tree(
				&r.wanted, (enum xj_wanted_tree)i, i % 2,
				&tree, NULL), XJ_OK);
	}
	free(text);
}

static void
hostile_queries_are_read_as_well(void **state)
{
	(void)state;
	assert_survives("(", 10000);
	assert_survives(")", 10000);
	assert_survives("-(", 5000);
	assert_survives("(a ", 3333);
	assert_survives("\"", 10000);
	assert_survives("「", 3333);
	assert_survives("\"a b c\" ", 1250);
	assert_survives("-\"甲乙丙\" ", 700);
	assert_survives("甲 \"甲乙丙\" ", 500);
	assert_survives("a OR ", 2000);
	assert_survives("title:x ", 1250);
	assert_survives("学 ", 2500);
	assert_survives("-", 10000);
	assert_survives("龘", 3333);
	assert_survives("a near:5 ", 1100);
	assert_survives("甲乙 near:5 (", 600);
	assert_survives("a near:5 \"(", 900);
	assert_survives("ab* ", 2500);
	assert_survives("y*", 5000);
}

/* What was understood, when asked again, is understood the same. */
static void
assert_stable(const char *text)
{
	xj_auto(read_end) struct read r = read_query(text);
	xj_auto(xj_buf_release) struct xj_buf once = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf twice = XJ_BUF_INIT;

	assert_int_equal(r.status, XJ_OK);
	xj_clause_print(r.query, &once);
	{
		xj_auto(read_end) struct read again =
			read_query(xj_buf_str(&once));

		assert_int_equal(again.status, XJ_OK);
		xj_clause_print(again.query, &twice);
	}
	if (strcmp(xj_buf_str(&once), xj_buf_str(&twice)) != 0)
		fail_msg("%s\nbecomes %s\nbecomes %s", text,
			 xj_buf_str(&once), xj_buf_str(&twice));
}

static void
han_beside_hangul_makes_no_pair(void **state)
{
	(void)state;
	assert_first("卫한", "(MAYBE w한*0.50 c卫*2.00 c한*2.00)");
}

static void
any_bytes_are_a_query(void **state)
{
	uint8_t bytes[64];
	uint32_t x = 11;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		for (size_t k = 0; k < sizeof(bytes); k++) {
			x = x * 1664525 + 1013904223;
			/* every other one of the signs that mean something */
			bytes[k] = x >> 31 ? "\"()-: ORa1..,\xe5\x8d\xab"
				[(x >> 16) % 16] : (uint8_t)(x >> 16);
		}
		LLVMFuzzerTestOneInput(bytes, (x >> 8) % sizeof(bytes));
	}
}

static void
a_printed_query_is_read_the_same(void **state)
{
	static const char *const bits[] = {
		" ", " ", "(", ")", "-", "OR", " OR ", "卫生", "法",
		"a1", "title:", "kind:book", "year:", "2009..2011", "in:4",
		"*", " near:3 ", "near:", " NEAR/2",
	};
	uint32_t x = 7;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;

		for (int k = 0; k < 12; k++) {
			x = x * 1664525 + 1013904223;
			xj_buf_adds(&text, bits[(x >> 16) % XJ_COUNT(bits)]);
		}
		assert_stable(text.data);
	}
}

static void
ten_thousand_bytes_are_enough(void **state)
{
	char *text = malloc(10002);

	(void)state;
	memset(text, 'a', 10001);
	text[10001] = '\0';
	{
		xj_auto(read_end) struct read r = read_query(text);

		assert_int_equal(r.status, XJ_ELIMIT);
	}
	text[10000] = '\0';
	{
		xj_auto(read_end) struct read r = read_query(text);

		assert_int_equal(r.status, XJ_OK);
	}
	free(text);
}

static void
no_more_terms_than_the_limit_are_wanted(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < 1500; i++)
		xj_buf_addf(&text, "w%u ", i);
	{
		xj_auto(read_end) struct read r = read_query(text.data);

		assert_int_equal(r.wanted.term_count, XJ_WANTED_TERMS);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(words_are_parted_by_blanks),
	cmocka_unit_test(single_characters_side_by_side_are_one_word),
	cmocka_unit_test(a_phrase_stands_in_quotation_marks),
	cmocka_unit_test(marks_inside_running_text_are_not_meant),
	cmocka_unit_test(a_mark_that_is_never_closed_is_dropped),
	cmocka_unit_test(a_dash_excludes_what_follows_it),
	cmocka_unit_test(or_joins_its_neighbours),
	cmocka_unit_test(a_dangling_or_is_dropped),
	cmocka_unit_test(in_prose_marks_and_dashes_are_not_meant),
	cmocka_unit_test(parentheses_group),
	cmocka_unit_test(the_year_of_a_document_number_is_no_group),
	cmocka_unit_test(a_field_has_a_value),
	cmocka_unit_test(years_and_dates_are_ranges),
	cmocka_unit_test(a_value_that_makes_no_sense_is_a_word),
	cmocka_unit_test(a_field_without_a_value_is_left_out),
	cmocka_unit_test(a_star_stands_for_the_rest_of_a_word),
	cmocka_unit_test(a_distance_joins_words),
	cmocka_unit_test(each_repair_says_what_and_where),
	cmocka_unit_test(what_is_not_text_parts_words),
	cmocka_unit_test(a_word_must_match_and_the_rest_adds_weight),
	cmocka_unit_test(what_shares_characters_only_is_related),
	cmocka_unit_test(pairs_stand_in_for_unknown_words),
	cmocka_unit_test(a_run_of_several_words_may_stand_whole),
	cmocka_unit_test(stop_terms_count_when_there_is_nothing_else),
	cmocka_unit_test(what_is_said_twice_weighs_more),
	cmocka_unit_test(filters_add_no_weight),
	cmocka_unit_test(a_pair_or_a_character_needs_no_look_at_the_text),
	cmocka_unit_test(candidates_have_all_pairs_and_whole_words),
	cmocka_unit_test(
		until_it_is_checked_a_phrase_excludes_only_who_has_it_for_sure),
	cmocka_unit_test(words_by_or_are_words),
	cmocka_unit_test(an_exclusion_alone_takes_from_everything),
	cmocka_unit_test(nothing_is_nothing_to_search_for),
	cmocka_unit_test(hostile_queries_are_read_as_well),
	cmocka_unit_test(han_beside_hangul_makes_no_pair),
	cmocka_unit_test(any_bytes_are_a_query),
	cmocka_unit_test(a_printed_query_is_read_the_same),
	cmocka_unit_test(ten_thousand_bytes_are_enough),
	cmocka_unit_test(no_more_terms_than_the_limit_are_wanted),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
