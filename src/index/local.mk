# The index, the one place with C++. Add a file to SOURCES, headers too.
noinst_LTLIBRARIES += libxj-index.la
libxj_index_la_SOURCES = \
	%D%/files.h \
	%D%/index.h \
	%D%/segments.c \
	%D%/xapian.cc
libxj_index_la_CPPFLAGS = $(AM_CPPFLAGS) $(XAPIAN_CFLAGS)
libxj_index_la_LIBADD = $(XAPIAN_LIBS)
