/* test-store-validate.c - the validator against damage and against malice. */
#include "store-tools.h"

#include <sys/stat.h>

#define ID "urn:uuid:2a3ea86c-9eac-4bc5-97b8-5090d262c29c"
#define CONTENT "some text\n"

/* ------------------------------------------------------------- findings */

struct found {
	char codes[8000];
	unsigned count, most; /* stops at `most`, if that is not 0 */
	char path[400];       /* of the last */
	char object[100];
};

static int
note(void *ctx, const struct xj_finding *finding)
{
	struct found *found = ctx;
	size_t n = strlen(found->codes);

	show_finding(NULL, finding);
	assert_true(xj_utf8_valid(finding->message, strlen(finding->message)));
	snprintf(found->codes + n, sizeof(found->codes) - n, "%s ",
		 finding->code);
	snprintf(found->path, sizeof(found->path), "%s", finding->path);
	snprintf(found->object, sizeof(found->object), "%s",
		 finding->object ? finding->object : "");
	found->count++;
	return found->most && found->count >= found->most ? XJ_ECANCELLED : 0;
}

static struct found
validate_path(const char *path, struct xj_validation *out)
{
	struct found found = { 0 };

	assert_ok(xj_ocfl_validate(path, 0, note, &found, out, &why));
	return found;
}

static struct found
validate(const struct scratch *dir)
{
	struct xj_validation out;

	return validate_path(dir->path, &out);
}

static void
assert_found(const struct found *found, const char *code)
{
	if (!strstr(found->codes, code))
		print_message("%s not among: %s\n", code, found->codes);
	assert_non_null(strstr(found->codes, code));
}

static void
assert_nothing_found(const struct found *found)
{
	assert_string_equal(found->codes, "");
}

/* --------------------------------------------------- an object, by hand */

static void
write_at(const struct scratch *dir, const char *path, const char *text,
	 size_t len)
{
	char folder[400];
	const char *slash = strrchr(path, '/');

	if (slash) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path),
			 path);
		assert_ok(xj_mkdirs(dir->fd, folder, 0777, &why));
	}
	assert_ok(xj_file_write(dir->fd, path, text, len, &why));
}

static void
write_text_at(const struct scratch *dir, const char *path, const char *text)
{
	write_at(dir, path, text, strlen(text));
}

static void
hex_of(enum xj_digest_kind kind, const char *text, size_t len, char *hex)
{
	unsigned char sum[XJ_DIGEST_MAX];

	xj_digest_of(kind, text, len, sum);
	xj_hex(sum, xj_digest_size(kind), hex);
}

static void
write_inventory_at(const struct scratch *dir, const char *folder,
		   const char *text, size_t len)
{
	char path[400], line[400], hex[XJ_DIGEST_HEX_MAX];

	snprintf(path, sizeof(path), "%sinventory.json", folder);
	write_at(dir, path, text, len);
	hex_of(XJ_SHA512, text, len, hex);
	snprintf(line, sizeof(line), "%s inventory.json\n", hex);
	strcat(path, ".sha512");
	write_text_at(dir, path, line);
}

/* "@S" and "@M" stand for the digests of the content. */
static const char good[] =
	"{\"id\": \"urn:x:1\", \"type\": \"https://ocfl.io/1.1/spec/#inventory\","
	" \"digestAlgorithm\": \"sha512\", \"head\": \"v1\","
	" \"manifest\": {\"@S\": [\"v1/content/a.txt\"]},"
	" \"versions\": {\"v1\": {\"created\": \"2024-02-29T01:02:03Z\","
	" \"message\": \"m\", \"user\": {\"name\": \"n\","
	" \"address\": \"mailto:n@example.org\"},"
	" \"state\": {\"@S\": [\"a.txt\"]}}},"
	" \"fixity\": {\"md5\": {\"@M\": [\"v1/content/a.txt\"]}}}";

/* The text with every `from` made `to`; to be freed. */
static char *
replaced(const char *text, const char *from, const char *to)
{
	struct xj_buf out = XJ_BUF_INIT;
	const char *at;

	while ((at = strstr(text, from))) {
		xj_buf_add(&out, text, (size_t)(at - text));
		xj_buf_adds(&out, to);
		text = at + strlen(from);
	}
	xj_buf_adds(&out, text);
	return xj_buf_take(&out);
}

