/* completion.c - completion for bash, zsh and fish, from the declarations. */
#include <string.h>

#include "cli/cli.h"

/* Commands whose operands are files; those of the others are documents. */
static bool
takes_files(const struct xj_command *c)
{
	return strstr(c->args, "PATH") || strstr(c->args, "DIR");
}

static bool
option_takes_files(const struct xj_option *o)
{
	return o->arg && (strcmp(o->arg, "FILE") == 0 ||
			  strcmp(o->arg, "DIR") == 0);
}

/* ------------------------------------------------------------------- words */

/* First words, each once. */
static void
put_first_words(const char *between)
{
	const char *last = "";

	for (size_t i = 0; xj_commands[i]; i++) {
		const char *name = xj_commands[i]->name;
		size_t n = strcspn(name, " ");

		if (strlen(last) >= n && strncmp(last, name, n) == 0 &&
		    strcspn(last, " ") == n)
			continue;
		printf("%s%.*s", *last ? between : "", (int)n, name);
		last = name;
	}
}

static void
put_second_words(const char *first, size_t len)
{
	for (size_t i = 0; xj_commands[i]; i++) {
		const char *name = xj_commands[i]->name;

		if (strncmp(name, first, len) == 0 && name[len] == ' ')
			printf(" %s", name + len + 1);
	}
}

static void
put_option_words(const struct xj_option *o)
{
	for (; o && o->name; o++)
		if (o->help)
			printf(" --%s", o->name);
}

/* -------------------------------------------------------------------- bash */

static void
bash_groups(void)
{
	const char *last = "";

	for (size_t i = 0; xj_commands[i]; i++) {
		const char *name = xj_commands[i]->name;
		size_t n = strcspn(name, " ");

		if (!name[n] || (strcspn(last, " ") == n &&
				 strncmp(last, name, n) == 0))
			continue;
		printf("\t%.*s) words=\"", (int)n, name);
		put_second_words(name, n);
		printf("\" ;;\n");
		last = name;
	}
}

static void
bash_options(void)
{
	for (size_t i = 0; xj_commands[i]; i++) {
		const struct xj_command *c = xj_commands[i];

		printf("\t\"%s\") files=%s words=\"", c->name,
		       takes_files(c) ? "yes" : "");
		put_option_words(c->options);
		printf("\" ;;\n");
	}
}

/* Values of an option, whichever command it stands behind. */
static void
bash_values(const struct xj_command *c)
{
	for (const struct xj_option *o = c->options; o && o->name; o++) {
		if (!o->help || o->flag)
			continue;
		printf("\t\"%s --%s\"", c->name, o->name);
		if (o->letter)
			printf("|\"%s -%c\"", c->name, o->letter);
		if (o->choices)
			printf(") words=\"%s\" ;;\n", o->choices);
		else
			printf(") files=%s ;;\n",
			       option_takes_files(o) ? "yes" : "");
	}
}

static void
bash(void)
{
	fputs("# xueji(1) completion for bash\n"
	      "_xueji()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
	      "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tlocal i verb= second= words= files=\n"
	      "\tCOMPREPLY=()\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n"
	      "\t\t-A|--archive|--color|--lang) ((i++)) ;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*)\tif [[ -z $verb ]]; then verb=${COMP_WORDS[i]}\n"
	      "\t\t\telif [[ -z $second ]]; then second=${COMP_WORDS[i]}\n"
	      "\t\t\tfi ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tcase $prev in\n"
	      "\t-A|--archive)\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
	      "\t\treturn ;;\n"
	      "\t--color) words=\"auto always never\" ;;\n"
	      "\t--lang) words=\"zh en\" ;;\n"
	      "\tesac\n"
	      "\tif [[ -n $words ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	      "\"$cur\")\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tif [[ -z $verb ]]; then\n"
	      "\t\twords=\"", stdout);
	put_first_words(" ");
	put_option_words(xj_options_everywhere);
	fputs("\"\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	      "\"$cur\")\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tcase $verb in\n", stdout);
	bash_groups();
	fputs("\tesac\n"
	      "\tif [[ -n $words && -z $second ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	      "\"$cur\")\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\t[[ -n $words ]] && verb=\"$verb $second\"\n"
	      "\twords=\n"
	      "\tcase \"$verb $prev\" in\n", stdout);
	for (size_t i = 0; xj_commands[i]; i++)
		bash_values(xj_commands[i]);
	fputs("\t*)\tcase $verb in\n", stdout);
	bash_options();
	fputs("\tesac\n"
	      "\twords+=\"", stdout);
	put_option_words(xj_options_everywhere);
	fputs("\"\n"
	      "\t[[ $cur == -* ]] || words= ;;\n"
	      "\tesac\n"
	      "\tif [[ $verb == help ]]; then words=\"", stdout);
	put_first_words(" ");
	fputs("\"; fi\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	      "\"$cur\"\n"
	      "\t\t[[ -n $files && $cur != -* ]] && compgen -f -- "
	      "\"$cur\")\n"
	      "}\n"
	      "complete -o filenames -F _xueji xueji\n", stdout);
}

/* --------------------------------------------------------------------- zsh */

/* A single-quoted word, also safe inside of [...] of _arguments. */
static void
zsh_text(const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else if (strchr("[]:\\", *s))
			printf("\\%c", *s);
		else
			fputc(*s, stdout);
	}
}

static void
zsh_option(const struct xj_option *o)
{
	fputs(" \\\n\t\t\t'", stdout);
	if (o->values)
		fputc('*', stdout);
	printf("--%s", o->name);
	if (o->arg)
		fputc('=', stdout);
	fputc('[', stdout);
	zsh_text(_(o->help));
	fputc(']', stdout);
	if (o->arg) {
		printf(":%s:", o->arg);
		if (o->choices)
			printf("(%s)", o->choices);
		else if (strcmp(o->arg, "DIR") == 0)
			fputs("_files -/", stdout);
		else if (option_takes_files(o))
			fputs("_files", stdout);
	}
	fputc('\'', stdout);
}

