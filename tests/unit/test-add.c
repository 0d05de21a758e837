/* test-add.c - files into an archive: what is taken, what is held, and what is
 * said of each. */
#include <sys/wait.h>
#include <utime.h>
#include <xueji/pages.h>

#include "library-fixture.h"
#include "make-zip.h"

/* Counts of the result, in the order of the table that `add` prints. */
static void
assert_counts(const struct shelf *s, uint64_t taken, uint64_t held,
	      uint64_t duplicate, uint64_t partial, uint64_t refused,
	      uint64_t failed)
{
	const struct xj_add_result *r = &s->result;

	assert_int_equal(r->taken, taken);
	assert_int_equal(r->held, held);
	assert_int_equal(r->duplicate, duplicate);
	assert_int_equal(r->partial, partial);
	assert_int_equal(r->refused, refused);
	assert_int_equal(r->failed, failed);
	assert_int_equal(r->seen, taken + held + duplicate + partial +
			 refused + failed + r->skipped);
	assert_int_equal(r->seen, s->line_count);
}

static void
write_zip(struct shelf *s, const char *name, const char *const *members)
{
	struct zip z = ZIP_INIT;

	for (; *members; members += 2)
		zip_text(&z, members[0], members[1]);
	zip_end(&z);
	write_bytes(s, name, z.bytes.data, z.bytes.len);
	zip_release(&z);
}

#define WRITE_ZIP(s, name, ...) \
	write_zip(s, name, (const char *[]){ __VA_ARGS__, NULL })

/* ------------------------------------------------------------ single files */

static void
a_file_is_taken_found_and_given_back(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "卫生讲义.txt", "第一章 新型农村合作医疗");
	add(s, "");
	assert_counts(s, 1, 0, 0, 0, 0, 0);
	assert_outcome(s, "卫生讲义.txt", "ok");
	assert_int_equal(id_of(s, "卫生讲义.txt"), 1);
	assert_int_equal(s->result.accession, 1);
	assert_int_equal(s->result.bytes, strlen("第一章 新型农村合作医疗"));
	assert_hits(s, "农村合作", 1);
	assert_text(s, 1, "第一章 新型农村合作医疗");
	assert_bytes(s, 1, 0, "第一章 新型农村合作医疗",
		     strlen("第一章 新型农村合作医疗"));
	DOCUMENT(d, s, 1);
	assert_string_equal(d_info->title, "卫生讲义");
	assert_string_equal(d_info->kind, "lecture-note");
	assert_string_equal(d_info->type, "text");
	assert_string_equal(d_info->importer, "text");
	assert_int_equal(d_info->version, 1);
	assert_false(d_info->queued);
	assert_sound(s);
}

static void
the_same_folder_again_is_held(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	write_file(s, "b/c.txt", "two");
	add(s, "");
	assert_counts(s, 2, 0, 0, 0, 0, 0);
	add(s, "");
	assert_counts(s, 0, 2, 0, 0, 0, 0);
	assert_int_equal(id_of(s, "b/c.txt"), 2);
	assert_int_equal(s->result.accession, 0);
	assert_int_equal(s->result.bytes, 0);
}

static void
a_changed_file_is_the_next_version(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "初稿");
	add(s, "");
	write_file(s, "a.txt", "定稿在此");
	add(s, "");
	assert_counts(s, 1, 0, 0, 0, 0, 0);
	assert_int_equal(id_of(s, "a.txt"), 1);
	assert_int_equal(line_of(s, "a.txt")->version, 2);
	assert_hits(s, "\"初稿\"", 0);
	assert_hits(s, "\"定稿\"", 1);
	assert_text(s, 1, "定稿在此");
	assert_bytes(s, 1, 1, "初稿", 6);
	assert_bytes(s, 1, 2, "定稿在此", 12);
	assert_sound(s);
}

static void
a_new_version_keeps_what_a_person_said(void **state)
{
	SHELF(s);

	(void)state;
	s->options.given = (const struct xj_given[]){ { "title", "学习材料" },
		{ "creator", "王" }, { "subject", "" }, { NULL, NULL } };
	s->options.kind = "book";
	write_file(s, "a.txt", "one");
	add(s, "");
	s->options.kind = NULL;
	s->options.given = (const struct xj_given[]){ { "creator", "李" },
						      { NULL, NULL } };
	write_file(s, "a.txt", "two, longer");
	add(s, "");
	DOCUMENT(d, s, 1);
	assert_string_equal(d_info->title, "学习材料");
	assert_string_equal(d_info->creators, "李");
	assert_string_equal(d_info->kind, "book");
	assert_int_equal(d_info->version, 2);
}

