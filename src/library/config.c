/* config.c - xueji.conf: one table says every setting. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "library/rights.h"

#define CONFIG_FILE "xueji.conf"
#define CONFIG_MAX (1u << 20)

enum type { NUMBER, ENCODING, FOLDERS, WORDS, CHOICE, SCOPE };

static const struct setting {
	const char *key;
	enum type type;
	uint64_t least, most;    /* of a number */
	const char *standard;
	const char *help;
} settings[] = {
	{ "import.memory", NUMBER, 64, 65536, "1024",
	  N_("Memory of an importer process, in MiB.") },
	{ "import.cpu_seconds", NUMBER, 1, 86400, "60",
	  N_("Processor time for one document, in seconds.") },
	{ "import.wall_seconds", NUMBER, 1, 86400, "120",
	  N_("Time for one document, in seconds.") },
	{ "import.text", NUMBER, 1, 1024, "64",
	  N_("Text kept of one document, in MiB.") },
	{ "import.pages", NUMBER, 1, 1000000, "10000",
	  N_("Pages read of one document.") },
	{ "import.members", NUMBER, 1, 10000000, "100000",
	  N_("Members taken out of one archive file.") },
	{ "import.unpacked", NUMBER, 1, 1048576, "4096",
	  N_("Size of all members of one archive file, in MiB.") },
	{ "import.ratio", NUMBER, 2, 1000000, "200",
	  N_("How many times its own size an archive file may unpack to, above "
	  "50 MiB.") },
	{ "import.depth", NUMBER, 0, 64, "8",
	  N_("Archive files inside archive files.") },
	{ "import.run", NUMBER, 1, 1000, "200",
	  N_("Small documents that one importer process may serve; 1 gives each "
	  "its own.") },
	{ "import.jobs", NUMBER, 0, 256, "0",
	  N_("Documents imported at the same time; 0 is one for each processor.") },
	{ "import.ocr", CHOICE, 0, 0, "now",
	  N_("When pages that are pictures are read: now (at the end of add), "
	  "later (by xueji ocr) or off (not mentioned).") },
	{ "import.ocr_seconds", NUMBER, 1, 3600, "20",
	  N_("Processor time for reading one page that is a picture, in "
	  "seconds.") },
	{ "rights.unit", WORDS, 0, 0, "",
	  N_("The unit that documents belong to which the archive's owner adds, by "
	  "its code.") },
	{ "rights.scope", SCOPE, 0, 0, "unit",
	  N_("Who sees a document of a unit when nobody said: private, unit, "
	  "below, members or public.") },
	{ "rights.publish", WORDS, 0, 0, "",
	  N_("Units whose titles every member may see, by their codes, separated "
	  "by spaces: who sees a title can ask for the document.") },
	{ "paper.minimum", NUMBER, 0, 100000, "800",
	  N_("Characters of his own that the author of a paper must have "
	  "written before he hands it in.") },
	{ "paper.closed", WORDS, 0, 0, "",
	  N_("Years for which no paper is handed in any more, separated by "
	  "spaces.") },
	{ "text.encoding", ENCODING, 0, 0, "GB18030",
	  N_("Encoding of text that does not say and cannot be told.") },
	{ "search.remembered", NUMBER, 0, 1000, "200",
	  N_("Past queries of each reader that are remembered, for suggestions to "
	  "him alone; 0 is none.") },
	{ "upload.size", NUMBER, 1, 16777216, "20480",
	  N_("Size of what a reader may send to the server at once, in MiB.") },
	{ "upload.files", NUMBER, 1, 1000000, "20000",
	  N_("Files that a reader may send to the server at once.") },
	{ "plugins.directories", FOLDERS, 0, 0, "",
	  N_("Further folders with importers, absolute, separated by colons.") },
	{ "plugins.order", WORDS, 0, 0, "",
	  N_("Importers that win when two bid the same, separated by spaces.") },
};

static const struct setting *
find_setting(const char *key)
{
	for (size_t i = 0; i < XJ_COUNT(settings); i++)
		if (strcmp(settings[i].key, key) == 0)
			return &settings[i];
	return NULL;
}

