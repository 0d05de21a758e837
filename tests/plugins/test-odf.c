/* test-odf.c - OpenDocument files made part by part. */
#include "host.h"
#include "sample.h"
#include "zip-sample.h"

#define NS "urn:oasis:names:tc:opendocument:xmlns:"
#define ODT "application/vnd.oasis.opendocument.text"
#define ODS "application/vnd.oasis.opendocument.spreadsheet"
#define ODP "application/vnd.oasis.opendocument.presentation"
#define SPACES " xmlns:office='" NS "office:1.0' xmlns:text='" NS "text:1.0' " \
	"xmlns:table='" NS "table:1.0' xmlns:draw='" NS "drawing:1.0' "        \
	"xmlns:presentation='" NS "presentation:1.0' xmlns:dc='"              \
	"http://purl.org/dc/elements/1.1/' xmlns:meta='" NS "meta:1.0' "      \
	"xmlns:style='" NS "style:1.0' xmlns:svg='" NS "svg-compatible:1.0'"
#define BODY(text) "<office:document-content" SPACES "><office:body>" text    \
	"</office:body></office:document-content>"
#define TEXT(text) BODY("<office:text>" text "</office:text>")

static void
odf(const char *name, const char *type, const char *content,
    struct host_result *got)
{
	const struct zip_part parts[] = {
		{ "mimetype", type }, { "content.xml", content },
		{ "meta.xml",
		  "<office:document-meta" SPACES "><office:meta><dc:title>题名"
		  "</dc:title><meta:initial-creator>甲</meta:initial-creator>"
		  "<meta:keyword>检索</meta:keyword><meta:creation-date>"
		  "2024-03-01T08:00:00</meta:creation-date><meta:"
		  "document-statistic meta:page-count='3'/></office:meta>"
		  "</office:document-meta>" },
		{ "styles.xml",
		  "<office:document-styles" SPACES "><office:master-styles>"
		  "<style:master-page><style:header><text:p>页眉</text:p>"
		  "</style:header></style:master-page></office:master-styles>"
		  "</office:document-styles>" },
		{ 0 }
	};

	zip_import(name, parts, got);
}

static void
paragraphs_notes_and_metadata(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	odf("a.odt", ODT,
	    TEXT("<text:tracked-changes><text:p>gone</text:p>"
		 "</text:tracked-changes>"
		 "<text:h text:outline-level='2'>第二节</text:h>"
		 "<text:p>正  <text:span>文\n</text:span><text:s text:c='2'/>"
		 "完<text:note><text:note-citation>7</text:note-citation>"
		 "<text:note-body><text:p>脚注</text:p></text:note-body>"
		 "</text:note>。<office:annotation><dc:creator>gone</dc:creator>"
		 "<text:p>批注</text:p></office:annotation></text:p>"
		 "<text:list><text:list-item><text:p>项</text:p><text:list>"
		 "<text:list-item><text:p>子</text:p></text:list-item>"
		 "</text:list></text:list-item></text:list>"),
	    &got);
	assert_line(&got, "meta title \"题名\" source=\"meta\"");
	assert_line(&got, "meta creator \"甲\" source=\"meta\"");
	assert_line(&got, "meta subject \"检索\" source=\"meta\"");
	assert_line(&got, "meta created \"2024-03-01\" source=\"meta\"");
	assert_line(&got, "meta pages \"3\" source=\"meta\"");
	assert_has(&got, "heading 2 \"第二节\"\noutline 2 \"第二节\"\n");
	assert_has(&got, "note \"脚注\"\nnote \"批注\"\nlist 1 \"项\"\n"
		   "list 2 \"子\"\n");
	assert_line(&got, "header \"页眉\"");
	assert_no(&got, "gone");
	assert_outcome(&got, XJ_OUT_OK);
}

