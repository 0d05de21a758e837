#!/usr/bin/env bats
# search: for people, for programs, and runs.
load common

setup_file() { share_library; }
setup() { copy_library; }

@test "a hit shows title, number, kind, file and the words marked" {
	run xueji search 质量
	[ "$status" -eq 0 ]
	[[ $output == *"1 document"* ]]
	[[ $output == *"1. quality"* ]]
	[[ $output == *"#2 · "* ]]
	[[ $output == *"notes/quality.txt"* ]]
	[[ $output == *"【质量】"* ]]
}

@test "a passage says the line it is on" {
	run xueji search 知情权
	[[ $output == *"line 3"* ]]
	run xueji --lang zh search 知情权
	[[ $output == *"第 3 行"* ]]
}

@test "no hits exits 1" {
	run xueji search qqxyzzy
	[ "$status" -eq 1 ]
	[[ $output == "0 documents"* ]]
}

@test "totals are counted in Chinese" {
	run xueji --lang zh search 质量
	[[ $output == "1 篇"* ]]
}

@test "words given apart are one query" {
	[ "$(xueji search 医疗 质量 --json | jq -r .query)" = "医疗 质量" ]
}

@test "a member is shown with its path inside the archive file" {
	run xueji search 医患沟通
	[ "$status" -eq 0 ]
	[[ $output == *"papers.zip › "* ]]
}

