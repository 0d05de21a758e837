plugin_LTLIBRARIES += importer-ole.la
importer_ole_la_SOURCES = \
	plugins/common/cfb.c \
	plugins/common/cfb.h \
	plugins/common/codepage.c \
	plugins/common/codepage.h \
	plugins/common/numbers.c \
	plugins/common/numbers.h \
	plugins/common/prose.c \
	plugins/common/prose.h \
	plugins/common/utf8.h \
	%D%/doc-look.c \
	%D%/doc.c \
	%D%/doc.h \
	%D%/embedded.c \
	%D%/msg-rtf.c \
	%D%/msg.c \
	%D%/msg.h \
	%D%/ole.c \
	%D%/ole.h \
	%D%/ppt.c \
	%D%/summary.c \
	%D%/xls-record.c \
	%D%/xls.c \
	%D%/xls.h
importer_ole_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
importer_ole_la_LDFLAGS = $(PLUGIN_LINK)
importer_ole_la_LIBADD = -lm
