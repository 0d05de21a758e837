/*
 * cli/cli.h - what the commands share. A command is one file, cmd-x.c, that
 * ends in one struct xj_command; commands.c lists it. Its help, its manual
 * synopsis and its completion are printed from that struct.
 */
#ifndef XJ_CLI_H
#define XJ_CLI_H

#include <libintl.h>
#include <stdio.h>

#include <xueji/study.h>
#include <xueji/xueji.h>

#include "util/util.h"

#define _(text) gettext(text)

typedef unsigned long long ull; /* for "%llu" */

/* Exit codes. */
enum {
	EXIT_FINE = 0,
	EXIT_NEGATIVE = 1,   /* no hits, damage found, not valid */
	EXIT_USAGE = 2,
	EXIT_DENIED = 3,
	EXIT_MISSING = 4,    /* no such document */
	EXIT_PART = 5,       /* part failed; the list is on stderr */
	EXIT_BUSY = 6,
	EXIT_STORE = 7,      /* disk full, disk or store error */
	EXIT_INTERRUPTED = 130,
};

/* ---------------------------------------------------------------- commands */

/* Values of an option that may be given several times. */
struct xj_values {
	const char **list; /* NULL-terminated once anything is in it */
	size_t count;
};

/* One of flag, value and values is set; the table ends with name NULL. */
struct xj_option {
	char letter;             /* 0: none */
	const char *name;        /* long, without dashes */
	bool *flag;
	const char **value;
	struct xj_values *values;
	const char *arg;         /* what the value is: "DATE" */
	const char *choices;     /* "a b c"; NULL: anything */
	const char *help;        /* marked by N_() */
};

enum xj_needs {
	NEEDS_NOTHING,
	NEEDS_READ,              /* an archive, for reading */
	NEEDS_WRITE,
	NEEDS_MAYBE,             /* an archive if there is one */
	NEEDS_DIR,               /* its directory only: opt_dir */
};

struct xj_command {
	const char *name;        /* "add", "accession list" */
	const char *args;        /* "PATH...", for help */
	const char *summary;     /* marked by N_() */
	enum xj_needs needs;
	const struct xj_option *options; /* may be NULL */
	int least, most;         /* operands; most < 0: any number */
	int (*run)(struct xj_archive *archive, int argc, char **argv);
};

extern const struct xj_command *const xj_commands[]; /* NULL at the end */
extern const struct xj_option *const xj_options_everywhere;

/* What --kind may be. */
#define KINDS "material lecture-note reflection book article regulation " \
	      "slides minutes recording dataset other"

/* --json, for the options of a command that knows it. */
extern bool opt_json;
#define OPTION_JSON { 0, "json", .flag = &opt_json, \
		      .help = N_("print JSON, for programs") }
extern bool opt_quiet;           /* --quiet, of every command */
extern const char *opt_dir;      /* the archive's directory, once found */
/* What -A or XUEJI_ARCHIVE name; or NULL. */
const char *xj_archive_named(void);
extern const struct xj_command *xj_current;

/* The command by its words; *used is 1 or 2. NULL: none. */
const struct xj_command *xj_command_find(int argc, char **argv, int *used);
/* Whether `word` begins commands of two words, as "accession" does, and is none
 * by itself. */
bool xj_command_group(const char *word);
/* "did you mean": the nearest one that is near enough, or NULL. */
const char *xj_nearest_command(const char *word);
const char *xj_nearest_option(const struct xj_command *command,
			      const char *word);

/* ------------------------------------------------------------------- help */

void xj_help_general(FILE *to);
void xj_help_group(const char *word, FILE *to);
void xj_help_command(const struct xj_command *command, FILE *to);
/* "xueji-add": the manual page of a command. */
const char *xj_manual_name(const struct xj_command *command, char out[64]);
/* A manual page, with the prose of the file; a completion script. Both are
 * printed from the declarations. */
int xj_help_manual(const char *name, const char *prose);
int xj_help_completion(const char *shell);

/* ---------------------------------------------------------------- messages */

/* "xueji: add: message" on stderr; returns the exit code that fits. */
int xj_fail(const struct xj_error *err);
/* The same of a message of our own. */
int xj_fail_with(int code, const char *format, ...) XJ_PRINTF(2, 3);
/* A mistake in the arguments: the message, how to get help; EXIT_USAGE. */
int xj_usage(const char *format, ...) XJ_PRINTF(1, 2);
/* A note on stderr, unless --quiet. */
void xj_say(const char *format, ...) XJ_PRINTF(1, 2);
/* A number from an option; false and a message when it is none. NULL text
 * leaves *out as it is. */
