#!/bin/sh
# run.sh SECONDS TOP HARNESS...: let each harness look for that long.
#
# What it finds new is kept in fuzz-corpus/ for the next time. Seeds are the
# small files of seeds/, the samples of corpus/ that are of the kind, and such
# of ../shared when that is there. A finding is left beside the log, as
# HARNESS-crash-..., and is run again by ./HARNESS FILE.
seconds=$1
top=$2
shift 2

# The extensions of what an importer's harness is fed with.
kinds() {
	case $1 in
	archive) echo zip tar gz tgz bz2 xz 7z rar lzh cab cpio ;;
	html) echo html htm ;;
	image) echo jpg png gif tif bmp webp ;;
	mail) echo eml mbox ;;
	markdown|written) echo md ;;
	media) echo mp3 flac ogg mkv mp4 wav ;;
	ole) echo doc xls ppt msg wps et dps ;;
	pdf) echo pdf ;;
	rtf) echo rtf ;;
	subtitle) echo srt vtt ass lrc ;;
	text) echo txt csv json tex org rst ;;
	esac
}

# What a seed may have, in KiB: a short one is tried more often.
room() {
	case $1 in
	archive | media | ole | pdf) echo 24 ;;
	*) echo 5 ;;
	esac
}

# Links, so that all seeds lie in one folder.
gather() {
	name=${1#fuzz-}
	rm -rf "fuzz-seeds/$1"
	mkdir -p "fuzz-seeds/$1" "fuzz-corpus/$1"
	for kind in $(kinds "$name"); do
		find "$top/corpus" -name "*.$kind" -size -$(room "$name")k
		find "$top/../shared/data/documents" -name "*.$kind" \
			-size -$(room "$name")k 2>/dev/null | sort |
			head -n 150
	done >"fuzz-seeds/$1.list"
	find "$top/tests/fuzz/seeds/$name" -type f 2>/dev/null \
		>>"fuzz-seeds/$1.list"
	n=0
	while read -r file; do
		n=$((n + 1))
		ln -s "$(realpath "$file")" "fuzz-seeds/$1/$n"
	done <"fuzz-seeds/$1.list"
}

# As in a worker, more than 1 GiB is not to be had.
ASAN_OPTIONS=allocator_may_return_null=1:max_allocation_size_mb=1024
export ASAN_OPTIONS

# A short run, as CI makes it, tries the same each time, so that a change is
# judged by what it changed; to find what is new is for long ones.
seed=0
test "$seconds" -ge 60 || seed=1

for f; do
	echo "  FUZZ     $f, $seconds s"
	gather "$f"
	"./$f" -max_total_time="$seconds" -seed="$seed" -timeout=10 -rss_limit_mb=2048 \
		-malloc_limit_mb=1100 -artifact_prefix="$f-" "fuzz-corpus/$f" "fuzz-seeds/$f" \
		>"$f.log" 2>&1 || {
		tail -n 60 "$f.log"
		exit 1
	}
done
