/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STRUCTURES_STRUCTURE_H
#define STRUCTURES_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_HOSTS 8

/* A word with a cache line of its own. */
struct line {
	uint64_t value;
} __attribute__((aligned(64)));

struct round {
	void *memory;		/* shared, MEMORY_BYTES of it, zero when a round begins */
	unsigned int host, hosts;
	uint64_t ops;		/* a host */
	bool may_die;		/* one host, at any instant */
};

#define MEMORY_BYTES 65536

/* The others have nothing to do with what a host that died has not done. */
static inline uint64_t unexplained(const struct round *round, uint64_t missing)
{
	return round->may_die && missing <= round->ops ? 0 : missing;
}

/*
 * One form of a structure. run() is called on every host at one instant; check()
 * afterwards on host 0, and gives how much went wrong: 0 is right.
 */
struct structure {
	const char *name;
	const char *broken;	/* NULL: the right form */
	void (*prepare)(const struct round *round);	/* on host 0 before a round; may be NULL */
	void (*run)(const struct round *round);
	uint64_t (*check)(const struct round *round);
};

extern const struct structure counter_forms[], ticket_forms[], mcs_forms[], seqlock_forms[],
	stack_forms[], queue_forms[], table_forms[], epoch_forms[], sb_forms[],
	message_forms[], tally_forms[], lease_forms[];

#endif
