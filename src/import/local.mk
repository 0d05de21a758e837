# Plugins, bids, workers, limits. The library has the host's side; the program
# xueji-importer is the zygote and its workers.
noinst_LTLIBRARIES += libxj-import.la
libxj_import_la_SOURCES = \
	%D%/control.h \
	%D%/deliver.c \
	%D%/frame.c \
	%D%/frame.h \
	%D%/host.h \
	%D%/import.h \
	%D%/importers.c \
	%D%/outcome.c \
	%D%/run.c \
	%D%/run.h \
	%D%/spool.c \
	%D%/tool.c

# Plugins call fstat() of this program, hence -export-dynamic; whatever has no
# visibility of its own stays hidden.
pkglibexec_PROGRAMS += xueji-importer
xueji_importer_SOURCES = \
	%D%/confine.c \
	%D%/confine-program.c \
	%D%/confine.h \
	%D%/frame.c \
	%D%/program-conf.c \
	%D%/program-line.c \
	%D%/program-run.c \
	%D%/program.h \
	%D%/unread.c \
	%D%/worker-bid.c \
	%D%/worker-decode.c \
	%D%/worker-output.c \
	%D%/worker-plugins.c \
	%D%/worker-services.c \
	%D%/worker-signals.c \
	%D%/worker-tool.c \
	%D%/worker.c \
	%D%/worker.h \
	%D%/zygote.c
xueji_importer_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
xueji_importer_LDFLAGS = -export-dynamic
xueji_importer_LDADD = libxj-text.la libxj-util.la $(SECCOMP_LIBS) \
	$(JANSSON_LIBS) -ldl
