/* test-odf.c - OpenDocument files made part by part. */
#include "host.h"
#include "sample.h"
#include "zip-sample.h"
#include "lock-sample.h"
#include "odf-lock-sample.h"

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

/* ------------------------------------------------------ encrypted documents */

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT
#define META "<office:document-meta" SPACES "><office:meta><dc:title>题名"    \
	"</dc:title></office:meta></office:document-meta>"

static const struct zip_part short_parts[] = {
	{ "mimetype", ODT }, { "meta.xml", META },
	{ "content.xml", TEXT("<text:p>机要</text:p>") }, { 0 }
};

/* The middle of a text that does not deflate to nothing. */
static char *
long_text(size_t paragraphs)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	uint32_t seed = 1;
	char *copy;

	for (size_t i = 0; i < paragraphs; i++) {
		seed = seed * 1103515245 + 12345;
		xj_buf_addf(&text, "<text:p>机要 %x</text:p>", seed);
	}
	copy = test_malloc(text.len + 1);
	memcpy(copy, xj_buf_str(&text), text.len + 1);
	return copy;
}

static void
import_locked(const struct odf_lock_how *how, const struct zip_part *parts,
	      const char *password, struct host_result *got)
{
	xj_auto(free_bytes) struct bytes doc = odf_lock_sample(how, parts);

	sample_import_as(&(struct host_options){ .password = password },
			 "a.odt", doc.data, doc.len, got);
}

static void
import_long(const struct odf_lock_how *how, struct host_result *got)
{
	struct zip_part parts[] = {
		{ "mimetype", ODT }, { "meta.xml", META },
		{ "content.xml", NULL },
		{ "Object 1/content.xml", TEXT("<text:p>内嵌</text:p>") }, { 0 }
	};
	char *text = long_text(3000);
	size_t len;
	char *all = repeated("<office:document-content" SPACES "><office:body>"
			     "<office:text>", text, 1, "<text:p>末段</text:p>"
			     "</office:text></office:body>"
			     "</office:document-content>", &len);

	parts[2].text = all;
	import_locked(how, parts, "口令 right", got);
	test_free(all);
	test_free(text);
}

static void
a_password_opens_what_every_cipher_locked(void **state)
{
	(void)state;
	for (int blowfish = 0; blowfish < 2; blowfish++) {
		GOT(got);

		import_long(&(struct odf_lock_how){ .password = "口令 right",
						    .blowfish = blowfish },
			    &got);
		assert_outcome(&got, XJ_OUT_OK);
		assert_int_equal(got.blocks, 3002);
		assert_line(&got, "meta title \"题名\" source=\"meta\"");
		assert_line(&got, "body \"末段\"");
		assert_line(&got, "body \"内嵌\"");
	}
}

static void
without_the_password_nothing_is_read(void **state)
{
	(void)state;
	for (int blowfish = 0; blowfish < 2; blowfish++) {
		const struct odf_lock_how how = { .password = "right",
						  .blowfish = blowfish };
		GOT(none);
		GOT(wrong);
		GOT(right);

		import_locked(&how, short_parts, NULL, &none);
		assert_outcome(&none, XJ_OUT_ENCRYPTED);
		assert_non_null(strstr(none.result.reason, "a password"));
		import_locked(&how, short_parts, "Right", &wrong);
		assert_outcome(&wrong, XJ_OUT_ENCRYPTED);
		assert_string_equal(wrong.result.reason,
				    "the password is wrong");
		assert_false(none.result.keyless || wrong.result.keyless);
		assert_no(&none, "题名");
		assert_no(&wrong, "题名");
		import_locked(&how, short_parts, "right", &right);
		assert_outcome(&right, XJ_OUT_OK);
		assert_line(&right, "body \"机要\"");
	}
}

static void
assert_keyless(const struct host_result *got)
{
	assert_outcome(got, XJ_OUT_ENCRYPTED);
	assert_true(got->result.keyless);
}

static void
what_no_password_opens_says_so(void **state)
{
	static const char *const words[][2] = {
		{ "2001/04/xmlenc#aes256-cbc", "2009/xmlenc11#aes256-gcm" },
		{ "\"PBKDF2\"", "\"PGP\"" }, { "xmldsig#sha256", "#sha3" },
		{ "#sha256-1k", "#md5" }, { "<m:key-derivation", "<m:key" },
	};
	static const struct zip_part whole[] = {
		{ "mimetype", ODT }, { "encrypted-package", "\x8f\x13" }, { 0 }
	};
	GOT(package);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(words); i++) {
		GOT(got);

		import_locked(&(struct odf_lock_how){ .password = "right",
			.word = words[i][0], .lie = words[i][1] }, short_parts,
			"right", &got);
		assert_keyless(&got);
	}
	zip_import("a.odt", whole, &package);
	assert_keyless(&package);
}