/* Edits (insert, delete, change) from one word to the other, for "did you
 * mean". Keys are short. */
static size_t
distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[64];

	if (n >= XJ_COUNT(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t change = diagonal + (*a != b[j - 1]);
			size_t least = row[j] < row[j - 1] ? row[j] : row[j - 1];

			diagonal = row[j];
			row[j] = change < least + 1 ? change : least + 1;
		}
	}
	return row[n];
}

/* A key is near when two thirds of it are right, or its last word is. */
static bool
is_near(const char *key, const struct setting *s)
{
	const char *word = strchr(s->key, '.') + 1;
	size_t n = strlen(key);

	return distance(key, s->key) <= n / 3 ||
	       distance(key, word) <= n / 3;
}

static int
unknown(const char *key, struct xj_error *err)
{
	const struct setting *nearest = NULL;

	for (size_t i = 0; i < XJ_COUNT(settings); i++)
		if (is_near(key, &settings[i]) &&
		    (!nearest || distance(key, settings[i].key) <
				 distance(key, nearest->key)))
			nearest = &settings[i];
	if (nearest)
		return xj_error_set(err, XJ_ENOTFOUND, "%s: no such setting; "
				    "did you mean %s?", key, nearest->key);
	return xj_error_set(err, XJ_ENOTFOUND, "%s: no such setting; `xueji "
			    "config list` names them", key);
}

/* Absolute, since the working directory is never looked in. */
static int
check_folders(const struct setting *s, const char *value,
	      struct xj_error *err)
{
	for (const char *p = value; *p; p += strspn(p, ":")) {
		if (*p != '/')
			return xj_error_set(err, XJ_EINVAL, "%s = %s: folders "
					    "are named from / on", s->key,
					    value);
		p += strcspn(p, ":");
	}
	return XJ_OK;
}

/* Units cannot be named here. */
static int
check_scope(const struct setting *s, const char *value, struct xj_error *err)
{
	enum xj_scope scope;

	if (xj_scope_parse(value, &scope) && scope != XJ_SCOPE_UNITS)
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "%s = %s: private, unit, below, "
			    "members or public is expected", s->key, value);
}

static int
check_value(const struct setting *s, const char *value, struct xj_error *err)
{
	char *end;
	unsigned long long n;

	if (strpbrk(value, "\r\n"))
		return xj_error_set(err, XJ_EINVAL, "%s: a value is one line",
				    s->key);
	if (s->type == FOLDERS)
		return check_folders(s, value, err);
	if (s->type == ENCODING)
		return xj_encoding_known(value) ? XJ_OK :
			xj_error_set(err, XJ_EINVAL, "%s = %s: no such "
				     "encoding", s->key, value);
	if (s->type == CHOICE)
		return strcmp(value, "now") == 0 ||
		       strcmp(value, "later") == 0 ||
		       strcmp(value, "off") == 0 ? XJ_OK :
			xj_error_set(err, XJ_EINVAL, "%s = %s: now, later or "
				     "off is expected", s->key, value);
	if (s->type == SCOPE)
		return check_scope(s, value, err);
	if (s->type != NUMBER)
		return XJ_OK;
	errno = 0;
	n = strtoull(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end || errno ||
	    n < s->least || n > s->most)
		return xj_error_set(err, XJ_EINVAL, "%s = %s: a number from "
				    "%llu to %llu is expected", s->key, value,
				    (unsigned long long)s->least,
				    (unsigned long long)s->most);
	return XJ_OK;
}

/* ----------------------------------------------------------------- the file */

/* Without the white space at its ends, in place. */
static char *
trim(char *text)
{
	char *end;

	text += strspn(text, " \t");
	for (end = text + strlen(text);
	     end > text && strchr(" \t\r", end[-1]); end--)
		;
	*end = '\0';
	return text;
}

