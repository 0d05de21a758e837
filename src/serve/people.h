/*
 * serve/people.h - papers, units and members: what their pages and the API share.
 */
#ifndef XJ_SERVE_PEOPLE_H
#define XJ_SERVE_PEOPLE_H

#include "serve/serve.h"

/* ------------------------------------------------------------------ papers */

/* What is said of a paper: the keys of the API, and "shown" for pages. */
json_t *xj_model_paper(const struct xj_paper *p);
/* An xj_paper_fn: into the array `ctx`. */
int xj_model_add_paper(void *ctx, const struct xj_paper *p);
/* The one paper that the reader sees by that number, as a model. */
int xj_model_paper_of(struct xj_request *q, uint64_t id, json_t **model,
		      struct xj_error *err);
/* The number of the paper that parameter 0 names. XJ_ENOTFOUND. */
int xj_paper_asked(struct xj_request *q, uint64_t *id, struct xj_error *err);
/* "512 characters of your own; 800 are needed" */
json_t *xj_model_length(const struct xj_paper_check *c);

/* The year that an address names, else this one. */
const char *xj_year_asked(struct xj_request *q);
int xj_page_paper_report(struct xj_request *q, struct xj_reply *p);
int xj_give_paper_report(struct xj_request *q, struct xj_reply *p);

int xj_page_papers(struct xj_request *q, struct xj_reply *p);
int xj_page_papers_all(struct xj_request *q, struct xj_reply *p);
int xj_page_paper(struct xj_request *q, struct xj_reply *p);
int xj_page_paper_history(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_return(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_accept(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_share(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_unshare(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_withdraw(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_remove(struct xj_request *q, struct xj_reply *p);

/* page-write.c */
int xj_page_paper_new(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_new(struct xj_request *q, struct xj_reply *p);
int xj_page_paper_edit(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_edit(struct xj_request *q, struct xj_reply *p);
int xj_do_paper_autosave(struct xj_request *q, struct xj_reply *p);

/* ------------------------------------------------------------------- home */

/* What waits for the reader, `most` of it: an array, empty for a guest. */
json_t *xj_model_waiting(struct xj_request *q, size_t most);
int xj_api_waiting(struct xj_request *q, struct xj_reply *p);

/* -------------------------------------------------------- units and members */

/*
 * A form of a page. Refused, the page is shown again, with what was typed under
 * "typed". `to` is where it goes to.
 */
struct xj_deed {
	int (*fn)(struct xj_archive *a, struct xj_request *q,
		  struct xj_error *err);
	const char *done, *to;
	xj_handler page;
};

int xj_deed_do(struct xj_request *q, struct xj_reply *p,
	       const struct xj_deed *deed);
/* "/members/wang": the page of `name` in a part, "/members/". */
const char *xj_page_of(struct xj_request *q, const char *part,
		       const char *name);
/* XJ_EINVAL: the field is not there. Where an empty one says "none", that is not
 * what was forgotten. Who may not change it anyhow is told that instead. */
int xj_form_needs(struct xj_archive *a, const struct xj_request *q,
		  const char *name, struct xj_error *err);
/* The version that the form began from, and the day of the change. */
struct xj_change_options xj_deed_options(const struct xj_request *q);

json_t *xj_model_member(const struct xj_member *m);
int xj_model_add_member(void *ctx, const struct xj_member *m);
json_t *xj_model_unit(const struct xj_request *q, const struct xj_unit *u);
/* For who changes units and members: what its forms choose from, also of
 * `member`, unless it is NULL. */
void xj_model_add_manager(struct xj_request *q, json_t *model,
			  const json_t *member);

int xj_page_units(struct xj_request *q, struct xj_reply *p);
int xj_page_unit(struct xj_request *q, struct xj_reply *p);
int xj_do_unit_add(struct xj_request *q, struct xj_reply *p);
int xj_do_unit_edit(struct xj_request *q, struct xj_reply *p);
int xj_do_unit_move(struct xj_request *q, struct xj_reply *p);
int xj_do_unit_close(struct xj_request *q, struct xj_reply *p);
int xj_page_members(struct xj_request *q, struct xj_reply *p);
int xj_page_member(struct xj_request *q, struct xj_reply *p);
int xj_do_member_add(struct xj_request *q, struct xj_reply *p);
int xj_do_member_edit(struct xj_request *q, struct xj_reply *p);
int xj_do_member_move(struct xj_request *q, struct xj_reply *p);
int xj_do_member_leave(struct xj_request *q, struct xj_reply *p);
int xj_do_member_link(struct xj_request *q, struct xj_reply *p);
int xj_do_role_grant(struct xj_request *q, struct xj_reply *p);
int xj_do_role_revoke(struct xj_request *q, struct xj_reply *p);
int xj_do_member_import(struct xj_request *q, struct xj_reply *p);
int xj_give_rejected(struct xj_request *q, struct xj_reply *p);
int xj_page_me(struct xj_request *q, struct xj_reply *p);
int xj_do_token_new(struct xj_request *q, struct xj_reply *p);
int xj_do_token_revoke(struct xj_request *q, struct xj_reply *p);
int xj_do_password(struct xj_request *q, struct xj_reply *p);
int xj_do_forget(struct xj_request *q, struct xj_reply *p);
int xj_give_mine(struct xj_request *q, struct xj_reply *p);

/* --------------------------------------------------------------------- API */

int xj_api_papers(struct xj_request *q, struct xj_reply *p);
int xj_api_paper(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_text(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_history(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_shares(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_report(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_new(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_remove(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_submit(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_withdraw(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_return(struct xj_request *q, struct xj_reply *p);
int xj_api_paper_accept(struct xj_request *q, struct xj_reply *p);
int xj_api_units(struct xj_request *q, struct xj_reply *p);
int xj_api_unit(struct xj_request *q, struct xj_reply *p);
int xj_api_unit_add(struct xj_request *q, struct xj_reply *p);
int xj_api_unit_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_unit_move(struct xj_request *q, struct xj_reply *p);
int xj_api_unit_close(struct xj_request *q, struct xj_reply *p);
int xj_api_unit_reopen(struct xj_request *q, struct xj_reply *p);
int xj_api_members(struct xj_request *q, struct xj_reply *p);
int xj_api_member(struct xj_request *q, struct xj_reply *p);
int xj_api_member_add(struct xj_request *q, struct xj_reply *p);
int xj_api_member_edit(struct xj_request *q, struct xj_reply *p);
int xj_api_member_move(struct xj_request *q, struct xj_reply *p);
int xj_api_member_leave(struct xj_request *q, struct xj_reply *p);
int xj_api_member_import(struct xj_request *q, struct xj_reply *p);
int xj_api_roles(struct xj_request *q, struct xj_reply *p);
int xj_api_role_grant(struct xj_request *q, struct xj_reply *p);
int xj_api_role_revoke(struct xj_request *q, struct xj_reply *p);

#endif
