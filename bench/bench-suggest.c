/*
 * bench-suggest.c - what a suggestion costs in a large archive.
 *
 *	bench-suggest DIR DOCUMENTS [XUEJI]
 *
 * Makes an archive in DIR, unless it is there, of so many documents that have a
 * title, a creator and a subject, half of them Chinese, and asks it for
 * beginnings of each kind. Prints milliseconds of processor time: of the call
 * in a process that has the archive open, and with XUEJI, the command, of a
 * whole process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <xueji/xueji.h>

#include "catalog/catalog.h"
#include "util/util.h"

#define GROUP 20000u /* documents of a transaction */
#define CALLS 20u    /* of each beginning, in a process */
#define RUNS 9u      /* of the command; the middle one counts */

#define PICK(list) (list[skewed(XJ_COUNT(list))])

static struct xj_error err;

static void
must(int r)
{
	if (r >= 0)
		return;
	fprintf(stderr, "bench-suggest: %s\n", err.message);
	exit(1);
}

/* --------------------------------------------------------------- the titles */

static uint64_t state = 20261123;

static uint64_t
next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* The first are frequent, the last are rare, as words are. */
static size_t
skewed(size_t n)
{
	double x = (double)(next() >> 11) / (double)(1ull << 53);

	return (size_t)((double)n * x * x);
}

static const char *const regions[] = {
	"全市", "全省", "我院", "我校", "我县", "北京市", "上海市", "广东省", "江苏省", "浙江省", "四川省",
	"湖北省", "湖南省", "河南省", "山东省", "福建省", "重庆市", "长沙市", "西安市", "昆明市", "贵阳市",
	"兰州市", "南宁市", "合肥市", "南昌市", "太原市", "沈阳市", "长春市", "乐山市", "大理州",
};
static const char *const topics[] = {
	"公共卫生", "卫生法规", "医疗保险", "基层党建", "高血压", "糖尿病", "医院感染", "护理", "药品管理",
	"教学改革", "课程思政", "党风廉政", "安全生产", "传染病防治", "慢性病管理", "母婴保健", "急诊急救",
	"食品安全", "环境保护", "乡村振兴", "精准扶贫", "农村合作医疗", "职业病", "心理健康", "学生资助",
	"科研诚信", "财务管理", "人事制度", "会计实务", "网络安全", "信息化建设", "数据治理", "人工智能",
	"档案管理", "图书馆服务", "实验室安全", "招生就业", "社区矫正", "法律援助", "司法鉴定", "消防安全",
	"水利工程", "土地流转", "粮食储备", "林业资源", "地质灾害", "交通运输", "城市规划", "住房保障",
	"养老服务", "残疾人康复", "儿童福利", "中医药", "针灸推拿", "影像诊断", "检验医学", "病理学",
	"麻醉", "肿瘤", "脑卒中", "肝炎", "结核病", "艾滋病", "疫苗接种", "营养", "口腔", "眼科", "皮肤科",
};
static const char *const aspects[] = {
	"工作", "制度", "体系", "服务", "质量", "现状", "风险", "流程", "标准", "能力", "队伍", "模式", "机制",
	"政策", "技术", "成本", "绩效", "教育", "监督", "评价",
};
static const char *const forms[] = {
	"工作总结", "学习心得", "实施方案", "讲义", "管理办法", "通知", "报告", "调查研究", "会议纪要", "培训教材",
	"规定", "条例", "汇编", "案例分析", "试题", "读书笔记", "思考", "探讨", "综述", "年鉴", "手册", "指南",
	"工作要点", "自查报告", "整改措施", "述职报告", "经验交流", "课件", "论文集", "白皮书",
};
static const char *const adjectives[] = {
	"clinical", "practical", "public", "general", "modern", "applied", "advanced", "rural", "digital",
	"comparative", "experimental", "early", "statistical", "primary", "chronic", "acute", "regional",
	"annual", "national", "systematic", "molecular", "environmental", "industrial", "mathematical",
	"economic", "historical", "pediatric", "surgical", "preventive", "computational",
};
static const char *const nouns[] = {
	"health", "medicine", "education", "research", "management", "hypertension", "diabetes", "nursing",
	"infection", "pharmacology", "surgery", "learning", "teaching", "policy", "statistics", "chemistry",
	"physics", "biology", "law", "regulation", "economics", "engineering", "networks", "software",
	"agriculture", "nutrition", "vaccination", "epidemiology", "rehabilitation", "anesthesia",
	"radiology", "oncology", "psychology", "sociology", "philosophy", "linguistics", "geography",
	"hydrology", "materials", "energy", "transport", "libraries", "archives", "governance", "finance",
	"accounting", "insurance", "ethics", "safety", "quality",
};
static const char *const kinds[] = {
	"lecture notes", "a review", "handbook", "case studies", "annual report", "an introduction",
	"guidelines", "proceedings", "methods", "principles", "a survey", "workbook",
};
static const char *const surnames[] = {
	"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
	"高", "林", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "田",
	"董", "袁", "潘", "于", "蒋", "蔡", "余", "杜", "叶", "程", "苏", "魏", "吕", "丁", "任", "沈", "姚",
	"卢", "姜", "崔", "钟", "谭", "陆", "汪", "范", "金", "石", "廖", "贾", "夏", "韦", "付", "方", "白",
};
static const char *const givens[] = {
	"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
	"秀", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "红", "建", "国", "文", "辉", "力", "志", "永",
	"健", "世", "广", "义", "兴", "良", "海", "山", "仁", "波", "宁", "贵", "福", "生", "龙", "元", "全",
	"胜", "学", "祥", "才", "发", "武", "新", "利", "清", "飞", "彬", "富", "顺", "信", "子", "昌", "成",
	"康", "星", "光", "天", "达", "安", "岩", "中", "茂", "进", "林", "有", "坚", "和", "彪", "博", "诚",
	"先", "敬", "震", "振", "壮", "会", "思", "群", "豪", "心", "邦", "承", "乐", "绍", "功", "松", "善",
};
static const char *const first_names[] = {
	"James", "Mary", "John", "Anna", "Robert", "Linda", "Peter", "Susan", "David", "Karen", "Thomas",
	"Helen", "Mark", "Laura", "Paul", "Alice", "George", "Emma", "Henry", "Clara", "Edward", "Ruth",
};
static const char *const syllables[] = {
	"ber", "man", "son", "ton", "field", "wood", "hart", "well", "land", "stein", "ford", "ley", "mond",
	"ner", "sen", "wick", "bach", "row", "dale", "more", "kov", "ski", "rand", "lock", "mar", "tin",
};

