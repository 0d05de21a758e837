/* cmd-request.c - ask to see a document, and answer who asks. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *opt_purpose, *opt_until, *opt_right, *opt_word;
static bool opt_all;

/* ----------------------------------------------------------------- request */

/* A title may be known of what is not seen: the number goes to the library as
 * it is. */
static bool
read_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && !errno;
}

static int
request(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t id, number;

	(void)argc;
	if (!read_number(argv[0], &id))
		return xj_usage(_("%s: the number of a document is expected"),
				argv[0]);
	if (!opt_purpose)
		return xj_usage(_("--purpose: say what for"));
	if (xj_request(archive, id, opt_purpose, &number, &err) < 0)
		return xj_fail(&err);
	xj_say(_("Request %llu is made; `xueji requests` shows what comes "
		 "of it."), (ull)number);
	return EXIT_FINE;
}

static const struct xj_option request_options[] = {
	{ 0, "purpose", .value = &opt_purpose, .arg = "TEXT",
	  .help = N_("what for") },
	{ 0 }
};

const struct xj_command cmd_request = {
	.name = "request", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("ask to see a document whose title you know"),
	.options = request_options, .least = 1, .most = 1, .run = request,
};

/* -------------------------------------------------------------------- list */

static const char *
state_word(const char *state)
{
	return strcmp(state, "open") == 0 ? _("open") :
	       strcmp(state, "granted") == 0 ? _("granted") :
	       strcmp(state, "withdrawn") == 0 ? _("withdrawn") :
	       _("declined");
}

static int
row(void *ctx, const struct xj_request_row *r)
{
	char number[24], document[24], until[64];

	snprintf(number, sizeof(number), "%llu", (ull)r->number);
	snprintf(document, sizeof(document), "%llu", (ull)r->document);
	snprintf(until, sizeof(until), *r->until ? _("until %s") : "%s",
		 r->until);
	xj_table_add(ctx, (const char *[]){ number, state_word(r->state),
		     r->name, document, r->title, r->purpose,
		     *r->word ? r->word : until });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_request_row *r)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("number", r->number);
	xj_json_number("document", r->document);
	xj_json_text_of("title", r->title);
	xj_json_text_of("member", r->login);
	xj_json_text_of("name", r->name);
	xj_json_text_of("purpose", r->purpose);
	xj_json_text_of("state", r->state);
	xj_json_text_of("by", *r->by ? r->by : NULL);
	xj_json_text_of("word", *r->word ? r->word : NULL);
	xj_json_text_of("until", *r->until ? r->until : NULL);
	xj_json_time("asked", r->asked);
	xj_json_time("answered", r->answered);
	xj_json_bool("mine", r->mine);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	(void)argc, (void)argv;
	if (opt_json) {
		xj_json_begin_list("requests");
		r = xj_requests(archive, opt_all, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(7);
	xj_table_right(t, 0);
	xj_table_widest(t, 160); /* what for must be read whole */
	r = xj_requests(archive, opt_all, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	{ 0, "all", .flag = &opt_all,
	  .help = N_("those that were answered, too") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_requests = {
	.name = "requests", .args = "", .needs = NEEDS_READ,
	.summary = N_("list your requests, and those that wait for your "
		      "answer"),
	.options = list_options, .least = 0, .most = 0, .run = list,
};

/* ---------------------------------------------------------- grant, decline */

static int
grant(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t number;

	(void)argc;
	if (!read_number(argv[0], &number))
		return xj_usage(_("%s: the number of a request is expected"),
				argv[0]);
	if (xj_request_grant(archive, number, opt_until, opt_right, opt_word,
			     &err) < 0)
		return xj_fail(&err);
	xj_say(_("Request %llu is granted."), (ull)number);
	return EXIT_FINE;
}

static const struct xj_option grant_options[] = {
	{ 0, "until", .value = &opt_until, .arg = "DAY",
	  .help = N_("the last day; default in 30 days") },
	{ 0, "right", .value = &opt_right, .arg = "RIGHT",
	  .choices = "read download",
	  .help = N_("to read it (the default), or its bytes too:") },
	{ 'm', "word", .value = &opt_word, .arg = "TEXT",
	  .help = N_("a word to who asked") },
	{ 0 }
};

const struct xj_command cmd_grant = {
	.name = "grant", .args = "NUMBER", .needs = NEEDS_WRITE,
	.summary = N_("grant a request: share the document with who asked"),
	.options = grant_options, .least = 1, .most = 1, .run = grant,
};

static int
decline(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t number;

	(void)argc;
	if (!read_number(argv[0], &number))
		return xj_usage(_("%s: the number of a request is expected"),
				argv[0]);
	if (!opt_word)
		return xj_usage(_("--word: say why"));
	if (xj_request_decline(archive, number, opt_word, &err) < 0)
		return xj_fail(&err);
	xj_say(_("Request %llu is declined."), (ull)number);
	return EXIT_FINE;
}

static const struct xj_option decline_options[] = {
	{ 'm', "word", .value = &opt_word, .arg = "TEXT",
	  .help = N_("why; who asked reads it") },
	{ 0 }
};

const struct xj_command cmd_decline = {
	.name = "decline", .args = "NUMBER", .needs = NEEDS_WRITE,
	.summary = N_("decline a request, with a word"),
	.options = decline_options, .least = 1, .most = 1, .run = decline,
};

/* ---------------------------------------------------------------- withdraw */

static int
withdraw(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t number;

	(void)argc;
	if (!read_number(argv[0], &number))
		return xj_usage(_("%s: the number of a request is expected"),
				argv[0]);
	if (xj_request_withdraw(archive, number, &err) < 0)
		return xj_fail(&err);
	xj_say(_("Request %llu is withdrawn."), (ull)number);
	return EXIT_FINE;
}

static const struct xj_option withdraw_options[] = {
	{ 0 }
};

const struct xj_command cmd_withdraw = {
	.name = "withdraw", .args = "NUMBER", .needs = NEEDS_WRITE,
	.summary = N_("take back a request of yours that was not answered"),
	.options = withdraw_options, .least = 1, .most = 1, .run = withdraw,
};

/* ------------------------------------------------------------------ titles */

static int
title(void *ctx, uint64_t id, const char *text, const char *date,
      const char *unit)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu", (ull)id);
	if (ctx) {
		xj_table_add(ctx, (const char *[]){ number, text, date,
						    unit });
		return XJ_OK;
	}
	xj_json_open(NULL, '{');
	xj_json_number("id", id);
	xj_json_text_of("title", text);
	xj_json_text_of("date", date);
	xj_json_text_of("unit", unit);
	xj_json_close('}');
	return XJ_OK;
}

static int
titles(struct xj_archive *archive, int argc, char **argv)
{
	const char *contains = argc ? argv[0] : NULL;
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("titles");
		r = xj_titles(archive, contains, title, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(4);
	xj_table_right(t, 0);
	r = xj_titles(archive, contains, title, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option titles_options[] = {
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_titles = {
	.name = "titles", .args = "[WORDS]", .needs = NEEDS_READ,
	.summary = N_("list titles that units publish of documents you do not "
		      "see"),
	.options = titles_options, .least = 0, .most = 1, .run = titles,
};
