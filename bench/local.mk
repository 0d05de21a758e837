# Programs that measure: noinst_PROGRAMS += %D%/x, EXTRA_DIST += %D%/x.sh

noinst_PROGRAMS += %D%/bench-text
%C%_bench_text_SOURCES = %D%/bench-text.c
%C%_bench_text_LDADD = libxj-text.la libxj-util.la
EXTRA_DIST += %D%/README.md %D%/documents %D%/hostile %D%/retrieval %D%/run
