# The command. Once it has a main:
#	bin_PROGRAMS += xueji
#	xueji_SOURCES = %D%/main.c %D%/cmd-add.c ...
#	xueji_LDADD = libxueji.la libxj-util.la $(LIBINTL)
