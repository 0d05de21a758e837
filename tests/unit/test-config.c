/* test-config.c - xueji.conf: settings read, explained and written. */
#include "library-fixture.h"
#include "make-zip.h"

static void
write_conf(struct shelf *s, const char *text)
{
	char path[400];
	int fd;

	snprintf(path, sizeof(path), "%.255s/xueji.conf", s->home);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	must(xj_write_all(fd, text, strlen(text), &s->err));
	close(fd);
}

static void
assert_conf(struct shelf *s, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	char path[400];

	snprintf(path, sizeof(path), "%.255s/xueji.conf", s->home);
	must(xj_file_read(AT_FDCWD, path, 65536, &b, &s->err));
	assert_string_equal(b.data, text);
}

static void
assert_setting(struct shelf *s, const char *key, const char *value)
{
	char *got;

	must(xj_setting_get(s->archive, key, &got, &s->err));
	assert_string_equal(got, value);
	xj_free(got);
}

static int
set(struct shelf *s, const char *key, const char *value)
{
	return xj_setting_set(s->archive, key, value, &s->err);
}

static int
note_setting(void *ctx, const struct xj_setting *setting)
{
	unsigned *n = ctx;

	++*n;
	assert_true(setting->is_standard);
	assert_string_equal(setting->value, setting->standard);
	assert_int_not_equal(strlen(setting->help), 0);
	return XJ_OK;
}

static int
stop(void *ctx, const struct xj_setting *setting)
{
	(void)ctx, (void)setting;
	return XJ_ECANCELLED;
}

static void
a_new_archive_has_the_standard_settings(void **state)
{
	unsigned n = 0;
	SHELF(s);

	(void)state;
	must(xj_settings(s->archive, note_setting, &n, &s->err));
	assert_true(n >= 14);
	assert_status(xj_settings(s->archive, stop, NULL, &s->err),
		      XJ_ECANCELLED);
	assert_setting(s, "text.encoding", "GB18030");
}

static void
every_setting_is_in_the_file_as_a_comment(void **state)
{
	SHELF(s);

	(void)state;
	must(set(s, "import.depth", "3"));
	assert_setting(s, "import.depth", "3");
	assert_int_equal(files_with(s, "xueji.conf", "#import.depth"), 0);
	assert_int_equal(files_with(s, "xueji.conf", "Archive files inside"),
			 1);
	assert_int_equal(files_with(s, "xueji.conf", "#import.ratio = 200"),
			 1);
}

static void
setting_a_value_keeps_comments_and_order(void **state)
{
	SHELF(s);

	(void)state;
	write_conf(s, "# mine\n\n  import.depth =  2  \n# between\n"
		   "import.jobs=4\n# end without a line break");
	must(set(s, "import.depth", "5"));
	assert_conf(s, "# mine\n\nimport.depth = 5\n# between\n"
		    "import.jobs=4\n# end without a line break");
	must(set(s, "import.ratio", "300"));
	assert_conf(s, "# mine\n\nimport.depth = 5\n# between\n"
		    "import.jobs=4\n# end without a line break\n"
		    "import.ratio = 300\n");
	assert_setting(s, "import.ratio", "300");
	assert_setting(s, "import.jobs", "4");
}

static void
of_two_lines_the_last_counts_and_is_set(void **state)
{
	SHELF(s);

	(void)state;
	write_conf(s, "import.depth = 2\nimport.depth = 3\n");
	assert_setting(s, "import.depth", "3");
	must(set(s, "import.depth", "4"));
	assert_conf(s, "import.depth = 2\nimport.depth = 4\n");
	assert_setting(s, "import.depth", "4");
}

static void
a_key_that_begins_like_another_is_not_it(void **state)
{
	SHELF(s);

	(void)state;
	write_conf(s, "import.run = 9\n");
	assert_status(set(s, "import.runs", "1"), XJ_ENOTFOUND);
	assert_says(s, "did you mean import.run?");
	assert_setting(s, "import.run", "9");
}

static void
unknown_keys_name_the_nearest(void **state)
{
	char *value;
	SHELF(s);

	(void)state;
	assert_status(xj_setting_get(s->archive, "import.dpeth", &value,
				     &s->err), XJ_ENOTFOUND);
	assert_says(s, "did you mean import.depth?");
	assert_status(xj_setting_get(s->archive, "", &value, &s->err),
		      XJ_ENOTFOUND);
}

static void
wrong_values_are_refused(void **state)
{
	static const struct { const char *key, *value; } wrong[] = {
		{ "import.depth", "" }, { "import.depth", "-1" },
		{ "import.depth", "65" }, { "import.depth", "3x" },
		{ "import.depth", "99999999999999999999" },
		{ "import.memory", "1" }, { "import.jobs", "many" },
		{ "text.encoding", "GB99999" }, { "text.encoding", "" },
		{ "plugins.directories", "relative/path" },
		{ "plugins.directories", "/a:b" },
		{ "plugins.order", "text\nhtml" },
	};
	SHELF(s);

	(void)state;
	write_conf(s, "# nothing set\n");
	for (size_t i = 0; i < XJ_COUNT(wrong); i++) {
		print_message("%s = %s\n", wrong[i].key, wrong[i].value);
		assert_status(set(s, wrong[i].key, wrong[i].value),
			      XJ_EINVAL);
	}
	assert_conf(s, "# nothing set\n");
	must(set(s, "text.encoding", "Big5"));
	must(set(s, "plugins.directories", "/opt/a:/opt/b"));
	must(set(s, "plugins.order", "html text"));
	assert_setting(s, "plugins.order", "html text");
}

