// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of a file: a tree of nodes of 512 publish words, of one to four levels. A word
 * of a node goes from hole to a reference, from one page to another when an append takes
 * the tail's place, and to sealed; never back. So a late CAS of whoever was slow fails.
 * What takes something out of a map (truncate, punch) builds another one: it seals the
 * holes of the nodes that it is about to replace, after which they are constant, and
 * copies them.
 */
#include "core.h"

#define DAXFS_WORDS(fs, ref) ((struct daxfs_word *)daxfs_at(fs, daxfs_ref_unit(ref)))

/* Bytes under one word of a node of this level. */
static u64 daxfs_span(u32 level)
{
	return (u64)DAXFS_UNIT << (DAXFS_FANOUT_SHIFT * level);
}

static u32 daxfs_index(u64 page, u32 level)
{
	return page >> (DAXFS_FANOUT_SHIFT * level) & (DAXFS_FANOUT - 1);
}

static bool daxfs_reaches(u64 page, u32 level)
{
	return !(page >> (DAXFS_FANOUT_SHIFT * (level + 1)));
}

/* Retired ones are nodes as well: a call that began before may still be reading them. */
static inline bool daxfs_is_node(struct daxfs *fs, u64 ino, u64 ref, u32 level)
{
	struct daxfs_unit *unit;

	if (!daxfs_in_pool(fs, daxfs_ref_unit(ref)) || level >= DAXFS_LEVELS)
		return false;
	unit = daxfs_unit(fs, daxfs_ref_unit(ref));
	return daxfs_kind_of(daxfs_load(&unit->word)) == DAXFS_KIND_NODE &&
	       daxfs_load(&unit->owner) == ino;
}

struct daxfs_word *daxfs_map_find(struct daxfs *fs, u64 ino, u64 root, u64 page, u64 *node,
				  int *err)
{
	u32 level = daxfs_ref_level(root);
	u64 ref = root;

	*err = 0;
	if (daxfs_is_hole(root) || !daxfs_reaches(page, level))
		return NULL;
	for (;; level--) {
		if (!daxfs_is_node(fs, ino, ref, level)) {
			*err = -EUCLEAN;
			return NULL;
		}
		if (!level)
			break;
		ref = daxfs_load(&DAXFS_WORDS(fs, ref)[daxfs_index(page, level)]);
		if (daxfs_is_hole(ref))
			return NULL;
	}
	*node = daxfs_ref_unit(ref);
	return DAXFS_WORDS(fs, ref);
}

/* A node that nobody has seen, with `child` as its first word. */
static u64 daxfs_node_new(struct daxfs *fs, u64 ino, u32 level, u64 child, bool urgent)
{
	struct daxfs_word *words;
	u64 unit;

	if (!daxfs_unit_alloc(fs, DAXFS_KIND_NODE, ino, 1, urgent, &unit))
		return 0;
	words = daxfs_at(fs, unit);
	daxfs_init(&words[0], child);
	for (u32 i = 1; i < DAXFS_FANOUT; i++)
		daxfs_init(&words[i], 0);
	return unit | (u64)level << DAXFS_REF_LEVEL_SHIFT;
}

/* Has a new node take the place of `old`, or says why not. */
static int daxfs_node_put(struct daxfs_call *call, u64 ino, struct daxfs_word *word, u64 old,
			  u32 level, u64 child, bool urgent)
{
	struct daxfs *fs = call->fs;
	u64 ref;
	int err;

	if (old & DAXFS_REF_SEALED)
		return -EAGAIN;
	ref = daxfs_node_new(fs, ino, level, child, urgent);
	if (!ref)
		return -ENOSPC;
	daxfs_unit_live(fs, daxfs_ref_unit(ref));
	err = daxfs_hold(call, word, NULL);
	if (err || !daxfs_swap(word, old, ref))
		daxfs_unit_retire(fs, daxfs_ref_unit(ref), NULL);
	return err;
}

static u32 daxfs_level_for(u64 page)
{
	u32 level = 0;

	while (!daxfs_reaches(page, level))
		level++;
	return level;
}

struct daxfs_word *daxfs_map_make(struct daxfs_call *call, u64 ino, struct daxfs_word *root,
				  u64 page, bool urgent, u64 *node, int *err)
{
	struct daxfs *fs = call->fs;
	struct daxfs_word *word = root;
	u64 ref = daxfs_load(root);
	u32 level;

	for (;;) {
		if (daxfs_is_hole(ref))
			*err = daxfs_node_put(call, ino, root, ref, daxfs_level_for(page), 0,
					      urgent);
		else if (!daxfs_reaches(page, daxfs_ref_level(ref)))
			*err = daxfs_node_put(call, ino, root, ref, daxfs_ref_level(ref) + 1, ref,
					      urgent);
		else
			break;
		if (*err)
			return NULL;
		ref = daxfs_load(root);
	}
	level = daxfs_ref_level(ref);
	for (;;) {
		if (!daxfs_is_node(fs, ino, ref, level)) {
			*err = -EUCLEAN;
			return NULL;
		}
		if (!level)
			break;
		word = &DAXFS_WORDS(fs, ref)[daxfs_index(page, level)];
		level--;
		for (ref = daxfs_load(word); daxfs_is_hole(ref); ref = daxfs_load(word)) {
			*err = daxfs_node_put(call, ino, word, ref, level, 0, urgent);
			if (*err)
				return NULL;
		}
	}
	*err = 0;
	*node = daxfs_ref_unit(ref);
	return DAXFS_WORDS(fs, ref);
}

