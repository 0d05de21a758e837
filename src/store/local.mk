# OCFL objects on disk. Add a file to SOURCES, headers too.
noinst_LTLIBRARIES += libxj-store.la
libxj_store_la_SOURCES =
libxj_store_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libxj_store_la_LIBADD = $(JANSSON_LIBS)
