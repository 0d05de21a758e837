# The importer of archive. Once it has a source:
#	plugin_LTLIBRARIES += importer-archive.la
#	importer_archive_la_SOURCES = %D%/archive.c
#	importer_archive_la_CPPFLAGS = $(AM_CPPFLAGS) $(ARCHIVE_CFLAGS)
#	importer_archive_la_LDFLAGS = $(PLUGIN_LINK)
#	importer_archive_la_LIBADD = $(ARCHIVE_LIBS)
