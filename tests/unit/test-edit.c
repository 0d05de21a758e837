/* test-edit.c - change what is said of documents, remove them, take them back,
 * purge them. */
#include <sys/wait.h>

#include "library-fixture.h"
#include "make-zip.h"

static int
edit(struct shelf *s, uint64_t id, const char *element, const char *value)
{
	const struct xj_given given[] = { { element, value },
					  { NULL, NULL } };

	return xj_edit(s->archive, id, given, 0, &s->err);
}

/* Documents 1 (a zip), 2 and 3 (its members), 4 (a file). */
static void
fill(struct shelf *s)
{
	struct zip z = ZIP_INIT;

	zip_text(&z, "one.txt", "高血压防治指南");
	zip_text(&z, "two.txt", "糖尿病防治指南");
	zip_end(&z);
	write_bytes(s, "a.zip", z.bytes.data, z.bytes.len);
	zip_release(&z);
	write_file(s, "b.txt", "慢性病综合防控");
	add(s, "");
}

/* ------------------------------------------------------------------- edits */

static void
an_edit_is_a_new_version_that_is_found(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	must(edit(s, 4, "title", "三会一课记录"));
	assert_hits(s, "title:三会一课", 1);
	DOCUMENT(d, s, 4);
	assert_string_equal(d_info->title, "三会一课记录");
	assert_int_equal(d_info->version, 2);
	assert_false(d_info->queued);
	assert_bytes(s, 4, 0, "慢性病综合防控", strlen("慢性病综合防控"));
	assert_sound(s);
}

static void
an_edit_of_a_member_is_a_version_of_its_container(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	must(edit(s, 2, "author", "张三"));
	DOCUMENT(member, s, 2);
	DOCUMENT(other, s, 3);
	DOCUMENT(top, s, 1);
	assert_string_equal(member_info->creators, "张三");
	assert_int_equal(member_info->version, 2);
	assert_int_equal(other_info->version, 2);
	assert_int_equal(top_info->version, 2);
	assert_hits(s, "creator:张三", 1);
	assert_bytes(s, 2, 0, "高血压防治指南", strlen("高血压防治指南"));
	assert_sound(s);
}

static void
several_values_of_an_element_are_kept_in_order(void **state)
{
	SHELF(s);
	const struct xj_given given[] = { { "creator", "李四" },
		{ "creator", "王五" }, { "subject", "党史" }, { NULL, NULL } };
	const struct xj_value *v;
	unsigned creators = 0;
	size_t count;

	(void)state;
	fill(s);
	must(edit(s, 4, "creator", "谁"));
	must(xj_edit(s->archive, 4, given, 0, &s->err));
	DOCUMENT(d, s, 4);
	assert_string_equal(d_info->creators, "李四; 王五");
	v = xj_document_values(d, &count);
	for (size_t i = 0; i < count; i++)
		creators += strcmp(v[i].element, "creator") == 0;
	assert_int_equal(creators, 2);
	assert_hits(s, "subject:党史", 1);
	assert_hits(s, "creator:谁", 0);
}

static void
an_empty_value_takes_away_what_was_given(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	must(edit(s, 4, "title", "假标题"));
	must(edit(s, 4, "title", ""));
	DOCUMENT(d, s, 4);
	assert_string_equal(d_info->title, "b");
	assert_hits(s, "\"假标题\"", 0);
}

static void
a_date_that_is_taken_away_shows_the_old_one(void **state)
{
	char day[32];
	SHELF(s);

	(void)state;
	fill(s);
	{
		DOCUMENT(d, s, 4);
		snprintf(day, sizeof(day), "%s", d_info->date);
	}
	must(edit(s, 4, "date", "1851年3月"));
	{
		DOCUMENT(d, s, 4);
		assert_string_equal(d_info->date, "1851-03");
	}
	must(edit(s, 4, "date", ""));
	DOCUMENT(d, s, 4);
	assert_string_equal(d_info->date, day);
}

static void
the_kind_can_be_given(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	must(edit(s, 4, "kind", "regulation"));
	assert_listed(s, "kind:regulation", "b.txt");
	must(edit(s, 4, "kind", ""));
	assert_listed(s, "kind:regulation", "");
	assert_status(edit(s, 4, "kind", "poem"), XJ_EINVAL);
	assert_says(s, "lecture-note");
}

static void
wrong_edits_are_refused_and_change_nothing(void **state)
{
	const struct xj_given none[] = { { NULL, NULL } };
	SHELF(s);

	(void)state;
	fill(s);
	assert_status(edit(s, 4, "colour", "red"), XJ_EINVAL);
	assert_status(edit(s, 4, "date", "soon"), XJ_EINVAL);
	assert_status(edit(s, 4, "title", "a\nb"), XJ_EINVAL);
	assert_status(edit(s, 99, "title", "a"), XJ_ENOTFOUND);
	assert_status(xj_edit(s->archive, 4, none, 0, &s->err), XJ_EINVAL);
	DOCUMENT(d, s, 4);
	assert_int_equal(d_info->version, 1);
	assert_int_equal(count_entries(s, "staging"), 1);
}

