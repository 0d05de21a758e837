#!/bin/sh
# test-subtitle-gold.sh - lecture subtitles whose lines are known, in several
# formats and encodings.
gold=$shared/data/documents/subtitles-zh-made
run=$top_builddir/tests/plugins/run-importer

if ! [ -d "$gold" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-subtitle.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

for file in "$gold"/*.srt "$gold"/*.vtt "$gold"/*.ass; do
	n=$((n + 1))
	# The ASS files number each sentence on a second line.
	"$run" --text "$file" | grep -v '^第[0-9]*句$' >"$tmp/text"
	if cmp -s "$gold/lecture.expected.txt" "$tmp/text"; then
		echo "ok $n - $(basename "$file") is exact"
	else
		echo "not ok $n - $(basename "$file") is exact"
	fi
done
echo "1..$n"
