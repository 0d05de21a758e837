check_PROGRAMS += \
	%D%/test-store \
	%D%/test-store-conformance \
	%D%/test-store-crash \
	%D%/test-store-full \
	%D%/test-store-validate
%C%_test_store_LDADD = libxj-store.la $(TEST_LIBS)
%C%_test_store_conformance_LDADD = libxj-store.la $(TEST_LIBS)
%C%_test_store_crash_LDADD = libxj-store.la $(TEST_LIBS)
%C%_test_store_full_LDADD = libxj-store.la $(TEST_LIBS)
%C%_test_store_full_LDFLAGS = $(FAILING_LINK)
%C%_test_store_validate_LDADD = libxj-store.la $(TEST_LIBS)
EXTRA_DIST += %D%/store-tools.h
