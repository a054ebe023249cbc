// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of a directory: entries sorted by key and then by name, so that a name has one
 * place and two hosts that insert it meet in one CAS. An entry leaves in two steps: GONE
 * in its own `next`, after which nothing is inserted behind it, then the `next` before it
 * leads past it. Whoever passes by does the second, and retires the entry.
 *
 * Shortcuts are entries without a name at the beginning of a range of keys. An index of
 * 512 of them, and later of 512 times 512, says where to begin. They are never removed,
 * and leaving them out costs time only.
 */
#include "core.h"

/* Steps after which an insertion leaves a shortcut behind, and one in a unit of finer ones. */
#define DAXFS_LIST_LONG		4u
#define DAXFS_LIST_LONGER	24u

/* The entry behind a reference, or NULL, and the bytes that its slot has for a name. */
static struct daxfs_entry *daxfs_entry_with_room(struct daxfs *fs, u64 ref, u32 *room)
{
	u64 unit = daxfs_ref_unit(ref), word;
	enum daxfs_kind kind;
	u32 size;

	if (!daxfs_in_pool(fs, unit))
		return NULL;
	word = daxfs_load(&daxfs_unit(fs, unit)->word);
	kind = daxfs_kind_of(word);
	if ((kind != DAXFS_KIND_ENTRIES && kind != DAXFS_KIND_LONG) || !daxfs_in_use(word, kind))
		return NULL;
	size = daxfs_slot_size(kind);
	if ((daxfs_ref_slot(ref) + 1) * size > DAXFS_UNIT)
		return NULL;
	*room = size - sizeof(struct daxfs_entry);
	return (struct daxfs_entry *)((u8 *)daxfs_at(fs, unit) + daxfs_ref_slot(ref) * size);
}

struct daxfs_entry *daxfs_entry_at(struct daxfs *fs, u64 ref)
{
	u32 room;

	return daxfs_entry_with_room(fs, ref, &room);
}

static enum daxfs_kind daxfs_entry_kind(struct daxfs *fs, u64 ref)
{
	return daxfs_kind_of(daxfs_load(&daxfs_unit(fs, daxfs_ref_unit(ref))->word));
}

void daxfs_entry_live(struct daxfs *fs, u64 ref)
{
	daxfs_slot_live(fs, ref, daxfs_entry_kind(fs, ref));
}

void daxfs_entry_retire(struct daxfs *fs, u64 ref)
{
	daxfs_slot_retire(fs, ref, daxfs_entry_kind(fs, ref));
}

/* The name in an entry; a length that does not fit its slot is none. */
static struct daxfs_name daxfs_entry_name(struct daxfs_entry *entry, u32 room)
{
	u32 length = daxfs_load(&entry->about) & 255;

	return (struct daxfs_name){ entry->name, length <= room ? length : 0 };
}

int daxfs_entry_new(struct daxfs *fs, struct daxfs_inode *dir, struct daxfs_name name, u8 type,
		    u64 target, u64 *ref, struct daxfs_entry **entry)
{
	bool small = sizeof(**entry) + name.length <= DAXFS_ENTRY_SHORT;
	u64 about = name.length | (u64)type << 8;
	void *at;
	int err;

	if (name.length > DAXFS_NAME_MAX)
		return -ENAMETOOLONG;
	err = daxfs_slot_alloc(fs, small ? DAXFS_KIND_ENTRIES : DAXFS_KIND_LONG, false, ref, &at);
	if (err)
		return err;
	*entry = at;
	daxfs_init(&(*entry)->key, name.length ? daxfs_key(fs, name) : 0);
	daxfs_init(&(*entry)->target, target);
	daxfs_init(&(*entry)->dir, daxfs_ino(fs, dir));
	daxfs_init(&(*entry)->about, name.length ? about : DAXFS_ENTRY_SHORTCUT);
	if (name.length)
		daxfs_copy((*entry)->name, name.bytes, name.length);
	return 0;
}

