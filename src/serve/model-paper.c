/* model-paper.c - what pages and the API say of reflection papers. */
#include <string.h>

#include "serve/people.h"

static json_t *
number_or_null(uint64_t n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

static json_t *
authors_of(const struct xj_paper *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->author_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "login",
			xj_json_of(p->authors[i].login), "name",
			xj_json_of(p->authors[i].name)));
	return list;
}

static json_t *
basis_of(const struct xj_paper *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->basis_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "urn",
			xj_json_of(p->based_on[i].urn), "title",
			xj_text_or_null(p->based_on[i].title), "document",
			number_or_null(p->based_on[i].document)));
	return list;
}

static json_t *
reviews_of(const struct xj_paper *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->review_count; i++) {
		const struct xj_paper_review *v = &p->reviews[i];
		bool back = strcmp(v->what, "return") == 0;

		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o, s:o, s:o, s:o, s:s}",
			"what", xj_json_of(v->what), "at",
			xj_model_time(v->at), "by", xj_json_of(v->by), "name",
			xj_json_of(v->name), "text", xj_text_or_null(v->text),
			"moment", xj_model_moment(v->at), "shown",
			back ? _("returned it:") : _("accepted it:")));
	}
	return list;
}

static json_t *
names_of(const struct xj_paper *p)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	for (size_t i = 0; i < p->author_count; i++)
		xj_buf_addf(&b, "%s%s", i ? _(", ") : "",
			    *p->authors[i].name ? p->authors[i].name :
			    _("anonymous"));
	return xj_json_of(xj_buf_str(&b));
}

static json_t *
shown_of(const struct xj_paper *p)
{
	bool waits = strcmp(p->state, "submitted") == 0;

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
		"state", _(p->state), "authors", names_of(p),
		"unit", xj_json_of(p->unit_name),
		"length", xj_json_format(ngettext("%llu character",
			"%llu characters", p->length), (ull)p->length),
		"submitted", xj_model_moment(p->submitted),
		"accepted", xj_model_moment(p->accepted),
		"updated", xj_model_moment(p->updated),
		"higher", waits && strcmp(p->level, p->unit) != 0);
}

json_t *
xj_model_paper(const struct xj_paper *p)
{
	json_t *o = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, "
			      "s:o, s:o}",
		"id", (json_int_t)p->id, "urn", xj_json_of(p->urn),
		"title", xj_json_of(p->title), "year", xj_json_of(p->year),
		"state", xj_json_of(p->state), "unit", xj_json_of(p->unit),
		"length", (json_int_t)p->length,
		"document", number_or_null(p->document),
		"version", number_or_null(p->version),
		"draft", number_or_null(p->draft),
		"seminar", number_or_null(p->seminar));

	json_object_set_new(o, "topic", xj_text_or_null(p->topic));
	json_object_set_new(o, "level", xj_json_of(p->level));
	json_object_set_new(o, "returns", json_integer(p->returns));
	json_object_set_new(o, "submitted", xj_model_time(p->submitted));
	json_object_set_new(o, "accepted", xj_model_time(p->accepted));
	json_object_set_new(o, "updated", xj_model_time(p->updated));
	json_object_set_new(o, "mine", json_boolean(p->mine));
	json_object_set_new(o, "own", json_boolean(p->own));
	json_object_set_new(o, "may_review", json_boolean(p->may_review));
	json_object_set_new(o, "authors", authors_of(p));
	json_object_set_new(o, "based_on", basis_of(p));
	json_object_set_new(o, "reviews", reviews_of(p));
	json_object_set_new(o, "shown", shown_of(p));
	return o;
}

int
xj_model_add_paper(void *ctx, const struct xj_paper *p)
{
	json_array_append_new(ctx, xj_model_paper(p));
	return XJ_OK;
}

int
xj_model_paper_of(struct xj_request *q, uint64_t id, json_t **model,
		  struct xj_error *err)
{
	json_t *list = json_array();
	int r = xj_papers(q->archive, &(struct xj_paper_filter){ .id = id },
			  xj_model_add_paper, list, err);

	*model = json_incref(json_array_get(list, 0));
	json_decref(list);
	return r == XJ_OK && !*model ?
	       xj_error_set(err, XJ_ENOMEM, "out of memory") : r;
}

int
xj_paper_asked(struct xj_request *q, uint64_t *id, struct xj_error *err)
{
	const char *ref = q->parameters[0];
	int r = strspn(ref, "0123456789") == strlen(ref) ?
		xj_paper_find(q->archive, ref, id, err) : XJ_EINVAL;

	/* What is no paper, and one that he does not see, are one. */
	return r == XJ_EINVAL || r == XJ_ENOTFOUND ?
	       xj_error_set(err, XJ_ENOTFOUND, "there is no paper %s", ref) :
	       r;
}

json_t *
xj_model_length(const struct xj_paper_check *c)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_buf_addf(&b, c->own < c->minimum ?
		    _("%zu characters of your own; %zu are needed.") :
		    _("%zu characters of your own; that is enough (%zu)."),
		    c->own, c->minimum);
	if (c->quotes)
		xj_buf_addf(&b, " %s", _("Quotations are not counted."));
	return xj_json_of(xj_buf_str(&b));
}
