/*
 * xueji/study.h - what an organisation does with its archive: collections,
 * lectures, seminars, reflection papers. One after the other, each with the rules
 * of its kind.
 *
 * All of these are study records. Each has a number (never a document's), a title,
 * mostly an owner unit and a member whose it is, a state, a day, versions with a
 * history, and a tombstone when it was removed. What the reader of the archive may
 * not see is XJ_ENOTFOUND, as if it were not there.
 */
#ifndef XUEJI_STUDY_H
#define XUEJI_STUDY_H

#include <xueji/xueji.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is common to all kinds. */
struct xj_study {
	uint64_t id;
	const char *urn, *kind;  /* "collection", "lecture", ... */
	const char *title;
	const char *unit;        /* code; "" */
	const char *owner;       /* login; "" when it is the archive's */
	const char *owner_name;
	const char *state, *day; /* "" when the kind has none */
	unsigned version;
	bool removed;
};

/* NULL and 0: whatever it is. */
struct xj_study_filter {
	const char *kind, *unit, *owner, *state; /* unit: code; owner: login */
	const char *from, *until;                /* days, both included */
	const char *title;                       /* text in it */
	uint64_t document;                       /* that it names */
	bool removed;                            /* those alone */
};

typedef int (*xj_study_fn)(void *ctx, const struct xj_study *study);
/* Latest day first. */
XJ_API int xj_studies(struct xj_archive *archive,
		      const struct xj_study_filter *filter, xj_study_fn fn,
		      void *ctx, struct xj_error *err);

/* Of the kind, by its number as text. XJ_ENOTFOUND says so if it is a number
 * of another kind. */
XJ_API int xj_study_find(struct xj_archive *archive, const char *kind,
			 const char *ref, uint64_t *id, struct xj_error *err);

/* Whether there is a unit for which the reader may plan seminars and lectures. */
XJ_API bool xj_study_may_add(struct xj_archive *archive);

/* Whether he may change this one, and say who sees it. */
XJ_API bool xj_study_may_change(struct xj_archive *archive, const char *kind,
				uint64_t id);

/* What a change came to. */
struct xj_study_changed {
	uint64_t id;
	unsigned version;
	bool changed;            /* false: it was so already */
};

