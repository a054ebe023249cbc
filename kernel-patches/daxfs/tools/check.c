// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reaches everything from the root, and compares it with what the unit table, the slots and
 * the counts say. Nobody else may change the region meanwhile.
 */
#include <stdlib.h>

#include "check.h"

static void found(struct daxfs_checker *c, enum daxfs_severity severity, const char *what, u64 where)
{
	c->findings[severity]++;
	c->found(c, severity, what, where);
}

static u64 state(struct daxfs_checker *c, u64 unit)
{
	return daxfs_load(&daxfs_unit(c->fs, unit)->word);
}

/* Reaches a unit; false: it is none of this kind, or was reached before. */
static bool reach(struct daxfs_checker *c, u64 unit, enum daxfs_kind kind, u64 owner)
{
	if (!daxfs_in_pool(c->fs, unit)) {
		found(c, DAXFS_DAMAGE, "a reference leads out of the pool", unit);
		return false;
	}
	if (c->seen[unit]) {
		found(c, DAXFS_DAMAGE, "a unit has two owners", unit);
		return false;
	}
	c->seen[unit] = 1;
	if (!daxfs_in_use(state(c, unit), kind)) {
		found(c, DAXFS_DAMAGE, "a unit that is in use is marked otherwise", unit);
		if (c->repair)
			daxfs_store(&daxfs_unit(c->fs, unit)->word, daxfs_tag(DAXFS_LIVE, kind, 0, 0));
	}
	if (owner && daxfs_load(&daxfs_unit(c->fs, unit)->owner) != owner)
		found(c, DAXFS_DAMAGE, "a unit names another owner", unit);
	return true;
}

static bool reach_slot(struct daxfs_checker *c, u64 ref, enum daxfs_kind kind)
{
	struct daxfs_word *slot = daxfs_slot_at(c->fs, ref, kind);
	u64 bit = BIT_ULL(daxfs_ref_slot(ref));

	if (!slot) {
		found(c, DAXFS_DAMAGE, "a reference leads to no slot of its kind", ref);
		return false;
	}
	if (c->slots[daxfs_ref_unit(ref)] & bit) {
		found(c, DAXFS_DAMAGE, "a slot is reached twice", ref);
		return false;
	}
	c->slots[daxfs_ref_unit(ref)] |= bit;
	if (!daxfs_in_use(daxfs_load(slot), kind)) {
		found(c, DAXFS_DAMAGE, "a slot that is in use is marked otherwise", ref);
		return false;
	}
	return true;
}

static u64 check_node(struct daxfs_checker *c, u64 ino, u64 ref, u32 level)
{
	struct daxfs_word *words;
	u64 pages = 0;

	if (level >= DAXFS_LEVELS) {
		found(c, DAXFS_DAMAGE, "a map has too many levels", ino);
		return 0;
	}
	if (!reach(c, daxfs_ref_unit(ref), DAXFS_KIND_NODE, ino))
		return 0;
	words = daxfs_at(c->fs, daxfs_ref_unit(ref));
	for (u32 i = 0; i < DAXFS_FANOUT; i++) {
		u64 value = daxfs_load(&words[i]);

		if (daxfs_is_hole(value)) {
			if (value & DAXFS_REF_SEALED) {
				found(c, DAXFS_LEFTOVER, "a word of a map in use is sealed", ino);
				if (c->repair)
					daxfs_store(&words[i], 0);
			}
			continue;
		}
		if (level)
			pages += check_node(c, ino, value, level - 1);
		else
			pages += reach(c, daxfs_ref_unit(value), DAXFS_KIND_DATA, 0);
	}
	return pages;
}

/* What an append was given and has not published yet, after what it has, which the map has. */
static void reach_staged(struct daxfs_checker *c, struct daxfs_cell *cell)
{
	u64 stage = daxfs_load(&cell->stage), tail = daxfs_load(&cell->tail);
	struct daxfs_word *words = daxfs_at(c->fs, stage);

	if (daxfs_in_pool(c->fs, tail))
		c->seen[tail] = 1;
	if (!reach(c, stage, DAXFS_KIND_STAGE, 0))
		return;
	for (u64 i = 0; i < daxfs_append_pages(cell) && i < DAXFS_UNIT / sizeof(*words); i++) {
		u64 unit = daxfs_load(&words[i]);

		if (daxfs_in_pool(c->fs, unit))
			c->seen[unit] = 1;
	}
}

static bool is_append(struct daxfs_cell *cell)
{
	return daxfs_load(&cell->to) >> DAXFS_OP_SHIFT == DAXFS_OP_APPEND;
}

/* A change that is registered behind this state, or NULL: none, or one that leads nowhere. */
static struct daxfs_cell *change_after(struct daxfs_checker *c, struct daxfs_cell *cell)
{
	u64 ref = daxfs_load(&cell->next);

