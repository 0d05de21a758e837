# The importers of web pages, Markdown and archives.
check_PROGRAMS += %D%/test-html
%C%_test_html_SOURCES = %D%/test-html.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_html_LDADD = libxj-import.la $(TEST_LIBS)

dist_check_SCRIPTS += %D%/test-html-gold.sh
