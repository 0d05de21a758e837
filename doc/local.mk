# Manuals and completion are printed by the command itself from the table that
# parses its options; X.man is the prose of a page, in English and in Chinese.
# The catalogue of messages is made here too, since the Chinese pages and the
# tests want it before po/ is installed.
xueji_pages = xueji xueji-accession xueji-add xueji-audit xueji-backup xueji-collection \
	xueji-config xueji-decision xueji-decline xueji-demo xueji-dictionary xueji-doctor \
	xueji-edit xueji-export xueji-get xueji-grant xueji-help xueji-history \
	xueji-index xueji-init xueji-lecture xueji-list xueji-member xueji-ocfl xueji-ocr xueji-packet \
	xueji-paper xueji-plugin \
	xueji-purge xueji-quarantine xueji-rebuild xueji-reindex xueji-remove \
	xueji-request xueji-requests xueji-restore xueji-role xueji-scope \
	xueji-search xueji-searches xueji-seminar xueji-serve xueji-share xueji-shares xueji-show xueji-similar xueji-status \
	xueji-suggest xueji-synonym xueji-titles xueji-token xueji-topic xueji-undelete xueji-unit \
	xueji-unlock xueji-unshare xueji-verify xueji-version xueji-who-can \
	xueji-why xueji-withdraw

english_pages = $(xueji_pages:%=%D%/en/%.1)
chinese_pages = $(xueji_pages:%=%D%/zh/%.1)
EXTRA_DIST += %D%/api.md %D%/api.zh_CN.md %D%/importers.md %D%/json.md %D%/scale.md $(xueji_pages:%=%D%/en/%.man) \
	$(xueji_pages:%=%D%/zh/%.man) po/zh_CN.po

# An importer in Python, as the last chapter of importers.md has it.
exampledir = $(docdir)/examples
dist_example_DATA = %D%/examples/ics.conf %D%/examples/ics.py \
	%D%/examples/xueji.service

nodist_man1_MANS = $(english_pages)
zhman1dir = $(mandir)/zh_CN/man1
nodist_zhman1_DATA = $(chinese_pages)

our_messages = locale/zh_CN/LC_MESSAGES/xueji.mo
noinst_DATA += $(our_messages)
$(our_messages): po/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(MSGFMT) -o $@ $(top_srcdir)/po/zh_CN.po && touch $@

# English is what the command says in the C locale.
say_in_en = LC_ALL=C LANGUAGE= ./xueji$(EXEEXT)
say_in_zh = LC_ALL=C.UTF-8 LANGUAGE=zh_CN XUEJI_LOCALE=locale ./xueji$(EXEEXT)
$(english_pages) $(chinese_pages): xueji$(EXEEXT) $(our_messages)
SUFFIXES += .man .1
.man.1:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	case $@ in */zh/*) run='$(say_in_zh)';; *) run='$(say_in_en)';; esac && \
	name=`basename $@ .1` && \
	env $$run help --man $$name --prose $< >$@.tmp && mv $@.tmp $@

bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = completion/xueji
zshcompletiondir = $(datadir)/zsh/site-functions
nodist_zshcompletion_DATA = completion/_xueji
fishcompletiondir = $(datadir)/fish/vendor_completions.d
nodist_fishcompletion_DATA = completion/xueji.fish
completions = completion/xueji completion/_xueji completion/xueji.fish
$(completions): xueji$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	case $@ in */_*) shell=zsh;; *.fish) shell=fish;; *) shell=bash;; esac && \
	env $(say_in_en) help --completion $$shell >$@.tmp && mv $@.tmp $@

CLEANFILES += $(english_pages) $(chinese_pages) $(completions) $(our_messages)
