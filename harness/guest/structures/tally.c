// SPDX-License-Identifier: GPL-2.0-only
/*
 * A count on memory without coherence: each host counts in a line of its own,
 * and the sum is what they counted together. The check counts lost increments.
 */
#include "flush.h"
#include "structure.h"

struct tally {
	struct line own[MOST_HOSTS];
	uint64_t beside[MOST_HOSTS] __attribute__((aligned(64)));
	struct line common;
};

static void count_in(const struct round *round, uint64_t *word)
{
	for (uint64_t i = 0; i < round->ops; i++) {
		__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
		flush(word);
	}
	flush_all(round->memory, sizeof(struct tally));
}

static void apart(const struct round *round)
{
	count_in(round, &((struct tally *)round->memory)->own[round->host].value);
}

/* Broken: a line is written back whole, with the neighbours' words as they were. */
static void neighbours(const struct round *round)
{
	count_in(round, &((struct tally *)round->memory)->beside[round->host]);
}

/* Broken: a locked instruction is one of this host's copy. */
static void locked(const struct round *round)
{
	count_in(round, &((struct tally *)round->memory)->common.value);
}

static void begin(const struct round *round)
{
	flush_all(round->memory, MEMORY_BYTES);
}

static uint64_t lost(const struct round *round)
{
	const struct tally *tally = round->memory;
	uint64_t sum = tally->common.value;

	for (unsigned int host = 0; host < round->hosts; host++)
		sum += tally->own[host].value + tally->beside[host];
	return unexplained(round, round->hosts * round->ops - sum);
}

const struct structure tally_forms[] = {
	{ .name = "tally", .prepare = begin, .run = apart, .check = lost },
	{ .name = "tally", .broken = "neighbours", .prepare = begin, .run = neighbours, .check = lost },
	{ .name = "tally", .broken = "locked", .prepare = begin, .run = locked, .check = lost },
	{ },
};
