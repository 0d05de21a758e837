/*
 * seminar-packet.c - the packet of a seminar: what it is made of, told to each
 * reader as far as he sees it, changed and frozen.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/packet.h"
#include "library/seminar.h"
#include "library/validity.h"

#define ITEMS_MAX 500u
#define HITS_MAX 100u   /* of one search */
#define HITS_USUAL 10u
#define NOTE_MAX 2000u  /* bytes */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = xj_entity_text(object, name);

	return text ? text : "";
}

static unsigned
number_of(const json_t *object, const char *name)
{
	return (unsigned)json_integer_value(json_object_get(object, name));
}

static int
set_number(json_t *object, const char *name, unsigned n, struct xj_error *err)
{
	if (n == 0)
		json_object_del(object, name);
	else if (json_object_set_new(object, name, json_integer(n)) < 0)
		return no_memory(err);
	return XJ_OK;
}

json_t *
xj_packet_items(json_t *root)
{
	json_t *packet = json_object_get(root, "packet");

	if (!packet) {
		packet = json_object();
		if (json_object_set_new(root, "packet", packet) < 0)
			return NULL;
	}
	return xj_seminar_list(packet, "items");
}

bool
xj_packet_is_frozen(const json_t *root)
{
	return json_object_get(json_object_get(root, "packet"), "frozen") !=
	       NULL;
}

/* ------------------------------------------------------------------- telling */

struct telling {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_unit_tree tree;
	bool all;               /* items that he does not see, too */
	xj_packet_line_fn fn;
	void *ctx;
	unsigned number;        /* of the item in hand */
	struct xj_error *err;
};

static const char *
unit_name(const struct telling *t, const char *code)
{
	const struct xj_unit_row *unit = xj_unit_tree_code(&t->tree, code);

	return unit && unit->name ? unit->name : code;
}

static const char *
scope_of(struct telling *t, const struct xj_doc *doc)
{
	struct xj_rights rights;
	int r = xj_rights_load(t->archive, t->arena, doc->root, &rights, NULL);

	return r < 0 ? "" : xj_scope_name(rights.scope);
}

/* A new version with the same bytes - one that was shared, or described better -
 * says nothing new. */
static bool
is_newest(const json_t *item, const struct xj_doc *doc)
{
	char hex[XJ_DIGEST_HEX_MAX];

	xj_hex(doc->sha512, sizeof(doc->sha512), hex);
	return number_of(item, "version") == doc->version ||
	       strcmp(text_of(item, "sha512"), hex) == 0;
}

static int
describe(struct telling *t, const json_t *item, const struct xj_doc *doc,
	 struct xj_packet_line *line)
{
	struct xj_validity v;
	int r = xj_validity_read(t->archive, t->arena, doc->id, &v, t->err);

	if (r < 0)
		return r;
	line->status = v.status;
	line->replaced_by = v.replaced_by.id;
	line->replaced_by_title = v.replaced_by.title;
	line->title = doc->title ? doc->title : "";
	line->newest = is_newest(item, doc) ? line->version : doc->version;
	line->gone = doc->state != XJ_DOC_LIVE;
	line->document = line->gone ? 0 : doc->id;
	line->unit = doc->owner ? doc->owner : "";
	line->unit_name = unit_name(t, line->unit);
	line->scope = scope_of(t, doc);
	return XJ_OK;
}

/* As far as the reader sees it: of what he does not see he is told nothing but
 * a title that was left for everybody. */
static int
tell_document(struct telling *t, const json_t *item, const char *what,
	      const char *note)
{
	struct xj_packet_line line = {
		.number = t->number, .what = what,
		.unit = "", .unit_name = "", .scope = "", .query = "",
		.status = "", .replaced_by_title = "", .note = note,
		.title = text_of(item, "title"),
		.version = number_of(item, "version"),
		.first = number_of(item, "first"),
		.last = number_of(item, "last"),
		.title_only = json_is_true(json_object_get(item,
							   "title_only")),
	};
	struct xj_doc doc;
	int r = xj_catalog_get_urn(t->archive->catalog,
				   text_of(item, "document"), t->arena, &doc,
				   t->err);

	if (r == XJ_OK && doc.state == XJ_DOC_QUARANTINED)
		r = XJ_ENOTFOUND;
	if (r == XJ_OK && (r = describe(t, item, &doc, &line)) < 0)
		return r;
	if (r < 0 && r != XJ_ENOTFOUND)
		return r;
	if (!line.document && !line.title_only && !t->all)
		return XJ_END;
	return t->fn(t->ctx, &line);
}

