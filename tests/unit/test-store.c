/* test-store.c - objects written, read, versioned, kept apart. */
#include "store-tools.h"

#include <pthread.h>
#include <sys/stat.h>

#include "store/internal.h"

#define ID "urn:uuid:2a3ea86c-9eac-4bc5-97b8-5090d262c29c"
#define ID2 "urn:uuid:97f28f85-bab2-40cb-97cd-0dd049c934ea"

/* ------------------------------------------------------------- the store */

static void
a_new_store_is_a_valid_empty_root(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);

	(void)state;
	xj_store_close(store);
	assert_valid(&dir);
	assert_int_equal(count_staging(&dir), 0);
}

static void
create_refuses_a_place_that_has_one(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();

	(void)state;
	xj_store_close(make_store(&dir));
	assert_status(xj_store_create(dir.path, &why), XJ_EEXIST);
}

static void
open_says_what_is_not_a_store(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store;

	(void)state;
	assert_status(xj_store_open(dir.path, &store, &why), XJ_ENOTFOUND);
	assert_int_equal(mkdirat(dir.fd, "ocfl", 0777), 0);
	assert_status(xj_store_open(dir.path, &store, &why), XJ_ENOTFOUND);
	assert_null(store);
}

static void
open_refuses_a_layout_that_it_does_not_know(void **state)
{
	static const char other[] =
		"{\"extension\": \"0006-flat-omit-prefix-storage-layout\","
		" \"description\": \"\"}";
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);

	(void)state;
	xj_store_close(store);
	assert_ok(xj_file_write(dir.fd, "ocfl/ocfl_layout.json", other,
				strlen(other), &why));
	assert_status(xj_store_open(dir.path, &store, &why), XJ_EVERSION);
}

/* ---------------------------------------------------------------- layout */

static void
assert_path(struct xj_layout layout, const char *id, const char *expected)
{
	char path[XJ_LAYOUT_PATH_MAX];

	xj_layout_path(&layout, id, path);
	assert_string_equal(path, expected);
}

/* The examples of extension 0003. */
static void
paths_are_those_of_the_extension(void **state)
{
	struct xj_layout usual = { XJ_SHA256, 3, 3 };
	struct xj_layout small = { XJ_MD5, 2, 15 };
	struct xj_layout none = { XJ_SHA256, 0, 0 };

	(void)state;
	assert_path(usual, "object-01", "3c0/ff4/240/object-01");
	assert_path(usual, "..hor/rib:le-$id",
		    "487/326/d8c/%2e%2ehor%2frib%3ale-%24id");
	assert_path(usual, "..Hor/rib:lè-$id",
		    "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id");
	assert_path(small, "object-01",
		    "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/object-01");
	assert_path(none, "object-01", "object-01");
	assert_path(xj_layout_ours, "object-01", "3c/0f/object-01");
}

static void
a_long_id_is_cut_and_its_digest_added(void **state)
{
	struct xj_layout usual = { XJ_SHA256, 3, 3 };
	char id[] = "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghi"
		    "jabcdefghijabcdefghijabcdefghijabcdefghija";

	(void)state;
	assert_path(usual, id,
		    "5cc/73e/648/abcdefghijabcdefghijabcdefghijabcdefghijabcdef"
		    "ghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij-"
		    "5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01"
		    "464220");
}

/* ----------------------------------------------------------- round trips */

static void
put_then_read_gives_the_same_bytes(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file files[] = {
		file_of("metadata.json", "{\"title\": \"讲义\"}"),
		file_of("original/讲义 第一讲.pdf", "%PDF-1.7"),
		file_of("original/empty", ""),
	};
	struct xj_object_version v = version_of(ID, 1, files, 3);

	(void)state;
	assert_ok(write_version(store, &v, &why));
	assert_reads(store, ID, 1, "metadata.json", files[0].bytes);
	assert_reads(store, ID, 0, "original/讲义 第一讲.pdf", "%PDF-1.7");
	assert_reads(store, ID, 1, "original/empty", "");
	xj_store_close(store);
	assert_valid(&dir);
	assert_int_equal(count_staging(&dir), 0);
}

