# OCFL objects on disk.
noinst_LTLIBRARIES += libxj-store.la
libxj_store_la_SOURCES = \
	%D%/content-path.c \
	%D%/copy.c \
	%D%/entry.c \
	%D%/fs.c \
	%D%/fs.h \
	%D%/internal.h \
	%D%/inventory-read.c \
	%D%/inventory-write.c \
	%D%/inventory.h \
	%D%/layout.c \
	%D%/layout.h \
	%D%/mend.c \
	%D%/object.c \
	%D%/paths.c \
	%D%/publish.c \
	%D%/put.c \
	%D%/staging.c \
	%D%/store.c \
	%D%/store.h \
	%D%/validate-content.c \
	%D%/validate-declared.c \
	%D%/validate-inventory.c \
	%D%/validate-load.c \
	%D%/validate-names.c \
	%D%/validate-object.c \
	%D%/validate-prior.c \
	%D%/validate-root.c \
	%D%/validate-versions.c \
	%D%/validate.c \
	%D%/validate.h
libxj_store_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libxj_store_la_LIBADD = $(JANSSON_LIBS)
