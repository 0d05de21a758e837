/* test-text-chunk.c - the stored form: blocks, sections, damage. */
#include "test-text.h"

#include "failing.h"

/* "S" for a block that begins a section, "-" for one that does not. */
static void
assert_sections(const struct xj_block *blocks, size_t n, const char *expected)
{
	struct xj_text_chunk chunk;
	char got[64];

	make_chunk(blocks, n, &chunk);
	assert_true(chunk.count < sizeof(got));
	for (size_t i = 0; i < chunk.count; i++)
		got[i] = chunk.blocks[i].section ? 'S' : '-';
	got[chunk.count] = '\0';
	assert_string_equal(got, expected);
	xj_text_chunk_release(&chunk);
}

static void
blocks_come_back_as_they_were(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "标题", .role = XJ_HEADING, .level = 2,
		  .where = XJ_PAGE, .at = 7, .label = "vii" },
		{ .text = "正文\n两行", .where = XJ_PAGE, .at = 7,
		  .label = "vii" },
		{ .text = "续", .where = XJ_PAGE, .at = 7, .more = 1 },
		{ .text = "一\t二", .role = XJ_TABLE, .where = XJ_PAGE,
		  .at = 123456789012, .label = "" },
		{ .text = "x", .role = XJ_OCR, .where = XJ_MSEC, .at = 5 },
	};
	struct xj_text_chunk c;

	(void)state;
	make_chunk(blocks, 5, &c);
	assert_int_equal(c.count, 5);
	assert_false(c.continues);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(c.blocks[i].len, strlen(blocks[i].text));
		assert_memory_equal(c.blocks[i].text, blocks[i].text,
				    c.blocks[i].len);
		assert_int_equal(c.blocks[i].role, blocks[i].role);
		assert_int_equal(c.blocks[i].level, blocks[i].level);
		assert_int_equal(c.blocks[i].where, blocks[i].where);
		assert_int_equal(c.blocks[i].more, blocks[i].more);
		assert_true(c.blocks[i].at == blocks[i].at);
		assert_int_equal(!c.blocks[i].label, !blocks[i].label);
		if (blocks[i].label)
			assert_string_equal(c.blocks[i].label,
					    blocks[i].label);
		if (i > 0)
			assert_ptr_equal(c.blocks[i].text,
					 c.blocks[i - 1].text +
					 c.blocks[i - 1].len + 1);
	}
	xj_text_chunk_release(&c);
}

static void
a_page_is_a_section(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "a", .where = XJ_PAGE, .at = 1 },
		{ .text = "b", .where = XJ_PAGE, .at = 1, .role = XJ_HEADING },
		{ .text = "c", .where = XJ_PAGE, .at = 2 },
		{ .text = "d", .where = XJ_PAGE, .at = 3, .more = 1 },
		{ .text = "e", .where = XJ_PAGE, .at = 3 },
	};

	(void)state;
	assert_sections(blocks, 5, "S-S--");
}

static void
a_heading_begins_a_section_with_what_it_heads(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "a" },
		{ .text = "H1", .role = XJ_HEADING, .level = 1 },
		{ .text = "H2", .role = XJ_HEADING, .level = 2 },
		{ .text = "b" },
		{ .text = "H2", .role = XJ_HEADING, .level = 2 },
		{ .text = "H2", .role = XJ_HEADING, .level = 2 },
		{ .text = "c" },
		{ .text = "H1", .role = XJ_HEADING, .level = 1 },
	};

	(void)state;
	assert_sections(blocks, 8, "SS--SS-S");
}

static void
a_slide_begins_a_section(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "a", .where = XJ_PART, .at = 1 },
		{ .text = "b", .where = XJ_PART, .at = 1 },
		{ .text = "c", .where = XJ_PART, .at = 2 },
		{ .text = "d", .where = XJ_PART, .at = 2, .role = XJ_HEADING },
	};

	(void)state;
	assert_sections(blocks, 4, "S-SS");
}

