/*
 * lexicon.c - the organisation's own words, kept.
 *
 * They are data of the archive: an object of its own in the OCFL root, with one
 * file, words.json: format 1, urn, version (of the object), synonyms (lists of
 * forms), dictionary (words). The catalog has the same text as a fact, and
 * `rebuild` takes it from there. As long as nobody changed anything there is no
 * object, and the table of synonyms-standard.h holds.
 */
#include <stdlib.h>
#include <string.h>

#include "index/index.h"
#include "library/indexer.h"
#include "library/json-put.h"
#include "library/lexicon.h"
#include "library/rights.h"
#include "library/search.h"
#include "library/synonyms-standard.h"
#include "library/words-standard.h"
#include "library/topic.h"

#define FACT "words"
#define TOPICS_BEGIN '\f' /* of the topics in a source */
#define WITH_STANDARD '\v' /* begins a source with words of the table */
#define FILE_NAME "words.json"
#define FORM_MAX 200u    /* bytes of a form or a word */
#define GROUP_MAX 16u    /* forms that mean the same */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static int
damaged(struct xj_error *err)
{
	return xj_error_set(err, XJ_ECORRUPT, "words.json: is damaged");
}

/* ----------------------------------------------------------- as it is kept */

/* An array of one group of the standard table. */
static json_t *
standard_group(const char *const forms[5])
{
	json_t *group = json_array();

	for (size_t i = 0; i < 5 && forms[i]; i++)
		json_array_append_new(group, json_string(forms[i]));
	return group;
}

/* What holds when nothing was ever changed. */
static json_t *
standard(void)
{
	json_t *synonyms = json_array(), *root = json_object();

	for (size_t i = 0; i < XJ_COUNT(standard_synonyms); i++)
		json_array_append_new(synonyms,
				      standard_group(standard_synonyms[i]));
	json_object_set_new(root, "synonyms", synonyms);
	json_object_set_new(root, "dictionary", json_array());
	return root;
}

static bool
is_list_of_strings(const json_t *list)
{
	bool fine = json_is_array(list);

	for (size_t i = 0; fine && i < json_array_size(list); i++)
		fine = json_is_string(json_array_get(list, i)) &&
		       json_string_length(json_array_get(list, i)) <= FORM_MAX;
	return fine;
}

static bool
is_lexicon(const json_t *root)
{
	const json_t *synonyms = json_object_get(root, "synonyms");
	bool fine = json_is_array(synonyms) &&
		    is_list_of_strings(json_object_get(root, "dictionary")) &&
		    json_is_string(json_object_get(root, "urn")) &&
		    json_integer_value(json_object_get(root, "version")) > 0;

	for (size_t i = 0; fine && i < json_array_size(synonyms); i++)
		fine = is_list_of_strings(json_array_get(synonyms, i)) &&
		       json_array_size(json_array_get(synonyms, i)) <= GROUP_MAX;
	return fine;
}

static int
parse(const char *text, size_t len, json_t **root, struct xj_error *err)
{
	*root = json_loadb(text, len, 0, NULL);
	if (*root && is_lexicon(*root))
		return XJ_OK;
	json_decref(*root);
	*root = NULL;
	return damaged(err);
}

