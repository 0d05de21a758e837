/*
 * slides.c - presentations: the slides in order, their notes and comments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ooxml.h"

#define SLIDES_MAX 10000

struct show {
	struct office *o;
	uint64_t n;
};

static int
read_related(struct office *o, const struct rels *rels, uint64_t n)
{
	const struct xj_block body = { .where = XJ_PART, .at = n };
	const struct xj_block note = { .role = XJ_NOTE, .where = XJ_PART,
				       .at = n };
	int r = drawing_read_related(o, rels, &body);

	for (size_t i = 0; i < rels->n && r == 0; i++) {
		const struct rel *rel = &rels->list[i];

		if (rel->target[0] && (!strcmp(rel->type, "notesSlide") ||
				       !strcmp(rel->type, "comments")))
			r = drawing_read(o, rel->target, &note);
	}
	return r;
}

static int
read_slide(struct show *show, const char *part)
{
	const struct xj_block body = { .where = XJ_PART, .at = ++show->n };
	struct rels rels = { 0 };
	int r = drawing_read(show->o, part, &body);

	if (r == 0)
		r = rels_read(show->o, part, &rels);
	if (r == 0)
		r = read_related(show->o, &rels, show->n);
	rels_free(show->o, &rels);
	return r;
}

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct show *show = ctx;
	const struct rel *rel;
	char id[64];

	if (space != NS_SLIDES || strcmp(name, "sldId") ||
	    show->n >= SLIDES_MAX ||
	    !xml_att_in(atts, NS_RELS, "id", id, sizeof(id)))
		return 0;
	rel = rels_by_id(&show->o->rels, id);
	return rel && rel->target[0] ? read_slide(show, rel->target) : 0;
}

/* The list of slides was damaged: by their usual names. */
static int
read_by_name(struct show *show)
{
	char part[64];
	int r = 0;

	for (unsigned i = 1; r == 0 && i <= SLIDES_MAX; i++) {
		snprintf(part, sizeof(part), "ppt/slides/slide%u.xml", i);
		if (!package_has(&show->o->package, part))
			break;
		r = read_slide(show, part);
	}
	return r;
}

int
slides_read(struct office *o)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = on_start,
	};
	struct show show = { .o = o };
	int r = xml_part(&o->package, o->main, &handler, &show);

	if (r >= 0 && show.n == 0)
		r = read_by_name(&show);
	return r < 0 ? r : 0;
}
