/* test-record.c - what an object says of its document, written and read. */
#include "library/archive.h"
#include "library/json-put.h"
#include "tap.h"

struct written {
	struct xj_arena *arena;
	struct xj_buf metadata, members;
	struct xj_error err;
};

static void
written_end(struct written *w)
{
	xj_arena_free(w->arena);
	xj_buf_release(&w->metadata);
	xj_buf_release(&w->members);
}

#define WRITTEN(w) \
	xj_auto(written_end) struct written w##_itself = { 0 }; \
	struct written *w = &w##_itself; \
	assert_int_equal(xj_arena_new(&w->arena), XJ_OK)

static struct xj_record
sample(void)
{
	static struct xj_meta_value values[] = {
		{ "title", "学习\"材料\"\\", "zh", "given", XJ_META_GIVEN },
		{ "subject", "line\nbreak\ttab", NULL, NULL,
		  XJ_META_EXTRACTED },
		{ "modified", "2011-02-16", NULL, NULL, XJ_META_DERIVED },
	};
	struct xj_record rec = {
		.doc = { .id = 42, .urn = "urn:uuid:a", .root = 42,
			.name = "讲义.pdf", .name_raw = "讲义.pdf",
			.name_raw_len = strlen("讲义.pdf"), .owner = "",
			.kind = "book", .type = "pdf",
			.format = "application/pdf", .title = "题",
			.creators = "王; 李", .date = "2011-02",
			.language = "zh", .size = UINT64_C(1) << 40,
			.version = 3, .outcome = "partial",
			.reason = "page 3 of 4", .importer = "pdf",
			.importer_version = "1.0", .cpu_ms = 12,
			.text_bytes = 99, .pages = 4, .accession = 7,
			.created = 1300000000, .updated = 1300000001 },
		.values = values, .value_count = XJ_COUNT(values),
		.logical = "original/讲义.pdf", .source = "in/讲义.pdf",
		.accession_urn = "urn:uuid:b",
	};

	memset(rec.doc.sha512, 0xa5, sizeof(rec.doc.sha512));
	return rec;
}

static void
write_record(struct written *w, const struct xj_record *rec)
{
	assert_int_equal(xj_record_write(rec, &w->metadata, &w->members,
					 &w->err), XJ_OK);
}

static int
read_record(struct written *w, struct xj_record *rec)
{
	return xj_record_parse(w->arena, w->metadata.data, w->metadata.len,
			       w->members.data, w->members.len, rec, &w->err);
}

static void
assert_text_equal(const char *a, const char *b)
{
	if (a && b)
		assert_string_equal(a, b);
	else
		assert_ptr_equal(a, b);
}

static void
assert_docs_equal(const struct xj_doc *a, const struct xj_doc *b)
{
	assert_int_equal(a->id, b->id);
	assert_text_equal(a->urn, b->urn);
	assert_text_equal(a->name, b->name);
	assert_int_equal(a->name_raw_len, b->name_raw_len);
	assert_memory_equal(a->name_raw, b->name_raw, a->name_raw_len);
	assert_text_equal(a->kind, b->kind);
	assert_text_equal(a->type, b->type);
	assert_text_equal(a->format, b->format);
	assert_text_equal(a->title, b->title);
	assert_text_equal(a->creators, b->creators);
	assert_text_equal(a->date, b->date);
	assert_text_equal(a->language, b->language);
	assert_int_equal(a->size, b->size);
	assert_memory_equal(a->sha512, b->sha512, sizeof(a->sha512));
	assert_int_equal(a->state, b->state);
	assert_text_equal(a->outcome, b->outcome);
	assert_text_equal(a->reason, b->reason);
	assert_text_equal(a->importer, b->importer);
	assert_text_equal(a->importer_version, b->importer_version);
	assert_int_equal(a->cpu_ms, b->cpu_ms);
	assert_int_equal(a->text_bytes, b->text_bytes);
	assert_int_equal(a->pages, b->pages);
	assert_int_equal(a->accession, b->accession);
	assert_int_equal(a->created, b->created);
	assert_int_equal(a->updated, b->updated);
	assert_int_equal(a->parent, b->parent);
	assert_int_equal(a->ordinal, b->ordinal);
}

