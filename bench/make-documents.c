/*
 * make-documents.c - write as many documents as are wanted, of about 2 KB each,
 * half Chinese and half English, whose words, pairs of characters and phrases
 * are as frequent as in the texts they are made from.
 *
 *	make-documents [-s SEED] [-f FIRST] [-t N] [-w WORDS] COUNT DIR TEXT...
 *
 * A sentence goes along a text, and every few characters or words to another
 * place where the last two characters, or the last word, stand as well. The
 * sentences of one document begin near each other in the texts, so that it is
 * about something. A document depends on the seed and its number alone. With
 * -t they are put into tar files of N each; otherwise each is a file, a
 * thousand in a folder. WORDS is a file of words, one a line, the more frequent
 * first: rare ones, of which small texts have too few.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define BODY_LEAST 900   /* bytes; 2 KB in the mean, with the front matter */
#define BODY_SPAN 1900
#define NEAR 3000        /* units around the place that a document is about */
#define SENTENCE_MOST 160 /* units */

static void
die(const char *what)
{
	fprintf(stderr, "make-documents: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *
need(void *p)
{
	if (!p)
		die("memory");
	return p;
}

/* ------------------------------------------------------------------ chance */

struct chance {
	uint64_t state;
};

/* Source: SplitMix64 (S. Vigna). */
static uint64_t
chance(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static size_t
below(struct chance *c, size_t n)
{
	return (size_t)(chance(c) % n);
}

/* The first are the most frequent: 1/rank, more or less. */
static size_t
zipf(struct chance *c, size_t n)
{
	size_t most = 1;

	while (most < n && below(c, 8) != 0)
		most *= 2;
	return below(c, most < n ? most : n);
}

/* ------------------------------------------------------------------- texts */

/* The texts of one language as units: a character that is written without
 * spaces, or a word with the marks at its end. */
struct model {
	char *text;
	size_t len, cap;
	uint32_t *at;       /* where unit i begins; one more at the end */
	uint32_t *next;     /* another place where it stands so */
	uint32_t *starts;   /* of sentences */
	size_t count, start_count;
	char **words;       /* rare ones */
	size_t word_count;
	bool han;
};

static struct model models[2] = { { .han = true }, { .han = false } };

static bool
is_wide(char c)
{
	return (unsigned char)c >= 0xE3;
}

static size_t
width(const char *p, const char *end)
{
	size_t n = 1;

	if (!(*p & 0x80)) {
		while (p + n < end && p[n] != ' ' && p[n] != '\n' &&
		       !is_wide(p[n]))
			n++;
		return n;
	}
	while (p + n < end && (p[n] & 0xC0) == 0x80)
		n++;
	return n;
}

static struct model *
model_of(const char *line, size_t len)
{
	size_t wide = 0;

	for (size_t i = 0; i < len; i++)
		wide += is_wide(line[i]);
	return &models[wide * 4 < len];
}

static void
add_line(const char *line, size_t len)
{
	struct model *m = model_of(line, len);

	if (m->len + len + 1 > m->cap) {
		m->cap = 2 * (m->len + len + 1);
		m->text = need(realloc(m->text, m->cap));
	}
	for (size_t i = 0; i < len; i++)
		m->text[m->len++] = (unsigned char)line[i] < ' ' ? ' ' :
								   line[i];
	m->text[m->len++] = '\n';
}

static void
add_text(const char *name)
{
	FILE *f = fopen(name, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f)
		die(name);
	while ((n = getline(&line, &cap, f)) > 0)
		add_line(line, (size_t)n - (line[n - 1] == '\n'));
	free(line);
	fclose(f);
}

static void
add_words(const char *name)
{
	FILE *f = fopen(name, "r");
	char *line = NULL;
	size_t cap = 0;

	if (!f)
		die(name);
	while (getline(&line, &cap, f) > 0) {
		struct model *m = &models[!is_wide(line[0])];

		line[strcspn(line, "\t\r\n")] = '\0';
		if (!line[0])
			continue;
		if ((m->word_count & (m->word_count - 1)) == 0)
			m->words = need(realloc(m->words,
				(2 * m->word_count + 1) * sizeof(char *)));
		m->words[m->word_count++] = need(strdup(line));
	}
	free(line);
	fclose(f);
}

static size_t
unit(const struct model *m, size_t i, const char **text)
{
	*text = m->text + m->at[i];
	return m->at[i + 1] - m->at[i];
}

static bool
ends_sentence(const struct model *m, size_t i)
{
	static const char *const wide[] = { "。", "！", "？" };
	const char *p;
	size_t n = unit(m, i, &p);

	while (n && p[n - 1] == ' ')
		n--;
	if (n == 0 || p[n - 1] == '\n')
		return true;
	for (size_t k = 0; k < COUNT_OF(wide); k++)
		if (n == 3 && memcmp(p, wide[k], 3) == 0)
			return true;
	return n > 2 && strchr(".?!", p[n - 1]);
}

static void
cut(struct model *m)
{
	const char *end = m->text + m->len;

	m->at = need(malloc((m->len + 1) * sizeof(*m->at)));
	for (const char *p = m->text; p < end;) {
		m->at[m->count++] = (uint32_t)(p - m->text);
		p += *p == '\n' ? 1 : width(p, end);
		while (p < end && *p == ' ')
			p++;
	}
	m->at[m->count] = (uint32_t)m->len;
	m->starts = need(malloc((m->count + 1) * sizeof(*m->starts)));
	for (size_t i = 1; i + 1 < m->count; i++)
		if (ends_sentence(m, i - 1) && !ends_sentence(m, i))
			m->starts[m->start_count++] = (uint32_t)i;
}

/* What two places have in common when one may go on from the other. */
static uint32_t
context(const struct model *m, size_t i)
{
	uint32_t hash = 2166136261u;
	size_t first = m->han && i > 0 ? i - 1 : i;

	for (size_t k = m->at[first]; k < m->at[i + 1]; k++)
		if (m->text[k] != ' ')
			hash = (hash ^ (unsigned char)m->text[k]) * 16777619u;
	return hash;
}

#define SLOTS (1u << 23)

/* Links every place to the one before it that has the same context. */
static void
link_places(struct model *m)
{
	uint32_t *last = need(calloc(SLOTS, sizeof(*last)));

	m->next = need(malloc((m->count + 1) * sizeof(*m->next)));
	for (int round = 0; round < 2; round++) /* the first leads to the last */
		for (size_t i = 0; i < m->count; i++) {
			uint32_t *slot = &last[context(m, i) % SLOTS];

			m->next[i] = *slot;
			*slot = (uint32_t)i;
		}
	free(last);
}

static void
learn(struct model *m)
{
	if (m->len)
		cut(m);
	if (m->start_count < 100) {
		fprintf(stderr, "make-documents: too little text in %s\n",
			m->han ? "Chinese" : "English");
		exit(1);
	}
	link_places(m);
}

/* --------------------------------------------------------------- documents */

struct out {
	char bytes[16384];
	size_t len;
};

static void
put(struct out *o, const char *text, size_t n)
{
	if (o->len + n > sizeof(o->bytes) - 1)
		return;
	memcpy(o->bytes + o->len, text, n);
	o->len += n;
}

static void
puts_to(struct out *o, const char *text)
{
	put(o, text, strlen(text));
}

static size_t
jump(const struct model *m, struct chance *c, size_t i)
{
	for (size_t n = below(c, 12); n > 0; n--)
		i = m->next[i];
	return i;
}

static void
put_rare(struct out *o, const struct model *m, struct chance *c)
{
	char text[64];

	if (m->word_count && below(c, 3)) {
		puts_to(o, m->words[zipf(c, m->word_count)]);
	} else {
		snprintf(text, sizeof(text), "%zu", 1 + zipf(c, 90000));
		puts_to(o, text);
	}
	if (!m->han)
		puts_to(o, " ");
}

/* Along the texts from unit `i` on, to the end of a sentence. */
static void
put_sentence(struct out *o, const struct model *m, struct chance *c, size_t i)
{
	size_t rare = below(c, 40);

	for (size_t n = 0; n < SENTENCE_MOST; n++) {
		const char *p;
		size_t len = unit(m, i, &p);

		if (*p == '\n' || i + 2 >= m->count)
			break;
		put(o, p, len);
		if (ends_sentence(m, i))
			break;
		if (n == rare)
			put_rare(o, m, c);
		if (below(c, 7) == 0)
			i = jump(m, c, i);
		i++;
	}
	if (!m->han && o->len && o->bytes[o->len - 1] != ' ')
		puts_to(o, " ");
}

/* The sentence that begins next behind a place near `about`. */
static size_t
sentence_near(const struct model *m, struct chance *c, size_t about)
{
	size_t at = about + below(c, NEAR), low = 0, high = m->start_count;

	if (below(c, 4) == 0)
		at = below(c, m->count);
	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		*(m->starts[middle] <= at ? &low : &high) = middle;
	}
	return m->starts[low];
}

static const char *const families =
	"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁"
	"蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江";
static const char *const given_names =
	"伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文玉建国红志梅海兰云波宁春林"
	"鹏宇浩欣然雨晨子涵梓思佳俊峰晓东雪莹婷慧琳凯旭阳博瑞嘉怡家豪振中学新成永正德";
static const char *const english_names[] = {
	"Smith", "Johnson", "Brown", "Taylor", "Miller", "Wilson", "Moore",
	"Clark", "Lewis", "Walker", "Hall", "Young", "King", "Wright", "Hill",
	"Scott", "Green", "Baker", "Nelson", "Carter", "Turner", "Parker",
	"Evans", "Collins", "Stewart", "Morris", "Murphy", "Cook", "Bailey",
	"Cooper", "Ward", "Gray", "Watson", "Brooks", "Kelly", "Price",
};
static const char *const han_subjects[] = {
	"学习心得", "卫生法规", "医院管理", "护理", "医保", "文明礼仪", "党课",
	"政治理论", "现代经济", "基层治理", "公共卫生", "档案", "信息化",
	"教育", "法律", "环境保护", "安全生产", "财务", "农业", "科技创新",
	"网络安全", "新农合", "质量控制", "合同", "人力资源", "心理健康",
};
static const char *const english_subjects[] = {
	"management", "public health", "aerodynamics", "computing", "nursing",
	"economics", "law", "education", "quality", "safety", "statistics",
	"networks", "history", "writing", "ethics", "agriculture", "finance",
	"engineering", "hygiene", "planning",
};

static void
put_character(struct out *o, const char *of, struct chance *c)
{
	put(o, of + 3 * zipf(c, strlen(of) / 3), 3);
}

static void
put_creator(struct out *o, const struct model *m, struct chance *c)
{
	char initial[4] = { (char)('A' + (int)below(c, 26)), '.', ' ' };

	if (!m->han) {
		puts_to(o, initial);
		puts_to(o, english_names[zipf(c, COUNT_OF(english_names))]);
		return;
	}
	put_character(o, families, c);
	put_character(o, given_names, c);
	if (below(c, 4))
		put_character(o, given_names, c);
}

/* Of the marks and spaces that a title has not at its end. */
static void
trim(struct out *o, size_t from)
{
	static const char *const marks[] = {
		"，", "。", "、", "；", "：", "？", "！", " ", ",", ".", ":",
		";", "\"", "(", "“", "《", "（",
	};

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		size_t n = strlen(marks[i]);

		if (o->len < from + n ||
		    memcmp(o->bytes + o->len - n, marks[i], n) != 0)
			continue;
		o->len -= n;
		i = (size_t)-1;
	}
}

static void
put_title(struct out *o, const struct model *m, struct chance *c, size_t about)
{
	static const char *const ends[] = {
		"", "", "", "学习心得", "讲义", "总结", "的通知", "问答",
		"调研报告", "读书笔记",
	};
	size_t i = sentence_near(m, c, about), from = o->len;
	size_t units = m->han ? 6 + below(c, 14) : 4 + below(c, 6);

	for (size_t n = 0; n < units && i + 2 < m->count; n++, i++) {
		const char *p;
		size_t len = unit(m, i, &p);

		if (ends_sentence(m, i))
			break;
		for (size_t k = 0; k < len; k++) /* they end a quoted value */
			put(o, p[k] == '"' || p[k] == '\\' ? "'" : p + k, 1);
	}
	trim(o, from);
	if (m->han)
		puts_to(o, ends[below(c, COUNT_OF(ends))]);
}

static void
put_front_matter(struct out *o, const struct model *m, struct chance *c,
		 size_t about)
{
	char date[32];
	/* More of late. */
	unsigned ago = (unsigned)zipf(c, 30);

	puts_to(o, "---\ntitle: \"");
	put_title(o, m, c, about);
	puts_to(o, "\"\ncreator: ");
	put_creator(o, m, c);
	snprintf(date, sizeof(date), "\ndate: %04u-%02u-%02u\nsubject: ",
		 2025 - ago, 1 + (unsigned)below(c, 12),
		 1 + (unsigned)below(c, 28));
	puts_to(o, date);
	puts_to(o, m->han ? han_subjects[zipf(c, COUNT_OF(han_subjects))] :
		english_subjects[zipf(c, COUNT_OF(english_subjects))]);
	puts_to(o, below(c, 5) ? "\n---\n\n" : "\nkind: book\n---\n\n");
}

static void
make_document(struct out *o, uint64_t seed, uint64_t number)
{
	struct chance c = { seed * UINT64_C(1000003) + number };
	const struct model *m = &models[chance(&c) & 1];
	size_t about = below(&c, m->count);
	size_t end = BODY_LEAST + below(&c, BODY_SPAN);

	o->len = 0;
	put_front_matter(o, m, &c, about);
	while (o->len < end) {
		put_sentence(o, m, &c, sentence_near(m, &c, about));
		if (below(&c, 5) == 0)
			puts_to(o, "\n\n");
	}
	puts_to(o, "\n");
}

/* ------------------------------------------------------------------ output */

static void
write_all(int fd, const void *bytes, size_t len, const char *name)
{
	if (write(fd, bytes, len) != (ssize_t)len)
		die(name);
}

static int
create(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		die(name);
	return fd;
}

/* Source: POSIX.1-2017, pax, "ustar Interchange Format". */
static void
write_member(int fd, const char *name, const struct out *o)
{
	static const char zeros[512];
	char head[512] = "";
	unsigned sum = 0;

	snprintf(head, 100, "%s", name);
	memcpy(head + 100, "0000644\0" "0000000\0" "0000000\0", 24);
	snprintf(head + 124, 12, "%011zo", o->len);
	memcpy(head + 136, "14000000000\0        0", 21);
	memcpy(head + 257, "ustar\0" "00", 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	write_all(fd, head, sizeof(head), name);
	write_all(fd, o->bytes, o->len, name);
	write_all(fd, zeros, (512 - o->len % 512) % 512, name);
}

static void
write_tar(const char *dir, uint64_t seed, uint64_t first, uint64_t count)
{
	static const char zeros[1024];
	static struct out o;
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s/%09llu.tar", dir,
		 (unsigned long long)first);
	fd = create(name);
	for (uint64_t i = first; i < first + count; i++) {
		char member[32];

		make_document(&o, seed, i);
		snprintf(member, sizeof(member), "%09llu.md",
			 (unsigned long long)i);
		write_member(fd, member, &o);
	}
	write_all(fd, zeros, sizeof(zeros), name);
	close(fd);
}

static void
make_folder(const char *name)
{
	if (mkdir(name, 0755) < 0 && errno != EEXIST)
		die(name);
}

static void
write_file(const char *dir, uint64_t seed, uint64_t number)
{
	static struct out o;
	char name[4096];
	int fd;

	make_document(&o, seed, number);
	snprintf(name, sizeof(name), "%s/%06llu", dir,
		 (unsigned long long)number / 1000);
	make_folder(name);
	snprintf(name, sizeof(name), "%s/%06llu/%09llu.md", dir,
		 (unsigned long long)number / 1000, (unsigned long long)number);
	fd = create(name);
	write_all(fd, o.bytes, o.len, name);
	close(fd);
}

static int
usage(void)
{
	fputs("usage: make-documents [-s SEED] [-f FIRST] [-t N] [-w WORDS] "
	      "COUNT DIR TEXT...\n", stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	uint64_t seed = 1, first = 0, per_tar = 0, count;
	const char *dir;
	int option;

	while ((option = getopt(argc, argv, "s:f:t:w:")) != -1) {
		if (option == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (option == 'f')
			first = strtoull(optarg, NULL, 10);
		else if (option == 't')
			per_tar = strtoull(optarg, NULL, 10);
		else if (option == 'w')
			add_words(optarg);
		else
			return usage();
	}
	if (argc - optind < 3)
		return usage();
	count = strtoull(argv[optind], NULL, 10);
	dir = argv[optind + 1];
	for (int i = optind + 2; i < argc; i++)
		add_text(argv[i]);
	learn(&models[0]);
	learn(&models[1]);
	make_folder(dir);
	for (uint64_t i = 0; i < count; i += per_tar ? per_tar : 1)
		if (per_tar)
			write_tar(dir, seed, first + i,
				  count - i < per_tar ? count - i : per_tar);
		else
			write_file(dir, seed, first + i);
	return 0;
}
