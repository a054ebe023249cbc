/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core's files share. */
#ifndef DAXFS_CORE_INTERNAL_H
#define DAXFS_CORE_INTERNAL_H

#include "daxfs.h"

#define DAXFS_WORD_VALUE	(BIT_ULL(48) - 1)
/* Units at the pool's end that only operations which free space, or finish others', may take. */
#define DAXFS_RESERVE		64u
/* A run of so many pages begins a chunk of its own: DAXFS_FANOUT units, aligned. */
#ifndef DAXFS_LARGE
#define DAXFS_LARGE		32u
#endif
/* Chunks that one search for a free one looks at. */
#define DAXFS_CHUNKS_SEEN	64u
/* Retirements after which a host tries to move the epoch on. */
#define DAXFS_ADVANCE_EVERY	16u

static inline u64 daxfs_tag(enum daxfs_state state, enum daxfs_kind kind, u32 host, u64 value)
{
	return (u64)state << 60 | (u64)kind << 56 | (u64)host << 48 | (value & DAXFS_WORD_VALUE);
}

static inline enum daxfs_state daxfs_state_of(u64 word)
{
	return (enum daxfs_state)(word >> 60);
}

static inline enum daxfs_kind daxfs_kind_of(u64 word)
{
	return (enum daxfs_kind)(word >> 56 & 15);
}

static inline u32 daxfs_host_of(u64 word)
{
	return word >> 48 & 255;
}

static inline u64 daxfs_value_of(u64 word)
{
	return word & DAXFS_WORD_VALUE;
}

static inline u64 daxfs_ref(u64 unit, u32 slot)
{
	return unit | (u64)slot << DAXFS_REF_SLOT_SHIFT;
}

static inline u64 daxfs_ref_unit(u64 ref)
{
	return ref & DAXFS_REF_UNIT;
}

static inline u32 daxfs_ref_slot(u64 ref)
{
	return (ref & DAXFS_REF_SLOT) >> DAXFS_REF_SLOT_SHIFT;
}

static inline u32 daxfs_ref_level(u64 ref)
{
	return (ref & DAXFS_REF_LEVEL) >> DAXFS_REF_LEVEL_SHIFT;
}

static inline u64 daxfs_target_ino(u64 target)
{
	return target & DAXFS_TARGET_INO;
}

static inline bool daxfs_is_hole(u64 ref)
{
	return !daxfs_ref_unit(ref);
}

static inline struct daxfs_super *daxfs_super(struct daxfs *fs)
{
	return (struct daxfs_super *)fs->base;
}

static inline void *daxfs_at(struct daxfs *fs, u64 unit)
{
	return fs->base + (unit << DAXFS_UNIT_SHIFT);
}

static inline struct daxfs_host *daxfs_host(struct daxfs *fs, u32 host)
{
	return daxfs_at(fs, DAXFS_HOST_FIRST + host);
}

/* The unit is one of the pool's. */
static inline struct daxfs_unit *daxfs_unit(struct daxfs *fs, u64 unit)
{
	return (struct daxfs_unit *)daxfs_at(fs, fs->table) + unit;
}

static inline bool daxfs_in_pool(struct daxfs *fs, u64 unit)
{
	return unit >= fs->pool && unit < fs->units - 1;
}

/* Whether this is in use as `kind`, published or about to be. */
static inline bool daxfs_in_use(u64 word, enum daxfs_kind kind)
{
	return daxfs_kind_of(word) == kind &&
	       (daxfs_state_of(word) == DAXFS_LIVE || daxfs_state_of(word) == DAXFS_PRIVATE);
}

static inline u64 daxfs_own_tag(struct daxfs *fs, enum daxfs_kind kind)
{
	return daxfs_tag(DAXFS_PRIVATE, kind, fs->host, fs->incarnation);
}

