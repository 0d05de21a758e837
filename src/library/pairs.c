/*
 * pairs.c - a recording and the subtitles that lie beside it.
 *
 * "讲座.mp4" and "讲座.srt" or "讲座.zh.srt" of one folder are a pair: what the
 * subtitle says becomes text of the recording, with its times, so that a search
 * finds the recording. The subtitle stays a document, whose bytes are kept and
 * given out; it has no text of its own as long as its recording is there, or
 * everything would be found twice.
 *
 * Each says in its metadata.json which the other is: a derived value "relation"
 * with the other's URN, of source "subtitle" in the recording and "recording" in
 * the subtitle. Whoever makes the text of either anew (xj_restore) goes by that,
 * so a rebuild needs no file names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "library/rights.h"

#define RELATION "relation"
#define TO_SUBTITLE "subtitle"
#define TO_RECORDING "recording"
#define SUFFIX_MAX 20 /* bytes: "zh-Hans", "简体中文" */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static bool
is_relation(const struct xj_meta_value *v, const char *source)
{
	return v->rank == XJ_META_DERIVED && v->source &&
	       strcmp(v->element, RELATION) == 0 &&
	       strcmp(v->source, source) == 0;
}

/* ------------------------------------------------------ text made anew */

/* The other one as its object has it. XJ_END: it is not there, or removed, or
 * others may see it than `own`: what it says must not be read there. */
static int
open_live(struct xj_archive *a, struct xj_arena *arena, const char *urn,
	  const struct xj_record *own, struct xj_object **object,
	  struct xj_record *record)
{
	struct xj_error ignored;

	if (xj_object_open(a->store, urn, object, &ignored) < 0 ||
	    xj_record_read_top(arena, *object, 0, record, &ignored) < 0 ||
	    record->doc.state != XJ_DOC_LIVE || !record->logical ||
	    !xj_rights_same(arena, own, record))
		return XJ_END;
	return XJ_OK;
}

static bool
has_recording(struct xj_archive *a, struct xj_arena *arena,
	      const struct xj_record *record)
{
	for (size_t i = 0; i < record->value_count; i++) {
		xj_auto(xj_object_freep) struct xj_object *object = NULL;
		struct xj_record other;

		if (is_relation(&record->values[i], TO_RECORDING) &&
		    open_live(a, arena, record->values[i].value, record,
			      &object, &other) == XJ_OK)
			return true;
	}
	return false;
}

/* The chunks of `more` behind those of `taken`. */
static int
join(struct xj_arena *arena, struct xj_taken *taken,
     const struct xj_taken *more, struct xj_error *err)
{
	size_t n = taken->chunk_count + more->chunk_count;
	struct xj_packed *all = xj_arena_alloc(arena, (n + 1) * sizeof(*all));

	if (!all)
		return no_memory(err);
	if (taken->chunk_count)
		memcpy(all, taken->chunks, taken->chunk_count * sizeof(*all));
	if (more->chunk_count)
		memcpy(all + taken->chunk_count, more->chunks,
		       more->chunk_count * sizeof(*all));
	taken->chunks = all;
	taken->chunk_count = n;
	taken->doc.text_bytes += more->doc.text_bytes;
	return XJ_OK;
}

/* What cannot be read of a subtitle costs the recording nothing else. */
static int
take_subtitle(struct xj_archive *a, struct xj_importers *importers,
	      struct xj_spool *spool, struct xj_arena *arena, const char *urn,
	      const struct xj_record *own, struct xj_taken *taken,
	      struct xj_error *err)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	xj_auto(xj_closep) int fd = -1;
	struct xj_taken *more = NULL;
	struct xj_record record;
	uint64_t size;
	int r;

	if (open_live(a, arena, urn, own, &object, &record) != XJ_OK ||
	    xj_object_file_open(object, 0, record.logical, &fd, &size,
				NULL) < 0)
		return XJ_OK;
	r = xj_take(a, importers, spool, arena, &(struct xj_take_source){
		.fd = fd, .size = size, .name = record.doc.name_raw,
		.name_len = record.doc.name_raw_len,
		.accession = record.doc.accession }, &more, err);
	return r < 0 ? r : join(arena, taken, more, err);
}

