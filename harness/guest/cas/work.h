/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CAS_WORK_H
#define CAS_WORK_H

#include "histogram.h"
#include "kinds.h"
#include "shared.h"

enum op { OP_CAS, OP_ADD, OP_LOCK, OP_SLOTS, OP_KINDS, OPS };

struct plan {
	enum op op;
	uint64_t ops;		/* at least; more until there was enough contention */
	uint64_t contended;
	uint64_t run_ns;	/* and at least so long */
	unsigned int timed_one_in;	/* operations that are timed */
	unsigned int words;	/* that the operations are spread over */
	bool stock;		/* no kinds that a stock QEMU splits */
};

struct done {
	uint64_t acknowledged;	/* operations that took effect, as far as we were told */
	uint64_t attempts;	/* compare-and-swaps that they took */
	uint64_t contended;	/* times that another host had been there since our last visit */
	bool gave_up;
	uint64_t elapsed_ns;
	struct histogram latency;
	struct kinds kinds;	/* of OP_KINDS */
};

void work(const struct party *party, const struct plan *plan, struct done *done);

/* Returns the sum of all hosts' increments that memory holds. */
uint64_t total(const struct shared *shared, const struct plan *plan);

#endif
