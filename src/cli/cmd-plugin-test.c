/* cmd-plugin-test.c - try an importer on samples, and say what is wrong. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_copies, *opt_seed, *opt_keep;
static bool opt_no_copies, opt_sent;

static const struct xj_option options[] = {
	{ 'n', "copies", .value = &opt_copies, .arg = "N",
	  .help = N_("damaged copies of each sample to try; default: 200") },
	{ 0, "no-copies", .flag = &opt_no_copies,
	  .help = N_("only the samples as they are") },
	{ 0, "seed", .value = &opt_seed, .arg = "N",
	  .help = N_("choose other damage") },
	{ 'k', "keep", .value = &opt_keep, .arg = "DIR",
	  .help = N_("write the copies that went wrong there") },
	{ 0, "sent", .flag = &opt_sent,
	  .help = N_("print what it sends and nothing else, to be compared") },
	OPTION_JSON,
	{ 0 }
};

static const struct {
	const char *name, *words;
} kinds[] = {
	[XJ_FAULT_BROKEN] = { "broken", NULL },
	[XJ_FAULT_BID] = { "bid", N_("it does not bid for this sample: xueji "
		"would never call it. Give `formats` the extension, the type "
		"or the first bytes, or write probe()") },
	[XJ_FAULT_SILENT] = { "silent", N_("it returned 0 and sent nothing: "
		"no text, no metadata, no contained document") },
	[XJ_FAULT_STATE] = { "state", N_("it answers differently in a process "
		"that has read a document before: keep nothing in static "
		"variables, free what was allocated") },
	[XJ_FAULT_UNSTEADY] = { "unsteady", N_("another process sent something "
		"else: no clock, no random numbers, no order of addresses or "
		"hashes, no memory that was not set") },
};

/* ------------------------------------------------------------- for people */

static void
put_quoted(const struct xj_sent *s)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_json_string(&b, s->text, s->len);
	fputc(' ', stdout);
	xj_put(stdout, xj_buf_str(&b));
}

static void
put_word(const char *name, const char *value)
{
	if (!value || !*value)
		return;
	printf(" %s%s=%s", xj_style(STYLE_DIM), name, xj_plain());
	xj_put(stdout, value);
}

static int
print_sent(void *ctx, const struct xj_sent *s)
{
	(void)ctx;
	fputs("  ", stdout);
	xj_put(stdout, strcmp(s->what, "text") == 0 ? s->role : s->what);
	if (strcmp(s->what, "text") != 0 && s->role) {
		fputc(' ', stdout);
		xj_put(stdout, s->role);
	}
	if (s->level)
		printf(" %u", s->level);
	if (s->where && *s->where)
		printf(" %s%s %llu%s", xj_style(STYLE_DIM), s->where,
		       (ull)s->at, xj_plain());
	if (s->row || s->column)
		printf(" %u,%u", s->row, s->column);
	put_word("label", s->label);
	put_word("fragment", s->fragment);
	put_word("lang", s->lang);
	put_word("source", s->source);
	put_word("mime", s->mime);
	put_quoted(s);
	if (s->has_size)
		printf(_(" (%llu bytes)"), (ull)s->size);
	fputc('\n', stdout);
	return XJ_OK;
}

static int
print_outcome(void *ctx, const struct xj_trial *t)
{
	char words[1024];

	(void)ctx;
	if (opt_sent) {
		printf("  → %s%s%s\n", t->outcome, *t->reason ? ": " : "",
		       t->reason);
		return XJ_OK;
	}
	printf("  → %s%s%s", xj_style(STYLE_BOLD), xj_word(t->outcome),
	       xj_plain());
	if (*t->reason) {
		fputs(": ", stdout);
		xj_put(stdout, xj_in_words(t->reason, words, sizeof(words)));
	}
	printf("  %s%s, ", xj_style(STYLE_DIM), t->mime);
	printf(_("bid %d, %.1f ms, %.0f MiB"), t->bid,
	       (double)t->cpu_us / 1000,
	       (double)t->memory / (1 << 20));
	printf("%s\n", xj_plain());
	return XJ_OK;
}

static void
put_change(FILE *to, const struct xj_fault *f)
{
	if (f->change == XJ_CHANGE_CUT)
		fprintf(to, _("cut off after %llu of %llu bytes: "),
		       (ull)f->offset, (ull)f->size);
	else if (f->change == XJ_CHANGE_BIT)
		fprintf(to, _("byte %llu (0x%llX) changed from 0x%02X to 0x%02X: "),
		       (ull)f->offset, (ull)f->offset, f->was, f->is);
}

static int
print_fault(void *ctx, const struct xj_fault *f)
{
	const char *words = kinds[f->kind].words;
	FILE *to = opt_sent ? stderr : stdout;
	char reason[1024];

	(void)ctx;
	xj_watch_end();
	fprintf(to, "  %s✗%s ", xj_style(STYLE_BAD), xj_plain());
	put_change(to, f);
	xj_put(to, words ? _(words) :
	       xj_in_words(f->reason, reason, sizeof(reason)));
	fputc('\n', to);
	if (f->first) {
		fprintf(to, _("    first: %s\n"), f->first);
		fprintf(to, _("    then:  %s\n"), f->then);
	}
	if (f->kept)
		fprintf(to, "    %s\n", f->kept);
	return XJ_OK;
}

static void
print_end(const struct xj_trial_result *r)
{
	if (r->faults || opt_quiet || opt_sent)
		return;
	printf("  %s✓%s ", xj_style(STYLE_GOOD), xj_plain());
	if (r->copies)
		printf(_("the same every time; %llu damaged copies did no "
			 "harm\n"), (ull)r->copies);
	else
		printf(_("the same every time\n"));
}

