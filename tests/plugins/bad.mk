# What a worker costs, alone and in a run.
noinst_PROGRAMS += %D%/cost
%C%_cost_SOURCES = %D%/cost.c
%C%_cost_LDADD = libxj-import.la libxj-util.la

# Importers that do what none should; the tests of the import module choose
# among them. A module that is only checked must be told to be shared.
BAD_LINK = -module -avoid-version -rpath /nowhere
check_LTLIBRARIES += \
	%D%/importer-bad-abi.la \
	%D%/importer-bad-deeds.la \
	%D%/importer-bad-heavy.la \
	%D%/importer-bad-heavy-setup.la \
	%D%/importer-bad-load.la \
	%D%/importer-bad-name.la \
	%D%/importer-bad-probe.la \
	%D%/importer-bad-setup.la \
	%D%/importer-bad-symbol.la \
	%D%/importer-bad-twin.la
%C%_importer_bad_abi_la_SOURCES = %D%/bad-abi.c
%C%_importer_bad_abi_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_deeds_la_SOURCES = %D%/bad-deeds.c
%C%_importer_bad_deeds_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_heavy_la_SOURCES = %D%/bad-heavy.c
%C%_importer_bad_heavy_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_heavy_setup_la_SOURCES = %D%/bad-heavy.c
%C%_importer_bad_heavy_setup_la_CPPFLAGS = $(AM_CPPFLAGS) -DBREAKS
%C%_importer_bad_heavy_setup_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_load_la_SOURCES = %D%/bad-load.c
%C%_importer_bad_load_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_name_la_SOURCES = %D%/bad-name.c
%C%_importer_bad_name_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_probe_la_SOURCES = %D%/bad-probe.c
%C%_importer_bad_probe_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_setup_la_SOURCES = %D%/bad-setup.c
%C%_importer_bad_setup_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_symbol_la_SOURCES = %D%/bad-symbol.c
%C%_importer_bad_symbol_la_LDFLAGS = $(BAD_LINK)
%C%_importer_bad_twin_la_SOURCES = %D%/bad-twin.c
%C%_importer_bad_twin_la_LDFLAGS = $(BAD_LINK)

# Stands in for OCR in the tests of what is done with it.
check_LTLIBRARIES += %D%/importer-fake-ocr.la
%C%_importer_fake_ocr_la_SOURCES = %D%/fake-ocr.c
%C%_importer_fake_ocr_la_LDFLAGS = $(BAD_LINK)
