/* test-ocr.c - pages that are pictures: queued, read, kept, found. A stand-in
 * does the reading, tests/plugins/fake-ocr.c. */
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>

#include "library-fixture.h"
#include "make-pdf.h"
#include "make-zip.h"

#define TEXT "This page has a line of text of its own"

/* ------------------------------------------------------------ the importers */

static char plugins[300];

static void
link_plugin(const char *folder, const char *from, const char *to)
{
	char target[700], name[700];

	snprintf(target, sizeof(target), "%s/importer-%s.so", folder, from);
	snprintf(name, sizeof(name), "%s/%s.so", plugins, to);
	if (symlink(target, name) < 0 && errno != EEXIST)
		fail_msg("%s: %s", name, strerror(errno));
}

/* Those that are needed, and the stand-in in its folder. */
static void
choose_plugins(const struct scratch *dir)
{
	static const char *const names[] = { "pdf", "text", "archive",
					     "image" };
	const char *all = getenv("XUEJI_PLUGINS");
	char fake[512], to[64];

	snprintf(plugins, sizeof(plugins), "%s/plugins", dir->path);
	snprintf(fake, sizeof(fake), "%s/ocr", plugins);
	assert_int_equal(mkdir(plugins, 0700) | mkdir(fake, 0700), 0);
	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		snprintf(to, sizeof(to), "importer-%s", names[i]);
		link_plugin(all, names[i], to);
	}
	snprintf(fake, sizeof(fake), "%s/tests/plugins/.libs",
		 getenv("top_builddir"));
	link_plugin(fake, "fake-ocr", "ocr/importer-fake-ocr");
	setenv("XUEJI_PLUGINS", plugins, 1);
}

static void
remove_reader(void)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/ocr/importer-fake-ocr.so", plugins);
	assert_int_equal(unlink(path), 0);
	path[strlen(plugins) + 4] = '\0';
	assert_int_equal(rmdir(path), 0);
}

/* As importers are started once for an archive, it is opened anew. */
static char *whole;

static void
ocr_begin(struct shelf *s)
{
	if (!whole)
		whole = strdup(getenv("XUEJI_PLUGINS"));
	setenv("XUEJI_PLUGINS", whole, 1);
	choose_plugins(&s->dir);
	shelf_open(s, 0);
}

#define OCR_SHELF(s) \
	SHELF(s); \
	ocr_begin(s)

/* ------------------------------------------------------------------ helpers */

/* A letter a page: p picture, t text, s a picture with a stamp. */
static void
write_scan(struct shelf *s, const char *name, const char *pages)
{
	struct pdf p = PDF_INIT;

	for (; *pages; pages++)
		pdf_page(&p, *pages == 't' ? TEXT : *pages == 's' ? "Stamp"
								  : "",
			 *pages != 't');
	pdf_end(&p);
	write_bytes(s, name, p.bytes.data, p.bytes.len);
	pdf_release(&p);
}

static struct xj_ocr_result
read_all(struct shelf *s)
{
	struct xj_ocr_result o;

	must(xj_ocr(s->archive, &(struct xj_ocr_options){ .jobs = 2 }, &o,
		    &s->err));
	return o;
}

static void
assert_counts(struct shelf *s, uint64_t waiting, uint64_t read, uint64_t blank,
	      uint64_t given_up)
{
	struct xj_ocr_result o;

	must(xj_ocr_status(s->archive, 0, &o, NULL, NULL, &s->err));
	assert_int_equal(o.waiting, waiting);
	assert_int_equal(o.read, read);
	assert_int_equal(o.blank, blank);
	assert_int_equal(o.given_up, given_up);
}

static void
assert_title(struct shelf *s, uint64_t id, const char *title)
{
	DOCUMENT(d, s, id);
	(void)d;
	assert_string_equal(d_info->title, title);
}

/* -------------------------------------------------------------------- tests */

static void
a_page_that_is_a_picture_waits_and_is_read(void **state)
{
	struct xj_ocr_result o;

	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "pp");
	add(s, "");
	assert_outcome(s, "a.pdf", "ok");
	assert_counts(s, 2, 0, 0, 0);
	assert_text(s, id_of(s, "a.pdf"), "");
	assert_hits(s, "卫生法规", 0);
	o = read_all(s);
	assert_int_equal(o.read, 2);
	assert_int_equal(o.waiting, 0);
	assert_counts(s, 0, 2, 0, 0);
	assert_text(s, id_of(s, "a.pdf"),
		    "Stamp\n第1页 卫生法规\nStamp\n第2页 卫生法规");
	assert_hits(s, "卫生法规", 1);
}