static void
a_touched_file_is_held(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	assert_int_equal(utime(file_path(s, "a.txt"),
			       &(struct utimbuf){ 1000000000, 1000000000 }), 0);
	add(s, "");
	assert_counts(s, 0, 1, 0, 0, 0, 0);
	assert_non_null(strstr(line_of(s, "a.txt")->reason, "same bytes"));
	add(s, ""); /* and now it is known so */
	assert_counts(s, 0, 1, 0, 0, 0, 0);
	assert_string_equal(line_of(s, "a.txt")->reason, "");
}

static void
an_undated_file_has_the_day_it_was_changed(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	assert_int_equal(utime(file_path(s, "a.txt"),
			       &(struct utimbuf){ 1000000000, 1000000000 }), 0);
	add(s, "");
	DOCUMENT(d, s, 1);
	assert_string_equal(d_info->date, "2001-09-09");
}

static void
an_empty_file_is_a_document(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "empty.txt", "");
	add(s, "");
	assert_outcome(s, "empty.txt", "ok");
	assert_string_equal(line_of(s, "empty.txt")->reason, "empty file");
	assert_bytes(s, 1, 0, "", 0);
	assert_sound(s);
}

/* ------------------------------------------------------------- duplicates */

static void
equal_bytes_are_one_document_in_one_run(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "same");
	write_file(s, "b.txt", "same");
	write_file(s, "c.txt", "same");
	add(s, "");
	assert_counts(s, 1, 0, 2, 0, 0, 0);
	assert_int_equal(id_of(s, "b.txt"), id_of(s, "a.txt"));
	assert_listed(s, NULL, "a.txt");
	add(s, "");
	assert_counts(s, 0, 3, 0, 0, 0, 0);
	assert_sound(s);
}

static void
equal_bytes_are_one_document_across_runs(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a/a.txt", "same");
	add(s, "a");
	write_file(s, "b/b.txt", "same");
	add(s, "b");
	assert_counts(s, 0, 0, 1, 0, 0, 0);
	assert_int_equal(id_of(s, "b/b.txt"), 1);
	assert_int_equal(count_entries(s, "staging"), 1); /* "locks" */
}

/* The document stands for the other file too, which still has these bytes. */
static void
a_changed_copy_is_a_document_of_its_own(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "same");
	write_file(s, "b.txt", "same");
	add(s, "");
	write_file(s, "b.txt", "changed now");
	add(s, "");
	assert_counts(s, 1, 1, 0, 0, 0, 0);
	assert_int_equal(id_of(s, "a.txt"), 1);
	assert_int_equal(id_of(s, "b.txt"), 2);
	assert_bytes(s, 1, 0, "same", 4);
	write_file(s, "a.txt", "changed as well"); /* nobody else's by now */
	add(s, "");
	assert_int_equal(id_of(s, "a.txt"), 1);
	assert_int_equal(line_of(s, "a.txt")->version, 2);
}

static void
a_moved_file_is_the_same_document(void **state)
{
	SHELF(s);
	char old[700];

	(void)state;
	write_file(s, "a.txt", "bytes");
	add(s, "");
	snprintf(old, sizeof(old), "%s", file_path(s, "a.txt"));
	assert_int_equal(rename(old, file_path(s, "moved.txt")), 0);
	add(s, "");
	assert_counts(s, 0, 0, 1, 0, 0, 0);
	assert_int_equal(s->result.vanished, 1);
	assert_int_equal(id_of(s, "moved.txt"), 1);
	DOCUMENT(d, s, 1);
	assert_non_null(strstr(d_info->path[0], "moved.txt"));
	write_file(s, "moved.txt", "bytes that changed");
	add(s, "");
	assert_int_equal(line_of(s, "moved.txt")->version, 2);
}

static void
vanished_files_are_counted_and_kept(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	write_file(s, "b.txt", "two");
	write_file(s, ".c.txt", "three");
	s->options.hidden = true;
	add(s, "");
	s->options.hidden = false;
	assert_int_equal(unlink(file_path(s, "a.txt")), 0);
	add(s, "");
	assert_int_equal(s->result.vanished, 1); /* .c.txt is there */
	assert_listed(s, NULL, ".c.txt a.txt b.txt");
}

/* ---------------------------------------------------- removed and purged */

static void
a_removed_document_stays_removed_until_its_file_is_named(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	must(xj_remove(s->archive, 1, "not ours", &s->err));
	add(s, "");
	assert_counts(s, 0, 1, 0, 0, 0, 0);
	assert_listed(s, NULL, "");
	add(s, "a.txt");
	assert_counts(s, 1, 0, 0, 0, 0, 0);
	assert_non_null(strstr(line_of(s, "a.txt")->reason, "taken back"));
	assert_listed(s, NULL, "a.txt");
	assert_hits(s, "one", 1);
}

