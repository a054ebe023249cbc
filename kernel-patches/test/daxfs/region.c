// SPDX-License-Identifier: GPL-2.0-only
/*
 * The region of the explorer. It remembers what a run has changed, so that the next one
 * begins as this one did; which words more than one host uses, since only before an access
 * to such a one does it matter who runs first; and what each host has stored since its last
 * barrier.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../explorer/schedule.h"
#include "search.h"

#define STORES	4096
/* More than any run takes that ends. */
#define OPERATIONS 300000
#define WORDS	(LIB_UNITS * DAXFS_UNIT / 8)

u8 region[LIB_UNITS * DAXFS_UNIT] __attribute__((aligned(4096)));
static u8 initial[sizeof(region)];
static bool dirty[LIB_UNITS];

/* By word (by page for bytes): who has used it, who has changed it, over all runs. */
static u8 used_by[WORDS], changed_by[WORDS];
/* What was known when the search began: within one, the same choices must be there. */
static bool known[WORDS];
static bool learnt, scheduled;
static u64 operations;

static struct store {
	u8 *at;
	u32 bytes;
	u8 *old, *new;
} stores[SCHEDULE_THREADS][STORES];
static int store_count[SCHEDULE_THREADS], hidden_from[SCHEDULE_THREADS];
static u8 heap[SCHEDULE_THREADS][1 << 20];
static u32 heap_used[SCHEDULE_THREADS];

static int stops_left, surprises_left, stops_allowed, surprises_allowed;
bool region_stopped[SCHEDULE_THREADS];
bool region_no_stops, region_trace;

static void trace(const char *what, const void *at, u64 a, u64 b, void *caller)
{
	if (__builtin_expect(region_trace, false) && scheduled)
		fprintf(stderr, "%d %-5s %06lx %llx %llx %p\n", schedule_self(), what,
			(long)((const u8 *)at - region), (unsigned long long)a, (unsigned long long)b,
			caller);
}

void region_save(void)
{
	memcpy(initial, region, sizeof(region));
	memset(dirty, 0, sizeof(dirty));
}

void region_forget(void)
{
	memset(used_by, 0, sizeof(used_by));
	memset(changed_by, 0, sizeof(changed_by));
}

static bool shared(u64 word)
{
	return changed_by[word] && (used_by[word] & (used_by[word] - 1));
}

void region_know(void)
{
	for (u64 i = 0; i < WORDS; i++)
		known[i] = shared(i);
	learnt = false;
}

bool region_learnt(void)
{
	return learnt;
}

void region_allow(int stops, int surprises)
{
	stops_allowed = stops;
	surprises_allowed = surprises;
}

void region_restore(void)
{
	for (u64 unit = 0; unit < LIB_UNITS; unit++) {
		if (!dirty[unit])
			continue;
		memcpy(region + unit * DAXFS_UNIT, initial + unit * DAXFS_UNIT, DAXFS_UNIT);
		dirty[unit] = false;
	}
	memset(store_count, 0, sizeof(store_count));
	memset(heap_used, 0, sizeof(heap_used));
	memset(region_stopped, 0, sizeof(region_stopped));
	stops_left = stops_allowed;
	surprises_left = surprises_allowed;
	region_no_stops = false;
	operations = 0;
	scheduled = true;
}

/* From here on nothing interrupts. */
void region_alone(void)
{
	scheduled = false;
}

static bool inside(const void *at)
{
	return (const u8 *)at >= region && (const u8 *)at < region + sizeof(region);
}

static bool stop_here(void)
{
	return stops_left && !region_no_stops && schedule_choose(2);
}

/* Before an access: whether it matters is known from the runs before. */
static void point(const void *at, bool bytes, bool changes)
{
	u64 word = ((const u8 *)at - region) / 8;

	if (!scheduled || !inside(at))
		return;
	if (++operations > OPERATIONS)
		schedule_fail("a host goes on for ever");
	if (bytes)
		word &= ~511ULL;
	used_by[word] |= 1 << schedule_self();
	if (changes)
		changed_by[word] |= 1 << schedule_self();
	if (known[word])
		schedule_point();
	else
		learnt |= shared(word);
	if (stop_here()) {
		stops_left--;
		region_stopped[schedule_self()] = true;
		store_count[schedule_self()] = 0;
		schedule_stop();
	}
}

