plugin_LTLIBRARIES += importer-archive.la
importer_archive_la_SOURCES = \
	plugins/common/utf8.h \
	%D%/archive.c \
	%D%/archive.h \
	%D%/kinds.c \
	%D%/lha.c \
	%D%/member.c \
	%D%/names.c \
	%D%/obstacles.c \
	%D%/source.c \
	%D%/zip.c
importer_archive_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(ARCHIVE_CFLAGS)
importer_archive_la_LDFLAGS = $(PLUGIN_LINK)
importer_archive_la_LIBADD = $(ARCHIVE_LIBS)
