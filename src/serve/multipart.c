/* multipart.c - forms with files (RFC 7578), in pieces, as they come. */
#include <stdlib.h>
#include <string.h>

#include "serve/upload.h"

#define HEAD_MAX (16 << 10)
#define FIELD_MAX XJ_FORM_MAX    /* of all fields together */
#define PARTS_MAX 20000
#define BOUNDARY_MAX 200         /* RFC 2046 says 70 */

enum part { PREAMBLE, HEAD, FIELD, FILE_DATA, SKIPPED, EPILOGUE };

struct xj_multipart {
	const struct xj_multipart_events *events;
	void *ctx;
	char mark[BOUNDARY_MAX + 5];   /* "\r\n--boundary" */
	size_t mark_len;
	enum part part;
	struct xj_buf window;          /* what is not decided yet */
	struct xj_buf field;
	char name[128];
	size_t fields, parts;
};

static int
broken(struct xj_error *err)
{
	return xj_error_set(err, XJ_EINVAL, "the form cannot be read");
}

int
xj_multipart_new(const char *type, const struct xj_multipart_events *events,
		 void *ctx, struct xj_multipart **out, struct xj_error *err)
{
	static const char name[] = "boundary=";
	const char *b = strcasestr(type, name);
	bool quoted = b && b[sizeof(name) - 1] == '"';
	struct xj_multipart *m;
	size_t len;

	if (strncasecmp(type, "multipart/form-data", 19) != 0 || !b)
		return broken(err);
	b += sizeof(name) - 1 + quoted;
	len = strcspn(b, quoted ? "\"" : "; \t");
	if (!len || len > BOUNDARY_MAX)
		return broken(err);
	m = calloc(1, sizeof(*m));
	if (!m)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	m->events = events;
	m->ctx = ctx;
	m->mark_len = (size_t)snprintf(m->mark, sizeof(m->mark), "\r\n--%.*s",
				       (int)len, b);
	xj_buf_adds(&m->window, "\r\n"); /* the first has no line before it */
	*out = m;
	return XJ_OK;
}

void
xj_multipart_free(struct xj_multipart *m)
{
	if (!m)
		return;
	xj_buf_release(&m->window);
	xj_buf_release(&m->field);
	free(m);
}

/* ------------------------------------------------------------------- heads */

static int
unhex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/*
 * The value of a parameter. Browsers write quotes and line breaks as %22, %0D and
 * %0A, and nothing else so (WHATWG HTML, multipart/form-data).
 */
static bool
parameter(const char *line, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), len = 0;
	const char *p = line;

	while ((p = strcasestr(p, name)) &&
	       (p[n] != '"' || (p > line && !strchr("; \t", p[-1]))))
		p += n;
	if (!p)
		return false;
	for (p += n + 1; *p && *p != '"'; p++) {
		int c = (unsigned char)*p;

		if (*p == '%' && p[1] && unhex(p[1]) >= 0 && unhex(p[2]) >= 0) {
			int as = unhex(p[1]) << 4 | unhex(p[2]);

			if (as == '"' || as == '\r' || as == '\n') {
				c = as;
				p += 2;
			}
		}
		if (len + 1 >= size)
			return false;
		out[len++] = (char)c;
	}
	out[len] = '\0';
	return *p == '"';
}

static int
begin_file(struct xj_multipart *m, const char *file, struct xj_error *err)
{
	m->part = *file ? FILE_DATA : SKIPPED;
	return *file ? m->events->file(m->ctx, m->name, file, err) : XJ_OK;
}

