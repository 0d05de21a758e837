# The importer, and what it loads when the first recording comes.
plugin_LTLIBRARIES += importer-media.la media-reader.la
importer_media_la_SOURCES = %D%/media.c %D%/media.h
importer_media_la_CPPFLAGS = $(AM_CPPFLAGS) $(AVFORMAT_CFLAGS)
importer_media_la_LDFLAGS = $(PLUGIN_LINK)
importer_media_la_LIBADD = -ldl

media_reader_la_SOURCES = plugins/common/utf8.h %D%/reader.c %D%/media.h
media_reader_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(AVFORMAT_CFLAGS)
media_reader_la_LDFLAGS = -module -avoid-version $(NO_UNDEFINED) \
	-export-symbols-regex '^media_'
media_reader_la_LIBADD = $(AVFORMAT_LIBS)
