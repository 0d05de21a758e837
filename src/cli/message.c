/* message.c - what is said to people, and how what they typed is read. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

/* ------------------------------------------------------------------ errors */

static const struct {
	int status, code;
} statuses[] = {
	{ XJ_EINVAL, EXIT_USAGE },
	{ XJ_ENOTFOUND, EXIT_MISSING },
	{ XJ_EEXIST, EXIT_NEGATIVE },
	{ XJ_EBUSY, EXIT_BUSY },
	{ XJ_EPERM, EXIT_DENIED },
	{ XJ_EIO, EXIT_STORE },
	{ XJ_ENOSPC, EXIT_STORE },
	{ XJ_ENOMEM, EXIT_STORE },
	{ XJ_ECORRUPT, EXIT_STORE },
	{ XJ_ELIMIT, EXIT_USAGE },
	{ XJ_ECANCELLED, EXIT_INTERRUPTED },
	{ XJ_EVERSION, EXIT_STORE },
	{ XJ_EINTERNAL, EXIT_STORE },
};

static void
put_prefix(void)
{
	fflush(stdout); /* both may go to one place */
	fputs("xueji: ", stderr);
	if (xj_current)
		fprintf(stderr, "%s: ", xj_current->name);
}

int
xj_fail(const struct xj_error *err)
{
	xj_watch_end();
	put_prefix();
	xj_put(stderr, err->message);
	fputc('\n', stderr);
	for (size_t i = 0; i < XJ_COUNT(statuses); i++)
		if (statuses[i].status == err->status)
			return statuses[i].code;
	return EXIT_STORE;
}

static void
put_problem(const char *format, va_list args)
{
	char *message = NULL;

	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	put_prefix();
	xj_put(stderr, message ? message : format);
	fputc('\n', stderr);
	free(message);
}

int
xj_fail_with(int code, const char *format, ...)
{
	va_list args;

	xj_watch_end();
	va_start(args, format);
	put_problem(format, args);
	va_end(args);
	return code;
}

int
xj_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_problem(format, args);
	va_end(args);
	if (xj_current)
		fprintf(stderr, _("Try: xueji %s --help\n"), xj_current->name);
	else
		fputs(_("Try: xueji --help\n"), stderr);
	return EXIT_USAGE;
}

void
xj_say(const char *format, ...)
{
	char *message = NULL;
	va_list args;

	if (opt_quiet)
		return;
	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	fflush(stdout);
	xj_put(stderr, message ? message : format);
	fputc('\n', stderr);
	free(message);
}

/* --------------------------------------------------------------- arguments */

bool
xj_number(const char *option, const char *text, uint64_t *out)
{
	char *end;
	unsigned long long n;

	if (!text)
		return true;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno) {
		xj_usage(_("--%s %s: a number is expected"), option, text);
		return false;
	}
	*out = n;
	return true;
}

bool
xj_given_parse(char *text, struct xj_given *given)
{
	char *eq = strchr(text, '=');

	if (!eq || eq == text) {
		xj_usage(_("%s: ELEMENT=VALUE is expected, as title=卫生法规"),
			 text);
		return false;
	}
	*eq = '\0';
	*given = (struct xj_given){ text, eq + 1 };
	return true;
}

int
xj_id_of(struct xj_archive *archive, const char *ref, uint64_t *id)
{
	struct xj_document *d;
	struct xj_error err = { 0 };

	if (xj_document_open(archive, ref, &d, &err) < 0)
		return xj_fail(&err);
	*id = xj_document_info(d)->id;
	xj_document_free(d);
	return EXIT_FINE;
}

int
xj_id_of_any(struct xj_archive *archive, const char *ref, uint64_t *id)
{
	struct xj_document *d;

	if (xj_quarantine_open(archive, ref, &d, NULL) < 0)
		return xj_id_of(archive, ref, id);
	*id = xj_document_info(d)->id;
	xj_document_free(d);
	return EXIT_FINE;
}

int
xj_each_document(struct xj_archive *archive, int argc, char **argv,
		 int (*find)(struct xj_archive *, const char *, uint64_t *),
		 int (*fn)(struct xj_archive *, uint64_t, struct xj_error *),
		 const char *done)
{
	int worst = EXIT_FINE, fine = 0;

	for (int i = 0; i < argc; i++) {
		struct xj_error err = { 0 };
		uint64_t id;
		int code = find(archive, argv[i], &id);

		if (code == EXIT_FINE && fn(archive, id, &err) < 0)
			code = xj_fail(&err);
		if (code != EXIT_FINE)
			worst = code;
		else if (++fine && !opt_quiet)
			printf(done, (ull)id);
	}
	return worst != EXIT_FINE && fine > 0 ? EXIT_PART : worst;
}