int
xj_pairs_take(struct xj_archive *a, struct xj_importers *importers,
	      struct xj_spool *spool, struct xj_arena *arena,
	      const struct xj_record *record, struct xj_taken *taken,
	      struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t i = 0; i < record->value_count && r == XJ_OK; i++)
		if (is_relation(&record->values[i], TO_SUBTITLE))
			r = take_subtitle(a, importers, spool, arena,
					  record->values[i].value, record,
					  taken, err);
	if (r == XJ_OK && has_recording(a, arena, record)) {
		taken->chunk_count = 0;
		taken->doc.text_bytes = 0;
	}
	return r;
}

/* ----------------------------------------------------- finding the pairs */

static const char *const subtitle_exts[] = { "srt", "vtt", "ass", "ssa",
					      "lrc", NULL };
static const char *const recording_exts[] = {
	"mp4", "m4v", "mkv", "webm", "mov", "avi", "wmv", "flv", "mpg", "mpeg",
	"ts", "mts", "3gp", "rmvb", "mp3", "m4a", "wav", "flac", "ogg", "oga",
	"opus", "aac", "wma", "amr", "ape", "aiff", NULL
};

/* A file of a folder that may be one of a pair. */
struct side {
	const char *name;    /* without the folder */
	size_t stem;         /* bytes of it before the extension */
	unsigned rank;       /* of a recording: films come first */
	bool is_subtitle;
	uint64_t document;
};

struct folder {
	struct xj_arena *arena;
	const char *path;
	size_t len;
	struct side *sides;
	size_t count, cap;
};

struct folders {
	struct xj_arena *arena;
	const char **paths;
	size_t count, cap;
};

/* Where the extension is in the list; negative: it is not. */
static int
ext_in(const char *ext, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (strcasecmp(ext, list[i]) == 0)
			return i;
	return -1;
}

static bool
read_name(const char *name, struct side *side)
{
	const char *dot = strrchr(name, '.');
	int rank;

	if (!dot || dot == name)
		return false;
	side->name = name;
	side->stem = (size_t)(dot - name);
	side->is_subtitle = ext_in(dot + 1, subtitle_exts) >= 0;
	rank = ext_in(dot + 1, recording_exts);
	side->rank = (unsigned)rank;
	return side->is_subtitle || rank >= 0;
}

/* Doubles an arena's array when it is full. */
static void *
room(struct xj_arena *arena, void *list, size_t count, size_t *cap,
     size_t size)
{
	size_t want = *cap ? *cap * 2 : 16;
	void *more;

	if (count < *cap)
		return list;
	if (!(more = xj_arena_alloc(arena, want * size)))
		return NULL;
	if (count)
		memcpy(more, list, count * size);
	*cap = want;
	return more;
}

/* The folder of what an accession brought, if it may be one of a pair. */
static int
note_folder(void *ctx, const struct xj_source *s)
{
	struct folders *f = ctx;
	const char *path = xj_arena_strndup(f->arena, s->path, s->path_len);
	struct side side;
	char *slash;

	if (!path)
		return XJ_ENOMEM;
	slash = strrchr(path, '/');
	if (!slash || slash == path || !read_name(slash + 1, &side))
		return XJ_OK;
	*slash = '\0';
	if (f->count && strcmp(f->paths[f->count - 1], path) == 0)
		return XJ_OK;
	f->paths = room(f->arena, f->paths, f->count, &f->cap,
			sizeof(*f->paths));
	if (!f->paths)
		return XJ_ENOMEM;
	f->paths[f->count++] = path;
	return XJ_OK;
}

