#!/usr/bin/env bats
# init and add.
load common

setup()
{
	cd "$BATS_TEST_TMPDIR"
	make_notes
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
}

@test "init makes an archive that only its owner can read" {
	run xueji init new
	[ "$status" -eq 0 ]
	[[ $output == *"new"* ]]
	[ "$(stat -c %a new)" = 700 ]
	[ -f new/xueji.conf ]
	[ -d new/ocfl ]
}

@test "init refuses an archive and a folder with something in it" {
	run xueji init library
	[ "$status" -eq 1 ]
	run xueji init notes
	[ "$status" -eq 1 ]
	[ "$(ls notes | wc -l)" -eq 3 ]
}

@test "init without a place exits 2" {
	run xueji init
	[ "$status" -eq 2 ]
}

@test "add takes a folder and says how many" {
	run xueji add notes
	[ "$status" -eq 0 ]
	[[ $output == *"Accession 1"*"taken"*"3"* ]]
}

@test "added again, everything is held" {
	xueji -q add notes
	run_json add --json notes
	[ "$status" -eq 0 ]
	[ "$(json .held)" = 3 ]
	[ "$(json .taken)" = 0 ]
}

@test "a changed file becomes a new version" {
	xueji -q add notes
	echo 更多 >>notes/quality.txt
	run_json add --json notes
	[ "$(json .taken)" = 1 ]
	[ "$(json .held)" = 2 ]
	run_json list --json title:quality
	[ "$(json '.documents[0].version')" = 2 ]
}

@test "what options give is metadata of the document" {
	xueji -q add -k book -t 医院管理学 -c 李明 -c 王芳 -d 2023 -s 管理 \
		-l zh --set publisher=人民卫生出版社 notes/quality.txt
	run_json show --json 1
	[ "$(json .title)" = 医院管理学 ]
	[ "$(json .kind)" = book ]
	[ "$(json .date)" = 2023 ]
	[ "$(json '[.metadata[] | select(.element == "creator").value] | join(",")')" = 李明,王芳 ]
	[ "$(json '.metadata[] | select(.element == "publisher").value')" = 人民卫生出版社 ]
}

@test "an element without a value and a kind that is none exit 2" {
	run xueji add --set publisher notes
	[ "$status" -eq 2 ]
	run xueji add --kind novel notes
	[ "$status" -eq 2 ]
	run xueji add --jobs 1000 notes
	[ "$status" -eq 2 ]
	[ "$(xueji list --json | jq .total)" = 0 ]
}

@test "a path that is not there exits 4 and nothing is taken" {
	run xueji add notes nowhere
	[ "$status" -eq 4 ]
	[[ $output == *"nowhere"* ]]
	run xueji list
	[ "$status" -eq 1 ]
}

@test "--dry-run takes nothing" {
	run xueji add --dry-run notes
	[ "$status" -eq 0 ]
	[[ $output == *"law.md"* ]]
	run xueji list
	[ "$status" -eq 1 ]
}

@test "standard input is taken under the name given" {
	echo 今天的心得体会 | xueji -q add -k reflection --name 心得.txt -
	run_json search --json 心得体会
	[ "$(json .total)" = 1 ]
	[ "$(json '.hits[0].kind')" = reflection ]
}

@test "--exclude leaves out, --hidden takes in" {
	echo secret >notes/.hidden
	run_json add --json --exclude '*.md' notes
	[ "$(json .taken)" = 2 ]
	run_json add --json --hidden notes
	[ "$(json .taken)" = 2 ]
}

@test "the report has a line for every file and every member" {
	need jq
	cp "$XUEJI_CORPUS/专题研讨/医患沟通研讨材料.zip" notes/papers.zip
	xueji -q add --report report.jsonl notes
	[ "$(jq -s 'all(has("path") and has("outcome") and has("reason") and
		has("id") and has("importer") and has("bytes") and
		has("cpu_ms") and .memory > 100000)' report.jsonl)" = true ]
	[ "$(jq -s '[.[] | select(.path == ["notes/law.md"])] | length' \
		report.jsonl)" = 1 ]
	[ "$(jq -s '[.[] | select((.path | length) > 1)] | length' \
		report.jsonl)" -ge 2 ]
	[ "$(jq -s '[.[].outcome] | unique | join(",")' report.jsonl)" = '"ok"' ]
}

