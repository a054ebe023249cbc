// SPDX-License-Identifier: GPL-2.0-only
/*
 * The messages of verified transactions: their number, and a pattern that depends on
 * number and position, so that lost, doubled, reordered or stale bytes are found.
 */
#include <err.h>
#include <inttypes.h>

#include "message.h"
#include "pingpong.h"

static char pattern(uint64_t number, size_t position)
{
	return (char)(number * 131 + position * 7 + (position >> 8));
}

void message_misnumbered(uint64_t number, uint64_t seen)
{
	errx(1, "message %" PRIu64 " arrived with number %" PRIu64, number, seen);
}

void message_fill(char *message, size_t size, uint64_t number)
{
	for (size_t i = number_bytes(size); i < size; i++)
		message[i] = pattern(number, i);
	message_number(message, size, number);
}

void message_verify(const char *message, size_t size, uint64_t number)
{
	message_check_number(message, size, number);
	for (size_t i = number_bytes(size); i < size; i++)
		if (message[i] != pattern(number, i))
			errx(1, "message %" PRIu64 ": byte %zu is 0x%02x, expected 0x%02x", number, i,
			    (unsigned char)message[i], (unsigned char)pattern(number, i));
}
