/*
 * test-pdf.c - the importer of PDF, with documents made on the spot: small
 * ones that show one thing each, and hostile ones.
 */
#include <stdlib.h>

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT
#define OBJECTS 20000

/* ---------------------------------------------------------------- a document */

/* Object 1 is the catalogue, 2 the page tree, 3 the font; the rest are up to
 * the test. */
struct maker {
	struct xj_buf buf;
	size_t offset[OBJECTS];
	int count;                /* the highest number so far */
	const char *trailer;      /* more of it, or NULL */
};

static struct maker *
begin(void)
{
	struct maker *m = test_calloc(1, sizeof(*m));

	m->buf = (struct xj_buf)XJ_BUF_INIT;
	xj_buf_addf(&m->buf, "%%PDF-1.7\n");
	return m;
}

static void
begin_object(struct maker *m, int number)
{
	assert_true(number < OBJECTS);
	m->offset[number] = m->buf.len;
	if (number > m->count)
		m->count = number;
	xj_buf_addf(&m->buf, "%d 0 obj\n", number);
}

static void
object(struct maker *m, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
object(struct maker *m, int number, const char *format, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	begin_object(m, number);
	xj_buf_addf(&m->buf, "%s\nendobj\n", text);
}

static void
stream(struct maker *m, int number, const char *dict, const char *data)
{
	begin_object(m, number);
	xj_buf_addf(&m->buf, "<<%s/Length %zu>>stream\n%s\nendstream\nendobj\n",
		      dict, strlen(data), data);
}

static void
catalogue(struct maker *m, const char *more)
{
	object(m, 1, "<</Type/Catalog/Pages 2 0 R%s>>", more);
	object(m, 3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
	       "/Encoding/WinAnsiEncoding>>");
}

/* A page, with `more` among its resources, and its content, one number on. */
static void
page(struct maker *m, int number, const char *more, const char *content)
{
	object(m, number, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]"
	       "/Resources<</Font<</F 3 0 R>>%s>>/Contents %d 0 R>>", more,
	       number + 1);
	stream(m, number + 1, "", content);
}

static void
end(struct maker *m)
{
	size_t at = m->buf.len;

	xj_buf_addf(&m->buf, "xref\n0 %d\n0000000000 65535 f \n",
		      m->count + 1);
	for (int i = 1; i <= m->count; i++)
		xj_buf_addf(&m->buf, "%010zu 00000 %c \n", m->offset[i],
			      m->offset[i] ? 'n' : 'f');
	xj_buf_addf(&m->buf, "trailer<</Size %d/Root 1 0 R%s>>\n"
		      "startxref\n%zu\n%%%%EOF\n", m->count + 1,
		      m->trailer ? m->trailer : "", at);
}

static void
run(struct maker *m, struct host_result *got)
{
	end(m);
	sample_import_as(NULL, "a.pdf", m->buf.data, m->buf.len, got);
	xj_buf_release(&m->buf);
	test_free(m);
}

/* One page with this content. */
static void
run_page(const char *content, struct host_result *got)
{
	struct maker *m = begin();

	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "", content);
	run(m, got);
}

/* -------------------------------------------------------------------- text */

static void
lines_become_paragraphs(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 12 Tf 14 TL 50 700 Td (The quick brown fox jumps over "
		 "the lazy dog and) Tj T* (goes on in the second line, which "
		 "is as long as it,) Tj T* (to its end.) Tj 0 -40 Td "
		 "(Another one.) Tj ET", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(xj_buf_str(&got.text),
		"The quick brown fox jumps over the lazy dog and goes on in "
		"the second line, which is as long as it, to its end.\n"
		"Another one.\n");
	assert_int_equal(got.result.pages, 1);
}

static void
a_block_says_where_it_stands(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 10 Tf 100 700 Td (l) Tj ET", &got);
	assert_line(&got, "body page 1 box=10000,8925,10222,10299 \"l\"");
	assert_line(&got, "page 1 60000x80000 chars=1 replaced=0 image=0");
}

static void
a_word_broken_at_the_line_is_whole(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 12 Tf 14 TL 50 700 Td (A line that ends in an import-) "
		 "Tj T* (ant word and then in UTF-) Tj T* (8 and non-) Tj T* "
		 "(English words.) Tj ET", &got);
	assert_string_equal(xj_buf_str(&got.text), "A line that ends in an "
		"important word and then in UTF-8 and non-English words.\n");
}