bool xj_number(const char *option, const char *text, uint64_t *out);
/* "title=卫生法规", parted in place. False and a message when it is not. */
bool xj_given_parse(char *text, struct xj_given *given);
/* The id of a document by number, URN or UUID; an exit code. */
int xj_id_of(struct xj_archive *archive, const char *ref, uint64_t *id);
/* The same, also of one in quarantine. */
int xj_id_of_any(struct xj_archive *archive, const char *ref, uint64_t *id);
/* Each of the documents `argv`, as `find` makes ids of them; `done` is said of
 * each that `fn` did, with its id. The worst code of all; what failed is on
 * stderr. */
int xj_each_document(struct xj_archive *archive, int argc, char **argv,
		     int (*find)(struct xj_archive *, const char *ref,
				 uint64_t *id),
		     int (*fn)(struct xj_archive *, uint64_t id,
			       struct xj_error *),
		     const char *done);
/* "1.2 MiB". */
const char *xj_size(uint64_t bytes, char out[32]);
/* A moment in local time: 2026-11-23 12:05. */
const char *xj_moment(int64_t t, char out[32]);
/* Who sees a document of that scope, in words. cmd-share.c */
const char *xj_scope_word(const char *scope);
/* A word of the library - a kind, an outcome - in the user's language. */
const char *xj_word(const char *word);
/* "partial: page 3: no such object", appended; the reason may be NULL. */
void xj_put_outcome(struct xj_buf *out, const char *outcome,
		    const char *reason);
/* Ask on the terminal; false when there is none or the answer is no. */
bool xj_confirm(const char *format, ...) XJ_PRINTF(1, 2);

/* Text from documents, made harmless for a terminal. */
void xj_put(FILE *to, const char *text);
/* "a.zip › b.pdf", appended. */
void xj_path_shown(struct xj_buf *out, const char *const *path);
/* "page 3", or "" for nowhere. */
const char *xj_place(const char *where, uint64_t at, const char *label,
		     char out[128]);
/* The same of text that was read from a picture: "page 3 · OCR". */
void xj_place_ocr(bool ocr, char out[128]);

/* --------------------------------------------------------------------- OCR */

/* "3 read, 1 waiting"; nothing where there is nothing. */
void xj_ocr_counts(struct xj_buf *out, const struct xj_ocr_result *o);
/* Behind an `add` that came to `code`: read pages that are pictures, or say
 * that they wait. */
int xj_ocr_behind(struct xj_archive *archive, bool later, int code);

/* ------------------------------------------------------------------ colour */

enum xj_style {
	STYLE_NONE, STYLE_BOLD, STYLE_DIM, STYLE_MARK, STYLE_GOOD, STYLE_BAD,
};

/* Decide once, by --color, NO_COLOR and whether stdout is a terminal. */
bool xj_colour_set(const char *when);
bool xj_coloured(void);
/* The bytes that begin a style, and end all; "" without colour. */
const char *xj_style(enum xj_style style);
const char *xj_plain(void);
/* Columns of the terminal; 80 when there is none. */
size_t xj_columns(void);

/* Text with marks (start and length in code points), broken into lines of the
 * terminal. Each line begins with `indent` spaces, the first after `used`
 * columns that are printed already. */
void xj_wrap(const char *text, const uint32_t (*marks)[2], size_t mark_count,
	     size_t indent, size_t used);

/* -------------------------------------------------------------------- JSON */

/* JSON on stdout, piece by piece. Keys come in the order of the calls; a key
 * is NULL inside an array. */
void xj_json_open(const char *key, char bracket);
void xj_json_close(char bracket);
void xj_json_text_of(const char *key, const char *text);  /* NULL: null */
void xj_json_bytes(const char *key, const char *text, size_t len);
void xj_json_number(const char *key, uint64_t n);
void xj_json_real(const char *key, double d, int decimals);
void xj_json_bool(const char *key, bool b);
void xj_json_time(const char *key, int64_t t);            /* 0: null */
void xj_json_list(const char *key, const char *const *list);
/* The object that every answer is, with "format": 1. */
void xj_json_begin(void);
/* The same with a list open in it; its end closes both and comes to the exit
 * code of `r`. */
void xj_json_begin_list(const char *key);
int xj_json_end_list(int r, const struct xj_error *err);
/* The columns of a document, inside an object that is open. */
void xj_json_info(const struct xj_document_info *info);
/* One of a list of problems, as xj_problem_fn; what was checked in all. */
int xj_json_problem(void *ctx, const struct xj_problem *problem);
void xj_json_checked(const struct xj_check_result *checked);
/* Close the object; returns `code`. */
int xj_json_end(int code);
/* The history of a document, or of all when it is NULL, at most `limit`; it
 * closes the object. `whose`: each entry names its document. An exit code. */