static int
note_side(void *ctx, const struct xj_source *s)
{
	struct folder *f = ctx;
	const char *path = s->path;
	struct side side = { .document = s->document };
	const char *name;

	if (s->path_len <= f->len + 1 ||
	    memchr(path + f->len + 1, '/', s->path_len - f->len - 1))
		return XJ_OK;
	name = xj_arena_strndup(f->arena, path + f->len + 1,
				s->path_len - f->len - 1);
	if (!name)
		return XJ_ENOMEM;
	if (!read_name(name, &side))
		return XJ_OK;
	f->sides = room(f->arena, f->sides, f->count, &f->cap,
			sizeof(*f->sides));
	if (!f->sides)
		return XJ_ENOMEM;
	f->sides[f->count++] = side;
	return XJ_OK;
}

/* How well a subtitle's name fits a recording's: 2 the same, 1 with a language
 * behind it, 0 not at all. */
static int
fit(const struct side *subtitle, const struct side *recording)
{
	const char *rest = subtitle->name + recording->stem;
	size_t len = subtitle->stem - recording->stem;

	if (subtitle->stem < recording->stem ||
	    memcmp(subtitle->name, recording->name, recording->stem) != 0)
		return 0;
	if (len == 0)
		return 2;
	return *rest == '.' && len > 1 && len <= SUFFIX_MAX &&
	       !memchr(rest + 1, '.', len - 1);
}

static const struct side *
recording_of(const struct folder *f, const struct side *subtitle)
{
	const struct side *best = NULL;

	for (size_t i = 0; i < f->count; i++) {
		const struct side *s = &f->sides[i];
		int how = s->is_subtitle ? 0 : fit(subtitle, s);

		if (how > 0 && (!best || how > fit(subtitle, best) ||
				(how == fit(subtitle, best) &&
				 s->rank < best->rank)))
			best = s;
	}
	return best;
}

/* ---------------------------------------------------------- joining them */

static bool
is_subtitle(const struct xj_doc *doc)
{
	static const char *const formats[] = {
		"application/x-subrip", "text/vtt", "text/x-ssa", "text/x-lrc",
	};

	for (size_t i = 0; i < XJ_COUNT(formats); i++)
		if (strcmp(doc->format, formats[i]) == 0)
			return true;
	return false;
}

static bool
is_recording(const struct xj_doc *doc)
{
	return strcmp(doc->type, "audio") == 0 ||
	       strcmp(doc->type, "video") == 0;
}

static bool
relates(const struct xj_record *record, const char *source, const char *urn)
{
	for (size_t i = 0; i < record->value_count; i++)
		if (is_relation(&record->values[i], source) &&
		    strcmp(record->values[i].value, urn) == 0)
			return true;
	return false;
}

/* `record` says of itself that it has that relation to `urn`. */
static int
relate(struct xj_arena *arena, struct xj_record *record, const char *source,
       const char *urn, struct xj_error *err)
{
	struct xj_meta_value *values = xj_arena_alloc(arena,
		(record->value_count + 1) * sizeof(*values));

	if (!values)
		return no_memory(err);
	if (record->value_count)
		memcpy(values, record->values,
		       record->value_count * sizeof(*values));
	values[record->value_count++] = (struct xj_meta_value){
		.element = RELATION, .value = urn, .source = source,
		.rank = XJ_META_DERIVED };
	record->values = values;
	return XJ_OK;
}

/* Rows and text anew; with `verb` as a new version of the object. */
static int
put(struct xj_change *change, struct xj_arena *arena,
    struct xj_record *record, const char *verb, struct xj_error *err)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_archive *a = change->archive;
	struct xj_doc *top = &record->doc;
	struct xj_importers *importers;
	unsigned version = top->version;
	int r = xj_archive_importers(a, &importers, err);

	if (r == XJ_OK)
		r = xj_object_at(a, top->urn, version, &object, err);
	if (r < 0)
		return r;
	xj_change_text(change, top->id);
	if (verb) {
		top->version++;
		top->updated = xj_now();
	}
	for (size_t i = 0; i < record->member_count; i++)
		record->members[i].doc.version = top->version;
	r = xj_restore(change, importers, arena, object, version, record, true,
		       err);
	if (r < 0 || !verb)
		return r;
	if ((r = xj_record_put(change, record, NULL, verb, err)) < 0)
		return r;
	return xj_catalog_add_event(a->catalog, &(struct xj_event){
		.document = top->id, .version = top->version,
		.at = top->updated, .user = a->user, .verb = verb }, err);
}

