/* test-frame.c - what a worker sends: parsed, checked, never believed. */
#include "import/frame.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct xj_import_limits limits = {
	.text = 100, .pages = 5, .children = 2, .child = 50, .unpacked = 80,
	.ratio = 200,
};

static struct xj_frame_state
begin(void)
{
	return (struct xj_frame_state){ .limits = &limits, .size = 10,
					.importers = 1, .won = true };
}

static struct xj_frame
text_at(uint32_t where, uint64_t at, const char *text)
{
	struct xj_frame f = { .type = XJ_FRAME_TEXT };

	f.text = (struct xj_block){ .text = text, .len = strlen(text),
				    .where = where, .at = at };
	return f;
}

static void
assert_refused(struct xj_frame_state *s, const struct xj_frame *f, int status,
	       const char *message)
{
	struct xj_error err;

	assert_int_equal(xj_frame_check(s, f, &err), status);
	assert_string_equal(err.message, message);
}

static size_t
write_frame(const struct xj_frame *f, char *buf, size_t cap)
{
	struct xj_wire_out out = { .buf = buf, .cap = cap };

	xj_frame_write(&out, f);
	assert_false(out.failed);
	return out.len;
}

static void
a_block_keeps_all_its_fields(void **state)
{
	struct xj_frame f = text_at(XJ_PAGE, 3, "text"), g;
	char buf[512];
	size_t len, used;

	(void)state;
	f.text.role = XJ_TABLE;
	f.text.level = 2;
	f.text.has = 31;
	f.text.label = "iii";
	f.text.more = 1;
	f.text.row = 4;
	f.text.column = 5;
	f.text.end_ms = 6;
	f.text.offset = 7;
	f.text.box[3] = -8;
	f.text.fragment = "a";
	len = write_frame(&f, buf, sizeof(buf));
	assert_int_equal(xj_frame_parse(buf, len, &g, &used, NULL), 1);
	assert_int_equal(used, len);
	assert_memory_equal(g.text.text, "text", 4);
	assert_int_equal(g.text.len, 4);
	assert_int_equal(g.text.role, XJ_TABLE);
	assert_int_equal(g.text.level, 2);
	assert_int_equal(g.text.at, 3);
	assert_string_equal(g.text.label, "iii");
	assert_int_equal(g.text.row, 4);
	assert_int_equal(g.text.column, 5);
	assert_int_equal(g.text.end_ms, 6);
	assert_int_equal(g.text.offset, 7);
	assert_int_equal(g.text.box[3], -8);
	assert_string_equal(g.text.fragment, "a");
}

static void
a_frame_that_is_cut_is_waited_for(void **state)
{
	struct xj_frame f = text_at(XJ_LINE, 1, "text"), g;
	char buf[512];
	size_t len = write_frame(&f, buf, sizeof(buf)), used;

	(void)state;
	for (size_t n = 0; n < len; n++)
		assert_int_equal(xj_frame_parse(buf, n, &g, &used, NULL), 0);
}

static void
a_name_may_be_any_bytes_but_shown_as_utf8(void **state)
{
	struct xj_frame_state s = begin();
	struct xj_frame f = { .type = XJ_FRAME_CHILD }, g;
	char buf[512];
	size_t used;

	(void)state;
	f.child = (struct xj_child){ .name = "讲稿", .raw = "\xBD\0\xFF",
				     .raw_len = 3, .size = UINT64_MAX,
				     .mtime = INT64_MIN };
	assert_int_equal(xj_frame_parse(buf, write_frame(&f, buf, sizeof(buf)),
					&g, &used, NULL), 1);
	assert_int_equal(xj_frame_check(&s, &g, NULL), XJ_OK);
	assert_int_equal(g.child.raw_len, 3);
	assert_memory_equal(g.child.raw, "\xBD\0\xFF", 3);
	assert_true(g.child.mtime == INT64_MIN);
	s = begin();
	f.child.name = "\xBD\xB2";
	assert_refused(&s, &f, XJ_EINVAL, "name that is not UTF-8");
}

