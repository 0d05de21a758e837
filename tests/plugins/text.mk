# The importer of plain text.
check_PROGRAMS += %D%/test-text
%C%_test_text_SOURCES = %D%/test-text.c %D%/host.c %D%/host.h
%C%_test_text_LDADD = libxj-import.la $(TEST_LIBS)
