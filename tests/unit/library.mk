# check_PROGRAMS += %D%/test-library
# %C%_test_library_LDADD = libxueji.la $(TEST_LIBS)