static void
a_staged_file_becomes_the_objects(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_batch *batch;
	struct xj_staged staged;
	unsigned char sum[XJ_DIGEST_MAX];
	char seen[16] = "";

	(void)state;
	assert_ok(xj_batch_begin(store, &batch, &why));
	stage_text(batch, "原文", &staged);
	xj_digest_of(XJ_SHA512, "原文", 6, sum);
	assert_int_equal(staged.size, 6);
	assert_memory_equal(staged.sha512, sum, 64);
	assert_int_equal(read(staged.fd, seen, sizeof(seen)), 6);
	assert_string_equal(seen, "原文");
	assert_int_equal(write(staged.fd, "x", 1), -1);

	struct xj_object_file file = { .logical = "o/原.txt", .staged = &staged };
	struct xj_object_version v = version_of(ID, 1, &file, 1);

	assert_ok(xj_batch_put(batch, &v, &why));
	xj_staged_close(&staged);
	assert_ok(xj_batch_sync(batch, &why));
	assert_ok(xj_batch_publish(batch, &why));
	xj_batch_end(batch, true);
	assert_reads(store, ID, 0, "o/原.txt", "原文");
	xj_store_close(store);
	assert_valid(&dir);
}

static void
a_dropped_file_is_gone(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_batch *batch;
	struct xj_staged staged;
	char path[100];

	(void)state;
	assert_ok(xj_batch_begin(store, &batch, &why));
	stage_text(batch, "twice", &staged);
	snprintf(path, sizeof(path), "staging/%s/%s", xj_batch_name(batch),
		 staged.name);
	assert_int_equal(faccessat(dir.fd, path, F_OK, 0), 0);
	xj_staged_drop(batch, &staged);
	assert_int_equal(faccessat(dir.fd, path, F_OK, 0), -1);
	assert_string_equal(staged.name, "");
	assert_int_equal(staged.fd, -1);
	xj_batch_end(batch, false);
	xj_store_close(store);
}

static void
the_same_bytes_are_stored_once_in_an_object(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file first[] = {
		file_of("a.txt", "same"), file_of("b/c.txt", "same"),
		file_of("d.txt", "other"),
	};
	struct xj_object_file second[] = {
		file_of("e.txt", "same"), kept("d.txt"),
	};
	struct xj_object_version v = version_of(ID, 1, first, 3);

	(void)state;
	assert_ok(write_version(store, &v, &why));
	v = version_of(ID, 2, second, 2);
	assert_ok(write_version(store, &v, &why));
	assert_reads(store, ID, 1, "b/c.txt", "same");
	assert_reads(store, ID, 2, "e.txt", "same");

	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct stat st;
	char path[300];

	assert_ok(xj_object_open(store, ID, &object, &why));
	snprintf(path, sizeof(path), "%s/v2/content", xj_object_path(object));
	assert_int_equal(fstatat(dir.fd, path, &st, 0), -1);
	snprintf(path, sizeof(path), "%s/v1/content/b", xj_object_path(object));
	assert_int_equal(fstatat(dir.fd, path, &st, 0), -1);
	xj_store_close(store);
	assert_valid(&dir);
}

/* -------------------------------------------------------------- versions */

static void
write_three_versions(struct xj_store *store)
{
	struct xj_object_file one[] = { file_of("a", "1"), file_of("b", "1b") };
	struct xj_object_file two[] = { file_of("a", "2"), kept("b") };
	struct xj_object_file three[] = { kept("a"), file_of("c", "3c") };
	struct xj_object_version v = version_of(ID, 1, one, 2);

	assert_ok(write_version(store, &v, &why));
	v = version_of(ID, 2, two, 2);
	v.message = "changed";
	v.created = WHEN + 60;
	assert_ok(write_version(store, &v, &why));
	v = version_of(ID, 3, three, 2);
	v.user_address = NULL;
	assert_ok(write_version(store, &v, &why));
}

