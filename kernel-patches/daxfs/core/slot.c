// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots: small things, several in a unit, each with a word like a unit's. A unit that
 * holds slots of a kind does so for ever.
 */
#include "core.h"

/* How far to look for a unit with a free slot before taking another unit. */
#define DAXFS_SLAB_LOOK		256u

const u16 daxfs_slot_sizes[16] = {
	[DAXFS_KIND_INODES] = sizeof(struct daxfs_inode),
	[DAXFS_KIND_CELLS] = sizeof(struct daxfs_cell),
	[DAXFS_KIND_ENTRIES] = DAXFS_ENTRY_SHORT,
	[DAXFS_KIND_LONG] = DAXFS_ENTRY_LONG,
	[DAXFS_KIND_TXNS] = sizeof(struct daxfs_txn),
};

static struct daxfs_word *daxfs_slot_word(struct daxfs *fs, u64 ref, u32 size)
{
	return (struct daxfs_word *)((u8 *)daxfs_at(fs, daxfs_ref_unit(ref)) +
				     daxfs_ref_slot(ref) * size);
}

void *daxfs_slot_at(struct daxfs *fs, u64 ref, enum daxfs_kind kind)
{
	u64 unit = daxfs_ref_unit(ref);
	u32 size = daxfs_slot_size(kind);

	if (!daxfs_in_pool(fs, unit) || (daxfs_ref_slot(ref) + 1) * size > DAXFS_UNIT)
		return NULL;
	if (!daxfs_in_use(daxfs_load(&daxfs_unit(fs, unit)->word), kind))
		return NULL;
	return daxfs_slot_word(fs, ref, size);
}

static void daxfs_slot_clear(struct daxfs_word *slot, enum daxfs_kind kind, u32 size)
{
	/* An inode keeps its generation, the second word. */
	u32 kept = kind == DAXFS_KIND_INODES ? 2 : 1;

	for (u32 i = kept; i < size / sizeof(*slot); i++)
		daxfs_init(&slot[i], 0);
}

static bool daxfs_slot_take(struct daxfs *fs, u64 ref, enum daxfs_kind kind, void **at)
{
	u32 size = daxfs_slot_size(kind);
	struct daxfs_word *slot = daxfs_slot_word(fs, ref, size);
	u64 word = daxfs_load(slot);

	if (daxfs_state_of(word) != DAXFS_FREE &&
	    (daxfs_state_of(word) != DAXFS_RETIRED ||
	     daxfs_value_of(word) + 2 > daxfs_load(&daxfs_super(fs)->epoch)))
		return false;
	if (!daxfs_swap(slot, word, daxfs_own_tag(fs, kind)))
		return false;
	daxfs_slot_clear(slot, kind, size);
	*at = slot;
	return true;
}

/* One that this host has retired. */
static bool daxfs_slot_spare(struct daxfs *fs, enum daxfs_kind kind, u64 *ref, void **at)
{
	for (u32 i = 0; i < DAXFS_SPARE; i++) {
		*ref = daxfs_peek(&fs->spare[kind][i]);
		if (*ref && daxfs_slot_take(fs, *ref, kind, at)) {
			daxfs_init(&fs->spare[kind][i], 0);
			return true;
		}
	}
	return false;
}

/* From slot `first` on. */
static bool daxfs_slot_in(struct daxfs *fs, u64 unit, enum daxfs_kind kind, u32 first, u64 *ref,
			  void **at)
{
	u32 count = DAXFS_UNIT / daxfs_slot_size(kind);

	if (!daxfs_in_pool(fs, unit) ||
	    daxfs_load(&daxfs_unit(fs, unit)->word) != daxfs_tag(DAXFS_LIVE, kind, 0, 0))
		return false;
	for (u32 i = first; i < count; i++) {
		*ref = daxfs_ref(unit, i);
		if (daxfs_slot_take(fs, *ref, kind, at))
			return true;
	}
	return false;
}

/* Behind the slot that was found last, in its unit. */
static bool daxfs_slot_next(struct daxfs *fs, enum daxfs_kind kind, u64 *ref, void **at)
{
	u64 last = daxfs_peek(&fs->slab[kind]);

	if (!daxfs_slot_in(fs, daxfs_ref_unit(last), kind, daxfs_ref_slot(last), ref, at))
		return false;
	daxfs_init(&fs->slab[kind], *ref);
	return true;
}

static bool daxfs_slot_look(struct daxfs *fs, enum daxfs_kind kind, u64 far, u64 *ref, void **at)
{
	u64 unit = daxfs_ref_unit(daxfs_peek(&fs->slab[kind]));

	for (u64 i = 0; i < far; i++, unit++) {
		if (!daxfs_in_pool(fs, unit))
			unit = fs->pool;
		if (daxfs_slot_in(fs, unit, kind, 0, ref, at)) {
			daxfs_init(&fs->slab[kind], *ref);
			return true;
		}
	}
	daxfs_init(&fs->slab[kind], unit);
	return false;
}

static bool daxfs_slot_grow(struct daxfs *fs, enum daxfs_kind kind, bool urgent, u64 *ref,
			    void **at)
{
	u64 unit;

	if (!daxfs_unit_alloc(fs, kind, 0, 1, urgent && daxfs_unit_room(fs), &unit))
		return false;
	for (u32 i = 0; i < DAXFS_UNIT / sizeof(struct daxfs_word); i++)
		daxfs_init((struct daxfs_word *)daxfs_at(fs, unit) + i, 0);
	daxfs_unit_live(fs, unit);
	daxfs_init(&fs->slab[kind], unit);
	return daxfs_slot_in(fs, unit, kind, 0, ref, at);
}

int daxfs_slot_alloc(struct daxfs *fs, enum daxfs_kind kind, bool urgent, u64 *ref, void **at)
{
	if (daxfs_slot_spare(fs, kind, ref, at) || daxfs_slot_next(fs, kind, ref, at) ||
	    daxfs_slot_look(fs, kind, DAXFS_SLAB_LOOK, ref, at) ||
	    daxfs_slot_grow(fs, kind, urgent, ref, at) ||
	    daxfs_slot_look(fs, kind, fs->units - fs->pool, ref, at))
		return 0;
	*ref = 0;
	return -ENOSPC;
}

void daxfs_slot_live(struct daxfs *fs, u64 ref, enum daxfs_kind kind)
{
	daxfs_cas(daxfs_slot_word(fs, ref, daxfs_slot_size(kind)), daxfs_own_tag(fs, kind),
		  daxfs_tag(DAXFS_LIVE, kind, 0, 0));
}

void daxfs_slot_retire(struct daxfs *fs, u64 ref, enum daxfs_kind kind)
{
	struct daxfs_word *slot = daxfs_slot_word(fs, ref, daxfs_slot_size(kind));

	for (;;) {
		u64 word = daxfs_load(slot);

		if (!daxfs_in_use(word, kind))
			return;
		if (daxfs_swap(slot, word, daxfs_fate(fs, word)))
			break;
	}
	daxfs_init(&fs->spare[kind][daxfs_peek(&fs->retired) % DAXFS_SPARE], ref);
	daxfs_count_retired(fs);
}
