#!/usr/bin/env bats
# Who sees what: a speaker shares with three units, and what another asks for.
load common

# Two hospitals with departments, a clinic, a bureau above; Dr Li has lectured.
setup_file()
{
	cd "$BATS_FILE_TMPDIR"
	export XUEJI_TODAY=2011-03-01
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	local row unit up login name of
	for row in ju:- xian:ju a:ju b:ju b1:b c:ju d:ju; do
		IFS=: read -r unit up <<<"$row"
		if [ "$up" = - ]; then
			xueji -q unit add "$unit" "单位$unit"
		else
			xueji -q unit add "$unit" "单位$unit" --parent "$up"
		fi
	done
	for row in li:李医生:xian amy:安敏:a ben:本院:b1 bo:柏林:b cai:蔡青:c \
		dan:丹阳:d guan:关员:d shu:舒记:xian; do
		IFS=: read -r login name of <<<"$row"
		xueji -q member add "$login" "$name" --unit "$of"
	done
	xueji -q role grant guan librarian --unit d
	xueji -q role grant shu secretary --unit xian
	mkdir lecture
	printf '# 感染控制讲稿\n\n手卫生是第一道防线。zebuword\n' >lecture/讲稿.md
	printf 'WEBVTT\n\n00:01.000 --> 00:04.000\n讲座录音\n' >lecture/录音.vtt
	xueji -q --as li add -k lecture-note -s 感染控制 lecture/讲稿.md
	xueji -q --as li add lecture/录音.vtt
}

setup()
{
	cd "$BATS_TEST_TMPDIR" && cp -a "$BATS_FILE_TMPDIR"/{library,lecture} .
	export XUEJI_ARCHIVE=$PWD/library XUEJI_TODAY=2011-03-01
}

as()
{
	local who=$1
	shift
	xueji --as "$who" "$@"
}

# What the command says and how it ends must be what it is of a document that
# is not there.
not_there()
{
	local who=$1 id=$2 words
	shift 2
	words=$(as "$who" "$@" "$id" 2>&1) && return 1
	[ "$?" -eq 4 ]
	[ "$words" = "$(as "$who" "$@" 999 2>&1 | sed "s/999/$id/g")" ]
}

@test "a speaker shares with three units, and nobody else learns of it" {
	for to in a b/below c; do
		as li share 1 2 --to "$to" --until 2011-12-31 --right download
	done
	for who in amy ben bo cai; do
		[ "$(as "$who" search --json 手卫生 | jq .total)" = 1 ]
		[ "$(as "$who" search --json --facet kind -- 手卫生 |
			jq -c .facets)" != '{"kind":[]}' ]
		as "$who" show 1 >/dev/null
		as "$who" get 1 | cmp - lecture/讲稿.md
	done
	# What is meant for others is not to be shared on by them.
	run as ben share 1 --to d
	[ "$status" -eq 3 ]
	[[ $output == *"say who may see it"* ]]
}

@test "to a member of another unit it is not there, whichever way he asks" {
	as li share 1 2 --to b/below --until 2011-12-31
	for who in dan guan; do
		run as "$who" search --json zebuword
		[ "$status" -eq 1 ]
		[ "$(jq .total <<<"$output")" = 0 ]
		[ "$(jq -c '[.. | strings | select(test("zebuword") and . != "zebuword")]' \
			<<<"$output")" = '[]' ]
		run as "$who" search zebuwird
		[[ $output != *zebuword* ]]
		run as "$who" suggest 感染
		[[ $output != *讲稿* ]]
		[ "$(as "$who" list --json | jq .total)" = 0 ]
		[ "$(as "$who" status --json | jq .documents)" = 0 ]
		[ "$(as "$who" history --json | jq '.history | length')" = 0 ]
		[ "$(as "$who" accession list --json |
			jq '.accessions | length')" = 0 ]
		not_there "$who" 1 show
		not_there "$who" 1 show --text
		not_there "$who" 1 get
		not_there "$who" 1 history
		not_there "$who" 1 shares
		not_there "$who" 1 who-can
		not_there "$who" 1 why dan
		not_there "$who" 1 request --purpose x
		not_there "$who" 1 similar
		run as "$who" edit 1 title=x
		[ "$status" -eq 4 ]
		not_there "$who" 1 remove
		not_there "$who" 1 purge --yes
		not_there "$who" 1 share --to d
		not_there "$who" 1 unshare --to d
		not_there "$who" 1 quarantine set
		not_there "$who" 1 unlock --password-file lecture/讲稿.md
		not_there "$who" 1 ocr
		not_there "$who" 1 accession show
	done
}

