/* test-ooxml.c - documents of Office Open XML made part by part. */
#include "host.h"
#include "sample.h"
#include "zip-sample.h"
#include "lock-sample.h"

#define MS "http://schemas.openxmlformats.org/"
#define TYPES { "[Content_Types].xml", "<Types/>" }
#define W_BEGIN "<w:document xmlns:w='" MS "wordprocessingml/2006/main' "     \
	"xmlns:mc='" MS "markup-compatibility/2006' xmlns:r='" MS             \
	"officeDocument/2006/relationships'><w:body>"
#define W_END "</w:body></w:document>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" MS           \
	"officeDocument/2006/relationships/" type "' Target='" target "'/>"
#define RELS(list) "<Relationships xmlns='" MS "package/2006/relationships'>" \
	list "</Relationships>"

static void
word(const char *body, struct host_result *got)
{
	const struct zip_part parts[] = {
		TYPES, { "word/document.xml", body },
		{ "word/styles.xml",
		  "<w:styles xmlns:w='" MS "wordprocessingml/2006/main'>"
		  "<w:style w:type='paragraph' w:styleId='1'><w:name "
		  "w:val='heading 1'/></w:style>"
		  "<w:style w:type='paragraph' w:styleId='my'><w:name "
		  "w:val='My'/><w:basedOn w:val='1'/></w:style></w:styles>" },
		{ "word/_rels/document.xml.rels",
		  RELS(REL("a", "styles", "styles.xml")
		       REL("b", "footnotes", "footnotes.xml")
		       REL("c", "header", "/word/header1.xml")) },
		{ "word/footnotes.xml",
		  "<w:footnotes xmlns:w='" MS "wordprocessingml/2006/main'>"
		  "<w:footnote w:type='separator'><w:p><w:r><w:t>parting</w:t></w:r>"
		  "</w:p></w:footnote><w:footnote><w:p><w:r><w:t>脚注</w:t>"
		  "</w:r></w:p></w:footnote></w:footnotes>" },
		{ "word/header1.xml",
		  "<w:hdr xmlns:w='" MS "wordprocessingml/2006/main'><w:p>"
		  "<w:r><w:t>页眉</w:t></w:r></w:p></w:hdr>" },
		{ "word/embeddings/a.bin", "\1\2\3" },
		{ 0 }
	};

	zip_import("a.docx", parts, got);
}

static void
paragraphs_have_their_roles(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	word(W_BEGIN
	     "<w:p><w:pPr><w:pStyle w:val='my'/></w:pPr><w:r><w:t>第一章"
	     "</w:t></w:r></w:p>"
	     "<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:r><w:t>第一节"
	     "</w:t></w:r></w:p>"
	     "<w:p><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='3'/>"
	     "</w:numPr></w:pPr><w:r><w:t>项</w:t></w:r></w:p>"
	     "<w:p><w:r><w:t>正</w:t></w:r><w:r><w:t>文</w:t><w:tab/></w:r>"
	     "</w:p>" W_END, &got);
	assert_line(&got, "heading 1 \"第一章\"");
	assert_line(&got, "outline 1 \"第一章\"");
	assert_line(&got, "heading 2 \"第一节\"");
	assert_line(&got, "list 2 \"项\"");
	assert_line(&got, "body \"正文\"");
	assert_line(&got, "note \"脚注\"");
	assert_line(&got, "header \"页眉\"");
	assert_line(&got, "meta title \"第一章\" source=\"guessed\"");
	assert_has(&got, "child attachment \"a.bin\" size=3");
	assert_no(&got, "parting");
	assert_outcome(&got, XJ_OUT_OK);
}

static void
deleted_text_is_left_out_and_results_of_fields_kept(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	word(W_BEGIN "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
	     "<w:ins><w:r><w:t>new </w:t></w:r></w:ins>"
	     "<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
	     "<w:r><w:instrText>gone</w:instrText></w:r>"
	     "<w:r><w:t>result</w:t></w:r></w:p>" W_END, &got);
	assert_line(&got, "body \"new result\"");
	assert_no(&got, "gone");
}