static int
tell_search(struct telling *t, const json_t *item)
{
	const json_t *hits = json_object_get(item, "hits"), *hit;
	struct xj_packet_line line = {
		.number = t->number, .what = "search", .title = "",
		.unit = "", .unit_name = "", .scope = "", .status = "",
		.replaced_by_title = "", .query = text_of(item, "query"),
		.note = text_of(item, "note"),
	};
	int r = t->fn(t->ctx, &line);
	size_t i;

	json_array_foreach(hits, i, hit)
		if (r >= 0)
			r = tell_document(t, hit, "hit", "");
	return r < 0 ? r : XJ_OK;
}

static int
tell_title(struct telling *t, const json_t *item)
{
	return t->fn(t->ctx, &(struct xj_packet_line){
		.number = t->number, .what = "title", .unit = "",
		.unit_name = "", .scope = "", .query = "", .status = "",
		.replaced_by_title = "", .title = text_of(item, "title"),
		.note = text_of(item, "note"), .title_only = true });
}

/* For those who do not change it the numbers have no gaps: what they do not see
 * is not there. */
int
xj_packet_lines(struct xj_archive *a, const json_t *root, bool all,
		xj_packet_line_fn fn, void *ctx, struct xj_error *err)
{
	struct telling t = { .archive = a, .all = all, .fn = fn, .ctx = ctx,
			     .err = err };
	const json_t *items = json_object_get(json_object_get(root, "packet"),
					      "items"), *item;
	char today[XJ_DAY_MAX];
	int r = xj_arena_new(&t.arena) < 0 ? no_memory(err) : XJ_OK;
	size_t i;

	xj_today(today);
	if (r == XJ_OK)
		r = xj_unit_tree_load(a, today, &t.tree, err);
	json_array_foreach(items, i, item) {
		if (r < 0)
			break;
		t.number++;
		if (xj_entity_text(item, "document"))
			r = tell_document(&t, item, "document",
					  text_of(item, "note"));
		else if (xj_entity_text(item, "query"))
			r = tell_search(&t, item);
		else
			r = tell_title(&t, item);
		if (r == XJ_END)
			t.number--;
	}
	xj_unit_tree_end(&t.tree);
	xj_arena_free(t.arena);
	return r < 0 ? r : XJ_OK;
}

int
xj_packet_tell(struct xj_archive *a, uint64_t id, xj_packet_line_fn fn,
	       void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_study_read(a, &xj_seminar_kind, id, false, arena, &row,
			      &root, err);

	if (r == XJ_OK)
		r = xj_packet_lines(a, root, xj_seminar_may(a, root), fn, ctx,
				    err);
	json_decref(root);
	return r;
}

/* ------------------------------------------------------------------- changes */

static int
load(struct xj_study_change *s, struct xj_archive *a, uint64_t id,
     const struct xj_change_options *options,
     struct xj_study_changed *changed, struct xj_error *err)
{
	int r = xj_seminar_load(s, a, id, options, changed, err);

	if (r < 0 || !xj_packet_is_frozen(s->e.root))
		return r;
	return xj_error_set(err, XJ_EINVAL, "the packet is frozen; `xueji "
			    "packet thaw %llu` lets it be changed",
			    (unsigned long long)id);
}

static int
check_pages(struct xj_document *d, unsigned version, uint32_t first,
	    uint32_t last, json_t *item, struct xj_error *err)
{
	const struct xj_document_info *info = xj_document_info(d);
	uint32_t pages = 0;
	char number[24];
	int r = XJ_OK;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)info->id);
	if (first || last)
		r = xj_pages_of(d, &pages, err);
	if (r == XJ_OK && version == info->version)
		r = xj_pages_check(number, first, last, pages, err);
	if (r == XJ_OK)
		r = set_number(item, "first", first, err);
	return r < 0 ? r : set_number(item, "last", last, err);
}

