/* decode.c - bytes to UTF-8. */
#include <stdlib.h>
#include <string.h>

#include <unicode/ucnv.h>
#include <unicode/udata.h>

#include "text/encoding.h"
#include "text/text.h"

struct xj_decoder {
	struct xj_decode_choice choice;
	char fallback[XJ_ENCODING_MAX];
	UConverter *cnv;        /* NULL: UTF-8, done here */
	struct xj_buf out;
	unsigned char rest[4];  /* UTF-8: a character cut by the end */
	size_t rest_len;
	UChar lead;             /* UTF-16: waits for its other half */
	bool begun;             /* a mark can no longer come */
	bool undecided;         /* ASCII so far */
};

static int
open_converter(struct xj_decoder *d, struct xj_error *err)
{
	UErrorCode status = U_ZERO_ERROR;
	struct xj_encoding e;

	if (strcmp(d->choice.encoding, "UTF-8") == 0)
		return XJ_OK;
	if (!xj_encoding_find(d->choice.encoding, &e))
		return xj_error_set(err, XJ_EINVAL, "no such encoding: %s",
				    d->choice.encoding);
	d->cnv = ucnv_open(e.converter, &status);
	if (U_FAILURE(status))
		return xj_error_set(err, XJ_EINVAL, "%s: %s", e.converter,
				    u_errorName(status));
	return XJ_OK;
}

int
xj_decoder_new(const struct xj_decode_choice *choice, const char *fallback,
	       struct xj_decoder **decoder, struct xj_error *err)
{
	struct xj_decoder *d = calloc(1, sizeof(*d));
	int r;

	if (d == NULL)
		return xj_error_set(err, XJ_ENOMEM, "decoder: no memory");
	d->choice = *choice;
	d->undecided = choice->why == XJ_DECODE_ASCII;
	snprintf(d->fallback, sizeof(d->fallback), "%s",
		 fallback != NULL ? fallback : XJ_ENCODING_DEFAULT);
	r = open_converter(d, err);
	if (r < 0) {
		free(d);
		return r;
	}
	*decoder = d;
	return XJ_OK;
}

void
xj_decoder_free(struct xj_decoder *d)
{
	if (d == NULL)
		return;
	if (d->cnv != NULL)
		ucnv_close(d->cnv);
	xj_buf_release(&d->out);
	free(d);
}

const char *
xj_decoder_encoding(const struct xj_decoder *d)
{
	return d->choice.encoding;
}

/* Append a character, but for NUL and a mark at the start. */
static void
put(struct xj_decoder *d, uint32_t c)
{
	char bytes[4];
	bool mark = c == 0xFEFF && !d->begun;

	d->begun = true;
	if (c != 0 && !mark)
		xj_buf_add(&d->out, bytes, xj_utf8_put(c, bytes));
}

/* ------------------------------------------------------------ from UTF-8 */

/* Bytes of plain ASCII at s: nearly all of most texts goes through here. */
static size_t
ascii_run(const unsigned char *s, const unsigned char *end)
{
	const unsigned char *p = s;
	uint64_t word;

	while (end - p >= 8) {
		memcpy(&word, p, 8);
		/* A high bit, or a NUL byte. */
		if ((word | (word - 0x0101010101010101u)) & 0x8080808080808080u)
			break;
		p += 8;
	}
	while (p < end && *p < 0x80 && *p != 0)
		p++;
	return (size_t)(p - s);
}

/* Valid characters at s that can be copied as they are. */
static size_t
valid_run(const unsigned char *s, const unsigned char *end)
{
	const unsigned char *p = s;
	int n;

	do {
		p += ascii_run(p, end);
		while (p < end && *p != 0 && (n = xj_utf8_step(p, end)) > 0)
			p += n;
	} while (p < end && *p != 0 && *p < 0x80);
	return (size_t)(p - s);
}

static void
run_utf8(struct xj_decoder *d, const unsigned char *s, size_t len, bool last)
{
	const unsigned char *end = s + len;

	while (s < end) {
		size_t run = d->begun ? valid_run(s, end) : 0;
		int n;

		if (run > 0) {
			xj_buf_add(&d->out, s, run);
			s += run;
			continue;
		}
		n = xj_utf8_step(s, end);
		if (n == 0 && !last) {
			d->rest_len = (size_t)(end - s);
			memcpy(d->rest, s, d->rest_len);
			return;
		}
		if (n > 0) {
			const char *p = (const char *)s;

			put(d, xj_utf8_next(&p, (const char *)end));
			s += n;
		} else {
			put(d, 0xFFFD);
			s += n < 0 ? -n : end - s;
		}
	}
}

/* First the character that the last call cut, with as many bytes as it takes. */
static void
feed_utf8(struct xj_decoder *d, const unsigned char *s, size_t len, bool last)
{
	while (d->rest_len > 0 && (len > 0 || last)) {
		unsigned char joined[8];
		size_t have = d->rest_len;
		int n;

		memcpy(joined, d->rest, have);
		if (len > 0) {
			joined[have++] = *s++;
			len--;
		}
		d->rest_len = 0;
		n = xj_utf8_step(joined, joined + have);
		run_utf8(d, joined, have, n == 0 && last && len == 0);
	}
	run_utf8(d, s, len, last);
}

/* -------------------------------------------------------- from the others */

