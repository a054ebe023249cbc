/* SPDX-License-Identifier: GPL-2.0-only */
/* How a program speaks to the scheduler of docs/lockstep.md. */
#ifndef LIB_LOCKSTEP_H
#define LIB_LOCKSTEP_H

#include <stdbool.h>
#include <stdint.h>

struct schedule {
	uint64_t seed;
	uint64_t quantum;	/* in nanoseconds, which are instructions */
	uint64_t distribution;	/* enum distribution */
	uint64_t fault;		/* enum fault_of_host */
};

/* See docs/lockstep.md. */
enum distribution {
	UNIFORM,
	LOG,
	PCT,
	STALL,
	STARVE,
};

/* One host of the round suffers it, at an instant that the seed draws. */
enum fault_of_host {
	NO_FAULT,
	KILL,
	PAUSE,
};

/*
 * nopl 0x6b636f6c(%rax): a no-op on any other machine. Returns the answer, or
 * the request where nobody hears it.
 */
static inline uint64_t lockstep_request(uint64_t request, uint64_t rdi, uint64_t rsi, uint64_t rdx)
{
	asm volatile(".byte 0x0f, 0x1f, 0x80\n\t.ascii \"lock\""
		     : "+a"(request)
		     : "D"(rdi), "S"(rsi), "d"(rdx)
		     : "memory");
	return request;
}

/*
 * Waits until every host does; all go on at one instant, in an order drawn from
 * the seed. Returns false where there is no lockstep, or for values that it refuses.
 */
static inline bool lockstep_barrier(const struct schedule *schedule)
{
	return lockstep_request(1, schedule->seed, schedule->quantum,
				schedule->fault << 8 | schedule->distribution) == 0;
}

/* How many turns all hosts took between the last two barriers. */
static inline uint64_t lockstep_turns(void)
{
	return lockstep_request(2, 0, 0, 0);
}

/* A line in the trace of a replay: here something is wrong. */
static inline void lockstep_mark(uint64_t value)
{
	lockstep_request(3, value, 0, 0);
}

#endif
