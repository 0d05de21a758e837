/* search-why.c - why a hit stands where it does, for people. */
#include <string.h>

#include "cli/cli.h"

/* What the reader calls the kinds of terms. */
static const char *
kind_shown(const struct xj_reason *reason)
{
	static const struct {
		const char *kind, *shown;
	} kinds[] = {
		{ "word", N_("whole word") },
		{ "pair", N_("two characters") },
		{ "character", N_("character") },
		{ "form", N_("date or number") },
		{ "prefix", N_("words that begin so") },
	};

	if (reason->synonym)
		return _("means the same");
	for (size_t i = 0; i < XJ_COUNT(kinds); i++)
		if (strcmp(kinds[i].kind, reason->kind) == 0)
			return _(kinds[i].shown);
	return reason->kind;
}

static const char *
documents_shown(const struct xj_reason *reason, char out[64])
{
	out[0] = '\0';
	if (reason->documents)
		snprintf(out, 64, ngettext("in %llu document",
					   "in %llu documents",
					   (unsigned long)reason->documents),
			 (ull)reason->documents);
	return out;
}

/* "also in the title, creator" */
static void
fields_shown(const struct xj_reason *reason, struct xj_buf *out)
{
	const char *names[] = {
		reason->in_title ? _("title") : NULL,
		reason->in_creator ? _("creator") : NULL,
		reason->in_subject ? _("subject") : NULL,
	};
	bool any = false;

	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		if (!names[i])
			continue;
		xj_buf_adds(out, any ? _(", ") : _("also in: "));
		xj_buf_adds(out, names[i]);
		any = true;
	}
}

static void
put_reasons(const struct xj_why *why)
{
	struct xj_table *t = xj_table_new(5);

	xj_table_right(t, 0);
	for (size_t i = 0; i < why->reason_count; i++) {
		const struct xj_reason *reason = &why->reasons[i];
		xj_auto(xj_buf_release) struct xj_buf fields = XJ_BUF_INIT;
		char weight[32], documents[64];

		snprintf(weight, sizeof(weight), "%.3f", reason->weight);
		fields_shown(reason, &fields);
		xj_table_add(t, (const char *[]){ weight, reason->text,
			kind_shown(reason), documents_shown(reason, documents),
			xj_buf_str(&fields) });
	}
	xj_table_end(t, stdout, 6);
}

static void
put_runs(const struct xj_why *why)
{
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

	for (size_t i = 0; why->runs[i]; i++)
		xj_buf_addf(&line, "%s%s", i ? _(", ") : "", why->runs[i]);
	if (!line.len)
		return;
	printf("      %.3f  ", why->whole);
	fputs(_("stands there just so: "), stdout);
	xj_put(stdout, line.data);
	fputc('\n', stdout);
}

static void
put_sum(const struct xj_hit *h)
{
	const struct xj_why *why = h->why;

	printf("    ");
	if (why->read)
		printf(_("%.3f = words %.3f + best passage %.3f + just so "
			 "%.3f"), h->score, why->terms, why->passage,
		       why->whole);
	else
		printf(_("%.3f = words alone"), h->score);
	if (why->scale < 0.9995) {
		fputs(_("; "), stdout);
		printf(_("all lowered to %.1f %%, to stand below those before"),
		       why->scale * 100);
	}
	fputc('\n', stdout);
}

static void
put_tier(const struct xj_hit *h)
{
	printf("    ");
	puts(h->related ? _("No word of the query is in it, only characters:") :
	     h->why->reason_count ? _("Words of the query are in it:") :
	     _("It fits the conditions; no word has a weight."));
}

void
xj_why_print(const struct xj_hit *h)
{
	const struct xj_why *why = h->why;

	fputs(xj_style(STYLE_DIM), stdout);
	if (strcmp(why->order, "relevance") != 0) {
		printf("    ");
		puts(strcmp(why->order, "date") == 0 ?
		     _("Ordered by date, not by weight.") :
		     _("Ordered by title, not by weight."));
	} else {
		put_tier(h);
		put_reasons(why);
		if (why->read && why->passage_share > 0)
			printf(_("      %.3f  its best 100 characters have "
				 "%.0f %% of the query; what stands near a "
				 "beginning counts more\n"), why->passage,
			       why->passage_share * 100);
		put_runs(why);
		put_sum(h);
	}
	fputs(xj_plain(), stdout);
}
