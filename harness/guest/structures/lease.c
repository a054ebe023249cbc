// SPDX-License-Identifier: GPL-2.0-only
/*
 * A lock that outlives its owner: it names the owner, and a host that has seen
 * the same one for long takes it over, with a new term. The owner may only have
 * been away, so that what the lock guards is changed only where no later term
 * has been there. Wrong are counts that were lost, and waits that did not end.
 */
#include "wait.h"

/* Far longer than an owner that runs needs, and far shorter than a pause. */
#define PATIENCE 500
#define WORK 16

/* The planted bug of a form. */
enum fault {
	RIGHT,
	NO_TAKEOVER,
	UNFENCED,
};

/* The owner, from 1 on, 0 for nobody; or a count, and the term in which it was changed. */
struct word {
	uint32_t value, term;
};

struct lease {
	struct line owner, count, stuck;
	struct line done[MOST_HOSTS];
};

static uint64_t pack(struct word word)
{
	return (uint64_t)word.term << 32 | word.value;
}

static struct word load(const struct line *line)
{
	uint64_t both = __atomic_load_n(&line->value, __ATOMIC_ACQUIRE);

	return (struct word){ .value = both, .term = both >> 32 };
}

static bool change(struct line *line, struct word from, struct word to)
{
	uint64_t seen = pack(from);

	return __atomic_compare_exchange_n(&line->value, &seen, pack(to), false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

/* Returns the term; 0 when the wait did not end. */
static uint32_t lock(struct lease *lease, uint32_t me, enum fault fault)
{
	struct word last = { };
	uint64_t spins = 0;
	unsigned int same = 0;

	do {
		struct word now = load(&lease->owner);

		same = pack(now) == pack(last) ? same + 1 : 0;
		last = now;
		/* Broken: the owner may be dead. */
		if (now.value && (fault == NO_TAKEOVER || same < PATIENCE))
			continue;
		if (change(&lease->owner, now, (struct word){ me, now.term + 1 }))
			return now.term + 1;
	} while (still_waiting(&spins));
	count_wrong(&lease->stuck, me);
	return 0;
}

/* Where it fails another host has the lock. */
static void unlock(struct lease *lease, uint32_t me, uint32_t term)
{
	change(&lease->owner, (struct word){ me, term }, (struct word){ 0, term });
}

static bool add_one(struct lease *lease, uint32_t term, enum fault fault)
{
	struct word now = load(&lease->count);
	struct word next = { now.value + 1, term };

	for (volatile int i = 0; i < WORK; i++)
		;
	/* Broken: this host may have been away, and another may have counted since. */
	if (fault == UNFENCED) {
		__atomic_store_n(&lease->count.value, pack(next), __ATOMIC_RELEASE);
		return true;
	}
	return now.term <= term && change(&lease->count, now, next);
}

static void play(const struct round *round, enum fault fault)
{
	struct lease *lease = round->memory;
	uint32_t me = round->host + 1;
	uint64_t *done = &lease->done[round->host].value;

	while (*done < round->ops) {
		uint32_t term = lock(lease, me, fault);

		if (!term)
			return;
		if (add_one(lease, term, fault))
			__atomic_store_n(done, *done + 1, __ATOMIC_RELEASE);
		unlock(lease, me, term);
	}
}

static void right(const struct round *round)
{
	play(round, RIGHT);
}

static void no_takeover(const struct round *round)
{
	play(round, NO_TAKEOVER);
}

static void unfenced(const struct round *round)
{
	play(round, UNFENCED);
}

static uint64_t wrong(const struct round *round)
{
	const struct lease *lease = round->memory;
	uint64_t done = 0, count = load(&lease->count).value;

	for (unsigned int host = 0; host < round->hosts; host++)
		done += lease->done[host].value;
	/* A host may have died between its count and its note of it. */
	if (round->may_die && count == done + 1)
		count = done;
	return (count > done ? count - done : done - count) + lease->stuck.value;
}

const struct structure lease_forms[] = {
	{ .name = "lease", .run = right, .check = wrong },
	{ .name = "lease", .broken = "no-takeover", .run = no_takeover, .check = wrong },
	{ .name = "lease", .broken = "unfenced", .run = unfenced, .check = wrong },
	{ },
};