static void
the_bytes_of_a_removed_document_bring_it_back(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	must(xj_remove(s->archive, 1, NULL, &s->err));
	write_file(s, "b.txt", "one");
	add(s, "");
	assert_int_equal(id_of(s, "b.txt"), 1);
	assert_outcome(s, "b.txt", "ok");
	assert_listed(s, NULL, "a.txt");
	assert_sound(s);
}

static void
a_purged_document_is_a_new_one_when_it_comes_again(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	must(xj_purge(s->archive, 1, NULL, &s->err));
	add(s, "");
	assert_outcome(s, "a.txt", "ok");
	assert_int_equal(id_of(s, "a.txt"), 2);
	assert_bytes(s, 2, 0, "one", 3);
}

static void
a_changed_file_of_a_removed_document_is_a_new_one(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	must(xj_remove(s->archive, 1, NULL, &s->err));
	write_file(s, "a.txt", "another text");
	add(s, "");
	assert_int_equal(id_of(s, "a.txt"), 2);
	assert_listed(s, "is:removed", "a.txt");
}

/* --------------------------------------------------------- what is not taken */

static void
what_is_not_taken_is_said(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, ".hidden.txt", "one");
	write_file(s, "skip.tmp", "two");
	write_file(s, "dir/deep.txt", "three");
	write_file(s, "keep.txt", "four");
	assert_int_equal(symlink("keep.txt", file_path(s, "link.txt")), 0);
	assert_int_equal(mkfifo(file_path(s, "pipe"), 0600), 0);
	s->options.exclude = (const char *const[]){ "*.tmp", "*/dir/d*",
						    NULL };
	add(s, "");
	assert_counts(s, 1, 0, 0, 0, 0, 0);
	assert_int_equal(s->result.skipped, 5);
	assert_string_equal(line_of(s, "skip.tmp")->reason,
			    "excluded by *.tmp");
	assert_outcome(s, "dir/deep.txt", "skipped");
	assert_outcome(s, ".hidden.txt", "skipped");
	assert_outcome(s, "link.txt", "skipped");
	assert_outcome(s, "pipe", "skipped");
	s->options.hidden = true;
	add(s, "");
	assert_outcome(s, ".hidden.txt", "ok");
}

static void
a_link_that_is_named_is_followed(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "real/a.txt", "one");
	assert_int_equal(symlink("real", file_path(s, "link")), 0);
	add(s, "link");
	assert_counts(s, 1, 0, 0, 0, 0, 0);
	add(s, "real");
	assert_counts(s, 0, 1, 0, 0, 0, 0);
}

static void
the_archive_itself_is_not_taken(void **state)
{
	SHELF(s);
	const char *paths[] = { s->dir.path, NULL };

	(void)state;
	write_file(s, "a.txt", "one");
	must(xj_add(s->archive, paths, NULL, &s->result, &s->err));
	assert_int_equal(s->result.taken, 1);
	assert_int_equal(s->result.skipped, 1);
}

static int
add_as_nobody(struct shelf *s)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		/* Root reads everything, so somebody else must try. */
		if (setegid(65534) < 0 || seteuid(65534) < 0)
			_exit(2);
		add(s, "");
		_exit(strcmp(line_of(s, "secret.txt")->outcome, "refused") ||
		      strcmp(line_of(s, "open.txt")->outcome, "ok"));
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void
an_unreadable_file_is_an_outcome(void **state)
{
	SHELF(s);
	char command[400];

	(void)state;
	if (geteuid() != 0)
		tap_skip("needs root to become somebody else");
	write_file(s, "secret.txt", "one");
	write_file(s, "open.txt", "two");
	xj_archive_close(s->archive);
	s->archive = NULL;
	snprintf(command, sizeof(command), "cd '%.255s' && chmod 755 . && "
		 "chown -R 65534 . && chown 0 files/secret.txt", s->dir.path);
	assert_int_equal(system(command), 0);
	shelf_open(s, 0);
	assert_int_equal(add_as_nobody(s), 0);
}

static void
a_path_that_is_not_there_is_a_mistake(void **state)
{
	SHELF(s);
	const char *paths[] = { s->files, "/nowhere/at/all", NULL };
	const char *none[] = { NULL };

	(void)state;
	write_file(s, "a.txt", "one");
	assert_status(xj_add(s->archive, paths, NULL, NULL, &s->err),
		      XJ_ENOTFOUND);
	assert_says(s, "/nowhere/at/all");
	assert_status(xj_add(s->archive, none, NULL, NULL, &s->err),
		      XJ_EINVAL);
	assert_listed(s, NULL, "");
}

static void
names_that_are_not_text_are_kept(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "\xFF\x80.txt", "one");
	write_file(s, "line\nbreak.txt", "two");
	add(s, "");
	assert_counts(s, 2, 0, 0, 0, 0, 0);
	assert_outcome(s, "\\xFF\\x80.txt", "ok");
	assert_outcome(s, "line\\x0Abreak.txt", "ok");
	add(s, "");
	assert_counts(s, 0, 2, 0, 0, 0, 0);
	assert_sound(s);
}