static void
assert_values_equal(const struct xj_record *a, const struct xj_record *b)
{
	assert_int_equal(a->value_count, b->value_count);
	for (size_t i = 0; i < a->value_count; i++) {
		assert_text_equal(a->values[i].element, b->values[i].element);
		assert_text_equal(a->values[i].value, b->values[i].value);
		assert_text_equal(a->values[i].lang, b->values[i].lang);
		assert_text_equal(a->values[i].source, b->values[i].source);
		assert_int_equal(a->values[i].rank, b->values[i].rank);
	}
}

static void
what_is_written_is_read(void **state)
{
	struct xj_record rec = sample(), got;
	WRITTEN(w);

	(void)state;
	rec.removed = 3;
	rec.doc.state = XJ_DOC_REMOVED;
	write_record(w, &rec);
	assert_int_equal(read_record(w, &got), XJ_OK);
	assert_docs_equal(&got.doc, &rec.doc);
	assert_values_equal(&got, &rec);
	assert_text_equal(got.logical, rec.logical);
	assert_text_equal(got.source, rec.source);
	assert_text_equal(got.accession_urn, rec.accession_urn);
	assert_text_equal(got.doc.owner, "");
	assert_int_equal(got.removed, 3);
	assert_int_equal(got.member_count, 0);
	assert_int_equal(w->members.len, 0);
}

static void
what_is_not_there_stays_away(void **state)
{
	struct xj_record got, rec = { .doc = { .id = 1, .urn = "urn:uuid:a",
		.name = "", .name_raw = "", .owner = "", .outcome = "ok",
		.state = XJ_DOC_PURGED } };
	WRITTEN(w);

	(void)state;
	write_record(w, &rec);
	assert_int_equal(read_record(w, &got), XJ_OK);
	assert_null(got.logical);
	assert_null(got.source);
	assert_null(got.doc.title);
	assert_null(got.doc.reason);
	assert_int_equal(got.value_count, 0);
	assert_int_equal(got.doc.state, XJ_DOC_PURGED);
}

static void
hostile_names_are_kept_byte_for_byte(void **state)
{
	static const struct { const char *shown, *raw; size_t len; } names[] = {
		{ "\\xd6\\xd0.txt", "\xD6\xD0.txt", 6 },
		{ "a\\x0ab", "a\nb", 3 },
		{ "nul", "nul\0byte", 8 },
		{ "\"quoted\"\\", "\"quoted\"\\", 9 },
		{ "%41", "%41", 3 },
		{ "../../etc/passwd", "../../etc/passwd", 16 },
		{ "", "", 0 },
		{ "\xF0\x9F\x93\x9A.txt", "\xF0\x9F\x93\x9A.txt", 8 },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		struct xj_record rec = sample(), got;
		WRITTEN(w);

		rec.doc.name = names[i].shown;
		rec.doc.name_raw = names[i].raw;
		rec.doc.name_raw_len = names[i].len;
		write_record(w, &rec);
		assert_null(memchr(w->metadata.data, '\n',
				   w->metadata.len - 1));
		assert_int_equal(read_record(w, &got), XJ_OK);
		assert_docs_equal(&got.doc, &rec.doc);
	}
}

static void
bytes_are_percent_encoded_and_back(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT, back = XJ_BUF_INIT;
	static const char *const wrong[] = { "%", "%4", "%4g", "a%zz" };
	unsigned char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	xj_buf_addc(&b, '{');
	xj_put_bytes(&b, "x", all, sizeof(all));
	assert_true(xj_utf8_valid(b.data, b.len));
	b.data[b.len - 1] = '\0'; /* the quote at the end */
	assert_int_equal(xj_get_bytes(&back, b.data + strlen("{\"x\":\"")),
			 XJ_OK);
	assert_int_equal(back.len, sizeof(all));
	assert_memory_equal(back.data, all, sizeof(all));
	for (size_t i = 0; i < XJ_COUNT(wrong); i++)
		assert_int_equal(xj_get_bytes(&back, wrong[i]), XJ_EINVAL);
	assert_int_equal(xj_get_bytes(&back, NULL), XJ_EINVAL);
}

/* ----------------------------------------------------------------- members */

#define MANY 10000

