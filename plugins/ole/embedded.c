/*
 * embedded.c - files that were put into the document as they are.
 *
 * Objects of programs that keep storages of their own are no files and stay
 * out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ole.h"

#define NAME_MAX_BYTES 512u

static bool
is_stream(const struct cfb_entry *e, const char *name)
{
	return e->type == CFB_STREAM && !strcmp(e->name, name);
}

/* A string with its NUL at *off, which is moved behind it. */
static int
read_label(struct cfb_stream *s, uint64_t *off, char *out, size_t cap)
{
	ssize_t n = cfb_read(s, *off, out, cap);
	const char *end;

	if (n <= 0)
		return n < 0 ? (int)n : XJ_IMPORT_CORRUPT;
	if (!(end = memchr(out, 0, (size_t)n)))
		return XJ_IMPORT_CORRUPT;
	*off += (uint64_t)(end - out) + 1;
	return 0;
}

/* The part of a path behind its folders. */
static const char *
file_name(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (*path == '/' || *path == '\\')
			name = path + 1;
	return name;
}

static int
send_package(struct ole *ole, struct cfb_stream *s, uint64_t off, uint32_t len,
	     const char *raw)
{
	struct xj_child child = { .size = len, .mtime = INT64_MIN,
				  .role = XJ_CHILD_ATTACHMENT };
	char name[NAME_MAX_BYTES * 3];
	size_t n;
	int r;

	child.raw = file_name(raw);
	child.raw_len = strlen(child.raw);
	r = ole_add_bytes(ole, &ole->text, 936, child.raw, child.raw_len);
	if (r < 0)
		return r;
	n = ole->text.len < sizeof(name) - 1 ? ole->text.len : 0;
	memcpy(name, ole->text.text ? ole->text.text : "", n);
	name[n] = '\0';
	ole->text.len = 0;
	child.name = n ? name : "package";
	return ole_child(ole, &child, s, off, len);
}

/* \001Ole10Native: sizes, two names, the bytes. */
static int
read_package(struct ole *ole, struct cfb_stream *s)
{
	char label[NAME_MAX_BYTES], path[NAME_MAX_BYTES];
	unsigned char raw[8];
	uint64_t off = 6;
	uint32_t len;
	int r;

	if ((r = read_label(s, &off, label, sizeof(label))) < 0 ||
	    (r = read_label(s, &off, path, sizeof(path))) < 0 ||
	    (r = cfb_read_all(s, off, raw, 8)) < 0)
		return r;
	off += 8 + (uint64_t)get32(raw + 4); /* a path for the time being */
	if ((r = cfb_read_all(s, off, raw, 4)) < 0)
		return r;
	len = get32(raw);
	if (len == 0 || off + 4 + len > s->size)
		return XJ_IMPORT_CORRUPT;
	return send_package(ole, s, off + 4, len, label[0] ? label : path);
}

/* The text of Microsoft Works stands in a stream of the same name. */
static bool
is_works(struct cfb_stream *s)
{
	char head[4];

	return cfb_read_all(s, 0, head, sizeof(head)) == 0 &&
	       !memcmp(head, "CHNK", 4);
}

static int
read_embedded(struct ole *ole, const struct cfb_entry *e)
{
	const char *storage = e->parent == CFB_ROOT ? "contents" :
			      ole->cfb.entries[e->parent].name;
	struct xj_child child = { .name = storage, .raw = storage,
				  .raw_len = strlen(storage),
				  .mtime = INT64_MIN,
				  .role = XJ_CHILD_ATTACHMENT };
	struct cfb_stream s;
	int r = cfb_stream_open(&ole->cfb, e, &s);

	if (r == 0 && is_stream(e, "\001Ole10Native")) {
		r = read_package(ole, &s);
		if (r == XJ_IMPORT_CORRUPT) /* an object, not a file */
			r = 0;
	} else if (r == 0 && !is_works(&s)) {
		child.size = s.size;
		r = ole_child(ole, &child, &s, 0, s.size);
	}
	cfb_stream_close(&s);
	return r;
}

int
ole_embedded(struct ole *ole)
{
	const struct cfb *cfb = &ole->cfb;
	int r = 0;

	for (size_t i = 1; r == 0 && i < cfb->n_entries; i++) {
		const struct cfb_entry *e = &cfb->entries[i];

		if (e->parent != CFB_NONE &&
		    (is_stream(e, "\001Ole10Native") ||
		     is_stream(e, "Package") || is_stream(e, "CONTENTS")))
			r = read_embedded(ole, e);
	}
	return r;
}
