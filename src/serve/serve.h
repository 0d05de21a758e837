/*
 * serve/serve.h - the web face of an archive, as the program xueji-server.
 *
 * http.c alone knows libmicrohttpd: one thread of it moves bytes and never
 * waits. What has arrived whole goes to workers (pool.c), each with an archive of
 * its own, who call a handler; routes.c lists the handlers. A handler makes a
 * model, which is JSON: a page is a template filled with it, and the API answers
 * the model itself. Nobody but template.c writes text into HTML.
 */
#ifndef XJ_SERVE_H
#define XJ_SERVE_H

#include <jansson.h>
#include <libintl.h>
#include <xueji/account.h>
#include <xueji/study.h>
#include <xueji/validity.h>
#include <xueji/xueji.h>

#include "util/util.h"

#define _(text) xj_tr(text)

typedef unsigned long long ull; /* for "%llu" */

#define XJ_FORM_MAX (64 << 10) /* bytes of a body */
#define XJ_JSON_MAX (256 << 10) /* of one that is JSON, or a table */
#define XJ_LONG_MAX (4 << 20)  /* of one with a text: a MiB, percent-encoded */
#define XJ_TOKEN_MAX 65        /* hexadecimal, with NUL */

struct xj_serve_options {
	const char *dir, *listen;
	const char *url;       /* as readers see it, without '/'; or NULL */
	unsigned port;
	bool quiet;            /* no access log */
};

extern struct xj_serve_options xj_serve_options;

/* ---------------------------------------------------------------- requests */

enum xj_language { XJ_ENGLISH, XJ_CHINESE };

/* "name=value", decoded. */
struct xj_field {
	const char *name, *value;
	struct xj_field *next;
};

enum xj_who { XJ_GUEST, XJ_MEMBER, XJ_OWNER };

struct xj_session {
	enum xj_who who;
	char login[XJ_LOGIN_MAX];
	char csrf[XJ_TOKEN_MAX];  /* "" for a guest */
	int64_t began;
	bool by_token;            /* a program's, which has no session */
	bool write;               /* the token's */
};

/* What was asked. Strings are UTF-8 without control characters. */
struct xj_request {
	struct xj_arena *arena;
	struct xj_archive *archive;   /* whose reader is set */
	const char *method, *path;
	const char *query;            /* behind the '?', as it came; "" */
	struct xj_field *arguments, *form;
	const char *host, *cookie, *languages, *if_none_match, *content_type;
	const char *origin, *fetch_site, *if_match, *authorization;
	const char *csrf;             /* X-CSRF-Token */
	const char *accept;
	const char *address;          /* of the client */
	const char *parameters[4];    /* of the route, in its order */
	enum xj_language language;
	struct xj_session session;
	struct xj_buf body;
	json_t *json;                 /* the body, an object; see api.h */
	json_t *inside;               /* it, or an object in it, lent; where */
	const char *within;           /* that is: "items/2/"; or NULL */
	json_t *asked, *problems;     /* members asked for; what is wrong */
	unsigned if_version;          /* what If-Match says; 0: any */
	unsigned version_now;         /* which is stale: what it is instead */
	struct xj_incoming *incoming; /* the body goes to the disk (upload.h) */
	uint64_t content_length;      /* 0: it was not said */
	bool head;
};

/* The value of an argument or a field of the form; "" when there is none. */
const char *xj_argument(const struct xj_request *q, const char *name);
const char *xj_form(const struct xj_request *q, const char *name);
/* The same; NULL when there is none, or it is empty. */
const char *xj_asked(const struct xj_request *q, const char *name);
const char *xj_form_or_null(const struct xj_request *q, const char *name);
/* A number; 0: it is none. */
unsigned xj_form_number(const struct xj_request *q, const char *name);
/* Names between commas and line ends, Chinese commas too, of all fields by one
 * name, `most` of them; ends with NULL. NULL: no memory. */