static void
every_version_stays_as_it_was(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_version_info info;
	unsigned char sum[64], other[XJ_DIGEST_MAX];

	(void)state;
	write_three_versions(store);
	assert_reads(store, ID, 1, "a", "1");
	assert_reads(store, ID, 2, "a", "2");
	assert_reads(store, ID, 3, "a", "2");
	assert_reads(store, ID, 2, "b", "1b");
	assert_ok(xj_object_open(store, ID, &object, &why));
	assert_int_equal(xj_object_head(object), 3);
	assert_string_equal(xj_object_id(object), ID);
	assert_string_equal(xj_object_file_at(object, 3, 0), "a");
	assert_string_equal(xj_object_file_at(object, 0, 1), "c");
	assert_null(xj_object_file_at(object, 3, 2));
	assert_null(xj_object_file_at(object, 4, 0));
	assert_ok(xj_object_version_info(object, 2, &info, &why));
	assert_int_equal(info.number, 2);
	assert_int_equal(info.created, WHEN + 60);
	assert_string_equal(info.message, "changed");
	assert_string_equal(info.user, "tester");
	assert_ok(xj_object_version_info(object, 0, &info, &why));
	assert_int_equal(info.number, 3);
	assert_string_equal(info.user_address, "");
	assert_status(xj_object_version_info(object, 4, &info, &why),
		      XJ_ENOTFOUND);
	assert_ok(xj_object_file_digest(object, 1, "a", sum, &why));
	xj_digest_of(XJ_SHA512, "1", 1, other);
	assert_memory_equal(sum, other, 64);
	assert_status(xj_object_file_digest(object, 3, "b", sum, &why),
		      XJ_ENOTFOUND);
	xj_store_close(store);
	assert_valid(&dir);
	assert_int_equal(count_staging(&dir), 0);
}

/* While it is open another version is published, and the old folder goes. */
static void
an_open_object_can_be_read_after_the_next_version(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;

	(void)state;
	write_text(store, ID, 1, "one");
	assert_ok(xj_object_open(store, ID, &object, &why));
	write_text(store, ID, 2, "two");
	assert_ok(xj_object_file_read(object, 0, "a.txt", 10, &bytes, &why));
	assert_string_equal(xj_buf_str(&bytes), "one");
	xj_store_close(store);
}

static void
replace_begins_a_new_history(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file files[] = { kept("c"), file_of("t", "purged") };
	struct xj_object_version v = version_of(ID, 1, files, 2);

	(void)state;
	write_three_versions(store);
	v.replace = true;
	assert_ok(write_version(store, &v, &why));
	assert_head(store, ID, 1);
	assert_reads(store, ID, 1, "c", "3c");
	assert_reads(store, ID, 1, "t", "purged");

	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	char path[300];

	assert_ok(xj_object_open(store, ID, &object, &why));
	snprintf(path, sizeof(path), "%s/v3", xj_object_path(object));
	assert_int_equal(faccessat(dir.fd, path, F_OK, 0), -1);
	xj_store_close(store);
	assert_valid(&dir);
	assert_int_equal(count_staging(&dir), 0);
}

static void
a_purged_object_may_grow_again(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file file = file_of("t", "gone");
	struct xj_object_version v = version_of(ID, 1, &file, 1);

	(void)state;
	write_three_versions(store);
	v.replace = true;
	assert_ok(write_version(store, &v, &why));
	/* And once more the same, which gives the same inventory. */
	assert_ok(write_version(store, &v, &why));
	write_text(store, ID, 2, "new life");
	assert_reads(store, ID, 2, "a.txt", "new life");
	xj_store_close(store);
	assert_valid(&dir);
}

/* ------------------------------------------------------------- refusals */

static void
put_refuses_a_number_that_is_not_next(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file file = file_of("a.txt", "x");
	struct xj_object_version v = version_of(ID, 2, &file, 1);

	(void)state;
	assert_status(write_version(store, &v, &why), XJ_ENOTFOUND);
	v.number = 1;
	v.replace = true;
	assert_status(write_version(store, &v, &why), XJ_ENOTFOUND);
	v.replace = false;
	assert_ok(write_version(store, &v, &why));
	assert_status(write_version(store, &v, &why), XJ_EBUSY);
	v.number = 3;
	assert_status(write_version(store, &v, &why), XJ_EBUSY);
	v.number = 0;
	assert_status(write_version(store, &v, &why), XJ_EINVAL);
	xj_store_close(store);
	assert_valid(&dir);
	assert_int_equal(count_staging(&dir), 0);
}

