# SQLite. Add a file to SOURCES, headers too.
noinst_LTLIBRARIES += libxj-catalog.la
libxj_catalog_la_SOURCES = \
	%D%/accessions.c \
	%D%/accounts.c \
	%D%/audit.c \
	%D%/batches.c \
	%D%/catalog.c \
	%D%/catalog.h \
	%D%/copy.c \
	%D%/counts.c \
	%D%/db.c \
	%D%/db.h \
	%D%/documents.c \
	%D%/drafts.c \
	%D%/events.c \
	%D%/list.c \
	%D%/meta.c \
	%D%/migrate.c \
	%D%/ocr.c \
	%D%/pack.c \
	%D%/path.c \
	%D%/people.c \
	%D%/query.c \
	%D%/queue.c \
	%D%/readonly.c \
	%D%/rights.c \
	%D%/saved.c \
	%D%/schema.c \
	%D%/segments.c \
	%D%/sources.c \
	%D%/sql.c \
	%D%/sql.h \
	%D%/studies.c \
	%D%/texts.c \
	%D%/tokens.c \
	%D%/urn-column.c
libxj_catalog_la_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS) $(SQLITE_CFLAGS) \
	$(ZSTD_CFLAGS)
libxj_catalog_la_LIBADD = $(ICU_LIBS) $(SQLITE_LIBS) $(ZSTD_LIBS)
