// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and writes, a run at a time: pages that lie together are copied at once, after
 * one look at their node.
 */
#include "core.h"

/* Runs that one call looks at: a file of 16 TiB may be one hole. */
#define DAXFS_SEEK_RUNS		1024u

static u32 daxfs_in_page(u64 pos)
{
	return pos & (DAXFS_UNIT - 1);
}

static u32 daxfs_page_index(u64 pos)
{
	return pos >> DAXFS_UNIT_SHIFT & (DAXFS_FANOUT - 1);
}

static u64 daxfs_min(u64 a, u64 b)
{
	return a < b ? a : b;
}

u64 daxfs_size(struct daxfs_inode *inode, struct daxfs *fs)
{
	struct daxfs_cell *cell = daxfs_cell_at(fs, inode, daxfs_load(&inode->cell));

	return cell ? daxfs_load(&cell->size) & DAXFS_SIZE_BYTES : 0;
}

/* How many words from `index` on lead to units that lie together, or to holes. */
static u32 daxfs_together(struct daxfs_word *words, u32 index, u32 end, u64 first)
{
	u32 count = 1;

	/* What leads to a page is its unit and nothing else. */
	if (!daxfs_is_hole(first)) {
		while (index + count < end && daxfs_load(&words[index + count]) == first + count)
			count++;
		return count;
	}
	for (; index + count < end; count++) {
		u64 word = daxfs_load(&words[index + count]);

		if (!daxfs_is_hole(word) || (word ^ first) & DAXFS_REF_SEALED)
			break;
	}
	return count;
}

/* Pages of bytes at pos within one node, and how many of them `bytes` needs. */
static u32 daxfs_pages_end(u64 pos, u64 bytes)
{
	u64 pages = (daxfs_in_page(pos) + bytes + DAXFS_UNIT - 1) >> DAXFS_UNIT_SHIFT;

	return daxfs_min(daxfs_page_index(pos) + pages, DAXFS_FANOUT);
}

static void daxfs_run_span(struct daxfs_run *run, u32 pages, u64 bytes)
{
	run->pages = pages;
	run->bytes = daxfs_min(bytes, ((u64)pages << DAXFS_UNIT_SHIFT) - run->skip);
}

/* Field by field: clearing it first would cost more than the look at the map. */
static inline void daxfs_run_init(struct daxfs_run *run, struct daxfs_inode *inode, u64 pos)
{
	run->at = NULL;
	run->bytes = 0;
	run->pos = pos;
	run->inode = inode;
	run->first = 0;
	run->pages = 0;
	run->skip = daxfs_in_page(pos);
	run->fresh = false;
}

static inline int daxfs_run_at(struct daxfs *fs, struct daxfs_run *run)
{
	if (!daxfs_in_pool(fs, run->first) || !daxfs_in_pool(fs, run->first + run->pages - 1))
		return -EUCLEAN;
	run->at = (u8 *)daxfs_at(fs, run->first) + run->skip;
	return 0;
}

int daxfs_read_begin(struct daxfs_call *call, struct daxfs_inode *inode, u64 pos, u64 bytes,
		     struct daxfs_run *run)
{
	struct daxfs *fs = call->fs;
	u32 index = daxfs_page_index(pos);
	u64 size, root, first;
	int err;

	daxfs_run_init(run, inode, pos);
	run->cell = daxfs_cell_at(fs, inode, daxfs_load(&inode->cell));
	if (!run->cell)
		return -EUCLEAN;
	size = daxfs_load(&run->cell->size) & DAXFS_SIZE_BYTES;
	if (pos >= size)
		return 0;
	bytes = daxfs_min(bytes, size - pos);
	root = daxfs_load(&run->cell->root) & ~DAXFS_REF_SEALED;
	run->words = daxfs_map_find(fs, daxfs_ino(fs, inode), root, pos >> DAXFS_UNIT_SHIFT,
				    &run->node, &err);
	if (err)
		return err;
	if (!run->words) {
		daxfs_run_span(run, DAXFS_FANOUT - index, bytes);
		return run->bytes;
	}
	first = daxfs_load(&run->words[index]);
	daxfs_run_span(run, daxfs_together(run->words, index, daxfs_pages_end(pos, bytes), first),
		       bytes);
	run->first = daxfs_ref_unit(first);
	if (run->first)
		err = daxfs_run_at(fs, run);
	return err ? err : (int)run->bytes;
}

int daxfs_read_end(struct daxfs_call *call, struct daxfs_run *run)
{
	struct daxfs_cell *now;

	/* Pairs with the CAS that registers a state: what was copied is older than this look. */
	daxfs_order();
	/* A fenced host's pin holds nothing, so what it copied may be another file's. */
	if (!daxfs_alive(call->fs))
		return -ESTALE;
	if (!daxfs_cell_changed(call->fs, run->inode, run->cell, run->pos, run->pos + run->bytes,
				false))
		return 0;
	return daxfs_cell_now(call, run->inode, &now) ?: -EAGAIN;
}

