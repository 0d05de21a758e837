/*
 * make-tables.c - writes the tables of the text module (tables.h), at build
 * time, from what is installed: Unicode normalisation and the Chinese and
 * Japanese dictionary of ICU, and OpenCC's characters and phrases.
 *
 *	make-tables OUT TS-CHARACTERS TS-PHRASES [VARIANTS...]
 *
 * OpenCC's tables of traditional characters and phrases, and of characters that
 * regions write differently, in the text form that opencc_dict writes: a key, a
 * tab, values separated by spaces.
 *
 * Traditional to simplified, one character at a time. OpenCC takes phrases
 * first (乾 is 干 but 乾隆 stays), which no search by substrings can follow: half
 * of a phrase, normalised, would not be in the normalised phrase. So where
 * phrases turn one character into several, or two regions write one word with
 * different characters, all of them become one: 乾 = 干, 畫 = 画 = 划, 著 = 着.
 * Then OpenCC's output has the same normal form as its input, a part of a text
 * is a part of its normal form, and words of the dictionary are folded alike,
 * so that 乾隆 is a word still.
 */
#include "tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/udata.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#define CHARS 0x110000

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "make-tables: %s: %s\n", what, why);
	exit(1);
}

static void *
grow(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (!p)
		die("memory", "none left");
	return p;
}

/* --------------------------------------------- traditional to simplified */

/* What OpenCC's first choice is; and the classes of what is held to be one. */
static UChar32 simplified[CHARS], class_of[CHARS];
static bool is_value[CHARS]; /* OpenCC writes it in simplified text */

static UChar32
find(UChar32 c)
{
	while (class_of[c] != c)
		c = class_of[c] = class_of[class_of[c]];
	return c;
}

static void
unite(UChar32 a, UChar32 b)
{
	class_of[find(a)] = find(b);
}

static int
decode(const char *s, size_t len, UChar32 *out, int max)
{
	int n = 0;

	for (int32_t i = 0; i < (int32_t)len && n < max; n++)
		U8_NEXT(s, i, (int32_t)len, out[n]);
	return n;
}

/* Calls `fn` for each key and each of its values. */
static void
each_pair(const char *name, void (*fn)(const char *key, size_t key_len,
				       const char *value, size_t len,
				       bool first))
{
	FILE *f = fopen(name, "r");
	char line[4096];

	if (!f)
		die(name, "cannot be read");
	while (fgets(line, sizeof(line), f)) {
		char *tab = strchr(line, '\t'), *save, *value;
		bool first = true;

		if (!tab)
			die(name, "a line without a tab");
		for (value = strtok_r(tab + 1, " \n", &save); value;
		     value = strtok_r(NULL, " \n", &save)) {
			fn(line, (size_t)(tab - line), value, strlen(value),
			   first);
			first = false;
		}
	}
	fclose(f);
}

static void
take_character(const char *key, size_t key_len, const char *value, size_t len,
	       bool first)
{
	UChar32 a[2], b[2];

	if (decode(key, key_len, a, 2) != 1 || decode(value, len, b, 2) != 1)
		die(key, "not one character for one");
	is_value[b[0]] = true;
	if (!first)
		return;
	simplified[a[0]] = b[0];
	unite(a[0], b[0]);
}

/* The characters of both at the same place are one. */
static void
take_variant(const char *key, size_t key_len, const char *value, size_t len,
	    bool first)
{
	UChar32 a[64], b[64];
	int n = decode(key, key_len, a, 64);

	(void)first;
	if (decode(value, len, b, 64) != n)
		die(key, "a phrase that changes its length");
	for (int i = 0; i < n; i++)
		unite(a[i], b[i]);
}

static void
take_phrase(const char *key, size_t key_len, const char *value, size_t len,
	    bool first)
{
	UChar32 b[64];
	int n = decode(value, len, b, 64);

	for (int i = 0; i < n; i++)
		is_value[b[i]] = true;
	take_variant(key, key_len, value, len, first);
}

/* ------------------------------------------------------------- dictionary */

struct entry {
	UChar32 text[WORD_MAX];
	uint8_t len, cost;
};