@test "the JSON has the keys that are promised" {
	run_json search --json 质量 --facets kind,year,creator,type
	[ "$status" -eq 0 ]
	[ "$(json 'keys_unsorted | join(" ")')" = "format query understood repairs widened total total_is_exact related queued took_ms left_out missing without meant facets hits" ]
	[ "$(json '.facets | keys_unsorted | join(" ")')" = "kind year creator type" ]
	[ "$(json '.hits[0] | has("id") and has("urn") and has("title") and
		has("kind") and has("date") and has("path") and
		has("score") and has("passages")')" = true ]
	[ "$(json '.hits[0].passages[0] | keys_unsorted | join(" ")')" = "where at label ocr text marks" ]
}

@test "marks count characters" {
	run_json search --json 质量
	[ "$(json '.hits[0].passages[0] as $p | $p.marks[0] as $m |
		$p.text[$m[0]:$m[0]+$m[1]]')" = 质量 ]
}

@test "no hits are an answer in JSON too" {
	run_json search --json qqxyzzy
	[ "$status" -eq 1 ]
	[ "$(json .total)" = 0 ]
	[ "$(json '.hits | length')" = 0 ]
}

@test "--limit and --offset cut the list, not the total" {
	run_json search --json 病人 --limit 1 --offset 1
	[ "$(json '.hits | length')" = 1 ]
	first=$(xueji search --json 病人 --limit 1 | jq '.hits[0].id')
	[ "$(json '.hits[0].id')" != "$first" ]
	[ "$(json .total)" -ge 2 ]
}

@test "--sort date puts the newest first" {
	run_json search --json 病人 --sort date
	[ "$(json '[.hits[].date] == ([.hits[].date] | sort | reverse)')" = true ]
}

@test "facets count for people" {
	run xueji search 质量 --facets kind,year
	[[ $output == *"kind:  material 1"* ]]
}

@test "a sort and a facet that are none exit 2" {
	run xueji search x --sort size
	[ "$status" -eq 2 ]
	run xueji search x --facets kind,colour
	[ "$status" -eq 2 ]
}

@test "nothing to search for exits 2" {
	run xueji search
	[ "$status" -eq 2 ]
	run xueji search ''
	[ "$status" -eq 2 ]
}

@test "a run has six columns, ranks from 1 and falling scores" {
	printf 'q1\t质量 管理\nq2\t病人\n' >queries.tsv
	run xueji search --queries queries.tsv --run mine
	[ "$status" -eq 0 ]
	awk 'NF != 6 || $2 != "Q0" || $6 != "mine" { exit 1 }
		$1 != id { id = $1; rank = 0; score = 1e300 }
		$4 != ++rank || $5 >= score { exit 1 }
		{ score = $5 }' <<<"$output"
	grep -q '^q1 Q0 notes/quality.txt 1 ' <<<"$output"
	grep -q '^q2 Q0 notes/papers.zip/' <<<"$output"
}

@test "a run escapes white space in paths and stops at the limit" {
	mkdir 'my notes'
	echo 质量 >'my notes/100% sure.txt'
	xueji -q add 'my notes'
	printf 'q\t质量\n' | xueji search --queries - --run t >run.txt
	grep -q ' my%20notes/100%25%20sure.txt ' run.txt
	[ "$(printf 'q\t质量\n' | xueji search --queries - --run t -n 1 |
		wc -l)" -eq 1 ]
}

@test "a queries file without a tab, a run without a tag, and a missing file fail" {
	echo 质量 >bad
	run xueji search --queries bad --run t
	[ "$status" -eq 2 ]
	[[ $output == *"line 1"* ]]
	run xueji search --queries bad
	[ "$status" -eq 2 ]
	run xueji search --queries nowhere --run t
	[ "$status" -eq 4 ]
}

@test "long passages are broken at the width of the terminal, wide characters counted" {
	{ for i in $(seq 60); do printf '卫生事业发展规划第%s条，' "$i"; done; echo; } >long.txt
	xueji -q add long.txt
	COLUMNS=40 xueji search -n 1 发展规划第30条 >out
	sed -n '/line 1/,$p' out >passage
	[ "$(wc -l <passage)" -gt 1 ]
	# Display columns, as GNU wc counts them.
	[ "$(wc -L <passage)" -le 40 ]
	[ "$(wc -L <passage)" -ge 30 ]
}

@test "fields and values that mean nothing are told of" {
	run --separate-stderr xueji search 质量 kind:nonsense
	[[ $stderr == "kind:nonsense: there is no such value"* ]]
	run --separate-stderr xueji search 质量 foo:bar year:abc
	[[ $stderr == *"foo: there is no such field; it was searched as text"* ]]
	[[ $stderr == *"year:abc: "*"searched as text"* ]]
	run --separate-stderr xueji search '质量 kind:material,book year:2011.. "foo:bar" http://a.b'
	[ -z "$stderr" ]
	run xueji list kind:nonsense
	[ "$status" -eq 2 ]
	[[ $output == *"no such kind"*lecture-note* ]]
}

@test "an offset past the last hit is no failure, and 0 hits asked for are all" {
	run xueji search 质量 --offset 1000
	[ "$status" -eq 0 ]
	run xueji search --json 质量 --offset 1000
	[ "$status" -eq 0 ]
	[ "$(xueji search --json 质量 --limit 0 | jq '.hits | length')" = \
		"$(xueji search --json 质量 --limit 1000 | jq '.hits | length')" ]
	[ "$(xueji list --limit 0 --json | jq '.documents | length')" = \
		"$(xueji list --json | jq .total)" ]
}

@test "it says why a hit stands where it does, in both languages" {
	run -0 xueji search --explain 病历书写
	[[ $output == *"Words of the query are in it:"* ]]
	[[ $output == *"stands there just so:"* || $output == *"words alone"* ||
		$output == *"best passage"* ]]
	[[ $output =~ [0-9]\ +病历\ +whole\ word\ +in\ [0-9]+\ document ]]
	run -0 xueji --lang zh search --explain 病历书写
	[[ $output == *"含有检索词："* ]]
	[[ $output =~ 病历\ +词\ +[0-9]+\ 篇资料有 ]]
	run -0 xueji search --explain --sort date 质量
	[[ $output == *"Ordered by date, not by weight."* ]]
	run_json search --json --explain 病历书写
	json -e '.hits | all(.why as $w | ($w.terms + $w.passage + $w.whole - .score | fabs) < 0.0001 and
		(($w.reasons | map(.weight) | add) - $w.terms | fabs) < 0.0001)'
	run_json search --json 病历书写
	json -e '.hits[0] | has("why") | not'
}

@test "the tag of a run is one word" {
	printf '1\t质量\n' >q.tsv
	run xueji search --queries q.tsv --run 'a b'
	[ "$status" -eq 2 ]
	run xueji search --queries q.tsv --run ''
	[ "$status" -eq 2 ]
}

@test "a damaged index says what to do" {
	for f in library/index/seg-*; do
		[ -d "$f" ] && f=$f/postlist.glass
		printf 'not a database' | dd of="$f" conv=notrunc 2>dd
	done
	run xueji search 质量
	[ "$status" -eq 7 ]
	[[ $output == *"xueji reindex"* ]]
	xueji -q reindex
	xueji search 质量
}

@test "a field with nothing behind it shows what can be written" {
	run --separate-stderr xueji search 病历 title:
	[[ $stderr == *"title: has nothing behind it"*unit:*topic:* ]]
	run --separate-stderr xueji search 'title:(病历 OR 质量)'
	[[ $stderr != *"nothing behind it"* ]]
}
