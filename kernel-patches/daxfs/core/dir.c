// SPDX-License-Identifier: GPL-2.0-only
/* Names: look up, create, link, unlink, rename, list. */
#include "core.h"

static bool daxfs_mode_is_dir(u64 mode)
{
	return (mode & 0170000) == 0040000;
}

static u8 daxfs_type(u64 mode)
{
	return mode >> 12 & 15;
}

static struct daxfs_inode *daxfs_inode_at(struct daxfs *fs, u64 target)
{
	return daxfs_slot_at(fs, daxfs_target_ino(target), DAXFS_KIND_INODES);
}

/* Whether a count would run into what is beside it. */
static bool daxfs_dir_full(u64 word, u64 one)
{
	u64 carry = (word + one) ^ word ^ one;

	return carry & (DAXFS_DIR_SUBDIR | DAXFS_DIR_COUNTED);
}

/*
 * Counts an entry in before it is inserted, so that no directory with entries is removed, and
 * no count that another host takes it out of falls below none.
 */
static int daxfs_dir_enter(struct daxfs_call *call, struct daxfs_inode *dir, u64 one)
{
	while (daxfs_alive(call->fs)) {
		u64 word = daxfs_settled(call, &dir->dir);

		if (word & DAXFS_DIR_DEAD)
			return -ENOENT;
		if (daxfs_dir_full(word, one))
			return -EMLINK;
		if (daxfs_swap(&dir->dir, word, word + one))
			return 0;
	}
	return -ESTALE;
}

static void daxfs_dir_leave(struct daxfs_call *call, struct daxfs_inode *dir, u64 one)
{
	while (daxfs_alive(call->fs)) {
		u64 word = daxfs_settled(call, &dir->dir);

		if (word & DAXFS_DIR_DEAD || daxfs_swap(&dir->dir, word, word - one))
			return;
	}
}

static u64 daxfs_one(bool is_dir)
{
	return 1 + (is_dir ? DAXFS_DIR_SUBDIR : 0);
}

/* What a name leads to: 0 and the place, or -ENOENT. */
static int daxfs_name_find(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
			   struct daxfs_place *place, u64 *target)
{
	int err;

	if (!name.length || name.length > DAXFS_NAME_MAX)
		return name.length ? -ENAMETOOLONG : -ENOENT;
	err = daxfs_list_find(call, dir, name, place);
	if (err)
		return err;
	*target = 0;
	if (place->entry)
		*target = daxfs_resolve(call->fs, daxfs_load(&place->entry->target),
					&place->entry->target);
	return *target ? 0 : -ENOENT;
}

int daxfs_lookup(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name, u64 *ino)
{
	struct daxfs_place place;
	u64 target;
	int err = daxfs_name_find(call, dir, name, &place, &target);

	if (!err)
		*ino = daxfs_target_ino(target);
	return daxfs_alive(call->fs) ? err : -ESTALE;
}

/* A new entry, counted and inserted. */
static int daxfs_name_add(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
			  u64 ino, u64 mode)
{
	struct daxfs *fs = call->fs;
	u64 one = daxfs_one(daxfs_mode_is_dir(mode)), ref;
	struct daxfs_entry *entry;
	int err = daxfs_entry_new(fs, dir, name, daxfs_type(mode), ino, &ref, &entry);

	if (err)
		return err;
	err = daxfs_dir_enter(call, dir, one);
	if (err) {
		daxfs_entry_retire(fs, ref);
		return err;
	}
	/* Live before the look, so that a fence finds nothing private that is inserted later. */
	daxfs_entry_live(fs, ref);
	err = daxfs_name_and_look(call, DAXFS_INTENT_CREATE, daxfs_ino(fs, dir), ref, ino, 0);
	if (!err)
		err = daxfs_list_insert(call, dir, name, ref, entry);
	if (err) {
		daxfs_dir_leave(call, dir, one);
		daxfs_entry_retire(fs, ref);
		return err;
	}
	daxfs_touch(dir, fs->now());
	return daxfs_alive(fs) ? 0 : -ESTALE;
}

int daxfs_create(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		 const struct daxfs_new *new, struct daxfs_inode **inode)
{
	struct daxfs *fs = call->fs;
	struct daxfs_place place;
	u64 ino, target;
	int err = name.length ? daxfs_name_find(call, dir, name, &place, &target) : -ENOENT;

	if (err != -ENOENT)
		return err ?: -EEXIST;
	err = daxfs_inode_new(call, new, daxfs_ino(fs, dir), name.length, &ino, inode);
	if (err)
		return err;
	daxfs_slot_live(fs, ino, DAXFS_KIND_INODES);
	if (name.length)
		err = daxfs_name_add(call, dir, name, ino, new->mode);
	if (err == -ESTALE)
		return err;
	if (err)
		daxfs_inode_drop(fs, ino, *inode);
	return err;
}