static void
distance_makes_words(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 12 Tf 50 700 Td [(two)-300(words)] TJ 0 -60 Td "
		 "[(ker)30(ned)-80(word)] TJ ET", &got);
	assert_string_equal(xj_buf_str(&got.text), "two words\nkernedword\n");
}

static void
what_is_drawn_twice_is_said_once(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 12 Tf 1 0 0 1 50 700 Tm (Bold) Tj "
		 "1 0 0 1 50.3 700 Tm (Bold) Tj 1 0 0 1 50 600 Tm "
		 "[(l)222(l)222(i)222(i)] TJ 1 0 0 1 50 500 Tm (ball) Tj ET",
		 &got);
	assert_string_equal(xj_buf_str(&got.text), "Bold\nli\nball\n");
}

/* As Chinese documents are set: a block of the device for each line. */
static void
lines_far_apart_become_paragraphs(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 12 Tf 74 700 Td (The first line is set in like this) "
		 "Tj -24 -24 Td (and the second one is as long as it is,) Tj "
		 "0 -24 Td (the last not.) Tj 24 -24 Td (Another paragraph "
		 "begins here and) Tj -24 -24 Td (ends.) Tj ET", &got);
	assert_string_equal(xj_buf_str(&got.text),
		"The first line is set in like this and the second one is as "
		"long as it is, the last not.\n"
		"Another paragraph begins here and ends.\n");
}

/* Narrow letters of a font that is not there, in the widths of one that is. */
static void
a_missing_font_does_not_cut_words(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	object(m, 4, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]"
	       "/Resources<</Font<</F 6 0 R>>>>/Contents 5 0 R>>");
	stream(m, 5, "", "BT /F 12 Tf 50 700 Td (Mixed fill 1.7) Tj ET");
	object(m, 6, "<</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding"
	       "/GBK-EUC-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
	       "/BaseFont/STSong/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
	       "/Supplement 2>>/DW 1000/W[814 907 500]/FontDescriptor 7 0 R>>]"
	       ">>");
	object(m, 7, "<</Type/FontDescriptor/FontName/STSong/Flags 4"
	       "/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800"
	       "/Descent -200/StemV 90>>");
	run(m, &got);
	assert_string_equal(xj_buf_str(&got.text), "Mixed fill 1.7\n");
}

/* Of a picture its place alone is wanted; this one cannot even be opened. */
static void
pictures_are_not_loaded(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "/XObject<</A 7 0 R>>", "q 300 0 0 800 0 0 cm /A Do Q "
	     "BT /F 12 Tf 50 600 Td (one) Tj ET");
	stream(m, 7, "/Subtype/Image/Width 1/Height 1/Filter/JPXDecode", "x");
	run(m, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "page 1 60000x80000 chars=3 replaced=0 image=50");
}

static void
a_heading_drawn_last_stands_first(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 12 Tf 1 0 0 1 50 600 Tm (Left column) Tj "
		 "1 0 0 1 300 650 Tm (Right column) Tj "
		 "1 0 0 1 50 400 Tm (Left, below) Tj "
		 "1 0 0 1 50 690 Tm /F 28 Tf (A title as wide as both) Tj ET",
		 &got);
	assert_string_equal(xj_buf_str(&got.text), "A title as wide as both\n"
			    "Left column\n"
			    "Right column\nLeft, below\n");
}

static void
cells_of_a_row_have_tabs_between(void **state)
{
	GOT(got);

	(void)state;
	run_page("BT /F 12 Tf 1 0 0 1 50 600 Tm (Name) Tj "
		 "1 0 0 1 150 600 Tm (Year) Tj 1 0 0 1 50 586 Tm (Xu) Tj "
		 "1 0 0 1 150 586 Tm (2024) Tj ET", &got);
	assert_string_equal(xj_buf_str(&got.text), "Name\tYear\nXu\t2024\n");
}

