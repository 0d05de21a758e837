# The ground of every module. Each program that uses it links its own copy.
noinst_LTLIBRARIES += libxj-util.la
libxj_util_la_SOURCES = \
	%D%/arena.c \
	%D%/buf.c \
	%D%/digest.c \
	%D%/error.c \
	%D%/json.c \
	%D%/path.c \
	%D%/spawn.c \
	%D%/time.c \
	%D%/urn.c \
	%D%/utf8.c \
	%D%/util.h \
	%D%/wire.c
libxj_util_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(LIBGCRYPT_CFLAGS)
libxj_util_la_LIBADD = $(JANSSON_LIBS) $(LIBGCRYPT_LIBS)
