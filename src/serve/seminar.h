/*
 * serve/seminar.h - what the files share that serve seminars: models
 * (model-seminar.c), pages (page-seminar.c), changes (do-seminar.c), packets
 * (page-packet.c, give-packet.c).
 */
#ifndef XJ_SERVE_SEMINAR_H
#define XJ_SERVE_SEMINAR_H

#include "serve/serve.h"

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

/* "there is no seminar 7", as parameter 0 has it. */
int xj_seminar_none(const struct xj_request *q, struct xj_error *err);
/* The page of its packet; and that where hits are put into it. */
int xj_packet_page(struct xj_request *q, struct xj_reply *p, uint64_t id,
		   struct xj_error *err);
int xj_packet_search_page(struct xj_request *q, struct xj_reply *p,
			  uint64_t id, struct xj_error *err);
/* Where that is, with the query and the document of the form. */
const char *xj_packet_search_address(struct xj_request *q, uint64_t id);
json_t *xj_model_packet_blind(const struct xj_packet_blind *b);
/* An xj_packet_fault_fn, into the array `ctx`. */
int xj_add_packet_fault(void *ctx, unsigned number, const char *title,
			const char *why);
/* "3-7"; 0: from the first, to the last. */
bool xj_pages_typed(const char *text, uint32_t *first, uint32_t *last);
/* What a server left in the archive that was killed while it built packets. */
void xj_packets_tidy(void);

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
int xj_page_packet(struct xj_request *q, struct xj_reply *p);
int xj_page_packet_search(struct xj_request *q, struct xj_reply *p);
int xj_page_packet_choose(struct xj_request *q, struct xj_reply *p);
int xj_do_packet_add(struct xj_request *q, struct xj_reply *p);
int xj_do_packet_item(struct xj_request *q, struct xj_reply *p);
int xj_do_packet_share(struct xj_request *q, struct xj_reply *p);
int xj_do_packet_freeze(struct xj_request *q, struct xj_reply *p);
int xj_do_packet_thaw(struct xj_request *q, struct xj_reply *p);
int xj_give_packet(struct xj_request *q, struct xj_reply *p);
int xj_api_seminars(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_new(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_state(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_invite(struct xj_request *q, struct xj_reply *p);
int xj_api_agenda_add(struct xj_request *q, struct xj_reply *p);
int xj_api_agenda_move(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_call(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_minutes(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_confirm(struct xj_request *q, struct xj_reply *p);
int xj_api_seminar_attend(struct xj_request *q, struct xj_reply *p);
int xj_api_decision_add(struct xj_request *q, struct xj_reply *p);
int xj_api_decision_settle(struct xj_request *q, struct xj_reply *p);
int xj_api_decisions(struct xj_request *q, struct xj_reply *p);
int xj_api_packet(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_add(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_replace(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_move(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_check(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_share(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_freeze(struct xj_request *q, struct xj_reply *p);
int xj_api_packet_thaw(struct xj_request *q, struct xj_reply *p);

#endif