static void
operators_may_be_wrong(void **state)
{
	GOT(got);

	(void)state;
	run_page("Q Q BT /F 12 Tf 50 700 Td \\) ] >> "
		 "[ (a) 5 nonsense (Here) Tj << /A [1 2] >> gibberish "
		 "() Tj 1 2 Tj ET BI /W 2 /H 2 /BPC 8 /CS /G ID (EI( EI\n"
		 "BT /F 12 Tf 50 600 Td (There) Tj ET EMC EMC Q", &got);
	assert_string_equal(xj_buf_str(&got.text), "Here\nThere\n");
}

static void
pictures_are_measured(void **state)
{
	GOT(got);

	(void)state;
	run_page("q 600 0 0 400 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q",
		 &got);
	assert_line(&got, "page 1 60000x80000 chars=0 replaced=0 image=50");
}

static void
unseen_text_over_a_picture_was_read_from_it(void **state)
{
	GOT(got);

	(void)state;
	run_page("q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q "
		 "BT 3 Tr /F 12 Tf 50 700 Td (scanned) Tj ET", &got);
	if (!strstr(xj_buf_str(&got.dump), "ocr page 1 "))
		fail_msg("%s", xj_buf_str(&got.dump));
}

static void
running_heads_are_told_apart(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 2/Kids[4 0 R 6 0 R]>>");
	page(m, 4, "", "/Artifact <</Type/Pagination>> BDC BT /F 9 Tf 50 780 "
	     "Td (Marked) Tj ET EMC BT /F 9 Tf 300 780 Td (Notes 1) Tj ET");
	page(m, 6, "", "BT /F 9 Tf 300 780 Td (Notes 2) Tj ET BT /F 9 Tf "
	     "300 400 Td (Notes 3) Tj ET");
	run(m, &got);
	assert_line(&got, "header page 1 box=5000,1032,8001,2269 \"Marked\"");
	assert_line(&got, "body page 1 box=30000,1032,33101,2269 \"Notes 1\"");
	assert_line(&got, "header page 2 box=30000,1032,33101,2269 \"Notes 2\"");
	assert_line(&got, "body page 2 box=30000,39032,33101,40269 \"Notes 3\"");
}

/* ----------------------------------------------------- around the pages */

static void
contents_name_headings(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "/Outlines<</First 10 0 R>>/Names<</Dests<</Names"
		  "[(two)[6 0 R/XYZ 0 0 0]]>>>>"
		  "/PageLabels<</Nums[0<</S/r/St 3>>1<</S/D/P(A-)>>]>>");
	object(m, 2, "<</Type/Pages/Count 2/Kids[4 0 R 6 0 R]>>");
	page(m, 4, "", "BT /F 20 Tf 50 600 Td (1 Beginning) Tj ET BT /F 12 Tf "
	     "50 550 Td (Text.) Tj ET");
	page(m, 6, "", "BT /F 16 Tf 50 600 Td (The end) Tj ET");
	object(m, 10, "<</Title(Beginning)/Dest[4 0 R/Fit]/First 11 0 R>>");
	object(m, 11, "<</Title<FEFF00540068006500200065006E0064>"
	       "/A<</S/GoTo/D(two)>>/Next 10 0 R>>");
	run(m, &got);
	assert_line(&got, "outline 1 page 1 \"Beginning\"");
	assert_line(&got, "outline 2 page 2 \"The end\"");
	assert_line(&got, "heading 1 page 1 box=5000,17850,15562,20598 "
		    "label=\"iii\" \"1 Beginning\"");
	assert_line(&got, "heading 2 page 2 box=5000,18280,10870,20478 "
		    "label=\"A-1\" \"The end\"");
}

