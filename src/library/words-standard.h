/*
 * library/words-standard.h - words of health, schools and party life that the
 * dictionary of words cuts into single characters: their pairs then find 新农村
 * for 新农合. In their normal form. None has a word of the dictionary in it,
 * which would be found in it no more; none has two characters, which stand by
 * chance in others (规培 in 正规培训) and are found as a pair already.
 *
 * Texts and queries must be cut by the same words: whoever changes them raises
 * XJ_ANALYZER_VERSION.
 */
#ifndef XJ_WORDS_STANDARD_H
#define XJ_WORDS_STANDARD_H

static const char *const standard_words[] = {
	/* health */
	"新农合", "医联体", "医共体", "药占比", "卫健委", "卫计委", "计生委",
	"计生办", "疾控局", "医保局", "医保办", "药监局", "三基三严", "单病种",
	"两票制", "按病种付费", "长护险", "五险一金", "规培生",
	/* schools */
	"双师型", "思政课", "三全育人", "说课稿", "听评课", "传帮带", "新课标",
	"专升本",
	/* party life and offices */
	"三会一课", "两学一做", "三严三实", "一岗双责", "党总支", "团总支",
	"党风廉政", "从严治党", "脱贫攻坚", "放管服", "督查督办", "发改委",
	"国资委", "人社局",
};

#endif