/* 医院管理学讲义.txt and 会议纪要.txt in GB18030, 醫院管理學講義.txt in Big5; a
 * folder 培训 in GB18030. */
#define GBK_LECTURE "\xD2\xBD\xD4\xBA\xB9\xDC\xC0\xED\xD1\xA7\xBD\xB2\xD2\xE5.txt"
#define GBK_MINUTES "\xBB\xE1\xD2\xE9\xBC\xCD\xD2\xAA.txt"
#define GBK_FOLDER "\xC5\xE0\xD1\xB5"
#define BIG5_LECTURE \
	"\xC2\xE5\xB0\x7C\xBA\xDE\xB2\x7A\xBE\xC7\xC1\xBF\xB8\x71.txt"

static void
names_in_chinese_encodings_are_decoded_and_searched(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "utf8/心得.txt", "one");
	write_file(s, GBK_FOLDER "/" GBK_LECTURE, "two");
	write_file(s, GBK_FOLDER "/" GBK_MINUTES, "three");
	write_file(s, "big5/" BIG5_LECTURE, "four");
	add(s, "");
	assert_outcome(s, "utf8/心得.txt", "ok");
	assert_outcome(s, "培训/医院管理学讲义.txt", "ok");
	assert_outcome(s, "培训/会议纪要.txt", "ok");
	assert_outcome(s, "big5/醫院管理學講義.txt", "ok");
	assert_hits(s, "医院管理学", 2);
	assert_listed(s, "kind:minutes", "会议纪要.txt");
	add(s, "");
	assert_counts(s, 0, 4, 0, 0, 0, 0);
	assert_int_equal(files_with(s, "ocfl", "name_bytes"), 3);
	xj_archive_close(s->archive);
	s->archive = NULL;
	must(xj_rebuild(s->home, NULL, NULL, NULL, NULL, &s->err));
	shelf_open(s, 0);
	assert_listed(s, "kind:minutes", "会议纪要.txt");
	assert_hits(s, "医院管理学", 2);
	assert_sound(s);
}

static void
a_folder_hints_the_kind_of_what_is_in_it(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "学习心得/2023/张三.txt", "one");
	write_file(s, "学习心得/会议纪要.txt", "two"); /* its own name first */
	write_file(s, "讲义/心得体会/李四.txt", "three"); /* the nearest */
	write_file(s, "其他/王五.txt", "four");
	add(s, "");
	assert_listed(s, "kind:reflection", "张三.txt 李四.txt");
	assert_listed(s, "kind:minutes", "会议纪要.txt");
	assert_listed(s, "kind:material", "王五.txt");
	must(xj_edit(s->archive, id_of(s, "学习心得/2023/张三.txt"),
		     (const struct xj_given[]){ { "title", "新" }, { 0 } }, 0,
		     &s->err));
	xj_archive_close(s->archive);
	s->archive = NULL;
	must(xj_rebuild(s->home, NULL, NULL, NULL, NULL, &s->err));
	shelf_open(s, 0);
	assert_listed(s, "kind:reflection", "张三.txt 李四.txt");
}

static void
a_dry_run_changes_nothing(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	s->options.dry_run = true;
	add(s, "");
	assert_counts(s, 1, 0, 0, 0, 0, 0);
	assert_string_equal(line_of(s, "a.txt")->reason, "new");
	assert_int_equal(id_of(s, "a.txt"), 0);
	assert_listed(s, NULL, "");
}

static void
wrong_values_are_refused_before_anything_is_done(void **state)
{
	static const struct xj_given wrong[][2] = {
		{ { "colour", "red" }, { NULL, NULL } },
		{ { "kind", "novel" }, { NULL, NULL } },
		{ { "date", "soon" }, { NULL, NULL } },
		{ { "title", "a\nb" }, { NULL, NULL } },
		{ { "title", "\xff" }, { NULL, NULL } },
	};
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	for (size_t i = 0; i < XJ_COUNT(wrong); i++) {
		s->options.given = wrong[i];
		assert_status(try_add(s, ""), XJ_EINVAL);
	}
	assert_listed(s, NULL, "");
}

static void
a_read_only_archive_takes_nothing(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	shelf_open(s, XJ_OPEN_READONLY);
	assert_status(try_add(s, ""), XJ_EPERM);
}

static void
standard_input_is_a_document(void **state)
{
	SHELF(s);
	const char *paths[] = { "-", NULL };
	int old = dup(STDIN_FILENO), ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	assert_int_equal(write(ends[1], "piped text", 10), 10);
	close(ends[0]);
	close(ends[1]);
	must(xj_add(s->archive, paths, &(struct xj_add_options){
		.stdin_name = "会议.txt" }, &s->result, &s->err));
	dup2(old, STDIN_FILENO);
	close(old);
	assert_int_equal(s->result.taken, 1);
	assert_listed(s, NULL, "会议.txt");
	assert_bytes(s, 1, 0, "piped text", 10);
}

