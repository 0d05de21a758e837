/* encoding.c - which encoding bytes are in: labels, marks, what they look like. */
#include <string.h>
#include <strings.h>

#include <uchardet.h>
#include <unicode/ucnv.h>

#include "text/encoding.h"
#include "text/text.h"

#define SHORT 16            /* characters below which lead bytes decide */
#define DETECT_MAX 32768u   /* bytes that the detector is shown */

/* ---------------------------------------------------------------- labels */

/*
 * Labels that mean more than they say. Source: WHATWG Encoding Standard,
 * section 4.2; for Big5 its index, which is Big5-HKSCS.
 */
static const struct {
	const char *label, *name, *converter;
} labels[] = {
	{ "gb2312", "GB18030", "gb18030" },
	{ "gb_2312-80", "GB18030", "gb18030" },
	{ "x-gbk", "GB18030", "gb18030" },
	{ "gbk", "GB18030", "gb18030" },
	{ "cp936", "GB18030", "gb18030" },
	{ "ms936", "GB18030", "gb18030" },
	{ "windows-936", "GB18030", "gb18030" },
	{ "euc-cn", "GB18030", "gb18030" },
	{ "gb18030", "GB18030", "gb18030" },
	{ "big5", "Big5-HKSCS", "Big5-HKSCS" },
	{ "big5-hkscs", "Big5-HKSCS", "Big5-HKSCS" },
	{ "cp950", "Big5-HKSCS", "Big5-HKSCS" },
	{ "windows-950", "Big5-HKSCS", "Big5-HKSCS" },
	{ "x-x-big5", "Big5-HKSCS", "Big5-HKSCS" },
	{ "ascii", "windows-1252", "windows-1252" },
	{ "us-ascii", "windows-1252", "windows-1252" },
	{ "iso-8859-1", "windows-1252", "windows-1252" },
	{ "latin1", "windows-1252", "windows-1252" },
	{ "windows-1252", "windows-1252", "windows-1252" },
	{ "iso-8859-9", "windows-1254", "windows-1254" },
	{ "iso-8859-11", "windows-874", "windows-874" },
	{ "tis-620", "windows-874", "windows-874" },
	{ "shift_jis", "Shift_JIS", "ibm-943_P15A-2003" },
	{ "sjis", "Shift_JIS", "ibm-943_P15A-2003" },
	{ "cp932", "Shift_JIS", "ibm-943_P15A-2003" },
	{ "windows-31j", "Shift_JIS", "ibm-943_P15A-2003" },
	{ "euc-kr", "EUC-KR", "windows-949-2000" },
	{ "uhc", "EUC-KR", "windows-949-2000" },
	{ "cp949", "EUC-KR", "windows-949-2000" },
	{ "ks_c_5601-1987", "EUC-KR", "windows-949-2000" },
	{ "hz-gb-2312", "HZ-GB-2312", "HZ" },
	{ "mac-cyrillic", "x-mac-cyrillic", "x-mac-cyrillic" },
	{ "utf8", "UTF-8", "UTF-8" },
	{ "utf-8", "UTF-8", "UTF-8" },
	{ "utf-16", "UTF-16LE", "UTF-16LE" },
	{ "utf-16le", "UTF-16LE", "UTF-16LE" },
	{ "utf-16be", "UTF-16BE", "UTF-16BE" },
	{ "utf-32", "UTF-32LE", "UTF-32LE" },
	{ "utf-32le", "UTF-32LE", "UTF-32LE" },
	{ "utf-32be", "UTF-32BE", "UTF-32BE" },
};

static void
set_encoding(struct xj_encoding *e, const char *name, const char *converter)
{
	snprintf(e->name, sizeof(e->name), "%s", name);
	snprintf(e->converter, sizeof(e->converter), "%s", converter);
}

/* What ICU knows the label as; false when it does not. */
static bool
find_in_icu(const char *label, struct xj_encoding *e)
{
	static const char *const standards[] = { "MIME", "IANA" };
	UErrorCode status = U_ZERO_ERROR;
	UConverter *cnv = ucnv_open(label, &status);
	const char *name = NULL;

	if (U_FAILURE(status))
		return false;
	for (size_t i = 0; name == NULL && i < XJ_COUNT(standards); i++) {
		status = U_ZERO_ERROR;
		name = ucnv_getStandardName(label, standards[i], &status);
	}
	set_encoding(e, name != NULL ? name : label, label);
	ucnv_close(cnv);
	return true;
}