/* A tree: every third member is inside the one before it. */
static struct xj_record
with_members(struct written *w, size_t count)
{
	struct xj_record rec = sample();

	rec.members = xj_arena_alloc(w->arena, count * sizeof(*rec.members));
	rec.member_count = count;
	for (size_t i = 0; i < count; i++) {
		struct xj_doc *d = &rec.members[i].doc;

		*d = rec.doc;
		d->id = 100 + i;
		d->urn = xj_arena_printf(w->arena, "urn:uuid:%zu", i);
		d->name = xj_arena_printf(w->arena, "m%zu", i % 5000);
		d->name_raw = d->name;
		d->name_raw_len = strlen(d->name);
		d->parent = i % 3 == 2 ? 100 + i - 1 : 42;
		d->ordinal = (uint32_t)i + 1;
	}
	return rec;
}

static void
ten_thousand_members_are_read_and_found(void **state)
{
	struct xj_members *m;
	struct xj_record rec, got;
	WRITTEN(w);

	(void)state;
	rec = with_members(w, MANY);
	write_record(w, &rec);
	assert_int_equal(read_record(w, &got), XJ_OK);
	assert_int_equal(got.member_count, MANY);
	assert_int_equal(xj_members_new(w->arena, &got, &m, &w->err), XJ_OK);
	for (size_t i = 0; i < MANY; i++) {
		const struct xj_doc *d = &rec.members[i].doc;

		assert_docs_equal(&got.members[i].doc, d);
		assert_int_equal(got.members[i].doc.root, 42);
		assert_ptr_equal(xj_members_find(m, d->id), &got.members[i]);
		assert_ptr_equal(xj_members_take(m, d->parent, d->name_raw,
						 d->name_raw_len),
				 &got.members[i]);
	}
	assert_ptr_equal(xj_members_find(m, 42), &got);
	assert_null(xj_members_find(m, 41));
	assert_null(xj_members_find(m, 100 + MANY));
	assert_null(xj_members_take(m, 42, "m0", 2)); /* taken already */
	assert_null(xj_members_take(m, 42, "x", 1));
}

/* ------------------------------------------------------------------ damage */

static int
parse(struct written *w, const char *metadata, const char *members)
{
	struct xj_record rec;

	return xj_record_parse(w->arena, metadata, strlen(metadata), members,
			       strlen(members), &rec, &w->err);
}

/* `text` with the first `from` replaced by `to`. */
static const char *
replaced(struct written *w, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (!at)
		fail_msg("no %s in %s", from, text);
	return xj_arena_printf(w->arena, "%.*s%s%s", (int)(at - text), text,
			       to, at + strlen(from));
}

static void
every_damage_of_the_metadata_is_told(void **state)
{
	static const struct { const char *from, *to; } damage[] = {
		{ "\"format\":1", "\"format\":2" },
		{ "\"format\":1,", "" },
		{ "\"number\":42", "\"number\":0" },
		{ "\"number\":42", "\"number\":-1" },
		{ "\"number\":42", "\"number\":\"42\"" },
		{ "\"number\":42", "\"number\":4.2" },
		{ "\"urn\":\"urn:uuid:a\",", "" },
		{ "\"urn\":\"urn:uuid:a\"", "\"urn\":7" },
		{ "\"state\":\"live\"", "\"state\":\"lost\"" },
		{ "\"state\":\"live\",", "" },
		{ "\"name\":", "\"nome\":" },
		{ "\"sha512\":\"a5", "\"sha512\":\"" },
		{ "\"sha512\":\"a5", "\"sha512\":\"zz" },
		{ "\"created\":\"2011", "\"created\":\"yes" },
		{ "\"outcome\":\"partial\",", "" },
		{ "\"pages\":4", "\"pages\":4294967296" },
		{ "\"rank\":\"given\"", "\"rank\":\"high\"" },
		{ "\"element\":\"title\"", "\"element\":null" },
		{ "\"values\":[", "\"values\":7,\"v\":[" },
		{ "\"title\":\"题\"", "\"title\":[]" },
		{ "\"title\":\"题\"", "\"title\":\"a\\u0000b\"" },
		{ "\"title\":\"题\"", "\"title\":\"\xff\"" },
		{ "\"owner\":\"\"", "\"owner\":\"\",\"owner\":\"b\"" },
		{ "}\n", "" },
	};
	struct xj_record rec = sample();
	WRITTEN(w);

	(void)state;
	write_record(w, &rec);
	assert_int_equal(parse(w, w->metadata.data, ""), XJ_OK);
	for (size_t i = 0; i < XJ_COUNT(damage); i++) {
		print_message("%s -> %s\n", damage[i].from, damage[i].to);
		assert_int_equal(parse(w, replaced(w, w->metadata.data,
						   damage[i].from,
						   damage[i].to), ""),
				 XJ_ECORRUPT);
		assert_non_null(strstr(w->err.message, "metadata.json"));
	}
	assert_int_equal(parse(w, "", ""), XJ_ECORRUPT);
	assert_int_equal(parse(w, "[]", ""), XJ_ECORRUPT);
	assert_int_equal(parse(w, "null", ""), XJ_ECORRUPT);
}