static char *
with_digests(const char *text)
{
	char sha[XJ_DIGEST_HEX_MAX], md5[XJ_DIGEST_HEX_MAX];
	char *once, *twice;

	hex_of(XJ_SHA512, CONTENT, strlen(CONTENT), sha);
	hex_of(XJ_MD5, CONTENT, strlen(CONTENT), md5);
	once = replaced(text, "@S", sha);
	twice = replaced(once, "@M", md5);
	free(once);
	return twice;
}

/* An object in `below` ("" or "a/b/") with an inventory of any bytes. */
static void
write_object_bytes(const struct scratch *dir, const char *below,
		   const char *inventory, size_t len)
{
	char path[400];

	snprintf(path, sizeof(path), "%s0=ocfl_object_1.1", below);
	write_text_at(dir, path, "ocfl_object_1.1\n");
	write_inventory_at(dir, below, inventory, len);
	snprintf(path, sizeof(path), "%sv1/content/a.txt", below);
	write_text_at(dir, path, CONTENT);
	snprintf(path, sizeof(path), "%sv1/", below);
	write_inventory_at(dir, path, inventory, len);
}

static void
write_object(const struct scratch *dir, const char *below,
	     const char *inventory)
{
	char *text = with_digests(inventory);

	write_object_bytes(dir, below, text, strlen(text));
	free(text);
}

/* ------------------------------------------------------------ inventories */

struct fault {
	const char *from, *to, *code;
};