/* The text of the catalog; "" as long as nothing was changed. */
static int
read_fact(struct xj_archive *a, struct xj_buf *text, struct xj_error *err)
{
	int r = xj_catalog_fact(a->catalog, FACT, text, err);

	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

/* An index that another release made was not cut by the words of this one. */
static bool
knows_standard(struct xj_archive *a)
{
	unsigned analyzer = xj_indexed_analyzer(a);

	return analyzer == 0 || analyzer == XJ_ANALYZER_VERSION;
}

/* All that searches take words from, apart by a line. */
static int
read_source(struct xj_archive *a, struct xj_buf *text, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf topics = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf words = XJ_BUF_INIT;
	int r = read_fact(a, &words, err);

	if (knows_standard(a))
		xj_buf_addc(text, WITH_STANDARD);
	xj_buf_adds(text, xj_buf_str(&words));
	if (r == XJ_OK)
		r = xj_buf_check(text, err);
	if (r == XJ_OK)
		r = xj_catalog_fact(a->catalog, XJ_TOPIC_WORDS_FACT, &topics,
				    err);
	if (r < 0 || !topics.len)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	xj_buf_addc(text, TOPICS_BEGIN);
	xj_buf_adds(text, topics.data);
	return xj_buf_check(text, err);
}

static int
load(struct xj_archive *a, json_t **root, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r = read_fact(a, &text, err);

	if (r < 0)
		return r;
	if (text.len)
		return parse(text.data, text.len, root, err);
	*root = standard();
	return *root ? XJ_OK : no_memory(err);
}

bool
xj_is_lexicon(const struct xj_object *object)
{
	const char *name;

	for (size_t i = 0; (name = xj_object_file_at(object, 0, i)); i++)
		if (strcmp(name, FILE_NAME) == 0)
			return true;
	return false;
}

int
xj_lexicon_restore(struct xj_archive *a, const char *file, size_t len,
		   struct xj_error *err)
{
	json_t *root;
	int r = parse(file, len, &root, err);

	if (r < 0)
		return r;
	json_decref(root);
	return xj_catalog_set_fact(a->catalog, FACT, file, err);
}

/* ------------------------------------------------------------- as it is used */

static int
take_form(struct xj_lexicon *l, struct xj_analyzer *an, const json_t *value,
	  struct xj_form *form, struct xj_error *err)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	const char *text = json_string_value(value);
	int r = xj_normalise(an, text, strlen(text), 0, &n, err);

	if (r < 0)
		return r;
	form->text = xj_arena_strdup(l->arena, text);
	form->normal = xj_arena_strndup(l->arena, n.bytes, n.len);
	form->len = n.len;
	return form->text && form->normal ? XJ_OK : no_memory(err);
}

static int
take_forms(struct xj_lexicon *l, struct xj_analyzer *an, const json_t *list,
	   struct xj_form **forms, size_t *count, struct xj_error *err)
{
	size_t n = json_array_size(list);
	int r = XJ_OK;

	*forms = xj_arena_alloc(l->arena, (n + 1) * sizeof(**forms));
	*count = n;
	if (!*forms)
		return no_memory(err);
	for (size_t i = 0; i < n && r == XJ_OK; i++)
		r = take_form(l, an, json_array_get(list, i), &(*forms)[i],
			      err);
	return r;
}

static int
take_dictionary(struct xj_lexicon *l, struct xj_error *err)
{
	size_t n = *l->source == WITH_STANDARD ? XJ_COUNT(standard_words) : 0;
	const char **words = xj_arena_alloc(l->arena, (l->word_count + n + 1) *
					    sizeof(*words));

	if (!words)
		return no_memory(err);
	for (size_t i = 0; i < l->word_count; i++)
		words[n + i] = l->words[i].normal;
	if (n)
		memcpy(words, standard_words, sizeof(standard_words));
	l->dictionary = words;
	l->dictionary_count = l->word_count + n;
	return XJ_OK;
}

static int
take_all(struct xj_lexicon *l, struct xj_analyzer *an, const json_t *root,
	 struct xj_error *err)
{
	const json_t *synonyms = json_object_get(root, "synonyms");
	int r = take_forms(l, an, json_object_get(root, "dictionary"),
			   &l->words, &l->word_count, err);

	if (r == XJ_OK)
		r = take_dictionary(l, err);
	l->same_count = json_array_size(synonyms);
	l->same = xj_arena_alloc(l->arena, (l->same_count + 1) *
				 sizeof(*l->same));
	if (r == XJ_OK && !l->same)
		return no_memory(err);
	for (size_t i = 0; i < l->same_count && r == XJ_OK; i++) {
		struct xj_form *forms;

		r = take_forms(l, an, json_array_get(synonyms, i), &forms,
			       &l->same[i].count, err);
		l->same[i].forms = forms;
	}
	return r;
}