static void
every_cut_of_the_metadata_is_told(void **state)
{
	struct xj_record rec = sample(), got;
	WRITTEN(w);

	(void)state;
	write_record(w, &rec);
	for (size_t n = 0; n < w->metadata.len - 1; n++)
		assert_int_equal(xj_record_parse(w->arena, w->metadata.data, n,
						 NULL, 0, &got, &w->err),
				 XJ_ECORRUPT);
}

static void
every_damage_of_the_members_is_told(void **state)
{
	static const struct { const char *from, *to; } damage[] = {
		{ "\"number\":101", "\"number\":100" }, /* twice */
		{ "\"number\":101", "\"number\":42" },  /* the container's */
		{ "\"parent\":101", "\"parent\":102" }, /* itself */
		{ "\"parent\":101", "\"parent\":103" }, /* one that follows */
		{ "\"parent\":101", "\"parent\":9" },   /* nobody */
		{ "\"parent\":101", "\"parent\":0" },
		{ "\"ordinal\":2", "\"ordinal\":-2" },
		{ "\n{", "\n\n{" },
		{ "{", "[" },
	};
	struct xj_record rec;
	WRITTEN(w);

	(void)state;
	rec = with_members(w, 4);
	write_record(w, &rec);
	assert_int_equal(parse(w, w->metadata.data, w->members.data), XJ_OK);
	for (size_t i = 0; i < XJ_COUNT(damage); i++) {
		print_message("%s -> %s\n", damage[i].from, damage[i].to);
		assert_int_equal(parse(w, w->metadata.data,
				       replaced(w, w->members.data,
						damage[i].from,
						damage[i].to)),
				 XJ_ECORRUPT);
		assert_non_null(strstr(w->err.message, "members.jsonl"));
	}
	w->members.data[w->members.len - 1] = '\0'; /* the last line break */
	assert_int_equal(parse(w, w->metadata.data, w->members.data),
			 XJ_ECORRUPT);
	assert_non_null(strstr(w->err.message, "cut off"));
}

static void
assert_message(const char *verb, uint64_t member, const char *detail,
	       const char *text)
{
	const char *got_verb, *got_detail, *message;
	uint64_t got_member;
	WRITTEN(w);

	message = xj_message_write(w->arena, verb, member, detail);
	assert_string_equal(message, text);
	xj_message_read(xj_arena_strdup(w->arena, message), &got_verb,
			&got_member, &got_detail);
	assert_string_equal(got_verb, verb);
	assert_int_equal(got_member, member);
	assert_text_equal(got_detail, detail);
}

static void
a_message_says_what_a_version_did(void **state)
{
	(void)state;
	assert_message("edit", 0, NULL, "edit");
	assert_message("edit", 7, NULL, "edit #7");
	assert_message("remove", 7, "two: there #9", "remove #7: two: there #9");
	assert_message("add", 0, "in/a #1: b.txt", "add: in/a #1: b.txt");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_is_written_is_read),
	cmocka_unit_test(what_is_not_there_stays_away),
	cmocka_unit_test(hostile_names_are_kept_byte_for_byte),
	cmocka_unit_test(bytes_are_percent_encoded_and_back),
	cmocka_unit_test(ten_thousand_members_are_read_and_found),
	cmocka_unit_test(every_damage_of_the_metadata_is_told),
	cmocka_unit_test(every_cut_of_the_metadata_is_told),
	cmocka_unit_test(every_damage_of_the_members_is_told),
	cmocka_unit_test(a_message_says_what_a_version_did),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
