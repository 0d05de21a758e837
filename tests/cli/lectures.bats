#!/usr/bin/env bats
# Lectures and what is left of them; collections; study areas and topics.
load common

# A bureau with two hospitals and a department; Li of the first has three
# documents, of which one is for all.
setup_file()
{
	need jq
	cd "$BATS_FILE_TMPDIR"
	export XUEJI_TODAY=2011-03-01
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	xueji -q unit add ju 卫生局
	xueji -q unit add xian 县医院 --parent ju
	xueji -q unit add zhong 中医院 --parent ju
	xueji -q unit add neike 内科 --parent zhong
	xueji -q member add li 李明 --unit xian
	xueji -q member add shu 舒记 --unit xian
	xueji -q member add wang 王芳 --unit zhong
	xueji -q member add nei 聂科 --unit neike
	xueji -q role grant shu secretary --unit xian
	for i in 1 2 3; do
		printf '# 材料%s\n\n手卫生第%s讲。\n' $i $i >$i.md
	done
	xueji -q --as li add 1.md 2.md
	xueji -q --as li add --scope members 3.md
}

setup()
{
	cd "$BATS_TEST_TMPDIR" && cp -a "$BATS_FILE_TMPDIR/library" .
	export XUEJI_ARCHIVE=$PWD/library XUEJI_TODAY=2011-03-01
}

as()
{
	local who=$1
	shift
	xueji --as "$who" "$@"
}

# The number that a change answered.
made()
{
	"$@" --json | jq 'to_entries[1].value'
}

@test "a collection keeps order and notes, and shows nobody more than he may see" {
	c=$(made as li collection new 感控精选 -d 新员工必读)
	as li -q collection add "$c" 1 2 3 --note 先读
	as li -q collection move "$c" 3 1
	as li -q collection add "$c" 2 --note 再读
	run_json --as li collection show "$c" --json
	[ "$(json -c '[.documents[] | [.place, .id, .note]]')" = \
		'[[1,3,"先读"],[2,1,"先读"],[3,2,"再读"]]' ]

	# Until it is shared it is not there; then what is not seen is not
	# counted either.
	words=$(as wang collection show "$c" 2>&1) && false
	[ "$words" = "$(as wang collection show 999 2>&1 | sed "s/999/$c/g")" ]
	[ "$(as wang collection list --json | jq '.collections | length')" = 0 ]
	as li -q collection share "$c" --to zhong/below --until 2011-12-31
	[ "$(as nei collection list --json | jq .collections[0].documents)" = 1 ]
	[ "$(as nei collection show "$c" --json |
		jq -c '[.documents[] | [.place, .id]]')" = '[[1,3]]' ]
	run as nei collection list --document 1
	[ "$status" -eq 4 ]
	[ "$(as li collection list --document 1 --json |
		jq .collections[0].id)" = "$c" ]
	as nei -q export --collection "$c" -o nei.html
	grep -q 第3讲 nei.html
	! grep -q 第1讲 nei.html
	as li -q export --collection "$c" -o li.html
	grep -q 再读 li.html
	grep -q 感控精选 li.html

	# On the day after it is over.
	run env XUEJI_TODAY=2012-01-01 "$XUEJI" --as nei collection show "$c"
	[ "$status" -eq 4 ]
	run as nei collection add "$c" 3
	[ "$status" -eq 3 ]
	as li -q collection drop "$c" 1
	run as li collection drop "$c" 1
	[ "$status" -eq 4 ]
	run as li collection edit "$c" --title 另一个 --if-version 2
	[ "$status" -eq 6 ]
	[[ $output == *"changed since"* || $output == *"by now"* ]]
	as li -q collection remove "$c"
	run as li collection show "$c"
	[ "$status" -eq 4 ]
	[ "$(as li collection list --removed --json |
		jq .collections[0].id)" = "$c" ]
	as li -q collection undelete "$c"
	as li collection history "$c" | grep -q undelete
}

