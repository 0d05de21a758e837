/*
 * manual.c - a page of the manual: name, synopsis and options from the
 * declarations, the prose from a file of doc/, in which a line "@OPTIONS@"
 * says where the options go.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* Text for roff: no dash becomes a hyphen, no line begins a request. */
static void
put_roff(const char *s)
{
	for (const char *p = s; *p; p++) {
		if (*p == '-')
			fputs("\\-", stdout);
		else if (*p == '\\')
			fputs("\\e", stdout);
		else if (p == s && (*p == '.' || *p == '\''))
			printf("\\&%c", *p);
		else
			fputc(*p, stdout);
	}
}

static void
put_option(const struct xj_option *o)
{
	fputs(".TP\n", stdout);
	if (o->letter)
		printf("\\fB\\-%c\\fR, ", o->letter);
	fputs("\\fB\\-\\-", stdout);
	put_roff(o->name);
	fputs("\\fR", stdout);
	if (o->arg)
		printf(" \\fI%s\\fR", o->arg);
	fputc('\n', stdout);
	put_roff(_(o->help));
	if (o->choices) {
		fputc(' ', stdout);
		put_roff(o->choices);
	}
	fputc('\n', stdout);
}

static void
put_options(const struct xj_option *o)
{
	for (; o && o->name; o++)
		if (o->help)
			put_option(o);
}

/* Whether the command belongs to the page "xueji-NAME". */
static bool
on_page(const struct xj_command *c, const char *name)
{
	char page[64];

	return strcmp(xj_manual_name(c, page) + strlen("xueji-"), name) == 0;
}

static size_t
commands_on(const char *name)
{
	size_t n = 0;

	for (size_t i = 0; xj_commands[i]; i++)
		n += on_page(xj_commands[i], name);
	return n;
}

static void
put_title(const char *page)
{
	printf(".TH \"%s\" 1 \"\" \"xueji %s\" \"%s\"\n", page, xj_version(),
	       _("Xueji manual"));
}

static void
put_synopsis(const struct xj_command *c)
{
	fputs(".TP\n", stdout);
	fputs("\\fBxueji ", stdout);
	put_roff(c->name);
	fputs("\\fR", stdout);
	if (c->options && c->options->help)
		fputs(_(" [\\fIOPTION\\fR...]"), stdout);
	if (*c->args) {
		fputs(" \\fI", stdout);
		put_roff(c->args);
		fputs("\\fR", stdout);
	}
	fputc('\n', stdout);
	put_roff(_(c->summary));
	fputc('\n', stdout);
}

static void
put_all_options(const char *name)
{
	bool several = commands_on(name) > 1;

	printf(".SH %s\n", _("OPTIONS"));
	for (size_t i = 0; xj_commands[i]; i++) {
		const struct xj_command *c = xj_commands[i];

		if (!on_page(c, name) || !c->options || !c->options->help)
			continue;
		if (several)
			printf(".SS %s\n", c->name);
		put_options(c->options);
	}
	printf(".SS %s\n", _("Options of every command"));
	put_options(xj_options_everywhere);
}

/* The first command of a page gives it its line in indexes of manuals. */
static void
put_name(const char *name)
{
	printf(".SH %s\nxueji\\-%s \\- ", _("NAME"), name);
	for (size_t i = 0; xj_commands[i]; i++)
		if (on_page(xj_commands[i], name)) {
			put_roff(_(xj_commands[i]->summary));
			break;
		}
	fputc('\n', stdout);
}

static void
put_commands(void)
{
	printf(".SH %s\n", _("COMMANDS"));
	for (size_t i = 0; xj_commands[i]; i++)
		put_synopsis(xj_commands[i]);
}

static int
put_prose(const char *file, const char *name)
{
	FILE *in = file ? fopen(file, "re") : NULL;
	char *line = NULL;
	size_t cap = 0;
	bool options = false;

	if (file && !in)
		return xj_fail_with(EXIT_MISSING, "%s%s%s", file, _(": "),
				    xj_tr(strerrordesc_np(errno)));
	while (in && getline(&line, &cap, in) > 0) {
		if (strcmp(line, "@OPTIONS@\n") == 0) {
			put_all_options(name);
			options = true;
		} else {
			fputs(line, stdout);
		}
	}
	if (!options)
		put_all_options(name);
	free(line);
	if (in)
		fclose(in);
	return EXIT_FINE;
}

static int
manual_of_all(const char *prose)
{
	put_title("XUEJI");
	printf(".SH %s\nxueji \\- ", _("NAME"));
	put_roff(_("keep documents, find them again, prove that nothing was "
		   "lost"));
	printf("\n.SH %s\n", _("SYNOPSIS"));
	fputs(_("\\fBxueji\\fR [\\fB\\-A\\fR \\fIDIR\\fR] \\fICOMMAND\\fR "
		"[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"), stdout);
	put_commands();
	return put_prose(prose, "");
}

int
xj_help_manual(const char *name, const char *prose)
{
	char page[64];

	if (strcmp(name, "xueji") == 0)
		return manual_of_all(prose);
	if (strncmp(name, "xueji-", strlen("xueji-")) == 0)
		name += strlen("xueji-");
	if (commands_on(name) == 0)
		return xj_usage(_("%s: no such command"), name);
	snprintf(page, sizeof(page), "XUEJI\\-%s", name);
	for (char *p = page; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	put_title(page);
	put_name(name);
	printf(".SH %s\n", _("SYNOPSIS"));
	for (size_t i = 0; xj_commands[i]; i++)
		if (on_page(xj_commands[i], name))
			put_synopsis(xj_commands[i]);
	return put_prose(prose, name);
}