/* What the organisation said, or the standard; and the words of its topics. */
static int
parse_source(const char *source, json_t **root, struct xj_error *err)
{
	size_t len;
	json_t *topics;
	int r = XJ_OK;

	source += *source == WITH_STANDARD;
	len = strcspn(source, (const char[]){ TOPICS_BEGIN, '\0' });
	topics = source[len] ? json_loads(source + len + 1, 0, NULL) : NULL;

	if (len)
		r = parse(source, len, root, err);
	else if (!(*root = standard()))
		r = no_memory(err);
	if (r == XJ_OK && topics)
		json_array_extend(json_object_get(*root, "synonyms"), topics);
	json_decref(topics);
	return r;
}

static int
make(const char *source, struct xj_lexicon **out, struct xj_error *err)
{
	xj_auto(xj_analyzer_freep) struct xj_analyzer *an = NULL;
	struct xj_lexicon *l = calloc(1, sizeof(*l));
	json_t *root = NULL;
	int r = l ? XJ_OK : no_memory(err);

	if (r == XJ_OK && xj_arena_new(&l->arena) < 0)
		r = no_memory(err);
	if (r == XJ_OK && !(l->source = xj_arena_strdup(l->arena, source)))
		r = no_memory(err);
	if (r == XJ_OK)
		r = xj_analyzer_new(NULL, &an, err);
	if (r == XJ_OK)
		r = parse_source(source, &root, err);
	if (r == XJ_OK)
		r = take_all(l, an, root, err);
	json_decref(root);
	if (r < 0)
		xj_lexicon_free(l);
	else
		*out = l;
	return r;
}

void
xj_lexicon_free(struct xj_lexicon *l)
{
	if (!l)
		return;
	xj_arena_free(l->arena);
	free(l);
}

/* The analyzer refers to the words: it goes with them. */
int
xj_lexicon_get(struct xj_archive *a, const struct xj_lexicon **lexicon,
	       struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_lexicon *fresh;
	int r = read_source(a, &text, err);

	if (r == XJ_OK && (!a->lexicon ||
			   strcmp(a->lexicon->source, xj_buf_str(&text)) != 0)) {
		r = make(xj_buf_str(&text), &fresh, err);
		if (r < 0)
			return r;
		xj_analyzer_free(a->analyzer);
		xj_lexicon_free(a->lexicon);
		a->analyzer = NULL;
		a->lexicon = fresh;
	}
	*lexicon = a->lexicon;
	return r;
}

/* ------------------------------------------------------------------ changes */

/* Normalised, for comparing forms; free it. NULL and the error. */
static char *
normal_of(struct xj_analyzer *an, const char *text, struct xj_error *err)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	char *copy;

	if (xj_normalise(an, text, strlen(text), 0, &n, err) < 0)
		return NULL;
	copy = strndup(n.bytes ? n.bytes : "", n.len);
	if (!copy)
		no_memory(err);
	return copy;
}

static int
note_word(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	    size_t at, size_t width)
{
	(void)term, (void)len, (void)at, (void)width;
	*(bool *)ctx |= kind != XJ_TERM_CHAR;
	return XJ_OK;
}

/* A form is what can be searched for by itself: one character is in too many
 * words. */
static int
check_form(struct xj_analyzer *an, const char *text, struct xj_error *err)
{
	char *normal;
	bool found = false;
	int r;

	if (strlen(text) > FORM_MAX)
		return xj_error_set(err, XJ_EINVAL, "a word may have %u bytes: "
				    "%s", FORM_MAX, text);
	if (!xj_utf8_valid(text, strlen(text)) || strpbrk(text, "\r\n\t\""))
		return xj_error_set(err, XJ_EINVAL, "not a word: %s", text);
	if (!(normal = normal_of(an, text, err)))
		return XJ_ENOMEM;
	r = xj_terms(an, normal, strlen(normal), note_word, &found, err);
	free(normal);
	if (r == XJ_OK && !found)
		r = xj_error_set(err, XJ_EINVAL, "%s: a word has two "
				 "characters or more", text);
	return r;
}