static void settle(void)
{
	if (!scheduled)
		return;
	store_count[schedule_self()] = 0;
	heap_used[schedule_self()] = 0;
}

/* Changes bytes, and remembers how they were while others might not see it yet. */
static void put(void *at, const void *from, u32 bytes)
{
	int self = scheduled ? schedule_self() : 0;

	if (inside(at))
		for (u64 unit = ((u8 *)at - region) / DAXFS_UNIT;
		     unit <= (u64)((u8 *)at + bytes - 1 - region) / DAXFS_UNIT; unit++)
			dirty[unit] = true;
	if (scheduled && surprises_allowed && inside(at) && store_count[self] < STORES &&
	    heap_used[self] + 2 * bytes <= sizeof(heap[0])) {
		struct store *store = &stores[self][store_count[self]++];

		*store = (struct store){ at, bytes, heap[self] + heap_used[self],
					 heap[self] + heap_used[self] + bytes };
		heap_used[self] += 2 * bytes;
		memcpy(store->old, at, bytes);
		memcpy(store->new, from, bytes);
	}
	memcpy(at, from, bytes);
}

/* The host is interrupted: its latest stores may be hidden from the others. */
void region_leave(int thread)
{
	hidden_from[thread] = store_count[thread];
	if (!surprises_left || !store_count[thread])
		return;
	switch (schedule_choose(store_count[thread] > 1 ? 3 : 2)) {
	case 0:
		return;
	case 1:
		hidden_from[thread] = 0;
		break;
	default:
		hidden_from[thread] = store_count[thread] - 1;
	}
	surprises_left--;
	for (int i = store_count[thread] - 1; i >= hidden_from[thread]; i--)
		memcpy(stores[thread][i].at, stores[thread][i].old, stores[thread][i].bytes);
}

void region_enter(int thread)
{
	for (int i = hidden_from[thread]; i < store_count[thread]; i++)
		memcpy(stores[thread][i].at, stores[thread][i].new, stores[thread][i].bytes);
	store_count[thread] = 0;
	heap_used[thread] = 0;
}

u64 region_load(const struct daxfs_word *word)
{
	point(word, false, false);
	trace("load", word, word->raw, 0, __builtin_return_address(0));
	return word->raw;
}

void region_store(struct daxfs_word *word, u64 value)
{
	point(word, false, true);
	trace("store", word, value, 0, __builtin_return_address(0));
	put(&word->raw, &value, 8);
}

/*
 * Nobody else can reach the word, so it is no point. But a host that reached it in another
 * life meets what is stored here.
 */
void region_init(struct daxfs_word *word, u64 value)
{
	if (scheduled && inside(word)) {
		used_by[word - (struct daxfs_word *)region] |= 1 << schedule_self();
		changed_by[word - (struct daxfs_word *)region] |= 1 << schedule_self();
	}
	put(&word->raw, &value, 8);
}

u64 region_cas(struct daxfs_word *word, u64 old, u64 new)
{
	u64 seen;

	point(word, false, true);
	settle();
	seen = word->raw;
	trace(seen == old ? "cas" : "miss", word, old, new, __builtin_return_address(0));
	if (seen == old)
		put(&word->raw, &new, 8);
	settle();
	return seen;
}

u64 region_add(struct daxfs_word *word, u64 value)
{
	u64 seen, sum;

	point(word, false, true);
	settle();
	seen = word->raw;
	sum = seen + value;
	put(&word->raw, &sum, 8);
	settle();
	return seen;
}

void region_fence(void)
{
	settle();
}

void region_copy(void *to, const void *from, size_t bytes)
{
	if (!bytes)
		return;
	point(from, true, false);
	point(to, true, true);
	put(to, from, bytes);
}

void region_zero(void *at, size_t bytes)
{
	static const u8 zeroes[DAXFS_UNIT];

	for (size_t done = 0, part; done < bytes; done += part) {
		part = bytes - done < DAXFS_UNIT ? bytes - done : DAXFS_UNIT;
		point((u8 *)at + done, true, true);
		put((u8 *)at + done, zeroes, part);
	}
}