static void
a_title_that_a_program_gave_gives_way_to_the_heading(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.html", "<title>无标题文档</title>"
		   "<h1>传染病防治讲义</h1><p>第一条</p>");
	write_file(s, "b.html", "<title>卫生法规</title><h1>第一章</h1>");
	write_file(s, "c.html", "<title>Untitled 1</title><p>text");
	add(s, "");
	DOCUMENT(a, s, id_of(s, "a.html"));
	DOCUMENT(b, s, id_of(s, "b.html"));
	DOCUMENT(c, s, id_of(s, "c.html"));
	assert_string_equal(a_info->title, "传染病防治讲义");
	assert_string_equal(b_info->title, "卫生法规");
	assert_string_equal(c_info->title, "c");
}

/* ------------------------------------------------------------ containers */

static void
members_are_documents_inside_their_container(void **state)
{
	SHELF(s);
	struct zip inner = ZIP_INIT, outer = ZIP_INIT;

	(void)state;
	zip_text(&inner, "深/讲稿.txt", "深处的内容");
	zip_end(&inner);
	zip_text(&outer, "one.txt", "first member");
	zip_add(&outer, "inner.zip", inner.bytes.data, inner.bytes.len);
	zip_end(&outer);
	write_bytes(s, "all.zip", outer.bytes.data, outer.bytes.len);
	add(s, "");
	assert_counts(s, 4, 0, 0, 0, 0, 0);
	assert_outcome(s, "all.zip > inner.zip > 深/讲稿.txt", "ok");
	assert_hits(s, "深处的内容", 1);
	assert_bytes(s, id_of(s, "all.zip > inner.zip > 深/讲稿.txt"), 0,
		     "深处的内容", strlen("深处的内容"));
	assert_bytes(s, id_of(s, "all.zip > inner.zip"), 0, inner.bytes.data,
		     inner.bytes.len);
	DOCUMENT(d, s, id_of(s, "all.zip > inner.zip > 深/讲稿.txt"));
	assert_int_equal(d_info->parent, id_of(s, "all.zip > inner.zip"));
	assert_string_equal(d_info->path[1], "inner.zip");
	assert_string_equal(d_info->date, "2017-01-01");
	assert_null(d_info->path[3]);
	zip_release(&inner);
	zip_release(&outer);
	assert_sound(s);
}

/* Say in both headers of each member of that name that it is encrypted. */
static void
lock_member(struct zip *z, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 30; i + len <= z->bytes.len; i++) {
		char *at = z->bytes.data + i;

		if (memcmp(at, name, len) == 0 &&
		    memcmp(at - 30, "PK\003\004", 4) == 0)
			at[6 - 30] |= 1;
		else if (i >= 46 && memcmp(at, name, len) == 0 &&
			 memcmp(at - 46, "PK\001\002", 4) == 0)
			at[8 - 46] |= 1;
	}
}

static void
a_member_that_cannot_be_had_has_a_line_and_is_no_document(void **state)
{
	SHELF(s);
	struct zip z = ZIP_INIT;
	uint64_t id;

	(void)state;
	zip_text(&z, "open.txt", "open member");
	zip_text(&z, "locked.txt", "twelve bytes of head, and more");
	zip_text(&z, "../outside.txt", "a member from elsewhere");
	zip_end(&z);
	lock_member(&z, "locked.txt");
	write_bytes(s, "all.zip", z.bytes.data, z.bytes.len);
	add(s, "");
	assert_counts(s, 2, 0, 0, 1, 1, 0);
	assert_outcome(s, "all.zip", "partial");
	assert_outcome(s, "all.zip > locked.txt", "refused");
	assert_int_equal(id_of(s, "all.zip > locked.txt"), 0);
	assert_outcome(s, "all.zip > outside.txt", "ok");
	id = id_of(s, "all.zip > outside.txt");
	assert_text(s, id, "a member from elsewhere");
	zip_release(&z);
	assert_sound(s);
}

