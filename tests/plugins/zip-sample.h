/*
 * zip-sample.h - zip files made on the spot, for tests of importers.
 *
 *	static const struct zip_part parts[] = { { "a.xml", "<a/>" }, { 0 } };
 *	xj_auto(free_bytes) struct bytes zip = zip_sample(parts);
 *
 * Include after sample.h; needs libzip.
 */
#ifndef XJ_TEST_ZIP_SAMPLE_H
#define XJ_TEST_ZIP_SAMPLE_H

#include <zip.h>

struct zip_part {
	const char *name, *text;
};

struct bytes {
	char *data;
	size_t len;
};

static inline void
free_bytes(struct bytes *b)
{
	test_free(b->data);
}

static inline void
zip_sample_add(zip_t *zip, const struct zip_part *p, size_t len, bool stored)
{
	zip_source_t *s = zip_source_buffer(zip, p->text, len, 0);
	zip_int64_t i;

	assert_non_null(s);
	i = zip_file_add(zip, p->name, s, ZIP_FL_ENC_UTF_8);
	assert_true(i >= 0);
	if (stored || !strcmp(p->name, "mimetype"))
		zip_set_file_compression(zip, (zip_uint64_t)i, ZIP_CM_STORE, 0);
	zip_file_set_dostime(zip, (zip_uint64_t)i, 0, 0x5861, 0);
}

/* Of parts that are not text: `lens` has their lengths. */
static inline struct bytes
zip_sample_of(const struct zip_part *parts, const size_t *lens, bool stored)
{
	zip_error_t error;
	zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_t *zip = zip_open_from_source(out, ZIP_TRUNCATE, &error);
	struct bytes b = { 0 };
	zip_stat_t st;

	assert_non_null(zip);
	zip_source_keep(out);
	for (size_t i = 0; parts[i].name; i++)
		zip_sample_add(zip, &parts[i], lens ? lens[i] :
			       strlen(parts[i].text), stored);
	assert_int_equal(zip_close(zip), 0);
	assert_int_equal(zip_source_open(out), 0);
	assert_int_equal(zip_source_stat(out, &st), 0);
	b.len = (size_t)st.size;
	b.data = test_malloc(b.len + 1);
	assert_int_equal(zip_source_read(out, b.data, b.len), (long long)b.len);
	zip_source_close(out);
	zip_source_free(out);
	return b;
}

/* Members are deflated unless `stored`; one called mimetype never is. */
static inline struct bytes
zip_sample(const struct zip_part *parts, bool stored)
{
	return zip_sample_of(parts, NULL, stored);
}

static inline void
zip_import(const char *name, const struct zip_part *parts,
	   struct host_result *got)
{
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, false);

	sample_import_as(NULL, name, zip.data, zip.len, got);
}

/* `before`, then `piece` again and again, then `after`; freed by test_free(). */
static inline char *
repeated(const char *before, const char *piece, size_t times,
	 const char *after, size_t *len)
{
	size_t a = strlen(before), b = strlen(piece), c = strlen(after);
	char *text = test_malloc(a + b * times + c + 1);

	memcpy(text, before, a);
	for (size_t i = 0; i < times; i++)
		memcpy(text + a + i * b, piece, b);
	memcpy(text + a + b * times, after, c + 1);
	*len = a + b * times + c;
	return text;
}

#endif
