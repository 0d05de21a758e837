/*
 * library/remote.h - beyond one machine: the index that an archive publishes,
 * and the indexes of others that it searches with its own. Internal to library.
 *
 * A published index is one file, a Xapian database that xapian-tcpsrv serves.
 * It holds what is found by the documents that its owner publishes, and all
 * that a hit shows of them, text included; nothing of others, and no numbers
 * or names of the archive's own: no accessions, no folders, no suggestions.
 *
 * Document n is the archive's document n. Its data is a number of four bytes, most significant first, that many bytes of
 * JSON, and the first chunk of its text as xj_texts_pack() made it. Further
 * chunks are metadata of the database by xj_published_key(); so are the facts.
 */
#ifndef XJ_REMOTE_H
#define XJ_REMOTE_H

#include "library/archive.h"

/* Facts of a published index. */
#define XJ_PUBLISHED_FORMAT "xueji"      /* "1" */
#define XJ_PUBLISHED_ANALYZER "analyzer" /* XJ_ANALYZER_VERSION */
#define XJ_PUBLISHED_ARCHIVE "archive"   /* its URN */
#define XJ_PUBLISHED_TIME "published"    /* RFC 3339 */
#define XJ_PUBLISHED_QUERY "query"       /* what was chosen by; "" for all */

/* ------------------------------------------------------------ publish.c */

#define XJ_PUBLISHED_KEY_MAX 48
/* Of chunk `number`, from 1 on. */
void xj_published_key(uint64_t id, unsigned number,
		      char key[XJ_PUBLISHED_KEY_MAX]);

/* ------------------------------------------------------------- remote.c */

/*
 * The indexes of other archives that this one is searched with: the fact
 * "remotes" of the catalog is their list. They are opened with one's own by
 * the first search, and stay open. One that does not answer is left out, and
 * for a while not asked again: a file in index/ says so to other processes.
 */
struct xj_remotes;

void xj_remotes_free(struct xj_remotes *remotes);

/* A search takes no longer than this on account of others. */
#define XJ_REMOTES_MS 1500u

/*
 * When there are such indexes and one of them answers, *index becomes the one
 * that is all of them. `until`: of xj_monotonic_ms(). Between
 * xj_searcher_begin() and xj_searcher_end().
 */
int xj_remotes_begin(struct xj_archive *a, uint64_t until,
		     struct xj_index **index, struct xj_error *err);
/* Whether a search failed because one of them stopped answering: begin it once
 * more. */
bool xj_remotes_lost(struct xj_archive *a);
/* Those that the search just made left out. Memory is the arena's. */
int xj_remotes_left_out(struct xj_archive *a, struct xj_arena *arena,
			struct xj_left_out **list, size_t *count,
			struct xj_error *err);
/* The name of a document's archive, and the archive's URN; lent. */
const char *xj_remote_name(const struct xj_archive *a, uint64_t id,
			   const char **urn);
/* XJ_ENOTFOUND that says where it is, when `ref` is NAME#NUMBER of a remote;
 * else XJ_OK. */
int xj_remote_refuse(struct xj_archive *a, const char *ref,
		     struct xj_error *err);
/* What `rebuild` takes over. */
int xj_remotes_keep(struct xj_catalog *from, struct xj_catalog *to,
		    struct xj_error *err);

/* --------------------------------------------------------- remote-row.c */

/* What was read of documents of others, for one search. */
struct xj_remote_rows;

void xj_remote_rows_free(struct xj_remote_rows *rows);
/* The wide index of the archive, in use; the rows read for the search. */
struct xj_index *xj_remotes_index(const struct xj_archive *a);
struct xj_remote_rows **xj_remotes_rows(struct xj_archive *a);

/* Read of documents of others, and of none twice, what is asked for below. */
int xj_remote_rows(struct xj_archive *a, const uint64_t *ids, size_t count,
		   struct xj_error *err);
/* As xj_catalog_get_many(), of documents of any archive. */
int xj_found_rows(struct xj_archive *a, const uint64_t *ids, size_t count,
		  struct xj_arena *arena, struct xj_doc *rows,
		  struct xj_error *err);
/* As xj_texts_get(), of any. */
int xj_found_text(struct xj_archive *a, uint64_t id, unsigned number,
		  struct xj_buf *chunk, struct xj_error *err);
/* As xj_catalog_meta(), of any. */
int xj_found_meta(struct xj_archive *a, uint64_t id, struct xj_arena *arena,
		  struct xj_meta_value **values, size_t *count,
		  struct xj_error *err);
/* As xj_info_from_doc(), of any; the number of one of another archive is 0. */
int xj_found_info(struct xj_archive *a, struct xj_arena *arena,
		  const struct xj_doc *doc, struct xj_document_info *info,
		  struct xj_error *err);

#endif