static void
put_refuses_paths_that_are_none(void **state)
{
	static const char *const wrong[] = {
		"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a",
		"\xC3(",
	};
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(wrong); i++) {
		struct xj_object_file file = file_of(wrong[i], "x");
		struct xj_object_version v = version_of(ID, 1, &file, 1);

		assert_status(write_version(store, &v, &why), XJ_EINVAL);
	}
	xj_store_close(store);
}

static void
put_refuses_paths_in_each_others_way(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file twice[] = { file_of("a", "1"), file_of("a", "2") };
	struct xj_object_file below[] = {
		file_of("a/b", "1"), file_of("a-b", "2"), file_of("a", "3"),
	};
	struct xj_object_version v = version_of(ID, 1, twice, 2);

	(void)state;
	assert_status(write_version(store, &v, &why), XJ_EINVAL);
	v = version_of(ID, 1, below, 3);
	assert_status(write_version(store, &v, &why), XJ_EINVAL);
	v.file_count = 2;
	assert_ok(write_version(store, &v, &why));
	xj_store_close(store);
	assert_valid(&dir);
}

static void
put_refuses_a_file_without_one_source(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file none = { .logical = "a" };
	struct xj_object_file both = { .logical = "a", .bytes = "", .keep = true };
	struct xj_object_file keep = kept("a");
	struct xj_object_version v = version_of(ID, 1, &none, 1);

	(void)state;
	assert_status(write_version(store, &v, &why), XJ_EINVAL);
	v.files = &both;
	assert_status(write_version(store, &v, &why), XJ_EINVAL);
	v.files = &keep;
	assert_status(write_version(store, &v, &why), XJ_EINVAL);
	xj_store_close(store);
}

/* After a refusal the staged file is where it was, and can be used. */
static void
a_refused_put_leaves_the_staged_file(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_batch *batch;
	struct xj_staged staged;

	(void)state;
	write_text(store, ID, 1, "one");
	assert_ok(xj_batch_begin(store, &batch, &why));
	stage_text(batch, "two", &staged);

	struct xj_object_file file = { .logical = "a.txt", .staged = &staged };
	struct xj_object_version v = version_of(ID, 3, &file, 1);

	assert_status(xj_batch_put(batch, &v, &why), XJ_EBUSY);
	v.number = 2;
	assert_ok(xj_batch_put(batch, &v, &why));
	assert_ok(xj_batch_sync(batch, &why));
	assert_ok(xj_batch_publish(batch, &why));
	xj_staged_close(&staged);
	xj_batch_end(batch, true);
	assert_reads(store, ID, 2, "a.txt", "two");
	xj_store_close(store);
}

/* ------------------------------------------------------------ two writers */

static void
the_second_writer_of_an_object_is_told_so(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir), *other;
	struct xj_object_file file = file_of("a.txt", "2");
	struct xj_object_version v = version_of(ID, 2, &file, 1);
	struct xj_object_version new = version_of(ID2, 1, &file, 1);
	struct xj_batch *first, *second;

	(void)state;
	write_text(store, ID, 1, "one");
	assert_ok(xj_store_open(dir.path, &other, &why));
	assert_ok(xj_batch_begin(store, &first, &why));
	assert_ok(xj_batch_begin(other, &second, &why));
	assert_ok(xj_batch_put(first, &v, &why));
	assert_status(xj_batch_put(first, &v, &why), XJ_EBUSY);
	assert_status(xj_batch_put(second, &v, &why), XJ_EBUSY);
	assert_ok(xj_batch_put(second, &new, &why));
	assert_status(xj_batch_put(first, &new, &why), XJ_EBUSY);
	assert_ok(xj_batch_sync(first, &why));
	assert_ok(xj_batch_publish(first, &why));
	assert_status(xj_batch_put(second, &v, &why), XJ_EBUSY);
	xj_batch_end(first, true);
	assert_status(xj_batch_put(second, &v, &why), XJ_EBUSY);
	v.number = 3;
	assert_ok(xj_batch_put(second, &v, &why));
	assert_ok(xj_batch_sync(second, &why));
	assert_ok(xj_batch_publish(second, &why));
	xj_batch_end(second, true);
	assert_head(store, ID, 3);
	assert_head(store, ID2, 1);
	xj_store_close(other);
	xj_store_close(store);
	assert_valid(&dir);
}

