// SPDX-License-Identifier: GPL-2.0-only
/*
 * The states of a file. The current one, a cell, holds its size and its map. A write
 * stores into pages of the current state, raises its size, and then looks whether another
 * state was registered behind it: if not, it is part of every state to come, because who
 * makes the next one looks at pages and size after it has registered. If so, the write
 * helps, and does itself again where the change concerns its bytes.
 *
 * A change is registered by one CAS of `next`, complete: whoever meets it can carry it
 * out. What two helpers might decide differently (size, map, tail) is decided by a CAS
 * from DAXFS_UNSET, and one CAS of inode->cell makes it the current state.
 */
#include "core.h"

struct daxfs_step {
	struct daxfs_call *call;
	struct daxfs_inode *inode;
	u64 old_ref, new_ref;
	struct daxfs_cell *old, *new;
};

/* Sets a word that is unset; returns what it is then. */
static u64 daxfs_decide(struct daxfs_word *word, u64 value)
{
	u64 seen = daxfs_cas(word, DAXFS_UNSET, value);

	return seen == DAXFS_UNSET ? value : seen;
}

/* The old state's map grows no more; returns its root. */
static u64 daxfs_root_seal(struct daxfs_cell *cell)
{
	u64 root = daxfs_load(&cell->root);

	while (!(root & DAXFS_REF_SEALED)) {
		u64 seen = daxfs_cas(&cell->root, root, root | DAXFS_REF_SEALED);

		if (seen == root)
			break;
		root = seen;
	}
	return root & ~DAXFS_REF_SEALED;
}

static u64 daxfs_bytes_of(struct daxfs_cell *cell)
{
	return daxfs_load(&cell->size) & DAXFS_SIZE_BYTES;
}

/* The first border of a page at or after a byte. */
static u64 daxfs_page_end(u64 byte)
{
	return (byte + DAXFS_UNIT - 1) & ~(u64)(DAXFS_UNIT - 1);
}

/* Makes the new state the current one; true for the one helper that did it. */
static bool daxfs_step_swing(struct daxfs_step *step)
{
	if (!daxfs_swap(&step->inode->cell, step->old_ref, step->new_ref))
		return false;
	if (step->old_ref != DAXFS_REF_OWN)
		daxfs_slot_retire(step->call->fs, step->old_ref, DAXFS_KIND_CELLS);
	return true;
}

/* Bytes that a change takes out of the file. */
struct daxfs_gone {
	u64 from, to;
};

/*
 * The size that a change of it gives. A file that grows loses what lies behind its end in
 * the page of its end, where a mapping may have stored something.
 */
static u64 daxfs_step_size(struct daxfs_step *step, u64 asked, bool shrinks,
			   struct daxfs_gone *gone)
{
	u64 was = daxfs_decide(&step->new->tail, daxfs_bytes_of(step->old));
	u64 size = shrinks || asked > was ? asked : was;

	*gone = (struct daxfs_gone){ size, size };
	if (size < was)
		gone->to = DAXFS_PAGES_MAX << DAXFS_UNIT_SHIFT;
	else if (size > was)
		*gone = (struct daxfs_gone){ was, daxfs_page_end(was) };
	return size;
}

/* Where bytes from `from` on begin to lie behind the last page of a file of this size. */
static u64 daxfs_behind(u64 size, u64 from)
{
	u64 end = daxfs_page_end(size);

	return from > end ? from : end;
}

