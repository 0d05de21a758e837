plugin_LTLIBRARIES += importer-rtf.la
importer_rtf_la_SOURCES = \
	plugins/common/codepage.c \
	plugins/common/codepage.h \
	plugins/common/prose.c \
	plugins/common/prose.h \
	plugins/common/utf8.h \
	%D%/rtf.c \
	%D%/rtf.h \
	%D%/token.c \
	%D%/words.c
importer_rtf_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
importer_rtf_la_LDFLAGS = $(PLUGIN_LINK)