/* [kept, changed, lost] becomes [new, changed, kept]. */
static void
members_keep_their_numbers_in_a_new_version(void **state)
{
	SHELF(s);
	uint64_t kept, changed, lost;

	(void)state;
	WRITE_ZIP(s, "z.zip", "kept", "1", "changed", "2", "lost", "3");
	add(s, "");
	kept = id_of(s, "z.zip > kept");
	changed = id_of(s, "z.zip > changed");
	lost = id_of(s, "z.zip > lost");
	WRITE_ZIP(s, "z.zip", "new", "4", "changed", "22", "kept", "1");
	add(s, "");
	assert_int_equal(id_of(s, "z.zip > kept"), kept);
	assert_int_equal(id_of(s, "z.zip > changed"), changed);
	assert_int_equal(id_of(s, "z.zip > new"), lost + 1);
	assert_bytes(s, kept, 0, "1", 1);
	assert_bytes(s, changed, 0, "22", 2);
	assert_bytes(s, changed, 1, "2", 1);
	assert_bytes(s, kept, 1, "1", 1);
	assert_bytes(s, lost, 1, "3", 1);
	assert_listed(s, "is:removed", "lost");
	assert_status(xj_undelete(s->archive, lost, &s->err), XJ_EINVAL);
	assert_says(s, "not in the newest version");
	WRITE_ZIP(s, "z.zip", "lost", "5", "kept", "1");
	add(s, "");
	assert_int_equal(id_of(s, "z.zip > lost"), lost);
	assert_bytes(s, lost, 0, "5", 1);
	assert_sound(s);
}

static void
a_member_removed_by_hand_stays_removed_in_a_new_version(void **state)
{
	SHELF(s);

	(void)state;
	WRITE_ZIP(s, "z.zip", "a", "1", "b", "2");
	add(s, "");
	must(xj_remove(s->archive, id_of(s, "z.zip > b"), NULL, &s->err));
	WRITE_ZIP(s, "z.zip", "a", "1", "b", "2", "c", "3");
	add(s, "");
	assert_listed(s, NULL, "z.zip a c");
	must(xj_undelete(s->archive, id_of(s, "z.zip > b"), &s->err));
	assert_bytes(s, id_of(s, "z.zip > b"), 0, "2", 1);
}

static void
members_of_one_name_are_told_apart_by_their_order(void **state)
{
	SHELF(s);

	(void)state;
	WRITE_ZIP(s, "z.zip", "a", "first", "a", "second");
	add(s, "");
	assert_counts(s, 3, 0, 0, 0, 0, 0);
	assert_bytes(s, 2, 0, "first", 5);
	assert_bytes(s, 3, 0, "second", 6);
	WRITE_ZIP(s, "z.zip", "a", "FIRST", "a", "SECOND", "a", "third");
	add(s, "");
	assert_bytes(s, 2, 0, "FIRST", 5);
	assert_bytes(s, 3, 0, "SECOND", 6);
	assert_bytes(s, 4, 0, "third", 5);
}

/* The time that a run of `members` takes, in milliseconds. */
static uint64_t
time_of_members(unsigned members, unsigned *seen)
{
	SHELF(s);
	struct zip z = ZIP_INIT;
	uint64_t begun;

	for (unsigned i = 0; i < members; i++) {
		char name[32], text[32];

		snprintf(name, sizeof(name), "m%u.txt", members - i);
		snprintf(text, sizeof(text), "text %u", i);
		zip_text(&z, name, text);
	}
	zip_end(&z);
	write_bytes(s, "z.zip", z.bytes.data, z.bytes.len);
	begun = xj_monotonic_ms();
	add(s, "");
	*seen = (unsigned)s->result.taken;
	/* A new version matches every member with what it was. */
	zip_text(&z, "unseen", "");
	xj_buf_adds(&z.bytes, " ");
	write_bytes(s, "z.zip", z.bytes.data, z.bytes.len);
	add(s, "");
	must(xj_remove(s->archive, 1, NULL, &s->err));
	must(xj_undelete(s->archive, 1, &s->err));
	assert_bytes(s, 2, 0, "text 0", 6);
	zip_release(&z);
	return xj_monotonic_ms() - begun;
}

static void
many_members_take_linear_time(void **state)
{
	unsigned few, many;
	uint64_t t1, t2;

	(void)state;
	t1 = time_of_members(500, &few);
	t2 = time_of_members(4000, &many);
	assert_int_equal(few, 501);
	assert_int_equal(many, 4001);
	/* Eight times as many; quadratic would be sixty-four. */
	assert_true(t2 < 24 * t1 + 2000);
}

/* --------------------------------------------------------------- stopping */

struct stopping {
	struct shelf *s;
	bool cancel;
	unsigned after;
};

static int
stop_after(void *ctx, const struct xj_outcome *o)
{
	struct stopping *st = ctx;

	note_line(st->s, o);
	__atomic_store_n(&st->cancel, st->s->line_count >= st->after,
			 __ATOMIC_RELAXED);
	return XJ_OK;
}

