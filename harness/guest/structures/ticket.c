// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ticket lock around a plain increment: a host draws a ticket and waits until
 * it is served. The check counts lost increments, and waits that did not end.
 */
#include "wait.h"

struct ticket {
	struct line drawn, served, value, stuck;
};

static uint64_t draw(struct ticket *lock)
{
	return __atomic_fetch_add(&lock->drawn.value, 1, __ATOMIC_ACQUIRE);
}

/* Broken: two hosts may draw one ticket. */
static uint64_t draw_plainly(struct ticket *lock)
{
	uint64_t mine = __atomic_load_n(&lock->drawn.value, __ATOMIC_ACQUIRE);

	__atomic_store_n(&lock->drawn.value, mine + 1, __ATOMIC_RELEASE);
	return mine;
}

/* Where a ticket was drawn twice, one is passed over: what was served later serves it as well. */
static bool wait_for(struct ticket *lock, uint64_t mine)
{
	uint64_t spins = 0;

	while ((int64_t)(__atomic_load_n(&lock->served.value, __ATOMIC_ACQUIRE) - mine) < 0) {
		if (!still_waiting(&spins)) {
			count_wrong(&lock->stuck, mine);
			return false;
		}
	}
	return true;
}

static void serve_next(struct ticket *lock)
{
	__atomic_fetch_add(&lock->served.value, 1, __ATOMIC_RELEASE);
}

static void increment(struct ticket *lock)
{
	*(volatile uint64_t *)&lock->value.value += 1;
}

static void play(const struct round *round, uint64_t (*drawing)(struct ticket *lock))
{
	struct ticket *lock = round->memory;

	for (uint64_t i = 0; i < round->ops; i++) {
		if (!wait_for(lock, drawing(lock)))
			return;
		increment(lock);
		serve_next(lock);
	}
}

static void right(const struct round *round)
{
	play(round, draw);
}

static void twice_drawn(const struct round *round)
{
	play(round, draw_plainly);
}

/* Broken: the next one is let in while the last one is still at work. */
static void served_early(const struct round *round)
{
	struct ticket *lock = round->memory;

	for (uint64_t i = 0; i < round->ops; i++) {
		if (!wait_for(lock, draw(lock)))
			return;
		serve_next(lock);
		increment(lock);
	}
}

static uint64_t wrong(const struct round *round)
{
	const struct ticket *lock = round->memory;

	return unexplained(round, round->hosts * round->ops - lock->value.value) + lock->stuck.value;
}

const struct structure ticket_forms[] = {
	{ .name = "ticket", .run = right, .check = wrong },
	{ .name = "ticket", .broken = "plain-draw", .run = twice_drawn, .check = wrong },
	{ .name = "ticket", .broken = "early-serve", .run = served_early, .check = wrong },
	{ },
};
