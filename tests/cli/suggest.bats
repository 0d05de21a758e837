#!/usr/bin/env bats
# suggest: what may be meant by what is being typed.
load common

setup_file()
{
	cd "$BATS_FILE_TMPDIR"
	mkdir notes
	local n=0 title
	while read -r title; do
		n=$((n + 1))
		printf '# %s\n\n第%s篇。\n' "$title" $n >notes/$n.md
	done <<-END
		卫生法规讲义
		医疗卫生法规汇编
		银行会计实务
		重庆市卫生志
		Hypertension in the elderly
		乐山大佛
	END
	xueji -q init library
	xueji -q -A library add -c 张三 notes/1.md
	xueji -q -A library add notes
	xueji -q -A library edit 2 creator=张三 subject=卫生法规
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	cp -a "$BATS_FILE_TMPDIR/library" .
	export XUEJI_ARCHIVE=$PWD/library
}

texts()
{
	xueji suggest --json "$@" | jq -r '.suggestions[].text' | paste -sd' '
}

@test "Han characters, at the beginning before those inside" {
	[ "$(texts 卫)" = "卫生法规 卫生法规讲义 重庆市卫生志 医疗卫生法规汇编" ]
	[[ "$(texts 法规)" == *"卫生法规讲义"* ]]
}

@test "pinyin, as far as it was typed, and initials" {
	[[ "$(texts wsfg)" == "卫生法规 卫生法规讲义 医疗卫生法规汇编" ]]
	[[ "$(texts weishengfagui)" == "卫生法规 卫生法规讲义 医疗卫生法规汇编" ]]
	[[ "$(texts 'wei sheng f')" == "卫生法规 卫生法规讲义 医疗卫生法规汇编" ]]
	[ "$(texts yiliaow)" = 医疗卫生法规汇编 ]
	[ "$(texts zhangs)" = 张三 ]
	[ "$(texts zs)" = 张三 ]
}

@test "characters count with each of their readings" {
	[ "$(texts yinhangkuaiji)" = 银行会计实务 ]
	[ "$(texts yhkj)" = 银行会计实务 ]
	[ "$(texts chongq)" = 重庆市卫生志 ]
	[ "$(texts lesh)" = 乐山大佛 ]
}

@test "English words by their beginnings" {
	[ "$(texts hyper)" = "Hypertension in the elderly" ]
	[ "$(texts 'in the eld')" = "Hypertension in the elderly" ]
}

@test "what is mistyped is put right, and marked" {
	[ "$(texts hypertention)" = "Hypertension in the elderly" ]
	[[ "$(texts 卫生法归)" == *"卫生法规讲义"* ]]
	[ "$(xueji suggest --json 卫生法归 | jq -c '[.suggestions[].corrected] | unique')" = '[true]' ]
	[ "$(xueji suggest --json 卫生 | jq -c '[.suggestions[].corrected] | unique')" = '[false]' ]
}

@test "one wrong character, a wrong order, one too many or one missing" {
	local all="卫生法规 卫生法规讲义 医疗卫生法规汇编"
	for typed in 卫牛法规 卫生法视 卫大法规 生卫法规 卫生法法规 卫法规 卫声发归; do
		[ "$(texts $typed)" = "$all" ]
	done
	[ "$(texts 2026年卫牛法规)" = "" ]
	[ "$(texts 银行会记)" = 银行会计实务 ]
	[ "$(texts 张山)" = 张三 ]
	[[ "$(texts 大生法规)" == "卫生法规讲义"* ]]
}

@test "mistyped English: letters left out, put in, changed, swapped" {
	for typed in hypertenison yhpertension ypertension gypertension \
		hypertensiion hyprtnsion 'hypertensoin in' 'hypertension in the elderyl'; do
		[ "$(texts "$typed")" = "Hypertension in the elderly" ]
	done
	[ "$(texts hypothesis)" = "" ]
}

