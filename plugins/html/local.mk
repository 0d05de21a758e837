plugin_LTLIBRARIES += importer-html.la
importer_html_la_SOURCES = \
	plugins/common/date.c \
	plugins/common/date.h \
	plugins/common/utf8.h \
	%D%/head.c \
	%D%/html.c \
	%D%/html.h \
	%D%/page.c \
	%D%/prescan.c \
	%D%/run.c
importer_html_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(LIBXML_CFLAGS)
importer_html_la_LDFLAGS = $(PLUGIN_LINK)
importer_html_la_LIBADD = $(LIBXML_LIBS)