static void
a_text_box_comes_once_behind_its_paragraph(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	word(W_BEGIN "<w:p><w:r><w:t>be</w:t><mc:AlternateContent><mc:Choice>"
	     "<w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p>"
	     "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p>"
	     "<w:r><w:t>again</w:t></w:r></w:p></w:txbxContent></mc:Fallback>"
	     "</mc:AlternateContent><w:t>hind</w:t></w:r></w:p>" W_END, &got);
	assert_has(&got, "body \"behind\"\nbody \"box\"\n");
	assert_no(&got, "again");
}

static void
rows_have_tabs_between_cells(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	word(W_BEGIN "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p><w:p>"
	     "<w:r><w:t>乙</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:p>"
	     "<w:r><w:t>丙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>" W_END,
	     &got);
	assert_line(&got, "table \"甲 乙\\t\\t丙\"");
}

static void
a_long_row_is_layout(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	size_t len;
	char *text = repeated(W_BEGIN "<w:tbl><w:tr><w:tc>",
			      "<w:p><w:r><w:t>段落段落段落段落</w:t></w:r></w:p>",
			      1000, "</w:tc></w:tr></w:tbl>" W_END, &len);

	(void)state;
	word(text, &got);
	assert_true(got.blocks > 500);
	assert_line(&got, "body \"段落段落段落段落\"");
	test_free(text);
}

static void
slides_come_in_order_with_notes(void **state)
{
	static const char slide[] =
		"<p:sld xmlns:p='" MS "presentationml/2006/main' xmlns:a='" MS
		"drawingml/2006/main'><p:sp><p:nvPr><p:ph type='title'/></p:nvPr>"
		"<a:p><a:r><a:t>%s</a:t></a:r></a:p></p:sp><p:sp><p:nvPr><p:ph/>"
		"</p:nvPr><a:p><a:pPr lvl='1'/><a:r><a:t>要点</a:t></a:r></a:p>"
		"</p:sp></p:sld>";
	char one[1000], two[1000];
	const struct zip_part parts[] = {
		TYPES, { "ppt/slides/slide1.xml", one },
		{ "ppt/slides/slide2.xml", two },
		{ "ppt/presentation.xml",
		  "<p:presentation xmlns:p='" MS "presentationml/2006/main' "
		  "xmlns:r='" MS "officeDocument/2006/relationships'>"
		  "<p:sldIdLst><p:sldId r:id='y'/><p:sldId r:id='x'/>"
		  "</p:sldIdLst></p:presentation>" },
		{ "ppt/_rels/presentation.xml.rels",
		  RELS(REL("x", "slide", "slides/slide1.xml")
		       REL("y", "slide", "slides/slide2.xml")) },
		{ "ppt/slides/_rels/slide1.xml.rels",
		  RELS(REL("n", "notesSlide", "../notesSlides/n.xml")) },
		{ "ppt/notesSlides/n.xml",
		  "<p:notes xmlns:p='" MS "presentationml/2006/main' xmlns:a='"
		  MS "drawingml/2006/main'><p:sp><p:ph type='body'/><a:p><a:r>"
		  "<a:t>备注</a:t></a:r></a:p></p:sp><p:sp><p:ph type='sldNum'/>"
		  "<a:p><a:r><a:t>7</a:t></a:r></a:p></p:sp></p:notes>" },
		{ 0 }
	};
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	snprintf(one, sizeof(one), slide, "甲");
	snprintf(two, sizeof(two), slide, "乙");
	zip_import("a.pptx", parts, &got);
	assert_has(&got, "heading 1 part 1 \"乙\"");
	assert_has(&got, "heading 1 part 2 \"甲\"");
	assert_has(&got, "list 2 part 2 \"要点\"\nnote part 2 \"备注\"\n");
	assert_no(&got, "7");
}