@test "mistyped pinyin, and sounds that many take for each other" {
	[ "$(texts zhangsna)" = 张三 ]
	[ "$(texts yinghang)" = 银行会计实务 ]
	[[ "$(texts weisengfagui)" == "卫生法规 卫生法规讲义"* ]]
}

@test "what fits is never put right" {
	for typed in 卫 卫生 wei w h hyper 法规; do
		[ "$(xueji suggest --json $typed | jq -c '[.suggestions[].corrected] | unique')" = '[false]' ]
	done
}

@test "words given apart are one beginning" {
	[ "$(texts in the eld)" = "Hypertension in the elderly" ]
}

@test "nothing is suggested of what is removed, purged or in quarantine" {
	[ "$(texts 银行)" = 银行会计实务 ]
	xueji -q remove 3
	run --separate-stderr xueji suggest 银行
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = "Nothing can be suggested." ]
	xueji -q undelete 3
	[ "$(texts yinh)" = 银行会计实务 ]
	xueji -q quarantine set 3
	[ "$(texts yinh)" = "" ]
	xueji -q purge --yes 6
	[ "$(texts 乐山)" = "" ]
}

@test "an edit is suggested, and what it replaced is not" {
	xueji -q edit 2 creator=曾国藩 title=家书
	[ "$(texts zengg)" = 曾国藩 ]
	[ "$(texts 家书)" = 家书 ]
	[ "$(texts yiliao)" = "" ]
	xueji -q edit 1 creator=李四
	[ "$(texts zhangsan)" = "" ]
	rm -rf library/catalog.sqlite* library/text.sqlite* library/index
	xueji -q rebuild
	[ "$(texts lisi)" = 李四 ]
	[ "$(texts zhangsan)" = "" ]
}

@test "signs that mean something elsewhere, long and empty text give nothing" {
	for typed in '' ' ' '"' '*' "$(printf '卫%.0s' {1..200})" $'\xff' '(((' \
		"$(printf 'na%.0s' {1..58})v"; do
		run xueji suggest "$typed"
		[ "$status" -eq 1 ]
	done
}

@test "the JSON has the keys that are promised" {
	run_json suggest --json -n 1 wsfg
	[ "$(jq '.suggestions | length' <<<"$output")" = 1 ]
	[ "$(jq -r '.suggestions[0] | keys_unsorted | join(" ")' <<<"$output")" = "text kind id documents corrected" ]
}

# A search at a terminal, which is what is remembered.
typed()
{
	script -qec "$XUEJI search $*" /dev/null >/dev/null
}

@test "what was searched for before comes first, for who searched alone" {
	xueji unit add wsj 卫生局
	xueji member add li 李敏 --unit wsj
	typed 卫生法规讲义
	typed 没有这样的东西 || true
	xueji search 银行 >/dev/null
	[ "$(xueji suggest --json wsfg | jq -c '.suggestions[0] | [.text, .kind]')" = '["卫生法规讲义","query"]' ]
	[ "$(xueji suggest --json 没有 | jq -c '[.suggestions[].kind]')" = '[]' ]
	[ "$(xueji suggest --json 银行 | jq -c '[.suggestions[].kind] | index("query")')" = null ]
	[ "$(xueji --as li suggest --json 卫生 | jq -c '[.suggestions[].kind] | index("query")')" = null ]
	[ "$(xueji searches list --json | jq -c .searches)" = '[]' ]
	rm -rf library/index
	xueji -q rebuild
	[ "$(xueji suggest --json 卫生 | jq -r '.suggestions[0].kind')" = query ]
	xueji config set search.remembered 0
	[ "$(xueji suggest --json 卫生 | jq -r '.suggestions[0].kind')" = subject ]
	xueji config set search.remembered 1
	typed 乐山
	[ "$(xueji suggest --json 卫生 | jq -r '.suggestions[0].kind')" = subject ]
	run xueji searches forget 卫生
	[ "$status" -eq 1 ]
	xueji searches forget 乐山
	[ "$(xueji suggest --json 乐 | jq -r '.suggestions[0].kind')" = title ]
}