/* One of all Han characters in use, as names of villages have them. */
static void
put_rare(struct xj_buf *b)
{
	char c[4];

	xj_buf_add(b, c, xj_utf8_put(0x4e00 + (uint32_t)(next() % 20000), c));
}

static void
chinese_title(struct xj_buf *b)
{
	unsigned way = next() % 10;

	if (way < 3)
		xj_buf_adds(b, PICK(regions));
	if (way == 3) {
		put_rare(b);
		put_rare(b);
		xj_buf_adds(b, next() % 2 ? "镇" : "村");
	}
	if (way == 4)
		xj_buf_addf(b, "关于%s%s的", PICK(topics), PICK(aspects));
	if (next() % 4 == 0)
		xj_buf_addf(b, "%u年", 1990 + (unsigned)(next() % 35));
	xj_buf_adds(b, PICK(topics));
	if (next() % 2)
		xj_buf_adds(b, PICK(aspects));
	xj_buf_adds(b, PICK(forms));
	if (next() % 3 == 0)
		xj_buf_addf(b, "（%u）", 1 + (unsigned)(next() % 300));
}

static void
english_title(struct xj_buf *b)
{
	if (next() % 3)
		xj_buf_addf(b, "%s ", PICK(adjectives));
	xj_buf_adds(b, PICK(nouns));
	xj_buf_addf(b, next() % 2 ? " and %s" : " in %s", PICK(nouns));
	if (next() % 2)
		xj_buf_addf(b, ": %s", PICK(kinds));
	if (next() % 3 == 0)
		xj_buf_addf(b, " %u", 1 + (unsigned)(next() % 3000));
	if (b->len)
		b->data[0] = (char)(b->data[0] & ~32);
}