/* What the file says. One wrong line spoils one setting: the standard holds. */
struct values {
	const char *list[XJ_COUNT(settings)]; /* NULL: the standard */
	/* of the line that counts for the setting; NULL: it is right */
	const struct xj_setting_problem *wrong[XJ_COUNT(settings)];
	struct xj_setting_problem *problems;
	size_t count, cap;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* Room for as many problems as there are lines, so that they stay in place. */
static int
make_room(struct xj_arena *arena, const char *text, struct values *v,
	  struct xj_error *err)
{
	v->cap = 2;
	for (; (text = strchr(text, '\n')); text++)
		v->cap++;
	v->problems = xj_arena_alloc(arena, v->cap * sizeof(*v->problems));
	return v->problems ? XJ_OK : no_memory(err);
}

static int
note_problem(struct xj_arena *arena, struct values *v, unsigned line,
	     const struct setting *s, const char *message, const char *advice,
	     struct xj_error *err)
{
	struct xj_setting_problem *p = &v->problems[v->count];

	assert(v->count < v->cap);
	*p = (struct xj_setting_problem){
		.line = line, .key = s ? s->key : NULL,
		.message = xj_arena_strdup(arena, message),
		.advice = advice };
	if (!p->message || !p->advice)
		return no_memory(err);
	v->count++;
	if (s)
		v->wrong[s - settings] = p;
	return XJ_OK;
}

static int
read_setting(struct xj_arena *arena, struct values *v, unsigned line,
	     const char *key, const char *value, struct xj_error *err)
{
	const struct setting *s = find_setting(key);
	struct xj_error why;
	size_t i;

	if (!s) {
		unknown(key, &why);
		return note_problem(arena, v, line, NULL, why.message,
				    xj_tr(N_("correct the name, or delete the "
					     "line")), err);
	}
	i = (size_t)(s - settings);
	v->list[i] = NULL;
	v->wrong[i] = NULL;
	if (check_value(s, value, &why) < 0)
		return note_problem(arena, v, line, s, why.message,
				    xj_arena_printf(arena, xj_tr(N_(
			"correct the line, or say `xueji config set %s %s`")),
			s->key, *s->standard ? s->standard : "''"), err);
	v->list[i] = xj_arena_strdup(arena, value);
	return v->list[i] ? XJ_OK : no_memory(err);
}

static int
parse(struct xj_arena *arena, char *text, struct values *v,
      struct xj_error *err)
{
	unsigned number = 0;
	char *line;
	int r = make_room(arena, text, v, err);

