// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "number.h"

/* The digits at the beginning; NULL if there are none, or too many. */
static const char *digits(const char *text, uint64_t *value)
{
	const char *at = text;

	for (*value = 0; *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(*at - '0'), value))
			return NULL;
	}
	return at == text ? NULL : at;
}

bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
	const char *end = digits(text, value);

	return end && !*end && *value >= least && *value <= most;
}

bool parse_size(const char *text, uint64_t *bytes)
{
	static const char suffixes[] = "KMGT";
	const char *end = digits(text, bytes), *suffix;

	if (!end)
		return false;
	if (!*end)
		return true;
	suffix = strchr(suffixes, *end);
	return suffix && !end[1] &&
	       !__builtin_mul_overflow(*bytes, UINT64_C(1024) << 10 * (suffix - suffixes), bytes);
}