/* Pages from byte `end` on. */
static void daxfs_zero_end(struct daxfs *fs, u64 first, u32 pages, u64 end)
{
	u64 bytes = (u64)pages << DAXFS_UNIT_SHIFT;

	if (end < bytes)
		daxfs_zero((u8 *)daxfs_at(fs, first) + end, bytes - end);
}

/* The pages of a run that nobody sees yet, zero where the caller will not store. */
static int daxfs_run_fresh(struct daxfs *fs, struct daxfs_run *run, u32 pages, u64 bytes)
{
	u32 index = daxfs_page_index(run->pos);
	u64 before = index ? daxfs_ref_unit(daxfs_load(&run->words[index - 1])) : 0, end;

	pages = daxfs_page_alloc(fs, daxfs_ino(fs, run->inode), index, before, pages, &run->first);
	if (!pages)
		return -ENOSPC;
	run->fresh = true;
	daxfs_run_span(run, pages, bytes);
	end = run->skip + run->bytes;
	if (run->skip)
		daxfs_zero(daxfs_at(fs, run->first), run->skip);
	daxfs_zero_end(fs, run->first, pages, end);
	return daxfs_run_at(fs, run);
}

int daxfs_write_begin(struct daxfs_call *call, struct daxfs_inode *inode, u64 pos, u64 bytes,
		      struct daxfs_run *run)
{
	struct daxfs *fs = call->fs;
	u32 index = daxfs_page_index(pos), pages;
	u64 first;
	int err;

	if (pos >= DAXFS_SIZE_MAX)
		return -EFBIG;
	daxfs_run_init(run, inode, pos);
	bytes = daxfs_min(bytes, DAXFS_SIZE_MAX - pos);
	err = daxfs_cell_now(call, inode, &run->cell);
	if (err)
		return err;
	run->words = daxfs_map_make(call, daxfs_ino(fs, inode), &run->cell->root,
				    pos >> DAXFS_UNIT_SHIFT, false, &run->node, &err);
	first = run->words ? daxfs_load(&run->words[index]) : 0;
	if (first & DAXFS_REF_SEALED)
		err = -EAGAIN;
	/* Sealed without a change that is registered: no host did that. */
	if (err == -EAGAIN && !daxfs_load(&run->cell->next))
		return -EUCLEAN;
	if (err)
		return err;
	pages = daxfs_together(run->words, index, daxfs_pages_end(pos, bytes), first);
	if (daxfs_is_hole(first)) {
		err = daxfs_run_fresh(fs, run, pages, bytes);
	} else {
		run->first = daxfs_ref_unit(first);
		daxfs_run_span(run, pages, bytes);
		err = daxfs_run_at(fs, run) ?:
		      daxfs_name_and_look(call, DAXFS_INTENT_STORE, daxfs_ino(fs, inode),
					  run->first, pages, daxfs_cell_ref(fs, inode, run->cell));
	}
	return err ? err : (int)run->bytes;
}

/* Publishes the first pages of a fresh run; returns how many. The others are dropped. */
static u32 daxfs_run_publish(struct daxfs *fs, struct daxfs_run *run, u32 pages)
{
	u32 index = daxfs_page_index(run->pos), done = 0;

	for (; done < pages; done++) {
		struct daxfs_word *word = &run->words[index + done];
		u64 there;

		daxfs_unit_live(fs, run->first + done);
		there = daxfs_load(word);
		if (!daxfs_is_hole(there) || (there & DAXFS_REF_SEALED))
			break;
		/* A fence changes the hole after this look, and finds the unit live. */
		if (!daxfs_alive(fs) || !daxfs_swap(word, there, run->first + done))
			break;
	}
	for (u32 i = done; i < run->pages; i++)
		daxfs_unit_retire(fs, run->first + i, NULL);
	daxfs_add(&run->inode->pages, done);
	return done;
}

/* Only grows within a state. */
static void daxfs_raise(struct daxfs_cell *cell, u64 end)
{
	u64 size = daxfs_load(&cell->size);

	while ((size & DAXFS_SIZE_BYTES) < end) {
		u64 seen = daxfs_cas(&cell->size, size, (size & ~DAXFS_SIZE_BYTES) | end);

		if (seen == size)
			break;
		size = seen;
	}
}

/* After the stores: whether they are part of every state to come. */
static int daxfs_write_stands(struct daxfs_call *call, struct daxfs_run *run, u64 end)
{
	struct daxfs_cell *now;
	int err;

	/* Pairs with the CAS that registers a state: it sees the stores, or this sees it. */
	daxfs_fence();
	if (!daxfs_load(&run->cell->next))
		return daxfs_alive(call->fs) ? 0 : -ESTALE;
	err = daxfs_cell_now(call, run->inode, &now);
	if (err)
		return err;
	if (!daxfs_alive(call->fs))
		return -ESTALE;
	return daxfs_cell_changed(call->fs, run->inode, run->cell, run->pos, end, true) ? -EAGAIN :
											  0;
}

