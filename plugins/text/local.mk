# The importer of plain text and of what is written as such: tables, JSON,
# source code, LaTeX, Org, reStructuredText.
plugin_LTLIBRARIES += importer-text.la
importer_text_la_SOURCES = \
	plugins/common/date.c \
	plugins/common/date.h \
	plugins/common/utf8.h \
	%D%/json.c \
	%D%/org.c \
	%D%/paragraph.c \
	%D%/rows.c \
	%D%/rst.c \
	%D%/tex.c \
	%D%/text.c \
	%D%/text.h
importer_text_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
importer_text_la_LDFLAGS = $(PLUGIN_LINK)