const char *const *xj_form_names(const struct xj_request *q, const char *name,
				 size_t most);
/* All fields by name, to be shown again as they were typed. */
json_t *xj_form_typed(const struct xj_request *q);
/* All of a form by one name, in order, `most` of them; how many. */
size_t xj_form_all(const struct xj_request *q, const char *name,
		   const char **values, size_t most);
/* A number in [least, most]; `otherwise` when it is none. */
uint64_t xj_argument_number(const struct xj_request *q, const char *name,
			    uint64_t least, uint64_t most, uint64_t otherwise);
/* Fields of "a=b&c=d" behind `*list`. XJ_EINVAL: no UTF-8. */
int xj_fields_parse(struct xj_arena *arena, const char *text, size_t len,
		    struct xj_field **list);
/* Control characters become spaces, but for line ends and tabs; CR LF is LF. */
void xj_text_clean(char *text);
/* What the body is said to be. */
bool xj_is_csv(const struct xj_request *q);
/* Of a cookie; NULL: none. Memory is the request's. */
const char *xj_cookie(const struct xj_request *q, const char *name);
/* "http://127.0.0.1:8460", as this reader sees us. */
const char *xj_base_url(const struct xj_request *q);

/* ----------------------------------------------------------------- replies */

struct xj_header {
	const char *name, *value;
	struct xj_header *next;
};

/* What is answered: a page with its model, or JSON, or bytes, or a file. */
struct xj_reply {
	unsigned status;              /* 0: 200 */
	const char *page;             /* template; its model is */
	json_t *model;                /* the reply's, freed with it */
	const char *type;             /* of body and model without a page */
	struct xj_buf body;
	int fd;                       /* -1: none; closed with it */
	uint64_t fd_size;
	const char *etag;             /* without quotes; NULL: of the body, */
	unsigned version;             /* with the record's, if there is one */
	bool foreign;                 /* bytes of a document */
	bool lasting;                 /* may be kept by caches */
	struct xj_header *headers;
	struct xj_error error;
};

typedef int (*xj_handler)(struct xj_request *q, struct xj_reply *p);

/* Memory of name and value is the request's or constant. */
void xj_reply_header(struct xj_request *q, struct xj_reply *p,
		     const char *name, const char *value);
/* Go to an address of ours. */
int xj_reply_redirect(struct xj_request *q, struct xj_reply *p,
		      const char *to);
/* After a change: go to the page, which says what was `done`, a word of the
 * table in page.c. */
int xj_reply_done(struct xj_request *q, struct xj_reply *p, const char *to,
		  const char *done);
/* A page that is for members, asked for by a guest: he may sign in first. */
int xj_reply_sign_in(struct xj_request *q, struct xj_reply *p);
/* XJ_EPERM for a guest; with the flag XJ_FORMS that page asks him to sign in. */
int xj_signed_in(const struct xj_request *q, struct xj_error *err);
/*
 * A form that was not taken is shown again: the page and its model, with what was
 * typed, are in `p` already. Adds why (`wrong`) and the status, and returns XJ_OK;
 * another kind of failure is returned as it is.
 */
int xj_reply_refused(struct xj_reply *p, int r);
/* The same where what was not found is what was typed, not the page. */
int xj_form_refused(struct xj_reply *p, int r);
/* The same with the page that the form stands on. */
int xj_form_again(struct xj_request *q, struct xj_reply *p, int r,
		  xj_handler page);
/* The version that a form began from, its field `version`. */
struct xj_change_options xj_form_options(const struct xj_request *q);
/* What a handler returned, made into a page or a problem. */
void xj_reply_error(struct xj_request *q, struct xj_reply *p, int r);

/* ------------------------------------------------------------------ routes */

