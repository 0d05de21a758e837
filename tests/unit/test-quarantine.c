/* test-quarantine.c - what is marked secret is kept, and seen by nobody who does
 * not look into the quarantine. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "library-fixture.h"
#include "make-zip.h"

#define SECRET "秘密★10年\n\n关于某事项的通知\n内容机要独有词。\n"
#define WORD "独有词"

/* The report of adding one secret, one open and one zip file: numbers. */
struct numbers {
	uint64_t secret, open, zip, inner, member, sibling;
};

static void
write_zip(struct shelf *s, const char *secret)
{
	struct zip inner = ZIP_INIT, outer = ZIP_INIT;

	zip_text(&inner, "内.txt", secret);
	zip_text(&inner, "邻.txt", "旁边的文字");
	zip_end(&inner);
	zip_add(&outer, "内层.zip", inner.bytes.data, inner.bytes.len);
	zip_end(&outer);
	write_bytes(s, "外层.zip", outer.bytes.data, outer.bytes.len);
	zip_release(&inner);
	zip_release(&outer);
}

static struct numbers
fill(struct shelf *s)
{
	write_file(s, "通知.txt", SECRET);
	write_file(s, "讲稿.txt", "alpha 讲义");
	write_zip(s, SECRET);
	add(s, "");
	return (struct numbers){
		.secret = id_of(s, "通知.txt"), .open = id_of(s, "讲稿.txt"),
		.zip = id_of(s, "外层.zip"),
		.inner = id_of(s, "外层.zip > 内层.zip"),
		.member = id_of(s, "外层.zip > 内层.zip > 内.txt"),
		.sibling = id_of(s, "外层.zip > 内层.zip > 邻.txt"),
	};
}

static int
note_id(void *ctx, const struct xj_document_info *info)
{
	xj_buf_addf(ctx, " %llu", (unsigned long long)info->id);
	assert_int_equal(info->state, XJ_QUARANTINED);
	assert_string_equal(info->outcome, "quarantined");
	assert_true(*info->reason);
	return XJ_OK;
}

static void
assert_quarantined(struct shelf *s, const uint64_t *ids)
{
	xj_auto(xj_buf_release) struct xj_buf is = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf should = XJ_BUF_INIT;

	for (; *ids; ids++)
		xj_buf_addf(&should, " %llu", (unsigned long long)*ids);
	must(xj_quarantine_list(s->archive, note_id, &is, &s->err));
	assert_string_equal(xj_buf_str(&is), xj_buf_str(&should));
}

#define ASSERT_QUARANTINED(s, ...) \
	assert_quarantined(s, (const uint64_t[]){ __VA_ARGS__ __VA_OPT__(,) 0 })

static int
try_open(struct shelf *s, uint64_t id)
{
	struct xj_document *d = NULL;
	char ref[24];
	int r;

	snprintf(ref, sizeof(ref), "%llu", (unsigned long long)id);
	r = xj_document_open(s->archive, ref, &d, &s->err);
	xj_document_free(d);
	return r;
}

static void
assert_hidden(struct shelf *s, uint64_t id)
{
	assert_status(try_open(s, id), XJ_ENOTFOUND);
}

static int
get(struct shelf *s, uint64_t id)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	return get_bytes(s, id, 0, &b);
}

/* ----------------------------------------------------------------- the mark */

static void
a_marked_file_is_quarantined_and_told_of(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	assert_outcome(s, "通知.txt", "quarantined");
	assert_non_null(strstr(line_of(s, "通知.txt")->reason, "秘密★10年"));
	assert_outcome(s, "外层.zip > 内层.zip > 内.txt", "quarantined");
	assert_outcome(s, "外层.zip", "ok");
	assert_int_equal(s->result.quarantined, 2);
	assert_int_equal(s->result.taken, 4);
	assert_int_equal(s->result.seen, 6);
	ASSERT_QUARANTINED(s, n.secret < n.member ? n.secret : n.member,
			   n.secret < n.member ? n.member : n.secret);
	assert_sound(s);
}

