plugin_LTLIBRARIES += importer-media.la
importer_media_la_SOURCES = %D%/media.c
importer_media_la_CPPFLAGS = $(AM_CPPFLAGS) $(AVFORMAT_CFLAGS)
importer_media_la_LDFLAGS = $(PLUGIN_LINK)
importer_media_la_LIBADD = $(AVFORMAT_LIBS)
