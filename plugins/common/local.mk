# What several importers are made with, compiled into each of them: parts of
# zip packages, XML, paragraphs.
PACKAGE_SOURCES = \
	%D%/flow.c \
	%D%/flow.h \
	%D%/package.c \
	%D%/package.h \
	%D%/xml.c \
	%D%/xml.h
