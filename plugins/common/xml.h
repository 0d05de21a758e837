/*
 * xml.h - the XML of a part, pushed through libxml2 without building a tree.
 *
 * No entity is declared or fetched, no DOCTYPE taken unless told, elements
 * 1,000 deep at most. A part that is not well-formed is read up to there.
 *
 * Compiled into each importer that needs it; needs libxml2.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_XML_H
#define XJ_PLUGIN_XML_H

#include "package.h"

#define XML_DEPTH_MAX 1000

/* Namespaces that an importer tells apart, by what it calls them. */
struct xml_space {
	const char *uri;
	char as;           /* what the handlers get; '?' is any other */
};

struct xml_atts;

/* Handlers. Each answers 0 or negative: stop. Unset ones are not called. */
struct xml_handler {
	const struct xml_space *spaces;   /* ends with uri NULL */
	int (*start)(void *ctx, char space, const char *name,
		     const struct xml_atts *atts);
	int (*end)(void *ctx, char space, const char *name);
	int (*text)(void *ctx, const char *text, size_t len);
	bool html;         /* a DOCTYPE is well, and so is &nbsp; */
};

/*
 * A part through the handlers. 1: there is no such part. A part that is damaged
 * is said to the host as a warning. Negative: stop.
 */
int xml_part(struct package *package, const char *name,
	     const struct xml_handler *handler, void *ctx);
/* The same for the document itself, which is not a zip. */
int xml_whole(struct xj_import *in, const struct xml_handler *handler,
	      void *ctx);

/*
 * The value of an attribute, unescaped, in `out`, cut to its size and where it
 * is not UTF-8; NULL: it is not there. By local name, whatever its namespace,
 * unless `space` is given.
 */
const char *xml_att(const struct xml_atts *atts, const char *name, char *out,
		    size_t size);
const char *xml_att_in(const struct xml_atts *atts, char space,
		       const char *name, char *out, size_t size);
/* The number an attribute has, or `other`. */
long xml_att_long(const struct xml_atts *atts, const char *name, long other);
/* Whether an attribute has this value. */
bool xml_att_is(const struct xml_atts *atts, const char *name,
		const char *value);

/* For setup(): tables that the parser makes when first used. */
int xml_setup(void);

#endif
