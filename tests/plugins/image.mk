# The importer of pictures.
check_PROGRAMS += %D%/test-image
%C%_test_image_SOURCES = %D%/test-image.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_image_LDADD = libxj-import.la $(TEST_LIBS)
