check_PROGRAMS += %D%/test-import
%C%_test_import_LDADD = libxj-import.la $(TEST_LIBS)
