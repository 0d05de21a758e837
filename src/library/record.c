/*
 * record.c - what an object says of its document.
 *
 * metadata.json, one object:
 *	format      1
 *	urn, number, state ("live", "removed", "purged", "quarantined"), owner
 *	original    the logical path of the bytes; absent when purged
 *	name, name_bytes (percent-encoded, only when the name is not those
 *	            bytes), size, sha512
 *	kind, type, mime, title, creators, date, language: effective values
 *	outcome, reason, importer, importer_version, pages, text_bytes, cpu_ms
 *	rights      who may see it, absent when nobody said: scope ("private",
 *	            "unit", "below", "units", "members", "public"), owner (URN
 *	            of a member), units (codes), shares: number, to ("unit",
 *	            "below", "member", "all"), who (code or URN), right
 *	            ("read", "download"), from, until (days), by, reason, at.
 *	            The unit that scopes speak of is `owner` above
 *	accession   its number; accession_urn; source: the path it came from
 *	created, updated: RFC 3339
 *	removed     the version that removed it, when it was
 *	quarantine  what put it there ("name", "page", "container", "person"),
 *	            quarantine_why: a sentence
 *	unlocked    1: it was read with a password
 *	cleared     why a mark of secrecy is a false alarm, cleared_sha512: of
 *	            these bytes
 *	values      [element, value, rank ("given", "extracted", "derived"),
 *	            lang, source]
 * members.jsonl, one such object a line, parents first, with `parent` (number)
 * and `ordinal` (0: the newest container does not hold it) instead of
 * `original`.
 */
#include <stdlib.h>
#include <string.h>

#include "library/archive.h"
#include "library/json-put.h"
#include "library/rights.h"

static const char *const states[] = { "live", "removed", "purged",
				      "quarantined" };
static const char *const ranks[] = { "derived", "extracted", "given" };

/* ---------------------------------------------------------------- writing */

static void
put_names(struct xj_buf *b, const struct xj_doc *d)
{
	xj_put_text(b, "name", d->name);
	if (d->name_raw && (d->name_raw_len != strlen(d->name) ||
			    memcmp(d->name_raw, d->name, d->name_raw_len)))
		xj_put_bytes(b, "name_bytes", d->name_raw, d->name_raw_len);
}

static void
put_digest(struct xj_buf *b, const struct xj_doc *d)
{
	char hex[XJ_DIGEST_HEX_MAX];

	xj_hex(d->sha512, sizeof(d->sha512), hex);
	xj_put_text(b, "sha512", hex);
}

static void
put_values(struct xj_buf *b, const struct xj_record *rec)
{
	xj_put_name(b, "values");
	xj_buf_addc(b, '[');
	for (size_t i = 0; i < rec->value_count; i++) {
		const struct xj_meta_value *v = &rec->values[i];

		xj_buf_adds(b, i ? ",{" : "{");
		xj_put_text(b, "element", v->element);
		xj_put_text(b, "value", v->value);
		xj_put_text(b, "rank", ranks[v->rank]);
		xj_put_text(b, "lang", v->lang);
		xj_put_text(b, "source", v->source);
		xj_buf_addc(b, '}');
	}
	xj_buf_addc(b, ']');
}

static void
put_outcome(struct xj_buf *b, const struct xj_doc *d)
{
	xj_put_text(b, "outcome", d->outcome);
	xj_put_text(b, "reason", d->reason);
	xj_put_text(b, "importer", d->importer);
	xj_put_text(b, "importer_version", d->importer_version);
	xj_put_number(b, "pages", d->pages);
	xj_put_number(b, "text_bytes", d->text_bytes);
	xj_put_number(b, "cpu_ms", d->cpu_ms);
}

static void
put_quarantine(struct xj_buf *b, const struct xj_record *rec)
{
	char hex[XJ_DIGEST_HEX_MAX];

	xj_put_text(b, "quarantine", rec->quarantine);
	xj_put_text(b, "quarantine_why", rec->quarantine_why);
	if (!rec->cleared)
		return;
	xj_hex(rec->cleared_sha512, sizeof(rec->cleared_sha512), hex);
	xj_put_text(b, "cleared", rec->cleared);
	xj_put_text(b, "cleared_sha512", hex);
}

