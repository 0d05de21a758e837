/* topic-use.c - topics of documents, and in questions. */
#include <stdlib.h>
#include <string.h>

#include "library/fields.h"
#include "library/rights.h"
#include "library/search.h"
#include "library/topic.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* -------------------------------------------------------------- of documents */

int
xj_topic_check(struct xj_archive *a, struct xj_arena *arena, bool area,
	       const char **value, struct xj_error *err)
{
	const struct xj_topics *t;
	const struct xj_topic_row *row;
	char today[XJ_DAY_MAX];
	int r = xj_topics_get(a, &t, err);

	if (r == XJ_OK)
		r = xj_topics_find(a, t, *value, &row, err);
	if (r == XJ_ENOTFOUND)
		r = err ? err->status = XJ_EINVAL : XJ_EINVAL;
	if (r < 0)
		return r;
	xj_today(today);
	if (row->until && strcmp(row->until, today) < 0)
		return xj_error_set(err, XJ_EINVAL, "topic %s was closed on "
				    "%s", row->code, row->until);
	if (area && xj_topics_parent(t, row))
		return xj_error_set(err, XJ_EINVAL, "%s is no area: it is a "
				    "topic of %s", row->code,
				    xj_topics_area(t, row)->code);
	*value = xj_arena_strdup(arena, row->code);
	return *value ? XJ_OK : no_memory(err);
}

/* The codes that people gave a document. */
static int
read_codes(struct xj_archive *a, uint64_t id, struct xj_arena *arena,
	   json_t *codes, struct xj_error *err)
{
	struct xj_meta_value *values;
	size_t count;
	int r = xj_catalog_meta(a->catalog, id, arena, &values, &count, err);

	for (size_t i = 0; r == XJ_OK && i < count; i++)
		if (values[i].rank == XJ_META_GIVEN &&
		    strcmp(values[i].element, "topic") == 0)
			json_array_append_new(codes,
					      json_string(values[i].value));
	return r;
}

int
xj_document_topics(struct xj_archive *a, uint64_t id, xj_topic_fn fn,
		   void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	json_t *codes = json_array();
	struct xj_doc doc;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_catalog_get(a->catalog, id, arena, &doc, err);

	if (r == XJ_OK)
		r = read_codes(a, id, arena, codes, err);
	if (r == XJ_OK && json_array_size(codes) > 0)
		r = xj_topics_tell(a, codes, fn, ctx, err);
	json_decref(codes);
	return r;
}

/* The values of a document when topics have come and gone. */
struct assigning {
	struct xj_archive *archive;
	struct xj_arena *arena;
	const struct xj_topics *topics;
	json_t *codes;
	struct xj_error *err;
};

static int
add_topics(struct assigning *s, const char *const *refs, bool area)
{
	int r = XJ_OK;

	for (; r == XJ_OK && refs && *refs; refs++) {
		const char *code = *refs;
		bool there = false;

		r = xj_topic_check(s->archive, s->arena, area, &code, s->err);
		for (size_t i = 0; r == XJ_OK &&
		     i < json_array_size(s->codes); i++)
			there |= strcmp(code, json_string_value(
					json_array_get(s->codes, i))) == 0;
		if (r == XJ_OK && !there)
			json_array_append_new(s->codes, json_string(code));
	}
	return r;
}

/* With it go the codes of what was merged into it. */
static int
drop_topics(struct assigning *s, const char *const *refs)
{
	const struct xj_topic_row *row;
	int r = XJ_OK;

	for (; r == XJ_OK && refs && *refs; refs++) {
		bool found = false;

		r = xj_topics_find(s->archive, s->topics, *refs, &row, s->err);
		for (size_t i = json_array_size(s->codes); r == XJ_OK &&
		     i-- > 0;)
			if (xj_topics_real(s->topics, xj_topics_code(
				s->topics, json_string_value(json_array_get(
					s->codes, i)))) == row) {
				json_array_remove(s->codes, i);
				found = true;
			}
		if (r == XJ_OK && !found)
			return xj_error_set(s->err, XJ_ENOTFOUND, "it has not "
					    "the topic %s", row->code);
	}
	return r;
}

static int
put_topics(struct assigning *s, uint64_t id, unsigned version)
{
	size_t n = json_array_size(s->codes);
	struct xj_given *given = xj_arena_alloc(s->arena, (n + 2) *
						sizeof(*given));

	if (!given)
		return no_memory(s->err);
	for (size_t i = 0; i < n; i++)
		given[i] = (struct xj_given){ "topic", json_string_value(
			json_array_get(s->codes, i)) };
	if (n == 0)
		given[n++] = (struct xj_given){ "topic", "" };
	given[n] = (struct xj_given){ NULL, NULL };
	return xj_edit(s->archive, id, given, version, s->err);
}

int
xj_document_set_topics(struct xj_archive *a, uint64_t id,
		       const struct xj_topics_given *given,
		       unsigned expected_version, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct assigning s = { .archive = a, .err = err };
	struct xj_doc doc;
	int r = xj_topics_begin(a, err);

	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		r = no_memory(err);
	if (r == XJ_OK)
		r = xj_catalog_get(a->catalog, id, arena, &doc, err);
	if (r == XJ_OK)
		r = xj_topics_get(a, &s.topics, err);
	if (r < 0)
		return r;
	s.arena = arena;
	s.codes = json_array();
	r = read_codes(a, id, arena, s.codes, err);
	if (r == XJ_OK)
		r = drop_topics(&s, given->drop);
	if (r == XJ_OK)
		r = add_topics(&s, given->areas, true);
	if (r == XJ_OK)
		r = add_topics(&s, given->add, false);
	/* What was read is what is changed: nobody's change is lost. */
	if (r == XJ_OK)
		r = put_topics(&s, id, expected_version ? expected_version :
			       doc.version);
	json_decref(s.codes);
	return r;
}

int
xj_topics_json(struct xj_archive *a, const char *const *refs, json_t **out,
	       struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct assigning s = { .archive = a, .err = err };
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) : XJ_OK;

	s.arena = arena;
	s.codes = json_array();
	if (r == XJ_OK)
		r = add_topics(&s, refs, false);
	if (r < 0)
		json_decref(s.codes);
	else
		*out = s.codes;
	return r;
}

/* -------------------------------------------------------------- in questions */

int
xj_topics_meant(struct xj_archive *a, const char *ref, struct xj_buf *out,
		struct xj_error *err)
{
	const struct xj_topics *t;
	const struct xj_topic_row *row;
	int r = xj_topics_get(a, &t, err);

	if (r == XJ_OK)
		r = xj_topics_find(a, t, ref, &row, err);
	for (size_t i = 0; r == XJ_OK && i < t->count; i++)
		if (!t->list[i].merged_into &&
		    xj_topics_below(t, &t->list[i], row))
			xj_buf_addf(out, "%s,", t->list[i].code);
	return r;
}

int
xj_topics_borne(struct xj_archive *a, const char *ref, struct xj_buf *out,
		struct xj_error *err)
{
	const struct xj_topics *t;
	const struct xj_topic_row *row;
	int r = xj_topics_get(a, &t, err);

	if (r == XJ_OK)
		r = xj_topics_find(a, t, ref, &row, err);
	if (r < 0)
		return r;
	xj_buf_addc(out, ',');
	for (size_t i = 0; i < t->count; i++)
		if (xj_topics_below(t, xj_topics_real(t, &t->list[i]), row))
			xj_buf_addf(out, "%s,", t->list[i].code);
	return xj_buf_check(out, err);
}