static void
unput_takes_an_object_out_again(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file file = file_of("a.txt", "x");
	struct xj_object_version v = version_of(ID, 1, &file, 1);
	struct xj_object_version w = version_of(ID2, 1, &file, 1);
	struct xj_object *object;
	struct xj_batch *batch;

	(void)state;
	assert_ok(xj_batch_begin(store, &batch, &why));
	assert_ok(xj_batch_put(batch, &v, &why));
	assert_ok(xj_batch_put(batch, &w, &why));
	assert_ok(xj_batch_unput(batch, ID, &why));
	assert_status(xj_batch_unput(batch, ID, &why), XJ_ENOTFOUND);
	assert_ok(xj_batch_sync(batch, &why));
	assert_ok(xj_batch_publish(batch, &why));
	xj_batch_end(batch, true);
	assert_status(xj_object_open(store, ID, &object, &why), XJ_ENOTFOUND);
	assert_head(store, ID2, 1);
	xj_store_close(store);
	assert_valid(&dir);
}

static void
end_without_commit_drops_all(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file file = file_of("a.txt", "x");
	struct xj_object_version v = version_of(ID, 1, &file, 1);
	struct xj_object *object;
	struct xj_batch *batch;

	(void)state;
	assert_ok(xj_batch_begin(store, &batch, &why));
	assert_ok(xj_batch_put(batch, &v, &why));
	assert_ok(xj_batch_sync(batch, &why));
	xj_batch_end(batch, false);
	assert_int_equal(count_staging(&dir), 0);
	assert_status(xj_object_open(store, ID, &object, &why), XJ_ENOTFOUND);
	xj_store_close(store);
}

static void
a_committed_batch_waits_for_recovery(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file file = file_of("a.txt", "x");
	struct xj_object_version v = version_of(ID, 1, &file, 1);
	struct xj_batch *batch;
	char name[64];
	const char *names[] = { name };
	size_t unfinished;

	(void)state;
	assert_ok(xj_batch_begin(store, &batch, &why));
	snprintf(name, sizeof(name), "%s", xj_batch_name(batch));
	assert_ok(xj_batch_put(batch, &v, &why));
	assert_ok(xj_batch_sync(batch, &why));
	/* While its owner lives nobody touches it. */
	assert_status(xj_store_recover(store, names, 1, NULL, &why), XJ_EBUSY);
	assert_ok(xj_store_recover(store, NULL, 0, NULL, &why));
	xj_batch_end(batch, true);
	assert_int_equal(count_staging(&dir), 1);
	assert_ok(xj_store_recover(store, names, 1, &unfinished, &why));
	assert_int_equal(unfinished, 1);
	assert_head(store, ID, 1);
	assert_int_equal(count_staging(&dir), 0);
	assert_ok(xj_store_recover(store, names, 1, &unfinished, &why));
	assert_int_equal(unfinished, 0);
	xj_store_close(store);
	assert_valid(&dir);
}

/* ------------------------------------------------------------- many of them */

struct crowd {
	struct xj_batch *batch;
	unsigned first, count;
	int result;
};

static void
crowd_id(unsigned n, char id[64])
{
	snprintf(id, 64, "urn:test:%u", n);
}

static void *
put_crowd(void *arg)
{
	struct crowd *crowd = arg;

	for (unsigned i = 0; i < crowd->count; i++) {
		struct xj_staged staged;
		char id[64];
		int fd;

		crowd_id(crowd->first + i, id);
		fd = memfd_create("text", MFD_CLOEXEC);
		crowd->result |= write(fd, id, strlen(id)) < 0;
		lseek(fd, 0, SEEK_SET);
		crowd->result |= xj_batch_stage(crowd->batch, fd, &staged, NULL);
		close(fd);

		struct xj_object_file file = {
			.logical = "a", .staged = &staged,
		};
		struct xj_object_version v = version_of(id, 1, &file, 1);

		crowd->result |= xj_batch_put(crowd->batch, &v, NULL);
		if (i % 5 == 4)
			crowd->result |= xj_batch_unput(crowd->batch, id, NULL);
		xj_staged_close(&staged);
	}
	return NULL;
}