@test "collections and documents are shared by the same rules" {
	c=$(made as li collection new 精选)
	xueji -q unit close neike --with-members --on 2011-02-01
	for bad in '--to li' '--to neike' '--to zhong --until 2011-02-28'; do
		run as li collection share "$c" $bad
		[ "$status" -eq 2 ]
		words=${output#*share: }
		run as li share 1 $bad
		[ "$status" -eq 2 ]
		[ "${output#*share: }" = "$words" ]
	done
	# A secretary of the unit may change it, as soon as it is not private.
	run as shu collection edit "$c" --title 新
	[ "$status" -eq 4 ]
	as li -q collection scope "$c" unit
	as shu -q collection edit "$c" --title 新
	run as wang collection new 别人的 --unit xian
	[ "$status" -eq 3 ]
}

@test "what was put together is there after a rebuild and a restore" {
	c=$(made as li collection new 精选)
	as li -q collection add "$c" 3 1 --note 看
	as li -q collection share "$c" --to wang
	all()
	{
		for who in li wang; do
			as "$who" collection list --json
			as "$who" collection show "$c" --json
		done
		as li collection scope "$c" --json
		as li collection history "$c" --json
	}
	all >before
	xueji -q backup kept
	xueji -q restore kept --to back
	XUEJI_ARCHIVE=$PWD/back all >restored
	diff before restored
	rm library/catalog.sqlite library/text.sqlite
	rm -rf library/index
	xueji -q rebuild
	all >after
	diff before after
}

@test "documents have areas and topics, by code and by name" {
	xueji -q topic add gk 感染控制 --parent profession \
		--name-en 'Infection control' --synonym 院感 --synonym 医院感染
	xueji -q topic add shou 手部卫生 --parent 感染控制
	as li -q edit 1 --area 法律法规 --topic 手部卫生
	as li -q edit 2 --topic 院感 title=第二份
	printf '# 医院感染通报\n' >4.md
	as li -q add --area law --topic gk 4.md
	printf '感染控制要点\n' >5.txt
	as li -q add 5.txt

	# A topic finds what is below it, an area all of its topics.
	for q in topic:gk topic:感染控制 'topic:"Infection control"' \
		topic:院感 area:profession; do
		[ "$(as li search --json "$q" | jq .total)" = 3 ]
	done
	[ "$(as li search --json topic:shou | jq .total)" = 1 ]
	[ "$(as li search --json '通报 -topic:law' | jq .total)" = 0 ]
	[ "$(as li search --json topic:gk,law --facets area,topic |
		jq -c .facets)" = '{"area":[{"value":"profession","count":3},'\
'{"value":"law","count":2}],"topic":[{"value":"gk","count":2},'\
'{"value":"law","count":2},{"value":"shou","count":1}]}' ]
	[ "$(as li list --json topic:gk | jq -c '[.documents[].topics]')" = \
		'[["law","shou"],["gk"],["law","gk"]]' ]
	[ "$(as li show --json 1 | jq -c '[.topics[] | [.code, .area]]')" = \
		'[["law","law"],["shou","profession"]]' ]
	# Synonyms serve searches; other people's documents are not counted.
	as li search --json 院感 | jq -e '.widened | length > 0'
	[ "$(as li search --json 院感 | jq '[.hits[].id] | index(5) != null')" = true ]
	[ "$(as wang search --json topic:gk | jq .total)" = 0 ]
	as li -q edit 1 --drop-topic law --if-version 2
	[ "$(as li search --json area:law | jq .total)" = 1 ]

	run as li edit 2 --topic gq
	[ "$status" -eq 2 ]
	[[ $output == *"the nearest is gk"* ]]
	run as li edit 2 --area gk
	[ "$status" -eq 2 ]
	run as li add --topic nosuch 5.txt
	[ "$status" -eq 2 ]
	run as li topic add x X
	[ "$status" -eq 3 ]
	as li search topic:shuo 2>&1 | grep -q 'nearest is shou'
	# Another profile changes words only.
	xueji -q topic edit law --name 法治 --name-en Law
	[ "$(as li search --json area:法治 | jq .total)" = 1 ]
	xueji topic list --json >before
	as li search --json area:profession --facets area | jq .facets >>before
	rm library/catalog.sqlite library/text.sqlite
	rm -rf library/index
	xueji -q rebuild
	xueji topic list --json >after
	as li search --json area:profession --facets area | jq .facets >>after
	cmp before after
}

@test "documents have the area that their folder is called by, if that is asked for" {
	mkdir -p 资料/法律法规/2011 资料/别的
	printf '办法一\n' >资料/法律法规/2011/6.txt
	printf '无处可归\n' >资料/别的/7.txt
	as li -q add --area auto 资料
	[ "$(as li search --json 办法一 area:law | jq .total)" = 1 ]
	[ "$(as li search --json 无处可归 | jq .total)" = 1 ]
	[ "$(as li search --json '无处可归 area:law' | jq .total)" = 0 ]
	six=$(as li search --json 办法一 | jq '.hits[0].id')
	# What somebody chose stays.
	as li -q edit "$six" --drop-topic law --area profession
	printf '办法一，修订\n' >资料/法律法规/2011/6.txt
	as li -q add --area auto 资料
	[ "$(as li show "$six" --json | jq -c '[.topics[].code]')" = '["profession"]' ]
}

@test "topics are merged, closed, moved, and not removed while in use" {
	xueji -q topic add gk 感染控制 --parent profession
	xueji -q topic add yg 医院感染 --parent profession
	xueji -q topic add shou 手卫生 --parent yg
	as li -q edit 1 --topic yg
	as li -q edit 2 --topic shou
	xueji -q topic merge yg --into gk
	[ "$(as li search --json topic:gk | jq .total)" = 2 ]
	[ "$(as li show 1 --json | jq -r .topics[0].code)" = gk ]
	run xueji topic remove gk
	[ "$status" -eq 1 ]
	run xueji topic merge gk --into shou
	[ "$status" -eq 2 ]
	XUEJI_TODAY=2011-03-31 xueji -q topic unmerge yg --dry-run
	XUEJI_TODAY=2011-04-01 run xueji topic unmerge yg
	[ "$status" -eq 2 ]
	[[ $output == *2011-03-31* ]]
	xueji -q topic unmerge yg
	[ "$(as li search --json topic:gk | jq .total)" = 0 ]
	xueji -q topic remove gk
	run xueji topic add gk 又一个
	[ "$status" -eq 1 ]
	for topic in yg shou; do
		run xueji topic remove "$topic"
		[ "$status" -eq 1 ]
		[[ $output == *"merge it"* ]]
	done
	run xueji topic move yg --to shou
	[ "$status" -eq 2 ]
	xueji -q topic move yg --to law
	[ "$(as li search --json area:law --facets area |
		jq -c .facets.area)" = '[{"value":"law","count":2}]' ]
	xueji -q topic close shou --on 2011-02-28
	run as li edit 1 --topic shou
	[ "$status" -eq 2 ]
	[[ $output == *2011-02-28* ]]
	[ "$(as li search --json topic:shou | jq .total)" = 1 ]
	xueji topic history yg | grep -q merge
}

# Dr Li of the county hospital speaks; three units are invited.
lecture()
{
	made as shu lecture new 感染控制讲座 --start '2011-02-28 14:00' \
		--end 16:00 --place 三楼会议室 --mode inside --speaker li \
		--external '张教授; 省人民医院; 感染病学会' \
		--invite a --invite b/below --invite c --topic profession
}

# As in the story, from an empty directory.
three_units()
{
	mkdir three && cd three
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
	for row in li:李医生:xian shu:舒记:xian amy:安敏:a ben:本院:b1 \
		cai:蔡青:c dan:丹阳:d; do
		IFS=: read -r login name of <<<"$row"
		xueji -q member add "$login" "$name" --unit "$of" --on 2011-01-01
	done
	xueji -q role grant shu secretary --unit xian
	printf '# 感染控制讲稿\n\n手卫生是第一道防线。zebuword\n' >讲稿.md
	printf 'WEBVTT\n\n00:01.000 --> 00:04.000\n讲座录音\n' >录音.vtt
}

@test "a speaker's notes are found by the units invited at once, and by nobody else" {
	three_units
	l=$(lecture)
	# The speaker files his notes himself: they are his, and his unit's.
	as li -q lecture notes "$l" add 讲稿.md --share --until 2011-12-31 \
		--right download
	as li -q lecture recording "$l" 录音.vtt
	[ "$(as li shares 1 --json | jq -c '[.owner, .unit]')" = '["li","xian"]' ]
	[ "$(as li show 1 --json | jq -c '[.kind, .creators, .topics[0].code]')" \
		= '["lecture-note","李医生; 张教授","profession"]' ]
	for who in amy ben cai; do
		[ "$(as "$who" search --json zebuword | jq .total)" = 1 ]
		[ "$(as "$who" search --json area:profession \
			--facets area | jq -c .facets.area)" = \
			'[{"value":"profession","count":1}]' ]
		# The recording is not shared: its title is not told.
		[ "$(as "$who" lecture show "$l" --json |
			jq -c '[.lecture.documents[].id]')" = '[1]' ]
		as "$who" get 1 | cmp - 讲稿.md
	done
	as shu lecture show "$l" --json |
		jq -e '[.lecture.documents[].role] == ["notes", "recording"]'
	# A document says where it is used, to those who see that too.
	[ "$(as ben show 1 --json | jq -c '[.used_in[] | [.kind, .id]]')" = \
		"[[\"lecture\",$l]]" ]
	as li -q share 1 --to dan
	[ "$(as dan show 1 --json | jq -c .used_in)" = '[]' ]
	as li -q unshare 1 --to dan
	run as amy shares 1
	[[ $output != *2011-12-31* ]]

	words=$(as dan lecture show "$l" 2>&1) && false
	[ "$words" = "$(as dan lecture show 999 2>&1 | sed "s/999/$l/g")" ]
	[ "$(as dan lecture list --json | jq '.lectures | length')" = 0 ]
	[ "$(as dan search --json zebuword | jq .total)" = 0 ]
	[ "$(as dan search --json --facets area zebuword | jq -c .facets.area)" = '[]' ]
	run as dan lecture list --document 1
	[ "$status" -eq 4 ]
	[ "$(as amy lecture list --document 1 --json | jq .lectures[0].id)" = "$l" ]

	# On the day after the last one the notes are gone, the lecture is not.
	export XUEJI_TODAY=2012-01-01
	[ "$(as ben search --json zebuword | jq .total)" = 0 ]
	[ "$(as ben lecture show "$l" --json |
		jq '.lecture.documents | length')" = 0 ]
	as shu -q lecture edit "$l" --uninvite b/below
	run as ben lecture show "$l"
	[ "$status" -eq 4 ]
}

@test "who was at a lecture is listed, and who cannot have been is refused" {
	three_units
	l=$(lecture)
	xueji -q member add neu 新人 --unit a --on 2011-03-01
	xueji -q member add alt 老周 --unit a --on 2010-01-01
	xueji -q member leave alt --on 2011-02-20
	run --separate-stderr as shu lecture attend "$l" li amy neu alt li nobody
	[ "$status" -eq 5 ]
	[[ $output == *"2 changed, 1 as before, 3 not taken"* ]]
	[[ $stderr == *"row 3: neu was not active on 2011-02-28"* ]]
	[[ $stderr == *"row 4: alt was not active"* ]]
	[[ $stderr == *"row 6: nobody"* ]]
	# A file of a spreadsheet: GBK, semicolons, a bad row.
	printf '序号;姓名;科室\n1;本院;内科\n2;李医生;外科\n3;没有此人;\n' |
		iconv -f UTF-8 -t GBK >attend.csv
	run as shu lecture attend "$l" --import attend.csv --json
	[ "$status" -eq 5 ]
	[ "$(jq -c '[.rows[] | [.row, .outcome]]' <<<"$output")" = \
		'[[2,"added"],[3,"unchanged"],[4,"refused"]]' ]
	# The names are for those who keep the list.
	[ "$(as shu lecture show "$l" --json |
		jq -c '[.lecture.attendance[].member]')" = '["li","amy","ben"]' ]
	[ "$(as amy lecture show "$l" --json | jq -c \
		'.lecture | [.attended, .was_there, .attendance]')" = '[3,true,[]]' ]
	run as amy lecture attend "$l" amy
	[ "$status" -eq 3 ]

	export XUEJI_TODAY=2011-03-08
	run as shu lecture attend "$l" cai
	[ "$status" -eq 2 ]
	[[ $output == *2011-03-07* ]]
	as shu -q lecture attend "$l" cai --away ben --reason 签到表补录
	as shu lecture history "$l" | grep -q 签到表补录
	future=$(made as shu lecture new 明年 --start 2012-01-01)
	run as shu lecture attend "$future" li
	[ "$status" -eq 2 ]
}

@test "who is at a lecture signs in with the code of the day" {
	three_units
	l=$(lecture) other=$(made as shu lecture new 另一场 --start 2011-02-28)
	run -2 as shu lecture code "$l"
	[[ $output == *"it is on 2011-02-28"* ]]
	export XUEJI_TODAY=2011-02-28
	code=$(as shu lecture code "$l")
	[[ $code =~ ^[0-9]{6}$ ]]
	[ "$code" = "$(as shu lecture code "$l" --json | jq -r .code)" ]
	run -3 as amy lecture code "$l"
	run -2 as amy lecture code "$l" "$(as shu lecture code "$other")"
	[[ $output == *"code not valid today"* ]]
	[[ $(as amy lecture code "$l" "$code") == *"You are in the list"* ]]
	[[ $(as amy lecture code "$l" "$code") == *already* ]]
	[ "$(as shu lecture show "$l" --json | jq -c '[.lecture.attendance[].member]')" = '["amy"]' ]
	run -3 xueji lecture code "$l" "$code"
	# Who does not see the lecture does not learn of it by this.
	run -4 as dan lecture code "$l" "$code"
	for i in {1..10}; do run -2 as ben lecture code "$l" 00000x; done
	run -2 as ben lecture code "$l" "$code"
	[[ $output == *"10 codes were wrong: wait "* ]]
	XUEJI_TODAY=2011-03-01 run -2 as cai lecture code "$l" "$code"
}

@test "a lecture that makes no sense is refused, and nothing is half done" {
	run xueji lecture new 讲座 --start '2011-03-01 16:00' --end 14:00
	[ "$status" -eq 2 ]
	[[ $output == *'2011-03-01 14:00'*'2011-03-01 16:00'* ]]
	for bad in '' '--start 昨天' '--start 2011-03-01T25:00' \
		'--start 2011-03-01 --mode somewhere' \
		'--start 2011-03-01 --speaker nobody' \
		'--start 2011-03-01 --topic nosuch'; do
		run xueji lecture new 讲座 --unit xian $bad
		[ "$status" -eq 2 ]
	done
	[ "$(xueji lecture list --json | jq '.lectures | length')" = 0 ]
	run as li lecture new 讲座 --start 2011-03-01
	[ "$status" -eq 3 ]
	l=$(made as shu lecture new 讲座 --start '2011年3月1日 9:30')
	[ "$(as li lecture show "$l" --json | jq -r .lecture.start)" = \
		2011-03-01T09:30 ]
	run as li lecture edit "$l" --title 改
	[ "$status" -eq 3 ]
	as shu -q lecture edit "$l" --place 礼堂
	run as shu lecture edit "$l" --title 改 --if-version 1
	[ "$status" -eq 6 ]
	[[ $output == *礼堂* ]]
	run as shu lecture notes "$l" add 1.md --share --until 2011-01-01
	[ "$status" -eq 2 ]
	# A number of another kind says which.
	c=$(made as shu collection new 集)
	run as shu lecture show "$c"
	[ "$status" -eq 4 ]
	[[ $output == *"collection show $c"* ]]
	as shu -q lecture remove "$l"
	run as li lecture show "$l"
	[ "$status" -eq 4 ]
	as shu -q lecture undelete "$l"
	as li lecture show "$l" >/dev/null
}

@test "lectures answer after a rebuild and a restore as they did before" {
	three_units
	l=$(lecture)
	as shu -q lecture notes "$l" add 讲稿.md --share
	as shu -q lecture recording "$l" 录音.vtt
	as shu -q lecture attend "$l" li ben
	xueji -q topic merge profession --into management
	all()
	{
		for who in shu ben dan; do
			as "$who" lecture list --json
			as "$who" lecture list --topic management --json
			as "$who" lecture show "$l" --json || test $? = 4
			as "$who" search --json topic:management \
				--facets area,topic | jq '.total, .facets' ||
				test $? = 1
		done
		as shu lecture history "$l" --json
		xueji topic list --all --json
	}
	all >before
	grep -q '"was_there":true' before
	xueji -q backup kept
	xueji -q restore kept --to back
	XUEJI_ARCHIVE=$PWD/back all >restored
	diff before restored
	rm library/catalog.sqlite library/text.sqlite
	rm -rf library/index
	xueji -q rebuild
	all >after
	diff before after
}
