#!/usr/bin/env bats
# index: archives on several machines are searched as one. Servers listen on
# loopback.
load common

# Two archives with half of the texts each, and one with all of them; ./west is
# published and served.
setup_file()
{
	need xapian-tcpsrv python3 jq
	cd "$BATS_FILE_TMPDIR"
	mkdir east-files west-files
	write_texts
	for name in east west all; do
		xueji -q init $name
	done
	xueji -q -A east add east-files
	xueji -q -A west add west-files
	xueji -q -A all add east-files west-files
	xueji -q -A west index publish west.index
}

# Forty texts with words in common, rarer and rarer ones.
write_texts()
{
	local i side
	for i in $(seq 40); do
		side=$((i % 2)) && side=$([ "$side" = 0 ] && echo east || echo west)
		{
			printf '# 第%s号心得：社区卫生服务\n\n' "$i"
			printf '慢性病管理要靠家庭医生。'
			[ $((i % 3)) = 0 ] && printf '高血压患者应当规律服药。'
			[ $((i % 4)) = 0 ] && printf '传染病防治人人有责。'
			[ $((i % 5)) = 0 ] && printf '产品和服务都要讲质量。'
			[ $((i % 7)) = 0 ] && printf 'Hand hygiene saves lives.'
			[ $((i % 11)) = 0 ] && printf '患者血压记录每日一次，由学员完成。'
			printf '\n\n%s\n' "$(seq -s 、 $((i * 3)))"
		} >$side-files/$i.md
	done
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	cp -a "$BATS_FILE_TMPDIR"/{east,west,all,west.index} .
	export XUEJI_ARCHIVE=$PWD/east
	servers=()
}

teardown()
{
	local one
	for one in "${servers[@]}"; do
		kill -9 -- "-$one" 2>/dev/null || true
	done
}

# serve FILE [PORT]: $port, and $server its process: the first of a group of its
# own, since the server ends all of its group when it is told to.
serve()
{
	local try
	for try in $(seq 20); do
		port=${2:-$((RANDOM % 20000 + 30000))}
		setsid xapian-tcpsrv -q -I 127.0.0.1 -p $port "$1" 3>&- &
		server=$!
		disown "$server"
		for _ in $(seq 50); do
			(: <>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break
			kill -0 $server 2>/dev/null || break
			sleep 0.05
		done
		kill -0 $server 2>/dev/null && break
	done
	servers+=("$server")
}

# The server and its connections end.
stop_server()
{
	kill -9 -- "-$server"
	while kill -0 -- "-$server" 2>/dev/null; do sleep 0.05; done
}

# pretend HOW: a server that does what none should do, at $port.
pretend()
{
	rm -f port # that of the one before
	setsid python3 - "$1" >port 3>&- <<-'END' &
	import os, socket, sys, threading, time
	def serve(c):
	    try:
	        if sys.argv[1] == "garbage":
	            c.sendall(os.urandom(5000))
	        elif sys.argv[1] == "drip":
	            c.sendall(b"\x00\xff\xff\x03")
	            while True:
	                c.sendall(b"x")
	                time.sleep(0.2)
	        elif sys.argv[1] == "flood":
	            c.sendall(b"\x00\xff" + b"\xff" * 8 + b"\x7f")
	            while True:
	                c.sendall(b"x" * 65536)
	        else:
	            time.sleep(60)
	        c.close()
	    except OSError:
	        pass
	s = socket.socket()
	s.bind(("127.0.0.1", 0))
	s.listen(50)
	print(s.getsockname()[1], flush=True)
	while True:
	    c = s.accept()[0]
	    threading.Thread(target=serve, args=(c,), daemon=True).start()
	END
	servers+=($!)
	disown "$!"
	for _ in $(seq 100); do
		[ -s port ] && break
		sleep 0.05
	done
	port=$(cat port)
}

add_west()
{
	serve west.index
	xueji -q index add-remote 西院 127.0.0.1:$port
}

# A remote at $port that is not asked first.
put_remote()
{
	sqlite3 east/catalog.sqlite "INSERT INTO facts VALUES ('remotes',
		'[{\"name\":\"西院\",\"host\":\"127.0.0.1\",\"port\":$port,\"archive\":\"\"}]')
		ON CONFLICT DO UPDATE SET value = excluded.value"
}

# Title, score and tier of each hit, and the totals.
answer()
{
	xueji "$@" --json --limit 50 --facets kind,year,type |
	jq -c '.total, .total_is_exact, .related, .facets,
		(.hits | group_by([.related, -.score])[] |
		 map([.title, .score, .related, (.passages[0].text)]) | sort)'
}

