/* topic.c - areas and topics: added, moved, changed, merged, closed, removed. */
#include <stdio.h>
#include <string.h>

#include "library/rights.h"
#include "library/topic.h"

#define DEPTH_MAX 8
#define SYNONYMS_MAX 14 /* with two names what search takes as one group */
#define UNDO_DAYS 30

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ---------------------------------------------------------- in the catalog */

static int
check(const json_t *root, struct xj_error *err)
{
	const json_t *synonyms = json_object_get(root, "synonyms");
	bool fine = xj_entity_text(root, "code") &&
		    xj_entity_text(root, "name") &&
		    (!synonyms || json_is_array(synonyms));

	for (size_t i = 0; fine && i < json_array_size(synonyms); i++)
		fine = json_is_string(json_array_get(synonyms, i));
	return fine ? XJ_OK : xj_error_set(err, XJ_ECORRUPT,
					   "topic.json: is damaged");
}

static int
put_row(struct xj_archive *a, const struct xj_entity_row *row,
	const json_t *root, struct xj_error *err)
{
	(void)a, (void)row, (void)root, (void)err;
	return XJ_OK; /* what is known of all stands in one fact */
}

static int
put_links(struct xj_archive *a, const struct xj_entity_row *row,
	  const json_t *root, struct xj_error *err)
{
	(void)row, (void)root;
	return xj_topics_note(a, err);
}

const struct xj_entity_kind xj_topic_kind = {
	.name = "topic", .check = check, .put_row = put_row,
	.put_links = put_links,
};

/* ------------------------------------------------------------ a change */

struct changing {
	struct xj_people people; /* archive, change, options, changed, err */
	const struct xj_topics *topics;
	struct xj_entity e;
	char today[XJ_DAY_MAX];
};

static void
changing_end(struct changing *c)
{
	xj_entity_end(&c->e);
	xj_change_abandon(&c->people.change);
}

/* The six areas, as entities. Nobody chose them: they are the archive's. */
static int
write_standard(struct xj_change *change, const struct xj_topics *topics,
	       struct xj_error *err)
{
	const json_t *words;
	size_t i;
	int r = XJ_OK;

	json_array_foreach(topics->json, i, words) {
		xj_auto(xj_entity_end) struct xj_entity e = { 0 };

		r = xj_entity_new(change, &xj_topic_kind, &e, err);
		if (r == XJ_OK && json_object_update(e.root,
						     (json_t *)words) < 0)
			r = no_memory(err);
		if (r == XJ_OK)
			r = xj_entity_save(&e, "add", NULL, err);
		if (r < 0)
			return r;
	}
	return XJ_OK;
}

int
xj_topics_begin(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	const struct xj_topics *topics;
	int r = xj_topics_get(a, &topics, err);

	if (r < 0 || *topics->source)
		return r;
	r = xj_change_begin(a, &change, err);
	if (r == XJ_OK)
		r = xj_topics_get(a, &topics, err); /* somebody else may have */
	if (r < 0 || *topics->source)
		return r;
	r = write_standard(&change, topics, err);
	return r < 0 ? r : xj_change_commit(&change, err);
}

static int
begin(struct changing *c, struct xj_archive *a,
      const struct xj_change_options *options, struct xj_changed *changed,
      struct xj_error *err)
{
	static const struct xj_change_options none;
	struct xj_people *p = &c->people;
	int r = xj_may(a, XJ_DO_TOPICS, 0, NULL, err);

	*p = (struct xj_people){ .archive = a, .err = err,
		.options = options ? options : &none };
	p->changed = changed ? changed : &p->own;
	memset(p->changed, 0, sizeof(*p->changed));
	xj_today(c->today);
	if (r == XJ_OK)
		r = xj_people_day(p->options->on, c->today, p->day, err);
	memcpy(p->changed->day, p->day, XJ_DAY_MAX);
	if (r == XJ_OK)
		r = xj_topics_begin(a, err);
	if (r == XJ_OK)
		r = xj_change_begin(a, &p->change, err);
	return r < 0 ? r : xj_topics_get(a, &c->topics, err);
}