int xj_json_history(struct xj_archive *archive,
		    const struct xj_document *document, uint64_t limit,
		    bool whose);
/* The same of one document for people, under its heading; an exit code. */
int xj_put_history(struct xj_archive *archive,
		   const struct xj_document *document);
/* A line of JSON elsewhere than on stdout. */
int xj_json_outcome_line(FILE *to, const struct xj_outcome *o);

/* ---------------------------------------------------------------- progress */

/* A watch that shows a bar on a terminal and stops on Ctrl-C. */
const struct xj_watch *xj_watch_begin(void);
void xj_watch_end(void);      /* wipe the bar */
bool xj_interrupted(void);

/* ------------------------------------------------------------------ tables */

/* Rows of cells, aligned by columns of the terminal. */
struct xj_table;

struct xj_table *xj_table_new(size_t columns);
/* Which columns are numbers: set to the right. */
void xj_table_right(struct xj_table *t, size_t column);
/* Cells wider than this are cut and end in "…"; 60 unless set. */
void xj_table_widest(struct xj_table *t, size_t width);
/* Cells are copied and made harmless. NULL is empty. */
void xj_table_add(struct xj_table *t, const char *const *cells);
/* The first row is a heading. */
void xj_table_heading(struct xj_table *t, const char *const *cells);
void xj_table_free(struct xj_table *t);
/* Print, each line after `indent` spaces, and free. */
void xj_table_end(struct xj_table *t, FILE *to, size_t indent);

/* ------------------------------------------------------------------ people */

extern const char *opt_on;
#define OPTION_ON(what) { 0, "on", .value = &opt_on, .arg = "DAY", \
			  .help = what }
#define OPTIONS_CHANGE { 0, "if-version", .value = &opt_at_version, \
			 .arg = "N", .help = N_("only if it is at this version " \
			 "still") }, \
		       { 0, "dry-run", .flag = &opt_try, \
			 .help = N_("check everything, change nothing") }, \
		       OPTION_JSON
extern const char *opt_at_version;
extern bool opt_try;

/* What the options say; NULL after a message: EXIT_USAGE. */
const struct xj_change_options *xj_change_options(void);
/* Behind a change that came to `r`: `done` is said of the name, `what` is it in
 * JSON: "unit". An exit code. */
int xj_change_tell(int r, const struct xj_changed *changed, const char *what,
		   const char *done, const struct xj_error *err);
/* "2011-05-01 – 2011-12-31"; "" when it is open on both sides. */
const char *xj_span_shown(const char *from, const char *until, char out[64]);
void xj_json_span(const char *from, const char *until);
typedef int (*xj_history_of_fn)(struct xj_archive *archive, const char *ref,
				xj_history_fn fn, void *ctx,
				struct xj_error *err);
/* The versions of what `ref` names; an exit code. */
int xj_history_tell(struct xj_archive *archive, const char *ref,
		    xj_history_of_fn history);

/* ---------------------------------------------------------- study records */

/* The number of one of a kind ("collection"), as it was typed; an exit code. */
int xj_study_id(struct xj_archive *archive, const char *kind, const char *ref,
		uint64_t *id);
/* As xj_change_tell(); `done` has a "%llu" for the number. */
int xj_study_change_tell(int r, const struct xj_study_changed *changed,
			 const char *kind, const char *done,
			 const struct xj_error *err);
/* The fields that all have, inside an object that is open. */
void xj_study_json(const struct xj_study *study);
/* The commands that all kinds have alike; each is an exit code. */
int xj_study_remove_run(struct xj_archive *archive, const char *kind,
			const char *ref, bool back, const char *done);
int xj_study_history_run(struct xj_archive *archive, const char *kind,
			 const char *ref);
int xj_study_share_run(struct xj_archive *archive, const char *kind,
		       const char *ref, const char *done);
int xj_study_unshare_run(struct xj_archive *archive, const char *kind,
			 const char *ref, const char *done);
/* `scope` NULL, and no option: who sees it is shown. */
int xj_study_scope_run(struct xj_archive *archive, const char *kind,
		       const char *ref, const char *scope, const char *done);
/* The rest of the operands are who were there. */
typedef int (*xj_attend_fn)(struct xj_archive *archive, uint64_t id,
			    const struct xj_lecture_attend *given,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_lecture_attended *result,
			    struct xj_error *err);
int xj_study_attend_run(struct xj_archive *archive, const char *kind, int argc,
			char **argv, xj_attend_fn fn);