static void
text_is_utf8_without_nul_and_not_too_long(void **state)
{
	static char large[XJ_TEXT_MAX + 2];
	struct xj_frame_state s = begin();
	struct xj_frame f = text_at(XJ_NOWHERE, 0, "\xC3(");

	(void)state;
	assert_refused(&s, &f, XJ_EINVAL, "text that is not UTF-8");
	f = text_at(XJ_NOWHERE, 0, "ab");
	f.text.len = 3; /* with its NUL */
	assert_refused(&s, &f, XJ_EINVAL, "text with a NUL");
	memset(large, 'x', sizeof(large) - 1);
	f = text_at(XJ_NOWHERE, 0, large);
	assert_refused(&s, &f, XJ_EINVAL, "65537 bytes of text");
	f = text_at(XJ_LINE, 0, "x");
	assert_refused(&s, &f, XJ_EINVAL, "text in line or part 0");
	f = text_at(17, 1, "x");
	assert_refused(&s, &f, XJ_EINVAL, "text in an unknown kind of place");
}

static void
pages_go_forward_and_not_too_far(void **state)
{
	struct xj_frame_state s = begin();
	struct xj_frame f = text_at(XJ_PAGE, 2, "x");

	(void)state;
	assert_int_equal(xj_frame_check(&s, &f, NULL), XJ_OK);
	assert_int_equal(xj_frame_check(&s, &f, NULL), XJ_OK);
	f.text.at = 1;
	assert_refused(&s, &f, XJ_EINVAL, "pages that go back");
	f.text.at = 6;
	assert_refused(&s, &f, XJ_ELIMIT, "more than 5 pages");
	f = (struct xj_frame){ .type = XJ_FRAME_PAGE, .page.number = 3 };
	assert_int_equal(xj_frame_check(&s, &f, NULL), XJ_OK);
	assert_refused(&s, &f, XJ_EINVAL, "pages that go back");
	assert_int_equal(s.pages, 3);
}

static void
limits_hold_to_the_byte(void **state)
{
	struct xj_frame_state s = begin();
	char text[101];
	struct xj_frame f;

	(void)state;
	memset(text, 'x', 100);
	text[100] = '\0';
	f = text_at(XJ_NOWHERE, 0, text);
	assert_int_equal(xj_frame_check(&s, &f, NULL), XJ_OK);
	f = text_at(XJ_NOWHERE, 0, "y");
	assert_refused(&s, &f, XJ_ELIMIT, "more than 100 bytes of text");
}

static void
children_stand_one_behind_the_other(void **state)
{
	struct xj_frame_state s = begin();
	struct xj_frame child = { .type = XJ_FRAME_CHILD };
	struct xj_frame data = { .type = XJ_FRAME_DATA };
	struct xj_frame end = { .type = XJ_FRAME_CHILD_END };

	(void)state;
	child.child.name = "a";
	data.data.bytes = "";
	data.data.len = 50;
	assert_refused(&s, &data, XJ_EINVAL, "bytes of no child");
	assert_refused(&s, &end, XJ_EINVAL, "the end of no child");
	assert_int_equal(xj_frame_check(&s, &child, NULL), XJ_OK);
	assert_refused(&s, &child, XJ_EINVAL, "a child inside a child");
	assert_int_equal(xj_frame_check(&s, &data, NULL), XJ_OK);
	data.data.len = 1;
	assert_refused(&s, &data, XJ_ELIMIT,
		       "more than 50 bytes of one contained document");
	assert_int_equal(xj_frame_check(&s, &end, NULL), XJ_OK);
	assert_int_equal(xj_frame_check(&s, &child, NULL), XJ_OK);
	data.data.len = 31;
	assert_refused(&s, &data, XJ_ELIMIT,
		       "more than 80 bytes of contained documents");
	assert_int_equal(xj_frame_check(&s, &end, NULL), XJ_OK);
	assert_refused(&s, &child, XJ_ELIMIT,
		       "more than 2 contained documents");
}

static void
the_winner_is_first_and_the_end_is_last(void **state)
{
	struct xj_frame_state s = begin();
	struct xj_frame text = text_at(XJ_NOWHERE, 0, "x");
	struct xj_frame winner = { .type = XJ_FRAME_WINNER };
	struct xj_frame done = { .type = XJ_FRAME_DONE };

	(void)state;
	s.won = false;
	winner.winner.mime = "text/plain";
	assert_refused(&s, &text, XJ_EINVAL, "something before its bid");
	winner.winner.importer = 1;
	assert_refused(&s, &winner, XJ_EINVAL, "a winner that does not exist");
	winner.winner.importer = 0;
	assert_int_equal(xj_frame_check(&s, &winner, NULL), XJ_OK);
	assert_refused(&s, &winner, XJ_EINVAL, "a second winner");
	done.done.status = 1;
	assert_refused(&s, &done, XJ_EINVAL, "an unknown status");
	done.done.status = XJ_IMPORT_OK;
	assert_int_equal(xj_frame_check(&s, &done, NULL), XJ_OK);
	assert_refused(&s, &text, XJ_EINVAL, "more after the end");
}