/* What becomes of a unit or slot that nobody reaches any more. */
static inline u64 daxfs_fate(struct daxfs *fs, u64 word)
{
	enum daxfs_kind kind = daxfs_kind_of(word);

	if (daxfs_state_of(word) == DAXFS_LIVE && daxfs_value_of(word))
		return daxfs_tag(DAXFS_QUARANTINED, kind, daxfs_host_of(word),
				 daxfs_value_of(word));
	return daxfs_tag(DAXFS_RETIRED, kind, fs->host, daxfs_load(&daxfs_super(fs)->epoch));
}

/* epoch.c */
/* Says what the call is about to store or publish, before it does. */
void daxfs_name_intent(struct daxfs_call *call, enum daxfs_intent intent, u64 a, u64 b, u64 c,
		       u64 d);
void daxfs_count_retired(struct daxfs *fs);
/* The same, and then looks whether this host may: -ESTALE. */
int daxfs_name_and_look(struct daxfs_call *call, enum daxfs_intent intent, u64 a, u64 b, u64 c,
			u64 d);
/*
 * Names what a CAS that is no part of the intent relies on: the word that it changes, and
 * what the value that it expects leads to (or NULL). Then looks: -ESTALE.
 */
int daxfs_hold(struct daxfs_call *call, const void *word, const void *expected);

/* unit.c */
/*
 * Up to `want` units that lie together, private and not cleared; how many, 0: none are free,
 * and *first is none.
 */
u64 daxfs_unit_alloc(struct daxfs *fs, enum daxfs_kind kind, u64 owner, u64 want, bool urgent,
		     u64 *first);
/*
 * Whether half of the reserve, or as much elsewhere, is to be had, by a guess. Who begins what
 * takes of the reserve looks first, so that there is enough to complete what was begun.
 */
bool daxfs_unit_room(struct daxfs *fs);
/*
 * Units for pages of a file: behind `before`, the unit of the page before them (0: none),
 * or where a run is large at `index` of a chunk that is free. So the pages of a node come
 * to lie as one, aligned, and one translation can map them all.
 */
u64 daxfs_page_alloc(struct daxfs *fs, u64 owner, u32 index, u64 before, u64 want, u64 *first);
/*
 * Before anybody else can reach it. So what is private is unreachable for certain, and what
 * a host leaves live and unreachable where it stops is a leftover for fsck.
 */
void daxfs_unit_live(struct daxfs *fs, u64 unit);
/* The caller has made it unreachable, or never published it; nobody else will retire it. */
void daxfs_unit_retire(struct daxfs *fs, u64 unit, struct daxfs_inode *inode);

/* slot.c */
extern const u16 daxfs_slot_sizes[16];

/* Bytes of a slot; 0: units of this kind have none. */
static inline u32 daxfs_slot_size(enum daxfs_kind kind)
{
	return daxfs_slot_sizes[kind & 15];
}

/* The slot behind a reference, or NULL if it leads to none of this kind. */
void *daxfs_slot_at(struct daxfs *fs, u64 ref, enum daxfs_kind kind);
/* A private slot, cleared but for its state (and an inode's generation). -ENOSPC: *ref is none. */
int daxfs_slot_alloc(struct daxfs *fs, enum daxfs_kind kind, bool urgent, u64 *ref, void **at);
void daxfs_slot_live(struct daxfs *fs, u64 ref, enum daxfs_kind kind);
void daxfs_slot_retire(struct daxfs *fs, u64 ref, enum daxfs_kind kind);

/* map.c */
#define DAXFS_PAGES_MAX		BIT_ULL(36)

/* The node of 512 pages that `page` is in; NULL: there is none (*err 0), or it is broken. */
struct daxfs_word *daxfs_map_find(struct daxfs *fs, u64 ino, u64 root, u64 page, u64 *node,
				  int *err);
/* The same, and makes what is missing. -EAGAIN: it is sealed. */
struct daxfs_word *daxfs_map_make(struct daxfs_call *call, u64 ino, struct daxfs_word *root,
				  u64 page, bool urgent, u64 *node, int *err);