/* In one change, so that no text is there twice or not at all. */
static int
join_pair(struct xj_change *change, struct xj_arena *arena, uint64_t recording,
	  uint64_t subtitle, struct xj_error *err)
{
	struct xj_record rec, sub;
	int r = xj_record_load(change, arena, recording, &rec, err);

	if (r == XJ_OK)
		r = xj_record_load(change, arena, subtitle, &sub, err);
	if (r == XJ_OK && !xj_rights_same(arena, &rec, &sub))
		return XJ_END;
	if (r == XJ_OK && relates(&rec, TO_SUBTITLE, sub.doc.urn) &&
	    relates(&sub, TO_RECORDING, rec.doc.urn))
		return XJ_END;
	if (r == XJ_OK && !relates(&rec, TO_SUBTITLE, sub.doc.urn))
		r = relate(arena, &rec, TO_SUBTITLE, sub.doc.urn, err);
	if (r == XJ_OK && !relates(&sub, TO_RECORDING, rec.doc.urn))
		r = relate(arena, &sub, TO_RECORDING, rec.doc.urn, err);
	if (r == XJ_OK)
		r = put(change, arena, &rec, "subtitle", err);
	return r < 0 ? r : put(change, arena, &sub, "subtitle of a recording",
			       err);
}

static int
pair(struct xj_archive *a, uint64_t recording, uint64_t subtitle,
     struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc rec, sub;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	r = xj_catalog_get(a->catalog, recording, arena, &rec, err);
	if (r == XJ_OK)
		r = xj_catalog_get(a->catalog, subtitle, arena, &sub, err);
	if (r == XJ_OK && sub.state == XJ_DOC_QUARANTINED)
		return xj_pairs_follow(a, subtitle, err);
	if (r < 0 || rec.parent || sub.parent || !is_recording(&rec) ||
	    !is_subtitle(&sub) || rec.state != XJ_DOC_LIVE ||
	    sub.state != XJ_DOC_LIVE ||
	    xj_may_with(a, XJ_DO_EDIT, recording, NULL) < 0 ||
	    xj_may_with(a, XJ_DO_EDIT, subtitle, NULL) < 0)
		return r;
	if ((r = xj_change_begin(a, &change, err)) < 0)
		return r;
	r = join_pair(&change, arena, recording, subtitle, err);
	if (r == XJ_END)
		return XJ_OK;
	return r < 0 ? r : xj_change_commit(&change, err);
}

/* A damaged object keeps no other pair apart; `verify` tells of it. */
static int
pair_folder(struct xj_archive *a, struct xj_arena *arena, const char *path,
	    struct xj_error *err)
{
	struct folder f = { .arena = arena, .path = path,
			    .len = strlen(path) };
	int r = xj_catalog_sources(a->catalog, path, f.len, note_side, &f,
				   err);

	for (size_t i = 0; i < f.count && r == XJ_OK; i++) {
		const struct side *s = &f.sides[i], *best;

		if (!s->is_subtitle || !(best = recording_of(&f, s)))
			continue;
		r = pair(a, best->document, s->document, err);
		if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND)
			r = XJ_OK;
	}
	return r;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
make_in(struct xj_archive *a, uint64_t accession, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct folders f = { 0 };
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	f.arena = arena;
	r = xj_catalog_sources_in(a->catalog, accession, note_folder, &f, err);
	if (f.count)
		qsort(f.paths, f.count, sizeof(*f.paths), compare_paths);
	for (size_t i = 0; i < f.count && r == XJ_OK; i++)
		if (i == 0 || strcmp(f.paths[i], f.paths[i - 1]) != 0)
			r = pair_folder(a, arena, f.paths[i], err);
	return r;
}

/* ----------------------------------------------- after every accession */

#define LAST "paired" /* the fact: the last accession that was looked through */

struct due {
	uint64_t last;
	struct xj_buf numbers; /* uint64_t each, the newest first */
};