static int daxfs_name_compare(struct daxfs_name a, struct daxfs_name b)
{
	u32 shorter = a.length < b.length ? a.length : b.length;
	int order = shorter ? memcmp(a.bytes, b.bytes, shorter) : 0;

	return order ?: (a.length > b.length) - (a.length < b.length);
}

static int daxfs_place_compare(u64 key, struct daxfs_name name, u64 other,
			       struct daxfs_name other_name)
{
	if (key != other)
		return key < other ? -1 : 1;
	return daxfs_name_compare(name, other_name);
}

/* The word for a key in an index, or NULL. */
static struct daxfs_word *daxfs_index_word(struct daxfs *fs, u64 ino, u64 unit, u32 index)
{
	struct daxfs_unit *entry;

	if (!daxfs_in_pool(fs, unit))
		return NULL;
	entry = daxfs_unit(fs, unit);
	if (!daxfs_in_use(daxfs_load(&entry->word), DAXFS_KIND_INDEX) ||
	    daxfs_load(&entry->owner) != ino)
		return NULL;
	return (struct daxfs_word *)daxfs_at(fs, unit) + index;
}

/* A unit of 512 empty words where there is none. */
static bool daxfs_index_make(struct daxfs_call *call, u64 ino, struct daxfs_word *word)
{
	struct daxfs *fs = call->fs;
	u64 unit;

	if (daxfs_load(word))
		return true;
	if (!daxfs_unit_alloc(fs, DAXFS_KIND_INDEX, ino, 1, false, &unit))
		return false;
	for (u32 i = 0; i < DAXFS_FANOUT; i++)
		daxfs_init((struct daxfs_word *)daxfs_at(fs, unit) + i, 0);
	daxfs_unit_live(fs, unit);
	if (daxfs_hold(call, word, NULL) || !daxfs_swap(word, 0, unit))
		daxfs_unit_retire(fs, unit, NULL);
	return true;
}

/*
 * The word of the index of 9 or of 18 bits that leads to the key's shortcut, or NULL. Makes
 * what is missing where a call is given.
 */
static struct daxfs_word *daxfs_shortcut_word(struct daxfs *fs, struct daxfs_inode *dir, u32 which,
					      u64 key, struct daxfs_call *make)
{
	u64 ino = daxfs_ino(fs, dir);
	u32 first = key >> (DAXFS_KEY_BITS - DAXFS_FANOUT_SHIFT);
	struct daxfs_word *word;

	if (make && !daxfs_index_make(make, ino, &dir->index[which]))
		return NULL;
	word = daxfs_index_word(fs, ino, daxfs_load(&dir->index[which]), first);
	if (!word || !which)
		return word;
	if (make && !daxfs_index_make(make, ino, word))
		return NULL;
	return daxfs_index_word(fs, ino, daxfs_load(word),
				key >> (DAXFS_KEY_BITS - 2 * DAXFS_FANOUT_SHIFT) &
				(DAXFS_FANOUT - 1));
}

/* The shortcut that an index leads to, where it is one and helps. */
static struct daxfs_entry *daxfs_shortcut_at(struct daxfs *fs, struct daxfs_word *word, u64 key)
{
	u64 ref = word ? daxfs_load(word) : 0;
	struct daxfs_entry *entry = ref ? daxfs_entry_at(fs, ref) : NULL;

	if (entry && daxfs_load(&entry->key) <= key &&
	    daxfs_load(&entry->about) == DAXFS_ENTRY_SHORTCUT)
		return entry;
	return NULL;
}

/* In the index of 9 bits, the key's range or the nearest one before it that has a shortcut. */
static struct daxfs_entry *daxfs_shortcut_before(struct daxfs *fs, struct daxfs_inode *dir, u64 key)
{
	struct daxfs_word *word = daxfs_shortcut_word(fs, dir, 0, key, NULL);

	for (u32 i = key >> (DAXFS_KEY_BITS - DAXFS_FANOUT_SHIFT); word; i--, word--) {
		struct daxfs_entry *entry = daxfs_shortcut_at(fs, word, key);

		if (entry || !i)
			return entry;
	}
	return NULL;
}