static void daxfs_node_seal(struct daxfs *fs, u64 ref)
{
	for (u32 i = 0; i < DAXFS_FANOUT; i++) {
		struct daxfs_word *word = &DAXFS_WORDS(fs, ref)[i];
		u64 value = daxfs_load(word);

		while (daxfs_is_hole(value) && !(value & DAXFS_REF_SEALED)) {
			u64 seen = daxfs_cas(word, value, value | DAXFS_REF_SEALED);

			value = seen == value ? value | DAXFS_REF_SEALED : seen;
		}
	}
}

/* A range of bytes against a word's: how much of it is inside. */
enum daxfs_overlap { DAXFS_OUTSIDE, DAXFS_PARTLY, DAXFS_INSIDE };

struct daxfs_cut {
	struct daxfs *fs;
	struct daxfs_call *call;	/* of one that seals */
	u64 ino;
	u64 from, to;
	struct daxfs_inode *inode;
	u64 pages;
};

static enum daxfs_overlap daxfs_overlaps(const struct daxfs_cut *cut, u64 base, u64 span)
{
	if (cut->from >= base + span || cut->to <= base)
		return DAXFS_OUTSIDE;
	return cut->from <= base && cut->to >= base + span ? DAXFS_INSIDE : DAXFS_PARTLY;
}

/* A copy of a page without the bytes of the cut. */
static int daxfs_page_without(const struct daxfs_cut *cut, u64 base, u64 ref, u64 *result)
{
	u64 first = cut->from > base ? cut->from - base : 0;
	u64 last = cut->to < base + DAXFS_UNIT ? cut->to - base : DAXFS_UNIT;
	u8 *from = daxfs_at(cut->fs, daxfs_ref_unit(ref)), *to;

	*result = 0;
	if (!daxfs_in_pool(cut->fs, daxfs_ref_unit(ref)))
		return -EUCLEAN;
	if (!daxfs_unit_alloc(cut->fs, DAXFS_KIND_DATA, cut->ino, 1, true, result))
		return -ENOSPC;
	to = daxfs_at(cut->fs, *result);
	daxfs_copy(to, from, first);
	daxfs_zero(to + first, last - first);
	daxfs_copy(to + last, from + last, DAXFS_UNIT - last);
	return 0;
}

static int daxfs_node_without(const struct daxfs_cut *cut, u64 base, u64 ref, u32 level,
			      u64 *result);

static int daxfs_word_without(const struct daxfs_cut *cut, u64 base, u64 ref, u32 level,
			      u64 *result)
{
	switch (daxfs_overlaps(cut, base, daxfs_span(level))) {
	case DAXFS_INSIDE:
		*result = 0;
		return 0;
	case DAXFS_OUTSIDE:
		*result = ref;
		return 0;
	default:
		if (!level)
			return daxfs_page_without(cut, base, ref, result);
		return daxfs_node_without(cut, base, ref, level - 1, result);
	}
}

static int daxfs_node_without(const struct daxfs_cut *cut, u64 base, u64 ref, u32 level,
			      u64 *result)
{
	struct daxfs_word *words;
	int err;

	*result = 0;
	if (!daxfs_is_node(cut->fs, cut->ino, ref, level))
		return -EUCLEAN;
	err = daxfs_hold(cut->call, DAXFS_WORDS(cut->fs, ref), NULL);
	if (err)
		return err;
	daxfs_node_seal(cut->fs, ref);
	*result = daxfs_node_new(cut->fs, cut->ino, level, 0, true);
	if (!*result)
		return -ENOSPC;
	words = DAXFS_WORDS(cut->fs, *result);
	for (u32 i = 0; i < DAXFS_FANOUT && !err; i++) {
		u64 old = daxfs_load(&DAXFS_WORDS(cut->fs, ref)[i]), new = 0;

		if (!daxfs_is_hole(old))
			err = daxfs_word_without(cut, base + i * daxfs_span(level), old, level,
						 &new);
		daxfs_init(&words[i], new);
	}
	return err;
}

int daxfs_map_without(struct daxfs_call *call, u64 ino, u64 root, u64 from, u64 to, u64 *result)
{
	struct daxfs *fs = call->fs;
	struct daxfs_cut cut = { .fs = fs, .call = call, .ino = ino, .from = from, .to = to };
	u32 level = daxfs_ref_level(root);
	int err;

	*result = 0;
	if (daxfs_is_hole(root))
		return 0;
	if (level >= DAXFS_LEVELS)
		return -EUCLEAN;
	switch (daxfs_overlaps(&cut, 0, daxfs_span(level + 1))) {
	case DAXFS_INSIDE:
		return 0;
	case DAXFS_OUTSIDE:
		*result = root;
		return 0;
	default:
		err = daxfs_node_without(&cut, 0, root, level, result);
	}
	if (!err)
		return 0;
	daxfs_map_drop(fs, root, *result);
	*result = 0;
	return err;
}