static void
numbers_of_the_encryption_that_lie_come_to_an_outcome(void **state)
{
	static const struct {
		const char *word, *lie;
		enum xj_import_outcome outcome;
	} lies[] = {
		{ "=\"1000\"", "=\"2147483647\"", XJ_OUT_LIMIT },
		{ "=\"1000\"", "=\"99999999999999999999\"", XJ_OUT_LIMIT },
		{ "=\"1000\"", "=\"-5\"", XJ_OUT_CORRUPT },
		{ "=\"1000\"", "=\"0\"", XJ_OUT_CORRUPT },
		{ "=\"1000\"", "=\"many\"", XJ_OUT_CORRUPT },
		{ "2\" m:iter", "000000\" m:iter", XJ_OUT_CORRUPT },
		{ "2\" m:iter", "\" m:iter", XJ_OUT_CORRUPT },
		{ "m:salt=\"", "m:salt=\"!", XJ_OUT_CORRUPT },
		{ "m:salt=\"", "a=\"", XJ_OUT_CORRUPT },
		{ "m:initialisation-vector=\"", "m:initialisation-vector=\"AA=",
		  XJ_OUT_CORRUPT },
		{ "m:checksum=\"", "b=\"", XJ_OUT_CORRUPT },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(lies); i++) {
		GOT(got);

		import_locked(&(struct odf_lock_how){ .password = "right",
			.word = lies[i].word, .lie = lies[i].lie }, short_parts,
			"right", &got);
		if (got.result.outcome != lies[i].outcome)
			fail_msg("%s: %s: %s", lies[i].lie,
				 xj_import_outcome_name(got.result.outcome),
				 got.result.reason);
	}
}

/* What was read before the damage is kept. */
static void
an_encrypted_part_that_is_cut_or_damaged_is_read_up_to_there(void **state)
{
	(void)state;
	for (int blowfish = 0; blowfish < 2; blowfish++) {
		struct odf_lock_how how = { .password = "口令 right",
					    .blowfish = blowfish,
					    .cut = 9001 };
		GOT(cut);
		GOT(flipped);

		import_long(&how, &cut);
		assert_outcome(&cut, XJ_OUT_PARTIAL);
		assert_has(&cut, "content.xml: it is cut off");
		assert_true(cut.blocks > 500 && cut.blocks < 3000);
		how.cut = 0;
		how.flip = 9001;
		import_long(&how, &flipped);
		assert_int_not_equal(flipped.result.outcome, XJ_OUT_OK);
		assert_true(flipped.blocks > 500);
	}
}

static void
damage_of_what_is_encrypted_never_crashes_it(void **state)
{
	xj_auto(free_bytes) struct bytes doc = odf_lock_sample(
		&(struct odf_lock_how){ .password = "right", .rounds = 1 },
		short_parts);
	const struct host_options options = { .password = "right" };

	(void)state;
	for (size_t at = 0; at < doc.len; at += 17) {
		GOT(flipped);
		GOT(cut);

		doc.data[at] ^= (char)(1 << at % 8);
		sample_import_as(&options, "a.odt", doc.data, doc.len,
				 &flipped);
		doc.data[at] ^= (char)(1 << at % 8);
		sample_import_as(&options, "a.odt", doc.data, at, &cut);
		if (flipped.result.outcome == XJ_OUT_CRASHED ||
		    cut.result.outcome == XJ_OUT_CRASHED)
			fail_msg("at %zu: %s, %s", at, flipped.result.reason,
				 cut.result.reason);
	}
}

/* ------------------------------------------------------------------ damage */

/* The name of a part as if it were UTF-8, and half a surrogate at its end. */
static void
spoil_name(struct bytes *zip, const char *name)
{
	char *end = zip->data + zip->len, *p = zip->data;
	size_t len = strlen(name);

	while ((p = memmem(p, (size_t)(end - p), name, len)) != NULL) {
		p[memcmp(p - 30, "PK\3\4", 4) ? 9 - 46 : 7 - 30] |= 8;
		memcpy(p + len - 3, "\xED\xA0\x80", 3);
		p += len;
	}
}

static void
a_part_whose_name_is_not_utf_8_is_sent_all_the_same(void **state)
{
	static const struct zip_part parts[] = {
		{ "mimetype", "application/vnd.oasis.opendocument.text" },
		{ "content.xml", TEXT("<text:p>x</text:p>") },
		{ "Object 9???", "bytes" }, { 0 }
	};
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, true);
	GOT(got);

	(void)state;
	spoil_name(&zip, "Object 9???");
	sample_import_as(NULL, "a.odt", zip.data, zip.len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_has(&got, "child attachment \"Object 9\uFFFD\uFFFD\uFFFD\" "
		   "size=5");
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
			      "<office:text><text:p>前</text:p><text:p>间",
			      "<text:section>", 100000, "", &len);

	(void)state;
	odf("a.odt", ODT, text, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_line(&got, "body \"前\"");
	assert_line(&got, "body \"间\"");
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
		cmocka_unit_test(a_password_opens_what_every_cipher_locked),
		cmocka_unit_test(without_the_password_nothing_is_read),
		cmocka_unit_test(what_no_password_opens_says_so),
		cmocka_unit_test(
			numbers_of_the_encryption_that_lie_come_to_an_outcome),
		cmocka_unit_test(
			an_encrypted_part_that_is_cut_or_damaged_is_read_up_to_there),
		cmocka_unit_test(damage_of_what_is_encrypted_never_crashes_it),
		cmocka_unit_test(a_part_whose_name_is_not_utf_8_is_sent_all_the_same),
	cmocka_unit_test(a_doctype_is_refused),
		cmocka_unit_test(very_deep_xml_ends_with_the_text_before_it),
		cmocka_unit_test(damage_never_crashes_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
