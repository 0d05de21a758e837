#!/usr/bin/env bats
# Pages that are pictures, from the scan to the hit.
load common

scan()
{
	"$top_builddir/tests/plugins/make-scan" "$@"
}

# ./library with a scan of two pages (1), which wait, and a text (2).
setup_file()
{
	[ -e "$XUEJI_PLUGINS/ocr/importer-ocr.so" ] || skip "OCR is not built"
	cd "$BATS_FILE_TMPDIR"
	mkdir in
	printf '医疗质量管理办法\n病历要及时书写，查房要有记录。\n' >one.txt
	printf '手卫生是最便宜的防线。\n' >two.txt
	scan in/a.pdf one.txt two.txt
	echo 尊重病人的知情权 >in/b.txt
	xueji -q init library
	xueji -q -A library add --no-ocr in
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	cp -a "$BATS_FILE_TMPDIR"/{library,in} .
	export XUEJI_ARCHIVE=$PWD/library
}

@test "add reads pages that are pictures at its end" {
	xueji -q init fresh
	run xueji -A fresh add in
	[ "$status" = 0 ]
	[[ $output == *"OCR: 2 pages read."* ]]
	run xueji -A fresh search 病历书写
	[ "$status" = 0 ]
	[[ $output == *"page 1 · OCR"* ]]
}

@test "add --no-ocr leaves them, and says so" {
	xueji -q init fresh
	run xueji -A fresh add --no-ocr in
	[ "$status" = 0 ]
	[[ $output == *"2 pages are pictures; \`xueji ocr\` reads them."* ]]
	run xueji -A fresh search 手卫生
	[ "$status" = 1 ]
}

@test "import.ocr says when they are read" {
	xueji config set import.ocr off
	echo more >in/c.txt
	run xueji add in
	[[ $output != *OCR* && $output != *pictures* ]]
	xueji config set import.ocr later
	echo more >in/d.txt
	run xueji add in
	[[ $output == *"\`xueji ocr\` reads them"* ]]
	run xueji config set import.ocr sometimes
	[ "$status" = 2 ]
}

@test "ocr reads what waits, and marks it everywhere" {
	run_json ocr --status --json
	[ "$(json -c '[.waiting, .read, .pages]')" = '[2,0,[]]' ]
	run xueji ocr
	[ "$status" = 0 ]
	[ "$output" = "OCR: 2 pages read." ]
	run_json search --json '手卫生 is:ocr'
	[ "$(json -c '[.total, .hits[0].passages[0].ocr,
		.hits[0].passages[0].at]')" = '[1,true,2]' ]
	run_json search --json 知情权
	[ "$(json '.hits[0].passages[0].ocr')" = false ]
	run xueji show --text 1
	[[ $output == *"[page 1 · OCR]"*"[page 2 · OCR]"* ]]
	run xueji show 1
	[[ $output == *"2 pages read"* ]]
	run_json show --json 1
	[ "$(json -c .ocr)" = '{"waiting":0,"read":2,"blank":0,"given_up":0}' ]
	run_json show --text --json 1
	[ "$(json '.text[0].role')" = ocr ]
	run_json list --json is:ocr
	[ "$(json -c '[.documents[].id]')" = '[1]' ]
	run_json ocr --status --json 1
	[ "$(json -c '[.pages[] | [.document, .page, .state]]')" = \
		'[[1,1,"read"],[1,2,"read"]]' ]
}

@test "a rebuild keeps what was read" {
	xueji -q ocr
	xueji -q rebuild
	run xueji ocr --status
	[ "$output" = "OCR: 2 pages read." ]
}

@test "without tesseract everything else works" {
	mkdir -p plugins
	ln -s "$XUEJI_PLUGINS"/importer-*.so plugins
	export XUEJI_PLUGINS=$PWD/plugins
	xueji -q init fresh
	run --separate-stderr xueji -A fresh add in
	[ "$status" = 0 ]
	[[ $stderr == *"OCR is not installed"* ]]
	run xueji -A fresh search 知情权
	[ "$status" = 0 ]
	run xueji -A fresh ocr
	[ "$status" = 4 ]
	run xueji -A fresh doctor
	[[ $output == *"– importer ocr: pages that are pictures are kept but not read"* ]]
}

@test "what cannot be read is given up with a reason" {
	xueji config set import.ocr_seconds 1
	run xueji ocr
	if [ "$status" = 5 ]; then
		run xueji ocr --status
		[[ $output == *"#1, page 1: "* ]]
		xueji config set import.ocr_seconds 60
		xueji ocr --again
	fi
	run xueji ocr --status
	[ "$output" = "OCR: 2 pages read." ]
}

@test "an interruption keeps what was read" {
	cp in/a.pdf in/f.pdf
	echo >>in/f.pdf
	xueji -q add --no-ocr in
	"$XUEJI" ocr -j 1 & pid=$!
	sleep 1
	kill -9 $pid || true
	wait $pid || true
	xueji ocr
	run xueji ocr --status
	[ "$output" = "OCR: 4 pages read." ]
	xueji verify
}
