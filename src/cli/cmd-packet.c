/* cmd-packet.c - the materials of a seminar: put together, checked against who is
 * invited, frozen, written. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <xueji/validity.h>

#include "cli/cli.h"

#define KIND "seminar"

static const char *opt_pages, *opt_note, *opt_query, *opt_saved, *opt_hits,
	*opt_take, *opt_version, *opt_share_until, *opt_output, *opt_form;
static bool opt_all, opt_newest, opt_title_only, opt_whole, opt_skip;

static int
tell_change(int r, const struct xj_study_changed *changed, const char *done,
	    const struct xj_error *err)
{
	return xj_study_change_tell(r, changed, KIND, done, err);
}

/* A number that is an operand. */
static bool
take_place(const char *text, unsigned *out)
{
	uint64_t n = 0;

	if (!xj_number("item", text, &n))
		return false;
	*out = n > UINT_MAX ? UINT_MAX : (unsigned)n;
	return true;
}

/* ---------------------------------------------------------------------- show */

static const char *
pages_of(const struct xj_packet_line *l, char out[64])
{
	if (!l->first && !l->last)
		return "";
	if (l->first == l->last)
		snprintf(out, 64, _("page %u"), l->first);
	else if (!l->last)
		snprintf(out, 64, _("from page %u"), l->first);
	else
		snprintf(out, 64, _("pages %u–%u"), l->first ? l->first : 1,
			 l->last);
	return out;
}

static const char *
title_of(const struct xj_packet_line *l)
{
	if (strcmp(l->what, "search") == 0)
		return l->query;
	if (*l->title)
		return l->title;
	return _("(not there any more, or not to be seen by you)");
}

static void
remark(const struct xj_packet_line *l, char out[200])
{
	out[0] = '\0';
	if (strcmp(l->what, "search") == 0)
		snprintf(out, 200, "%s", _("search"));
	else if (l->gone)
		snprintf(out, 200, "%s", _("was removed"));
	else if (strcmp(l->what, "title") == 0 || l->title_only)
		snprintf(out, 200, "%s", _("title only"));
	else if (l->document && l->newest > l->version)
		snprintf(out, 200, _("v%u; there is a v%u now"), l->version,
			 l->newest);
	else if (l->version)
		snprintf(out, 200, "v%u", l->version);
}

/* "was repealed; replaced by #17 Title", behind what is said already. */
static void
remark_validity(const struct xj_packet_line *l, char out[200])
{
	size_t len = strlen(out);

	if (!xj_validity_warns(l->status))
		return;
	snprintf(out + len, 200 - len, "%s%s", len ? _("; ") : "",
		 xj_validity_shown(l->status));
	len = strlen(out);
	if (l->replaced_by)
		snprintf(out + len, 200 - len, _(", replaced by #%llu"),
			 (ull)l->replaced_by);
}

static int
row(void *ctx, const struct xj_packet_line *l)
{
	char number[24], id[24], pages[64], about[200];
	bool hit = strcmp(l->what, "hit") == 0;

	snprintf(number, sizeof(number), "%u", l->number);
	snprintf(id, sizeof(id), l->document ? "#%llu" : "",
		 (ull)l->document);
	remark(l, about);
	remark_validity(l, about);
	xj_table_add(ctx, (const char *[]){ hit ? "" : number, id,
		     title_of(l), pages_of(l, pages), about, l->note });
	return XJ_OK;
}

static void
text(const char *key, const char *value)
{
	xj_json_text_of(key, *value ? value : NULL);
}

static void
json_line(const struct xj_packet_line *l)
{
	xj_json_number("item", l->number);
	xj_json_text_of("what", l->what);
	if (l->document)
		xj_json_number("document", l->document);
	else
		xj_json_text_of("document", NULL);
	text("title", l->title);
	text("unit", l->unit);
	text("unit_name", l->unit_name);
	text("scope", l->scope);
	xj_json_number("version", l->version);
	xj_json_number("newest", l->newest);
	xj_json_number("first", l->first);
	xj_json_number("last", l->last);
	text("query", l->query);
	text("note", l->note);
	xj_json_bool("title_only", l->title_only);
	xj_json_bool("gone", l->gone);
	text("status", l->status);
	if (l->replaced_by)
		xj_json_number("replaced_by", l->replaced_by);
	else
		xj_json_text_of("replaced_by", NULL);
}

