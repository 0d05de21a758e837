#!/bin/sh
# test-html-gold.sh - pages whose text is known, by runs of five characters.
gold=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer
agree=$top_builddir/tests/plugins/agree

if ! [ -d "$gold/gold-born-from-text" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-html.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

# compare GOLD PAGE: ok when at least 0.995 of the text agrees.
compare()
{
	n=$((n + 1))
	"$run" --text "$2" >"$tmp/text"
	share=$("$agree" "$1" "$tmp/text")
	if [ "$(printf '%s\n0.9950\n' "$share" | sort | head -n 1)" = 0.9950 ]
	then
		echo "ok $n - $(basename "$2") agrees by $share"
	else
		echo "not ok $n - $(basename "$2") agrees by $share"
	fi
}

for page in "$gold"/gold-born-from-text/*.html; do
	compare "${page%.html}.txt" "$page"
done

# The same chapter in UTF-8 stands for what the others ought to give.
for page in "$gold"/html-zh-encodings/*.html; do
	name=$(basename "$page")
	case $name in
	*.tw.*|*big5*) twin=${name%%.*}.tw.utf8.html ;;
	*) twin=${name%%.*}.utf8.html ;;
	esac
	"$run" --text "$gold/html-zh-encodings/$twin" >"$tmp/twin"
	compare "$tmp/twin" "$page"
done
echo "1..$n"
