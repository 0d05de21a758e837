/* people.c - what changes of units and members share. */
#include <stdio.h>
#include <string.h>

#include "library/people.h"
#include "library/rights.h"

/* ------------------------------------------------------------- the change */

int
xj_people_day(const char *given, const char *otherwise, char out[XJ_DAY_MAX],
	      struct xj_error *err)
{
	if (!given) {
		memcpy(out, otherwise, XJ_DAY_MAX);
		return XJ_OK;
	}
	if (xj_day_parse(given, out) == XJ_OK)
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "%s: is no day; write 2011-05-01",
			    given);
}

int
xj_people_begin(struct xj_people *p, struct xj_archive *a,
		const struct xj_change_options *options,
		struct xj_changed *changed, struct xj_error *err)
{
	static const struct xj_change_options none;
	char today[XJ_DAY_MAX];
	int r = xj_reader_may_manage(a, err);

	*p = (struct xj_people){ .archive = a, .err = err,
		.options = options ? options : &none };
	p->changed = changed ? changed : &p->own;
	memset(p->changed, 0, sizeof(*p->changed));
	xj_today(today);
	if (r == XJ_OK)
		r = xj_people_day(p->options->on, today, p->day, err);
	if (r == XJ_OK)
		r = xj_change_begin(a, &p->change, err);
	if (r == XJ_OK)
		r = xj_unit_tree_load(a, p->day, &p->tree, err);
	memcpy(p->changed->day, p->day, XJ_DAY_MAX);
	return r;
}

int
xj_people_commit(struct xj_people *p)
{
	if (p->options->dry_run || !p->changed->changed)
		return XJ_OK;
	return xj_change_commit(&p->change, p->err);
}

void
xj_people_end(struct xj_people *p)
{
	xj_change_abandon(&p->change);
	xj_unit_tree_end(&p->tree);
}

/* The entry names the version; what changed in it is in its history, for those
 * who may see it. */
static int
audit(struct xj_people *p, const struct xj_entity *e, const char *name,
      const char *verb)
{
	char what[64], which[XJ_NAME_MAX + 32];

	snprintf(what, sizeof(what), "%s %s", e->kind->name, verb);
	snprintf(which, sizeof(which), "%s, version %u", name, e->version);
	return xj_audit(e->change->archive, what, 0, which, p->err);
}

int
xj_people_save(struct xj_people *p, struct xj_entity *e, const char *name,
	       const char *verb, const char *detail)
{
	int r = xj_entity_save(e, verb, detail, p->err);
	bool changed = r == XJ_OK;

	if (changed)
		r = audit(p, e, name, verb);
	if (r < 0)
		return r;
	p->changed->changed |= changed;
	p->changed->version = e->version;
	strncpy(p->changed->name, name, sizeof(p->changed->name) - 1);
	return XJ_OK;
}

/* ----------------------------------------------------------------- values */

bool
xj_is_id_card(const char *text)
{
	static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6,
				       3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	if (strlen(text) != 18 || strspn(text, "0123456789") < 17)
		return false;
	for (size_t i = 0; i < XJ_COUNT(weights); i++)
		sum += (text[i] - '0') * weights[i];
	return "10X98765432"[sum % 11] ==
	       (text[17] == 'x' ? 'X' : text[17]);
}

int
xj_people_set(struct xj_entity *e, const char *field, const char *value,
	      struct xj_error *err)
{
	char tidy[XJ_NAME_MAX];
	int r = xj_name_tidy(value ? value : "", tidy, err);

	if (r == XJ_OK && strlen(tidy) > 200)
		return xj_error_set(err, XJ_EINVAL, "%s: is too long", tidy);
	if (r == XJ_OK && xj_is_id_card(tidy))
		return xj_error_set(err, XJ_EINVAL, "%.6s…: numbers of "
				    "identity cards are never kept; leave it "
				    "out", tidy);
	return r < 0 ? r : xj_entity_set(e->root, field, tidy, err);
}

const char *
xj_people_word(const char *const *list, const char *given)
{
	size_t len = strlen(given);

	for (; *list; list++) {
		const char *p = *list + strlen(*list) + 1;

		if (strcmp(*list, given) == 0)
			return *list;
		for (; *p; p += strspn(p, " ")) {
			size_t n = strcspn(p, " ");

			if (n == len && memcmp(p, given, n) == 0)
				return *list;
			p += n;
		}
	}
	return NULL;
}

size_t
xj_people_distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[128];

	if (n >= XJ_COUNT(row) || strlen(a) >= XJ_COUNT(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t change = corner + (*a != b[j - 1]);
			size_t least = row[j] < row[j - 1] ? row[j]
							   : row[j - 1];

			corner = row[j];
			row[j] = change < least + 1 ? change : least + 1;
		}
	}
	return row[n];
}

/* ------------------------------------------------------------------ spans */

static const char *
from_of(const json_t *span)
{
	const char *from = xj_entity_text(span, "from");

	return from ? from : "";
}

bool
xj_span_after(const json_t *span, const char *day)
{
	return strcmp(from_of(span), day) > 0;
}

bool
xj_span_over(const json_t *span, const char *day)
{
	const char *until = xj_entity_text(span, "until");

	return until && strcmp(until, day) < 0;
}

bool
xj_span_has(const json_t *span, const char *day)
{
	return !xj_span_after(span, day) && !xj_span_over(span, day);
}

int
xj_span_set(json_t *span, const char *from, const char *until,
	    struct xj_error *err)
{
	int r = xj_entity_set(span, "from", from, err);

	return r < 0 ? r : xj_entity_set(span, "until", until, err);
}

/* Lists are short, and nearly in order. */
void
xj_spans_sort(json_t *list)
{
	for (size_t i = 1; i < json_array_size(list); i++) {
		json_t *span = json_incref(json_array_get(list, i));
		size_t to = i;

		while (to > 0 && strcmp(from_of(json_array_get(list, to - 1)),
					from_of(span)) > 0)
			to--;
		if (to < i) {
			json_array_remove(list, i);
			json_array_insert(list, to, span);
		}
		json_decref(span);
	}
}
