/* test-verify.c - what is stored against what was stored; archives that are
 * only read. */
#include "library-fixture.h"

struct found {
	struct shelf *s;
	char text[4096];
};

static int
note(void *ctx, const struct xj_problem *p)
{
	struct found *f = ctx;
	size_t n = strlen(f->text);

	snprintf(f->text + n, sizeof(f->text) - n, "%s %s #%llu %s %s: %s\n",
		 p->severity, p->code, (unsigned long long)p->document,
		 p->title, p->path, p->message);
	return XJ_OK;
}

/* Errors found, what is said of them in `f`. */
static uint64_t
verify(struct shelf *s, const uint64_t *ids, struct found *f)
{
	struct xj_check_result result;

	f->text[0] = '\0';
	must(xj_verify(s->archive, ids, note, f, NULL, &result, &s->err));
	return result.errors;
}

static void
assert_found(const struct found *f, const char *part)
{
	if (!strstr(f->text, part))
		fail_msg("nothing says \"%s\" in\n%s", part, f->text);
}

static void
shell(struct shelf *s, const char *command)
{
	char line[700];

	snprintf(line, sizeof(line), "cd '%.255s' && %s", s->home, command);
	assert_int_equal(system(line), 0);
}

#define OBJECT_OF(name) \
	"o=$(find ocfl -name '" name "') && o=${o%/v1/*} && "

static void
fill(struct shelf *s)
{
	write_file(s, "a.txt", "one");
	write_file(s, "b.txt", "two");
	add(s, "");
}

static void
a_flipped_byte_is_found_and_named(void **state)
{
	struct found f = { 0 };
	SHELF(s);

	(void)state;
	fill(s);
	assert_int_equal(verify(s, NULL, &f), 0);
	shell(s, OBJECT_OF("b.txt") "f=$o/v1/content/original/b.txt && "
	      "chmod u+w $f && printf x | dd of=$f conv=notrunc 2>/dev/null");
	assert_int_equal(verify(s, NULL, &f), 1);
	assert_found(&f, "#2 b ");
	assert_found(&f, "v1/content/original/b.txt");
	assert_int_equal(verify(s, (uint64_t[]){ 1, 0 }, &f), 0);
	assert_int_equal(verify(s, (uint64_t[]){ 2, 0 }, &f), 1);
	assert_found(&f, "E09");
}

static void
a_missing_object_is_named(void **state)
{
	struct found f = { 0 };
	SHELF(s);

	(void)state;
	fill(s);
	shell(s, OBJECT_OF("a.txt") "rm -r $o && rmdir -p --ignore-fail-on-"
	      "non-empty $(dirname $o)");
	assert_int_equal(verify(s, NULL, &f), 1);
	assert_found(&f, "#1 a ");
	assert_found(&f, "not in the OCFL root");
	assert_int_equal(verify(s, (uint64_t[]){ 1, 0 }, &f), 1);
}

static void
an_object_that_the_catalog_does_not_know_is_named(void **state)
{
	struct found f = { 0 };
	SHELF(s);

	(void)state;
	fill(s);
	xj_archive_close(s->archive);
	s->archive = NULL;
	shell(s, "mkdir old && cp catalog.sqlite* text.sqlite* old");
	shelf_open(s, 0);
	write_file(s, "c.txt", "three");
	add(s, "");
	xj_archive_close(s->archive);
	s->archive = NULL;
	shell(s, "rm catalog.sqlite* text.sqlite* && mv old/* .");
	shelf_open(s, 0);
	assert_int_equal(verify(s, NULL, &f), 1);
	assert_found(&f, "the catalog does not know this object");
}

static void
a_catalog_behind_its_objects_is_named(void **state)
{
	struct found f = { 0 };
	SHELF(s);

	(void)state;
	fill(s);
	xj_archive_close(s->archive);
	s->archive = NULL;
	shell(s, "mkdir old && cp catalog.sqlite* text.sqlite* old");
	shelf_open(s, 0);
	must(xj_remove(s->archive, 1, NULL, &s->err));
	xj_archive_close(s->archive);
	s->archive = NULL;
	shell(s, "rm catalog.sqlite* text.sqlite* && mv old/* .");
	shelf_open(s, 0);
	assert_int_equal(verify(s, NULL, &f), 1);
	assert_found(&f, "the catalog has version 1, the object version 2");
}

