/* validate-content.c - content files against what the inventories say. */
#include "store/validate.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define KINDS (XJ_BLAKE2B_384 + 1)

/* A digest that some inventory gives for a file. */
struct expected {
	struct expected *next;
	enum xj_digest_kind kind;
	bool is_fixity;
	unsigned char sum[XJ_DIGEST_MAX];
};

struct file {
	const char *path;
	unsigned version;
	bool is_there;
	bool is_missed[2]; /* by a manifest, by fixity: and that was told */
	struct expected *expected;
};

struct xj_contents {
	struct xj_check *c;
	int fd;
	struct xj_arena *arena;
	void *files; /* a tree, by path */
	const struct xj_checked *inv; /* the one in hand */
	struct xj_digest *digests[KINDS];
};

struct xj_contents *
xj_contents_new(struct xj_check *c, int fd)
{
	struct xj_contents *contents = calloc(1, sizeof(*contents));

	if (!contents || xj_arena_new(&contents->arena) < 0) {
		free(contents);
		return xj_check_no_memory(c);
	}
	contents->c = c;
	contents->fd = fd;
	return contents;
}

/* The files themselves are in the arena. */
static void
keep_file(void *file)
{
	(void)file;
}

void
xj_contents_free(struct xj_contents *contents)
{
	if (!contents)
		return;
	for (size_t i = 0; i < KINDS; i++)
		xj_digest_free(contents->digests[i]);
	tdestroy(contents->files, keep_file);
	xj_arena_free(contents->arena);
	free(contents);
}

/* --------------------------------------------------------------- the tree */

static int
by_path(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static struct file *
find(struct xj_contents *t, const char *path)
{
	struct file key = { .path = path };
	struct file **found = tfind(&key, &t->files, by_path);

	return found ? *found : NULL;
}

static struct file *
add(struct xj_contents *t, const char *path)
{
	struct file *file = xj_arena_alloc(t->arena, sizeof(*file));

	if (!file || !(file->path = xj_arena_strdup(t->arena, path)) ||
	    !tsearch(file, &t->files, by_path))
		return xj_check_no_memory(t->c);
	return file;
}

static void
add_there(struct xj_contents *t, const char *path, unsigned version)
{
	struct file *file = add(t, path);

	if (!file)
		return;
	file->is_there = true;
	file->version = version;
	t->c->out->files++;
}

static size_t
walk_entry(struct xj_contents *t, const char *path, unsigned char type,
	   unsigned version)
{
	if (type == DT_DIR) {
		size_t n = xj_contents_walk(t, path, version);

		if (n == 0)
			xj_check_report(t->c, "E024", path,
					"is an empty folder");
		return n + (n == 0);
	}
	if (type == DT_LNK)
		xj_check_report(t->c, "E090", path, "is a symbolic link");
	else if (type != DT_REG)
		xj_check_report(t->c, "E023", path, "is not a regular file");
	else
		add_there(t, path, version);
	return 1;
}

size_t
xj_contents_walk(struct xj_contents *t, const char *path, unsigned version)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_buf_release) struct xj_buf below = XJ_BUF_INIT;
	size_t n = 0;

	if (xj_fs_list(t->fd, path, &list) < 0) {
		xj_check_failed(t->c, path);
		return 1;
	}
	for (size_t i = 0; i < list.count && xj_check_goes_on(t->c); i++) {
		if (xj_path_join(&below, path, list.entries[i].name) < 0)
			xj_check_no_memory(t->c);
		else
			n += walk_entry(t, below.data, list.entries[i].type,
					version);
	}
	return n;
}

/* ----------------------------------------------------------- comparisons */

static bool
is_expected(const struct file *file, const struct expected *new)
{
	size_t n = xj_digest_size(new->kind);

	for (const struct expected *e = file->expected; e; e = e->next)
		if (e->kind == new->kind && memcmp(e->sum, new->sum, n) == 0)
			return true;
	return false;
}

/* A file that an inventory names, by a digest. */
static void
expect(struct xj_contents *t, const char *path, int kind, const char *digest,
       bool is_fixity)
{
	struct file *file = find(t, path);
	struct expected new = {
		.kind = (enum xj_digest_kind)kind, .is_fixity = is_fixity,
	};
	struct expected *kept;

	if (!file || !file->is_there) {
		if (!file)
			file = add(t, path);
		if (!file || file->is_missed[is_fixity])
			return;
		file->is_missed[is_fixity] = true;
		xj_check_report(t->c, is_fixity ? "E093" : "E092", path,
				"is missing, named in %s", t->inv->where);
		return;
	}
	if (!xj_is_digest(kind, digest) ||
	    xj_unhex(digest, new.sum, sizeof(new.sum)) < 0 ||
	    is_expected(file, &new))
		return;
	kept = xj_arena_alloc(t->arena, sizeof(*kept));
	if (!kept) {
		xj_check_no_memory(t->c);
		return;
	}
	*kept = new;
	kept->next = file->expected;
	file->expected = kept;
}

static void
expect_fixity(struct xj_contents *t, const char *algorithm, json_t *block)
{
	int kind = xj_digest_kind(algorithm);
	const char *digest;
	json_t *paths;

	json_object_foreach(block, digest, paths) {
		for (size_t i = 0; i < json_array_size(paths); i++) {
			json_t *path = json_array_get(paths, i);

			if (json_is_string(path))
				expect(t, json_string_value(path), kind, digest,
				       true);
		}
	}
}