static void
a_mark_in_the_name_is_enough(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "机密★5年 纪要.txt", "没有标志的文字");
	add(s, "");
	assert_outcome(s, "机密★5年 纪要.txt", "quarantined");
	assert_hits(s, "没有标志", 0);
}

static void
it_is_in_no_list_search_count_or_history(void **state)
{
	SHELF(s);
	struct xj_archive_status status;
	struct numbers n = fill(s);
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	assert_hits(s, WORD, 0);
	assert_hits(s, "旁边", 1);
	assert_listed(s, "is:removed", "");
	assert_listed(s, "通知", "");
	assert_hidden(s, n.secret);
	assert_hidden(s, n.member);
	must(xj_status(s->archive, &status, &s->err));
	assert_int_equal(status.documents, 2);
	assert_int_equal(status.members, 2);
	assert_int_equal(status.quarantined, 2);
	assert_int_equal(status.queued, 0);
	must(xj_list(s->archive, NULL, NULL, note_name, &b, &s->err));
	assert_null(strstr(b.data, "通知"));
}

static void
its_text_is_stored_nowhere(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	shelf_open(s, 0);
	assert_int_equal(files_with(s, "index", WORD), 0);
	assert_int_equal(files_with(s, "staging", WORD), 0);
	assert_int_equal(files_with(s, "text.sqlite", WORD), 0);
	assert_int_equal(files_with(s, "catalog.sqlite", WORD), 0);
	assert_int_equal(files_with(s, "ocfl", WORD), 2); /* the originals */
}

static void
the_bytes_around_a_member_are_not_given_out(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	assert_status(get(s, n.zip), XJ_EPERM);
	assert_status(get(s, n.inner), XJ_EPERM);
	assert_status(get(s, n.sibling), XJ_OK);
	must(xj_quarantine_clear(s->archive, n.member, "样张", NULL, &s->err));
	assert_status(get(s, n.zip), XJ_OK);
	assert_status(get(s, n.member), XJ_OK);
}

static void
it_cannot_be_edited_or_removed_but_purged(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);
	const struct xj_given title[] = { { "title", "别名" }, { 0 } };

	(void)state;
	assert_status(xj_edit(s->archive, n.secret, title, 0, &s->err),
		      XJ_ENOTFOUND);
	assert_status(xj_remove(s->archive, n.secret, NULL, &s->err),
		      XJ_ENOTFOUND);
	assert_status(xj_undelete(s->archive, n.secret, &s->err),
		      XJ_ENOTFOUND);
	must(xj_purge(s->archive, n.secret, "涉密", &s->err));
	must(xj_purge(s->archive, n.zip, "涉密", &s->err));
	ASSERT_QUARANTINED(s);
	assert_int_equal(files_with(s, "ocfl", WORD), 0);
	assert_sound(s);
}

/* -------------------------------------------------------------- false alarms */

static void
a_false_alarm_needs_a_reason_and_can_be_found_then(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	assert_status(xj_quarantine_clear(s->archive, n.secret, "", NULL, &s->err),
		      XJ_EINVAL);
	assert_status(xj_quarantine_clear(s->archive, n.open, "x", NULL, &s->err),
		      XJ_ENOTFOUND);
	must(xj_quarantine_clear(s->archive, n.secret, "教学样张", NULL, &s->err));
	assert_hits(s, WORD, 1);
	assert_text(s, n.secret, "秘密★10年\n关于某事项的通知\n内容机要独有词。");
	ASSERT_QUARANTINED(s, n.member);
	{
		DOCUMENT(d, s, n.secret);

		(void)d;
		assert_string_equal(d_info->outcome, "ok");
		assert_int_equal(d_info->version, 2);
	}
	assert_int_equal(files_with(s, "ocfl", "教学样张"), 3);
	assert_sound(s);
}