	if (!ref || !reach_slot(c, ref, DAXFS_KIND_CELLS))
		return NULL;
	return daxfs_slot_at(c->fs, ref, DAXFS_KIND_CELLS);
}

static void check_file(struct daxfs_checker *c, u64 ino, struct daxfs_inode *inode)
{
	u64 ref = daxfs_load(&inode->cell), root, size, pages = 0;
	struct daxfs_cell *cell = daxfs_cell_at(c->fs, inode, ref), *change;

	if (cell && daxfs_load(&cell->next)) {
		found(c, DAXFS_LEFTOVER, "a change of a file is registered and not carried out", ino);
		if (c->repair)
			daxfs_cell_now(c->call, inode, &cell);
		ref = daxfs_load(&inode->cell);
	}
	if (!cell || (ref != DAXFS_REF_OWN && !reach_slot(c, ref, DAXFS_KIND_CELLS))) {
		found(c, DAXFS_DAMAGE, "a file has no state", ino);
		return;
	}
	size = daxfs_load(&cell->size);
	if ((size & DAXFS_SIZE_BYTES) > DAXFS_SIZE_MAX)
		found(c, DAXFS_DAMAGE, "a file is too long", ino);
	/* One that there is no space for stays. An append has grown the map by then. */
	change = change_after(c, cell);
	root = change && is_append(change) ? daxfs_load(&change->root) : DAXFS_UNSET;
	if (root == DAXFS_UNSET)
		root = daxfs_load(&cell->root);
	root &= ~DAXFS_REF_SEALED;
	if (!daxfs_is_hole(root))
		pages = check_node(c, ino, root, daxfs_ref_level(root));
	if (change && is_append(change))
		reach_staged(c, change);
	if (pages != daxfs_load(&inode->pages)) {
		found(c, DAXFS_LEFTOVER, "a file's pages are counted wrongly", ino);
		if (c->repair)
			daxfs_store(&inode->pages, pages);
	}
}

static void enqueue(struct daxfs_checker *c, u64 ino)
{
	if (c->queued == c->queue_room) {
		u64 room = c->queue_room ? c->queue_room * 2 : 1024;
		u64 *queue = realloc(c->queue, room * sizeof(*queue));

		if (!queue)
			return;
		c->queue = queue;
		c->queue_room = room;
	}
	c->queue[c->queued++] = ino;
}

static u32 *names_of(struct daxfs_checker *c, u64 ino)
{
	return &c->names[daxfs_ref_unit(ino) * 16 + daxfs_ref_slot(ino)];
}

/* A name that leads to an inode; true if that is a directory. */
static bool check_name(struct daxfs_checker *c, u64 dir, u64 ino)
{
	struct daxfs_inode *inode = daxfs_slot_at(c->fs, ino, DAXFS_KIND_INODES);
	bool is_dir;

	if (!inode || !daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES)) {
		found(c, DAXFS_DAMAGE, "a name leads to no inode", ino);
		return false;
	}
	is_dir = (daxfs_load(&inode->mode) & 0170000) == 0040000;
	if (!(*names_of(c, ino))++)
		enqueue(c, ino);
	else if (is_dir)
		found(c, DAXFS_DAMAGE, "a directory has two names", ino);
	if (is_dir && daxfs_load(&inode->parent) != dir) {
		found(c, DAXFS_DAMAGE, "a directory names another parent", ino);
		if (c->repair)
			daxfs_store(&inode->parent, dir);
	}
	return is_dir;
}

static enum daxfs_kind entry_kind(struct daxfs_checker *c, u64 ref)
{
	return daxfs_kind_of(state(c, daxfs_ref_unit(ref)));
}

static void check_settled(struct daxfs_checker *c, struct daxfs_word *word, u64 ino)
{
	if (!(daxfs_load(word) & DAXFS_REF_TXN))
		return;
	found(c, DAXFS_LEFTOVER, "a word still holds a transaction", ino);
	if (c->repair)
		daxfs_settled(c->call, word);
}

static void check_index(struct daxfs_checker *c, u64 ino, u64 unit, bool deep)
{
	struct daxfs_word *words;

	if (!unit || !reach(c, unit, DAXFS_KIND_INDEX, ino))
		return;
	words = daxfs_at(c->fs, unit);
	for (u32 i = 0; deep && i < DAXFS_FANOUT; i++)
		check_index(c, ino, daxfs_load(&words[i]), false);
}

/* Takes out what a repair finds gone. */
static void drop_gone(struct daxfs_checker *c, struct daxfs_word *before, u64 ref, u64 next)
{
	daxfs_store(before, next);
	daxfs_slot_retire(c->fs, ref, entry_kind(c, ref));
}

