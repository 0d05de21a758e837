# Tests. A module's own are in its fragment below; `make check` runs them all
# and prints TAP.
#
# A cmocka program, in the fragment of its module:
#	check_PROGRAMS += %D%/test-x
#	%C%_test_x_LDADD = libxj-store.la $(TEST_LIBS)
# Its source is test-x.c beside the fragment. A bats file or a shell script:
#	dist_check_SCRIPTS += %D%/x.bats

TEST_EXTENSIONS = .bats .sh .mjs
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
BATS_LOG_DRIVER = $(TAP_DRIVER)
BATS_LOG_COMPILER = $(BATS)
AM_BATS_LOG_FLAGS = --tap
SH_LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_COMPILER = $(SHELL)
MJS_LOG_DRIVER = $(TAP_DRIVER)
MJS_LOG_COMPILER = $(SHELL) $(srcdir)/tests/web/node.sh

# What a test may ask the environment for. `shared` is a folder of test data
# beside the source tree, which need not be there.
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	XUEJI='$(abs_top_builddir)/xueji'; export XUEJI; \
	XUEJI_WORKER='$(abs_top_builddir)/xueji-importer'; \
	export XUEJI_WORKER; \
	XUEJI_REMOTES='$(abs_top_builddir)/xueji-remotes'; \
	export XUEJI_REMOTES; \
	XUEJI_SERVER='$(abs_top_builddir)/xueji-server'; export XUEJI_SERVER; \
	XUEJI_PAGES='$(abs_top_srcdir)/src/serve/pages'; export XUEJI_PAGES; \
	XUEJI_LOCALE='$(abs_top_builddir)/locale'; export XUEJI_LOCALE; \
	XUEJI_TEMPLATES='$(abs_top_srcdir)/templates'; export XUEJI_TEMPLATES; \
	XUEJI_CORPUS='$(abs_top_srcdir)/corpus'; export XUEJI_CORPUS; \
	XUEJI_PLUGINS='$(abs_top_builddir)/.libs'; export XUEJI_PLUGINS; \
	shared='$(abs_top_srcdir)/../shared'; export shared; \
	NM='$(NM)'; export NM; \
	LC_ALL=C.UTF-8; export LC_ALL; \
	XDG_DATA_HOME='$(abs_top_builddir)/no-data'; export XDG_DATA_HOME; \
	unset XUEJI_ARCHIVE LANGUAGE;

TEST_LIBS = libxj-util.la $(CMOCKA_LIBS)
LDADD = $(TEST_LIBS)

# For tests that let the first, second, third ... allocation fail.
FAILING_LINK = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

dist_check_SCRIPTS = \
	%D%/layers.sh \
	%D%/symbols.sh
EXTRA_DIST += \
	%D%/unit/failing.h \
	%D%/unit/scratch.h \
	%D%/unit/tap.h

include tests/unit/util.mk
include tests/unit/store.mk
include tests/unit/catalog.mk
include tests/unit/text.mk
include tests/unit/index.mk
include tests/unit/import.mk
include tests/unit/library.mk
include tests/unit/serve.mk
include tests/web/local.mk
include tests/plugins/local.mk
include tests/fuzz/local.mk
include tests/cli/local.mk

TESTS += $(check_PROGRAMS) $(dist_check_SCRIPTS)
