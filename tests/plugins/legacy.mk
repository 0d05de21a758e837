# The importers of old office documents.
check_PROGRAMS += %D%/test-rtf %D%/test-ole
%C%_test_rtf_SOURCES = %D%/test-rtf.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_rtf_LDADD = libxj-import.la $(TEST_LIBS)
%C%_test_ole_SOURCES = %D%/test-ole.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_ole_LDADD = libxj-import.la $(TEST_LIBS)

dist_check_SCRIPTS += %D%/test-rtf-gold.sh %D%/test-ole-gold.sh