static const struct fault faults[] = {
	{ "\"urn:x:1\"", "1", "E037" },
	{ "\"urn:x:1\"", "\"\"", "E037" },
	{ "\"urn:x:1\"", "\"no uri\"", "W005" },
	{ "\"urn:x:1\"", "\"urn:中\"", "W005" },
	{ "\"id\"", "\"iD\"", "E102" },
	{ "\"id\"", "\"head\"", "E033" },
	{ "1.1/spec", "1.0/spec", "E038" },
	{ "1.1/spec", "9.1/spec", "E038" },
	{ "\"sha512\"", "\"md5\"", "E025" },
	{ "\"sha512\"", "[]", "E025" },
	{ "\"sha512\"", "\"sha256\"", "E039" },
	{ "\"head\": \"v1\"", "\"head\": \"v2\"", "E040" },
	{ "\"head\": \"v1\"", "\"head\": \"v01\"", "E040" },
	{ "\"head\": \"v1\"", "\"head\": 1", "E040" },
	{ "\"head\": \"v1\",", "", "E036" },
	{ "\"manifest\": {\"@S\": [\"v1/content/a.txt\"]}", "\"manifest\": []",
	  "E106" },
	{ "\"manifest\"", "\"contentDirectory\": \"..\", \"manifest\"",
	  "E018" },
	{ "\"manifest\"", "\"contentDirectory\": 7, \"manifest\"", "E017" },
	{ "[\"v1/content/a.txt\"]}, \"versions\"", "\"a\"}, \"versions\"",
	  "E092" },
	{ "[\"v1/content/a.txt\"]}, \"versions\"", "[{}]}, \"versions\"",
	  "E092" },
	{ "[\"v1/content/a.txt\"]}, \"versions\"",
	  "[\"v1/content/a.txt/b\", \"v1/content/a.txt\"]}, \"versions\"",
	  "E101" },
	{ "[\"v1/content/a.txt\"]}, \"versions\"",
	  "[\"../../../etc/passwd\"]}, \"versions\"", "E099" },
	{ "[\"v1/content/a.txt\"]}, \"versions\"",
	  "[\"/etc/passwd\"]}, \"versions\"", "E100" },
	{ "[\"v1/content/a.txt\"]}, \"versions\"",
	  "[\"inventory.json\"]}, \"versions\"", "E042" },
	{ "[\"v1/content/a.txt\"]}, \"versions\"",
	  "[\"v2/content/a.txt\"]}, \"versions\"", "E014" },
	{ "{\"v1\": {", "{\"1\": {", "E046" },
	{ "{\"v1\": {", "{\"v3\": {", "E010" },
	{ "\"versions\": {\"v1\"", "\"versions\": [], \"x\": {\"v1\"", "E044" },
	{ "\"versions\": {", "\"versions\": {\"v2\": 3, ", "E047" },
	{ "\"created\"", "\"made\"", "E048" },
	{ "\"state\"", "\"made\"", "E048" },
	{ "2024-02-29T", "2023-02-29T", "E049" },
	{ "01:02:03Z", "01:02Z", "E049" },
	{ "01:02:03Z", "01:02:03", "E049" },
	{ "01:02:03Z", "01:02:03.Z", "E049" },
	{ "01:02:03Z", "25:02:03Z", "E049" },
	{ "\"message\": \"m\"", "\"message\": null", "E094" },
	{ "\"message\": \"m\",", "", "W007" },
	{ "{\"name\": \"n\",", "{", "E054" },
	{ "{\"name\": \"n\",", "{\"name\": 1,", "E054" },
	{ "\"mailto:n@example.org\"", "\"n\"", "W009" },
	{ "\"mailto:n@example.org\"", "\"mailto:%zz\"", "W009" },
	{ "[\"a.txt\"]", "\"a.txt\"", "E050" },
	{ "[\"a.txt\"]", "[1]", "E051" },
	{ "[\"a.txt\"]", "[\"a/../b\"]", "E052" },
	{ "[\"a.txt\"]", "[\"a//b\"]", "E052" },
	{ "[\"a.txt\"]", "[\"\"]", "E052" },
	{ "[\"a.txt\"]", "[\"a.txt/\"]", "E053" },
	{ "[\"a.txt\"]", "[\"a\", \"a-b\", \"a/b\"]", "E095" },
	{ "[\"a.txt\"]", "[\"a\", \"a\"]", "E095" },
	{ "\"state\": {\"@S\"", "\"state\": {\"00\"", "E050" },
	{ "{\"md5\": {", "{\"md5\": [], \"sha1\": {", "E057" },
	{ "\"fixity\": {", "\"fixity\": [], \"x\": {", "E111" },
	{ "{\"md5\": {\"@M\": [\"v1/content/a.txt\"]", "{\"md5\": {\"@M\": 1",
	  "E057" },
	{ "\"@M\"", "\"d41d8cd98f00b204e9800998ecf8427e\"", "E093" },
	{ "\"@M\": [\"v1/content/a.txt\"]", "\"@M\": [\"v1/content/b.txt\"]",
	  "E093" },
	{ "\"@M\"", "\"d41d8c\"", "E057" },
	{ "{\"id\"", "[\"id\"", "E033" },
	{ "\"m\"", "\"\\u0000\"", "E033" },
	{ "\"m\"", "\"\xFF\"", "E033" },
	{ "\"m\"", "\"\\uD800\"", "E033" },
	{ "}}}", "", "E033" },
};

static void
a_good_object_by_hand_is_good(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_validation out;
	struct found found;

	(void)state;
	write_object(&dir, "", good);
	found = validate_path(dir.path, &out);
	assert_nothing_found(&found);
	assert_int_equal(out.objects, 1);
	assert_int_equal(out.files, 1);
	assert_int_equal(out.bytes, strlen(CONTENT));
}

static void
every_fault_of_an_inventory_has_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(faults); i++) {
		xj_auto(scratch_end) struct scratch dir = scratch_begin();
		char *text = replaced(good, faults[i].from, faults[i].to);
		struct found found;

		assert_string_not_equal(text, good);
		write_object(&dir, "", text);
		free(text);
		found = validate(&dir);
		if (!strstr(found.codes, faults[i].code))
			print_message("%s -> %s\n", faults[i].from,
				      faults[i].to);
		assert_found(&found, faults[i].code);
	}
}

static void
unknown_digests_of_fixity_are_passed_over(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	char *text = replaced(good, "\"md5\"", "\"crc32\"");
	struct xj_validation out;

	(void)state;
	write_object(&dir, "", text);
	free(text);
	validate_path(dir.path, &out);
	assert_int_equal(out.errors + out.warnings, 0);
}

static void
assert_refused(const char *inventory, size_t len)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct found found;

	write_object_bytes(&dir, "", inventory, len);
	found = validate(&dir);
	assert_found(&found, "E033");
}