static int
count_object(void *ctx, const char *path, struct xj_object *object,
	     const struct xj_error *problem)
{
	if (problem)
		print_message("%s: %s\n", path, problem->message);
	assert_non_null(object);
	assert_string_equal(path, xj_object_path(object));
	++*(unsigned *)ctx;
	return 0;
}

static void
several_threads_share_a_batch(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct crowd crowd[4];
	pthread_t threads[4];
	struct xj_batch *batch;
	unsigned seen = 0;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		assert_ok(xj_batch_begin(store, &batch, &why));
		for (unsigned i = 0; i < 4; i++) {
			crowd[i] = (struct crowd){
				.batch = batch, .count = 50,
				.first = round * 200 + i * 50,
			};
			pthread_create(&threads[i], NULL, put_crowd, &crowd[i]);
		}
		for (unsigned i = 0; i < 4; i++) {
			pthread_join(threads[i], NULL);
			assert_int_equal(crowd[i].result, 0);
		}
		assert_ok(xj_batch_sync(batch, &why));
		assert_ok(xj_batch_publish(batch, &why));
		xj_batch_end(batch, true);
	}
	assert_ok(xj_store_each(store, count_object, &seen, &why));
	assert_int_equal(seen, 320);
	assert_reads(store, "urn:test:203", 0, "a", "urn:test:203");
	assert_ok(xj_store_sync(store, &why));
	xj_store_close(store);
	assert_valid(&dir);
	assert_int_equal(count_staging(&dir), 0);
}

static int
stop_at_once(void *ctx, const char *path, struct xj_object *object,
	     const struct xj_error *problem)
{
	(void)path, (void)object, (void)problem;
	++*(unsigned *)ctx;
	return XJ_ECANCELLED;
}

static int
note_problem(void *ctx, const char *path, struct xj_object *object,
	     const struct xj_error *problem)
{
	(void)path;
	if (!object)
		*(int *)ctx = problem->status;
	return 0;
}

static void
each_stops_when_told_and_names_what_it_cannot_read(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	char path[300];
	unsigned seen = 0;
	int problem = 0;

	(void)state;
	write_text(store, ID, 1, "one");
	write_text(store, ID2, 1, "two");
	assert_status(xj_store_each(store, stop_at_once, &seen, &why),
		      XJ_ECANCELLED);
	assert_int_equal(seen, 1);
	assert_ok(xj_object_open(store, ID, &object, &why));
	snprintf(path, sizeof(path), "%s/inventory.json",
		 xj_object_path(object));
	assert_int_equal(unlinkat(dir.fd, path, 0), 0);
	assert_ok(xj_store_each(store, note_problem, &problem, &why));
	assert_int_equal(problem, XJ_ECORRUPT);
	xj_store_close(store);
}

/* ----------------------------------------------------------------- names */

static void
any_name_can_be_stored(void **state)
{
	char longest[3000], parts[3000] = "";
	const char *names[] = {
		"学习 资料/第一章：概论.pdf", " leading", "trailing ", "dot.",
		".hidden", "a\tb\nc", "con:?*|<>\"\\", "100%", "100%25",
		"\xE2\x80\xAE" "fdp.exe", "a\x7F", "\xC2\x85", longest, parts,
		"e\xCC\x81", "\xC3\xA9", "…", "a/…/b", "~", "%~",
	};
	enum { COUNT = XJ_COUNT(names) };
	struct xj_object_file files[COUNT];
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);

	(void)state;
	memset(longest, 'l', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 90; k++)
			strcat(parts, k == 89 ? "/" : "长");
	strcat(parts, "end");
	for (size_t i = 0; i < COUNT; i++) /* each with bytes of its own */
		files[i] = (struct xj_object_file){
			.logical = names[i], .bytes = "0123456789abcdefghijkl",
			.len = i + 1,
		};

	struct xj_object_version v = version_of(ID, 1, files, COUNT);

	assert_ok(write_version(store, &v, &why));
	for (size_t i = 0; i < COUNT; i++) {
		char text[32];

		snprintf(text, sizeof(text), "%.*s", (int)files[i].len,
			 files[i].bytes);
		assert_reads(store, ID, 0, names[i], text);
	}
	xj_store_close(store);
	assert_valid(&dir);
}

