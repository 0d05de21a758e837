# The sample library: distributed and installed as it lies here, whatever the
# names; `xueji demo` archives it.
EXTRA_DIST += \
	%D%/README.md \
	%D%/english \
	%D%/专业业务 \
	%D%/专题研讨 \
	%D%/学习心得 \
	%D%/政治理论 \
	%D%/文明礼仪 \
	%D%/法律法规 \
	%D%/现代管理 \
	%D%/现代经济

INSTALL_MORE += install-corpus
UNINSTALL_MORE += uninstall-corpus

install-corpus:
	cd $(srcdir)/%D% && find . -type f ! -name local.mk | \
	while read -r f; do \
		$(MKDIR_P) "$(DESTDIR)$(pkgdatadir)/corpus/$$(dirname "$$f")" && \
		$(INSTALL_DATA) "$$f" "$(DESTDIR)$(pkgdatadir)/corpus/$$f" || \
		exit 1; \
	done

uninstall-corpus:
	rm -rf "$(DESTDIR)$(pkgdatadir)/corpus"

.PHONY: install-corpus uninstall-corpus