static int
load(struct changing *c, const char *ref, const struct xj_topic_row **row)
{
	struct xj_people *p = &c->people;
	int r = xj_topics_find(p->archive, c->topics, ref, row, p->err);

	return r < 0 ? r : xj_entity_load(&p->change, &xj_topic_kind,
					  (*row)->id, p->options->if_version,
					  &c->e, p->err);
}

/* -------------------------------------------------------- what bears it */

static int
requeue(void *ctx, uint64_t document)
{
	struct changing *c = ctx;
	int r = xj_catalog_requeue(c->people.archive->catalog, document,
				   c->people.err);

	return r == XJ_ENOTFOUND ? XJ_OK : r; /* not live: not in the index */
}

/* Of a topic, those merged into it and those below it. */
static int
requeue_all(struct changing *c, const struct xj_topic_row *row)
{
	struct xj_archive *a = c->people.archive;
	bool blind = xj_catalog_blind(a->catalog, true);
	int r = XJ_OK;

	for (size_t i = 0; i < c->topics->count && r == XJ_OK; i++)
		if (xj_topics_below(c->topics, xj_topics_real(c->topics,
						&c->topics->list[i]), row) ||
		    &c->topics->list[i] == row)
			r = xj_catalog_bearing(a->catalog, "topic",
					       c->topics->list[i].code,
					       requeue, c, c->people.err);
	xj_catalog_blind(a->catalog, blind);
	return r;
}

static int
save(struct changing *c, const char *code, const char *verb,
     const char *detail)
{
	return xj_people_save(&c->people, &c->e, code, verb, detail);
}

/* Commit; `moved`: documents are indexed anew. */
static int
finish(struct changing *c, bool moved)
{
	int r = xj_people_commit(&c->people);

	if (r < 0 || !moved || c->people.options->dry_run)
		return r;
	return xj_indexer_catch_up(c->people.archive, c->people.err);
}

/* ------------------------------------------------------------------ fields */

static int
check_code(const char *code, struct xj_error *err)
{
	size_t n = strlen(code);

	if (n >= 1 && n <= 32 && code[0] != '-' &&
	    strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == n)
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "%s: a code has small letters, "
			    "digits and \"-\", 32 at most, as infection-control; "
			    "the name may be Chinese", code);
}

static int
check_free(struct changing *c, const char *code)
{
	const struct xj_topic_row *row = xj_topics_code(c->topics, code);

	if (!row)
		return XJ_OK;
	return xj_error_set(c->people.err, XJ_EEXIST, row->removed ?
			    N_("%s was the code of %s, which was removed; "
			       "choose another") :
			    N_("%s is the code of %s already; choose another"),
			    code, row->name);
}

static unsigned
depth_of(const struct xj_topics *t, const struct xj_topic_row *row)
{
	unsigned depth = 0;

	for (; row && depth <= t->count; row = xj_topics_parent(t, row))
		depth++;
	return depth;
}

static unsigned
height_of(const struct xj_topics *t, const struct xj_topic_row *row)
{
	unsigned most = 0, own = depth_of(t, row);

	for (size_t i = 0; row && i < t->count; i++)
		if (xj_topics_below(t, &t->list[i], row)) {
			unsigned d = depth_of(t, &t->list[i]) - own + 1;

			most = d > most ? d : most;
		}
	return most ? most : 1;
}

