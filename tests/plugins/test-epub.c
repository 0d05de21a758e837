/* test-epub.c - EPUB books made file by file. */
#include "host.h"
#include "sample.h"
#include "zip-sample.h"

#define EPUB { "mimetype", "application/epub+zip" }
#define CONTAINER { "META-INF/container.xml", "<container><rootfiles>"        \
	"<rootfile full-path='OPS/b.opf'/></rootfiles></container>" }
#define OPF { "OPS/b.opf", "<package xmlns:dc='"                              \
	"http://purl.org/dc/elements/1.1/'><metadata><dc:title>书</dc:title>" \
	"<dc:creator>甲</dc:creator><dc:date>2024-03</dc:date><meta "         \
	"property='dcterms:modified'>2024-03-02T09:30:00Z</meta></metadata>"  \
	"<manifest><item id='a' href='t/%E7%AB%A0.xhtml' "                    \
	"media-type='application/xhtml+xml'/><item id='b' href='t/2.xhtml' "  \
	"media-type='application/xhtml+xml'/></manifest><spine>"              \
	"<itemref idref='b'/><itemref idref='a'/></spine></package>" }
#define XHTML(body) "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD " \
	"XHTML 1.1//EN' 'x.dtd'><html xmlns='http://www.w3.org/1999/xhtml'>"  \
	"<head><title>gone</title></head><body>" body "</body></html>"

static void
book(const char *one, struct host_result *got)
{
	const struct zip_part parts[] = {
		EPUB, CONTAINER, OPF, { "OPS/t/2.xhtml", one },
		{ "OPS/t/章.xhtml", XHTML("<p id='z'>末</p>") }, { 0 }
	};

	zip_import("a.epub", parts, got);
}

static void
parts_come_in_the_order_of_reading(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	book(XHTML("<h2 id='x'>第一章</h2><p>春眠\n  不觉晓&nbsp;&hellip;<br/>处处"
		   "</p><ul><li>项</li></ul><div>裸<p>段</p>尾</div>"
		   "<table><tr><td>甲</td><td/><td><p>丙</p></td></tr></table>"
		   "<pre> a\n b\n</pre><script>gone</script>"), &got);
	assert_line(&got, "meta title \"书\" source=\"opf\"");
	assert_line(&got, "meta creator \"甲\" source=\"opf\"");
	assert_line(&got, "meta date \"2024-03\" source=\"opf\"");
	assert_line(&got, "meta modified \"2024-03-02T09:30:00Z\" "
		    "source=\"opf\"");
	assert_has(&got, "heading 2 part 1 fragment=\"x\" \"第一章\"\n"
		   "outline 2 part 1 \"第一章\"\n");
	assert_line(&got, "body part 1 fragment=\"x\" "
		    "\"春眠不觉晓\u00A0…\\n处处\"");
	assert_line(&got, "list 1 part 1 fragment=\"x\" \"项\"");
	assert_line(&got, "body part 1 fragment=\"x\" \"段\"");
	assert_line(&got, "table part 1 fragment=\"x\" \"甲\\t\\t丙\"");
	assert_line(&got, "code part 1 fragment=\"x\" \" a\\n b\"");
	assert_line(&got, "body part 2 fragment=\"z\" \"末\"");
	assert_no(&got, "gone");
	assert_outcome(&got, XJ_OUT_OK);
}

static void
readings_and_footnotes_are_notes(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	book(XHTML("<p><ruby>漢<rp>(</rp><rt>han</rt><rp>)</rp></ruby>字</p>"
		   "<aside epub:type='footnote'><p>注</p></aside>"), &got);
	assert_has(&got, "body part 1 \"漢字\"\nnote \"han\"\n"
		   "note part 1 \"注\"\n");
}

static void
a_declared_entity_is_refused(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	book("<!DOCTYPE html [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><html>"
	     "<body><p>&b;</p></body></html>", &got);
	assert_non_null(strstr(got.result.reason, "entity"));
	assert_no(&got, "ha\"");
}

static void
a_malformed_part_is_read_on(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	book("<html><body><p>一<b>二</p><p>三 &unknown; & 四</p>", &got);
	assert_has(&got, "一二");
	assert_has(&got, "三");
	assert_line(&got, "body part 2 fragment=\"z\" \"末\"");
	assert_outcome(&got, XJ_OUT_PARTIAL);
}

static void
encrypted_text_says_so_and_scrambled_fonts_do_not(void **state)
{
	struct zip_part parts[] = {
		EPUB, CONTAINER, OPF, { "OPS/t/2.xhtml", XHTML("<p>字</p>") },
		{ "OPS/t/章.xhtml", XHTML("") },
		{ "META-INF/encryption.xml",
		  "<encryption><EncryptedData><EncryptionMethod Algorithm='"
		  "http://www.idpf.org/2008/embedding'/></EncryptedData>"
		  "</encryption>" }, { 0 }
	};
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	xj_auto(host_release) struct host_result other = HOST_RESULT_INIT;

	(void)state;
	zip_import("a.epub", parts, &got);
	assert_line(&got, "body part 1 \"字\"");
	parts[5].text = "<encryption><EncryptedData><EncryptionMethod "
			"Algorithm='http://www.w3.org/2001/04/xmlenc#aes128-cbc"
			"'/></EncryptedData></encryption>";
	zip_import("a.epub", parts, &other);
	assert_outcome(&other, XJ_OUT_ENCRYPTED);
}

static void
very_deep_xml_ends_with_the_text_before_it(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	size_t len;
	char *text = repeated("<html><body><p>前", "<div>", 100000, "",
			      &len);

	(void)state;
	book(text, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_line(&got, "body part 1 \"前\"");
	test_free(text);
}

static void
damage_never_crashes_it(void **state)
{
	static const struct zip_part parts[] = {
		EPUB, CONTAINER, OPF, { "OPS/t/2.xhtml", XHTML("<p>字</p>") },
		{ 0 }
	};
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, true);

	(void)state;
	assert_survives_damage("a.epub", zip.data, zip.len, 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_come_in_the_order_of_reading),
		cmocka_unit_test(readings_and_footnotes_are_notes),
		cmocka_unit_test(a_declared_entity_is_refused),
		cmocka_unit_test(a_malformed_part_is_read_on),
		cmocka_unit_test(
			encrypted_text_says_so_and_scrambled_fonts_do_not),
		cmocka_unit_test(very_deep_xml_ends_with_the_text_before_it),
		cmocka_unit_test(damage_never_crashes_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