static struct entry *entries;
static size_t entry_count, entry_cap;

static void
add_entry(const UChar *key, int len, int32_t cost)
{
	struct entry e = { .cost = (uint8_t)cost };

	if (cost < 0 || cost > 255)
		die("cjdict", "a cost that does not fit in a byte");
	for (int32_t i = 0; i < len;) {
		UChar32 c;

		U16_NEXT(key, i, len, c);
		if (e.len == WORD_MAX)
			return; /* longer than what is looked for */
		e.text[e.len++] = c;
	}
	if (entry_count == entry_cap) {
		entry_cap = entry_cap ? entry_cap * 2 : 65536;
		entries = grow(entries, entry_cap * sizeof(*entries));
	}
	entries[entry_count++] = e;
}

/*
 * The serialised trie of 16-bit units that ICU's UCharsTrie reads; its format
 * is described in ICU's ucharstrie.h. A value's or an offset's first unit says
 * how many units follow.
 */
static int32_t
value_at(const UChar **p, UChar lead)
{
	int32_t v;

	if (lead < 0x4000)
		return lead;
	if (lead < 0x7FFF) {
		v = (lead - 0x4000) << 16 | (*p)[0];
		*p += 1;
		return v;
	}
	v = (int32_t)((uint32_t)(*p)[0] << 16 | (*p)[1]);
	*p += 2;
	return v;
}

static int32_t
inner_value_at(const UChar **p, UChar lead)
{
	int32_t v;

	if (lead < 0x4040)
		return (lead >> 6) - 1;
	if (lead < 0x7FC0) {
		v = ((lead & 0x7FC0) - 0x4040) << 10 | (*p)[0];
		*p += 1;
		return v;
	}
	v = (int32_t)((uint32_t)(*p)[0] << 16 | (*p)[1]);
	*p += 2;
	return v;
}

static int32_t
delta_at(const UChar **p)
{
	int32_t d = *(*p)++;

	if (d == 0xFFFF) {
		d = (int32_t)((uint32_t)(*p)[0] << 16 | (*p)[1]);
		*p += 2;
	} else if (d >= 0xFC00) {
		d = (d - 0xFC00) << 16 | (*p)[0];
		*p += 1;
	}
	return d;
}

static UChar key[256];

static void walk(const UChar *p, int len);

/* The children of a node with `n` of them; many are a binary search tree. */
static void
walk_branch(const UChar *p, int len, int n)
{
	while (n > 5) {
		const UChar *below;
		int32_t d;

		p++; /* the unit compared with */
		d = delta_at(&p);
		below = p + d;
		walk_branch(below, len, n >> 1);
		n -= n >> 1;
	}
	for (; n > 1; n--) {
		UChar lead;
		int32_t v;

		key[len] = *p++;
		lead = *p++;
		v = value_at(&p, lead & 0x7FFF);
		if (lead & 0x8000)
			add_entry(key, len + 1, v);
		else
			walk(p + v, len + 1);
	}
	key[len] = *p++;
	walk(p, len + 1);
}

static void
walk(const UChar *p, int len)
{
	for (;;) {
		UChar lead = *p++;

		if (len > 200)
			die("cjdict", "a word of more than 200 units");
		if (lead & 0x8000) {
			add_entry(key, len, value_at(&p, lead & 0x7FFF));
			return;
		}
		if (lead >= 0x40) {
			add_entry(key, len, inner_value_at(&p, lead));
			lead &= 0x3F;
		}
		if (lead < 0x30) {
			walk_branch(p + (lead == 0), len,
				    (lead ? lead : p[0]) + 1);
			return;
		}
		for (int n = lead - 0x30 + 1; n > 0; n--)
			key[len++] = *p++;
	}
}

