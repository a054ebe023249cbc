// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pool: a word a unit, which says what the unit is. FREE, or RETIRED two epochs ago,
 * becomes PRIVATE by CAS; whoever succeeds has it. That the word was FREE before and is
 * FREE again harms nobody: it is free. RETIRED holds an epoch and does not come back
 * within two.
 */
#include "core.h"

static bool daxfs_unit_usable(u64 word, u64 epoch)
{
	if (daxfs_state_of(word) == DAXFS_FREE)
		return true;
	return daxfs_state_of(word) == DAXFS_RETIRED && daxfs_value_of(word) + 2 <= epoch;
}

static void daxfs_count_used(struct daxfs *fs, u64 units)
{
	daxfs_add(&daxfs_host(fs, fs->host)->used, units);
}

static bool daxfs_unit_take(struct daxfs *fs, u64 unit, u64 tag, u64 owner, u64 epoch)
{
	struct daxfs_unit *entry = daxfs_unit(fs, unit);
	u64 word = daxfs_load(&entry->word);

	if (!daxfs_unit_usable(word, epoch) || !daxfs_swap(&entry->word, word, tag))
		return false;
	daxfs_init(&entry->owner, owner);
	return true;
}

/* Looks from `unit` to `end`; takes the first and those that follow it. */
static u64 daxfs_unit_search(struct daxfs *fs, u64 unit, u64 end, u64 tag, u64 owner, u64 want,
			     u64 *first)
{
	u64 epoch = daxfs_load(&daxfs_super(fs)->epoch);
	u64 got = 0;

	for (; unit < end && got < want; unit++) {
		if (daxfs_unit_take(fs, unit, tag, owner, epoch)) {
			if (!got)
				*first = unit;
			got++;
		} else if (got) {
			break;
		}
	}
	return got;
}

u64 daxfs_unit_alloc(struct daxfs *fs, enum daxfs_kind kind, u64 owner, u64 want, bool urgent,
		     u64 *first)
{
	u64 tag = daxfs_own_tag(fs, kind);
	u64 end = fs->units - 1, common = end - DAXFS_RESERVE;
	u64 hint = daxfs_peek(&fs->hint);
	u64 got;

	if (hint < fs->pool || hint >= common)
		hint = fs->pool;
	got = daxfs_unit_search(fs, hint, common, tag, owner, want, first);
	if (!got)
		got = daxfs_unit_search(fs, fs->pool, hint, tag, owner, want, first);
	if (!got && urgent)
		got = daxfs_unit_search(fs, common, end, tag, owner, want, first);
	if (!got)
		return 0;
	daxfs_init(&fs->hint, *first + got);
	daxfs_count_used(fs, got);
	return got;
}

void daxfs_unit_live(struct daxfs *fs, u64 unit)
{
	struct daxfs_word *word = &daxfs_unit(fs, unit)->word;
	u64 tag = daxfs_load(word);

	if (daxfs_state_of(tag) == DAXFS_PRIVATE)
		daxfs_cas(word, tag, daxfs_tag(DAXFS_LIVE, daxfs_kind_of(tag), 0, 0));
}

/*
 * This host counts too: its change may be carried out by a call that has not unmapped
 * anything. Who changes what it maps itself takes its translations and its bit away first.
 */
static bool daxfs_is_mapped(u64 word, struct daxfs_inode *inode)
{
	return inode && daxfs_kind_of(word) == DAXFS_KIND_DATA && daxfs_load(&inode->mappers);
}

void daxfs_unit_retire(struct daxfs *fs, u64 unit, struct daxfs_inode *inode)
{
	struct daxfs_word *word = &daxfs_unit(fs, unit)->word;

	for (;;) {
		u64 tag = daxfs_load(word), fate;

		if (daxfs_state_of(tag) != DAXFS_LIVE && daxfs_state_of(tag) != DAXFS_PRIVATE)
			return;
		fate = daxfs_fate(fs, tag);
		if (daxfs_state_of(fate) == DAXFS_RETIRED && daxfs_is_mapped(tag, inode))
			fate = daxfs_tag(DAXFS_HELD, daxfs_kind_of(tag), 0, 0);
		if (daxfs_swap(word, tag, fate))
			break;
	}
	daxfs_count_used(fs, -1ULL);
	daxfs_count_retired(fs);
}
