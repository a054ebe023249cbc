/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CAS_SHARED_H
#define CAS_SHARED_H

#include <stdbool.h>
#include <stdint.h>

#define MOST_HOSTS 16
#define MOST_WORDS 256

/*
 * One host's words for the others. Only it writes here, with plain stores, so
 * this works on memory whose atomics do not.
 */
struct slot {
	uint64_t reached;	/* the meeting that it has come to */
	uint64_t acknowledged;	/* operations that it was told are done */
	uint64_t gave_up;	/* its time was over before its operations were */
	uint64_t content;	/* the meeting since which it has met the others often enough */
} __attribute__((aligned(64)));

struct word {
	uint64_t value;
} __attribute__((aligned(64)));

#define MOST_KINDS 64

struct cell {
	uint8_t bytes[64];
} __attribute__((aligned(64)));

/* Lies at the beginning of the device; fresh memory is zero. */
struct shared {
	struct slot slots[MOST_HOSTS];
	struct word lock;
	struct word guarded;
	struct word words[MOST_WORDS];
	struct cell kinds[MOST_KINDS];
	uint64_t tokens[MOST_HOSTS][MOST_KINDS];
};

struct party {
	struct shared *shared;
	unsigned int host, hosts;
	uint64_t deadline_ns;
	uint64_t fabric_round;	/* of the server; 0 where there is none */
	uint64_t meeting;	/* the last one */
};

uint64_t now_ns(void);

/* How often the hosts of one run meet. */
#define MEETINGS 4

/*
 * To be called first. A run that was broken off is counted as whole, so hosts
 * that broke it off at different points are together again in the next. Runs
 * begin anew with each round of the fabric, in which no host has been before.
 * Hosts that have not been in the same runs of a round give the next one a
 * number that is higher than any before; 0 is for those that have.
 */
void begin_meetings(struct party *party, uint64_t round);

/*
 * Returns when every host has called it as often as this one; false if they
 * did not come before the deadline.
 */
bool meet(struct party *party);

/* This host has met the others often enough since the last meeting. Returns whether all have. */
bool all_content(const struct party *party);

#endif
