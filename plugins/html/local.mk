# The importer of html. Once it has a source:
#	plugin_LTLIBRARIES += importer-html.la
#	importer_html_la_SOURCES = %D%/html.c
#	importer_html_la_CPPFLAGS = $(AM_CPPFLAGS) $(LIBXML_CFLAGS)
#	importer_html_la_LDFLAGS = $(PLUGIN_LINK)
#	importer_html_la_LIBADD = $(LIBXML_LIBS)