static void check_list(struct daxfs_checker *c, u64 ino, struct daxfs_inode *dir, u64 *count)
{
	u64 last = 0, ref = daxfs_load(&dir->head);
	struct daxfs_word *before = NULL;
	struct daxfs_entry *entry;

	while (ref) {
		u64 next, about, target;
		u32 room;

		entry = daxfs_entry_at(c->fs, ref);
		if (!entry) {
			found(c, DAXFS_DAMAGE, "a directory's list is broken", ino);
			if (c->repair && before)
				daxfs_store(before, 0);
			return;
		}
		if (!reach_slot(c, ref, entry_kind(c, ref)))
			return;
		check_settled(c, &entry->target, ino);
		next = daxfs_load(&entry->next);
		about = daxfs_load(&entry->about);
		target = daxfs_resolve(c->fs, daxfs_load(&entry->target), &entry->target);
		room = daxfs_slot_size(entry_kind(c, ref)) - sizeof(*entry);
		if (daxfs_load(&entry->key) < last || daxfs_load(&entry->dir) != ino ||
		    (about & 255) > room)
			found(c, DAXFS_DAMAGE, "an entry is out of place", ino);
		last = daxfs_load(&entry->key);
		if (!(about & DAXFS_ENTRY_SHORTCUT) && (!target || next & DAXFS_REF_GONE)) {
			found(c, DAXFS_LEFTOVER, "an entry that is gone is still in its list", ino);
			next &= ~DAXFS_REF_GONE;
			if (c->repair && before) {
				drop_gone(c, before, ref, next);
				ref = next;
				continue;
			}
		} else if (!(about & DAXFS_ENTRY_SHORTCUT)) {
			c->entries++;
			*count += 1;
			if (check_name(c, ino, daxfs_target_ino(target)))
				*count += DAXFS_DIR_SUBDIR;
		}
		before = &entry->next;
		ref = next & ~DAXFS_REF_GONE;
	}
}

static void check_dir(struct daxfs_checker *c, u64 ino, struct daxfs_inode *dir)
{
	u64 count = 0;

	c->directories++;
	check_settled(c, &dir->dir, ino);
	check_settled(c, &dir->parent, ino);
	check_index(c, ino, daxfs_load(&dir->index[0]), false);
	check_index(c, ino, daxfs_load(&dir->index[1]), true);
	check_list(c, ino, dir, &count);
	if (daxfs_resolve(c->fs, daxfs_load(&dir->dir), &dir->dir) == count)
		return;
	found(c, DAXFS_LEFTOVER, "a directory's entries are counted wrongly", ino);
	if (c->repair)
		daxfs_store(&dir->dir, count);
}

static void check_xattr(struct daxfs_checker *c, u64 ino, struct daxfs_inode *inode)
{
	u64 unit = daxfs_load(&inode->xattr);

	if (!unit || (reach(c, unit, DAXFS_KIND_XATTR, ino) &&
		      daxfs_xattr_whole(daxfs_at(c->fs, unit))))
		return;
	found(c, DAXFS_DAMAGE, "an inode's attributes are broken", ino);
	if (c->repair)
		daxfs_store(&inode->xattr, 0);
}

static void check_inode(struct daxfs_checker *c, u64 ino)
{
	struct daxfs_inode *inode = daxfs_slot_at(c->fs, ino, DAXFS_KIND_INODES);

	if (!inode || !reach_slot(c, ino, DAXFS_KIND_INODES))
		return;
	c->inodes++;
	/* Nobody has it. */
	if (c->repair) {
		daxfs_store(&inode->openers, 0);
		daxfs_store(&inode->mappers, 0);
	}
	if ((daxfs_load(&inode->mode) & 0170000) == 0040000)
		check_dir(c, ino, inode);
	else
		check_file(c, ino, inode);
	check_xattr(c, ino, inode);
}

/* After every name was seen. */
static void check_links(struct daxfs_checker *c, u64 ino, struct daxfs_inode *inode)
{
	u32 names = *names_of(c, ino);
	u64 link = daxfs_load(&inode->link);

	if ((link & DAXFS_LINK_COUNT) == names && !(link & DAXFS_LINK_DYING))
		return;
	found(c, (link & DAXFS_LINK_COUNT) < names ? DAXFS_DAMAGE : DAXFS_LEFTOVER,
	      "an inode's names are counted wrongly", ino);
	if (c->repair)
		daxfs_store(&inode->link, names);
}

