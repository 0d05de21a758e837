#!/usr/bin/env bats
# The author's kit: plugin new, test, install and remove.
load common

setup_file()
{
	need cc make pkg-config
	cd "$BATS_FILE_TMPDIR"
	export PKG_CONFIG_PATH=$top_builddir
	xueji -q plugin new cards
	make -C cards XUEJI="$XUEJI" >/dev/null
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	export XDG_DATA_HOME=$PWD/data PKG_CONFIG_PATH=$top_builddir
	cards=$BATS_FILE_TMPDIR/cards
	installed=$XDG_DATA_HOME/xueji/plugins/importer-cards.so
	deeds=$top_builddir/tests/plugins/.libs/importer-bad-deeds.so
}

# The importer of bad deeds does what the sample says.
try_deed()
{
	test -e "$deeds" || skip "the importer of bad deeds was not built"
	printf '%s' "$1" >it.deed
	run xueji plugin test -n "${2:-4}" "$deeds" it.deed
}

# importer NAME EXTENSION [MIME]: in ./importer-NAME.so.
make_importer()
{
	sed "s/\"cards\"/\"$1\"/; s/\.ext = \"[^\"]*\"/.ext = \"$2\"/
		s|text/x-cards|text/x-$1|" "$cards/cards.c" >"$1.c"
	cc $(pkg-config --cflags xueji-plugin) -shared -fPIC \
		-o "importer-$1.so" "$1.c"
}

@test "plugin new writes a project whose check passes" {
	run make -C "$cards" check XUEJI="$XUEJI"
	[ "$status" -eq 0 ]
	[[ $output == *"ok: samples/first.cards"* ]]
	grep -q '@' "$cards/Makefile" && grep -q '@[A-Z]*@' "$cards/Makefile" &&
		false
	[ ! -e "$cards/NAME.c" ]
}

@test "plugin new writes nothing over" {
	mkdir mine
	echo mine >mine/Makefile
	run xueji plugin new -o mine other
	[ "$status" -eq 1 ]
	[[ $output == *"mine/Makefile"* ]]
	[ "$(ls mine)" = Makefile ]
	[ "$(cat mine/Makefile)" = mine ]
}

@test "plugin new refuses names that importers cannot have" {
	for name in Cards ../up '' 9lives 'a b'; do
		run xueji plugin new "$name"
		[ "$status" -eq 2 ]
	done
	[ -z "$(ls -A)" ]
}

@test "plugin test prints what is sent, with role and place" {
	run xueji plugin test "$cards/importer-cards.so" \
		"$cards/samples/first.cards"
	[ "$status" -eq 0 ]
	[[ $output == *"meta title"*"heading 1 line 1"*"body line 4"*"200 damaged copies"* ]]
	run_json plugin test --json -n 5 "$cards/importer-cards.so" \
		"$cards/samples/first.cards"
	[ "$(json '.samples[0].sent[1].role')" = heading ]
	[ "$(json '.samples[0].sent[3].at')" = 4 ]
	[ "$(json '.samples[0].outcome')" = ok ]
	[ "$(json '.samples[0].copies')" = 5 ]
	[ "$(json '.samples[0].faults | length')" = 0 ]
}

@test "plugin test --sent prints nothing but what is sent" {
	xueji plugin test --sent "$cards/importer-cards.so" \
		"$cards/samples/first.cards" |
		diff - "$cards/samples/first.cards.expected"
}

@test "plugin test names the signal of a crash and the byte that made it" {
	try_deed 'crash'
	[ "$status" -eq 1 ]
	[[ $output == *"crashed (SIGSEGV)"* ]]
	try_deed 'crasi' 200
	[ "$status" -eq 1 ]
	[[ $output == *"byte 4 (0x4) changed from 0x69 to 0x68: importer bad-deeds crashed"* ]]
	try_deed 'abort now' 100
	[ "$status" -eq 1 ]
	[[ $output == *"aborted"* ]]
}

@test "plugin test keeps the copies that went wrong" {
	need cmp
	test -e "$deeds" || skip "the importer of bad deeds was not built"
	printf crasi >it.deed
	mkdir kept
	run xueji plugin test -k kept "$deeds" it.deed
	[ "$status" -eq 1 ]
	[ "$(cat kept/bit-4-it.deed)" = crash ]
	[[ $output == *"kept/bit-4-it.deed"* ]]
}

@test "plugin test says which rule of the contract was broken" {
	try_deed 'mistake'
	[ "$status" -eq 1 ]
	[[ $output == *"sent text that is not UTF-8"* ]]
	try_deed 'lie-pages'
	[[ $output == *"sent pages that go back"* ]]
	if ! sanitized; then # the sanitizers know no filter
		try_deed 'socket'
		[[ $output == *"forbidden system call"* ]]
	fi
	try_deed 'loop-silently'
	[ "$status" -eq 1 ]
	[[ $output == *" s of "* ]]
}

