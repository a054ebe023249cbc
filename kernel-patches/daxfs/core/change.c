// SPDX-License-Identifier: GPL-2.0-only
/* Changes of a file that make another state of it: truncate, punch, append. */
#include "core.h"

/* Registers a change behind the current state, and carries it out. -EAGAIN: another came first. */
static int daxfs_register(struct daxfs_call *call, struct daxfs_inode *inode,
			  struct daxfs_cell *cell, u64 ref)
{
	struct daxfs *fs = call->fs;
	u64 was = daxfs_cell_ref(fs, inode, cell);
	int err;

	/* Live before the look, so that a fence finds nothing private that is registered later. */
	daxfs_slot_live(fs, ref, DAXFS_KIND_CELLS);
	err = daxfs_name_and_look(call, DAXFS_INTENT_OP, daxfs_ino(fs, inode), was, ref, 0);
	if (err || !daxfs_swap(&cell->next, 0, ref)) {
		daxfs_slot_retire(fs, ref, DAXFS_KIND_CELLS);
		return err ?: -EAGAIN;
	}
	err = daxfs_cell_now(call, inode, &cell);
	/* It is done, and what was registered behind it by others is theirs. */
	if (err != -ESTALE && daxfs_load(&inode->cell) != was)
		return 0;
	return err;
}

static int daxfs_cell_new(struct daxfs *fs, enum daxfs_op op, u64 from, u64 to, u64 *ref,
			  struct daxfs_cell **cell)
{
	void *at;
	int err = daxfs_slot_alloc(fs, DAXFS_KIND_CELLS, true, ref, &at);

	if (err)
		return err;
	*cell = at;
	daxfs_init(&(*cell)->size, DAXFS_UNSET);
	daxfs_init(&(*cell)->root, DAXFS_UNSET);
	daxfs_init(&(*cell)->from, from);
	daxfs_init(&(*cell)->to, (u64)op << DAXFS_OP_SHIFT | to);
	daxfs_init(&(*cell)->tail, DAXFS_UNSET);
	return 0;
}

static int daxfs_change(struct daxfs_call *call, struct daxfs_inode *inode, enum daxfs_op op,
			u64 from, u64 to)
{
	struct daxfs_cell *now, *next;
	u64 ref;
	int err;

	do {
		err = daxfs_cell_now(call, inode, &now);
		/* What ends at byte 0 takes no page and no node. */
		if (!err && to && !daxfs_unit_room(call->fs))
			err = -ENOSPC;
		if (!err)
			err = daxfs_cell_new(call->fs, op, from, to, &ref, &next);
		if (!err)
			err = daxfs_register(call, inode, now, ref);
	} while (err == -EAGAIN);
	return err;
}

int daxfs_truncate(struct daxfs_call *call, struct daxfs_inode *inode, u64 size)
{
	if (size > DAXFS_SIZE_MAX)
		return -EFBIG;
	return daxfs_change(call, inode, DAXFS_OP_SIZE, size, size);
}

int daxfs_grow(struct daxfs_call *call, struct daxfs_inode *inode, u64 size)
{
	if (size > DAXFS_SIZE_MAX)
		return -EFBIG;
	return daxfs_change(call, inode, DAXFS_OP_GROW, size, size);
}

int daxfs_punch(struct daxfs_call *call, struct daxfs_inode *inode, u64 from, u64 to)
{
	if (from >= to || to > DAXFS_SIZE_MAX)
		return from == to ? 0 : -EINVAL;
	return daxfs_change(call, inode, DAXFS_OP_PUNCH, from, to);
}

int daxfs_punch_behind(struct daxfs_call *call, struct daxfs_inode *inode, u64 from, u64 to)
{
	if (from >= to || to > DAXFS_SIZE_MAX)
		return from == to ? 0 : -EINVAL;
	return daxfs_change(call, inode, DAXFS_OP_PUNCH_BEHIND, from, to);
}

int daxfs_renew(struct daxfs_call *call, struct daxfs_inode *inode)
{
	return daxfs_change(call, inode, DAXFS_OP_PUNCH, 0, 0);
}

static struct daxfs_word *daxfs_stage(struct daxfs *fs, const struct daxfs_append *append)
{
	return daxfs_at(fs, append->stage);
}

/* A page that is staged. For one that leads nowhere, which no host stores, the list itself. */
static u64 daxfs_staged(struct daxfs *fs, const struct daxfs_append *append, u32 page)
{
	u64 unit = daxfs_load(&daxfs_stage(fs, append)[page]);

	return daxfs_in_pool(fs, unit) ? unit : append->stage;
}

static u32 daxfs_append_skip(const struct daxfs_append *append)
{
	return append->pos & (DAXFS_UNIT - 1);
}

/* Pages for the bytes, as they will lie if they land at `pos`. */
static int daxfs_stage_new(struct daxfs *fs, struct daxfs_append *append)
{
	u32 pages = (daxfs_append_skip(append) + append->bytes + DAXFS_UNIT - 1) >>
		    DAXFS_UNIT_SHIFT;
	u64 ino = daxfs_ino(fs, append->inode), first, got;

	append->pages = 0;
	if (!daxfs_unit_alloc(fs, DAXFS_KIND_STAGE, ino, 1, false, &append->stage))
		return -ENOSPC;
	while (append->pages < pages) {
		got = daxfs_unit_alloc(fs, DAXFS_KIND_DATA, ino, pages - append->pages, false,
				       &first);
		if (!got)
			return -ENOSPC;
		for (u64 i = 0; i < got; i++)
			daxfs_init(&daxfs_stage(fs, append)[append->pages++], first + i);
	}
	return 0;
}