static void
a_deep_inventory_is_refused(void **state)
{
	enum { DEEP = 1 << 20 };
	char *deep = malloc(DEEP);

	(void)state;
	memset(deep, '[', DEEP);
	assert_refused(deep, DEEP);
	for (int i = 0; i + 5 <= DEEP; i += 5)
		memcpy(deep + i, "{\"a\":", 5);
	assert_refused(deep, DEEP);
	free(deep);
	assert_refused("", 0);
	assert_refused("\xEF\xBB\xBF{}", 5);
	assert_refused("{}\0", 3);
}

static void
a_huge_inventory_is_refused_unread(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	char path[300];
	struct found found;

	(void)state;
	write_object(&dir, "", good);
	snprintf(path, sizeof(path), "%s/inventory.json", dir.path);
	assert_int_equal(truncate(path, (off_t)1 << 40), 0);
	found = validate(&dir);
	assert_found(&found, "E033");
}

/* Long rows of names that are alike must not take more than their length. */
static void
many_names_do_not_take_long(void **state)
{
	enum { MANY = 60000 };
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char *head = with_digests("{\"id\": \"urn:x:1\", \"type\": "
				  "\"https://ocfl.io/1.1/spec/#inventory\", "
				  "\"digestAlgorithm\": \"sha512\", \"head\": "
				  "\"v1\", \"manifest\": {\"@S\": [\"v1/content/"
				  "a.txt\"");
	char *tail = with_digests("]}, \"versions\": {\"v1\": {\"created\": "
				  "\"2024-02-29T01:02:03Z\", \"state\": {\"@S\":"
				  " [\"a\"");
	struct xj_validation out;
	uint64_t began;

	(void)state;
	xj_buf_adds(&text, head);
	for (int i = 0; i < MANY; i++)
		xj_buf_addf(&text, ", \"v1/content/a%d\"", i);
	xj_buf_adds(&text, tail);
	for (int i = 0; i < MANY; i++)
		xj_buf_addf(&text, ", \"a%d\"", i);
	xj_buf_adds(&text, "]}}}}");
	free(head);
	free(tail);
	write_object_bytes(&dir, "", text.data, text.len);
	began = xj_thread_cpu_us();
	assert_ok(xj_ocfl_validate(dir.path, 0, NULL, NULL, &out, &why));
	assert_true(xj_thread_cpu_us() - began < 5000000);
	assert_int_equal(out.errors, MANY); /* files that are not there */
}

/* Whatever is changed in an inventory: an answer, never a crash. */
static void
an_inventory_with_any_byte_changed_gets_an_answer(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	char *text = with_digests(good);
	size_t len = strlen(text);
	uint32_t random = 12345;

	(void)state;
	write_object_bytes(&dir, "", text, len);
	for (int i = 0; i < 600; i++) {
		struct xj_validation out;
		size_t at;
		char was;

		random = random * 1664525 + 1013904223;
		at = (random >> 8) % len;
		was = text[at];
		text[at] = "\"{}[],:\\\x00\xFF/v.10"[random % 16];
		write_inventory_at(&dir, "", text, len);
		assert_ok(xj_ocfl_validate(dir.path, 0, NULL, NULL, &out,
					   &why));
		text[at] = was;
	}
	free(text);
}

/* ---------------------------------------------------------------- objects */

/* One change of a good object's files. */
struct change {
	const char *file, *text; /* written, if there is a text */
	const char *folder;      /* made */
	const char *link;        /* a symbolic link, made */
	const char *gone;        /* removed */
	const char *code;
};

