/* secret.c - marks of secrecy: 绝密, 机密, 秘密 with a star or a term. */
#include <string.h>

#include "text/text.h"

/*
 * How a mark is written: GB/T 9704 has "秘密★10年" on a line of its own at the
 * top left, older letters at the top right, beside the copy number, and typists
 * space the characters out, use full-width digits, or leave the star away. So a
 * line is read without its spaces, and where they were is kept.
 */
#define LINE_MAX 160  /* characters of a line that are looked at */
#define LINE_SHORT 60 /* beyond this it is prose */

enum gap { NO_GAP, SPACE, WIDE };

struct line {
	uint32_t c[LINE_MAX + 1]; /* NUL at the end */
	unsigned char gap[LINE_MAX + 1]; /* before the character */
	uint32_t at[LINE_MAX + 1]; /* its byte in the text */
	size_t len;
};

#define STAR 0x2605u

static const char *const stars = "★☆⭐✦✧✩✪✫✬✭✮✯✰⋆⁎∗*";

static bool
in_set(uint32_t c, const char *set)
{
	const char *p = set, *end = set + strlen(set);

	while (p < end)
		if (xj_utf8_next(&p, end) == c)
			return true;
	return false;
}

/* Half width, simplified, one star. */
static uint32_t
plain(uint32_t c)
{
	if (c > 0xFF00 && c < 0xFF5F)
		c -= 0xFEE0;
	switch (c) {
	case 0x7D55: return 0x7EDD; /* 絕 */
	case 0x6A5F: return 0x673A; /* 機 */
	case 0x7955: return 0x79D8; /* 祕 */
	case 0x7D1A: return 0x7EA7; /* 級 */
	case 0x9577: return 0x957F; /* 長 */
	case 0x500B: return 0x4E2A; /* 個 */
	}
	return in_set(c, stars) ? STAR : c;
}

static enum gap
gap_of(uint32_t c, enum gap before)
{
	if (c == ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A))
		return before == NO_GAP ? SPACE : WIDE;
	return c == '\t' || c == 0x3000 || c == 0x0B || c == 0x0C ? WIDE :
		NO_GAP;
}

static bool
invisible(uint32_t c)
{
	return (c >= 0x200B && c <= 0x200F) || c == 0xFEFF || c == 0xAD ||
	       c == 0xFE0E || c == 0xFE0F || c == 0x2060;
}

static void
read_line(struct line *l, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	enum gap gap = NO_GAP, g;

	l->len = 0;
	while (p < end && l->len < LINE_MAX) {
		size_t at = (size_t)(p - text);
		uint32_t c = xj_utf8_next(&p, end);

		if ((g = gap_of(c, gap)) != NO_GAP) {
			gap = g;
		} else if (!invisible(c)) {
			l->c[l->len] = plain(c);
			l->gap[l->len] = (unsigned char)gap;
			l->at[l->len++] = (uint32_t)at;
			gap = NO_GAP;
		}
	}
	l->c[l->len] = 0;
	l->gap[l->len] = WIDE;
	l->at[l->len] = (uint32_t)(p - text);
}

/* ------------------------------------------------------------------- words */

/* Length of the word if it stands at `i`, else 0. */
static size_t
word_at(const struct line *l, size_t i, const char *word)
{
	const char *p = word, *end = word + strlen(word);
	size_t n = 0;

	for (; p < end; n++)
		if (i + n >= l->len || l->c[i + n] != xj_utf8_next(&p, end))
			return 0;
	return n;
}

static size_t
any_at(const struct line *l, size_t i, const char *const *words)
{
	size_t n = 0;

	for (; *words && n == 0; words++)
		n = word_at(l, i, *words);
	return n;
}

static bool
is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') ||
	       in_set(c, "一二三四五六七八九十两廿卅百半〇零");
}

/* "10年", "1年6个月", "2031年12月31日": 0 when there is none. */
static size_t
duration_at(const struct line *l, size_t from)
{
	static const char *const units[] = {
		"个月", "年", "月", "天", "日", "周", NULL
	};
	size_t i = from, n;

	for (;;) {
		size_t digits = i;

		while (is_digit(l->c[digits]))
			digits++;
		n = digits > i ? any_at(l, digits, units) : 0;
		if (n == 0)
			return i - from;
		i = digits + n;
	}
}

