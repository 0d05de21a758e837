/*
 * package.c - libzip over the services of the host; names and bounds.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "package.h"
#include "utf8.h"

#define UNPACKED_MAX (UINT64_C(1) << 30)
#define CHUNK 65536u
#define NAME_MAX_BYTES 4096u
#define NOCASE_MAX 5000u /* names are compared one by one then */

/* ---------------------------------------------------------------- source */

static zip_int64_t
source_read(struct package *p, void *data, zip_uint64_t len)
{
	ssize_t n;

	if (len > INT32_MAX)
		len = INT32_MAX;
	n = xj_read(p->in, p->off, data, (size_t)len);
	if (n < 0) {
		p->status = (int)n;
		return -1;
	}
	p->off += (uint64_t)n;
	return n;
}

static zip_int64_t
source_stat(const struct package *p, void *data, zip_uint64_t len)
{
	zip_stat_t *st = data;

	if (len < sizeof(*st))
		return -1;
	zip_stat_init(st);
	st->valid = ZIP_STAT_SIZE;
	st->size = p->in->size;
	return sizeof(*st);
}

static zip_int64_t
source_seek(struct package *p, void *data, zip_uint64_t len)
{
	zip_int64_t to = zip_source_seek_compute_offset(p->off, p->in->size,
							data, len, NULL);

	if (to < 0)
		return -1;
	p->off = (uint64_t)to;
	return 0;
}

static zip_int64_t
source_error(void *data, zip_uint64_t len)
{
	const int codes[2] = { ZIP_ER_READ, EIO };

	if (len < sizeof(codes))
		return -1;
	memcpy(data, codes, sizeof(codes));
	return sizeof(codes);
}

static zip_int64_t
source(void *ctx, void *data, zip_uint64_t len, zip_source_cmd_t cmd)
{
	struct package *p = ctx;

	switch (cmd) {
	case ZIP_SOURCE_OPEN:
		p->off = 0;
		return 0;
	case ZIP_SOURCE_READ:
		return source_read(p, data, len);
	case ZIP_SOURCE_STAT:
		return source_stat(p, data, len);
	case ZIP_SOURCE_SEEK:
		return source_seek(p, data, len);
	case ZIP_SOURCE_TELL:
		return (zip_int64_t)p->off;
	case ZIP_SOURCE_ERROR:
		return source_error(data, len);
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
		return 0;
	case ZIP_SOURCE_SUPPORTS:
		return zip_source_make_command_bitmap(
			ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
			ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
			ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
			ZIP_SOURCE_SUPPORTS, -1);
	default:
		return -1;
	}
}

static int
refuse(struct package *p, zip_error_t *error)
{
	int status = zip_error_code_zip(error) == ZIP_ER_MEMORY ?
		XJ_IMPORT_NOMEM : XJ_IMPORT_CORRUPT;

	if (p->status < 0)
		return p->status;
	return xj_fail(p->in, status, "the zip file cannot be read: %s",
		       zip_error_strerror(error));
}

int
package_open(struct package *p, struct xj_import *in)
{
	zip_error_t error;
	zip_source_t *s;
	zip_int64_t n;
	int r = 0;

	*p = (struct package){ .in = in };
	zip_error_init(&error);
	s = zip_source_function_create(source, p, &error);
	if (s)
		p->zip = zip_open_from_source(s, ZIP_RDONLY, &error);
	if (!p->zip) {
		r = refuse(p, &error);
		zip_source_free(s);
	} else {
		n = zip_get_num_entries(p->zip, 0);
		p->parts = n > 0 ? (uint64_t)n : 0;
	}
	zip_error_fini(&error);
	return r;
}

void
package_close(struct package *p)
{
	if (p->zip)
		zip_discard(p->zip);
	p->zip = NULL;
}

/* ----------------------------------------------------------------- parts */

static zip_int64_t
locate(struct package *p, const char *name)
{
	zip_int64_t i = zip_name_locate(p->zip, name, 0);

	/* part names are the same in any case (ECMA-376 part 2, 6.2.2.3) */
	if (i < 0 && p->parts <= NOCASE_MAX)
		i = zip_name_locate(p->zip, name, ZIP_FL_NOCASE);
	return i;
}

bool
package_has(struct package *p, const char *name)
{
	return locate(p, name) >= 0;
}

const char *
package_name(struct package *p, uint64_t i)
{
	return zip_get_name(p->zip, i, 0);
}

