#!/usr/bin/env bats
# synonym: forms that mean the same; dictionary: the organisation's own words.
load common

setup()
{
	cd "$BATS_TEST_TMPDIR"
	mkdir -p notes
	printf '患者突发心梗,立即送医。\n' >notes/short.txt
	printf '急性心肌梗死的急救流程。\n' >notes/long.txt
	printf '农村公路建设与乡村医疗。\n' >notes/other.txt
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	xueji -q add notes
}

# The file names of the hits that are not merely related.
hits()
{
	xueji search --json "$@" | jq -r '.hits[] | select(.related | not) |
		.path[0] | split("/")[-1]' | paste -sd' '
}

@test "a form finds what is written in another, below itself" {
	[ "$(hits 心梗)" = "short.txt long.txt" ]
	[ "$(hits 心肌梗死)" = "long.txt short.txt" ]
}

@test "the other forms are marked, and named" {
	run xueji search 心梗
	[[ $output == *"心肌梗死"* ]]
	[[ $output == *"急性【心肌梗死】的急救流程"* ]]
	[ "$(xueji search --json 心梗 | jq -rc '.widened[0]')" = '{"typed":"心梗","form":"心肌梗死"}' ]
	[ "$(xueji search --json 急救 | jq -c .widened)" = '[]' ]
}

@test "what is quoted, excluded or in a field is searched for as it stands" {
	[ "$(hits '"心梗"')" = short.txt ]
	[ "$(hits '急救 -心梗')" = long.txt ]
	[ "$(hits 'title:short 患者')" = short.txt ]
}

@test "words of a long form alone find nothing" {
	[ "$(xueji search --json 新农合 | jq .total)" = 0 ] ||
		[ "$(hits 新农合)" = "" ]
}

@test "a form inside a question counts, one inside a word does not" {
	[[ " $(hits 心梗怎么办) " == *" long.txt "* ]]
	[ "$(xueji search --json 中心梗概 | jq -c .widened)" = '[]' ]
}

@test "add, list and remove" {
	xueji synonym add 乡村医疗 赤脚医生
	[[ "$(xueji synonym list)" == *"乡村医疗 = 赤脚医生"* ]]
	[ "$(hits 赤脚医生)" = other.txt ]
	run xueji synonym add 赤脚医生 乡村医疗
	[ "$status" -ne 0 ]
	xueji synonym remove 赤脚医生
	[ "$(hits 赤脚医生)" != other.txt ]
	run xueji synonym remove 赤脚医生
	[ "$status" -eq 4 ]
	run xueji synonym add 村 医
	[ "$status" -eq 2 ]
	[[ $output == *"two characters"* ]]
}

@test "groups that share a form become one" {
	xueji synonym add 甲甲 乙乙
	xueji synonym add 丙丙 丁丁
	xueji synonym add 乙乙 丁丁
	xueji synonym list | grep -qx '甲甲 = 乙乙 = 丙丙 = 丁丁'
}

@test "the table survives a rebuild, and the archive is sound" {
	xueji synonym add 乡村医疗 村医
	xueji synonym remove 心梗 心肌梗死 心肌梗塞
	xueji -q verify
	rm -rf library/catalog.sqlite* library/text.sqlite* library/index
	xueji -q rebuild
	[ "$(hits 村医)" = other.txt ]
	[ "$(hits 心梗)" = short.txt ]
	xueji synonym add 乡村医疗 赤脚医生
	xueji -q verify
}

@test "the list in JSON is of lists" {
	run_json synonym list --json
	[ "$(jq -r '.synonyms[0] | join(" ")' <<<"$output")" = "心梗 心肌梗死 心肌梗塞" ]
}

@test "a word of the dictionary is a word, in documents and in queries" {
	printf '四进三送制度要坚持。\n' >notes/a.txt
	printf '十四个人送进三次。四进门,进三步,三送水。\n' >notes/b.txt
	xueji -q add notes
	[ "$(hits 四进三送)" = "a.txt b.txt" ]
	run xueji dictionary add 四进三送
	[ "$status" -eq 0 ]
	[[ $output == *"indexed again"* ]]
	[ "$(hits 四进三送)" = a.txt ]
	[ "$(xueji dictionary list)" = 四进三送 ]
	[ "$(xueji dictionary list --json | jq -c .words)" = '["四进三送"]' ]
	rm -rf library/catalog.sqlite* library/text.sqlite* library/index
	xueji -q rebuild
	[ "$(hits 四进三送)" = a.txt ]
	xueji -q verify
	xueji -q dictionary remove 四进三送
	[ "$(hits 四进三送)" = "a.txt b.txt" ]
	run xueji dictionary remove 四进三送
	[ "$status" -eq 4 ]
}

@test "what health and schools say is a word from the beginning" {
	printf '新农合怎样报销。\n' >notes/a.txt
	printf '新农村的农合社。\n' >notes/b.txt
	xueji -q add notes
	[ "$(hits 新农合)" = a.txt ]
	[ "$(xueji dictionary list)" = "" ]
}
