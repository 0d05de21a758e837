#!/bin/sh
# test-office-gold.sh - office documents whose text is known, by runs of five
# characters; and that every one of many odd ones comes to an outcome.
data=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer
agree=$top_builddir/tests/plugins/agree

if ! [ -d "$data/gold-born-from-text" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-office.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

result()
{
	n=$((n + 1))
	echo "$1 $n - $2"
}

# at_least BAR SHARE
at_least()
{
	[ "$(printf '%s\n%s\n' "$1" "$2" | sort | head -n 1)" = "$1" ]
}

# known KIND: the types that an importer was built for.
known()
{
	case $1 in
	docx | docm | dotx | dotm | pptx | pptm | potx | ppsx | xlsx | xlsm)
		[ -e "$top_builddir/importer-ooxml.la" ] ;;
	odt | odp | ods | ott | otp | ots | fodt)
		[ -e "$top_builddir/importer-odf.la" ] ;;
	epub) [ -e "$top_builddir/importer-epub.la" ] ;;
	ofd) [ -e "$top_builddir/importer-ofd.la" ] ;;
	*) false ;;
	esac
}

for kind in docx pptx xlsx odt odp ods epub; do
	known $kind || continue
	for file in "$data"/gold-born-from-text/*.$kind; do
		name=$(basename "$file")
		"$run" --text "$file" >"$tmp/text"
		share=$("$agree" "${file%.*}.txt" "$tmp/text")
		if at_least 0.9950 "$share"; then
			result ok "$name agrees by $share"
		else
			result 'not ok' "$name agrees by $share"
		fi
	done
	for file in "$data"/gold-born-from-text/*-lo-*.$kind; do
		[ -e "$file" ] || continue
		name=$(basename "$file")
		"$run" "$file" | grep '^meta' >"$tmp/meta"
		# the books were made without keywords and without that date
		if grep -q '^meta title "' "$tmp/meta" &&
		   grep -q '^meta creator "档案馆测试"' "$tmp/meta" &&
		   { [ $kind = epub ] || {
		   grep -q '^meta subject "检索"' "$tmp/meta" &&
		   grep -q '^meta created "2024-03-01' "$tmp/meta"; } }; then
			result ok "metadata of $name"
		else
			result 'not ok' "metadata of $name"
			sed 's/^/# /' "$tmp/meta"
		fi
	done
done

# What two other programs agree on is the body alone.
all=0
good=0
for want in "$data"/office-*/*.expected.txt "$data"/mixed-tika/*.expected.txt; do
	file=${want%.expected.txt}
	known "${file##*.}" || continue
	"$run" "$file" >"$tmp/dump"
	grep -E '^(body|heading|list|table|caption|code)' "$tmp/dump" |
		sed 's/^[^"]*"//; s/"$//; s/\\[nt]/ /g; s/\\"/"/g' >"$tmp/text"
	share=$("$agree" "$want" "$tmp/text")
	all=$((all + 1))
	if at_least 0.9500 "$share"; then
		good=$((good + 1))
	else
		echo "# $(basename "$file") agrees by $share"
	fi
done
if [ $((good * 100)) -ge $((all * 95)) ]; then
	result ok "$good of $all bodies agree by 0.95"
else
	result 'not ok' "$good of $all bodies agree by 0.95"
fi

: >"$tmp/bad"
: >"$tmp/outcomes"
for file in "$data"/office-*/* "$data"/mixed-tika/* "$data"/epub-w3c-tests/*; do
	known "${file##*.}" || continue
	"$run" "$file" | grep '^outcome' >"$tmp/out"
	case $(cat "$tmp/out") in
	'outcome crashed'* | 'outcome limit'* | '')
		basename "$file" >>"$tmp/bad" ;;
	esac
	cut -d' ' -f2 "$tmp/out" >>"$tmp/outcomes"
done
sort "$tmp/outcomes" | uniq -c | sed 's/^/# /'
if [ -s "$tmp/bad" ]; then
	result 'not ok' 'every document comes to an outcome'
	sed 's/^/# /' "$tmp/bad"
else
	result ok 'every document comes to an outcome'
fi
echo "1..$n"