/* A map like that of `root` without the bytes from..to, private. Seals what it replaces. */
int daxfs_map_without(struct daxfs_call *call, u64 ino, u64 root, u64 from, u64 to, u64 *result);
/* Undoes daxfs_map_without() where its result was not taken. */
void daxfs_map_drop(struct daxfs *fs, u64 root, u64 result);
/* The nodes and pages of the result are about to be published. */
void daxfs_map_live(struct daxfs *fs, u64 root, u64 result);
/* Retires what daxfs_map_without() left out; returns how many pages of bytes went. */
u64 daxfs_map_retire(struct daxfs *fs, struct daxfs_inode *inode, u64 root, u64 from, u64 to);

/* change.c */
/* A change that changes nothing: writes under way do themselves again. */
int daxfs_renew(struct daxfs_call *call, struct daxfs_inode *inode);

/* cell.c */
static inline struct daxfs_cell *daxfs_cell_at(struct daxfs *fs, struct daxfs_inode *inode, u64 ref)
{
	return ref == DAXFS_REF_OWN ? &inode->first : daxfs_slot_at(fs, ref, DAXFS_KIND_CELLS);
}

static inline u64 daxfs_cell_ref(struct daxfs *fs, struct daxfs_inode *inode,
				 const struct daxfs_cell *cell)
{
	u64 offset = (const u8 *)cell - fs->base;

	if (cell == &inode->first)
		return DAXFS_REF_OWN;
	return daxfs_ref(offset >> DAXFS_UNIT_SHIFT, (offset & (DAXFS_UNIT - 1)) / sizeof(*cell));
}

/* The pages that an append lists. */
static inline u64 daxfs_append_pages(const struct daxfs_cell *cell)
{
	u64 from = daxfs_load(&cell->from), to = daxfs_load(&cell->to) & DAXFS_OP_BYTE;

	return to > from ? ((to - 1) >> DAXFS_UNIT_SHIFT) - (from >> DAXFS_UNIT_SHIFT) + 1 : 0;
}

/* Completes what is under way. */
int daxfs_cell_complete(struct daxfs_call *call, struct daxfs_inode *inode,
			struct daxfs_cell **cell);

/* The state that the file is in, after completing what is under way. */
static inline int daxfs_cell_now(struct daxfs_call *call, struct daxfs_inode *inode,
				 struct daxfs_cell **cell)
{
	*cell = daxfs_cell_at(call->fs, inode, daxfs_load(&inode->cell));
	return *cell && !daxfs_load(&(*cell)->next) ? 0 : daxfs_cell_complete(call, inode, cell);
}

/* Whether a change from `ref` on concerns these bytes. */
bool daxfs_cells_concern(struct daxfs *fs, struct daxfs_inode *inode, u64 ref, u64 from, u64 to,
			 bool writes);

/* Whether a change after `cell` concerns these bytes. */
static inline bool daxfs_cell_changed(struct daxfs *fs, struct daxfs_inode *inode,
				      struct daxfs_cell *cell, u64 from, u64 to, bool writes)
{
	u64 next = daxfs_load(&cell->next);

	return next && daxfs_cells_concern(fs, inode, next, from, to, writes);
}

/* The states and the map of a file that nobody reaches any more. */
void daxfs_cells_retire(struct daxfs_call *call, struct daxfs_inode *inode);

/* inode.c */
static inline u64 daxfs_ino(struct daxfs *fs, struct daxfs_inode *inode)
{
	u64 offset = (u8 *)inode - fs->base;

	return daxfs_ref(offset >> DAXFS_UNIT_SHIFT,
			 (offset & (DAXFS_UNIT - 1)) / sizeof(struct daxfs_inode));
}

/* A private inode with one name (none: O_TMPFILE), open on this host. */
int daxfs_inode_new(struct daxfs_call *call, const struct daxfs_new *new, u64 parent, bool named,
		    u64 *ino, struct daxfs_inode **inode);
