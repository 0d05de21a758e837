# Reads pages that are pictures. In a folder of its own, since no process loads
# it but the one that reads such pages.
if OCR
ocrplugin_LTLIBRARIES += %D%/importer-ocr.la
%C%_importer_ocr_la_SOURCES = \
	plugins/common/utf8.h \
	%D%/ocr.c \
	%D%/ocr.h \
	%D%/pdf.c \
	%D%/picture.c \
	%D%/recognise.c
%C%_importer_ocr_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(MUPDF_CFLAGS) $(TESSERACT_CFLAGS)
%C%_importer_ocr_la_LDFLAGS = $(PLUGIN_LINK) -Wl,--exclude-libs,ALL \
	-Wl,--gc-sections -Wl,--as-needed
%C%_importer_ocr_la_LIBADD = $(MUPDF_LIBS) $(TESSERACT_LIBS) -lm

# Before it is installed, the folder is found beside the other plugins too.
noinst_DATA += .libs/ocr
.libs/ocr: %D%/importer-ocr.la
	$(AM_V_GEN)$(MKDIR_P) .libs && rm -f $@ && $(LN_S) ../%D%/.libs $@
endif