@test "plugin test finds what is kept between documents" {
	try_deed 'served'
	[ "$status" -eq 1 ]
	[[ $output == *'static'*'first:'*'"1"'*'then:'*'"2"'* ]]
}

@test "plugin test finds what another process answers differently" {
	[ "$(cat /proc/sys/kernel/randomize_va_space)" != 0 ] ||
		skip "addresses are not random here"
	try_deed 'address'
	[ "$status" -eq 1 ]
	[[ $output == *"another process"*"first:"* ]]
}

@test "plugin test says when an importer would never be called" {
	printf 'a\nb\n' >x.unknown
	run xueji plugin test "$cards/importer-cards.so" x.unknown
	[ "$status" -eq 1 ]
	[[ $output == *"does not bid"* ]]
}

@test "plugin test refuses what is no importer, and a missing sample" {
	run xueji plugin test "$top_builddir/.libs/libxueji.so" "$cards/cards.c"
	[ "$status" -eq 2 ]
	[[ $output == *"xj_importer_v1"* ]]
	run xueji plugin test "$cards/importer-cards.so" nowhere
	[ "$status" -eq 4 ]
}

@test "plugin install makes add read the files, plugin remove ends it" {
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	run make -C "$cards" install XUEJI="$XUEJI"
	[ "$status" -eq 0 ]
	[[ $output == *"$installed"*"reindex --failed"* ]]
	xueji add "$cards/samples/first.cards"
	[ "$(xueji show --json 1 | jq -r .importer)" = cards ]
	run xueji plugin install "$cards/importer-cards.so"
	[[ $output == *"in place of 1.0"* ]]
	xueji plugin remove cards
	[ ! -e "$installed" ]
	run xueji plugin remove cards
	[ "$status" -eq 4 ]
}

@test "plugin install refuses a name that is taken, and what is no importer" {
	make_importer text cards
	run xueji plugin install importer-text.so
	[ "$status" -eq 1 ]
	[[ $output == *"an importer named text is in"* ]]
	run xueji plugin install "$cards/cards.c"
	[ "$status" -eq 2 ]
	[ ! -e "$XDG_DATA_HOME" ]
	bad=$top_builddir/tests/plugins/.libs/importer-bad-abi.so
	test -e "$bad" || return 0
	run xueji plugin install "$bad"
	[ "$status" -eq 2 ]
	[[ $output == *"made for interface"* ]]
}

@test "plugin remove takes nothing that comes with xueji" {
	run xueji plugin remove pdf
	[ "$status" -eq 3 ]
	run xueji plugin remove --system text
	[ "$status" -eq 3 ]
	run xueji plugin remove ../text
	[ "$status" -eq 2 ]
}

@test "among equal bids the configured order decides, then the name" {
	make_importer aaa twin
	make_importer bbb twin
	xueji -q plugin install importer-aaa.so importer-bbb.so
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	printf 'one\n' >one.twin
	printf 'two\n' >two.twin
	printf 'three\n' >three.twin
	xueji -q add one.twin
	[ "$(xueji show --json 1 | jq -r .importer)" = aaa ]
	xueji config set plugins.order "bbb aaa"
	xueji -q add two.twin
	[ "$(xueji show --json 2 | jq -r .importer)" = bbb ]
	xueji config set plugins.order "text aaa"
	xueji -q add three.twin
	[ "$(xueji show --json 3 | jq -r .importer)" = aaa ]
}

@test "pkg-config xueji-plugin gives flags and plugindir, where installed" {
	make -C "$top_builddir" -s DESTDIR="$PWD/root" \
		install-pkgconfigDATA install-xuejiHEADERS >/dev/null
	pc=$(find root -name xueji-plugin.pc)
	export PKG_CONFIG_PATH=$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR=$PWD/root
	[[ $(pkg-config --variable=plugindir xueji-plugin) == */lib*/xueji/plugins ]]
	# No library of ours is asked for.
	[ -z "$(pkg-config --libs xueji-plugin | tr -d ' ')" ]
	flags=$(pkg-config --cflags xueji-plugin)
	printf '#include <xueji/importer.h>\n' | tee it.c >it.cc
	cc $flags -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only it.c
	cc $flags -std=gnu17 -Wall -Wextra -Wconversion -Wshadow -Werror \
		-fsyntax-only "$cards/cards.c"
	command -v c++ >/dev/null || return 0
	c++ $flags -Wall -Wextra -Werror -fsyntax-only it.cc
}