/* NULL: on top. `row`: what is put there; NULL: a new one. */
static int
set_parent(struct changing *c, const struct xj_topic_row *row,
	   const char *ref)
{
	const struct xj_topic_row *up = NULL;
	struct xj_error *err = c->people.err;
	int r = ref ? xj_topics_find(c->people.archive, c->topics, ref, &up,
				     err) : XJ_OK;

	if (r == XJ_OK && up && up->until && strcmp(up->until, c->today) < 0)
		return xj_error_set(err, XJ_EINVAL, "%s was closed on %s",
				    up->code, up->until);
	if (r == XJ_OK && up && row && xj_topics_below(c->topics, up, row))
		return xj_error_set(err, XJ_EINVAL, up == row ?
				    N_("topic %s cannot be put under itself") :
				    N_("topic %s cannot be put under its own "
				       "part %s"), row->code, up->code);
	if (r == XJ_OK && depth_of(c->topics, up) +
	    height_of(c->topics, row) > DEPTH_MAX)
		return xj_error_set(err, XJ_EINVAL, "below %s it would stand "
				    "too deep: %u levels at most", up->code,
				    DEPTH_MAX);
	return r < 0 ? r : xj_entity_set(c->e.root, "parent",
					 up ? up->code : NULL, err);
}

static int
set_synonyms(struct changing *c, const char *const *words)
{
	struct xj_error *err = c->people.err;
	json_t *list = json_array();
	int r = XJ_OK;

	for (size_t i = 0; r == XJ_OK && words[i]; i++) {
		char tidy[XJ_NAME_MAX];

		r = xj_name_tidy(words[i], tidy, err);
		if (r == XJ_OK && i >= SYNONYMS_MAX)
			r = xj_error_set(err, XJ_EINVAL, "a topic has %d "
					 "synonyms at most", SYNONYMS_MAX);
		if (r == XJ_OK && *tidy)
			json_array_append_new(list, json_string(tidy));
	}
	if (r == XJ_OK && json_array_size(list) > 0)
		return json_object_set_new(c->e.root, "synonyms", list) < 0 ?
		       no_memory(err) : XJ_OK;
	json_decref(list);
	if (r == XJ_OK)
		json_object_del(c->e.root, "synonyms");
	return r;
}

static int
set_days(struct changing *c, const struct xj_topic_given *given)
{
	char day[XJ_DAY_MAX] = "";
	int r = XJ_OK;

	if (given->from && *given->from)
		r = xj_people_day(given->from, NULL, day, c->people.err);
	if (r == XJ_OK && given->from)
		r = xj_entity_set(c->e.root, "from", day, c->people.err);
	if (r == XJ_OK && given->reopen)
		json_object_del(c->e.root, "until");
	return r;
}

static int
fill(struct changing *c, const struct xj_topic_given *given)
{
	struct xj_error *err = c->people.err;
	int r = XJ_OK;

	if (given->name)
		r = xj_people_set(&c->e, "name", given->name, err);
	if (r == XJ_OK && !xj_entity_text(c->e.root, "name"))
		return xj_error_set(err, XJ_EINVAL, "a topic needs a name");
	if (r == XJ_OK && given->name_en)
		r = xj_people_set(&c->e, "name_en", given->name_en, err);
	if (r == XJ_OK && given->note)
		r = xj_people_set(&c->e, "note", given->note, err);
	if (r == XJ_OK && given->synonyms)
		r = set_synonyms(c, given->synonyms);
	return r < 0 ? r : set_days(c, given);
}

/* ------------------------------------------------------------- the changes */

int
xj_topic_add(struct xj_archive *a, const char *code,
	     const struct xj_topic_given *given, const char *parent,
	     const struct xj_change_options *options,
	     struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(changing_end) struct changing c = { 0 };
	int r = check_code(code, err);

	if (r == XJ_OK)
		r = begin(&c, a, options, changed, err);
	if (r == XJ_OK)
		r = check_free(&c, code);
	if (r == XJ_OK)
		r = xj_entity_new(&c.people.change, &xj_topic_kind, &c.e, err);
	if (r == XJ_OK)
		r = xj_entity_set(c.e.root, "code", code, err);
	if (r == XJ_OK)
		r = fill(&c, given);
	if (r == XJ_OK)
		r = set_parent(&c, NULL, parent);
	if (r == XJ_OK)
		r = save(&c, code, "add", given->name);
	return r < 0 ? r : finish(&c, false);
}