static void
a_cancelled_run_goes_on_later(void **state)
{
	SHELF(s);
	struct stopping st = { .s = s, .after = 100 };

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		char name[32], text[32];

		snprintf(name, sizeof(name), "f%03u.txt", i);
		snprintf(text, sizeof(text), "text number %u", i);
		write_file(s, name, text);
	}
	s->options.outcome = stop_after;
	s->options.ctx = &st;
	s->options.watch.cancel = &st.cancel;
	assert_status(try_add(s, ""), XJ_ECANCELLED);
	assert_true(s->line_count >= 100 && s->line_count < 400);
	assert_int_equal(s->result.seen, s->line_count);
	assert_int_equal(s->result.taken, s->line_count);
	assert_sound(s);
	assert_int_equal(count_entries(s, "staging"), 1);
	st.after = 1000;
	st.cancel = false;
	{
		uint64_t before = s->result.taken;

		add(s, "");
		assert_int_equal(s->result.held, before);
		assert_int_equal(s->result.taken, 400 - before);
	}
	assert_hits(s, "number", 400);
}

static int
refuse_to_listen(void *ctx, const struct xj_outcome *o)
{
	(void)ctx, (void)o;
	return XJ_EIO;
}

static void
a_listener_that_fails_ends_the_run(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	s->options.outcome = refuse_to_listen;
	assert_status(try_add(s, ""), XJ_EIO);
	s->options.outcome = NULL;
	add(s, ""); /* it was durable before it was told */
	assert_counts(s, 0, 1, 0, 0, 0, 0);
}

/* ------------------------------------------------------- several processes */

#define OWN 60    /* files of one process alone */
#define SHARED 60 /* files of all */

static void
write_many(struct shelf *s, const char *folder, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char name[64], text[64];

		snprintf(name, sizeof(name), "%s/f%02u.txt", folder, i);
		snprintf(text, sizeof(text), "%s number %u", folder, i);
		write_file(s, name, text);
	}
}

/* Another process adds two folders; 0 when all went well. */
static pid_t
add_elsewhere(struct shelf *s, const char *own)
{
	char first[700];
	const char *paths[] = { first, file_path(s, "shared"), NULL };
	pid_t child = fork();

	if (child)
		return child;
	snprintf(first, sizeof(first), "%s/%s", s->files, own);
	paths[1] = file_path(s, "shared");
	s->archive = NULL;
	shelf_open(s, 0);
	must(xj_add(s->archive, paths, NULL, &s->result, &s->err));
	_exit(s->result.seen == OWN + SHARED && s->result.failed == 0 &&
	      s->result.refused == 0 ? 0 : 1);
}

static int
note_number(void *ctx, const struct xj_document_info *info)
{
	bool *seen = ctx;

	assert_true(info->id > 0 && info->id <= 3 * OWN + SHARED);
	assert_false(seen[info->id]);
	seen[info->id] = true;
	return XJ_OK;
}

static void
processes_that_add_at_once_lose_nothing(void **state)
{
	static const char *const folders[] = { "a", "b", "c" };
	SHELF(s);
	bool seen[3 * OWN + SHARED + 1] = { false };
	pid_t children[XJ_COUNT(folders)];
	uint64_t total;
	int status;

	(void)state;
	write_many(s, "shared", SHARED);
	for (size_t i = 0; i < XJ_COUNT(folders); i++)
		write_many(s, folders[i], OWN);
	xj_archive_close(s->archive);
	s->archive = NULL;
	for (size_t i = 0; i < XJ_COUNT(folders); i++)
		children[i] = add_elsewhere(s, folders[i]);
	for (size_t i = 0; i < XJ_COUNT(folders); i++) {
		assert_int_equal(waitpid(children[i], &status, 0),
				 children[i]);
		assert_int_equal(status, 0);
	}
	shelf_open(s, 0);
	must(xj_list(s->archive, NULL, &total, note_number, seen, &s->err));
	assert_int_equal(total, 3 * OWN + SHARED);
	must(xj_index_queue(s->archive, NULL, NULL, &s->err));
	assert_hits(s, "number", 3 * OWN + SHARED);
	assert_sound(s);
	assert_int_equal(count_entries(s, "staging"), 1);
}

/* Two processes that bring the next versions of the same files. */
static void
processes_that_change_the_same_files_make_one_version(void **state)
{
	SHELF(s);
	pid_t children[2];
	int status;

	(void)state;
	write_many(s, "shared", SHARED);
	write_many(s, "a", OWN);
	write_many(s, "b", OWN);
	add(s, "shared");
	for (unsigned i = 0; i < SHARED; i++) {
		char name[64];

		snprintf(name, sizeof(name), "shared/f%02u.txt", i);
		write_file(s, name, name); /* new bytes, each its own */
	}
	xj_archive_close(s->archive);
	s->archive = NULL;
	children[0] = add_elsewhere(s, "a");
	children[1] = add_elsewhere(s, "b");
	for (int i = 0; i < 2; i++) {
		waitpid(children[i], &status, 0);
		assert_int_equal(status, 0);
	}
	shelf_open(s, 0);
	for (uint64_t id = 1; id <= SHARED; id++) {
		DOCUMENT(d, s, id);
		assert_int_equal(d_info->version, 2);
	}
	assert_sound(s);
}

