/* do-packet.c - what is done with the packet of a seminar. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "serve/seminar.h"

#define TITLES_MAX 300 /* bytes of what is told of what could not be done */

/* Go to the packet; or, by `r`, show it again, saying why. */
static int
end(struct xj_seminar_change *c, struct xj_reply *p, int r, const char *done)
{
	struct xj_request *q = c->q;
	const char *query = xj_form(q, "q");

	xj_archive_close(c->archive);
	if (!c->archive)
		return r;
	if (r == XJ_OK && *query)
		return xj_reply_done(q, p, xj_packet_search_address(q, c->id),
				     c->changed.changed ? done : "unchanged");
	if (r == XJ_OK)
		return xj_reply_done(q, p, xj_arena_printf(q->arena,
			"/seminars/%llu/packet", (ull)c->id),
			c->changed.changed ? done : "unchanged");
	q->arguments = q->form; /* the search that it came from */
	if ((*query ? xj_packet_search_page(q, p, c->id, NULL)
		    : xj_packet_page(q, p, c->id, NULL)) < 0)
		return r;
	return xj_form_refused(p, r);
}

const char *
xj_packet_search_address(struct xj_request *q, uint64_t id)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_buf_addf(&b, "/seminars/%llu/packet/search?q=", (ull)id);
	xj_url_encode(&b, xj_form(q, "q"));
	xj_buf_adds(&b, "&page=");
	xj_url_encode(&b, xj_form(q, "page"));
	if (*xj_form(q, "document")) {
		xj_buf_adds(&b, "#hit-");
		xj_url_encode(&b, xj_form(q, "document"));
	}
	return xj_arena_strdup(q->arena, xj_buf_str(&b));
}

/* ----------------------------------------------------------------------- add */

/* "3-7", "3-", "5"; also with other dashes. False: it is none of these. */
bool
xj_pages_typed(const char *text, uint32_t *first, uint32_t *last)
{
	char *end;
	unsigned long a, b;

	*first = *last = 0;
	text += strspn(text, " ");
	if (!*text)
		return true;
	a = b = strtoul(text, &end, 10);
	if (end == text || a == 0 || a > 1000000)
		return false;
	end += strspn(end, " ");
	if (*end) {
		size_t dash = *end == '-' ? 1 :
			      strncmp(end, "–", 3) == 0 ||
			      strncmp(end, "—", 3) == 0 ||
			      strncmp(end, "～", 3) == 0 ? 3 : 0;

		text = end + dash + strspn(end + dash, " ");
		b = *text ? strtoul(text, &end, 10) : 0;
		if (!dash || (*text && (end == text || b == 0 || *end)))
			return false;
	}
	*first = (uint32_t)a;
	*last = b > 1000000 ? 1000000 : (uint32_t)b;
	return true;
}

static int
take_pages(const struct xj_request *q, uint32_t *first, uint32_t *last,
	   struct xj_error *err)
{
	const char *pages = xj_form(q, "pages");

	return xj_pages_typed(pages, first, last) ? XJ_OK :
	       xj_error_set(err, XJ_EINVAL, "%s: these are no pages, such as "
			    "3-7", pages);
}

int
xj_do_packet_add(struct xj_request *q, struct xj_reply *p)
{
	struct xj_packet_given g = { .document = xj_form_or_null(q, "document"),
		.query = xj_form_or_null(q, "search"),
		.saved = xj_form_or_null(q, "saved"),
		.note = xj_form_or_null(q, "note"),
		.limit = xj_form_number(q, "limit") };
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = take_pages(q, &g.first, &g.last, &p->error);
	if (r == XJ_OK && !g.document && !g.query && !g.saved)
		r = xj_error_set(&p->error, XJ_EINVAL, "say what is to go "
				 "into the packet");
	if (r == XJ_OK)
		r = xj_packet_add(c.archive, c.id, &g, 1, &c.options,
				  &c.changed, &p->error);
	return end(&c, p, r, "added");
}

/* ----------------------------------------------------------------- one item */

static int
edit(struct xj_seminar_change *c, unsigned number, const char *what,
     struct xj_error *err)
{
	struct xj_packet_change g = { 0 };
	int r = XJ_OK;

