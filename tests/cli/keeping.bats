#!/usr/bin/env bats
# accession, status, verify, rebuild, reindex, ocfl, plugin, config, doctor, demo.
load common

setup_file() { share_library; }
setup() { copy_library; }

@test "accession list has every add, newest first" {
	run_json accession list --json
	[ "$(json '[.accessions[].number] | join(",")')" = 3,2,1 ]
	[[ $(xueji accession list) == *"notes/law.md"* ]]
}

@test "accession show has each file" {
	run xueji accession show 3
	[ "$status" -eq 0 ]
	[[ $output == *"papers.zip › "* ]]
	run_json accession show 1 --json
	[ "$(json '.report[0].outcome')" = ok ]
	[ "$(json '.report[0].path[0]')" = notes/law.md ]
}

@test "accession show of none exits 4, of a word 2" {
	run xueji accession show 99
	[ "$status" -eq 4 ]
	run xueji accession show last
	[ "$status" -eq 2 ]
}

@test "accession undo takes a batch back, once" {
	run xueji accession undo 3
	[ "$status" -eq 0 ]
	[ "$(xueji list --json | jq .total)" = 2 ]
	run xueji accession undo 3
	[ "$status" -eq 1 ]
	[[ $(xueji accession list) == *"undone"* ]]
}

@test "status counts documents, sizes and outcomes" {
	run xueji status
	[ "$status" -eq 0 ]
	[[ $output == *"documents"*"ocfl/"*"how they were read"*"ok"* ]]
	run_json status --json
	[ "$(json .documents)" = 3 ]
	[ "$(json .members)" -ge 2 ]
	[ "$(json .queued)" = 0 ]
	[ "$(json '.outcome[0].value')" = ok ]
}

@test "verify finds a whole archive sound" {
	run xueji verify
	[ "$status" -eq 0 ]
	[[ $output == *"sound"* ]]
}

@test "verify names document, object and file of a damage and exits 1" {
	file=$(find library/ocfl -name quality.txt | head -n 1)
	chmod u+w "$file"
	printf X | dd of="$file" conv=notrunc 2>/dev/null
	run xueji verify
	[ "$status" -eq 1 ]
	[[ $output == *"error"*"document 2"*"urn:uuid:"*"quality.txt"* ]]
	run xueji verify 1
	[ "$status" -eq 0 ]
	run xueji verify 2
	[ "$status" -eq 1 ]
	run_json verify --json
	[ "$status" -eq 1 ]
	[ "$(json .errors)" -ge 1 ]
	[ "$(json '.problems[0].document')" = 2 ]
	run xueji verify 999
	[ "$status" -eq 4 ]
}

@test "rebuild brings everything back from the storage root" {
	xueji -q edit 1 title=改过的题名
	xueji -q remove 2
	before=$(xueji list --json | jq '[.documents[] | {id, urn, title, version}]')
	rm -rf library/catalog.sqlite* library/index library/text.sqlite*
	run xueji rebuild
	[ "$status" -eq 0 ]
	[ "$(xueji list --json | jq '[.documents[] | {id, urn, title, version}]')" = "$before" ]
	[ "$(xueji show --json 2 | jq -r .state)" = removed ]
	[ "$(xueji search --json 改过的题名 | jq '.hits[0].id')" = 1 ]
}

@test "reindex makes the index again" {
	rm -rf library/index
	run xueji reindex
	[ "$status" -eq 0 ]
	xueji search 质量
}

@test "ocfl validate takes our root, and any object" {
	unset XUEJI_ARCHIVE
	run xueji ocfl validate library/ocfl
	[ "$status" -eq 0 ]
	[[ $output == *"valid"* ]]
	object=$(dirname "$(find library/ocfl -name '0=ocfl_object_1.1' | head -n 1)")
	rm "$object/inventory.json"
	run xueji ocfl validate "$object"
	[ "$status" -eq 1 ]
	[[ $output == *"E0"*"invalid"* ]]
	run_json ocfl validate --json "$object"
	[ "$status" -eq 1 ]
	[ "$(json '.checked[0].valid')" = false ]
	run xueji ocfl validate nowhere
	[ "$status" -ne 0 ]
}

