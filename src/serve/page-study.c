/* page-study.c - what study records of all kinds have: taken away, brought back. */
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define FOUND_SHOWN 20

/* Of the list of a kind, once one of it was removed: it can be brought back. */
struct removed {
	uint64_t id;
	json_t *model;
};

static int
note_removed(void *ctx, const struct xj_study *s)
{
	struct removed *m = ctx;

	if (s->id == m->id)
		json_object_set_new(m->model, "gone", json_pack("{s:I, s:o}",
			"id", (json_int_t)s->id, "title",
			xj_json_of(s->title)));
	return XJ_OK;
}

void
xj_study_add_removed(struct xj_request *q, const char *kind, json_t *model)
{
	struct removed m = { xj_argument_number(q, "removed", 1, INT64_MAX, 0),
			     model };

	if (m.id)
		xj_studies(q->archive, &(struct xj_study_filter){ .kind = kind,
			   .removed = true }, note_removed, &m, NULL);
}

/* `part`: where its kind stands, "/lectures". */
int
xj_study_take_away(struct xj_request *q, struct xj_reply *p, const char *kind,
		   const char *part, bool back)
{
	uint64_t id = strtoull(q->parameters[0], NULL, 10);
	struct xj_archive *a;
	int r = back ? XJ_OK : xj_study_asked(q, kind, &id, &p->error);

	if (r == XJ_OK)
		r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = xj_study_remove(a, kind, id, back, NULL, NULL, &p->error);
	xj_archive_close(a);
	if (r < 0)
		return r;
	return xj_reply_done(q, p, xj_arena_printf(q->arena, back ?
		"%s/%llu" : "%s?removed=%llu", part, (ull)id),
		back ? "restored" : "removed");
}

/* Documents to choose from, by the words of ?find=. */
int
xj_model_found(struct xj_request *q, json_t *model, struct xj_error *err)
{
	const char *find = xj_argument(q, "find");
	json_t *list = json_array();
	struct xj_hits *hits;
	int r;

	json_object_set_new(model, "find", xj_json_of(find));
	json_object_set_new(model, "found", list);
	if (!*find)
		return XJ_OK;
	r = xj_search(q->archive, &(struct xj_search){ .query = find,
		      .limit = FOUND_SHOWN, .no_passages = true, .here = true },
		      &hits, err);
	if (r < 0)
		return r == XJ_EINVAL ? XJ_OK : r; /* nothing to search for */
	for (size_t i = 0; i < xj_hits_count(hits); i++)
		json_array_append_new(list, xj_model_info(
			&xj_hits_at(hits, i)->info));
	xj_hits_free(hits);
	xj_model_has(model, "has_found", "found");
	return XJ_OK;
}

int
xj_do_lecture_remove(struct xj_request *q, struct xj_reply *p)
{
	return xj_study_take_away(q, p, "lecture", "/lectures", false);
}

int
xj_do_lecture_restore(struct xj_request *q, struct xj_reply *p)
{
	return xj_study_take_away(q, p, "lecture", "/lectures", true);
}
