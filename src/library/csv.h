/* library/csv.h - rows of comma-separated values. Internal to library. */
#ifndef XJ_CSV_H
#define XJ_CSV_H

#include "util/util.h"

/* A row: `cells` are lent, `row` counts from 1. A negative return ends it. */
typedef int (*xj_csv_fn)(void *ctx, uint64_t row, char *const *cells,
			 size_t count);

/* Cells may be quoted and hold line ends then. Rows without a cell that says
 * anything are left out. XJ_EINVAL: a quote is not closed. */
int xj_csv_read(const char *text, size_t len, char separator, xj_csv_fn fn,
		void *ctx, struct xj_error *err);
/* Which of comma, semicolon and tab parts the first line. */
char xj_csv_separator(const char *text, size_t len);
/* One cell more of a row, quoted where it must be. */
void xj_csv_put(struct xj_buf *out, const char *cell, bool first);

#endif
