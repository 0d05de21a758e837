/*
 * program-conf.c - plugins.d/NAME.conf: an importer that is a program.
 *
 *	command = python3 calendar.py
 *	version = 1.0
 *	license = MIT
 *	types = text/calendar
 *	extensions = ics ifb
 *	magic = 0 BEGIN:VCALENDAR
 *
 * `key = value`, a line each; a line that begins with # is a comment. `name`
 * is that of the file unless it is set. The first type is what a document with
 * one of the extensions, or with one of the magics (offset and bytes, \xHH for
 * any byte; several lines), is then called. `bid` replaces the standard bid,
 * `reads` are further folders that the program may read. The command is a file
 * beside the conf, a path, or a program of the system; a word of it that has
 * blanks stands in double quotes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import/program.h"

#define CONF_MAX 65536u
#define WORDS_MAX 64

struct words {
	const char *list[WORDS_MAX + 1]; /* NULL-terminated */
	size_t count;
};

struct magic {
	char *bytes;
	uint32_t len, off;
};

/* What is being read. */
struct draft {
	struct xj_arena *arena;
	struct xj_program *program;
	struct words argv, types, exts, reads;
	struct magic magics[WORDS_MAX];
	size_t magic_count;
};

/* ----------------------------------------------------------------- values */

/* Words between blanks, in place; "..." is one. NULL, or what is wrong. */
static const char *
take_words(struct words *w, char *s)
{
	for (s += strspn(s, " \t"); *s; s += strspn(s, " \t")) {
		const char *end = *s == '"' ? "\"" : " \t";
		char *stop;

		s += *s == '"';
		stop = s + strcspn(s, end);
		if (*end == '"' && *stop != '"')
			return "has a quote that does not end";
		if (w->count == WORDS_MAX)
			return "has too many words";
		w->list[w->count++] = s;
		s = stop + (*stop != '\0');
		*stop = '\0';
	}
	return NULL;
}

static const char *
take_command(struct draft *d, char *value)
{
	d->program->command = xj_arena_strdup(d->arena, value);
	return d->program->command ? take_words(&d->argv, value) : "no memory";
}

static const char *
take_name(struct draft *d, char *value)
{
	d->program->importer.name = value;
	return NULL;
}

static const char *
take_version(struct draft *d, char *value)
{
	d->program->importer.version = value;
	return NULL;
}

static const char *
take_license(struct draft *d, char *value)
{
	d->program->importer.license = value;
	return NULL;
}

static const char *
take_types(struct draft *d, char *value)
{
	const char *wrong = take_words(&d->types, value);

	for (size_t i = 0; i < d->types.count && wrong == NULL; i++)
		if (strchr(d->types.list[i], '/') == NULL)
			wrong = "are words like text/plain";
	return wrong;
}

static const char *
take_extensions(struct draft *d, char *value)
{
	const char *wrong = take_words(&d->exts, value);

	for (size_t i = 0; i < d->exts.count && wrong == NULL; i++)
		if (!*d->exts.list[i] || strpbrk(d->exts.list[i], "./"))
			wrong = "are words without dots";
	return wrong;
}

static const char *
take_reads(struct draft *d, char *value)
{
	const char *wrong = take_words(&d->reads, value);

	for (size_t i = 0; i < d->reads.count && wrong == NULL; i++)
		if (d->reads.list[i][0] != '/')
			wrong = "are folders named from /";
	return wrong;
}

/* A whole number, and what stands behind it. */
static bool
take_number(char *value, unsigned long most, unsigned long *n, char **rest)
{
	errno = 0;
	*n = strtoul(value, rest, 10);
	return *value >= '0' && *value <= '9' && errno == 0 && *n <= most;
}

static const char *
take_bid(struct draft *d, char *value)
{
	unsigned long n;
	char *rest;

	if (!take_number(value, 100, &n, &rest) || *rest || n == 0)
		return "is no number from 1 to 100";
	d->program->bid = (uint32_t)n;
	return NULL;
}

/* "offset bytes"; the bytes in place. */
static const char *
take_magic(struct draft *d, char *value)
{
	struct magic *m = &d->magics[d->magic_count];
	unsigned long off;
	char *p;

	if (d->magic_count == WORDS_MAX)
		return "stands there too often";
	if (!take_number(value, 65535, &off, &p) || (*p != ' ' && *p != '\t'))
		return "is not an offset and bytes";
	m->off = (uint32_t)off;
	m->bytes = p += strspn(p, " \t");
	for (; *p; m->len++) {
		unsigned char byte = (unsigned char)*p++;

		if (byte == '\\' && *p == '\\') {
			p++;
		} else if (byte == '\\') {
			char hex[3] = { p[0] == 'x' ? p[1] : '\0' };

			hex[1] = hex[0] ? p[2] : '\0';
			if (xj_unhex(hex, &byte, 1) != 1)
				return "has a \\ without xHH";
			p += 3;
		}
		m->bytes[m->len] = (char)byte;
	}
	d->magic_count++;
	return m->len > 0 ? NULL : "has no bytes";
}

/* ------------------------------------------------------------------- lines */

static const struct {
	const char *name;
	const char *(*take)(struct draft *d, char *value);
} keys[] = {
	{ "bid", take_bid },
	{ "command", take_command },
	{ "extensions", take_extensions },
	{ "license", take_license },
	{ "magic", take_magic },
	{ "name", take_name },
	{ "reads", take_reads },
	{ "types", take_types },
	{ "version", take_version },
};

/* Without the white space at its ends, in place. */
static char *
trim(char *s)
{
	char *end;

	s += strspn(s, " \t");
	for (end = s + strlen(s); end > s && strchr(" \t\r", end[-1]); end--)
		;
	*end = '\0';
	return s;
}

