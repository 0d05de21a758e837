/* test-rebuild.c - catalog, text and index again from the OCFL root alone. */
#include "library-fixture.h"
#include "make-zip.h"

static const char *
or_nothing(const char *s)
{
	return s ? s : "-";
}

static void
show_values(struct xj_buf *b, const struct xj_document *d)
{
	size_t count;
	const struct xj_value *v = xj_document_values(d, &count);

	for (size_t i = 0; i < count; i++)
		xj_buf_addf(b, " [%s=%s %d %d %s %s]", v[i].element,
			    v[i].value, v[i].given, v[i].effective,
			    or_nothing(v[i].lang), or_nothing(v[i].source));
}

static int
show_event(void *ctx, const struct xj_history_entry *e)
{
	if (e->version)
		xj_buf_addf(ctx, " {%u %s %s %s}", e->version, e->verb,
			    e->user, or_nothing(e->detail));
	return XJ_OK;
}

struct picture {
	struct shelf *s;
	struct xj_buf text;
};

/* All that is known of a document. */
static int
show_document(void *ctx, const struct xj_document_info *i)
{
	struct picture *p = ctx;
	struct shelf *s = p->s;
	struct xj_buf *b = &p->text;

	xj_buf_addf(b, "%llu in %llu %s|%s|%s|%s|%s|%s|%s|%s|%s|%llu|%llu|%s|"
		    "v%u|%d|%s|%s|%s|%s|a%llu|%lld|%lld|%u|",
		    (unsigned long long)i->id, (unsigned long long)i->parent,
		    i->urn, i->title, i->kind, i->type, i->format, i->date,
		    i->creators, i->language, i->name,
		    (unsigned long long)i->size,
		    (unsigned long long)i->text_bytes, i->sha512, i->version,
		    (int)i->state, i->outcome, i->reason, i->importer,
		    i->importer_version, (unsigned long long)i->accession,
		    (long long)i->created, (long long)i->updated, i->pages);
	for (const char *const *path = i->path; *path; path++)
		xj_buf_addf(b, "/%s", *path);
	{
		DOCUMENT(d, s, i->id);

		(void)d_info;
		show_values(b, d);
		must(xj_history(s->archive, d, 0, show_event, b, &s->err));
		xj_buf_addc(b, ' ');
		must(xj_document_text(d, note_part, b, &s->err));
	}
	xj_buf_addc(b, '\n');
	return XJ_OK;
}

static int
show_accession(void *ctx, const struct xj_accession *a)
{
	xj_buf_addf(ctx, "%llu %s %s %s %lld %lld %llu %llu %llu %llu %llu "
		    "%llu %lld\n", (unsigned long long)a->number, a->urn,
		    a->user, a->what, (long long)a->started,
		    (long long)a->finished, (unsigned long long)a->taken,
		    (unsigned long long)a->held,
		    (unsigned long long)a->partial,
		    (unsigned long long)a->refused,
		    (unsigned long long)a->failed,
		    (unsigned long long)a->bytes, (long long)a->undone);
	return XJ_OK;
}

static int
show_line(void *ctx, const struct xj_outcome *o)
{
	xj_buf_addf(ctx, "  %s %s %s %llu %s %llu\n", o->path[0], o->outcome,
		    or_nothing(o->reason), (unsigned long long)o->id,
		    or_nothing(o->importer), (unsigned long long)o->bytes);
	return XJ_OK;
}

/* The archive as people see it, for a comparison. */
static char *
picture_of(struct shelf *s)
{
	struct picture p = { .s = s };

	for (int removed = 0; removed < 2; removed++)
		must(xj_list(s->archive, &(struct xj_list_options){
			.filter = removed ? "is:removed" : NULL,
			.sort = "title" }, NULL, show_document, &p, &s->err));
	must(xj_accessions(s->archive, show_accession, &p.text, &s->err));
	for (uint64_t n = 1; n <= 3; n++)
		must(xj_accession_show(s->archive, n, NULL, show_line, &p.text,
				       &s->err));
	return xj_buf_take(&p.text);
}

/* Line by line, so that a difference is seen. */
static void
assert_pictures_equal(char *a, char *b)
{
	char *line_a, *line_b;

	while ((line_a = strsep(&a, "\n"), line_b = strsep(&b, "\n"),
		line_a && line_b))
		assert_string_equal(line_a, line_b);
	assert_ptr_equal(line_a, line_b);
}

static void
write_zip(struct shelf *s, const char *first, const char *second)
{
	struct zip inner = ZIP_INIT, z = ZIP_INIT;

	zip_text(&inner, "深.txt", "深处");
	zip_end(&inner);
	zip_text(&z, first, "member text");
	zip_text(&z, second, "second member");
	zip_add(&z, "inner.zip", inner.bytes.data, inner.bytes.len);
	zip_end(&z);
	write_bytes(s, "z.zip", z.bytes.data, z.bytes.len);
	zip_release(&inner);
	zip_release(&z);
}