int daxfs_link(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
	       struct daxfs_inode *inode)
{
	struct daxfs *fs = call->fs;
	u64 mode = daxfs_load(&inode->mode);
	int err;

	if (!name.length || daxfs_mode_is_dir(mode))
		return name.length ? -EPERM : -ENOENT;
	err = daxfs_link_add(inode);
	if (err)
		return err;
	err = daxfs_name_add(call, dir, name, daxfs_ino(fs, inode), mode);
	if (!err)
		daxfs_link_named(inode);
	else if (err != -ESTALE)
		daxfs_link_sub(call, inode);
	return err;
}

/* The name is gone: takes out the entry, and counts. */
static void daxfs_name_gone(struct daxfs_call *call, struct daxfs_inode *dir,
			    struct daxfs_name name, struct daxfs_entry *entry, bool was_dir)
{
	daxfs_list_remove(call, dir, name, entry);
	daxfs_dir_leave(call, dir, daxfs_one(was_dir));
	daxfs_touch(dir, call->fs->now());
}

static int daxfs_rmdir_try(struct daxfs_call *call, struct daxfs_entry *entry, u64 target,
			   struct daxfs_inode *inode)
{
	struct daxfs *fs = call->fs;
	u64 word = daxfs_settled(call, &inode->dir), ref;
	struct daxfs_txn *txn;
	int err;

	if (word)
		return word & DAXFS_DIR_DEAD ? -ENOENT : -ENOTEMPTY;
	err = daxfs_txn_new(call, &ref, &txn);
	if (err)
		return err;
	daxfs_txn_add(fs, txn, &inode->dir, word, DAXFS_DIR_DEAD);
	daxfs_txn_add(fs, txn, &entry->target, target, 0);
	err = daxfs_txn_name(call, ref);
	if (!err && (!daxfs_txn_take(fs, txn, ref, 0) || !daxfs_txn_take(fs, txn, ref, 1) ||
		     !daxfs_txn_commit(call, txn)))
		err = -EAGAIN;
	daxfs_txn_end(fs, ref, txn);
	return err;
}

static int daxfs_unlink_try(struct daxfs_call *call, struct daxfs_inode *dir,
			    struct daxfs_name name, struct daxfs_inode *inode)
{
	struct daxfs *fs = call->fs;
	bool is_dir = daxfs_mode_is_dir(daxfs_load(&inode->mode));
	struct daxfs_place place;
	u64 target;
	int err = daxfs_name_find(call, dir, name, &place, &target);

	if (err)
		return err;
	if (daxfs_target_ino(target) != daxfs_ino(fs, inode))
		return -ESTALE;
	target = daxfs_settled(call, &place.entry->target);
	if (daxfs_target_ino(target) != daxfs_ino(fs, inode))
		return -EAGAIN;
	if (is_dir) {
		err = daxfs_rmdir_try(call, place.entry, target, inode);
	} else {
		err = daxfs_name_and_look(call, DAXFS_INTENT_UNLINK, daxfs_ino(fs, dir), place.ref,
					  daxfs_ino(fs, inode), 0);
		if (!err && !daxfs_swap(&place.entry->target, target, 0))
			err = -EAGAIN;
	}
	if (err)
		return err;
	daxfs_name_gone(call, dir, name, place.entry, is_dir);
	daxfs_link_sub(call, inode);
	return daxfs_alive(fs) ? 0 : -ESTALE;
}

int daxfs_unlink(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		 struct daxfs_inode *inode)
{
	int err;

	do {
		err = daxfs_unlink_try(call, dir, name, inode);
	} while (err == -EAGAIN);
	return err;
}

/* A rename under way. */
struct daxfs_rename {
	struct daxfs_call *call;
	struct daxfs_inode *from_dir, *to_dir;
	struct daxfs_name from, to;
	struct daxfs_place from_place, to_place;
	u64 from_target, to_target;	/* to_target 0: the name is new */
	struct daxfs_inode *moved, *replaced;
	struct daxfs_inode *stays;	/* gets the old name, or NULL */
	bool exchange, same, stayed;
	struct daxfs_inode *entered;	/* the directory that `one` was counted into, or NULL */
	u64 one;
	u64 ref;
	struct daxfs_txn *txn;
	u64 new_ref;
	struct daxfs_entry *new_entry;
};