static void
assert_content_path(const char *logical, const char *expected)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	xj_content_path(&path, logical);
	assert_string_equal(xj_buf_str(&path), expected);
}

static void
safe_names_are_used_as_they_are(void **state)
{
	(void)state;
	assert_content_path("original/讲义 1.pdf", "original/讲义 1.pdf");
	assert_content_path("a b/c-d_e.tar.gz", "a b/c-d_e.tar.gz");
	assert_content_path(".a/b ./c:d%", "%2ea/b %2e/c%3ad%25");
	assert_content_path("a\nb", "a%0ab");
}

/* ---------------------------------------------------------------- damage */

/* Overwrites a byte of a stored file: "…/v1/content/a.txt". */
static void
damage(const struct scratch *dir, struct xj_store *store, const char *name,
       off_t at)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	char path[300];
	int fd;

	assert_ok(xj_object_open(store, ID, &object, &why));
	snprintf(path, sizeof(path), "%s/%s", xj_object_path(object), name);
	assert_int_equal(fchmodat(dir->fd, path, 0644, 0), 0);
	fd = openat(dir->fd, path, O_RDWR);
	assert_int_equal(pwrite(fd, "\x01", 1, at), 1);
	close(fd);
}

static void
a_flipped_bit_is_found(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	uint64_t size;

	(void)state;
	write_text(store, ID, 1, "some text");
	assert_ok(xj_object_open(store, ID, &object, &why));
	assert_ok(xj_object_file_open(object, 0, "a.txt", &fd, &size, &why));
	assert_int_equal(size, 9);
	assert_ok(xj_object_file_check(object, 0, "a.txt", fd, &why));
	assert_status(xj_object_file_read(object, 0, "a.txt", 8, &bytes, &why),
		      XJ_ELIMIT);
	damage(&dir, store, "v1/content/a.txt", 3);
	assert_status(xj_object_file_check(object, 0, "a.txt", fd, &why),
		      XJ_ECORRUPT);
	assert_status(xj_object_file_read(object, 0, "a.txt", 9, &bytes, &why),
		      XJ_ECORRUPT);
	xj_store_close(store);
}

