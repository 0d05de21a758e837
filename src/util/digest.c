/* digest.c - digests by libgcrypt, and their hexadecimal form. */
#include "util/util.h"

#include <errno.h>
#include <gcrypt.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Names as OCFL 1.1 and its extension 0001 write them. */
static const struct kind {
	const char *name;
	int algorithm;
	size_t size;
} kinds[] = {
	[XJ_MD5] = { "md5", GCRY_MD_MD5, 16 },
	[XJ_SHA1] = { "sha1", GCRY_MD_SHA1, 20 },
	[XJ_SHA256] = { "sha256", GCRY_MD_SHA256, 32 },
	[XJ_SHA512] = { "sha512", GCRY_MD_SHA512, 64 },
	[XJ_SHA512_256] = { "sha512/256", GCRY_MD_SHA512_256, 32 },
	[XJ_BLAKE2B_512] = { "blake2b-512", GCRY_MD_BLAKE2B_512, 64 },
	[XJ_BLAKE2B_160] = { "blake2b-160", GCRY_MD_BLAKE2B_160, 20 },
	[XJ_BLAKE2B_256] = { "blake2b-256", GCRY_MD_BLAKE2B_256, 32 },
	[XJ_BLAKE2B_384] = { "blake2b-384", GCRY_MD_BLAKE2B_384, 48 },
};

struct xj_digest {
	enum xj_digest_kind kind;
	gcry_md_hd_t sum;
};

/* No secrets are held here, so no locked memory is needed. */
static void
start_gcrypt(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return;
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static void
need_gcrypt(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start_gcrypt);
}

int
xj_digest_kind(const char *name)
{
	for (size_t i = 0; i < XJ_COUNT(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

const char *
xj_digest_name(enum xj_digest_kind kind)
{
	return kinds[kind].name;
}

size_t
xj_digest_size(enum xj_digest_kind kind)
{
	return kinds[kind].size;
}

int
xj_digest_new(enum xj_digest_kind kind, struct xj_digest **digest,
	      struct xj_error *err)
{
	struct xj_digest *d;
	gcry_error_t e;

	*digest = NULL;
	need_gcrypt();
	d = malloc(sizeof(*d));
	if (!d)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	d->kind = kind;
	e = gcry_md_open(&d->sum, kinds[kind].algorithm, 0);
	if (e) {
		free(d);
		return xj_error_set(err,
				    gcry_err_code(e) == GPG_ERR_ENOMEM ?
					    XJ_ENOMEM : XJ_EINTERNAL,
				    "digest %s: %s", kinds[kind].name,
				    gcry_strerror(e));
	}
	*digest = d;
	return XJ_OK;
}

void
xj_digest_free(struct xj_digest *d)
{
	if (!d)
		return;
	gcry_md_close(d->sum);
	free(d);
}

void
xj_digest_freep(struct xj_digest **d)
{
	xj_digest_free(*d);
	*d = NULL;
}

void
xj_digest_add(struct xj_digest *d, const void *bytes, size_t len)
{
	if (len)
		gcry_md_write(d->sum, bytes, len);
}

void
xj_digest_end(struct xj_digest *d, unsigned char out[XJ_DIGEST_MAX])
{
	memcpy(out, gcry_md_read(d->sum, 0), kinds[d->kind].size);
	gcry_md_reset(d->sum);
}

void
xj_digest_of(enum xj_digest_kind kind, const void *bytes, size_t len,
	     unsigned char out[XJ_DIGEST_MAX])
{
	need_gcrypt();
	gcry_md_hash_buffer(kinds[kind].algorithm, out, len ? bytes : "", len);
}

int
xj_digest_fd(enum xj_digest_kind kind, int fd, unsigned char out[XJ_DIGEST_MAX],
	     uint64_t *size, struct xj_error *err)
{
	xj_auto(xj_digest_freep) struct xj_digest *d = NULL;
	char bytes[65536];
	uint64_t off = 0;
	ssize_t n;
	int r = xj_digest_new(kind, &d, err);

	if (r < 0)
		return r;
	while ((n = xj_pread_all(fd, bytes, sizeof(bytes), off)) > 0) {
		xj_digest_add(d, bytes, (size_t)n);
		off += (uint64_t)n;
	}
	if (n < 0)
		return xj_error_errno(err, "cannot read for a digest");
	xj_digest_end(d, out);
	if (size)
		*size = off;
	return XJ_OK;
}

void
xj_hex(const unsigned char *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
xj_unhex(const char *hex, unsigned char *out, size_t max)
{
	size_t n = 0;

	for (; *hex; hex += 2) {
		int high = hex_value(hex[0]);
		int low = high < 0 ? -1 : hex_value(hex[1]);

		if (low < 0 || n == max)
			return -1;
		out[n++] = (unsigned char)(high << 4 | low);
	}
	return (int)n;
}
