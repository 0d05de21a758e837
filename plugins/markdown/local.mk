plugin_LTLIBRARIES += importer-markdown.la
importer_markdown_la_SOURCES = \
	plugins/common/date.c \
	plugins/common/date.h \
	plugins/common/utf8.h \
	%D%/blocks.c \
	%D%/flow.c \
	%D%/front-matter.c \
	%D%/markdown.c \
	%D%/markdown.h
# md4c's header does not tell its version
importer_markdown_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(MD4C_CFLAGS) \
	$(LIBXML_CFLAGS) \
	-DMD4C_VERSION='"'`$(PKG_CONFIG) --modversion md4c`'"'
importer_markdown_la_LDFLAGS = $(PLUGIN_LINK)
importer_markdown_la_LIBADD = $(MD4C_LIBS) $(LIBXML_LIBS)