struct daxfs_entry *daxfs_list_start(struct daxfs *fs, struct daxfs_inode *dir, u64 key)
{
	return daxfs_shortcut_at(fs, daxfs_shortcut_word(fs, dir, 1, key, NULL), key) ?:
	       daxfs_shortcut_before(fs, dir, key) ?: daxfs_entry_at(fs, daxfs_load(&dir->head));
}

struct daxfs_walk {
	struct daxfs_call *call;
	struct daxfs_place *place;
	struct daxfs_name name;		/* that is looked for */
	u64 key;
	u64 last_key;			/* of the entry before, with its name */
	struct daxfs_name last_name;
	u32 steps;
};

/* One entry on: 1 arrived, 0 go on, -EAGAIN from the beginning. */
static int daxfs_walk_step(struct daxfs_walk *walk)
{
	struct daxfs_place *place = walk->place;
	struct daxfs *fs = walk->call->fs;
	u32 room;
	struct daxfs_entry *entry = daxfs_entry_with_room(fs, place->ref, &room);
	struct daxfs_name name;
	u64 next, key;
	int order;

	if (!entry)
		return -EUCLEAN;
	next = daxfs_load(&entry->next);
	if (next & DAXFS_REF_GONE) {
		next &= ~DAXFS_REF_GONE;
		if (daxfs_hold(walk->call, place->before, entry))
			return -ESTALE;
		if (!daxfs_swap(place->before, place->ref, next))
			return -EAGAIN;
		/* Each leaves once, so a ring of such entries ends here. */
		if (!daxfs_in_use(daxfs_load(&entry->state), daxfs_entry_kind(fs, place->ref)))
			return -EUCLEAN;
		daxfs_entry_retire(fs, place->ref);
		place->ref = next;
		return 0;
	}
	key = daxfs_load(&entry->key);
	name = daxfs_entry_name(entry, room);
	/* Sorted without equals, so a ring in a broken list ends here. */
	if (walk->steps++ && daxfs_place_compare(key, name, walk->last_key, walk->last_name) <= 0)
		return -EUCLEAN;
	order = daxfs_place_compare(key, name, walk->key, walk->name);
	if (order >= 0) {
		place->entry = order ? NULL : entry;
		return 1;
	}
	walk->last_key = key;
	walk->last_name = name;
	place->before = &entry->next;
	place->ref = next;
	return 0;
}

static int daxfs_list_walk(struct daxfs_call *call, struct daxfs_inode *dir, u64 key,
			   struct daxfs_name name, struct daxfs_place *place, u32 *steps)
{
	int err = -EAGAIN;

	while (err == -EAGAIN) {
		struct daxfs_walk walk = { .call = call, .place = place, .name = name, .key = key };
		struct daxfs_entry *start = daxfs_list_start(call->fs, dir, key);

		if (!start)
			return -EUCLEAN;
		*place = (struct daxfs_place){ .before = &start->next, .key = key };
		place->ref = daxfs_load(place->before);
		for (err = 0; !err && place->ref;)
			err = daxfs_walk_step(&walk);
		*steps = walk.steps;
	}
	return err < 0 ? err : 0;
}

int daxfs_list_find(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		    struct daxfs_place *place)
{
	u32 steps;

	return daxfs_list_walk(call, dir, daxfs_key(call->fs, name), name, place, &steps);
}

static int daxfs_entry_mark(struct daxfs_call *call, struct daxfs_entry *entry)
{
	u64 next = daxfs_load(&entry->next), seen;

	if (daxfs_hold(call, entry, NULL))
		return -ESTALE;

	while (!(next & DAXFS_REF_GONE)) {
		seen = daxfs_cas(&entry->next, next, next | DAXFS_REF_GONE);
		if (seen == next)
			break;
		next = seen;
	}
	return 0;
}

/* Puts an entry, live by now, where it was looked for. -EAGAIN: look again. */
static int daxfs_list_put(struct daxfs_call *call, const struct daxfs_place *place, u64 ref,
			  struct daxfs_entry *entry)
{
	daxfs_init(&entry->next, place->ref);
	if (daxfs_hold(call, place->before,
		       place->ref ? daxfs_entry_at(call->fs, place->ref) : NULL))
		return -ESTALE;
	return daxfs_swap(place->before, place->ref, ref) ? 0 : -EAGAIN;
}