static void
an_edit_of_an_older_version_is_a_conflict(void **state)
{
	const struct xj_given given[] = { { "title", "晚了" },
					  { NULL, NULL } };
	SHELF(s);

	(void)state;
	fill(s);
	must(edit(s, 4, "title", "早"));
	assert_status(xj_edit(s->archive, 4, given, 1, &s->err), XJ_EBUSY);
	assert_says(s, "at version 2");
	must(xj_edit(s->archive, 4, given, 2, &s->err));
	DOCUMENT(d, s, 4);
	assert_string_equal(d_info->title, "晚了");
}

/* ---------------------------------------------------------- remove, undelete */

static void
a_removed_document_is_neither_listed_nor_found(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	must(xj_remove(s->archive, 4, "twice there", &s->err));
	assert_listed(s, NULL, "a.zip one.txt two.txt");
	assert_listed(s, "is:removed", "b.txt");
	assert_hits(s, "\"慢性病\"", 0);
	assert_status(xj_remove(s->archive, 4, NULL, &s->err), XJ_ENOTFOUND);
	assert_status(edit(s, 4, "title", "a"), XJ_ENOTFOUND);
	must(xj_undelete(s->archive, 4, &s->err));
	assert_hits(s, "慢性病", 1);
	assert_status(xj_undelete(s->archive, 4, &s->err), XJ_EEXIST);
	DOCUMENT(d, s, 4);
	assert_int_equal(d_info->version, 3);
	assert_sound(s);
}

static void
members_go_and_come_back_with_their_container(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	must(xj_remove(s->archive, 1, NULL, &s->err));
	assert_listed(s, NULL, "b.txt");
	assert_hits(s, "\"高血压\"", 0);
	assert_status(xj_undelete(s->archive, 2, &s->err), XJ_EINVAL);
	assert_says(s, "undelete that one");
	must(xj_undelete(s->archive, 1, &s->err));
	assert_listed(s, NULL, "a.zip one.txt two.txt b.txt");
	assert_hits(s, "高血压", 1);
}

/* In the same second too. */
static void
a_member_removed_before_its_container_stays_removed(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	must(xj_remove(s->archive, 2, NULL, &s->err));
	must(xj_remove(s->archive, 1, NULL, &s->err));
	must(xj_undelete(s->archive, 1, &s->err));
	assert_listed(s, NULL, "a.zip two.txt b.txt");
	must(xj_undelete(s->archive, 2, &s->err));
	assert_listed(s, NULL, "a.zip one.txt two.txt b.txt");
	assert_sound(s);
}

static int
note_verb(void *ctx, const struct xj_history_entry *e)
{
	struct xj_buf *b = ctx;

	xj_buf_addf(b, "%u:%s(%s) ", e->version, e->verb,
		    e->detail ? e->detail : "");
	return XJ_OK;
}

static void
history_tells_what_happened(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	SHELF(s);

	(void)state;
	fill(s);
	must(xj_archive_set_user(s->archive, "老王", &s->err));
	must(edit(s, 4, "title", "新"));
	must(xj_remove(s->archive, 4, "twice there", &s->err));
	must(xj_undelete(s->archive, 4, &s->err));
	DOCUMENT(d, s, 4);
	(void)d_info;
	must(xj_history(s->archive, d, 0, note_verb, &b, &s->err));
	assert_non_null(strstr(b.data, "1:add("));
	assert_non_null(strstr(b.data, "2:edit(title=新) "
			       "3:remove(twice there) 4:undelete() "));
}

/* ------------------------------------------------------------------- purge */

static void
a_purge_leaves_nothing_behind(void **state)
{
	static const char *const places[] = { "ocfl", "catalog.sqlite",
		"catalog.sqlite-wal", "text.sqlite", "text.sqlite-wal",
		"staging" };
	SHELF(s);

	(void)state;
	write_file(s, "geheim.txt", "unrepeatable1 unrepeatable2");
	write_file(s, "other.txt", "something else");
	add(s, "");
	must(edit(s, 1, "title", "unrepeatable3"));
	must(edit(s, 1, "subject", "unrepeatable4"));
	assert_int_not_equal(files_with(s, ".", "unrepeatable"), 0);
	must(xj_purge(s->archive, 1, "must not be kept", &s->err));
	for (size_t i = 0; i < XJ_COUNT(places); i++)
		assert_int_equal(files_with(s, places[i], "unrepeatable"), 0);
	assert_int_equal(files_with(s, ".", "unrepeatable"), 0);
	assert_int_equal(files_with(s, ".", "geheim"), 0);
	assert_hits(s, "unrepeatable1", 0);
	assert_hits(s, "something", 1);
	assert_sound(s);
}