	while (r == XJ_OK && (line = strsep(&text, "\n"))) {
		char *key = trim(line), *eq = strchr(key, '=');

		number++;
		if (*key == '#' || *key == '\0')
			continue;
		if (!eq) {
			r = note_problem(arena, v, number, NULL, xj_tr(N_(
				"no `=` in it: a line says key = value, or "
				"begins with #")), xj_tr(N_("correct the line, "
				"or put # before it")), err);
			continue;
		}
		*eq = '\0';
		r = read_setting(arena, v, number, trim(key), trim(eq + 1),
				 err);
	}
	return r;
}

/* An archive without the file has the standard settings. */
static int
note_missing(struct xj_arena *arena, struct values *v, struct xj_error *err)
{
	int r = make_room(arena, "", v, err);

	return r < 0 ? r : note_problem(arena, v, 0, NULL, xj_tr(N_(
		"the file is missing: the standard settings hold")),
		xj_tr(N_("`xueji config set KEY VALUE` writes it again")),
		err);
}

static int
read_values(int dirfd, struct xj_arena *arena, struct values *v,
	    struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r = xj_file_read(dirfd, CONFIG_FILE, CONFIG_MAX, &text, err);

	if (r == XJ_ENOTFOUND)
		return note_missing(arena, v, err);
	if (r < 0)
		return r;
	return text.len ? parse(arena, text.data, v, err) : XJ_OK;
}

/* The problem as an error. */
static int
refuse(const struct xj_setting_problem *p, struct xj_error *err)
{
	return xj_error_set(err, XJ_EINVAL, "%s line %u: %s", CONFIG_FILE,
			    p->line, p->message);
}

static void
write_setting(struct xj_buf *b, const struct setting *s)
{
	xj_buf_addf(b, "# %s\n#%s = %s\n\n", xj_tr(s->help), s->key,
		    s->standard);
}

static int
standard_text(struct xj_buf *b, struct xj_error *err)
{
	xj_buf_adds(b, xj_tr(N_(
		"# Settings of this archive: key = value. A line that begins "
		"with # is a comment;\n# what is commented out below is the "
		"standard. `xueji config list` explains.\n\n")));
	for (size_t i = 0; i < XJ_COUNT(settings); i++)
		write_setting(b, &settings[i]);
	return xj_buf_check(b, err);
}

int
xj_config_write_standard(int dirfd, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	int r = standard_text(&b, err);

	return r < 0 ? r : xj_file_write(dirfd, CONFIG_FILE, b.data, b.len,
					 err);
}

/* ---------------------------------------------------------------- the struct */

static const char *
value_of(const struct values *v, const char *key)
{
	const struct setting *s = find_setting(key);
	const char *value = v->list[s - settings];

	return value ? value : s->standard;
}

static uint64_t
number_of(const struct values *v, const char *key)
{
	return strtoull(value_of(v, key), NULL, 10);
}

/* Cut at any of `marks` into a NULL-terminated array. */
static const char *const *
split_list(struct xj_arena *arena, const char *text, const char *marks)
{
	char *copy = xj_arena_strdup(arena, text), *word;
	size_t n = 0, max = 2;
	const char **list;

	for (const char *p = text; *p; p++)
		max += strchr(marks, *p) != NULL;
	list = xj_arena_alloc(arena, (max + 1) * sizeof(*list));
	if (!list || !copy)
		return NULL;
	while ((word = strsep(&copy, marks)))
		if (*word)
			list[n++] = word;
	return list;
}

static int
set_config(struct xj_config *c, const struct values *v, struct xj_error *err)
{
	c->limits = (struct xj_import_limits){
		.memory = number_of(v, "import.memory") << 20,
		.cpu_s = (uint32_t)number_of(v, "import.cpu_seconds"),
		.wall_ms = (uint32_t)number_of(v, "import.wall_seconds") * 1000,
		.text = number_of(v, "import.text") << 20,
		.pages = (uint32_t)number_of(v, "import.pages"),
		.children = (uint32_t)number_of(v, "import.members"),
		.unpacked = number_of(v, "import.unpacked") << 20,
		.ratio = (uint32_t)number_of(v, "import.ratio"),
		.run = (uint32_t)number_of(v, "import.run"),
	};
	for (size_t i = 0; i < XJ_COUNT(settings) && !c->wrong; i++)
		c->wrong = v->wrong[i];
	c->problems = v->problems;
	c->problem_count = v->count;
	c->depth = (unsigned)number_of(v, "import.depth");
	c->jobs = (unsigned)number_of(v, "import.jobs");
	c->ocr_seconds = (unsigned)number_of(v, "import.ocr_seconds");
	c->remembered = (unsigned)number_of(v, "search.remembered");
	c->encoding = value_of(v, "text.encoding");
	c->plugin_dirs = xj_plugin_dirs(c->memory,
					value_of(v, "plugins.directories"));
	c->plugin_order = split_list(c->memory, value_of(v, "plugins.order"),
				     " ,");
	return c->plugin_dirs && c->plugin_order ? XJ_OK : no_memory(err);
}

int
xj_config_read(const char *dir, struct xj_config *config,
	       struct xj_error *err)
{
	struct values v = { 0 };
	xj_auto(xj_closep) int fd = -1;
	int r = xj_arena_new(&config->memory);

