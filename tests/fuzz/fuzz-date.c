/*
 * fuzz-date.c - any bytes as a date and as a moment: what is taken for one is
 * the same when it is read again as it was written.
 */
#include <string.h>

#include "util/util.h"

#include "fuzz.h"

static void
must_stay(const char *text)
{
	char date[16], again[16], moment[XJ_TIME_MAX];
	int64_t t, same;

	if (xj_date_normalise(text, date) == XJ_OK) {
		MUST(xj_date_normalise(date, again) == XJ_OK);
		MUST(strcmp(date, again) == 0);
	}
	if (xj_time_parse(text, &t) == XJ_OK) {
		xj_time_format(t, moment);
		MUST(xj_time_parse(moment, &same) == XJ_OK && same == t);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that reading beyond it is seen. */
	char *text = malloc(size + 1);

	MUST(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	must_stay(text);
	free(text);
	return 0;
}