/* Versions, members lost, edits, removals, a purge, an undone accession. */
static void
live_a_life(struct shelf *s)
{
	const struct xj_given given[] = { { "title", "学习 材料" },
		{ "creator", "王" }, { "date", "2009" }, { NULL, NULL } };
	const struct xj_given again[] = { { "date", "" }, { NULL, NULL } };
	const struct xj_given member[] = { { "subject", "党史" },
					   { NULL, NULL } };

	write_file(s, "a.txt", "第一章 卫生法规");
	write_file(s, "b.html", "<title>Ethics</title><p>text of a page");
	write_file(s, "c.txt", "to be removed");
	write_file(s, "d.txt", "to be purged");
	write_file(s, "same.txt", "第一章 卫生法规");
	write_zip(s, "lost.txt", "kept.txt");
	add(s, "");
	must(xj_edit(s->archive, id_of(s, "a.txt"), given, 0, &s->err));
	must(xj_edit(s->archive, id_of(s, "a.txt"), again, 0, &s->err));
	must(xj_edit(s->archive, id_of(s, "z.zip > kept.txt"), member, 0,
		     &s->err));
	must(xj_remove(s->archive, id_of(s, "c.txt"), "old", &s->err));
	must(xj_remove(s->archive, id_of(s, "z.zip > inner.zip"), NULL,
		       &s->err));
	must(xj_purge(s->archive, id_of(s, "d.txt"), "private", &s->err));
	write_zip(s, "kept.txt", "new.txt");
	write_file(s, "b.html", "<title>Ethics 2</title><p>changed page");
	must(unlink(file_path(s, "d.txt")));
	add(s, "");
	write_file(s, "e.txt", "comes and goes");
	write_file(s, "b.html", "<title>Ethics 3</title><p>changed once more");
	add(s, "");
	must(xj_accession_undo(s->archive, 3, NULL, NULL, &s->err));
}

static void
forget_everything_derived(struct shelf *s)
{
	char command[400];

	xj_archive_close(s->archive);
	s->archive = NULL;
	snprintf(command, sizeof(command), "cd '%.255s' && rm -r catalog.sqlite* "
		 "text.sqlite* index", s->home);
	assert_int_equal(system(command), 0);
}

static void
rebuild(struct shelf *s, xj_problem_fn fn, void *ctx,
	struct xj_rebuild_result *result)
{
	must(xj_rebuild(s->home, fn, ctx, NULL, result, &s->err));
	shelf_open(s, 0);
}

static void
everything_comes_back_from_the_root_alone(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct xj_rebuild_result result;
	char *before, *after;
	SHELF(s);

	(void)state;
	live_a_life(s);
	before = picture_of(s);
	forget_everything_derived(s);
	rebuild(s, show_problem, NULL, &result);
	after = picture_of(s);
	assert_pictures_equal(after, before);
	free(before);
	free(after);
	assert_int_equal(result.failed, 0);
	assert_int_equal(result.accessions, 3);
	assert_hits(s, "卫生法规", 1);
	assert_hits(s, "subject:党史", 1);
	assert_hits(s, "\"changed page\"", 1);
	assert_hits(s, "\"changed once\"", 0);
	assert_hits(s, "\"comes and goes\"", 0);
	DOCUMENT(d, s, 4); /* the purged one */
	assert_int_equal(d_info->state, XJ_PURGED);
	assert_string_equal(d_info->reason, "private");
	assert_status(get_bytes(s, 4, 0, &b), XJ_ENOTFOUND);
	assert_sound(s);
}

static void
an_archive_goes_on_after_a_rebuild(void **state)
{
	struct xj_rebuild_result result;
	uint64_t kept;
	SHELF(s);

	(void)state;
	live_a_life(s);
	forget_everything_derived(s);
	rebuild(s, NULL, NULL, &result);
	add(s, ""); /* e.txt and b.html were undone, the rest is held */
	assert_outcome(s, "a.txt", "held");
	assert_outcome(s, "c.txt", "held");
	assert_outcome(s, "same.txt", "held");
	assert_outcome(s, "z.zip", "held");
	assert_outcome(s, "b.html", "ok");
	assert_outcome(s, "e.txt", "ok");
	assert_listed(s, "is:removed", "c.txt lost.txt inner.zip 深.txt");
	must(xj_undelete(s->archive, 3, &s->err));
	assert_hits(s, "removed", 1);
	write_file(s, "f.txt", "after the rebuild");
	add(s, "");
	kept = id_of(s, "f.txt");
	assert_listed(s, "after", "");
	DOCUMENT(d, s, kept);
	assert_int_equal(d_info->accession, 5);
	assert_sound(s);
}

