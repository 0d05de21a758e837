/* main.c - find the command, read its options, open the archive, run it. */
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

bool opt_json, opt_quiet;
const char *opt_dir;
const struct xj_command *xj_current;

static bool opt_help, opt_version;
static const char *opt_archive, *opt_as, *opt_color, *opt_lang;

/* Taken before and after the verb. */
static const struct xj_option everywhere[] = {
	{ 'A', "archive", .value = &opt_archive, .arg = "DIR",
	  .help = N_("the archive; else XUEJI_ARCHIVE, else found upward") },
	{ 0, "as", .value = &opt_as, .arg = "USER",
	  .help = N_("act as this member, and see what he may see") },
	{ 'h', "help", .flag = &opt_help, .help = N_("show this help") },
	{ 0, "color", .value = &opt_color, .arg = "WHEN",
	  .help = N_("auto, always or never") },
	{ 0, "lang", .value = &opt_lang, .arg = "LANG",
	  .help = N_("zh or en; else the locale's") },
	{ 'q', "quiet", .flag = &opt_quiet,
	  .help = N_("say nothing but results and errors") },
	{ 'V', "version", .flag = &opt_version,
	  .help = N_("show the version") },
	{ 0 }
};

const struct xj_option *const xj_options_everywhere = everywhere;

/* ---------------------------------------------------------------- options */

static const struct xj_option *
find_in(const struct xj_option *o, const char *name, size_t len, char letter)
{
	for (; o && o->name; o++)
		if (letter ? o->letter == letter :
		    strlen(o->name) == len && strncmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

static const struct xj_option *
find_option(const struct xj_command *c, const char *name, size_t len,
	    char letter)
{
	const struct xj_option *o = c ? find_in(c->options, name, len, letter)
				      : NULL;

	return o ? o : find_in(everywhere, name, len, letter);
}

static void
add_value(struct xj_values *v, const char *value)
{
	const char **more = realloc(v->list, (v->count + 2) * sizeof(*more));

	if (!more)
		abort(); /* a few bytes for an argument */
	v->list = more;
	v->list[v->count++] = value;
	v->list[v->count] = NULL;
}

static bool
among(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *p = choices; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, value, n) == 0)
			return true;
		p += n;
	}
	return false;
}

static int
set_value(const struct xj_option *o, const char *value)
{
	if (o->choices && !among(o->choices, value))
		return xj_usage(_("--%s %s: one of these is expected: %s"),
				o->name, value, o->choices);
	if (o->value)
		*o->value = value;
	else
		add_value(o->values, value);
	return 0;
}

/* The arguments while they are read. */
struct args {
	int argc, at;
	char **argv;
	const struct xj_command *command;
	char **operands;
	int count;
	bool only_operands; /* after "--" */
};

static int
unknown_option(struct args *a, const char *word)
{
	const char *nearest = xj_nearest_option(a->command, word);

	if (nearest)
		return xj_usage(_("%s: no such option; did you mean --%s?"),
				word, nearest);
	return xj_usage(_("%s: no such option"), word);
}

static int
read_long(struct args *a, char *word)
{
	const char *name = word + 2, *eq = strchr(name, '=');
	size_t len = eq ? (size_t)(eq - name) : strlen(name);
	const struct xj_option *o = find_option(a->command, name, len, 0);

	if (!o)
		return unknown_option(a, word);
	if (o->flag && eq)
		return xj_usage(_("--%s takes no value"), o->name);
	if (o->flag) {
		*o->flag = true;
		return 0;
	}
	if (!eq && a->at >= a->argc)
		return xj_usage(_("--%s needs a value: %s"), o->name, o->arg);
	return set_value(o, eq ? eq + 1 : a->argv[a->at++]);
}

/* "-q", "-qo FILE", "-oFILE" */
static int
read_short(struct args *a, char *word)
{
	for (char *p = word + 1; *p; p++) {
		const struct xj_option *o = find_option(a->command, "", 0, *p);

		/* "-网页" is no option but a word that must not be there. */
		if (!o && p == word + 1 && (unsigned char)*p >= 0x80) {
			a->operands[a->count++] = word;
			break;
		}
		if (!o)
			return unknown_option(a, word);
		if (o->flag) {
			*o->flag = true;
			continue;
		}
		if (!p[1] && a->at >= a->argc)
			return xj_usage(_("-%c needs a value: %s"), *p,
					o->arg);
		return set_value(o, p[1] ? p + 1 : a->argv[a->at++]);
	}
	return 0;
}