int daxfs_append_begin(struct daxfs_call *call, struct daxfs_inode *inode, u64 bytes,
		       struct daxfs_append *append)
{
	u64 size = daxfs_size(inode, call->fs);
	int err;

	if (!bytes || bytes > DAXFS_APPEND_MAX)
		return -EINVAL;
	if (size + bytes > DAXFS_SIZE_MAX)
		return -EFBIG;
	*append = (struct daxfs_append){ .inode = inode, .pos = size, .bytes = bytes };
	err = daxfs_stage_new(call->fs, append);
	if (err)
		daxfs_append_drop(call, append);
	return err;
}

void daxfs_append_drop(struct daxfs_call *call, struct daxfs_append *append)
{
	struct daxfs *fs = call->fs;

	if (!append->stage)
		return;
	for (u32 i = 0; i < append->pages; i++)
		daxfs_unit_retire(fs, daxfs_staged(fs, append, i), NULL);
	daxfs_unit_retire(fs, append->stage, NULL);
	append->stage = 0;
}

u64 daxfs_append_run(struct daxfs *fs, struct daxfs_append *append, u64 done, void **at)
{
	u64 offset = daxfs_append_skip(append) + done;
	u32 page = offset >> DAXFS_UNIT_SHIFT, count = 1;
	u64 first = daxfs_staged(fs, append, page), bytes;

	while (page + count < append->pages &&
	       daxfs_staged(fs, append, page + count) == first + count)
		count++;
	*at = (u8 *)daxfs_at(fs, first) + (offset & (DAXFS_UNIT - 1));
	bytes = ((u64)count << DAXFS_UNIT_SHIFT) - (offset & (DAXFS_UNIT - 1));
	return bytes < append->bytes - done ? bytes : append->bytes - done;
}

/* The file has another end by now, at which the bytes lie otherwise in their pages. */
static int daxfs_append_move(struct daxfs_call *call, struct daxfs_append *append, u64 pos)
{
	struct daxfs *fs = call->fs;
	struct daxfs_append moved = *append;
	int err;

	moved.pos = pos;
	if (daxfs_append_skip(&moved) == daxfs_append_skip(append)) {
		append->pos = pos;
		return 0;
	}
	err = daxfs_stage_new(fs, &moved);
	for (u64 done = 0; !err && done < append->bytes;) {
		void *from, *to;
		u64 bytes = daxfs_append_run(fs, append, done, &from);
		u64 room = daxfs_append_run(fs, &moved, done, &to);

		bytes = bytes < room ? bytes : room;
		daxfs_copy(to, from, bytes);
		done += bytes;
	}
	if (err) {
		daxfs_append_drop(call, &moved);
		return err;
	}
	daxfs_append_drop(call, append);
	*append = moved;
	return 0;
}

/* Makes the nodes, so that a helper needs no more than one page. */
static int daxfs_append_nodes(struct daxfs_call *call, struct daxfs_append *append,
			      struct daxfs_cell *cell)
{
	u64 first = append->pos >> DAXFS_UNIT_SHIFT, last = first + append->pages - 1, node;
	u64 ino = daxfs_ino(call->fs, append->inode);
	int err;

	if (daxfs_map_make(call, ino, &cell->root, first, false, &node, &err))
		daxfs_map_make(call, ino, &cell->root, last, false, &node, &err);
	return err;
}

static int daxfs_append_try(struct daxfs_call *call, struct daxfs_append *append)
{
	struct daxfs *fs = call->fs;
	struct daxfs_cell *now, *next;
	u64 ref, size, end;
	int err = daxfs_cell_now(call, append->inode, &now);

	if (err)
		return err;
	size = daxfs_load(&now->size) & DAXFS_SIZE_BYTES;
	if (size + append->bytes > DAXFS_SIZE_MAX)
		return -EFBIG;
	err = daxfs_append_move(call, append, size);
	if (!err)
		err = daxfs_append_nodes(call, append, now);
	/* Sealed without a change that is registered: no host did that. */
	if (err == -EAGAIN && !daxfs_load(&now->next))
		return -EUCLEAN;
	/* The page that takes the tail's place. */
	if (!err && daxfs_append_skip(append) && !daxfs_unit_room(fs))
		err = -ENOSPC;
	if (err)
		return err;
	end = daxfs_append_skip(append) + append->bytes;
	daxfs_zero((u8 *)daxfs_at(fs, daxfs_staged(fs, append, append->pages - 1)) +
		   ((end - 1) & (DAXFS_UNIT - 1)) + 1,
		   ((u64)append->pages << DAXFS_UNIT_SHIFT) - end);
	err = daxfs_cell_new(fs, DAXFS_OP_APPEND, size, size + append->bytes, &ref, &next);
	if (err)
		return err;
	daxfs_init(&next->stage, append->stage);
	for (u32 i = 0; i < append->pages; i++)
		daxfs_unit_live(fs, daxfs_staged(fs, append, i));
	daxfs_unit_live(fs, append->stage);
	err = daxfs_register(call, append->inode, now, ref);
	/* It is registered, so it may land yet: trying again could land it twice. */
	if (err && err != -EAGAIN && err != -ESTALE)
		return -EIO;
	if (err)
		return err;
	return daxfs_load(&next->size) & DAXFS_SIZE_MISSED ? -EAGAIN : 0;
}

int daxfs_append_commit(struct daxfs_call *call, struct daxfs_append *append, u64 *pos)
{
	int err;

	do {
		err = daxfs_append_try(call, append);
	} while (err == -EAGAIN);
	if (err)
		return err;
	*pos = append->pos;
	/* Whoever made it land has let go of what was staged. */
	append->stage = 0;
	return 0;
}
