check_PROGRAMS += \
	%D%/test-store \
	%D%/test-store-conformance
%C%_test_store_LDADD = libxj-store.la $(TEST_LIBS)
%C%_test_store_conformance_LDADD = libxj-store.la $(TEST_LIBS)
EXTRA_DIST += %D%/store-tools.h
