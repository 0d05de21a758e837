# The importer of plain text.
plugin_LTLIBRARIES += importer-text.la
importer_text_la_SOURCES = %D%/text.c
importer_text_la_LDFLAGS = $(PLUGIN_LINK)
