# The importer of EPUB books.
plugin_LTLIBRARIES += importer-epub.la
importer_epub_la_SOURCES = \
	$(PACKAGE_SOURCES) \
	%D%/epub.c \
	%D%/epub.h \
	%D%/opf.c \
	%D%/text.c
importer_epub_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(LIBXML_CFLAGS) $(LIBZIP_CFLAGS)
importer_epub_la_LDFLAGS = $(PLUGIN_LINK)
importer_epub_la_LIBADD = $(LIBXML_LIBS) $(LIBZIP_LIBS)