static int
note_due(void *ctx, const struct xj_accession_row *row)
{
	struct due *due = ctx;

	if (row->number <= due->last)
		return XJ_END;
	xj_buf_add(&due->numbers, &row->number, sizeof(row->number));
	return xj_buf_check(&due->numbers, NULL);
}

static int
find_due(struct xj_archive *a, struct due *due, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf last = XJ_BUF_INIT;
	int r = xj_catalog_fact(a->catalog, LAST, &last, err);

	if (r < 0 && r != XJ_ENOTFOUND)
		return r;
	due->last = r == XJ_OK ? strtoull(xj_buf_str(&last), NULL, 10) : 0;
	return xj_catalog_accessions(a->catalog, note_due, due, err);
}

/* An accession that was cut short had no time for it; and of two at a time the
 * one that ends first must not speak for the other, hence `own`. */
int
xj_pairs_make(struct xj_archive *a, uint64_t own, struct xj_error *err)
{
	struct due due = { .numbers = XJ_BUF_INIT };
	const uint64_t *number;
	char last[24];
	int r = find_due(a, &due, err);

	number = (const uint64_t *)(void *)due.numbers.data;
	for (size_t i = due.numbers.len / sizeof(*number); i > 0 && r == XJ_OK;
	     i--)
		r = make_in(a, number[i - 1], err);
	if (r == XJ_OK && due.numbers.len) {
		snprintf(last, sizeof(last), "%llu",
			 (unsigned long long)number[0]);
		r = xj_catalog_set_fact(a->catalog, LAST, last, err);
	}
	if (r == XJ_OK && own && own <= due.last)
		r = make_in(a, own, err);
	xj_buf_release(&due.numbers);
	return r;
}

/* ------------------------------------------------- when one of them goes */

int
xj_pairs_of(struct xj_archive *a, struct xj_arena *arena, uint64_t id,
	    struct xj_pairs *pairs, struct xj_error *err)
{
	struct xj_meta_value *values;
	size_t count;
	int r = xj_catalog_meta(a->catalog, id, arena, &values, &count, err);

	*pairs = (struct xj_pairs){ 0 };
	if (r < 0)
		return r;
	pairs->urns = xj_arena_alloc(arena, (count + 1) *
				     sizeof(*pairs->urns));
	if (!pairs->urns)
		return no_memory(err);
	for (size_t i = 0; i < count; i++)
		if (is_relation(&values[i], TO_SUBTITLE) ||
		    is_relation(&values[i], TO_RECORDING))
			pairs->urns[pairs->count++] = values[i].value;
	return XJ_OK;
}

static int
refresh(struct xj_archive *a, const char *urn, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_record record;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	r = xj_catalog_get_urn(a->catalog, urn, arena, &doc, err);
	if (r < 0 || doc.state != XJ_DOC_LIVE)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	if ((r = xj_change_begin(a, &change, err)) == XJ_OK)
		r = xj_record_load(&change, arena, doc.id, &record, err);
	if (r == XJ_OK)
		r = put(&change, arena, &record, NULL, err);
	return r < 0 ? r : xj_change_commit(&change, err);
}

int
xj_pairs_refresh(struct xj_archive *a, const struct xj_pairs *pairs,
		 struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t i = 0; i < pairs->count && r == XJ_OK; i++)
		r = refresh(a, pairs->urns[i], err);
	return r;
}

int
xj_pairs_follow(struct xj_archive *a, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_pairs pairs;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	r = xj_pairs_of(a, arena, id, &pairs, err);
	if (r < 0 || !pairs.count)
		return r;
	r = xj_pairs_refresh(a, &pairs, err);
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}

int
xj_pairs_settle(struct xj_archive *a, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_pairs pairs;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	r = xj_pairs_of(a, arena, id, &pairs, err);
	if (r < 0 || !pairs.count)
		return r;
	r = xj_catalog_get(a->catalog, id, arena, &doc, err);
	if (r == XJ_OK)
		r = xj_pairs_refresh(a, &pairs, err);
	return r < 0 ? r : refresh(a, doc.urn, err);
}
