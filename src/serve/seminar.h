/*
 * serve/seminar.h - what the files share that serve seminars: models
 * (model-seminar.c), pages (page-seminar.c), changes (do-seminar.c), packets
 * (page-packet.c, give-packet.c).
 */
#ifndef XJ_SERVE_SEMINAR_H
#define XJ_SERVE_SEMINAR_H

#include "serve/serve.h"

/* States and levels in the reader's language. */
const char *xj_seminar_word(const char *word);
json_t *xj_model_seminar_row(const struct xj_study *s);
/* `units`: of xj_model_units(). */
json_t *xj_model_seminar(const struct xj_seminar *s, const json_t *units);
json_t *xj_model_decision(const struct xj_decision *d);
json_t *xj_model_packet_line(const struct xj_packet_line *l);

/* The number of a seminar that parameter 0 is. */
int xj_seminar_asked(struct xj_request *q, uint64_t *id,
		     struct xj_error *err);
/* Its model, with `lines` of its packet, its history and what the reader may do
 * (`can`). XJ_ENOTFOUND: as of one that never was. */
int xj_seminar_model(struct xj_request *q, struct xj_archive *archive,
		     uint64_t id, json_t **model, struct xj_error *err);
/* Its page, into `p`. */
int xj_seminar_page(struct xj_request *q, struct xj_reply *p, uint64_t id,
		    struct xj_error *err);

/* A change that a form asks for. */
struct xj_seminar_change {
	struct xj_request *q;
	struct xj_archive *archive;
	uint64_t id;
	struct xj_change_options options; /* with the form's `version` */
	struct xj_study_changed changed;
};

int xj_seminar_begin(struct xj_request *q, struct xj_seminar_change *c,
		     struct xj_error *err);
/* Go to `part` of the page, saying what was `done`; or, by `r`, show the page
 * again with what was typed there. */
int xj_seminar_end(struct xj_seminar_change *c, struct xj_reply *p, int r,
		   const char *part, const char *done);
/* A field that is a number; 0: it is none. */
unsigned xj_form_number(const struct xj_request *q, const char *name);

/* handlers; routes.c says of what */
int xj_page_seminars(struct xj_request *q, struct xj_reply *p);
int xj_page_seminar(struct xj_request *q, struct xj_reply *p);
int xj_page_decisions(struct xj_request *q, struct xj_reply *p);
int xj_page_seminar_new(struct xj_request *q, struct xj_reply *p);
int xj_page_seminar_edit(struct xj_request *q, struct xj_reply *p);
int xj_page_seminar_minutes(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_new(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_edit(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_state(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_remove(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_restore(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_invite(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_uninvite(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_agenda(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_call(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_minutes(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_confirm(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_decide(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_settle(struct xj_request *q, struct xj_reply *p);
int xj_do_seminar_attend(struct xj_request *q, struct xj_reply *p);

#endif