static void
both_kinds_of_metadata_are_told(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "/Metadata 9 0 R");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "", "");
	m->trailer = "/Info 8 0 R";
	object(m, 8, "<</Title<B5B5B0B8B9DDB9A4D7F7>/Author(Li, Wang)"
	       "/Keywords(a, b; c\xEF\xBC\x8C""d)"
	       "/CreationDate(D:20240301080000+08'00')"
	       "/ModDate(D:20240302000000Z)>>");
	stream(m, 9, "/Type/Metadata",
	       "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="
	       "'http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
	       "<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' "
	       "xmlns:xmp='http://ns.adobe.com/xap/1.0/' "
	       "xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' "
	       "xmp:ModifyDate='2024-03-03T00:00:00Z' pdfaid:part='2'>"
	       "<pdfaid:conformance>B</pdfaid:conformance><dc:title><rdf:Alt>"
	       "<rdf:li xml:lang='x-default'>One</rdf:li><rdf:li "
	       "xml:lang='zh'>一</rdf:li></rdf:Alt></dc:title><dc:creator>"
	       "<rdf:Seq><rdf:li>Li</rdf:li><rdf:li>Wang</rdf:li></rdf:Seq>"
	       "</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>");
	run(m, &got);
	assert_line(&got, "meta title \"One\" source=\"xmp\"");
	assert_line(&got, "meta title \"一\" lang=\"zh\" source=\"xmp\"");
	assert_line(&got, "meta title \"档案馆工作\" source=\"info\"");
	assert_line(&got, "meta creator \"Wang\" source=\"xmp\"");
	assert_no(&got, "Li, Wang");
	assert_line(&got, "meta subject \"c\" source=\"info\"");
	assert_line(&got, "meta subject \"d\" source=\"info\"");
	assert_line(&got, "meta created \"2024-03-01T08:00:00+08:00\" "
		    "source=\"info\"");
	assert_line(&got, "meta conformance \"PDF/A-2b\" source=\"xmp\"");
	assert_line(&got, "meta format-version \"PDF 1.7\"");
	assert_line(&got, "meta pages \"1\"");
}

static void
metadata_may_not_define_entities(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "/Metadata 9 0 R");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "", "BT /F 12 Tf 50 600 Td (text) Tj ET");
	stream(m, 9, "", "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b "
	       "'&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>"
	       "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
	       "><rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'>"
	       "<dc:title>&b;&c;</dc:title></rdf:Description></rdf:RDF>");
	run(m, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_no(&got, "meta title");
	assert_string_equal(xj_buf_str(&got.text), "text\n");
}

static void
notes_fields_and_files_are_sent(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "/Names<</EmbeddedFiles<</Kids[8 0 R]>>>>");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	object(m, 8, "<</Names[(one)9 0 R]/Kids[8 0 R]>>");
	object(m, 9, "<</Type/Filespec/UF(one.txt)/EF<</F 10 0 R>>>>");
	stream(m, 10, "/Subtype/text#2Fplain/Params<</Size 5/ModDate"
	       "(D:19700101000010Z)>>", "bytes");
	object(m, 4, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots["
	       "<</Subtype/Text/Contents(A note)>>"
	       "<</Subtype/Link/Contents(no)>>"
	       "<</Subtype/Widget/FT/Tx/T(name)/V(Xu)>>"
	       "<</Subtype/Widget/FT/Tx/V(Li)/Rect[100 100 200 120]"
	       "/AP<</N 7 0 R>>>>"
	       "<</Subtype/FileAttachment/FS 9 0 R>>]>>");
	stream(m, 7, "/Subtype/Form/BBox[0 0 100 20]/Resources<</Font"
	       "<</F 3 0 R>>>>", "BT /F 12 Tf 2 5 Td (Li) Tj ET");
	run(m, &got);
	assert_line(&got, "note page 1 \"A note\"");
	assert_line(&got, "body page 1 \"Xu\"");
	assert_line(&got, "body page 1 box=10200,68210,11134,69859 \"Li\"");
	assert_int_equal(got.children, 1);
	if (!strstr(xj_buf_str(&got.dump), "child attachment \"one.txt\" "
		    "size=5 mtime=10 type=\"text/plain\""))
		fail_msg("%s", xj_buf_str(&got.dump));
	assert_no(&got, "\"no\"");
}

