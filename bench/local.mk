# Programs that measure: noinst_PROGRAMS += %D%/x, EXTRA_DIST += %D%/x.sh

noinst_PROGRAMS += %D%/bench-search %D%/bench-suggest %D%/bench-text \
	%D%/make-documents %D%/texts
%C%_bench_search_LDADD = libxj-library.la
%C%_bench_search_LINK = $(CXXLINK)
%C%_bench_suggest_LDADD = libxj-library.la
%C%_bench_suggest_LINK = $(CXXLINK)
%C%_bench_text_SOURCES = %D%/bench-text.c
%C%_bench_text_LDADD = libxj-text.la libxj-util.la
%C%_make_documents_LDADD =
%C%_texts_LDADD = libxueji.la
EXTRA_DIST += %D%/Compare.java %D%/README.md %D%/compare \
	%D%/compare-fts5 %D%/documents %D%/hostile %D%/million \
	%D%/retrieval %D%/rights %D%/run %D%/serve \
	%D%/sources
