// SPDX-License-Identifier: GPL-2.0-only
/*
 * Further shapes of the literature on memory models. x and y are two cells;
 * where two values go to one cell, the second is marked.
 */
#include "access.h"
#include "shapes.h"

enum { X, Y };

#define SECOND (UINT64_C(1) << 63)

/* A round in which the other party takes longer says nothing. */
#define SETTLE_NS UINT64_C(200000000)

/* Both parties are through, and their stores are in memory; false if the other does not come. */
static bool settle(const struct turn *turn)
{
	uint64_t deadline_ns = now_ns() + SETTLE_NS;
	unsigned int looks;

	asm volatile("mfence" : : : "memory");
	put(turn->arena->settled[turn->party].value, turn->now);
	for (looks = 1; looks % 64 || now_ns() < deadline_ns; looks++)
		if (get(turn->arena->settled[!turn->party].value) == turn->now)
			return true;
	return false;
}

/* A later read sees no older value than an earlier one. */
char coherence(const struct turn *turn)
{
	unsigned int first;

	if (turn->party == 0) {
		put(cell(turn, X), turn->now);
		return '-';
	}
	first = is_new(turn, X);
	return '0' + 2 * first + is_new(turn, X);
}

/* Party 1 stores after it saw the store of party 0. A party that sees the second store must see the first. */
char write_to_read(const struct turn *turn)
{
	unsigned int seen;

	if (turn->party == 0) {
		put(cell(turn, X), turn->now);
		return '-';
	}
	if (turn->party == 1) {
		seen = is_new(turn, X);
		if (seen)
			put(cell(turn, Y), turn->now);
		return '0' + seen;
	}
	seen = is_new(turn, Y);
	return '0' + 2 * seen + is_new(turn, X);
}

/* A reader sees x and not y, whose writer did not see x, with a fence between. */
char read_to_write(const struct turn *turn)
{
	unsigned int seen;

	if (turn->party == 0) {
		put(cell(turn, X), turn->now);
		return '-';
	}
	if (turn->party == 1) {
		seen = is_new(turn, X);
		return '0' + 2 * seen + is_new(turn, Y);
	}
	put(cell(turn, Y), turn->now);
	asm volatile("mfence" : : : "memory");
	return '0' + is_new(turn, X);
}

/* x=2; y=1 beside: read y, x=1. Party 0 says whether 2 was left in x. */
char shape_s(const struct turn *turn)
{
	unsigned int seen;

	if (turn->party == 0) {
		put(cell(turn, X), turn->now | SECOND);
		put(cell(turn, Y), turn->now);
		return settle(turn) ? '0' + (get(cell(turn, X)) == (turn->now | SECOND)) : '-';
	}
	seen = is_new(turn, Y);
	put(cell(turn, X), turn->now);
	return settle(turn) ? '0' + seen : '-';
}

/* x=1; y=1 beside: y=2, fence, read x. Party 0 says whether 2 was left in y. */
char shape_r(const struct turn *turn)
{
	unsigned int seen;

	if (turn->party == 0) {
		put(cell(turn, X), turn->now);
		put(cell(turn, Y), turn->now);
		return settle(turn) ? '0' + (get(cell(turn, Y)) == (turn->now | SECOND)) : '-';
	}
	put(cell(turn, Y), turn->now | SECOND);
	asm volatile("mfence" : : : "memory");
	seen = is_new(turn, X);
	return settle(turn) ? '0' + seen : '-';
}

/* x=1; y=2 beside: y=1; x=2. Each says whether its first write was left. */
char two_writes_each(const struct turn *turn)
{
	unsigned int first = turn->party == 0 ? X : Y;

	put(cell(turn, first), turn->now);
	put(cell(turn, !first), turn->now | SECOND);
	return settle(turn) ? '0' + (get(cell(turn, first)) == turn->now) : '-';
}

/* Message passing with stores that go past the caches, and the fence that they need. */
char non_temporal(const struct turn *turn)
{
	unsigned int flag;

	if (turn->party == 0) {
		asm volatile("movntiq %1, %0" : "=m" (*cell(turn, X)) : "r" (turn->now));
		asm volatile("sfence" : : : "memory");
		put(cell(turn, Y), turn->now);
		return '-';
	}
	flag = is_new(turn, Y);
	return '0' + 2 * flag + is_new(turn, X);
}

/* A write of 8 bytes, read as two of 4: the upper first. */
char mixed_sizes(const struct turn *turn)
{
	uint32_t both = (uint32_t)turn->now, high, low;
	const uint32_t *halves = (const void *)cell(turn, X);

	if (turn->party == 0) {
		put(cell(turn, X), (uint64_t)both << 32 | both);
		return '-';
	}
	asm volatile("movl %1, %0" : "=r" (high) : "m" (halves[1]));
	asm volatile("movl %1, %0" : "=r" (low) : "m" (halves[0]));
	return '0' + 2 * (high == both) + (low == both);
}
