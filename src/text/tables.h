/*
 * text/tables.h - the layout of the tables that make-tables writes at build
 * time and the module reads in place: what a character becomes in normal text,
 * what kind it is, and the words of Chinese with their costs.
 *
 * Own header of the module and of its generator. Numbers are in the byte order
 * of the machine that both run on.
 */
#ifndef XJ_TEXT_TABLES_H
#define XJ_TEXT_TABLES_H

#include <stdint.h>

#define TABLES_MAGIC 0x31544a58u /* "XJT1" */

/* What a character is to the cutter of words. */
enum kind {
	KIND_OTHER,   /* punctuation, symbols */
	KIND_WIDE,    /* full-width punctuation: no space stands beside it */
	KIND_CJK,     /* Han and kana: written without spaces */
	KIND_HANGUL,
	KIND_LETTER,
	KIND_DIGIT,
	KIND_MARK,    /* combining: goes on with a word */
	KIND_SPACE,
	KIND_NEWLINE, /* white space that ends a line */
	KIND_BAD,     /* not a Unicode scalar value */
};

/*
 * An entry of `map`, one for each code point: what it becomes alone. The low 24
 * bits are the UTF-8 bytes of that, first byte lowest, if their number, in bits
 * 24 and 25, is not 0; else they are an offset into `pool`, where a byte with
 * the length stands before the bytes. Bits 26 to 29 are the kind of the first
 * character of it. ENTRY_JOINS: it may join with what stands before it, so that
 * the run has to be normalised as a whole.
 */
#define ENTRY_BYTES(e) ((e) & 0xFFFFFFu)
#define ITSELF 0xFFFFFFu
#define ENTRY_LEN(e) ((e) >> 24 & 3u)
#define ENTRY_KIND(e) ((e) >> 26 & 15u)
#define ENTRY_JOINS 0x80000000u
#define ENTRY_TOP(kind, len) ((uint32_t)(kind) << 26 | (uint32_t)(len) << 24)

#define MAP_SHIFT 6
#define MAP_BLOCK (1u << MAP_SHIFT)
#define MAP_BLOCKS (0x110000u >> MAP_SHIFT)

/* Latin letters whose accents fall away in terms: below here, and 1E00..1EFF. */
#define PLAIN_LOW 0x250u
#define PLAIN_HIGH 0x1E00u
#define PLAIN_COUNT (PLAIN_LOW + 0x100u)

/*
 * Words: a trie as a double array. The child of a node under a character is the
 * unit at the node's base plus the character's code, if that unit's label is
 * the code; no two nodes have one base. The root's base is 0.
 */
struct word_unit {
	uint16_t label; /* code of the character that leads here; 0: free */
	uint16_t low;   /* base of the children << 8 | cost, low half */
	uint16_t high;
};

#define WORD_NONE 255u /* the cost of what is no word */
#define WORD_MAX 20u   /* characters of the longest word looked for */
#define CODE_SHIFT 8
#define CODE_BLOCK (1u << CODE_SHIFT)
#define CODE_LIMIT 0x40000u /* code points below may occur in words */

/* At the start of the tables. Offsets in bytes from there; sizes as counts. */
struct tables {
	uint32_t magic, size;
	uint32_t index;     /* uint16_t[MAP_BLOCKS]: block of `map` */
	uint32_t map;       /* uint32_t[] */
	uint32_t pool;
	uint32_t plain;     /* char[PLAIN_COUNT], 0: not to be changed */
	uint32_t code_index; /* uint8_t[CODE_LIMIT >> CODE_SHIFT] */
	uint32_t codes;     /* uint16_t[]: code of a character; 0: in no word */
	uint32_t units;     /* struct word_unit[] */
	uint32_t unit_count;
};

#endif