bool
xj_confirm(const char *format, ...)
{
	char answer[16];
	va_list args;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs(_(" [y/N] "), stderr);
	fflush(stderr);
	return fgets(answer, sizeof(answer), stdin) &&
	       (answer[0] == 'y' || answer[0] == 'Y' ||
		strncmp(answer, "是", strlen("是")) == 0);
}

/* ------------------------------------------------------------------- words */

const char *
xj_size(uint64_t bytes, char out[32])
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		snprintf(out, 32, "%llu B", (ull)bytes);
		return out;
	}
	for (; n >= 1024 && i + 1 < XJ_COUNT(units); i++)
		n /= 1024;
	snprintf(out, 32, "%.*f %s", n < 10 ? 1 : 0, n, units[i]);
	return out;
}

const char *
xj_moment(int64_t t, char out[32])
{
	time_t when = (time_t)t;
	struct tm tm;

	if (!t || !localtime_r(&when, &tm) ||
	    !strftime(out, 32, "%Y-%m-%d %H:%M", &tm))
		out[0] = '\0';
	return out;
}

/* The words that the library has for things. */
static const char *const words_known[] = {
	/* of the audit record */
	N_("unit add"), N_("unit edit"), N_("unit move"), N_("unit close"),
	N_("unit reopen"), N_("member add"), N_("member edit"),
	N_("member move"), N_("member depart"), N_("member grant"),
	N_("member revoke"), N_("member password"), N_("member link"),
	N_("token add"), N_("token revoke"),
	N_("collection create"), N_("collection edit"), N_("collection add"),
	N_("collection drop"), N_("collection move"), N_("collection share"),
	N_("collection unshare"), N_("collection scope"),
	N_("collection remove"), N_("collection undelete"),
	N_("topic add"), N_("topic edit"), N_("topic move"), N_("topic close"),
	N_("topic reopen"), N_("topic merge"), N_("topic unmerge"),
	N_("topic remove"),
	N_("seminar add"), N_("seminar edit"), N_("seminar invite"),
	N_("seminar uninvite"), N_("seminar agenda"), N_("seminar plan"),
	N_("seminar announce"), N_("seminar hold"), N_("seminar conclude"),
	N_("seminar attend"), N_("seminar call"), N_("seminar minutes"), N_("seminar confirm"),
	N_("seminar decide"), N_("seminar carry out"), N_("seminar reopen"),
	N_("seminar packet"), N_("seminar freeze"), N_("seminar thaw"),
	N_("seminar remove"), N_("seminar undelete"),
	N_("member erase"), N_("member export-mine"), N_("paper submit"), N_("paper return"), N_("paper accept"),
	N_("paper share"), N_("paper unshare"), N_("paper withdraw"),
	N_("lecture create"), N_("lecture edit"), N_("lecture attend"),
	N_("lecture notes"), N_("lecture recording"), N_("lecture remove"),
	N_("lecture undelete"),
	/* kinds */
	N_("material"), N_("lecture-note"), N_("reflection"), N_("book"),
	N_("article"), N_("regulation"), N_("slides"), N_("minutes"),
	N_("recording"), N_("dataset"), N_("other"),
	/* outcomes */
	N_("ok"), N_("partial"), N_("encrypted"), N_("corrupt"),
	N_("unsupported"), N_("limit"), N_("crashed"), N_("duplicate"),
	N_("held"), N_("refused"), N_("skipped"), N_("quarantined"),
	/* types */
	N_("pdf"), N_("word"), N_("sheet"), N_("text"), N_("web"), N_("mail"),
	N_("image"), N_("audio"), N_("video"), N_("archive"),
	/* what happened */
	N_("invite"), N_("uninvite"), N_("agenda"), N_("plan"), N_("announce"),
	N_("hold"), N_("conclude"), N_("call"), N_("confirm"), N_("decide"),
	N_("carry out"), N_("packet"), N_("freeze"), N_("thaw"),
	N_("add"), N_("edit"), N_("remove"), N_("undelete"), N_("purge"), N_("look"),
	N_("share"), N_("unshare"), N_("scope"), N_("request"), N_("grant"),
	N_("decline"),
	N_("undo"), N_("update"), N_("index"), N_("verify"), N_("rebuild"), N_("merge"),
	N_("backup"), N_("restore"),
	N_("reindex"), N_("quarantine"), N_("clear"), N_("unlock"), N_("test"), N_("read again"),
	N_("kept"), N_("ocr"),
	/* elements and facets */
	N_("title"), N_("creator"), N_("subject"), N_("query"), N_("description"),
	N_("publisher"), N_("contributor"), N_("date"), N_("type"),
	N_("format"), N_("identifier"), N_("source"), N_("language"),
	N_("relation"), N_("coverage"), N_("rights"), N_("encoding"), N_("kind"), N_("year"), N_("area"),
	N_("topic"), N_("status"), N_("in-force"), N_("repealed"),
	N_("replaced-by"), N_("revised"), N_("not-yet"),
	N_("created"), N_("modified"), N_("pages"), N_("words"), N_("sheets"),
	N_("members"), N_("width"), N_("height"), N_("duration"), N_("tool"),
	N_("producer"), N_("format-version"),
	/* units, members and roles */
	N_("work"), N_("party"), N_("bureau"), N_("institution"),
	N_("department"), N_("team"), N_("committee"), N_("branch"),
	N_("group"), N_("staff"), N_("party-member"), N_("cadre"),
	N_("external"), N_("active"), N_("leave"), N_("seconded"),
	N_("retired"), N_("left"), N_("secretary"), N_("librarian"),
	N_("reviewer"), N_("lead"), N_("operator"), N_("editor"),
	N_("inspector"), N_("move"), N_("close"), N_("reopen"), N_("grant"),
	N_("revoke"), N_("depart"),
	/* study records */
	N_("create"), N_("drop"), N_("unmerge"),
	N_("draft"), N_("submitted"), N_("returned"), N_("accepted"),
	N_("shared"), N_("withdrawn"), N_("submit"), N_("return"),
	N_("accept"), N_("withdraw"),
	N_("attend"), N_("notes"),
	N_("inside"), N_("outside"), N_("online"),
	N_("collection"), N_("lecture"), N_("seminar"), N_("paper"),
	/* severities */
	N_("error"), N_("warning"), N_("info"),
};

