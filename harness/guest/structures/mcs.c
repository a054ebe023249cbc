// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock of Mellor-Crummey and Scott around a plain increment: hosts queue up,
 * each waits on a flag of its own, and is woken by the one before it. The
 * check counts lost increments, and hosts that nobody woke.
 */
#include "wait.h"

/* The planted bug of a form. */
enum fault {
	NONE,
	LATE_FLAG,
	NO_SUCCESSOR,
};

struct place {
	uint64_t next;		/* host + 1 of the one behind; 0: nobody yet */
	uint64_t waits;
} __attribute__((aligned(64)));

struct mcs {
	struct line last;	/* host + 1 of the last in the queue */
	struct line value, stuck;
	struct place places[MOST_HOSTS];
};

static bool lock(struct mcs *mcs, unsigned int host, enum fault fault)
{
	struct place *mine = &mcs->places[host];
	uint64_t before, spins = 0;

	__atomic_store_n(&mine->next, 0, __ATOMIC_RELAXED);
	before = __atomic_exchange_n(&mcs->last.value, host + 1, __ATOMIC_SEQ_CST);
	if (!before)
		return true;
	if (fault != LATE_FLAG)
		__atomic_store_n(&mine->waits, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&mcs->places[before - 1].next, host + 1, __ATOMIC_RELEASE);
	/* Broken: the one before may have woken this host already. */
	if (fault == LATE_FLAG)
		__atomic_store_n(&mine->waits, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&mine->waits, __ATOMIC_ACQUIRE)) {
		if (!still_waiting(&spins)) {
			count_wrong(&mcs->stuck, host);
			return false;
		}
	}
	return true;
}

static void unlock(struct mcs *mcs, unsigned int host, enum fault fault)
{
	struct place *mine = &mcs->places[host];
	uint64_t me = host + 1, next, spins = 0;

	while (!(next = __atomic_load_n(&mine->next, __ATOMIC_ACQUIRE))) {
		if (__atomic_compare_exchange_n(&mcs->last.value, &me, 0, false, __ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			return;
		/* Broken: somebody is about to queue up behind, and nobody will wake them. */
		if (fault == NO_SUCCESSOR)
			return;
		me = host + 1;
		if (!still_waiting(&spins)) {
			count_wrong(&mcs->stuck, host);
			return;
		}
	}
	__atomic_store_n(&mcs->places[next - 1].waits, 0, __ATOMIC_RELEASE);
}

static void play(const struct round *round, enum fault fault)
{
	struct mcs *mcs = round->memory;

	for (uint64_t i = 0; i < round->ops; i++) {
		if (!lock(mcs, round->host, fault))
			return;
		*(volatile uint64_t *)&mcs->value.value += 1;
		unlock(mcs, round->host, fault);
	}
}

static void right(const struct round *round)
{
	play(round, NONE);
}

static void late_flag(const struct round *round)
{
	play(round, LATE_FLAG);
}

static void no_successor(const struct round *round)
{
	play(round, NO_SUCCESSOR);
}

static uint64_t wrong(const struct round *round)
{
	const struct mcs *mcs = round->memory;

	return round->hosts * round->ops - mcs->value.value + mcs->stuck.value;
}

const struct structure mcs_forms[] = {
	{ .name = "mcs", .run = right, .check = wrong },
	{ .name = "mcs", .broken = "late-flag", .run = late_flag, .check = wrong },
	{ .name = "mcs", .broken = "no-successor", .run = no_successor, .check = wrong },
	{ },
};
