/* cmd-export.c - write documents together: folder, zip, bag, page or PDF. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *opt_output, *opt_form, *opt_title, *opt_subtitle,
	*opt_collection;
static struct xj_values opt_lines;

static const struct xj_option options[] = {
	{ 'o', "output", .value = &opt_output, .arg = "PLACE",
	  .help = N_("the file or folder to write; it must not be there yet") },
	{ 0, "form", .value = &opt_form, .arg = "FORM",
	  .choices = "folder zip bag html pdf",
	  .help = N_("what to write; else by the ending of PLACE") },
	{ 0, "title", .value = &opt_title, .arg = "TITLE",
	  .help = N_("the title of the whole") },
	{ 0, "subtitle", .value = &opt_subtitle, .arg = "TEXT",
	  .help = N_("what stands below the title") },
	{ 0, "line", .values = &opt_lines, .arg = "TEXT",
	  .help = N_("a line at the foot of the cover, such as who and when; "
		     "may be given again") },
	{ 0, "collection", .value = &opt_collection, .arg = "ID",
	  .help = N_("the documents of a collection, with its notes and its "
		     "title") },
	OPTION_JSON,
	{ 0 }
};

/* ------------------------------------------------------------- what to do */

const char *const xj_packet_forms[] = {
	[XJ_PACKET_FOLDER] = "folder", [XJ_PACKET_ZIP] = "zip",
	[XJ_PACKET_BAG] = "bag", [XJ_PACKET_HTML] = "html",
	[XJ_PACKET_PDF] = "pdf",
};

enum xj_packet_form
xj_packet_form_of(const char *place, const char *said)
{
	const char *dot = strrchr(xj_path_base(place), '.');
	const char *word = said != NULL ? said : dot != NULL ? dot + 1 : "";

	for (size_t i = 0; i < XJ_COUNT(xj_packet_forms); i++)
		if (strcasecmp(word, xj_packet_forms[i]) == 0)
			return (enum xj_packet_form)i;
	return strcasecmp(word, "htm") == 0 ? XJ_PACKET_HTML
					    : XJ_PACKET_FOLDER;
}

/* A number at *p, which is moved past it. */
static bool
take_number(const char **p, unsigned long most, unsigned long *out)
{
	char *end;

	if (**p < '0' || **p > '9')
		return false;
	errno = 0;
	*out = strtoul(*p, &end, 10);
	*p = end;
	return errno == 0 && *out > 0 && *out <= most;
}

bool
xj_packet_rest(const char *p, struct xj_packet_item *item)
{
	unsigned long version = 0, first = 0, last = 0;
	bool good = true;

	if (*p == '@')
		good = take_number((p++, &p), UINT32_MAX, &version);
	if (good && *p == ':') {
		p++;
		good = take_number(&p, UINT32_MAX, &first);
		last = first;
		if (good && *p == '-' && *++p == '\0')
			last = 0;
		else if (good && p[-1] == '-')
			good = take_number(&p, UINT32_MAX, &last);
	}
	item->version = (unsigned)version;
	item->first = (uint32_t)first;
	item->last = (uint32_t)last;
	return good && *p == '\0';
}

bool
xj_packet_item_of(char *word, struct xj_packet_item *item)
{
	size_t urn = strncmp(word, "urn:uuid:", 9) == 0 ? 9 : 0;
	char *end = word + urn + strcspn(word + urn, "@:");
	char rest[64];

	snprintf(rest, sizeof(rest), "%s", end);
	item->document = word;
	if (strlen(end) >= sizeof(rest) || !xj_packet_rest(rest, item)) {
		xj_usage(_("%s: expected ID, ID:PAGES or ID@VERSION:PAGES, "
			   "such as 42:3-5"), word);
		return false;
	}
	*end = '\0';
	return true;
}

/* ---------------------------------------------------------------- notes */

struct notes {
	const struct xj_packet_item *items;
	bool some;
};

static void
note(void *ctx, size_t i, const char *message)
{
	struct notes *n = ctx;

	n->some = true;
	fprintf(stderr, "xueji: %s%s%s\n", n->items[i].document, _(": "),
		message);
}