static void
cells_show_what_a_reader_sees(void **state)
{
	static const struct zip_part parts[] = {
		TYPES,
		{ "xl/workbook.xml",
		  "<workbook xmlns='" MS "spreadsheetml/2006/main' xmlns:r='" MS
		  "officeDocument/2006/relationships'><sheets><sheet name='表' "
		  "r:id='s'/></sheets></workbook>" },
		{ "xl/_rels/workbook.xml.rels",
		  RELS(REL("s", "worksheet", "worksheets/sheet1.xml")
		       REL("t", "sharedStrings", "sharedStrings.xml")
		       REL("u", "styles", "styles.xml")) },
		{ "xl/styles.xml",
		  "<styleSheet xmlns='" MS "spreadsheetml/2006/main'><numFmts>"
		  "<numFmt numFmtId='170' formatCode='yyyy&quot;年&quot;m&quot;月"
		  "&quot;d&quot;日&quot; h:mm'/></numFmts><cellXfs><xf "
		  "numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/><xf "
		  "numFmtId='46'/></cellXfs></styleSheet>" },
		{ "xl/sharedStrings.xml",
		  "<sst xmlns='" MS "spreadsheetml/2006/main'><si><t>甲</t></si>"
		  "<si><r><t>乙</t></r><rPh><t>yi</t></rPh><r><t>丙</t></r></si>"
		  "</sst>" },
		{ "xl/worksheets/sheet1.xml",
		  "<worksheet xmlns='" MS "spreadsheetml/2006/main'><sheetData>"
		  "<row r='3'><c r='B3' t='s'><v>1</v></c><c r='D3' s='1'><v>"
		  "45352</v></c><c r='E3' s='2'><v>45352.5</v></c></row><row>"
		  "<c t='b'><v>1</v></c><c><f>0.1+0.2</f><v>0.30000000000000004"
		  "</v></c><c t='str'><v>text</v></c><c t='inlineStr'><is><t>in"
		  "</t></is></c><c s='3'><v>1.5</v></c><c t='e'><v>#N/A</v></c>"
		  "<c s='1'><v>1</v></c></row></sheetData></worksheet>" },
		{ 0 }
	};
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	zip_import("a.xlsx", parts, &got);
	assert_line(&got, "outline 1 part 1 \"表\"");
	assert_line(&got, "table part 1 cell=3,2 label=\"表\" "
		    "\"乙丙\\t\\t2024-03-01\\t2024-03-01 12:00:00\"");
	assert_line(&got, "table part 1 cell=4,1 label=\"表\" "
		    "\"TRUE\\t0.3\\ttext\\tin\\t36:00:00\\t#N/A\\t1900-01-01\"");
	assert_line(&got, "meta sheets \"1\"");
}

static void
properties_become_metadata(void **state)
{
	static const struct zip_part parts[] = {
		TYPES,
		{ "docProps/core.xml",
		  "<cp:coreProperties xmlns:cp='" MS "package/2006/metadata/"
		  "core-properties' xmlns:dc='http://purl.org/dc/elements/1.1/' "
		  "xmlns:dcterms='http://purl.org/dc/terms/'><dc:title> 题名 "
		  "</dc:title><dc:creator>甲;乙</dc:creator><cp:keywords>一，二"
		  "</cp:keywords><dcterms:created>2024-03-01T08:00:00Z"
		  "</dcterms:created></cp:coreProperties>" },
		{ "word/document.xml", W_BEGIN W_END }, { 0 }
	};
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	zip_import("a.docm", parts, &got);
	assert_line(&got, "meta title \"题名\" source=\"core-props\"");
	assert_line(&got, "meta creator \"甲\" source=\"core-props\"");
	assert_line(&got, "meta creator \"乙\" source=\"core-props\"");
	assert_line(&got, "meta subject \"二\" source=\"core-props\"");
	assert_line(&got, "meta created \"2024-03-01T08:00:00Z\" "
		    "source=\"core-props\"");
	assert_string_equal(got.result.mime,
			    "application/vnd.ms-word.document.macroEnabled.12");
}

/* ------------------------------------------------------- hostile documents */

static void
a_doctype_is_refused(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	word("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>"
	     "<!ENTITY b '&a;&a;&a;'>]>" W_BEGIN "<w:p><w:r><w:t>&b;</w:t></w:r>"
	     "</w:p>" W_END, &got);
	assert_outcome(&got, XJ_OUT_CORRUPT);
	assert_non_null(strstr(got.result.reason, "DOCTYPE"));
	assert_no(&got, "root:");
}

