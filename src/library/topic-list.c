/* topic-list.c - areas and topics as they stand: read, found, told. */
#include <stdlib.h>
#include <string.h>

#include "library/json-put.h"
#include "library/topic.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ---------------------------------------------------------------- reading */

/* What holds as long as nobody changed anything. */
static const char standard[] =
"[{\"code\":\"theory\",\"name\":\"政治理论\",\"name_en\":\"Political theory\"},"
"{\"code\":\"law\",\"name\":\"法律法规\",\"name_en\":\"Laws and regulations\"},"
"{\"code\":\"economy\",\"name\":\"现代经济\",\"name_en\":\"Modern economy\"},"
"{\"code\":\"management\",\"name\":\"现代管理\","
"\"name_en\":\"Modern management\"},"
"{\"code\":\"profession\",\"name\":\"专业业务\","
"\"name_en\":\"Professional knowledge\"},"
"{\"code\":\"etiquette\",\"name\":\"文明礼仪\","
"\"name_en\":\"Civility and etiquette\"}]";

static void
take(struct xj_topics *t, const json_t *root)
{
	t->list[t->count++] = (struct xj_topic_row){
		.id = (uint64_t)json_integer_value(json_object_get(root,
								   "id")),
		.version = (unsigned)json_integer_value(
			json_object_get(root, "version")),
		.urn = xj_entity_text(root, "urn"),
		.code = xj_entity_text(root, "code"),
		.name = xj_entity_text(root, "name"),
		.name_en = xj_entity_text(root, "name_en"),
		.parent = xj_entity_text(root, "parent"),
		.note = xj_entity_text(root, "note"),
		.from = xj_entity_text(root, "from"),
		.until = xj_entity_text(root, "until"),
		.merged_into = xj_entity_text(root, "merged_into"),
		.merged_on = xj_entity_text(root, "merged_on"),
		.synonyms = json_object_get(root, "synonyms"),
		.removed = json_object_get(root, "removed") != NULL,
	};
}

static int
make(const char *source, struct xj_topics **out, struct xj_error *err)
{
	struct xj_topics *t = calloc(1, sizeof(*t));
	const json_t *root;
	size_t i;

	if (!t || !(t->source = strdup(source))) {
		free(t);
		return no_memory(err);
	}
	t->json = json_loads(*source ? source : standard, 0, NULL);
	t->list = calloc(json_array_size(t->json) + 1, sizeof(*t->list));
	if (!t->json || !t->list) {
		xj_topics_free(t);
		return xj_error_set(err, XJ_ECORRUPT, "the topics are damaged: "
				    "run `xueji rebuild`");
	}
	json_array_foreach(t->json, i, root)
		if (xj_entity_text(root, "code") &&
		    xj_entity_text(root, "name"))
			take(t, root);
	*out = t;
	return XJ_OK;
}

void
xj_topics_free(struct xj_topics *t)
{
	if (!t)
		return;
	json_decref(t->json);
	free(t->list);
	free(t->source);
	free(t);
}

int
xj_topics_get(struct xj_archive *a, const struct xj_topics **topics,
	      struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_topics *fresh = NULL;
	int r = xj_catalog_fact(a->catalog, XJ_TOPICS_FACT, &text, err);

	if (r < 0 && r != XJ_ENOTFOUND)
		return r;
	if (!a->topics || strcmp(a->topics->source, xj_buf_str(&text)) != 0) {
		r = make(xj_buf_str(&text), &fresh, err);
		if (r < 0)
			return r;
		xj_topics_free(a->topics);
		a->topics = fresh;
	}
	*topics = a->topics;
	return XJ_OK;
}

static json_t *
words_of(const json_t *root)
{
	json_t *group = json_array();

	json_array_append(group, json_object_get(root, "name"));
	if (json_object_get(root, "name_en"))
		json_array_append(group, json_object_get(root, "name_en"));
	json_array_extend(group, json_object_get(root, "synonyms"));
	return group;
}

/* Empty as long as there are none, so that searches read nothing more. */
static int
note_words(struct xj_archive *a, const char *topics, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	json_t *all = json_loads(topics, 0, NULL), *groups = json_array();
	const json_t *root;
	size_t i;
	int r = XJ_OK;

	json_array_foreach(all, i, root)
		if (json_array_size(json_object_get(root, "synonyms")) > 0 &&
		    !json_object_get(root, "removed"))
			json_array_append_new(groups, words_of(root));
	if (json_array_size(groups) > 0)
		r = xj_json_text(&text, groups, 0, err);
	json_decref(all);
	json_decref(groups);
	if (r == XJ_OK)
		r = xj_buf_check(&text, err);
	return r < 0 ? r : xj_catalog_set_fact(a->catalog, XJ_TOPIC_WORDS_FACT,
					       xj_buf_str(&text), err);
}

