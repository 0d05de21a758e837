#!/bin/sh
# test-archive-gold.sh - archives with Chinese names, and archives of every
# kind, many of them damaged on purpose.
data=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer

if ! [ -d "$data/archives-zh-names" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-archive.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

result()
{
	n=$((n + 1))
	echo "$1 $n - $2"
}

# names KEY: the list that stands under the key in the expected names.
names()
{
	tr -d '\n' <"$data/archives-zh-names/names.expected.json" |
		sed "s/.*\"$1\": *\[//; s/\].*//" | tr ',' '\n' |
		sed 's/^ *"//; s/" *$//' | sort
}

for archive in "$data"/archives-zh-names/names*; do
	case $archive in
	*.json | *nested*) continue ;;
	*big5*) key=names_big5 ;;
	*) key=names ;;
	esac
	names "$key" >"$tmp/want"
	"$run" "$archive" | sed -n 's/^child member "\([^"]*\)".*/\1/p' |
		sort >"$tmp/got"
	if cmp -s "$tmp/want" "$tmp/got"; then
		result ok "names in $(basename "$archive")"
	else
		result 'not ok' "names in $(basename "$archive")"
		diff "$tmp/want" "$tmp/got" | sed 's/^/# /'
	fi
done

# The archive within the archive within the archive.
names names >"$tmp/want"
"$run" -d 3 "$data"/archives-zh-names/names.nested-zip-tarxz-zip-docx.zip |
	sed -n 's/^ \{8\}child member "\([^"]*\)".*/\1/p' | sort >"$tmp/got"
if cmp -s "$tmp/want" "$tmp/got"; then
	result ok 'names three archives deep'
else
	result 'not ok' 'names three archives deep'
fi

: >"$tmp/bad"
for archive in "$data"/archives-libarchive/*; do
	"$run" "$archive" | grep '^outcome' >"$tmp/out"
	case $(cat "$tmp/out") in
	'outcome crashed'* | *' s of CPU'* | *' s of time'* | '')
		basename "$archive" >>"$tmp/bad" ;;
	esac
	cut -d' ' -f2 "$tmp/out" >>"$tmp/outcomes"
done
sort "$tmp/outcomes" | uniq -c | sed 's/^/# /'
if [ -s "$tmp/bad" ]; then
	result 'not ok' 'every archive comes to an outcome'
	sed 's/^/# /' "$tmp/bad"
else
	result ok 'every archive comes to an outcome'
fi
echo "1..$n"
