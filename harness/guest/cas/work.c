// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include "work.h"

/* Every so many operations one is timed, and the clock looked at. */
#define SAMPLED_ONE_IN 64
#define MOST_SAMPLES 65536

/* A lock that another host holds for so many looks is asked about the time. */
#define PATIENCE 1024

static bool take_lock(const struct party *party, struct done *done)
{
	uint64_t *lock = &party->shared->lock.value;
	unsigned int looks = 0;

	for (;;) {
		uint64_t free = 0;

		done->attempts++;
		if (__atomic_compare_exchange_n(lock, &free, party->host + 1, false,
						__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			return true;
		if (++looks % PATIENCE == 0 && now_ns() > party->deadline_ns)
			return false;
		__builtin_ia32_pause();
	}
}

/* A plain increment that is right only if the lock is one. */
static bool increment_locked(const struct party *party, struct done *done, uint64_t *before)
{
	uint64_t *guarded = &party->shared->guarded.value;

	if (!take_lock(party, done))
		return false;
	*before = *(volatile uint64_t *)guarded;
	*(volatile uint64_t *)guarded = *before + 1;
	__atomic_store_n(&party->shared->lock.value, 0, __ATOMIC_RELEASE);
	return true;
}

static bool increment_cas(const struct party *party, struct done *done, uint64_t *word,
			  uint64_t *before)
{
	uint64_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);

	do {
		done->attempts++;
		*before = seen;
		if (done->attempts % PATIENCE == 0 && now_ns() > party->deadline_ns)
			return false;
	} while (!__atomic_compare_exchange_n(word, &seen, seen + 1, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	return true;
}

static bool operate(const struct party *party, const struct plan *plan, struct done *done,
		    unsigned int word, uint64_t *before)
{
	uint64_t *value = &party->shared->words[word].value;

	switch (plan->op) {
	case OP_LOCK:
		return increment_locked(party, done, before);
	case OP_ADD:
		done->attempts++;
		*before = __atomic_fetch_add(value, 1, __ATOMIC_SEQ_CST);
		return true;
	default:
		return increment_cas(party, done, value, before);
	}
}

static unsigned int next_word(const struct party *party, const struct plan *plan, uint32_t *random)
{
	if (plan->op == OP_SLOTS)
		return party->host;
	*random = *random * 1664525 + 1013904223;
	return plan->words == 1 ? 0 : (*random >> 16) % plan->words;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void work(const struct party *party, const struct plan *plan, struct done *done)
{
	static uint32_t samples[MOST_SAMPLES];
	static uint64_t expected[MOST_WORDS];
	uint32_t random = party->host * 2654435761u;
	size_t sampled = 0;
	uint64_t start = now_ns();

	while (done->acknowledged < plan->ops || done->contended < plan->contended) {
		unsigned int word = next_word(party, plan, &random);
		bool timed = done->acknowledged % SAMPLED_ONE_IN == 0;
		uint64_t began = timed ? now_ns() : 0, before;

		if (began > party->deadline_ns || !operate(party, plan, done, word, &before)) {
			done->gave_up = true;
			break;
		}
		if (timed)
			samples[sampled++ % MOST_SAMPLES] = now_ns() - began;
		done->acknowledged++;
		done->contended += before != expected[word];
		expected[word] = before + 1;
	}
	done->elapsed_ns = now_ns() - start;

	if (sampled > MOST_SAMPLES)
		sampled = MOST_SAMPLES;
	if (sampled == 0)
		return;
	qsort(samples, sampled, sizeof(*samples), by_size);
	done->latency_ns_p50 = samples[sampled / 2];
	done->latency_ns_p99 = samples[sampled * 99 / 100];
}

uint64_t total(const struct shared *shared, const struct plan *plan)
{
	uint64_t sum = 0;
	int i;

	if (plan->op == OP_LOCK)
		return shared->guarded.value;
	for (i = 0; i < MOST_WORDS; i++)
		sum += shared->words[i].value;
	return sum;
}