static void
a_document_that_is_not_there_cannot_be_verified(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	assert_status(xj_verify(s->archive, (uint64_t[]){ 9, 0 }, NULL, NULL,
				NULL, NULL, &s->err), XJ_ENOTFOUND);
}

struct steps {
	unsigned count;
	bool cancel;
};

static void
step(void *ctx, const struct xj_progress *p)
{
	struct steps *st = ctx;

	assert_string_equal(p->stage, "verify");
	assert_int_equal(p->total, 3); /* two documents, one accession */
	st->cancel = ++st->count == 2;
}

static void
verifying_tells_how_far_it_is_and_can_be_stopped(void **state)
{
	struct steps steps = { 0 };
	SHELF(s);

	(void)state;
	fill(s);
	assert_status(xj_verify(s->archive, NULL, NULL, NULL,
				&(struct xj_watch){ .progress = step,
				.ctx = &steps, .cancel = &steps.cancel }, NULL,
				&s->err), XJ_ECANCELLED);
	assert_int_equal(steps.count, 2);
}

static void
the_root_is_a_valid_ocfl_root(void **state)
{
	struct xj_check_result result;
	char root[400];
	SHELF(s);

	(void)state;
	fill(s);
	must(xj_edit(s->archive, 1, (const struct xj_given[]){
		{ "title", "新" }, { NULL, NULL } }, 0, &s->err));
	snprintf(root, sizeof(root), "%.255s/ocfl", s->home);
	must(xj_ocfl_check(root, show_problem, NULL, &result, &s->err));
	assert_int_equal(result.errors, 0);
	assert_int_equal(result.warnings, 0);
	assert_int_equal(result.objects, 3);
	assert_status(xj_ocfl_check("/nowhere/at/all", NULL, NULL, NULL,
				    &s->err), XJ_ENOTFOUND);
}

static void
an_archive_is_read_without_being_written(void **state)
{
	SHELF(s);

	(void)state;
	fill(s);
	xj_archive_close(s->archive);
	s->archive = NULL;
	shell(s, "chmod -R a-w .");
	shelf_open(s, XJ_OPEN_READONLY);
	assert_listed(s, NULL, "a.txt b.txt");
	assert_hits(s, "two", 1);
	assert_text(s, 2, "two");
	assert_bytes(s, 2, 0, "two", 3);
	assert_sound(s);
	assert_status(xj_remove(s->archive, 1, NULL, &s->err), XJ_EPERM);
	assert_status(xj_reindex(s->archive, NULL, NULL, &s->err), XJ_EPERM);
	assert_status(xj_setting_set(s->archive, "import.jobs", "1", &s->err),
		      XJ_EPERM);
	shell(s, "chmod -R u+w .");
}

static void
an_archive_is_made_in_an_empty_place_only(void **state)
{
	char *found;
	SHELF(s);

	(void)state;
	assert_status(xj_archive_init(s->home, &s->err), XJ_EEXIST);
	assert_says(s, "is an archive already");
	write_file(s, "a.txt", "one");
	assert_status(xj_archive_init(s->files, &s->err), XJ_EEXIST);
	assert_says(s, "not empty");
	must(xj_archive_find(s->home, &found, &s->err));
	assert_string_equal(found, s->home);
	xj_free(found);
	assert_status(xj_archive_find(s->files, &found, &s->err),
		      XJ_ENOTFOUND);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_flipped_byte_is_found_and_named),
	cmocka_unit_test(a_missing_object_is_named),
	cmocka_unit_test(an_object_that_the_catalog_does_not_know_is_named),
	cmocka_unit_test(a_catalog_behind_its_objects_is_named),
	cmocka_unit_test(a_document_that_is_not_there_cannot_be_verified),
	cmocka_unit_test(verifying_tells_how_far_it_is_and_can_be_stopped),
	cmocka_unit_test(the_root_is_a_valid_ocfl_root),
	cmocka_unit_test(an_archive_is_read_without_being_written),
	cmocka_unit_test(an_archive_is_made_in_an_empty_place_only),
};

LIBRARY_MAIN(tests)
