/* test-image.c - the importer of pictures. */

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

/* A directory of two entries and one below it, little end first; texts from
 * byte 56 on: "题目" in UTF-16, a date. */
#define TIFF                                                                   \
	"II*\0\x08\0\0\0"                                                      \
	"\x02\0"                                                               \
	"\x9B\x9C\x01\0\x06\0\0\0\x38\0\0\0"                                   \
	"\x69\x87\x04\0\x01\0\0\0\x26\0\0\0"                                   \
	"\0\0\0\0"                                                             \
	"\x01\0"                                                               \
	"\x03\x90\x02\0\x14\0\0\0\x3E\0\0\0"                                   \
	"\0\0\0\0"                                                             \
	"\x98\x98\xEE\x76\0\0"                                                 \
	"2024:03:01 08:00:00"

static const char jpeg[] =
	"\xFF\xD8\xFF\xE1\0\x5A" "Exif\0\0" TIFF "\0"
	"\xFF\xC0\0\x0B\x08\0\x20\0\x40\x01\x01\x11\0"
	"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0" "\xFF\xD9";

static const char png[] =
	"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x40\0\0\0\x20\x08\0\0\0\0crc!"
	"\0\0\0\x0CtEXtTitle\0\xCC\xE2\xC4\xBF" "ab" "crc!"
	"\0\0\0\x11iTXtAuthor\0\0\0\0\0张三" "" "crc!"
	"\0\0\0\0IENDcrc!";

static void
jpeg_gives_its_size_and_what_the_camera_wrote(void **state)
{
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.jpg", jpeg, sizeof(jpeg) - 1, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(got.result.mime, "image/jpeg");
	assert_line(&got, "meta title \"题目\" source=\"exif\"");
	assert_line(&got, "meta date \"2024-03-01\"");
	assert_line(&got, "meta width \"64\"");
	assert_line(&got, "meta height \"32\"");
}

static void
png_gives_its_size_and_texts(void **state)
{
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.bin", png, sizeof(png) - 1, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta title \"题目ab\" source=\"png\"");
	assert_line(&got, "meta creator \"张三\" source=\"png\"");
	assert_line(&got, "meta width \"64\"");
}

static void
tiff_gif_bmp_and_webp_are_known(void **state)
{
	static const char gif[] = "GIF89a\x40\0\x20\0;";
	static const char webp[] = "RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0"
				   "\0\0\0\0\x3F\0\0\x1F\0\0";
	static const char tiff[] = TIFF;
	static const struct {
		const char *name, *bytes;
		size_t len;
		const char *line;
	} files[] = {
		{ "a.gif", gif, sizeof(gif) - 1, "meta width \"64\"" },
		{ "a.webp", webp, sizeof(webp) - 1, "meta height \"32\"" },
		{ "a.tif", tiff, sizeof(tiff), "meta date \"2024-03-01\"" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(files); i++) {
		GOT(got);

		sample_import_as(NULL, files[i].name, files[i].bytes,
				 files[i].len, &got);
		assert_outcome(&got, XJ_OUT_OK);
		assert_line(&got, files[i].line);
	}
}

static void
a_name_alone_makes_no_picture(void **state)
{
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.jpg", "\1\2\3", 3, &got);
	assert_outcome(&got, XJ_OUT_CORRUPT);
}

static void
damage_comes_to_an_outcome(void **state)
{
	(void)state;
	assert_survives_damage("a.jpg", jpeg, sizeof(jpeg) - 1, 120);
	assert_survives_damage("a.png", png, sizeof(png) - 1, 80);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(jpeg_gives_its_size_and_what_the_camera_wrote),
	cmocka_unit_test(png_gives_its_size_and_texts),
	cmocka_unit_test(tiff_gif_bmp_and_webp_are_known),
	cmocka_unit_test(a_name_alone_makes_no_picture),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