/* What is marked as in use and was not reached. */
static void check_slot(struct daxfs_checker *c, u64 ref, struct daxfs_word *slot, enum daxfs_kind kind)
{
	u64 word = daxfs_load(slot);

	if (c->slots[daxfs_ref_unit(ref)] & BIT_ULL(daxfs_ref_slot(ref))) {
		if (kind == DAXFS_KIND_INODES)
			check_links(c, ref, (struct daxfs_inode *)slot);
		return;
	}
	if (daxfs_state_of(word) == DAXFS_FREE || daxfs_state_of(word) == DAXFS_RETIRED)
		return;
	found(c, DAXFS_LEFTOVER, "a slot is in use and nothing leads to it", ref);
	if (c->repair)
		daxfs_store(slot, 0);
}

static void check_unit(struct daxfs_checker *c, u64 unit)
{
	u64 word = state(c, unit);
	enum daxfs_kind kind = daxfs_kind_of(word);
	u32 size = daxfs_slot_size(kind);

	if (daxfs_state_of(word) > DAXFS_BAD || kind >= DAXFS_KINDS) {
		found(c, DAXFS_DAMAGE, "a unit is marked as nothing that exists", unit);
		if (c->repair)
			daxfs_store(&daxfs_unit(c->fs, unit)->word, 0);
		return;
	}
	c->units[daxfs_state_of(word)][kind]++;
	if (size && daxfs_in_use(word, kind)) {
		for (u32 i = 0; i < DAXFS_UNIT / size; i++)
			check_slot(c, daxfs_ref(unit, i),
				   (struct daxfs_word *)((u8 *)daxfs_at(c->fs, unit) + i * size), kind);
		return;
	}
	if (c->seen[unit] || daxfs_state_of(word) == DAXFS_FREE ||
	    daxfs_state_of(word) == DAXFS_RETIRED || daxfs_state_of(word) == DAXFS_BAD)
		return;
	found(c, DAXFS_LEFTOVER, "a unit is in use and nothing leads to it", unit);
	if (c->repair)
		daxfs_store(&daxfs_unit(c->fs, unit)->word, 0);
}

/* The counters of the hosts against the table. */
static void check_used(struct daxfs_checker *c)
{
	u64 used = 0, units = 0;

	for (u64 unit = c->fs->pool; unit < c->fs->units - 1; unit++) {
		u64 is = daxfs_state_of(state(c, unit));

		units += is == DAXFS_LIVE || is == DAXFS_PRIVATE;
	}
	for (u32 i = 0; i < DAXFS_HOSTS; i++)
		used += daxfs_load(&daxfs_host(c->fs, i)->used);
	if (used == units)
		return;
	found(c, DAXFS_LEFTOVER, "the units in use are counted wrongly", 0);
	if (c->repair)
		daxfs_add(&daxfs_host(c->fs, 0)->used, units - used);
}

static void check_super(struct daxfs_checker *c)
{
	struct daxfs_super *super = daxfs_super(c->fs), *copy = daxfs_at(c->fs, c->fs->units - 1);

	if (memcmp(super, copy, offsetof(struct daxfs_super, epoch))) {
		found(c, DAXFS_DAMAGE, "the superblock's copy is another", c->fs->units - 1);
		if (c->repair)
			memcpy(copy, super, offsetof(struct daxfs_super, epoch));
	}
	if (daxfs_load(&super->dirmove)) {
		found(c, DAXFS_LEFTOVER, "a rename of a directory is registered", 0);
		if (c->repair)
			daxfs_store(&super->dirmove, 0);
	}
	for (u64 unit = 0; unit < c->fs->pool; unit++)
		if (state(c, unit) != daxfs_tag(DAXFS_META, DAXFS_KIND_NONE, 0, 0)) {
			found(c, DAXFS_DAMAGE, "a unit of the layout is marked otherwise", unit);
			if (c->repair)
				daxfs_store(&daxfs_unit(c->fs, unit)->word,
					    daxfs_tag(DAXFS_META, DAXFS_KIND_NONE, 0, 0));
		}
}

int daxfs_check(struct daxfs_checker *c, struct daxfs *fs)
{
	int err = -ENOMEM;

	c->fs = fs;
	c->seen = calloc(fs->units, sizeof(*c->seen));
	c->slots = calloc(fs->units, sizeof(*c->slots));
	c->names = calloc(fs->units * 16, sizeof(*c->names));
	c->queue = NULL;
	c->queued = c->queue_room = 0;
	if (!c->seen || !c->slots || !c->names)
		goto out;
	check_super(c);
	*names_of(c, fs->root) = 1;
	enqueue(c, fs->root);
	for (u64 i = 0; i < c->queued; i++)
		check_inode(c, c->queue[i]);
	for (u64 unit = fs->pool; unit < fs->units - 1; unit++)
		check_unit(c, unit);
	check_used(c);
	err = 0;
out:
	free(c->seen);
	free(c->slots);
	free(c->names);
	free(c->queue);
	return err;
}