milliseconds()
{
	local begun=${EPOCHREALTIME/./}
	"$@"
	took=$(((${EPOCHREALTIME/./} - begun) / 1000))
}

@test "two archives answer as one that has all: order, scores, totals, facets, passages" {
	add_west
	for query in 社区卫生 高血压 患者血压记录 '"讲质量"' 'hygiene lives' \
		'服务 质量' '传染病 -高血压' 'kind:material' 和服 'hyg*' \
		'title:心得' '(服药 OR hygiene)' '患者 near:9 服药' 医; do
		echo "$query"
		answer search "$query" >two.txt
		answer -A all search "$query" >one.txt
		diff one.txt two.txt
	done
}

@test "sorted by date or title the order is that of one archive" {
	add_west
	for sort in date title; do
		xueji search --json --limit 0 --sort $sort 社区卫生 |
			jq -r '.hits[].date' >two.txt
		xueji -A all search --json --limit 0 --sort $sort 社区卫生 |
			jq -r '.hits[].date' >one.txt
		diff one.txt two.txt
	done
	xueji search --json --limit 0 --sort title 社区卫生 |
		jq -r '.hits[].title' >two.txt
	xueji -A all search --json --limit 0 --sort title 社区卫生 |
		jq -r '.hits[].title' | diff - two.txt
}

@test "a hit says of which archive it is, and what has no file here says where it lies" {
	add_west
	xueji -A west edit 1 title=西院的讲义
	xueji -q -A west index publish west.index
	stop_server
	xueji -q index remove 西院
	add_west
	run xueji search title:西院的讲义
	[[ $output == *"西院#1"* ]]
	run_json search --json title:西院的讲义
	[ "$(json '.hits[0].id')" = null ]
	[ "$(json '.hits[0].remote.name, .hits[0].remote.id' | paste -sd' ')" = "西院 1" ]
	[ "$(json '.hits[0].urn')" = "$(xueji -A west show --json 1 | jq -r .urn)" ]
	run xueji show 西院#1
	[ "$status" -eq 4 ]
	[[ $output == *"lies in that archive"*"127.0.0.1:$port"* ]]
	run_json search --json --here title:西院的讲义
	[ "$(json .total)" = 0 ]
	[ "$(json '.left_out | length')" = 0 ]
}

@test "a remote that is gone is named and left out, the rest is right" {
	add_west
	stop_server
	milliseconds run_json search --json 高血压
	[ "$status" -eq 0 ]
	[ "$took" -lt 2000 ]
	[ "$(json '.left_out[0] | .name, .state' | paste -sd' ')" = "西院 unreachable" ]
	[[ $stderr == *西院*"without it"* ]]
	[ "$(json .total)" = "$(xueji search --here --json 高血压 | jq .total)" ]
	run xueji index list
	[ "$status" -eq 0 ]
	[[ $output == *西院*"cannot be reached"* ]]
	run xueji index check
	[ "$status" -eq 5 ]
}

@test "one that hangs, drips, floods or talks nonsense costs less than two seconds, once" {
	for how in hang drip flood garbage; do
		pretend $how
		put_remote
		rm -f east/index/down-*
		milliseconds run_json search --json 高血压
		echo "$how: $took ms, $output, $stderr"
		[ "$status" -eq 0 ]
		[ "$took" -lt 2000 ] || sanitized
		[ "$(json '.left_out[0].name')" = 西院 ]
		[ "$(json .total)" = "$(xueji search --here --json 高血压 | jq .total)" ]
		[ -e east/index/down-127.0.0.1-$port ]
		milliseconds run_json search --json 高血压
		[ "$(json '.left_out[0].name')" = 西院 ]
		[ "$took" -lt 700 ] || sanitized
	done
}

@test "a server that is stopped or killed amid searches never spoils an answer" {
	add_west
	local here both n
	here=$(xueji search --here --json 高血压 | jq .total)
	both=$(xueji search --json 高血压 | jq .total)
	for i in $(seq 6); do
		rm -f east/index/down-*
		for _ in 1 2 3 4 5 6; do
			xueji -q search --json 高血压
		done >answers.json &
		sleep 0.0$i
		# The children of the server are the connections.
		pkill -9 -P "$server" || true
		wait $!
		for n in $(jq .total answers.json); do
			[ "$n" = "$here" ] || [ "$n" = "$both" ]
		done
		[ "$(jq -s 'map(select(.total == '"$here"' and
			(.left_out | length) == 0)) | length' answers.json)" = 0 ]
	done
	rm -f east/index/down-*
	[ "$(xueji search --json 高血压 | jq .total)" = "$both" ]
}

