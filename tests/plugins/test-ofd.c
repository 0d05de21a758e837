/* test-ofd.c - OFD documents made part by part. */
#include "host.h"
#include "sample.h"
#include "zip-sample.h"

#define NS " xmlns:ofd='http://www.ofdspec.org/2016'"
#define PAGE(text) "<ofd:Page" NS "><ofd:Content><ofd:Layer>" text            \
	"</ofd:Layer></ofd:Content></ofd:Page>"
#define TEXT(x, y, text) "<ofd:TextObject Boundary='" x " " y " 100 5' "      \
	"Size='5'><ofd:TextCode X='0' Y='4'>" text "</ofd:TextCode>"          \
	"</ofd:TextObject>"
#define ROOT "<ofd:OFD" NS "><ofd:DocBody><ofd:DocInfo><ofd:Title>通知"       \
	"</ofd:Title><ofd:Author>办公室</ofd:Author><ofd:CreationDate>"       \
	"2024-03-01</ofd:CreationDate><ofd:Keywords><ofd:Keyword>检索"        \
	"</ofd:Keyword></ofd:Keywords></ofd:DocInfo><ofd:DocRoot>"            \
	"Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
#define DOCUMENT "<ofd:Document" NS "><ofd:CommonData><ofd:PageArea>"         \
	"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"       \
	"<ofd:TemplatePage ID='9' BaseLoc='Tpls/T.xml'/></ofd:CommonData>"    \
	"<ofd:Pages><ofd:Page ID='1' BaseLoc='Pages/P1.xml'/>"                \
	"<ofd:Page ID='2' BaseLoc='/Doc_0/Pages/P2.xml'/></ofd:Pages>"        \
	"<ofd:Outlines><ofd:OutlineElem Title='第二页'><ofd:Actions>"         \
	"<ofd:Action><ofd:Goto><ofd:Dest PageID='2'/></ofd:Goto></ofd:Action>" \
	"</ofd:Actions></ofd:OutlineElem></ofd:Outlines><ofd:Annotations>"    \
	"Annots.xml</ofd:Annotations><ofd:Attachments>Attachs/A.xml"          \
	"</ofd:Attachments></ofd:Document>"

static void
ofd(const char *root, const char *page, struct host_result *got)
{
	const struct zip_part parts[] = {
		{ "OFD.xml", root }, { "Doc_0/Document.xml", DOCUMENT },
		{ "Doc_0/Pages/P1.xml", page },
		{ "Doc_0/Pages/P2.xml",
		  "<ofd:Page" NS "><ofd:Template TemplateID='9'/>"
		  "<ofd:Content><ofd:Layer>" TEXT("10", "10", "二")
		  "</ofd:Layer></ofd:Content></ofd:Page>" },
		{ "Doc_0/Tpls/T.xml", PAGE(TEXT("10", "200", "底")) },
		{ "Doc_0/Annots.xml",
		  "<ofd:Annotations" NS "><ofd:Page PageID='1'><ofd:FileLoc>"
		  "Annots/1.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>" },
		{ "Doc_0/Annots/1.xml",
		  "<ofd:PageAnnot" NS "><ofd:Annot><ofd:Appearance>"
		  TEXT("1", "1", "批注") "</ofd:Appearance></ofd:Annot>"
		  "</ofd:PageAnnot>" },
		{ "Doc_0/Attachs/A.xml",
		  "<ofd:Attachments" NS "><ofd:Attachment Name='附件'>"
		  "<ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Attachment>"
		  "</ofd:Attachments>" },
		{ "Doc_0/Attachs/a.xml", "<a/>" }, { 0 }
	};

	zip_import("a.ofd", parts, got);
}

static void
pages_metadata_notes_and_attachments(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	ofd(ROOT, PAGE(TEXT("10", "10", "关于") TEXT("10", "17", "印发")
		       TEXT("10", "40", "各") TEXT("120", "40", "单位")), &got);
	assert_line(&got, "meta title \"通知\" source=\"info\"");
	assert_line(&got, "meta creator \"办公室\" source=\"info\"");
	assert_line(&got, "meta subject \"检索\" source=\"info\"");
	assert_line(&got, "meta created \"2024-03-01\" source=\"info\"");
	assert_line(&got, "outline 1 page 2 \"第二页\"");
	assert_has(&got, "body page 1 \"关于印发\"\nbody page 1 \"各 单位\"\n"
		   "note page 1 \"批注\"\npage 1 59528x84189 chars=9 ");
	assert_has(&got, "body page 2 \"二\"\nbody page 2 \"底\"\n");
	assert_has(&got, "child attachment \"附件.xml\" size=4");
	assert_line(&got, "meta pages \"2\"");
	assert_outcome(&got, XJ_OUT_OK);
}

static void
an_encrypted_document_says_so(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	ofd("<ofd:OFD" NS "><ofd:Encryptions/></ofd:OFD>", PAGE(""), &got);
	assert_outcome(&got, XJ_OUT_ENCRYPTED);
}

static void
a_doctype_is_refused(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	ofd(ROOT, "<!DOCTYPE a [<!ENTITY b SYSTEM '/etc/passwd'>]>"
	    PAGE(TEXT("1", "1", "&b;")), &got);
	assert_non_null(strstr(got.result.reason, "DOCTYPE"));
	assert_no(&got, "root:");
}

static void
a_damaged_page_leaves_the_others(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	ofd(ROOT, "<ofd:Page" NS "><ofd:Content>" TEXT("1", "1", "一") "<", &got);
	assert_line(&got, "body page 1 \"一\"");
	assert_line(&got, "body page 2 \"二\"");
	assert_outcome(&got, XJ_OUT_PARTIAL);
}

static void
very_deep_xml_ends_with_the_text_before_it(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	size_t len;
	char *text = repeated("<ofd:Page" NS ">" TEXT("1", "1", "前"),
			      "<ofd:PageBlock>", 100000, "", &len);

	(void)state;
	ofd(ROOT, text, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_non_null(strstr(got.result.reason, "deep"));
	assert_line(&got, "body page 1 \"前\"");
	test_free(text);
}

static void
damage_never_crashes_it(void **state)
{
	static const struct zip_part parts[] = {
		{ "OFD.xml", ROOT }, { "Doc_0/Document.xml", DOCUMENT },
		{ "Doc_0/Pages/P1.xml", PAGE(TEXT("1", "1", "字")) }, { 0 }
	};
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, true);

	(void)state;
	assert_survives_damage("a.ofd", zip.data, zip.len, 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_metadata_notes_and_attachments),
		cmocka_unit_test(an_encrypted_document_says_so),
		cmocka_unit_test(a_doctype_is_refused),
		cmocka_unit_test(a_damaged_page_leaves_the_others),
		cmocka_unit_test(very_deep_xml_ends_with_the_text_before_it),
		cmocka_unit_test(damage_never_crashes_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