static bool daxfs_rename_is_dir(struct daxfs_inode *inode)
{
	return inode && daxfs_mode_is_dir(daxfs_load(&inode->mode));
}

static int daxfs_rename_refuse(struct daxfs_rename *r, u32 flags)
{
	bool dir, other;

	if (r->to_target && flags & DAXFS_RENAME_NOREPLACE)
		return -EEXIST;
	if (!r->to_target && r->exchange)
		return -ENOENT;
	dir = daxfs_rename_is_dir(r->moved);
	other = daxfs_rename_is_dir(r->replaced);
	if (r->replaced && !r->exchange && dir != other)
		return dir ? -ENOTDIR : -EISDIR;
	return 0;
}

static int daxfs_rename_look(struct daxfs_rename *r, u32 flags)
{
	struct daxfs *fs = r->call->fs;
	int err = daxfs_name_find(r->call, r->from_dir, r->from, &r->from_place, &r->from_target);

	if (err)
		return err;
	r->from_target = daxfs_settled(r->call, &r->from_place.entry->target);
	err = daxfs_name_find(r->call, r->to_dir, r->to, &r->to_place, &r->to_target);
	if (err && err != -ENOENT)
		return err;
	if (!err)
		r->to_target = daxfs_settled(r->call, &r->to_place.entry->target);
	if (!r->from_target)
		return -ENOENT;
	r->moved = daxfs_inode_at(fs, r->from_target);
	r->replaced = r->to_target ? daxfs_inode_at(fs, r->to_target) : NULL;
	if (!r->moved || (r->to_target && !r->replaced))
		return -EUCLEAN;
	r->same = r->moved == r->replaced;
	err = daxfs_rename_refuse(r, flags);
	/* What is refused must have been so at one instant. */
	if (err && daxfs_load(&r->from_place.entry->target) != r->from_target)
		return -EAGAIN;
	return err;
}

/* Makes this the one transaction that moves a directory. */
static void daxfs_dirmove_take(struct daxfs_call *call, u64 ref)
{
	struct daxfs *fs = call->fs;
	struct daxfs_word *word = &daxfs_super(fs)->dirmove;

	for (;;) {
		u64 seen = daxfs_load(word);
		struct daxfs_txn *other = daxfs_slot_at(fs, seen, DAXFS_KIND_TXNS);

		if (seen && other) {
			daxfs_txn_push(call, seen);
			daxfs_txn_settle(call, other);
		}
		if (daxfs_swap(word, seen, ref))
			return;
	}
}

/* Whether `dir` lies in `moved`. While this holds dirmove, no directory moves. */
static int daxfs_rename_loop(struct daxfs *fs, struct daxfs_inode *moved, struct daxfs_inode *dir)
{
	for (u64 steps = 0; steps < fs->units; steps++) {
		u64 parent;

		if (dir == moved)
			return -EINVAL;
		if (daxfs_ino(fs, dir) == fs->root)
			return 0;
		parent = daxfs_resolve(fs, daxfs_load(&dir->parent), &dir->parent);
		dir = daxfs_inode_at(fs, parent);
		if (!dir)
			return -EUCLEAN;
	}
	return -EUCLEAN;
}

static bool daxfs_rename_reparents(struct daxfs_rename *r)
{
	return r->from_dir != r->to_dir && !r->same &&
	       (daxfs_rename_is_dir(r->moved) || (r->exchange && daxfs_rename_is_dir(r->replaced)));
}

/* A target that leads to another inode. Its turn stays, or a zombie's CAS could expect it again. */
static u64 daxfs_target_to(u64 target, u64 ino)
{
	return (target & ~DAXFS_TARGET_INO) | daxfs_target_ino(ino);
}

