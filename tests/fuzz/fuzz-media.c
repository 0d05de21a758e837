/*
 * fuzz-media.c - the importer of recordings with its reader linked, which it
 * loads from beside itself otherwise. libavformat is as installed, without the
 * sanitizers.
 */
#include "../../plugins/media/media.h"

static int
setup(void)
{
	media_setup();
	return 0;
}

static const struct xj_format formats[] = {
	{ .mime = "audio/mpeg", .ext = "mp3" },
	{ .mime = "video/x-matroska", .ext = "mkv" },
	{ .mime = "video/mp4", .ext = "mp4" },
	{ 0 }
};

XJ_IMPORTER(.name = "media", .version = "1.0", .license = "GPL-3.0-or-later",
	    .formats = formats, .import = media_import, .setup = setup);