/* What top-level documents and members have in common. */
static void
put_document(struct xj_buf *b, const struct xj_record *rec)
{
	const struct xj_doc *d = &rec->doc;

	xj_put_text(b, "urn", d->urn);
	xj_put_number(b, "number", d->id);
	xj_put_text(b, "state", states[d->state]);
	put_names(b, d);
	xj_put_number(b, "size", d->size);
	put_digest(b, d);
	xj_put_text(b, "kind", d->kind);
	xj_put_text(b, "type", d->type);
	xj_put_text(b, "mime", d->format);
	xj_put_text(b, "title", d->title);
	xj_put_text(b, "creators", d->creators);
	xj_put_text(b, "date", d->date);
	xj_put_text(b, "language", d->language);
	put_outcome(b, d);
	xj_put_number(b, "accession", d->accession);
	xj_put_time(b, "created", d->created);
	xj_put_time(b, "updated", d->updated);
	if (rec->removed)
		xj_put_number(b, "removed", rec->removed);
	if (rec->unlocked)
		xj_put_number(b, "unlocked", 1);
	put_quarantine(b, rec);
	put_values(b, rec);
}

static void
put_member(struct xj_buf *b, const struct xj_record *rec)
{
	xj_buf_addc(b, '{');
	put_document(b, rec);
	xj_put_number(b, "parent", rec->doc.parent);
	xj_put_number(b, "ordinal", rec->doc.ordinal);
	xj_buf_adds(b, "}\n");
}

int
xj_record_write(const struct xj_record *record, struct xj_buf *metadata,
		struct xj_buf *members, struct xj_error *err)
{
	int r;

	xj_buf_clear(metadata);
	xj_buf_clear(members);
	xj_buf_adds(metadata, "{\"format\":1");
	xj_put_text(metadata, "owner", record->doc.owner);
	xj_put_text(metadata, "original", record->logical);
	xj_put_text(metadata, "accession_urn", record->accession_urn);
	xj_put_text(metadata, "source", record->source);
	xj_rights_put(metadata, &record->rights);
	put_document(metadata, record);
	xj_buf_adds(metadata, "}\n");
	for (size_t i = 0; i < record->member_count; i++)
		put_member(members, &record->members[i]);
	r = xj_buf_check(metadata, err);
	return r < 0 ? r : xj_buf_check(members, err);
}

/* ---------------------------------------------------------------- parsing */

/* One JSON object on its way to a record. The first thing missing or of the
 * wrong type is remembered in `wrong`. */
struct parse {
	struct xj_arena *arena;
	const json_t *object;
	const char *wrong;
	bool no_memory;
};

static const char *
get_text(struct parse *p, const char *name, bool needed)
{
	const json_t *v = json_object_get(p->object, name);
	const char *copy;

	if (!json_is_string(v)) {
		if (v || needed)
			p->wrong = name;
		return NULL;
	}
	copy = xj_arena_strndup(p->arena, json_string_value(v),
				json_string_length(v));
	p->no_memory |= !copy;
	return copy;
}

static uint64_t
get_number(struct parse *p, const char *name)
{
	const json_t *v = json_object_get(p->object, name);

	if (v && (!json_is_integer(v) || json_integer_value(v) < 0))
		p->wrong = name;
	return json_is_integer(v) ? (uint64_t)json_integer_value(v) : 0;
}

static uint32_t
get_small(struct parse *p, const char *name)
{
	uint64_t n = get_number(p, name);

	if (n > UINT32_MAX)
		p->wrong = name;
	return (uint32_t)n;
}

static int64_t
get_time(struct parse *p, const char *name)
{
	const char *text = json_string_value(json_object_get(p->object, name));
	int64_t t = 0;

	if (!text || xj_time_parse(text, &t) < 0)
		p->wrong = name;
	return t;
}

