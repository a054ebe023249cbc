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

struct daxfs_want {
	u64 tag;
	u64 owner;
	u64 units;
	u64 epoch;
};

static bool daxfs_unit_take(struct daxfs *fs, u64 unit, const struct daxfs_want *want)
{
	struct daxfs_unit *entry = daxfs_unit(fs, unit);
	u64 word = daxfs_load(&entry->word);

	if (!daxfs_unit_usable(word, want->epoch) || !daxfs_swap(&entry->word, word, want->tag))
		return false;
	daxfs_init(&entry->owner, want->owner);
	return true;
}

/* Takes units from `unit` on, until one is not to be had. */
static u64 daxfs_unit_run(struct daxfs *fs, u64 unit, u64 end, const struct daxfs_want *want)
{
	u64 got = 0;

	while (got < want->units && unit + got < end && daxfs_unit_take(fs, unit + got, want))
		got++;
	return got;
}

/* Looks from `unit` to `end`; takes the first and those that follow it. */
static u64 daxfs_unit_search(struct daxfs *fs, u64 unit, u64 end, const struct daxfs_want *want,
			     u64 *first)
{
	u64 got = 0;

	for (; unit < end && !got; unit++) {
		*first = unit;
		got = daxfs_unit_run(fs, unit, end, want);
	}
	return got;
}

/* What anybody may take ends here. */
static u64 daxfs_common_end(const struct daxfs *fs)
{
	return fs->units - 1 - DAXFS_RESERVE;
}

static u64 daxfs_unit_find(struct daxfs *fs, const struct daxfs_want *want, bool urgent,
			   u64 *first)
{
	u64 common = daxfs_common_end(fs), hint = daxfs_peek(&fs->hint), got;

	*first = 0;
	if (!want->units)
		return 0;
	if (hint < fs->pool || hint >= common)
		hint = fs->pool;
	got = daxfs_unit_search(fs, hint, common, want, first);
	if (!got)
		got = daxfs_unit_search(fs, fs->pool, hint, want, first);
	if (!got && urgent)
		got = daxfs_unit_search(fs, common, fs->units - 1, want, first);
	if (got)
		daxfs_init(&fs->hint, *first + got);
	else
		*first = 0;
	return got;
}

/* How many units are to be had, as far as `most`. */
static u64 daxfs_unit_left(struct daxfs *fs, u64 epoch, u64 most)
{
	u64 unit = daxfs_peek(&fs->hint), left = 0;

	for (u64 i = fs->pool; i < fs->units - 1 && left < most; i++, unit++) {
		if (!daxfs_in_pool(fs, unit))
			unit = fs->pool;
		left += daxfs_unit_usable(daxfs_peek(&daxfs_unit(fs, unit)->word), epoch);
	}
	return left;
}

bool daxfs_unit_room(struct daxfs *fs)
{
	u64 epoch = daxfs_load(&daxfs_super(fs)->epoch), most = DAXFS_RESERVE / 2;

	return daxfs_unit_left(fs, epoch, most) == most;
}

/*
 * How many of the units that it wants anybody may take. Once the reserve is in use, which
 * begins with its first unit, as many others take its place.
 */
static u64 daxfs_unit_common(struct daxfs *fs, u64 epoch, u64 want)
{
	u64 left;

	if (daxfs_unit_usable(daxfs_peek(&daxfs_unit(fs, daxfs_common_end(fs))->word), epoch))
		return want;
	left = daxfs_unit_left(fs, epoch, want + DAXFS_RESERVE);
	return left > DAXFS_RESERVE ? left - DAXFS_RESERVE : 0;
}

u64 daxfs_unit_alloc(struct daxfs *fs, enum daxfs_kind kind, u64 owner, u64 want, bool urgent,
		     u64 *first)
{
	u64 epoch = daxfs_load(&daxfs_super(fs)->epoch), got;
	struct daxfs_want units = {
		.tag = daxfs_own_tag(fs, kind), .owner = owner, .epoch = epoch,
		.units = urgent ? want : daxfs_unit_common(fs, epoch, want),
	};

	got = daxfs_unit_find(fs, &units, urgent, first);
	if (got)
		daxfs_count_used(fs, got);
	return got;
}

static bool daxfs_chunk_usable(struct daxfs *fs, u64 first, u64 epoch)
{
	for (u32 i = 0; i < DAXFS_FANOUT; i++)
		if (!daxfs_unit_usable(daxfs_load(&daxfs_unit(fs, first + i)->word), epoch))
			return false;
	return true;
}

/*
 * The first unit of a chunk that nobody uses, or 0. They are taken from the pool's end
 * down, while small things fill it from its beginning.
 */
static u64 daxfs_chunk_find(struct daxfs *fs, u64 epoch)
{
	u64 low = fs->pool / DAXFS_FANOUT + 1, high = daxfs_common_end(fs) / DAXFS_FANOUT;
	u64 chunk = daxfs_peek(&fs->chunk);

	for (u32 i = 0; i < DAXFS_CHUNKS_SEEN && low < high; i++) {
		chunk = chunk <= low || chunk > high ? high - 1 : chunk - 1;
		daxfs_init(&fs->chunk, chunk);
		if (daxfs_chunk_usable(fs, chunk * DAXFS_FANOUT, epoch))
			return chunk * DAXFS_FANOUT;
	}
	return 0;
}

u64 daxfs_page_alloc(struct daxfs *fs, u64 owner, u32 index, u64 before, u64 want, u64 *first)
{
	u64 epoch = daxfs_load(&daxfs_super(fs)->epoch), chunk, got = 0;
	struct daxfs_want units = {
		.tag = daxfs_own_tag(fs, DAXFS_KIND_DATA), .owner = owner, .epoch = epoch,
		.units = daxfs_unit_common(fs, epoch, want),
	};

	*first = before + 1;
	if (!daxfs_in_pool(fs, before) && want >= DAXFS_LARGE) {
		chunk = daxfs_chunk_find(fs, epoch);
		*first = chunk ? chunk + index : 0;
	}
	if (daxfs_in_pool(fs, *first))
		got = daxfs_unit_run(fs, *first, daxfs_common_end(fs), &units);
	if (!got)
		got = daxfs_unit_find(fs, &units, false, first);
	if (got)
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
