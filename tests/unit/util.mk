check_PROGRAMS += %D%/test-util
%C%_test_util_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
%C%_test_util_LDFLAGS = $(FAILING_LINK)
