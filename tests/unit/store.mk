# check_PROGRAMS += %D%/test-store
# %C%_test_store_LDADD = libxj-store.la $(TEST_LIBS)
