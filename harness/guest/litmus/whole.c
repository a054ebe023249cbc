// SPDX-License-Identifier: GPL-2.0-only
/*
 * All bytes of what is written are the same, and so must be those of what is
 * read. The reader says whether the value changed meanwhile: without that, the
 * hosts did not run at once.
 */
#include <string.h>
#include "access.h"
#include "whole.h"

#define BURST 64

typedef uint64_t vector __attribute__((vector_size(16)));

static uint64_t pattern(const struct turn *turn, unsigned int i)
{
	return UINT64_C(0x0101010101010101) * (uint8_t)(turn->now * BURST + i);
}

#define PLAIN(name, letter, type, offset)						\
char name(const struct turn *turn)							\
{											\
	type *at = (void *)(turn->arena->pages[0].bytes + 1024 + (offset));		\
	type value = 0, first = 0;							\
	unsigned int i;									\
											\
	for (i = 0; i < BURST; i++) {							\
		if (turn->party == 0) {							\
			value = pattern(turn, i);					\
			asm volatile("mov" letter " %1, %0" : "=m" (*at) : "r" (value)); \
			continue;							\
		}									\
		asm volatile("mov" letter " %1, %0" : "=r" (value) : "m" (*at));	\
		if (value != (type)((value & 0xff) * UINT64_C(0x0101010101010101)))	\
			return 't';							\
		if (i == 0)								\
			first = value;							\
	}										\
	return turn->party == 0 ? '-' : '0' + (value != first);				\
}

PLAIN(torn8, "q", uint64_t, 0)
PLAIN(torn8_unaligned, "q", uint64_t, 64 + 4)
PLAIN(torn4_unaligned, "l", uint32_t, 128 + 2)
PLAIN(torn2_unaligned, "w", uint16_t, 192 + 7)

char torn16(const struct turn *turn)
{
	vector *at = (void *)(turn->arena->pages[0].bytes + 2048);
	vector value = { 0 }, first = { 0 };
	unsigned int i;

	for (i = 0; i < BURST; i++) {
		if (turn->party == 0) {
			value = (vector){ pattern(turn, i), pattern(turn, i) };
			asm volatile("movdqa %1, %0" : "=m" (*at) : "x" (value));
			continue;
		}
		asm volatile("movdqa %1, %0" : "=x" (value) : "m" (*at));
		if (value[0] != value[1])
			return 't';
		if (i == 0)
			first = value;
	}
	return turn->party == 0 ? '-' : '0' + (value[0] != first[0]);
}
