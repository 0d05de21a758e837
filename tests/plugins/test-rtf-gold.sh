#!/bin/sh
# test-rtf-gold.sh - RTF whose text is known, by runs of five characters; and
# that every RTF there is comes to an end.
data=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer
agree=$top_builddir/tests/plugins/agree

if ! [ -d "$data/gold-born-from-text" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-rtf.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

say()
{
	n=$((n + 1))
	echo "$1 $n - $2"
}

for file in "$data"/gold-born-from-text/*.rtf; do
	name=$(basename "$file")
	"$run" --text "$file" >"$tmp/text"
	share=$("$agree" "${file%.rtf}.txt" "$tmp/text")
	if [ "$(printf '%s\n0.9950\n' "$share" | sort | head -n 1)" = 0.9950 ]
	then
		say ok "$name agrees by $share"
	else
		say "not ok" "$name agrees by $share"
	fi
	"$run" "$file" >"$tmp/dump"
	if grep -q '^meta creator "档案馆测试"' "$tmp/dump" &&
		grep -q '^meta created "2024-03-01' "$tmp/dump" &&
		grep -q '^meta subject "检索"' "$tmp/dump" &&
		grep -q '^meta title ".*" source="info"' "$tmp/dump"
	then
		say ok "$name has its title, creator, date and keyword"
	else
		say "not ok" "$name lacks some of its metadata"
	fi
done

bad=0 all=0
for file in "$data"/*/*.rtf; do
	all=$((all + 1))
	outcome=$("$run" "$file" 2>&1 | grep -a '^outcome')
	case $outcome in
	'outcome ok '*) ;;
	*)
		bad=$((bad + 1))
		echo "# $(basename "$file"): $outcome" ;;
	esac
done
if [ $bad = 0 ]; then
	say ok "$all documents come to an end"
else
	say "not ok" "$bad of $all documents do not come to an end"
fi
echo "1..$n"