/* Of a twentieth as many people as documents, some write much. */
static void
creator(struct xj_buf *b, size_t documents, bool chinese)
{
	uint64_t person = skewed(documents / 20 + 1) * 0x9e3779b97f4a7c15u;

	person ^= person >> 29;
	if (chinese) {
		xj_buf_adds(b, surnames[person % XJ_COUNT(surnames)]);
		xj_buf_adds(b, givens[(person >> 8) % XJ_COUNT(givens)]);
		if (person >> 20 & 3)
			xj_buf_adds(b, givens[(person >> 24) %
					      XJ_COUNT(givens)]);
		return;
	}
	xj_buf_addf(b, "%s ", first_names[person % XJ_COUNT(first_names)]);
	xj_buf_adds(b, syllables[(person >> 8) % XJ_COUNT(syllables)]);
	xj_buf_adds(b, syllables[(person >> 16) % XJ_COUNT(syllables)]);
	xj_buf_adds(b, syllables[(person >> 24) % XJ_COUNT(syllables)]);
	b->data[strcspn(b->data, " ") + 1] &= (char)~32;
}

static void
subject(struct xj_buf *b, bool chinese)
{
	if (chinese)
		xj_buf_addf(b, "%s%s", PICK(topics), PICK(aspects));
	else
		xj_buf_addf(b, "%s %s", PICK(adjectives), PICK(nouns));
}

static void
put_document(struct xj_catalog *catalog, size_t number, size_t documents)
{
	xj_auto(xj_buf_release) struct xj_buf title = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf who = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf what = XJ_BUF_INIT;
	bool chinese = next() % 2;
	char urn[XJ_URN_MAX];
	struct xj_doc doc = { .urn = urn, .name = "f.txt", .owner = "",
		.kind = "material", .type = "text", .format = "text/plain",
		.date = "2026-11-23", .language = chinese ? "zh" : "en",
		.version = 1, .outcome = "ok", .ordinal = 1 };
	struct xj_meta_value values[2] = {
		{ .element = "creator" }, { .element = "subject" } };

	(chinese ? chinese_title : english_title)(&title);
	creator(&who, documents, chinese);
	subject(&what, chinese);
	xj_urn_new(urn);
	doc.title = doc.title_key = xj_buf_str(&title);
	doc.creators = values[0].value = xj_buf_str(&who);
	values[1].value = xj_buf_str(&what);
	doc.name_raw = doc.name;
	doc.name_raw_len = strlen(doc.name);
	memcpy(doc.sha512, &number, sizeof(number));
	must(xj_catalog_insert(catalog, &doc, &err));
	must(xj_catalog_set_meta(catalog, doc.id, XJ_META_EXTRACTED, values, 2,
				 &err));
}

static void
make(const char *dir, size_t documents)
{
	struct xj_catalog *catalog;
	struct xj_archive *archive;
	uint64_t indexed;

	must(xj_archive_init(dir, &err));
	must(xj_catalog_open(dir, 0, &catalog, &err));
	for (size_t i = 0; i < documents;) {
		must(xj_catalog_begin(catalog, &err));
		for (size_t end = i + GROUP; i < end && i < documents; i++)
			put_document(catalog, i + 1, documents);
		must(xj_catalog_commit(catalog, &err));
	}
	xj_catalog_close(catalog);
	must(xj_archive_open(dir, 0, &archive, &err));
	must(xj_index_queue(archive, NULL, &indexed, &err));
	xj_archive_close(archive);
}

/* ------------------------------------------------------------ the questions */