static int
read_word(struct args *a)
{
	char *word = a->argv[a->at++];

	if (a->only_operands || word[0] != '-' || word[1] == '\0') {
		a->operands[a->count++] = word;
		return 0;
	}
	if (strcmp(word, "--") == 0) {
		a->only_operands = true;
		return 0;
	}
	return word[1] == '-' ? read_long(a, word) : read_short(a, word);
}

/* ------------------------------------------------------------- the archive */

const char *
xj_archive_named(void)
{
	return opt_archive ? opt_archive : getenv("XUEJI_ARCHIVE");
}

static int
find_dir(struct xj_error *err)
{
	const char *dir = xj_archive_named();
	char *found;
	int r;

	if (dir && *dir) {
		opt_dir = dir;
		return XJ_OK;
	}
	r = xj_archive_find(".", &found, err);
	opt_dir = r == XJ_OK ? found : NULL;
	return r;
}

/* A wrong value is no matter to what changes the archive and does not import;
 * what imports refuses it. */
static int
warn_of_setting(void *ctx, const struct xj_setting_problem *p)
{
	const struct xj_command *c = ctx;

	if (p->key && c->needs == NEEDS_WRITE)
		return XJ_OK;
	if (p->line)
		xj_say(_("xueji: xueji.conf line %u: %s"), p->line,
		       p->message);
	else
		xj_say(_("xueji: xueji.conf: %s"), p->message);
	return XJ_OK;
}

/* What an older release made is upgraded by whoever may write, and read then. */
static int
open_to_read(struct xj_archive **archive, struct xj_error *err)
{
	int r = xj_archive_open(opt_dir, XJ_OPEN_READONLY, archive, err);

	if (r != XJ_EVERSION ||
	    xj_archive_open(opt_dir, 0, archive, NULL) < 0)
		return r;
	xj_archive_close(*archive);
	return xj_archive_open(opt_dir, XJ_OPEN_READONLY, archive, err);
}

static int
open_archive(const struct xj_command *c, struct xj_archive **archive,
	     struct xj_error *err)
{
	int r;

	*archive = NULL;
	if (c->needs == NEEDS_NOTHING)
		return XJ_OK;
	r = find_dir(err);
	if (r == XJ_OK && c->needs != NEEDS_DIR)
		r = c->needs == NEEDS_WRITE ?
		    xj_archive_open(opt_dir, 0, archive, err) :
		    open_to_read(archive, err);
	if (*archive && strcmp(c->name, "doctor") != 0) /* tells it itself */
		xj_setting_problems(*archive, warn_of_setting, (void *)c);
	return r == XJ_ENOTFOUND && c->needs == NEEDS_MAYBE && !opt_archive ?
	       XJ_OK : r;
}

/* --as: what needs no open archive has nothing to do with members. */
static int
act_as(struct xj_archive *archive)
{
	struct xj_error err = { 0 };

	if (!opt_as)
		return EXIT_FINE;
	if (!archive)
		return xj_usage(_("--as: this command does not act as a "
				  "member"));
	return xj_archive_set_reader(archive, opt_as, &err) < 0 ?
	       xj_fail(&err) : EXIT_FINE;
}

static int
run(const struct xj_command *c, int argc, char **argv)
{
	struct xj_archive *archive;
	struct xj_error err = { 0 };
	int code;

	if (argc < c->least)
		return xj_usage(_("something is missing: %s %s"), c->name,
				c->args);
	if (c->most >= 0 && argc > c->most)
		return xj_usage(_("%s: one argument too many"),
				argv[c->most]);
	if (open_archive(c, &archive, &err) < 0)
		return xj_fail(&err);
	code = act_as(archive);
	if (code == EXIT_FINE)
		code = c->run(archive, argc, argv);
	xj_archive_close(archive);
	if ((fflush(stdout) != 0 || ferror(stdout)) &&
	    (code == EXIT_FINE || code == EXIT_NEGATIVE))
		code = xj_fail_with(EXIT_STORE, _("standard output could not "
						  "be written"));
	return code;
}

/* -------------------------------------------------------------------- main */

/* The locale that the environment names for messages. */
static const char *
wanted_language(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES",
					     "LANG" };

	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "en";
}