static void
sections_end_with_a_line_break(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "第一页 完", .where = XJ_PAGE, .at = 1 },
		{ .text = "  下一段 ", .where = XJ_PAGE, .at = 1 },
		{ .text = "继", .where = XJ_PAGE, .at = 2 },
		{ .text = "续 exam-", .where = XJ_PAGE, .at = 2, .more = 1 },
		{ .text = "ple word", .where = XJ_PAGE, .at = 2 },
	};
	static const char expected[] = "第一页完下一段\n继续example word\n";
	struct xj_normal n = XJ_NORMAL_INIT;
	struct xj_text_chunk c;

	(void)state;
	make_chunk(blocks, 5, &c);
	assert_int_equal(xj_normalise_chunk(analyzer, &c, true, 0, &n, NULL),
			 XJ_OK);
	assert_int_equal(n.len, strlen(expected));
	assert_memory_equal(n.bytes, expected, n.len);
	xj_normalise_chunk(analyzer, &c, false, 0, &n, NULL);
	assert_int_equal(n.len, strlen(expected) - 1);
	xj_normal_release(&n);
	xj_text_chunk_release(&c);
}

static void
origins_of_a_chunk_count_from_its_first_text(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "学", .where = XJ_PAGE, .at = 1 },
		{ .text = "ab", .where = XJ_PAGE, .at = 1 },
		{ .text = "习", .where = XJ_PAGE, .at = 2 },
	};
	/* 学, a, b, line break, 习, line break, end; no space beside Han */
	static const uint32_t origins[] = {
		0, 0, 0, 4, 5, 6, 7, 7, 7, 10, 10,
	};
	struct xj_normal n = XJ_NORMAL_INIT;
	struct xj_text_chunk c;

	(void)state;
	make_chunk(blocks, 3, &c);
	xj_normalise_chunk(analyzer, &c, true, XJ_NORMAL_ORIGIN, &n, NULL);
	assert_int_equal(n.len + 1, XJ_COUNT(origins));
	for (size_t i = 0; i <= n.len; i++)
		assert_int_equal(xj_normal_origin(&n, i), origins[i]);
	xj_normal_release(&n);
	xj_text_chunk_release(&c);
}

static void
long_text_goes_into_chunks_that_append_to_one_text(void **state)
{
	struct xj_buf text = XJ_BUF_INIT, expected = XJ_BUF_INIT;
	struct xj_normal n = XJ_NORMAL_INIT;
	struct chunks chunks = { .count = 0 };
	struct xj_text_writer *w = NULL;
	uint64_t bytes;

	(void)state;
	for (int i = 0; i < 1000; i++)
		xj_buf_adds(&text, "学习");
	xj_text_writer_new(keep_chunk, &chunks, &w, NULL);
	for (int i = 0; i < 20; i++) {
		struct xj_block b = { .text = text.data, .len = text.len,
				      .more = i % 3 == 1 };

		assert_int_equal(xj_text_writer_add(w, &b, NULL), XJ_OK);
		xj_buf_add(&expected, text.data, text.len);
	}
	assert_int_equal(xj_text_writer_end(w, &bytes, NULL), XJ_OK);
	assert_true(bytes == expected.len);
	assert_int_equal(chunks.count, 4);
	xj_buf_addc(&expected, '\n');
	for (unsigned i = 0; i < chunks.count; i++) {
		struct xj_text_chunk c;

		assert_int_equal(xj_text_chunk_parse(chunks.bytes[i],
						     chunks.len[i], &c, NULL),
				 XJ_OK);
		assert_int_equal(c.continues, i > 0);
		xj_normalise_chunk(analyzer, &c, i + 1 == chunks.count,
				   i ? XJ_NORMAL_APPEND : 0, &n, NULL);
		xj_text_chunk_release(&c);
	}
	assert_int_equal(n.len, expected.len);
	assert_memory_equal(n.bytes, expected.data, n.len);
	xj_text_writer_free(w);
	free_chunks(&chunks);
	xj_buf_release(&text);
	xj_buf_release(&expected);
	xj_normal_release(&n);
}

