/*
 * library/seminar.h - what the files share that know seminars. Internal to
 * library.
 *
 * seminar.json, after what study.h says: question, level, chair (URN of a member),
 * until (last day), time (09:00), place, topics (codes); invited: {to: unit, below or member,
 * who: code or URN}; agenda: {title, minutes, speaker (URN) or speaker_name,
 * document}; call: {until, limit}; minutes: {text, by, at, first (when they were
 * first written), confirmed_by, confirmed}; decisions: {number, text, member,
 * unit, due, done, done_by}; attendance: {member, at,
 * by}; packet: {frozen, frozen_by, items}, whose items are
 *
 *	{document, version, sha512, first, last, title, note, title_only}
 *	{query, limit, note, hits: [{document, version, sha512}]}   while frozen
 *	{title, note}                               a title line, and nothing more
 */
#ifndef XJ_SEMINAR_H
#define XJ_SEMINAR_H

#include "library/study.h"

#define XJ_SEMINAR_NEXT 4 /* states after one, with the NULL */

/* One that may be changed: not closed, and by the reader. */
int xj_seminar_load(struct xj_study_change *s, struct xj_archive *a,
		    uint64_t id, const struct xj_change_options *options,
		    struct xj_study_changed *changed, struct xj_error *err);
/* Whether the reader may change it, closed or not. */
bool xj_seminar_may(struct xj_archive *a, const json_t *root);
/* Whether it was, and is not concluded. */
bool xj_seminar_is_held(const json_t *root);
/* The states that the reader may bring it to, NULL at the end. */
void xj_seminar_next(struct xj_archive *a, const json_t *root,
		     const char *next[XJ_SEMINAR_NEXT]);
/* Whether the reader is who confirms its minutes; who says that one of its
 * decisions is done. */
bool xj_seminar_confirms(struct xj_archive *a, const json_t *root);
bool xj_seminar_settles(struct xj_archive *a, const json_t *root,
			const json_t *decision);
/* A list of it, made when it is not there; NULL: no memory. Lent. */
json_t *xj_seminar_list(json_t *root, const char *name);
/* One of `items` moved to another place, or out (0). XJ_EINVAL names `what`
 * there are. */
int xj_seminar_move(json_t *items, unsigned from, unsigned to,
		    const char *what, struct xj_error *err);
/* Text of several lines; XJ_EINVAL: not UTF-8, or over `most` bytes. */
int xj_seminar_set_text(json_t *object, const char *name, const char *text,
			size_t len, size_t most, struct xj_error *err);
/* The URN of a member, by login, name or staff number. Memory is the arena's. */
int xj_seminar_member(struct xj_archive *a, const char *ref,
		      struct xj_arena *arena, const char **urn,
		      struct xj_error *err);
/* The last day; "" when it has none. */
const char *xj_seminar_end(const json_t *root);
/* From one day to a later one; negative when it is an earlier one. */
long xj_days_between(const char *from, const char *to);

/* seminar-packet.c: what the packet is to the reader, each line lent. */
int xj_packet_lines(struct xj_archive *a, const json_t *root, bool all,
		    xj_packet_line_fn fn, void *ctx, struct xj_error *err);
/* The items, made when they are not there. */
json_t *xj_packet_items(json_t *root);
bool xj_packet_is_frozen(const json_t *root);
/* What the search of an item finds now: [{document, version, sha512}]. */
int xj_packet_hits(struct xj_archive *a, const json_t *item, json_t **list,
		   struct xj_error *err);
/*
 * What keeps the items from being frozen, told to `fn`. `keep`: the hits of
 * searches are taken down; `skip`: what has a fault becomes a title line.
 */
int xj_packet_faults(struct xj_archive *a, json_t *root, bool keep, bool skip,
		     xj_packet_fault_fn fn, void *ctx, size_t *faults,
		     struct xj_error *err);

#endif
