plugin_LTLIBRARIES += importer-mail.la
importer_mail_la_SOURCES = \
	plugins/common/utf8.h \
	%D%/body.c \
	%D%/header.c \
	%D%/mail.c \
	%D%/mail.h \
	%D%/mbox.c \
	%D%/param.c \
	%D%/parts.c \
	%D%/source.c \
	%D%/text.c
# GMime's header does not tell its version as a string
importer_mail_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(GMIME_CFLAGS) \
	-DGMIME_VERSION='"'`$(PKG_CONFIG) --modversion gmime-3.0`'"'
importer_mail_la_LDFLAGS = $(PLUGIN_LINK)
importer_mail_la_LIBADD = $(GMIME_LIBS)