static void
white_space_between_chunks_is_not_lost(void **state)
{
	static const struct xj_block first = { .text = "one " };
	static const struct xj_block second = { .text = "two" };
	struct xj_normal n = XJ_NORMAL_INIT;
	struct xj_text_chunk c;

	(void)state;
	make_chunk(&first, 1, &c);
	xj_normalise_chunk(analyzer, &c, false, 0, &n, NULL);
	xj_text_chunk_release(&c);
	make_chunk(&second, 1, &c);
	c.blocks[0].section = false;
	c.blocks[0].more = true;
	xj_normalise_chunk(analyzer, &c, true, XJ_NORMAL_APPEND, &n, NULL);
	xj_text_chunk_release(&c);
	assert_int_equal(n.len, 8);
	assert_memory_equal(n.bytes, "one two\n", 8);
	xj_normal_release(&n);
}

static void
no_text_is_no_chunk(void **state)
{
	static const struct xj_block blocks[] = { { .text = "" } };
	struct chunks c = { .count = 0 };
	uint64_t bytes = 1;

	(void)state;
	assert_int_equal(write_blocks(blocks, 1, &c, &bytes), XJ_OK);
	assert_int_equal(c.count, 0);
	assert_true(bytes == 0);
}

static void
a_block_that_is_not_utf8_is_refused(void **state)
{
	static const struct xj_block blocks[] = { { .text = "a\xFF" } };
	struct chunks c = { .count = 0 };

	(void)state;
	assert_int_equal(write_blocks(blocks, 1, &c, NULL), XJ_EINVAL);
	free_chunks(&c);
}

/* ------------------------------------------------------------------ damage */

static const struct xj_block sample[] = {
	{ .text = "第一章 總則", .role = XJ_HEADING, .level = 1,
	  .where = XJ_PAGE, .at = 1, .label = "i" },
	{ .text = "正文 text", .where = XJ_PAGE, .at = 1, .label = "i" },
	{ .text = "续", .where = XJ_PAGE, .at = 2, .label = "ii", .more = 1 },
	{ .text = "完", .role = XJ_NOTE, .where = XJ_PAGE, .at = 3 },
};

/* Whatever the bytes are: refused, or a chunk in which all can be read. */
static void
parse_anything(const char *bytes, size_t len)
{
	struct xj_text_chunk c;
	struct xj_normal n = XJ_NORMAL_INIT;
	char *copy = malloc(len + 1); /* so that reading past it is seen */
	int r;

	memcpy(copy, bytes, len);
	copy = realloc(copy, len ? len : 1);
	r = xj_text_chunk_parse(copy, len, &c, NULL);
	free(copy);
	if (r < 0) {
		assert_true(r == XJ_ECORRUPT || r == XJ_EVERSION);
		assert_null(c.memory);
		return;
	}
	assert_true(c.count > 0);
	for (size_t i = 0; i < c.count; i++) {
		assert_true(xj_utf8_valid(c.blocks[i].text, c.blocks[i].len));
		assert_true(!c.blocks[i].label ||
			    strlen(c.blocks[i].label) <= len);
	}
	xj_normalise_chunk(analyzer, &c, true, XJ_NORMAL_ORIGIN, &n, NULL);
	xj_normal_release(&n);
	xj_text_chunk_release(&c);
}

static void
a_cut_chunk_is_corrupt(void **state)
{
	struct chunks c = { .count = 0 };
	struct xj_text_chunk chunk;

	(void)state;
	assert_int_equal(write_blocks(sample, 4, &c, NULL), XJ_OK);
	for (size_t n = 0; n < c.len[0]; n++) {
		assert_int_equal(xj_text_chunk_parse(c.bytes[0], n, &chunk,
						     NULL), XJ_ECORRUPT);
		parse_anything(c.bytes[0], n);
	}
	free_chunks(&c);
}