int
xj_topic_edit(struct xj_archive *a, const char *topic,
	      const struct xj_topic_given *given,
	      const struct xj_change_options *options,
	      struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(changing_end) struct changing c = { 0 };
	const struct xj_topic_row *row;
	int r = begin(&c, a, options, changed, err);

	if (r == XJ_OK)
		r = load(&c, topic, &row);
	if (r == XJ_OK)
		r = fill(&c, given);
	if (r == XJ_OK)
		r = save(&c, row->code, given->reopen ? "reopen" : "edit",
			 NULL);
	return r < 0 ? r : finish(&c, false);
}

int
xj_topic_move(struct xj_archive *a, const char *topic, const char *parent,
	      const struct xj_change_options *options,
	      struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(changing_end) struct changing c = { 0 };
	const struct xj_topic_row *row;
	int r = begin(&c, a, options, changed, err);

	if (r == XJ_OK)
		r = load(&c, topic, &row);
	if (r == XJ_OK)
		r = set_parent(&c, row, parent);
	if (r == XJ_OK)
		r = save(&c, row->code, "move", NULL);
	if (r == XJ_OK)
		r = requeue_all(&c, row);
	return r < 0 ? r : finish(&c, true);
}

int
xj_topic_close(struct xj_archive *a, const char *topic,
	       const struct xj_change_options *options,
	       struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(changing_end) struct changing c = { 0 };
	const struct xj_topic_row *row;
	int r = begin(&c, a, options, changed, err);

	if (r == XJ_OK)
		r = load(&c, topic, &row);
	if (r == XJ_OK && row->from && strcmp(c.people.day, row->from) < 0)
		return xj_error_set(err, XJ_EINVAL, "%s is before its first "
				    "day, %s", c.people.day, row->from);
	if (r == XJ_OK)
		r = xj_entity_set(c.e.root, "until", c.people.day, err);
	if (r == XJ_OK)
		r = save(&c, row->code, "close", c.people.day);
	return r < 0 ? r : finish(&c, false);
}

int
xj_topic_merge(struct xj_archive *a, const char *topic, const char *into,
	       const struct xj_change_options *options,
	       struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(changing_end) struct changing c = { 0 };
	const struct xj_topic_row *row, *other;
	int r = begin(&c, a, options, changed, err);

	if (r == XJ_OK)
		r = load(&c, topic, &row);
	if (r == XJ_OK)
		r = xj_topics_find(a, c.topics, into, &other, err);
	if (r < 0)
		return r;
	if (xj_topics_below(c.topics, other, row))
		return xj_error_set(err, XJ_EINVAL, other == row ?
				    N_("topic %s cannot be merged into "
				       "itself") :
				    N_("topic %s cannot be merged into its "
				       "own part %s"), row->code,
				    other->code);
	r = xj_entity_set(c.e.root, "merged_into", other->code, err);
	if (r == XJ_OK)
		r = xj_entity_set(c.e.root, "merged_on", c.today, err);
	if (r == XJ_OK)
		r = save(&c, row->code, "merge", other->code);
	if (r == XJ_OK)
		r = requeue_all(&c, row);
	return r < 0 ? r : finish(&c, true);
}

