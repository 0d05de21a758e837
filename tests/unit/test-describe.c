/* test-describe.c - what a document is called, what kind it is, how old. */
#include "library/archive.h"
#include "library/lexicon.h"
#include "scratch.h"
#include "tap.h"

struct described {
	struct scratch dir;
	struct xj_archive archive; /* only its words and analyzer are used */
	struct xj_arena *arena;
	struct xj_doc doc;
	struct xj_error err;
};

static void
described_end(struct described *d)
{
	xj_analyzer_free(d->archive.analyzer);
	xj_lexicon_free(d->archive.lexicon);
	xj_catalog_close(d->archive.catalog);
	xj_arena_free(d->arena);
	scratch_end(&d->dir);
}

static void
described_begin(struct described *d)
{
	d->dir = scratch_begin();
	assert_int_equal(xj_arena_new(&d->arena), XJ_OK);
	assert_int_equal(xj_catalog_open(d->dir.path, XJ_CATALOG_CREATE,
					 &d->archive.catalog, &d->err),
			 XJ_OK);
}

#define DESCRIBED(d) \
	xj_auto(described_end) struct described d##_itself = { 0 }; \
	struct described *d = &d##_itself; \
	described_begin(d)

/* A document of this name and format; values end with element NULL. */
static const struct xj_doc *
describe(struct described *d, const char *name, const char *mime,
	 const struct xj_meta_value *values)
{
	size_t n = 0;

	while (values && values[n].element)
		n++;
	d->doc = (struct xj_doc){ .name = name, .format = mime,
		.created = 1300000000 }; /* 2011-03-13 */
	assert_int_equal(xj_describe(&d->archive, d->arena, &d->doc, values, n,
				     &d->err), XJ_OK);
	return &d->doc;
}

#define VALUES(...) (const struct xj_meta_value[]){ __VA_ARGS__, { 0 } }
#define FOUND(e, v) { .element = e, .value = v, .rank = XJ_META_EXTRACTED }
#define GIVEN(e, v) { .element = e, .value = v, .rank = XJ_META_GIVEN }
#define DERIVED(e, v) { .element = e, .value = v, .rank = XJ_META_DERIVED }

static void
the_title_is_given_found_or_the_file_name(void **state)
{
	static const struct { const char *name, *title; } names[] = {
		{ "讲义.pdf", "讲义" }, { "dir/讲义.pdf", "讲义" },
		{ "讲义.第三版.docx", "讲义.第三版" }, { ".hidden", ".hidden" },
		{ "README", "README" }, { "v1.a long extension", "v1.a long "
			"extension" },
		{ "", "" },
	};
	DESCRIBED(d);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(names); i++)
		assert_string_equal(describe(d, names[i].name, "text/plain",
					     NULL)->title, names[i].title);
	assert_string_equal(describe(d, "a.txt", "text/plain", VALUES(
		FOUND("title", "Found"), GIVEN("title", "Given")))->title,
		"Given");
	assert_string_equal(describe(d, "a.txt", "text/plain", VALUES(
		FOUND("title", "  two\n lines\t ")))->title, "two lines");
	assert_string_equal(describe(d, "a.txt", "text/plain", VALUES(
		FOUND("title", " \n ")))->title, "a");
	assert_string_equal(describe(d, "a.txt", "text/plain", VALUES(
		GIVEN("title", ""), FOUND("title", "Found")))->title,
		"Found");
}

static void
a_title_has_a_limit_between_characters(void **state)
{
	char text[3 * 700 + 1];
	const struct xj_doc *doc;
	DESCRIBED(d);

	(void)state;
	for (int i = 0; i < 700; i++)
		memcpy(text + 3 * i, "卫", 3);
	text[sizeof(text) - 1] = '\0';
	doc = describe(d, "a.txt", "text/plain", VALUES(FOUND("title", text)));
	assert_int_equal(strlen(doc->title), 1023);
	assert_true(xj_utf8_valid(doc->title, strlen(doc->title)));
	assert_true(strlen(doc->title_key) <= 64);
}