static void
metadata_is_bounded_in_number_and_volume(void **state)
{
	static char value[XJ_FRAME_VALUE_MAX + 1];
	struct xj_frame_state s = begin();
	struct xj_frame f = { .type = XJ_FRAME_META };
	struct xj_error err;
	unsigned n = 0;

	(void)state;
	memset(value, 'x', sizeof(value));
	f.meta = (struct xj_meta){ .element = "title", .value = value,
				   .len = sizeof(value) };
	assert_refused(&s, &f, XJ_EINVAL, "61441 bytes of metadata");
	f.meta.len--;
	while (xj_frame_check(&s, &f, &err) == XJ_OK)
		n++;
	assert_int_equal(err.status, XJ_ELIMIT);
	assert_in_range(n, 250, 300); /* 16 MiB */
	s = begin();
	f.meta.len = 1;
	for (n = 0; xj_frame_check(&s, &f, &err) == XJ_OK; n++)
		;
	assert_int_equal(n, XJ_FRAME_META_MAX);
	f.meta.element = "";
	s = begin();
	assert_refused(&s, &f, XJ_EINVAL, "metadata without a name");
}

/* Frames as an importer writes them, for the noise to begin with. */
static size_t
honest_frames(char *buf, size_t cap)
{
	struct xj_wire_out out = { .buf = buf, .cap = cap };
	struct xj_frame f = { .type = XJ_FRAME_WINNER };

	f.winner.mime = "text/plain";
	xj_frame_write(&out, &f);
	f = text_at(XJ_PAGE, 1, "学记");
	f.text.label = "i";
	xj_frame_write(&out, &f);
	f = (struct xj_frame){ .type = XJ_FRAME_META };
	f.meta = (struct xj_meta){ "title", "t", 1, "zh", NULL };
	xj_frame_write(&out, &f);
	f = (struct xj_frame){ .type = XJ_FRAME_CHILD };
	f.child.name = "a";
	xj_frame_write(&out, &f);
	f = (struct xj_frame){ .type = XJ_FRAME_DATA };
	f.data.bytes = "abc";
	f.data.len = 3;
	xj_frame_write(&out, &f);
	f = (struct xj_frame){ .type = XJ_FRAME_CHILD_END };
	xj_frame_write(&out, &f);
	f = (struct xj_frame){ .type = XJ_FRAME_DONE };
	xj_frame_write(&out, &f);
	assert_false(out.failed);
	return out.len;
}

static void
noise_is_no_frame_or_a_well_one(void **state)
{
	char honest[1024];
	size_t len = honest_frames(honest, sizeof(honest));

	(void)state;
	srand(1);
	for (int round = 0; round < 200000; round++) {
		char noisy[1024];

		memcpy(noisy, honest, len);
		for (int i = rand() % 4; i >= 0; i--)
			noisy[(size_t)rand() % len] = (char)(rand() % 8 ? rand()
								        : 0);
		LLVMFuzzerTestOneInput((const uint8_t *)noisy,
				       (size_t)rand() % len + 1);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_block_keeps_all_its_fields),
	cmocka_unit_test(a_frame_that_is_cut_is_waited_for),
	cmocka_unit_test(a_name_may_be_any_bytes_but_shown_as_utf8),
	cmocka_unit_test(text_is_utf8_without_nul_and_not_too_long),
	cmocka_unit_test(pages_go_forward_and_not_too_far),
	cmocka_unit_test(limits_hold_to_the_byte),
	cmocka_unit_test(children_stand_one_behind_the_other),
	cmocka_unit_test(the_winner_is_first_and_the_end_is_last),
	cmocka_unit_test(metadata_is_bounded_in_number_and_volume),
	cmocka_unit_test(noise_is_no_frame_or_a_well_one),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
