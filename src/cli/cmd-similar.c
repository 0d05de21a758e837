/* cmd-similar.c - documents like one. */
#include "cli/cli.h"

static const char *opt_limit;
static bool opt_family;

static const struct xj_option options[] = {
	{ 'n', "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("documents to show; default 10") },
	{ 0, "family", .flag = &opt_family,
	  .help = N_("also what it is inside of and what is inside it") },
	OPTION_JSON,
	{ 0 }
};

/* -------------------------------------------------------------------- JSON */

static void
json_about(const struct xj_document_info *i)
{
	xj_json_number("id", i->id);
	xj_json_text_of("urn", i->urn);
	xj_json_text_of("title", i->title);
	xj_json_text_of("kind", i->kind);
	xj_json_text_of("type", i->type);
	xj_json_text_of("date", *i->date ? i->date : NULL);
	xj_json_text_of("creators", *i->creators ? i->creators : NULL);
	xj_json_list("path", i->path);
}

static void
json_alike(const char *key, const struct xj_alike *a)
{
	xj_json_open(key, '{');
	json_about(&a->info);
	xj_json_real("score", a->score, 4);
	xj_json_list("shared", a->shared);
	xj_json_open("copies", '[');
	for (size_t i = 0; i < a->copy_count; i++) {
		xj_json_open(NULL, '{');
		json_about(&a->copies[i]);
		xj_json_close('}');
	}
	xj_json_close(']');
	xj_json_close('}');
}

static int
print_json(const struct xj_similar *s)
{
	size_t count = xj_similar_count(s);

	xj_json_begin();
	json_alike("document", xj_similar_self(s));
	xj_json_open("similar", '[');
	for (size_t i = 0; i < count; i++)
		json_alike(NULL, xj_similar_at(s, i));
	xj_json_close(']');
	return xj_json_end(count ? EXIT_FINE : EXIT_NEGATIVE);
}

/* -------------------------------------------------------------- for people */

static void
put_title(const char *format, ull number, const struct xj_document_info *i)
{
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

	xj_buf_addf(&line, format, number, *i->title ? i->title : i->name);
	fputs(xj_style(STYLE_BOLD), stdout);
	xj_put(stdout, xj_buf_str(&line));
	printf("%s\n", xj_plain());
}

static void
put_words(struct xj_buf *line, const char *head, const struct xj_alike *a)
{
	if (a->shared[0])
		xj_buf_adds(line, head);
	for (size_t i = 0; a->shared[i]; i++)
		xj_buf_addf(line, "%s%s", i ? _(", ") : "", a->shared[i]);
}

static void
put_dim(const struct xj_buf *line)
{
	if (line->len == 0)
		return;
	printf("    %s", xj_style(STYLE_DIM));
	xj_put(stdout, line->data);
	printf("%s\n", xj_plain());
}

#define COPIES_SHOWN 8u

/* "and 3 near copies: #18, #22, #40" */
static void
put_copies(const char *format, const struct xj_alike *a)
{
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

	for (size_t i = 0; i < a->copy_count && i < COPIES_SHOWN; i++)
		xj_buf_addf(&list, "%s#%llu", i ? _(", ") : "",
			    (ull)a->copies[i].id);
	if (a->copy_count > COPIES_SHOWN)
		xj_buf_adds(&list, " …");
	if (a->copy_count)
		xj_buf_addf(&line, format, (ull)a->copy_count,
			    xj_buf_str(&list));
	put_dim(&line);
}

static void
put_self(const struct xj_alike *a)
{
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

	put_title(_("Like #%llu %s"), (ull)a->info.id, &a->info);
	put_words(&line, _("told by: "), a);
	put_dim(&line);
	put_copies(ngettext("%llu near copy of it: %s",
			    "%llu near copies of it: %s",
			    (unsigned long)a->copy_count), a);
}

static void
put_alike(const struct xj_alike *a, size_t number)
{
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;

	fputc('\n', stdout);
	put_title("%2llu. %s", number, &a->info);
	xj_put_about(&a->info, NULL, 0);
	xj_buf_addf(&line, "%.0f %%  ", a->score * 100);
	put_words(&line, _("both: "), a);
	put_dim(&line);
	put_copies(ngettext("and %llu near copy: %s",
			    "and %llu near copies: %s",
			    (unsigned long)a->copy_count), a);
}

static int
print_all(const struct xj_similar *s)
{
	size_t count = xj_similar_count(s);

	put_self(xj_similar_self(s));
	for (size_t i = 0; i < count; i++)
		put_alike(xj_similar_at(s, i), i + 1);
	if (count == 0)
		xj_say(_("No other document is like it."));
	return count ? EXIT_FINE : EXIT_NEGATIVE;
}

static int
similar(struct xj_archive *archive, int argc, char **argv)
{
	xj_auto(xj_buf_release) struct xj_buf filter = XJ_BUF_INIT;
	struct xj_similar *found;
	struct xj_error err = { 0 };
	uint64_t limit = 10, id;
	int code;

	if (!xj_number("limit", opt_limit, &limit))
		return EXIT_USAGE;
	if ((code = xj_id_of(archive, argv[0], &id)))
		return code;
	for (int i = 1; i < argc; i++)
		xj_buf_addf(&filter, "%s%s", i > 1 ? " " : "", argv[i]);
	xj_query_notice(archive, xj_buf_str(&filter));
	if (xj_similar(archive, id, &(struct xj_similar_options){
			.filter = xj_buf_str(&filter), .limit = limit,
			.family = opt_family }, &found, &err) < 0)
		return xj_fail(&err);
	code = opt_json ? print_json(found) : print_all(found);
	xj_similar_free(found);
	return code;
}

const struct xj_command cmd_similar = {
	.name = "similar", .args = "ID [QUERY...]", .needs = NEEDS_READ,
	.summary = N_("find documents like one"),
	.options = options, .least = 1, .most = -1, .run = similar,
};