bool
xj_encoding_find(const char *label, struct xj_encoding *e)
{
	size_t n;
	char plain[XJ_ENCODING_MAX];

	if (label == NULL)
		return false;
	label += strspn(label, " \t\"'");
	n = strcspn(label, " \t\"';,");
	if (n == 0 || n >= sizeof(plain))
		return false;
	memcpy(plain, label, n);
	plain[n] = '\0';
	for (size_t i = 0; i < XJ_COUNT(labels); i++)
		if (strcasecmp(labels[i].label, plain) == 0) {
			set_encoding(e, labels[i].name, labels[i].converter);
			return true;
		}
	return find_in_icu(plain, e);
}

/* ----------------------------------------------------------------- marks */

static const struct {
	const char *bytes;
	size_t len;
	const char *name;
} marks[] = {
	{ "\xEF\xBB\xBF", 3, "UTF-8" },
	{ "\xFF\xFE\0\0", 4, "UTF-32LE" }, /* before UTF-16LE, its beginning */
	{ "\0\0\xFE\xFF", 4, "UTF-32BE" },
	{ "\xFF\xFE", 2, "UTF-16LE" },
	{ "\xFE\xFF", 2, "UTF-16BE" },
	{ "\x84\x31\x95\x33", 4, "GB18030" },
};

static const char *
find_mark(const unsigned char *s, size_t len)
{
	for (size_t i = 0; i < XJ_COUNT(marks); i++)
		if (len >= marks[i].len &&
		    memcmp(s, marks[i].bytes, marks[i].len) == 0)
			return marks[i].name;
	return NULL;
}

/* ---------------------------------------------------------------- census */

struct census {
	size_t ascii, high; /* bytes */
	size_t multi, bad;  /* characters of UTF-8, bytes that are none */
	size_t nuls;
	bool escapes;       /* what ISO-2022 and HZ switch with */
};

static struct census
take_census(const unsigned char *s, size_t len)
{
	const unsigned char *end = s + len;
	struct census c = { 0 };

	while (s < end) {
		int n = xj_utf8_step(s, end);

		if (n == 1) {
			c.ascii++;
			c.nuls += *s == 0;
			c.escapes |= *s == 0x1B ||
				     (*s == '~' && s + 1 < end && s[1] == '{');
			s++;
		} else if (n > 1) {
			c.multi++;
			c.high += (size_t)n;
			s += n;
		} else if (n == 0) {
			break; /* cut: the text goes on behind the sample */
		} else {
			c.bad++;
			c.high++;
			s++;
		}
	}
	return c;
}

/* ------------------------------------------------- UTF-16 without a mark */

/* Common enough to stand in any text: ASCII, Latin, punctuation, CJK. */
static bool
likely_unit(unsigned u)
{
	return (u >= 0x20 && u < 0x7F) || u == '\n' || u == '\r' || u == '\t' ||
	       (u >= 0xA0 && u < 0x530) || (u >= 0x2010 && u < 0x2040) ||
	       (u >= 0x3000 && u < 0x3100) || (u >= 0x4E00 && u < 0xA000) ||
	       (u >= 0xFF00 && u < 0xFFF0);
}

static double
likely_share(const unsigned char *s, size_t len, int high)
{
	size_t good = 0, all = len / 2;

	for (size_t i = 0; i + 1 < len; i += 2)
		good += likely_unit((unsigned)s[i + (size_t)high] << 8 |
				    s[i + 1 - (size_t)high]);
	return all == 0 ? 0 : (double)good / (double)all;
}

/*
 * Two letters of ASCII are a likely unit too, and so is one with a NUL: where
 * most units are that, and few bytes are high, NULs stand in plain text.
 */
static bool
is_plain_with_nuls(const unsigned char *s, size_t len, size_t high, int high_at)
{
	size_t plain = 0;

	for (size_t i = 0; i + 1 < len; i += 2) {
		unsigned char h = s[i + (size_t)high_at];
		unsigned char l = s[i + 1 - (size_t)high_at];

		plain += h >= 0x20 && h < 0x7F &&
			 ((l >= 0x20 && l < 0x7F) || l == 0);
	}
	return plain * 4 > len && high * 5 < len;
}

/* Of units of four bytes, those with zeroes where UTF-32 has them. */
static double
utf32_share(const unsigned char *s, size_t len, bool big)
{
	size_t good = 0, all = len / 4;

	for (size_t i = 0; i + 3 < len; i += 4)
		good += big ? s[i] == 0 && s[i + 1] <= 0x10
			    : s[i + 3] == 0 && s[i + 2] <= 0x10;
	return all == 0 ? 0 : (double)good / (double)all;
}

/*
 * The first bytes of double-byte encodings are all high; of Han in UTF-16 most
 * are not.
 */
