/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every access to memory that another host may change goes through these operations.
 * A struct daxfs_word can be reached in no other way. The explorer replaces this file's
 * second half by one that may stop a host at any operation.
 *
 * daxfs_load() is an acquire, daxfs_store() a release, daxfs_cas() and daxfs_add() are
 * full barriers, daxfs_fence() is one by itself, daxfs_order() keeps loads in order with
 * loads and stores with stores. daxfs_init() is for memory that nobody
 * else can reach yet: the operation that publishes it orders it.
 */
#ifndef DAXFS_OPS_H
#define DAXFS_OPS_H

#include "types.h"

/* Eight bytes, aligned, little-endian. */
struct daxfs_word {
	u64 raw;
};

#ifdef DAXFS_TEST_OPS
#include DAXFS_TEST_OPS
#else

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the format is little-endian, and words are used in place"
#endif

#ifdef __KERNEL__

#include <asm/barrier.h>
#include <linux/compiler.h>

static inline u64 daxfs_load(const struct daxfs_word *word)
{
	return smp_load_acquire(&word->raw);
}

/* A hint of this host alone, or a guess: any value will do, so nothing orders it. */
static inline u64 daxfs_peek(const struct daxfs_word *word)
{
	return READ_ONCE(word->raw);
}

static inline void daxfs_store(struct daxfs_word *word, u64 value)
{
	smp_store_release(&word->raw, value);
}

static inline void daxfs_init(struct daxfs_word *word, u64 value)
{
	WRITE_ONCE(word->raw, value);
}

/*
 * The kernel's own LOCK prefixes are patched away while one CPU is present, and another
 * host's CPUs do not count. Hence the prefix is written out here.
 */
static inline u64 daxfs_cas(struct daxfs_word *word, u64 old, u64 new)
{
	u64 seen = old;

	asm volatile("lock; cmpxchgq %2, %1"
		     : "+a" (seen), "+m" (word->raw)
		     : "r" (new)
		     : "memory", "cc");
	return seen;
}

static inline u64 daxfs_add(struct daxfs_word *word, u64 value)
{
	asm volatile("lock; xaddq %0, %1"
		     : "+r" (value), "+m" (word->raw)
		     :
		     : "memory", "cc");
	return value;
}

/* A locked operation on the stack orders what mfence orders for write-back memory. */
static inline void daxfs_fence(void)
{
	asm volatile("lock; addl $0, -4(%%rsp)" : : : "memory", "cc");
}

static inline void daxfs_order(void)
{
	barrier();
}

#else

static inline u64 daxfs_load(const struct daxfs_word *word)
{
	return __atomic_load_n(&word->raw, __ATOMIC_ACQUIRE);
}

static inline u64 daxfs_peek(const struct daxfs_word *word)
{
	return __atomic_load_n(&word->raw, __ATOMIC_RELAXED);
}

static inline void daxfs_store(struct daxfs_word *word, u64 value)
{
	__atomic_store_n(&word->raw, value, __ATOMIC_RELEASE);
}

static inline void daxfs_init(struct daxfs_word *word, u64 value)
{
	__atomic_store_n(&word->raw, value, __ATOMIC_RELAXED);
}

static inline u64 daxfs_cas(struct daxfs_word *word, u64 old, u64 new)
{
	__atomic_compare_exchange_n(&word->raw, &old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return old;
}

static inline u64 daxfs_add(struct daxfs_word *word, u64 value)
{
	return __atomic_fetch_add(&word->raw, value, __ATOMIC_SEQ_CST);
}

static inline void daxfs_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void daxfs_order(void)
{
	__atomic_thread_fence(__ATOMIC_ACQ_REL);
}

#endif

/* Bytes of pages: plain accesses, in which hosts may meet as threads meet in a mapping. */
static inline void daxfs_copy(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
}

static inline void daxfs_zero(void *at, size_t bytes)
{
	memset(at, 0, bytes);
}

#endif

static inline bool daxfs_swap(struct daxfs_word *word, u64 old, u64 new)
{
	return daxfs_cas(word, old, new) == old;
}

#endif