static int
find_same(const json_t *items, const json_t *item, const char *ref,
	  struct xj_error *err)
{
	const json_t *one;
	size_t i;

	json_array_foreach(items, i, one)
		if (strcmp(text_of(one, "document"),
			   text_of(item, "document")) == 0 &&
		    number_of(one, "first") == number_of(item, "first") &&
		    number_of(one, "last") == number_of(item, "last"))
			return xj_error_set(err, XJ_EEXIST, "document %s is in "
					    "the packet already: item %zu",
					    ref, i + 1);
	return XJ_OK;
}

/* The bytes of an older version are not known here. */
static int
set_version(json_t *item, const struct xj_document_info *info,
	    unsigned version, struct xj_error *err)
{
	int r = XJ_OK;

	if (version != number_of(item, "version"))
		r = xj_entity_set(item, "sha512", version == info->version ?
				  info->sha512 : NULL, err);
	return r < 0 ? r : set_number(item, "version", version, err);
}

static int
fill_document(struct xj_document *d, const struct xj_packet_given *given,
	      json_t *item, struct xj_error *err)
{
	const struct xj_document_info *info = xj_document_info(d);
	unsigned version = given->version ? given->version : info->version;
	int r;

	if (info->state != XJ_LIVE)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu was "
				    "removed", (unsigned long long)info->id);
	if (version > info->version)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu has %u "
				    "versions, not %u",
				    (unsigned long long)info->id,
				    info->version, version);
	r = xj_entity_set(item, "document", info->urn, err);
	if (r == XJ_OK)
		r = set_version(item, info, version, err);
	return r < 0 ? r : check_pages(d, version, given->first, given->last,
				       item, err);
}

struct saved {
	const char *name;
	struct xj_buf query;
};

static int
note_saved(void *ctx, const struct xj_saved_search *search)
{
	struct saved *s = ctx;

	if (strcmp(search->name, s->name) == 0)
		xj_buf_adds(&s->query, search->query);
	return XJ_OK;
}

static int
fill_search(struct xj_archive *a, const struct xj_packet_given *given, json_t *item,
	    struct xj_error *err)
{
	struct saved saved = { .name = given->saved };
	unsigned limit = given->limit ? given->limit : HITS_USUAL;
	const char *query = given->query;
	int r = XJ_OK;

	if (limit > HITS_MAX)
		return xj_error_set(err, XJ_EINVAL, "%u hits: at most %u",
				    limit, HITS_MAX);
	if (given->saved)
		r = xj_saved_searches(a, note_saved, &saved, err);
	if (r == XJ_OK && given->saved && !saved.query.len)
		r = xj_error_set(err, XJ_ENOTFOUND, "no search is saved as %s",
				 given->saved);
	if (given->saved)
		query = xj_buf_str(&saved.query);
	if (r == XJ_OK)
		r = xj_seminar_set_text(item, "query", query, strlen(query),
					NOTE_MAX, err);
	if (r == XJ_OK && !xj_entity_text(item, "query"))
		r = xj_error_set(err, XJ_EINVAL, "nothing to search for");
	if (r == XJ_OK)
		r = set_number(item, "limit", limit, err);
	xj_buf_release(&saved.query);
	return r;
}

static int
fill(struct xj_study_change *s, const struct xj_packet_given *given, json_t *items,
     json_t *item)
{
	struct xj_document *d = NULL;
	int r;

	if (!given->document) {
		r = fill_search(s->archive, given, item, s->err);
	} else {
		r = xj_document_open(s->archive, given->document, &d, s->err);
		if (r == XJ_OK)
			r = fill_document(d, given, item, s->err);
		xj_document_free(d);
		if (r == XJ_OK)
			r = find_same(items, item, given->document, s->err);
	}
	if (r == XJ_OK && given->note)
		r = xj_seminar_set_text(item, "note", given->note,
					strlen(given->note), NOTE_MAX, s->err);
	return r;
}