static bool
take_line(struct draft *d, unsigned number, char *line, struct xj_buf *why)
{
	const char *wrong = "is no setting of an importer";
	char *key = trim(line), *value = strchr(key, '=');

	if (*key == '\0' || *key == '#')
		return true;
	if (value == NULL) {
		xj_buf_addf(why, "line %u is not `key = value`", number);
		return false;
	}
	*value = '\0';
	value = trim(value + 1);
	key = trim(key);
	for (size_t i = 0; i < XJ_COUNT(keys); i++)
		if (strcmp(keys[i].name, key) == 0)
			wrong = keys[i].take(d, value);
	if (wrong != NULL)
		xj_buf_addf(why, "line %u: %s %s", number, key, wrong);
	return wrong == NULL;
}

static bool
take_lines(struct draft *d, char *text, struct xj_buf *why)
{
	unsigned number = 0;
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		if (!take_line(d, ++number, line, why))
			return false;
	return true;
}

/* --------------------------------------------------------------- the whole */

static const char *const *
keep_list(struct xj_arena *arena, const struct words *w)
{
	const char **list = xj_arena_alloc(arena, (w->count + 1) *
							   sizeof(*list));

	if (list != NULL)
		memcpy(list, w->list, w->count * sizeof(*list));
	return list;
}

/* A row each type, extension and magic. */
static const struct xj_format *
make_formats(const struct draft *d)
{
	size_t n = d->types.count + d->exts.count + d->magic_count;
	struct xj_format *rows = xj_arena_alloc(d->arena,
						(n + 1) * sizeof(*rows));
	struct xj_format *f = rows;

	if (rows == NULL)
		return NULL;
	for (size_t i = 0; i < d->types.count; i++)
		*f++ = (struct xj_format){ .mime = d->types.list[i] };
	for (size_t i = 0; i < d->exts.count; i++)
		*f++ = (struct xj_format){ .mime = d->types.list[0],
					   .ext = d->exts.list[i] };
	for (size_t i = 0; i < d->magic_count; i++)
		*f++ = (struct xj_format){ .mime = d->types.list[0],
					   .magic = d->magics[i].bytes,
					   .magic_len = d->magics[i].len,
					   .magic_off = d->magics[i].off };
	return rows;
}

/* "NAME" of "/folder/NAME.conf". */
static const char *
name_of_file(struct xj_arena *arena, const char *file)
{
	const char *base = xj_path_base(file);

	return xj_arena_strndup(arena, base, strlen(base) - strlen(".conf"));
}

/* The program's path: beside the conf, as it stands, or of the system. */
static const char *
find_program(const struct draft *d, const char *name)
{
	static const char *const system[] = { "/usr/local/bin", "/usr/bin",
					      "/bin" };
	const char *path;

	if (name[0] == '/')
		return access(name, X_OK) == 0 ? name : NULL;
	path = xj_arena_printf(d->arena, "%s/%s", d->program->folder, name);
	if (path != NULL && access(path, X_OK) == 0)
		return path;
	for (size_t i = 0; i < XJ_COUNT(system) && !strchr(name, '/'); i++) {
		path = xj_arena_printf(d->arena, "%s/%s", system[i], name);
		if (path != NULL && access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

static bool
complete(struct draft *d, const char *file, struct xj_buf *why)
{
	struct xj_program *p = d->program;
	const char *name = d->argv.count > 0 ? d->argv.list[0] : NULL;

	p->folder = xj_arena_strndup(d->arena, file,
				     (size_t)(xj_path_base(file) - file) - 1);
	if (p->importer.name == NULL)
		p->importer.name = name_of_file(d->arena, file);
	if (name == NULL || d->types.count == 0) {
		xj_buf_addf(why, "has no %s", name == NULL ? "command"
							   : "types");
		return false;
	}
	d->argv.list[0] = find_program(d, name);
	if (d->argv.list[0] == NULL) {
		xj_buf_addf(why, "command: no program %s", name);
		return false;
	}
	p->argv = keep_list(d->arena, &d->argv);
	p->reads = keep_list(d->arena, &d->reads);
	p->importer.abi = XJ_IMPORTER_ABI;
	p->importer.import = xj_program_import;
	p->importer.formats = make_formats(d);
	return p->argv != NULL && p->reads != NULL &&
	       p->importer.formats != NULL && p->folder != NULL &&
	       p->importer.name != NULL;
}

const struct xj_program *
xj_program_parse(struct xj_arena *arena, const char *file, const char *text,
		 size_t len, struct xj_buf *why)
{
	struct draft d = { .arena = arena };
	char *copy;

	if (memchr(text, '\0', len) != NULL || !xj_utf8_valid(text, len)) {
		xj_buf_adds(why, "is not text in UTF-8");
		return NULL;
	}
	copy = xj_arena_strndup(arena, text, len);
	d.program = xj_arena_alloc(arena, sizeof(*d.program));
	return copy != NULL && d.program != NULL && take_lines(&d, copy, why) &&
			       complete(&d, file, why)
		       ? d.program
		       : NULL;
}

const struct xj_program *
xj_program_read(const char *file, struct xj_buf *why)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const struct xj_program *program;
	struct xj_arena *arena;
	struct xj_error err;

	if (xj_file_read(AT_FDCWD, file, CONF_MAX, &text, &err) < 0) {
		xj_buf_adds(why, err.message);
		return NULL;
	}
	if (xj_arena_new(&arena) < 0)
		return NULL;
	program = xj_program_parse(arena, file, xj_buf_str(&text), text.len,
				   why);
	if (program == NULL)
		xj_arena_free(arena);
	return program;
}