static const struct change changes[] = {
	{ .file = "stray", .text = "", .code = "E001" },
	{ .folder = "v0", .code = "E105" },
	{ .folder = "2", .code = "E104" },
	{ .folder = "v3", .code = "E010" },
	{ .folder = "v02", .code = "E012" },
	{ .folder = "v2", .code = "E046" },
	{ .folder = "v2", .code = "W010" },
	{ .link = "logs", .code = "E090" },
	{ .link = "v1/content/link", .code = "E090" },
	{ .link = "v1/link", .code = "E090" },
	{ .file = "0=ocfl_object_1.0", .text = "ocfl_object_1.0\n",
	  .code = "E003" },
	{ .file = "0=ocfl_object_7.0", .text = "ocfl_object_7.0\n",
	  .code = "E004" },
	{ .file = "1=ocfl_object_1.1", .text = "ocfl_object_1.1\n",
	  .code = "E005" },
	{ .file = "0=other", .text = "other\n", .code = "E006" },
	{ .file = "0=ocfl_object_1.1", .text = "ocfl_object_1.1",
	  .code = "E007" },
	{ .file = "0=ocfl_object_1.1", .text = "ocfl_object_1.1\n\n",
	  .code = "E007" },
	{ .file = "v1/stray", .text = "", .code = "E015" },
	{ .folder = "v1/other", .code = "W002" },
	{ .folder = "v1/content/empty", .code = "E024" },
	{ .folder = "v1/content/a/b/c", .code = "E024" },
	{ .file = "v1/content/b.txt", .text = "", .code = "E023" },
	{ .gone = "v1/content/a.txt", .code = "E092" },
	{ .gone = "v1/content/a.txt", .code = "W003" },
	{ .file = "v1/content/a.txt", .text = "some texT\n", .code = "E092" },
	{ .file = "v1/content/a.txt", .text = "some texT\n", .code = "E093" },
	{ .gone = "inventory.json", .code = "E063" },
	{ .gone = "inventory.json.sha512", .code = "E058" },
	{ .gone = "v1/inventory.json.sha512", .code = "E058" },
	{ .file = "inventory.json.sha512", .text = "", .code = "E061" },
	{ .file = "inventory.json.sha512", .text = "ab inventory.json x\n",
	  .code = "E061" },
	{ .file = "inventory.json.sha512", .text = "ab inventory.json\n",
	  .code = "E060" },
	{ .file = "inventory.json.sha256", .text = "ab inventory.json\n",
	  .code = "E001" },
	{ .file = "extensions/x", .text = "", .code = "E067" },
	{ .folder = "extensions/x", .code = "W013" },
	{ .file = "v1/inventory.json", .text = "{}", .code = "E064" },
	{ .gone = "v1", .code = "E008" },
};

static void
make_change(const struct scratch *dir, const struct change *change)
{
	if (change->file)
		write_text_at(dir, change->file, change->text);
	if (change->folder)
		assert_ok(xj_mkdirs(dir->fd, change->folder, 0777, &why));
	if (change->link)
		assert_int_equal(symlinkat("/etc/passwd", dir->fd,
					   change->link), 0);
	if (change->gone)
		assert_ok(xj_remove_tree(dir->fd, change->gone, &why));
}

static void
every_fault_of_an_object_has_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(changes); i++) {
		xj_auto(scratch_end) struct scratch dir = scratch_begin();
		struct found found;

		write_object(&dir, "", good);
		make_change(&dir, &changes[i]);
		found = validate(&dir);
		if (changes[i].code[0] == 'E' && strcmp(found.codes, "") == 0)
			print_message("change %zu\n", i);
		assert_found(&found, changes[i].code);
	}
}

static void
what_an_object_may_have_is_no_fault(void **state)
{
	static const struct change allowed[] = {
		{ .folder = "logs" },
		{ .file = "logs/2024.log", .text = "x" },
		{ .folder = "extensions" },
		{ .file = "extensions/0009-digest-algorithms/config.json",
		  .text = "{}" },
		{ .file = "extensions/0099-of-later/x", .text = "" },
	};
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct found found;

	(void)state;
	write_object(&dir, "", good);
	for (size_t i = 0; i < XJ_COUNT(allowed); i++)
		make_change(&dir, &allowed[i]);
	found = validate(&dir);
	assert_nothing_found(&found);
}

static void
a_pipe_in_an_object_does_not_stop_the_run(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct found found;

	(void)state;
	write_object(&dir, "", good);
	assert_int_equal(unlinkat(dir.fd, "inventory.json", 0), 0);
	assert_int_equal(mkfifoat(dir.fd, "inventory.json", 0666), 0);
	assert_int_equal(mkfifoat(dir.fd, "v1/content/pipe", 0666), 0);
	found = validate(&dir);
	assert_found(&found, "E001");
	assert_found(&found, "E033");
	assert_found(&found, "E023");
}