@test "plugin list has importers with formats, with an archive and without" {
	run xueji plugin list
	[ "$status" -eq 0 ]
	[[ $output == *"text"*"text/plain"* ]]
	unset XUEJI_ARCHIVE
	cd /
	run_json plugin list --json
	[ "$(json '[.plugins[].name] | index("text") != null')" = true ]
}

@test "plugin list names a refused plugin with the reason" {
	mkdir plugins
	cp "$XUEJI_PLUGINS"/importer-text.so plugins/
	echo nonsense >plugins/importer-bad.so
	XUEJI_PLUGINS=$PWD/plugins run xueji plugin list
	[ "$status" -eq 0 ]
	[[ $output == *"bad"*"refused"* ]]
}

@test "config gets, sets, lists and refuses" {
	[ "$(xueji config get import.depth)" = 8 ]
	xueji config set import.depth 4
	[ "$(xueji config get import.depth)" = 4 ]
	[[ $(xueji config list) == *"import.depth = 4"* ]]
	run_json config list --json
	[ "$(json '.settings[] | select(.key == "import.depth").is_standard')" = false ]
	run xueji config set import.depth many
	[ "$status" -eq 2 ]
	run xueji config get import.dpeth
	[ "$status" -eq 4 ]
	[[ $output == *"import.depth"* ]]
}

@test "a wrong line of xueji.conf stops only what needs it; doctor names it" {
	printf 'import.depth = many\nno equals sign\n' >library/xueji.conf
	run --separate-stderr xueji search 质量
	[ "$status" -eq 0 ]
	[[ $stderr == *"line 1"*"line 2"* ]]
	run --separate-stderr xueji doctor
	[ "$status" -eq 1 ]
	[[ $output == *"xueji.conf line 1: "*"config set import.depth 8"* ]]
	[[ $output == *"xueji.conf line 2: "* ]]
	[ -z "$stderr" ]
	run xueji add notes
	[ "$status" -eq 2 ]
	[[ $output == *"xueji.conf line 1: import.depth = many"* ]]
	xueji edit 1 title=新题名
	xueji config set import.depth 8
	xueji add notes
	run xueji config get nonsense
	[ "$status" -eq 4 ]
	[[ $output != *"did you mean"* ]]
}

@test "an archive of which only ocfl is left is rebuilt" {
	xueji search 质量 | grep -v '[0-9] ms' >before
	find library -mindepth 1 -maxdepth 1 ! -name ocfl -exec rm -r {} +
	run xueji search 质量
	[ "$status" -eq 7 ]
	[[ $output == *"xueji rebuild"* ]]
	xueji rebuild
	[ "$(xueji --quiet search 质量 | grep -v '[0-9] ms')" = "$(cat before)" ]
	xueji verify
}

@test "init inside of an archive's own folders is refused" {
	for place in ocfl/new ocfl/a/b index/c staging; do
		run xueji init library/$place
		[ "$status" -eq 2 ]
		[ ! -e library/ocfl/new ]
	done
	xueji init library/beside
}

@test "doctor is content here, and says so as JSON" {
	run xueji doctor
	[ "$status" -eq 0 ]
	[[ $output == *"✓"* ]]
	run_json doctor --json
	[ "$(json '[.findings[] | select(.state == "broken")] | length')" = 0 ]
}

@test "doctor without the worker exits 1 and says what to do" {
	XUEJI_WORKER=/nowhere run xueji doctor
	[ "$status" -eq 1 ]
	[[ $output == *"✗"*"→"* ]]
}

@test "demo makes an archive, searches in it and says what is next" {
	unset XUEJI_ARCHIVE
	run xueji demo try
	[ "$status" -eq 0 ]
	[[ $output == *"xueji search"*"【"*"Next:"* ]]
	[[ $output != *"0 documents"* ]]
	run xueji demo try
	[ "$status" -eq 1 ]
}

@test "a catalog of an older release is upgraded by whoever opens it, and what cannot be is said" {
	need sqlite3
	rm -f library/catalog.sqlite*
	sqlite3 library/catalog.sqlite 'PRAGMA application_id = 0x586a4361'
	run -1 xueji list --json
	[ "$(jq .total <<<"$output")" = 0 ]
	ls library/catalog.sqlite.before-* >/dev/null
	sqlite3 library/catalog.sqlite 'PRAGMA user_version = 9999'
	run -7 xueji list
	[[ $output == *"made by a newer release"* ]]
}
