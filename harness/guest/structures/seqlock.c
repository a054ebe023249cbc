// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sequence lock: host 0 writes two words, which are always equal, and makes the
 * count odd meanwhile; the others read them, again if the count was odd or moved.
 * The check counts reads of two words that differ.
 */
#include "wait.h"

struct seqlock {
	struct line count, first, second, torn;
};

static uint64_t count_of(const struct seqlock *lock)
{
	return __atomic_load_n(&lock->count.value, __ATOMIC_ACQUIRE);
}

static void set_count(struct seqlock *lock, uint64_t count)
{
	__atomic_store_n(&lock->count.value, count, __ATOMIC_RELEASE);
}

static void write_words(struct seqlock *lock, uint64_t value)
{
	__atomic_store_n(&lock->first.value, value, __ATOMIC_RELEASE);
	__atomic_store_n(&lock->second.value, value, __ATOMIC_RELEASE);
}

static void read_words(struct seqlock *lock, uint64_t words[2])
{
	words[0] = __atomic_load_n(&lock->first.value, __ATOMIC_ACQUIRE);
	words[1] = __atomic_load_n(&lock->second.value, __ATOMIC_ACQUIRE);
}

static void write_one(struct seqlock *lock, uint64_t value)
{
	uint64_t count = count_of(lock);

	set_count(lock, count + 1);
	write_words(lock, value);
	set_count(lock, count + 2);
}

/* Broken: the words change before the count says that they may. */
static void write_late(struct seqlock *lock, uint64_t value)
{
	uint64_t count = count_of(lock);

	write_words(lock, value);
	set_count(lock, count + 2);
}

static void read_one(struct seqlock *lock, uint64_t words[2])
{
	uint64_t before;

	do {
		while ((before = count_of(lock)) & 1)
			__builtin_ia32_pause();
		read_words(lock, words);
	} while (count_of(lock) != before);
}

/* Broken: a reader that begins in the middle of a write, and ends in it, sees one count. */
static void read_odd(struct seqlock *lock, uint64_t words[2])
{
	uint64_t before;

	do {
		before = count_of(lock);
		read_words(lock, words);
	} while (count_of(lock) != before);
}

/* Broken: a write may begin after the look at the count. */
static void read_once(struct seqlock *lock, uint64_t words[2])
{
	while (count_of(lock) & 1)
		__builtin_ia32_pause();
	read_words(lock, words);
}

static void play(const struct round *round, void (*write)(struct seqlock *lock, uint64_t value),
		 void (*read)(struct seqlock *lock, uint64_t words[2]))
{
	struct seqlock *lock = round->memory;

	for (uint64_t i = 1; i <= round->ops; i++) {
		uint64_t words[2];

		if (round->host == 0) {
			write(lock, i);
			continue;
		}
		read(lock, words);
		if (words[0] != words[1])
			count_wrong(&lock->torn, i);
	}
}

static void right(const struct round *round)
{
	play(round, write_one, read_one);
}

static void even_alone(const struct round *round)
{
	play(round, write_late, read_one);
}

static void odd_too(const struct round *round)
{
	play(round, write_one, read_odd);
}

static void one_look(const struct round *round)
{
	play(round, write_one, read_once);
}

static uint64_t torn(const struct round *round)
{
	return ((const struct seqlock *)round->memory)->torn.value;
}

const struct structure seqlock_forms[] = {
	{ .name = "seqlock", .run = right, .check = torn },
	{ .name = "seqlock", .broken = "never-odd", .run = even_alone, .check = torn },
	{ .name = "seqlock", .broken = "read-odd", .run = odd_too, .check = torn },
	{ .name = "seqlock", .broken = "no-recheck", .run = one_look, .check = torn },
	{ },
};
