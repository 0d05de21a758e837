/* paper-check.c - how long a paper is, and what keeps it from being handed in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/paper.h"

static int
setting(struct xj_archive *a, const char *key, char **value,
	struct xj_error *err)
{
	*value = NULL;
	return xj_setting_get(a, key, value, err);
}

static bool
is_among(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; *p; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (strncmp(p, word, n) == 0 && (p[n] == ' ' || !p[n]))
			return true;
	}
	return false;
}

int
xj_paper_year_check(struct xj_archive *a, const char *year,
		    struct xj_error *err)
{
	char today[XJ_DAY_MAX], *closed;
	bool over;
	int r;

	xj_today(today);
	if (strlen(year) != 4 || strspn(year, "0123456789") != 4)
		return xj_error_set(err, XJ_EINVAL, "%s: is no year; write "
				    "2011", year);
	if (strncmp(year, today, 4) > 0)
		return xj_error_set(err, XJ_EINVAL, "%s has not come yet: a "
				    "paper is of this year or one before",
				    year);
	r = setting(a, "paper.closed", &closed, err);
	if (r < 0)
		return r;
	over = is_among(closed, year);
	xj_free(closed);
	return over ? xj_error_set(err, XJ_EINVAL, "the year %s is closed: no "
				   "paper is handed in for it any more", year)
		    : XJ_OK;
}

/* ------------------------------------------------------------- what is lacking */

struct checking {
	const struct xj_drafting *draft;
	struct xj_paper_check *check;
	int (*fn)(void *ctx, const struct xj_error *);
	void *ctx;
};

/* `r` is what a look came to. */
static int
note(struct checking *c, int r, const struct xj_error *problem)
{
	if (r == XJ_OK)
		return r;
	if (r != XJ_EINVAL && r != XJ_ENOTFOUND && r != XJ_ELIMIT)
		return r;
	c->check->problems++;
	return c->fn ? c->fn(c->ctx, problem) : r;
}

static int
check_length(struct checking *c, struct xj_error *err)
{
	struct xj_paper_check *k = c->check;
	const char *text = c->draft->row.text;
	struct xj_own_length length;
	char *minimum;
	int r = setting(c->draft->archive, "paper.minimum", &minimum, err);

	if (r < 0)
		return r;
	k->minimum = strtoul(minimum, NULL, 10);
	xj_free(minimum);
	xj_own_length(text, strlen(text), &length, NULL, NULL);
	k->own = length.own;
	k->quoted = length.quoted;
	k->quotes = length.quotes;
	if (k->own == 0)
		return xj_error_set(err, XJ_EINVAL, "it has no text of your "
				    "own yet");
	if (k->own >= k->minimum)
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "it has %zu characters of your "
			    "own, %zu fewer than the %zu that a paper needs",
			    k->own, k->minimum - k->own, k->minimum);
}

static int
check_basis(struct checking *c, struct xj_error *err)
{
	const json_t *list = json_object_get(c->draft->root, "based_on"), *v;
	struct xj_document *d;
	size_t i;
	int r = XJ_OK;

	if (!json_array_size(list))
		return xj_error_set(err, XJ_EINVAL, "it is based on no "
				    "document: name one");
	json_array_foreach(list, i, v) {
		r = xj_document_open(c->draft->archive, json_string_value(v),
				     &d, err);
		if (r < 0)
			return xj_error_wrap(err, r, "what it is based on");
		xj_document_free(d);
	}
	return r;
}

/* As one that is added would be. */
static int
check_secret(struct checking *c, struct xj_error *err)
{
	struct xj_secret secret = { 0 };
	struct xj_block block = { .text = c->draft->row.text,
				  .len = strlen(c->draft->row.text),
				  .where = XJ_LINE, .at = 1 };
	const char *title = xj_entity_text(c->draft->root, "title");

	xj_secret_block(&secret, &block);
	if (!secret.mark[0] && !xj_secret_name(&secret, title ? title : ""))
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "it bears the mark %s: what is "
			    "secret does not belong on this machine",
			    secret.mark);
}

int
xj_paper_problems(const struct xj_drafting *d,
		  int (*fn)(void *ctx, const struct xj_error *), void *ctx,
		  struct xj_paper_check *check)
{
	struct checking c = { .draft = d, .check = check, .fn = fn,
			      .ctx = ctx };
	struct xj_error own, *err = d->err ? d->err : &own;
	const char *year = xj_entity_text(d->root, "day");
	int r;

	*check = (struct xj_paper_check){ 0 };
	r = note(&c, check_length(&c, err), err);
	if (r == XJ_OK)
		r = note(&c, check_basis(&c, err), err);
	if (r == XJ_OK)
		r = note(&c, xj_paper_year_check(d->archive, year ? year : "",
						 err), err);
	return r < 0 ? r : note(&c, check_secret(&c, err), err);
}

int
xj_paper_check(struct xj_archive *a, uint64_t id,
	       int (*problem)(void *ctx, const struct xj_error *),
	       int (*quote)(void *ctx, const char *text, size_t len,
			    size_t length),
	       void *ctx, struct xj_paper_check *check, struct xj_error *err)
{
	xj_auto(xj_drafting_end) struct xj_drafting d;
	struct xj_own_length length;
	int r = xj_drafting_load(&d, a, id, err);

	if (r == XJ_OK && quote)
		r = xj_own_length(d.row.text, strlen(d.row.text), &length,
				  quote, ctx);
	if (r == XJ_OK)
		r = xj_paper_problems(&d, problem, ctx, check);
	/* Without anybody to tell, the first problem is the answer. */
	return r;
}
