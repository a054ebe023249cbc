// SPDX-License-Identifier: GPL-2.0-only
/* A word that every host adds 1 to, so many times. The check counts lost increments. */
#include "structure.h"

struct counter {
	struct line value, lock;
};

static void add(const struct round *round)
{
	struct counter *counter = round->memory;

	for (uint64_t i = 0; i < round->ops; i++)
		__atomic_fetch_add(&counter->value.value, 1, __ATOMIC_SEQ_CST);
}

static void compare_and_swap(const struct round *round)
{
	struct counter *counter = round->memory;

	for (uint64_t i = 0; i < round->ops; i++) {
		uint64_t seen = __atomic_load_n(&counter->value.value, __ATOMIC_RELAXED);

		while (!__atomic_compare_exchange_n(&counter->value.value, &seen, seen + 1, false,
						    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			;
	}
}

static void compare_and_swap16(const struct round *round)
{
	uint64_t *value = round->memory;

	for (uint64_t i = 0; i < round->ops; i++) {
		uint64_t low = value[0], high = value[1];
		bool done;

		do {
			asm volatile("lock cmpxchg16b %1"
				     : "=@ccz"(done), "+m"(*(__int128 *)value), "+a"(low), "+d"(high)
				     : "b"(low + 1), "c"(high + 1)
				     : "memory");
		} while (!done);
	}
}

static void under_lock(const struct round *round)
{
	struct counter *counter = round->memory;

	for (uint64_t i = 0; i < round->ops; i++) {
		while (__atomic_exchange_n(&counter->lock.value, 1, __ATOMIC_ACQUIRE))
			__builtin_ia32_pause();
		*(volatile uint64_t *)&counter->value.value += 1;
		__atomic_store_n(&counter->lock.value, 0, __ATOMIC_RELEASE);
	}
}

/* Broken: between its load and its store others add. */
static void plain(const struct round *round)
{
	volatile uint64_t *value = &((struct counter *)round->memory)->value.value;

	for (uint64_t i = 0; i < round->ops; i++) {
		uint64_t seen = *value;

		*value = seen + 1;
	}
}

/* Broken: one instruction, which a processor parts. Only a store buffer does here. */
static void unlocked(const struct round *round)
{
	struct counter *counter = round->memory;

	for (uint64_t i = 0; i < round->ops; i++)
		asm volatile("incq %0" : "+m"(counter->value.value) : : "cc");
}

static uint64_t lost(const struct round *round)
{
	return round->hosts * round->ops - ((struct counter *)round->memory)->value.value;
}

static uint64_t lost16(const struct round *round)
{
	const uint64_t *value = round->memory;

	return (round->hosts * round->ops - value[0]) + (value[0] ^ value[1]);
}

const struct structure counter_forms[] = {
	{ .name = "add", .run = add, .check = lost },
	{ .name = "cas", .run = compare_and_swap, .check = lost },
	{ .name = "cas16", .run = compare_and_swap16, .check = lost16 },
	{ .name = "lock", .run = under_lock, .check = lost },
	{ .name = "add", .broken = "plain", .run = plain, .check = lost },
	{ .name = "add", .broken = "unlocked", .run = unlocked, .check = lost },
	{ },
};