static void
very_deep_xml_ends_with_the_text_before_it(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	size_t len;
	char *text = repeated(W_BEGIN "<w:p><w:r><w:t>before</w:t></w:r>",
			      "<w:sdt>", 100000, "", &len);

	(void)state;
	word(text, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_line(&got, "body \"before\"");
	test_free(text);
}

/* 300 MB in one element: what fits is kept, in little memory. */
static void
a_text_without_end_is_cut_at_the_limit(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	size_t len;
	char *text = repeated(W_BEGIN "<w:p><w:r><w:t>", "text without end. ",
			      300000000 / 18, "</w:t></w:r></w:p>" W_END, &len);

	(void)state;
	word(text, &got);
	test_free(text);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_non_null(strstr(got.result.reason, "limit"));
	assert_in_range(got.result.text_bytes, 60u << 20, 64u << 20);
	assert_true(got.result.cpu_us < 20000000);
}

static void
a_part_cut_short_keeps_its_text(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	word(W_BEGIN "<w:p><w:r><w:t>one</w:t></w:r></w:p><w:p><w:r><w:t>two",
	     &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_line(&got, "body \"one\"");
	assert_line(&got, "body \"two\"");
	assert_line(&got, "note \"脚注\"");
}

static void
other_encodings_are_decoded(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	word("<?xml version='1.0' encoding='GB2312'?>" W_BEGIN "<w:p><w:r><w:t>"
	     "\xD6\xD0\xB9\xFA</w:t></w:r></w:p>" W_END, &got);
	assert_line(&got, "body \"中国\"");
}

static void
one_text_of_70_mib_ends_at_the_limit_of_text(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	size_t len;
	char *text = repeated(W_BEGIN "<w:p><w:r><w:t>", "0123456789abcde ",
			      70 << 16, "</w:t></w:r></w:p>" W_END, &len);

	(void)state;
	word(text, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_non_null(strstr(got.result.reason, "64 MiB"));
#ifndef XJ_SANITIZED
	assert_in_range(got.result.memory, 1, 16 << 20);
#endif
	test_free(text);
}

static void
damage_never_crashes_it(void **state)
{
	static const struct zip_part parts[] = {
		{ "[Content_Types].xml", "<Types/>" },
		{ "word/document.xml",
		  W_BEGIN "<w:p><w:r><w:t>正文</w:t></w:r></w:p><w:tbl><w:tr>"
		  "<w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr>"
		  "</w:tbl>" W_END },
		{ 0 }
	};
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, true);

	(void)state;
	assert_survives_damage("a.docx", zip.data, zip.len, 150);
}

/* ------------------------------------------------------ encrypted documents */

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

/* A document of some hundred KiB, which is many segments. */
static struct bytes
long_document(void)
{
	struct zip_part parts[] = { TYPES, { "word/document.xml", NULL }, { 0 } };
	size_t len;
	char *text = repeated(W_BEGIN, "<w:p><w:r><w:t>机要文字</w:t></w:r></w:p>",
			      8000, "<w:p><w:r><w:t>末段</w:t></w:r></w:p>" W_END,
			      &len);
	struct bytes zip;

	parts[1].text = text;
	zip = zip_sample(parts, true);
	test_free(text);
	return zip;
}

static struct bytes
short_document(void)
{
	static const struct zip_part parts[] = {
		TYPES,
		{ "word/document.xml",
		  W_BEGIN "<w:p><w:r><w:t>机要</w:t></w:r></w:p>" W_END },
		{ 0 }
	};

	return zip_sample(parts, false);
}

static void
import_locked(const struct lock_how *how, const struct bytes *zip,
	      const char *password, struct host_result *got)
{
	xj_auto(free_bytes) struct bytes doc = lock_sample(how, zip);

	sample_import_as(&(struct host_options){ .password = password },
			 "a.docx", doc.data, doc.len, got);
}

static void
assert_opens(const struct lock_how *how)
{
	xj_auto(free_bytes) struct bytes zip = long_document();
	GOT(got);

	import_locked(how, &zip, "口令 right", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.blocks, 8001);
	assert_line(&got, "body \"末段\"");
}

static void
a_password_opens_what_every_cipher_locked(void **state)
{
	static const struct lock_how agile[] = {
		{ .key_bits = 256 }, { .key_bits = 192 }, { .key_bits = 128 },
		{ .hash = GCRY_MD_SHA1, .hash_name = "SHA1" },
		{ .hash = GCRY_MD_SHA1, .hash_name = "SHA-1", .key_bits = 128 },
		{ .hash = GCRY_MD_SHA256, .hash_name = "SHA256" },
		{ .hash = GCRY_MD_SHA384, .hash_name = "SHA384" },
		{ .rounds = 100000 }, { .standard = true },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(agile); i++) {
		struct lock_how how = agile[i];

		how.password = u"口令 right";
		assert_opens(&how);
	}
}

static void
without_the_password_nothing_is_read(void **state)
{
	xj_auto(free_bytes) struct bytes zip = short_document();

	(void)state;
	for (int standard = 0; standard < 2; standard++) {
		const struct lock_how how = { .password = u"\U00020000 ü",
					      .standard = standard };
		GOT(none);
		GOT(wrong);
		GOT(right);

		import_locked(&how, &zip, NULL, &none);
		assert_outcome(&none, XJ_OUT_ENCRYPTED);
		assert_non_null(strstr(none.result.reason, "a password"));
		import_locked(&how, &zip, "\xff right", &wrong);
		assert_outcome(&wrong, XJ_OUT_ENCRYPTED);
		assert_string_equal(wrong.result.reason,
				    "the password is wrong");
		assert_false(none.result.keyless || wrong.result.keyless);
		assert_int_equal(none.blocks + wrong.blocks, 0);
		import_locked(&how, &zip, "\U00020000 ü", &right);
		assert_outcome(&right, XJ_OUT_OK);
		assert_line(&right, "body \"机要\"");
	}
}

/* Excel asks for no password then. */
static void
a_workbook_that_is_merely_protected_is_read(void **state)
{
	static const struct zip_part parts[] = {
		TYPES,
		{ "xl/worksheets/sheet1.xml",
		  "<worksheet xmlns=\"" MS "spreadsheetml/2006/main\"><sheetData>"
		  "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>格</t></is>"
		  "</c></row></sheetData></worksheet>" },
		{ "xl/workbook.xml",
		  "<workbook xmlns=\"" MS "spreadsheetml/2006/main\" xmlns:r=\""
		  MS "officeDocument/2006/relationships\"><sheets><sheet "
		  "name=\"表\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>" },
		{ "xl/_rels/workbook.xml.rels",
		  "<Relationships xmlns=\"" MS "package/2006/relationships\">"
		  "<Relationship Id=\"r1\" Type=\"" MS "officeDocument/2006/"
		  "relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
		  "</Relationships>" },
		{ 0 }
	};
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, false);
	xj_auto(free_bytes) struct bytes doc = lock_sample(
		&(struct lock_how){ .password = u"VelvetSweatshop" }, &zip);
	xj_auto(free_bytes) struct bytes slow = lock_sample(
		&(struct lock_how){ .password = u"VelvetSweatshop",
				    .rounds = 100001 }, &zip);
	GOT(sheet);
	GOT(text);
	GOT(dear);

	(void)state;
	sample_import_as(NULL, "a.xlsx", doc.data, doc.len, &sheet);
	assert_outcome(&sheet, XJ_OUT_OK);
	assert_has(&sheet, "\"格\"");
	sample_import_as(NULL, "a.docx", doc.data, doc.len, &text);
	assert_outcome(&text, XJ_OUT_ENCRYPTED);
	sample_import_as(NULL, "a.xlsx", slow.data, slow.len, &dear);
	assert_outcome(&dear, XJ_OUT_ENCRYPTED);
}

static void
what_no_password_opens_says_so(void **state)
{
	static const struct lock_how hows[] = {
		{ .word = "\"AES\"", .lie = "\"RC4\"" },
		{ .word = "ChainingModeCBC", .lie = "ChainingModeCFB" },
		{ .word = "\"SHA512\"", .lie = "\"MD4\"" },
		{ .word = "keyEncryptor/password", .lie = "certificate" },
		{ .version = 3 }, { .version = 7, .standard = true },
	};
	xj_auto(free_bytes) struct bytes zip = short_document();

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(hows); i++) {
		struct lock_how how = hows[i];
		GOT(got);

		how.password = u"right";
		import_locked(&how, &zip, "right", &got);
		assert_outcome(&got, XJ_OUT_ENCRYPTED);
		assert_true(got.result.keyless);
	}
}