static void
read_dictionary(void)
{
	UErrorCode e = U_ZERO_ERROR;
	UDataMemory *data = udata_open(U_ICUDATA_NAME "-brkitr", "dict",
				       "cjdict", &e);
	UDataInfo info = { .size = sizeof(info) };
	const int32_t *head;

	if (U_FAILURE(e))
		die("cjdict", u_errorName(e));
	udata_getInfo(data, &info);
	head = udata_getMemory(data);
	/* Offset of the trie first, its type (1: of 16-bit units, the sign of
	 * values beside it) fifth. */
	if (memcmp(info.dataFormat, "Dict", 4) != 0 ||
	    info.formatVersion[0] != 1 || (head[4] & 7) != 1)
		die("cjdict", "of a form that is not known here");
	walk((const UChar *)((const char *)head + head[0]), 0);
	udata_close(data);
}

/*
 * The character of each class that the others become: of those that are in
 * simplified text, the most frequent, by its cost as a word of the dictionary.
 */
static void
choose_representatives(void)
{
	static uint8_t cost[CHARS];
	static UChar32 best[CHARS];

	memset(cost, 255, sizeof(cost));
	for (size_t i = 0; i < entry_count; i++) {
		if (entries[i].len == 1)
			cost[entries[i].text[0]] = entries[i].cost;
	}
	for (UChar32 c = 0; c < CHARS; c++) {
		UChar32 k = find(c), b = best[k];

		if (simplified[c] != c && k != c)
			continue;
		if (b == 0 || (simplified[b] != b && simplified[c] == c) ||
		    (simplified[c] == c && cost[c] < cost[b]))
			best[k] = c;
	}
	for (UChar32 c = 0; c < CHARS; c++)
		simplified[c] = best[find(c)] == 0 ? c : best[find(c)];
}

/* -------------------------------------------------------------- characters */

static const UNormalizer2 *folder;
static uint32_t map[CHARS];
static char *pool;
static size_t pool_len;

static enum kind
kind_of(UChar32 c)
{
	UErrorCode e = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript(c, &e);

	if (U_IS_SURROGATE(c))
		return KIND_BAD;
	if (u_hasBinaryProperty(c, UCHAR_WHITE_SPACE))
		return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 ||
		       c == 0x2029 ? KIND_NEWLINE : KIND_SPACE;
	if (c == 0x30FC || c == 0xFF70)
		return KIND_CJK;
	if (u_isalpha(c) || u_getCombiningClass(c) == 0) {
		if (script == USCRIPT_HAN || script == USCRIPT_HIRAGANA ||
		    script == USCRIPT_KATAKANA)
			return u_isalnum(c) || c == 0x3005 || c == 0x3007 ?
			       KIND_CJK : KIND_WIDE;
		if (script == USCRIPT_HANGUL && u_isalpha(c))
			return KIND_HANGUL;
	}
	if (u_isdigit(c))
		return KIND_DIGIT;
	if (U_GET_GC_MASK(c) & U_GC_M_MASK)
		return KIND_MARK;
	if (u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_N_MASK))
		return KIND_LETTER;
	if ((c >= 0x3000 && c < 0x3040) || (c >= 0xFE10 && c < 0xFE20) ||
	    (c >= 0xFE30 && c < 0xFE50) || (c >= 0xFF01 && c < 0xFF66) ||
	    c == 0x30FB || c == 0x30A0)
		return KIND_WIDE;
	return KIND_OTHER;
}

/* Quotes as a keyboard has them: what is typed straight is drawn curved. */
static void
straighten_quotes(void)
{
	for (UChar32 c = 0x2018; c <= 0x201B; c++)
		simplified[c] = '\'';
	for (UChar32 c = 0x201C; c <= 0x201F; c++)
		simplified[c] = '"';
	simplified[0xAB] = simplified[0xBB] = '"';
}

/* The number of an official document is the same in 〔2010〕, [2010], 【2010】. */
static void
round_brackets(void)
{
	static const UChar32 opening[] = { '[', 0x3010, 0x3014, 0x3016 };

	for (int i = 0; i < 4; i++) {
		simplified[opening[i]] = '(';
		simplified[opening[i] + (opening[i] == '[' ? 2 : 1)] = ')';
	}
}

/* NFKC_Casefold, then simplified characters, straight quotes and round
 * brackets; code points written. */