static void
a_missing_page_leaves_the_others(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 3/Kids[4 0 R 50 0 R 6 0 R]>>");
	page(m, 4, "", "BT /F 12 Tf 50 600 Td (one) Tj ET");
	page(m, 6, "", "BT /F 12 Tf 50 600 Td (three) Tj ET");
	run(m, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_string_equal(xj_buf_str(&got.text), "one\nthree\n");
	assert_line(&got, "warn \"page 2: the page is missing\"");
}

/* ------------------------------------------------------------------ hostile */

static void
two_billion_pages_are_not_believed(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 2147483647/Kids[4 0 R]>>");
	page(m, 4, "", "BT /F 12 Tf 50 600 Td (one) Tj ET");
	run(m, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.result.pages, 1);
}

static void
empty_pages_do_not_go_on_for_ever(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	begin_object(m, 2);
	xj_buf_addf(&m->buf, "<</Type/Pages/Kids[");
	for (int i = 0; i < 20000; i++)
		xj_buf_addf(&m->buf, "4 0 R ");
	xj_buf_addf(&m->buf, "]>>\nendobj\n");
	page(m, 4, "", "");
	run(m, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_int_equal(got.result.pages, 1000);
}

static void
a_deep_page_tree_is_cut(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Kids[4 0 R 10 0 R 2 0 R]>>");
	page(m, 4, "", "BT /F 12 Tf 50 600 Td (one) Tj ET");
	for (int i = 10; i < 15000; i++)
		object(m, i, "<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]>>",
		       i == 10 ? 2 : i - 1, i + 1);
	run(m, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_string_equal(xj_buf_str(&got.text), "one\n");
}

/* Each node has the next one twice: 2^40 leaves. */
static void
a_page_tree_of_twins_ends(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Kids[4 0 R 10 0 R]>>");
	page(m, 4, "", "BT /F 12 Tf 50 600 Td (one) Tj ET");
	for (int i = 10; i < 50; i++)
		object(m, i, "<</Type/Pages/Kids[%d 0 R %d 0 R]>>", i + 1,
		       i + 1);
	object(m, 50, "<</Type/Pages/Kids[]>>");
	run(m, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_string_equal(xj_buf_str(&got.text), "one\n");
}

static void
deep_and_looping_contents_are_cut(void **state)
{
	struct maker *m = begin();
	GOT(got);
	char line[32];

	(void)state;
	catalogue(m, "/Outlines<</First 10 0 R>>");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "", "BT /F 12 Tf 50 600 Td (one) Tj ET");
	for (int i = 10; i < 15000; i++)
		object(m, i, "<</Title(T%d)/First %d 0 R/Next %d 0 R>>", i,
		       i + 1, i);
	run(m, &got);
	assert_outcome(&got, XJ_OUT_OK);
	snprintf(line, sizeof(line), "outline 32 \"T%d\"", 41);
	assert_line(&got, line);
	assert_no(&got, "\"T42\"");
}

static void
forms_in_a_circle_end(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "/XObject<</A 7 0 R>>", "/A Do BT /F 12 Tf 50 600 Td (one) "
	     "Tj ET");
	stream(m, 7, "/Subtype/Form/Resources<</XObject<</B 8 0 R>>>>",
	       "/B Do");
	stream(m, 8, "/Subtype/Form/Resources<</XObject<</A 7 0 R/B 8 0 R>>>>",
	       "/A Do /B Do");
	run(m, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(xj_buf_str(&got.text), "one\n");
}

/* Twenty-five forms, each of which draws the next one twice. */
static void
forms_that_double_are_cut(void **state)
{
	struct maker *m = begin();
	GOT(got);
	char dict[128];

	(void)state;
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "/XObject<</A 10 0 R>>", "/A Do");
	for (int i = 10; i < 35; i++) {
		snprintf(dict, sizeof(dict), "/Subtype/Form/Resources<</Font<<"
			 "/F 3 0 R>>/XObject<</A %d 0 R>>>>", i + 1);
		stream(m, i, dict, i < 34 ? "/A Do /A Do"
		       : "BT /F 12 Tf 50 600 Td (x) Tj ET");
	}
	run(m, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_true(got.result.cpu_us < 5000000);
}

static void
what_is_not_pdf_is_corrupt(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.pdf", "%PDF-1.4\nand nothing else", &got);
	assert_outcome(&got, XJ_OUT_CORRUPT);
}

static void
a_preface_does_not_hide_a_document(void **state)
{
	struct maker *m = begin();
	GOT(got);

	(void)state;
	m->buf.len = 0;
	xj_buf_addf(&m->buf, "HTTP/1.1 200 OK\r\n\r\n%%PDF-1.4\n");
	catalogue(m, "");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "", "BT /F 12 Tf 50 600 Td (one) Tj ET");
	run(m, &got);
	assert_string_equal(xj_buf_str(&got.text), "one\n");
}

static void
damage_is_survived(void **state)
{
	struct maker *m = begin();

	(void)state;
	catalogue(m, "/Outlines<</First 10 0 R>>/PageLabels<</Nums[0<</S/r>>]>>"
		  "/Metadata 11 0 R/Names<</EmbeddedFiles<</Names[(a)12 0 R]>>"
		  ">>");
	object(m, 2, "<</Type/Pages/Count 1/Kids[4 0 R]>>");
	page(m, 4, "/XObject<</A 7 0 R>>", "/A Do BT /F 12 Tf 1 0 0 1 50 600 "
	     "Tm [(a)-20(b) 5 (c)] TJ T* <616263> ' ET BI /W 1 /H 1 ID x EI");
	stream(m, 7, "/Subtype/Form/Matrix[1 0 0 1 0 0]/Resources<</Font<<"
	       "/G 8 0 R>>>>", "BT /G 12 Tf <00010002> Tj ET");
	object(m, 8, "<</Subtype/Type0/Encoding/UniGB-UCS2-H/DescendantFonts["
	       "<</Subtype/CIDFontType0/CIDSystemInfo<</Registry(Adobe)"
	       "/Ordering(GB1)>>/W[1[500 600]3 9 700]/DW 900>>]>>");
	object(m, 10, "<</Title(T)/Dest[4 0 R/Fit]>>");
	stream(m, 11, "", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/"
	       "22-rdf-syntax-ns#'><rdf:Description/></rdf:RDF>");
	object(m, 12, "<</F(a)/EF<</F 13 0 R>>>>");
	stream(m, 13, "", "bytes");
	end(m);
	assert_survives_damage("a.pdf", m->buf.data, m->buf.len, 300);
	xj_buf_release(&m->buf);
	test_free(m);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(lines_become_paragraphs),
	cmocka_unit_test(a_block_says_where_it_stands),
	cmocka_unit_test(a_word_broken_at_the_line_is_whole),
	cmocka_unit_test(distance_makes_words),
	cmocka_unit_test(what_is_drawn_twice_is_said_once),
	cmocka_unit_test(lines_far_apart_become_paragraphs),
	cmocka_unit_test(a_missing_font_does_not_cut_words),
	cmocka_unit_test(pictures_are_not_loaded),
	cmocka_unit_test(a_heading_drawn_last_stands_first),
	cmocka_unit_test(cells_of_a_row_have_tabs_between),
	cmocka_unit_test(operators_may_be_wrong),
	cmocka_unit_test(pictures_are_measured),
	cmocka_unit_test(unseen_text_over_a_picture_was_read_from_it),
	cmocka_unit_test(running_heads_are_told_apart),
	cmocka_unit_test(contents_name_headings),
	cmocka_unit_test(both_kinds_of_metadata_are_told),
	cmocka_unit_test(metadata_may_not_define_entities),
	cmocka_unit_test(notes_fields_and_files_are_sent),
	cmocka_unit_test(a_missing_page_leaves_the_others),
	cmocka_unit_test(two_billion_pages_are_not_believed),
	cmocka_unit_test(empty_pages_do_not_go_on_for_ever),
	cmocka_unit_test(a_deep_page_tree_is_cut),
	cmocka_unit_test(a_page_tree_of_twins_ends),
	cmocka_unit_test(deep_and_looping_contents_are_cut),
	cmocka_unit_test(forms_in_a_circle_end),
	cmocka_unit_test(forms_that_double_are_cut),
	cmocka_unit_test(what_is_not_pdf_is_corrupt),
	cmocka_unit_test(a_preface_does_not_hide_a_document),
	cmocka_unit_test(damage_is_survived),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