int
part_warn(struct package *p, const char *name, const char *why)
{
	char message[PART_NAME_MAX + 200];
	int r;

	snprintf(message, sizeof(message), "%.*s: %.150s", PART_NAME_MAX, name,
		 why);
	r = xj_warn(p->in, message);
	return r < 0 ? r : 1;
}

static int
cannot_open(struct package *p, const char *name)
{
	zip_error_t *error = zip_get_error(p->zip);
	int code = zip_error_code_zip(error);

	if (p->status < 0)
		return p->status;
	if (code == ZIP_ER_MEMORY)
		return XJ_IMPORT_NOMEM;
	if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD)
		return xj_fail(p->in, XJ_IMPORT_ENCRYPTED,
			       "%s is encrypted", name);
	return part_warn(p, name, zip_error_strerror(error));
}

int
part_open(struct package *p, const char *name, struct part *part)
{
	zip_int64_t i = locate(p, name);
	zip_stat_t st;

	*part = (struct part){ .package = p, .name = name,
			       .size = UINT64_MAX };
	if (i < 0)
		return 1;
	if (zip_stat_index(p->zip, (zip_uint64_t)i, 0, &st) == 0 &&
	    (st.valid & ZIP_STAT_SIZE))
		part->size = st.size;
	if (p->in->password)
		zip_set_default_password(p->zip, p->in->password);
	part->file = zip_fopen_index(p->zip, (zip_uint64_t)i, 0);
	if (!part->file)
		return cannot_open(p, name);
	return p->filter ? p->filter->begin(p, part) : 0;
}

static ssize_t
damaged_part(struct part *part)
{
	struct package *p = part->package;
	int r;

	if (p->status < 0)
		return p->status;
	r = part_warn(p, part->name, part->damage ? part->damage :
		      zip_error_strerror(zip_file_get_error(part->file)));
	return r < 0 ? r : 0;
}

ssize_t
part_read(struct part *part, void *buf, size_t len, bool *damaged)
{
	struct package *p = part->package;
	zip_int64_t n = part->filtered ? p->filter->read(part, buf, len) :
					 zip_fread(part->file, buf, len);
	int r;

	*damaged = n < 0;
	if (n < 0)
		return damaged_part(part);
	p->unpacked += (uint64_t)n;
	if (p->unpacked > UNPACKED_MAX)
		return xj_fail(p->in, XJ_IMPORT_LIMIT,
			       "%s: the parts unpack to more than 1 GiB",
			       part->name);
	r = xj_poll(p->in, p->off, p->in->size);
	return r < 0 ? r : (ssize_t)n;
}

void
part_close(struct part *part)
{
	if (part->filtered)
		part->package->filter->end(part);
	part->filtered = NULL;
	if (part->file)
		zip_fclose(part->file);
	part->file = NULL;
}

/* The bytes of a child; those of a damaged one as far as they go. */
static int
send_bytes(struct part *part, char *buf)
{
	const char *damage = NULL;
	bool damaged = false;
	ssize_t n;
	int r;

	while ((n = part_read(part, buf, CHUNK, &damaged)) > 0) {
		r = xj_child_data(part->package->in, buf, (size_t)n);
		if (r < 0)
			return r;
		if (r == XJ_CHILD_SKIP)
			return xj_child_end(part->package->in, "too large");
	}
	if (n < 0)
		return (int)n;
	if (damaged)
		damage = "cannot be unpacked whole";
	return xj_child_end(part->package->in, damage);
}

/* libzip takes a little more for UTF-8 than is: that becomes U+FFFD. */
static void
clean_name(const char *s, char out[NAME_MAX_BYTES])
{
	size_t left = strlen(s), len = 0, n;

	for (; left > 0 && len + 4 < NAME_MAX_BYTES; s += n, left -= n) {
		n = utf8_length(s, left);
		if (n > 0)
			memcpy(out + len, s, n);
		len += n > 0 ? n : utf8_put(0xFFFD, out + len);
		n = n > 0 ? n : 1;
	}
	out[len] = '\0';
}

static int
send_open(struct part *part, const char *shown, const char *mime)
{
	struct xj_import *in = part->package->in;
	char name[NAME_MAX_BYTES], *buf;
	struct xj_child child = {
		.name = name, .raw = shown, .raw_len = strlen(shown),
		.mime = mime, .size = part->size, .mtime = INT64_MIN,
		.role = XJ_CHILD_ATTACHMENT,
	};
	int r;

	clean_name(shown, name);
	r = xj_child_begin(in, &child);

	if (r != 0)
		return r < 0 ? r : 0;
	buf = xj_alloc(in, NULL, CHUNK);
	if (!buf)
		return XJ_IMPORT_NOMEM;
	r = send_bytes(part, buf);
	xj_alloc(in, buf, 0);
	return r;
}