static void
a_rebuild_beside_the_old_catalog_keeps_the_name_of_the_archive(void **state)
{
	struct xj_rebuild_result result;
	char *before, *after;
	SHELF(s);

	(void)state;
	live_a_life(s);
	before = picture_of(s);
	xj_archive_close(s->archive);
	s->archive = NULL;
	rebuild(s, NULL, NULL, &result);
	after = picture_of(s);
	assert_pictures_equal(after, before);
	free(before);
	free(after);
	assert_int_equal(count_entries(s, "staging"), 1);
}

static void
a_rebuild_needs_the_archive_alone(void **state)
{
	SHELF(s);

	(void)state;
	assert_status(xj_rebuild(s->home, NULL, NULL, NULL, NULL, &s->err),
		      XJ_EBUSY);
	assert_status(xj_rebuild(s->files, NULL, NULL, NULL, NULL, &s->err),
		      XJ_ENOTFOUND);
}

struct told {
	unsigned count;
	char last[512];
};

static int
note_problem(void *ctx, const struct xj_problem *p)
{
	struct told *t = ctx;

	t->count++;
	snprintf(t->last, sizeof(t->last), "%.200s: %.300s", p->path,
		 p->message);
	return XJ_OK;
}

static void
damage(struct shelf *s, const char *original, const char *file)
{
	char command[700];

	snprintf(command, sizeof(command), "o=$(find '%.255s/ocfl' -name '%s')"
		 " && f=${o%%/v1/*}/%s && chmod u+w $f && echo damage >> $f",
		 s->home, original, file);
	assert_int_equal(system(command), 0);
}

static void
a_damaged_object_does_not_keep_the_others_back(void **state)
{
	struct xj_rebuild_result result;
	struct told told = { 0 };
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	write_file(s, "b.txt", "two");
	write_file(s, "c.txt", "three");
	write_file(s, "d.txt", "four");
	add(s, "");
	damage(s, "b.txt", "v1/content/metadata.json");
	damage(s, "c.txt", "inventory.json");
	forget_everything_derived(s);
	rebuild(s, note_problem, &told, &result);
	assert_int_equal(told.count, 2);
	assert_int_equal(result.failed, 2);
	assert_int_equal(result.documents, 2);
	assert_listed(s, NULL, "a.txt d.txt");
	assert_hits(s, "four", 1);
	write_file(s, "e.txt", "five");
	add(s, "e.txt"); /* numbers of what could not be read are not given */
	assert_true(id_of(s, "e.txt") > 4);
}

static void
a_rebuild_that_is_stopped_changes_nothing(void **state)
{
	const bool cancel = true;
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "one");
	add(s, "");
	xj_archive_close(s->archive);
	s->archive = NULL;
	assert_status(xj_rebuild(s->home, NULL, NULL,
				 &(struct xj_watch){ .cancel = &cancel }, NULL,
				 &s->err), XJ_ECANCELLED);
	shelf_open(s, 0);
	assert_hits(s, "one", 1);
	assert_int_equal(count_entries(s, "staging"), 1);
}

static void
missing_and_newer_files_are_told_apart(void **state)
{
	char command[700];
	SHELF(s);

	(void)state;
	xj_archive_close(s->archive);
	s->archive = NULL;
	snprintf(command, sizeof(command), "cd '%.255s' && cp catalog.sqlite c &&"
		 " sqlite3 catalog.sqlite 'PRAGMA user_version = 99' 2>/dev/null",
		 s->home);
	if (system(command) == 0) {
		assert_status(xj_archive_open(s->home, 0, &s->archive,
					      &s->err), XJ_EVERSION);
		assert_says(s, "99");
	}
	snprintf(command, sizeof(command), "cd '%.255s' && rm catalog.sqlite",
		 s->home);
	assert_int_equal(system(command), 0);
	assert_status(xj_archive_open(s->home, 0, &s->archive, &s->err),
		      XJ_ECORRUPT);
	assert_says(s, "xueji rebuild");
	snprintf(command, sizeof(command), "cd '%.255s' && mv c catalog.sqlite "
		 "&& rm text.sqlite", s->home);
	assert_int_equal(system(command), 0);
	assert_status(xj_archive_open(s->home, 0, &s->archive, &s->err),
		      XJ_ECORRUPT);
	assert_says(s, "text.sqlite is missing");
	assert_status(xj_archive_open(s->files, 0, &s->archive, &s->err),
		      XJ_ENOTFOUND);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(everything_comes_back_from_the_root_alone),
	cmocka_unit_test(an_archive_goes_on_after_a_rebuild),
	cmocka_unit_test(
		a_rebuild_beside_the_old_catalog_keeps_the_name_of_the_archive),
	cmocka_unit_test(a_rebuild_needs_the_archive_alone),
	cmocka_unit_test(a_damaged_object_does_not_keep_the_others_back),
	cmocka_unit_test(a_rebuild_that_is_stopped_changes_nothing),
	cmocka_unit_test(missing_and_newer_files_are_told_apart),
};

LIBRARY_MAIN(tests)