static int
json_row(void *ctx, const struct xj_packet_line *l)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	json_line(l);
	xj_json_close('}');
	return XJ_OK;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	uint64_t id;
	int r, code = xj_study_id(archive, KIND, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json) {
		xj_json_begin_list("items");
		r = xj_packet_tell(archive, id, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(6);
	xj_table_right(t, 0);
	r = xj_packet_tell(archive, id, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_packet_show = {
	.name = "packet show", .args = "SEMINAR", .needs = NEEDS_READ,
	.summary = N_("list the materials of a seminar"),
	.options = xj_study_json_options, .least = 1, .most = 1, .run = show,
};

/* ----------------------------------------------------------------------- add */

/* "3-7" of --pages. */
static bool
take_pages(const char *pages, uint32_t *first, uint32_t *last)
{
	struct xj_packet_item item = { 0 };
	char rest[64];

	snprintf(rest, sizeof(rest), ":%s", pages);
	if (!xj_packet_rest(rest, &item)) {
		xj_usage(_("--pages: %s: expected pages, such as 3-7"),
			 pages);
		return false;
	}
	*first = item.first;
	*last = item.last;
	return true;
}

static bool
fill(char *word, struct xj_packet_given *g)
{
	struct xj_packet_item item = { 0 };

	if (!xj_packet_item_of(word, &item))
		return false;
	*g = (struct xj_packet_given){ .document = item.document,
		.version = item.version, .first = item.first,
		.last = item.last, .note = opt_note };
	return !opt_pages || take_pages(opt_pages, &g->first, &g->last);
}

static int
add_search(struct xj_archive *archive, uint64_t id,
	   const struct xj_change_options *o)
{
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t hits = 0;
	int r;

	if (!xj_number("hits", opt_hits, &hits))
		return EXIT_USAGE;
	r = xj_packet_add(archive, id, &(struct xj_packet_given){
		.query = opt_query, .saved = opt_saved, .note = opt_note,
		.limit = hits > UINT_MAX ? UINT_MAX : (unsigned)hits }, 1, o,
		&changed, &err);
	return tell_change(r, &changed, _("The packet of seminar %llu has the "
					  "search."), &err);
}

static int
add_documents(struct xj_archive *archive, uint64_t id, int argc, char **argv,
	      const struct xj_change_options *o)
{
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	struct xj_packet_given *items = calloc((size_t)argc, sizeof(*items));
	int r;

	if (!items)
		return xj_fail_with(EXIT_STORE, "%s", _("out of memory"));
	for (int i = 0; i < argc; i++)
		if (!fill(argv[i], &items[i])) {
			free(items);
			return EXIT_USAGE;
		}
	r = xj_packet_add(archive, id, items, (size_t)argc, o, &changed, &err);
	for (int i = 0; r == XJ_OK && i < argc; i++)
		xj_warn_validity(archive, items[i].document);
	free(items);
	return tell_change(r, &changed, _("The packet of seminar %llu has "
					  "them."), &err);
}

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	bool search = opt_query || opt_saved;
	uint64_t id;
	int code = o ? xj_study_id(archive, KIND, argv[0], &id) : EXIT_USAGE;

	if (code)
		return code;
	if (search == (argc > 1) || (opt_query && opt_saved))
		return xj_usage(_("say what goes in: documents, --search QUERY "
				  "or --saved NAME"));
	return search ? add_search(archive, id, o) :
	       add_documents(archive, id, argc - 1, argv + 1, o);
}

#define OPTION_NOTE { 0, "note", .value = &opt_note, .arg = "TEXT", \
		      .help = N_("a note for those who read it") }
#define OPTION_PAGES { 0, "pages", .value = &opt_pages, .arg = "PAGES", \
		       .help = N_("these pages alone, such as 3-7") }