static int daxfs_step_cut(struct daxfs_step *step, u64 size, struct daxfs_gone gone)
{
	struct daxfs *fs = step->call->fs;
	u64 ino = daxfs_ino(fs, step->inode);
	u64 old = daxfs_root_seal(step->old), built = old;
	u64 root = daxfs_load(&step->new->root);
	int err = 0;

	if (root == DAXFS_UNSET && gone.from < gone.to)
		err = daxfs_map_without(step->call, ino, old, gone.from, gone.to, &built);
	/* Another helper may have had the space. */
	if (err == -ENOSPC)
		root = daxfs_load(&step->new->root);
	if (err && (err != -ENOSPC || root == DAXFS_UNSET))
		return err;
	if (root == DAXFS_UNSET) {
		daxfs_map_live(fs, old, built);
		/* A fence finds it live, or this finds the fence. */
		if (!daxfs_alive(fs)) {
			daxfs_map_drop(fs, old, built);
			return -ESTALE;
		}
		root = daxfs_decide(&step->new->root, built);
		if (root != built)
			daxfs_map_drop(fs, old, built);
	}
	daxfs_decide(&step->new->size, size);
	if (daxfs_step_swing(step) && root != old)
		daxfs_add(&step->inode->pages,
			  -daxfs_map_retire(fs, step->inode, old, gone.from, gone.to));
	return 0;
}

/* The page that takes the tail's place: what is there before `skip`, and the append's. */
static int daxfs_tail_make(struct daxfs_step *step, u64 there, u64 staged, u64 skip, u64 *tail)
{
	struct daxfs *fs = step->call->fs;
	u64 unit;
	u8 *at;

	*tail = daxfs_load(&step->new->tail);
	if (*tail != DAXFS_UNSET)
		return 0;
	if (!daxfs_unit_alloc(fs, DAXFS_KIND_DATA, daxfs_ino(fs, step->inode), 1, true, &unit)) {
		/* Another helper may have had the space. */
		*tail = daxfs_load(&step->new->tail);
		return *tail == DAXFS_UNSET ? -ENOSPC : 0;
	}
	at = daxfs_at(fs, unit);
	if (daxfs_in_pool(fs, daxfs_ref_unit(there)))
		daxfs_copy(at, daxfs_at(fs, daxfs_ref_unit(there)), skip);
	else
		daxfs_zero(at, skip);
	daxfs_copy(at + skip, (u8 *)daxfs_at(fs, staged) + skip, DAXFS_UNIT - skip);
	daxfs_unit_live(fs, unit);
	if (!daxfs_alive(fs)) {
		daxfs_unit_retire(fs, unit, NULL);
		return -ESTALE;
	}
	*tail = daxfs_decide(&step->new->tail, unit);
	if (*tail != unit)
		daxfs_unit_retire(fs, unit, NULL);
	return 0;
}

/*
 * Has the word lead to `unit`. A word that was seen otherwise while the change was under
 * way held what was there before it, which does not come back: a late CAS fails.
 */
static int daxfs_page_put(struct daxfs_step *step, struct daxfs_word *word, u64 unit)
{
	struct daxfs *fs = step->call->fs;

	if (daxfs_hold(step->call, word, NULL))
		return -ESTALE;
	for (;;) {
		u64 there = daxfs_load(word);

		if (there == unit || (there & DAXFS_REF_SEALED) ||
		    daxfs_load(&step->inode->cell) != step->old_ref)
			return 0;
		if (!daxfs_swap(word, there, unit))
			continue;
		if (daxfs_in_pool(fs, daxfs_ref_unit(there)))
			daxfs_unit_retire(fs, daxfs_ref_unit(there), step->inode);
		else
			daxfs_add(&step->inode->pages, 1);
		return 0;
	}
}

static int daxfs_append_put(struct daxfs_step *step, u64 from, u64 to)
{
	struct daxfs *fs = step->call->fs;
	u64 ino = daxfs_ino(fs, step->inode), stage = daxfs_load(&step->new->stage);
	u64 first = from >> DAXFS_UNIT_SHIFT, last = (to - 1) >> DAXFS_UNIT_SHIFT;

	if (!daxfs_in_pool(fs, stage) || to <= from || last - first >= DAXFS_FANOUT)
		return -EUCLEAN;
	for (u64 page = first; page <= last; page++) {
		u64 unit = daxfs_load((struct daxfs_word *)daxfs_at(fs, stage) + (page - first));
		u64 skip = page == first ? from & (DAXFS_UNIT - 1) : 0, node;
		struct daxfs_word *words, *word;
		int err;

		if (!daxfs_in_pool(fs, unit))
			return -EUCLEAN;
		words = daxfs_map_make(step->call, ino, &step->new->root, page, true, &node, &err);
		if (!words)
			return err;
		word = &words[page & (DAXFS_FANOUT - 1)];
		if (skip)
			err = daxfs_tail_make(step, daxfs_load(word), unit, skip, &unit);
		if (!err)
			err = daxfs_page_put(step, word, unit);
		if (err)
			return err;
	}
	return 0;
}

