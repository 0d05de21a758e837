# check_PROGRAMS += %D%/test-text
# %C%_test_text_LDADD = libxj-text.la $(TEST_LIBS)
