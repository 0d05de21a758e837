#!/usr/bin/env bats
# Importers that are programs, and what hostile ones do to an `add`.
load common

setup()
{
	cd "$BATS_TEST_TMPDIR"
	mkdir plugins plugins.d
	ln -s "$XUEJI_PLUGINS/importer-text.so" plugins/
	export XDG_DATA_HOME=$PWD/data XUEJI_PLUGINS=$PWD/plugins
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
}

use_example()
{
	need python3
	cp "$top_srcdir"/doc/examples/ics.* plugins.d/
}

make_calendar()
{
	printf '%s\r\n' BEGIN:VCALENDAR X-WR-CALNAME:科室学习安排 BEGIN:VEVENT \
		'DTSTART;TZID=Asia/Shanghai:20240301T143000' \
		SUMMARY:病历书写与法律责任 LOCATION:三楼示教室 \
		'DESCRIPTION:主讲：李医生\n请带上病历\, 现场点评。要及' ' 时书写。' \
		BEGIN:VALARM DESCRIPTION:提醒 END:VALARM END:VEVENT \
		END:VCALENDAR >lectures.ics
}

@test "the example in Python reads a calendar" {
	use_example
	make_calendar
	xueji -q add lectures.ics
	run_json show 1 --json
	[[ $output == *科室学习安排* ]]
	[[ $output == *2024-03-01* ]]
	run xueji search 及时书写
	[ "$status" -eq 0 ]
	run xueji search 提醒
	[ "$status" -eq 1 ]
}

@test "the tutorial shows the example as it is, in at most 30 lines" {
	for file in ics.py ics.conf; do
		sed -n "/^\`\`\`[a-z]* $file\$/,/^\`\`\`\$/p" \
			"$top_srcdir/doc/importers.md" | sed '1d;$d' |
			diff - "$top_srcdir/doc/examples/$file"
	done
	[ "$(wc -l <"$top_srcdir/doc/examples/ics.py")" -le 30 ]
}

@test "plugin list shows a program, and why one was refused" {
	use_example
	printf 'command = no-such-program\ntypes = a/b\n' >plugins.d/bad.conf
	run xueji plugin list
	[ "$status" -eq 0 ]
	[[ $output == *"ics"*"program: python3 ics.py"*"text/calendar"* ]]
	[[ $output == *"bad.conf"*"refused: command: no program no-such-program"* ]]
	run_json plugin list --json
	[ "$(json '.plugins[] | select(.name == "ics").command')" = \
		'python3 ics.py' ]
	[ "$(json '.plugins[] | select(.name == "text").command')" = null ]
}

@test "the user's own programs lie beside the user's plugins" {
	use_example
	mkdir -p data/xueji
	mv plugins.d data/xueji/
	[[ $(xueji plugin list) == *"program: python3 ics.py"* ]]
}

# deed NAME TEXT: a document; a .deed is the plugin's, a .prog the program's.
deed()
{
	printf "$2" >"docs/$1"
}

@test "what importers do harms the entry of their document alone" {
	need jq
	bad=$top_builddir/tests/plugins
	test -e "$bad/.libs/importer-bad-deeds.so" ||
		skip "the importer of bad deeds was not built"
	! sanitized ||
		skip "the sanitizers know no filter and no limit of memory"
	ln -s "$bad/.libs/importer-bad-deeds.so" plugins/
	cat >plugins.d/bad.conf <<-END
		command = $bad/bad-program
		reads = $bad
		version = 1
		license = MIT
		types = text/x-prog
		extensions = prog
	END
	xueji config set import.cpu_seconds 1
	xueji config set import.wall_seconds 3
	mkdir docs
	deed a-crash.deed crash
	deed b-loop.deed loop-silently
	deed c-memory.deed 'allocate 10240'
	deed d-fork.deed fork
	deed e-socket.deed socket
	deed f-write.deed "write-file $PWD/written"
	deed g-exit.prog 'say 1\n'
	deed h-loop.prog loop
	deed i-memory.prog 'allocate 10241'
	deed j-fork.prog processes
	deed k-socket.prog sockets
	deed l-write.prog "change $PWD/library/xueji.conf"
	deed m-garbage.prog 'say\nTraceback:\n'
	deed n-wait.prog wait
	deed o-last.txt 'the last one is well\n'
	cp library/xueji.conf before
	run xueji -q add --report report.jsonl docs
	[ "$status" -eq 5 ]
	outcome()
	{
		jq -r "select(.path[0] | endswith(\"$1\")) |
			\"\(.outcome) \(.importer): \(.reason // \"\")\"" report.jsonl
	}
	[[ $(outcome a-crash.deed) == "crashed bad-deeds: "*SIGSEGV* ]]
	[[ $(outcome b-loop.deed) == "limit bad-deeds: "*" s of "* ]]
	[[ $(outcome c-memory.deed) == "limit bad-deeds: 1024 MiB"* ]]
	for deed in d-fork e-socket f-write; do
		[[ $(outcome $deed.deed) == "crashed bad-deeds: "*"forbidden"* ]]
	done
	[[ $(outcome g-exit.prog) == "crashed bad: importer bad failed: exit 1" ]]
	[[ $(outcome h-loop.prog) == "partial bad: limit: "*" s of "* ]]
	[[ $(outcome i-memory.prog) == *"exit 1: malloc: Cannot allocate memory" ]]
	for deed in j-fork k-socket l-write; do
		[[ $(outcome $deed.prog) == "ok bad: " ]]
	done
	[[ $(outcome m-garbage.prog) == *"importer bad sent in line 1: "* ]]
	[[ $(outcome n-wait.prog) == "partial bad: limit: 3 s of time" ]]
	[[ $(outcome o-last.txt) == "ok text: " ]]
	[ "$(wc -l <report.jsonl)" -eq 15 ]
	[ ! -e written ]
	cmp before library/xueji.conf
	run xueji search '"well"'
	[ "$status" -eq 0 ]
}
