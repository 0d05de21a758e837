/* test-media.c - the importer of recordings. */

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

/* One second of silence at 8 bits, 1,000 Hz, and a title in GBK: "题目索引". */
static size_t
make_wave(char out[2048])
{
	static const char head[] =
		"RIFF\x2C\x04\0\0WAVEfmt \x10\0\0\0\1\0\1\0\xE8\3\0\0\xE8\3\0\0"
		"\1\0\x08\0LIST\x14\0\0\0INFOINAM\x08\0\0\0"
		"\xCC\xE2\xC4\xBF\xCB\xF7\xD2\xFD" "data\xE8\3\0";

	memcpy(out, head, sizeof(head));
	memset(out + sizeof(head), 0x80, 1000);
	return sizeof(head) + 1000;
}

static void
a_recording_gives_its_tags_and_duration(void **state)
{
	char wave[2048];
	size_t len = make_wave(wave);
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.wav", wave, len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(got.result.mime, "audio/vnd.wave");
	assert_line(&got, "meta title \"题目索引\" source=\"tag\"");
	assert_line(&got, "meta duration \"1.000\"");
}

static void
what_is_none_is_corrupt(void **state)
{
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.mkv", "\x1A\x45\xDF\xA3zzzz", 8, &got);
	assert_outcome(&got, XJ_OUT_CORRUPT);
}

static void
a_playlist_opens_nothing(void **state)
{
	static const char *const lists[] = {
		"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n",
		"ffconcat version 1.0\nfile /etc/passwd\n",
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(lists); i++) {
		GOT(got);

		sample_import("a.mp4", lists[i], &got);
		assert_outcome(&got, XJ_OUT_CORRUPT);
	}
}

static void
damage_comes_to_an_outcome(void **state)
{
	char wave[2048];
	size_t len = make_wave(wave);

	(void)state;
	assert_survives_damage("a.wav", wave, len, 60);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_recording_gives_its_tags_and_duration),
	cmocka_unit_test(what_is_none_is_corrupt),
	cmocka_unit_test(a_playlist_opens_nothing),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