static const struct { const char *what, *typed; } questions[] = {
	{ "a letter", "w" }, { "a letter", "z" }, { "a letter", "e" },
	{ "two letters", "ws" }, { "two letters", "gz" },
	{ "two letters", "he" },
	{ "a Han character", "卫" }, { "a Han character", "工" },
	{ "a Han character", "的" },
	{ "two Han characters", "卫生" }, { "two Han characters", "工作" },
	{ "two Han characters", "医院" },
	{ "four Han characters", "卫生法规" },
	{ "initials", "wsfg" }, { "initials", "ggwsgz" },
	{ "pinyin", "weisheng" }, { "pinyin", "gonggongweishengzh" },
	{ "pinyin", "weishengfagui" }, { "pinyin", "wangxiao" },
	{ "an English word", "hyper" }, { "an English word", "hypertension" },
	{ "two English words", "clinical med" },
	{ "a name", "王伟" }, { "a name", "james ber" },
	{ "by sound", "卫生法归" }, { "by sound", "公共卫声工作总结" },
	{ "one wrong character", "卫牛法规" },
	{ "one wrong character", "公共卫生工件总结" },
	{ "a wrong letter", "hypertention" },
	{ "a wrong letter", "experimantal" }, { "a wrong letter", "agricluture" },
	{ "nonsense", "qqxxzz" }, { "nonsense", "丂丄丅" },
	{ "nonsense", "zzzzzzzzzzzzzzzz" }, { "nonsense", "嘭嘭嘭嘭嘭嘭嘭嘭" },
};

static int
note(void *ctx, const struct xj_suggestion *s)
{
	const char **first = ctx;

	if (!*first)
		*first = strdup(s->text);
	return XJ_OK;
}

static double
ms(struct timeval a, struct timeval b)
{
	return (double)(a.tv_sec + b.tv_sec) * 1e3 +
	       (double)(a.tv_usec + b.tv_usec) / 1e3;
}

static double
of_call(struct xj_archive *archive, const char *typed, const char **first)
{
	struct timespec from, to;

	must(xj_suggest(archive, typed, 10, note, first, &err));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (unsigned i = 0; i < CALLS; i++)
		must(xj_suggest(archive, typed, 10, note, first, &err));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return ((double)(to.tv_sec - from.tv_sec) * 1e3 +
		(double)(to.tv_nsec - from.tv_nsec) / 1e6) / CALLS;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
of_command(const char *xueji, const char *dir, const char *typed)
{
	double runs[RUNS];

	fflush(stdout);

	for (unsigned i = 0; i < RUNS; i++) {
		struct rusage use;
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			if (freopen("/dev/null", "w", stdout))
				execl(xueji, "xueji", "-A", dir, "-q",
				      "suggest", typed, (char *)NULL);
			_exit(127);
		}
		if (pid < 0 || wait4(pid, &status, 0, &use) < 0 ||
		    !WIFEXITED(status) || WEXITSTATUS(status) > 1) {
			fprintf(stderr, "bench-suggest: %s fails\n", xueji);
			exit(1);
		}
		runs[i] = ms(use.ru_utime, use.ru_stime);
	}
	qsort(runs, RUNS, sizeof(*runs), by_size);
	return runs[RUNS / 2];
}

static void
ask(const char *dir, const char *xueji)
{
	struct xj_archive *archive;

	must(xj_archive_open(dir, XJ_OPEN_READONLY, &archive, &err));
	puts("| typed | what | call, ms | command, ms | first |");
	puts("|---|---|---|---|---|");
	for (size_t i = 0; i < XJ_COUNT(questions); i++) {
		const char *typed = questions[i].typed, *first = NULL;
		double call = of_call(archive, typed, &first);
		double command = xueji ? of_command(xueji, dir, typed) : 0;

		printf("| %s | %s | %.1f | %.1f | %s |\n", typed,
		       questions[i].what, call, command, first ? first : "-");
		fflush(stdout);
		free((char *)first);
	}
	xj_archive_close(archive);
}

int
main(int argc, char **argv)
{
	struct stat st;

	if (argc < 3) {
		fprintf(stderr, "usage: bench-suggest DIR DOCUMENTS [XUEJI]\n");
		return 2;
	}
	if (stat(argv[1], &st) < 0)
		make(argv[1], strtoull(argv[2], NULL, 10));
	ask(argv[1], argc > 3 ? argv[3] : NULL);
	return 0;
}