int
xj_topic_unmerge(struct xj_archive *a, const char *topic,
		 const struct xj_change_options *options,
		 struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(changing_end) struct changing c = { 0 };
	const struct xj_topic_row *row;
	char last[XJ_DAY_MAX];
	int r = begin(&c, a, options, changed, err);

	if (r < 0)
		return r;
	row = xj_topics_code(c.topics, topic);
	if (!row || !row->merged_into)
		return xj_error_set(err, XJ_ENOTFOUND, "%s: no topic of this "
				    "code was merged into another", topic);
	xj_day_add(row->merged_on, UNDO_DAYS, last);
	if (strcmp(c.today, last) > 0)
		return xj_error_set(err, XJ_EINVAL, "%s was merged on %s; that "
				    "could be taken back until %s", topic,
				    row->merged_on, last);
	r = xj_entity_load(&c.people.change, &xj_topic_kind, row->id,
			   c.people.options->if_version, &c.e, err);
	if (r < 0)
		return r;
	json_object_del(c.e.root, "merged_into");
	json_object_del(c.e.root, "merged_on");
	r = save(&c, row->code, "unmerge", "");
	if (r == XJ_OK)
		r = requeue_all(&c, row);
	return r < 0 ? r : finish(&c, true);
}

/* ------------------------------------------------------------------ remove */

static int
note_use(void *ctx, uint64_t document)
{
	(void)document;
	*(bool *)ctx = true;
	return XJ_END;
}

struct using {
	const char *code;
	bool used;
};

static int
note_record(void *ctx, const struct xj_entity_row *row)
{
	struct using *u = ctx;
	json_t *root = json_loads(row->state, 0, NULL);
	const json_t *codes = json_object_get(root, "topics");
	const char *one = xj_entity_text(root, "topic"); /* of a paper */

	u->used |= one && strcmp(one, u->code) == 0;
	for (size_t i = 0; i < json_array_size(codes); i++) {
		const char *code = json_string_value(json_array_get(codes, i));

		u->used |= code && strcmp(code, u->code) == 0;
	}
	json_decref(root);
	return XJ_OK;
}

/* By documents, removed ones too, by study records, by topics. */
static int
check_unused(struct changing *c, const struct xj_topic_row *row)
{
	struct xj_archive *a = c->people.archive;
	struct using u = { .code = row->code };
	bool blind = xj_catalog_blind(a->catalog, true);
	int r = xj_catalog_bearing(a->catalog, "topic", row->code, note_use,
				   &u.used, c->people.err);

	if (r == XJ_OK)
		r = xj_catalog_entities(a->catalog, NULL, note_record, &u,
					c->people.err);
	xj_catalog_blind(a->catalog, blind);
	for (size_t i = 0; i < c->topics->count; i++) {
		const struct xj_topic_row *t = &c->topics->list[i];

		u.used |= !t->removed && t != row &&
			  (xj_topics_parent(c->topics, t) == row ||
			   xj_topics_real(c->topics, t) == row);
	}
	if (r < 0 || !u.used)
		return r;
	return xj_error_set(c->people.err, XJ_EEXIST, "%s is in use: merge it "
			    "into another topic, or close it", row->code);
}

int
xj_topic_remove(struct xj_archive *a, const char *topic,
		const struct xj_change_options *options,
		struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(changing_end) struct changing c = { 0 };
	const struct xj_topic_row *row;
	char now[XJ_TIME_MAX];
	int r = begin(&c, a, options, changed, err);

	if (r == XJ_OK)
		r = load(&c, topic, &row);
	if (r == XJ_OK)
		r = check_unused(&c, row);
	xj_time_format(xj_now(), now);
	if (r == XJ_OK)
		r = xj_entity_set(c.e.root, "removed", now, err);
	if (r == XJ_OK)
		r = save(&c, row->code, "remove", "");
	return r < 0 ? r : finish(&c, false);
}

int
xj_topic_history(struct xj_archive *a, const char *topic, xj_history_fn fn,
		 void *ctx, struct xj_error *err)
{
	const struct xj_topics *topics;
	const struct xj_topic_row *row;
	int r = xj_topics_get(a, &topics, err);

	if (r < 0)
		return r;
	row = xj_topics_code(topics, topic); /* one that was merged, too */
	if (!row)
		r = xj_topics_find(a, topics, topic, &row, err);
	if (r < 0 || !row->urn)
		return r;
	return xj_entity_history(a, row->urn, row->version, fn, ctx, err);
}
