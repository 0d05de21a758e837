/* pack.c - chunks of text, compressed. */
#include "catalog/catalog.h"

#include <pthread.h>

#include <zstd.h>
#include <zstd_errors.h>

#define LEVEL 6


/* Contexts live as long as their thread: to make one costs more than to
 * compress a small document. */
static pthread_key_t packer, unpacker;
static pthread_once_t keys_made = PTHREAD_ONCE_INIT;
static bool keys_usable;

static void
free_packer(void *context)
{
	ZSTD_freeCCtx(context);
}

static void
free_unpacker(void *context)
{
	ZSTD_freeDCtx(context);
}

static void
make_keys(void)
{
	keys_usable = pthread_key_create(&packer, free_packer) == 0 &&
		      pthread_key_create(&unpacker, free_unpacker) == 0;
}

/* The checksum is four bytes against text that is wrong and shown. */
static ZSTD_CCtx *
packer_new(void)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();

	if (c && !ZSTD_isError(ZSTD_CCtx_setParameter(
			 c, ZSTD_c_compressionLevel, LEVEL)) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1)) &&
	    pthread_setspecific(packer, c) == 0)
		return c;
	ZSTD_freeCCtx(c);
	return NULL;
}

static ZSTD_DCtx *
unpacker_new(void)
{
	ZSTD_DCtx *d = ZSTD_createDCtx();

	if (d && pthread_setspecific(unpacker, d) == 0)
		return d;
	ZSTD_freeDCtx(d);
	return NULL;
}

static ZSTD_CCtx *
get_packer(void)
{
	ZSTD_CCtx *c;

	pthread_once(&keys_made, make_keys);
	c = keys_usable ? pthread_getspecific(packer) : NULL;
	return c || !keys_usable ? c : packer_new();
}

static ZSTD_DCtx *
get_unpacker(void)
{
	ZSTD_DCtx *d;

	pthread_once(&keys_made, make_keys);
	d = keys_usable ? pthread_getspecific(unpacker) : NULL;
	return d || !keys_usable ? d : unpacker_new();
}

int
xj_texts_pack(const void *bytes, size_t len, struct xj_buf *packed,
	      struct xj_error *err)
{
	ZSTD_CCtx *c = get_packer();
	size_t n;

	xj_buf_clear(packed);
	if (len > XJ_TEXTS_CHUNK_MAX)
		return xj_error_set(err, XJ_ELIMIT,
				    "a chunk of text of %zu bytes", len);
	if (!c || xj_buf_reserve(packed, ZSTD_compressBound(len)) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	n = ZSTD_compress2(c, packed->data, packed->cap - 1, bytes, len);
	if (ZSTD_isError(n))
		return xj_error_set(err, XJ_ENOMEM, "zstd: %s",
				    ZSTD_getErrorName(n));
	packed->len = n;
	packed->data[n] = '\0';
	return XJ_OK;
}

int
xj_texts_unpack(const void *packed, size_t len, size_t max,
		struct xj_buf *bytes, struct xj_error *err)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed, len);
	ZSTD_DCtx *d = get_unpacker();
	size_t n;

	xj_buf_clear(bytes);
	if (size > max) /* or not known, or no frame at all */
		return xj_error_set(err, XJ_ECORRUPT, "not a packed chunk");
	if (!d || xj_buf_reserve(bytes, (size_t)size) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	n = ZSTD_decompressDCtx(d, bytes->data, (size_t)size, packed, len);
	if (ZSTD_isError(n) &&
	    ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (ZSTD_isError(n) || n != size)
		return xj_error_set(err, XJ_ECORRUPT, "packed chunk: %s",
				    ZSTD_getErrorName(n));
	bytes->len = n;
	bytes->data[n] = '\0';
	return XJ_OK;
}
