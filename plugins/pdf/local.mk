# The importer of PDF. MuPDF comes as an archive: nothing of it leaves the
# object, and what is not called stays out.
plugin_LTLIBRARIES += importer-pdf.la
importer_pdf_la_SOURCES = \
	%D%/annot.c \
	%D%/attach.c \
	%D%/meta.c \
	%D%/outline.c \
	%D%/page-run.c \
	%D%/page-send.c \
	%D%/page-text.c \
	%D%/pages.c \
	%D%/pdf.c \
	%D%/pdf.h \
	%D%/stream.c \
	%D%/string.c \
	%D%/xmp.c
importer_pdf_la_CPPFLAGS = $(AM_CPPFLAGS) $(MUPDF_CFLAGS) $(LIBXML_CFLAGS)
importer_pdf_la_LDFLAGS = $(PLUGIN_LINK) -Wl,--exclude-libs,ALL \
	-Wl,--gc-sections
importer_pdf_la_LIBADD = $(MUPDF_LIBS) $(LIBXML_LIBS)
