/*
 * library/synonyms-standard.h - the synonyms that an archive starts with: what
 * people in health, schools and party life write short and mean long. The first
 * change that is made to them is kept with the whole table, in the archive.
 * Short forms that mean several things (人大, 社保) are not among them.
 */
#ifndef XJ_SYNONYMS_STANDARD_H
#define XJ_SYNONYMS_STANDARD_H

/* Forms of a line mean the same. */
static const char *const standard_synonyms[][5] = {
	/* health */
	{ "心梗", "心肌梗死", "心肌梗塞" },
	{ "脑梗", "脑梗死", "脑梗塞" },
	{ "慢阻肺", "慢性阻塞性肺疾病", "COPD" },
	{ "甲亢", "甲状腺功能亢进" },
	{ "甲减", "甲状腺功能减退" },
	{ "乙肝", "乙型肝炎", "乙型病毒性肝炎" },
	{ "丙肝", "丙型肝炎", "丙型病毒性肝炎" },
	{ "艾滋病", "获得性免疫缺陷综合征", "AIDS" },
	{ "新冠肺炎", "新型冠状病毒肺炎", "COVID-19" },
	{ "心肺复苏", "CPR" },
	{ "重症监护室", "重症监护病房", "ICU" },
	{ "B超", "B型超声" },
	{ "磁共振", "核磁共振", "MRI" },
	{ "院感", "医院感染" },
	{ "公卫", "公共卫生" },
	{ "新农合", "新型农村合作医疗" },
	{ "医保", "医疗保险" },
	{ "疾控中心", "疾病预防控制中心" },
	{ "卫健委", "卫生健康委员会" },
	{ "药监局", "药品监督管理局" },
	{ "世卫组织", "世界卫生组织", "WHO" },
	/* party life and administration */
	{ "三会一课", "三会一课制度", "支部党员大会、支部委员会、党小组会" },
	{ "两学一做", "学党章党规、学系列讲话,做合格党员" },
	{ "民主集中制", "民主基础上的集中和集中指导下的民主相结合" },
	{ "十八大", "第十八次全国代表大会" },
	{ "十九大", "第十九次全国代表大会" },
	{ "二十大", "第二十次全国代表大会" },
	{ "纪委", "纪律检查委员会" },
	{ "政协", "政治协商会议" },
	{ "发改委", "发展和改革委员会" },
	{ "公积金", "住房公积金" },
	/* schools and science */
	{ "高考", "普通高等学校招生全国统一考试" },
	{ "教研室", "教学研究室" },
	{ "教改", "教学改革" },
	{ "人工智能", "AI" },
	{ "国内生产总值", "GDP" },
};

#endif
