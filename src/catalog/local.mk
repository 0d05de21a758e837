# SQLite. Add a file to SOURCES, headers too.
noinst_LTLIBRARIES += libxj-catalog.la
libxj_catalog_la_SOURCES =
libxj_catalog_la_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS) $(ZSTD_CFLAGS)
libxj_catalog_la_LIBADD = $(SQLITE_LIBS) $(ZSTD_LIBS)
