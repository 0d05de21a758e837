/*
 * numbers.h - numbers of a sheet as they are read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_NUMBERS_H
#define XJ_PLUGIN_NUMBERS_H

#include <stdbool.h>

enum shown_as { AS_NUMBER, AS_DATE, AS_TIME, AS_DATE_TIME, AS_HOURS };

/* How a number is shown by a built-in format, or by a format's code. */
enum shown_as number_builtin(long id);
enum shown_as number_code(const char *code);
/* The number as it is read, ISO 8601 for dates. */
void number_show(const char *value, enum shown_as as, bool from_1904,
		 char out[64]);

#endif