/* The parts in the order in which they are taken: the source's name last, after every check. */
static int daxfs_rename_parts(struct daxfs_rename *r)
{
	struct daxfs *fs = r->call->fs;
	u64 from = daxfs_ino(fs, r->from_dir), to = daxfs_ino(fs, r->to_dir), word;
	bool reparents = daxfs_rename_reparents(r);
	struct daxfs_word *target = r->replaced ? &r->to_place.entry->target :
						  &r->new_entry->target;

	daxfs_txn_add(fs, r->txn, target, r->to_target,
		      daxfs_target_to(r->to_target, r->from_target));
	/* Two names of one inode: nothing changes, but both must lead there at one instant. */
	if (r->same) {
		daxfs_txn_add(fs, r->txn, &r->from_place.entry->target, r->from_target,
			      r->from_target);
		return 0;
	}
	if (reparents && daxfs_rename_is_dir(r->moved))
		daxfs_txn_add(fs, r->txn, &r->moved->parent,
			      daxfs_settled(r->call, &r->moved->parent), to);
	if (reparents && r->exchange && daxfs_rename_is_dir(r->replaced))
		daxfs_txn_add(fs, r->txn, &r->replaced->parent,
			      daxfs_settled(r->call, &r->replaced->parent), from);
	if (!r->exchange && daxfs_rename_is_dir(r->replaced)) {
		word = daxfs_settled(r->call, &r->replaced->dir);
		if (word && !(word & DAXFS_DIR_DEAD))
			return -ENOTEMPTY;
		/* One that is dead lost its name at the same instant. */
		if (word)
			return daxfs_load(target) == r->to_target ? -EUCLEAN : -EAGAIN;
		daxfs_txn_add(fs, r->txn, &r->replaced->dir, 0, DAXFS_DIR_DEAD);
	}
	word = 0;
	if (r->exchange || r->stays)
		word = daxfs_target_to(r->from_target,
				       r->exchange ? r->to_target : daxfs_ino(fs, r->stays));
	daxfs_txn_add(fs, r->txn, &r->from_place.entry->target, r->from_target, word);
	return 0;
}

static int daxfs_rename_enter(struct daxfs_rename *r, struct daxfs_inode *dir, u64 one)
{
	int err = daxfs_dir_enter(r->call, dir, one);

	if (err)
		return err;
	r->entered = dir;
	r->one = one;
	return 0;
}

/* The new name, and what a directory is to have more. */
static int daxfs_rename_new(struct daxfs_rename *r)
{
	struct daxfs *fs = r->call->fs;
	u64 mode = daxfs_load(&r->moved->mode);
	bool dir = daxfs_mode_is_dir(mode);
	int err;

	/* Each directory has as many names as before, maybe of another type. */
	if (r->exchange && dir != daxfs_rename_is_dir(r->replaced))
		return daxfs_rename_enter(r, dir ? r->to_dir : r->from_dir, DAXFS_DIR_SUBDIR);
	if (r->replaced)
		return 0;
	err = daxfs_entry_new(fs, r->to_dir, r->to, daxfs_type(mode), r->ref | DAXFS_REF_TXN,
			      &r->new_ref, &r->new_entry);
	return err ?: daxfs_rename_enter(r, r->to_dir, daxfs_one(dir));
}

/* Puts the transaction into its words, the last one after the look for loops. */
static int daxfs_rename_take(struct daxfs_rename *r)
{
	struct daxfs *fs = r->call->fs;
	u64 last = daxfs_load(&r->txn->count) - 1;
	int err;

	if (r->new_ref)
		daxfs_entry_live(fs, r->new_ref);
	err = daxfs_txn_name(r->call, r->ref);
	if (err)
		return err;
	if (daxfs_rename_reparents(r))
		daxfs_dirmove_take(r->call, r->ref);
	if (r->replaced) {
		if (!daxfs_txn_take(fs, r->txn, r->ref, 0))
			return -EAGAIN;
	} else {
		err = daxfs_list_insert(r->call, r->to_dir, r->to, r->new_ref, r->new_entry);
		if (err)
			return err == -EEXIST ? -EAGAIN : err;
		r->new_ref = 0;
	}
	for (u64 part = 1; part < last; part++)
		if (!daxfs_txn_take(fs, r->txn, r->ref, part))
			return -EAGAIN;
	if (daxfs_rename_reparents(r)) {
		if (daxfs_rename_is_dir(r->moved))
			err = daxfs_rename_loop(fs, r->moved, r->to_dir);
		if (!err && r->exchange && daxfs_rename_is_dir(r->replaced))
			err = daxfs_rename_loop(fs, r->replaced, r->from_dir);
		if (err)
			return err;
	}
	return daxfs_txn_take(fs, r->txn, r->ref, last) ? 0 : -EAGAIN;
}

