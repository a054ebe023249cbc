// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hash table with a bounded number of slots: a key is claimed by a
 * compare-and-swap, its value published by a store. Each host puts its keys in
 * and looks for the others'. A key that is found with another value than its own,
 * and one that two hosts put in and both were told to own, are wrong.
 */
#include "lockstep.h"
#include "structure.h"

#define SLOTS 64
#define KEYS 8

struct table {
	struct {
		uint64_t key, value;	/* 0: not there yet */
	} slots[SLOTS] __attribute__((aligned(64)));
	struct line wrong;
	struct line owners[KEYS + 1];
};

/* Where a key begins to look, which others do as well. */
static unsigned int place_of(uint64_t key)
{
	return key % 3;
}

static uint64_t value_of(uint64_t key)
{
	return key * 1000 + 7;
}

static bool claim(uint64_t *key_at, uint64_t key, bool check_then_act, bool *mine)
{
	uint64_t seen = 0;

	if (check_then_act) {
		seen = __atomic_load_n(key_at, __ATOMIC_ACQUIRE);
		*mine = seen == 0;
		if (*mine)
			__atomic_store_n(key_at, key, __ATOMIC_RELEASE);
	} else {
		*mine = __atomic_compare_exchange_n(key_at, &seen, key, false, __ATOMIC_SEQ_CST,
						    __ATOMIC_ACQUIRE);
	}
	return *mine || seen == key;
}

static void insert(struct table *table, uint64_t key, bool check_then_act)
{
	unsigned int slot = place_of(key);
	bool mine;

	while (!claim(&table->slots[slot].key, key, check_then_act, &mine))
		slot++;
	if (!mine)
		return;
	__atomic_fetch_add(&table->owners[key].value, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&table->slots[slot].value, value_of(key), __ATOMIC_RELEASE);
}

static void look(struct table *table, uint64_t key, bool impatient)
{
	for (unsigned int slot = place_of(key); slot < SLOTS; slot++) {
		uint64_t found = __atomic_load_n(&table->slots[slot].key, __ATOMIC_ACQUIRE);
		uint64_t value;

		if (found == 0)
			return;
		if (found != key)
			continue;
		while (!(value = __atomic_load_n(&table->slots[slot].value, __ATOMIC_ACQUIRE)) && !impatient)
			__builtin_ia32_pause();
		if (value != value_of(key)) {
			__atomic_fetch_add(&table->wrong.value, 1, __ATOMIC_SEQ_CST);
			lockstep_mark(key);
		}
		return;
	}
}

static void play(const struct round *round, bool check_then_act, bool impatient)
{
	for (uint64_t i = 0; i < KEYS; i++) {
		insert(round->memory, 1 + i, check_then_act);
		look(round->memory, 1 + (i + 1) % KEYS, impatient);
	}
}

static void right(const struct round *round)
{
	play(round, false, false);
}

/* Broken: two hosts see a free slot, and both take it. */
static void check_then_act(const struct round *round)
{
	play(round, true, true);
}

/* Broken: a reader takes the key for a sign that its value is there. */
static void impatient(const struct round *round)
{
	play(round, false, true);
}

static uint64_t wrong(const struct round *round)
{
	const struct table *table = round->memory;
	uint64_t sum = table->wrong.value;

	for (uint64_t key = 1; key <= KEYS; key++)
		sum += table->owners[key].value != 1;
	return sum;
}

const struct structure table_forms[] = {
	{ .name = "table", .run = right, .check = wrong },
	{ .name = "table", .broken = "check-then-act", .run = check_then_act, .check = wrong },
	{ .name = "table", .broken = "impatient", .run = impatient, .check = wrong },
	{ },
};
