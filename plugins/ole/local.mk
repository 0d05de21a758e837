plugin_LTLIBRARIES += importer-ole.la
importer_ole_la_SOURCES = \
	plugins/common/codepage.c \
	plugins/common/codepage.h \
	plugins/common/prose.c \
	plugins/common/prose.h \
	%D%/cfb.c \
	%D%/doc-look.c \
	%D%/doc.c \
	%D%/doc.h \
	%D%/embedded.c \
	%D%/ole.c \
	%D%/ole.h \
	%D%/summary.c
importer_ole_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
importer_ole_la_LDFLAGS = $(PLUGIN_LINK)
