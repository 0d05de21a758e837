/* worker-plugins.c - find, load and refuse plugins. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/worker.h"

static bool
listed(const char *const *list, const char *s)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp(*list, s) == 0)
			return true;
	return false;
}

static int
is_plugin(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 12 && strncmp(e->d_name, "importer-", 9) == 0 &&
	       strcmp(e->d_name + n - 3, ".so") == 0;
}

static bool
is_conf_name(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".conf") == 0;
}

static int
is_conf(const struct dirent *e)
{
	return e->d_name[0] != '.' && is_conf_name(e->d_name);
}

/* Not alphasort(), which follows the locale. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* ------------------------------------------------------------ acceptance */

static bool
name_is_well(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n < 64 && name[n] == '\0';
}

static const struct xj_loaded *
find_name(const struct xj_plugin_set *plugins, const char *name)
{
	for (size_t i = 0; i < plugins->count; i++)
		if (plugins->list[i].importer != NULL &&
		    strcmp(plugins->list[i].importer->name, name) == 0)
			return &plugins->list[i];
	return NULL;
}

/* Why the importer cannot be taken: into `why`; false when it can. */
static bool
refuse(const struct xj_plugin_set *plugins, const struct xj_importer *im,
       struct xj_buf *why)
{
	const struct xj_loaded *other;

	if (im == NULL)
		xj_buf_adds(why, "xj_importer_v1() gave nothing");
	else if (im->abi >> 16 != XJ_IMPORTER_ABI >> 16 ||
		 im->abi > XJ_IMPORTER_ABI)
		xj_buf_addf(why, "made for interface %u.%u; this is %u.%u",
			    im->abi >> 16, im->abi & 0xFFFF,
			    XJ_IMPORTER_ABI >> 16, XJ_IMPORTER_ABI & 0xFFFF);
	else if (im->name == NULL || !name_is_well(im->name))
		xj_buf_adds(why, "its name is missing or has characters other "
				 "than a-z, 0-9 and -");
	else if (im->version == NULL || strlen(im->version) >= 32 ||
		 im->license == NULL)
		xj_buf_adds(why, "says no version or no license");
	else if (im->import == NULL)
		xj_buf_adds(why, "has no import function");
	else if (im->wants != XJ_CLASS_BASE && im->wants != XJ_CLASS_HEAVY)
		xj_buf_addf(why, "wants workers of class %u, unknown here",
			    im->wants);
	else if ((other = find_name(plugins, im->name)) != NULL)
		xj_buf_addf(why, "an importer of that name was loaded from %s",
			    other->file);
	return why->len > 0;
}

static void
load_program(const struct xj_plugin_set *plugins, struct xj_loaded *p,
	     struct xj_buf *why)
{
	p->program = xj_program_read(p->file, why);
	if (p->program != NULL && refuse(plugins, &p->program->importer, why))
		p->program = NULL;
	else if (p->program != NULL)
		p->importer = &p->program->importer;
}

static void
load(const struct xj_plugin_set *plugins, struct xj_loaded *p, bool own,
     struct xj_buf *why)
{
	void *handle = dlopen(p->file, RTLD_NOW | RTLD_LOCAL);
	xj_importer_v1_fn describe;
	const struct xj_importer *im;
	int r;

	if (handle == NULL) {
		xj_buf_adds(why, dlerror());
		return;
	}
	describe = (xj_importer_v1_fn)(uintptr_t)dlsym(handle,
						       "xj_importer_v1");
	if (describe == NULL) {
		xj_buf_adds(why, "has no function xj_importer_v1");
		dlclose(handle);
		return;
	}
	im = describe();
	if (refuse(plugins, im, why)) {
		dlclose(handle);
		return;
	}
	r = im->setup != NULL && (own || im->wants != XJ_CLASS_HEAVY)
		    ? im->setup()
		    : 0;
	/* What setup() began may go on in the object: it stays. */
	if (r != 0)
		xj_buf_addf(why, "its setup failed (%d)", r);
	else
		p->importer = im;
}

/* --------------------------------------------------------------- folders */

static int
add(struct xj_plugin_set *plugins, const char *file,
    const struct xj_plugin_sources *from, void (*loading)(const char *file))
{
	xj_auto(xj_buf_release) struct xj_buf why = XJ_BUF_INIT;
	struct xj_loaded *list = realloc(
		plugins->list, (plugins->count + 1) * sizeof(*list));
	struct xj_loaded p = { .file = strdup(file) };

	if (list != NULL)
		plugins->list = list;
	if (list == NULL || p.file == NULL) {
		free(p.file);
		return XJ_ENOMEM;
	}
	loading(p.file);
	if (listed(from->skip, p.file))
		xj_buf_adds(&why, "crashed or hung while it was loaded");
	else if (is_conf_name(file))
		load_program(plugins, &p, &why);
	else
		load(plugins, &p, from->own, &why);
	if (p.importer == NULL)
		p.refused = xj_buf_take(&why);
	plugins->list[plugins->count++] = p;
	return p.importer == NULL && p.refused == NULL ? XJ_ENOMEM : XJ_OK;
}

static int
add_folder(struct xj_plugin_set *plugins, const char *dir,
	   int (*wanted)(const struct dirent *),
	   const struct xj_plugin_sources *from,
	   void (*loading)(const char *file))
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct dirent **names;
	int n = scandir(dir, &names, wanted, by_name), r = XJ_OK;

	for (int i = 0; i < n; i++) {
		if (r == XJ_OK)
			r = xj_path_join(&path, dir, names[i]->d_name);
		if (r == XJ_OK)
			r = add(plugins, path.data, from, loading);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return r;
}

/* The folder plugins.d beside `dir`, once. */
static int
add_beside(struct xj_plugin_set *plugins, const char *dir,
	   const struct xj_plugin_sources *from,
	   void (*loading)(const char *file))
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	size_t n = strlen(dir);

	while (n > 0 && dir[n - 1] == '/')
		n--;
	while (n > 0 && dir[n - 1] != '/')
		n--;
	xj_buf_add(&path, dir, n);
	xj_buf_adds(&path, "plugins.d");
	if (path.failed)
		return XJ_ENOMEM;
	for (size_t i = 0; i < plugins->count; i++) {
		const char *file = plugins->list[i].file;

		if (strncmp(file, path.data, path.len) == 0 &&
		    file[path.len] == '/' && !strchr(file + path.len + 1, '/'))
			return XJ_OK; /* two folders with one parent */
	}
	return add_folder(plugins, path.data, is_conf, from, loading);
}

void
xj_plugins_refuse_programs(struct xj_plugin_set *plugins, const char *why)
{
	for (size_t i = 0; i < plugins->count; i++) {
		struct xj_loaded *p = &plugins->list[i];

		if (p->program == NULL)
			continue;
		p->program = NULL;
		p->importer = NULL;
		p->refused = strdup(why);
		if (p->refused == NULL)
			xj_worker_exit(1);
	}
}

int
xj_plugins_load(struct xj_plugin_set *plugins,
		const struct xj_plugin_sources *from,
		void (*loading)(const char *file))
{
	int r = XJ_OK;

	for (const char *const *f = from->files; *f != NULL && r == XJ_OK; f++)
		r = add(plugins, *f, from, loading);
	for (const char *const *d = from->dirs; *d != NULL && r == XJ_OK; d++) {
		r = add_folder(plugins, *d, is_plugin, from, loading);
		if (r == XJ_OK)
			r = add_beside(plugins, *d, from, loading);
	}
	return r;
}
