#!/bin/sh
# layers.sh - dependencies point one way: reads the #include lines of our own
# headers in every folder and says in TAP which are not allowed.
#
#   util <- store, catalog, text, index, import <- library <- cli, serve
#   plugins -> importer.h and plugins/common, which is compiled into each

set -u
cd "${top_srcdir:-.}" || exit 1
count=0
broken=0

# "file:header" for each include that may be one of ours: all in quotes, and
# those in angle brackets below xueji/ or a module.
includes()
{
	find "$1" -type f \( -name '*.c' -o -name '*.cc' -o -name '*.h' \) \
		-exec grep -HE '^[[:space:]]*#[[:space:]]*include' {} + |
	sed -nE \
	    -e 's|^([^:]*):.*include[[:space:]]*"([^"]*)".*|\1:\2|p' \
	    -e 's|^([^:]*):.*include[[:space:]]*<((xueji\|util\|store\|catalog\|text\|index\|import\|library\|cli\|serve)/[^>]*)>.*|\1:\2|p' \
	    -e 's|^([^:]*):.*include[[:space:]]*<(xapian[^>]*)>.*|\1:\2|p'
}

# The rule for one include: $1 the folder, $2 the file, $3 the header.
allowed()
{
	module=${1##*/}
	case $1:$3 in
	*:config.h) return 0;;
	src/index:xapian*) return 0;;
	*:xapian*) return 1;;
	*:../*) return 1;;
	include/*:xueji/xueji.h) return 0;;
	include/*) return 1;;
	plugins/*:xueji/importer.h) return 0;;
	plugins/common:plugins/*) return 1;;
	plugins/*:plugins/common/*) test -e "$3"; return;;
	plugins/*:*/*) return 1;;
	src/*:xueji/xueji.h|src/*:xueji/study.h) return 0;;
	src/*:xueji/account.h|src/*:xueji/past.h|src/*:xueji/pages.h|\
	src/*:xueji/validity.h) return 0;;
	src/*:util/util.h) return 0;;
	src/*:"$module"/*) return 0;;
	# Both speak of blocks: one takes them from importers, one stores them.
	src/import:xueji/importer.h|src/text:xueji/importer.h) return 0;;
	src/library:store/store.h) return 0;;
	src/library:catalog/catalog.h) return 0;;
	src/library:text/text.h) return 0;;
	src/library:index/index.h) return 0;;
	src/library:import/import.h) return 0;;
	src/*:*/*) # The worker decodes text for importers.
		case $2:$3 in
		src/import/worker*.c:text/decode.h) return 0;;
		esac
		return 1;;
	esac
	test -e "$1/$3" # a file of its own folder
}

check()
{
	test -d "$1" || return 0
	count=$((count + 1))
	wrong=$(includes "$1" | while IFS=: read -r file header; do
		allowed "$1" "$file" "$header" ||
			echo "# $file includes $header"
	done)
	if test -z "$wrong"; then
		echo "ok $count - $1 includes only what it may"
	else
		echo "not ok $count - $1 includes only what it may"
		echo "$wrong"
		broken=1
	fi
}

for folder in include/xueji src/* plugins/*; do
	check "$folder"
done
echo "1..$count"
exit $broken
