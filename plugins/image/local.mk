plugin_LTLIBRARIES += importer-image.la
importer_image_la_SOURCES = \
	%D%/exif.c \
	%D%/image.c \
	%D%/image.h
importer_image_la_LDFLAGS = $(PLUGIN_LINK)