static void daxfs_rename_counts(struct daxfs_rename *r)
{
	struct daxfs *fs = r->call->fs;
	bool dir = daxfs_rename_is_dir(r->moved), other = daxfs_rename_is_dir(r->replaced);

	if (r->exchange || r->stays)
		daxfs_touch(r->from_dir, fs->now());
	daxfs_touch(r->to_dir, fs->now());
	r->stayed = r->stays;
	if (r->stays)
		daxfs_link_named(r->stays);
	if (!r->exchange) {
		if (!r->stays)
			daxfs_name_gone(r->call, r->from_dir, r->from, r->from_place.entry, dir);
		else if (dir)
			daxfs_dir_leave(r->call, r->from_dir, DAXFS_DIR_SUBDIR);
		if (r->replaced)
			daxfs_link_sub(r->call, r->replaced);
	} else if (dir != other) {
		daxfs_dir_leave(r->call, dir ? r->from_dir : r->to_dir, DAXFS_DIR_SUBDIR);
	}
}

static int daxfs_rename_try(struct daxfs_rename *r, u32 flags)
{
	struct daxfs *fs = r->call->fs;
	int err = daxfs_rename_look(r, flags);

	if (err)
		return err;
	if (r->from_place.entry == r->to_place.entry)
		return 0;
	err = daxfs_txn_new(r->call, &r->ref, &r->txn);
	if (err)
		return err;
	err = daxfs_rename_new(r) ?: daxfs_rename_parts(r);
	if (!err)
		err = daxfs_rename_take(r);
	if (!err && !daxfs_txn_commit(r->call, r->txn))
		err = -EAGAIN;
	daxfs_txn_end(fs, r->ref, r->txn);
	daxfs_cas(&daxfs_super(fs)->dirmove, r->ref, 0);
	if (!err && !r->same)
		daxfs_rename_counts(r);
	if (!err)
		return 0;
	if (r->new_ref)
		daxfs_entry_retire(fs, r->new_ref);
	else if (r->new_entry)
		daxfs_list_remove(r->call, r->to_dir, r->to, r->new_entry);
	if (r->entered)
		daxfs_dir_leave(r->call, r->entered, r->one);
	return err;
}

int daxfs_rename(struct daxfs_call *call, struct daxfs_inode *from_dir, struct daxfs_name from,
		 struct daxfs_inode *to_dir, struct daxfs_name to, u32 flags,
		 struct daxfs_inode *stays)
{
	bool stayed = false;
	int err = stays ? daxfs_link_add(stays) : 0;

	if (err)
		return err;
	do {
		struct daxfs_rename r = {
			.call = call, .from_dir = from_dir, .to_dir = to_dir, .from = from,
			.to = to, .exchange = flags & DAXFS_RENAME_EXCHANGE, .stays = stays,
		};

		err = daxfs_rename_try(&r, flags);
		stayed = r.stayed;
		if (err == -EAGAIN && !daxfs_alive(call->fs))
			return -ESTALE;
	} while (err == -EAGAIN);
	if (stays && !stayed)
		daxfs_link_sub(call, stays);
	return err;
}

/* DT_ as the inode has it: a name may lead to another type than it was made for. */
static u8 daxfs_target_type(struct daxfs *fs, u64 target)
{
	struct daxfs_inode *inode = daxfs_inode_at(fs, target);

	return inode ? daxfs_type(daxfs_load(&inode->mode)) : 0;
}

int daxfs_readdir(struct daxfs_call *call, struct daxfs_inode *dir, u64 *cookie,
		  bool (*emit)(void *context, struct daxfs_name name, u64 ino, u8 type, u64 cookie),
		  void *context)
{
	struct daxfs *fs = call->fs;
	u64 key = *cookie > 2 ? *cookie - 2 : 0, last = 0;
	struct daxfs_entry *entry = daxfs_list_start(fs, dir, key);
	u64 ref, steps = 0;

	if (!entry)
		return -EUCLEAN;
	for (ref = daxfs_load(&entry->next) & ~DAXFS_REF_GONE; ref;
	     ref = daxfs_load(&entry->next) & ~DAXFS_REF_GONE) {
		u64 target, about;

		entry = daxfs_entry_at(fs, ref);
		if (!entry || daxfs_load(&entry->key) < last ||
		    ++steps > fs->units * (DAXFS_UNIT / DAXFS_ENTRY_SHORT))
			return -EUCLEAN;
		last = daxfs_load(&entry->key);
		about = daxfs_load(&entry->about);
		target = daxfs_resolve(fs, daxfs_load(&entry->target), &entry->target);
		if (last < key || !target || about & DAXFS_ENTRY_SHORTCUT)
			continue;
		if (!emit(context, (struct daxfs_name){ entry->name, about & 255 },
			  daxfs_target_ino(target), daxfs_target_type(fs, target),
			  last + 3))
			break;
		*cookie = last + 3;
	}
	return daxfs_alive(fs) ? 0 : -ESTALE;
}
