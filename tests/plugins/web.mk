# The importers of web pages, Markdown and archives.
check_PROGRAMS += %D%/test-html %D%/test-markdown %D%/test-archive
%C%_test_html_SOURCES = %D%/test-html.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_html_LDADD = libxj-import.la $(TEST_LIBS)
%C%_test_markdown_SOURCES = %D%/test-markdown.c %D%/sample.h %D%/host.c \
	%D%/host.h
%C%_test_markdown_LDADD = libxj-import.la $(TEST_LIBS)
%C%_test_archive_SOURCES = %D%/test-archive.c %D%/sample.h %D%/host.c \
	%D%/host.h
%C%_test_archive_CPPFLAGS = $(AM_CPPFLAGS) $(ARCHIVE_CFLAGS)
%C%_test_archive_LDADD = libxj-import.la $(TEST_LIBS) $(ARCHIVE_LIBS)

dist_check_SCRIPTS += %D%/test-html-gold.sh %D%/test-archive-gold.sh