static bool
has_low_half(const unsigned char *s, size_t len, int high)
{
	size_t low = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		low += s[i + (size_t)high] < 0x80;
	return low * 8 > len / 2;
}

/*
 * With NULs in it text is UTF-16 or UTF-32; without, it may still be UTF-16
 * of nothing but Han, when nearly every unit is likely, swapped few are, and
 * many bytes are high.
 */
static const char *
find_pattern(const unsigned char *s, size_t len, const struct census *c)
{
	/* A few are dirt, and tell as much as none. */
	size_t nuls = c->nuls * 50 > len ? c->nuls : 0;
	double little, big, need = nuls > 0 ? 0.9 : 0.99;

	if (nuls > len / 3) {
		if (utf32_share(s, len, false) > 0.99)
			return "UTF-32LE";
		if (utf32_share(s, len, true) > 0.99)
			return "UTF-32BE";
	}
	if (len < (nuls > 0 ? 4 : 16) || (nuls == 0 && c->high * 5 < len))
		return NULL;
	little = likely_share(s, len, 1);
	big = likely_share(s, len, 0);
	if (little >= need && little > big && has_low_half(s, len, 1) &&
	    !is_plain_with_nuls(s, len, c->high, 1))
		return "UTF-16LE";
	if (big >= need && big > little && has_low_half(s, len, 0) &&
	    !is_plain_with_nuls(s, len, c->high, 0))
		return "UTF-16BE";
	return NULL;
}

/* -------------------------------------------------- East Asian lead bytes */

struct score {
	size_t pairs, common, bad;
	size_t high;   /* pairs of two high bytes, as all are in EUC */
	size_t kana;   /* pairs that are kana in EUC-JP, or in Shift_JIS */
	size_t korean; /* pairs that are Hangul in EUC-KR */
};

static double
share(const struct score *s)
{
	return s->pairs == 0 ? 0 : (double)s->common / (double)s->pairs;
}

/* One character of GB18030; 0 when cut by the end. */
static size_t
score_gb_at(const unsigned char *s, const unsigned char *end, struct score *r)
{
	if (s + 1 >= end)
		return 0;
	if (s[0] == 0x80 || s[0] == 0xFF)
		goto bad;
	if (s[1] >= 0x30 && s[1] <= 0x39) {
		if (s + 3 >= end)
			return 0;
		if (s[2] < 0x81 || s[3] < 0x30 || s[3] > 0x39)
			goto bad;
		r->pairs++;
		return 4;
	}
	if (s[1] < 0x40 || s[1] == 0x7F || s[1] == 0xFF)
		goto bad;
	r->pairs++;
	if (s[1] >= 0xA1) {
		r->high += s[0] >= 0xA1;
		r->common += (s[0] >= 0xB0 && s[0] <= 0xD7) ||
			     (s[0] >= 0xA1 && s[0] <= 0xA3);
		r->korean += s[0] >= 0xB0 && s[0] <= 0xC8;
		r->kana += s[0] == 0xA4 || s[0] == 0xA5;
	}
	return 2;
bad:
	r->bad++;
	return 1;
}

static size_t
score_big5_at(const unsigned char *s, const unsigned char *end,
	      struct score *r)
{
	if (s + 1 >= end)
		return 0;
	if (s[0] < 0x87 || s[0] == 0xFF || s[1] < 0x40 || s[1] == 0xFF ||
	    (s[1] > 0x7E && s[1] < 0xA1)) {
		r->bad++;
		return 1;
	}
	r->pairs++;
	r->high += s[1] >= 0xA1;
	r->common += s[0] >= 0xA1 && s[0] <= 0xC6;
	return 2;
}

/* Half-width kana are one byte there and count for nothing. */
static size_t
score_sjis_at(const unsigned char *s, const unsigned char *end,
	      struct score *r)
{
	if (s[0] >= 0xA1 && s[0] <= 0xDF)
		return 1;
	if (s + 1 >= end)
		return 0;
	if (s[0] == 0x80 || s[0] == 0xA0 || s[0] > 0xFC || s[1] < 0x40 ||
	    s[1] == 0x7F || s[1] > 0xFC) {
		r->bad++;
		return 1;
	}
	r->pairs++;
	r->kana += (s[0] == 0x82 && s[1] >= 0x9F) || s[0] == 0x83;
	r->common += s[0] >= 0x81 && s[0] <= 0x97;
	return 2;
}

typedef size_t (*score_fn)(const unsigned char *s, const unsigned char *end,
			   struct score *r);

static struct score
score(const unsigned char *s, size_t len, score_fn at)
{
	const unsigned char *end = s + len;
	struct score r = { 0 };

	while (s < end) {
		size_t n = *s < 0x80 ? 1 : at(s, end, &r);

		if (n == 0)
			break;
		s += n;
	}
	return r;
}

