/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The named operations of the explorer: each is a point at which another host may run
 * first, or at which this one stops for ever. A host sees its own stores at once; another
 * one that interrupts it may not see those since its last barrier yet, as on x86.
 */
#ifndef REGION_H
#define REGION_H

#define DAXFS_FANOUT_SHIFT	3
#define DAXFS_LARGE		2u

u64 region_load(const struct daxfs_word *word);
void region_store(struct daxfs_word *word, u64 value);
void region_init(struct daxfs_word *word, u64 value);
u64 region_cas(struct daxfs_word *word, u64 old, u64 new);
u64 region_add(struct daxfs_word *word, u64 value);
void region_fence(void);
void region_copy(void *to, const void *from, size_t bytes);
void region_zero(void *at, size_t bytes);

static inline u64 daxfs_load(const struct daxfs_word *word)
{
	return region_load(word);
}

static inline u64 daxfs_peek(const struct daxfs_word *word)
{
	return word->raw;
}

static inline void daxfs_store(struct daxfs_word *word, u64 value)
{
	region_store(word, value);
}

static inline void daxfs_init(struct daxfs_word *word, u64 value)
{
	region_init(word, value);
}

static inline u64 daxfs_cas(struct daxfs_word *word, u64 old, u64 new)
{
	return region_cas(word, old, new);
}

static inline u64 daxfs_add(struct daxfs_word *word, u64 value)
{
	return region_add(word, value);
}

static inline void daxfs_fence(void)
{
	region_fence();
}

static inline void daxfs_order(void)
{
}

static inline void daxfs_copy(void *to, const void *from, size_t bytes)
{
	region_copy(to, from, bytes);
}

static inline void daxfs_zero(void *at, size_t bytes)
{
	region_zero(at, bytes);
}

#endif