struct noted {
	unsigned count, line;
	const char *key;
	char message[256];
};

static int
note_problem(void *ctx, const struct xj_setting_problem *p)
{
	struct noted *n = ctx;

	n->count++;
	n->line = p->line;
	n->key = p->key;
	snprintf(n->message, sizeof(n->message), "%.255s", p->message);
	assert_int_not_equal(strlen(p->advice), 0);
	return XJ_OK;
}

/* What is said of a file with one wrong line; the archive is open. */
static struct noted
problem_of(struct shelf *s, const char *text)
{
	struct noted n = { 0 };

	write_conf(s, text);
	shelf_open(s, 0);
	must(xj_setting_problems(s->archive, note_problem, &n));
	assert_int_equal(n.count, 1);
	return n;
}

static void
a_wrong_line_is_told_and_the_standard_holds(void **state)
{
	static const struct { const char *text, *says; unsigned line; } wrong[] = {
		{ "# fine\nimport.depht = 3\n", "did you mean import.depth?", 2 },
		{ "import.depth = many\nimport.run = 3", "a number from", 1 },
		{ "text.encoding = nonsense\n", "no such encoding", 1 },
		{ "plugins.directories = here\n", "from / on", 1 },
		{ "\n\nimport.depth 3\n", "no `=`", 3 },
		{ "import.run = 3\ncolour = red", "config list", 2 },
	};
	SHELF(s);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(wrong); i++) {
		struct noted n = problem_of(s, wrong[i].text);

		assert_int_equal(n.line, wrong[i].line);
		assert_non_null(strstr(n.message, wrong[i].says));
		assert_setting(s, "import.ratio", "200");
	}
	assert_setting(s, "import.run", "3");
}

static void
what_imports_refuses_a_wrong_value_and_names_the_line(void **state)
{
	char *value;
	SHELF(s);

	(void)state;
	write_file(s, "a.txt", "text");
	problem_of(s, "import.depth = many\n");
	assert_status(xj_add(s->archive, (const char *[]){ s->files, NULL },
			     NULL, NULL, &s->err), XJ_EINVAL);
	assert_says(s, "xueji.conf line 1: import.depth = many");
	assert_status(xj_setting_get(s->archive, "import.depth", &value,
				     &s->err), XJ_EINVAL);
	must(set(s, "import.depth", "7"));
	shelf_open(s, 0);
	add(s, "");
	problem_of(s, "import.depth = many\nimport.depth = 3\n");
	assert_setting(s, "import.depth", "3");
	add(s, "");
}

static void
an_archive_without_its_settings_has_the_standard_ones(void **state)
{
	char path[400];
	struct noted n = { 0 };
	SHELF(s);

	(void)state;
	snprintf(path, sizeof(path), "%.255s/xueji.conf", s->home);
	assert_int_equal(unlink(path), 0);
	shelf_open(s, 0);
	must(xj_setting_problems(s->archive, note_problem, &n));
	assert_int_equal(n.count, 1);
	assert_int_equal(n.line, 0);
	assert_setting(s, "import.depth", "8");
	must(set(s, "import.depth", "3"));
	assert_int_equal(files_with(s, "xueji.conf", "#import.ratio = 200"), 1);
	assert_int_equal(files_with(s, "xueji.conf", "\nimport.depth = 3"), 1);
}

static void
settings_act_on_what_is_added(void **state)
{
	struct zip inner = ZIP_INIT, z = ZIP_INIT;
	SHELF(s);

	(void)state;
	zip_text(&inner, "deep.txt", "text");
	zip_end(&inner);
	zip_add(&z, "inner.zip", inner.bytes.data, inner.bytes.len);
	zip_end(&z);
	write_bytes(s, "z.zip", z.bytes.data, z.bytes.len);
	zip_release(&inner);
	zip_release(&z);
	must(set(s, "import.depth", "1"));
	shelf_open(s, 0);
	add(s, "");
	assert_outcome(s, "z.zip > inner.zip", "ok");
	assert_outcome(s, "z.zip > inner.zip > deep.txt", "limit");
	assert_non_null(strstr(line_of(s, "z.zip > inner.zip > deep.txt")
			       ->reason, "import.depth"));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_new_archive_has_the_standard_settings),
	cmocka_unit_test(every_setting_is_in_the_file_as_a_comment),
	cmocka_unit_test(setting_a_value_keeps_comments_and_order),
	cmocka_unit_test(of_two_lines_the_last_counts_and_is_set),
	cmocka_unit_test(a_key_that_begins_like_another_is_not_it),
	cmocka_unit_test(unknown_keys_name_the_nearest),
	cmocka_unit_test(wrong_values_are_refused),
	cmocka_unit_test(a_wrong_line_is_told_and_the_standard_holds),
	cmocka_unit_test(what_imports_refuses_a_wrong_value_and_names_the_line),
	cmocka_unit_test(an_archive_without_its_settings_has_the_standard_ones),
	cmocka_unit_test(settings_act_on_what_is_added),
};

LIBRARY_MAIN(tests)
