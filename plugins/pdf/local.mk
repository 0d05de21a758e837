# The importer of pdf. Once it has a source:
#	plugin_LTLIBRARIES += importer-pdf.la
#	importer_pdf_la_SOURCES = %D%/pdf.c
#	importer_pdf_la_CPPFLAGS = $(AM_CPPFLAGS) $(MUPDF_CFLAGS)
#	importer_pdf_la_LDFLAGS = $(PLUGIN_LINK)
#	importer_pdf_la_LIBADD = $(MUPDF_LIBS)