static void
what_rights_management_holds_says_so(void **state)
{
	static const char stream[4096] = "";
	xj_auto(free_bytes) struct bytes doc =
		lock_file("other", stream, 4096, stream, 4096);
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.docx", doc.data, doc.len, &got);
	assert_outcome(&got, XJ_OUT_ENCRYPTED);
	assert_true(got.result.keyless);
}

static void
numbers_of_the_encryption_that_lie_come_to_an_outcome(void **state)
{
	static const struct {
		const char *word, *lie;
		enum xj_import_outcome outcome;
	} lies[] = {
		{ "spinCount=\"1000\"", "spinCount=\"2147483648\"",
		  XJ_OUT_LIMIT },
		{ "spinCount=\"1000\"", "spinCount=\"99999999999999999999\"",
		  XJ_OUT_LIMIT },
		{ "spinCount=\"1000\"", "spinCount=\"-5\"", XJ_OUT_CORRUPT },
		{ "keyBits=\"256\"", "keyBits=\"8\"", XJ_OUT_CORRUPT },
		{ "keyBits=\"256\"", "keyBits=\"1000000\"", XJ_OUT_CORRUPT },
		{ "keyBits=\"256\"", "keyBits=\"x\"", XJ_OUT_CORRUPT },
		{ "encryptedKeyValue=\"", "encryptedKeyValue=\"!",
		  XJ_OUT_CORRUPT },
		{ "encryptedVerifierHashValue=\"", "a=\"", XJ_OUT_CORRUPT },
		{ "encryptedVerifierHashInput=\"", "a=\"", XJ_OUT_CORRUPT },
		{ "saltValue=\"", "b=\"", XJ_OUT_CORRUPT },
		{ "<keyData", "<keyDatum", XJ_OUT_CORRUPT },
		{ "<encryption ", "<!DOCTYPE a><encryption ", XJ_OUT_CORRUPT },
	};
	xj_auto(free_bytes) struct bytes zip = short_document();

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(lies); i++) {
		GOT(got);

		import_locked(&(struct lock_how){ .password = u"right",
			.word = lies[i].word, .lie = lies[i].lie }, &zip,
			"right", &got);
		if (got.result.outcome != lies[i].outcome)
			fail_msg("%s: %s: %s", lies[i].lie,
				 xj_import_outcome_name(got.result.outcome),
				 got.result.reason);
	}
}

