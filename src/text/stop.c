/*
 * stop.c - terms of a query that weigh nothing: what questions are asked with
 * rather than about. They still match.
 *
 * All in normal form and sorted by bytes. Pairs are those of the words, and
 * those where a question word meets what commonly stands beside it: 是什(么),
 * (什)么样. English is given by its stems.
 */
#include "inner.h"

#include <string.h>

static const char *const stop_chars[] = {
	"与", "且", "个", "为", "么", "之", "也", "了", "于", "些", "什", "从",
	"他", "以", "们", "会", "但", "何", "你", "其", "几", "则", "到", "即",
	"又", "及", "可", "吗", "吧", "呀", "呢", "咋", "和", "哪", "啊", "啥",
	"嘛", "因", "在", "地", "她", "它", "对", "将", "就", "并", "很", "得",
	"怎", "您", "我", "或", "所", "把", "是", "有", "样", "此", "由", "的",
	"着", "而", "能", "若", "被", "要", "该", "请", "谁", "还", "这", "那",
	"都", "问",
};

static const char *const stop_pairs[] = {
	"一下", "一个", "一些", "不会", "不可", "不是", "不能", "为什", "为何",
	"么会", "么做", "么办", "么叫", "么回", "么地", "么意", "么时", "么是",
	"么样", "么用", "么看", "么能", "了什", "了吗", "了哪", "于何", "于哪",
	"些什", "些是", "什么", "从哪", "他们", "以及", "以吗", "会不", "但是",
	"何地", "何时", "何种", "你们", "你好", "做什", "关于", "几个", "几年",
	"几次", "几种", "到哪", "叫什", "可不", "可以", "吗是", "和哪", "哪一",
	"哪个", "哪些", "哪位", "哪儿", "哪几", "哪年", "哪种", "哪里", "因为",
	"在什", "在哪", "多久", "多大", "多少", "多长", "大家", "她们", "好吗",
	"如何", "如果", "它们", "对于", "就是", "属于", "并且", "应如", "应该",
	"怎么", "怎样", "您好", "我们", "或者", "所以", "括哪", "指什", "是不",
	"是什", "是何", "是否", "是哪", "是如", "是怎", "是的", "是谁", "有些",
	"有什", "有几", "有哪", "有多", "有没", "有的", "用什", "由于", "由哪",
	"由谁", "的什", "的吗", "的哪", "的怎", "的是", "的有", "第几", "而且",
	"能不", "能吗", "自己", "被谁", "要什", "要如", "要怎", "该如", "该怎",
	"请问", "谁在", "谁是", "谁的", "谢谢", "还是", "还有", "这个", "这么",
	"这些", "这样", "这种", "这里", "那个", "那么", "那些", "那样", "那种",
	"那里", "需要",
};

static const char *const stop_words[] = {
	"一下", "一个", "一些", "为什么", "为何", "之间", "什么", "什么时候",
	"什么是", "什么样", "他们", "以下", "以及", "会不会", "但是", "何地",
	"何时", "何种", "何谓", "你们", "你好", "关于", "其中", "几个", "几年",
	"几次", "几种", "只有", "可不可以", "可以", "哪一", "哪一年", "哪个",
	"哪些", "哪位", "哪儿", "哪几", "哪年", "哪种", "哪里", "因为", "多久",
	"多大", "多少", "多长", "多高", "大家", "她们", "如何", "如果", "它们",
	"对于", "就是", "属于", "并且", "应该", "怎么", "怎么办", "怎么回事",
	"怎么样", "怎样", "您好", "我们", "或者", "所以", "是不是", "是什么",
	"是否", "有些", "有什么", "有哪些", "有没有", "然后", "由于", "而且",
	"能不能", "能够", "自己", "虽然", "要不要", "该不该", "请问", "谢谢",
	"还是", "还有", "这个", "这么", "这些", "这样", "这种", "这里", "进行",
	"那个", "那么", "那些", "那样", "那种", "那里", "需要",
};

static const char *const stop_stems[] = {
	"a", "about", "ain", "all", "am", "an", "and", "ani", "anyon", "are",
	"as", "at", "be", "becaus", "been", "befor", "both", "but", "by", "can",
	"could", "did", "do", "doe", "done", "dure", "each", "either", "for",
	"from", "gave", "get", "give", "given", "had", "has", "have", "he",
	"her", "here", "him", "himself", "his", "how", "howev", "i", "if", "in",
	"into", "is", "it", "it's", "its", "itself", "just", "may", "me",
	"might", "more", "most", "must", "my", "no", "nor", "not", "of", "on",
	"onli", "or", "other", "our", "out", "over", "own", "same", "shall",
	"she", "should", "so", "some", "such", "than", "that", "the", "their",
	"them", "themselv", "then", "there", "these", "they", "this", "those",
	"through", "to", "too", "under", "until", "up", "upon", "us", "veri",
	"via", "was", "we", "were", "what", "when", "where", "whether", "whi",
	"which", "while", "who", "whom", "whose", "will", "with", "within",
	"without", "would", "yet", "you", "your",
};

static bool
is_listed(const char *const *list, size_t count, const char *term, size_t len)
{
	while (count > 0) {
		size_t half = count / 2;
		int d = strncmp(term, list[half], len);

		if (d == 0 && strlen(list[half]) == len)
			return true;
		if (d > 0) {
			list += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return false;
}

bool
xj_stop_term(enum xj_term_kind kind, const char *term, size_t len)
{
	switch (kind) {
	case XJ_TERM_CHAR:
		return is_listed(stop_chars, XJ_COUNT(stop_chars), term, len);
	case XJ_TERM_PAIR:
		return is_listed(stop_pairs, XJ_COUNT(stop_pairs), term, len);
	case XJ_TERM_WORD:
		return is_listed(stop_words, XJ_COUNT(stop_words), term, len) ||
		       is_listed(stop_stems, XJ_COUNT(stop_stems), term, len);
	case XJ_TERM_FORM:
		return false;
	}
	return false;
}