@test "who knows a title asks, is granted 30 days, and on day 31 it is gone" {
	xueji config set rights.publish xian
	[[ $(as guan titles) == *感染控制讲稿* ]]
	not_there guan 1 show
	as guan request 1 --purpose 科内学习
	run as guan request 1 --purpose 再问
	[ "$status" -ne 0 ]
	[ "$(as li requests --json | jq -r '.requests[0].purpose')" = 科内学习 ]
	[ "$(as dan requests --json | jq '.requests | length')" = 0 ]
	not_there dan 1 grant
	as li grant 1 --until 2011-03-31
	as guan show 1 >/dev/null
	run as guan get 1
	[ "$status" -eq 3 ]
	[[ $output == *"not to download"* ]]
	[ "$(as guan requests --all --json | jq -r '.requests[0].state')" = granted ]
	not_there dan 1 show
	XUEJI_TODAY=2011-03-31 as guan show 1 >/dev/null
	export XUEJI_TODAY=2011-04-01
	not_there guan 1 show
	run as guan search 手卫生
	[ "$status" -eq 1 ]
}

@test "a request is declined with a word" {
	xueji config set rights.publish xian
	as guan request 1 --purpose 学习
	run as li decline 1
	[ "$status" -eq 2 ]
	as li decline 1 --word 尚未定稿
	[ "$(as guan requests --all --json | jq -r '.requests[0].word')" = 尚未定稿 ]
	not_there guan 1 show
}

@test "a request is withdrawn by who made it, while nobody answered" {
	xueji config set rights.publish xian
	as guan request 1 --purpose 学习
	run as dan withdraw 1
	[ "$status" -eq 4 ]
	as guan withdraw 1
	[ "$(as guan requests --all --json | jq -r '.requests[0].state')" = withdrawn ]
	run as li grant 1
	[ "$status" -ne 0 ]
	as guan request 1 --purpose 再学
}

@test "who can see it is listed with reasons, and why somebody cannot" {
	as li share 1 --to b/below --until 2011-12-31
	run_json --as li who-can --json 1
	[ "$(json -c '[.reasons[] | .member] | unique')" = '["ben","bo","li","shu"]' ]
	[ "$(json -c '[.reasons[] | select(.member == "li") | .reason]')" = \
		'["unit","owner"]' ]
	[ "$(json -r '.reasons[] | select(.member == "ben") | .reason + " " + .unit + " " + .until')" = \
		'share-below b 2011-12-31' ]
	run xueji why dan 1
	[ "$status" -eq 1 ]
	[[ $output == *"dan does not see it"*"xian"* ]]
	run xueji --lang zh why ben 1
	[ "$status" -eq 0 ]
	[[ $output == *本院*能看到*"到 2011-12-31 为止"* ]]
	run xueji --lang zh why dan 1
	[[ $output == *看不到*本单位成员* ]]
	# Others' reasons are for those who may share it.
	run as ben who-can 1
	[ "$status" -eq 3 ]
	as ben why ben 1
}

@test "who can see a seminar is listed with what part he takes in it" {
	id=$(xueji seminar new 研讨 --unit a --chair shu --invite ben --invite b/below --json | jq .seminar)
	run_json who-can --of seminar --json "$id"
	[ "$(json .seminar)" = "$id" ]
	[ "$(json -r '.reasons[] | select(.member == "ben") | .reason' | sort | xargs)" = "invited-below part" ]
	for who in ben bo dan li shu; do
		seen=$(as "$who" seminar show "$id" >/dev/null 2>&1 && echo true || echo false)
		[ "$(json --arg m "$who" 'any(.reasons[]; .member == $m)')" = "$seen" ]
	done
	run xueji --lang zh why ben "$id" --of seminar
	[[ $output == *本院*能看到*是参加者* ]]
	run xueji why dan "$id" --of seminar
	[ "$status" -eq 1 ]
	[[ $output == *"dan does not see it"* ]]
	as ben why ben "$id" --of seminar
	run as ben who-can "$id" --of seminar
	[ "$status" -eq 3 ]
}

@test "a new version is found, and the first one still opens" {
	as li share 1 --to a --right download
	cp lecture/讲稿.md v1.md
	sleep 0.01
	printf '# 感染控制讲稿\n\n第七页已更换。\n' >lecture/讲稿.md
	cd "$BATS_FILE_TMPDIR" && cp "$BATS_TEST_TMPDIR/lecture/讲稿.md" lecture/
	as li add lecture/讲稿.md
	cp "$BATS_TEST_TMPDIR/v1.md" lecture/讲稿.md
	cd "$BATS_TEST_TMPDIR"
	[ "$(as amy search --json 第七页已更换 | jq -r '.hits[0].id')" = 1 ]
	as amy get --of-version 1 1 | cmp - v1.md
	as amy get 1 | cmp - lecture/讲稿.md
	not_there dan 1 get
}