static bool
is_alone(const unsigned char *s, size_t len, size_t i)
{
	return (i == 0 || s[i - 1] < 0x80) && (i + 1 == len || s[i + 1] < 0x80);
}

/* Letters with accents and curly quotes, each alone between ASCII: no double
 * bytes. Lead bytes of Big5 may stand alone too, but lie between the two. */
static bool
is_latin(const unsigned char *s, size_t len)
{
	size_t high = 0, alone = 0;

	for (size_t i = 0; i < len; i++)
		if (s[i] >= 0x80) {
			high++;
			alone += is_alone(s, len, i) &&
				 (s[i] >= 0xC0 || s[i] < 0xA0);
		}
	return alone * 4 >= high && alone > 0;
}

/* No two high bytes in a row: what is left when nothing else fits. */
static bool
may_be_latin(const unsigned char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] >= 0x80 && !is_alone(s, len, i))
			return false;
	return true;
}

/*
 * EUC-KR and EUC-JP use the same bytes as GB2312. Hangul fill rows that hold
 * half of the common Chinese characters, so a text that never leaves them is
 * Korean; one third of kana is Japanese.
 */
static bool
is_korean(const struct score *gb)
{
	return gb->pairs >= 12 && gb->korean * 20 >= gb->pairs * 19;
}

static bool
is_japanese(const struct score *gb)
{
	return gb->high == gb->pairs && gb->kana * 3 > gb->pairs;
}

/* Half of the second bytes of Big5 are ASCII; in EUC none is. */
static bool
may_be_big5(const struct score *big5)
{
	return big5->bad == 0 && big5->pairs > 0 &&
	       (big5->pairs < 8 || (big5->pairs - big5->high) * 8 > big5->pairs);
}

static bool
is_shift_jis(const unsigned char *s, size_t len)
{
	struct score sjis = score(s, len, score_sjis_at);

	return sjis.bad == 0 && sjis.kana * 3 > sjis.pairs;
}

/* Too short for frequencies. NULL: nothing fits. */
static const char *
find_by_lead(const unsigned char *s, size_t len)
{
	struct score gb = score(s, len, score_gb_at);
	struct score big5 = score(s, len, score_big5_at);
	bool gb_fits = gb.bad == 0 && gb.pairs > 0;

	if (is_shift_jis(s, len) && share(&gb) < 0.5)
		return "Shift_JIS";
	if (is_latin(s, len))
		return "windows-1252";
	if (gb_fits && is_japanese(&gb))
		return "EUC-JP";
	if (gb_fits && is_korean(&gb))
		return "EUC-KR";
	if (gb_fits && (!may_be_big5(&big5) || share(&gb) >= share(&big5)))
		return "GB18030";
	if (may_be_big5(&big5) && share(&big5) >= 0.5)
		return "Big5";
	return may_be_latin(s, len) ? "windows-1252" : NULL;
}

/* ------------------------------------------------------------- detection */

/*
 * From the line of the first high byte: what stands before tells nothing, and
 * the detector is the slow part.
 */
void
xj_encoding_focus(const unsigned char **s, size_t *len)
{
	size_t i = 0;

	while (i < *len && (*s)[i] < 0x80)
		i++;
	while (i > 0 && (*s)[i - 1] != '\n')
		i--;
	*s += i;
	*len -= i;
	if (*len > DETECT_MAX)
		*len = DETECT_MAX;
}

static bool
ask_uchardet(const unsigned char *s, size_t len, struct xj_encoding *e)
{
	uchardet_t ud = uchardet_new();
	bool found;

	if (ud == NULL)
		return false;
	uchardet_handle_data(ud, (const char *)s, len);
	uchardet_data_end(ud);
	found = xj_encoding_find(uchardet_get_charset(ud), e);
	uchardet_delete(ud);
	return found;
}

static bool
is_clear_gb(const struct score *gb, const struct score *big5)
{
	return gb->pairs >= SHORT && gb->bad == 0 && share(gb) >= 0.9 &&
	       share(gb) > share(big5) && !is_korean(gb) && !is_japanese(gb);
}

static bool
is_clear_big5(const struct score *gb, const struct score *big5)
{
	return big5->pairs >= SHORT && may_be_big5(big5) &&
	       share(big5) >= 0.95 && (gb->bad > 0 || share(gb) < 0.8);
}

