// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <time.h>
#include "litmus.h"

/* A party that waits for longer sleeps between its looks, and lets others run. */
#define SPIN_NS 300000

/* Between them the parties' steps shift against each other. */
#define MOST_DELAY 128

/* Bits of a run's number below the fabric's round: words of an earlier round are older than any of this one. */
#define RUN_BITS 10

#define LAST 0x80		/* beside what party 0 saw: there is no round after this */

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

/* The word by which a party says that it has come to a round, and what it saw in the one before. */
static uint64_t *arrival(struct arena *arena, uint64_t round, unsigned int party)
{
	return &arena->arrived[round >> 32 & 1][round & 1][party].value;
}

uint64_t begin_run(struct arena *arena, unsigned int host, uint64_t fabric_round)
{
	uint64_t last = 0, first, word;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		word = arena->arrived[i / 2][i % 2][host].value >> 8;
		if (word > last)
			last = word;
	}
	first = (last >> 32) + 1;
	if (first < fabric_round << RUN_BITS)
		first = fabric_round << RUN_BITS;
	first <<= 32;
	__atomic_store_n(arrival(arena, first, host), first << 8, __ATOMIC_RELEASE);
	return first + 1;
}

/* False if the party did not come. */
static bool await(const struct party *party, uint64_t *word, uint64_t round, uint8_t *said)
{
	uint64_t began = 0, now, value;
	unsigned int looks = 0;

	/* Pairs with the store in meet: what came before it is seen after. */
	while ((value = __atomic_load_n(word, __ATOMIC_ACQUIRE)) >> 8 != round) {
		if (++looks % 64)
			continue;
		now = now_ns();
		if (!began)
			began = now;
		if (now > party->plan->deadline_ns)
			return false;
		if (now - began > SPIN_NS)
			nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
	}
	*said = value;
	return true;
}

/* Returns when all have come, with what each said; false if one did not. */
static bool meet(const struct party *party, uint64_t round, uint8_t say, uint8_t *said)
{
	unsigned int i;

	/* Pairs with the load in await. */
	__atomic_store_n(arrival(party->arena, round, party->index), round << 8 | say,
			 __ATOMIC_RELEASE);
	for (i = 0; i < party->plan->parties; i++)
		if (!await(party, arrival(party->arena, round, i), round, &said[i]))
			return false;
	return true;
}

static bool is_over(const struct party *party)
{
	const struct plan *plan = party->plan;
	const struct table *table = &party->table;

	if (table->rounds >= plan->rounds && (!plan->until || has_outcome(table, plan->until)))
		return true;
	return now_ns() > plan->soft_deadline_ns;
}

static void delay(uint32_t *random)
{
	volatile uint32_t left;

	*random = *random * 1664525 + 1013904223;
	for (left = (*random >> 16) % MOST_DELAY; left; left--)
		;
}

void play(struct party *party)
{
	const struct test *test = party->plan->test;
	uint64_t *counter = test->counter ? test->counter(party->arena) : NULL;
	uint64_t first = party->plan->first_round, round;
	uint32_t random = (party->index + 1) * 2654435761u;
	uint8_t said[MOST_PARTIES], seen = '-';
	struct turn turn = { .arena = party->arena, .party = party->index };

	if (counter)
		memcpy(&turn.before, counter, sizeof(turn.before));
	for (round = first; ; round++) {
		bool last = party->index == 0 && round > first && is_over(party);

		if (!meet(party, round, seen | (last ? LAST : 0), said))
			return;
		last = said[0] & LAST;
		said[0] &= ~LAST;
		if (round > first) {
			tabulate(&party->table, test, (const char *)said, party->plan->parties);
			turn.before += party->plan->parties;
		}
		if (last)
			break;
		turn.now = round;
		delay(&random);
		seen = test->run(&turn);
	}
	party->complete = true;
}