static bool
is_same(struct xj_analyzer *an, const json_t *value, const char *text)
{
	char *a = normal_of(an, json_string_value(value), NULL);
	char *b = normal_of(an, text, NULL);
	bool same = a && b && strcmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

/* Where a list has it; the size of the list if it has not. */
static size_t
place_of(struct xj_analyzer *an, const json_t *list, const char *text)
{
	size_t i, n = json_array_size(list);

	for (i = 0; i < n && !is_same(an, json_array_get(list, i), text); i++)
		;
	return i;
}

/* A change under way. */
struct editing {
	struct xj_archive *archive;
	struct xj_analyzer *an; /* of no archive: for normal forms */
	json_t *root;
	const char *const *words;
};

typedef int (*edit_fn)(struct editing *e, struct xj_error *err);

static int
write_text(const json_t *root, struct xj_buf *out, struct xj_error *err)
{
	const char *const lists[] = { "synonyms", "dictionary" };
	int r = XJ_OK;

	xj_buf_adds(out, "{\"format\":1");
	xj_put_text(out, "urn",
		    json_string_value(json_object_get(root, "urn")));
	xj_put_number(out, "version", (uint64_t)json_integer_value(
			      json_object_get(root, "version")));
	for (size_t i = 0; i < XJ_COUNT(lists) && r == XJ_OK; i++) {
		xj_put_name(out, lists[i]);
		r = xj_json_text(out, json_object_get(root, lists[i]), 0, err);
	}
	xj_buf_adds(out, "}\n");
	return r < 0 ? r : xj_buf_check(out, err);
}

/* The next version of the object, and the same text into the catalog. */
static int
put_change(struct xj_change *change, json_t *root, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_archive *a = change->archive;
	struct xj_object_file file = { .logical = FILE_NAME };
	json_int_t version =
		json_integer_value(json_object_get(root, "version")) + 1;
	char urn[XJ_URN_MAX];
	int r;

	json_object_set_new(root, "version", json_integer(version));
	if (!json_object_get(root, "urn")) {
		xj_urn_new(urn);
		json_object_set_new(root, "urn", json_string(urn));
	}
	if ((r = write_text(root, &text, err)) < 0)
		return r;
	file.bytes = text.data;
	file.len = text.len;
	r = xj_change_put(change, &(struct xj_object_version){
		.id = json_string_value(json_object_get(root, "urn")),
		.number = (unsigned)version, .created = xj_now(),
		.message = "words", .user = a->user,
		.user_address = a->user_address, .files = &file,
		.file_count = 1,
	}, err);
	return r < 0 ? r : xj_catalog_set_fact(a->catalog, FACT, text.data,
					       err);
}

static int
edit_in(struct editing *e, edit_fn fn, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	int r = xj_change_begin(e->archive, &change, err);

	if (r == XJ_OK)
		r = load(e->archive, &e->root, err);
	if (r == XJ_OK)
		r = fn(e, err);
	if (r == XJ_OK)
		r = put_change(&change, e->root, err);
	json_decref(e->root);
	return r < 0 ? r : xj_change_commit(&change, err);
}

static int
edit(struct xj_archive *a, const char *const *words, size_t least, edit_fn fn,
     struct xj_error *err)
{
	struct editing e = { .archive = a, .words = words };
	size_t n = 0;
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_may(a, XJ_DO_WORDS, 0, NULL, err);
	if (r == XJ_OK)
		r = xj_analyzer_new(NULL, &e.an, err);
	for (; r == XJ_OK && words[n]; n++)
		r = check_form(e.an, words[n], err);
	if (r == XJ_OK && n < least)
		r = xj_error_set(err, XJ_EINVAL, "at least %zu words are "
				 "needed", least);
	if (r == XJ_OK)
		r = edit_in(&e, fn, err);
	xj_analyzer_free(e.an);
	return r;
}

/* ----------------------------------------------------------------- synonyms */

/* The group of a form, and where; NULL: in none. */
static json_t *
group_of(const struct editing *e, const char *form, size_t *at)
{
	json_t *synonyms = json_object_get(e->root, "synonyms");

	for (*at = 0; *at < json_array_size(synonyms); ++*at) {
		json_t *group = json_array_get(synonyms, *at);

		if (place_of(e->an, group, form) < json_array_size(group))
			return group;
	}
	return NULL;
}

/* A form means one thing: all groups that have one of the forms become one. */
static int
join_forms(struct editing *e, struct xj_error *err)
{
	json_t *synonyms = json_object_get(e->root, "synonyms"), *first = NULL;
	size_t at, size;
	bool changed = false;

	for (const char *const *w = e->words; *w; w++) {
		json_t *group = group_of(e, *w, &at);

		if (group && group == first)
			continue;
		changed |= !group || first;
		if (!first && !group)
			json_array_append_new(synonyms, first = json_array());
		else if (!first)
			first = group;
		if (!group) {
			json_array_append_new(first, json_string(*w));
		} else if (group != first) {
			json_array_extend(first, group);
			json_array_remove(synonyms, at);
		}
	}
	size = json_array_size(first);
	if (!changed)
		return xj_error_set(err, XJ_EEXIST,
				    "these mean the same already");
	if (size > GROUP_MAX)
		return xj_error_set(err, XJ_EINVAL, "at most %u forms mean the "
				    "same; these are %zu", GROUP_MAX, size);
	return size >= 2 ? XJ_OK :
	       xj_error_set(err, XJ_EINVAL, "these are one form");
}

/* One form alone means nothing. */
static int
part_forms(struct editing *e, struct xj_error *err)
{
	json_t *synonyms = json_object_get(e->root, "synonyms");
	size_t at;

	for (const char *const *w = e->words; *w; w++) {
		json_t *group = group_of(e, *w, &at);

		if (!group)
			return xj_error_set(err, XJ_ENOTFOUND, "%s: has no "
					    "synonyms", *w);
		json_array_remove(group, place_of(e->an, group, *w));
	}
	for (at = json_array_size(synonyms); at-- > 0;)
		if (json_array_size(json_array_get(synonyms, at)) < 2)
			json_array_remove(synonyms, at);
	return XJ_OK;
}

int
xj_synonym_add(struct xj_archive *archive, const char *const *forms,
	       struct xj_error *err)
{
	return edit(archive, forms, 2, join_forms, err);
}

int
xj_synonym_remove(struct xj_archive *archive, const char *const *forms,
		  struct xj_error *err)
{
	return edit(archive, forms, 1, part_forms, err);
}

int
xj_synonyms(struct xj_archive *archive, xj_synonym_fn fn, void *ctx,
	    struct xj_error *err)
{
	const struct xj_lexicon *l;
	int r = xj_lexicon_get(archive, &l, err);

	for (size_t i = 0; r == XJ_OK && i < l->same_count; i++) {
		const char *forms[GROUP_MAX + 1] = { NULL };

		for (size_t k = 0; k < l->same[i].count; k++)
			forms[k] = l->same[i].forms[k].text;
		r = fn(ctx, forms);
	}
	return r;
}

/* --------------------------------------------------------------- dictionary */

static int
add_words(struct editing *e, struct xj_error *err)
{
	json_t *list = json_object_get(e->root, "dictionary");

	for (const char *const *w = e->words; *w; w++) {
		if (place_of(e->an, list, *w) < json_array_size(list))
			return xj_error_set(err, XJ_EEXIST, "%s: is in the "
					    "dictionary already", *w);
		json_array_append_new(list, json_string(*w));
	}
	return XJ_OK;
}

static int
drop_words(struct editing *e, struct xj_error *err)
{
	json_t *list = json_object_get(e->root, "dictionary");

	for (const char *const *w = e->words; *w; w++) {
		size_t i = place_of(e->an, list, *w);

		if (i == json_array_size(list))
			return xj_error_set(err, XJ_ENOTFOUND, "%s: is not in "
					    "the dictionary", *w);
		json_array_remove(list, i);
	}
	return XJ_OK;
}

/* A tree under way: every character and pair of a word. */
struct having {
	struct xj_arena *arena;
	struct xj_tree *tree;
	size_t max;
};

static int
take_term(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct having *h = ctx;
	char *copy;

	(void)at, (void)width;
	if (kind == XJ_TERM_WORD || h->tree->count == h->max)
		return XJ_OK;
	copy = xj_arena_printf(h->arena, "%c%.*s", (char)kind, (int)len, term);
	return copy && xj_tree_add(h->tree, xj_tree_term(h->arena, copy,
							 len + 1)) ?
	       XJ_OK : XJ_ENOMEM;
}

/* Documents that have all characters of a word, whether it is one there. */
static int
find_having(struct xj_archive *a, struct xj_arena *arena, const char *word,
	    struct xj_match *match, struct xj_error *err)
{
	struct having h = { arena, NULL, FORM_MAX };
	bool aside;
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	struct xj_analyzer *an;
	struct xj_index *index;
	int r = xj_archive_analyzer(a, &an, err);

	h.tree = xj_tree_new(arena, XJ_TREE_AND, h.max);
	if (r == XJ_OK && !h.tree)
		return no_memory(err);
	if (r == XJ_OK)
		r = xj_normalise(an, word, strlen(word), 0, &n, err);
	if (r == XJ_OK)
		r = xj_terms(an, n.bytes, n.len, take_term, &h, err);
	if (r < 0 || h.tree->count == 0)
		return r;
	h.tree->scale = -1;
	/* Whoever changes the words, they are of all documents. */
	aside = xj_catalog_blind(a->catalog, true);
	r = xj_searcher_begin(a, &index, err);
	if (r == XJ_OK) {
		r = xj_index_match(index, h.tree, &(struct xj_match_options){
			.limit = UINT32_MAX }, match, err);
		xj_searcher_end(a);
	}
	xj_catalog_blind(a->catalog, aside);
	return r;
}

/* Those of a group are not found until they are indexed again. */
#define GROUP 500u

static int
index_again(struct xj_archive *a, const struct xj_match *match,
	    const struct xj_watch *watch, struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t i = 0; i < match->count && r == XJ_OK;) {
		size_t end = i + GROUP < match->count ? i + GROUP :
							match->count;

		r = xj_catalog_begin(a->catalog, err);
		for (; i < end && r == XJ_OK; i++) {
			r = xj_catalog_requeue(a->catalog, match->hits[i].id,
					       err);
			if (r == XJ_ENOTFOUND)
				r = XJ_OK; /* removed meanwhile */
		}
		if (r == XJ_OK)
			r = xj_catalog_commit(a->catalog, err);
		else
			xj_catalog_rollback(a->catalog);
		if (r == XJ_OK)
			r = xj_indexer_run(a, &(struct xj_indexer_options){
				.watch = watch }, NULL, err);
		if (r == XJ_EBUSY)
			r = XJ_OK; /* who indexes does these too */
	}
	return r;
}