static void
a_changed_byte_does_no_harm(void **state)
{
	struct chunks c = { .count = 0 };

	(void)state;
	assert_int_equal(write_blocks(sample, 4, &c, NULL), XJ_OK);
	for (size_t i = 0; i < c.len[0]; i++) {
		char was = c.bytes[0][i];

		for (int v = 0; v < 256; v++) {
			c.bytes[0][i] = (char)v;
			parse_anything(c.bytes[0], c.len[0]);
		}
		c.bytes[0][i] = was;
	}
	free_chunks(&c);
}

static void
random_damage_does_no_harm(void **state)
{
	struct chunks c = { .count = 0 };
	char bytes[256];

	(void)state;
	assert_int_equal(write_blocks(sample, 4, &c, NULL), XJ_OK);
	assert_true(c.len[0] < sizeof(bytes));
	for (int k = 0; k < 20000; k++) {
		memcpy(bytes, c.bytes[0], c.len[0]);
		for (int i = 0; i < 4; i++)
			bytes[random_below((uint32_t)c.len[0])] =
				(char)random_below(256);
		parse_anything(bytes, c.len[0]);
	}
	free_chunks(&c);
}

static void
numbers_that_lie_are_corrupt(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} lies[] = {
		{ "\x01\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x01", 13 },
		{ "\x01\x00\x01\xFF\xFF\xFF\xFF\x0F\x40\x00", 10 },
		{ "\x01\x00\x00\x00", 4 },
		{ "\x01\x00\x01\x01\x40\x02" "ab", 8 },
		{ "\x01\x01\x01\x01\x40\x01" "a", 7 },
		{ "\x01\x00\x01\x01\x00\x01" "a", 7 },
	};
	struct xj_text_chunk c;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(lies); i++)
		assert_int_equal(xj_text_chunk_parse(lies[i].bytes,
						     lies[i].len, &c, NULL),
				 XJ_ECORRUPT);
	assert_int_equal(xj_text_chunk_parse("\x02\x00", 2, &c, NULL),
			 XJ_EVERSION);
}

static void
a_failed_allocation_is_no_memory(void **state)
{
	int r = XJ_ENOMEM;

	(void)state;
	for (long n = 0; n < 1000 && r != XJ_OK; n++) {
		struct chunks c = { .count = 0 };
		struct xj_text_chunk chunk = { 0 };

		failing_at(n);
		r = write_blocks(sample, 4, &c, NULL);
		if (r == XJ_OK)
			r = xj_text_chunk_parse(c.bytes[0], c.len[0], &chunk,
						NULL);
		failing_at(-1);
		assert_true(r == XJ_OK || r == XJ_ENOMEM);
		xj_text_chunk_release(&chunk);
		free_chunks(&c);
	}
	assert_int_equal(r, XJ_OK);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(blocks_come_back_as_they_were),
	cmocka_unit_test(a_page_is_a_section),
	cmocka_unit_test(a_heading_begins_a_section_with_what_it_heads),
	cmocka_unit_test(a_slide_begins_a_section),
	cmocka_unit_test(sections_end_with_a_line_break),
	cmocka_unit_test(origins_of_a_chunk_count_from_its_first_text),
	cmocka_unit_test(long_text_goes_into_chunks_that_append_to_one_text),
	cmocka_unit_test(white_space_between_chunks_is_not_lost),
	cmocka_unit_test(no_text_is_no_chunk),
	cmocka_unit_test(a_block_that_is_not_utf8_is_refused),
	cmocka_unit_test(a_cut_chunk_is_corrupt),
	cmocka_unit_test(a_changed_byte_does_no_harm),
	cmocka_unit_test(random_damage_does_no_harm),
	cmocka_unit_test(numbers_that_lie_are_corrupt),
	cmocka_unit_test(a_failed_allocation_is_no_memory),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), open_analyzer, close_analyzer);
}