static void
the_date_is_its_own_then_that_of_the_file(void **state)
{
	DESCRIBED(d);

	(void)state;
	assert_string_equal(describe(d, "a", "text/plain", NULL)->date,
			    "2011-03-13"); /* when it came */
	assert_string_equal(describe(d, "a", "text/plain", VALUES(
		DERIVED("modified", "2010-01-02")))->date, "2010-01-02");
	assert_string_equal(describe(d, "a", "text/plain", VALUES(
		DERIVED("modified", "2010-01-02"),
		FOUND("created", "D:20090304")))->date, "2009-03-04");
	assert_string_equal(describe(d, "a", "text/plain", VALUES(
		FOUND("created", "2009-03-04"), FOUND("date", "2008年5月")))
		->date, "2008-05");
	assert_string_equal(describe(d, "a", "text/plain", VALUES(
		FOUND("date", "2008"), GIVEN("date", "1851")))->date, "1851");
}

static void
dates_that_cannot_be_meant_are_passed_over(void **state)
{
	static const char *const wrong[] = { "1970-01-01", "1980-01-01",
		"0001-01-01", "1601-01-01", "2999-12-31", "yesterday", "" };
	DESCRIBED(d);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(wrong); i++)
		assert_string_equal(describe(d, "a", "text/plain", VALUES(
			FOUND("date", wrong[i]),
			DERIVED("modified", "2010-01-02")))->date,
			"2010-01-02");
}

static void
the_kind_is_given_or_told_by_name_and_format(void **state)
{
	static const struct { const char *name, *mime, *kind; } cases[] = {
		{ "a.txt", "text/plain", "material" },
		{ "党史讲义.pdf", "application/pdf", "lecture-note" },
		{ "学习心得体会.doc", "application/msword", "reflection" },
		{ "管理条例.html", "text/html", "regulation" },
		{ "会议纪要.txt", "text/plain", "minutes" },
		{ "a.ppt", "application/vnd.ms-powerpoint", "slides" },
		{ "a.csv", "text/csv", "dataset" },
		{ "讲义.mp3", "audio/mpeg", "recording" },
	};
	DESCRIBED(d);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(cases); i++)
		assert_string_equal(describe(d, cases[i].name, cases[i].mime,
					     NULL)->kind, cases[i].kind);
	assert_string_equal(describe(d, "讲义.txt", "text/plain", VALUES(
		GIVEN("kind", "book")))->kind, "book");
	assert_string_equal(describe(d, "a.txt", "text/plain", VALUES(
		FOUND("title", "农村卫生讲稿")))->kind, "lecture-note");
	assert_string_equal(describe(d, "a.txt", "text/plain", VALUES(
		FOUND("kind", "nonsense")))->kind, "material");
	for (const char *p = xj_kind_list(); *p;) {
		size_t n = strcspn(p, ",");

		assert_true(xj_kind_valid(xj_arena_strndup(d->arena, p, n)));
		p += n + (p[n] ? 2 : 0);
	}
}

static void
the_type_is_the_family_of_the_format(void **state)
{
	static const struct { const char *mime, *type; } cases[] = {
		{ "application/pdf", "pdf" }, { "text/html", "web" },
		{ "text/plain", "text" }, { "text/markdown", "text" },
		{ "application/vnd.openxmlformats-officedocument."
		  "wordprocessingml.document", "word" },
		{ "application/vnd.oasis.opendocument.spreadsheet", "sheet" },
		{ "message/rfc822", "mail" }, { "image/png", "image" },
		{ "application/zip", "archive" },
		{ "application/octet-stream", "other" }, { NULL, "other" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(cases); i++)
		assert_string_equal(xj_type_of(cases[i].mime), cases[i].type);
}

static void
creators_of_the_highest_rank_are_joined(void **state)
{
	DESCRIBED(d);

	(void)state;
	assert_null(describe(d, "a", "text/plain", NULL)->creators);
	assert_string_equal(describe(d, "a", "text/plain", VALUES(
		FOUND("creator", "A"), FOUND("creator", ""),
		FOUND("creator", "B")))->creators, "A; B");
	assert_string_equal(describe(d, "a", "text/plain", VALUES(
		FOUND("creator", "A"), GIVEN("creator", "C")))->creators, "C");
}

static void
given_values_are_checked(void **state)
{
	static const struct { const char *element, *value; int status;
			      const char *as, *normal; } cases[] = {
		{ "title", "学习", XJ_OK, "title", "学习" },
		{ "Author", "王", XJ_OK, "creator", "王" },
		{ "keyword", "党史", XJ_OK, "subject", "党史" },
		{ "date", "2011年2月16日", XJ_OK, "date", "2011-02-16" },
		{ "date", "", XJ_OK, "date", "" },
		{ "kind", "minutes", XJ_OK, "kind", "minutes" },
		{ "kind", "", XJ_OK, "kind", "" },
		{ "title", NULL, XJ_OK, "title", "" },
		{ "colour", "red", XJ_EINVAL, NULL, NULL },
		{ "kind", "poem", XJ_EINVAL, NULL, NULL },
		{ "date", "soon", XJ_EINVAL, NULL, NULL },
		{ "title", "a\nb", XJ_EINVAL, NULL, NULL },
		{ "title", "\xC3", XJ_EINVAL, NULL, NULL },
	};
	DESCRIBED(d);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(cases); i++) {
		const struct xj_given given = { cases[i].element,
						cases[i].value };
		struct xj_meta_value v;

		assert_int_equal(xj_given_check(d->arena, &given, &v, &d->err),
				 cases[i].status);
		if (cases[i].status < 0)
			continue;
		assert_string_equal(v.element, cases[i].as);
		assert_string_equal(v.value, cases[i].normal);
		assert_int_equal(v.rank, XJ_META_GIVEN);
	}
}

