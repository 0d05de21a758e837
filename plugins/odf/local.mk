# The importer of OpenDocument: odt, ods, odp and their kin.
plugin_LTLIBRARIES += importer-odf.la
importer_odf_la_SOURCES = \
	$(PACKAGE_SOURCES) \
	%D%/meta.c \
	%D%/odf.c \
	%D%/odf.h \
	%D%/text.c
importer_odf_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(LIBXML_CFLAGS) $(LIBZIP_CFLAGS)
importer_odf_la_LDFLAGS = $(PLUGIN_LINK)
importer_odf_la_LIBADD = $(LIBXML_LIBS) $(LIBZIP_LIBS)