static void
a_hit_says_that_it_was_read_from_a_picture(void **state)
{
	struct xj_hits *h;

	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "tp");
	write_file(s, "b.txt", "卫生法规");
	add(s, "");
	read_all(s);
	must(xj_search(s->archive, &(struct xj_search){
		.query = "卫生法规 is:ocr" }, &h, &s->err));
	assert_int_equal(xj_hits_total(h), 1);
	assert_true(xj_hits_at(h, 0)->passages[0].ocr);
	assert_int_equal(xj_hits_at(h, 0)->passages[0].at, 2);
	xj_hits_free(h);
	must(xj_search(s->archive, &(struct xj_search){
		.query = "卫生法规 -is:ocr" }, &h, &s->err));
	assert_int_equal(xj_hits_total(h), 1);
	assert_false(xj_hits_at(h, 0)->passages[0].ocr);
	xj_hits_free(h);
	assert_listed(s, "is:ocr", "a.pdf");
}

static void
what_is_read_stands_between_the_other_pages(void **state)
{
	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "tptp");
	add(s, "");
	assert_counts(s, 2, 0, 0, 0);
	read_all(s);
	assert_text(s, id_of(s, "a.pdf"), TEXT "\nStamp\n第2页 卫生法规\n"
		    TEXT "\nStamp\n第4页 卫生法规");
}

static void
text_that_a_page_has_is_kept_and_not_doubled(void **state)
{
	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "s");
	add(s, "");
	read_all(s);
	assert_text(s, id_of(s, "a.pdf"), "Stamp\n第1页 卫生法规");
}

static int
note_page(void *ctx, const struct xj_ocr_page *p)
{
	xj_buf_addf(ctx, "%llu %s%s%s\n", (unsigned long long)p->page,
		    p->state, p->note ? ": " : "", p->note ? p->note : "");
	return XJ_OK;
}

static void
a_page_that_never_ends_is_given_up_alone(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct xj_ocr_result o;

	(void)state;
	OCR_SHELF(s);
	must(xj_setting_set(s->archive, "import.ocr_seconds", "1", &s->err));
	shelf_open(s, 0);
	write_scan(s, "bad.pdf", "ppppp");
	add(s, "");
	o = read_all(s);
	assert_int_equal(o.pages, 5);
	assert_counts(s, 0, 2, 1, 2);
	must(xj_ocr_status(s->archive, 0, &o, note_page, &b, &s->err));
	assert_non_null(strstr(b.data, "1 read\n2 given-up: 1 s of CPU"));
	assert_non_null(strstr(b.data, "3 given-up: importer fake-ocr "));
	assert_non_null(strstr(b.data, "4 blank\n5 read\n"));
	assert_text(s, id_of(s, "bad.pdf"),
		    "Stamp\n第1页 卫生法规\nStamp\n第5页 卫生法规");
	/* Once more comes to the same, for those alone. */
	must(xj_ocr(s->archive, &(struct xj_ocr_options){ .again = true }, &o,
		    &s->err));
	assert_int_equal(o.pages, 2);
	assert_int_equal(o.given_up, 2);
}

static void
without_a_reader_pages_wait_and_the_rest_works(void **state)
{
	struct xj_ocr_result o;

	(void)state;
	OCR_SHELF(s);
	remove_reader();
	write_scan(s, "a.pdf", "tp");
	add(s, "");
	assert_outcome(s, "a.pdf", "ok");
	assert_hits(s, "line", 1);
	assert_status(xj_ocr(s->archive, NULL, &o, &s->err), XJ_ENOTFOUND);
	assert_int_equal(o.waiting, 1);
}

static void
another_process_that_reads_is_left_alone(void **state)
{
	struct xj_ocr_result o;
	char path[400];
	int fd;

	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "p");
	add(s, "");
	snprintf(path, sizeof(path), "%.299s/staging/ocr.lock", s->home);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_status(xj_ocr(s->archive, NULL, &o, &s->err), XJ_EBUSY);
	assert_int_equal(o.waiting, 1);
	close(fd);
	assert_int_equal(read_all(s).read, 1);
}

static void
stop_after_some(void *ctx, const struct xj_progress *p)
{
	if (p->done >= 3)
		*(bool *)ctx = true;
}

