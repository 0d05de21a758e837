/*
 * page.c - the text of a page: pieces with a place, joined to lines and
 * paragraphs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <math.h>
#include <stdlib.h>

#include "ofd.h"

#define TEMPLATES_MAX 16   /* of a page */

struct page {
	struct ofd *o;
	struct xj_block about;
	char templates[TEMPLATES_MAX][32];
	size_t ntemplates;
	double box[4];         /* of the page, in mm */
	double object[4];      /* of the text in hand */
	double size;           /* of its letters */
	double x, y;           /* of the piece in hand */
	double end, line;      /* where the piece before ended, its line */
	bool block, text, area;
	char value[128];       /* the page's box, as far as it came */
	size_t len;
	struct xj_page told;
	double pictures;       /* mm2 */
};

bool
box_parse(const char *text, double box[4])
{
	char *end;

	for (int i = 0; i < 4; i++) {
		box[i] = strtod(text, &end);
		if (end == text || !isfinite(box[i]) || fabs(box[i]) > 1e6)
			return false;
		text = end;
	}
	return true;
}

static double
number(const struct xml_atts *atts, const char *name, double other)
{
	char value[40], *end;
	double n;

	if (!xml_att(atts, name, value, sizeof(value)))
		return other;
	n = strtod(value, &end);
	return end == value || !isfinite(n) || fabs(n) > 1e6 ? other : n;
}

static int
end_block(struct page *p)
{
	bool open = p->block;

	p->block = false;
	return open ? flow_close(&p->o->flow) : 0;
}

static void
start_object(struct page *p, const struct xml_atts *atts)
{
	char box[128];

	memset(p->object, 0, sizeof(p->object));
	if (xml_att(atts, "Boundary", box, sizeof(box)) &&
	    !box_parse(box, p->object))
		memset(p->object, 0, sizeof(p->object));
	p->size = number(atts, "Size", 4);
	p->x = p->y = 0;
}

/* How the piece that begins joins the one before. */
static int
start_piece(struct page *p, const struct xml_atts *atts)
{
	double x, y, size = p->size > 0 ? p->size : 4, down;
	int r = 0;

	p->x = number(atts, "X", p->x);
	p->y = number(atts, "Y", p->y);
	x = p->object[0] + p->x;
	y = p->object[1] + p->y;
	down = y - p->line;
	if (p->block && (down > 2.2 * size || down < -size))
		r = end_block(p);
	else if (p->block && fabs(down) > size / 2)
		flow_gap(&p->o->flow, GAP_LINE);
	else if (p->block && x > p->end + size / 2)
		flow_gap(&p->o->flow, GAP_SPACE);
	p->line = y;
	p->end = p->object[0] + p->object[2];
	p->text = true;
	if (r < 0 || p->block)
		return r;
	p->block = true;
	return flow_open(&p->o->flow, &p->about);
}

static void
start_picture(struct page *p, const struct xml_atts *atts)
{
	char text[128];
	double box[4];

	if (xml_att(atts, "Boundary", text, sizeof(text)) &&
	    box_parse(text, box) && box[2] > 0 && box[3] > 0)
		p->pictures += box[2] * box[3];
}

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct page *p = ctx;

	(void)space;
	if (!strcmp(name, "TextObject"))
		start_object(p, atts);
	else if (!strcmp(name, "TextCode"))
		return start_piece(p, atts);
	else if (!strcmp(name, "ImageObject"))
		start_picture(p, atts);
	else if (!strcmp(name, "PhysicalBox")) {
		p->area = true;
		p->len = 0;
	} else if (!strcmp(name, "Template") && p->ntemplates < TEMPLATES_MAX &&
		   xml_att(atts, "TemplateID", p->templates[p->ntemplates],
			   sizeof(*p->templates)))
		p->ntemplates++;
	return 0;
}

static int
on_end(void *ctx, char space, const char *name)
{
	struct page *p = ctx;

	(void)space;
	if (!strcmp(name, "TextCode")) {
		p->text = false;
	} else if (!strcmp(name, "PhysicalBox")) {
		p->area = false;
		p->value[p->len] = '\0';
		box_parse(p->value, p->box);
	} else if (!strcmp(name, "Annot")) {
		return end_block(p);
	}
	return 0;
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct page *p = ctx;

	if (p->area) {
		len = utf8_cut(text, len, sizeof(p->value) - 1 - p->len);
		memcpy(p->value + p->len, text, len);
		p->len += len;
	}
	if (!p->text)
		return 0;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] > ' ' && !utf8_inside(text[i]))
			p->told.chars++;
	return flow_words(&p->o->flow, text, len);
}

static int
read_part(struct page *p, const char *part, uint32_t role)
{
	static const struct xml_space none[] = { { NULL, 0 } };
	static const struct xml_handler handler = {
		.spaces = none, .start = on_start, .end = on_end,
		.text = on_text,
	};
	int r;

	p->about.role = role;
	p->text = p->area = false;
	r = xml_part(&p->o->package, part, &handler, p);
	p->block = false;
	return flow_end(&p->o->flow, r);
}

/* The text of a template once, on the first page that has it. */
static int
read_templates(struct page *p)
{
	struct leaves *t = &p->o->templates;
	size_t n = p->ntemplates;
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++)
		for (size_t k = 0; k < t->n && r >= 0; k++) {
			if (t->list[k].used ||
			    strcmp(t->list[k].id, p->templates[i]))
				continue;
			t->list[k].used = true;
			r = read_part(p, t->list[k].part, XJ_BODY);
		}
	return r < 0 ? r : 0;
}

/* 1 mm is 283.46 hundredths of a point. */
static uint32_t
hundredths(double mm)
{
	return mm > 0 && mm < 1e5 ? (uint32_t)lround(mm * 283.4646) : 0;
}

static int
tell(struct page *p)
{
	double area = p->box[2] * p->box[3];

	p->told.width = hundredths(p->box[2]);
	p->told.height = hundredths(p->box[3]);
	if (area > 0)
		p->told.image_area = p->pictures >= area ? 100 :
			(uint32_t)(p->pictures / area * 100);
	return xj_page(p->o->in, &p->told);
}

int
page_read(struct ofd *o, struct leaf *leaf, uint64_t at)
{
	struct page p = { .o = o, .about = { .where = XJ_PAGE, .at = at },
			  .told = { .number = at } };
	char message[PART_NAME_MAX + 40];
	int r;

	memcpy(p.box, o->box, sizeof(p.box));
	r = read_part(&p, leaf->part, XJ_BODY);
	if (r == 1 && !package_has(&o->package, leaf->part)) {
		snprintf(message, sizeof(message), "%s: the page is missing",
			 leaf->part);
		r = xj_warn(o->in, message);
	}
	if (r >= 0)
		r = read_templates(&p);
	if (r >= 0 && leaf->notes[0])
		r = read_part(&p, leaf->notes, XJ_NOTE);
	return r < 0 ? r : tell(&p);
}
