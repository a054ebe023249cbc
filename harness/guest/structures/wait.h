/* SPDX-License-Identifier: GPL-2.0-only */
/* A wait for another host that a broken form may never end. */
#ifndef STRUCTURES_WAIT_H
#define STRUCTURES_WAIT_H

#include "lockstep.h"
#include "structure.h"

/* Hosts that play right wait for each other far shorter, in every distribution. */
#define MOST_SPINS 1000000

/* Counts how often it was asked; false when nothing more is to come. */
static inline bool still_waiting(uint64_t *spins)
{
	__builtin_ia32_pause();
	return ++*spins < MOST_SPINS;
}

/* Something went wrong: counted, and marked in the trace. */
static inline void count_wrong(struct line *wrong, uint64_t what)
{
	__atomic_fetch_add(&wrong->value, 1, __ATOMIC_SEQ_CST);
	lockstep_mark(what);
}

#endif
