/* test-catalog-texts.c - stored text. */
#include "catalog-fixture.h"
#include "tap.h"

static void
put(struct fixture *f, uint64_t id, unsigned number, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;

	must(xj_texts_pack(text, strlen(text), &packed, &f->err), &f->err);
	must(xj_texts_put(f->texts, id, number, packed.data, packed.len,
			  &f->err), &f->err);
}

static int
add_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	  struct xj_error *err)
{
	struct xj_buf *out = ctx;

	(void)err;
	xj_buf_addf(out, "%u:", number);
	xj_buf_add(out, bytes, len);
	xj_buf_addc(out, ' ');
	return 0;
}

static void
assert_text(struct fixture *f, uint64_t id, const char *want)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;

	must(xj_texts_each(f->texts, id, add_chunk, &got, &f->err), &f->err);
	assert_string_equal(xj_buf_str(&got), want);
}

static void
chunks_come_back_as_they_were(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf chunk = XJ_BUF_INIT;

	(void)state;
	put(&f, 5, 1, "二");
	put(&f, 5, 0, "一");
	put(&f, 6, 0, "other");
	assert_text(&f, 5, "0:一 1:二 ");
	must(xj_texts_get(f.texts, 5, 1, &chunk, &f.err), &f.err);
	assert_string_equal(chunk.data, "二");
	assert_int_equal(xj_texts_get(f.texts, 5, 2, &chunk, NULL),
			 XJ_ENOTFOUND);
	assert_int_equal(xj_texts_get(f.texts, 5, 1u << 20, &chunk, NULL),
			 XJ_ENOTFOUND);
	put(&f, 5, 1, "三");
	assert_text(&f, 5, "0:一 1:三 ");
	assert_text(&f, 7, "");
}

static void
dropping_a_document_leaves_its_neighbours(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	for (uint64_t id = 4; id <= 6; id++) {
		put(&f, id, 0, "a");
		put(&f, id, (1u << 20) - 1, "z");
	}
	must(xj_texts_drop(f.texts, 5, &f.err), &f.err);
	assert_text(&f, 4, "0:a 1048575:z ");
	assert_text(&f, 5, "");
	assert_text(&f, 6, "0:a 1048575:z ");
	assert_int_equal(xj_texts_put(f.texts, 5, 1u << 20, "x", 1, NULL),
			 XJ_ELIMIT);
}

static void
a_rolled_back_text_was_never_there(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	put(&f, 1, 0, "a");
	must(xj_texts_begin(f.texts, &f.err), &f.err);
	put(&f, 1, 0, "b");
	put(&f, 2, 0, "c");
	xj_texts_rollback(f.texts);
	assert_text(&f, 1, "0:a ");
	assert_text(&f, 2, "");
	must(xj_texts_begin(f.texts, &f.err), &f.err);
	put(&f, 2, 0, "c");
	must(xj_texts_commit(f.texts, &f.err), &f.err);
	assert_text(&f, 2, "0:c ");
}

static void
chunks_of_any_length_are_packed(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	static char bytes[300000];
	static const size_t sizes[] = { 0, 1, 100, 32768, 33000, 300000 };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * i >> 7);
	for (unsigned i = 0; i < XJ_COUNT(sizes); i++) {
		must(xj_texts_pack(bytes, sizes[i], &packed, &f.err), &f.err);
		must(xj_texts_put(f.texts, 1, i, packed.data, packed.len,
				  &f.err), &f.err);
		must(xj_texts_get(f.texts, 1, i, &got, &f.err), &f.err);
		assert_int_equal(got.len, sizes[i]);
		assert_memory_equal(got.data, bytes, sizes[i]);
	}
	assert_int_equal(xj_texts_pack(bytes, (64u << 20) + 1, &packed, NULL),
			 XJ_ELIMIT);
}

static void
a_packed_chunk_with_a_flipped_bit_is_damage(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	const char *text = "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？";
	size_t refused = 0;

	(void)state;
	must(xj_texts_pack(text, strlen(text), &packed, &f.err), &f.err);
	for (size_t i = 0; i < packed.len * 8; i++) {
		int r;

		packed.data[i / 8] ^= (char)(1 << i % 8);
		must(xj_texts_put(f.texts, 1, 0, packed.data, packed.len,
				  &f.err), &f.err);
		r = xj_texts_get(f.texts, 1, 0, &got, &f.err);
		packed.data[i / 8] ^= (char)(1 << i % 8);
		if (r == XJ_OK) /* bits that zstd does not use */
			assert_string_equal(got.data, text);
		else
			assert_int_equal(r, XJ_ECORRUPT);
		refused += r != XJ_OK;
	}
	assert_true(refused > packed.len * 7);
	for (size_t n = 0; n < packed.len; n++) {
		must(xj_texts_put(f.texts, 1, 0, packed.data, n, &f.err),
		     &f.err);
		assert_int_equal(xj_texts_get(f.texts, 1, 0, &got, &f.err),
				 XJ_ECORRUPT);
	}
	assert_non_null(strstr(f.err.message, "document 1"));
}

static int
stop(void *ctx, unsigned number, const void *bytes, size_t len,
     struct xj_error *err)
{
	(void)bytes;
	(void)len;
	++*(int *)ctx;
	return number == 1 ? xj_error_set(err, XJ_ECANCELLED, "enough") : 0;
}

static void
a_reader_may_stop(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	int seen = 0;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		put(&f, 1, i, "x");
	assert_int_equal(xj_texts_each(f.texts, 1, stop, &seen, &f.err),
			 XJ_ECANCELLED);
	assert_int_equal(seen, 2);
	assert_string_equal(f.err.message, "enough");
}

static void
the_size_on_disk_is_told(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t before, after;
	char line[32];

	(void)state;
	must(xj_texts_bytes(f.texts, &before, &f.err), &f.err);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(line, sizeof(line), "%u", i);
		put(&f, i + 1, 0, line);
	}
	must(xj_texts_bytes(f.texts, &after, &f.err), &f.err);
	assert_true(after > before + 10000);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(chunks_come_back_as_they_were),
	cmocka_unit_test(dropping_a_document_leaves_its_neighbours),
	cmocka_unit_test(a_rolled_back_text_was_never_there),
	cmocka_unit_test(chunks_of_any_length_are_packed),
	cmocka_unit_test(a_packed_chunk_with_a_flipped_bit_is_damage),
	cmocka_unit_test(a_reader_may_stop),
	cmocka_unit_test(the_size_on_disk_is_told),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