static int
fold(const UChar *text, int len, UChar32 *out, int max)
{
	UChar folded[256];
	UErrorCode e = U_ZERO_ERROR;
	int32_t n = unorm2_normalize(folder, text, len, folded, 256, &e);
	int count = 0;

	if (U_FAILURE(e))
		die("normalising", u_errorName(e));
	for (int32_t i = 0; i < n;) {
		UChar32 c;

		U16_NEXT(folded, i, n, c);
		if (count == max)
			die("normalising", "too long");
		out[count++] = simplified[c];
	}
	return count;
}

static int
fold_one(UChar32 c, UChar32 *out, int max)
{
	UChar text[2];
	int32_t n = 0;

	U16_APPEND_UNSAFE(text, n, c);
	return fold(text, n, out, max);
}

static uint32_t
pool_offset(const char *bytes, size_t len)
{
	size_t off = pool_len;

	pool = grow(pool, pool_len + 1 + len);
	pool[pool_len] = (char)len;
	memcpy(pool + pool_len + 1, bytes, len);
	pool_len += 1 + len;
	return (uint32_t)off;
}

static uint32_t
entry_of(UChar32 c)
{
	UChar32 chars[32];
	char bytes[128];
	int n = fold_one(c, chars, 32);
	int32_t len = 0;
	enum kind kind = kind_of(n ? chars[0] : c);
	uint32_t e = 0;

	for (int i = 0; i < n; i++)
		U8_APPEND_UNSAFE(bytes, len, chars[i]);
	if (n > 1 && kind == KIND_SPACE)
		kind = KIND_OTHER; /* a space with an accent */
	if (kind_of(c) == KIND_WIDE && kind == KIND_OTHER && n == 1)
		kind = KIND_WIDE;
	if (kind_of(c) == KIND_NEWLINE || kind_of(c) == KIND_SPACE)
		kind = kind_of(c);
	if (!unorm2_hasBoundaryBefore(folder, c))
		e = ENTRY_JOINS;
	if (n == 1 && len <= 3) {
		e |= ENTRY_TOP(kind, len);
		for (int32_t i = 0; i < len; i++)
			e |= (uint32_t)(uint8_t)bytes[i] << 8 * i;
		return e;
	}
	if (n == 1 && chars[0] == c) /* itself: the reader has the bytes */
		return e | ENTRY_TOP(kind, 0) | ITSELF;
	return e | ENTRY_TOP(kind, 0) | pool_offset(bytes, (size_t)len);
}

static void
make_map(void)
{
	for (UChar32 c = 0; c < CHARS; c++)
		map[c] = U_IS_SURROGATE(c) ? ENTRY_TOP(KIND_BAD, 0) :
			 entry_of(c);
}

/* The letter left when the accents are taken away, or 0. */
static char
plain_letter(UChar32 c)
{
	/* Strokes are no accents to Unicode, but to those who type. */
	static const struct { UChar32 c; char plain; } strokes[] = {
		{ 0xF8, 'o' }, { 0x111, 'd' }, { 0x127, 'h' }, { 0x131, 'i' },
		{ 0x142, 'l' }, { 0x167, 't' }, { 0x180, 'b' }, { 0, 0 },
	};
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&e);
	UChar out[16];
	int32_t n = unorm2_getDecomposition(nfd, c, out, 16, &e);

	for (int i = 0; strokes[i].c; i++) {
		if (strokes[i].c == c)
			return strokes[i].plain;
	}
	while (n > 0 && out[0] >= 0x80)
		n = unorm2_getDecomposition(nfd, out[0], out, 16, &e);
	return n > 0 && out[0] >= 'a' && out[0] <= 'z' ? (char)out[0] : 0;
}

/* -------------------------------------------------------------------- trie */

static uint16_t code_of[CODE_LIMIT];