const char *
xj_word(const char *word)
{
	for (size_t i = 0; word && i < XJ_COUNT(words_known); i++)
		if (strcmp(word, words_known[i]) == 0)
			return _(word);
	return word ? word : "";
}

void
xj_put_outcome(struct xj_buf *out, const char *outcome, const char *reason)
{
	char words[XJ_ERROR_MAX];

	xj_buf_adds(out, xj_word(outcome));
	if (reason && *reason)
		xj_buf_addf(out, "%s%s", _(": "),
			    xj_in_words(reason, words, sizeof(words)));
}

/* -------------------------------------------------------- text of documents */

void
xj_put(FILE *to, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	while (*text) { /* line breaks of our own stay */
		size_t n = strcspn(text, "\n");

		xj_buf_clear(&b);
		xj_escape_shown(&b, text, n);
		fputs(xj_buf_str(&b), to);
		text += n;
		if (*text) {
			fputc('\n', to);
			text++;
		}
	}
}

void
xj_path_shown(struct xj_buf *out, const char *const *path)
{
	for (size_t i = 0; path && path[i]; i++) {
		if (i)
			xj_buf_adds(out, " › ");
		xj_escape_shown(out, path[i], strlen(path[i]));
	}
}

const char *
xj_place(const char *where, uint64_t at, const char *label, char out[128])
{
	ull n = (ull)at;

	out[0] = '\0';
	if (!where)
		return out;
	if (strcmp(where, "page") == 0)
		snprintf(out, 128, _("page %llu"), n);
	else if (strcmp(where, "line") == 0)
		snprintf(out, 128, _("line %llu"), n);
	else if (strcmp(where, "part") == 0)
		snprintf(out, 128, _("part %llu"), n);
	else if (strcmp(where, "msec") == 0)
		snprintf(out, 128, "%llu:%02llu:%02llu", n / 3600000,
			 n / 60000 % 60, n / 1000 % 60);
	if (out[0] && label && *label) {
		size_t len = strlen(out);

		snprintf(out + len, 128 - len, _(" (%s)"), label);
		out[xj_utf8_cut(out, strlen(out), 127)] = '\0';
	}
	return out;
}

void
xj_place_ocr(bool ocr, char out[128])
{
	size_t len = strlen(out);

	if (ocr && len < 100)
		snprintf(out + len, 128 - len, "%sOCR", len ? " · " : "");
}