enum {
	XJ_SLOW = 1,      /* worked on by others, so that pages need not wait */
	XJ_API_ROUTE = 2, /* answers JSON, its errors too */
	/* The body goes to the disk, not into memory. The handler is called
	 * before any of it is taken, to make q->incoming, which gets it, and
	 * again when it is there. */
	XJ_TO_DISK = 32,
	XJ_OPEN = 4,      /* a form that needs no session */
	XJ_TOKEN = 8,     /* for programs with a token, though no API */
	XJ_LONG = 16,     /* a form with a text of a person's in it */
	XJ_CSV = 64,      /* of the API: its body is a table, not JSON */
	/* A page for who has signed in: guests are asked to, at once, or when
	 * they see the thing and are refused what may be done with it. */
	XJ_MEMBERS = 128, XJ_FORMS = 256,
};

struct xj_route {
	const char *method, *path; /* ":id" stands for a segment */
	xj_handler handler;
	unsigned flags;
};

/* All of them, "METHOD PATH FLAGS" a line: for tests. */
void xj_routes_print(void);
/* Never NULL: what is not there has a route that says so. */
const struct xj_route *xj_route_find(struct xj_request *q);
/* Everything between an arrived request and its reply; in a worker. */
void xj_answer(const struct xj_route *route, struct xj_request *q,
	       struct xj_reply *p);
/* Of a route XJ_TO_DISK, before the body: p->status is set if it is refused. */
void xj_answer_begin(const struct xj_route *route, struct xj_request *q,
		     struct xj_reply *p);
/* Whether a form was sent from a page of ours, by who is signed in. */
bool xj_is_own_form(const struct xj_request *q);
/* Pieces of a body, in order; then its end, or nothing more of it. */
void xj_incoming_put(struct xj_incoming *in, const char *bytes, size_t len);
int xj_incoming_end(struct xj_incoming *in, struct xj_error *err);
void xj_incoming_free(struct xj_incoming *in);

/* What every page shows besides its own: the parts, who reads, what was done. */
void xj_page_common(const struct xj_request *q, json_t *model);
/* Make the reader of the request that of an archive. */
int xj_request_reader(const struct xj_request *q, struct xj_archive *archive,
		      struct xj_error *err);
/* An archive to change things in, with the reader of the request; the caller
 * closes it. `q->archive` only reads. */
int xj_change_open(const struct xj_request *q, struct xj_archive **archive,
		   struct xj_error *err);

