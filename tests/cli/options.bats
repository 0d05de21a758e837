#!/usr/bin/env bats
# How the command is spoken to: options, help, languages, finding the archive.
load common

setup_file() { share_library; }
setup() { copy_library; }

commands()
{
	"$XUEJI" help --completion fish |
	sed -nE "s/^complete -c xueji -n '__fish_use_subcommand' -a '([a-z]+)'.*/\1/p; s/^complete -c xueji -n '__fish_seen_subcommand_from ([a-z]+)' -a '([a-z]+)'.*/\1 \2/p" |
	grep -vxE 'accession|audit|collection|config|decision|dictionary|index|lecture|member|ocfl|packet|paper|plugin|quarantine|role|searches|seminar|synonym|token|topic|unit'
}

@test "without a command the help goes to standard error and the code is 2" {
	run --separate-stderr xueji
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *"accession undo"* ]]
}

@test "--help and help print the same, and the code is 0" {
	run xueji --help
	[ "$status" -eq 0 ]
	[ "$output" = "$(xueji help)" ]
}

@test "every command has help that names it and its summary" {
	[ "$(commands | wc -l)" -ge 27 ]
	commands | while read -r words; do
		# shellcheck disable=SC2086
		out=$(xueji $words --help)
		[[ $out == "usage: xueji $words"* ]]
		# shellcheck disable=SC2086
		[ "$out" = "$(xueji help $words)" ]
		# shellcheck disable=SC2086
		[ "$out" != "$(xueji --lang zh $words --help)" ]
	done
}

@test "help of a group lists its commands" {
	run xueji help accession
	[ "$status" -eq 0 ]
	[[ $output == *"accession list"*"accession show"*"accession undo"* ]]
}

@test "--help behind or before a group lists its commands and exits 0" {
	for group in accession config plugin ocfl; do
		run xueji $group --help
		[ "$status" -eq 0 ]
		[[ ${lines[0]} == *"xueji $group "* ]]
		[ "$(xueji --help $group)" = "$output" ]
		[ "$(xueji $group -h)" = "$output" ]
	done
	[[ $(xueji accession show --help) == *"usage: xueji accession show"* ]]
}

@test "a group alone is a mistake that lists its commands" {
	run xueji accession
	[ "$status" -eq 2 ]
	[[ $output == *"accession undo N"* ]]
}

@test "a mistyped command names the nearest and exits 2" {
	run xueji serach x
	[ "$status" -eq 2 ]
	[[ $output == *"serach"*"did you mean search?"* ]]
	run xueji accession lits
	[ "$status" -eq 2 ]
	[[ $output == *"accession list"* ]]
}

@test "a word unlike any command gets no guess" {
	run xueji qwertyuiop
	[ "$status" -eq 2 ]
	[[ $output != *"did you mean"* ]]
}

@test "a mistyped option names the nearest and exits 2" {
	run xueji show --jsno 1
	[ "$status" -eq 2 ]
	[[ $output == *"--jsno"*"did you mean --json?"* ]]
	run xueji search --limt=3 x
	[ "$status" -eq 2 ]
	[[ $output == *"did you mean --limit?"* ]]
}

@test "options come before, between and behind operands, with = or without" {
	for words in "--limit 1 质量" "质量 --limit 1" "质量 --limit=1" \
		"-n 1 质量" "-n1 质量"; do
		# shellcheck disable=SC2086
		run_json search --json $words
		[ "$(json '.hits | length')" = 1 ]
	done
}

@test "after -- everything is an operand" {
	run xueji search -- --limit
	[ "$status" -eq 1 ]
	run xueji add -- -nothing-like-this
	[ "$status" -eq 4 ]
}

@test "an option without its value, and a flag with one, exit 2" {
	run xueji search x --limit
	[ "$status" -eq 2 ]
	run xueji search x --json=yes
	[ "$status" -eq 2 ]
	run xueji search x --limit many
	[ "$status" -eq 2 ]
}

@test "missing and excess operands exit 2" {
	run xueji show
	[ "$status" -eq 2 ]
	[[ $output == *"show ID"* ]]
	run xueji show 1 2
	[ "$status" -eq 2 ]
}

@test "-A works before and after the verb, and before XUEJI_ARCHIVE" {
	export XUEJI_ARCHIVE=/nowhere
	xueji -A library status
	xueji status --archive=library
	xueji status -A library
	run xueji status
	[ "$status" -eq 4 ]
}

@test "the archive is found upward from the working directory" {
	unset XUEJI_ARCHIVE
	mkdir -p library/ocfl/x
	cd library/ocfl/x
	xueji status
}

@test "outside of any archive the code is 4 and the message says what to do" {
	unset XUEJI_ARCHIVE
	cd "$BATS_TEST_TMPDIR/notes"
	run xueji status
	[ "$status" -eq 4 ]
	[[ $output == "xueji: status: "* ]]
}

@test "messages are Chinese by --lang, by LANG and by LANGUAGE" {
	[[ $(xueji --lang zh --help) == *"用法"* ]]
	[[ $(xueji --help --lang=zh) == *"用法"* ]]
	[[ $(env -u LC_ALL LANG=zh_CN.UTF-8 "$XUEJI" --help) == *"用法"* ]]
	[[ $(LC_ALL=C.UTF-8 LANGUAGE=zh_CN "$XUEJI" --help) == *"用法"* ]]
	[[ $(env -u LC_ALL LANG=zh_CN.UTF-8 "$XUEJI" --lang en --help) == *"usage"* ]]
}

