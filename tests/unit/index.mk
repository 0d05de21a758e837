# check_PROGRAMS += %D%/test-index
# %C%_test_index_LDADD = libxj-index.la $(TEST_LIBS)
# nodist_EXTRA_%C%_test_index_SOURCES = %D%/dummy.cc
