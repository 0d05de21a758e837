/* layout.c - from an object's id to its folder, and the files that say how. */
#include "store/layout.h"

#include <jansson.h>
#include <string.h>

#include "store/fs.h"
#include "store/inventory.h"

#define ENCODED_MAX 100 /* characters of an id before its digest must help */
#define SETTINGS_MAX (1 << 20)

const struct xj_layout xj_layout_ours = {
	.digest = XJ_SHA256, .tuple_size = 2, .tuples = 2,
};

static bool
is_safe(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Up to `max` characters of the encoded id; returns how many it has in all. */
static size_t
encode(const char *id, char *out, size_t max)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *id; id++) {
		unsigned char c = (unsigned char)*id;
		char form[3] = { '%', hex[c >> 4], hex[c & 15] };
		size_t len = is_safe(c) ? 1 : 3;

		for (size_t i = 0; i < len; i++, n++)
			if (n < max)
				out[n] = len == 1 ? (char)c : form[i];
	}
	return n;
}

static char *
put_name(const char *id, const char *digest, char *out)
{
	size_t n = encode(id, out, ENCODED_MAX);

	if (n <= ENCODED_MAX)
		return out + n;
	out[ENCODED_MAX] = '-';
	return stpcpy(out + ENCODED_MAX + 1, digest);
}

void
xj_layout_path(const struct xj_layout *layout, const char *id,
	       char out[XJ_LAYOUT_PATH_MAX])
{
	unsigned char sum[XJ_DIGEST_MAX];
	char digest[XJ_DIGEST_HEX_MAX];
	const char *from = digest;

	xj_digest_of(layout->digest, id, strlen(id), sum);
	xj_hex(sum, xj_digest_size(layout->digest), digest);
	for (unsigned i = 0; i < layout->tuples; i++) {
		memcpy(out, from, layout->tuple_size);
		out += layout->tuple_size;
		from += layout->tuple_size;
		*out++ = '/';
	}
	*put_name(id, digest, out) = '\0';
}

void
xj_layout_describe(struct xj_buf *layout_json, struct xj_buf *config_json)
{
	const struct xj_layout *ours = &xj_layout_ours;

	xj_buf_adds(layout_json,
		    "{\n"
		    "  \"extension\": \"" XJ_LAYOUT_NAME "\",\n"
		    "  \"description\": \"The digest of an object's identifier "
		    "gives the folders, the percent-encoded identifier the "
		    "name of the object's own folder.\"\n"
		    "}\n");
	xj_buf_addf(config_json,
		    "{\n"
		    "  \"extensionName\": \"" XJ_LAYOUT_NAME "\",\n"
		    "  \"digestAlgorithm\": \"%s\",\n"
		    "  \"tupleSize\": %u,\n"
		    "  \"numberOfTuples\": %u\n"
		    "}\n",
		    xj_digest_name(ours->digest), ours->tuple_size,
		    ours->tuples);
}

/* ----------------------------------------------------------------- reading */

static int
read_json(int rootfd, const char *name, json_t **json, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_error why;
	int r = xj_fs_read(rootfd, name, SETTINGS_MAX, &text, err);

	if (r < 0)
		return r;
	*json = xj_inventory_json(xj_buf_str(&text), text.len, &why);
	if (!*json)
		return xj_error_set(err, why.status, "%s: %s", name,
				    why.message);
	return XJ_OK;
}

/* A number that may be absent. */
static bool
read_number(const json_t *config, const char *key, unsigned *value)
{
	const json_t *number = json_object_get(config, key);

	*value = 3; /* the extension's own default, for both */
	if (!number)
		return true;
	if (!json_is_integer(number) || json_integer_value(number) < 0 ||
	    json_integer_value(number) > 32)
		return false;
	*value = (unsigned)json_integer_value(number);
	return true;
}

static bool
read_digest(const json_t *config, enum xj_digest_kind *digest)
{
	const json_t *name = json_object_get(config, "digestAlgorithm");
	int kind = name ? -1 : XJ_SHA256;

	if (json_is_string(name))
		kind = xj_digest_kind(json_string_value(name));
	if (kind < 0)
		return false;
	*digest = (enum xj_digest_kind)kind;
	return true;
}

static int
read_config(const json_t *config, struct xj_layout *layout,
	    struct xj_error *err)
{
	if (!read_digest(config, &layout->digest) ||
	    !read_number(config, "tupleSize", &layout->tuple_size) ||
	    !read_number(config, "numberOfTuples", &layout->tuples) ||
	    (layout->tuple_size == 0) != (layout->tuples == 0) ||
	    layout->tuple_size * layout->tuples >
		    2 * xj_digest_size(layout->digest))
		return xj_error_set(err, XJ_EVERSION,
				    "%s: settings that are not known here",
				    XJ_LAYOUT_CONFIG);
	return XJ_OK;
}

int
xj_layout_read(int rootfd, struct xj_layout *layout, struct xj_error *err)
{
	xj_auto(json_decrefp) json_t *json = NULL;
	xj_auto(json_decrefp) json_t *config = NULL;
	const char *name;
	int r = read_json(rootfd, "ocfl_layout.json", &json, err);

	if (r < 0)
		return r;
	name = json_string_value(json_object_get(json, "extension"));
	if (!name || strcmp(name, XJ_LAYOUT_NAME) != 0)
		return xj_error_set(err, XJ_EVERSION,
				    "ocfl_layout.json: the layout %s is not "
				    "known here", name ? name : "without a name");
	r = read_json(rootfd, XJ_LAYOUT_CONFIG, &config, err);
	if (r == XJ_ENOTFOUND) { /* then the extension's defaults hold */
		config = json_object();
		r = config ? XJ_OK : xj_error_set(err, XJ_ENOMEM, "no memory");
	}
	return r < 0 ? r : read_config(config, layout, err);
}