static int daxfs_fresh_end(struct daxfs_call *call, struct daxfs_run *run, u64 bytes, u64 *done)
{
	struct daxfs *fs = call->fs;
	u32 pages = (run->skip + bytes + DAXFS_UNIT - 1) >> DAXFS_UNIT_SHIFT;
	u64 end = run->skip + bytes;
	int err;

	if (!bytes)
		pages = 0;
	/* What the caller meant to store and did not. */
	daxfs_zero_end(fs, run->first, pages, end);
	err = daxfs_name_and_look(call, DAXFS_INTENT_PUBLISH, daxfs_ino(fs, run->inode), run->node,
				  (u64)pages << 32 | daxfs_page_index(run->pos),
				  daxfs_cell_ref(fs, run->inode, run->cell));
	if (err)
		return err;
	pages = daxfs_run_publish(fs, run, pages);
	*done = pages ? daxfs_min(bytes, ((u64)pages << DAXFS_UNIT_SHIFT) - run->skip) : 0;
	return 0;
}

int daxfs_write_end(struct daxfs_call *call, struct daxfs_run *run, u64 bytes)
{
	int err = 0;

	if (run->fresh)
		err = daxfs_fresh_end(call, run, bytes, &bytes);
	if (err)
		return err;
	if (!bytes)
		return -EAGAIN;
	daxfs_raise(run->cell, run->pos + bytes);
	err = daxfs_write_stands(call, run, run->pos + bytes);
	return err ? err : (int)bytes;
}

/* The pages of a run that is a hole, with zeroes; returns how many there are then. */
static int daxfs_hole_fill(struct daxfs_call *call, struct daxfs_run *run)
{
	u64 done = run->bytes;
	int err;

	daxfs_zero(run->at, run->bytes);
	err = daxfs_fresh_end(call, run, run->bytes, &done);
	if (!err && !done)
		err = -EAGAIN;
	if (!err)
		err = daxfs_write_stands(call, run, run->pos);
	return err ? err : (int)(done >> DAXFS_UNIT_SHIFT);
}

int daxfs_pages_make(struct daxfs_call *call, struct daxfs_inode *inode, u64 page, u64 want,
		     u64 *unit)
{
	struct daxfs_run run __uninitialized;
	int err = daxfs_write_begin(call, inode, page << DAXFS_UNIT_SHIFT,
				    want << DAXFS_UNIT_SHIFT, &run);

	if (err < 0)
		return err;
	*unit = run.first;
	return run.fresh ? daxfs_hole_fill(call, &run) : (int)run.pages;
}

int daxfs_page(struct daxfs_call *call, struct daxfs_inode *inode, u64 page, bool make, u64 *unit)
{
	struct daxfs_run run __uninitialized;
	int err;

	*unit = 0;
	if (make) {
		err = daxfs_pages_make(call, inode, page, 1, unit);
	} else {
		err = daxfs_read_begin(call, inode, page << DAXFS_UNIT_SHIFT, 1, &run);
		if (err > 0)
			*unit = run.first;
	}
	return err < 0 ? err : 0;
}

int daxfs_chunk(struct daxfs_call *call, struct daxfs_inode *inode, u64 page, bool make, u64 *unit)
{
	u64 bytes = (u64)DAXFS_FANOUT << DAXFS_UNIT_SHIFT;
	struct daxfs_run run __uninitialized;
	int err = daxfs_read_begin(call, inode, page << DAXFS_UNIT_SHIFT, bytes, &run);

	if (err >= 0 && run.bytes < bytes)
		return -ERANGE;
	if (err < 0)
		return err;
	if (run.first) {
		*unit = run.first;
		err = daxfs_read_end(call, &run);
		return err ?: *unit % DAXFS_FANOUT ? -ERANGE : 0;
	}
	if (!make)
		return -ERANGE;
	err = daxfs_write_begin(call, inode, page << DAXFS_UNIT_SHIFT, bytes, &run);
	if (err < 0)
		return err;
	*unit = run.first;
	if (run.pages < DAXFS_FANOUT || *unit % DAXFS_FANOUT) {
		if (run.fresh)
			daxfs_run_publish(call->fs, &run, 0);
		return -ERANGE;
	}
	err = run.fresh ? daxfs_hole_fill(call, &run) : (int)run.pages;
	return err < 0 ? err : err < (int)DAXFS_FANOUT ? -EAGAIN : 0;
}

int daxfs_seek(struct daxfs_call *call, struct daxfs_inode *inode, u64 *pos, bool data)
{
	struct daxfs_run run __uninitialized;

	for (u32 i = 0; i < DAXFS_SEEK_RUNS; i++) {
		int err = daxfs_read_begin(call, inode, *pos, DAXFS_FANOUT * DAXFS_UNIT, &run);

		if (err < 0)
			return err;
		if (!err)
			return data || *pos > daxfs_size(inode, call->fs) ? -ENXIO : 0;
		if (!!run.first == data)
			return daxfs_read_end(call, &run);
		*pos += run.bytes;
	}
	return -EAGAIN;
}