static void
what_was_read_before_an_interruption_is_kept(void **state)
{
	struct xj_ocr_result o;
	bool cancel = false;

	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "pppppppppp");
	add(s, "");
	assert_status(xj_ocr(s->archive, &(struct xj_ocr_options){ .jobs = 2,
		.watch = { .progress = stop_after_some, .ctx = &cancel,
			   .cancel = &cancel } }, &o, &s->err),
		      XJ_ECANCELLED);
	assert_true(o.read >= 3 && o.read < 10);
	assert_counts(s, 10 - o.read, o.read, 0, 0);
	assert_hits(s, "卫生法规", 1);
	assert_int_equal(read_all(s).read, 10 - o.read);
	assert_hits(s, "第10页", 1);
}

/* A child that reads, and is killed. */
static void
read_and_kill(struct shelf *s, long after_ms)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		s->archive = NULL;
		if (xj_archive_open(s->home, 0, &s->archive, &s->err) < 0)
			_exit(1);
		xj_ocr(s->archive, &(struct xj_ocr_options){ .jobs = 2 }, NULL,
		       &s->err);
		_exit(0);
	}
	nanosleep(&(struct timespec){ after_ms / 1000,
		  after_ms % 1000 * 1000000 }, NULL);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void
killed_at_any_moment_each_page_is_there_once(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf want = XJ_BUF_INIT;
	char pages[81];

	(void)state;
	OCR_SHELF(s);
	memset(pages, 'p', 80);
	pages[80] = '\0';
	write_scan(s, "slow.pdf", pages);
	add(s, "");
	for (long ms = 200; ms <= 1700; ms += 300) {
		read_and_kill(s, ms);
		shelf_open(s, 0);
		assert_sound(s);
	}
	read_all(s);
	assert_counts(s, 0, 80, 0, 0);
	for (int i = 1; i <= 80; i++)
		xj_buf_addf(&want, "%sStamp\n第%d页 卫生法规",
			    i > 1 ? "\n" : "", i);
	assert_text(s, id_of(s, "slow.pdf"), want.data);
	assert_hits(s, "第80页", 1);
}

static void
a_rebuild_takes_over_what_was_read(void **state)
{
	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "tp");
	add(s, "");
	read_all(s);
	remove_reader();
	xj_archive_close(s->archive);
	s->archive = NULL;
	must(xj_rebuild(s->home, NULL, NULL, NULL, NULL, &s->err));
	shelf_open(s, 0);
	assert_counts(s, 0, 1, 0, 0);
	assert_hits(s, "卫生法规 is:ocr", 1);
}

static void
a_new_version_of_a_file_is_read_anew(void **state)
{
	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "pp");
	add(s, "");
	read_all(s);
	write_scan(s, "a.pdf", "tpp");
	add(s, "");
	assert_counts(s, 2, 0, 0, 0);
	read_all(s);
	assert_counts(s, 0, 2, 0, 0);
	assert_text(s, id_of(s, "a.pdf"),
		    TEXT "\nStamp\n第2页 卫生法规\nStamp\n第3页 卫生法规");
}

static void
what_was_removed_does_not_wait(void **state)
{
	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "pp");
	add(s, "");
	must(xj_remove(s->archive, id_of(s, "a.pdf"), NULL, &s->err));
	assert_counts(s, 0, 0, 0, 0);
	must(xj_undelete(s->archive, id_of(s, "a.pdf"), &s->err));
	assert_counts(s, 2, 0, 0, 0);
	read_all(s);
	must(xj_purge(s->archive, id_of(s, "a.pdf"), NULL, &s->err));
	assert_counts(s, 0, 0, 0, 0);
	/* Nothing is left of it: the same file is read again. */
	add(s, "");
	assert_counts(s, 2, 0, 0, 0);
	remove_reader();
	shelf_open(s, 0);
	assert_status(xj_ocr(s->archive, NULL, NULL, &s->err), XJ_ENOTFOUND);
	assert_counts(s, 2, 0, 0, 0);
}

static void
a_scan_without_a_name_is_called_by_its_first_line(void **state)
{
	(void)state;
	OCR_SHELF(s);
	write_scan(s, "IMG_0042.pdf", "p");
	write_scan(s, "扫描件 3.pdf", "tp");
	write_scan(s, "年度计划.pdf", "pt");
	add(s, "");
	assert_title(s, id_of(s, "IMG_0042.pdf"), "IMG_0042");
	read_all(s);
	assert_title(s, id_of(s, "IMG_0042.pdf"), "Stamp");
	assert_title(s, id_of(s, "扫描件 3.pdf"), "Stamp");
	assert_title(s, id_of(s, "年度计划.pdf"), "年度计划");
	must(xj_edit(s->archive, id_of(s, "IMG_0042.pdf"),
		     (struct xj_given[]){ { "subject", "x" }, { 0 } }, 0,
		     &s->err));
	assert_title(s, id_of(s, "IMG_0042.pdf"), "Stamp");
}