static void
a_rebuild_keeps_quarantine_and_clearances(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	must(xj_quarantine_clear(s->archive, n.member, "样张", NULL, &s->err));
	must(xj_quarantine_set(s->archive, n.open, "不宜公开", &s->err));
	xj_archive_close(s->archive);
	s->archive = NULL;
	must(xj_rebuild(s->home, show_problem, NULL, NULL, NULL, &s->err));
	shelf_open(s, 0);
	ASSERT_QUARANTINED(s, n.secret < n.open ? n.secret : n.open,
			   n.secret < n.open ? n.open : n.secret);
	assert_hits(s, WORD, 1);
	assert_hits(s, "alpha", 0);
	assert_sound(s);
}

static void
other_bytes_of_a_cleared_document_are_looked_at_anew(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	must(xj_quarantine_clear(s->archive, n.secret, "样张", NULL, &s->err));
	write_file(s, "通知.txt", SECRET "又加了一行\n");
	add(s, "");
	assert_outcome(s, "通知.txt", "quarantined");
	assert_int_equal(id_of(s, "通知.txt"), n.secret);
	assert_hidden(s, n.secret);
	assert_hits(s, WORD, 0);
	assert_sound(s);
}

static void
a_changed_file_does_not_free_what_was_marked(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	write_file(s, "通知.txt", "现在没有标志\n");
	add(s, "");
	assert_outcome(s, "通知.txt", "ok");
	assert_int_not_equal(id_of(s, "通知.txt"), n.secret);
	assert_hidden(s, n.secret);
	assert_hits(s, "现在没有", 1);
}

static void
a_member_that_is_harmless_now_seals_its_container(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	write_zip(s, "gamma 平常");
	add(s, "");
	assert_int_equal(id_of(s, "外层.zip > 内层.zip > 内.txt"), n.member);
	assert_outcome(s, "外层.zip > 内层.zip > 内.txt", "quarantined");
	assert_status(get(s, n.zip), XJ_EPERM);
	must(xj_quarantine_clear(s->archive, n.member, "已换", NULL, &s->err));
	assert_hits(s, "gamma", 1);
	assert_status(get(s, n.zip), XJ_OK);
	assert_sound(s);
}

/* ---------------------------------------------------------------- other ways */

static void
the_same_bytes_again_are_quarantined_too(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	write_file(s, "副本.txt", SECRET);
	add(s, "副本.txt");
	assert_outcome(s, "副本.txt", "quarantined");
	assert_int_equal(id_of(s, "副本.txt"), n.secret);
	assert_int_equal(s->result.quarantined, 1);
}

static void
a_second_name_that_is_marked_hides_the_document(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	write_file(s, "秘密★3年.txt", "alpha 讲义");
	add(s, "秘密★3年.txt");
	assert_outcome(s, "秘密★3年.txt", "quarantined");
	assert_hidden(s, n.open);
	assert_hits(s, "alpha", 0);
	must(xj_quarantine_clear(s->archive, n.open, "名字有误", NULL, &s->err));
	write_file(s, "机密★3年.txt", "alpha 讲义");
	add(s, "机密★3年.txt");
	assert_outcome(s, "机密★3年.txt", "duplicate");
	assert_hits(s, "alpha", 1);
	assert_sound(s);
}

static void
what_is_inside_goes_and_comes_with_its_container(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	must(xj_quarantine_set(s->archive, n.inner, NULL, &s->err));
	assert_hidden(s, n.inner);
	assert_hidden(s, n.sibling);
	assert_hits(s, "旁边", 0);
	assert_status(xj_quarantine_set(s->archive, n.inner, NULL, &s->err),
		      XJ_EEXIST);
	assert_status(xj_quarantine_clear(s->archive, n.sibling, "x", NULL, &s->err),
		      XJ_EINVAL);
	must(xj_quarantine_clear(s->archive, n.inner, "误放", NULL, &s->err));
	assert_hits(s, "旁边", 1);
	assert_hidden(s, n.member); /* marked itself */
	assert_sound(s);
}

