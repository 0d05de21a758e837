/* assets.c - styles, scripts and pictures of the pages: files of ours. */
#include <dirent.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define ASSETS_MAX 32
#define BYTES_MAX (1 << 20)

static struct xj_asset assets[ASSETS_MAX];
static size_t count;

static const char *
type_of(const char *name)
{
	static const char *const types[][2] = {
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".json", "application/json" },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < XJ_COUNT(types); i++)
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	return NULL;
}

static int
load_one(int dir, const char *name, const char *type, struct xj_error *err)
{
	struct xj_asset *a = &assets[count];
	unsigned char digest[16];
	int r;

	if (count == ASSETS_MAX || strlen(name) >= sizeof(a->name))
		return xj_error_set(err, XJ_ELIMIT, "%s: one too many", name);
	*a = (struct xj_asset){ .type = type, .bytes = XJ_BUF_INIT };
	strcpy(a->name, name);
	r = xj_file_read(dir, name, BYTES_MAX, &a->bytes, err);
	if (r < 0)
		return r;
	count++;
	crypto_generichash(digest, sizeof(digest),
			   (const unsigned char *)xj_buf_str(&a->bytes),
			   a->bytes.len, NULL, 0);
	xj_hex(digest, sizeof(digest), a->etag);
	return XJ_OK;
}

int
xj_assets_load(const char *dir, struct xj_error *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int r = XJ_OK;

	if (!d)
		return xj_error_errno(err, "%s", dir);
	while (r == XJ_OK && (e = readdir(d))) {
		const char *type = type_of(e->d_name);

		if (type && e->d_name[0] != '.')
			r = load_one(dirfd(d), e->d_name, type, err);
	}
	closedir(d);
	return r;
}

void
xj_assets_free(void)
{
	while (count)
		xj_buf_release(&assets[--count].bytes);
}

/* By name, '.' written '_': what changes has another address. */
json_t *
xj_assets_model(void)
{
	json_t *o = json_object();

	for (size_t i = 0; i < count; i++) {
		char key[64];

		strcpy(key, assets[i].name);
		for (char *p = key; *p; p++)
			if (*p == '.')
				*p = '_';
		json_object_set_new(o, key, json_string(assets[i].etag));
	}
	return o;
}

int
xj_give_asset(struct xj_request *q, struct xj_reply *p)
{
	for (size_t i = 0; i < count; i++) {
		const struct xj_asset *a = &assets[i];

		if (strcmp(a->name, q->parameters[0]) != 0)
			continue;
		p->type = a->type;
		p->etag = a->etag;
		p->lasting = strcmp(xj_argument(q, "v"), a->etag) == 0;
		xj_buf_add(&p->body, a->bytes.data, a->bytes.len);
		return XJ_OK;
	}
	return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no such page");
}
