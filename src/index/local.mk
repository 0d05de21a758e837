# The index, the one place with C++. Add a file to SOURCES, headers too.
noinst_LTLIBRARIES += libxj-index.la
libxj_index_la_SOURCES = \
	%D%/files.h \
	%D%/index.h \
	%D%/segments.c \
	%D%/wide.c \
	%D%/wide.h \
	%D%/xapian.cc
libxj_index_la_CPPFLAGS = $(AM_CPPFLAGS) $(XAPIAN_CFLAGS)
libxj_index_la_LIBADD = $(XAPIAN_LIBS)

# Reads an index together with those of other machines.
pkglibexec_PROGRAMS += xueji-remotes
xueji_remotes_SOURCES = \
	%D%/remotes-cage.c \
	%D%/remotes-cage.h \
	%D%/remotes.c
# Never compiled: says that the C++ compiler does the linking.
nodist_EXTRA_xueji_remotes_SOURCES = %D%/dummy.cc
xueji_remotes_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
xueji_remotes_LDADD = libxj-index.la libxj-util.la $(SECCOMP_LIBS)
