#!/usr/bin/env bats
# A recording and the subtitles beside it.
load common

# Four samples of silence.
make_recording()
{
	printf 'RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x04\0\0\0\x80\x80\x80\x80' >"$1"
}

make_subtitle()
{
	printf '1\n00:00:05,000 --> 00:00:08,000\n%s\n' "$2" >"$1"
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	mkdir lectures
	make_recording lectures/讲座.wav
}

# found WORDS: numbers of the documents that have them.
found()
{
	xueji search --json "$1" | jq -r '[.hits[].id] | sort | join(" ")'
}

@test "a recording is found by what its subtitle says, with the time, and once" {
	need jq
	make_subtitle lectures/讲座.srt '依法行医尊重知情权'
	xueji -q add lectures
	run xueji search --json 知情权
	[ "$(jq .total <<<"$output")" = 1 ]
	[[ $(jq -r '.hits[0].path | tostring' <<<"$output") == *讲座.wav* ]]
	[ "$(jq -r '.hits[0].passages[0].where' <<<"$output")" = msec ]
	[ "$(jq -r '.hits[0].passages[0].at' <<<"$output")" = 5000 ]
}

@test "a subtitle that comes later joins its recording" {
	need jq
	xueji -q add lectures
	[ "$(found 知情权)" = "" ]
	make_subtitle lectures/讲座.zh.srt '依法行医尊重知情权'
	xueji -q add lectures
	[ "$(found 知情权)" = 1 ]
}

@test "an add that was cut short before it joined them does so the next time" {
	need jq sqlite3
	make_subtitle lectures/另一讲.srt '依法行医尊重知情权'
	xueji -q add lectures
	# as a kill leaves it: both are there, and were not looked through
	mv lectures/另一讲.srt lectures/讲座.srt
	ctime=$(stat -c %.9Z lectures/讲座.srt)
	sqlite3 library/catalog.sqlite "DELETE FROM facts WHERE name = 'paired';
		UPDATE sources SET ctime_ns = ${ctime/./},
			path = CAST(replace(CAST(path AS TEXT),
				'另一讲', '讲座') AS BLOB)
			WHERE CAST(path AS TEXT) LIKE '%另一讲%'"
	[[ $(xueji add lectures --json | jq .accession) == null ]]
	[[ $(xueji search --json 知情权 | jq -r '.hits[0].path[0]') == \
		*讲座.wav ]]
}

@test "so does a recording that comes later" {
	need jq
	mv lectures/讲座.wav .
	make_subtitle lectures/讲座.srt '依法行医尊重知情权'
	xueji -q add lectures
	[ "$(found 知情权)" = 1 ]
	mv 讲座.wav lectures
	xueji -q add lectures
	[ "$(found 知情权)" = 2 ]
}

@test "the subtitle is kept, and given out" {
	make_subtitle lectures/讲座.srt '依法行医尊重知情权'
	xueji -q add lectures
	id=$(xueji list --json | jq -r '.documents[] | select(.title == "讲座" and .type == "text") | .id')
	[ -n "$id" ]
	xueji get "$id" -o out.srt
	cmp out.srt lectures/讲座.srt
}

@test "a name that only begins alike is another recording's" {
	need jq
	make_subtitle lectures/讲座二.srt '依法行医尊重知情权'
	xueji -q add lectures
	run xueji search --json 知情权
	[[ $(jq -r '.hits[0].path | tostring' <<<"$output") == *讲座二.srt* ]]
}

@test "a rebuild keeps them together" {
	need jq
	make_subtitle lectures/讲座.srt '依法行医尊重知情权'
	xueji -q add lectures
	before=$(found 知情权)
	rm -r lectures
	xueji -q rebuild
	[ "$(found 知情权)" = "$before" ]
	[ -n "$before" ]
}

@test "without its subtitle a recording says nothing, without its recording a subtitle does" {
	need jq
	make_subtitle lectures/讲座.srt '依法行医尊重知情权'
	xueji -q add lectures
	recording=$(found 知情权)
	subtitle=$((3 - recording))
	xueji -q remove "$recording"
	[ "$(found 知情权)" = "$subtitle" ]
	xueji -q undelete "$recording"
	[ "$(found 知情权)" = "$recording" ]
	xueji -q purge --yes "$subtitle"
	[ "$(found 知情权)" = "" ]
}

@test "an accession that is undone takes its subtitle along" {
	need jq
	xueji -q add lectures
	make_subtitle lectures/讲座.srt '依法行医尊重知情权'
	xueji -q add lectures
	[ "$(found 知情权)" = 1 ]
	xueji -q accession undo 2
	[ "$(found 知情权)" = "" ]
}

@test "what a subtitle in quarantine says is not found by its recording" {
	need jq
	make_subtitle lectures/讲座.srt '依法行医尊重知情权'
	xueji -q add lectures
	recording=$(found 知情权)
	xueji -q quarantine set $((3 - recording))
	[ "$(found 知情权)" = "" ]
}