static int
change_words(struct xj_archive *a, const char *const *words, edit_fn fn,
	     const struct xj_watch *watch, uint64_t *indexed,
	     struct xj_error *err)
{
	int r = edit(a, words, 1, fn, err);

	*indexed = 0;
	for (size_t i = 0; r == XJ_OK && words[i]; i++) {
		xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
		struct xj_match match = { 0 };

		if (xj_arena_new(&arena) < 0)
			return no_memory(err);
		r = find_having(a, arena, words[i], &match, err);
		if (r == XJ_OK)
			r = index_again(a, &match, watch, err);
		*indexed += match.count;
		xj_match_release(&match);
	}
	return r;
}

int
xj_dictionary_add(struct xj_archive *archive, const char *const *words,
		  const struct xj_watch *watch, uint64_t *indexed,
		  struct xj_error *err)
{
	return change_words(archive, words, add_words, watch, indexed, err);
}

int
xj_dictionary_remove(struct xj_archive *archive, const char *const *words,
		     const struct xj_watch *watch, uint64_t *indexed,
		     struct xj_error *err)
{
	return change_words(archive, words, drop_words, watch, indexed, err);
}

int
xj_dictionary(struct xj_archive *archive, xj_word_fn fn, void *ctx,
	      struct xj_error *err)
{
	const struct xj_lexicon *l;
	int r = xj_lexicon_get(archive, &l, err);

	for (size_t i = 0; r == XJ_OK && i < l->word_count; i++)
		r = fn(ctx, l->words[i].text);
	return r;
}

bool
xj_lexicon_is(const struct xj_archive *a, struct xj_archive *hand)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;

	return a->lexicon && read_source(hand, &text, NULL) == XJ_OK &&
	       strcmp(a->lexicon->source, xj_buf_str(&text)) == 0;
}