static int
write_packet(struct xj_archive *archive, const struct xj_packet *packet)
{
	struct notes notes = { .items = packet->items };
	struct xj_error err = { 0 };
	enum xj_packet_form form = xj_packet_form_of(opt_output, opt_form);
	int r = xj_packet_write(archive, packet, opt_output,
				&(struct xj_packet_options){
		.form = form, .note = note, .ctx = &notes,
		.watch = *xj_watch_begin(),
	}, &err);

	xj_watch_end();
	if (r < 0)
		return xj_fail(&err);
	if (opt_json) {
		xj_json_begin();
		xj_json_text_of("output", opt_output);
		xj_json_text_of("form", xj_packet_forms[form]);
		xj_json_number("documents", packet->count);
		return xj_json_end(notes.some ? EXIT_PART : EXIT_FINE);
	}
	xj_say(ngettext("%s: %zu document", "%s: %zu documents",
			packet->count), opt_output, packet->count);
	return notes.some ? EXIT_PART : EXIT_FINE;
}

/* ------------------------------------------------------------ what goes in */

/* The packet while it is put together. */
struct gathering {
	struct xj_packet packet;
	struct xj_packet_item *items;
	char *title;
};

static void
gathering_end(struct gathering *g)
{
	for (size_t i = 0; opt_collection && i < g->packet.count; i++) {
		free((char *)g->items[i].document);
		free((char *)g->items[i].note);
	}
	free(g->items);
	free(g->title);
}

static int
take_title(void *ctx, const struct xj_collection *c)
{
	struct gathering *g = ctx;

	g->title = strdup(c->study.title);
	return g->title ? XJ_OK : XJ_ENOMEM;
}

static int
take_item(void *ctx, const struct xj_collection_item *item)
{
	struct gathering *g = ctx;
	size_t n = g->packet.count;
	struct xj_packet_item *more = realloc(g->items, (n + 1) *
					      sizeof(*more));

	if (!more)
		return XJ_ENOMEM;
	g->items = more;
	more[n] = (struct xj_packet_item){
		.document = strdup(item->info->urn),
		.note = item->note ? strdup(item->note) : NULL };
	g->packet.count++;
	return more[n].document && (!item->note || more[n].note) ? XJ_OK :
	       XJ_ENOMEM;
}

static int
take_collection(struct xj_archive *archive, struct gathering *g)
{
	struct xj_error err = { 0 };
	uint64_t id;
	int code = xj_study_id(archive, "collection", opt_collection, &id);

	if (code)
		return code;
	if (xj_collection_show(archive, id, take_title, take_item, g,
			       &err) < 0)
		return xj_fail(&err);
	if (g->packet.count == 0)
		return xj_fail_with(EXIT_NEGATIVE, "%s",
				    _("nothing in the collection is to be "
				      "exported"));
	if (!opt_title)
		g->packet.title = g->title;
	return EXIT_FINE;
}

static int
take_words(struct gathering *g, int argc, char **argv)
{
	g->items = calloc((size_t)argc, sizeof(*g->items));
	if (g->items == NULL)
		return xj_fail_with(EXIT_STORE, "%s", _("out of memory"));
	for (int i = 0; i < argc; i++)
		if (!xj_packet_item_of(argv[i], &g->items[i]))
			return EXIT_USAGE;
	g->packet.count = (size_t)argc;
	return EXIT_FINE;
}

static int
export(struct xj_archive *archive, int argc, char **argv)
{
	struct gathering g = { .packet = { .title = opt_title,
					   .subtitle = opt_subtitle,
					   .lines = opt_lines.list } };
	int code;

	if (opt_output == NULL)
		return xj_usage(_("say with -o where to write, such as "
				  "-o packet.pdf"));
	if ((argc == 0) == (opt_collection == NULL))
		return xj_usage(_("say which documents, or --collection ID"));
	code = opt_collection ? take_collection(archive, &g)
			      : take_words(&g, argc, argv);
	g.packet.items = g.items;
	if (code == EXIT_FINE)
		code = write_packet(archive, &g.packet);
	gathering_end(&g);
	return code;
}

const struct xj_command cmd_export = {
	.name = "export", .args = "[ID[@VERSION][:PAGES]...]",
	.needs = NEEDS_READ,
	.summary = N_("write documents together: folder, zip, bag, page or "
		      "PDF"),
	.options = options, .least = 0, .most = -1, .run = export,
};
