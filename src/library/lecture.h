/*
 * library/lecture.h - what the files about lectures share. Internal to library.
 *
 * lecture.json, after what study.h says (unit: who organises it; day: when it
 * begins): start and end ("2011-03-01T14:00", or a day alone), place, mode
 * ("inside", "outside", "online"), speakers: a list of {member} or {name,
 * institution, bio}; invited: a list of {to, who} as in shares; topics (codes);
 * attendance: a list of {member, at, by}; notes: a list of {document}; recording
 * (URN of a document).
 */
#ifndef XJ_LECTURE_H
#define XJ_LECTURE_H

#include "library/study.h"

/* One to be changed; `speaker`: who speaks may, too. */
int xj_lecture_load(struct xj_study_change *s, struct xj_archive *a,
		    uint64_t id, bool speaker,
		    const struct xj_change_options *options,
		    struct xj_study_changed *changed, struct xj_error *err);
/* The list of a field, made when it is not there; NULL: no memory. */
json_t *xj_lecture_list(json_t *root, const char *field);
/* Where a list has an object with this value; SIZE_MAX: nowhere. */
size_t xj_lecture_place(const json_t *list, const char *field,
			const char *value);
/* attendance.c: note who was there, of a lecture or a seminar that may be changed. */
int xj_attend(struct xj_study_change *s, const struct xj_lecture_attend *given,
	      struct xj_lecture_attended *result);
/* Read one, as the reader may. */
int xj_lecture_read(struct xj_archive *a, uint64_t id, struct xj_arena *arena,
		    struct xj_entity_row *row, json_t **root,
		    struct xj_error *err);

#endif