/* What the dictionary's words become when normalised; others are of no use. */
static void
fold_entries(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < entry_count; i++) {
		struct entry e = entries[i];
		UChar text[2 * WORD_MAX];
		UChar32 out[256];
		int32_t n = 0;
		int len;
		bool usable = true;

		for (int k = 0; k < e.len; k++)
			U16_APPEND_UNSAFE(text, n, e.text[k]);
		len = fold(text, n, out, 256);
		for (int k = 0; k < len; k++)
			usable = usable && out[k] < (UChar32)CODE_LIMIT &&
				 kind_of(out[k]) == KIND_CJK;
		if (!usable || len == 0 || len > (int)WORD_MAX)
			continue;
		e.len = (uint8_t)len;
		memcpy(e.text, out, (size_t)len * sizeof(*out));
		entries[kept++] = e;
	}
	entry_count = kept;
}

/*
 * Words that are not in simplified characters go: of most the simplified form
 * is there too, with a cost of its own, and those of which it is not would make
 * other words of a text than ICU finds in it.
 */
static void
drop_traditional(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < entry_count; i++) {
		bool foreign = false;

		for (int k = 0; k < entries[i].len; k++) {
			UChar32 c = entries[i].text[k];

			foreign = foreign || (simplified[c] != c &&
					      !is_value[c]);
		}
		if (!foreign)
			entries[kept++] = entries[i];
	}
	entry_count = kept;
}

static int
by_text(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;

	for (int i = 0; i < a->len && i < b->len; i++) {
		uint16_t x = code_of[a->text[i]], y = code_of[b->text[i]];

		if (x != y)
			return x < y ? -1 : 1;
	}
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return a->cost - b->cost;
}

static size_t uses[CODE_LIMIT];

