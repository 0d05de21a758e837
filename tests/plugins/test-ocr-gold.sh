#!/bin/sh
# test-ocr-gold.sh - scanned pages whose text is known: how many characters are
# read right, and how many spaces stand between Chinese ones.
readers=$top_builddir/.libs/ocr
run="$top_builddir/tests/plugins/run-importer -p $readers"
agree="$top_builddir/tests/plugins/agree -c"
scan=$top_builddir/tests/plugins/make-scan
data=$shared/data/documents

if ! [ -e "$readers/importer-ocr.so" ]; then
	echo "1..0 # SKIP OCR is not built"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-ocr.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

# is CONDITION NAME
is()
{
	n=$((n + 1))
	if awk "BEGIN { exit !($1) }"; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
	fi
}

# read_well FILE GOLD LEAST
read_well()
{
	$run --text "$1" >"$tmp/text"
	share=$($agree "$2" "$tmp/text")
	is "$share >= $3" "$(basename "$1"): $share of the characters"
}

cat >"$tmp/zh.txt" <<-'END'
	医疗质量安全核心制度要点
	医疗质量安全核心制度是指在诊疗活动中对保障医疗质量和患者安全发挥重要的基础性作用，医疗机构及其医务人员应当严格遵守的相关制度。
	首诊负责制度指患者的首位接诊医师在一次就诊过程结束前或由其他医师接诊前，负责该患者全程诊疗管理的制度。
	住院期间实行三级查房，查房要有记录，病历要在规定的时间内写完。
END
cat >"$tmp/en.txt" <<-'END'
	Hand hygiene saves lives
	Wash your hands before touching a patient, before a clean procedure, after a body fluid exposure risk, after touching a patient and after touching the surroundings of a patient.
END
for name in zh en; do
	"$scan" "$tmp/$name.png" "$tmp/$name.txt"
	read_well "$tmp/$name.png" "$tmp/$name.txt" 0.98
done
"$scan" "$tmp/both.pdf" "$tmp/zh.txt" "" "$tmp/en.txt"
cat "$tmp/zh.txt" "$tmp/en.txt" >"$tmp/both.txt"
read_well "$tmp/both.pdf" "$tmp/both.txt" 0.98
$run --text "$tmp/zh.png" >"$tmp/text"
spaces=$(grep -cP '[\x{4e00}-\x{9fff}] [\x{4e00}-\x{9fff}]' "$tmp/text")
is "$spaces <= 1" "$spaces lines with a space between Chinese characters"

# What is damaged is refused, or read as far as it goes.
for part in 1 2 3; do
	size=$(wc -c <"$tmp/zh.png")
	head -c $((size * part / 4)) "$tmp/zh.png" >"$tmp/cut.png"
	$run "$tmp/cut.png" >"$tmp/dump"
	grep -q '^outcome [a-z]' "$tmp/dump" && ! grep -q crashed "$tmp/dump"
	is "$? == 0" "a picture cut off after $part quarters ends well"
done

if [ -d "$data/ocr-zh-made" ]; then
	for file in page1.png page2.png page1.tif page1-noisy-skew.jpg \
		scan-only.pdf; do
		page=${file%%[.-]*}
		[ "$page" = scan ] && page=page1
		read_well "$data/ocr-zh-made/$file" \
			"$data/ocr-zh-made/$page.expected.txt" 0.98
	done
fi
echo "1..$n"
