# Manuals: dist_man_MANS += %D%/xueji.1, EXTRA_DIST += %D%/x.md