/* ------------------------------------------------------ sent by somebody */

/* The folder is another each time, as what is sent lies for a while alone. */
static void
upload(struct shelf *s, const char *folder)
{
	struct xj_add_options o = s->options;

	forget_lines(s);
	o.outcome = note_line;
	o.ctx = s;
	must(xj_add_uploaded(s->archive, file_path(s, folder), &o, &s->result,
			     &s->err));
}

static void
what_is_sent_again_is_known_by_the_names_it_has_there(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "1/讲义/a.txt", "同样");
	write_file(s, "1/讲义/b.txt", "同样");
	write_file(s, "1/c.txt", "初稿");
	upload(s, "1");
	assert_counts(s, 2, 0, 1, 0, 0, 0);
	assert_int_equal(id_of(s, "讲义/a.txt"), 2);
	write_file(s, "2/讲义/a.txt", "同样");
	write_file(s, "2/c.txt", "定稿在此");
	upload(s, "2");
	assert_counts(s, 1, 1, 0, 0, 0, 0);
	assert_int_equal(line_of(s, "c.txt")->version, 2);
	assert_int_equal(id_of(s, "c.txt"), 1);
	assert_int_equal(s->result.vanished, 0);
	/* the other file with its bytes may be there as it was */
	write_file(s, "3/讲义/a.txt", "改了");
	upload(s, "3");
	assert_int_equal(id_of(s, "讲义/a.txt"), 3);
	assert_text(s, 2, "同样");
	assert_sound(s);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_file_is_taken_found_and_given_back),
	cmocka_unit_test(the_same_folder_again_is_held),
	cmocka_unit_test(a_changed_file_is_the_next_version),
	cmocka_unit_test(a_new_version_keeps_what_a_person_said),
	cmocka_unit_test(a_touched_file_is_held),
	cmocka_unit_test(an_undated_file_has_the_day_it_was_changed),
	cmocka_unit_test(an_empty_file_is_a_document),
	cmocka_unit_test(equal_bytes_are_one_document_in_one_run),
	cmocka_unit_test(equal_bytes_are_one_document_across_runs),
	cmocka_unit_test(a_changed_copy_is_a_document_of_its_own),
	cmocka_unit_test(a_moved_file_is_the_same_document),
	cmocka_unit_test(vanished_files_are_counted_and_kept),
	cmocka_unit_test(
		a_removed_document_stays_removed_until_its_file_is_named),
	cmocka_unit_test(the_bytes_of_a_removed_document_bring_it_back),
	cmocka_unit_test(a_purged_document_is_a_new_one_when_it_comes_again),
	cmocka_unit_test(a_changed_file_of_a_removed_document_is_a_new_one),
	cmocka_unit_test(what_is_not_taken_is_said),
	cmocka_unit_test(a_link_that_is_named_is_followed),
	cmocka_unit_test(the_archive_itself_is_not_taken),
	cmocka_unit_test(an_unreadable_file_is_an_outcome),
	cmocka_unit_test(a_path_that_is_not_there_is_a_mistake),
	cmocka_unit_test(names_that_are_not_text_are_kept),
	cmocka_unit_test(names_in_chinese_encodings_are_decoded_and_searched),
	cmocka_unit_test(a_folder_hints_the_kind_of_what_is_in_it),
	cmocka_unit_test(a_dry_run_changes_nothing),
	cmocka_unit_test(wrong_values_are_refused_before_anything_is_done),
	cmocka_unit_test(a_read_only_archive_takes_nothing),
	cmocka_unit_test(standard_input_is_a_document),
	cmocka_unit_test(
		a_title_that_a_program_gave_gives_way_to_the_heading),
	cmocka_unit_test(members_are_documents_inside_their_container),
	cmocka_unit_test(
		a_member_that_cannot_be_had_has_a_line_and_is_no_document),
	cmocka_unit_test(members_keep_their_numbers_in_a_new_version),
	cmocka_unit_test(
		a_member_removed_by_hand_stays_removed_in_a_new_version),
	cmocka_unit_test(members_of_one_name_are_told_apart_by_their_order),
	cmocka_unit_test(many_members_take_linear_time),
	cmocka_unit_test(a_cancelled_run_goes_on_later),
	cmocka_unit_test(a_listener_that_fails_ends_the_run),
	cmocka_unit_test(what_is_sent_again_is_known_by_the_names_it_has_there),
	cmocka_unit_test(processes_that_add_at_once_lose_nothing),
	cmocka_unit_test(processes_that_change_the_same_files_make_one_version),
};

LIBRARY_MAIN(tests)