static void
a_member_of_a_zip_is_read(void **state)
{
	struct zip z = ZIP_INIT;
	struct pdf p = PDF_INIT;

	(void)state;
	OCR_SHELF(s);
	pdf_page(&p, "", true);
	pdf_end(&p);
	zip_text(&z, "a.txt", "text");
	zip_add(&z, "scan.pdf", p.bytes.data, p.bytes.len);
	zip_end(&z);
	write_bytes(s, "b.zip", z.bytes.data, z.bytes.len);
	add(s, "");
	assert_int_equal(read_all(s).read, 1);
	assert_text(s, id_of(s, "b.zip > scan.pdf"), "Stamp\n第1页 卫生法规");
	zip_release(&z);
	pdf_release(&p);
}

static int
count_one(void *ctx, const struct xj_document_info *info)
{
	(void)info;
	++*(unsigned *)ctx;
	return XJ_OK;
}

static void
a_scan_that_is_marked_secret_goes_into_quarantine(void **state)
{
	unsigned hidden = 0;

	(void)state;
	OCR_SHELF(s);
	write_scan(s, "secret.pdf", "ppp");
	write_scan(s, "open.pdf", "p");
	add(s, "");
	read_all(s);
	must(xj_quarantine_list(s->archive, count_one, &hidden, &s->err));
	assert_int_equal(hidden, 1);
	assert_hits(s, "卫生法规", 1);
	assert_counts(s, 0, 1, 0, 0);
	must(xj_quarantine_clear(s->archive, id_of(s, "secret.pdf"),
				 "a false alarm", NULL, &s->err));
	assert_counts(s, 3, 1, 0, 0);
	read_all(s);
	assert_counts(s, 0, 4, 0, 0);
	assert_hits(s, "卫生法规", 2);
}

static void
only_the_documents_asked_for_are_read(void **state)
{
	struct xj_ocr_result o;

	(void)state;
	OCR_SHELF(s);
	write_scan(s, "a.pdf", "pp");
	write_scan(s, "b.pdf", "ppp");
	add(s, "");
	must(xj_ocr(s->archive, &(struct xj_ocr_options){
		.ids = (uint64_t[]){ id_of(s, "b.pdf"), 0 } }, &o, &s->err));
	assert_int_equal(o.read, 3);
	assert_int_equal(o.waiting, 0);
	assert_counts(s, 2, 3, 0, 0);
}

static void
signs_are_no_pages(void **state)
{
	/* The head of a PNG: a size is all that is looked at. */
	static unsigned char png[33] = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR";

	(void)state;
	OCR_SHELF(s);
	png[19] = png[23] = 16;
	write_bytes(s, "icon.png", png, sizeof(png));
	png[18] = png[22] = 4;
	write_bytes(s, "page.png", png, sizeof(png));
	add(s, "");
	assert_counts(s, 1, 0, 0, 0);
	read_all(s);
	assert_text(s, id_of(s, "page.png"), "Stamp\n第1页 卫生法规");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_page_that_is_a_picture_waits_and_is_read),
	cmocka_unit_test(a_hit_says_that_it_was_read_from_a_picture),
	cmocka_unit_test(what_is_read_stands_between_the_other_pages),
	cmocka_unit_test(text_that_a_page_has_is_kept_and_not_doubled),
	cmocka_unit_test(a_page_that_never_ends_is_given_up_alone),
	cmocka_unit_test(without_a_reader_pages_wait_and_the_rest_works),
	cmocka_unit_test(another_process_that_reads_is_left_alone),
	cmocka_unit_test(what_was_read_before_an_interruption_is_kept),
	cmocka_unit_test(killed_at_any_moment_each_page_is_there_once),
	cmocka_unit_test(a_rebuild_takes_over_what_was_read),
	cmocka_unit_test(a_new_version_of_a_file_is_read_anew),
	cmocka_unit_test(what_was_removed_does_not_wait),
	cmocka_unit_test(a_scan_without_a_name_is_called_by_its_first_line),
	cmocka_unit_test(a_member_of_a_zip_is_read),
	cmocka_unit_test(a_scan_that_is_marked_secret_goes_into_quarantine),
	cmocka_unit_test(only_the_documents_asked_for_are_read),
	cmocka_unit_test(signs_are_no_pages),
};

LIBRARY_MAIN(tests)