@test "what makes no sense to share is refused, and named" {
	xueji -q unit close c --with-members --on 2011-02-28
	run as li share 1 --to c
	[ "$status" -eq 2 ]
	[[ $output == *"unit c is closed"* ]]
	run as li share 1 --to li
	[ "$status" -eq 2 ]
	[[ $output == *oneself* ]]
	run as li share 1 --to a --until 2011-02-01
	[ "$status" -eq 2 ]
	[[ $output == *"2011-02-01 is past"* ]]
	run as li share 1 --to nobody
	[ "$status" -eq 4 ]
	as li quarantine set 1 -m 待查
	run as li share 1 --to a
	[ "$status" -eq 4 ]
	[[ $output == *quarantine* ]]
	not_there shu 1 show
}

@test "what is not one's to do ends with 3 and says what is lacking" {
	as li scope 1 members
	run as dan edit 1 title=x
	[ "$status" -eq 3 ]
	[[ $output == *"may change it"* ]]
	run as dan remove 1
	[ "$status" -eq 3 ]
	run as li purge --yes 1
	[ "$status" -eq 3 ]
	run as dan add lecture --unit xian
	[ "$status" -eq 3 ]
	run as dan config set import.jobs 1
	[ "$status" -eq 3 ]
	run as dan verify
	[ "$status" -eq 3 ]
	run as dan reindex
	[ "$status" -eq 3 ]
	run as dan synonym add 甲乙 丙丁
	[ "$status" -eq 3 ]
	run as dan audit verify
	[ "$status" -eq 3 ]
	as shu edit 1 description=好
}

@test "the same bytes of another unit are another document" {
	run_json --as dan add --json lecture/讲稿.md
	[ "$(xueji list --json same:1 | jq .total)" = 1 ]
	[ "$(as dan list --json | jq .total)" = 1 ]
	run as dan list same:1
	[[ $output != *讲稿* ]]
}

@test "rights outlive the catalog" {
	as li share 1 --to b/below --until 2011-12-31 --reason 讲座
	as li scope 2 private
	xueji shares 1 --json >before
	rm library/catalog.sqlite* library/text.sqlite*
	xueji -q rebuild
	xueji shares 1 --json | cmp - before
	as ben show 1 >/dev/null
	not_there amy 1 show
	not_there shu 2 show
}

@test "the record has what was done, and shows when it was changed" {
	as li share 1 --to a
	as li scope 2 private
	xueji show 2 >/dev/null
	run_json audit list --json
	[ "$(json -c '[.entries[].verb][:3]')" = '["look","scope","share"]' ]
	[ "$(json -c '[.entries[3:][].verb] | unique | map(split(" ")[0]) | unique')" = '["member","unit"]' ]
	[ "$(json '[.entries[] | select(.verb == "member add" and .detail == "li, version 1")] | length')" = 1 ]
	[ "$(as li audit list --json | jq '.entries | length')" = 3 ]
	[ "$(as dan audit list --json | jq '.entries | length')" = 0 ]
	xueji audit verify
	need sqlite3
	run sqlite3 library/catalog.sqlite 'DELETE FROM audit'
	[ "$status" -ne 0 ]
	sqlite3 library/catalog.sqlite "DROP TRIGGER audit_stays;
		UPDATE audit SET who = 'dan' WHERE number = 2"
	run xueji audit verify
	[ "$status" -eq 1 ]
	[[ $output == *"entry 2 "* ]]
}

@test "an archive without units is as it was" {
	xueji -q init plain
	printf 'plain text\n' >p.txt
	xueji -q -A plain add p.txt
	[ "$(xueji -A plain search --json plain | jq .total)" = 1 ]
	object=$(find plain/ocfl -name metadata.json)
	[ "$(jq 'has("rights")' "$object")" = false ]
}

@test "a unit in a query finds what belongs to it or to one below it" {
	printf 'zebuword of b1\n' >b1.txt
	xueji -q --as ben add b1.txt --scope members
	[ "$(xueji search --json 'zebuword unit:b1' | jq .total)" = 1 ]
	[ "$(xueji search --json 'zebuword unit:单位b' | jq .total)" = 1 ]
	[ "$(xueji search --json 'zebuword unit:xian' | jq .total)" -ge 1 ]
	[ "$(xueji search --json 'zebuword unit:c' | jq .total)" = 0 ]
	[ "$(xueji search --json 'zebuword unit:nowhere' | jq .total)" = 0 ]
	[ "$(as cai search --json 'unit:xian' | jq .total)" = 0 ]
	[ "$(xueji list --json unit:b | jq '.documents | length')" = 1 ]
	run xueji list unit:nowhere
	[ "$status" -eq 4 ]
}
