/* cmd-plugin-new.c - write a project for an importer, from a template. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define TEMPLATE_MAX 65536

static const char *opt_dir_of_new;

static const struct xj_option options[] = {
	{ 'o', "output", .value = &opt_dir_of_new, .arg = "DIR",
	  .help = N_("the folder to write; default: NAME") },
	{ 0 }
};

/* Where a file of the template goes; %s is the name of the importer. */
static const struct {
	const char *from, *to;
} files[] = {
	{ "importer.c", "%s.c" },
	{ "rules.mk", "Makefile" },
	{ "test.sh", "test.sh" },
	{ "README.md", "README.md" },
	{ "sample.txt", "samples/first.%s" },
	{ "expected.txt", "samples/first.%s.expected" },
};

static const char *
template_dir(void)
{
	const char *set = getenv("XUEJI_TEMPLATES");

	return set && *set ? set : XJ_DATADIR "/templates";
}

static bool
name_is_well(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n < 48 && name[n] == '\0' && name[0] >= 'a';
}

static void
put_place(struct xj_buf *path, const char *dir, size_t file, const char *name)
{
	const char *to = files[file].to, *mark = strstr(to, "%s");

	xj_buf_clear(path);
	xj_buf_addf(path, "%s/%.*s", dir, (int)(mark ? mark - to :
						(ssize_t)strlen(to)), to);
	if (mark)
		xj_buf_addf(path, "%s%s", name, mark + 2);
}

/* The template with @NAME@ and @PKGCONFIGDIR@ filled in. */
static void
fill(struct xj_buf *out, const char *text, const char *name)
{
	const struct {
		const char *mark, *value;
	} marks[] = {
		{ "@NAME@", name }, { "@PKGCONFIGDIR@", XJ_PKGCONFIGDIR },
	};

	while (*text) {
		size_t n = strcspn(text, "@"), i = 0;

		xj_buf_add(out, text, n);
		text += n;
		while (i < XJ_COUNT(marks) &&
		       strncmp(text, marks[i].mark, strlen(marks[i].mark)))
			i++;
		if (i < XJ_COUNT(marks)) {
			xj_buf_adds(out, marks[i].value);
			text += strlen(marks[i].mark);
		} else if (*text) {
			xj_buf_addc(out, *text++);
		}
	}
}

static int
write_file(const char *dir, size_t file, const char *name,
	   struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf from = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf to = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf filled = XJ_BUF_INIT;
	int r;

	xj_buf_addf(&from, "%s/importer/%s", template_dir(),
		    files[file].from);
	put_place(&to, dir, file, name);
	r = xj_file_read(AT_FDCWD, xj_buf_str(&from), TEMPLATE_MAX, &text,
			 err);
	if (r < 0)
		return r;
	fill(&filled, xj_buf_str(&text), name);
	if ((r = xj_buf_check(&filled, err)) < 0)
		return r;
	return xj_file_write(AT_FDCWD, xj_buf_str(&to), filled.data,
			     filled.len, err);
}

/* Nothing is written over; nothing is written if one of them is there. */
static int
check_free(const char *dir, const char *name)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	for (size_t i = 0; i < XJ_COUNT(files); i++) {
		put_place(&path, dir, i, name);
		if (faccessat(AT_FDCWD, xj_buf_str(&path), F_OK,
			      AT_SYMLINK_NOFOLLOW) == 0)
			return xj_fail_with(EXIT_NEGATIVE, _("%s is there "
					    "already; nothing was written"),
					    xj_buf_str(&path));
	}
	return EXIT_FINE;
}

static int
write_all(const char *dir, const char *name)
{
	xj_auto(xj_buf_release) struct xj_buf samples = XJ_BUF_INIT;
	struct xj_error err = { 0 };
	int r;

	xj_buf_addf(&samples, "%s/samples", dir);
	r = xj_mkdirs(AT_FDCWD, xj_buf_str(&samples), 0777, &err);
	for (size_t i = 0; i < XJ_COUNT(files) && r == XJ_OK; i++)
		r = write_file(dir, i, name, &err);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
new(struct xj_archive *archive, int argc, char **argv)
{
	const char *name = argv[0];
	const char *dir = opt_dir_of_new ? opt_dir_of_new : name;
	int code;

	(void)archive;
	(void)argc;
	if (!name_is_well(name))
		return xj_usage(_("%s: a name is a letter and then a-z, 0-9 "
				  "and -"), name);
	code = check_free(dir, name);
	if (code == EXIT_FINE)
		code = write_all(dir, name);
	if (code == EXIT_FINE && !opt_quiet)
		printf(_("%s has an importer that works. Next:\n"
			 "  cd %s\n"
			 "  make check        build it and try it\n"
			 "  edit %s.c         what it reads; put your files in "
			 "samples/\n"
			 "  make install      from then on `xueji add` uses "
			 "it\n"), dir, dir, name);
	return code;
}

const struct xj_command cmd_plugin_new = {
	.name = "plugin new", .args = "NAME", .needs = NEEDS_NOTHING,
	.summary = N_("write a project for an importer of your own"),
	.options = options, .least = 1, .most = 1, .run = new,
};