/* pages and the API, a file a group */
int xj_page_home(struct xj_request *q, struct xj_reply *p);
int xj_page_search(struct xj_request *q, struct xj_reply *p);
int xj_page_document(struct xj_request *q, struct xj_reply *p);
int xj_page_similar(struct xj_request *q, struct xj_reply *p);
int xj_page_read(struct xj_request *q, struct xj_reply *p);
int xj_page_lectures(struct xj_request *q, struct xj_reply *p);
int xj_page_lecture(struct xj_request *q, struct xj_reply *p);
int xj_page_lecture_new(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_new(struct xj_request *q, struct xj_reply *p);
int xj_page_lecture_edit(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_edit(struct xj_request *q, struct xj_reply *p);
int xj_page_lecture_notes(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_notes(struct xj_request *q, struct xj_reply *p);
int xj_page_lecture_share(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_share(struct xj_request *q, struct xj_reply *p);
int xj_page_lecture_attend(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_attend(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_sign_in(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_remove(struct xj_request *q, struct xj_reply *p);
int xj_do_lecture_restore(struct xj_request *q, struct xj_reply *p);
int xj_page_rights(struct xj_request *q, struct xj_reply *p);
int xj_do_rights(struct xj_request *q, struct xj_reply *p);
int xj_page_requests(struct xj_request *q, struct xj_reply *p);
int xj_page_request_new(struct xj_request *q, struct xj_reply *p);
int xj_do_request_new(struct xj_request *q, struct xj_reply *p);
int xj_do_request_answer(struct xj_request *q, struct xj_reply *p);
int xj_page_collections(struct xj_request *q, struct xj_reply *p);
int xj_do_collection_new(struct xj_request *q, struct xj_reply *p);
int xj_page_collection(struct xj_request *q, struct xj_reply *p);
int xj_do_collection(struct xj_request *q, struct xj_reply *p);
int xj_do_collection_remove(struct xj_request *q, struct xj_reply *p);
int xj_do_collection_restore(struct xj_request *q, struct xj_reply *p);
int xj_page_document_collect(struct xj_request *q, struct xj_reply *p);
int xj_page_topics(struct xj_request *q, struct xj_reply *p);
int xj_page_document_topics(struct xj_request *q, struct xj_reply *p);
int xj_do_document_topics(struct xj_request *q, struct xj_reply *p);
int xj_api_lectures(struct xj_request *q, struct xj_reply *p);
int xj_api_lecture_new(struct xj_request *q, struct xj_reply *p);
int xj_api_lecture(struct xj_request *q, struct xj_reply *p);
int xj_api_lecture_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_study_remove(struct xj_request *q, struct xj_reply *p);
int xj_api_study_undelete(struct xj_request *q, struct xj_reply *p);
int xj_api_study_history(struct xj_request *q, struct xj_reply *p);
int xj_api_lecture_notes(struct xj_request *q, struct xj_reply *p);
int xj_api_lecture_recording(struct xj_request *q, struct xj_reply *p);
int xj_api_lecture_share(struct xj_request *q, struct xj_reply *p);
int xj_api_lecture_attend(struct xj_request *q, struct xj_reply *p);
int xj_api_collections(struct xj_request *q, struct xj_reply *p);
int xj_api_collection_new(struct xj_request *q, struct xj_reply *p);
int xj_api_collection(struct xj_request *q, struct xj_reply *p);
int xj_api_collection_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_collection_add(struct xj_request *q, struct xj_reply *p);
int xj_api_collection_drop(struct xj_request *q, struct xj_reply *p);
int xj_api_collection_move(struct xj_request *q, struct xj_reply *p);
int xj_api_topics(struct xj_request *q, struct xj_reply *p);
int xj_api_requests(struct xj_request *q, struct xj_reply *p);
int xj_api_request_new(struct xj_request *q, struct xj_reply *p);
int xj_api_request_grant(struct xj_request *q, struct xj_reply *p);
int xj_api_request_decline(struct xj_request *q, struct xj_reply *p);
int xj_api_request_withdraw(struct xj_request *q, struct xj_reply *p);
int xj_api_titles(struct xj_request *q, struct xj_reply *p);
/* A new session of the same reader, in place of this one. */
int xj_sign_in_again(struct xj_request *q, struct xj_reply *p, const char *to);
int xj_page_sign_in(struct xj_request *q, struct xj_reply *p);
int xj_page_upload(struct xj_request *q, struct xj_reply *p);
int xj_page_uploaded(struct xj_request *q, struct xj_reply *p);
int xj_do_upload(struct xj_request *q, struct xj_reply *p);
int xj_do_upload_step(struct xj_request *q, struct xj_reply *p);
int xj_api_uploads(struct xj_request *q, struct xj_reply *p);
int xj_api_upload(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_new(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_drop(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_files(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_file(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_finish(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_again(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_undo(struct xj_request *q, struct xj_reply *p);
int xj_api_upload_report(struct xj_request *q, struct xj_reply *p);
int xj_page_pages(struct xj_request *q, struct xj_reply *p);
int xj_give_picture(struct xj_request *q, struct xj_reply *p);
void xj_pictures_free(void);
int xj_page_edit(struct xj_request *q, struct xj_reply *p);
int xj_do_edit(struct xj_request *q, struct xj_reply *p);
int xj_page_removed(struct xj_request *q, struct xj_reply *p);
int xj_do_remove(struct xj_request *q, struct xj_reply *p);
int xj_do_undelete(struct xj_request *q, struct xj_reply *p);
int xj_page_status(struct xj_request *q, struct xj_reply *p);
int xj_do_retry(struct xj_request *q, struct xj_reply *p);
int xj_do_clear(struct xj_request *q, struct xj_reply *p);
void xj_status_end(void);
int xj_page_help(struct xj_request *q, struct xj_reply *p);
int xj_do_link(struct xj_request *q, struct xj_reply *p);
int xj_do_sign_in(struct xj_request *q, struct xj_reply *p);
int xj_page_welcome(struct xj_request *q, struct xj_reply *p);
int xj_do_welcome(struct xj_request *q, struct xj_reply *p);
int xj_do_sign_out(struct xj_request *q, struct xj_reply *p);
int xj_do_language(struct xj_request *q, struct xj_reply *p);
int xj_give_cite(struct xj_request *q, struct xj_reply *p);
int xj_api_document_versions(struct xj_request *q, struct xj_reply *p);
int xj_give_file(struct xj_request *q, struct xj_reply *p);
int xj_give_asset(struct xj_request *q, struct xj_reply *p);
int xj_give_health(struct xj_request *q, struct xj_reply *p);
int xj_give_metrics(struct xj_request *q, struct xj_reply *p);
int xj_api_search(struct xj_request *q, struct xj_reply *p);
int xj_api_suggest(struct xj_request *q, struct xj_reply *p);
int xj_api_documents(struct xj_request *q, struct xj_reply *p);
int xj_api_document(struct xj_request *q, struct xj_reply *p);
int xj_api_document_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_document_remove(struct xj_request *q, struct xj_reply *p);
int xj_api_document_undelete(struct xj_request *q, struct xj_reply *p);
int xj_api_rights(struct xj_request *q, struct xj_reply *p);
int xj_api_scope(struct xj_request *q, struct xj_reply *p);
int xj_api_share(struct xj_request *q, struct xj_reply *p);
int xj_api_unshare(struct xj_request *q, struct xj_reply *p);
int xj_api_document_topics(struct xj_request *q, struct xj_reply *p);
int xj_api_document_set_topics(struct xj_request *q, struct xj_reply *p);
int xj_api_searches(struct xj_request *q, struct xj_reply *p);
int xj_api_search_saved(struct xj_request *q, struct xj_reply *p);
int xj_api_search_save(struct xj_request *q, struct xj_reply *p);
int xj_api_search_seen(struct xj_request *q, struct xj_reply *p);
int xj_api_search_rename(struct xj_request *q, struct xj_reply *p);
int xj_api_search_forget(struct xj_request *q, struct xj_reply *p);
int xj_api_synonyms(struct xj_request *q, struct xj_reply *p);
int xj_api_me(struct xj_request *q, struct xj_reply *p);
int xj_api_tokens(struct xj_request *q, struct xj_reply *p);
int xj_api_token_new(struct xj_request *q, struct xj_reply *p);
int xj_api_token_revoke(struct xj_request *q, struct xj_reply *p);
int xj_api_text(struct xj_request *q, struct xj_reply *p);
int xj_api_description(struct xj_request *q, struct xj_reply *p);
int xj_feed(struct xj_request *q, struct xj_reply *p);
int xj_feed_topic(struct xj_request *q, struct xj_reply *p);
int xj_feed_unit(struct xj_request *q, struct xj_reply *p);
/* Where the page has a feed of its own, `feed` of its model. */
void xj_feed_of_page(const struct xj_request *q, json_t *model);
int xj_open_search(struct xj_request *q, struct xj_reply *p);

/* ------------------------------------------------------------------ models */

/* A string of any bytes; what is no UTF-8 is shown as escapes. */
json_t *xj_json_of(const char *text);
json_t *xj_json_of_bytes(const char *text, size_t len);
/* A text with a number in it, in the language of the reader; one must fit. */
json_t *xj_json_format(const char *format, ...) XJ_PRINTF(1, 2);
/* What lists show of a document: the keys of the API, and those of pages. */
json_t *xj_model_info(const struct xj_document_info *info);
json_t *xj_model_hits(const struct xj_hits *hits, const char *query);
json_t *xj_model_document(struct xj_request *q, struct xj_document *d,
			  struct xj_error *err);
/* Whether it still holds, as "validity" of the model. */
void xj_model_validity(struct xj_request *q, uint64_t id, json_t *model);
/* The document that parameter 0 names, opened. */
int xj_document_asked(struct xj_request *q, struct xj_document **d,
		      struct xj_error *err);
/* The name of an area or topic in the language of the reader. */
const char *xj_model_topic_name(const struct xj_request *q,
				const struct xj_topic *t);
/* "page 3" in the reader's language. */
const char *xj_model_place(const char *where, uint64_t at, const char *label,
			   char out[128]);
/* The anchor of a place in the reader: "p3"; "". */
const char *xj_model_anchor(const char *where, uint64_t at, char out[32]);
/* The words of a query that the reader marks: an array of strings. */
json_t *xj_model_words(const struct xj_hits *hits, const char *query);
/* "2026-11-23T11:14:00Z"; "2026-11-23 19:14", of this machine's zone. */
json_t *xj_model_time(int64_t t);
json_t *xj_model_moment(int64_t t);
/* "1.2 MiB". */
json_t *xj_model_size(uint64_t bytes);
json_t *xj_text_or_null(const char *text);
/* The words of a list to choose from: "value", "shown", "chosen". `shown` may be
 * xj_tr; chosen "": none. */
json_t *xj_model_choices(const char *const *words,
			 const char *(*shown)(const char *word),
			 const char *chosen);
/* Say whether a list has something, for the heading above it. */
void xj_model_has(json_t *o, const char *name, const char *list);

/* The keys that every study record has. */
json_t *xj_model_study(const struct xj_study *s);
/* All units, as "code", "name" in the reader's language, "depth", "placed";
 * none for a guest. */
json_t *xj_model_units(struct xj_request *q);
const char *xj_model_unit_name(const struct xj_request *q,
			       const struct xj_unit *u);
/* Of such a list: the name of a code, else the code; and what to choose from. */
const char *xj_unit_named(const json_t *units, const char *code);
json_t *xj_model_unit_choices(const json_t *units, const char *chosen);
/* "login" and "name" of all; none where they are too many to choose from. */
json_t *xj_model_members(struct xj_request *q);
/* What names a unit or member in a form: a name that one has, else the code or
 * login. */
const char *xj_unit_ref(const json_t *units, const char *code);
const char *xj_member_ref(const json_t *members, const char *login,
			  const char *name);
/* "ref" and "shown" of all that something can be shared with. */
json_t *xj_model_whom_choices(const json_t *units, const json_t *members);
/* Topics that can be given now, those in the list of codes marked. */
json_t *xj_model_topic_choices(struct xj_request *q, const json_t *chosen);
/* With whom something is shared, in words: `to`, `who` and `name` as in
 * struct xj_share_shown. */
json_t *xj_model_whom(const char *to, const char *who, const char *name,
		      const json_t *units);
/* Newest first. */
json_t *xj_model_study_history(struct xj_request *q, const char *kind,
			       uint64_t id);
/* An xj_topic_fn with one of these as `ctx`. */
struct xj_topics_model {
	const struct xj_request *q;
	json_t *list;
};
int xj_add_topic(void *ctx, const struct xj_topic *topic);
/* A request with the keys of `requests --json`. */
json_t *xj_model_request(const struct xj_request_row *r);
/* Who sees a document and why: "rights" and "who_can". */
void xj_model_sight(struct xj_request *q, json_t *o, uint64_t id);
/* On the list of a kind: what ?removed= names, to be brought back. */
void xj_study_add_removed(struct xj_request *q, const char *kind,
			  json_t *model);
/* Remove the record that is asked for, or bring it `back`. */
int xj_study_take_away(struct xj_request *q, struct xj_reply *p,
		       const char *kind, const char *part, bool back);
/* What ?find= finds, to choose from: "find", "found", "has_found". */
int xj_model_found(struct xj_request *q, json_t *model, struct xj_error *err);
/* With the keys of `collection show --json` and `collection list --json`; `mine`:
 * those that the reader may change. */
int xj_model_collection(struct xj_request *q, uint64_t id,
			json_t **collection, struct xj_error *err);
int xj_model_collections(struct xj_request *q, bool mine, json_t **list,
			 struct xj_error *err);
/* A lecture with the keys of `lecture show --json`; json_decref(). */
int xj_model_lecture(struct xj_request *q, uint64_t id, json_t *units,
		     json_t **lecture, struct xj_error *err);
/* The record that parameter 0 names; XJ_ENOTFOUND in the same words for all. */
int xj_study_asked(struct xj_request *q, const char *kind, uint64_t *id,
		   struct xj_error *err);
/* The kind of record that a path such as /lectures/7/rights or
 * /api/1/lectures/7/rights is of; NULL: of documents. */
const char *xj_study_kind_asked(const struct xj_request *q);
/* Words to mark: m=, as a search found them; else those of q=. How many. */
#define XJ_WORDS_MAX 8
size_t xj_read_words(struct xj_request *q, const char *words[XJ_WORDS_MAX]);
/* Run a search as the arguments of the request say. */
int xj_search_asked(struct xj_request *q, const char *facets,
		    struct xj_hits **hits, struct xj_search *search,
		    struct xj_error *err);
/* "page", "previous", "next" and "page_shown" of hits. */
void xj_search_paging(json_t *o, const struct xj_search *s, uint64_t total);
/* Say before the first hit that is only related, that it is ("tier"). */
void xj_search_related(json_t *o, const struct xj_hits *hits);
/* Citation of a document: "gb" (GB/T 7714), "bibtex", "ris". */
void xj_cite(struct xj_buf *out, struct xj_document *d, const char *style,
	     const char *url);
/* "attachment; ..." with a name in two writings (RFC 6266): one of ASCII, and its
 * own. */
const char *xj_disposition(struct xj_request *q, const char *name);
/* Percent-encoded as a value in a query. */
void xj_url_encode(struct xj_buf *out, const char *text);

/* --------------------------------------------------------------- templates */

/*
 * Templates are HTML or XML with:
 *	{{name}}        a value, escaped; "a.b" is b of a; "." the value itself
 *	{{&name}}       a value, percent-encoded, for a query
 *	{{_ text}}      text in the reader's language, escaped
 *	{{#name}} {{/name}}  for each of a list; with an object; if it is true
 *	{{^name}} {{/name}}  if it is not
 *	{{>file}}       another template
 *	{{*name}}       a flow: see below
 * There is no way to write a value unescaped. A value in a tag stands between
 * quotes, and does not begin an address: else the template is refused.
 */
int xj_templates_load(const char *dir, struct xj_error *err);
void xj_templates_free(void);
/* XJ_ENOTFOUND: there is no such template. */
int xj_template_write(struct xj_buf *out, const char *name,
		      const json_t *model, struct xj_error *err);

/* Text into HTML or XML: nothing else writes it. */
void xj_html_escape(struct xj_buf *out, const char *text, size_t len);

/*
 * A flow is text with paragraphs, lists, links and the like, as an array of
 * strings and objects {"tag": "em", "in": [...]}, which flow.c writes: tags that
 * it knows, links that xj_flow_may_link().
 */
void xj_flow_write(struct xj_buf *out, const json_t *flow);
bool xj_flow_may_link(const char *to);

/*
 * Markdown that a person wrote: {"flow": [...]}, which {{>prose}} shows; null
 * when there is nothing in it. Its headings come below the level `below`, that
 * of the heading under which it stands (1 the page's). HTML in it is text, and
 * pictures are links.
 *	{{#description}}{{>prose}}{{/description}}
 */
json_t *xj_markdown(const char *text, unsigned below);

/* ------------------------------------------------------------------ assets */

struct xj_asset {
	char name[64];
	const char *type;
	char etag[XJ_TOKEN_MAX];
	struct xj_buf bytes;
};

int xj_assets_load(const char *dir, struct xj_error *err);
void xj_assets_free(void);
/* The description of the API, joined of the files in DIR/openapi. */
int xj_openapi_load(const char *dir, struct xj_error *err);
void xj_openapi_free(void);
/* "/assets/style.css?v=ETAG" for templates, by name without dots. */
json_t *xj_assets_model(void);

/* ---------------------------------------------------------------- sessions */

int xj_sessions_start(struct xj_error *err);
void xj_sessions_end(void);
void xj_token_new(char out[XJ_TOKEN_MAX]);
/* A link that signs the archive's owner in, once. */
void xj_link_owner(char token[XJ_TOKEN_MAX]);
/* Take it; false: there is no such, or it was used. */
bool xj_link_take(const char *token, struct xj_session *session);
/*
 * Whether another password may be tried from this address and for this login: at
 * most 10 that are wrong in a quarter of an hour. `wrong` counts one.
 */
bool xj_attempt_may(const char *address, const char *login);
/* One that was wrong, of what has no login; false: it was one too many. */
bool xj_attempt_counted(const char *what);
void xj_attempt_wrong(const char *address, const char *login);
/* Begin a session; the cookie's value goes to `token`. */
void xj_session_begin(const struct xj_session *session,
		      char token[XJ_TOKEN_MAX]);
/* Who it is; a guest when there is no such session. */
void xj_session_find(const char *token, struct xj_session *session);
void xj_session_end(const char *token);

/* --------------------------------------------------------------- languages */

/* The languages of this process are two locales; gettext of a thread answers
 * in the one that it uses. */
int xj_languages_start(struct xj_error *err);
void xj_language_use(enum xj_language language);
/* By the cookie, else by Accept-Language. */
enum xj_language xj_language_wanted(const struct xj_request *q);

/* --------------------------------------------------------------- the server */

/* What a worker is to do; the first three with bodies that go to the disk. */
enum xj_phase { XJ_BEGIN, XJ_PIECE, XJ_CLEAN, XJ_ANSWER };

struct xj_job {
	enum xj_phase phase;
	struct xj_request request;
	struct xj_reply reply;
	const struct xj_route *route;
	void *connection;
	uint64_t began_us;
	struct xj_job *next;
};

int xj_pool_start(struct xj_error *err);
/* All that was given is answered, then the workers end. */
void xj_pool_end(void);
/* False: too much waits. `xj_job_done` is called from a worker. */
bool xj_pool_give(struct xj_job *job);
void xj_job_done(struct xj_job *job);
/* After XJ_CLEAN: nobody waits for it. */
void xj_job_free(struct xj_job *job);

/* Remember behind the answer what a member searched for, when he opens what it
 * found; see xueji/past.h. */
int xj_later_start(struct xj_error *err);
void xj_later_end(void);
void xj_later_remember(const struct xj_request *q, const char *query);

/* From now on nothing is written but in the archive, and nothing read but that
 * and what is installed (Landlock). False: this kernel cannot, or not wholly. */
bool xj_cage_enter(void);
/* Enter it and try what it is to refuse, on the file `file` in a folder: 0 when all
 * is as it should be; 77: this kernel cannot; 2: there is no such file. */
int xj_cage_try(const char *outside);

int xj_http_start(struct xj_error *err);
void xj_http_quiesce(void);
void xj_http_end(void);
unsigned xj_http_port(void);

/* Counts since the start, for /metrics. */
struct xj_counts {
	uint64_t requests, client_errors, server_errors, refused, micros, cut;
};

extern struct xj_counts xj_counts;

#endif
