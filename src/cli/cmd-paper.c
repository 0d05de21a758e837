/* cmd-paper.c - reflection papers: written, handed in, decided, shared. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

#define KIND "paper"
#define TEXT_MAX (64u << 20)

static const char *opt_title, *opt_year, *opt_unit, *opt_seminar, *opt_topic,
	*opt_reason, *opt_word, *opt_author, *opt_state;
static struct xj_values opt_based_on, opt_with;
static bool opt_waiting, opt_drafts, opt_text;

static int
id_of(struct xj_archive *archive, const char *ref, uint64_t *id)
{
	struct xj_error err = { 0 };

	return xj_paper_find(archive, ref, id, &err) < 0 ? xj_fail(&err) :
							   EXIT_FINE;
}

/* --------------------------------------------------------------- the text */

static int
read_file(struct xj_archive *archive, const char *file, char **text)
{
	bool in = strcmp(file, "-") == 0;
	int fd = in ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	struct xj_error err = { 0 };
	int r;

	if (fd < 0)
		return xj_fail_with(errno == ENOENT ? EXIT_MISSING : EXIT_STORE,
				    "%s: %s", file, strerror(errno));
	r = xj_paper_text_of(archive, fd, file, text, &err);
	if (!in)
		close(fd);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
run_editor(const char *path)
{
	const char *editor = getenv("VISUAL");
	int status = -1;
	pid_t pid;

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		return xj_usage(_("name a file with the text, - for standard "
				  "input, or set EDITOR"));
	pid = fork();
	if (pid == 0) { /* EDITOR may have arguments: "code --wait" */
		execl("/bin/sh", "sh", "-c", "eval \"$0 \\\"\\$1\\\"\"", editor,
		      path, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		return xj_fail_with(EXIT_NEGATIVE, _("%s did not end well; the "
				    "draft is as it was"), editor);
	return EXIT_FINE;
}

/* In a file that nobody else can read, and that goes when it was read. */
static int
edit_text(struct xj_archive *archive, uint64_t id, char **text)
{
	char path[] = "/tmp/xueji-XXXXXX.md";
	struct xj_error err = { 0 };
	char *before = NULL;
	int code, fd;

	if (xj_paper_text(archive, id, &before, &err) < 0)
		return xj_fail(&err);
	fd = mkostemps(path, 3, O_CLOEXEC);
	if (fd < 0 || xj_write_all(fd, before, strlen(before), &err) < 0) {
		xj_free(before);
		return xj_fail_with(EXIT_STORE, "%s: %s", path,
				    strerror(errno));
	}
	xj_free(before);
	close(fd);
	code = run_editor(path);
	if (code == EXIT_FINE)
		code = read_file(archive, path, text);
	unlink(path);
	return code;
}

static int
tell_saved(int r, const struct xj_paper_saved *s, const char *done,
	   const struct xj_error *err)
{
	if (r < 0)
		return xj_fail(err);
	if (opt_json) {
		xj_json_begin();
		xj_json_number(KIND, s->id);
		xj_json_number("draft", s->version);
		xj_json_bool("changed", s->changed);
		xj_json_bool("dry_run", opt_try);
		xj_json_text_of("dropped", *s->dropped ? s->dropped : NULL);
		return xj_json_end(EXIT_FINE);
	}
	if (opt_quiet)
		return EXIT_FINE;
	if (!s->changed) {
		printf(_("It is so already; nothing was changed.\n"));
		return EXIT_FINE;
	}
	if (opt_try)
		fputs(_("Only tried: "), stdout);
	printf(done, (ull)s->id);
	fputc('\n', stdout);
	if (*s->dropped)
		printf(_("Left out of the markup that was pasted: %s\n"),
		       s->dropped);
	return EXIT_FINE;
}

/* ------------------------------------------------------------------- drafts */

#define OPTIONS_DRAFT \
	{ 'y', "year", .value = &opt_year, .arg = "YEAR", \
	  .help = N_("the year that it counts for; default this year") }, \
	{ 'b', "based-on", .values = &opt_based_on, .arg = "ID", \
	  .help = N_("a document that it is based on; may be given again") }, \
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT", \
	  .help = N_("the unit that it is written for; default one's own") }, \
	{ 0, "with", .values = &opt_with, .arg = "MEMBER", \
	  .help = N_("a co-author; may be given again") }, \
	{ 0, "seminar", .value = &opt_seminar, .arg = "ID", \
	  .help = N_("the seminar that called for it") }, \
	{ 0, "topic", .value = &opt_topic, .arg = "CODE", \
	  .help = N_("its study area or topic") }, \
	{ 0, "area", .value = &opt_topic, .arg = "CODE", \
	  .help = N_("the same") }

static struct xj_paper_given
given(void)
{
	return (struct xj_paper_given){
		.title = opt_title, .year = opt_year, .unit = opt_unit,
		.with = opt_with.count ? opt_with.list : NULL,
		.based_on = opt_based_on.count ? opt_based_on.list : NULL,
		.seminar = opt_seminar, .topic = opt_topic };
}

/* The first heading of a text, or the name of its file. */
static void
title_of(const char *text, const char *file, struct xj_buf *out)
{
	const char *base = xj_path_base(file), *dot = strrchr(base, '.');

	if (text[0] == '#') {
		text += strspn(text, "# \t");
		xj_buf_add(out, text, strcspn(text, "\r\n"));
	}
	if (!out->len)
		xj_buf_add(out, base, dot && dot > base ?
			   (size_t)(dot - base) : strlen(base));
}

static int
new(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	xj_auto(xj_buf_release) struct xj_buf title = XJ_BUF_INIT;
	struct xj_paper_given g = given();
	struct xj_paper_saved saved = { 0 };
	struct xj_error err = { 0 };
	const char *file = argc == 2 ? argv[1] : NULL;
	char *text = NULL;
	int r, code = EXIT_FINE;

	if (argc == 1 && (access(argv[0], R_OK) == 0 ||
			  strcmp(argv[0], "-") == 0))
		file = argv[0];
	else if (argc)
		g.title = argv[0];
	if (!o)
		return EXIT_USAGE;
	if (file)
		code = read_file(archive, file, &text);
	if (code)
		return code;
	if (file && !g.title) {
		title_of(text, file, &title);
		g.title = xj_buf_str(&title);
	}
	r = xj_paper_new(archive, &g, text ? text : "", text ? strlen(text) : 0,
			 o, &saved, &err);
	xj_free(text);
	return tell_saved(r, &saved, _("Paper %llu is begun; nobody but its "
				       "authors sees it."), &err);
}

static const struct xj_option new_options[] = {
	OPTIONS_DRAFT,
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_paper_new = {
	.name = "paper new", .args = "[TITLE] [FILE]", .needs = NEEDS_WRITE,
	.summary = N_("begin a reflection paper"),
	.options = new_options, .least = 1, .most = 2, .run = new,
};

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	const struct xj_paper_given g = given();
	struct xj_paper_saved saved = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int code;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if (!g.title && !g.year && !g.unit && !g.with && !g.based_on &&
	    !g.seminar && !g.topic)
		return xj_usage(_("nothing to change: say --title TITLE or "
				  "another option"));
	if ((code = id_of(archive, argv[0], &id)))
		return code;
	return tell_saved(xj_paper_edit(archive, id, &g, o, &saved, &err),
			  &saved, _("Paper %llu is changed."), &err);
}

static const struct xj_option edit_options[] = {
	{ 't', "title", .value = &opt_title, .arg = "TITLE",
	  .help = N_("its title") },
	OPTIONS_DRAFT,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_paper_edit = {
	.name = "paper edit", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("change title, year, documents and the like of a draft"),
	.options = edit_options, .least = 1, .most = 1, .run = edit,
};

static int
write_text(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_paper_saved saved = { 0 };
	struct xj_error err = { 0 };
	char *text = NULL;
	uint64_t id;
	int r, code;

	if (!o)
		return EXIT_USAGE;
	if ((code = id_of(archive, argv[0], &id)))
		return code;
	if (argc > 1)
		code = read_file(archive, argv[1], &text);
	else if (!isatty(STDIN_FILENO) && !getenv("EDITOR") &&
		 !getenv("VISUAL"))
		code = read_file(archive, "-", &text);
	else
		code = edit_text(archive, id, &text);
	if (code)
		return code;
	r = xj_paper_write(archive, id, text, strlen(text), false, o, &saved,
			   &err);
	xj_free(text);
	return tell_saved(r, &saved, _("Paper %llu is saved as a draft."),
			  &err);
}

static const struct xj_option write_options[] = {
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_paper_write = {
	.name = "paper write", .args = "ID [FILE]", .needs = NEEDS_WRITE,
	.summary = N_("write the text of a paper: from a file, or in your "
		      "editor"),
	.options = write_options, .least = 1, .most = 2, .run = write_text,
};

/* -------------------------------------------------------------------- check */

static int
tell_problem(void *ctx, const struct xj_error *problem)
{
	(void)ctx;
	if (opt_json)
		xj_json_text_of(NULL, problem->plain);
	else
		printf(_("  - %s\n"), problem->message);
	return XJ_OK;
}

static int
tell_quote(void *ctx, const char *text, size_t len, size_t length)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	size_t *shown = ctx;
	size_t cut = xj_utf8_cut(text, len, 60);

	if (++*shown > 20)
		return XJ_OK;
	xj_buf_add(&b, text, cut);
	printf("  %zu: ", length);
	for (size_t i = 0; i < b.len; i++)
		if (b.data[i] == '\n')
			b.data[i] = ' ';
	xj_put(stdout, xj_buf_str(&b));
	puts(cut < len ? "…" : "");
	return XJ_OK;
}

static void
tell_length(const struct xj_paper_check *c)
{
	printf(_("%zu characters of your own; %zu are needed.\n"), c->own,
	       c->minimum);
	if (c->quotes)
		printf(_("Quotations left out: %zu, characters in them: %zu.\n"),
		       c->quotes, c->quoted);
}

static int
no_problem(void *ctx, const struct xj_error *problem)
{
	(void)ctx, (void)problem;
	return XJ_OK;
}

static int
check_json(struct xj_archive *archive, uint64_t id)
{
	struct xj_paper_check c = { 0 };
	struct xj_error err = { 0 };
	int r;

	xj_json_begin_list("problems");
	r = xj_paper_check(archive, id, tell_problem, NULL, NULL, &c, &err);
	xj_json_close(']');
	xj_json_number(KIND, id);
	xj_json_number("own", c.own);
	xj_json_number("quoted", c.quoted);
	xj_json_number("quotations", c.quotes);
	xj_json_number("minimum", c.minimum);
	return xj_json_end(r < 0 ? xj_fail(&err) :
			   c.problems ? EXIT_NEGATIVE : EXIT_FINE);
}

static int
check(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_paper_check c = { 0 };
	struct xj_error err = { 0 };
	size_t shown = 0;
	uint64_t id;
	int r, code = id_of(archive, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json)
		return check_json(archive, id);
	r = xj_paper_check(archive, id, no_problem, NULL, NULL, &c, &err);
	if (r < 0)
		return xj_fail(&err);
	tell_length(&c);
	r = xj_paper_check(archive, id, no_problem, tell_quote, &shown, &c,
			   &err);
	if (r < 0)
		return xj_fail(&err);
	if (!c.problems) {
		puts(_("It can be handed in."));
		return EXIT_FINE;
	}
	puts(_("It cannot be handed in yet:"));
	xj_paper_check(archive, id, tell_problem, NULL, NULL, &c, &err);
	xj_say(_("`xueji paper write %llu` changes its text, `xueji paper edit "
		 "%llu --based-on ID` what it is based on."), (ull)id, (ull)id);
	return EXIT_NEGATIVE;
}

const struct xj_command cmd_paper_check = {
	.name = "paper check", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("say how long a draft is, and what it lacks"),
	.options = xj_study_json_options, .least = 1, .most = 1, .run = check,
};

/* --------------------------------------------------------- handed in, decided */

typedef int (*deed_fn)(struct xj_archive *archive, uint64_t id,
		       const struct xj_change_options *options,
		       struct xj_study_changed *changed,
		       struct xj_error *err);

static int
do_it(struct xj_archive *archive, const char *ref, deed_fn fn,
      const char *done)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int code = o ? id_of(archive, ref, &id) : EXIT_USAGE;

	return code ? code : xj_study_change_tell(
		fn(archive, id, o, &changed, &err), &changed, KIND, done,
		&err);
}

static int
submit(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return do_it(archive, argv[0], xj_paper_submit,
		     _("Paper %llu is handed in; the reviewers of your unit "
		       "read it."));
}

const struct xj_command cmd_paper_submit = {
	.name = "paper submit", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("hand a paper in"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = submit,
};

static int
withdraw(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return do_it(archive, argv[0], xj_paper_withdraw,
		     _("Paper %llu is withdrawn."));
}

const struct xj_command cmd_paper_withdraw = {
	.name = "paper withdraw", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("take back a paper that was handed in"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = withdraw,
};

static int
drop(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return do_it(archive, argv[0], xj_paper_remove,
		     _("The draft of paper %llu is erased."));
}

const struct xj_command cmd_paper_remove = {
	.name = "paper remove", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("erase a draft, with all that was saved of it"),
	.options = xj_study_change_options, .least = 1, .most = 1, .run = drop,
};

/* Of a number that he does not see the library says the same as of one that is
 * not there, whatever the reason. */
static int
decide(struct xj_archive *archive, const char *ref, bool accept)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id = 0;
	int r;

	if (!o || !xj_number(KIND, ref, &id))
		return EXIT_USAGE;
	r = accept ? xj_paper_accept(archive, id, opt_word, o, &changed, &err) :
		     xj_paper_return(archive, id, opt_reason ? opt_reason : "",
				     o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND, accept ?
				    _("Paper %llu is accepted.") :
				    _("Paper %llu is returned to its author."),
				    &err);
}

static int
take_back(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return decide(archive, argv[0], false);
}

static const struct xj_option return_options[] = {
	{ 'm', "reason", .value = &opt_reason, .arg = "TEXT",
	  .help = N_("why, in at least 10 characters; its author reads it") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_paper_return = {
	.name = "paper return", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("return a paper to its author, with a reason"),
	.options = return_options, .least = 1, .most = 1, .run = take_back,
};

static int
accept(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return decide(archive, argv[0], true);
}

static const struct xj_option accept_options[] = {
	{ 'm', "word", .value = &opt_word, .arg = "TEXT",
	  .help = N_("a word to its author") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_paper_accept = {
	.name = "paper accept", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("accept a paper: it counts then"),
	.options = accept_options, .least = 1, .most = 1, .run = accept,
};

static int
share(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_share_run(archive, KIND, argv[0],
				  _("Paper %llu is shared."));
}

const struct xj_command cmd_paper_share = {
	.name = "paper share", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("let others read your accepted paper"),
	.options = xj_study_share_options, .least = 1, .most = 1,
	.run = share,
};

static int
unshare(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_unshare_run(archive, KIND, argv[0],
				    _("Paper %llu is not shared with them any "
				      "more."));
}

const struct xj_command cmd_paper_unshare = {
	.name = "paper unshare", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("take a share of a paper back"),
	.options = xj_study_unshare_options, .least = 1, .most = 1,
	.run = unshare,
};

/* ------------------------------------------------------------ list and show */

static void
put_authors(struct xj_buf *b, const struct xj_paper *p)
{
	for (size_t i = 0; i < p->author_count; i++)
		xj_buf_addf(b, "%s%s", i ? ", " : "", *p->authors[i].name ?
			    p->authors[i].name : _("anonymous"));
}

static size_t rows_told;

static int
row(void *ctx, const struct xj_paper *p)
{
	xj_auto(xj_buf_release) struct xj_buf authors = XJ_BUF_INIT;
	char number[24], length[24];

	snprintf(number, sizeof(number), "%llu", (ull)p->id);
	snprintf(length, sizeof(length), "%zu", p->length);
	put_authors(&authors, p);
	rows_told++;
	xj_table_add(ctx, (const char *[]){ number, p->year, xj_word(p->state),
		     p->title, xj_buf_str(&authors), p->unit_name, length });
	return XJ_OK;
}

static void
json_reviews(const struct xj_paper *p)
{
	xj_json_open("reviews", '[');
	for (size_t i = 0; i < p->review_count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("what", p->reviews[i].what);
		xj_json_time("at", p->reviews[i].at);
		xj_json_text_of("by", p->reviews[i].by);
		xj_json_text_of("name", p->reviews[i].name);
		xj_json_text_of("text", *p->reviews[i].text ?
				p->reviews[i].text : NULL);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_parts(const struct xj_paper *p)
{
	xj_json_open("authors", '[');
	for (size_t i = 0; i < p->author_count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("login", p->authors[i].login);
		xj_json_text_of("name", p->authors[i].name);
		xj_json_close('}');
	}
	xj_json_close(']');
	xj_json_open("based_on", '[');
	for (size_t i = 0; i < p->basis_count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("urn", p->based_on[i].urn);
		xj_json_text_of("title", *p->based_on[i].title ?
				p->based_on[i].title : NULL);
		if (p->based_on[i].document)
			xj_json_number("document", p->based_on[i].document);
		xj_json_close('}');
	}
	xj_json_close(']');
	json_reviews(p);
}

static void
json_number_or_null(const char *key, uint64_t n)
{
	if (n)
		xj_json_number(key, n);
	else
		xj_json_text_of(key, NULL);
}

static int
json_row(void *ctx, const struct xj_paper *p)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("id", p->id);
	xj_json_text_of("urn", p->urn);
	xj_json_text_of("title", p->title);
	xj_json_text_of("year", p->year);
	xj_json_text_of("state", p->state);
	xj_json_text_of("unit", p->unit);
	xj_json_number("length", p->length);
	json_number_or_null("document", p->document);
	json_number_or_null("version", p->version);
	json_number_or_null("draft", p->draft);
	json_number_or_null("seminar", p->seminar);
	xj_json_text_of("topic", *p->topic ? p->topic : NULL);
	xj_json_text_of("level", p->level);
	xj_json_number("returns", p->returns);
	xj_json_time("submitted", p->submitted);
	xj_json_time("accepted", p->accepted);
	xj_json_time("updated", p->updated);
	xj_json_bool("mine", p->mine);
	xj_json_bool("own", p->own);
	xj_json_bool("may_review", p->may_review);
	json_parts(p);
	xj_json_close('}');
	return XJ_OK;
}

static int
list_by(struct xj_archive *archive, const struct xj_paper_filter *filter)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("papers");
		r = xj_papers(archive, filter, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(7);
	xj_table_right(t, 0);
	xj_table_right(t, 6);
	rows_told = 0;
	xj_table_heading(t, (const char *[]){ _("number"), _("year"),
			 _("state"), _("title"), _("author"), _("unit"),
			 _("length") });
	r = xj_papers(archive, filter, row, t, &err);
	if (r < 0 || !rows_told)
		xj_table_free(t);
	else
		xj_table_end(t, stdout, 0);
	if (r == XJ_OK && !rows_told)
		xj_say(_("There are none that you may see; `xueji paper new "
			 "TITLE --based-on ID` begins one."));
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc, (void)argv;
	return list_by(archive, &(struct xj_paper_filter){
		.year = opt_year, .unit = opt_unit, .author = opt_author,
		.state = opt_state, .waiting = opt_waiting });
}

static const struct xj_option list_options[] = {
	{ 'y', "year", .value = &opt_year, .arg = "YEAR",
	  .help = N_("of that year") },
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("of that unit, by its code") },
	{ 0, "author", .value = &opt_author, .arg = "MEMBER",
	  .help = N_("that he wrote or had part in") },
	{ 0, "state", .value = &opt_state, .arg = "STATE",
	  .choices = "draft submitted returned accepted shared withdrawn",
	  .help = N_("that are so:") },
	{ 0, "waiting", .flag = &opt_waiting,
	  .help = N_("that wait for your decision") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_paper_list = {
	.name = "paper list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the papers that you may see"),
	.options = list_options, .least = 0, .most = 0, .run = list,
};

static void
line(const char *name, const char *value)
{
	if (!value || !*value)
		return;
	printf("%s%s%s  ", xj_style(STYLE_DIM), name, xj_plain());
	xj_put(stdout, value);
	fputc('\n', stdout);
}

static void
put_moment(const char *name, int64_t at)
{
	char moment[32];

	if (at)
		line(name, xj_moment(at, moment));
}

static void
put_reviews(const struct xj_paper *p)
{
	char moment[32];

	for (size_t i = 0; i < p->review_count; i++) {
		const struct xj_paper_review *v = &p->reviews[i];

		printf("\n%s  %s  ", xj_moment(v->at, moment), v->name);
		puts(strcmp(v->what, "return") == 0 ? _("returned it:") :
						      _("accepted it:"));
		printf("  ");
		xj_put(stdout, v->text);
		fputc('\n', stdout);
	}
}

static void
put_basis(const struct xj_paper *p)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	for (size_t i = 0; i < p->basis_count; i++) {
		xj_buf_clear(&b);
		if (p->based_on[i].document)
			xj_buf_addf(&b, "#%llu %s",
				    (ull)p->based_on[i].document,
				    p->based_on[i].title);
		else
			xj_buf_adds(&b, _("a document that you do not see"));
		line(_("based on"), xj_buf_str(&b));
	}
}

static int
put_paper(void *ctx, const struct xj_paper *p)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	char number[64];

	(void)ctx;
	printf("%s", xj_style(STYLE_BOLD));
	xj_put(stdout, p->title);
	printf("%s\n", xj_plain());
	put_authors(&b, p);
	line(_("author"), xj_buf_str(&b));
	line(_("unit"), p->unit_name);
	line(_("year"), p->year);
	line(_("state"), xj_word(p->state));
	if (strcmp(p->state, "submitted") == 0 && strcmp(p->level, p->unit))
		line(_("decided by reviewers of"), p->level);
	snprintf(number, sizeof(number), "%zu", p->length);
	line(_("length"), number);
	put_basis(p);
	line(_("topic"), p->topic);
	snprintf(number, sizeof(number), "#%llu", (ull)p->document);
	line(_("text"), p->document ? number : NULL);
	snprintf(number, sizeof(number), "%llu", (ull)p->seminar);
	line(_("seminar"), p->seminar ? number : NULL);
	put_moment(_("handed in"), p->submitted);
	put_moment(_("accepted"), p->accepted);
	put_reviews(p);
	return XJ_OK;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	char *text = NULL;
	uint64_t id;
	int r, code = id_of(archive, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_text) {
		r = xj_paper_text(archive, id, &text, &err);
		if (r == XJ_OK)
			fputs(text, stdout);
		xj_free(text);
		return r < 0 ? xj_fail(&err) : EXIT_FINE;
	}
	if (opt_json)
		return list_by(archive, &(struct xj_paper_filter){ .id = id });
	r = xj_papers(archive, &(struct xj_paper_filter){ .id = id },
		      put_paper, NULL, &err);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option show_options[] = {
	{ 't', "text", .flag = &opt_text, .help = N_("the text alone") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_paper_show = {
	.name = "paper show", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("show a paper, what it is based on and what was said of "
		      "it"),
	.options = show_options, .least = 1, .most = 1, .run = show,
};

/* ------------------------------------------------------------------ history */

static int
save_row(void *ctx, unsigned version, int64_t at, const char *text)
{
	char moment[32], number[24], length[24];

	snprintf(number, sizeof(number), "%u", version);
	snprintf(length, sizeof(length), "%zu",
		 xj_utf8_count(text, strlen(text)));
	if (ctx) {
		xj_table_add(ctx, (const char *[]){ number,
			     xj_moment(at, moment), length });
		return XJ_OK;
	}
	xj_json_open(NULL, '{');
	xj_json_number("draft", version);
	xj_json_time("at", at);
	xj_json_text_of("text", text);
	xj_json_close('}');
	return XJ_OK;
}

static int
drafts(struct xj_archive *archive, uint64_t id)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("drafts");
		r = xj_paper_saves(archive, id, save_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(3);
	xj_table_right(t, 0);
	xj_table_right(t, 2);
	xj_table_heading(t, (const char *[]){ _("draft"), _("saved"),
					      _("characters") });
	r = xj_paper_saves(archive, id, save_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	uint64_t id;
	int code;

	(void)argc;
	if (!opt_drafts)
		return xj_study_history_run(archive, KIND, argv[0]);
	code = id_of(archive, argv[0], &id);
	return code ? code : drafts(archive, id);
}

static const struct xj_option history_options[] = {
	{ 0, "drafts", .flag = &opt_drafts,
	  .help = N_("the texts that were saved; for its authors") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_paper_history = {
	.name = "paper history", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("what was done with a paper, when and by whom"),
	.options = history_options, .least = 1, .most = 1, .run = history,
};

/* ------------------------------------------------------------------- report */

static const char *opt_format;
static bool opt_bom;

struct reporting {
	struct xj_table *table, *people; /* NULL: JSON */
	uint64_t parts, twice;           /* people of the parts, in several */
	bool list;                       /* the second list of JSON is open */
};

/* "37 of 52 (71 %)"; of nobody it is nothing. */
static const char *
rate(uint64_t n, uint64_t of, char out[64])
{
	if (of)
		snprintf(out, 64, _("%llu of %llu (%llu %%)"), (ull)n, (ull)of,
			 (ull)((200 * n + of) / (2 * of)));
	else
		snprintf(out, 64, "–");
	return out;
}

static int
json_figures(const struct xj_paper_figures *f)
{
	xj_json_open(NULL, '{');
	xj_json_text_of("unit", f->unit);
	xj_json_text_of("name", f->name);
	xj_json_bool("whole", f->whole);
	xj_json_number("people", f->people);
	xj_json_number("covered", f->covered);
	xj_json_number("reached", f->reached);
	xj_json_real("papers", f->papers, 2);
	xj_json_number("late", f->late);
	xj_json_close('}');
	return XJ_OK;
}

static int
tell_figures(void *ctx, const struct xj_paper_figures *f)
{
	struct reporting *g = ctx;
	char covered[64], reached[64], papers[XJ_AMOUNT_MAX], late[24];

	g->parts += f->whole ? 0 : f->people;
	g->twice += f->twice;
	if (opt_json)
		return json_figures(f);
	snprintf(late, sizeof(late), "%llu", (ull)f->late);
	xj_paper_amount(f->papers, papers);
	xj_table_add(g->table, (const char *[]){ f->unit, f->name,
		     rate(f->covered, f->people, covered),
		     rate(f->reached, f->people, reached), papers, late });
	return XJ_OK;
}

static int
tell_person(void *ctx, const struct xj_paper_person *p)
{
	struct reporting *g = ctx;
	char papers[XJ_AMOUNT_MAX];

	if (opt_json) {
		if (!g->list) {
			xj_json_close(']');
			xj_json_open("people", '[');
		}
		g->list = true;
		xj_json_open(NULL, '{');
		xj_json_text_of("login", p->login);
		xj_json_text_of("name", p->name);
		xj_json_text_of("unit", p->unit);
		xj_json_real("papers", p->papers, 2);
		xj_json_bool("covered", p->covered);
		xj_json_close('}');
		return XJ_OK;
	}
	xj_paper_amount(p->papers, papers);
	g->list = true;
	xj_table_add(g->people, (const char *[]){ p->name, p->login, p->unit,
		     papers, p->covered ? "" : _("none yet") });
	return XJ_OK;
}

static int
report_json(struct xj_archive *archive, const char *year)
{
	struct reporting g = { 0 };
	struct xj_error err = { 0 };
	bool names = false;
	int r;

	xj_json_begin_list("units");
	r = xj_paper_report(archive, year, opt_unit, tell_figures, tell_person,
			    &g, &names, &err);
	if (!g.list) {
		xj_json_close(']');
		xj_json_open("people", '[');
	}
	xj_json_close(']');
	xj_json_text_of("year", year);
	xj_json_number("parts", g.parts);
	xj_json_number("twice", g.twice);
	xj_json_bool("names", names);
	return xj_json_end(r < 0 ? xj_fail(&err) : EXIT_FINE);
}

static int
report_csv(struct xj_archive *archive, const char *year)
{
	struct xj_error err = { 0 };
	char *text;

	if (xj_paper_report_csv(archive, year, opt_unit, opt_bom, &text,
				&err) < 0)
		return xj_fail(&err);
	fputs(text, stdout);
	xj_free(text);
	return EXIT_FINE;
}

static int
report_table(struct xj_archive *archive, const char *year)
{
	struct reporting g = { .table = xj_table_new(6),
			       .people = xj_table_new(5) };
	struct xj_error err = { 0 };
	bool names = false;
	int r;

	xj_table_right(g.table, 4);
	xj_table_right(g.table, 5);
	xj_table_right(g.people, 3);
	xj_table_heading(g.table, (const char *[]){ _("unit"), _("name"),
			 _("with a paper"), _("with two"), _("papers"),
			 _("late") });
	r = xj_paper_report(archive, year, opt_unit, tell_figures, tell_person,
			    &g, &names, &err);
	if (r < 0) {
		xj_table_free(g.table);
		xj_table_free(g.people);
		return xj_fail(&err);
	}
	xj_table_end(g.table, stdout, 0);
	if (g.parts)
		printf(_("People of the parts: %llu; of them in more than one: "
			 "%llu.\n"), (ull)g.parts, (ull)g.twice);
	if (g.list)
		putchar('\n');
	xj_table_end(g.people, stdout, 0);
	return EXIT_FINE;
}

static int
report(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	if (!opt_unit)
		return xj_usage(_("--unit: say of which unit"));
	if (opt_json)
		return report_json(archive, argv[0]);
	return opt_format && strcmp(opt_format, "csv") == 0 ?
	       report_csv(archive, argv[0]) : report_table(archive, argv[0]);
}

static const struct xj_option report_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("of that unit and those below it") },
	{ 0, "format", .value = &opt_format, .arg = "FORMAT",
	  .choices = "table csv", .help = N_("how it is printed:") },
	{ 0, "bom", .flag = &opt_bom,
	  .help = N_("with CSV: a mark in front by which spreadsheets know "
		     "UTF-8") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_paper_report = {
	.name = "paper report", .args = "YEAR", .needs = NEEDS_READ,
	.summary = N_("count the accepted papers of a year"),
	.options = report_options, .least = 1, .most = 1, .run = report,
};
