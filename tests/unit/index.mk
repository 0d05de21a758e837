# The index is C++ inside, so its tests are linked by that compiler.
check_PROGRAMS += \
	%D%/test-index \
	%D%/test-index-damage \
	%D%/test-index-large \
	%D%/test-index-total
%C%_test_index_LDADD = libxj-index.la $(TEST_LIBS)
%C%_test_index_LINK = $(CXXLINK)
%C%_test_index_damage_LDADD = libxj-index.la $(TEST_LIBS)
%C%_test_index_damage_LINK = $(CXXLINK)
%C%_test_index_large_LDADD = libxj-index.la $(TEST_LIBS)
%C%_test_index_large_LINK = $(CXXLINK)
%C%_test_index_total_LDADD = libxj-index.la $(TEST_LIBS)
%C%_test_index_total_LINK = $(CXXLINK)
EXTRA_DIST += %D%/index-make.h
