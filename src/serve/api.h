/*
 * serve/api.h - what a route of the API is made of, beside serve.h.
 *
 * A route that changes something asks for the members of the body that it knows,
 * begins, calls the library, and ends:
 *
 *	struct xj_collection_given given = {
 *		.title = xj_body_text(q, "title"),
 *		.description = xj_body_text(q, "description"),
 *	};
 *	struct xj_api_change c;
 *	int r = xj_api_begin(&c, q, p, XJ_API_MATCH);
 *
 *	if (r == XJ_OK)
 *		r = xj_collection_edit(c.archive, c.id, &given, &c.options,
 *				       &c.changed, &p->error);
 *	return xj_api_end(&c, q, p, r, xj_api_collection);
 *
 * HACKING.md says what else a new route needs.
 */
#ifndef XJ_SERVE_API_H
#define XJ_SERVE_API_H

#include "serve/serve.h"

/* ---------------------------------------------------------- bodies of JSON */

/*
 * Members of the body, by name. One of another type, one that is missing where it
 * is needed, and those that nobody asked for are told of by xj_body_end(), all of
 * them. Memory is the request's; control characters are spaces.
 */
bool xj_body_has(struct xj_request *q, const char *name);
/* NULL: it is not there; "": it is null. */
const char *xj_body_text(struct xj_request *q, const char *name);
/* NULL: it is not there, null or empty. */
const char *xj_body_or_null(struct xj_request *q, const char *name);
/* Told of as wrong when it is not there. */
void xj_body_need(struct xj_request *q, const char *name);
/* Never NULL; needed, and not empty. */
const char *xj_body_need_text(struct xj_request *q, const char *name);
/* A list of texts, or one text; NULL: it is not there; ends with NULL. */
const char *const *xj_body_texts(struct xj_request *q, const char *name);
uint64_t xj_body_number(struct xj_request *q, const char *name, uint64_t least,
			uint64_t most, uint64_t otherwise);
bool xj_body_flag(struct xj_request *q, const char *name, bool otherwise);
/* A list of objects, at most `most`; NULL: it is not there. Between enter and
 * leave the members of one of them are what is asked for. */
json_t *xj_body_list(struct xj_request *q, const char *name, size_t most);
void xj_body_enter(struct xj_request *q, const char *name, size_t i);
void xj_body_leave(struct xj_request *q);
/* All members, for what knows their names itself: a list is its texts one after
 * the other, null or an empty list is "". Ends with element NULL; NULL: no memory. */
const struct xj_given *xj_body_all(struct xj_request *q);
/* Something about a member that only the handler knows; kept for the end. */
void xj_body_wrong(struct xj_request *q, const char *name,
		   const char *format, ...) XJ_PRINTF(3, 4);
/* XJ_EINVAL, and the answer says what is wrong with which member. */
int xj_body_end(struct xj_request *q, struct xj_reply *p);
/* What arrived as JSON, into q->json. */
int xj_body_read(struct xj_request *q, struct xj_reply *p);

/* ----------------------------------------------------------------- changes */

enum {
	XJ_API_MATCH = 1,  /* If-Match is needed: two may edit this */
	XJ_API_NUMBER = 2, /* parameter 0 is a number, */
	XJ_API_DOCUMENT = 4, /* or a document's number or URN: `id` is found */
};

struct xj_api_change {
	struct xj_archive *archive;       /* to write in, as who asks */
	uint64_t id;                      /* of what parameter 0 names */
	struct xj_change_options options; /* with if_version */
	struct xj_study_changed changed;
};

/* A parameter of the route as a number; XJ_ENOTFOUND. */
int xj_api_number(const struct xj_request *q, unsigned which, uint64_t *number,
		  struct xj_error *err);
/* A place in a list, from 1; what is none is 0. XJ_ENOTFOUND: no number. */
int xj_api_place(const struct xj_request *q, unsigned which, unsigned *place,
		 struct xj_error *err);
/* The body is done with, If-Match is read, the archive is open. */
int xj_api_begin(struct xj_api_change *c, struct xj_request *q,
		 struct xj_reply *p, unsigned flags);
/*
 * `r` is what the library said. What is stale becomes 412 with the version that
 * there is now, as `show` answers it; XJ_OK is answered with `show`, or, without
 * one, with 204.
 */
int xj_api_end(struct xj_api_change *c, struct xj_request *q,
	       struct xj_reply *p, int r, xj_handler show);
/* The same of something new: 201, at `base`/c->changed.id. */
int xj_api_made(struct xj_api_change *c, struct xj_request *q,
		struct xj_reply *p, int r, const char *base, xj_handler show);
/* The same of what goes by a code or a login. */
int xj_api_made_named(struct xj_api_change *c, struct xj_request *q,
		      struct xj_reply *p, int r, const char *base,
		      const char *name, xj_handler show);
/* A model answered, without what only pages show. */
void xj_api_give(struct xj_reply *p, json_t *model);
/* The same of a study record, where a "place" or a "first" is no matter of pages. */
void xj_api_give_record(struct xj_reply *p, json_t *model);

/* ----------------------------------------------------------- study records */

/* Those of a kind that the address asks for, under `name`. */
int xj_api_studies(struct xj_request *q, struct xj_reply *p, const char *kind,
		   const char *name);
/* Who was there, taken by `fn`; how many were is said under `count`. */
int xj_api_attend(struct xj_request *q, struct xj_reply *p,
		  int (*fn)(struct xj_archive *archive, uint64_t id,
			    const struct xj_lecture_attend *given,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_lecture_attended *result,
			    struct xj_error *err), const char *count);

#endif
