// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <time.h>
#include "shared.h"

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

void begin_meetings(struct party *party, uint64_t round)
{
	uint64_t reached = party->shared->slots[party->host].reached;
	uint64_t first = party->fabric_round << 32;

	if (!round && reached > first)
		round = (reached - first + MEETINGS - 1) / MEETINGS;
	party->meeting = first + round * MEETINGS;
}

bool meet(struct party *party)
{
	struct slot *slots = party->shared->slots;
	unsigned int i;

	if (party->hosts == 1)
		return true;
	party->meeting++;
	/* Pairs with the acquire below: what was written before is seen after. */
	__atomic_store_n(&slots[party->host].reached, party->meeting, __ATOMIC_SEQ_CST);
	for (i = 0; i < party->hosts; i++) {
		while (__atomic_load_n(&slots[i].reached, __ATOMIC_ACQUIRE) < party->meeting) {
			if (now_ns() > party->deadline_ns)
				return false;
			nanosleep(&(struct timespec){ .tv_nsec = 20000 }, NULL);
		}
	}
	return true;
}

bool all_content(const struct party *party)
{
	struct slot *slots = party->shared->slots;
	unsigned int i;

	__atomic_store_n(&slots[party->host].content, party->meeting, __ATOMIC_RELAXED);
	for (i = 0; i < party->hosts; i++)
		if (__atomic_load_n(&slots[i].content, __ATOMIC_RELAXED) < party->meeting)
			return false;
	return true;
}