void daxfs_inode_drop(struct daxfs *fs, u64 ino, struct daxfs_inode *inode);
/* Counts a name before it is given; a file of O_TMPFILE may still gain its first one. */
int daxfs_link_add(struct daxfs_inode *inode);
/* It has got its name. */
void daxfs_link_named(struct daxfs_inode *inode);
/* Takes the inode apart if it has no name and nobody has it open. */
void daxfs_inode_release(struct daxfs_call *call, struct daxfs_inode *inode);
/* Takes a name away, and the inode apart if it was the last and nobody has it open. */
void daxfs_link_sub(struct daxfs_call *call, struct daxfs_inode *inode);

/* xattr.c */
/* The attributes of an inode that is taken apart: nobody sets one from now on. */
void daxfs_xattr_free(struct daxfs *fs, struct daxfs_inode *inode);
/* Whether a unit of attributes ends as it should. */
bool daxfs_xattr_whole(const u8 *unit);

/* txn.c */
/* What a word that may hold a transaction says; looks only. */
u64 daxfs_resolve(struct daxfs *fs, u64 value, const struct daxfs_word *where);
/* The word's value without any transaction, which is decided if it was not. */
u64 daxfs_settled(struct daxfs_call *call, struct daxfs_word *where);
int daxfs_txn_new(struct daxfs_call *call, u64 *ref, struct daxfs_txn **txn);
void daxfs_txn_add(struct daxfs *fs, struct daxfs_txn *txn, struct daxfs_word *where, u64 old,
		   u64 new);
/* After the last part was added, before the first word is taken. */
int daxfs_txn_name(struct daxfs_call *call, u64 ref);
/* Puts the transaction into a part's word. */
bool daxfs_txn_take(struct daxfs *fs, struct daxfs_txn *txn, u64 ref, u32 part);
bool daxfs_txn_commit(struct daxfs_call *call, struct daxfs_txn *txn);
/* Decides it, replaces it in its words, and lets it go. */
void daxfs_txn_end(struct daxfs *fs, u64 ref, struct daxfs_txn *txn);
/* Decides a transaction of another call. -ESTALE: this host may not. */
int daxfs_txn_push(struct daxfs_call *call, u64 ref);
/* Takes one that is decided out of its words. */
void daxfs_txn_settle(struct daxfs_call *call, struct daxfs_txn *txn);

/* list.c */
struct daxfs_place {
	struct daxfs_word *before;	/* the `next` that leads to it */
	u64 ref;			/* the entry that has the name, or that follows */
	struct daxfs_entry *entry;	/* with the name, or NULL */
	u64 key;
};

u64 daxfs_key(struct daxfs *fs, struct daxfs_name name);
int daxfs_list_find(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		    struct daxfs_place *place);
struct daxfs_entry *daxfs_entry_at(struct daxfs *fs, u64 ref);
int daxfs_entry_new(struct daxfs *fs, struct daxfs_inode *dir, struct daxfs_name name, u8 type,
		    u64 target, u64 *ref, struct daxfs_entry **entry);
void daxfs_entry_retire(struct daxfs *fs, u64 ref);
void daxfs_entry_live(struct daxfs *fs, u64 ref);
/* Puts an entry in; -EEXIST: the name is there, -EAGAIN: look again. */
int daxfs_list_insert(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		      u64 ref, struct daxfs_entry *entry);
/* The first shortcut at or before the key. */
struct daxfs_entry *daxfs_list_start(struct daxfs *fs, struct daxfs_inode *dir, u64 key);
/* The list of a directory that nobody reaches any more. */
void daxfs_list_retire(struct daxfs *fs, struct daxfs_inode *dir);
/* Takes out an entry whose target is 0. */
void daxfs_list_remove(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		       struct daxfs_entry *entry);

#endif