/* "2031.12.31", "2031-12-31". */
static size_t
date_at(const struct line *l, size_t from)
{
	size_t i = from, parts = 0;

	for (; parts < 3; parts++) {
		size_t begin = i;

		while (l->c[i] >= '0' && l->c[i] <= '9')
			i++;
		if (i == begin)
			break;
		if (parts < 2 && in_set(l->c[i], ".-/"))
			i++;
	}
	return parts == 3 ? i - from : 0;
}

/* "启用前", "考试结束前": what ends the secret, in a few words. */
static size_t
event_at(const struct line *l, size_t from)
{
	for (size_t i = from; i < l->len && i - from < 12; i++) {
		if (i > from && (l->c[i] == 0x524D || l->c[i] == 0x540E))
			return i - from + 1; /* 前, 后 */
		if (!xj_is_han(l->c[i]))
			break;
	}
	return 0;
}

/* The term of secrecy. Behind a star it may be looser. */
static size_t
term_at(const struct line *l, size_t i, bool starred)
{
	static const char *const forever[] = { "长期", "长久", "永久", NULL };
	static const char *const until[] = { "至", "到", "自", NULL };
	size_t to = starred ? any_at(l, i, until) : 0;
	size_t n = any_at(l, i, forever);

	if (n == 0)
		n = duration_at(l, i + to);
	if (n == 0 && starred)
		n = date_at(l, i + to);
	if (n > 0)
		return n + (l->c[i] == 0x957F || l->c[i] == 0x6C38 ? 0 : to);
	return starred ? event_at(l, i) : 0;
}

/* ------------------------------------------------------------------- marks */

struct mark {
	size_t begin, end; /* characters of the line */
	bool starred, term;
};

/* The mark at `i`, whatever stands around it. */
static bool
mark_at(const struct line *l, size_t i, struct mark *m)
{
	static const char *const levels[] = { "绝密", "机密", "秘密", NULL };
	static const char *const labels[] = {
		"保密期限", "期限", NULL
	};
	size_t n = any_at(l, i, levels), end = i + n, term;

	if (n == 0)
		return false;
	*m = (struct mark){ .begin = i };
	end += word_at(l, end, "级");
	m->starred = l->c[end] == STAR;
	if (m->starred && l->c[end + 1] == STAR)
		return false; /* a rating */
	end += m->starred;
	while (!m->starred && in_set(l->c[end], "(-:,/·—") && l->c[end])
		end++;
	n = any_at(l, end, labels);
	end += n ? n + (l->c[end + n] == ':') : 0;
	term = term_at(l, end, m->starred);
	m->term = term > 0;
	m->end = m->term ? end + term : i + 2 + (size_t)m->starred +
		 (m->starred && l->c[i + 2] != STAR);
	return m->starred || m->term;
}

/* Copy number, urgency, labels, brackets: what a letterhead has before. */
static bool
head_before(const struct line *l, size_t end)
{
	static const char *const words[] = {
		"密级", "秘密等级", "保密等级", "密别", "份号", "编号", "缓急",
		"特提", "特急", "加急", "急件", "平急", "紧急程度", "等级",
		"内部资料", "内部文件", "附件", NULL
	};
	size_t i = 0, n;

	while (i < end) {
		n = any_at(l, i, words);
		if (n == 0 && (l->c[i] < 0x80 ? l->c[i] != '"' :
			       in_set(l->c[i], "【】〔〕《》〈〉「」『』（）№、：·—")))
			n = 1;
		if (n == 0)
			return false;
		i += n;
	}
	return i == end;
}

static bool
closed_at(const struct line *l, size_t i)
{
	return i >= l->len || l->gap[i] != NO_GAP ||
	       in_set(l->c[i], ")]}】〕》〉」』_-.(（[【—/\\");
}

/* What goes on as a sentence speaks of marks and is none. */
static bool
prose_at(const struct line *l, size_t i)
{
	return i < l->len && in_set(l->c[i], "的是为,，。;；、”’\"等或和与及:：");
}