static int
add_item(struct xj_study_change *s, const struct xj_packet_given *given)
{
	json_t *items = xj_packet_items(s->e.root), *item = json_object();
	int r = items && item ? XJ_OK : no_memory(s->err);

	if (r == XJ_OK && json_array_size(items) == ITEMS_MAX)
		r = xj_error_set(s->err, XJ_ELIMIT, "a packet has %u items at "
				 "most", ITEMS_MAX);
	if (r == XJ_OK)
		r = fill(s, given, items, item);
	if (r == XJ_OK && json_array_append(items, item) < 0)
		r = no_memory(s->err);
	json_decref(item);
	return r;
}

int
xj_packet_add(struct xj_archive *a, uint64_t id,
	      const struct xj_packet_given *items, size_t count,
	      const struct xj_change_options *options,
	      struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	char detail[32]; /* who reads the history may not see the documents */
	int r = load(&s, a, id, options, changed, err);

	for (size_t i = 0; r == XJ_OK && i < count; i++)
		r = add_item(&s, &items[i]);
	snprintf(detail, sizeof(detail), "+ %zu", count);
	return r < 0 ? r : xj_study_save(&s, "packet", detail);
}

int
xj_packet_move(struct xj_archive *a, uint64_t id, unsigned from, unsigned to,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	char detail[48];
	int r = load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = xj_seminar_move(xj_packet_items(s.e.root), from, to,
				    xj_tr(N_("items in the packet")), err);
	snprintf(detail, sizeof(detail), to ? "%u → %u" : "− %u", from, to);
	return r < 0 ? r : xj_study_save(&s, "packet", detail);
}

/* The title is left for everybody by whoever sees it now. */
static int
set_title_only(struct xj_document *d, json_t *item, bool on,
	       struct xj_error *err)
{
	const struct xj_document_info *info = xj_document_info(d);

	if (!on) {
		json_object_del(item, "title_only");
		return xj_entity_set(item, "title", NULL, err);
	}
	if (json_object_set_new(item, "title_only", json_true()) < 0)
		return no_memory(err);
	return xj_entity_set(item, "title", *info->title ? info->title :
			     info->name, err);
}

/* Pages that the newer version does not have are told when it is frozen. */
static int
edit_document(struct xj_study_change *s, json_t *item,
	      const struct xj_packet_change *g)
{
	const char *urn = text_of(item, "document");
	unsigned version = number_of(item, "version");
	const struct xj_document_info *info;
	struct xj_document *d;
	int r = xj_document_open(s->archive, urn, &d, s->err);

	if (r < 0)
		return r;
	info = xj_document_info(d);
	if (g->version)
		version = g->version == UINT_MAX ? info->version : g->version;
	if (version > info->version)
		r = xj_error_set(s->err, XJ_ENOTFOUND, "document %llu has %u "
				 "versions, not %u",
				 (unsigned long long)info->id, info->version,
				 version);
	if (r == XJ_OK)
		r = set_version(item, info, version, s->err);
	if (r == XJ_OK && g->pages)
		r = check_pages(d, version, g->first, g->last, item, s->err);
	if (r == XJ_OK && g->title_only)
		r = set_title_only(d, item, g->title_only > 0, s->err);
	xj_document_free(d);
	return r;
}

static int
find_item(const json_t *items, unsigned number, json_t **item,
	  struct xj_error *err)
{
	*item = number ? json_array_get(items, number - 1) : NULL;
	return *item ? XJ_OK :
		xj_error_set(err, XJ_ENOTFOUND, "%u: there are %zu %s",
			     number, json_array_size(items),
			     xj_tr(N_("items in the packet")));
}

