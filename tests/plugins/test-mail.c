/* test-mail.c - the importer of e-mail. */

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

/* "关于" in GB18030, and in words; "通知" in Big5 as 8-bit text. */
static const char gbk[] =
	"From: \"\xB9\xD8\xD3\xDA\" <a@example.org>\r\n"
	"To: =?big5?B?s3Gqvg==?= <b@example.org>, c@example.org (\xB9\xD8)\r\n"
	"Subject: =?gb2312?B?udg=?=\r\n =?gb2312?Q?=D3=DA?= x\r\n"
	"Date: Fri, 1 Mar 2024 08:00:00 +0800\r\n"
	"Content-Type: text/plain; charset=gb2312\r\n"
	"Content-Transfer-Encoding: 8bit\r\n\r\n"
	"\xB9\xD8\xD3\xDA\r\n\xB9\xD8\r\n\r\n\xD3\xDA\r\n";

static const char mixed[] =
	"From a@example.org Fri Mar  1 08:00:00 2024\n"
	"From: a@example.org\nTo: list: b@example.org, c@example.org;\n"
	"Message-ID: <1@example.org>\nIn-Reply-To: <0@example.org>\n"
	"MIME-Version: 1.0\n"
	"Content-Type: multipart/mixed; boundary=\"a?b\"\n\n"
	"--a?b\nContent-Type: multipart/alternative; boundary=in\n\n"
	"--in\nContent-Type: text/plain; charset=utf-8\n\nplain 正文\n"
	"--in\nContent-Type: text/html\n\n<p>secret\n--in--\n"
	"--a?b\nContent-Type: application/octet-stream\n"
	"Content-Disposition: attachment;\n filename*0*=gb18030''%BD%B2;\n"
	" filename*1*=%D2%E5; filename*2=\".txt\"\n"
	"Content-Transfer-Encoding: base64\n\nYSpiP2M=\n"
	"--a?b\nContent-Type: message/rfc822\n\n"
	"Subject: =?utf-8?Q?=E5=86=85?=\nFrom: d@example.org\n\ninner?\n"
	"--a?b--\n";

static void
headers_and_text_in_chinese_encodings_are_read(void **state)
{
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.eml", gbk, sizeof(gbk) - 1, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta title \"关于 x\" source=\"header\"");
	assert_line(&got, "meta creator \"关于 <a@example.org>\" "
			  "source=\"header\"");
	assert_line(&got, "meta contributor \"通知 <b@example.org>\" "
			  "source=\"header\"");
	assert_line(&got, "meta contributor \"关 <c@example.org>\" "
			  "source=\"header\"");
	assert_line(&got, "meta date \"2024-03-01T08:00:00+08:00\"");
	assert_string_equal(xj_buf_str(&got.text), "关于\n关\n于\n");
	assert_int_equal(got.blocks, 2);
}

static void
parts_are_text_or_children(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.eml", mixed, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta contributor \"b@example.org\" "
			  "source=\"header\"");
	assert_line(&got, "meta contributor \"c@example.org\" "
			  "source=\"header\"");
	assert_line(&got, "meta identifier \"1@example.org\" "
			  "source=\"header\"");
	assert_line(&got, "meta relation \"0@example.org\" source=\"header\"");
	assert_string_equal(xj_buf_str(&got.text), "plain 正文\n");
	assert_has(&got, "child attachment \"讲义.txt\" size=5 ");
	assert_has(&got, "child attachment \"内.eml\" size=58 ");
	assert_no(&got, "html");
	assert_int_equal(got.children, 2);
}

static void
contained_messages_are_imported_in_their_turn(void **state)
{
	const struct host_options deep = { .depth = 3 };
	GOT(got);

	(void)state;
	sample_import_as(&deep, "a.eml", mixed, sizeof(mixed) - 1, &got);
	assert_line(&got, "    meta title \"内\" source=\"header\"");
	assert_line(&got, "    body \"inner?\"");
	assert_has(&got, "\"a*b?c\""); /* bytes are never masked */
}

static void
html_alone_is_a_child(void **state)
{
	const struct host_options deep = { .depth = 3 };
	static const char mail[] =
		"Subject: x\nFrom: a@b\nMIME-Version: 1.0\n"
		"Content-Type: text/html; charset=gbk\n\n<p>\xB9\xD8\xD3\xDA";
	GOT(got);

	(void)state;
	sample_import_as(&deep, "a.eml", mail, sizeof(mail) - 1, &got);
	assert_has(&got, "child attachment \"body.html\"");
	assert_has(&got, "type=\"text/html; charset=gbk\"");
	assert_has(&got, "\"关于\"");
}

