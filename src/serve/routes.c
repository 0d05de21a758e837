/* routes.c - which handler answers what; and what is done around each. */
#include <sodium.h>
#include <string.h>

#include "serve/api.h"
#include "serve/seminar.h"
#include "serve/people.h"

static int
say_missing(struct xj_request *q, struct xj_reply *p)
{
	(void)q;
	return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no such page");
}

static int say_wrong_method(struct xj_request *q, struct xj_reply *p);

static const struct xj_route missing = { .handler = say_missing };
static const struct xj_route missing_api = { .handler = say_missing,
					     .flags = XJ_API_ROUTE };
static const struct xj_route wrong_method = { .handler = say_wrong_method };
static const struct xj_route wrong_api_method = {
	.handler = say_wrong_method, .flags = XJ_API_ROUTE };

static const struct xj_route routes[] = {
	{ "GET", "/", xj_page_home, 0 },
	{ "GET", "/search", xj_page_search, 0 },
	{ "GET", "/documents/:id", xj_page_document, 0 },
	{ "GET", "/documents/:id/read", xj_page_read, 0 },
	{ "GET", "/documents/:id/edit", xj_page_edit, XJ_FORMS },
	{ "POST", "/documents/:id/edit", xj_do_edit, XJ_SLOW },
	{ "POST", "/documents/:id/remove", xj_do_remove, XJ_SLOW },
	{ "POST", "/documents/:id/undelete", xj_do_undelete, XJ_SLOW },
	{ "GET", "/documents/:id/pages", xj_page_pages, 0 },
	{ "GET", "/documents/:id/pages/:page", xj_give_picture, XJ_SLOW },
	{ "GET", "/documents/:id/cite/:style", xj_give_cite, 0 },
	{ "GET", "/documents/:id/file", xj_give_file, XJ_SLOW },
	{ "GET", "/documents/:id/rights", xj_page_rights, XJ_FORMS },
	{ "POST", "/documents/:id/rights", xj_do_rights, XJ_SLOW },
	{ "GET", "/collections/:id/rights", xj_page_rights, XJ_FORMS },
	{ "POST", "/collections/:id/rights", xj_do_rights, XJ_SLOW },
	{ "GET", "/lectures/:id/rights", xj_page_rights, XJ_FORMS },
	{ "POST", "/lectures/:id/rights", xj_do_rights, XJ_SLOW },
	{ "GET", "/seminars/:id/rights", xj_page_rights, XJ_FORMS },
	{ "POST", "/seminars/:id/rights", xj_do_rights, XJ_SLOW },
	{ "GET", "/documents/:id/collect", xj_page_document_collect, XJ_FORMS },
	{ "GET", "/documents/:id/topics", xj_page_document_topics, XJ_FORMS },
	{ "POST", "/documents/:id/topics", xj_do_document_topics, XJ_SLOW },
	{ "GET", "/topics", xj_page_topics, 0 },
	{ "GET", "/collections", xj_page_collections, 0 },
	{ "POST", "/collections/new", xj_do_collection_new, XJ_SLOW },
	{ "GET", "/collections/:id", xj_page_collection, 0 },
	{ "POST", "/collections/:id", xj_do_collection, XJ_SLOW },
	{ "POST", "/collections/:id/remove", xj_do_collection_remove, XJ_SLOW },
	{ "POST", "/collections/:id/restore", xj_do_collection_restore, XJ_SLOW },
	{ "GET", "/requests", xj_page_requests, XJ_MEMBERS },
	{ "GET", "/requests/new", xj_page_request_new, XJ_MEMBERS },
	{ "POST", "/requests/new", xj_do_request_new, XJ_SLOW },
	{ "POST", "/requests/:number/:deed", xj_do_request_answer, XJ_SLOW },
	{ "GET", "/lectures", xj_page_lectures, 0 },
	{ "GET", "/lectures/new", xj_page_lecture_new, XJ_MEMBERS },
	{ "POST", "/lectures/new", xj_do_lecture_new, XJ_SLOW },
	{ "GET", "/lectures/:id", xj_page_lecture, 0 },
	{ "GET", "/seminars", xj_page_seminars, 0 },
	{ "GET", "/seminars/new", xj_page_seminar_new, XJ_MEMBERS },
	{ "POST", "/seminars/new", xj_do_seminar_new, XJ_SLOW },
	{ "GET", "/seminars/decisions", xj_page_decisions, 0 },
	{ "GET", "/seminars/choose", xj_page_packet_choose, XJ_MEMBERS },
	{ "GET", "/seminars/:id", xj_page_seminar, 0 },
	{ "GET", "/seminars/:id/edit", xj_page_seminar_edit, XJ_FORMS },
	{ "POST", "/seminars/:id/edit", xj_do_seminar_edit, XJ_SLOW },
	{ "POST", "/seminars/:id/state", xj_do_seminar_state, XJ_SLOW },
	{ "POST", "/seminars/:id/remove", xj_do_seminar_remove, XJ_SLOW },
	{ "POST", "/seminars/:id/restore", xj_do_seminar_restore, XJ_SLOW },
	{ "POST", "/seminars/:id/invite", xj_do_seminar_invite, XJ_SLOW },
	{ "POST", "/seminars/:id/uninvite", xj_do_seminar_uninvite, XJ_SLOW },
	{ "POST", "/seminars/:id/agenda", xj_do_seminar_agenda, XJ_SLOW },
	{ "POST", "/seminars/:id/call", xj_do_seminar_call, XJ_SLOW },
	{ "GET", "/seminars/:id/minutes", xj_page_seminar_minutes, XJ_FORMS },
	{ "POST", "/seminars/:id/minutes", xj_do_seminar_minutes,
	  XJ_LONG | XJ_SLOW },
	{ "POST", "/seminars/:id/confirm", xj_do_seminar_confirm, XJ_SLOW },
	{ "POST", "/seminars/:id/decisions", xj_do_seminar_decide, XJ_SLOW },
	{ "POST", "/seminars/:id/decisions/:n", xj_do_seminar_settle, XJ_SLOW },
	{ "POST", "/seminars/:id/attendance", xj_do_seminar_attend, XJ_SLOW },
	{ "GET", "/papers", xj_page_papers, XJ_MEMBERS },
	{ "POST", "/papers", xj_do_paper_new, 0 },
	{ "GET", "/papers/new", xj_page_paper_new, XJ_MEMBERS },
	{ "GET", "/papers/all", xj_page_papers_all, XJ_MEMBERS },
	{ "GET", "/papers/report", xj_page_paper_report, XJ_SLOW | XJ_MEMBERS },
	{ "GET", "/papers/report.csv", xj_give_paper_report, XJ_SLOW | XJ_MEMBERS },
	{ "GET", "/papers/:id", xj_page_paper, 0 },
	{ "GET", "/papers/:id/edit", xj_page_paper_edit, XJ_FORMS },
	{ "POST", "/papers/:id/edit", xj_do_paper_edit, XJ_LONG },
	{ "POST", "/papers/:id/autosave", xj_do_paper_autosave, XJ_LONG },
	{ "GET", "/papers/:id/history", xj_page_paper_history, 0 },
	{ "POST", "/papers/:id/return", xj_do_paper_return, 0 },
	{ "POST", "/papers/:id/accept", xj_do_paper_accept, 0 },
	{ "POST", "/papers/:id/share", xj_do_paper_share, 0 },
	{ "POST", "/papers/:id/unshare", xj_do_paper_unshare, 0 },
	{ "POST", "/papers/:id/withdraw", xj_do_paper_withdraw, 0 },
	{ "POST", "/papers/:id/remove", xj_do_paper_remove, 0 },
	{ "GET", "/lectures/:id/edit", xj_page_lecture_edit, XJ_FORMS },
	{ "POST", "/lectures/:id/edit", xj_do_lecture_edit, XJ_SLOW },
	{ "GET", "/lectures/:id/notes", xj_page_lecture_notes, XJ_FORMS },
	{ "POST", "/lectures/:id/notes", xj_do_lecture_notes, XJ_SLOW },
	{ "GET", "/lectures/:id/share", xj_page_lecture_share, XJ_FORMS },
	{ "POST", "/lectures/:id/share", xj_do_lecture_share, XJ_SLOW },
	{ "GET", "/lectures/:id/attend", xj_page_lecture_attend, XJ_FORMS },
	{ "POST", "/lectures/:id/attend", xj_do_lecture_attend, XJ_SLOW },
	{ "POST", "/lectures/:id/sign-in", xj_do_lecture_sign_in, XJ_SLOW },
	{ "POST", "/lectures/:id/remove", xj_do_lecture_remove, XJ_SLOW },
	{ "POST", "/lectures/:id/restore", xj_do_lecture_restore, XJ_SLOW },
	{ "GET", "/seminars/:id/packet", xj_page_packet, 0 },
	{ "GET", "/seminars/:id/packet/search", xj_page_packet_search, XJ_FORMS },
	{ "GET", "/seminars/:id/packet/:form", xj_give_packet, XJ_SLOW },
	{ "POST", "/seminars/:id/packet/add", xj_do_packet_add, XJ_SLOW },
	{ "POST", "/seminars/:id/packet/items/:n", xj_do_packet_item, XJ_SLOW },
	{ "POST", "/seminars/:id/packet/share", xj_do_packet_share, XJ_SLOW },
	{ "POST", "/seminars/:id/packet/freeze", xj_do_packet_freeze,
	  XJ_SLOW },
	{ "POST", "/seminars/:id/packet/thaw", xj_do_packet_thaw, 0 },
	{ "GET", "/status", xj_page_status, XJ_SLOW },
	{ "POST", "/status/retry", xj_do_retry, XJ_SLOW },
	{ "POST", "/status/quarantine/:id", xj_do_clear, XJ_SLOW },
	{ "GET", "/upload", xj_page_upload, XJ_MEMBERS },
	{ "POST", "/upload", xj_do_upload, XJ_SLOW | XJ_TO_DISK },
	{ "GET", "/uploads/:id", xj_page_uploaded, 0 },
	{ "POST", "/uploads/:id/:step", xj_do_upload_step, XJ_SLOW },
	{ "POST", "/seminars/:id/packet/thaw", xj_do_packet_thaw, XJ_SLOW },
	{ "GET", "/units", xj_page_units, XJ_MEMBERS },
	{ "POST", "/units", xj_do_unit_add, 0 },
	{ "GET", "/units/:code", xj_page_unit, 0 },
	{ "POST", "/units/:code/edit", xj_do_unit_edit, 0 },
	{ "POST", "/units/:code/move", xj_do_unit_move, 0 },
	{ "POST", "/units/:code/close", xj_do_unit_close, 0 },
	{ "GET", "/members", xj_page_members, XJ_MEMBERS },
	{ "POST", "/members", xj_do_member_add, 0 },
	{ "POST", "/members/import", xj_do_member_import, XJ_LONG | XJ_SLOW },
	{ "POST", "/members/rejected", xj_give_rejected, XJ_LONG },
	{ "GET", "/members/:login", xj_page_member, 0 },
	{ "POST", "/members/:login/edit", xj_do_member_edit, 0 },
	{ "POST", "/members/:login/move", xj_do_member_move, 0 },
	{ "POST", "/members/:login/leave", xj_do_member_leave, 0 },
	{ "POST", "/members/:login/link", xj_do_member_link, 0 },
	{ "POST", "/members/:login/grant", xj_do_role_grant, 0 },
	{ "POST", "/members/:login/revoke", xj_do_role_revoke, 0 },
	{ "GET", "/me", xj_page_me, XJ_MEMBERS },
	{ "POST", "/me/password", xj_do_password, XJ_SLOW },
	{ "POST", "/me/forget", xj_do_forget, 0 },
	{ "POST", "/me/export", xj_give_mine, XJ_SLOW },
	{ "GET", "/help", xj_page_help, 0 },
	{ "GET", "/sign-in", xj_page_sign_in, 0 },
	{ "POST", "/sign-in", xj_do_sign_in, XJ_OPEN | XJ_SLOW },
	{ "GET", "/welcome/:token", xj_page_welcome, 0 },
	{ "POST", "/welcome/:token", xj_do_welcome, XJ_OPEN | XJ_SLOW },
	{ "POST", "/sign-out", xj_do_sign_out, 0 },
	{ "GET", "/link/:token", xj_do_link, 0 },
	{ "GET", "/language/:to", xj_do_language, 0 },
	{ "GET", "/assets/:name", xj_give_asset, 0 },
	{ "GET", "/api/1/search", xj_api_search, XJ_API_ROUTE },
	{ "GET", "/api/1/suggest", xj_api_suggest, XJ_API_ROUTE },
	{ "GET", "/api/1/documents", xj_api_documents, XJ_API_ROUTE },
	{ "GET", "/api/1/documents/:id", xj_api_document, XJ_API_ROUTE },
	{ "PATCH", "/api/1/documents/:id", xj_api_document_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/documents/:id", xj_api_document_remove,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/documents/:id/undelete", xj_api_document_undelete,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/uploads", xj_api_uploads, XJ_API_ROUTE },
	{ "POST", "/api/1/uploads", xj_api_upload_new,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/uploads/:id", xj_api_upload, XJ_API_ROUTE },
	{ "DELETE", "/api/1/uploads/:id", xj_api_upload_drop,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/uploads/:id/files", xj_api_upload_files,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PUT", "/api/1/uploads/:id/files", xj_api_upload_file,
	  XJ_API_ROUTE | XJ_SLOW | XJ_TO_DISK },
	{ "POST", "/api/1/uploads/:id/finish", xj_api_upload_finish,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/uploads/:id/again", xj_api_upload_again,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/uploads/:id/undo", xj_api_upload_undo,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/uploads/:id/report", xj_api_upload_report,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/documents/:id/file", xj_give_file,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/documents/:id/rights", xj_api_rights, XJ_API_ROUTE },
	{ "PUT", "/api/1/documents/:id/scope", xj_api_scope,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/documents/:id/shares", xj_api_share,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/documents/:id/shares/:number", xj_api_unshare,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/collections/:id/rights", xj_api_rights, XJ_API_ROUTE },
	{ "PUT", "/api/1/collections/:id/scope", xj_api_scope,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/collections/:id/shares", xj_api_share,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/collections/:id/shares/:number", xj_api_unshare,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/lectures/:id/rights", xj_api_rights, XJ_API_ROUTE },
	{ "PUT", "/api/1/lectures/:id/scope", xj_api_scope,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/lectures/:id/shares", xj_api_share,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/lectures/:id/shares/:number", xj_api_unshare,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/seminars/:id/rights", xj_api_rights, XJ_API_ROUTE },
	{ "PUT", "/api/1/seminars/:id/scope", xj_api_scope,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/shares", xj_api_share,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/seminars/:id/shares/:number", xj_api_unshare,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/documents/:id/topics", xj_api_document_topics,
	  XJ_API_ROUTE },
	{ "PATCH", "/api/1/documents/:id/topics", xj_api_document_set_topics,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/searches", xj_api_searches, XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/searches", xj_api_search_save,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/searches/:name", xj_api_search_saved, XJ_API_ROUTE },
	{ "POST", "/api/1/searches/:name/seen", xj_api_search_seen,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PATCH", "/api/1/searches/:name", xj_api_search_rename,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/searches/:name", xj_api_search_forget,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/synonyms", xj_api_synonyms, XJ_API_ROUTE },
	{ "GET", "/api/1/lectures", xj_api_lectures, XJ_API_ROUTE },
	{ "POST", "/api/1/lectures", xj_api_lecture_new, XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/lectures/:id", xj_api_lecture, XJ_API_ROUTE },
	{ "PATCH", "/api/1/lectures/:id", xj_api_lecture_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/lectures/:id", xj_api_lecture_remove,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/lectures/:id/undelete", xj_api_lecture_undelete,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/lectures/:id/history", xj_api_lecture_history,
	  XJ_API_ROUTE },
	{ "POST", "/api/1/lectures/:id/notes", xj_api_lecture_notes,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PUT", "/api/1/lectures/:id/recording", xj_api_lecture_recording,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/lectures/:id/share", xj_api_lecture_share,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/lectures/:id/attendance", xj_api_lecture_attend,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/collections", xj_api_collections, XJ_API_ROUTE },
	{ "POST", "/api/1/collections", xj_api_collection_new,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/collections/:id", xj_api_collection, XJ_API_ROUTE },
	{ "PATCH", "/api/1/collections/:id", xj_api_collection_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/collections/:id", xj_api_collection_remove,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/collections/:id/undelete", xj_api_collection_undelete,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/collections/:id/history", xj_api_collection_history,
	  XJ_API_ROUTE },
	{ "POST", "/api/1/collections/:id/documents", xj_api_collection_add,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/collections/:id/documents/:document", xj_api_collection_drop,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PATCH", "/api/1/collections/:id/documents/:document", xj_api_collection_move,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/topics", xj_api_topics, XJ_API_ROUTE },
	{ "GET", "/api/1/requests", xj_api_requests, XJ_API_ROUTE },
	{ "POST", "/api/1/requests", xj_api_request_new, XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/requests/:id/grant", xj_api_request_grant,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/requests/:id/decline", xj_api_request_decline,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/requests/:id/withdraw", xj_api_request_withdraw,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/titles", xj_api_titles, XJ_API_ROUTE },
	{ "GET", "/api/1/me", xj_api_me, XJ_API_ROUTE },
	{ "GET", "/api/1/me/tokens", xj_api_tokens, XJ_API_ROUTE },
	{ "POST", "/api/1/me/tokens", xj_api_token_new,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/me/tokens/:id", xj_api_token_revoke,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/documents/:id/text", xj_api_text, XJ_API_ROUTE },
	{ "GET", "/api/1/seminars", xj_api_seminars, XJ_API_ROUTE },
	{ "POST", "/api/1/seminars", xj_api_seminar_new,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/seminars/:id", xj_api_seminar, XJ_API_ROUTE },
	{ "PATCH", "/api/1/seminars/:id", xj_api_seminar_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/seminars/:id", xj_api_seminar_remove,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/undelete", xj_api_seminar_undelete,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/seminars/:id/history", xj_api_seminar_history,
	  XJ_API_ROUTE },
	{ "POST", "/api/1/seminars/:id/state", xj_api_seminar_state,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/invited", xj_api_seminar_invite,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/agenda", xj_api_agenda_add,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/agenda/move", xj_api_agenda_move,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PUT", "/api/1/seminars/:id/call", xj_api_seminar_call,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PUT", "/api/1/seminars/:id/minutes", xj_api_seminar_minutes,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/minutes/confirm", xj_api_seminar_confirm,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/attendance", xj_api_seminar_attend,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/decisions", xj_api_decision_add,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PATCH", "/api/1/seminars/:id/decisions/:n", xj_api_decision_settle,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/decisions", xj_api_decisions, XJ_API_ROUTE },
	{ "GET", "/api/1/seminars/:id/packet", xj_api_packet, XJ_API_ROUTE },
	{ "POST", "/api/1/seminars/:id/packet", xj_api_packet_add,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "PATCH", "/api/1/seminars/:id/packet/items/:n", xj_api_packet_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/packet/items/:n/replace",
	  xj_api_packet_replace, XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/packet/move", xj_api_packet_move,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/seminars/:id/packet/check", xj_api_packet_check,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/packet/share", xj_api_packet_share,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/packet/freeze", xj_api_packet_freeze,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/seminars/:id/packet/thaw", xj_api_packet_thaw,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/seminars/:id/packet/file/:form", xj_give_packet,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/papers", xj_api_papers, XJ_API_ROUTE },
	{ "POST", "/api/1/papers", xj_api_paper_new, XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/papers/:id", xj_api_paper, XJ_API_ROUTE },
	{ "PATCH", "/api/1/papers/:id", xj_api_paper_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/papers/:id", xj_api_paper_remove,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/papers/:id/text", xj_api_paper_text, XJ_API_ROUTE },
	{ "POST", "/api/1/papers/:id/submit", xj_api_paper_submit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/papers/:id/withdraw", xj_api_paper_withdraw,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/papers/:id/return", xj_api_paper_return,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/papers/:id/accept", xj_api_paper_accept,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/units", xj_api_units, XJ_API_ROUTE },
	{ "POST", "/api/1/units", xj_api_unit_add, XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/units/:code", xj_api_unit, XJ_API_ROUTE },
	{ "PATCH", "/api/1/units/:code", xj_api_unit_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/units/:code/move", xj_api_unit_move,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/units/:code/close", xj_api_unit_close,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/units/:code/reopen", xj_api_unit_reopen,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/members", xj_api_members, XJ_API_ROUTE },
	{ "POST", "/api/1/members", xj_api_member_add, XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/members/import", xj_api_member_import,
	  XJ_API_ROUTE | XJ_SLOW | XJ_CSV },
	{ "GET", "/api/1/members/:login", xj_api_member, XJ_API_ROUTE },
	{ "PATCH", "/api/1/members/:login", xj_api_member_edit,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/members/:login/move", xj_api_member_move,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/members/:login/leave", xj_api_member_leave,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "POST", "/api/1/members/:login/roles", xj_api_role_grant,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "DELETE", "/api/1/members/:login/roles/:role", xj_api_role_revoke,
	  XJ_API_ROUTE | XJ_SLOW },
	{ "GET", "/api/1/roles", xj_api_roles, XJ_API_ROUTE },
	{ "GET", "/api/1/openapi.json", xj_api_description, XJ_API_ROUTE },
	{ "GET", "/feed.atom", xj_feed, XJ_TOKEN },
	{ "GET", "/topics/:code/feed.atom", xj_feed_topic, XJ_TOKEN },
	{ "GET", "/units/:code/feed.atom", xj_feed_unit, XJ_TOKEN },
	{ "GET", "/opensearch.xml", xj_open_search, 0 },
	{ "GET", "/metrics", xj_give_metrics, 0 },
	{ "GET", "/healthz", xj_give_health, 0 },
};

/* "/documents/:id/read" and "/documents/7/read": notes "7". */
static bool
fits(const char *pattern, const char *path, struct xj_request *q)
{
	size_t n = 0;

	while (*pattern && *path) {
		if (*pattern == ':') {
			size_t len = strcspn(path, "/");

			if (!len || n == XJ_COUNT(q->parameters))
				return false;
			q->parameters[n++] = xj_arena_strndup(q->arena, path,
							      len);
			path += len;
			pattern += strcspn(pattern, "/");
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return !*pattern && !*path;
}

const struct xj_route *
xj_route_find(struct xj_request *q)
{
	bool known = false;

	for (size_t i = 0; i < XJ_COUNT(routes); i++) {
		if (!fits(routes[i].path, q->path, q))
			continue;
		if (strcmp(routes[i].method, q->method) == 0)
			return &routes[i];
		known = true;
	}
	if (strncmp(q->path, "/api/", 5) == 0)
		return known ? &wrong_api_method : &missing_api;
	return known ? &wrong_method : &missing;
}

static int
say_wrong_method(struct xj_request *q, struct xj_reply *p)
{
	const char *allow = "";

	for (size_t i = 0; i < XJ_COUNT(routes); i++)
		if (fits(routes[i].path, q->path, q))
			allow = xj_arena_printf(q->arena, "%s%s%s%s", allow,
				*allow ? ", " : "", routes[i].method,
				strcmp(routes[i].method, "GET") == 0 ?
				", HEAD" : "");
	p->status = 405;
	xj_reply_header(q, p, "Allow", allow);
	return xj_error_set(&p->error, XJ_EINVAL, "there is nothing to do so "
			    "with here");
}

void
xj_routes_print(void)
{
	for (size_t i = 0; i < XJ_COUNT(routes); i++)
		printf("%s %s%s%s\n", routes[i].method, routes[i].path,
		       routes[i].flags & XJ_API_ROUTE ? " api" : "",
		       routes[i].flags & XJ_TOKEN ? " token" : "");
}

/* ------------------------------------------------------------------ around */

/* Who has left or is unknown by now is signed out by that, as is by a new
 * password who signed in with the old one. */
static int
take_member(struct xj_request *q, struct xj_error *err)
{
	int64_t changed;
	int r = xj_password_changed(q->archive, q->session.login, &changed,
				    err);

	if (r == XJ_OK && changed > q->session.began)
		return XJ_EPERM;
	return r < 0 ? r : xj_request_reader(q, q->archive, err);
}

static int
take_session(struct xj_request *q, struct xj_error *err)
{
	const char *token = xj_cookie(q, "session");
	int r;

	xj_session_find(token, &q->session);
	if (q->session.who == XJ_MEMBER) {
		r = take_member(q, err);
		if (r != XJ_ENOTFOUND && r != XJ_EPERM)
			return r;
		xj_session_end(token);
		q->session = (struct xj_session){ .who = XJ_GUEST };
	}
	return xj_request_reader(q, q->archive, err);
}

/* "Bearer TOKEN"; "Basic", of feed readers that know nothing else, with the token
 * as the password. */
static const char *
token_of(const struct xj_request *q)
{
	const char *given = q->authorization, *colon;
	char *text;
	size_t len;

	if (strncasecmp(given, "Bearer ", 7) == 0)
		return given + 7;
	if (strncasecmp(given, "Basic ", 6) != 0)
		return "";
	text = xj_arena_alloc(q->arena, strlen(given) + 1);
	if (!text || sodium_base642bin((unsigned char *)text, strlen(given),
				       given + 6, strlen(given + 6), NULL,
				       &len, NULL,
				       sodium_base64_VARIANT_ORIGINAL) < 0)
		return "";
	colon = strchr(text, ':');
	return colon ? colon + 1 : "";
}

/* Wrong ones are told of as such only now and then; right ones always work. */
static int
take_token(struct xj_request *q, struct xj_reply *p)
{
	struct xj_session *s = &q->session;
	int r;

	*s = (struct xj_session){ .who = XJ_GUEST, .by_token = true };
	r = xj_token_check(q->archive, token_of(q), s->login, &s->write,
			   &p->error);
	if (r == XJ_OK) {
		s->who = XJ_MEMBER;
		return xj_request_reader(q, q->archive, &p->error);
	}
	if (r != XJ_EPERM)
		return r;
	p->status = 401;
	xj_reply_header(q, p, "WWW-Authenticate",
			"Bearer realm=\"xueji\", error=\"invalid_token\"");
	if (!xj_attempt_counted(xj_arena_printf(q->arena, "token %s",
						q->address)))
		p->status = 429;
	return r;
}

/* A token counts where programs ask; on pages it is not looked at. */
static int
take_reader(const struct xj_route *route, struct xj_request *q,
	    struct xj_reply *p)
{
	if (route->flags & (XJ_API_ROUTE | XJ_TOKEN) && q->authorization)
		return take_token(q, p);
	return take_session(q, &p->error);
}

/* It was not sent by a page of somebody else's. */
static bool
is_from_us(const struct xj_request *q)
{
	if (q->fetch_site && strcmp(q->fetch_site, "same-origin") != 0 &&
	    strcmp(q->fetch_site, "none") != 0)
		return false;
	return !q->origin || strcmp(q->origin, xj_base_url(q)) == 0;
}

static bool
has_session_token(const struct xj_request *q, const char *csrf)
{
	return csrf && strlen(csrf) == XJ_TOKEN_MAX - 1 && *q->session.csrf &&
	       sodium_memcmp(csrf, q->session.csrf, XJ_TOKEN_MAX - 1) == 0;
}

bool
xj_is_own_form(const struct xj_request *q)
{
	return is_from_us(q) && has_session_token(q, xj_form(q, "csrf"));
}

static int
not_ours(struct xj_error *err)
{
	return xj_error_set(err, XJ_EPERM, "this form was not sent from a page "
			    "of ours, or you were signed out meanwhile: open "
			    "the page again");
}

static int
check_form(const struct xj_route *route, struct xj_request *q,
	   struct xj_error *err)
{
	if (route->flags & XJ_OPEN ? is_from_us(q) : xj_is_own_form(q))
		return XJ_OK;
	return not_ours(err);
}

static int
read_form(const struct xj_route *route, struct xj_request *q,
	  struct xj_reply *p)
{
	static const char type[] = "application/x-www-form-urlencoded";
	int r;

	if (!q->content_type ||
	    strncasecmp(q->content_type, type, strlen(type)) != 0) {
		p->status = 415;
		return xj_error_set(&p->error, XJ_EINVAL, "this is no form");
	}
	r = xj_fields_parse(q->arena, xj_buf_str(&q->body), q->body.len,
			    &q->form);
	if (r < 0)
		return xj_error_set(&p->error, r, "the form cannot be read");
	return check_form(route, q, &p->error);
}

/* Before its body is looked at: who is nobody changes nothing, a token may only
 * read, and a session's requests are to be ours. */
static int
check_change(struct xj_request *q, struct xj_reply *p)
{
	if (q->session.who == XJ_GUEST) {
		p->status = 401;
		xj_reply_header(q, p, "WWW-Authenticate",
				"Bearer realm=\"xueji\"");
		return xj_error_set(&p->error, XJ_EPERM, "who is not signed in "
				    "changes nothing");
	}
	if (q->session.by_token)
		return q->session.write ? XJ_OK :
		       xj_error_set(&p->error, XJ_EPERM, "this token only "
				    "reads");
	return is_from_us(q) && has_session_token(q, q->csrf) ? XJ_OK :
	       xj_error_set(&p->error, XJ_EPERM, "the session's token is "
			    "missing in X-CSRF-Token, or the request was not "
			    "sent from a page of ours");
}

static int
check_csv(const struct xj_request *q, struct xj_reply *p)
{
	if (xj_is_csv(q))
		return XJ_OK;
	p->status = 415;
	return xj_error_set(&p->error, XJ_EINVAL, "the body is to be a table: "
			    "Content-Type: text/csv");
}

static int
read_body(const struct xj_route *route, struct xj_request *q,
	  struct xj_reply *p)
{
	int r;

	if (strcmp(q->method, "GET") == 0 || !route->method)
		return XJ_OK;
	if (q->incoming) { /* xj_answer_begin() looked at who sends it */
		xj_incoming_put(q->incoming, q->body.data, q->body.len);
		return xj_incoming_end(q->incoming, &p->error);
	}
	if (!(route->flags & XJ_API_ROUTE))
		return read_form(route, q, p);
	r = check_change(q, p);
	if (r < 0)
		return r;
	return route->flags & XJ_CSV ? check_csv(q, p) : xj_body_read(q, p);
}

/* ------------------------------------------------------------------ answer */

static void
write_body(const struct xj_route *route, struct xj_request *q,
	   struct xj_reply *p)
{
	int r = XJ_OK;

	if (!p->model)
		return;
	if (route->flags & XJ_API_ROUTE || !p->page) {
		if (!p->type)
			p->type = "application/json";
		r = xj_json_text(&p->body, p->model, 0, &p->error);
	} else {
		xj_page_common(q, p->model);
		if (!p->type || strcmp(p->type, "application/problem+json") == 0)
			p->type = "text/html; charset=utf-8";
		r = xj_template_write(&p->body, p->page, p->model, &p->error);
	}
	if (r < 0) {
		fprintf(stderr, "xueji: serve: %s: %s\n", q->path,
			p->error.plain);
		p->status = 500;
		xj_buf_clear(&p->body);
		xj_buf_adds(&p->body, "500\n");
		p->type = "text/plain";
	}
}

/* Whoever has it already is not sent it again. */
static void
compare(struct xj_request *q, struct xj_reply *p)
{
	unsigned char digest[16];
	char hex[2 * sizeof(digest) + 1];
	bool reads = strcmp(q->method, "GET") == 0;

	if (!p->etag && p->fd < 0 && p->body.len) {
		crypto_generichash(digest, sizeof(digest),
				   (unsigned char *)p->body.data, p->body.len,
				   NULL, 0);
		xj_hex(digest, sizeof(digest), hex);
		p->etag = !p->version ? xj_arena_strdup(q->arena, hex) :
			  xj_arena_printf(q->arena, "%u-%s", p->version, hex);
	}
	if (!p->etag || !reads || !q->if_none_match ||
	    !strstr(q->if_none_match, p->etag))
		return;
	p->status = 304;
	xj_buf_clear(&p->body);
}

static int
handle(const struct xj_route *route, struct xj_request *q, struct xj_reply *p)
{
	bool guest = q->session.who == XJ_GUEST;
	int r;

	if (guest && route->flags & XJ_MEMBERS)
		return xj_reply_sign_in(q, p);
	r = route->handler(q, p);
	if (r != XJ_EPERM || !guest || !(route->flags & XJ_FORMS))
		return r;
	json_decref(p->model);
	p->model = NULL;
	return xj_reply_sign_in(q, p);
}

void
xj_answer(const struct xj_route *route, struct xj_request *q,
	  struct xj_reply *p)
{
	int r = take_reader(route, q, p);

	if (r == XJ_OK)
		r = read_body(route, q, p);
	if (r == XJ_OK)
		r = handle(route, q, p);
	if (r < 0)
		xj_reply_error(q, p, r);
	write_body(route, q, p);
	if (!p->status)
		p->status = 200;
	if (p->status == 200 || (p->status == 201 && p->version))
		compare(q, p);
}

void
xj_answer_begin(const struct xj_route *route, struct xj_request *q,
		struct xj_reply *p)
{
	int r = take_reader(route, q, p);

	/* A form has its token inside: it is looked at before the first file. */
	if (r == XJ_OK && route->flags & XJ_API_ROUTE)
		r = check_change(q, p);
	else if (r == XJ_OK && q->session.who == XJ_GUEST)
		r = xj_error_set(&p->error, XJ_EPERM, "who is not signed in "
				 "changes nothing");
	else if (r == XJ_OK && !is_from_us(q))
		r = not_ours(&p->error);
	if (r == XJ_OK)
		r = route->handler(q, p);
	if (r == XJ_OK)
		return;
	xj_reply_error(q, p, r);
	write_body(route, q, p);
}
