/*
 * library/fields.h - the terms of the index: which prefix means what. Written
 * by the indexer, read by the query builder; nobody else.
 *
 * Text terms are a field byte (none for the body) and the kind byte of
 * text/text.h, then the term: "p卫生", "tp卫生", "awli". The body holds the
 * text, the title, creators, subjects, description and the file name; a field
 * holds its own words once more for title: creator: subject:.
 *
 * Boolean terms are an upper-case byte and a value, folded by xj_normalise().
 * What is suggested while somebody types has terms of its own: suggest.h.
 *
 * Years are ranges over XJ_SLOT_DATE.
 */
#ifndef XJ_FIELDS_H
#define XJ_FIELDS_H

#define XJ_FIELD_TITLE 't'
#define XJ_FIELD_CREATOR 'a'
#define XJ_FIELD_SUBJECT 's'
#define XJ_FIELD_PATH 'f'    /* file name and path inside containers */

#define XJ_BOOL_KIND 'K'     /* Kmaterial */
#define XJ_BOOL_TYPE 'Y'     /* Ypdf: the family */
#define XJ_BOOL_FORMAT 'M'   /* Mtext/html */
#define XJ_BOOL_LANGUAGE 'L' /* Lzh */
#define XJ_BOOL_OUTCOME 'O'  /* Opartial; Oocr: text read from pictures */
#define XJ_BOOL_INSIDE 'I'   /* I42: inside document 42, at any depth, and 42 */
#define XJ_BOOL_CREATOR 'A'  /* A and the whole name: facets lead here */
#define XJ_BOOL_SUBJECT 'S'
#define XJ_BOOL_ACCESSION 'B' /* B3 */
#define XJ_BOOL_TOPIC 'T'    /* Tlaw: its code; a query names those below, too */
#define XJ_BOOL_UNIT 'U'     /* Unk: its code; a query names those below, too */
/* 'Q' is the index's own, in published ones. */

/* b and a bond of text.h; b alone has every document whose bonds are known. */
#define XJ_BOND 'b'

#define XJ_BOOL_ATOM 'W'      /* W7: one reason to be let in, see catalog.h */

#define XJ_BOOL_MAX 199       /* bytes of a value; the rest is cut off */

/* An element of metadata that is searched with the body. */
struct xj_indexed_element {
	const char *element;
	char field;     /* its words are under this one too; 0: under none */
	char boolean;   /* its whole value is a term; 0: it is not */
	unsigned slot;  /* its value is kept for sorting and facets; 0: not */
};

/* index-terms.c; NULL: it is not searched. */
const struct xj_indexed_element *xj_indexed_element(const char *element);

#endif