static void
hard_links_within_an_object_are_found(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(scratch_end) struct scratch other = scratch_begin();
	struct found found;

	(void)state;
	write_object(&dir, "", good);
	/* A second name outside of the object is nobody's business. */
	assert_int_equal(linkat(dir.fd, "v1/content/a.txt", other.fd, "x", 0),
			 0);
	found = validate(&dir);
	assert_nothing_found(&found);
	assert_int_equal(linkat(dir.fd, "v1/content/a.txt", dir.fd,
				"v1/content/b.txt", 0), 0);
	found = validate(&dir);
	assert_found(&found, "E090");
}

static void
an_object_of_the_first_specification_is_valid(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	char *text = replaced(good, "1.1/spec", "1.0/spec");
	struct found found;

	(void)state;
	write_object(&dir, "", text);
	free(text);
	assert_int_equal(unlinkat(dir.fd, "0=ocfl_object_1.1", 0), 0);
	write_text_at(&dir, "0=ocfl_object_1.0", "ocfl_object_1.0\n");
	found = validate(&dir);
	assert_nothing_found(&found);
}

/* ------------------------------------------------------------------ roots */

#define LAYOUT "{\"extension\": \"0004-hashed-n-tuple-storage-layout\", " \
	       "\"description\": \"d\"}"

static const struct change root_changes[] = {
	{ .gone = "0=ocfl_1.1", .code = "E069" },
	{ .file = "0=ocfl_1.0", .text = "ocfl_1.0\n", .code = "E076" },
	{ .file = "0=ocfl_3.0", .text = "ocfl_3.0\n", .code = "E077" },
	{ .file = "1=ocfl_1.1", .text = "ocfl_1.1\n", .code = "E078" },
	{ .file = "0=other", .text = "other\n", .code = "E079" },
	{ .file = "0=ocfl_1.1", .text = "ocfl 1.1\n", .code = "E080" },
	{ .file = "ocfl_layout.json", .text = "[]", .code = "E070" },
	{ .file = "ocfl_layout.json", .text = "{\"extension\": \"initial\"}",
	  .code = "E070" },
	{ .file = "ocfl_layout.json", .code = "E071",
	  .text = "{\"extension\": \"mine\", \"description\": \"\"}" },
	{ .file = "a/stray", .text = "", .code = "E072" },
	{ .file = "a/stray", .text = "", .code = "E084" },
	{ .folder = "c", .code = "E073" },
	{ .folder = "c/d", .code = "E073" },
	{ .file = "c/d/stray", .text = "", .code = "E085" },
	{ .link = "c", .code = "E090" },
	{ .link = "a/c", .code = "E090" },
	{ .file = "extensions/x", .text = "", .code = "E112" },
	{ .folder = "extensions/x", .code = "W016" },
	{ .gone = "a/b/0=ocfl_object_1.1", .code = "E003" },
	{ .file = "a/b/v1/content/a.txt", .text = "x", .code = "E092" },
};

static void
write_root(const struct scratch *dir)
{
	write_text_at(dir, "0=ocfl_1.1", "ocfl_1.1\n");
	write_text_at(dir, "ocfl_layout.json", LAYOUT);
	write_text_at(dir, "README.txt", "for people\n");
	write_object(dir, "a/b/", good);
}

static void
every_fault_of_a_root_has_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(root_changes); i++) {
		xj_auto(scratch_end) struct scratch dir = scratch_begin();
		struct found found;

		write_root(&dir);
		found = validate(&dir);
		assert_nothing_found(&found);
		make_change(&dir, &root_changes[i]);
		found = validate(&dir);
		assert_found(&found, root_changes[i].code);
	}
}

static void
two_objects_of_one_id_are_found(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_validation out;
	struct found found;

	(void)state;
	write_root(&dir);
	write_object(&dir, "c/d/", good);
	found = validate_path(dir.path, &out);
	assert_found(&found, "E037");
	assert_string_equal(found.path, "c/d");
	assert_string_equal(found.object, "urn:x:1");
	assert_int_equal(out.objects, 2);
}

static void
objects_at_the_top_and_below_are_warned_of(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	char *text = replaced(good, "urn:x:1", "urn:x:2");
	struct found found;

	(void)state;
	write_root(&dir);
	write_object(&dir, "top/", text);
	free(text);
	found = validate(&dir);
	assert_found(&found, "W015");
}