int
xj_packet_edit(struct xj_archive *a, uint64_t id, unsigned number,
	       const struct xj_packet_change *given,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = load(&s, a, id, options, changed, err);
	json_t *item;

	if (r == XJ_OK)
		r = find_item(xj_packet_items(s.e.root), number, &item, err);
	if (r == XJ_OK && (given->pages || given->version ||
			   given->title_only)) {
		if (!xj_entity_text(item, "document"))
			return xj_error_set(err, XJ_EINVAL, "item %u is no "
					    "document", number);
		r = edit_document(&s, item, given);
	}
	if (r == XJ_OK && given->note)
		r = xj_seminar_set_text(item, "note", given->note,
					strlen(given->note), NOTE_MAX, err);
	return r < 0 ? r : xj_study_save(&s, "packet", "");
}

/* What took its place, or an error that says why there is nothing. */
static int
find_successor(struct xj_study_change *s, struct xj_arena *arena,
	       const json_t *item, unsigned number,
	       struct xj_validity_document *next)
{
	struct xj_validity v;
	struct xj_doc doc;
	int r = xj_catalog_get_urn(s->archive->catalog,
				   text_of(item, "document"), arena, &doc,
				   s->err);

	if (r == XJ_OK)
		r = xj_validity_read(s->archive, arena, doc.id, &v, s->err);
	if (r < 0)
		return r;
	*next = v.replaced_by;
	return next->id ? XJ_OK :
		xj_error_set(s->err, XJ_EINVAL, "item %u: nothing that you may "
			     "see took the place of document %llu", number,
			     (unsigned long long)doc.id);
}

/* Note and title line stay; pages were those of the other. */
static int
replace(struct xj_study_change *s, struct xj_arena *arena, json_t *items,
	unsigned number)
{
	const json_t *old = json_array_get(items, number - 1);
	struct xj_validity_document next = { 0, "" };
	struct xj_packet_given given = { .note = text_of(old, "note") };
	json_t *item = json_object();
	char id[24];
	int r = item ? find_successor(s, arena, old, number, &next)
		     : no_memory(s->err);

	if (r == XJ_OK) {
		snprintf(id, sizeof(id), "%llu", (unsigned long long)next.id);
		given.document = id;
		r = fill(s, &given, items, item);
	}
	if (r == XJ_OK && json_is_true(json_object_get(old, "title_only"))) {
		json_object_set_new(item, "title_only", json_true());
		r = xj_entity_set(item, "title", next.title, s->err);
	}
	if (r == XJ_OK && json_array_set(items, number - 1, item) < 0)
		r = no_memory(s->err);
	json_decref(item);
	return r;
}

int
xj_packet_replace(struct xj_archive *a, uint64_t id, unsigned number,
		  const struct xj_change_options *options,
		  struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	json_t *items, *item;
	int r = load(&s, a, id, options, changed, err);

	if (r < 0)
		return r;
	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	items = xj_packet_items(s.e.root);
	r = find_item(items, number, &item, err);
	if (r == XJ_OK && !xj_entity_text(item, "document"))
		r = xj_error_set(err, XJ_EINVAL, "item %u is no document",
				 number);
	if (r == XJ_OK)
		r = replace(&s, arena, items, number);
	return r < 0 ? r : xj_study_save(&s, "packet", "");
}

/* -------------------------------------------------------------------- faults */

struct xj_packet_fault_finder {
	struct xj_archive *archive;
	xj_packet_fault_fn fn;
	void *ctx;
	unsigned number;
	size_t faults;
	struct xj_error *err;
};

static int
fault(struct xj_packet_fault_finder *f, const char *title, const char *why)
{
	f->faults++;
	return f->fn ? f->fn(f->ctx, f->number, title, why) : XJ_OK;
}

/* XJ_END: it cannot be frozen, and that was told. */
static int
found(struct xj_packet_fault_finder *f, const char *title, const char *why)
{
	int r = fault(f, title, why);

	return r < 0 ? r : XJ_END;
}