static void
a_mailbox_gives_a_child_for_each_message(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.mbox", "From a Fri Mar  1 08:00:00 2024\n"
		"Subject: =?utf-8?B?5LiA?=\nFrom: a@b\n\ntext\n\n"
		"From the start it was text.\n\n"
		"From b Fri Mar  1 08:00:00 2024\nFrom: a@b\nSubject: a/b\n\n"
		"x\n", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_has(&got, "child attachment \"0001 一.eml\"");
	assert_has(&got, "child attachment \"0002 a_b.eml\"");
	assert_int_equal(got.children, 2);
}

static void
character_sets_nobody_knows_do_no_harm(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.eml", "From: =?ibm273?B?wcI=?= <a@b>\n"
		"Subject: =?x-nosuch?Q?a=20b?= =?ebcdic-us?Q?=C1?=\n"
		"Content-Description: =?iso-8859-7?Q?=C1?=\n"
		"Content-Type: text/plain; charset=ibm1390; "
		"name*=ibm1399''%C1\n\nplain\n", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_has(&got, "meta title \"a b");
	assert_int_equal(got.blocks, 1);
}

static void
encrypted_mail_says_so(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.eml", "From: a@b\nSubject: x\nMIME-Version: 1.0\n"
		"Content-Type: multipart/encrypted; boundary=b; "
		"protocol=\"application/pgp-encrypted\"\n\n--b\n"
		"Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
		"Content-Type: application/octet-stream\n\nx\n--b--\n", &got);
	assert_outcome(&got, XJ_OUT_ENCRYPTED);
	assert_has(&got, "meta title \"x\"");
}

static void
two_thousand_levels_end_within_limits(void **state)
{
	const struct host_options deep = { .depth = 20 };
	static const char *const types[] = { "multipart/mixed",
					     "message/rfc822" };

	(void)state;
	for (size_t t = 0; t < XJ_COUNT(types); t++) {
		xj_auto(xj_buf_release) struct xj_buf mail = XJ_BUF_INIT;
		GOT(got);

		xj_buf_adds(&mail, "From: a@b\nMIME-Version: 1.0\n");
		for (int i = 0; i < 2000; i++) {
			xj_buf_addf(&mail, "Content-Type: multipart/mixed; "
				    "boundary=b%d\n\n--b%d\n", i, i);
			if (t == 1)
				xj_buf_addf(&mail, "Content-Type: %s\n\n",
					    types[t]);
		}
		xj_buf_adds(&mail, "Content-Type: text/plain\n\ndeep\n");
		sample_import_as(&deep, "a.eml", mail.data, mail.len, &got);
		assert_true(got.result.outcome == XJ_OUT_OK ||
			    got.result.outcome == XJ_OUT_PARTIAL ||
			    got.result.outcome == XJ_OUT_LIMIT);
		assert_true(got.result.cpu_us < 20000000);
	}
}

static void
a_large_attachment_takes_little_memory(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf mail = XJ_BUF_INIT;
	GOT(got);

	(void)state;
	xj_buf_adds(&mail, "From: a@b\nMIME-Version: 1.0\nContent-Type: "
		"multipart/mixed; boundary=b\n\n--b\n"
		"Content-Disposition: attachment; filename=a.bin\n"
		"Content-Transfer-Encoding: base64\n\n");
	for (int i = 0; i < 500000; i++)
		xj_buf_adds(&mail, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	xj_buf_adds(&mail, "--b--\n");
	sample_import_as(NULL, "a.eml", mail.data, mail.len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_has(&got, "\"a.bin\" size=15000000 ");
#ifndef XJ_SANITIZED
	assert_true(got.result.memory < (uint64_t)32 << 20);
#endif
}

static void
damage_comes_to_an_outcome(void **state)
{
	(void)state;
	assert_survives_damage("a.eml", gbk, sizeof(gbk) - 1, 60);
	assert_survives_damage("a.eml", mixed, sizeof(mixed) - 1, 100);
	assert_survives_damage("a.mbox", mixed, sizeof(mixed) - 1, 60);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(headers_and_text_in_chinese_encodings_are_read),
	cmocka_unit_test(parts_are_text_or_children),
	cmocka_unit_test(contained_messages_are_imported_in_their_turn),
	cmocka_unit_test(html_alone_is_a_child),
	cmocka_unit_test(a_mailbox_gives_a_child_for_each_message),
	cmocka_unit_test(character_sets_nobody_knows_do_no_harm),
	cmocka_unit_test(encrypted_mail_says_so),
	cmocka_unit_test(two_thousand_levels_end_within_limits),
	cmocka_unit_test(a_large_attachment_takes_little_memory),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