static void
an_object_later_than_its_root_is_found(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct found found;

	(void)state;
	write_root(&dir);
	assert_int_equal(unlinkat(dir.fd, "0=ocfl_1.1", 0), 0);
	write_text_at(&dir, "0=ocfl_1.0", "ocfl_1.0\n");
	found = validate(&dir);
	assert_found(&found, "E081");
}

/* ------------------------------------------------------------- the store */

static void
an_object_in_the_wrong_place_is_found(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_validation out;
	struct found found;
	char root[300];

	(void)state;
	xj_store_close(store);
	write_object(&dir, "ocfl/ab/cd/urn%3ax%3a1/", good);
	snprintf(root, sizeof(root), "%s/ocfl", dir.path);
	found = validate_path(root, &out);
	assert_found(&found, "E083");
}

static void
a_flipped_bit_is_named_with_object_and_file(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_validation out;
	struct found found = { 0 };
	char path[300];

	(void)state;
	write_text(store, ID, 1, "some text");
	assert_ok(xj_object_open(store, ID, &object, &why));
	assert_ok(xj_store_validate(store, ID, 0, note, &found, &out, &why));
	assert_nothing_found(&found);
	assert_int_equal(out.files, 1);
	assert_int_equal(out.bytes, 9);
	snprintf(path, sizeof(path), "%s/v1/content/a.txt",
		 xj_object_path(object));
	write_text_at(&dir, path, "some texT");
	assert_ok(xj_store_validate(store, ID, 0, note, &found, &out, &why));
	assert_string_equal(found.codes, "E092 ");
	assert_string_equal(found.path, path);
	assert_string_equal(found.object, ID);
	memset(&found, 0, sizeof(found));
	assert_ok(xj_store_validate(store, ID, XJ_VALIDATE_NO_FIXITY, note,
				    &found, &out, &why));
	assert_nothing_found(&found);
	assert_status(xj_store_validate(store, "urn:none", 0, note, &found,
					&out, &why), XJ_ENOTFOUND);
	xj_store_close(store);
}

static void
a_run_can_be_stopped(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct found found = { .most = 2 };
	struct xj_validation out;

	(void)state;
	assert_status(xj_ocfl_validate(dir.path, 0, note, &found, &out, &why),
		      XJ_ECANCELLED);
	assert_int_equal(found.count, 2);
}

static void
what_is_not_there_cannot_be_validated(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_validation out;
	char path[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/none", dir.path);
	assert_status(xj_ocfl_validate(path, 0, NULL, NULL, &out, &why),
		      XJ_ENOTFOUND);
	write_text_at(&dir, "none", "");
	assert_status(xj_ocfl_validate(path, 0, NULL, NULL, &out, &why),
		      XJ_EINVAL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_good_object_by_hand_is_good),
	cmocka_unit_test(every_fault_of_an_inventory_has_its_code),
	cmocka_unit_test(unknown_digests_of_fixity_are_passed_over),
	cmocka_unit_test(a_deep_inventory_is_refused),
	cmocka_unit_test(a_huge_inventory_is_refused_unread),
	cmocka_unit_test(many_names_do_not_take_long),
	cmocka_unit_test(an_inventory_with_any_byte_changed_gets_an_answer),
	cmocka_unit_test(every_fault_of_an_object_has_its_code),
	cmocka_unit_test(what_an_object_may_have_is_no_fault),
	cmocka_unit_test(a_pipe_in_an_object_does_not_stop_the_run),
	cmocka_unit_test(hard_links_within_an_object_are_found),
	cmocka_unit_test(an_object_of_the_first_specification_is_valid),
	cmocka_unit_test(every_fault_of_a_root_has_its_code),
	cmocka_unit_test(two_objects_of_one_id_are_found),
	cmocka_unit_test(objects_at_the_top_and_below_are_warned_of),
	cmocka_unit_test(an_object_later_than_its_root_is_found),
	cmocka_unit_test(an_object_in_the_wrong_place_is_found),
	cmocka_unit_test(a_flipped_bit_is_named_with_object_and_file),
	cmocka_unit_test(a_run_can_be_stopped),
	cmocka_unit_test(what_is_not_there_cannot_be_validated),
};

int
main(void)
{
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1); /* many small synced files */
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