static void
put_unit(struct xj_decoder *d, UChar u)
{
	if (d->lead != 0) {
		UChar lead = d->lead;

		d->lead = 0;
		if (U16_IS_TRAIL(u)) {
			put(d, (uint32_t)U16_GET_SUPPLEMENTARY(lead, u));
			return;
		}
		put(d, 0xFFFD);
	}
	if (U16_IS_LEAD(u))
		d->lead = u;
	else
		put(d, U16_IS_TRAIL(u) ? 0xFFFD : u);
}

/* Most are ASCII or Han: three bytes, and no more to think about. */
static void
put_units(struct xj_decoder *d, const UChar *u, const UChar *end)
{
	if (xj_buf_reserve(&d->out, 3 * (size_t)(end - u) + 8) < 0)
		return;
	for (; u < end; u++) {
		char *to = d->out.data + d->out.len;

		if (!d->begun || d->lead != 0 || *u == 0 || U16_IS_SURROGATE(*u) ||
		    (*u >= 0x80 && *u < 0x800)) {
			put_unit(d, *u);
		} else if (*u < 0x80) {
			to[0] = (char)*u;
			d->out.len++;
		} else {
			to[0] = (char)(0xE0 | *u >> 12);
			to[1] = (char)(0x80 | (*u >> 6 & 0x3F));
			to[2] = (char)(0x80 | (*u & 0x3F));
			d->out.len += 3;
		}
	}
	d->out.data[d->out.len] = '\0';
}

static void
feed_converter(struct xj_decoder *d, const unsigned char *s, size_t len,
	       bool last)
{
	const char *p = (const char *)s, *end = p + len;
	UErrorCode status;

	do {
		UChar units[4096], *u = units;

		status = U_ZERO_ERROR;
		ucnv_toUnicode(d->cnv, &u, units + XJ_COUNT(units), &p, end,
			       NULL, last, &status);
		put_units(d, units, u);
	} while (status == U_BUFFER_OVERFLOW_ERROR);
	if (last && d->lead != 0)
		put(d, 0xFFFD);
}

/* The first byte beyond ASCII: now there is something to decide by. */
static int
decide_late(struct xj_decoder *d, const unsigned char *s, size_t len)
{
	size_t i = ascii_run(s, s + len);

	while (i < len && s[i] < 0x80)
		i++;
	if (i == len)
		return XJ_OK;
	d->undecided = false;
	xj_encoding_focus(&s, &len);
	xj_decode_decide(s, len, NULL, d->fallback, &d->choice);
	return open_converter(d, NULL);
}

static void
start_afresh(struct xj_decoder *d)
{
	if (d->cnv != NULL)
		ucnv_resetToUnicode(d->cnv);
	d->rest_len = 0;
	d->lead = 0;
	d->begun = false;
}

int
xj_decoder_feed(struct xj_decoder *d, const void *bytes, size_t len, bool last,
		const char **text, size_t *text_len)
{
	xj_buf_clear(&d->out);
	if (d->undecided && decide_late(d, bytes, len) < 0)
		return XJ_ENOMEM;
	if (d->cnv != NULL)
		feed_converter(d, bytes, len, last);
	else
		feed_utf8(d, bytes, len, last);
	if (last)
		start_afresh(d);
	*text = xj_buf_str(&d->out);
	*text_len = d->out.len;
	return xj_buf_check(&d->out, NULL);
}

bool
xj_encoding_known(const char *name)
{
	struct xj_decode_choice choice = { .why = XJ_DECODE_DECLARED };
	struct xj_decoder *decoder = NULL;

	snprintf(choice.encoding, sizeof(choice.encoding), "%s", name);
	if (!*name || xj_decoder_new(&choice, NULL, &decoder, NULL) < 0)
		return false;
	xj_decoder_free(decoder);
	return true;
}

void
xj_decode_warm(void)
{
	static const char *const common[] = { "gb18030", "Big5-HKSCS",
					      "windows-1252", "UTF-16LE",
					      "UTF-16BE" };

	/* Its own data are in the library; elsewhere nothing is to be sought. */
	UErrorCode status = U_ZERO_ERROR;

	udata_setFileAccess(UDATA_NO_FILES, &status);
	for (size_t i = 0; i < XJ_COUNT(common); i++) {
		status = U_ZERO_ERROR;
		ucnv_close(ucnv_open(common[i], &status));
	}
}

int
xj_text_decode(const void *bytes, size_t len, const char *encoding,
	       struct xj_buf *text, char found[64], struct xj_error *err)
{
	struct xj_decode_choice choice;
	struct xj_decoder *decoder = NULL;
	const char *piece;
	size_t n;
	int r;

	if (encoding && !xj_encoding_known(encoding))
		return xj_error_set(err, XJ_EINVAL, "%s: no such encoding",
				    encoding);
	xj_decode_decide(bytes, len, encoding, NULL, &choice);
	r = xj_decoder_new(&choice, NULL, &decoder, err);
	if (r < 0)
		return r;
	r = xj_decoder_feed(decoder, bytes, len, true, &piece, &n);
	if (r == XJ_OK)
		xj_buf_add(text, piece, n);
	else
		xj_error_set(err, r, "out of memory");
	snprintf(found, 64, "%s", xj_decoder_encoding(decoder));
	xj_decoder_free(decoder);
	return r < 0 ? r : xj_buf_check(text, err);
}
