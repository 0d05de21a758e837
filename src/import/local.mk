# Plugins, bids, workers, limits. Add a file to SOURCES, headers too.
# The worker, once it has a main:
#	pkglibexec_PROGRAMS += xueji-importer
#	xueji_importer_SOURCES = %D%/worker.c ...
#	xueji_importer_LDADD = libxj-text.la libxj-util.la $(SECCOMP_LIBS)
noinst_LTLIBRARIES += libxj-import.la
libxj_import_la_SOURCES =
libxj_import_la_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
libxj_import_la_LIBADD = $(SECCOMP_LIBS)