/* What lists the pages of an append, and the first of these pages. */
static void daxfs_stage_retire(struct daxfs *fs, struct daxfs_cell *cell, u64 pages)
{
	u64 stage = daxfs_load(&cell->stage);

	if (!daxfs_in_pool(fs, stage))
		return;
	for (u64 i = 0; i < pages && i < DAXFS_UNIT / sizeof(struct daxfs_word); i++) {
		u64 unit = daxfs_load((struct daxfs_word *)daxfs_at(fs, stage) + i);

		if (daxfs_in_pool(fs, unit))
			daxfs_unit_retire(fs, unit, NULL);
	}
	daxfs_unit_retire(fs, stage, NULL);
}

static int daxfs_step_append(struct daxfs_step *step, u64 from, u64 to)
{
	bool lands;
	u64 size;

	daxfs_decide(&step->new->root, daxfs_root_seal(step->old));
	size = daxfs_bytes_of(step->old);
	size = daxfs_decide(&step->new->size, size == from ? to : size | DAXFS_SIZE_MISSED);
	lands = !(size & DAXFS_SIZE_MISSED);
	if (lands) {
		int err = daxfs_append_put(step, from, to);

		if (err)
			return err;
	}
	/* The pages are the file's, but for the one whose bytes went into the tail's. */
	if (daxfs_step_swing(step) && lands)
		daxfs_stage_retire(step->call->fs, step->new, from & (DAXFS_UNIT - 1) ? 1 : 0);
	return 0;
}

static int daxfs_cell_help(struct daxfs_step *step)
{
	u64 from = daxfs_load(&step->new->from);
	u64 what = daxfs_load(&step->new->to), to = what & DAXFS_OP_BYTE;
	struct daxfs_gone gone = { from, to };
	u64 size;
	int err = daxfs_name_and_look(step->call, DAXFS_INTENT_OP,
				      daxfs_ino(step->call->fs, step->inode), step->old_ref,
				      step->new_ref, 0);

	if (err)
		return err;
	switch (what >> DAXFS_OP_SHIFT) {
	case DAXFS_OP_APPEND:
		return daxfs_step_append(step, from, to);
	case DAXFS_OP_SIZE:
	case DAXFS_OP_GROW:
		size = daxfs_step_size(step, from, what >> DAXFS_OP_SHIFT == DAXFS_OP_SIZE, &gone);
		return daxfs_step_cut(step, size, gone);
	case DAXFS_OP_PUNCH:
		return daxfs_step_cut(step, daxfs_bytes_of(step->old), gone);
	case DAXFS_OP_PUNCH_BEHIND:
		size = daxfs_decide(&step->new->tail, daxfs_bytes_of(step->old));
		gone.from = daxfs_behind(size, from);
		return daxfs_step_cut(step, size, gone);
	default:
		return -EUCLEAN;
	}
}

int daxfs_cell_complete(struct daxfs_call *call, struct daxfs_inode *inode,
			struct daxfs_cell **cell)
{
	struct daxfs_step step = { .call = call, .inode = inode };

	/* No file sees so many changes within one call; a ring of cells would. */
	for (u32 i = 0; i < BIT_ULL(20); i++) {
		int err;

		step.old_ref = daxfs_load(&inode->cell);
		step.old = daxfs_cell_at(call->fs, inode, step.old_ref);
		if (!step.old)
			return -EUCLEAN;
		step.new_ref = daxfs_load(&step.old->next);
		*cell = step.old;
		if (!step.new_ref)
			return 0;
		step.new = daxfs_slot_at(call->fs, step.new_ref, DAXFS_KIND_CELLS);
		if (!step.new)
			return -EUCLEAN;
		err = daxfs_cell_help(&step);
		/* Short of space, sealed or broken for a helper that comes when all is done. */
		if (err && err != -ESTALE && daxfs_load(&inode->cell) != step.old_ref)
			continue;
		/* A map is sealed by the change after the one that made it current. */
		if (err)
			return err == -EAGAIN ? -EUCLEAN : err;
	}
	return -EUCLEAN;
}

