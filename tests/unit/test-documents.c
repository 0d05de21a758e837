/* test-documents.c - look at documents: by what they are called, their values,
 * text and bytes, and lists of them. */
#include "library-fixture.h"
#include "make-zip.h"

static int
open_ref(struct shelf *s, const char *ref, uint64_t *id)
{
	struct xj_document *d = NULL;
	int r = xj_document_open(s->archive, ref, &d, &s->err);

	*id = r < 0 ? 0 : xj_document_info(d)->id;
	xj_document_free(d);
	return r;
}

static void
a_document_is_opened_by_number_urn_and_uuid(void **state)
{
	static const char *const nonsense[] = { "", "-1", "1x", "x", "0x1",
		"99999999999999999999", "1 ", "+1" };
	uint64_t id;
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	write_file(s, "b.txt", "two");
	add(s, "");
	DOCUMENT(d, s, 2);
	must(open_ref(s, d_info->urn, &id));
	assert_int_equal(id, 2);
	must(open_ref(s, d_info->urn + strlen("urn:uuid:"), &id));
	assert_int_equal(id, 2);
	for (size_t i = 0; i < XJ_COUNT(nonsense); i++)
		assert_status(open_ref(s, nonsense[i], &id), XJ_EINVAL);
	assert_status(open_ref(s, "3", &id), XJ_ENOTFOUND);
	assert_status(open_ref(s, "0", &id), XJ_ENOTFOUND);
	assert_status(open_ref(s, "urn:uuid:00000000-0000-4000-8000-"
			       "000000000000", &id), XJ_ENOTFOUND);
}

static const struct xj_value *
value_of(const struct xj_document *d, const char *element, bool given)
{
	size_t count;
	const struct xj_value *v = xj_document_values(d, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(v[i].element, element) == 0 && v[i].given == given)
			return &v[i];
	return NULL;
}

static void
what_a_person_gave_hides_what_was_found(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.html", "<html lang=zh><title>网页标题</title>"
		   "<p>网页正文</p></html>");
	s->options.given = (const struct xj_given[]){
		{ "title", "人给的标题" }, { NULL, NULL } };
	add(s, "");
	DOCUMENT(d, s, 1);
	assert_string_equal(d_info->title, "人给的标题");
	assert_true(value_of(d, "title", true)->effective);
	assert_false(value_of(d, "title", false)->effective);
	assert_string_equal(value_of(d, "title", false)->value, "网页标题");
	assert_hits(s, "title:人给的标题", 1);
	assert_hits(s, "title:\"网页标题\"", 0);
}

static int
note_places(void *ctx, const struct xj_text_part *p)
{
	struct xj_buf *b = ctx;

	xj_buf_addf(b, "%s %s %llu; ", p->role, p->where,
		    (unsigned long long)p->at);
	return XJ_OK;
}

static void
text_comes_with_its_places(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	SHELF(s);

	(void)state;
	write_file(s, "a.html", "<h1>第一章</h1><p>正文</p>");
	add(s, "");
	DOCUMENT(d, s, 1);
	(void)d_info;
	must(xj_document_text(d, note_places, &b, &s->err));
	assert_non_null(strstr(b.data, "heading"));
	assert_non_null(strstr(b.data, "body"));
}

static int
stop_at_once(void *ctx, const struct xj_text_part *p)
{
	(void)ctx, (void)p;
	return XJ_ECANCELLED;
}

static void
a_reader_of_text_may_stop(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one\n\ntwo");
	add(s, "");
	DOCUMENT(d, s, 1);
	(void)d_info;
	assert_status(xj_document_text(d, stop_at_once, NULL, &s->err),
		      XJ_ECANCELLED);
}

/* Flip a bit of the only file in the OCFL root with this name. */
static void
damage(struct shelf *s, const char *name)
{
	char command[400];

	snprintf(command, sizeof(command), "f=$(find '%.255s/ocfl' -name '%s')"
		 " && chmod u+w \"$f\" && printf X | dd of=\"$f\" bs=1 "
		 "conv=notrunc 2>/dev/null", s->home, name);
	assert_int_equal(system(command), 0);
}

static void
damaged_bytes_are_never_passed_off_as_sound(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct zip z = ZIP_INIT;
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	zip_text(&z, "inside.txt", "two");
	zip_end(&z);
	write_bytes(s, "z.zip", z.bytes.data, z.bytes.len);
	zip_release(&z);
	add(s, "");
	damage(s, "a.txt");
	assert_status(get_bytes(s, 1, 0, &b), XJ_ECORRUPT);
	assert_says(s, "xueji verify 1");
	damage(s, "z.zip");
	assert_status(get_bytes(s, 2, 0, &b), XJ_ECORRUPT);
	assert_status(get_bytes(s, 3, 0, &b), XJ_ECORRUPT);
}

static void
a_version_that_never_was_is_not_found(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	assert_status(get_bytes(s, 1, 2, &b), XJ_ENOTFOUND);
	assert_says(s, "has 1 versions");
}

