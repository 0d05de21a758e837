plugin_LTLIBRARIES += importer-subtitle.la
importer_subtitle_la_SOURCES = \
	%D%/ass.c \
	%D%/cue.c \
	%D%/lrc.c \
	%D%/markup.c \
	%D%/srt.c \
	%D%/subtitle.c \
	%D%/subtitle.h
importer_subtitle_la_LDFLAGS = $(PLUGIN_LINK)
