/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LITMUS_H
#define LITMUS_H

#include <stdbool.h>
#include <stdint.h>

#define MOST_PARTIES 16
#define CELLS 4

/* A word in a cache line of its own. */
struct cell {
	uint64_t value;
} __attribute__((aligned(64)));

/*
 * The memory that the parties share. Fresh memory is zero, and nothing is ever reset: a
 * value is new if it is this round's number. Only its party writes a word of
 * `arrived`, with plain stores, so they need no atomics.
 */
struct arena {
	struct cell arrived[2][2][MOST_PARTIES];	/* of odd and even runs, and rounds */
	struct cell cells[CELLS];
	struct {
		uint64_t value[8];
	} settled[2];			/* a round whose writes are all in memory */
	struct {
		uint8_t bytes[4096];
	} pages[2] __attribute__((aligned(4096)));	/* for what is not aligned */
};

/* One party's view of one round. */
struct turn {
	struct arena *arena;
	unsigned int party;
	uint64_t now;		/* the round's number: no other round of any run has it */
	uint64_t before;	/* what a counter that lost nothing holds when the round begins */
};

struct test {
	const char *name;
	unsigned int parties;	/* 0: as many as there are hosts */
	bool symmetric;		/* who saw what does not matter, only what was seen */
	/* Where a counter lies; it holds the same after each round of every run. */
	uint64_t *(*counter)(struct arena *arena);
	/* Returns the party's observation as one character. */
	char (*run)(const struct turn *turn);
};

const struct test *find_test(const char *name);
void list_tests(void);

/* Catches the fault by which a machine refuses an instruction. */
void expect_refusals(void);

#define MOST_OUTCOMES 64

struct table {
	uint64_t rounds;
	unsigned int outcomes;
	struct {
		char text[2 * MOST_PARTIES];
		uint64_t times;
	} rows[MOST_OUTCOMES];
};

void tabulate(struct table *table, const struct test *test, const char *seen,
	      unsigned int parties);
bool has_outcome(const struct table *table, const char *text);

struct plan {
	const struct test *test;
	unsigned int parties;
	uint64_t first_round, rounds;
	const char *until;	/* go on until this was seen, NULL for not */
	uint64_t soft_deadline_ns, deadline_ns;
};

struct party {
	struct arena *arena;
	const struct plan *plan;
	unsigned int index;
	struct table table;
	bool complete;		/* not left alone by another party */
};

/*
 * To be called once by every host before it plays, also by one that has no
 * party in this test: its runs are counted, and their rounds numbered by that
 * and by the fabric's own round.
 */
uint64_t begin_run(struct arena *arena, unsigned int host, uint64_t fabric_round);

/* Every party comes to the same table, or to the rounds before one was lost. */
void play(struct party *party);

uint64_t now_ns(void);

#endif
