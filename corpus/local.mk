# Sample files, listed so that they are distributed: EXTRA_DIST += %D%/x.txt
