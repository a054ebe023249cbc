// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each test is a few instructions a party, written as such: no compiler may
 * choose others. '1' is what this round wrote, '0' what was there before; two
 * reads make one digit, the first being the higher bit.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "access.h"
#include "shapes.h"
#include "whole.h"

static char message_passing(const struct turn *turn)
{
	unsigned int flag;

	if (turn->party == 0) {
		put(cell(turn, 0), turn->now);
		put(cell(turn, 1), turn->now);
		return '-';
	}
	flag = is_new(turn, 1);
	return '0' + 2 * flag + is_new(turn, 0);
}

static char store_buffering(const struct turn *turn)
{
	put(cell(turn, turn->party), turn->now);
	return '0' + is_new(turn, !turn->party);
}

static char store_buffering_fence(const struct turn *turn)
{
	put(cell(turn, turn->party), turn->now);
	asm volatile("mfence");
	return '0' + is_new(turn, !turn->party);
}

/*
 * Stores to lines that the other party writes as well, in words of this one's
 * own: those that follow wait behind them in the store buffer.
 */
static void fill_store_buffer(const struct turn *turn)
{
	unsigned int i;

	for (i = 0; i < 24; i++)
		put((void *)(turn->arena->pages[1].bytes + 2048 + 64 * i + 8 * turn->party), turn->now);
}

/* CPUID serializes, so it is a fence as well; an emulator takes long for it. */
static char store_buffering_cpuid(const struct turn *turn)
{
	unsigned int leaf = 0, b, c = 0, d;

	fill_store_buffer(turn);
	put(cell(turn, turn->party), turn->now);
	asm volatile("cpuid" : "+a" (leaf), "=b" (b), "+c" (c), "=d" (d) : : "memory");
	return '0' + is_new(turn, !turn->party);
}

static char store_buffering_locked(const struct turn *turn)
{
	uint64_t value = turn->now;

	asm volatile("xchgq %0, %1" : "+r" (value), "+m" (*cell(turn, turn->party)));
	return '0' + is_new(turn, !turn->party);
}

static char load_buffering(const struct turn *turn)
{
	unsigned int seen = is_new(turn, !turn->party);

	put(cell(turn, turn->party), turn->now);
	return '0' + seen;
}

static char independent_reads(const struct turn *turn)
{
	unsigned int first;

	if (turn->party < 2) {
		put(cell(turn, turn->party), turn->now);
		return '-';
	}
	first = is_new(turn, turn->party - 2);
	return '0' + 2 * first + is_new(turn, 3 - turn->party);
}

static _Thread_local sigjmp_buf refused;
static _Thread_local bool may_refuse;

static void on_refusal(int number)
{
	if (may_refuse)
		siglongjmp(refused, 1);
	signal(number, SIG_DFL);
}

void expect_refusals(void)
{
	struct sigaction action = { .sa_handler = on_refusal, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* As the how-manieth of the round a party has come to a counter. */
static char place(const struct turn *turn, uint64_t old)
{
	uint64_t index = old - turn->before;

	return index < 10 ? '0' + index : index < MOST_PARTIES ? 'a' + index - 10 : 'x';
}

static char count_at(const struct turn *turn, uint64_t *counter)
{
	char seen = 'r';

	if (!sigsetjmp(refused, 0)) {
		may_refuse = true;
		seen = place(turn, add(counter, 1));
	}
	may_refuse = false;
	return seen;
}

static uint64_t *aligned(struct arena *arena)
{
	return &arena->cells[3].value;
}

static uint64_t *unaligned(struct arena *arena)
{
	return (void *)(arena->pages[0].bytes + 20);
}

static uint64_t *over_lines(struct arena *arena)
{
	return (void *)(arena->pages[0].bytes + 2 * 64 - 4);
}

static uint64_t *over_pages(struct arena *arena)
{
	return (void *)(arena->pages[1].bytes - 4);
}

static uint64_t *sixteen_bytes(struct arena *arena)
{
	return (void *)(arena->pages[1].bytes + 256);
}

static char count_aligned(const struct turn *turn)
{
	return count_at(turn, aligned(turn->arena));
}

static char count_unaligned(const struct turn *turn)
{
	return count_at(turn, unaligned(turn->arena));
}

static char count_over_lines(const struct turn *turn)
{
	return count_at(turn, over_lines(turn->arena));
}

static char count_over_pages(const struct turn *turn)
{
	return count_at(turn, over_pages(turn->arena));
}

/* Both halves go up together, or not at all. */
static char count_sixteen_bytes(const struct turn *turn)
{
	uint64_t *both = sixteen_bytes(turn->arena), low = 0, high = 0;
	bool done;

	do {
		uint64_t old_low = low, old_high = high;

		asm volatile("lock cmpxchg16b %1"
			     : "=@ccz" (done), "+m" (*(unsigned __int128 *)both), "+a" (low), "+d" (high)
			     : "b" (old_low + 1), "c" (old_high + 1));
		if (low != high)
			return 't';
	} while (!done);
	return place(turn, low);
}

static const struct test tests[] = {
	{ "counter", 0, true, aligned, count_aligned },
	{ "mp", 2, false, NULL, message_passing },
	{ "sb", 2, false, NULL, store_buffering },
	{ "sb-fence", 2, false, NULL, store_buffering_fence },
	{ "sb-locked", 2, false, NULL, store_buffering_locked },
	{ "sb-cpuid", 2, false, NULL, store_buffering_cpuid },
	{ "lb", 2, false, NULL, load_buffering },
	{ "iriw", 4, false, NULL, independent_reads },
	{ "corr", 2, false, NULL, coherence },
	{ "wrc", 3, false, NULL, write_to_read },
	{ "rwc", 3, false, NULL, read_to_write },
	{ "s", 2, false, NULL, shape_s },
	{ "r", 2, false, NULL, shape_r },
	{ "2+2w", 2, false, NULL, two_writes_each },
	{ "mp-nt", 2, false, NULL, non_temporal },
	{ "mixed", 2, false, NULL, mixed_sizes },
	{ "torn", 2, false, NULL, torn8 },
	{ "torn8-unaligned", 2, false, NULL, torn8_unaligned },
	{ "torn4-unaligned", 2, false, NULL, torn4_unaligned },
	{ "torn2-unaligned", 2, false, NULL, torn2_unaligned },
	{ "torn16", 2, false, NULL, torn16 },
	{ "cas16", 0, true, sixteen_bytes, count_sixteen_bytes },
	{ "unaligned", 0, true, unaligned, count_unaligned },
	{ "over-lines", 0, true, over_lines, count_over_lines },
	{ "over-pages", 0, true, over_pages, count_over_pages },
	{ },
};

const struct test *find_test(const char *name)
{
	const struct test *test;

	for (test = tests; test->name; test++)
		if (!strcmp(test->name, name))
			return test;
	return NULL;
}

void list_tests(void)
{
	const struct test *test;

	for (test = tests; test->name; test++)
		printf("%s\n", test->name);
}