/* The pages of an append that were not published, after those that were, which the map has. */
static void daxfs_append_retire(struct daxfs *fs, struct daxfs_cell *cell)
{
	u64 tail = daxfs_load(&cell->tail);

	if (daxfs_load(&cell->to) >> DAXFS_OP_SHIFT != DAXFS_OP_APPEND)
		return;
	if (daxfs_in_pool(fs, tail))
		daxfs_unit_retire(fs, tail, NULL);
	daxfs_stage_retire(fs, cell, daxfs_append_pages(cell));
}

void daxfs_cells_retire(struct daxfs_call *call, struct daxfs_inode *inode)
{
	struct daxfs *fs = call->fs;
	struct daxfs_cell *cell, *lacks = NULL;
	int err = daxfs_cell_now(call, inode, &cell);
	u64 root = 0, next = 0, ref;

	if (!err)
		root = daxfs_load(&cell->root);
	/* A change that lacks space need not be carried out; an append has grown the map. */
	if (err == -ENOSPC) {
		next = daxfs_load(&cell->next);
		lacks = daxfs_slot_at(fs, next, DAXFS_KIND_CELLS);
		root = lacks ? daxfs_load(&lacks->root) : DAXFS_UNSET;
		if (root == DAXFS_UNSET)
			root = daxfs_load(&cell->root);
	}
	daxfs_map_retire(fs, inode, root & ~DAXFS_REF_SEALED, 0,
			 DAXFS_PAGES_MAX << DAXFS_UNIT_SHIFT);
	if (lacks) {
		daxfs_append_retire(fs, lacks);
		daxfs_slot_retire(fs, next, DAXFS_KIND_CELLS);
	}
	ref = daxfs_load(&inode->cell);
	if (ref != DAXFS_REF_OWN && daxfs_cell_at(fs, inode, ref))
		daxfs_slot_retire(fs, ref, DAXFS_KIND_CELLS);
}

/*
 * A page is replaced as a whole. Who goes on with the old one stores what nobody will see,
 * or sees what somebody stores there in vain.
 */
static bool daxfs_op_concerns(struct daxfs_cell *cell, u64 from, u64 to, bool writes)
{
	u64 first = daxfs_load(&cell->from), what = daxfs_load(&cell->to), was;
	u64 size = daxfs_load(&cell->size);

	/* A write must know that the next state has its bytes. */
	if (writes && (size == DAXFS_UNSET || to > (size & DAXFS_SIZE_BYTES)))
		return true;
	switch (what >> DAXFS_OP_SHIFT) {
	case DAXFS_OP_SIZE:
	case DAXFS_OP_GROW:
		was = daxfs_load(&cell->tail);
		if (was == DAXFS_UNSET)
			return true;
		if (was < first)
			first = was;
		break;
	case DAXFS_OP_PUNCH_BEHIND:
	case DAXFS_OP_PUNCH:
		if (from >= daxfs_page_end(what & DAXFS_OP_BYTE))
			return false;
		break;
	}
	return to > (first & ~(u64)(DAXFS_UNIT - 1));
}

bool daxfs_cells_concern(struct daxfs *fs, struct daxfs_inode *inode, u64 ref, u64 from, u64 to,
			 bool writes)
{
	struct daxfs_cell *cell;

	for (u32 i = 0; ref; i++, ref = daxfs_load(&cell->next)) {
		cell = daxfs_cell_at(fs, inode, ref);
		if (!cell || i == DAXFS_UNIT || daxfs_op_concerns(cell, from, to, writes))
			return true;
	}
	return false;
}
