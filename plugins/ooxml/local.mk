# The importer of Office Open XML: docx, pptx, xlsx and their kin.
plugin_LTLIBRARIES += importer-ooxml.la
importer_ooxml_la_SOURCES = \
	$(PACKAGE_SOURCES) \
	plugins/common/cfb.c \
	plugins/common/cfb.h \
	plugins/common/crypt.c \
	plugins/common/crypt.h \
	plugins/common/numbers.c \
	plugins/common/numbers.h \
	%D%/compat.c \
	%D%/drawing.c \
	%D%/lock.c \
	%D%/lock.h \
	%D%/ooxml.c \
	%D%/ooxml.h \
	%D%/props.c \
	%D%/sheets.c \
	%D%/slides.c \
	%D%/word.c
importer_ooxml_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(LIBGCRYPT_CFLAGS) $(LIBXML_CFLAGS) $(LIBZIP_CFLAGS)
importer_ooxml_la_LDFLAGS = $(PLUGIN_LINK)
importer_ooxml_la_LIBADD = $(LIBGCRYPT_LIBS) $(LIBXML_LIBS) \
	$(LIBZIP_LIBS) -lm
