/*
 * library/paper.h - what the files of reflection papers share: paper-draft.c
 * writes them, paper-check.c says what they lack, paper.c hands them in and
 * decides, paper-show.c tells of them. Internal to library.
 *
 * A draft is a row of the catalog (drafts); its `state` is JSON with the fields
 * that paper.json will have: title, unit (code), owner and authors (URNs, the
 * owner first), day (the year), based_on (URNs of documents), seminar (URN),
 * topic (code). paper.json has besides: state, document (URN), length, submitted,
 * accepted, withdrawn (times), submitted_on (day), level (unit whose reviewers decide), reviews
 * (objects: at, by, what, text), rights.
 */
#ifndef XJ_PAPER_H
#define XJ_PAPER_H

#include "library/edit.h"
#include "library/study.h"

extern const struct xj_entity_kind xj_paper_kind;

/* In place of the URN of an author who wished to be forgotten. */
#define XJ_ANONYMOUS "anonymous"
#define XJ_PAPER_TEXT_MAX (1u << 20) /* bytes */

/* Whether the reader is one of those who know how it came about: its authors and
 * those who decide. */
bool xj_paper_is_known(struct xj_archive *a, const json_t *root);

/* XJ_EPERM unless he is the first of its authors, or the archive's owner. */
int xj_paper_own(struct xj_archive *a, const json_t *root,
		 struct xj_error *err);

/* ---------------------------------------------------------- paper-draft.c */

struct xj_drafting {
	struct xj_archive *archive;
	const struct xj_reader *reader;
	struct xj_arena *arena;
	struct xj_draft_row row; /* version 0: there is none yet */
	char urn[XJ_URN_MAX];    /* of the paper */
	json_t *root;            /* what row.state says */
	bool open;               /* in a transaction of the catalog */
	struct xj_error *err;
};

/* The draft of an author. XJ_ENOTFOUND. */
int xj_drafting_load(struct xj_drafting *d, struct xj_archive *a, uint64_t id,
		     struct xj_error *err);
void xj_drafting_end(struct xj_drafting *d); /* for xj_auto */
/* XJ_EPERM unless it is his own. */
int xj_drafting_own(const struct xj_drafting *d);
/* There is no such paper, or it is not to be seen. */
int xj_paper_missing(uint64_t id, struct xj_error *err);
/* The document of a paper as bytes. */
int xj_paper_document_text(struct xj_archive *a, const char *urn,
			   struct xj_buf *out, struct xj_error *err);

/* ---------------------------------------------------------- paper-check.c */

int xj_paper_year_check(struct xj_archive *a, const char *year,
			struct xj_error *err);
/* All that keeps a draft from being handed in; without `fn` the first, as an
 * error. */
int xj_paper_problems(const struct xj_drafting *d,
		      int (*fn)(void *ctx, const struct xj_error *), void *ctx,
		      struct xj_paper_check *check);

#endif
