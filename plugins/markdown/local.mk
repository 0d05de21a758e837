# The importer of markdown. Once it has a source:
#	plugin_LTLIBRARIES += importer-markdown.la
#	importer_markdown_la_SOURCES = %D%/markdown.c
#	importer_markdown_la_CPPFLAGS = $(AM_CPPFLAGS) $(MD4C_CFLAGS)
#	importer_markdown_la_LDFLAGS = $(PLUGIN_LINK)
#	importer_markdown_la_LIBADD = $(MD4C_LIBS)