@test "published again while it is served, the new documents are found" {
	add_west
	printf '# 新到的资料\n\n量子计量学。\n' >new.md
	xueji -q -A west add new.md
	[ "$(xueji search --json '"量子计量学"' | jq .total)" = 0 ]
	xueji -q -A west index publish west.index
	[ "$(xueji search --json '"量子计量学"' | jq .total)" = 1 ]
	xueji -q -A west remove "$(xueji -A west search --json '"量子计量学"' | jq '.hits[0].id')"
	xueji -q -A west index publish west.index
	[ "$(xueji search --json '"量子计量学"' | jq .total)" = 0 ]
	[ ! -e west.index.publishing ]
}

@test "only what the query finds is published, and nothing of the rest is in the file" {
	printf '# 内部\n\n绝密词条甲乙丙。\n' >inner.md
	printf '# 公开\n\n公开词条甲乙丙。\n' >outer.md
	xueji -q init mixed
	xueji -q -A mixed add -k minutes "$PWD/inner.md"
	xueji -q -A mixed add -k lecture-note "$PWD/outer.md"
	run_json -A mixed index publish mixed.index --query kind:lecture-note --json
	[ "$(json .documents)" = 1 ]
	xapian-delve -a -1 mixed.index >terms.txt
	grep -q 公开 terms.txt
	! grep -q 绝密 terms.txt
	! grep -q 内部 mixed.index
	# Nor the folder that it came from, nor accessions.
	! grep -q "$(basename "$PWD")" mixed.index
	! grep -qx 'B[0-9]*' terms.txt
}

@test "a query that is not clear publishes nothing, and other files are safe" {
	run xueji index publish some.index --query 'kimd:minutes'
	[ "$status" -eq 2 ]
	[ ! -e some.index ]
	echo thesis >thesis.txt
	run xueji index publish thesis.txt
	[ "$status" -ne 0 ]
	[ "$(cat thesis.txt)" = thesis ]
	run xueji index publish "$PWD/east/index/mine"
	[ "$status" -eq 2 ]
	[[ $output == *"inside the archive"* ]]
}

@test "what is removed or in quarantine is not published" {
	xueji -q -A west remove 1
	xueji -q -A west quarantine set 2
	run_json -A west index publish west.index --json
	[ "$(json .documents)" = 18 ]
}

@test "not everything can be added" {
	add_west
	run xueji index add-remote 西院 127.0.0.1:1
	[ "$status" -ne 0 ]
	run xueji index add-remote 又一个 127.0.0.1:$port
	[ "$status" -ne 0 ]
	[[ $output == *"西院 already"* ]]
	for bad in nowhere host:0 host:x host:70000 :80 ::1:80; do
		run xueji index add-remote 坏 "$bad"
		[ "$status" -eq 2 ]
	done
	run xueji index add-remote 'a b' 127.0.0.1:$port
	[ "$status" -eq 2 ]
	run xueji -A west index add-remote 自己 127.0.0.1:$port
	[ "$status" -eq 2 ]
	[[ $output == *"published itself"* ]]
	xueji -q index remove 西院
	run xueji index remove 西院
	[ "$status" -eq 4 ]
	[ "$(xueji index list --json | jq -c .remotes)" = '[]' ]
}

@test "another database, another archive, other rules for words: left out with the reason" {
	serve east/index/stub
	run xueji index add-remote 别的 127.0.0.1:$port
	[ "$status" -eq 2 ]
	[[ $output == *"index publish"* ]]
	add_west
	stop_server
	xueji -q init third
	xueji -q -A third add "$BATS_FILE_TMPDIR/west-files"
	xueji -q -A third index publish third.index
	serve third.index "$port"
	run_json search --json 高血压
	[ "$(json '.left_out[0].state')" = other-archive ]
}

@test "the remotes outlive a rebuild" {
	add_west
	both=$(xueji search --json 高血压 | jq .total)
	xueji -q rebuild
	[ "$(xueji search --json 高血压 | jq .total)" = "$both" ]
}

@test "removed documents of this archive stay out when remotes answer" {
	add_west
	before=$(xueji search --json 高血压 | jq .total)
	xueji -q remove "$(xueji search --here --json 高血压 | jq '.hits[0].id')"
	[ "$(xueji search --json 高血压 | jq .total)" = $((before - 1)) ]
}
