plugin_LTLIBRARIES += importer-subtitle.la
importer_subtitle_la_SOURCES = \
	plugins/common/utf8.h \
	%D%/ass.c \
	%D%/cue.c \
	%D%/lrc.c \
	%D%/markup.c \
	%D%/srt.c \
	%D%/subtitle.c \
	%D%/subtitle.h
importer_subtitle_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
importer_subtitle_la_LDFLAGS = $(PLUGIN_LINK)