int
part_send(struct package *p, const char *name, const char *shown,
	  const char *mime)
{
	struct part part;
	int r = part_open(p, name, &part);

	if (r == 0)
		r = send_open(&part, shown, mime);
	part_close(&part);
	return r < 0 ? r : 0;
}

/* ------------------------------------------------------------ references */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of a reference, %XX among them; 0: not to be had. */
static char
reference_char(const char **p, bool url)
{
	char c = *(*p)++;

	if (c == '%' && url && hex((*p)[0]) >= 0 && hex((*p)[1]) >= 0) {
		c = (char)(hex((*p)[0]) << 4 | hex((*p)[1]));
		*p += 2;
	}
	return c == '\\' ? '/' : c;
}

/* Takes the last step of a path back. False: there was none. */
static bool
step_back(char *out, size_t *n)
{
	if (*n == 0)
		return false;
	(*n)--; /* its slash */
	while (*n > 0 && out[*n - 1] != '/')
		(*n)--;
	return true;
}

/* Steps of a path that stand for others: "." and "..". */
static bool
tidy_step(char *out, size_t *n, size_t from)
{
	size_t len = *n - from;

	if (len == 1 && out[from] == '.') {
		*n = from;
	} else if (len == 2 && out[from] == '.' && out[from + 1] == '.') {
		*n = from;
		return step_back(out, n);
	}
	return true;
}

bool
part_resolve(const char *base, const char *reference, bool url,
	     char out[PART_NAME_MAX])
{
	const char *slash = strrchr(base, '/');
	size_t n = 0, from;

	if (*reference != '/' && slash)
		n = (size_t)(slash + 1 - base);
	if (n + 1 >= PART_NAME_MAX)
		return false;
	memcpy(out, base, n);
	from = n;
	while (*reference && !(url && *reference == '#')) {
		char c = reference_char(&reference, url);

		if (c == 0 || n + 1 >= PART_NAME_MAX)
			return false;
		if (c != '/') {
			out[n++] = c;
			continue;
		}
		if (!tidy_step(out, &n, from))
			return false;
		if (n > 0 && out[n - 1] != '/')
			out[n++] = '/';
		from = n;
	}
	if (!tidy_step(out, &n, from))
		return false;
	out[n] = '\0';
	return n > 0;
}

/* --------------------------------------------------------------- samples */

static uint32_t
le16(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

static bool
names_of(const unsigned char *p, size_t len, const char *magic, size_t fixed,
	 size_t at_len, bool (*name)(void *, const char *, size_t), void *ctx)
{
	const unsigned char *end = p + len;

	while ((p = memmem(p, (size_t)(end - p), magic, 4)) != NULL) {
		size_t n;

		if ((size_t)(end - p) < fixed)
			return false;
		n = le16(p + at_len);
		if (n <= (size_t)(end - p) - fixed &&
		    name(ctx, (const char *)p + fixed, n))
			return true;
		p += 4;
	}
	return false;
}

bool
sample_names(const struct xj_sample *s,
	     bool (*name)(void *ctx, const char *name, size_t len), void *ctx)
{
	if (s->head_len < 4 || memcmp(s->head, "PK", 2))
		return false;
	return names_of(s->head, s->head_len, "PK\3\4", 30, 26, name, ctx) ||
	       names_of(s->tail, s->tail_len, "PK\1\2", 46, 28, name, ctx);
}

size_t
sample_mimetype(const struct xj_sample *s, char out[128])
{
	const unsigned char *h = s->head;
	size_t from, len;

	if (s->head_len < 38 || memcmp(h, "PK\3\4", 4) || le16(h + 8) != 0 ||
	    le16(h + 26) != 8 || memcmp(h + 30, "mimetype", 8))
		return 0;
	from = 38 + (size_t)le16(h + 28);
	for (len = 0; from + len < s->head_len && len < 127; len++) {
		char c = (char)h[from + len];

		if (!isalnum((unsigned char)c) && (!c || !strchr("+-./", c)))
			break;
		out[len] = c;
	}
	/* the size may come behind, and the next header runs on */
	if (len >= 2 && from + len + 2 <= s->head_len &&
	    !memcmp(out + len - 2, "PK", 2) && h[from + len] < 9)
		len -= 2;
	out[len] = '\0';
	return len;
}

bool
sample_extension(const struct xj_sample *s, const char *ext)
{
	const char *dot = strrchr(s->name, '.');

	return dot && !strcasecmp(dot + 1, ext);
}
