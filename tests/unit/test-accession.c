/* test-accession.c - batches of `add`: listed, shown, undone. */
#include <sys/wait.h>

#include "library-fixture.h"
#include "make-zip.h"

struct shown {
	char text[1200];
};

static void
say(struct shown *sh, const char *format, ...)
{
	size_t n = strlen(sh->text);
	va_list args;

	va_start(args, format);
	vsnprintf(sh->text + n, sizeof(sh->text) - n, format, args);
	va_end(args);
}

static int
show_row(void *ctx, const struct xj_accession *row)
{
	say(ctx, "%llu %s%s: %llu taken, %llu held, %llu refused, %llu bytes; ",
	    (unsigned long long)row->number, row->finished ? "finished" : "cut",
	    row->undone ? ", undone" : "", (unsigned long long)row->taken,
	    (unsigned long long)row->held, (unsigned long long)row->refused,
	    (unsigned long long)row->bytes);
	return XJ_OK;
}

static int
show_line(void *ctx, const struct xj_outcome *o)
{
	const char *const *p = o->path;

	while (p[1])
		p++;
	say(ctx, "%s %s %llu; ", xj_path_base(*p), o->outcome,
	    (unsigned long long)o->id);
	return XJ_OK;
}

static void
assert_shown(struct shelf *s, uint64_t number, const char *text)
{
	struct shown sh = { "" };

	must(xj_accession_show(s->archive, number, show_row, show_line, &sh,
			       &s->err));
	assert_string_equal(sh.text, text);
}

static void
write_zip(struct shelf *s, const char *name, const char *a, const char *b)
{
	struct zip z = ZIP_INIT;

	zip_text(&z, "a.txt", a);
	if (b)
		zip_text(&z, "b.txt", b);
	zip_end(&z);
	write_bytes(s, name, z.bytes.data, z.bytes.len);
	zip_release(&z);
}

static void
undo(struct shelf *s, uint64_t number, uint64_t count)
{
	uint64_t undone;

	must(xj_accession_undo(s->archive, number, NULL, &undone, &s->err));
	assert_int_equal(undone, count);
}

static void
an_accession_is_shown_with_its_report(void **state)
{
	struct shown sh = { "" };
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	write_file(s, "b.txt", "one");
	write_file(s, "c.txt", "three");
	add(s, "");
	write_file(s, "c.txt", "changed");
	add(s, "");
	assert_shown(s, 1, "1 finished: 2 taken, 1 held, 0 refused, 8 bytes; "
		     "a.txt ok 1; b.txt duplicate 1; c.txt ok 2; ");
	assert_shown(s, 2, "2 finished: 1 taken, 2 held, 0 refused, 7 bytes; "
		     "c.txt ok 2; ");
	must(xj_accessions(s->archive, show_row, &sh, &s->err));
	assert_ptr_equal(strstr(sh.text, "2 finished"), sh.text);
	assert_non_null(strstr(sh.text, "; 1 finished"));
	assert_status(xj_accession_show(s->archive, 3, NULL, NULL, NULL,
					&s->err), XJ_ENOTFOUND);
}

static void
undoing_removes_what_was_brought(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "old.txt", "before");
	add(s, "");
	write_file(s, "new.txt", "one");
	write_zip(s, "new.zip", "two", "three");
	add(s, "");
	undo(s, 2, 2);
	assert_listed(s, NULL, "old.txt");
	assert_hits(s, "\"three\"", 0);
	assert_status(xj_accession_undo(s->archive, 2, NULL, NULL, &s->err),
		      XJ_EEXIST);
	assert_sound(s);
}

static void
what_was_undone_is_taken_again(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	write_zip(s, "z.zip", "two", NULL);
	add(s, "");
	undo(s, 1, 2);
	add(s, "");
	assert_int_equal(s->result.taken, 2);
	assert_listed(s, NULL, "a.txt z.zip a.txt");
	assert_hits(s, "\"two\"", 1);
	undo(s, 2, 2); /* what it took back goes again */
	assert_listed(s, NULL, "");
	assert_sound(s);
}

