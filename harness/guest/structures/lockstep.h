/* SPDX-License-Identifier: GPL-2.0-only */
/* How a program speaks to the scheduler of docs/lockstep.md. */
#ifndef STRUCTURES_LOCKSTEP_H
#define STRUCTURES_LOCKSTEP_H

#include <stdbool.h>
#include <stdint.h>

struct schedule {
	uint64_t seed;
	uint64_t quantum;	/* in nanoseconds, which are instructions */
	uint64_t distribution;	/* 0: uniform, 1: log-uniform */
};

/*
 * Waits until every host does; all go on at one instant, in an order drawn from
 * the seed. Returns false where there is no lockstep, or for values that it refuses.
 */
static inline bool lockstep_barrier(const struct schedule *schedule)
{
	uint64_t request = 1;

	/* nopl 0x6b636f6c(%rax): a no-op on any other machine. */
	asm volatile(".byte 0x0f, 0x1f, 0x80\n\t.ascii \"lock\""
		     : "+a"(request)
		     : "D"(schedule->seed), "S"(schedule->quantum), "d"(schedule->distribution)
		     : "memory");
	return request == 0;
}

#endif
