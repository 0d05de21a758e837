/* test-subtitle.c - the importer of subtitles and lyrics. */

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

static const char srt[] =
	"1\r\n00:00:01,000 --> 00:00:03,700\r\n<i>第一</i>行\r\n{\\an8}a < b\r\n"
	"\r\n2\r\n00:01:04,5 --> 01:00:05,000 X1:1\r\n第二\r\n\r\n又一段\r\n"
	"3\r\n02:00:00,000 --> 02:00:01,000\r\n<font color=\"red\">三</font>\r\n";

static const char ass[] =
	"[Script Info]\nTitle: 课程\n[Events]\n"
	"Format: Layer, Start, End, Style, Text\n"
	"Comment: 0,0:00:00.00,0:00:01.00,D,no\n"
	"Dialogue: 0,0:00:01.00,0:00:03.70,D,{\\pos(1,2)}一, 二\\N三\\h四\n"
	"Dialogue: 0,0:00:04.00,0:00:05.00,D,{\\p1}m 0 0 l 1 1{\\p0}画\n";

static void
subrip_gives_a_block_for_each_cue(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.srt", srt, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(got.result.mime, "application/x-subrip");
	assert_line(&got, "body msec 1000 end=3700 \"第一行\\na < b\"");
	assert_line(&got, "body msec 64500 end=3605000 \"第二\\n\\n又一段\"");
	assert_line(&got, "body msec 7200000 end=7201000 \"三\"");
	assert_int_equal(got.blocks, 3);
}

static void
webvtt_leaves_out_notes_names_and_styles(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.txt", "WEBVTT - title\n\nSTYLE\n::cue { color: red }\n\n"
		"NOTE\n注\n\nid\n00:01.000 --> 00:02.000 align:left\n"
		"<v 教师>你<c.x>好</c> &lt;&#20013;&amp;</v>\n\n"
		"00:03.000 --> 00:04.000\n- a\n- b\n", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(got.result.mime, "text/vtt");
	assert_string_equal(xj_buf_str(&got.text), "你好 <中&\n- a\n- b\n");
	assert_has(&got, "msec 1000 end=2000");
}

static void
substation_alpha_reads_the_columns_it_names(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.ass", ass, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta title \"课程\"");
	assert_line(&got, "body msec 1000 end=3700 \"一, 二\\n三 四\"");
	assert_line(&got, "body msec 4000 end=5000 \"画\"");
	assert_int_equal(got.blocks, 2);
}

static void
lyrics_are_sorted_and_last_until_the_next(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.lrc", "[ti:歌]\n[ar:人]\n[offset:500]\n"
		"[00:01.00][00:05.50]副歌\n[00:03.00]<00:03.00>主<00:03.50>歌\n",
		&got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta title \"歌\"");
	assert_line(&got, "meta creator \"人\"");
	assert_string_equal(xj_buf_str(&got.text), "副歌\n主歌\n副歌\n");
	assert_line(&got, "body msec 500 end=2500 \"副歌\"");
	assert_line(&got, "body msec 2500 end=5000 \"主歌\"");
	assert_line(&got, "body msec 5000 \"副歌\"");
}

static void
text_that_only_bears_the_name_is_text(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.srt", "字幕组招人\n", &got);
	assert_string_equal(got.result.importer, "text");
}

static void
a_long_cue_and_many_are_read(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf file = XJ_BUF_INIT;
	GOT(got);

	(void)state;
	xj_buf_adds(&file, "WEBVTT\n\n00:01.000 --> 00:02.000\n");
	for (int i = 0; i < 100000; i++)
		xj_buf_adds(&file, "汉字");
	for (int i = 0; i < 20000; i++)
		xj_buf_adds(&file, "\n\n00:03.000 --> 00:04.000\n字");
	sample_import_as(NULL, "a.vtt", file.data, file.len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_true(got.text.len > 600000 + 20000 * 4);
	assert_true(got.blocks > 20000);
}

static void
damage_comes_to_an_outcome(void **state)
{
	static const char lrc[] = "[ti:歌]\n[00:01.00][00:05.50]副歌\n[00:03]b";

	(void)state;
	assert_survives_damage("a.srt", srt, sizeof(srt) - 1, 40);
	assert_survives_damage("a.ass", ass, sizeof(ass) - 1, 40);
	assert_survives_damage("a.lrc", lrc, sizeof(lrc) - 1, 40);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(subrip_gives_a_block_for_each_cue),
	cmocka_unit_test(webvtt_leaves_out_notes_names_and_styles),
	cmocka_unit_test(substation_alpha_reads_the_columns_it_names),
	cmocka_unit_test(lyrics_are_sorted_and_last_until_the_next),
	cmocka_unit_test(text_that_only_bears_the_name_is_text),
	cmocka_unit_test(a_long_cue_and_many_are_read),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
