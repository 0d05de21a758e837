/* content-path.c - a name on disk for every logical path. */
#include "store/inventory.h"

#include <string.h>

#define PART_MAX 200  /* bytes of one name; file systems take 255 */
#define PART_CUT 150  /* bytes that are kept of a longer one */
#define PATH_MOST 900 /* bytes of the whole; systems take 4096 with the root */

/*
 * The mapping never gives one name to two paths: "%" is always written as
 * "%25", and "%~", which stands before a digest, cannot come from encoding.
 */

static bool
is_hidden_mark(uint32_t c)
{
	return (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0x61C;
}

/* A character that some system, shell or reader would stumble over. */
static bool
is_unsafe(uint32_t c)
{
	if (c < 0x80)
		return c < 0x20 || c == 0x7F || strchr("\\:*?\"<>|%", (int)c);
	return c < 0xA0 || is_hidden_mark(c) || c == 0xFFFD ||
	       (c & 0xFFFE) == 0xFFFE;
}

static void
add_encoded(struct xj_buf *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		xj_buf_addf(out, "%%%02x", (unsigned char)bytes[i]);
}

static void
add_digest(struct xj_buf *out, const char *bytes, size_t len)
{
	unsigned char sum[XJ_DIGEST_MAX];
	char hex[XJ_DIGEST_HEX_MAX];

	xj_digest_of(XJ_SHA256, bytes, len, sum);
	xj_hex(sum, 16, hex);
	xj_buf_adds(out, "%~");
	xj_buf_adds(out, hex);
}

/* A dot or space that some systems hide or drop. */
static bool
is_edge_trouble(const char *p, const char *part, const char *next,
		const char *end)
{
	return (*p == ' ' || *p == '.') && (p == part || next == end);
}

/* One name of the path, not yet cut. */
static void
add_part(struct xj_buf *out, const char *part, size_t len)
{
	const char *end = part + len;

	for (const char *p = part; p < end;) {
		const char *next = p;
		uint32_t c = xj_utf8_next(&next, end);

		if (is_unsafe(c) || is_edge_trouble(p, part, next, end))
			add_encoded(out, p, (size_t)(next - p));
		else
			xj_buf_add(out, p, (size_t)(next - p));
		p = next;
	}
}

/* Too long: what fits between characters, and a digest of the whole. */
static void
shorten(struct xj_buf *out, size_t start, const char *part, size_t len)
{
	size_t keep;

	if (out->failed || out->len - start <= PART_MAX)
		return;
	keep = xj_utf8_cut(out->data + start, out->len - start, PART_CUT);
	out->len = start + keep;
	out->data[out->len] = '\0';
	add_digest(out, part, len);
}

void
xj_content_path(struct xj_buf *out, const char *logical)
{
	const char *part = logical;

	if (strlen(logical) > PATH_MOST) {
		add_digest(out, logical, strlen(logical));
		return;
	}
	for (;;) {
		size_t len = strcspn(part, "/"), start = out->len;

		add_part(out, part, len);
		shorten(out, start, part, len);
		if (part[len] == '\0')
			return;
		xj_buf_addc(out, '/');
		part += len + 1;
	}
}