	if (r < 0)
		return no_memory(err);
	if ((r = xj_dir_open(AT_FDCWD, dir, &fd, err)) < 0)
		return r;
	if ((r = read_values(fd, config->memory, &v, err)) < 0)
		return xj_error_wrap(err, r, "%s", dir);
	return set_config(config, &v, err);
}

int
xj_config_check(const struct xj_config *config, struct xj_error *err)
{
	return config->wrong ? refuse(config->wrong, err) : XJ_OK;
}

void
xj_config_release(struct xj_config *config)
{
	xj_arena_free(config->memory);
	config->memory = NULL;
}

/* ----------------------------------------------------------------- for people */

int
xj_settings(struct xj_archive *a, xj_setting_fn fn, void *ctx,
	    struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct values v = { 0 };
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	r = read_values(a->fd, arena, &v, err);
	for (size_t i = 0; i < XJ_COUNT(settings) && r == XJ_OK; i++)
		r = fn(ctx, &(struct xj_setting){
			.key = settings[i].key,
			.value = value_of(&v, settings[i].key),
			.standard = settings[i].standard,
			.help = settings[i].help,
			.is_standard = v.list[i] == NULL,
		});
	return r;
}

int
xj_setting_problems(struct xj_archive *a, xj_setting_problem_fn fn, void *ctx)
{
	int r = XJ_OK;

	for (size_t i = 0; i < a->config.problem_count && r == XJ_OK; i++)
		r = fn(ctx, &a->config.problems[i]);
	return r;
}

int
xj_setting_get(struct xj_archive *a, const char *key, char **value,
	       struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const struct setting *s = find_setting(key);
	struct values v = { 0 };
	int r;

	if (!s)
		return unknown(key, err);
	if ((r = xj_arena_new(&arena)) < 0)
		return no_memory(err);
	if ((r = read_values(a->fd, arena, &v, err)) < 0)
		return r;
	if (v.wrong[s - settings])
		return refuse(v.wrong[s - settings], err);
	*value = strdup(value_of(&v, key));
	return *value ? XJ_OK : xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* Whether a line sets `key`, be it commented out. */
static bool
line_sets(const char *line, size_t len, const char *key, bool comment)
{
	const char *p = line, *end = line + len;
	size_t n = strlen(key);

	if (comment && p < end && *p == '#')
		p++;
	else if (comment)
		return false;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if ((size_t)(end - p) < n || memcmp(p, key, n) != 0)
		return false;
	for (p += n; p < end && (*p == ' ' || *p == '\t'); p++)
		;
	return p < end && *p == '=';
}

/* Where the line is that sets the key (of several the last, which counts), else
 * the one that shows its standard. */
static const char *
find_line(const char *text, const char *key, size_t *len)
{
	const char *found = NULL;

	for (int comment = 0; comment <= 1 && !found; comment++) {
		size_t n;

		for (const char *p = text; *p; p += n + (p[n] == '\n')) {
			n = strcspn(p, "\n");
			if (line_sets(p, n, key, comment)) {
				found = p;
				*len = n;
			}
		}
	}
	return found;
}

int
xj_setting_set(struct xj_archive *a, const char *key, const char *value,
	       struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;
	const struct setting *s = find_setting(key);
	const char *line, *old;
	size_t len = 0;
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_may(a, XJ_DO_MACHINE, 0, NULL, err);
	if (r == XJ_OK && !s)
		r = unknown(key, err);
	if (r == XJ_OK)
		r = check_value(s, value, err);
	if (r == XJ_OK)
		r = xj_file_read(a->fd, CONFIG_FILE, CONFIG_MAX, &text, err);
	if (r == XJ_ENOTFOUND && s)
		r = standard_text(&text, err);
	if (r < 0)
		return r;
	old = xj_buf_str(&text);
	line = find_line(old, key, &len);
	xj_buf_add(&out, old, line ? (size_t)(line - old) : text.len);
	if (out.len && out.data[out.len - 1] != '\n')
		xj_buf_addc(&out, '\n');
	xj_buf_addf(&out, "%s = %s", key, value);
	xj_buf_adds(&out, line ? line + len : "\n");
	if ((r = xj_buf_check(&out, err)) < 0)
		return r;
	return xj_file_write(a->fd, CONFIG_FILE, out.data, out.len, err);
}