static void
a_damaged_inventory_is_not_believed(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object *object = NULL;
	char path[300];

	(void)state;
	write_text(store, ID, 1, "some text");
	assert_ok(xj_object_open(store, ID, &object, &why));
	snprintf(path, sizeof(path), "%s/%s", dir.path, xj_object_path(object));
	xj_object_freep(&object);
	strcat(path, "/inventory.json");
	assert_int_equal(truncate(path, 100), 0);
	assert_status(xj_object_open(store, ID, &object, &why), XJ_ECORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_status(xj_object_open(store, ID, &object, &why), XJ_ECORRUPT);
	assert_null(object);
	xj_store_close(store);
}

static void
a_damaged_object_can_be_purged_but_not_continued(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file file = file_of("t", "gone");
	struct xj_object_version v = version_of(ID, 2, &file, 1);

	(void)state;
	write_text(store, ID, 1, "some text");
	damage(&dir, store, "inventory.json", 7);
	assert_status(write_version(store, &v, &why), XJ_ECORRUPT);
	v.number = 1;
	assert_status(write_version(store, &v, &why), XJ_EBUSY);
	v.replace = true;
	file = kept("a.txt");
	assert_status(write_version(store, &v, &why), XJ_EINVAL);
	file = file_of("t", "gone");
	assert_ok(write_version(store, &v, &why));
	assert_reads(store, ID, 1, "t", "gone");
	xj_store_close(store);
	assert_valid(&dir);
}

/* Its catalog says that it is committed: it must not be dropped. */
static void
a_batch_that_cannot_be_published_is_kept(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_object_file file = file_of("a.txt", "x");
	struct xj_object_version v = version_of(ID, 2, &file, 1);
	struct xj_batch *batch;
	char name[64];
	const char *names[] = { name };

	(void)state;
	write_text(store, ID, 1, "one");
	assert_ok(xj_batch_begin(store, &batch, &why));
	snprintf(name, sizeof(name), "%s", xj_batch_name(batch));
	assert_ok(xj_batch_put(batch, &v, &why));
	assert_ok(xj_batch_sync(batch, &why));
	damage(&dir, store, "inventory.json.sha512", 3);
	assert_status(xj_batch_publish(batch, &why), XJ_EEXIST);
	xj_batch_end(batch, true);
	assert_status(xj_store_recover(store, names, 1, NULL, &why), XJ_EEXIST);
	assert_int_equal(count_staging(&dir), 1);
	xj_store_close(store);
}

static void
a_link_in_an_object_is_not_followed(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	char path[300];
	int fd;

	(void)state;
	write_text(store, ID, 1, "some text");
	assert_ok(xj_object_open(store, ID, &object, &why));
	snprintf(path, sizeof(path), "%s/v1/content/a.txt",
		 xj_object_path(object));
	assert_int_equal(unlinkat(dir.fd, path, 0), 0);
	assert_status(xj_object_file_open(object, 0, "a.txt", &fd, NULL, &why),
		      XJ_ECORRUPT);
	assert_int_equal(symlinkat("/etc/passwd", dir.fd, path), 0);
	assert_status(xj_object_file_open(object, 0, "a.txt", &fd, NULL, &why),
		      XJ_ECORRUPT);
	assert_int_equal(fd, -1);
	xj_store_close(store);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_new_store_is_a_valid_empty_root),
	cmocka_unit_test(create_refuses_a_place_that_has_one),
	cmocka_unit_test(open_says_what_is_not_a_store),
	cmocka_unit_test(open_refuses_a_layout_that_it_does_not_know),
	cmocka_unit_test(paths_are_those_of_the_extension),
	cmocka_unit_test(a_long_id_is_cut_and_its_digest_added),
	cmocka_unit_test(put_then_read_gives_the_same_bytes),
	cmocka_unit_test(a_staged_file_becomes_the_objects),
	cmocka_unit_test(a_dropped_file_is_gone),
	cmocka_unit_test(the_same_bytes_are_stored_once_in_an_object),
	cmocka_unit_test(every_version_stays_as_it_was),
	cmocka_unit_test(an_open_object_can_be_read_after_the_next_version),
	cmocka_unit_test(replace_begins_a_new_history),
	cmocka_unit_test(a_purged_object_may_grow_again),
	cmocka_unit_test(put_refuses_a_number_that_is_not_next),
	cmocka_unit_test(put_refuses_paths_that_are_none),
	cmocka_unit_test(put_refuses_paths_in_each_others_way),
	cmocka_unit_test(put_refuses_a_file_without_one_source),
	cmocka_unit_test(a_refused_put_leaves_the_staged_file),
	cmocka_unit_test(the_second_writer_of_an_object_is_told_so),
	cmocka_unit_test(unput_takes_an_object_out_again),
	cmocka_unit_test(end_without_commit_drops_all),
	cmocka_unit_test(a_committed_batch_waits_for_recovery),
	cmocka_unit_test(several_threads_share_a_batch),
	cmocka_unit_test(each_stops_when_told_and_names_what_it_cannot_read),
	cmocka_unit_test(any_name_can_be_stored),
	cmocka_unit_test(safe_names_are_used_as_they_are),
	cmocka_unit_test(a_flipped_bit_is_found),
	cmocka_unit_test(a_damaged_inventory_is_not_believed),
	cmocka_unit_test(a_damaged_object_can_be_purged_but_not_continued),
	cmocka_unit_test(a_batch_that_cannot_be_published_is_kept),
	cmocka_unit_test(a_link_in_an_object_is_not_followed),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
