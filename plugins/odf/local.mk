# The importer of OpenDocument: odt, ods, odp and their kin.
plugin_LTLIBRARIES += importer-odf.la
importer_odf_la_SOURCES = \
	$(PACKAGE_SOURCES) \
	plugins/common/crypt.c \
	plugins/common/crypt.h \
	%D%/lock.c \
	%D%/lock.h \
	%D%/meta.c \
	%D%/odf.c \
	%D%/odf.h \
	%D%/text.c
importer_odf_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(LIBGCRYPT_CFLAGS) $(LIBXML_CFLAGS) $(LIBZIP_CFLAGS) $(ZLIB_CFLAGS)
importer_odf_la_LDFLAGS = $(PLUGIN_LINK)
importer_odf_la_LIBADD = $(LIBGCRYPT_LIBS) $(LIBXML_LIBS) $(LIBZIP_LIBS) \
	$(ZLIB_LIBS)