/* ------------------------------------------------- what programs fill in */

static void
assert_found(const char *element, const char *value, const char *kept)
{
	const char *p = value;
	size_t n = xj_found_value(element, &p, strlen(value));

	if (n != strlen(kept) || memcmp(p, kept, n) != 0)
		fail_msg("%s \"%s\" is kept as \"%.*s\", not \"%s\"", element,
			 value, (int)n, p, kept);
}

static void
titles_that_programs_give_are_none(void **state)
{
	static const char *const none[] = {
		"Microsoft Word - 文档1", "Microsoft Word - 文档1.doc",
		"PowerPoint 演示文稿", "Microsoft PowerPoint - 演示文稿2",
		"Untitled", "untitled-1", "Untitled Document", "无标题文档",
		"未命名", "Book1", "Sheet 2", "新建 Microsoft Word 文档",
		"新建 Microsoft Word 文档 (2)", "文档 1",
		"PowerPoint Presentation", "Title", " ", "12", "---",
		"\xEF\xBF\xBD\xEF\xBF\xBD总结", "Document1.docx",
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(none); i++)
		assert_found("title", none[i], "");
}

static void
titles_that_people_give_are_kept(void **state)
{
	(void)state;
	assert_found("title", "Microsoft Word - 2010年工作总结.doc",
		     "2010年工作总结");
	assert_found("title", "D:\\工作\\心得体会.wps", "心得体会");
	assert_found("title", " 卫生法规汇编 ", "卫生法规汇编");
	assert_found("title", "1984", "1984");
	assert_found("title", "文档管理办法", "文档管理办法");
	assert_found("title", "About Node.js", "About Node.js");
	assert_found("title", "和/或", "和/或");
	assert_found("description", "Untitled", "Untitled");
}

static void
creators_that_set_up_the_machine_are_none(void **state)
{
	static const char *const none[] = { "Administrator", "USER", "微软用户",
					    "Lenovo User", "雨林木风", "?" };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(none); i++)
		assert_found("creator", none[i], "");
	assert_found("creator", "王芳", "王芳");
	assert_found("creator", "Userov, A.", "Userov, A.");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_title_is_given_found_or_the_file_name),
	cmocka_unit_test(a_title_has_a_limit_between_characters),
	cmocka_unit_test(the_date_is_its_own_then_that_of_the_file),
	cmocka_unit_test(dates_that_cannot_be_meant_are_passed_over),
	cmocka_unit_test(the_kind_is_given_or_told_by_name_and_format),
	cmocka_unit_test(the_type_is_the_family_of_the_format),
	cmocka_unit_test(creators_of_the_highest_rank_are_joined),
	cmocka_unit_test(given_values_are_checked),
	cmocka_unit_test(titles_that_programs_give_are_none),
	cmocka_unit_test(titles_that_people_give_are_kept),
	cmocka_unit_test(creators_that_set_up_the_machine_are_none),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