static int
read_head(struct xj_multipart *m, char *head, struct xj_error *err)
{
	static const char wanted[] = "Content-Disposition:";
	char file[XJ_UPLOAD_PATH_MAX];
	const char *line = head;

	if (++m->parts > PARTS_MAX)
		return xj_error_set(err, XJ_ELIMIT, "too many files at once: "
				    "%d at most", PARTS_MAX);
	while (line && strncasecmp(line, wanted, sizeof(wanted) - 1) != 0) {
		line = strstr(line, "\r\n");
		line = line ? line + 2 : NULL;
	}
	if (line && strstr(line, "\r\n"))
		*strstr(line, "\r\n") = '\0';
	if (!line || !parameter(line, "name=", m->name, sizeof(m->name)))
		return broken(err);
	if (!strcasestr(line, "filename=")) {
		m->part = FIELD;
		xj_buf_clear(&m->field);
		return XJ_OK;
	}
	return parameter(line, "filename=", file, sizeof(file)) ?
	       begin_file(m, file, err) : broken(err);
}

/* -------------------------------------------------------------------- parts */

static int
give(struct xj_multipart *m, const char *bytes, size_t len,
     struct xj_error *err)
{
	if (m->part == FILE_DATA && len)
		return m->events->data(m->ctx, bytes, len, err);
	if (m->part != FIELD)
		return XJ_OK;
	m->fields += len;
	xj_buf_add(&m->field, bytes, len);
	return m->fields > FIELD_MAX ?
	       xj_error_set(err, XJ_ELIMIT, "the form is too long") : XJ_OK;
}

static int
end_part(struct xj_multipart *m, struct xj_error *err)
{
	if (m->part == FILE_DATA)
		return m->events->end(m->ctx, err);
	return m->part == FIELD ? m->events->field(m->ctx, m->name,
						   xj_buf_str(&m->field), err)
				: XJ_OK;
}

static void
drop(struct xj_buf *b, size_t n)
{
	memmove(b->data, b->data + n, b->len - n + 1);
	b->len -= n;
}

/* XJ_END: more must come first. */
static int
take_head(struct xj_multipart *m, struct xj_error *err)
{
	struct xj_buf *w = &m->window;
	char *end = memmem(w->data, w->len, "\r\n\r\n", 4);
	size_t n;
	int r;

	if (!end && w->len > HEAD_MAX)
		return broken(err);
	if (!end)
		return XJ_END;
	n = (size_t)(end - w->data);
	end[2] = '\0';
	if (strlen(w->data) != n + 2)
		return broken(err); /* it has a NUL */
	r = read_head(m, w->data, err);
	drop(w, n + 4);
	return r;
}

static int
take_part(struct xj_multipart *m, struct xj_error *err)
{
	struct xj_buf *w = &m->window;
	char *mark = memmem(w->data, w->len, m->mark, m->mark_len);
	size_t n = mark ? (size_t)(mark - w->data) :
		   w->len > m->mark_len ? w->len - m->mark_len : 0;
	int r = give(m, w->data, n, err);

	if (r < 0 || !mark) {
		drop(w, n);
		return r < 0 ? r : XJ_END;
	}
	if (w->len < n + m->mark_len + 2) {
		drop(w, n); /* what stands behind the mark says what it is */
		return XJ_END;
	}
	r = end_part(m, err);
	m->part = memcmp(mark + m->mark_len, "--", 2) == 0 ? EPILOGUE : HEAD;
	if (m->part == HEAD && memcmp(mark + m->mark_len, "\r\n", 2) != 0)
		return broken(err);
	drop(w, n + m->mark_len + (m->part == EPILOGUE ? 2 : 0));
	/* A head begins behind a line, so that one without lines has its end. */
	return r;
}

int
xj_multipart_put(struct xj_multipart *m, const char *bytes, size_t len,
		 struct xj_error *err)
{
	int r = XJ_OK;

	if (m->part == EPILOGUE)
		return XJ_OK;
	xj_buf_add(&m->window, bytes, len);
	if (xj_buf_check(&m->window, err) < 0)
		return XJ_ENOMEM;
	while (r == XJ_OK && m->part != EPILOGUE)
		r = m->part == HEAD ? take_head(m, err) : take_part(m, err);
	return r == XJ_END ? XJ_OK : r;
}

int
xj_multipart_end(struct xj_multipart *m, struct xj_error *err)
{
	return m->part == EPILOGUE ? XJ_OK : broken(err);
}
