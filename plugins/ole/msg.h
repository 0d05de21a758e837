/*
 * msg.h - what the parts of the reader of Outlook messages share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_MSG_H
#define XJ_PLUGIN_MSG_H

#include "ole.h"

/* RTF that was compressed, as a contained document. */
int msg_rtf_child(struct ole *ole, const struct cfb_entry *entry);

#endif
