/* cmd-list.c - the documents, or those that a filter lets through. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_sort, *opt_limit, *opt_offset;
static bool opt_top;

static const struct xj_option options[] = {
	{ 's', "sort", .value = &opt_sort, .arg = "ORDER",
	  .choices = "id date title -id -date -title",
	  .help = N_("the order, with - the other way round:") },
	{ 'n', "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("how many to show; default 0, all") },
	{ 0, "offset", .value = &opt_offset, .arg = "N",
	  .help = N_("how many to skip") },
	{ 0, "top", .flag = &opt_top,
	  .help = N_("without the members of archive files") },
	OPTION_JSON,
	{ 0 }
};

struct listing {
	struct xj_archive *archive;
	struct xj_table *table; /* NULL: JSON */
};

static int
add_topic(void *ctx, const struct xj_topic *topic)
{
	struct xj_buf *topics = ctx;

	xj_buf_addf(topics, "%s%s", topics->len ? ", " : "",
		    xj_topic_name(topic));
	return XJ_OK;
}

static int
json_topic(void *ctx, const struct xj_topic *topic)
{
	(void)ctx;
	xj_json_text_of(NULL, topic->code);
	return XJ_OK;
}

static int
table_row(void *ctx, const struct xj_document_info *i)
{
	struct listing *l = ctx;
	xj_auto(xj_buf_release) struct xj_buf topics = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	char id[32];
	const char *outcome = strcmp(i->outcome, "ok") == 0 ? "" :
			      xj_word(i->outcome);

	snprintf(id, sizeof(id), "%llu", (ull)i->id);
	for (size_t n = 0; i->path && i->path[n]; n++)
		xj_buf_addf(&path, "%s%s", n ? " › " : "", n ? i->path[n] :
			    xj_path_base(i->path[n]));
	xj_document_topics(l->archive, i->id, add_topic, &topics, NULL);
	xj_table_add(l->table, (const char *[]){ id, i->date,
		     xj_word(i->kind), outcome,
		     *i->title ? i->title : i->name, xj_buf_str(&path),
		     xj_buf_str(&topics) });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_document_info *i)
{
	struct listing *l = ctx;

	xj_json_open(NULL, '{');
	xj_json_info(i);
	xj_json_open("topics", '[');
	xj_document_topics(l->archive, i->id, json_topic, NULL, NULL);
	xj_json_close(']');
	xj_json_close('}');
	return XJ_OK;
}

static int
print_json(struct xj_archive *archive, const struct xj_list_options *o)
{
	struct listing l = { .archive = archive };
	struct xj_error err = { 0 };
	uint64_t total = 0;
	int r;

	xj_json_begin_list("documents");
	r = xj_list(archive, o, &total, json_row, &l, &err);
	xj_json_close(']');
	xj_json_number("total", total);
	return xj_json_end(r < 0 ? xj_fail(&err) : total ? EXIT_FINE
							 : EXIT_NEGATIVE);
}

static int
print_table(struct xj_archive *archive, const struct xj_list_options *o)
{
	struct xj_table *t = xj_table_new(7);
	struct listing l = { archive, t };
	struct xj_error err = { 0 };
	uint64_t total = 0;
	int r;

	xj_table_right(t, 0);
	r = xj_list(archive, o, &total, table_row, &l, &err);
	xj_table_end(t, stdout, 0);
	if (r < 0)
		return xj_fail(&err);
	xj_say(ngettext("%llu document", "%llu documents",
			(unsigned long)total), (ull)total);
	return total ? EXIT_FINE : EXIT_NEGATIVE;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	xj_auto(xj_buf_release) struct xj_buf filter = XJ_BUF_INIT;
	struct xj_list_options o = { .sort = opt_sort, .top_only = opt_top };

	for (int i = 0; i < argc; i++)
		xj_buf_addf(&filter, "%s%s", i ? " " : "", argv[i]);
	if (!xj_number("limit", opt_limit, &o.limit) ||
	    !xj_number("offset", opt_offset, &o.offset))
		return EXIT_USAGE;
	o.filter = argc ? xj_buf_str(&filter) : NULL;
	return opt_json ? print_json(archive, &o) : print_table(archive, &o);
}

const struct xj_command cmd_list = {
	.name = "list", .args = "[FILTER...]", .needs = NEEDS_READ,
	.summary = N_("list documents: kind:book year:2011 is:partial in:42"),
	.options = options, .least = 0, .most = -1, .run = list,
};
