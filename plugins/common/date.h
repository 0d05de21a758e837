/*
 * date.h - dates as people write them: 2024, 2024-03, 2024/3/1, 2024年3月1日,
 * 20240301, 1 March 2024, Fri, 01 Mar 2024 08:00:00 +0800.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_DATE_H
#define XJ_PLUGIN_DATE_H

#include <stdbool.h>

#define DATE_MAX 128

/* A date as people write it, in W3CDTF. False: none that is understood. A time
 * without its zone is no moment: then the day alone. */
bool date_w3c(const char *text, char out[DATE_MAX]);

#endif
