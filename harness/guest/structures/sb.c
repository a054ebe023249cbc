// SPDX-License-Identifier: GPL-2.0-only
/*
 * Store buffering: each of two hosts writes its word, then reads the other's.
 * Where stores wait in a buffer both may read old values; a fence forbids it.
 * The check counts rounds in which both read old values.
 */
#include "structure.h"

#define TRIES 32

struct words {
	struct line of[2][TRIES], seen[2][TRIES];
};

static void play(const struct round *round, bool fence)
{
	struct words *words = round->memory;

	if (round->host > 1)
		return;
	for (int i = 0; i < TRIES; i++) {
		__atomic_store_n(&words->of[round->host][i].value, 1, __ATOMIC_RELAXED);
		if (fence)
			asm volatile("mfence" ::: "memory");
		else
			asm volatile("" ::: "memory");
		words->seen[round->host][i].value =
			__atomic_load_n(&words->of[!round->host][i].value, __ATOMIC_RELAXED);
	}
}

static void fenced(const struct round *round)
{
	play(round, true);
}

static void unfenced(const struct round *round)
{
	play(round, false);
}

static uint64_t both_old(const struct round *round)
{
	const struct words *words = round->memory;
	uint64_t sum = 0;

	for (int i = 0; i < TRIES; i++)
		sum += !words->seen[0][i].value && !words->seen[1][i].value;
	return sum;
}

const struct structure sb_forms[] = {
	{ .name = "sb", .run = fenced, .check = both_old },
	{ .name = "sb", .broken = "no-fence", .run = unfenced, .check = both_old },
	{ },
};
