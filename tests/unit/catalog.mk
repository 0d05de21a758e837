# check_PROGRAMS += %D%/test-catalog
# %C%_test_catalog_LDADD = libxj-catalog.la $(TEST_LIBS)