static unsigned
get_word(struct parse *p, const char *name, const char *const *words,
	 unsigned count)
{
	const char *text = json_string_value(json_object_get(p->object, name));

	for (unsigned i = 0; text && i < count; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	p->wrong = name;
	return 0;
}

static void
get_name_bytes(struct parse *p, struct xj_doc *d)
{
	const char *s = json_string_value(json_object_get(p->object,
							  "name_bytes"));
	xj_auto(xj_buf_release) struct xj_buf raw = XJ_BUF_INIT;

	if (!s) {
		d->name_raw = d->name;
		d->name_raw_len = d->name ? strlen(d->name) : 0;
		return;
	}
	if (xj_get_bytes(&raw, s) < 0)
		p->wrong = "name_bytes";
	d->name_raw = xj_arena_strndup(p->arena, xj_buf_str(&raw), raw.len);
	d->name_raw_len = raw.len;
	p->no_memory |= !d->name_raw;
}

static void
get_values(struct parse *p, struct xj_record *rec)
{
	const json_t *list = json_object_get(p->object, "values"), *v;
	size_t i, n = json_array_size(list);

	rec->values = xj_arena_alloc(p->arena, (n + 1) * sizeof(*rec->values));
	if (!rec->values || (list && !json_is_array(list))) {
		p->wrong = "values";
		return;
	}
	json_array_foreach(list, i, v) {
		struct parse one = { .arena = p->arena, .object = v };
		struct xj_meta_value *out = &rec->values[i];

		out->element = get_text(&one, "element", true);
		out->value = get_text(&one, "value", true);
		out->lang = get_text(&one, "lang", false);
		out->source = get_text(&one, "source", false);
		out->rank = get_word(&one, "rank", ranks, XJ_COUNT(ranks));
		if (one.wrong)
			p->wrong = one.wrong;
		p->no_memory |= one.no_memory;
	}
	rec->value_count = n;
}

static void
get_digest(struct parse *p, const char *name, unsigned char sha512[64])
{
	const char *hex = json_string_value(json_object_get(p->object, name));

	if (!hex || xj_unhex(hex, sha512, 64) != 64)
		p->wrong = name;
}

static void
get_quarantine(struct parse *p, struct xj_record *rec)
{
	rec->quarantine = get_text(p, "quarantine", false);
	rec->quarantine_why = get_text(p, "quarantine_why", false);
	rec->cleared = get_text(p, "cleared", false);
	if (rec->cleared)
		get_digest(p, "cleared_sha512", rec->cleared_sha512);
	if ((rec->doc.state == XJ_DOC_QUARANTINED) != !!rec->quarantine)
		p->wrong = "quarantine";
}

static void
get_outcome(struct parse *p, struct xj_doc *d)
{
	d->outcome = get_text(p, "outcome", true);
	d->reason = get_text(p, "reason", false);
	d->importer = get_text(p, "importer", false);
	d->importer_version = get_text(p, "importer_version", false);
	d->pages = get_small(p, "pages");
	d->text_bytes = get_number(p, "text_bytes");
	d->cpu_ms = get_number(p, "cpu_ms");
}

static void
get_document(struct parse *p, struct xj_record *rec)
{
	struct xj_doc *d = &rec->doc;

	d->urn = get_text(p, "urn", true);
	d->id = get_number(p, "number");
	d->state = get_word(p, "state", states, XJ_COUNT(states));
	d->name = get_text(p, "name", true);
	get_name_bytes(p, d);
	d->size = get_number(p, "size");
	get_digest(p, "sha512", d->sha512);
	d->kind = get_text(p, "kind", false);
	d->type = get_text(p, "type", false);
	d->format = get_text(p, "mime", false);
	d->title = get_text(p, "title", false);
	d->creators = get_text(p, "creators", false);
	d->date = get_text(p, "date", false);
	d->language = get_text(p, "language", false);
	get_outcome(p, d);
	d->accession = get_number(p, "accession");
	d->created = get_time(p, "created");
	d->updated = get_time(p, "updated");
	d->parent = get_number(p, "parent");
	rec->removed = get_small(p, "removed");
	d->ordinal = get_small(p, "ordinal");
	rec->unlocked = get_number(p, "unlocked") != 0;
	get_quarantine(p, rec);
	get_values(p, rec);
	if (!d->id)
		p->wrong = "number";
}

static int
parsed(const struct parse *p, const char *file, struct xj_error *err)
{
	if (p->no_memory)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (p->wrong)
		return xj_error_set(err, XJ_ECORRUPT, "%s: \"%s\" is missing "
				    "or wrong", file, p->wrong);
	return XJ_OK;
}

static int
load_json(const char *text, size_t len, const char *file, json_t **out,
	  struct xj_error *err)
{
	json_error_t e;

	*out = json_loadb(text ? text : "", len, JSON_REJECT_DUPLICATES, &e);
	if (json_is_object(*out))
		return XJ_OK;
	xj_error_set(err, XJ_ECORRUPT, "%s: %s", file,
		     *out ? "not an object" : e.text);
	json_decref(*out);
	return XJ_ECORRUPT;
}

static int
parse_member(struct xj_arena *arena, const char *line, size_t len,
	     struct xj_record *rec, struct xj_error *err)
{
	struct parse p = { .arena = arena };
	json_t *object;
	int r = load_json(line, len, XJ_MEMBERS_FILE, &object, err);

	if (r < 0)
		return r;
	p.object = object;
	get_document(&p, rec);
	json_decref(object);
	return parsed(&p, XJ_MEMBERS_FILE, err);
}

static size_t
count_lines(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

static int
parse_members(struct xj_arena *arena, const char *text, size_t len,
	      struct xj_record *rec, struct xj_error *err)
{
	const char *end = text + len, *eol;
	size_t max = count_lines(text, len);
	int r = XJ_OK;

	rec->members = xj_arena_alloc(arena, (max + 1) *
				      sizeof(*rec->members));
	if (!rec->members)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (; text < end && r == XJ_OK; text = eol + 1) {
		struct xj_record *m = &rec->members[rec->member_count];

		eol = memchr(text, '\n', (size_t)(end - text));
		if (!eol)
			return xj_error_set(err, XJ_ECORRUPT, "%s: the last "
					    "line is cut off",
					    XJ_MEMBERS_FILE);
		r = parse_member(arena, text, (size_t)(eol - text), m, err);
		m->doc.root = rec->doc.id;
		m->doc.version = rec->doc.version;
		m->doc.owner = rec->doc.owner;
		rec->member_count++;
	}
	return r;
}

/* Every member has a number of its own and stands behind what it is inside
 * of. */
static int
check_parents(struct xj_arena *arena, struct xj_record *rec,
	      struct xj_error *err)
{
	struct xj_members *members;
	int r = xj_members_new(arena, rec, &members, err);

	for (size_t i = 0; i < rec->member_count && r == XJ_OK; i++) {
		const struct xj_record *m = &rec->members[i];
		const struct xj_record *up = xj_members_find(members,
							     m->doc.parent);

		if (xj_members_find(members, m->doc.id) != m)
			r = xj_error_set(err, XJ_ECORRUPT, "%s: number %llu "
					 "is there twice", XJ_MEMBERS_FILE,
					 (unsigned long long)m->doc.id);
		else if (!up || (up != rec && up >= m))
			r = xj_error_set(err, XJ_ECORRUPT, "%s: member %llu "
					 "is not behind its container",
					 XJ_MEMBERS_FILE,
					 (unsigned long long)m->doc.id);
	}
	return r;
}

int
xj_record_parse(struct xj_arena *arena, const char *metadata,
		size_t metadata_len, const char *members, size_t members_len,
		struct xj_record *record, struct xj_error *err)
{
	struct parse p = { .arena = arena };
	json_t *object;
	int r = load_json(metadata, metadata_len, XJ_RECORD_FILE, &object,
			  err);

	if (r < 0)
		return r;
	memset(record, 0, sizeof(*record));
	p.object = object;
	if (get_number(&p, "format") != 1)
		p.wrong = "format";
	get_document(&p, record);
	record->doc.owner = get_text(&p, "owner", true);
	record->doc.root = record->doc.id;
	record->logical = get_text(&p, "original", false);
	record->source = get_text(&p, "source", false);
	record->accession_urn = get_text(&p, "accession_urn", false);
	if (!xj_rights_parse(arena, json_object_get(object, "rights"),
			     &record->rights, &p.no_memory))
		p.wrong = "rights";
	json_decref(object);
	if ((r = parsed(&p, XJ_RECORD_FILE, err)) < 0 || !members_len)
		return r;
	r = parse_members(arena, members, members_len, record, err);
	return r < 0 ? r : check_parents(arena, record, err);
}

/* ------------------------------------------------------ objects and catalog */

/* No metadata is larger: 100,000 members of 4 KB. */
#define RECORD_MAX (512u << 20)

static int
read_version(struct xj_arena *arena, struct xj_object *object,
	     unsigned version, bool with_members, struct xj_record *record,
	     struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf meta = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf members = XJ_BUF_INIT;
	int r = xj_object_file_read(object, version, XJ_RECORD_FILE,
				    RECORD_MAX, &meta, err);

	if (r == XJ_OK && with_members)
		r = xj_object_file_read(object, version, XJ_MEMBERS_FILE,
					RECORD_MAX, &members, err);
	if (r == XJ_ENOTFOUND && meta.len)
		r = XJ_OK; /* it has none */
	if (r == XJ_OK)
		r = xj_record_parse(arena, meta.data, meta.len, members.data,
				    members.len, record, err);
	if (r < 0)
		return xj_error_wrap(err, r == XJ_ENOTFOUND ? XJ_ECORRUPT : r,
				     "%s", xj_object_id(object));
	record->doc.version = version ? version : xj_object_head(object);
	for (size_t i = 0; i < record->member_count; i++)
		record->members[i].doc.version = record->doc.version;
	return XJ_OK;
}

int
xj_record_read(struct xj_arena *arena, struct xj_object *object,
	       unsigned version, struct xj_record *record,
	       struct xj_error *err)
{
	return read_version(arena, object, version, true, record, err);
}

int
xj_record_read_top(struct xj_arena *arena, struct xj_object *object,
		   unsigned version, struct xj_record *record,
		   struct xj_error *err)
{
	return read_version(arena, object, version, false, record, err);
}

int
xj_record_load(struct xj_change *change, struct xj_arena *arena,
	       uint64_t root, struct xj_record *record, struct xj_error *err)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_doc doc;
	int r = xj_catalog_get(change->archive->catalog, root, arena, &doc,
			       err);

	if (r == XJ_OK && xj_change_has(change, doc.urn))
		return xj_error_set(err, XJ_EBUSY, "document %llu is being "
				    "changed", (unsigned long long)root);
	if (r == XJ_OK)
		r = xj_object_at(change->archive, doc.urn, doc.version,
				 &object, err);
	return r < 0 ? r : xj_record_read(arena, object, doc.version, record,
					  err);
}

int
xj_record_put(struct xj_change *change, const struct xj_record *record,
	      const struct xj_staged *original, const char *message,
	      struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf meta = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf members = XJ_BUF_INIT;
	struct xj_object_file files[3];
	size_t n = 0;
	int r = xj_record_write(record, &meta, &members, err);

	if (r < 0)
		return r;
	if (record->logical)
		files[n++] = (struct xj_object_file){
			.logical = record->logical, .staged = original,
			.keep = original == NULL };
	files[n++] = (struct xj_object_file){ .logical = XJ_RECORD_FILE,
		.bytes = meta.data, .len = meta.len };
	if (members.len)
		files[n++] = (struct xj_object_file){
			.logical = XJ_MEMBERS_FILE, .bytes = members.data,
			.len = members.len };
	return xj_change_put(change, &(struct xj_object_version){
		.id = record->doc.urn, .number = record->doc.version,
		.created = record->doc.updated, .message = message,
		.user = change->archive->user,
		.user_address = change->archive->user_address,
		.files = files, .file_count = n,
		.replace = record->afresh ||
			   record->doc.state == XJ_DOC_PURGED,
	}, err);
}

int
xj_record_put_values(struct xj_archive *a, struct xj_arena *arena,
		     const struct xj_record *record, struct xj_error *err)
{
	struct xj_meta_value *values = xj_arena_alloc(arena,
		(record->value_count + 1) * sizeof(*values));
	int r = XJ_OK;

	if (!values)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (unsigned rank = 0; rank < XJ_COUNT(ranks) && r == XJ_OK; rank++) {
		size_t n = 0;

		for (size_t i = 0; i < record->value_count; i++)
			if (record->values[i].rank == rank)
				values[n++] = record->values[i];
		r = xj_catalog_set_meta(a->catalog, record->doc.id,
					(enum xj_meta_rank)rank, values, n,
					err);
	}
	return r;
}

/* ---------------------------------------------------------------- messages */

const char *
xj_message_write(struct xj_arena *arena, const char *verb, uint64_t member,
		 const char *detail)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_buf_adds(&b, verb);
	if (member)
		xj_buf_addf(&b, " #%llu", (unsigned long long)member);
	if (detail)
		xj_buf_addf(&b, ": %s", detail);
	return b.failed ? NULL : xj_arena_strdup(arena, b.data);
}

void
xj_message_read(char *message, const char **verb, uint64_t *member,
		const char **detail)
{
	char *colon = strstr(message, ": "), *mark;

	*verb = message;
	*detail = colon ? colon + 2 : NULL;
	if (colon)
		*colon = '\0';
	mark = strstr(message, " #");
	*member = mark ? strtoull(mark + 2, NULL, 10) : 0;
	if (mark)
		*mark = '\0';
}