static const char *
find_clear(const unsigned char *s, size_t len)
{
	struct score gb = score(s, len, score_gb_at);
	struct score big5 = score(s, len, score_big5_at);

	if (is_clear_gb(&gb, &big5))
		return "GB18030";
	if (is_clear_big5(&gb, &big5) && !is_latin(s, len))
		return "Big5";
	return NULL;
}

/* -------------------------------------------------------------- decision */

/* The sample decodes without error, but for a character cut at its end. */
static bool
decodes(const char *converter, const unsigned char *s, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *cnv = ucnv_open(converter, &status);
	const char *p = (const char *)s, *end = p + len;
	bool well = true;

	if (U_FAILURE(status))
		return false;
	ucnv_setToUCallBack(cnv, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL,
			    &status);
	while (well && p < end) {
		UChar units[1024], *u = units;

		status = U_ZERO_ERROR;
		ucnv_toUnicode(cnv, &u, units + XJ_COUNT(units), &p, end, NULL,
			       false, &status);
		well = U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR;
	}
	ucnv_close(cnv);
	return well;
}

static void
choose(struct xj_decode_choice *c, const char *label, enum xj_decode_why why)
{
	struct xj_encoding e;

	if (!xj_encoding_find(label, &e))
		set_encoding(&e, XJ_ENCODING_DEFAULT, "gb18030");
	memcpy(c->encoding, e.name, sizeof(c->encoding));
	c->why = why;
}

/*
 * Western encodings give a character to any byte, so that they decode "without
 * error" says little: clear Chinese is believed before them.
 */
static bool
declared_fits(const char *declared, const unsigned char *s, size_t len,
	      struct xj_encoding *e)
{
	if (!xj_encoding_find(declared, e) || !decodes(e->converter, s, len))
		return false;
	return strcmp(e->name, "windows-1252") != 0 || find_clear(s, len) == NULL;
}

static void
detect(const unsigned char *s, size_t len, const struct census *census,
       const char *fallback, struct xj_decode_choice *c)
{
	struct xj_encoding e;
	const char *found;

	xj_encoding_focus(&s, &len);
	/* A few damaged bytes do not make another encoding of it. */
	if (census->multi >= 8 && census->bad * 50 <= census->multi) {
		choose(c, "UTF-8", XJ_DECODE_DETECTED);
		return;
	}
	if ((found = find_clear(s, len)) != NULL)
		choose(c, found, XJ_DECODE_DETECTED);
	else if (census->high < 2 * SHORT &&
		 (found = find_by_lead(s, len)) != NULL)
		choose(c, found, XJ_DECODE_SHORT);
	else if (census->high >= 2 * SHORT && ask_uchardet(s, len, &e))
		choose(c, e.name, XJ_DECODE_DETECTED);
	else
		choose(c, fallback != NULL ? fallback : XJ_ENCODING_DEFAULT,
		       XJ_DECODE_DEFAULT);
}

/* ASCII is UTF-8 too, unless it is a code that shifts, or the text behind the
 * sample may be what was declared. */
static void
decide_ascii(const unsigned char *s, size_t len, const struct census *census,
	     const char *declared, struct xj_decode_choice *c)
{
	struct xj_encoding e;

	if (census->escapes && ask_uchardet(s, len, &e) &&
	    (strncmp(e.name, "ISO-2022", 8) == 0 ||
	     strncmp(e.name, "HZ", 2) == 0) && decodes(e.converter, s, len))
		choose(c, e.name, XJ_DECODE_DETECTED);
	else if (xj_encoding_find(declared, &e) && strncmp(e.name, "UTF-", 4) != 0 &&
		 decodes(e.converter, s, len))
		choose(c, e.name, XJ_DECODE_DECLARED);
	else
		choose(c, "UTF-8", XJ_DECODE_ASCII);
}

void
xj_decode_decide(const void *sample, size_t len, const char *declared,
		 const char *fallback, struct xj_decode_choice *c)
{
	const unsigned char *s = sample;
	const char *found = find_mark(s, len);
	struct census census;
	struct xj_encoding e;

	if (found != NULL) {
		choose(c, found, XJ_DECODE_MARK);
		return;
	}
	census = take_census(s, len);
	if (census.nuls > 0 && (found = find_pattern(s, len, &census)))
		choose(c, found, XJ_DECODE_PATTERN);
	else if (census.high == 0)
		decide_ascii(s, len, &census, declared, c);
	else if (census.bad == 0)
		choose(c, "UTF-8", XJ_DECODE_UTF8);
	else if ((found = find_pattern(s, len, &census)))
		choose(c, found, XJ_DECODE_PATTERN);
	else if (declared_fits(declared, s, len, &e))
		choose(c, e.name, XJ_DECODE_DECLARED);
	else
		detect(s, len, &census, fallback, c);
}
