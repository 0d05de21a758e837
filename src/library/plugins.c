/* plugins.c - where importers are; install one and take it away again. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/archive.h"

#define PLUGIN_MAX (256u << 20) /* bytes of a shared object */

/* ------------------------------------------------------------------ places */

static const char *
system_dir(void)
{
	const char *set = secure_getenv("XUEJI_PLUGINS");

	return set && *set ? set : XJ_PLUGINDIR;
}

/* As the XDG Base Directory Specification has it; NULL: there is none. */
static const char *
user_dir(struct xj_arena *arena)
{
	const char *data = secure_getenv("XDG_DATA_HOME");
	const char *home = secure_getenv("HOME");

	if (data && *data == '/')
		return xj_arena_printf(arena, "%s/xueji/plugins", data);
	if (home && *home == '/')
		return xj_arena_printf(arena, "%s/.local/share/xueji/plugins",
				       home);
	return NULL;
}

const char *const *
xj_plugin_dirs(struct xj_arena *arena, const char *further)
{
	char *copy = xj_arena_strdup(arena, further), *dir;
	size_t n = 0, max = 4;
	const char **list;

	for (const char *p = further; *p; p++)
		max += *p == ':';
	list = xj_arena_alloc(arena, max * sizeof(*list));
	if (!list || !copy)
		return NULL;
	list[n++] = system_dir();
	if ((dir = (char *)user_dir(arena)))
		list[n++] = dir;
	while ((dir = strsep(&copy, ":")))
		if (*dir)
			list[n++] = dir;
	return list;
}

/* Where an importer is installed. */
static int
target_dir(struct xj_arena *arena, unsigned flags, const char **dir,
	   struct xj_error *err)
{
	*dir = flags & XJ_PLUGIN_SYSTEM ? system_dir() : user_dir(arena);
	return *dir ? XJ_OK : xj_error_set(err, XJ_ENOTFOUND, "neither HOME "
					   "nor XDG_DATA_HOME is set");
}

/* ----------------------------------------------------------------- looking */

/* The loader's own words begin with the file already. */
int
xj_plugin_refused(const char *file, const struct xj_importer_info *info,
		  struct xj_error *err)
{
	const char *why = info ? info->refused : "was not loaded";
	size_t n = strlen(file);
	char words[XJ_ERROR_MAX];

	if (strncmp(why, file, n) == 0 && why[n] == ':')
		return xj_error_set(err, XJ_EINVAL, "%s", why);
	return xj_error_set(err, XJ_EINVAL, "%s: %s", file,
			    xj_in_words(why, words, sizeof(words)));
}

/* What the importer in `file` says of itself; the strings are the arena's. */
static int
describe(struct xj_arena *arena, const char *file, struct xj_plugin *plugin,
	 struct xj_error *err)
{
	struct xj_importers *im;
	const struct xj_importer_info *info;
	int r = xj_importers_open(&(struct xj_importers_options){
		.files = (const char *[]){ file, NULL } }, &im, err);

	if (r < 0)
		return r;
	info = xj_importers_at(im, 0);
	if (!info || info->refused)
		r = xj_plugin_refused(file, info, err);
	else
		*plugin = (struct xj_plugin){
			.name = xj_arena_strdup(arena, info->name),
			.version = xj_arena_strdup(arena, info->version),
		};
	xj_importers_close(im);
	if (r == XJ_OK && (!plugin->name || !plugin->version))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return r;
}

/* The importer of a name among those that are there. */
struct namesake {
	const char *name, *place; /* looked for; the file that is to be written */
	char version[32], other[PATH_MAX];
};

static int
look_at(void *ctx, const struct xj_plugin *p)
{
	struct namesake *n = ctx;

	if (p->refused || strcmp(p->name, n->name) != 0)
		return XJ_OK;
	if (strcmp(p->file, n->place) == 0)
		snprintf(n->version, sizeof(n->version), "%s", p->version);
	else
		snprintf(n->other, sizeof(n->other), "%s", p->file);
	return XJ_OK;
}

/* ------------------------------------------------------------- installing */

static int
read_plugin(const char *file, struct xj_buf *bytes, struct xj_error *err)
{
	int r = xj_file_read(AT_FDCWD, file, PLUGIN_MAX, bytes, err);

	if (r == XJ_OK && bytes->len == 0)
		return xj_error_set(err, XJ_EINVAL, "%s: is empty", file);
	return r;
}