static void
an_object_that_is_gone_is_damage(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	char command[400];
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	snprintf(command, sizeof(command), "rm -r $(dirname $(dirname "
		 "$(dirname $(dirname $(find '%.255s/ocfl' -name a.txt)))))",
		 s->home);
	assert_int_equal(system(command), 0);
	assert_status(get_bytes(s, 1, 0, &b), XJ_ECORRUPT);
	write_file(s, "a.txt", "one, changed");
	add(s, ""); /* which does not stop others from being added */
	assert_outcome(s, "a.txt", "refused");
	assert_non_null(strstr(line_of(s, "a.txt")->reason, "is damaged"));
}

/* ------------------------------------------------------------------- lists */

static void
fill_list(struct shelf *s)
{
	static const struct {
		const char *name, *text, *date, *creator, *kind, *title;
	} docs[] = {
		{ "a.txt", "one", "2009-05-01", "王小明", "book", "卫生管理" },
		{ "b.html", "<p>two", "2011", "李四", "material", "Ethics" },
		{ "c.txt", "three", "2013-02", "LI Si", "minutes", "会议 纪要" },
	};
	struct zip inner = ZIP_INIT, outer = ZIP_INIT;

	for (size_t i = 0; i < XJ_COUNT(docs); i++) {
		const struct xj_given given[] = { { "date", docs[i].date },
			{ "creator", docs[i].creator },
			{ "title", docs[i].title }, { NULL, NULL } };

		write_file(s, docs[i].name, docs[i].text);
		s->options.given = given;
		s->options.kind = docs[i].kind;
		add(s, docs[i].name);
	}
	s->options.given = NULL;
	s->options.kind = NULL;
	zip_text(&inner, "deep.txt", "four");
	zip_end(&inner);
	zip_add(&outer, "inner.zip", inner.bytes.data, inner.bytes.len);
	zip_text(&outer, "flat.txt", "five");
	zip_end(&outer);
	write_bytes(s, "z.zip", outer.bytes.data, outer.bytes.len);
	zip_release(&inner);
	zip_release(&outer);
	add(s, "z.zip");
}

static void
lists_are_filtered(void **state)
{
	static const struct { const char *filter, *names; } cases[] = {
		{ NULL, "a.txt b.html c.txt z.zip inner.zip deep.txt "
			"flat.txt" },
		{ "kind:book", "a.txt" },
		{ "type:web", "b.html" },
		{ "type:archive", "z.zip inner.zip" },
		{ "year:2011", "b.html" },
		{ "year:2009..2011", "a.txt b.html" },
		{ "year:..2010", "a.txt" },
		{ "creator:王", "a.txt" },
		{ "author:li", "c.txt" },
		{ "title:ethics", "b.html" },
		{ "卫生", "a.txt" },
		{ "会议 纪要", "c.txt" },
		{ "\"会议 纪要\"", "c.txt" },
		{ "kind:book type:web", "" },
		{ "in:4", "z.zip inner.zip deep.txt flat.txt" },
		{ "in:5", "inner.zip deep.txt" },
		{ "in:1", "a.txt" },
		{ "accession:2", "b.html" },
		{ "is:ok kind:minutes", "c.txt" },
		{ "is:removed", "" },
		{ "  ", "a.txt b.html c.txt z.zip inner.zip deep.txt "
			"flat.txt" },
	};
	SHELF(s);

	(void)state;
	fill_list(s);
	for (size_t i = 0; i < XJ_COUNT(cases); i++) {
		print_message("filter %s\n", cases[i].filter);
		assert_listed(s, cases[i].filter, cases[i].names);
	}
}

static void
wrong_filters_are_refused(void **state)
{
	static const char *const wrong[] = { "colour:red", "in:x", "in:",
		"accession:-1", "is:lost", "year:soon" };
	SHELF(s);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(wrong); i++)
		assert_status(xj_list(s->archive, &(struct xj_list_options){
			.filter = wrong[i] }, NULL, note_name, NULL, &s->err),
			XJ_EINVAL);
	assert_status(xj_list(s->archive, &(struct xj_list_options){
		.sort = "colour" }, NULL, note_name, NULL, &s->err),
		XJ_EINVAL);
}

static void
lists_are_sorted_and_cut(void **state)
{
	SHELF(s);

	(void)state;
	fill_list(s);
	assert_list(s, &(struct xj_list_options){ .sort = "-id",
		.top_only = true }, "z.zip c.txt b.html a.txt");
	assert_list(s, &(struct xj_list_options){ .sort = "date",
		.filter = "year:..2015", .top_only = true },
		"a.txt b.html c.txt");
	assert_list(s, &(struct xj_list_options){ .sort = "title",
		.filter = "kind:book", .top_only = true }, "a.txt");
	assert_list(s, &(struct xj_list_options){ .offset = 1, .limit = 2 },
		    "b.html c.txt");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_document_is_opened_by_number_urn_and_uuid),
	cmocka_unit_test(what_a_person_gave_hides_what_was_found),
	cmocka_unit_test(text_comes_with_its_places),
	cmocka_unit_test(a_reader_of_text_may_stop),
	cmocka_unit_test(damaged_bytes_are_never_passed_off_as_sound),
	cmocka_unit_test(a_version_that_never_was_is_not_found),
	cmocka_unit_test(an_object_that_is_gone_is_damage),
	cmocka_unit_test(lists_are_filtered),
	cmocka_unit_test(wrong_filters_are_refused),
	cmocka_unit_test(lists_are_sorted_and_cut),
};

LIBRARY_MAIN(tests)