static void
a_container_removed_and_back_frees_no_member(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	must(xj_remove(s->archive, n.zip, NULL, &s->err));
	assert_hidden(s, n.member);
	must(xj_quarantine_clear(s->archive, n.member, "样张", NULL, &s->err));
	assert_hits(s, WORD, 0); /* removed, as what it is inside of */
	must(xj_undelete(s->archive, n.zip, &s->err));
	assert_hits(s, WORD, 1);
	assert_sound(s);
}

static void
an_accession_undone_leaves_it_in_quarantine(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	must(xj_accession_undo(s->archive, 1, NULL, NULL, &s->err));
	assert_hidden(s, n.secret);
	assert_hidden(s, n.member);
	assert_status(xj_undelete(s->archive, n.secret, &s->err),
		      XJ_ENOTFOUND);
	must(xj_undelete(s->archive, n.zip, &s->err));
	assert_hits(s, WORD, 0);
	assert_sound(s);
}

/* --------------------------------------------------------------------- kill */

/* In and out of quarantine, until it is killed. */
static void
work_and_be_killed(struct shelf *s, uint64_t id, long after_us)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		s->archive = NULL;
		if (xj_archive_open(s->home, 0, &s->archive, NULL) < 0)
			_exit(1);
		setpgid(0, 0);
		for (;;) {
			xj_quarantine_set(s->archive, id, "不宜", NULL);
			xj_quarantine_clear(s->archive, id, "可以", NULL, NULL);
		}
	}
	setpgid(child, child);
	nanosleep(&(struct timespec){ 0, after_us * 1000 }, NULL);
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void
killed_at_any_moment_it_is_in_or_out(void **state)
{
	SHELF(s);
	struct numbers n = fill(s);

	(void)state;
	xj_archive_close(s->archive);
	s->archive = NULL;
	for (unsigned i = 0; i < 12; i++) {
		work_and_be_killed(s, n.open, 20000 + i * 17000);
		shelf_open(s, 0);
		must(xj_index_queue(s->archive, NULL, NULL, &s->err));
		if (try_open(s, n.open) == XJ_OK) {
			assert_hits(s, "alpha", 1);
			assert_text(s, n.open, "alpha 讲义");
		} else {
			assert_hits(s, "alpha", 0);
			assert_int_equal(s->err.status, XJ_ENOTFOUND);
		}
		assert_hits(s, WORD, 0);
		assert_sound(s);
		xj_archive_close(s->archive);
		s->archive = NULL;
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_marked_file_is_quarantined_and_told_of),
	cmocka_unit_test(a_mark_in_the_name_is_enough),
	cmocka_unit_test(it_is_in_no_list_search_count_or_history),
	cmocka_unit_test(its_text_is_stored_nowhere),
	cmocka_unit_test(the_bytes_around_a_member_are_not_given_out),
	cmocka_unit_test(it_cannot_be_edited_or_removed_but_purged),
	cmocka_unit_test(a_false_alarm_needs_a_reason_and_can_be_found_then),
	cmocka_unit_test(a_rebuild_keeps_quarantine_and_clearances),
	cmocka_unit_test(other_bytes_of_a_cleared_document_are_looked_at_anew),
	cmocka_unit_test(a_changed_file_does_not_free_what_was_marked),
	cmocka_unit_test(a_member_that_is_harmless_now_seals_its_container),
	cmocka_unit_test(the_same_bytes_again_are_quarantined_too),
	cmocka_unit_test(a_second_name_that_is_marked_hides_the_document),
	cmocka_unit_test(what_is_inside_goes_and_comes_with_its_container),
	cmocka_unit_test(a_container_removed_and_back_frees_no_member),
	cmocka_unit_test(an_accession_undone_leaves_it_in_quarantine),
	cmocka_unit_test(killed_at_any_moment_it_is_in_or_out),
};

LIBRARY_MAIN(tests)