static int
write_plugin(const char *dir, const char *place, const struct xj_buf *bytes,
	     struct xj_error *err)
{
	int r = xj_mkdirs(AT_FDCWD, dir, 0755, err);

	if (r == XJ_OK)
		r = xj_file_write(AT_FDCWD, place, bytes->data, bytes->len,
				  err);
	if (r == XJ_OK && chmod(place, 0644) < 0)
		return xj_error_errno(err, "%s", place);
	return r;
}

static int
install(struct xj_archive *a, struct xj_arena *arena, const char *file,
	unsigned flags, struct xj_plugin_installed *out, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	struct xj_plugin plugin = { 0 };
	struct namesake same = { .place = out->file };
	const char *dir = NULL;
	int r = read_plugin(file, &bytes, err);

	if (r == XJ_OK)
		r = describe(arena, file, &plugin, err);
	if (r == XJ_OK)
		r = target_dir(arena, flags, &dir, err);
	if (r < 0)
		return r;
	same.name = plugin.name;
	snprintf(out->name, sizeof(out->name), "%s", plugin.name);
	snprintf(out->version, sizeof(out->version), "%s", plugin.version);
	if (snprintf(out->file, sizeof(out->file), "%s/importer-%s.so", dir,
		     plugin.name) >= (int)sizeof(out->file))
		return xj_error_set(err, XJ_EINVAL, "%s: overlong", dir);
	/* Where no folder of importers is yet, there is no other. */
	r = xj_plugins(a, look_at, &same, err);
	if (r < 0 && r != XJ_ENOTFOUND)
		return r;
	if (same.other[0])
		return xj_error_set(err, XJ_EEXIST, "%s: an importer named %s "
				    "is in %s; give yours another name", file,
				    plugin.name, same.other);
	snprintf(out->replaced, sizeof(out->replaced), "%s", same.version);
	return write_plugin(dir, out->file, &bytes, err);
}

int
xj_plugin_install(struct xj_archive *a, const char *file, unsigned flags,
		  struct xj_plugin_installed *installed, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	char *absolute = realpath(file, NULL);
	int r = XJ_OK;

	memset(installed, 0, sizeof(*installed));
	if (!absolute)
		return xj_error_errno(err, "%s", file);
	if (xj_arena_new(&arena) < 0)
		r = xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (r == XJ_OK)
		r = install(a, arena, absolute, flags, installed, err);
	free(absolute);
	return r;
}

/* ---------------------------------------------------------------- removing */

/* Whether the importer comes with xueji: " importer-text.la importer-..." */
static bool
is_built_in(const char *name)
{
	char word[96];

	snprintf(word, sizeof(word), " importer-%s.la ", name);
	return strstr(" " XJ_BUILT_IN " ", word) != NULL;
}

static int
not_installed(const char *name, const char *dir, struct xj_error *err)
{
	if (is_built_in(name))
		return xj_error_set(err, XJ_EPERM, "%s comes with xueji and "
				    "is not removed", name);
	return xj_error_set(err, XJ_ENOTFOUND, "%s: no such importer in %s",
			    name, dir);
}

int
xj_plugin_remove(const char *name, unsigned flags,
		 struct xj_plugin_installed *removed, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *dir;
	int r;

	memset(removed, 0, sizeof(*removed));
	if (xj_arena_new(&arena) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if ((r = target_dir(arena, flags, &dir, err)) < 0)
		return r;
	snprintf(removed->name, sizeof(removed->name), "%s", name);
	if (strchr(name, '/') ||
	    snprintf(removed->file, sizeof(removed->file),
		     "%s/importer-%s.so", dir, name) >=
		    (int)sizeof(removed->file))
		return xj_error_set(err, XJ_EINVAL, "%s: not a name of an "
				    "importer", name);
	if (flags & XJ_PLUGIN_SYSTEM && is_built_in(name))
		return not_installed(name, dir, err);
	if (unlink(removed->file) == 0)
		return XJ_OK;
	return errno == ENOENT ? not_installed(name, dir, err)
			       : xj_error_errno(err, "%s", removed->file);
}
