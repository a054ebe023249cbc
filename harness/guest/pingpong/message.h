/* SPDX-License-Identifier: GPL-2.0-only */
/* A message starts with its number: eight bytes, or one byte if eight do not fit. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline size_t number_bytes(size_t size)
{
	return size < sizeof(uint64_t) ? 1 : sizeof(uint64_t);
}

static inline void message_number(char *message, size_t size, uint64_t number)
{
	if (size < sizeof(number))
		message[0] = (char)number;
	else
		memcpy(message, &number, sizeof(number));
}

__attribute__((noreturn, cold)) void message_misnumbered(uint64_t number, uint64_t seen);

static inline void message_check_number(const char *message, size_t size, uint64_t number)
{
	uint64_t seen;

	if (size < sizeof(seen)) {
		seen = (unsigned char)message[0];
		number = (unsigned char)number;
	} else {
		memcpy(&seen, message, sizeof(seen));
	}
	if (seen != number)
		message_misnumbered(number, seen);
}

void message_fill(char *message, size_t size, uint64_t number);
void message_verify(const char *message, size_t size, uint64_t number);

#endif
