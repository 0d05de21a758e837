/*
 * test-store-conformance.c - the validator against the fixtures of OCFL, one
 * test each. The codes that it must report stand in the fixture's name.
 */
#include "store-tools.h"

#include <ctype.h>
#include <sys/stat.h>

/* ------------------------------------------------------------- fixtures */

static void
copy_file(int from, int to, const char *name)
{
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	int fd = openat(to, name, O_WRONLY | O_CREAT | O_EXCL, 0666);

	assert_true(fd >= 0);
	assert_ok(xj_file_read(from, name, 1 << 24, &bytes, &why));
	assert_ok(xj_write_all(fd, xj_buf_str(&bytes), bytes.len, &why));
	close(fd);
}

/* ".keep" stands in the fixtures for a folder that is empty. */
static void
copy_folder(int from, int to)
{
	DIR *list = fdopendir(dup(from));
	struct dirent *e;

	assert_non_null(list);
	while ((e = readdir(list))) {
		int a, b;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    strcmp(e->d_name, ".keep") == 0)
			continue;
		a = openat(from, e->d_name, O_RDONLY | O_DIRECTORY);
		if (a < 0) {
			copy_file(from, to, e->d_name);
			continue;
		}
		assert_int_equal(mkdirat(to, e->d_name, 0777), 0);
		b = openat(to, e->d_name, O_RDONLY | O_DIRECTORY);
		copy_folder(a, b);
		close(a);
		close(b);
	}
	closedir(list);
}

static struct scratch
copy_of(const char *path)
{
	struct scratch dir = scratch_begin();
	int from = open(path, O_RDONLY | O_DIRECTORY);

	assert_true(from >= 0);
	copy_folder(from, dir.fd);
	close(from);
	return dir;
}

/* -------------------------------------------------------------- findings */

struct found {
	char codes[4000]; /* "E001 E092 " */
};

static int
note_code(void *ctx, const struct xj_finding *finding)
{
	struct found *found = ctx;
	size_t n = strlen(found->codes);

	show_finding(NULL, finding);
	assert_non_null(finding->path);
	assert_true(xj_utf8_valid(finding->message, strlen(finding->message)));
	snprintf(found->codes + n, sizeof(found->codes) - n, "%s ",
		 finding->code);
	return 0;
}

static struct xj_validation
run(const char *path, struct found *found)
{
	struct xj_validation out;

	found->codes[0] = '\0';
	assert_ok(xj_ocfl_validate(path, 0, note_code, found, &out, &why));
	assert_int_equal(out.objects, 1);
	return out;
}

/* The codes that the name begins with: "E100_E099_manifest...". */
static void
assert_codes_found(const char *name, const struct found *found)
{
	while (strchr("EW", name[0]) && isdigit((unsigned char)name[1])) {
		char code[6];

		snprintf(code, sizeof(code), "%.4s ", name);
		if (!strstr(found->codes, code))
			print_message("%s was not found\n", code);
		assert_non_null(strstr(found->codes, code));
		name += 5;
	}
}

/* And no others. */
static void
assert_all_named(const char *name, const struct found *found)
{
	for (const char *code = found->codes; *code; code += 5) {
		char wanted[6];

		snprintf(wanted, sizeof(wanted), "%.4s_", code);
		if (!strstr(name, wanted))
			print_message("%swas found too\n", wanted);
		assert_non_null(strstr(name, wanted));
	}
}

/* ----------------------------------------------------------------- tests */

static void
a_good_object_is_valid(void **state)
{
	xj_auto(scratch_end) struct scratch dir = copy_of(*state);
	struct found found;
	struct xj_validation out = run(dir.path, &found);

	assert_int_equal(out.errors, 0);
	assert_int_equal(out.warnings, 0);
}

static void
a_bad_object_is_not_valid(void **state)
{
	xj_auto(scratch_end) struct scratch dir = copy_of(*state);
	struct found found;
	struct xj_validation out = run(dir.path, &found);

	assert_true(out.errors > 0);
	assert_codes_found(xj_path_base(*state), &found);
}

static void
a_warning_is_named_and_no_more(void **state)
{
	xj_auto(scratch_end) struct scratch dir = copy_of(*state);
	struct found found;
	struct xj_validation out = run(dir.path, &found);

	assert_int_equal(out.errors, 0);
	assert_true(out.warnings > 0);
	assert_codes_found(xj_path_base(*state), &found);
	assert_all_named(xj_path_base(*state), &found);
}

static void
the_fixtures_are_there(void **state)
{
	(void)state;
	tap_skip("no conformance fixtures beside the source tree");
}

/* ----------------------------------------------------------------- listing */

static struct CMUnitTest tests[512];
static size_t test_count;

static int
by_name(const void *a, const void *b)
{
	const struct CMUnitTest *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
add_folder(const char *root, const char *folder, CMUnitTestFunction test)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	size_t first = test_count;
	struct dirent *e;
	DIR *list;

	xj_path_join(&path, root, folder);
	list = opendir(path.data);
	while (list && (e = readdir(list)) && test_count < XJ_COUNT(tests)) {
		xj_auto(xj_buf_release) struct xj_buf whole = XJ_BUF_INIT;
		char *kept;

		if (e->d_name[0] == '.')
			continue;
		xj_path_join(&whole, path.data, e->d_name);
		kept = xj_buf_take(&whole);
		tests[test_count++] = (struct CMUnitTest){
			.name = xj_path_base(kept), .test_func = test,
			.initial_state = kept,
		};
	}
	if (list)
		closedir(list);
	qsort(tests + first, test_count - first, sizeof(*tests), by_name);
}

int
main(void)
{
	const char *shared = getenv("shared");
	char root[4096];
	int bad;

	snprintf(root, sizeof(root), "%s/data/conformance/ocfl/1.1",
		 shared ? shared : "../shared");
	add_folder(root, "good-objects", a_good_object_is_valid);
	add_folder(root, "bad-objects", a_bad_object_is_not_valid);
	add_folder(root, "warn-objects", a_warning_is_named_and_no_more);
	if (test_count == 0)
		tests[test_count++] = (struct CMUnitTest)
			cmocka_unit_test(the_fixtures_are_there);
	bad = tap_run(tests, test_count, NULL, NULL);
	for (size_t i = 0; i < test_count; i++)
		free(tests[i].initial_state);
	return bad;
}
