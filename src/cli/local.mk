# The command. cmd-x.c is a command, listed in commands.c; the rest is shared.
bin_PROGRAMS += xueji
xueji_SOURCES = \
	%D%/add-tell.c \
	%D%/cli.h \
	%D%/cmd-accession.c \
	%D%/cmd-add.c \
	%D%/cmd-backup.c \
	%D%/cmd-config.c \
	%D%/cmd-demo.c \
	%D%/cmd-dictionary.c \
	%D%/cmd-doctor.c \
	%D%/cmd-edit.c \
	%D%/cmd-export.c \
	%D%/cmd-get.c \
	%D%/cmd-help.c \
	%D%/cmd-history.c \
	%D%/cmd-init.c \
	%D%/cmd-list.c \
	%D%/cmd-member.c \
	%D%/cmd-ocfl.c \
	%D%/cmd-plugin-new.c \
	%D%/cmd-plugin-test.c \
	%D%/cmd-ocr.c \
	%D%/cmd-plugin.c \
	%D%/cmd-quarantine.c \
	%D%/cmd-rebuild.c \
	%D%/cmd-reindex.c \
	%D%/cmd-remove.c \
	%D%/cmd-restore.c \
	%D%/cmd-role.c \
	%D%/cmd-search.c \
	%D%/cmd-show.c \
	%D%/cmd-similar.c \
	%D%/cmd-status.c \
	%D%/cmd-suggest.c \
	%D%/cmd-synonym.c \
	%D%/cmd-unit.c \
	%D%/cmd-unlock.c \
	%D%/cmd-verify.c \
	%D%/cmd-version.c \
	%D%/colour.c \
	%D%/commands.c \
	%D%/completion.c \
	%D%/help.c \
	%D%/json.c \
	%D%/main.c \
	%D%/manual.c \
	%D%/message.c \
	%D%/password.c \
	%D%/people.c \
	%D%/problem.c \
	%D%/progress.c \
	%D%/search-notice.c \
	%D%/search-print.c \
	%D%/search-run.c \
	%D%/table.c
xueji_LDADD = libxueji.la libxj-util.la $(LIBINTL)
