#!/usr/bin/env bats
# Originals that are read again when importers come or change.
load common

setup_file()
{
	need cc make pkg-config jq
	cd "$BATS_FILE_TMPDIR"
	export PKG_CONFIG_PATH=$top_builddir
	xueji -q plugin new cards
	make_version 1.0 cat && make_version 2.0 dog && make_version 3.0 bad
}

# make_version VERSION WORD: each paragraph ends with the word; "bad" fails.
make_version()
{
	mkdir "$1"
	sed "s/\"1.0\"/\"$1\"/" cards/cards.c >"$1/cards.c"
	case $2 in
	bad) sed -i 's/^	char \*text, \*line;/	if (in->size) return xj_fail(in, XJ_IMPORT_CORRUPT, "as told");\n&/' "$1/cards.c" ;;
	*) sed -i "s/^	if (number > 1)/	if (strcmp(text, \"animal\") == 0)\n		text = \"$2\";\n&/" "$1/cards.c" ;;
	esac
	cc $(pkg-config --cflags xueji-plugin) -shared -fPIC \
		-o "$1/importer-cards.so" "$1/cards.c"
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	export XDG_DATA_HOME=$PWD/data XUEJI_ARCHIVE=$PWD/library
	mkdir notes
	printf 'Title\nanimal\n' >notes/a.cards
	printf 'Other\nplain\n' >notes/b.cards
	printf 'just text\n' >notes/c.txt
	xueji -q init library
}

use() { xueji -q plugin install "$BATS_FILE_TMPDIR/$1/importer-cards.so"; }

versions() { xueji list --json | jq -c '[.documents[] | [.id, .version]]'; }
importers() { xueji list --json | jq -c '[.documents[:2][].importer_version]'; }

@test "files that nobody could read are read when an importer arrives" {
	printf '\000\001\002animal\n' >notes/a.cards
	xueji -q add notes || true
	[ "$(xueji show --json 1 | jq -r .outcome)" = unsupported ]
	use 1.0
	run xueji reindex --failed --report report.jsonl
	[ "$status" -eq 0 ]
	[ "$(wc -l <report.jsonl)" -eq 1 ]
	[ "$(jq -r .outcome report.jsonl)" = ok ]
	[ "$(jq -r .importer report.jsonl)" = cards ]
	[ "$(versions)" = '[[1,2],[2,1],[3,1]]' ]
	[[ $(xueji history 1) == *"read again"* ]]
	xueji verify -q
}

@test "another version of an importer is seen, and its files read again" {
	use 1.0
	xueji -q add notes
	xueji search cat
	[ "$(xueji status --json | jq '.outdated | length')" = 0 ]
	use 2.0
	[[ $(xueji status) == *"2 documents were read by cards 1.0; 2.0 is here"* ]]
	[[ $(xueji doctor) == *"cards 1.0"*"reindex --outdated"* ]]
	run_json reindex --outdated --json
	[ "$status" -eq 0 ]
	[ "$(json '[.seen, .ok, .changed] | join(",")')" = 2,2,2 ]
	xueji search dog
	run xueji search cat
	[ "$status" -eq 1 ]
	[ "$(importers)" = '["2.0","2.0"]' ]
	[ "$(xueji status --json | jq '.outdated | length')" = 0 ]
}

@test "what is read the same gets no new version" {
	use 1.0
	xueji -q add notes
	run_json reindex --type text --json
	[ "$status" -eq 0 ]
	[ "$(json '[.seen, .ok, .changed] | join(",")')" = "$(xueji list --json type:text | jq .total),$(xueji list --json type:text | jq .total),0" ]
	run_json reindex --json 1 2 3
	[ "$(json '[.seen, .ok, .changed] | join(",")')" = 3,3,0 ]
	[ "$(versions)" = '[[1,1],[2,1],[3,1]]' ]
}

@test "what was read before and cannot be any more stays as it was" {
	use 1.0
	xueji -q add notes
	use 3.0
	run xueji reindex --importer cards
	[ "$status" -eq 5 ]
	[[ $output == *"kept"*"left as it was; now it is corrupt: as told"* ]]
	[ "$(versions)" = '[[1,1],[2,1],[3,1]]' ]
	xueji search cat
	[ "$(xueji show --json 1 | jq -r .outcome)" = ok ]
}

@test "members are read again, alone or with what they are in" {
	need zip
	mkdir in
	printf 'Title\nanimal\n' >in/m.cards
	printf 'x\n' >in/n.txt
	zip -qr notes/z.zip in
	use 1.0
	xueji -q add notes
	member=$(xueji list --json | jq '.documents[] | select(.path[-1] | endswith("m.cards")) | .id')
	use 2.0
	run_json reindex --json "$member"
	[ "$(json '[.seen, .changed] | join(",")')" = 1,1 ]
	[ "$(xueji show --json "$member" | jq -r .importer_version)" = 2.0 ]
	use 1.0
	run_json reindex --json --outdated
	[ "$status" -eq 0 ]
	[ "$(json .changed)" = 1 ]
	run_json reindex --json --kind material
	[ "$(json .seen)" -ge 5 ]
	xueji verify -q
	rm -rf library/catalog.sqlite* library/text.sqlite* library/index
	xueji -q rebuild
	xueji search cat
}

@test "what a person said of a document stays" {
	use 1.0
	xueji -q add -d 2001 notes/a.cards
	xueji -q edit 1 title=Mine
	use 2.0
	xueji -q reindex --outdated
	[ "$(xueji show --json 1 | jq -r '.title, .date' | paste -sd,)" = Mine,2001 ]
	[ "$(xueji show --json 1 | jq .version)" = 3 ]
}

@test "damaged originals are named, and the others are read" {
	use 1.0
	xueji -q add notes
	use 2.0
	file=$(find library/ocfl -name a.cards)
	chmod u+w "$file"
	printf X | dd of="$file" conv=notrunc 2>/dev/null
	run xueji reindex --outdated
	[ "$status" -eq 5 ]
	[[ $output == *"a.cards"*"damaged"* ]]
	[ "$(importers)" = '["1.0","2.0"]' ]
	xueji search cat
}

@test "killed at any moment, a document is as it was or as it is to be" {
	use 1.0
	for i in $(seq 30); do
		printf 'Title %d\nanimal\n' "$i" >"notes/k$i.cards"
	done
	xueji -q add notes
	for delay in 0.05 0.15 0.3 0.5 0.8; do
		use 2.0
		timeout -s KILL "$delay" "$XUEJI" -q reindex --outdated || true
		xueji -q add notes # whoever writes next finishes what was begun
		xueji -q verify
		use 1.0
		timeout -s KILL "$delay" "$XUEJI" -q reindex --outdated || true
	done
	use 2.0
	xueji -q reindex --outdated
	xueji -q verify
	[ "$(xueji search --json dog | jq .total)" = 31 ]
	run xueji search cat
	[ "$status" -eq 1 ]
	[ "$(xueji status --json | jq .queued)" = 0 ]
}

@test "documents and options together, unknown and removed ones, are mistakes" {
	xueji -q add notes || true
	run xueji reindex --failed 1
	[ "$status" -eq 2 ]
	run xueji reindex 99
	[ "$status" -eq 4 ]
	run xueji reindex --report x
	[ "$status" -eq 2 ]
	xueji -q remove 1
	run xueji reindex 1
	[ "$status" -eq 4 ]
}