/* A mark at the top of a page: at the head of its line, or set apart. */
static bool
stands_alone(const struct line *l, const struct mark *m)
{
	bool head = head_before(l, m->begin);
	bool apart = m->begin && l->gap[m->begin] == WIDE && m->begin <= 30;

	if (l->len > LINE_SHORT || (!head && !apart) || prose_at(l, m->end))
		return false;
	if (m->starred && m->term)
		return true;
	return m->starred ? closed_at(l, m->end) :
	       head && (m->end >= l->len || l->gap[m->end] == WIDE ||
			(m->end + 1 == l->len && closed_at(l, m->end)));
}

static bool
opened_at(const struct line *l, size_t i)
{
	return i == 0 || l->gap[i] != NO_GAP ||
	       in_set(l->c[i - 1], "([{【〔《〈「『_-.)）]】—/\\+、") ||
	       (l->c[i - 1] >= '0' && l->c[i - 1] <= '9');
}

/* A mark in a name or a title, at any place in it. */
static bool
is_in_name(const struct line *l, const struct mark *m)
{
	if (m->starred)
		return m->term || (opened_at(l, m->begin) &&
				   closed_at(l, m->end)) || m->begin == 0;
	return opened_at(l, m->begin) && closed_at(l, m->end);
}

static bool
find(const char *text, size_t len, size_t *begin, size_t *end,
     bool (*counts)(const struct line *l, const struct mark *m))
{
	struct line l;
	struct mark m;

	read_line(&l, text, len);
	for (size_t i = 0; i + 2 < l.len; i++)
		if (mark_at(&l, i, &m) && counts(&l, &m)) {
			*begin = l.at[m.begin];
			*end = l.at[m.end];
			return true;
		}
	return false;
}

/* The mark as it is written, its spaces left out. */
static void
keep(struct xj_secret *s, const char *text, size_t begin, size_t end)
{
	const char *p = text + begin;
	size_t n = 0;

	while (p < text + end && n + 8 < sizeof(s->mark)) {
		uint32_t c = xj_utf8_next(&p, text + end);

		if (gap_of(c, NO_GAP) == NO_GAP && !invisible(c))
			n += xj_utf8_put(c, s->mark + n);
	}
	s->mark[n] = '\0';
}

/* ----------------------------------------------------------- names and pages */

bool
xj_secret_name(struct xj_secret *s, const char *name)
{
	size_t begin, end, n;

	for (; *name && !s->mark[0]; name += n + (name[n] != '\0')) {
		n = strcspn(name, "/\\\n");
		if (find(name, n, &begin, &end, is_in_name))
			keep(s, name, begin, end);
	}
	return s->mark[0] != '\0';
}

#define LINES_TOP 60       /* of a first page */
#define LINES_RUNNING 40   /* of running headers, on whatever page */

static bool
is_on_first_page(struct xj_secret *s, const struct xj_block *b)
{
	if (b->where != XJ_PAGE && b->where != XJ_PART)
		return true;
	if (!s->page)
		s->page = b->at;
	return b->at == s->page;
}

/* Whether the block may bear the mark, and how many lines are still read. */
static unsigned *
lines_left(struct xj_secret *s, const struct xj_block *b)
{
	if (b->role == XJ_HEADER)
		return &s->running;
	if (b->role == XJ_NOTE || b->role == XJ_HIDDEN || b->role == XJ_CODE)
		return NULL;
	return is_on_first_page(s, b) ? &s->lines : NULL;
}

bool
xj_secret_block(struct xj_secret *s, const struct xj_block *b)
{
	const char *p = b->text, *end = b->text + b->len;
	unsigned *lines = s->mark[0] ? NULL : lines_left(s, b);
	unsigned most = lines == &s->running ? LINES_RUNNING : LINES_TOP;
	size_t from, to;

	while (lines && p < end && *lines < most && !s->mark[0]) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((eol ? eol : end) - p);

		*lines += n > 0;
		if (find(p, n, &from, &to, stands_alone))
			keep(s, p, from, to);
		p += n + (eol != NULL);
	}
	return s->mark[0] != '\0';
}