/* Take it away, or (`back`) bring it back. options->on is not used. */
XJ_API int xj_study_remove(struct xj_archive *archive, const char *kind,
			   uint64_t id, bool back,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
/* All versions, oldest first. */
XJ_API int xj_study_history(struct xj_archive *archive, const char *kind,
			    uint64_t id, xj_history_fn fn, void *ctx,
			    struct xj_error *err);

/* ---------------------------------------------- who sees a study record */

/* As xj_scope_set(), xj_share(), xj_unshare() and xj_rights_tell() of documents,
 * by the same rules. */
XJ_API int xj_study_scope(struct xj_archive *archive, const char *kind,
			  uint64_t id, const struct xj_scope_given *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
XJ_API int xj_study_share(struct xj_archive *archive, const char *kind,
			  uint64_t id, const struct xj_share_given *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
XJ_API int xj_study_unshare(struct xj_archive *archive, const char *kind,
			    uint64_t id, const char *to,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_error *err);
XJ_API int xj_study_rights_tell(struct xj_archive *archive, const char *kind,
				uint64_t id, xj_rights_fn fn,
				xj_share_fn share, void *ctx,
				struct xj_error *err);

/* As xj_why() and xj_who_can(); told to those who may change it, of himself to
 * everybody. Reasons besides: "part" (he is invited himself, speaks, presides, or a
 * decision falls to him), "invited-unit", "invited-below", "invited-all". */
XJ_API int xj_study_why(struct xj_archive *archive, const char *kind,
			const char *member, uint64_t id,
			xj_sight_reason_fn fn, void *ctx,
			struct xj_error *err);
XJ_API int xj_study_who_can(struct xj_archive *archive, const char *kind,
			    uint64_t id, xj_sight_reason_fn fn, void *ctx,
			    struct xj_error *err);

/* ---------------------------------------------------------------- requests */

/* Take back what one asked for and was not answered yet. XJ_ENOTFOUND: there is no
 * such request of the reader's; XJ_EEXIST: it was answered. */
XJ_API int xj_request_withdraw(struct xj_archive *archive, uint64_t number,
			       struct xj_error *err);

/* ------------------------------------------------- study areas and topics */

/*
 * What documents and study records are about, in the organisation's own words. An
 * area is a topic that stands on top of others; an archive begins with six. They
 * are named by their code or by a name or synonym that only one has. Whoever is
 * not the archive's owner needs the role of a librarian or an editor of the whole
 * archive to change any: XJ_EPERM.
 */
struct xj_topic {
	const char *code, *name;
	const char *name_en, *parent, *note; /* or NULL */
	const char *area;             /* code of the one on top; its own there */
	const char *from, *until;     /* days; or NULL. Closed after `until` */
	const char *merged_into, *merged_on; /* or NULL */
	const char *const *synonyms;  /* ends with NULL */
	unsigned version;             /* 0: one of the six, never changed */
	unsigned depth;               /* from 1 */
};

struct xj_topics_options {
	const char *under;            /* this one and those below; NULL: all */
	bool only;                    /* `under` alone */
	bool all;                     /* those that were merged too */
};

typedef int (*xj_topic_fn)(void *ctx, const struct xj_topic *topic);
/* Each before what is below it. */
XJ_API int xj_topics(struct xj_archive *archive,
		     const struct xj_topics_options *options, xj_topic_fn fn,
		     void *ctx, struct xj_error *err);

struct xj_topic_given {
	const char *name, *name_en, *note; /* NULL: as it is; "": none */
	const char *from;                  /* first day; the same */
	const char *const *synonyms;       /* NULL: as they are; ends with NULL */
	bool reopen;                       /* it is not closed any more */
};

/* Below `parent`, or an area (NULL). XJ_EEXIST: the code is, or was, another's. */
XJ_API int xj_topic_add(struct xj_archive *archive, const char *code,
			const struct xj_topic_given *given,
			const char *parent,
			const struct xj_change_options *options,
			struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_edit(struct xj_archive *archive, const char *topic,
			 const struct xj_topic_given *given,
			 const struct xj_change_options *options,
			 struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_move(struct xj_archive *archive, const char *topic,
			 const char *parent,
			 const struct xj_change_options *options,
			 struct xj_changed *changed, struct xj_error *err);
/* options->on is its last day: then it is given to nothing new. */
XJ_API int xj_topic_close(struct xj_archive *archive, const char *topic,
			  const struct xj_change_options *options,
			  struct xj_changed *changed, struct xj_error *err);
/* What bears the one bears the other from then on; what is below it stands below
 * the other. For 30 days xj_topic_unmerge() takes that back, by its code. */
XJ_API int xj_topic_merge(struct xj_archive *archive, const char *topic,
			  const char *into,
			  const struct xj_change_options *options,
			  struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_unmerge(struct xj_archive *archive, const char *topic,
			    const struct xj_change_options *options,
			    struct xj_changed *changed, struct xj_error *err);
/* XJ_EEXIST: it is in use. */
XJ_API int xj_topic_remove(struct xj_archive *archive, const char *topic,
			   const struct xj_change_options *options,
			   struct xj_changed *changed, struct xj_error *err);
XJ_API int xj_topic_history(struct xj_archive *archive, const char *topic,
			    xj_history_fn fn, void *ctx, struct xj_error *err);

/* Each ends with NULL; or NULL. */
struct xj_topics_given {
	const char *const *areas; /* to be added; they stand on top */
	const char *const *add;
	const char *const *drop;
};

/* A new version of the document. XJ_EINVAL: there is no such topic, which names
 * the nearest, or it was closed; XJ_ENOTFOUND: one to be dropped it has not. */
XJ_API int xj_document_set_topics(struct xj_archive *archive, uint64_t id,
				  const struct xj_topics_given *given,
				  unsigned expected_version,
				  struct xj_error *err);
XJ_API int xj_document_topics(struct xj_archive *archive, uint64_t id,
			      xj_topic_fn fn, void *ctx,
			      struct xj_error *err);

/* ------------------------------------------------------------ collections */

/*
 * Documents that a person put together, in his order, each with a note if he
 * likes. Who sees a collection sees those of its documents that he may see
 * anyway; the others are not there and are not counted.
 */
struct xj_collection_given {
	const char *title;       /* NULL: as it is */
	const char *description; /* NULL: as it is; "": none */
	const char *unit;        /* NULL: as it is; of a new one: the reader's */
};

XJ_API int xj_collection_new(struct xj_archive *archive,
			     const struct xj_collection_given *given,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_error *err);
XJ_API int xj_collection_edit(struct xj_archive *archive, uint64_t id,
			      const struct xj_collection_given *given,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);
/* `documents` as xj_document_open() takes them, NULL at the end, before what
 * stands at place `at` (from 1; 0: behind all). One that is there already takes
 * the note (NULL: keeps its own). */
XJ_API int xj_collection_add(struct xj_archive *archive, uint64_t id,
			     const char *const *documents, const char *note,
			     uint64_t at,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_error *err);
/* XJ_ENOTFOUND: one is not in it, and none is taken out. */
XJ_API int xj_collection_drop(struct xj_archive *archive, uint64_t id,
			      const char *const *documents,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);
XJ_API int xj_collection_move(struct xj_archive *archive, uint64_t id,
			      const char *document, uint64_t at,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);

struct xj_collection {
	struct xj_study study;
	const char *description; /* or NULL */
};

struct xj_collection_item {
	uint64_t place;          /* from 1, among those that the reader sees */
	const struct xj_document_info *info;
	const char *note;        /* or NULL */
};

typedef int (*xj_collection_fn)(void *ctx,
				const struct xj_collection *collection);
typedef int (*xj_collection_item_fn)(void *ctx,
				     const struct xj_collection_item *item);
/* Either may be NULL. */
XJ_API int xj_collection_show(struct xj_archive *archive, uint64_t id,
			      xj_collection_fn fn, xj_collection_item_fn item,
			      void *ctx, struct xj_error *err);
/* ------------------------------------------------------ reflection papers */

/*
 * What a member writes about what he read. A draft is his and his co-authors'
 * alone; nobody else, whatever he is, can learn of it. Handed in it has a document
 * for its text, and is seen by the reviewers of its unit; accepted, by the
 * secretaries too; shared, by those whom its author names. All by the number of
 * the paper.
 */
struct xj_paper_given {
	const char *title, *year, *unit; /* NULL: as it is, or as usual */
	const char *const *with;         /* co-authors; NULL: as it is */
	const char *const *based_on;     /* documents, by number or URN */
	const char *seminar, *topic;     /* "" takes it away */
};

/* What a change of a draft came to. */
struct xj_paper_saved {
	uint64_t id;
	unsigned version;      /* of the draft: what `if_version` names */
	bool changed;
	char dropped[256];     /* of pasted markup: "script, img"; "" */
};

/* The year is this one, the unit that which he belongs to first. XJ_EPERM: the
 * archive's owner writes none. */
XJ_API int xj_paper_new(struct xj_archive *archive,
			const struct xj_paper_given *given, const char *text,
			size_t len, const struct xj_change_options *options,
			struct xj_paper_saved *saved, struct xj_error *err);
XJ_API int xj_paper_edit(struct xj_archive *archive, uint64_t id,
			 const struct xj_paper_given *given,
			 const struct xj_change_options *options,
			 struct xj_paper_saved *saved, struct xj_error *err);
/* The text, Markdown, in place of what it was; one that was returned or withdrawn
 * becomes a draft again. `autosave`: what was saved so a little before need not be
 * kept. */
XJ_API int xj_paper_write(struct xj_archive *archive, uint64_t id,
			  const char *text, size_t len, bool autosave,
			  const struct xj_change_options *options,
			  struct xj_paper_saved *saved, struct xj_error *err);
/* The text of a file as Markdown, read by an importer where it is no plain text.
 * Free with xj_free(). XJ_EINVAL: there is none in it, as in a scan. */
XJ_API int xj_paper_text_of(struct xj_archive *archive, int fd,
			    const char *name, char **text, struct xj_error *err);

/* By its number as text; also a draft. */
XJ_API int xj_paper_find(struct xj_archive *archive, const char *ref,
			 uint64_t *id, struct xj_error *err);
/* Of the draft, for its authors, else of what was handed in; xj_free(). */
XJ_API int xj_paper_text(struct xj_archive *archive, uint64_t id, char **text,
			 struct xj_error *err);

struct xj_paper_check {
	size_t own, quoted, quotes; /* characters of his own; left out */
	size_t minimum;
	size_t problems;            /* that keep it from being handed in */
};

/* `problem` is told each; `quote` of each quotation that was left out, with its
 * length; either may be NULL. */
XJ_API int xj_paper_check(struct xj_archive *archive, uint64_t id,
			  int (*problem)(void *ctx, const struct xj_error *),
			  int (*quote)(void *ctx, const char *text, size_t len,
				       size_t length),
			  void *ctx, struct xj_paper_check *check,
			  struct xj_error *err);

/* By its author, when nothing keeps it. */
XJ_API int xj_paper_submit(struct xj_archive *archive, uint64_t id,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
/* By a reviewer or secretary of its unit who sees it, never an author: XJ_EPERM,
 * also of a number that is not there. After two returns those of the unit above
 * decide. A reason has at least 10 characters; a word may be NULL. */
XJ_API int xj_paper_return(struct xj_archive *archive, uint64_t id,
			   const char *reason,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
XJ_API int xj_paper_accept(struct xj_archive *archive, uint64_t id,
			   const char *word,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
/* By its author, one that was accepted. */
XJ_API int xj_paper_share(struct xj_archive *archive, uint64_t id,
			  const struct xj_share_given *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
XJ_API int xj_paper_unshare(struct xj_archive *archive, uint64_t id,
			    const char *to,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_error *err);
/* Told to its author, and nobody who reads it: XJ_EPERM. A draft has none. */
XJ_API int xj_paper_shares(struct xj_archive *archive, uint64_t id,
			   xj_share_fn fn, void *ctx, struct xj_error *err);
/* By its author, whatever its state: its text is removed, a tombstone stays. */
XJ_API int xj_paper_withdraw(struct xj_archive *archive, uint64_t id,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_error *err);
/* A draft: it is erased. One that was handed in before stays as it was then. */
XJ_API int xj_paper_remove(struct xj_archive *archive, uint64_t id,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);

struct xj_paper_author {
	const char *login, *name;
};

struct xj_paper_basis {
	const char *urn, *title; /* title "": the reader does not see it */
	uint64_t document;       /* 0 */
};

struct xj_paper_review {
	int64_t at;
	const char *by, *name;   /* login, name */
	const char *what;        /* "return", "accept" */
	const char *text;
};

/* "" and 0 where there is nothing. */
struct xj_paper {
	uint64_t id;
	const char *urn, *title, *unit, *unit_name;
	const char *state;       /* draft, submitted, returned, accepted, shared,
	                          * withdrawn */
	const char *year;
	uint64_t document;       /* its text */
	unsigned version, draft; /* of the paper; of the draft: 0: none */
	size_t length;           /* own characters */
	int64_t submitted, accepted, updated;
	unsigned returns;
	const char *level;       /* the unit whose reviewers decide */
	const char *topic;
	uint64_t seminar;
	bool mine, may_review;
	bool own;                /* the reader is the first of its authors, who
	                          * changes it and hands it in */
	const struct xj_paper_author *authors;
	size_t author_count;
	const struct xj_paper_basis *based_on;
	size_t basis_count;
	const struct xj_paper_review *reviews; /* for authors and reviewers */
	size_t review_count;
};

struct xj_paper_filter {
	uint64_t id;             /* 0 and NULL: whatever it is */
	const char *year, *unit, *author, *state;
	bool waiting;            /* those that the reader may accept */
};

typedef int (*xj_paper_fn)(void *ctx, const struct xj_paper *paper);
/* Latest year first; drafts of the reader first of all. */
XJ_API int xj_papers(struct xj_archive *archive,
		     const struct xj_paper_filter *filter, xj_paper_fn fn,
		     void *ctx, struct xj_error *err);
/* What the reader has of a year: papers that were accepted, of n authors 1/n of
 * one. */
XJ_API int xj_paper_counted(struct xj_archive *archive, const char *year,
			    double *papers, struct xj_error *err);
/* What a paper a year is to be, and what is hoped for. */
#define XJ_PAPER_LEAST 1
#define XJ_PAPER_TARGET 2

/* Of a unit and those below it: persons who belonged there first, on its line, for
 * a whole month of the year; papers that were accepted. Of n authors each has
 * 1/n of one. */
struct xj_paper_figures {
	const char *unit, *name;
	bool whole;              /* of the unit asked for; else part of it */
	uint64_t people;
	uint64_t twice;          /* of the whole: in more than one of its parts */
	uint64_t covered, reached; /* of them: with one paper, with two */
	double papers;
	uint64_t late;           /* handed in when the year was over */
};

struct xj_paper_person {
	const char *login, *name, *unit; /* code */
	double papers;
	bool covered;
};

/* "1", "0.5", "1.33": what a paper of several authors counts, as it is written. */
#define XJ_AMOUNT_MAX 32
XJ_API const char *xj_paper_amount(double papers, char out[XJ_AMOUNT_MAX]);

typedef int (*xj_paper_figures_fn)(void *ctx,
				   const struct xj_paper_figures *figures);
typedef int (*xj_paper_person_fn)(void *ctx,
				  const struct xj_paper_person *person);
/* The whole first, then each unit right below it: a person who was in two of them
 * is in both, and once in the whole. `person` (or NULL) is told of everybody, if
 * the reader may know it (`*names`), else of himself. XJ_EPERM. */
XJ_API int xj_paper_report(struct xj_archive *archive, const char *year,
			   const char *unit, xj_paper_figures_fn fn,
			   xj_paper_person_fn person, void *ctx, bool *names,
			   struct xj_error *err);
/* The same as a CSV file with headings in the language of the locale, `bom` with
 * a mark in front by which spreadsheets know UTF-8. xj_free(). */
XJ_API int xj_paper_report_csv(struct xj_archive *archive, const char *year,
			       const char *unit, bool bom, char **text,
			       struct xj_error *err);

/*
 * What a member who has left had to himself - drafts, saved searches, how he signed
 * in - is erased. His papers are kept, or go without his name, or are erased where
 * he alone wrote them; what they count for the year stays as a number. The owner
 * of the archive and operators. Older backups still hold it. XJ_EINVAL: he has not
 * left. Begun again when it was cut short.
 */
enum xj_papers_left { XJ_PAPERS_KEEP, XJ_PAPERS_ANONYMISE, XJ_PAPERS_ERASE };

struct xj_member_erased {
	uint64_t drafts, searches, anonymised, erased;
};

XJ_API int xj_member_erase(struct xj_archive *archive, const char *member,
			   enum xj_papers_left papers,
			   struct xj_member_erased *erased,
			   struct xj_error *err);

/*
 * What is held about a member, for him: a zip of JSON and files that appears whole
 * in `path` or not at all, readable by its owner alone. Only himself is given his
 * drafts and searches. The archive's owner gets the rest, operators what is
 * recorded of the member; both are in the audit record. XJ_EPERM: anybody else;
 * XJ_EEXIST: there is something in `path`.
 */
struct xj_member_export_options {
	const char *member;      /* NULL: the reader */
	bool files;              /* also the files of his documents */
	struct xj_watch watch;   /* asked whether to stop */
};

struct xj_member_exported {
	char login[128];
	bool whole;              /* more than what operators are given */
	uint64_t papers, drafts, documents, records, requests, searches, acts;
};

XJ_API int xj_member_export(struct xj_archive *archive, const char *path,
			    const struct xj_member_export_options *options,
			    struct xj_member_exported *result,
			    struct xj_error *err);

/* The texts that were saved of a draft, for its authors. */
XJ_API int xj_paper_saves(struct xj_archive *archive, uint64_t id,
			  int (*fn)(void *ctx, unsigned version, int64_t at,
				    const char *text),
			  void *ctx, struct xj_error *err);

/* ---------------------------------------------------------------- seminars */

/*
 * A seminar has a question, a day, an agenda, units and members that are invited,
 * a packet of materials, minutes and decisions. It goes from "planned" to "open",
 * "held", "minuted" (its chair has confirmed the minutes) and "closed", and what is
 * closed stays as it is. Whoever is invited sees it, and so do its chair, its
 * speakers, those to whom decisions fall, and the staff of its unit; secretaries,
 * librarians, leads and editors of its unit and whoever made it change it.
 */

/* NULL: as it is; "": taken away. */
struct xj_seminar_given {
	const char *title, *question, *unit, *place;
	const char *level;       /* group, department, branch, institution,
	                          * bureau */
	const char *chair;       /* a member */
	const char *day, *until; /* the first and the last */
	const char *time;        /* when it begins: "09:00" */
	const char *const *topics; /* codes; NULL at the end */
	const char *const *invite; /* as xj_seminar_invite() takes them, besides
	                          * whom is invited; or NULL */
};

/* `id` 0: a new one. XJ_EINVAL: it would end before it begins. */
XJ_API int xj_seminar_put(struct xj_archive *archive, uint64_t id,
			  const struct xj_seminar_given *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
/* Units, UNIT/below, members; NULL at the end. `out`: they are not invited any
 * more; XJ_ENOTFOUND: one of them was not. */
XJ_API int xj_seminar_invite(struct xj_archive *archive, uint64_t id,
			     const char *const *whom, bool out,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_error *err);
/* To "planned", "open", "held" or "closed". XJ_EINVAL: that does not follow what
 * it is now, or its first day is still to come. */
XJ_API int xj_seminar_set(struct xj_archive *archive, uint64_t id,
			  const char *state,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);

struct xj_agenda_given {
	const char *title;
	const char *speaker;     /* a member, or any name; or NULL */
	const char *document;    /* as xj_document_open() takes it; or NULL */
	unsigned minutes;        /* 0: not said */
	unsigned at;             /* place in the agenda; 0: at the end */
};

XJ_API int xj_seminar_agenda_add(struct xj_archive *archive, uint64_t id,
				 const struct xj_agenda_given *given,
				 const struct xj_change_options *options,
				 struct xj_study_changed *changed,
				 struct xj_error *err);
/* From one place to another; `to` 0: out of the agenda. */
XJ_API int xj_seminar_agenda_move(struct xj_archive *archive, uint64_t id,
				  unsigned from, unsigned to,
				  const struct xj_change_options *options,
				  struct xj_study_changed *changed,
				  struct xj_error *err);
/* Papers are taken until a day, at most so many (0: any number); `until` "" ends
 * the call. */
XJ_API int xj_seminar_call(struct xj_archive *archive, uint64_t id,
			   const char *until, unsigned limit,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
/* Markdown. XJ_EINVAL: it was not held yet. Minutes that were confirmed are a
 * draft again when they are corrected. */
XJ_API int xj_seminar_minutes(struct xj_archive *archive, uint64_t id,
			      const char *text, size_t len,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);
/* XJ_EPERM: only its chair does. */
XJ_API int xj_seminar_confirm(struct xj_archive *archive, uint64_t id,
			      const struct xj_change_options *options,
			      struct xj_study_changed *changed,
			      struct xj_error *err);

struct xj_decision_given {
	const char *text;
	const char *member, *unit; /* to whom it falls; one of them, or both */
	const char *due;         /* XJ_EINVAL: before the seminar; or NULL */
};

XJ_API int xj_decision_add(struct xj_archive *archive, uint64_t id,
			   const struct xj_decision_given *given,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
/* Done on options->on. Also by the member and the staff of the unit to whom it
 * fell. `open`: it is not done after all. */
XJ_API int xj_decision_done(struct xj_archive *archive, uint64_t id,
			    unsigned number, bool open,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_error *err);

/* As of lectures, below. */
struct xj_lecture_attend;
struct xj_lecture_attended;
struct xj_lecture_attendance;

struct xj_invited {
	const char *to;          /* "unit", "below", "member" */
	const char *who, *name;  /* code or login; name */
};

struct xj_agenda_line {
	const char *title, *time; /* time: when its turn comes; "" */
	unsigned minutes;
	const char *speaker, *speaker_name; /* login, "" of no member; name */
	uint64_t document;       /* 0: none, or not to be seen */
	const char *document_title;
};

/* "" where there is nothing. */
struct xj_decision {
	uint64_t seminar;
	const char *seminar_title;
	unsigned number;
	const char *text;
	const char *member, *member_name, *unit, *unit_name;
	const char *due, *done;  /* days */
	long late;               /* days that it is overdue; 0: it is not */
	bool may_settle;         /* the reader may say that it is done */
};

/* "" where there is nothing. Lent for the call. */
struct xj_seminar {
	struct xj_study study;
	const char *unit_name;
	const char *question, *level, *until, *time, *place;
	const char *chair, *chair_name;
	const char *const *topics;
	const struct xj_invited *invited;
	size_t invited_count;
	const struct xj_agenda_line *agenda;
	size_t agenda_count;
	const char *call_until;
	unsigned call_limit;
	size_t packet_count;     /* what the packet was made of */
	bool frozen;
	const char *minutes, *minutes_by, *confirmed_by;
	int64_t minutes_at, confirmed_at;
	long minutes_late;       /* days between its end and the first draft */
	const struct xj_decision *decisions;
	size_t decision_count;
	const struct xj_study *papers; /* that name it, and the reader sees */
	size_t paper_count;
	size_t attended;         /* persons */
	/* who they were, told to those who may change it; else NULL */
	const struct xj_lecture_attendance *attendance;
	bool may_change;         /* the reader */
	bool may_edit;           /* and it is neither concluded nor removed */
	bool may_minute;         /* it was held: write minutes and decisions */
	bool may_attend;         /* say who was there: its day has come */
	bool may_confirm;        /* its minutes, which are not confirmed yet */
	const char *const *next; /* states that he may bring it to; NULL at the
	                          * end */
};

/* States in the order in which they come, levels from the smallest; each list
 * ends with NULL. One of either, in the language of the process. */
XJ_API const char *const *xj_seminar_states(void);
XJ_API const char *const *xj_seminar_levels(void);
XJ_API const char *xj_seminar_shown(const char *word);

/* Who was there, as xj_lecture_attend() takes it. */
XJ_API int xj_seminar_attend(struct xj_archive *archive, uint64_t id,
			     const struct xj_lecture_attend *given,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_lecture_attended *result,
			     struct xj_error *err);

typedef int (*xj_seminar_fn)(void *ctx, const struct xj_seminar *seminar);
/* Of those that were removed too. xj_studies() lists them. */
XJ_API int xj_seminar_tell(struct xj_archive *archive, uint64_t id,
			   xj_seminar_fn fn, void *ctx, struct xj_error *err);

typedef int (*xj_decision_fn)(void *ctx, const struct xj_decision *decision);
/* Of all seminars, those due first first. */
struct xj_decisions_options {
	bool all;                /* done ones too */
	const char *unit, *member; /* to whom they fall; NULL: whoever */
};

XJ_API int xj_decisions(struct xj_archive *archive,
			const struct xj_decisions_options *options,
			xj_decision_fn fn, void *ctx, struct xj_error *err);

/* ------------------------------------------------------ packets of seminars */

/*
 * The materials of a seminar, in order: documents, each fixed to a version, and
 * searches, whose hits are taken down when the packet is frozen. A packet lets
 * nobody see what he does not see without it; of what is given as a title line
 * everybody is told the title.
 */
struct xj_packet_given {
	const char *document;    /* as xj_document_open() takes it; or NULL: */
	const char *query;       /* what is searched for, or */
	const char *saved;       /* the name of a saved search */
	unsigned version;        /* 0: the newest */
	uint32_t first, last;    /* pages; 0: from the first, to the last */
	const char *note;        /* or NULL */
	unsigned limit;          /* hits of a search; 0: 10 */
};

/* XJ_EINVAL: pages that it does not have; XJ_EEXIST: it is in the packet. */
XJ_API int xj_packet_add(struct xj_archive *archive, uint64_t id,
			 const struct xj_packet_given *items, size_t count,
			 const struct xj_change_options *options,
			 struct xj_study_changed *changed,
			 struct xj_error *err);
/* `to` 0: out of the packet. */
XJ_API int xj_packet_move(struct xj_archive *archive, uint64_t id,
			  unsigned from, unsigned to,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);

struct xj_packet_change {
	bool pages;              /* set first and last */
	uint32_t first, last;
	unsigned version;        /* 0: as it is; UINT_MAX: the newest */
	const char *note;        /* NULL: as it is */
	int title_only;          /* 1, -1: yes, no; 0: as it is */
};

XJ_API int xj_packet_edit(struct xj_archive *archive, uint64_t id,
			  unsigned number, const struct xj_packet_change *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);

/* Put in place of a document that was revised or repealed what took its place,
 * its newest version and all of its pages. XJ_EINVAL: nothing did, as far as the
 * reader sees; XJ_EEXIST: that is in the packet already. */
XJ_API int xj_packet_replace(struct xj_archive *archive, uint64_t id,
			     unsigned number,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_error *err);

/* "" and 0 where there is nothing. */
struct xj_packet_line {
	unsigned number;         /* of the item */
	const char *what;        /* "document", "search", "hit" (of the search
	                          * before it), "title" */
	uint64_t document;       /* 0: the reader does not see it, or it is gone */
	const char *title, *unit, *unit_name, *scope;
	unsigned version, newest;
	uint32_t first, last;
	const char *note, *query;
	bool title_only;
	bool gone;               /* removed since */
	/* what xj_validity_tell() says of the document; "", 0 */
	const char *status;
	uint64_t replaced_by;
	const char *replaced_by_title;
};

typedef int (*xj_packet_line_fn)(void *ctx, const struct xj_packet_line *line);
/* Those who may change the seminar are told of every item, others of what they
 * see. */
XJ_API int xj_packet_tell(struct xj_archive *archive, uint64_t id,
			  xj_packet_line_fn fn, void *ctx,
			  struct xj_error *err);

/* A document that some who are invited do not see. */
struct xj_packet_blind {
	struct xj_packet_line line;
	size_t blind, invited;   /* persons */
	/* who they are, told to those who may share the document: login, name;
	 * else NULL. NULL at the end */
	const char *const (*persons)[2];
	/* what came of xj_packet_share(): "shared", "asked" (request `request`),
	 * "asked before", "refused" and why; else "" */
	const char *outcome, *why;
	uint64_t request;
};

typedef int (*xj_packet_blind_fn)(void *ctx, const struct xj_packet_blind *b);
/* What keeps an item from being frozen. */
typedef int (*xj_packet_fault_fn)(void *ctx, unsigned number,
				  const char *title, const char *why);
/* `*invited` persons are asked; `fault` (or NULL) is told what keeps items from
 * being frozen. */
XJ_API int xj_packet_check(struct xj_archive *archive, uint64_t id,
			   xj_packet_blind_fn fn, xj_packet_fault_fn fault,
			   void *ctx, size_t *invited, struct xj_error *err);
/* Share what they do not see - of one item, or (0) of all - with those who are
 * invited, until a day, as far as the reader may; what he may not he asks for, on
 * their behalf. */
XJ_API int xj_packet_share(struct xj_archive *archive, uint64_t id,
			   unsigned number, const char *until,
			   xj_packet_blind_fn fn, void *ctx, size_t *invited,
			   struct xj_error *err);

/* XJ_EINVAL: some cannot be, and `fn` was told which; with `skip` they become
 * title lines. */
XJ_API int xj_packet_freeze(struct xj_archive *archive, uint64_t id, bool skip,
			    xj_packet_fault_fn fn, void *ctx,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_error *err);
XJ_API int xj_packet_thaw(struct xj_archive *archive, uint64_t id,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
/* xj_packet_write() of what the reader sees of it; `*count` documents. A bag is
 * one file where `path` ends with ".zip". */
XJ_API int xj_packet_build(struct xj_archive *archive, uint64_t id,
			   const char *path,
			   const struct xj_packet_options *options,
			   size_t *count, struct xj_error *err);
/* --------------------------------------------------------------- lectures */

/*
 * Lectures: who spoke, when and where; which units and members were invited; who
 * was there; what is left of them. Seen by the unit that organises one and those
 * below it, by who is invited and who speaks.
 */
struct xj_lecture_given {     /* NULL: as it is; lists end with NULL */
	const char *title;
	const char *unit;     /* that organises it; of a new one: the reader's */
	const char *start;    /* "2011-03-01 14:00", or a day; needed */
	const char *end;      /* the same, or a time of that day; "": none */
	const char *place;    /* "": none */
	const char *mode;     /* inside, outside, online; "": none */
	const char *const *speakers;  /* members; these two are all there are */
	const char *const *externals; /* "NAME; INSTITUTION; BIO" */
	const char *const *invite;    /* units, UNIT/below, members, all */
	const char *const *uninvite;
	const char *const *topics;    /* all there are */
};

/* XJ_EINVAL: it would end before it begins, and names both. */
XJ_API int xj_lecture_new(struct xj_archive *archive,
			  const struct xj_lecture_given *given,
			  const struct xj_change_options *options,
			  struct xj_study_changed *changed,
			  struct xj_error *err);
XJ_API int xj_lecture_edit(struct xj_archive *archive, uint64_t id,
			   const struct xj_lecture_given *given,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);

struct xj_lecture_attend {
	const char *const *members; /* who were there; ends with NULL */
	const char *const *away;    /* to be taken off the list; the same */
	const void *bytes;          /* a CSV file of those who were; or NULL */
	size_t len;
	const char *reason;         /* needed after 7 days */
	int (*row)(void *ctx, const struct xj_import_row *row); /* or NULL */
	void *ctx;
};

struct xj_lecture_attended {
	uint64_t changed, unchanged, refused;
};

/*
 * By login, name or staff number. Who was not active on the day is refused, and
 * the others are taken; who is there already is not there twice. The whole is
 * XJ_EINVAL before the day of the lecture, and without a reason 7 days after it.
 */
XJ_API int xj_lecture_attend(struct xj_archive *archive, uint64_t id,
			     const struct xj_lecture_attend *given,
			     const struct xj_change_options *options,
			     struct xj_study_changed *changed,
			     struct xj_lecture_attended *result,
			     struct xj_error *err);

/* The code by which those who are there sign in themselves: six digits, on the day
 * of the lecture alone. XJ_EINVAL: it is another day; XJ_EPERM: it is told to
 * those who may change the lecture. */
#define XJ_ATTEND_CODE_MAX 8
XJ_API int xj_lecture_code(struct xj_archive *archive, uint64_t id,
			   char out[XJ_ATTEND_CODE_MAX], struct xj_error *err);
/* The reader is there. Twice is once: result->unchanged. XJ_EINVAL: not the code
 * of this lecture and day; XJ_ELIMIT: ten were wrong within a minute. */
XJ_API int xj_lecture_sign_in(struct xj_archive *archive, uint64_t id,
			      const char *code,
			      struct xj_study_changed *changed,
			      struct xj_lecture_attended *result,
			      struct xj_error *err);

/* Documents of the archive as its notes, or (`away`) not any more. Who speaks may
 * do this too. */
XJ_API int xj_lecture_notes(struct xj_archive *archive, uint64_t id,
			    const char *const *documents, bool away,
			    const struct xj_change_options *options,
			    struct xj_study_changed *changed,
			    struct xj_error *err);
/* NULL: none. */
XJ_API int xj_lecture_recording(struct xj_archive *archive, uint64_t id,
				const char *document,
				const struct xj_change_options *options,
				struct xj_study_changed *changed,
				struct xj_error *err);

struct xj_lecture_files {
	const char *const *paths;    /* ends with NULL */
	bool recording;              /* the recording, not notes */
	const char *scope;           /* NULL: as the settings say */
	bool share;                  /* with all that are invited, */
	const char *until, *right;   /* as in xj_share_given */
	int (*outcome)(void *ctx, const struct xj_outcome *outcome); /* or NULL */
	void *ctx;
	struct xj_watch watch;
};

/* Take files in, the speakers being their creators, the first member among them
 * their owner, and their unit his; and put them to the lecture. */
XJ_API int xj_lecture_file(struct xj_archive *archive, uint64_t id,
			   const struct xj_lecture_files *given,
			   const struct xj_change_options *options,
			   struct xj_study_changed *changed,
			   struct xj_error *err);
/* Share documents with all that are invited. */
XJ_API int xj_lecture_share(struct xj_archive *archive, uint64_t id,
			    const char *const *documents, const char *until,
			    const char *right, struct xj_error *err);

struct xj_lecture {
	struct xj_study study;
	const char *start;            /* "2011-03-01T14:00", or a day */
	const char *end, *place, *mode; /* or NULL */
	uint64_t attended;
	bool was_there;               /* the reader */
	bool mine;                    /* he may change it */
	bool may_file;                /* he may put notes to it: so who speaks */
};

struct xj_lecture_speaker {
	const char *login;            /* ""; not a member */
	const char *name, *institution, *bio; /* or NULL */
};

struct xj_lecture_attendance {
	const char *login, *name, *at, *by;
};

/* Any of them may be NULL. */
struct xj_lecture_shown {
	int (*lecture)(void *ctx, const struct xj_lecture *lecture);
	int (*speaker)(void *ctx, const struct xj_lecture_speaker *speaker);
	/* `to` as in xj_share_shown; `name` of a member */
	int (*invited)(void *ctx, const char *to, const char *who,
		       const char *name);
	xj_topic_fn topic;
	/* "notes", "recording": those that the reader may see */
	int (*document)(void *ctx, const char *role,
			const struct xj_document_info *info);
	/* told to those who may change the lecture */
	int (*attendance)(void *ctx,
			  const struct xj_lecture_attendance *attendance);
};

XJ_API int xj_lecture_show(struct xj_archive *archive, uint64_t id,
			   const struct xj_lecture_shown *to, void *ctx,
			   struct xj_error *err);

#ifdef __cplusplus
}
#endif
#endif
