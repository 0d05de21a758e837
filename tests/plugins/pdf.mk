# The importer of PDF.
check_PROGRAMS += %D%/test-pdf
%C%_test_pdf_SOURCES = %D%/test-pdf.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_pdf_LDADD = libxj-import.la $(TEST_LIBS)

dist_check_SCRIPTS += %D%/test-pdf-gold.sh
