# What several importers are made with, compiled into each of them: parts of
# zip packages, XML, paragraphs, characters.
PACKAGE_SOURCES = \
	%D%/flow.c \
	%D%/flow.h \
	%D%/package.c \
	%D%/package.h \
	%D%/utf8.h \
	%D%/xml.c \
	%D%/xml.h