static int
by_use(const void *pa, const void *pb)
{
	UChar32 a = *(const UChar32 *)pa, b = *(const UChar32 *)pb;

	if (uses[a] != uses[b])
		return uses[a] > uses[b] ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* Codes from 1, the most used first: the array packs better for it. */
static uint16_t
number_characters(void)
{
	static UChar32 list[CODE_LIMIT];
	size_t n = 0;

	for (size_t i = 0; i < entry_count; i++) {
		for (int k = 0; k < entries[i].len; k++)
			uses[entries[i].text[k]]++;
	}
	for (UChar32 c = 0; c < (UChar32)CODE_LIMIT; c++) {
		if (uses[c])
			list[n++] = c;
	}
	if (n > 65534)
		die("cjdict", "too many characters");
	qsort(list, n, sizeof(*list), by_use);
	for (size_t i = 0; i < n; i++)
		code_of[list[i]] = (uint16_t)(i + 1);
	return (uint16_t)n;
}

static void
sort_entries(void)
{
	size_t kept = 0;

	qsort(entries, entry_count, sizeof(*entries), by_text);
	for (size_t i = 0; i < entry_count; i++) {
		struct entry *last = kept ? &entries[kept - 1] : NULL;

		/* The first of those with one text is the one to keep. */
		if (!last || last->len != entries[i].len ||
		    memcmp(last->text, entries[i].text,
			   last->len * sizeof(*last->text)) != 0)
			entries[kept++] = entries[i];
	}
	entry_count = kept;
}

/*
 * A node with children: the entries [from, to) share its first `depth`
 * characters. Those of its children that are such nodes too stand in the list
 * one behind the other from `inner`.
 */
struct node {
	size_t from, to, inner, base;
	uint32_t children;
	uint8_t depth;
};

static struct node *nodes;
static size_t node_count, node_cap;

static uint16_t
code_at(const struct node *n, size_t entry)
{
	return code_of[entries[entry].text[n->depth]];
}

/* The first entry after those that go on with the same character. */
static size_t
next_group(const struct node *n, size_t i)
{
	uint16_t code = code_at(n, i);

	while (i < n->to && code_at(n, i) == code)
		i++;
	return i;
}

static void
add_node(size_t from, size_t to, uint8_t depth)
{
	if (node_count == node_cap) {
		node_cap = node_cap ? node_cap * 2 : 65536;
		nodes = grow(nodes, node_cap * sizeof(*nodes));
	}
	nodes[node_count++] = (struct node){ from, to, 0, 0, 0, depth };
}

/* Whether the word ends with the character at `depth`. */
static bool
ends(size_t entry, uint8_t depth)
{
	return entries[entry].len == depth + 1;
}

static void
make_nodes(void)
{
	add_node(0, entry_count, 0);
	for (size_t k = 0; k < node_count; k++) {
		struct node n = nodes[k];

		n.inner = node_count;
		for (size_t i = n.from, next; i < n.to; i = next) {
			size_t inner = i + ends(i, n.depth);

			next = next_group(&n, i);
			n.children++;
			if (inner < next)
				add_node(inner, next, (uint8_t)(n.depth + 1));
		}
		nodes[k] = n;
	}
}

/* Places for units, and which bases are taken; free places are a ring. */
#define PLACES (1u << 21)
static bool taken[PLACES], base_taken[PLACES];
static uint32_t next_free[PLACES], before_free[PLACES];

static void
take(size_t at)
{
	taken[at] = true;
	next_free[before_free[at]] = next_free[at];
	before_free[next_free[at]] = before_free[at];
}

/* The codes that lead to the node's children. */
static size_t
list_codes(const struct node *n, uint16_t *codes)
{
	size_t count = 0;

	for (size_t i = n->from; i < n->to; i = next_group(n, i))
		codes[count++] = code_at(n, i);
	return count;
}

static bool
fits(const uint16_t *codes, size_t count, size_t base)
{
	if (base_taken[base])
		return false;
	for (size_t i = 1; i < count; i++) {
		if (taken[base + codes[i]])
			return false;
	}
	return true;
}

/* The first place where all children find room. */
static size_t
find_base(const uint16_t *codes, size_t count)
{
	for (size_t at = next_free[0]; at + 65536 < PLACES; at = next_free[at]) {
		if (at > codes[0] && fits(codes, count, at - codes[0]))
			return at - codes[0];
	}
	die("cjdict", "too large");
	return 0;
}

static int
by_children(const void *pa, const void *pb)
{
	const struct node *a = nodes + *(const uint32_t *)pa;
	const struct node *b = nodes + *(const uint32_t *)pb;

	if (a->children != b->children)
		return a->children > b->children ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The root first, at 0; then those with most children, which fit least. */
static void
place_nodes(void)
{
	static uint16_t codes[65536];
	uint32_t *order = grow(NULL, node_count * sizeof(*order));

	for (uint32_t i = 0; i < PLACES; i++) {
		next_free[i] = (i + 1) % PLACES;
		before_free[i] = (i + PLACES - 1) % PLACES;
	}
	for (size_t i = 0; i < node_count; i++)
		order[i] = (uint32_t)i;
	qsort(order + 1, node_count - 1, sizeof(*order), by_children);
	for (size_t k = 0; k < node_count; k++) {
		struct node *n = &nodes[order[k]];
		size_t count = list_codes(n, codes);

		n->base = k ? find_base(codes, count) : 0;
		base_taken[n->base] = true;
		for (size_t i = 0; i < count; i++)
			take(n->base + codes[i]);
	}
	free(order);
}

static struct word_unit units[PLACES];
static size_t unit_count;

static void
fill_units(uint16_t codes)
{
	for (size_t k = 0; k < node_count; k++) {
		struct node *n = &nodes[k];
		const struct node *child = nodes + n->inner;

		for (size_t i = n->from, next; i < n->to; i = next) {
			size_t at = n->base + code_at(n, i);
			uint16_t cost = WORD_NONE;
			size_t base = 0, inner = i + ends(i, n->depth);

			next = next_group(n, i);
			if (inner > i)
				cost = entries[i].cost;
			if (inner < next)
				base = child++->base;
			units[at] = (struct word_unit){ code_at(n, i),
				(uint16_t)(base << 8 | cost),
				(uint16_t)(base >> 8) };
		}
		/* So that a base and a code never lead outside. */
		if (n->base + codes + 1 > unit_count)
			unit_count = n->base + codes + 1;
	}
}

static void
build_trie(uint16_t codes)
{
	make_nodes();
	place_nodes();
	fill_units(codes);
}

/* ------------------------------------------------------------------ output */

static char *out;
static size_t out_len;

static uint32_t
put(const void *bytes, size_t len)
{
	size_t at = (out_len + 63) & ~(size_t)63;

	out = grow(out, at + len);
	memset(out + out_len, 0, at - out_len);
	memcpy(out + at, bytes, len);
	out_len = at + len;
	return (uint32_t)at;
}

static void
put_map(struct tables *t)
{
	static uint16_t index[MAP_BLOCKS];
	static uint32_t blocks[CHARS];
	size_t count = 0;

	for (size_t b = 0; b < MAP_BLOCKS; b++) {
		const uint32_t *block = map + b * MAP_BLOCK;
		size_t k = 0;

		while (k < count && memcmp(blocks + k * MAP_BLOCK, block,
					   MAP_BLOCK * sizeof(*block)) != 0)
			k++;
		if (k == count)
			memcpy(blocks + count++ * MAP_BLOCK, block,
			       MAP_BLOCK * sizeof(*block));
		index[b] = (uint16_t)k;
	}
	t->index = put(index, sizeof(index));
	t->map = put(blocks, count * MAP_BLOCK * sizeof(*blocks));
	t->pool = put(pool, pool_len);
}

static void
put_plain(struct tables *t)
{
	char plain[PLAIN_COUNT];

	for (UChar32 i = 0; i < (UChar32)PLAIN_COUNT; i++)
		plain[i] = plain_letter(i < (UChar32)PLAIN_LOW ? i : i -
					(UChar32)PLAIN_LOW +
					(UChar32)PLAIN_HIGH);
	t->plain = put(plain, sizeof(plain));
}

static void
put_codes(struct tables *t)
{
	static uint8_t index[CODE_LIMIT >> CODE_SHIFT];
	static uint16_t blocks[CODE_LIMIT];
	size_t count = 1; /* the first is empty */

	for (size_t b = 0; b < CODE_LIMIT >> CODE_SHIFT; b++) {
		const uint16_t *block = code_of + b * CODE_BLOCK;
		bool used = false;

		for (size_t i = 0; i < CODE_BLOCK; i++)
			used = used || block[i];
		if (!used)
			continue;
		if (count == 256)
			die("cjdict", "characters of too many blocks");
		memcpy(blocks + count * CODE_BLOCK, block,
		       CODE_BLOCK * sizeof(*block));
		index[b] = (uint8_t)count++;
	}
	t->code_index = put(index, sizeof(index));
	t->codes = put(blocks, count * CODE_BLOCK * sizeof(*blocks));
}

static void
write_out(const char *name, struct tables *t)
{
	FILE *f = fopen(name, "wb");

	t->magic = TABLES_MAGIC;
	t->size = (uint32_t)out_len;
	memcpy(out, t, sizeof(*t));
	if (!f || fwrite(out, 1, out_len, f) != out_len || fclose(f) != 0)
		die(name, "cannot be written");
}

int
main(int argc, char **argv)
{
	struct tables t = { 0 };
	UErrorCode e = U_ZERO_ERROR;
	uint16_t codes;

	if (argc < 4)
		die("usage", "make-tables OUT TS-CHARACTERS TS-PHRASES "
		    "[VARIANTS...]");
	folder = unorm2_getNFKCCasefoldInstance(&e);
	if (U_FAILURE(e))
		die("nfkc_cf", u_errorName(e));
	for (UChar32 c = 0; c < CHARS; c++)
		simplified[c] = class_of[c] = c;
	each_pair(argv[2], take_character);
	each_pair(argv[3], take_phrase);
	for (int i = 4; i < argc; i++)
		each_pair(argv[i], take_variant);
	read_dictionary();
	drop_traditional();
	choose_representatives();
	straighten_quotes();
	round_brackets();
	make_map();
	fold_entries();
	codes = number_characters();
	sort_entries();
	build_trie(codes);
	put(&t, sizeof(t));
	put_map(&t);
	put_plain(&t);
	put_codes(&t);
	t.units = put(units, unit_count * sizeof(*units));
	t.unit_count = (uint32_t)unit_count;
	write_out(argv[1], &t);
	return 0;
}