static int
note_one(void *ctx, const struct xj_entity_row *row)
{
	struct xj_buf *text = ctx;

	xj_buf_addf(text, "%s%s", text->len ? "," : "[", row->state);
	return XJ_OK;
}

int
xj_topics_note(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r = xj_catalog_entities(a->catalog, "topic", note_one, &text, err);

	xj_buf_addc(&text, ']');
	if (r == XJ_OK)
		r = xj_buf_check(&text, err);
	if (r == XJ_OK)
		r = xj_catalog_set_fact(a->catalog, XJ_TOPICS_FACT, text.data,
					err);
	return r < 0 ? r : note_words(a, text.data, err);
}

/* ------------------------------------------------------------- in the tree */

const struct xj_topic_row *
xj_topics_code(const struct xj_topics *t, const char *code)
{
	for (size_t i = 0; code && i < t->count; i++)
		if (strcmp(t->list[i].code, code) == 0)
			return &t->list[i];
	return NULL;
}

/* A damaged archive may have a ring: the number of steps ends it. */
const struct xj_topic_row *
xj_topics_real(const struct xj_topics *t, const struct xj_topic_row *row)
{
	for (size_t i = 0; row && row->merged_into && i < t->count; i++)
		row = xj_topics_code(t, row->merged_into);
	return row;
}

const struct xj_topic_row *
xj_topics_parent(const struct xj_topics *t, const struct xj_topic_row *row)
{
	return xj_topics_real(t, xj_topics_code(t, row->parent));
}

const struct xj_topic_row *
xj_topics_area(const struct xj_topics *t, const struct xj_topic_row *row)
{
	const struct xj_topic_row *up;

	for (size_t i = 0; i < t->count && (up = xj_topics_parent(t, row)); i++)
		row = up;
	return row;
}

bool
xj_topics_below(const struct xj_topics *t, const struct xj_topic_row *row,
		const struct xj_topic_row *above)
{
	for (size_t i = 0; row && i <= t->count; i++) {
		if (row == above)
			return true;
		row = xj_topics_parent(t, row);
	}
	return false;
}

/* ----------------------------------------------------------------- finding */

struct finding {
	struct xj_analyzer *an;
	const struct xj_topics *topics;
	char *wanted; /* normalised */
	const struct xj_topic_row *found, *other;
};

static char *
normal_of(struct xj_analyzer *an, const char *text)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;

	if (xj_normalise(an, text, strlen(text), 0, &n, NULL) < 0)
		return NULL;
	return strndup(n.bytes ? n.bytes : "", n.len);
}

static bool
is_called(const struct finding *f, const char *name)
{
	char *normal = name ? normal_of(f->an, name) : NULL;
	bool same = normal && strcmp(normal, f->wanted) == 0;

	free(normal);
	return same;
}

static bool
has_synonym(const struct finding *f, const json_t *synonyms)
{
	for (size_t i = 0; i < json_array_size(synonyms); i++)
		if (is_called(f, json_string_value(json_array_get(synonyms,
								  i))))
			return true;
	return false;
}

static void
note_found(struct finding *f, const struct xj_topic_row *row)
{
	row = xj_topics_real(f->topics, row);
	if (!f->found)
		f->found = row;
	else if (row != f->found)
		f->other = row;
}

static void
find_by_name(struct finding *f)
{
	for (size_t i = 0; i < f->topics->count; i++) {
		const struct xj_topic_row *row = &f->topics->list[i];

		if (!row->removed && (is_called(f, row->name) ||
				      is_called(f, row->name_en)))
			note_found(f, row);
	}
	for (size_t i = 0; !f->found && i < f->topics->count; i++)
		if (!f->topics->list[i].removed &&
		    has_synonym(f, f->topics->list[i].synonyms))
			note_found(f, &f->topics->list[i]);
}

static const struct xj_topic_row *
nearest(const struct xj_topics *t, const char *ref)
{
	const struct xj_topic_row *best = NULL;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < t->count; i++) {
		const struct xj_topic_row *row = &t->list[i];
		size_t d = xj_people_distance(ref, row->code);
		size_t n = xj_people_distance(ref, row->name);

		d = n < d ? n : d;
		if (d < least && !row->removed) {
			least = d;
			best = row;
		}
	}
	return best;
}

