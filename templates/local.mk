# What `xueji plugin new` writes.
importertemplatedir = $(pkgdatadir)/templates/importer
dist_importertemplate_DATA = \
	%D%/importer/README.md \
	%D%/importer/expected.txt \
	%D%/importer/importer.c \
	%D%/importer/rules.mk \
	%D%/importer/sample.txt \
	%D%/importer/test.sh
