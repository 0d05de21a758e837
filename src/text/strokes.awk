# strokes.awk - how Han characters are written, as C: Rime's dictionary of
# strokes (character, tab, a letter of h, s, p, n, z each). Run in the C locale.
# Of a character with several orders the first counts; of each the first
# twenty, three bits a stroke, the first stroke lowest.
BEGIN {
	FS = "\t"
	for (i = 128; i < 256; i++)
		byte[sprintf("%c", i)] = i
	first = 19968 # U+4E00
	last = 40959  # U+9FFF
}

length($1) == 3 && $1 >= "\344" && $2 ~ /^[hspnz]+$/ {
	code = (byte[substr($1, 1, 1)] - 224) * 4096 + \
	       (byte[substr($1, 2, 1)] - 128) * 64 + byte[substr($1, 3, 1)] - 128
	if (code >= first && code <= last && !(code in strokes))
		strokes[code] = $2
}

END {
	print "const uint64_t xj_strokes[] = {"
	for (code = first; code <= last; code++) {
		octal = "" # a stroke a digit
		for (i = 1; i <= 20 && i <= length(strokes[code]); i++)
			octal = index("hspnz", substr(strokes[code], i, 1)) octal
		print "0" octal ","
	}
	print "};"
}
