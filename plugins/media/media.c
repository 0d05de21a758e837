/*
 * media.c - the importer of recordings: says what it takes, and loads its
 * reader when the first one comes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>

#include <libavformat/version.h>

#include "media.h"

static int (*import)(struct xj_import *in);

static int
import_media(struct xj_import *in)
{
	return import(in);
}

/* Beside this object, wherever that is. */
static void *
open_reader(void)
{
	char path[PATH_MAX], *end;
	Dl_info self;

	if (!dladdr((void *)(uintptr_t)import_media, &self) ||
	    !realpath(self.dli_fname, path) || !(end = strrchr(path, '/')) ||
	    (size_t)(end - path) + sizeof("/" MEDIA_READER) > sizeof(path))
		return NULL;
	strcpy(end, "/" MEDIA_READER);
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static int
setup_media(void)
{
	void *reader = open_reader();
	void (*setup)(void);

	if (!reader)
		return 1;
	setup = (void (*)(void))(uintptr_t)dlsym(reader, "media_setup");
	import = (int (*)(struct xj_import *))(uintptr_t)dlsym(reader,
							       "media_import");
	if (!setup || !import)
		return 2;
	setup();
	return 0;
}

static const struct xj_format formats[] = {
	{ "audio/mpeg", "mp3", "ID3", 3, 0 },
	{ "audio/flac", "flac", "fLaC", 4, 0 },
	{ "audio/ogg", "ogg", "OggS", 4, 0 },
	{ .mime = "audio/ogg", .ext = "oga" },
	{ .mime = "audio/ogg", .ext = "opus" },
	{ .mime = "video/ogg", .ext = "ogv" },
	{ "audio/vnd.wave", "wav", "WAVE", 4, 8 },
	{ "audio/mp4", "m4a", "ftypM4A", 7, 4 },
	{ .mime = "audio/mp4", .ext = "m4b" },
	{ .mime = "audio/aac", .ext = "aac" },
	{ .mime = "audio/ac3", .ext = "ac3" },
	{ "audio/amr", "amr", "#!AMR", 5, 0 },
	{ "audio/aiff", "aif", "AIFF", 4, 8 },
	{ .mime = "audio/aiff", .ext = "aiff" },
	{ .mime = "audio/x-ape", .ext = "ape" },
	{ .mime = "audio/x-ms-wma", .ext = "wma" },
	{ "video/mp4", "mp4", "ftypmp4", 7, 4 },
	{ "video/mp4", "m4v", "ftypiso", 7, 4 },
	{ "video/quicktime", "mov", "ftypqt  ", 8, 4 },
	{ "video/3gpp", "3gp", "ftyp3gp", 7, 4 },
	{ "video/x-matroska", "mkv", "\x1A\x45\xDF\xA3", 4, 0 },
	{ .mime = "audio/x-matroska", .ext = "mka" },
	{ .mime = "video/webm", .ext = "webm" },
	{ "video/x-msvideo", "avi", "AVI ", 4, 8 },
	{ "video/x-ms-wmv", "wmv", "\x30\x26\xB2\x75\x8E\x66\xCF\x11", 8, 0 },
	{ .mime = "video/x-ms-asf", .ext = "asf" },
	{ "video/x-flv", "flv", "FLV\1", 4, 0 },
	{ .mime = "video/mpeg", .ext = "mpg" },
	{ .mime = "video/mpeg", .ext = "mpeg" },
	{ .mime = "audio/basic", .ext = "au" },
	{ 0 }
};

XJ_IMPORTER(.name = "media", .version = "1.0", .wants = XJ_CLASS_HEAVY,
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .import = import_media, .libraries = LIBAVFORMAT_IDENT,
	    .setup = setup_media);
