# The importer of OFD, the fixed layout of GB/T 33190.
plugin_LTLIBRARIES += importer-ofd.la
importer_ofd_la_SOURCES = \
	$(PACKAGE_SOURCES) \
	%D%/ofd.c \
	%D%/ofd.h \
	%D%/page.c
importer_ofd_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(LIBXML_CFLAGS) $(LIBZIP_CFLAGS)
importer_ofd_la_LDFLAGS = $(PLUGIN_LINK)
importer_ofd_la_LIBADD = $(LIBXML_LIBS) $(LIBZIP_LIBS) -lm