extern const struct xj_option xj_study_attend_options[],
	xj_study_share_options[],
	xj_study_unshare_options[], xj_study_scope_options[],
	xj_study_change_options[], xj_study_json_options[];

/* Study areas and topics. cmd-topic.c */
const char *xj_topic_name(const struct xj_topic *topic);
void xj_topic_json(const char *key, const struct xj_topic *topic);
/* The name of a code, once the names were read. */
void xj_topic_words_read(struct xj_archive *archive);
const char *xj_topic_word(const char *code);

/* Who sees something, and with whom it is shared: for people, `ctx` a table of
 * eight columns; as JSON, the list of shares left open. cmd-share.c */
int xj_rights_print(void *ctx, const struct xj_rights_shown *rights);
int xj_share_row(void *ctx, const struct xj_share_shown *share);
int xj_rights_json(void *ctx, const struct xj_rights_shown *rights);
int xj_share_json(void *ctx, const struct xj_share_shown *share);

/* A row of five columns; `whose`: with the number of its seminar. An object in a
 * list that is open. */
struct xj_table;
void xj_decision_row(struct xj_table *t, const struct xj_decision *d,
		     bool whose);
void xj_decision_json(const struct xj_decision *d);

/* ----------------------------------------------------------------- packets */

extern const char *const xj_packet_forms[]; /* by enum xj_packet_form */
/* By what was said (or NULL), or the ending of the place. cmd-export.c */
enum xj_packet_form xj_packet_form_of(const char *place, const char *said);
/* ID[@VERSION][:PAGES], parted in place. False and a message when it is not. */
bool xj_packet_item_of(char *word, struct xj_packet_item *item);
/* "@2" and ":3-5", ":3", ":3-"; false when it is none. */
bool xj_packet_rest(const char *p, struct xj_packet_item *item);

/* ------------------------------------------------- shared between commands */

#define XJ_PASSWORD_MAX 1024
#define OPTION_PASSWORD_FILE { 0, "password-file", \
			       .value = &opt_password_file, .arg = "FILE", \
			       .help = N_("the password is its first line; - " \
					  "is standard input") }
/*
 * A password from a file, or `file` NULL from the terminal; `what` is what it
 * opens. An exit code. Who asked wipes it with explicit_bzero().
 */
int xj_password_read(const char *file, const char *what,
		     char out[XJ_PASSWORD_MAX]);

/* The problems that verify, rebuild and validate tell. */
int xj_problem_print(void *ctx, const struct xj_problem *problem);
/* Add, and print the summary: for `add` and `demo`. */
int xj_add_and_tell(struct xj_archive *archive, const char *const *paths,
		    struct xj_add_options *options, const char *report);
/* Read originals again, and print the summary. */
int xj_reread_and_tell(struct xj_archive *archive,
		       struct xj_reread_options *options, const char *report);
/* validity.c: whether a document still holds: a warning when it does not; lines of
 * `show`; its object of --json. */
void xj_warn_validity(struct xj_archive *archive, const char *ref);
void xj_put_validity(struct xj_archive *archive, uint64_t id);
void xj_json_validity(struct xj_archive *archive, uint64_t id);

/* "    #42 · 讲义 · 2024-03-01 · a.zip › b.pdf", a line; of a remote's document,
 * "分馆#42 ..." of its number there, else NULL. */
void xj_put_about(const struct xj_document_info *info, const char *remote,
		  uint64_t number);
/* Search and print hits for people: for `search` and `demo`. */
int xj_search_and_print(struct xj_archive *archive,
			const struct xj_search *search);
/* Words given apart are one query. */
const char *xj_query_join(int argc, char **argv, struct xj_buf *out);
/* The same of hits that are there; as JSON, into an object that is open: an exit
 * code. `saved`: hits say whether they are new. */
void xj_hits_print(struct xj_hits *hits, const struct xj_search *search);
int xj_hits_json(struct xj_hits *hits, const struct xj_search *search,
		 bool saved);
/* Why a hit stands where it does, for people. */
void xj_why_print(const struct xj_hit *hit);
/* Say on stderr what fields and values of a query mean nothing. */
void xj_query_notice(struct xj_archive *archive, const char *query);
/* On standard error, what was put right in it. */
void xj_repairs_notice(const struct xj_hits *hits);
/* And which remotes the answer is without. */
void xj_left_out_notice(const struct xj_hits *hits);
/* A run file: lines "id<TAB>query" answered in the format of TREC. */
int xj_search_run(struct xj_archive *archive, const char *file,
		  const char *tag, size_t limit);

#endif
