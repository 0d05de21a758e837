/* help.c - help, printed from the declarations of the commands. */
#include <string.h>

#include "cli/cli.h"

#define HELP_COLUMN 26

/* "-o, --output FILE" */
static void
describe(const struct xj_option *o, struct xj_buf *out)
{
	if (o->letter)
		xj_buf_addf(out, "-%c, --%s", o->letter, o->name);
	else
		xj_buf_addf(out, "    --%s", o->name);
	if (o->arg)
		xj_buf_addf(out, " %s", o->arg);
}

/* A left part and its explanation, in two columns. */
static void
put_pair(FILE *to, const char *left, const char *right)
{
	size_t width = xj_utf8_width(left, strlen(left));

	fprintf(to, "  %s", left);
	if (width + 2 > HELP_COLUMN) {
		fputc('\n', to);
		width = 0;
		fputs("  ", to);
	}
	fprintf(to, "%*s%s\n", (int)(HELP_COLUMN - width), "", right);
}

/* In the column of the explanations, broken to lines of 80 columns. */
static void
put_choices(FILE *to, const char *choices)
{
	size_t at = HELP_COLUMN + 2;

	fprintf(to, "%*s", (int)at, "");
	for (const char *p = choices; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (at + n + 1 > 80) {
			at = HELP_COLUMN + 2;
			fprintf(to, "\n%*s", (int)at, "");
		}
		fprintf(to, "%.*s ", (int)n, p);
		at += n + 1;
		p += n;
	}
	fputc('\n', to);
}

static void
put_options(const struct xj_option *options, FILE *to)
{
	for (const struct xj_option *o = options; o && o->name; o++) {
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

		if (!o->help)
			continue; /* for the build alone */
		describe(o, &b);
		put_pair(to, xj_buf_str(&b), _(o->help));
		if (o->choices)
			put_choices(to, o->choices);
	}
}

/* A page for each first word: "accession list" is in xueji-accession. */
const char *
xj_manual_name(const struct xj_command *c, char out[64])
{
	snprintf(out, 64, "xueji-%.*s", (int)strcspn(c->name, " "), c->name);
	return out;
}

static bool
has_options(const struct xj_command *c)
{
	return c->options && c->options->help;
}

void
xj_help_general(FILE *to)
{
	fputs(_("Xueji keeps documents, finds them again and proves that "
		"nothing was lost.\n\n"
		"usage: xueji [-A DIR] COMMAND [OPTION...] [ARGUMENT...]\n\n"
		"commands:\n"), to);
	for (size_t i = 0; xj_commands[i]; i++)
		put_pair(to, xj_commands[i]->name, _(xj_commands[i]->summary));
	fputs(_("\noptions of every command:\n"), to);
	put_options(xj_options_everywhere, to);
	fputs(_("\n`xueji help COMMAND` says more; `xueji demo DIR` makes an "
		"archive to try.\n"), to);
}

void
xj_help_group(const char *word, FILE *to)
{
	size_t n = strlen(word);

	for (size_t i = 0; xj_commands[i]; i++) {
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
		const struct xj_command *c = xj_commands[i];

		if (strncmp(c->name, word, n) != 0 || c->name[n] != ' ')
			continue;
		xj_buf_addf(&b, "xueji %s %s", c->name, c->args);
		put_pair(to, xj_buf_str(&b), _(c->summary));
	}
}

/* "backup list" and others beside "backup". */
static bool
has_further(const struct xj_command *c)
{
	size_t n = strlen(c->name);

	for (size_t i = 0; xj_commands[i]; i++)
		if (strncmp(xj_commands[i]->name, c->name, n) == 0 &&
		    xj_commands[i]->name[n] == ' ')
			return true;
	return false;
}

void
xj_help_command(const struct xj_command *c, FILE *to)
{
	char name[64];

	fprintf(to, _("usage: xueji %s%s%s%s\n\n"), c->name,
		has_options(c) ? _(" [OPTION...]") : "", *c->args ? " " : "",
		c->args);
	fprintf(to, "%s\n", _(c->summary));
	if (has_options(c)) {
		fputs(_("\noptions:\n"), to);
		put_options(c->options, to);
	}
	if (has_further(c)) {
		fputs(_("\nfurther commands:\n"), to);
		xj_help_group(c->name, to);
	}
	fputs(_("\noptions of every command:\n"), to);
	put_options(xj_options_everywhere, to);
	fprintf(to, _("\nExamples: man %s\n"), xj_manual_name(c, name));
}
