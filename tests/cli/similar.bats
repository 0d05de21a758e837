#!/usr/bin/env bats
# similar: documents like one.
load common

setup_file()
{
	cd "$BATS_FILE_TMPDIR"
	mkdir notes
	local hygiene=手卫生是预防医院感染的重要措施。医务人员接触病人前后要用速干手消毒剂消毒双手，操作前按七步洗手法洗手。感染管理科每月检查一次依从率。
	printf '手卫生培训\n\n%s\n' "$hygiene" >notes/1.txt
	printf '院感检查通报\n\n手卫生依从率偏低，速干手消毒剂没有放到床边。感染管理科要求各科整改，医院感染暴发要上报。\n' >notes/2.txt
	printf '手卫生培训（修订）\n\n%s2012年修订。\n' "$hygiene" >notes/3.txt
	printf '消防演练\n\n灭火器怎样使用，疏散通道由谁维护。保卫科负责。\n' >notes/4.txt
	xueji -q init library
	for n in 1 2 3 4; do
		xueji -q -A library add notes/$n.txt
	done
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	cp -a "$BATS_FILE_TMPDIR/library" .
	export XUEJI_ARCHIVE=$PWD/library
}

@test "what is like a document is found, and its near copy named" {
	run -0 xueji similar 1
	[[ "${lines[0]}" == "Like #1 "* ]]
	[[ "$output" == *"1 near copy of it: #3"* ]]
	[[ "$output" == *" 1. 院感检查通报"* || "$output" == *" 1. 2"* ]]
	[[ "$output" != *"#4"* ]]
	run -0 xueji similar 2
	[[ "$output" == *"and 1 near copy: #"[13]* ]]
}

@test "in Chinese too" {
	run -0 xueji --lang zh similar 1
	[[ "${lines[0]}" == "与 #1 "* ]]
	[[ "$output" == *"另有 1 份近似本：#3"* ]]
	[[ "$output" == *"共有："* ]]
}

@test "JSON has the document, those like it, words and copies" {
	run_json similar --json 1
	[ "$(json '.document | .id, .score, (.copies | map(.id) | join(" "))' | paste -sd' ')" = "1 1.0000 3" ] ||
	[ "$(json '.document | .id, .score, (.copies | map(.id) | join(" "))' | paste -sd' ')" = "1 1 3" ]
	[ "$(json '.similar | map(.id) | join(" ")')" = 2 ]
	json -e '.similar[0].score > 0 and .similar[0].score <= 1'
	json -e '.similar[0].shared | index("消毒") != null'
}

@test "a query chooses among them, and nothing is no error of anybody" {
	run -0 xueji similar 1 type:text
	run -1 xueji similar 1 type:pdf
	[[ "$output" == *"No other document is like it."* ]]
	run -1 xueji similar 4
}

@test "a document that is not there, or was removed, is not to be compared" {
	run -4 xueji similar 99
	xueji -q remove 2
	run -1 xueji similar 1
	run -4 xueji similar 2
	run -2 xueji similar
	run -2 xueji similar 1 --limit x
}