static int
check_open(struct xj_packet_fault_finder *f, struct xj_document *d,
	   const json_t *item)
{
	const struct xj_document_info *info = xj_document_info(d);
	unsigned version = number_of(item, "version");
	uint32_t first = number_of(item, "first"), pages = 0;
	uint32_t last = number_of(item, "last");
	struct xj_error why = { 0 };
	char number[24];
	int r = XJ_OK;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)info->id);
	if (info->state != XJ_LIVE)
		return found(f, info->title, xj_tr(N_("it was removed")));
	if (version > info->version)
		return found(f, info->title, xj_tr(N_("its version is not "
						      "there any more")));
	if ((first || last) && (version == info->version ||
				strcmp(text_of(item, "sha512"),
				       info->sha512) == 0))
		r = xj_pages_of(d, &pages, f->err);
	if (r < 0 || !pages)
		return r;
	r = xj_pages_check(number, first, last, pages, &why);
	return r < 0 ? found(f, info->title, why.message) : XJ_OK;
}

static int
check_document(struct xj_packet_fault_finder *f, const json_t *item)
{
	struct xj_document *d;
	int r = xj_document_open(f->archive, text_of(item, "document"), &d,
				 f->err);

	if (r == XJ_ENOTFOUND)
		return found(f, text_of(item, "title"),
			     xj_tr(N_("it is not there any more, or not to be "
				      "seen by you")));
	if (r < 0)
		return r;
	r = check_open(f, d, item);
	xj_document_free(d);
	return r;
}

int
xj_packet_hits(struct xj_archive *a, const json_t *item, json_t **list,
	       struct xj_error *err)
{
	struct xj_hits *hits;
	int r = xj_search(a, &(struct xj_search){
		.query = text_of(item, "query"), .no_passages = true,
		.limit = number_of(item, "limit"), .here = true }, &hits, err);

	*list = NULL;
	if (r < 0)
		return r;
	*list = json_array();
	for (size_t i = 0; r == 0 && i < xj_hits_count(hits); i++) {
		const struct xj_hit *hit = xj_hits_at(hits, i);

		if (hit->related)
			continue;
		r = json_array_append_new(*list, json_pack("{sssIss}",
			"document", hit->info.urn, "version",
			(json_int_t)hit->info.version,
			"sha512", hit->info.sha512));
	}
	xj_hits_free(hits);
	if (r == 0 && *list)
		return XJ_OK;
	json_decref(*list);
	*list = NULL;
	return no_memory(err);
}

/* With `keep` the hits are taken down. */
static int
check_search(struct xj_packet_fault_finder *f, json_t *item, bool keep)
{
	const char *query = text_of(item, "query");
	struct xj_error why = { 0 };
	json_t *hits;
	int r = xj_packet_hits(f->archive, item, &hits, &why);

	if (r == XJ_EINVAL)
		return found(f, query, why.message);
	if (r < 0)
		return xj_error_set(f->err, r, "%s", why.message);
	if (json_array_size(hits) == 0)
		r = found(f, query, xj_tr(N_("the search has no hits")));
	else if (keep && json_object_set(item, "hits", hits) < 0)
		r = no_memory(f->err);
	json_decref(hits);
	return r;
}

static int
check_item(struct xj_packet_fault_finder *f, json_t *item, bool keep)
{
	if (xj_entity_text(item, "document"))
		return json_is_true(json_object_get(item, "title_only")) ?
		       XJ_OK : check_document(f, item);
	return xj_entity_text(item, "query") ? check_search(f, item, keep)
					     : XJ_OK;
}

/* What could not be frozen leaves its title: of a document that is not there as
 * far as it was left for everybody, of a search what was searched for. */
static int
leave_title(json_t *items, size_t i, const char *title, struct xj_error *err)
{
	json_t *item = json_array_get(items, i), *line = json_object();
	const char *note = xj_entity_text(item, "note");
	int r = xj_entity_set(line, "title", title, err);

	if (r == XJ_OK)
		r = xj_entity_set(line, "note", note, err);
	if (r == XJ_OK && json_array_set(items, i, line) < 0)
		r = no_memory(err);
	json_decref(line);
	return r;
}

struct freezing {
	xj_packet_fault_fn fn;
	void *ctx;
	char title[XJ_NAME_MAX]; /* of the fault that was told last */
};

