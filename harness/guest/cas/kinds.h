/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CAS_KINDS_H
#define CAS_KINDS_H

#include "shared.h"

/* A host's view of the kinds: what it trades, and how often something was wrong. */
struct kinds {
	unsigned int host;
	bool stock;		/* nothing that a stock QEMU splits */
	uint64_t steps;
	uint64_t tokens[MOST_KINDS];
	uint64_t wrong[MOST_KINDS];
};

void clear_kinds(struct shared *shared);
void begin_kinds(struct kinds *kinds, unsigned int host, bool stock);

/* One access of every kind. */
void step_kinds(struct shared *shared, struct kinds *kinds);

/* Tells the others what this host holds; before all meet again. */
void publish_kinds(struct shared *shared, const struct kinds *kinds);

/* Adds to what was wrong what is not in memory after so many steps of all hosts. */
void judge_kinds(const struct party *party, struct kinds *kinds, uint64_t steps);

bool wrong_kinds(const struct kinds *kinds);

/* {"NAME":TIMES,...} of the kinds that were wrong. */
void print_wrong_kinds(const struct kinds *kinds);

#endif