static void
zsh_options(const struct xj_option *o)
{
	for (; o && o->name; o++)
		if (o->help)
			zsh_option(o);
}

static void
zsh_commands(void)
{
	for (size_t i = 0; xj_commands[i]; i++) {
		const struct xj_command *c = xj_commands[i];

		printf("\t'%s')\n\t\t_arguments", c->name);
		zsh_options(c->options);
		zsh_options(xj_options_everywhere);
		printf(" \\\n\t\t\t'*:%s:%s' ;;\n", *c->args ? "argument" : " ",
		       takes_files(c) ? "_files" : " ");
	}
}

static void
zsh(void)
{
	fputs("#compdef xueji\n"
	      "# xueji(1) completion for zsh\n"
	      "_xueji()\n{\n"
	      "\tlocal -a verbs seconds\n"
	      "\tlocal i=2 verb\n"
	      "\twhile (( i < CURRENT )); do\n"
	      "\t\tcase $words[i] in\n"
	      "\t\t-A|--archive|--color|--lang) (( i += 2 )) ;;\n"
	      "\t\t-*) (( i++ )) ;;\n"
	      "\t\t*) break ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tif (( i >= CURRENT )); then\n"
	      "\t\tverbs=(", stdout);
	put_first_words(" ");
	fputs(")\n\t\t_arguments", stdout);
	zsh_options(xj_options_everywhere);
	fputs(" '*:command:($verbs)'\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tverb=$words[i]\n"
	      "\tcase $verb in\n", stdout);
	for (size_t i = 0, n; xj_commands[i]; i++) {
		const char *name = xj_commands[i]->name;

		n = strcspn(name, " ");
		if (!name[n] || (i && strncmp(xj_commands[i - 1]->name, name,
					      n + 1) == 0))
			continue;
		printf("\t%.*s) seconds=(", (int)n, name);
		put_second_words(name, n);
		printf(" ) ;;\n");
	}
	fputs("\tesac\n"
	      "\tif (( $#seconds )); then\n"
	      "\t\tif (( i + 1 >= CURRENT )); then\n"
	      "\t\t\tcompadd -- $seconds\n"
	      "\t\t\treturn\n"
	      "\t\tfi\n"
	      "\t\tverb=\"$verb $words[i+1]\"\n"
	      "\t\t(( i++ ))\n"
	      "\tfi\n"
	      "\twords=(\"$words[1]\" \"${(@)words[i+1,-1]}\")\n"
	      "\t(( CURRENT -= i - 1 ))\n"
	      "\tcase $verb in\n", stdout);
	zsh_commands();
	fputs("\tesac\n"
	      "}\n"
	      "_xueji \"$@\"\n", stdout);
}

/* -------------------------------------------------------------------- fish */

static void
fish_text(const char *s)
{
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			fputc('\\', stdout);
		fputc(*s, stdout);
	}
}

static void
fish_option(const char *condition, const struct xj_option *o)
{
	printf("complete -c xueji%s%s%s -l %s", *condition ? " -n '" : "",
	       condition, *condition ? "'" : "", o->name);
	if (o->letter)
		printf(" -s %c", o->letter);
	if (o->arg)
		printf(" -r");
	if (o->choices)
		printf(" -f -a '%s'", o->choices);
	else if (option_takes_files(o))
		printf(" -F");
	fputs(" -d '", stdout);
	fish_text(_(o->help));
	fputs("'\n", stdout);
}

static void
fish_command(const struct xj_command *c)
{
	const char *space = strchr(c->name, ' ');
	char condition[128];
	int n = (int)strcspn(c->name, " ");

	if (space) {
		printf("complete -c xueji -n '__fish_seen_subcommand_from "
		       "%.*s' -a '%s' -d '", n, c->name, space + 1);
		snprintf(condition, sizeof(condition),
			 "__fish_seen_subcommand_from %.*s; and "
			 "__fish_seen_subcommand_from %s", n, c->name,
			 space + 1);
	} else {
		printf("complete -c xueji -n '__fish_use_subcommand' -a '%s' "
		       "-d '", c->name);
		snprintf(condition, sizeof(condition),
			 "__fish_seen_subcommand_from %s", c->name);
	}
	fish_text(_(c->summary));
	fputs("'\n", stdout);
	if (takes_files(c))
		printf("complete -c xueji -n '%s' -F\n", condition);
	for (const struct xj_option *o = c->options; o && o->name; o++)
		if (o->help)
			fish_option(condition, o);
}

static void
fish(void)
{
	fputs("# xueji(1) completion for fish\n"
	      "complete -c xueji -f\n", stdout);
	for (size_t i = 0; xj_commands[i]; i++) {
		const char *name = xj_commands[i]->name;
		size_t n = strcspn(name, " ");

		if (name[n] && (!i || strncmp(xj_commands[i - 1]->name, name,
					      n + 1) != 0))
			printf("complete -c xueji -n '__fish_use_subcommand' "
			       "-a '%.*s'\n", (int)n, name);
		fish_command(xj_commands[i]);
	}
	for (const struct xj_option *o = xj_options_everywhere; o->name; o++)
		fish_option("", o);
}

int
xj_help_completion(const char *shell)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = {
		{ "bash", bash }, { "zsh", zsh }, { "fish", fish },
	};

	for (size_t i = 0; i < XJ_COUNT(shells); i++)
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].print();
			return EXIT_FINE;
		}
	return xj_usage(_("--completion: bash, zsh or fish"));
}