/* --------------------------------------------------------------- for programs */

/* The outcome and the faults come after the list of what was sent. */
static bool sent_open, faults_open;

static int
json_sent(void *ctx, const struct xj_sent *s)
{
	bool text = strcmp(s->what, "text") == 0;

	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("what", s->what);
	xj_json_text_of(strcmp(s->what, "meta") == 0 ? "element" : "role",
			s->role);
	xj_json_bytes("text", s->text, s->len);
	if (s->level)
		xj_json_number("level", s->level);
	if (s->where && *s->where) {
		xj_json_text_of("where", s->where);
		xj_json_number("at", s->at);
	}
	if (s->label)
		xj_json_text_of("label", s->label);
	if (s->fragment)
		xj_json_text_of("fragment", s->fragment);
	if (s->row || s->column) {
		xj_json_number("row", s->row);
		xj_json_number("column", s->column);
	}
	if (s->end_ms)
		xj_json_number("end_ms", s->end_ms);
	if (s->lang)
		xj_json_text_of("lang", s->lang);
	if (s->source)
		xj_json_text_of("source", s->source);
	if (s->mime)
		xj_json_text_of("mime", s->mime);
	if (s->has_size) {
		xj_json_number("size", s->size);
		xj_json_text_of("sha256", s->sha256);
	}
	if (text)
		xj_json_bool("more", s->more);
	xj_json_close('}');
	return XJ_OK;
}

static void
close_sent(void)
{
	if (sent_open)
		xj_json_close(']');
	sent_open = false;
}

static int
json_outcome(void *ctx, const struct xj_trial *t)
{
	(void)ctx;
	close_sent();
	xj_json_text_of("outcome", t->outcome);
	xj_json_text_of("reason", *t->reason ? t->reason : NULL);
	xj_json_text_of("mime", t->mime);
	xj_json_number("bid", (uint64_t)t->bid);
	xj_json_number("cpu_us", t->cpu_us);
	xj_json_number("memory", t->memory);
	xj_json_open("faults", '[');
	faults_open = true;
	return XJ_OK;
}

static int
json_fault(void *ctx, const struct xj_fault *f)
{
	static const char *const changes[] = { NULL, "cut", "bit" };

	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("kind", kinds[f->kind].name);
	xj_json_text_of("change", changes[f->change]);
	if (f->change)
		xj_json_number("offset", f->offset);
	if (f->change == XJ_CHANGE_BIT) {
		xj_json_number("was", f->was);
		xj_json_number("is", f->is);
	}
	xj_json_text_of("reason", f->reason);
	xj_json_text_of("first", f->first);
	xj_json_text_of("then", f->then);
	xj_json_text_of("kept", f->kept);
	xj_json_close('}');
	return XJ_OK;
}

/* ------------------------------------------------------------------ a sample */

static int
test_one(const char *file, const char *sample,
	 const struct xj_trial_options *o, unsigned *faults)
{
	struct xj_trial_result result;
	struct xj_error err = { 0 };
	int r;

	if (opt_json) {
		xj_json_open(NULL, '{');
		xj_json_text_of("sample", sample);
		xj_json_open("sent", '[');
		sent_open = true;
	} else if (!opt_sent) {
		printf("%s%s%s\n", xj_style(STYLE_BOLD), sample, xj_plain());
	}
	r = xj_plugin_test(file, sample, o, &result, &err);
	xj_watch_end();
	*faults += result.faults;
	if (!opt_json && r >= 0)
		print_end(&result);
	if (opt_json) {
		close_sent();
		if (faults_open)
			xj_json_close(']');
		faults_open = false;
		xj_json_number("copies", result.copies);
		xj_json_text_of("importer", *result.importer ? result.importer
							     : NULL);
		xj_json_text_of("version", *result.version ? result.version
							   : NULL);
		xj_json_close('}');
	}
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
conclude(int code, unsigned faults)
{
	if (code != EXIT_FINE || !faults)
		return code;
	return opt_json ? EXIT_NEGATIVE :
	       xj_fail_with(EXIT_NEGATIVE, ngettext("%u thing is wrong with "
			    "this importer", "%u things are wrong with this "
			    "importer", faults), faults);
}

static int
test(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_trial_options o = {
		.sent = opt_json ? json_sent : opt_quiet ? NULL : print_sent,
		.outcome = opt_json ? json_outcome : print_outcome,
		.fault = opt_json ? json_fault : print_fault,
		.no_copies = opt_no_copies, .keep = opt_keep,
	};
	unsigned faults = 0;
	int code = EXIT_FINE;

	(void)archive;
	if (!xj_number("copies", opt_copies, &o.copies) ||
	    !xj_number("seed", opt_seed, &o.seed))
		return EXIT_USAGE;
	o.no_copies |= opt_copies && o.copies == 0;
	if (opt_json)
		xj_json_begin_list("samples");
	o.watch = *xj_watch_begin();
	for (int i = 1; i < argc && code == EXIT_FINE; i++)
		code = test_one(argv[0], argv[i], &o, &faults);
	if (opt_json) {
		xj_json_close(']');
		xj_json_end(code);
	}
	return conclude(code, faults);
}

const struct xj_command cmd_plugin_test = {
	.name = "plugin test", .args = "IMPORTER.so SAMPLE...",
	.needs = NEEDS_NOTHING,
	.summary = N_("try an importer on samples and on damaged copies of "
		      "them"),
	.options = options, .least = 2, .most = -1, .run = test,
};