static void
cells_have_their_place(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	odf("a.ods", ODS,
	    BODY("<office:spreadsheet><table:table table:name='表'>"
		 "<table:table-row table:number-rows-repeated='4'>"
		 "<table:table-cell/></table:table-row><table:table-row>"
		 "<table:table-cell/><table:table-cell><text:p>甲</text:p>"
		 "</table:table-cell><table:table-cell "
		 "table:number-columns-repeated='2'/><table:table-cell "
		 "office:date-value='2024-03-01T12:00:00'><text:p>1 March"
		 "</text:p></table:table-cell></table:table-row></table:table>"
		 "</office:spreadsheet>"), &got);
	assert_line(&got, "outline 1 part 1 \"表\"");
	assert_line(&got, "table part 1 cell=5,2 label=\"表\" "
		    "\"甲\\t\\t\\t2024-03-01 12:00:00\"");
	assert_line(&got, "meta sheets \"1\"");
}

static void
slides_have_titles_and_notes(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	odf("a.odp", ODP,
	    BODY("<office:presentation><draw:page/><draw:page><draw:frame "
		 "presentation:class='title'><svg:desc>gone</svg:desc>"
		 "<draw:text-box><text:p>题</text:p></draw:text-box>"
		 "</draw:frame><presentation:notes><draw:frame><draw:text-box>"
		 "<text:p>备注</text:p></draw:text-box></draw:frame>"
		 "</presentation:notes></draw:page></office:presentation>"),
	    &got);
	assert_line(&got, "heading 1 part 2 \"题\"");
	assert_line(&got, "note part 2 \"备注\"");
	assert_no(&got, "gone");
}

static void
a_flat_document_is_read(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	sample_import("a.fodt", "<?xml version='1.0'?><office:document" SPACES
		      " office:mimetype='" ODT "'><office:meta><dc:title>题"
		      "</dc:title></office:meta><office:body><office:text>"
		      "<text:p>平</text:p></office:text></office:body>"
		      "</office:document>", &got);
	assert_line(&got, "meta title \"题\" source=\"meta\"");
	assert_line(&got, "body \"平\"");
	assert_outcome(&got, XJ_OUT_OK);
}

static void
an_encrypted_document_says_so(void **state)
{
	static const struct zip_part parts[] = {
		{ "mimetype", ODT }, { "content.xml", "\x8f\x13" },
		{ "META-INF/manifest.xml",
		  "<m:manifest xmlns:m='" NS "manifest:1.0'><m:file-entry>"
		  "<m:encryption-data/></m:file-entry></m:manifest>" },
		{ 0 }
	};
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	zip_import("a.odt", parts, &got);
	assert_outcome(&got, XJ_OUT_ENCRYPTED);
}

static void
a_doctype_is_refused(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	odf("a.odt", ODT, "<!DOCTYPE a [<!ENTITY b SYSTEM '/etc/passwd'>]>"
	    TEXT("<text:p>&b;</text:p>"), &got);
	assert_non_null(strstr(got.result.reason, "DOCTYPE"));
	assert_no(&got, "root:");
}

static void
very_deep_xml_ends_with_the_text_before_it(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	size_t len;
	char *text = repeated("<office:document-content" SPACES "><office:body>"
			      "<office:text><text:p>前</text:p>",
			      "<text:section>", 100000, "", &len);

	(void)state;
	odf("a.odt", ODT, text, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_line(&got, "body \"前\"");
	test_free(text);
}

static void
damage_never_crashes_it(void **state)
{
	static const struct zip_part parts[] = {
		{ "mimetype", ODT },
		{ "content.xml",
		  TEXT("<text:p>正文</text:p><table:table><table:table-row>"
		       "<table:table-cell><text:p>甲</text:p></table:table-cell>"
		       "</table:table-row></table:table>") },
		{ 0 }
	};
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, true);

	(void)state;
	assert_survives_damage("a.odt", zip.data, zip.len, 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs_notes_and_metadata),
		cmocka_unit_test(cells_have_their_place),
		cmocka_unit_test(slides_have_titles_and_notes),
		cmocka_unit_test(a_flat_document_is_read),
		cmocka_unit_test(an_encrypted_document_says_so),
		cmocka_unit_test(a_doctype_is_refused),
		cmocka_unit_test(very_deep_xml_ends_with_the_text_before_it),
		cmocka_unit_test(damage_never_crashes_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
