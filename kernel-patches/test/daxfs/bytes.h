/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The named operations on real threads. Bytes of pages are copied by atomic accesses, for
 * in them hosts may meet as threads meet in a mapping; that a reader gets none that are
 * not the file's is what the test looks at.
 */
#ifndef BYTES_H
#define BYTES_H

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

/* Words as words, so that what is stored as one is read as one. */
static inline void daxfs_copy(void *to, const void *from, size_t bytes)
{
	size_t i = 0;

	for (; i + 8 <= bytes && !((u64)to % 8) && !((u64)from % 8); i += 8)
		__atomic_store_n((u64 *)((u8 *)to + i),
				 __atomic_load_n((u64 *)((u8 *)from + i), __ATOMIC_RELAXED),
				 __ATOMIC_RELAXED);
	for (; i < bytes; i++)
		__atomic_store_n((u8 *)to + i,
				 __atomic_load_n((u8 *)from + i, __ATOMIC_RELAXED),
				 __ATOMIC_RELAXED);
}

static inline void daxfs_zero(void *at, size_t bytes)
{
	size_t i = 0;

	for (; i + 8 <= bytes && !((u64)at % 8); i += 8)
		__atomic_store_n((u64 *)((u8 *)at + i), 0, __ATOMIC_RELAXED);
	for (; i < bytes; i++)
		__atomic_store_n((u8 *)at + i, 0, __ATOMIC_RELAXED);
}

#endif
