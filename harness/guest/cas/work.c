// SPDX-License-Identifier: GPL-2.0-only
#include "work.h"

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
	case OP_KINDS:
		step_kinds(party->shared, &done->kinds);
		/* By the word that is added to as well it is known how often hosts met. */
		/* fallthrough */
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

/* A host that has met the others often enough goes on until they have too, because alone they never would. */
static bool finished(const struct party *party, const struct plan *plan, const struct done *done,
		     uint64_t elapsed_ns)
{
	return done->acknowledged >= plan->ops && done->contended >= plan->contended &&
	       elapsed_ns >= plan->run_ns && (!plan->contended || all_content(party));
}

void work(const struct party *party, const struct plan *plan, struct done *done)
{
	static uint64_t expected[MOST_WORDS];
	uint32_t random = party->host * 2654435761u;
	uint64_t start = now_ns(), now = start;

	begin_kinds(&done->kinds, party->host, plan->stock);
	while (!finished(party, plan, done, now - start)) {
		unsigned int word = next_word(party, plan, &random);
		bool timed = done->acknowledged % plan->timed_one_in == 0;
		uint64_t before;

		if (timed)
			now = now_ns();
		if (now > party->deadline_ns || !operate(party, plan, done, word, &before)) {
			done->gave_up = true;
			break;
		}
		if (timed)
			add_time(&done->latency, now_ns() - now);
		done->acknowledged++;
		done->contended += before != expected[word];
		expected[word] = before + 1;
	}
	done->elapsed_ns = now_ns() - start;
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