/* Sizes in the stream and in the directory that are not true, and no end. */
static void
a_package_cut_short_is_damaged(void **state)
{
	xj_auto(free_bytes) struct bytes zip = long_document();
	xj_auto(free_bytes) struct bytes doc = lock_sample(
		&(struct lock_how){ .password = u"right" }, &zip);
	const struct host_options options = { .password = "right" };
	unsigned char *p = (unsigned char *)doc.data, *size = NULL;
	GOT(large);
	GOT(small);
	GOT(cut);

	(void)state;
	for (size_t at = 512; !size; at += 512)
		if (!memcmp(p + at + 2, (unsigned char[]){
			(unsigned char)(zip.len >> 16), 0, 0, 0, 0, 0 }, 6) &&
		    p[at] == (zip.len & 255))
			size = p + at;
	lock_put(size, UINT64_MAX, 8);
	sample_import_as(&options, "a.docx", doc.data, doc.len, &large);
	assert_outcome(&large, XJ_OUT_OK); /* what is there is whole */
	lock_put(size, 1000, 8);
	sample_import_as(&options, "a.docx", doc.data, doc.len, &small);
	assert_outcome(&small, XJ_OUT_CORRUPT);
	lock_put(size, zip.len, 8);
	lock_put(p + doc.len - 512 + 256 + 120, 20000, 4);
	sample_import_as(&options, "a.docx", doc.data, doc.len, &cut);
	assert_outcome(&cut, XJ_OUT_CORRUPT);
}

