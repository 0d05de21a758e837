/*
 * compat.c - markup compatibility: of alternatives, the first is taken.
 *
 * Source: ECMA-376 part 3.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ooxml.h"

#define NESTED_MAX 64

static uint64_t
bit(const struct compat *c)
{
	return UINT64_C(1) << ((c->depth - 1) % NESTED_MAX);
}

static void
choose(struct compat *c)
{
	if (c->depth == 0)
		return;
	if (c->taken & bit(c))
		c->skip = 1;
	c->taken |= bit(c);
}

bool
compat_start(struct compat *c, char space, const char *name)
{
	if (c->skip > 0) {
		c->skip++;
		return true;
	}
	if (space != NS_COMPAT)
		return false;
	if (!strcmp(name, "AlternateContent")) {
		c->depth++;
		c->taken &= ~bit(c);
	} else {
		choose(c); /* Choice or Fallback */
	}
	return true;
}

bool
compat_end(struct compat *c, char space, const char *name)
{
	if (c->skip > 0) {
		c->skip--;
		return true;
	}
	if (space != NS_COMPAT)
		return false;
	if (!strcmp(name, "AlternateContent") && c->depth > 0)
		c->depth--;
	return true;
}

void
compat_skip(struct compat *c)
{
	c->skip = 1;
}