@test "errors are in the language asked for, even those of options" {
	run xueji --lang zh show --nope 1
	[[ $output == *"没有这个选项"* ]]
	run xueji show 999 --lang zh
	[ "$status" -eq 4 ]
	[[ $output == *"没有资料 999" ]]
}

# No Latin sentence, and no colon of ASCII, in what a Chinese user reads: paths,
# names of programs and commands are Latin words of one or two.
all_chinese()
{
	! grep -E '[a-z]+ [a-z]+ [a-z]+ [a-z]+|[一-鿿]:|[a-z]: [一-鿿]' <<<"$1"
}

@test "what the library says is Chinese too" {
	all_chinese "$(xueji --lang zh doctor)"
	all_chinese "$(xueji --lang zh config list)"
	all_chinese "$(xueji --lang zh status)"
	xueji --lang zh -q init new
	all_chinese "$(cat new/xueji.conf)"
	printf 'not a picture' >scan.pdf
	run xueji --lang zh -A new add scan.pdf nothing-there
	[[ $output == *"没有这个文件或目录"* ]]
	run xueji --lang zh -A new add scan.pdf
	[[ $output == *"scan.pdf："* ]]
	[[ $(xueji --lang zh -A new show 1) == *"已损坏："* ]]
	[[ $(xueji --lang en -A new show 1) == *"corrupt: "* ]]
}

@test "reasons are English in records and JSON, whoever added" {
	xueji -q init new
	printf 'PK\003\004 cut off' >half.zip
	run xueji --lang zh -q -A new add --report report.jsonl half.zip
	! grep -q '[一-鿿]' report.jsonl
	! grep -rq '[一-鿿]' new/ocfl
	run_json -A new show 1 --json --lang zh
	[[ $(json .reason) == *[a-z]* ]]
}

@test "a language that is not there exits 2" {
	run xueji --lang fr status
	[ "$status" -eq 2 ]
}

@test "--version and version print name and number" {
	[[ $(xueji --version) =~ ^xueji\ [0-9]+\.[0-9]+ ]]
	[ "$(xueji --version)" = "$(xueji version)" ]
}

@test "--color=always colours, never and a pipe do not" {
	[[ $(xueji search 质量 --color=always) == *$'\e['* ]]
	[[ $(xueji search 质量 --color=never) != *$'\e['* ]]
	[[ $(xueji search 质量) != *$'\e['* ]]
	run xueji search 质量 --color=sometimes
	[ "$status" -eq 2 ]
}

@test "an output that is cut off ends the command quietly" {
	[ "$(xueji show --text 2 2>&1 | head -n 1 | wc -l)" -eq 1 ]
}

@test "an output that cannot be written is an error" {
	[ -w /dev/full ] || skip "there is no /dev/full"
	run -7 sh -c '"$XUEJI" list --json >/dev/full'
	run -7 sh -c '"$XUEJI" list >/dev/full'
}

@test "a read-only archive can be read and not changed" {
	if [ "$(id -u)" -eq 0 ]; then
		unshare -m true 2>/dev/null || skip "no mount namespaces here"
		cat >ro.sh <<-'SH'
			mount --bind library library &&
			mount -o remount,ro,bind library || exit 99
			"$XUEJI" search 质量 && "$XUEJI" show 1 &&
			"$XUEJI" get 1 >/dev/null || exit 98
			"$XUEJI" add notes
		SH
		run unshare -m sh ro.sh
		[ "$status" -ne 99 ] || skip "cannot mount here"
	else
		chmod -R a-w library
		run sh -c '"$XUEJI" search 质量 && "$XUEJI" show 1 &&
			"$XUEJI" get 1 >/dev/null || exit 98; "$XUEJI" add notes'
		chmod -R u+w library
	fi
	[ "$status" -eq 3 ] || [ "$status" -eq 7 ]
}

@test "completion is printed for three shells, and bash takes its own" {
	xueji help --completion bash >bash.sh
	bash -n bash.sh
	[[ $(xueji help --completion zsh) == "#compdef xueji"* ]]
	[[ $(xueji help --completion fish) == *"complete -c xueji"* ]]
	run xueji help --completion csh
	[ "$status" -eq 2 ]
}

complete_bash()
{
	bash -c 'source bash.sh; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
		_xueji; printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

@test "bash completes commands, second words, options and their values" {
	xueji help --completion bash >bash.sh
	complete_bash xueji sea | grep -qx search
	complete_bash xueji -A library acc | grep -qx accession
	complete_bash xueji accession u | grep -qx undo
	complete_bash xueji add --dry | grep -qx -- --dry-run
	complete_bash xueji add --kind lec | grep -qx lecture-note
	complete_bash xueji add no | grep -qx notes
	complete_bash xueji accession show --j | grep -qx -- --json
	complete_bash xueji help undel | grep -qx undelete
}

@test "a value that an option does not know is refused with those it knows" {
	run xueji reindex --kind nope
	[ "$status" -eq 2 ]
	[[ $output == *"--kind nope"*"lecture-note"* ]]
	run xueji reindex -t nope
	[ "$status" -eq 2 ]
	[[ $output == *"--type nope"*"slides"* ]]
	run xueji list --sort=nope
	[ "$status" -eq 2 ]
}

@test "a group of commands alone shows them, and nothing after them" {
	run xueji accession
	[ "$status" -eq 2 ]
	[[ ${lines[1]} == *"xueji accession list"* ]]
	[[ ${lines[-1]} == *"xueji accession undo"* ]]
}