static void
set_language(const char *lang)
{
	/* Without the locale's own files its language is still wanted. */
	if (!setlocale(LC_ALL, "") && !lang)
		lang = wanted_language();
	setlocale(LC_NUMERIC, "C"); /* JSON has points in its numbers */
	if (lang) {
		setenv("LANGUAGE", strncmp(lang, "zh", 2) == 0 ? "zh_CN"
							       : "en", 1);
		/* gettext looks at LANGUAGE only in a locale other than C. */
		if (!setlocale(LC_MESSAGES, "zh_CN.UTF-8"))
			setlocale(LC_MESSAGES, "C.UTF-8");
		setlocale(LC_CTYPE, "C.UTF-8");
	}
	bindtextdomain("xueji", getenv("XUEJI_LOCALE") ?
		       getenv("XUEJI_LOCALE") : LOCALEDIR);
	bind_textdomain_codeset("xueji", "UTF-8");
	textdomain("xueji");
}

/* The value of --lang, wherever it stands; NULL: none. */
static const char *
language_asked(int argc, char **argv)
{
	static const char option[] = "--lang";
	size_t n = strlen(option);

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], option, n) != 0)
			continue;
		if (argv[i][n] == '=')
			return argv[i] + n + 1;
		if (argv[i][n] == '\0')
			return argv[i + 1]; /* argv ends with NULL */
	}
	return NULL;
}

/* Options that stand before the verb. */
static int
read_front(struct args *a)
{
	while (a->at < a->argc && a->argv[a->at][0] == '-') {
		int code = read_word(a);

		if (code)
			return code;
	}
	return 0;
}

/* "accession", "accession lsit" */
static int
no_command_of_group(const char *word)
{
	int code = xj_fail_with(EXIT_USAGE, _("%s: one of these is expected:"),
				word);

	xj_help_group(word, stderr);
	return code;
}

static int
no_command(const char *word)
{
	const char *nearest = xj_nearest_command(word);

	if (xj_command_group(word))
		return no_command_of_group(word);

	if (nearest)
		return xj_usage(_("%s: no such command; did you mean %s?"),
				word, nearest);
	return xj_usage(_("%s: no such command"), word);
}

/* A group of commands whose help was asked for: "accession --help". */
static const char *group_asked;

static bool
is_group_help(const struct args *a)
{
	const char *next = a->argv[a->at + 1]; /* argv ends with NULL */

	return xj_command_group(a->argv[a->at]) &&
	       (opt_help ? !next : next && (strcmp(next, "--help") == 0 ||
					    strcmp(next, "-h") == 0));
}

static int
read_all(struct args *a)
{
	int used, code = read_front(a);

	if (code || a->at >= a->argc)
		return code;
	if (is_group_help(a)) {
		group_asked = a->argv[a->at];
		opt_help = true;
		return code;
	}
	a->command = xj_command_find(a->argc - a->at, a->argv + a->at, &used);
	xj_current = a->command;
	if (!a->command)
		return no_command(a->argv[a->at]);
	a->at += used;
	while (a->at < a->argc)
		if ((code = read_word(a)))
			return code;
	return 0;
}

static int
dispatch(struct args *a)
{
	if (opt_version) {
		printf("xueji %s\n", xj_version());
		return EXIT_FINE;
	}
	if (opt_help || !a->command) {
		if (group_asked)
			xj_help_group(group_asked, stdout);
		else if (a->command)
			xj_help_command(a->command, stdout);
		else
			xj_help_general(opt_help ? stdout : stderr);
		return opt_help ? EXIT_FINE : EXIT_USAGE;
	}
	return run(a->command, a->count, a->operands);
}

int
main(int argc, char **argv)
{
	struct args a = { .argc = argc, .argv = argv, .at = 1 };
	int code;

	/* Before options are read, so that what is said of them is in the
	 * user's language. */
	set_language(language_asked(argc, argv));
	signal(SIGPIPE, SIG_DFL);
	a.operands = calloc((size_t)argc + 1, sizeof(*a.operands));
	if (!a.operands)
		return EXIT_STORE;
	code = read_all(&a);
	if (code == 0 && opt_lang && strcmp(opt_lang, "zh") != 0 &&
	    strcmp(opt_lang, "en") != 0)
		code = xj_usage(_("--lang: zh or en"));
	if (code == 0 && !xj_colour_set(opt_color))
		code = xj_usage(_("--color: auto, always or never"));
	if (code == 0)
		code = dispatch(&a);
	free(a.operands);
	return code;
}
