/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_NUMBERS_H
#define LIB_NUMBERS_H

#include <err.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

/* Ends the program if the text is anything else than a whole number in the range. */
static inline uint64_t number(const char *text, const char *what, uint64_t least, uint64_t most)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (!*text || *end || value < least || value > most)
		errx(2, "%s: %s is no number from %" PRIu64 " to %" PRIu64, what, text, least, most);
	return value;
}

/* HOST_INDEX and the like, if they are set. */
static inline unsigned int from_environment(const char *name, unsigned int otherwise,
					     unsigned int most)
{
	const char *value = getenv(name);

	return value ? number(value, name, 0, most) : otherwise;
}

#endif