	if (strcmp(what, "newest") == 0) {
		g.version = UINT_MAX;
	} else if (strcmp(what, "title") == 0) {
		g.title_only = 1;
	} else if (strcmp(what, "whole") == 0) {
		g.title_only = -1;
	} else {
		g.note = xj_form(c->q, "note");
		g.pages = strcmp(xj_form(c->q, "has_pages"), "1") == 0;
		r = take_pages(c->q, &g.first, &g.last, err);
	}
	return r < 0 ? r : xj_packet_edit(c->archive, c->id, number, &g,
					  &c->options, &c->changed, err);
}

static int
act(struct xj_seminar_change *c, unsigned number, const char *what,
    struct xj_error *err)
{
	if (strcmp(what, "up") == 0 || strcmp(what, "down") == 0 ||
	    strcmp(what, "remove") == 0)
		return xj_packet_move(c->archive, c->id, number,
				      *what == 'u' ? number - 1 :
				      *what == 'd' ? number + 1 : 0,
				      &c->options, &c->changed, err);
	if (strcmp(what, "replace") == 0)
		return xj_packet_replace(c->archive, c->id, number,
					 &c->options, &c->changed, err);
	return edit(c, number, what, err);
}

int
xj_do_packet_item(struct xj_request *q, struct xj_reply *p)
{
	unsigned number = (unsigned)strtoul(q->parameters[1], NULL, 10);
	const char *what = xj_form(q, "do");
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = act(&c, number, what, &p->error);
	return end(&c, p, r, strcmp(what, "remove") == 0 ? "removed"
							 : "saved");
}

/* --------------------------------------------------------------------- share */

struct sharing {
	size_t shared, asked;
	struct xj_buf refused;
};

static int
note_outcome(void *ctx, const struct xj_packet_blind *b)
{
	struct sharing *s = ctx;

	s->shared += strcmp(b->outcome, "shared") == 0;
	s->asked += strcmp(b->outcome, "asked") == 0;
	if (strcmp(b->outcome, "refused") == 0 && s->refused.len < TITLES_MAX)
		xj_buf_addf(&s->refused, "%s%s: %s", s->refused.len ? "; "
			    : "", b->line.title, b->why);
	return XJ_OK;
}

int
xj_do_packet_share(struct xj_request *q, struct xj_reply *p)
{
	struct sharing s = { .refused = XJ_BUF_INIT };
	struct xj_seminar_change c;
	size_t invited = 0;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK && !*xj_form(q, "until"))
		r = xj_error_set(&p->error, XJ_EINVAL, "say until when");
	if (r == XJ_OK)
		r = xj_packet_share(c.archive, c.id, xj_form_number(q, "item"),
				    xj_form(q, "until"), note_outcome, &s,
				    &invited, &p->error);
	if (r == XJ_OK && s.refused.len)
		r = xj_error_set(&p->error, XJ_EPERM, "%s",
				 xj_buf_str(&s.refused));
	c.changed.changed = s.shared || s.asked;
	xj_buf_release(&s.refused);
	return end(&c, p, r, s.asked ? "asked" : "shared");
}

/* -------------------------------------------------------------- freeze, thaw */

static int
no_faults(void *ctx, unsigned number, const char *title, const char *why)
{
	(void)number, (void)title, (void)why;
	*(bool *)ctx = true;
	return XJ_OK;
}

int
xj_do_packet_freeze(struct xj_request *q, struct xj_reply *p)
{
	bool skip = *xj_form(q, "skip") != '\0', faults = false;
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_packet_freeze(c.archive, c.id, skip, no_faults, &faults,
				     &c.options, &c.changed, &p->error);
	if (r == XJ_EINVAL && faults) /* which the page lists */
		r = xj_error_set(&p->error, XJ_EINVAL, "the packet is not "
				 "frozen: mend or remove what is named below, "
				 "or leave titles of it");
	return end(&c, p, r, "frozen");
}

int
xj_do_packet_thaw(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_packet_thaw(c.archive, c.id, &c.options, &c.changed,
				   &p->error);
	return end(&c, p, r, "saved");
}