static void
a_directory_in_the_middle_is_found(void **state)
{
	xj_auto(free_bytes) struct bytes zip = long_document();
	xj_auto(free_bytes) struct bytes doc = lock_sample(
		&(struct lock_how){ .password = u"right" }, &zip);
	size_t len = doc.len + 8192;
	char *more = test_calloc(1, len);
	GOT(got);
	GOT(unnamed);

	(void)state;
	memcpy(more, doc.data, doc.len);
	sample_import_as(&(struct host_options){ .password = "right" },
			 "a.docx", more, len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	sample_import_as(&(struct host_options){ .password = "right" },
			 "a", more, len, &unnamed);
	assert_outcome(&unnamed, XJ_OUT_ENCRYPTED);
	assert_true(unnamed.result.keyless); /* and says what to do */
	test_free(more);
}

static void
damage_of_what_is_encrypted_never_crashes_it(void **state)
{
	xj_auto(free_bytes) struct bytes zip = short_document();
	xj_auto(free_bytes) struct bytes doc = lock_sample(
		&(struct lock_how){ .password = u"right", .rounds = 1 }, &zip);
	const struct host_options options = { .password = "right" };

	(void)state;
	for (size_t at = 0; at < doc.len; at += at < 2048 ? 37 : 97) {
		GOT(got);

		doc.data[at] ^= (char)(1 << at % 8);
		sample_import_as(&options, "a.docx", doc.data, doc.len, &got);
		doc.data[at] ^= (char)(1 << at % 8);
		if (got.result.outcome == XJ_OUT_CRASHED)
			fail_msg("at %zu: %s", at, got.result.reason);
	}
	for (size_t n = 0; n < doc.len; n += 509) {
		GOT(got);

		sample_import_as(&options, "a.docx", doc.data, n, &got);
		if (got.result.outcome == XJ_OUT_CRASHED)
			fail_msg("cut at %zu: %s", n, got.result.reason);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs_have_their_roles),
		cmocka_unit_test(
			deleted_text_is_left_out_and_results_of_fields_kept),
		cmocka_unit_test(a_text_box_comes_once_behind_its_paragraph),
		cmocka_unit_test(rows_have_tabs_between_cells),
		cmocka_unit_test(a_long_row_is_layout),
		cmocka_unit_test(slides_come_in_order_with_notes),
		cmocka_unit_test(cells_show_what_a_reader_sees),
		cmocka_unit_test(properties_become_metadata),
		cmocka_unit_test(a_doctype_is_refused),
		cmocka_unit_test(very_deep_xml_ends_with_the_text_before_it),
		cmocka_unit_test(a_text_without_end_is_cut_at_the_limit),
	cmocka_unit_test(a_part_cut_short_keeps_its_text),
		cmocka_unit_test(other_encodings_are_decoded),
		cmocka_unit_test(one_text_of_70_mib_ends_at_the_limit_of_text),
		cmocka_unit_test(damage_never_crashes_it),
		cmocka_unit_test(a_password_opens_what_every_cipher_locked),
		cmocka_unit_test(without_the_password_nothing_is_read),
		cmocka_unit_test(a_workbook_that_is_merely_protected_is_read),
		cmocka_unit_test(what_no_password_opens_says_so),
		cmocka_unit_test(what_rights_management_holds_says_so),
		cmocka_unit_test(
			numbers_of_the_encryption_that_lie_come_to_an_outcome),
		cmocka_unit_test(a_package_cut_short_is_damaged),
		cmocka_unit_test(a_directory_in_the_middle_is_found),
		cmocka_unit_test(damage_of_what_is_encrypted_never_crashes_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