static int
unknown(const struct xj_topics *t, const char *ref, struct xj_error *err)
{
	const struct xj_topic_row *near = nearest(t, ref);

	if (!near)
		return xj_error_set(err, XJ_ENOTFOUND, "%s: there is no such "
				    "topic", ref);
	return xj_error_set(err, XJ_ENOTFOUND, "%s: there is no such topic; "
			    "the nearest is %s (%s)", ref, near->code,
			    near->name);
}

int
xj_topics_find(struct xj_archive *a, const struct xj_topics *t,
	       const char *ref, const struct xj_topic_row **row,
	       struct xj_error *err)
{
	struct finding f = { .topics = t };
	int r;

	*row = xj_topics_real(t, xj_topics_code(t, ref));
	if (*row && !(*row)->removed)
		return XJ_OK;
	r = xj_archive_analyzer(a, &f.an, err);
	if (r < 0)
		return r;
	if (!(f.wanted = normal_of(f.an, ref)))
		return no_memory(err);
	find_by_name(&f);
	free(f.wanted);
	*row = f.found;
	if (f.other)
		return xj_error_set(err, XJ_EINVAL, "%s: both %s and %s are "
				    "called so; say its code", ref,
				    f.found->code, f.other->code);
	return f.found ? XJ_OK : unknown(t, ref, err);
}

/* ----------------------------------------------------------------- telling */

struct telling {
	const struct xj_topics *topics;
	bool all;
	xj_topic_fn fn;
	void *ctx;
};

static int
tell(const struct telling *l, const struct xj_topic_row *row, unsigned depth)
{
	const struct xj_topic_row *up = xj_topics_parent(l->topics, row);
	const char *synonyms[64] = { NULL };
	struct xj_topic out = {
		.code = row->code, .name = row->name, .name_en = row->name_en,
		.parent = up ? up->code : NULL,
		.area = xj_topics_area(l->topics, row)->code,
		.note = row->note, .from = row->from, .until = row->until,
		.merged_into = row->merged_into, .merged_on = row->merged_on,
		.synonyms = synonyms, .version = row->version,
		.depth = depth,
	};

	for (size_t i = 0; i + 1 < XJ_COUNT(synonyms) &&
	     i < json_array_size(row->synonyms); i++)
		synonyms[i] = json_string_value(json_array_get(row->synonyms,
							       i));
	return l->fn(l->ctx, &out);
}

/* A merged topic has nothing below it: that went along. */
static int
tell_below(const struct telling *l, const struct xj_topic_row *above,
	   unsigned depth)
{
	int r = XJ_OK;

	for (size_t i = 0; r == XJ_OK && i < l->topics->count; i++) {
		const struct xj_topic_row *row = &l->topics->list[i];

		if (row->removed || (row->merged_into && !l->all) ||
		    xj_topics_parent(l->topics, row) != above)
			continue;
		r = tell(l, row, depth);
		if (r == XJ_OK && !row->merged_into &&
		    depth < l->topics->count)
			r = tell_below(l, row, depth + 1);
	}
	return r;
}

int
xj_topics(struct xj_archive *a, const struct xj_topics_options *options,
	  xj_topic_fn fn, void *ctx, struct xj_error *err)
{
	struct telling l = { .all = options && options->all, .fn = fn,
			     .ctx = ctx };
	const struct xj_topic_row *row = NULL;
	int r = xj_topics_get(a, &l.topics, err);

	if (r == XJ_OK && options && options->under)
		r = xj_topics_find(a, l.topics, options->under, &row, err);
	if (r == XJ_OK && row)
		r = tell(&l, row, 1);
	if (r == XJ_OK && !(options && options->only))
		r = tell_below(&l, row, row ? 2 : 1);
	return r < 0 ? r : XJ_OK;
}

int
xj_topics_tell(struct xj_archive *a, const json_t *codes, xj_topic_fn fn,
	       void *ctx, struct xj_error *err)
{
	struct telling l = { .fn = fn, .ctx = ctx };
	int r = xj_topics_get(a, &l.topics, err);

	for (size_t i = 0; r == XJ_OK && i < json_array_size(codes); i++) {
		const struct xj_topic_row *row = xj_topics_real(l.topics,
			xj_topics_code(l.topics, json_string_value(
				json_array_get(codes, i))));

		if (row)
			r = tell(&l, row, 1);
	}
	return r < 0 ? r : XJ_OK;
}