/* A file of the inventory's versions that it does not list. */
static void
check_listed(const void *node, VISIT visit, void *closure)
{
	const struct file *file = *(const struct file *const *)node;
	struct xj_contents *t = closure;

	if ((visit != postorder && visit != leaf) || !file->is_there ||
	    file->version > t->inv->head || !xj_check_goes_on(t->c))
		return;
	if (!xj_checked_claim(t->inv, file->path))
		xj_check_report(t->c, "E023", file->path,
				"is not in the manifest of %s", t->inv->where);
}

void
xj_contents_compare(struct xj_contents *t, const struct xj_checked *inv)
{
	json_t *block;
	const char *algorithm;

	if (!inv->json || !xj_check_goes_on(t->c))
		return;
	t->inv = inv;
	for (size_t i = 0; i < inv->claim_count; i++)
		expect(t, inv->claims[i].path, inv->kind, inv->claims[i].digest,
		       false);
	json_object_foreach(json_object_get(inv->json, "fixity"), algorithm,
			    block)
		expect_fixity(t, algorithm, block);
	if (inv->manifest)
		twalk_r(t->files, check_listed, t);
}

/* --------------------------------------------------------------- reading */

/* Two names for one file: where the links of a file all lie outside of what is
 * checked, nobody can tell. */
struct link {
	dev_t device;
	ino_t inode;
};

static int
by_inode(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static void
check_links(struct xj_check *c, const char *path, const struct stat *st)
{
	struct link key = { st->st_dev, st->st_ino }, *kept;

	if (st->st_nlink < 2)
		return;
	if (tfind(&key, &c->links, by_inode)) {
		xj_check_report(c, "E090", path,
				"is a hard link of another file");
		return;
	}
	kept = malloc(sizeof(*kept));
	if (kept)
		*kept = key;
	if (!kept || !tsearch(kept, &c->links, by_inode)) {
		free(kept);
		xj_check_no_memory(c);
	}
}

/* The sums that somebody gave for the file, made ready. */
static bool
begin_sums(struct xj_contents *t, const struct file *file)
{
	for (const struct expected *e = file->expected; e; e = e->next) {
		if (t->digests[e->kind])
			continue;
		if (xj_digest_new(e->kind, &t->digests[e->kind],
				  t->c->err) < 0)
			return xj_check_no_memory(t->c);
	}
	return true;
}

static bool
wants(const struct file *file, enum xj_digest_kind kind)
{
	for (const struct expected *e = file->expected; e; e = e->next)
		if (e->kind == kind)
			return true;
	return false;
}

static bool
read_file(struct xj_contents *t, const struct file *file, int fd)
{
	uint64_t at = 0;
	ssize_t n;

	while ((n = xj_pread_all(fd, t->c->block, XJ_CHECK_BLOCK, at)) > 0) {
		for (size_t k = 0; k < KINDS; k++)
			if (wants(file, (enum xj_digest_kind)k))
				xj_digest_add(t->digests[k], t->c->block,
					      (size_t)n);
		at += (uint64_t)n;
	}
	t->c->out->bytes += at;
	return n == 0;
}

/* Also after a file that could not be read: the sums begin afresh. */
static void
end_sums(struct xj_contents *t, const struct file *file,
	 unsigned char sums[KINDS][XJ_DIGEST_MAX])
{
	for (size_t k = 0; k < KINDS; k++)
		if (wants(file, (enum xj_digest_kind)k))
			xj_digest_end(t->digests[k], sums[k]);
}

static void
compare_sums(struct xj_contents *t, const struct file *file,
	     unsigned char sums[KINDS][XJ_DIGEST_MAX])
{
	for (const struct expected *e = file->expected; e; e = e->next)
		if (memcmp(e->sum, sums[e->kind], xj_digest_size(e->kind)) != 0)
			xj_check_report(t->c, e->is_fixity ? "E093" : "E092",
					file->path,
					"its %s is not what the inventory says",
					xj_digest_name(e->kind));
}

static void
check_sums(struct xj_contents *t, const struct file *file, int fd)
{
	unsigned char sums[KINDS][XJ_DIGEST_MAX] = { 0 };
	bool was_read;

	if (!begin_sums(t, file))
		return;
	was_read = read_file(t, file, fd);
	if (!was_read)
		xj_check_failed(t->c, file->path);
	end_sums(t, file, sums);
	if (was_read)
		compare_sums(t, file, sums);
}

static void
verify_file(struct xj_contents *t, const struct file *file)
{
	xj_auto(xj_closep) int fd = xj_fs_open(t->fd, file->path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		xj_check_failed(t->c, file->path);
		return;
	}
	check_links(t->c, file->path, &st);
	if (!(t->c->flags & XJ_VALIDATE_NO_FIXITY) && file->expected)
		check_sums(t, file, fd);
}

static void
verify_node(const void *node, VISIT visit, void *closure)
{
	const struct file *file = *(const struct file *const *)node;
	struct xj_contents *t = closure;

	if ((visit == postorder || visit == leaf) && file->is_there &&
	    xj_check_goes_on(t->c))
		verify_file(t, file);
}

void
xj_contents_verify(struct xj_contents *t)
{
	twalk_r(t->files, verify_node, t);
}