static void
undoing_takes_versions_back(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "first");
	write_zip(s, "z.zip", "kept", NULL);
	add(s, "");
	write_file(s, "a.txt", "second");
	write_zip(s, "z.zip", "changed", "came later");
	add(s, "");
	undo(s, 2, 2);
	assert_listed(s, NULL, "a.txt z.zip a.txt");
	assert_text(s, 1, "first");
	assert_bytes(s, 1, 0, "first", 5);
	assert_bytes(s, 1, 2, "second", 6);
	assert_bytes(s, 3, 0, "kept", 4);
	assert_hits(s, "\"first\"", 1);
	assert_hits(s, "\"second\"", 0);
	DOCUMENT(d, s, 1);
	assert_int_equal(d_info->version, 3);
	assert_int_equal(d_info->accession, 1);
	assert_sound(s);
	add(s, ""); /* the files are as in the version taken back */
	assert_text(s, 1, "second");
	assert_bytes(s, 4, 0, "came later", 10);
	assert_sound(s);
}

static void
a_document_that_changed_again_is_left_alone(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "first");
	add(s, "");
	write_file(s, "a.txt", "second");
	add(s, "");
	assert_status(xj_accession_undo(s->archive, 1, NULL, NULL, &s->err),
		      XJ_EEXIST);
	assert_says(s, "not undone");
	assert_text(s, 1, "second");
	add(s, "");
	assert_outcome(s, "a.txt", "held");
	undo(s, 2, 1);
	undo(s, 1, 1); /* now there is something to take back */
}

static void
undoing_forgets_files_whose_bytes_were_there(void **state)
{
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "the same");
	add(s, "a.txt");
	write_file(s, "b.txt", "the same");
	add(s, "b.txt");
	assert_outcome(s, "b.txt", "duplicate");
	undo(s, 2, 0);
	add(s, "a.txt");
	assert_outcome(s, "a.txt", "held");
	add(s, "b.txt"); /* as if it had never been seen */
	assert_outcome(s, "b.txt", "duplicate");
	assert_sound(s);
}

static void
edits_after_an_accession_go_with_it(void **state)
{
	const struct xj_given given[] = { { "title", "改过" }, { NULL, NULL } };
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "first");
	add(s, "");
	must(xj_edit(s->archive, 1, given, 0, &s->err));
	undo(s, 1, 1);
	assert_listed(s, NULL, "");
	assert_listed(s, "is:removed", "a.txt");
}

/* Killed after the first documents are durable. */
static void
an_accession_cut_short_is_finished_when_the_archive_opens(void **state)
{
	struct shown sh = { "" };
	pid_t child;
	int status;
	SHELF(s);

	(void)state;
	for (int i = 0; i < 300; i++) {
		char name[32];

		snprintf(name, sizeof(name), "f%03d.txt", i);
		write_file(s, name, name);
	}
	child = fork();
	if (child == 0) {
		s->archive = NULL;
		shelf_open(s, 0);
		s->options.outcome = (int (*)(void *, const struct xj_outcome *))
			(void (*)(void))abort;
		try_add(s, "");
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	must(xj_accessions(s->archive, show_row, &sh, &s->err));
	assert_non_null(strstr(sh.text, "1 cut"));
	shelf_open(s, 0);
	sh.text[0] = '\0';
	must(xj_accessions(s->archive, show_row, &sh, &s->err));
	assert_non_null(strstr(sh.text, "1 finished: "));
	assert_int_equal(count_entries(s, "staging"), 1);
	assert_sound(s);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_accession_is_shown_with_its_report),
	cmocka_unit_test(undoing_removes_what_was_brought),
	cmocka_unit_test(what_was_undone_is_taken_again),
	cmocka_unit_test(undoing_takes_versions_back),
	cmocka_unit_test(undoing_forgets_files_whose_bytes_were_there),
	cmocka_unit_test(a_document_that_changed_again_is_left_alone),
	cmocka_unit_test(edits_after_an_accession_go_with_it),
	cmocka_unit_test(
		an_accession_cut_short_is_finished_when_the_archive_opens),
};

LIBRARY_MAIN(tests)
