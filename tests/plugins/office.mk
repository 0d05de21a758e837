# The importers of office documents and books that are zip files.
EXTRA_DIST += %D%/zip-sample.h
check_PROGRAMS += %D%/test-ooxml
%C%_test_ooxml_SOURCES = %D%/test-ooxml.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_ooxml_CPPFLAGS = $(AM_CPPFLAGS) $(LIBZIP_CFLAGS)
%C%_test_ooxml_LDADD = libxj-import.la $(TEST_LIBS) $(LIBZIP_LIBS)

dist_check_SCRIPTS += %D%/test-office-gold.sh
