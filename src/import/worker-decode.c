/* worker-decode.c - the decoding service: text/decode.h for importers. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "import/worker.h"
#include "text/decode.h"

#define DECODERS 16 /* decoders that one document may hold at a time */

static struct {
	const char *fallback;
	char charset[XJ_ENCODING_MAX]; /* declared with the type; or "" */
	struct xj_decoder *open[DECODERS];
} service;

/* "text/plain; charset=Big5" */
static void
find_charset(const char *mime)
{
	const char *p = strcasestr(mime, "charset=");
	size_t n;

	service.charset[0] = '\0';
	if (p == NULL)
		return;
	p += strlen("charset=");
	p += *p == '"';
	n = strcspn(p, "\"; ");
	if (n < sizeof(service.charset)) {
		memcpy(service.charset, p, n);
		service.charset[n] = '\0';
	}
}

void
xj_service_decode_warm(void)
{
	xj_decode_warm();
}

void
xj_service_decode_reset(const char *fallback, const char *mime)
{
	service.fallback = fallback;
	find_charset(mime);
}

void
xj_service_decode_clear(void)
{
	for (size_t i = 0; i < DECODERS; i++) {
		xj_decoder_free(service.open[i]);
		service.open[i] = NULL;
	}
}

static struct xj_decoder **
slot_of(const struct xj_decoder *decoder)
{
	for (size_t i = 0; i < DECODERS; i++)
		if (service.open[i] == decoder)
			return &service.open[i];
	return NULL;
}

int
xj_service_decode_begin(struct xj_import *in, const char *declared,
			const void *sample, size_t len,
			struct xj_decoder **decoder, const char **encoding)
{
	struct xj_decoder **slot = slot_of(NULL);
	struct xj_decode_choice choice;

	(void)in;
	if (slot == NULL)
		return XJ_IMPORT_NOMEM;
	if (declared == NULL && service.charset[0] != '\0')
		declared = service.charset;
	xj_decode_decide(sample, len, declared, service.fallback, &choice);
	if (xj_decoder_new(&choice, service.fallback, slot, NULL) < 0)
		return XJ_IMPORT_NOMEM;
	*decoder = *slot;
	if (encoding != NULL)
		*encoding = xj_decoder_encoding(*slot);
	return XJ_IMPORT_OK;
}

int
xj_service_decode(struct xj_import *in, struct xj_decoder *decoder,
		  const void *bytes, size_t len, int last, const char **text,
		  size_t *text_len)
{
	(void)in;
	return xj_decoder_feed(decoder, bytes, len, last != 0, text,
			       text_len) < 0 ? XJ_IMPORT_NOMEM : XJ_IMPORT_OK;
}

void
xj_service_decode_end(struct xj_import *in, struct xj_decoder *decoder)
{
	struct xj_decoder **slot = decoder != NULL ? slot_of(decoder) : NULL;

	(void)in;
	if (slot == NULL)
		return;
	xj_decoder_free(decoder);
	*slot = NULL;
}
