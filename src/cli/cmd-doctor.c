/* cmd-doctor.c - what is missing, and what works without it. */
#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
print(void *ctx, const struct xj_finding_line *line)
{
	static const struct {
		const char *sign;
		enum xj_style style;
	} signs[] = {
		[XJ_FINE] = { "✓", STYLE_GOOD },
		[XJ_MISSING] = { "–", STYLE_DIM },
		[XJ_BROKEN] = { "✗", STYLE_BAD },
	};
	bool *broken = ctx;
	char words[XJ_ERROR_MAX];

	*broken |= line->state == XJ_BROKEN;
	printf("%s%s%s ", xj_style(signs[line->state].style),
	       signs[line->state].sign, xj_plain());
	xj_put(stdout, xj_in_words(line->what, words, sizeof(words)));
	fputs(_(": "), stdout);
	xj_put(stdout, xj_in_words(line->detail, words, sizeof(words)));
	fputc('\n', stdout);
	if (line->advice && *line->advice) {
		fputs("  → ", stdout);
		xj_put(stdout, xj_in_words(line->advice, words,
					   sizeof(words)));
		fputc('\n', stdout);
	}
	return XJ_OK;
}

static int
print_json(void *ctx, const struct xj_finding_line *line)
{
	static const char *const states[] = {
		[XJ_FINE] = "fine", [XJ_MISSING] = "missing",
		[XJ_BROKEN] = "broken",
	};
	bool *broken = ctx;

	*broken |= line->state == XJ_BROKEN;
	xj_json_open(NULL, '{');
	xj_json_text_of("what", line->what);
	xj_json_text_of("state", states[line->state]);
	xj_json_text_of("detail", line->detail);
	xj_json_text_of("advice", line->advice && *line->advice ? line->advice
								: NULL);
	xj_json_close('}');
	return XJ_OK;
}

static int
doctor(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	bool broken = false;
	int r, code;

	(void)argc;
	(void)argv;
	if (opt_json)
		xj_json_begin_list("findings");
	r = xj_doctor(archive, opt_json ? print_json : print, &broken, &err);
	code = r < 0 ? xj_fail(&err) : broken ? EXIT_NEGATIVE : EXIT_FINE;
	if (opt_json) {
		xj_json_close(']');
		return xj_json_end(code);
	}
	if (r >= 0 && !archive)
		xj_say(_("No archive here; with -A DIR it is looked at too."));
	return code;
}

const struct xj_command cmd_doctor = {
	.name = "doctor", .args = "", .needs = NEEDS_MAYBE,
	.summary = N_("what is missing, and what works without it"),
	.options = options, .least = 0, .most = 0, .run = doctor,
};
