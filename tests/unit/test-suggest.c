/* Suggestions: what is noted of large segments, and what puts typing right. */
#include <fcntl.h>
#include <unistd.h>

#include <xueji/xueji.h>

#include "library/correct.h"
#include "library/indexer.h"
#include "library/search.h"
#include "library/suggest.h"

#include "search-fixture.h"

#define MANY 300u /* creators whose names begin alike: enough to be noted */

static struct archived
many_names(void)
{
	static char names[MANY][32];
	static struct written docs[MANY + 3];

	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "王%03zu", i);
		docs[i] = (struct written){ .title = "讲义", .text = "一",
					    .creator = names[i] };
	}
	for (size_t i = MANY; i < XJ_COUNT(docs); i++)
		docs[i] = (struct written){ .title = "讲义", .text = "一",
					    .creator = "王龘" };
	return archive_of(docs, XJ_COUNT(docs));
}

static void
note_tops(struct archived *a)
{
	char *dir = xj_arena_printf(a->arena, "%s/a/index", a->dir.path);
	struct xj_segment_row *rows;
	size_t count;

	must(xj_segments_compact(a->archive, true, &a->err));
	must(xj_catalog_segments(a->catalog, a->arena, &rows, &count, &a->err));
	assert_int_equal(count, 1);
	must(xj_suggest_tops_write(dir, rows[0].name, &a->err));
}

/* Values noted for a key, one behind the other. */
static int
note(void *ctx, const char *term, size_t len, uint64_t documents)
{
	const char *mark = memchr(term, XJ_SUGGEST_MARK, len);

	(void)documents;
	if (!mark || term + len < mark + 3) /* of a damaged file */
		return XJ_OK;
	xj_buf_add(ctx, mark + 3, len - (size_t)(mark + 3 - term));
	xj_buf_addc(ctx, ' ');
	return XJ_OK;
}

static const char *
tops(struct archived *a, const char *key, struct xj_buf *out)
{
	struct xj_index *index;

	xj_buf_clear(out);
	must(xj_searcher_begin(a->archive, &index, &a->err));
	must(xj_suggest_tops(a->archive, a->arena, key, strlen(key), note, out,
			     &a->err));
	xj_searcher_end(a->archive);
	return xj_buf_str(out);
}

static void
the_most_frequent_of_many_are_noted(void **state)
{
	xj_auto(archive_end) struct archived made = many_names();
	struct archived *a = &made;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;

	(void)state;
	assert_string_equal(tops(a, "王", &list), "");
	note_tops(a);
	assert_memory_equal(tops(a, "王", &list), "王龘 王000 ", 14);
	assert_memory_equal(tops(a, "w", &list), "王龘 ", 7);
	assert_string_equal(tops(a, "王0", &list), "");
	assert_string_equal(tops(a, "李", &list), "");
}

static int
first_text(void *ctx, const struct xj_suggestion *s)
{
	xj_buf_addf(ctx, "%s %llu ", s->text,
		    (unsigned long long)s->documents);
	return XJ_END;
}

static void
suggests_are(struct archived *a, const char *typed, const char *first)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;

	must(xj_suggest(a->archive, typed, 3, first_text, &text, &a->err));
	assert_string_equal(xj_buf_str(&text), first);
}

static void
what_is_noted_is_suggested_first(void **state)
{
	xj_auto(archive_end) struct archived made = many_names();
	struct archived *a = &made;

	(void)state;
	suggests_are(a, "w", "王龘 3 ");
	note_tops(a);
	suggests_are(a, "w", "王龘 3 ");
	suggests_are(a, "王", "王龘 3 ");
}

/* Every byte of the file as another: the answer may be poorer, no more. */
static void
a_damaged_note_does_no_harm(void **state)
{
	xj_auto(archive_end) struct archived made = many_names();
	struct archived *a = &made;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	struct xj_segment_row *rows;
	char path[4096], was, is = '\xff';
	size_t count;
	off_t size;
	int fd;

	(void)state;
	note_tops(a);
	must(xj_catalog_segments(a->catalog, a->arena, &rows, &count, &a->err));
	snprintf(path, sizeof(path), "%s/a/index/%s/beginnings", a->dir.path,
		 rows[0].name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	size = lseek(fd, 0, SEEK_END);
	for (off_t i = 0; i < size; i++) {
		assert_int_equal(pread(fd, &was, 1, i), 1);
		assert_int_equal(pwrite(fd, &is, 1, i), 1);
		tops(a, "王", &list);
		tops(a, "w", &list);
		assert_int_equal(pwrite(fd, &was, 1, i), 1);
	}
	for (off_t i = size; i > 0; i -= 7) {
		assert_int_equal(ftruncate(fd, i), 0);
		tops(a, "王", &list);
	}
	close(fd);
	suggests_are(a, "王", "王龘 3 ");
}

/* -------------------------------------------------------------- corrections */

static const struct written texts[] = {
	{ .title = "一", .text = "卫生法规在医院里执行。" },
	{ .title = "二", .text = "卫生法规和卫生法律。" },
	{ .title = "三", .text = "结核病的防治。" },
	{ .title = "四", .text = "Hypertension in the elderly." },
};

/* What a run of Han may have been meant for, in order. */
static const char *
meant(struct archived *a, const char *run, struct xj_buf *out)
{
	struct xj_corrections list;
	struct xj_correcting c = { .arena = a->arena, .fields = "" };

	xj_buf_clear(out);
	must(xj_searcher_begin(a->archive, &c.index, &a->err));
	must(xj_correct_han(&c, run, strlen(run), &list, &a->err));
	xj_searcher_end(a->archive);
	for (size_t i = 0; i < list.count; i++)
		xj_buf_addf(out, "%s%.*s", i ? " " : "", (int)list.list[i].len,
			    list.list[i].text);
	return xj_buf_str(out);
}

static void
one_wrong_character_is_put_right(void **state)
{
	xj_auto(archive_end) struct archived made =
		archive_of(texts, XJ_COUNT(texts));
	struct archived *a = &made;
	static const char *const cases[][2] = {
		{ "卫牛法规", "卫生法规" }, /* looks alike */
		{ "卫生发规", "卫生法规" }, /* sounds alike */
		{ "维生法规", "卫生法规" },
		{ "卫大法规", "卫生法规" }, /* neither */
		{ "生卫法规", "卫生法规 生法规" },
		{ "卫生生法规", "卫生法规" },
		{ "卫法规", "卫生法规" },
		{ "结核并", "结核病" },
		{ "卫生法归", "卫生法规 卫生法律" },
		{ "卫声发规", "" },         /* two */
		{ "完全别的", "" }, { "卫", "" },
	};
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(cases); i++)
		assert_string_equal(meant(a, cases[i][0], &list), cases[i][1]);
}

static void
what_is_written_so_is_left_alone(void **state)
{
	xj_auto(archive_end) struct archived made =
		archive_of(texts, XJ_COUNT(texts));
	struct archived *a = &made;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;

	(void)state;
	assert_string_equal(meant(a, "卫生法规", &list), "");
	assert_string_equal(meant(a, "卫生法律", &list), "");
	assert_string_equal(meant(a, "结核病", &list), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_frequent_of_many_are_noted),
		cmocka_unit_test(what_is_noted_is_suggested_first),
		cmocka_unit_test(a_damaged_note_does_no_harm),
		cmocka_unit_test(one_wrong_character_is_put_right),
		cmocka_unit_test(what_is_written_so_is_left_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