@test "the report names links in an archive, and the archive is whole" {
	need jq
	ln -s law.md notes/link
	tar cf notes.tar notes
	xueji -q add --report report.jsonl notes.tar
	[ "$(jq -c 'select(.path[1] == "notes/link") |
		[.outcome, .reason, .id]' report.jsonl)" = \
		'["skipped","a symbolic link",null]' ]
	[ "$(jq -r 'select(.path[1] == null) | .outcome' report.jsonl)" = ok ]
	xueji accession show 1 --json | jq -e '.report | map(.path[1]) |
		index("notes/link")'
}

@test "the report names held files too" {
	need jq
	xueji -q add notes
	xueji -q add --report report.jsonl notes
	[ "$(jq -s '[.[] | select(.outcome == "held")] | length' \
		report.jsonl)" = 3 ]
}

@test "a report that cannot be written is said before anything is done" {
	run xueji add --report nowhere/report.jsonl notes
	[ "$status" -eq 4 ]
	run xueji list
	[ "$status" -eq 1 ]
}

@test "what cannot be read is kept, listed on standard error, and exits 5" {
	head -c 3000 /dev/urandom >notes/noise.pdf
	ln -s law.md notes/link
	run --separate-stderr xueji add notes
	[ "$status" -eq 5 ]
	[[ $stderr == *"noise.pdf: "* ]]
	[[ $stderr != *"link"* ]]
	[[ $output == *"skipped"*"1"* ]]
	xueji list title:noise
}

@test "failures beyond twenty are counted" {
	mkdir many
	for i in $(seq 25); do head -c $((2000 + i)) /dev/urandom >"many/l$i.pdf"; done
	run --separate-stderr xueji add many
	[ "$status" -eq 5 ]
	[[ $stderr == *"and 5 more"* ]]
}

@test "names that are not UTF-8 are shown harmlessly and come back" {
	printf 'hello\n' >"notes/$(printf 'a\xff\033[31mb').txt"
	run xueji add notes
	[ "$status" -eq 0 ]
	run xueji list
	[[ $output != *$'\e['* ]]
	[[ $output == *'\x1B[31mb'* ]]
	run_json list --json
	[[ $(json '[.documents[].path[0]] | join(" ")') == *'\x1B[31mb'* ]]
}

@test "names in GBK are shown, found and written decoded" {
	mkdir old out
	printf '一\n' >"old/$(printf '\xD2\xBD\xD4\xBA\xB9\xDC\xC0\xED\xBD\xB2\xD2\xE5.txt')"
	run --separate-stderr xueji add --dry-run old
	[[ $output == *"old/医院管理讲义.txt"* ]]
	xueji -q add old
	[[ $(xueji list 'title:医院管理讲义') == *"医院管理讲义"* ]]
	xueji get "$(xueji list --json 'title:医院管理讲义' | jq .documents[0].id)" -o out
	[ -f out/医院管理讲义.txt ]
}

@test "no name reaches the terminal with its control characters" {
	mkdir bad
	printf '毒\n' >"bad/$(printf 'a\033]0;x\007b\nc.txt')"
	xueji add bad >out 2>&1
	{
		xueji add bad
		xueji list
		xueji search 毒
		xueji show "$(xueji list --json | jq '.documents[-1].id')"
		xueji accession list
		xueji accession show "$(xueji accession list --json |
			jq .accessions[0].number)"
		xueji history
		xueji status
		xueji get 1 -o "$(printf 'no\033where/x')" || true
		xueji init "$(printf 'new\033')"
	} >>out 2>&1
	! grep -q $'[\e\a]' out
	grep -q 'a\\x1B\]0;x\\x07b\\x0Ac' out
}

@test "Ctrl-C keeps what was taken, exits 130, and no document is called crashed" {
	need setsid jq
	mkdir many
	for i in $(seq 3000); do echo "第 $i 篇 质量" >"many/$i.txt"; done
	setsid --wait sh -c 'trap "" INT; echo $$ >group
		(trap - INT; exec "$XUEJI" add --report r.jsonl many); echo $? >code' \
		>out 2>err &
	for i in $(seq 100); do
		[ -s r.jsonl ] && break
		sleep 0.05
	done
	kill -INT -- "-$(cat group)"
	wait
	[ "$(cat code)" = 130 ] || [ "$(cat code)" = 0 ]
	[ "$(jq -s '[.[] | select(.outcome == "crashed")] | length' \
		r.jsonl)" = 0 ]
	xueji verify
	xueji -q add many
	[ "$(xueji list --json | jq .total)" = 3000 ]
}
