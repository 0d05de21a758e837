/*
 * tables.c - the tables that make-tables wrote, as they are, in the constant
 * data of the binary: mapped at start, read when touched. The assembler finds
 * the file by TABLES_FILE, from the folder that make runs in.
 */
#include "inner.h"

__asm__(".section .rodata\n"
	"\t.balign 64\n"
	"\t.globl xj_text_tables\n"
	"\t.hidden xj_text_tables\n"
	"\t.type xj_text_tables, %object\n"
	"xj_text_tables:\n"
	"\t.incbin \"" TABLES_FILE "\"\n"
	"\t.size xj_text_tables, . - xj_text_tables\n"
	"\t.text\n");