/* Best effort: the list is right without. */
static void daxfs_shortcut_add(struct daxfs_call *call, struct daxfs_inode *dir, u64 key,
			       u32 walked)
{
	struct daxfs *fs = call->fs;
	u32 rest = DAXFS_KEY_BITS - DAXFS_FANOUT_SHIFT, steps;
	struct daxfs_word *word = daxfs_shortcut_word(fs, dir, 0, key, call);
	struct daxfs_place place;
	struct daxfs_entry *entry;
	u64 first, ref;
	int err;

	if (word && daxfs_load(word)) {
		if (walked <= DAXFS_LIST_LONGER)
			return;
		rest -= DAXFS_FANOUT_SHIFT;
		word = daxfs_shortcut_word(fs, dir, 1, key, call);
	}
	first = key >> rest << rest;
	if (!word || daxfs_load(word) || !first ||
	    daxfs_entry_new(fs, dir, (struct daxfs_name){ NULL, 0 }, 0, 0, &ref, &entry))
		return;
	daxfs_init(&entry->key, first);
	daxfs_entry_live(fs, ref);
	do {
		err = daxfs_list_walk(call, dir, first, (struct daxfs_name){ NULL, 0 }, &place,
				      &steps);
		if (!err && !place.entry)
			err = daxfs_list_put(call, &place, ref, entry);
	} while (err == -EAGAIN);
	if (err || place.entry)
		daxfs_entry_retire(fs, ref);
	if (!err && !daxfs_hold(call, word, NULL))
		daxfs_cas(word, 0, place.entry ? place.ref : ref);
}

int daxfs_list_insert(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		      u64 ref, struct daxfs_entry *entry)
{
	struct daxfs_place place;
	u64 key = daxfs_load(&entry->key);
	u32 steps;
	int err;

	do {
		err = daxfs_list_walk(call, dir, key, name, &place, &steps);
		if (err)
			return err;
		/* Before the entry, which another host may remove, and the directory with it. */
		if (!place.entry && steps > DAXFS_LIST_LONG)
			daxfs_shortcut_add(call, dir, key, steps);
		if (!place.entry)
			err = daxfs_list_put(call, &place, ref, entry);
		else if (daxfs_settled(call, &place.entry->target))
			err = -EEXIST;
		else
			err = daxfs_entry_mark(call, place.entry) ?: -EAGAIN;
	} while (err == -EAGAIN);
	return err;
}

void daxfs_list_remove(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		       struct daxfs_entry *entry)
{
	struct daxfs_place place;

	if (!daxfs_entry_mark(call, entry))
		daxfs_list_find(call, dir, name, &place);
}

static void daxfs_index_retire(struct daxfs *fs, u64 ino, u64 unit, bool deep)
{
	struct daxfs_word *words = daxfs_index_word(fs, ino, unit, 0);

	if (!words)
		return;
	for (u32 i = 0; deep && i < DAXFS_FANOUT; i++)
		daxfs_index_retire(fs, ino, daxfs_load(&words[i]), false);
	daxfs_unit_retire(fs, unit, NULL);
}

void daxfs_list_retire(struct daxfs *fs, struct daxfs_inode *dir)
{
	u64 ref = daxfs_load(&dir->head), ino = daxfs_ino(fs, dir), next;
	struct daxfs_entry *entry;

	daxfs_index_retire(fs, ino, daxfs_load(&dir->index[0]), false);
	daxfs_index_retire(fs, ino, daxfs_load(&dir->index[1]), true);
	for (; (entry = daxfs_entry_at(fs, ref)); ref = next) {
		next = daxfs_load(&entry->next) & ~DAXFS_REF_GONE;
		/* Each is retired once, which ends a ring. */
		if (daxfs_load(&entry->dir) != ino ||
		    !daxfs_in_use(daxfs_load(&entry->state), daxfs_entry_kind(fs, ref)))
			return;
		daxfs_entry_retire(fs, ref);
	}
}