/*
 * What is in the result and not in the map that it came from, from the leaves up. Both are as
 * other hosts may have broken them.
 */
static void daxfs_map_each(struct daxfs *fs, u64 root, u64 result, u32 level,
			   void (*act)(struct daxfs *fs, u64 unit))
{
	if (result == root || !daxfs_in_pool(fs, daxfs_ref_unit(root)) ||
	    !daxfs_in_pool(fs, daxfs_ref_unit(result)))
		return;
	for (u32 i = 0; i < DAXFS_FANOUT; i++) {
		u64 old = daxfs_load(&DAXFS_WORDS(fs, root)[i]);
		u64 new = daxfs_load(&DAXFS_WORDS(fs, result)[i]);

		if (daxfs_is_hole(new) || new == old)
			continue;
		if (level)
			daxfs_map_each(fs, old, new, level - 1, act);
		else if (daxfs_in_pool(fs, daxfs_ref_unit(new)))
			act(fs, daxfs_ref_unit(new));
	}
	act(fs, daxfs_ref_unit(result));
}

static void daxfs_unit_unused(struct daxfs *fs, u64 unit)
{
	daxfs_unit_retire(fs, unit, NULL);
}

void daxfs_map_drop(struct daxfs *fs, u64 root, u64 result)
{
	daxfs_map_each(fs, root, result, daxfs_ref_level(root), daxfs_unit_unused);
}

void daxfs_map_live(struct daxfs *fs, u64 root, u64 result)
{
	daxfs_map_each(fs, root, result, daxfs_ref_level(root), daxfs_unit_live);
}

/* Empties a node for good, and what is below. Each word is taken once, so loops end. */
static void daxfs_node_empty(struct daxfs_cut *cut, u64 ref, u32 level)
{
	if (!daxfs_is_node(cut->fs, cut->ino, ref, level))
		return;
	for (u32 i = 0; i < DAXFS_FANOUT; i++) {
		struct daxfs_word *word = &DAXFS_WORDS(cut->fs, ref)[i];
		u64 value = daxfs_load(word), seen;

		while ((seen = daxfs_cas(word, value, DAXFS_REF_SEALED)) != value)
			value = seen;
		if (!daxfs_in_pool(cut->fs, daxfs_ref_unit(value)))
			continue;
		if (level) {
			daxfs_node_empty(cut, value, level - 1);
		} else {
			daxfs_unit_retire(cut->fs, daxfs_ref_unit(value), cut->inode);
			cut->pages++;
		}
	}
	daxfs_unit_retire(cut->fs, daxfs_ref_unit(ref), NULL);
}

/* Retires a node that was replaced, and what its replacement has not. */
static void daxfs_node_retire(struct daxfs_cut *cut, u64 base, u64 ref, u32 level)
{
	u64 span = daxfs_span(level);

	if (!daxfs_is_node(cut->fs, cut->ino, ref, level))
		return;
	for (u32 i = 0; i < DAXFS_FANOUT; i++, base += span) {
		u64 value = daxfs_load(&DAXFS_WORDS(cut->fs, ref)[i]);
		enum daxfs_overlap overlap = daxfs_overlaps(cut, base, span);

		if (overlap == DAXFS_OUTSIDE || !daxfs_in_pool(cut->fs, daxfs_ref_unit(value)))
			continue;
		if (!level) {
			daxfs_unit_retire(cut->fs, daxfs_ref_unit(value), cut->inode);
			cut->pages += overlap == DAXFS_INSIDE;
		} else if (overlap == DAXFS_INSIDE) {
			daxfs_node_empty(cut, value, level - 1);
		} else {
			daxfs_node_retire(cut, base, value, level - 1);
		}
	}
	daxfs_unit_retire(cut->fs, daxfs_ref_unit(ref), NULL);
}

u64 daxfs_map_retire(struct daxfs *fs, struct daxfs_inode *inode, u64 root, u64 from, u64 to)
{
	struct daxfs_cut cut = {
		.fs = fs, .ino = daxfs_ino(fs, inode), .from = from, .to = to, .inode = inode,
	};
	u32 level = daxfs_ref_level(root);

	if (daxfs_is_hole(root) || level >= DAXFS_LEVELS)
		return 0;
	switch (daxfs_overlaps(&cut, 0, daxfs_span(level + 1))) {
	case DAXFS_INSIDE:
		daxfs_node_empty(&cut, root, level);
		break;
	case DAXFS_PARTLY:
		daxfs_node_retire(&cut, 0, root, level);
		break;
	default:
		break;
	}
	return cut.pages;
}