static void
a_purged_document_is_a_tombstone(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	SHELF(s);

	(void)state;
	fill(s);
	must(xj_purge(s->archive, 1, "wrong file", &s->err));
	for (uint64_t id = 1; id <= 3; id++) {
		DOCUMENT(d, s, id);
		assert_int_equal(d_info->state, XJ_PURGED);
		assert_string_equal(d_info->title, "");
		assert_string_equal(d_info->name, "");
		assert_status(get_bytes(s, id, 0, &b), XJ_ENOTFOUND);
		assert_status(edit(s, id, "title", "a"), XJ_ENOTFOUND);
		assert_status(xj_undelete(s->archive, id, &s->err),
			      XJ_ENOTFOUND);
	}
	must(xj_purge(s->archive, 1, NULL, &s->err)); /* again does no harm */
	assert_listed(s, NULL, "b.txt");
	assert_sound(s);
}

static void
a_member_cannot_be_purged_alone(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	assert_status(xj_purge(s->archive, 2, NULL, &s->err), XJ_EINVAL);
	assert_says(s, "purge that one");
	must(xj_remove(s->archive, 1, NULL, &s->err));
	must(xj_purge(s->archive, 1, NULL, &s->err)); /* a removed one */
	assert_sound(s);
}

static void
a_damaged_document_can_be_purged(void **state)
{
	char command[400];
	SHELF(s);

	(void)state;
	fill(s);
	snprintf(command, sizeof(command), "for f in $(grep -rl '\"head\"' "
		 "'%.255s/ocfl' | grep 'inventory.json$'); do "
		 "echo x >> $f; done", s->home);
	assert_int_equal(system(command), 0);
	assert_status(edit(s, 4, "title", "a"), XJ_ECORRUPT);
	must(xj_purge(s->archive, 4, NULL, &s->err));
	DOCUMENT(d, s, 4);
	assert_int_equal(d_info->state, XJ_PURGED);
}

static int
read_slowly(void *ctx, const struct xj_document_info *info)
{
	const int *fd = ctx;

	(void)info;
	if (write(*fd, "x", 1) != 1)
		return XJ_EIO;
	usleep(700000);
	return XJ_ECANCELLED;
}

/* Another process, in the middle of a list. */
static pid_t
start_reader(struct shelf *s)
{
	int ends[2];
	pid_t child;
	char c;

	assert_int_equal(pipe(ends), 0);
	if ((child = fork()) == 0) {
		s->archive = NULL;
		shelf_open(s, XJ_OPEN_READONLY);
		xj_list(s->archive, NULL, NULL, read_slowly, &ends[1],
			&s->err);
		_exit(0);
	}
	assert_int_equal(read(ends[0], &c, 1), 1);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void
a_purge_waits_for_readers_of_the_old_log(void **state)
{
	pid_t reader;
	SHELF(s);

	(void)state;
	fill(s);
	must(edit(s, 4, "title", "unrepeatable"));
	reader = start_reader(s);
	must(xj_purge(s->archive, 4, NULL, &s->err));
	assert_int_equal(files_with(s, "catalog.sqlite-wal", "unrepeatable"),
			 0);
	assert_int_equal(files_with(s, "catalog.sqlite", "unrepeatable"), 0);
	waitpid(reader, NULL, 0);
}

static void
a_purge_needs_a_document_and_the_right_to_write(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	assert_status(xj_purge(s->archive, 77, NULL, &s->err), XJ_ENOTFOUND);
	shelf_open(s, XJ_OPEN_READONLY);
	assert_status(xj_purge(s->archive, 4, NULL, &s->err), XJ_EPERM);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_edit_is_a_new_version_that_is_found),
	cmocka_unit_test(an_edit_of_a_member_is_a_version_of_its_container),
	cmocka_unit_test(several_values_of_an_element_are_kept_in_order),
	cmocka_unit_test(an_empty_value_takes_away_what_was_given),
	cmocka_unit_test(a_date_that_is_taken_away_shows_the_old_one),
	cmocka_unit_test(the_kind_can_be_given),
	cmocka_unit_test(wrong_edits_are_refused_and_change_nothing),
	cmocka_unit_test(an_edit_of_an_older_version_is_a_conflict),
	cmocka_unit_test(a_removed_document_is_neither_listed_nor_found),
	cmocka_unit_test(members_go_and_come_back_with_their_container),
	cmocka_unit_test(a_member_removed_before_its_container_stays_removed),
	cmocka_unit_test(history_tells_what_happened),
	cmocka_unit_test(a_purge_leaves_nothing_behind),
	cmocka_unit_test(a_purged_document_is_a_tombstone),
	cmocka_unit_test(a_member_cannot_be_purged_alone),
	cmocka_unit_test(a_damaged_document_can_be_purged),
	cmocka_unit_test(a_purge_waits_for_readers_of_the_old_log),
	cmocka_unit_test(a_purge_needs_a_document_and_the_right_to_write),
};

LIBRARY_MAIN(tests)