static const struct xj_option add_options[] = {
	OPTION_PAGES,
	OPTION_NOTE,
	{ 0, "search", .value = &opt_query, .arg = "QUERY",
	  .help = N_("a search, whose hits are taken down when the packet is "
		     "frozen") },
	{ 0, "saved", .value = &opt_saved, .arg = "NAME",
	  .help = N_("the same of a saved search of yours") },
	{ 0, "hits", .value = &opt_hits, .arg = "N",
	  .help = N_("of a search: at most so many; default 10") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_packet_add = {
	.name = "packet add", .args = "SEMINAR [ID[@VERSION][:PAGES]...]",
	.needs = NEEDS_WRITE,
	.summary = N_("put documents into the packet of a seminar"),
	.options = add_options, .least = 1, .most = -1, .run = add,
};

/* -------------------------------------------------------------------- search */

/* Whether the hit at place `n` is among "1,3,5-7". */
static bool
is_taken(const char *list, size_t n)
{
	while (list && *list) {
		char *end;
		unsigned long from = strtoul(list, &end, 10), to = from;

		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		if (n >= from && n <= to)
			return true;
		list = *end ? end + 1 : end;
	}
	return false;
}

static int
add_hits(struct xj_archive *archive, uint64_t id, const struct xj_hits *hits)
{
	const struct xj_change_options *o = xj_change_options();
	size_t count = xj_hits_count(hits), n = 0;
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	struct xj_packet_given *items = calloc(count + 1, sizeof(*items));
	int r;

	if (!items)
		return xj_fail_with(EXIT_STORE, "%s", _("out of memory"));
	for (size_t i = 0; i < count; i++)
		if (opt_all || is_taken(opt_take, i + 1))
			items[n++] = (struct xj_packet_given){
				.document = xj_hits_at(hits, i)->info.urn,
				.note = opt_note };
	r = n ? xj_packet_add(archive, id, items, n, o, &changed, &err) : 0;
	for (size_t i = 0; r == XJ_OK && i < n; i++)
		xj_warn_validity(archive, items[i].document);
	free(items);
	if (!n)
		return xj_usage(_("--take: no hit has such a number"));
	return tell_change(r, &changed, _("The packet of seminar %llu has "
					  "them."), &err);
}

static void
print_hits(const struct xj_hits *hits, const char *id)
{
	struct xj_table *t = xj_table_new(5);

	xj_table_right(t, 0);
	for (size_t i = 0; i < xj_hits_count(hits); i++) {
		const struct xj_hit *hit = xj_hits_at(hits, i);
		char number[24], document[24];

		snprintf(number, sizeof(number), "%zu", i + 1);
		snprintf(document, sizeof(document), "#%llu",
			 (ull)hit->info.id);
		xj_table_add(t, (const char *[]){ number, document,
			     hit->info.title, hit->info.creators,
			     hit->info.date });
	}
	xj_table_end(t, stdout, 0);
	xj_say(_("`xueji packet search %s ... --take 1,3` puts hits in."), id);
}

static int
search(struct xj_archive *archive, int argc, char **argv)
{
	xj_auto(xj_buf_release) struct xj_buf query = XJ_BUF_INIT;
	const struct xj_change_options *o = xj_change_options();
	struct xj_search s = { .no_passages = true, .here = true };
	struct xj_error err = { 0 };
	uint64_t id, limit = 10;
	struct xj_hits *hits;
	int code;

	if (!o || !xj_number("hits", opt_hits, &limit))
		return EXIT_USAGE;
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	s.query = xj_query_join(argc - 1, argv + 1, &query);
	s.limit = (size_t)limit;
	if (xj_search(archive, &s, &hits, &err) < 0)
		return xj_fail(&err);
	if (opt_take || opt_all) {
		code = add_hits(archive, id, hits);
	} else if (opt_json) {
		xj_json_begin();
		code = xj_hits_json(hits, &s, false);
	} else {
		print_hits(hits, argv[0]);
		code = xj_hits_count(hits) ? EXIT_FINE : EXIT_NEGATIVE;
	}
	xj_hits_free(hits);
	return code;
}

static const struct xj_option search_options[] = {
	{ 0, "take", .value = &opt_take, .arg = "NUMBERS",
	  .help = N_("put these hits into the packet, such as 1,3,5-7") },
	{ 0, "all", .flag = &opt_all, .help = N_("put all of them in") },
	{ 0, "hits", .value = &opt_hits, .arg = "N",
	  .help = N_("at most so many; default 10") },
	OPTION_NOTE,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_packet_search = {
	.name = "packet search", .args = "SEMINAR QUERY...",
	.needs = NEEDS_WRITE,
	.summary = N_("look for materials, and put the hits chosen into the "
		      "packet"),
	.options = search_options, .least = 2, .most = -1, .run = search,
};

/* -------------------------------------------------------- edit, move, remove */

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_packet_change g = { .note = opt_note,
		.pages = opt_pages || opt_whole,
		.title_only = opt_title_only ? 1 : opt_whole ? -1 : 0 };
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id, version = 0;
	unsigned number;
	int r, code;

	(void)argc;
	if (!o || !take_place(argv[1], &number) ||
	    !xj_number("version", opt_version, &version) ||
	    (opt_pages && !take_pages(opt_pages, &g.first, &g.last)))
		return EXIT_USAGE;
	g.version = opt_newest ? UINT_MAX : (unsigned)version;
	if (!g.note && !g.pages && !g.title_only && !g.version)
		return xj_usage(_("nothing to change: say --pages, --note or "
				  "another option"));
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_packet_edit(archive, id, number, &g, o, &changed, &err);
	return tell_change(r, &changed, _("The packet of seminar %llu is "
					  "changed."), &err);
}

static const struct xj_option edit_options[] = {
	OPTION_PAGES,
	OPTION_NOTE,
	{ 0, "version", .value = &opt_version, .arg = "N",
	  .help = N_("this version of it") },
	{ 0, "newest", .flag = &opt_newest,
	  .help = N_("the version that is the newest now") },
	{ 0, "title-only", .flag = &opt_title_only,
	  .help = N_("who does not see it is told its title") },
	{ 0, "whole", .flag = &opt_whole,
	  .help = N_("all pages, and its title to nobody else") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_packet_edit = {
	.name = "packet edit", .args = "SEMINAR ITEM", .needs = NEEDS_WRITE,
	.summary = N_("change pages, version or note of an item; leave its "
		      "title alone"),
	.options = edit_options, .least = 2, .most = 2, .run = edit,
};

static int
move_to(struct xj_archive *archive, const char *ref, unsigned from,
	unsigned to)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, KIND, ref, &id) : EXIT_USAGE;

	if (code)
		return code;
	r = xj_packet_move(archive, id, from, to, o, &changed, &err);
	return tell_change(r, &changed, _("The packet of seminar %llu is "
					  "changed."), &err);
}

static int
move(struct xj_archive *archive, int argc, char **argv)
{
	unsigned from, to;

	(void)argc;
	if (!take_place(argv[1], &from) || !take_place(argv[2], &to))
		return EXIT_USAGE;
	if (to == 0)
		return xj_usage(_("places are counted from 1"));
	return move_to(archive, argv[0], from, to);
}

const struct xj_command cmd_packet_move = {
	.name = "packet move", .args = "SEMINAR FROM TO",
	.needs = NEEDS_WRITE,
	.summary = N_("move an item of a packet to another place"),
	.options = xj_study_change_options, .least = 3, .most = 3, .run = move,
};

static int
remove_item(struct xj_archive *archive, int argc, char **argv)
{
	unsigned from;

	(void)argc;
	return take_place(argv[1], &from) ?
	       move_to(archive, argv[0], from, 0) : EXIT_USAGE;
}

const struct xj_command cmd_packet_remove = {
	.name = "packet remove", .args = "SEMINAR ITEM",
	.needs = NEEDS_WRITE,
	.summary = N_("take an item out of a packet"),
	.options = xj_study_change_options, .least = 2, .most = 2,
	.run = remove_item,
};

static int
replace(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	unsigned number;
	uint64_t id;
	int r, code = o && take_place(argv[1], &number) ?
		      xj_study_id(archive, KIND, argv[0], &id) : EXIT_USAGE;

	(void)argc;
	if (code)
		return code;
	r = xj_packet_replace(archive, id, number, o, &changed, &err);
	return tell_change(r, &changed, _("The packet of seminar %llu is "
					  "changed."), &err);
}

const struct xj_command cmd_packet_replace = {
	.name = "packet replace", .args = "SEMINAR ITEM",
	.needs = NEEDS_WRITE,
	.summary = N_("put in place of an item what replaced it"),
	.options = xj_study_change_options, .least = 2, .most = 2,
	.run = replace,
};

/* --------------------------------------------------------------------- check */

static struct {
	size_t blind, faults, refused;
	bool json_faults; /* the list of them is open */
} found;

static void
put_persons(const struct xj_packet_blind *b)
{
	fputs("    ", stdout);
	for (size_t i = 0; b->persons[i][0]; i++) {
		fputs(i ? _(", ") : "", stdout);
		xj_put(stdout, b->persons[i][1]);
	}
	fputc('\n', stdout);
}

static void
put_outcome(const struct xj_packet_blind *b)
{
	if (strcmp(b->outcome, "shared") == 0)
		printf("    %s\n", _("shared with them"));
	else if (strcmp(b->outcome, "asked") == 0)
		printf(_("    asked for: request %llu\n"), (ull)b->request);
	else if (*b->outcome)
		printf("    %s\n", b->why);
}

static int
print_blind(void *ctx, const struct xj_packet_blind *b)
{
	const struct xj_packet_line *l = &b->line;

	(void)ctx;
	found.blind++;
	found.refused += strcmp(b->outcome, "refused") == 0;
	printf(ngettext("%zu of %zu invited cannot see item %u",
			"%zu of %zu invited cannot see item %u", b->blind),
	       b->blind, b->invited, l->number);
	if (*l->unit || *l->scope)
		printf(_(" (%s%s%s)"), l->unit_name, *l->unit && *l->scope ?
		       _(", ") : "", *l->scope ? xj_scope_word(l->scope) : "");
	fputs(_(": "), stdout);
	xj_put(stdout, l->title);
	fputc('\n', stdout);
	if (b->persons)
		put_persons(b);
	put_outcome(b);
	return XJ_OK;
}

static int
json_blind(void *ctx, const struct xj_packet_blind *b)
{
	(void)ctx;
	found.blind++;
	found.refused += strcmp(b->outcome, "refused") == 0;
	xj_json_open(NULL, '{');
	json_line(&b->line);
	xj_json_number("blind", b->blind);
	xj_json_number("invited", b->invited);
	if (b->persons) {
		xj_json_open("persons", '[');
		for (size_t i = 0; b->persons[i][0]; i++) {
			xj_json_open(NULL, '{');
			xj_json_text_of("login", b->persons[i][0]);
			xj_json_text_of("name", b->persons[i][1]);
			xj_json_close('}');
		}
		xj_json_close(']');
	} else {
		xj_json_text_of("persons", NULL);
	}
	text("outcome", b->outcome);
	text("why", b->why);
	xj_json_number("request", b->request);
	xj_json_close('}');
	return XJ_OK;
}

static int
print_fault(void *ctx, unsigned number, const char *title, const char *why)
{
	FILE *to = ctx;

	found.faults++;
	fprintf(to, _("item %u"), number);
	if (*title) {
		fputs(" ", to);
		xj_put(to, title);
	}
	fprintf(to, "%s%s\n", _(": "), why);
	return XJ_OK;
}

static int
json_fault(void *ctx, unsigned number, const char *title, const char *why)
{
	(void)ctx;
	if (!found.json_faults) {
		xj_json_close(']');
		xj_json_open("faults", '[');
	}
	found.json_faults = true;
	found.faults++;
	xj_json_open(NULL, '{');
	xj_json_number("item", number);
	text("title", title);
	xj_json_text_of("why", why);
	xj_json_close('}');
	return XJ_OK;
}

/* What is no obstacle, but should be known before it is frozen. */
static int
warn_line(void *ctx, const struct xj_packet_line *l)
{
	if (!xj_validity_warns(l->status))
		return XJ_OK;
	printf(_("item %u"), l->number);
	fputs(" ", stdout);
	xj_put(stdout, l->title);
	printf("%s%s\n", _(": "), xj_validity_shown(l->status));
	if (!l->replaced_by)
		return XJ_OK;
	fputs("    ", stdout);
	printf(_("replaced by #%llu "), (ull)l->replaced_by);
	xj_put(stdout, l->replaced_by_title);
	fputc('\n', stdout);
	if (strcmp(l->what, "document") == 0)
		printf(_("    xueji packet replace %s %u    puts that in its "
			 "place\n"), (const char *)ctx, l->number);
	return XJ_OK;
}

static int
json_warning(void *ctx, const struct xj_packet_line *l)
{
	return xj_validity_warns(l->status) ? json_row(ctx, l) : XJ_OK;
}

static int
checked(void)
{
	if (opt_share_until)
		return found.refused ? EXIT_PART : EXIT_FINE;
	return found.blind || found.faults ? EXIT_NEGATIVE : EXIT_FINE;
}

static int
check_json(struct xj_archive *archive, uint64_t id)
{
	struct xj_error err = { 0 };
	size_t invited = 0;
	int r;

	xj_json_begin_list("blind");
	r = opt_share_until ?
	    xj_packet_share(archive, id, 0, opt_share_until, json_blind, NULL,
			    &invited, &err) :
	    xj_packet_check(archive, id, json_blind, json_fault, NULL,
			    &invited, &err);
	if (!found.json_faults) {
		xj_json_close(']');
		xj_json_open("faults", '[');
	}
	xj_json_close(']');
	xj_json_open("warnings", '[');
	if (r >= 0)
		r = xj_packet_tell(archive, id, json_warning, NULL, &err);
	xj_json_close(']');
	xj_json_number("invited", invited);
	return xj_json_end(r < 0 ? xj_fail(&err) : checked());
}

static void
put_ways_out(const char *id)
{
	printf(_("\nThree ways out:\n"
		 "  xueji packet check %s --share-until DAY    share it with "
		 "them, or ask for it\n"
		 "  xueji packet remove %s ITEM                take it out\n"
		 "  xueji packet edit %s ITEM --title-only     leave its "
		 "title\n"), id, id, id);
}

static int
check(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	size_t invited = 0;
	uint64_t id;
	int r, code = xj_study_id(archive, KIND, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json)
		return check_json(archive, id);
	r = opt_share_until ?
	    xj_packet_share(archive, id, 0, opt_share_until, print_blind, stdout,
			    &invited, &err) :
	    xj_packet_check(archive, id, print_blind, print_fault, stdout,
			    &invited, &err);
	if (r < 0)
		return xj_fail(&err);
	if (!found.blind && !found.faults)
		printf(ngettext("%zu person is invited, and sees all of it.\n",
				"%zu persons are invited, and see all of "
				"it.\n", invited), invited);
	else if (!opt_share_until && found.blind)
		put_ways_out(argv[0]);
	r = xj_packet_tell(archive, id, warn_line, argv[0], &err);
	return r < 0 ? xj_fail(&err) : checked();
}

static const struct xj_option check_options[] = {
	{ 0, "share-until", .value = &opt_share_until, .arg = "DAY",
	  .help = N_("share it until then, as far as you may; ask for the "
		     "rest") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_packet_check = {
	.name = "packet check", .args = "SEMINAR", .needs = NEEDS_WRITE,
	.summary = N_("who of those invited cannot see what, and what keeps "
		      "it from being frozen"),
	.options = check_options, .least = 1, .most = 1, .run = check,
};

/* ------------------------------------------------------------- freeze, thaw */

static int
freeze(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, KIND, argv[0], &id)
			: EXIT_USAGE;

	(void)argc;
	if (code)
		return code;
	r = xj_packet_freeze(archive, id, opt_skip, print_fault, stderr, o,
			     &changed, &err);
	return tell_change(r, &changed, _("The packet of seminar %llu is "
					  "frozen."), &err);
}

static const struct xj_option freeze_options[] = {
	{ 0, "skip-missing", .flag = &opt_skip,
	  .help = N_("of what has a fault, leave a line with its title") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_packet_freeze = {
	.name = "packet freeze", .args = "SEMINAR", .needs = NEEDS_WRITE,
	.summary = N_("fix what is in the packet, and what its searches find"),
	.options = freeze_options, .least = 1, .most = 1, .run = freeze,
};

static int
thaw(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, KIND, argv[0], &id)
			: EXIT_USAGE;

	(void)argc;
	if (code)
		return code;
	r = xj_packet_thaw(archive, id, o, &changed, &err);
	return tell_change(r, &changed, _("The packet of seminar %llu can be "
					  "changed again."), &err);
}

const struct xj_command cmd_packet_thaw = {
	.name = "packet thaw", .args = "SEMINAR", .needs = NEEDS_WRITE,
	.summary = N_("let a frozen packet be changed again"),
	.options = xj_study_change_options, .least = 1, .most = 1, .run = thaw,
};

/* --------------------------------------------------------------------- build */

static void
note(void *ctx, size_t i, const char *message)
{
	*(bool *)ctx = true;
	fprintf(stderr, _("xueji: part %zu: %s\n"), i + 1, message);
}

static int
build(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	enum xj_packet_form form;
	bool notes = false;
	size_t count = 0;
	uint64_t id;
	int r, code = xj_study_id(archive, KIND, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (!opt_output)
		return xj_usage(_("say with -o where to write, such as "
				  "-o packet.pdf"));
	form = xj_packet_form_of(opt_output, opt_form);
	r = xj_packet_build(archive, id, opt_output,
			    &(struct xj_packet_options){ .form = form,
		.note = note, .ctx = &notes, .watch = *xj_watch_begin(),
	}, &count, &err);
	xj_watch_end();
	if (r < 0)
		return xj_fail(&err);
	if (opt_json) {
		xj_json_begin();
		xj_json_text_of("output", opt_output);
		xj_json_text_of("form", xj_packet_forms[form]);
		xj_json_number("documents", count);
		return xj_json_end(notes ? EXIT_PART : EXIT_FINE);
	}
	xj_say(ngettext("%s: %zu document", "%s: %zu documents", count),
	       opt_output, count);
	return notes ? EXIT_PART : EXIT_FINE;
}

static const struct xj_option build_options[] = {
	{ 'o', "output", .value = &opt_output, .arg = "PLACE",
	  .help = N_("the file or folder to write; it must not be there yet") },
	{ 0, "to", .value = &opt_form, .arg = "FORM",
	  .choices = "folder zip bag html pdf",
	  .help = N_("what to write; else by the ending of PLACE") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_packet_build = {
	.name = "packet build", .args = "SEMINAR", .needs = NEEDS_READ,
	.summary = N_("write the packet: folder, zip, bag, page or PDF, with "
		      "what you may see"),
	.options = build_options, .least = 1, .most = 1, .run = build,
};