static int
note_fault(void *ctx, unsigned number, const char *title, const char *why)
{
	struct freezing *z = ctx;

	snprintf(z->title, sizeof(z->title), "%.*s",
		 (int)xj_utf8_cut(title, strlen(title), sizeof(z->title) - 1),
		 title);
	return z->fn ? z->fn(z->ctx, number, title, why) : XJ_OK;
}

int
xj_packet_faults(struct xj_archive *a, json_t *root, bool keep, bool skip,
		 xj_packet_fault_fn fn, void *ctx, size_t *faults,
		 struct xj_error *err)
{
	struct freezing z = { .fn = fn, .ctx = ctx };
	struct xj_packet_fault_finder f = { .archive = a, .fn = note_fault,
					    .ctx = &z, .err = err };
	json_t *items = xj_packet_items(root);
	int r = XJ_OK;

	for (size_t i = 0; r >= 0 && i < json_array_size(items); i++) {
		f.number = (unsigned)i + 1;
		r = check_item(&f, json_array_get(items, i), keep);
		if (r == XJ_END && skip)
			r = leave_title(items, i, z.title, err);
	}
	*faults = f.faults;
	return r < 0 ? r : XJ_OK;
}

/* Searches cannot be made while the change holds the catalog: the packet is
 * gone through before, and what was changed meanwhile is not frozen. */
static int
go_through(struct xj_archive *a, uint64_t id, bool skip, xj_packet_fault_fn fn,
	   void *ctx, json_t **root, unsigned *version, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	size_t faults = 0;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_study_read(a, &xj_seminar_kind, id, false, arena, &row,
			      root, err);

	if (r == XJ_OK && !xj_seminar_may(a, *root))
		return XJ_OK; /* which the change will say */
	if (r == XJ_OK && json_array_size(xj_packet_items(*root)) == 0)
		return xj_error_set(err, XJ_EINVAL, "there is nothing in the "
				    "packet");
	if (r == XJ_OK && !xj_packet_is_frozen(*root))
		r = xj_packet_faults(a, *root, true, skip, fn, ctx, &faults,
				     err);
	*version = r < 0 ? 0 : row.version;
	if (r < 0 || !faults || skip)
		return r;
	return xj_error_set(err, XJ_EINVAL, "the packet is not frozen: mend or "
			    "remove these, or leave their titles with "
			    "--skip-missing");
}

static int
set_frozen(struct xj_study_change *s, json_t *packet)
{
	char now[XJ_TIME_MAX];
	int r;

	xj_time_format(xj_now(), now);
	r = xj_entity_set(packet, "frozen", now, s->err);
	if (r == XJ_OK)
		r = xj_entity_set(packet, "frozen_by", s->archive->user,
				  s->err);
	if (r == XJ_OK && json_object_set(s->e.root, "packet", packet) < 0)
		r = no_memory(s->err);
	return r;
}

int
xj_packet_freeze(struct xj_archive *a, uint64_t id, bool skip,
		 xj_packet_fault_fn fn, void *ctx,
		 const struct xj_change_options *options,
		 struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	json_t *root = NULL;
	unsigned version = 0;
	int r = go_through(a, id, skip, fn, ctx, &root, &version, err);

	if (r == XJ_OK)
		r = xj_seminar_load(&s, a, id, options, changed, err);
	if (r == XJ_OK && s.e.version != version)
		r = xj_error_set(err, XJ_EBUSY, "it was changed meanwhile; "
				 "try again");
	if (r == XJ_OK && !xj_packet_is_frozen(s.e.root))
		r = set_frozen(&s, json_object_get(root, "packet"));
	json_decref(root);
	return r < 0 ? r : xj_study_save(&s, "freeze", "");
}

int
xj_packet_thaw(struct xj_archive *a, uint64_t id,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	json_t *packet, *item;
	size_t i;
	int r = xj_seminar_load(&s, a, id, options, changed, err);

	if (r < 0)
		return r;
	packet = json_object_get(s.e.root, "packet");
	json_object_del(packet, "frozen");
	json_object_del(packet, "frozen_by");
	json_array_foreach(json_object_get(packet, "items"), i, item)
		json_object_del(item, "hits");
	return xj_study_save(&s, "thaw", "");
}
