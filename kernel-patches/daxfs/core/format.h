/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies in the region. docs/daxfs.md explains it field by field.
 *
 * The region is an array of units of 4 KiB:
 *   0                 the superblock
 *   1 .. 64           one unit a host: a control line and 63 lines for calls under way
 *   65 ..             the unit table, 16 bytes a unit
 *   then              the pool
 *   last              a copy of the superblock's constant part
 *
 * No word returns to a value that it had before in the same life of what it lies in, but
 * for counters, masks and what is said below. Together with epochs this excludes ABA.
 */
#ifndef DAXFS_FORMAT_H
#define DAXFS_FORMAT_H

#include "ops.h"

#define DAXFS_MAGIC		0x3173667861646f7aULL	/* "zodaxfs1" */
#define DAXFS_SUPER_MAGIC	0x5a44415846u		/* statfs' f_type */
#define DAXFS_UNIT_SHIFT	12
#define DAXFS_UNIT		4096u
#define DAXFS_HOSTS		64u
#define DAXFS_CALLS		63u
#define DAXFS_HOST_FIRST	1u
#define DAXFS_TABLE_FIRST	65u
/* The explorer takes fewer words, so that a map has levels in what it can search. */
#ifndef DAXFS_FANOUT_SHIFT
#define DAXFS_FANOUT_SHIFT	9
#endif
#define DAXFS_FANOUT		(1u << DAXFS_FANOUT_SHIFT)
#define DAXFS_LEVELS		4u
#define DAXFS_SIZE_MAX		BIT_ULL(44)
#define DAXFS_UNITS_MIN		256ULL
#define DAXFS_UNITS_MAX		BIT_ULL(40)
#define DAXFS_NAME_MAX		255u

/*
 * References, the publish words: a unit in 40 bits and a tag in 24.
 * The tag: slot within the unit (6), level of a node (3), flags.
 */
#define DAXFS_REF_UNIT		0x000000ffffffffffULL
#define DAXFS_REF_SLOT_SHIFT	40
#define DAXFS_REF_SLOT		(0x3fULL << DAXFS_REF_SLOT_SHIFT)
#define DAXFS_REF_LEVEL_SHIFT	46
#define DAXFS_REF_LEVEL		(0x7ULL << DAXFS_REF_LEVEL_SHIFT)
#define DAXFS_REF_OWN		BIT_ULL(49)	/* inode->cell: the cell within the inode */
#define DAXFS_REF_TXN		BIT_ULL(61)	/* the word is decided by this transaction */
#define DAXFS_REF_GONE		BIT_ULL(62)	/* entry->next: the entry is out of the list for good */
#define DAXFS_REF_SEALED	BIT_ULL(63)	/* nothing is published here any more */
#define DAXFS_UNSET		(~0ULL)

/*
 * The word of a unit, and the first word of every slot within one:
 * state (4), kind (4), host (8), value (48).
 */
enum daxfs_state {
	DAXFS_FREE = 0,
	DAXFS_PRIVATE = 1,	/* value: the host's incarnation; nobody else has a reference */
	DAXFS_LIVE = 2,		/* value: 0, or the incarnation of a fenced host that may still store */
	DAXFS_RETIRED = 3,	/* value: the epoch in which it was unlinked */
	DAXFS_HELD = 4,		/* unlinked, and another host maps its inode; the owner says which */
	DAXFS_QUARANTINED = 5,	/* value: the fenced host's incarnation */
	DAXFS_META = 6,		/* superblock, hosts, unit table */
	DAXFS_BAD = 7,		/* never used: fsck took it out */
};

enum daxfs_kind {
	DAXFS_KIND_NONE = 0,
	DAXFS_KIND_DATA = 1,
	DAXFS_KIND_NODE = 2,	/* 512 publish words */
	DAXFS_KIND_INODES = 3,	/* 16 slots of 256 bytes */
	DAXFS_KIND_CELLS = 4,	/* 64 slots of 64 bytes */
	DAXFS_KIND_ENTRIES = 5,	/* 32 slots of 128 bytes */
	DAXFS_KIND_LONG = 6,	/* 12 slots of 320 bytes: entries with long names */
	DAXFS_KIND_TXNS = 7,	/* 32 slots of 128 bytes */
	DAXFS_KIND_XATTR = 8,	/* extended attributes, one after the other; constant */
	DAXFS_KIND_STAGE = 9,	/* what an append is about to publish */
	DAXFS_KIND_INDEX = 10,	/* 512 shortcuts into a directory */
	DAXFS_KINDS = 11,
};

struct daxfs_unit {
	struct daxfs_word word;
	struct daxfs_word owner;	/* the inode for data, nodes, xattr, index; else 0 */
};

#define DAXFS_LABEL		32

#define DAXFS_MODE_EMPTY	0
#define DAXFS_MODE_SPLIT	1
#define DAXFS_MODE_STATIC	2

/* A kernel that does not know a bit: of compat goes on, of ro_compat only reads, of incompat refuses. */
#define DAXFS_COMPAT_KNOWN	0ULL
#define DAXFS_RO_COMPAT_KNOWN	0ULL
#define DAXFS_INCOMPAT_EMPTY	1ULL	/* mode empty: every file is in the region */
#define DAXFS_INCOMPAT_KNOWN	DAXFS_INCOMPAT_EMPTY

struct daxfs_super {
	/* Constant from mkfs on, covered by `sum`; the copy in the last unit holds the same. */
	struct daxfs_word magic;
	struct daxfs_word compat;
	struct daxfs_word ro_compat;
	struct daxfs_word incompat;
	struct daxfs_word units;	/* of the region */
	struct daxfs_word table;	/* first unit of the unit table */
	struct daxfs_word pool;		/* first unit of the pool */
	struct daxfs_word root;		/* the root directory's inode number */
	struct daxfs_word secret[2];	/* keys the hash of names */
	struct daxfs_word mode;
	struct daxfs_word created;	/* ns since 1970 */
	u8 uuid[16];
	u8 label[DAXFS_LABEL];		/* padded with zeroes */
	u8 reserved0[360];
	struct daxfs_word sum;		/* of the bytes before it: daxfs_sum() */
	/* Words that change, a cache line each. */
	struct daxfs_word epoch;
	u8 pad0[56];
	struct daxfs_word dirmove;	/* the transaction that moves a directory, or 0 */
	u8 pad1[56];
	struct daxfs_word stamp;	/* clock of histories */
	u8 pad2[56];
	struct daxfs_word errors;	/* corruptions that hosts met since the last fsck */
	u8 pad3[56];
	u8 reserved1[3328];
};

/* Claim: incarnation (56), state (8). The incarnation grows with each claim. */
#define DAXFS_HOST_FREE		0ULL
#define DAXFS_HOST_LIVE		1ULL
#define DAXFS_HOST_FENCING	2ULL	/* has no authority; its pins hold until its names are resolved */
#define DAXFS_HOST_FENCED	3ULL	/* quarantine stands until it acknowledges or is cut off */

/* What a call under way has named. Unit names cover what a zombie may still store or publish. */
enum daxfs_intent {
	DAXFS_INTENT_NONE = 0,
	DAXFS_INTENT_STORE = 1,		/* a: inode, b: first unit, c: units, d: cell */
	DAXFS_INTENT_PUBLISH = 2,	/* a: inode, b: node, c: words (32), first word (32), d: cell */
	DAXFS_INTENT_OP = 3,		/* a: inode, b: old cell, c: new cell */
	DAXFS_INTENT_CREATE = 4,	/* a: directory, b: entry, c: inode */
	DAXFS_INTENT_UNLINK = 5,	/* a: directory, b: entry, c: inode */
	DAXFS_INTENT_TXN = 6,		/* a: transaction */
	DAXFS_INTENT_FREE = 7,		/* a: inode that is taken apart */
};

/* A call under way. */
struct daxfs_line {
	struct daxfs_word pin;		/* 0, or epoch << 1 | 1 */
	struct daxfs_word intent;
	struct daxfs_word a, b, c, d;
	struct daxfs_word hold[2];	/* bytes of the region that the CAS to come relies on, or 0 */
};

struct daxfs_host {
	struct daxfs_word claim;
	struct daxfs_word beat;		/* grows while the host lives */
	struct daxfs_word acked;	/* the incarnation that has acknowledged its fence */
	struct daxfs_word doorbell;	/* revocations asked of it */
	struct daxfs_word answered;	/* revocations done by it */
	struct daxfs_word used;		/* units that it took less those it freed, modulo 2^64 */
	u8 name[16];
	struct daxfs_line calls[DAXFS_CALLS];
};

/*
 * A state of a file: its size and map. A change that cannot be one CAS (truncate, punch,
 * append) makes the next state: it registers it in `next`, anybody completes it, and one
 * CAS of inode->cell takes the file from this state to the next.
 */
struct daxfs_cell {
	struct daxfs_word state;	/* of the slot */
	struct daxfs_word next;		/* 0, then the cell that follows; for ever */
	struct daxfs_word size;		/* bytes, DAXFS_SIZE_MISSED; UNSET until decided */
	struct daxfs_word root;		/* 0 or a node; grows only; SEALED ends it; UNSET until decided */
	struct daxfs_word from;		/* append: where; punch: the first byte that goes; else the size */
	struct daxfs_word to;		/* what the operation is (8), and the byte after its last (56) */
	struct daxfs_word stage;	/* append: the unit that lists the staged pages */
	struct daxfs_word tail;		/* append: the tail's new page; size, grow: the old size; or UNSET */
};

#define DAXFS_SIZE_BYTES	(BIT_ULL(48) - 1)
#define DAXFS_SIZE_MISSED	BIT_ULL(62)	/* the append came too late for its place */

enum daxfs_op {
	DAXFS_OP_NONE = 0,
	DAXFS_OP_APPEND = 1,
	DAXFS_OP_SIZE = 2,		/* truncate, either way */
	DAXFS_OP_PUNCH = 3,
	DAXFS_OP_GROW = 4,		/* to a size, unless the file has it */
	DAXFS_OP_PUNCH_BEHIND = 5,	/* of the bytes what lies behind the file's last page */
};
#define DAXFS_OP_SHIFT		56
#define DAXFS_OP_BYTE		((1ULL << DAXFS_OP_SHIFT) - 1)

/* The inode number is the reference without flags, so it names the slot. */
struct daxfs_inode {
	struct daxfs_word state;	/* of the slot */
	struct daxfs_word gen;		/* grows with each use of the slot */
	struct daxfs_word link;		/* DAXFS_LINK_*, and the count of names in the low half */
	struct daxfs_word openers;	/* hosts that hold it open, a bit each */
	struct daxfs_word mappers;	/* hosts that map it, a bit each */
	struct daxfs_word cell;		/* the state of a regular file or symlink */
	struct daxfs_cell first;	/* the state that it begins with */
	struct daxfs_word mode;		/* type and permissions (32), flags (32) */
	struct daxfs_word owner;	/* uid (32), gid (32) */
	struct daxfs_word rdev;
	struct daxfs_word atime, mtime, ctime, btime;	/* ns since 1970 */
	struct daxfs_word version;
	struct daxfs_word pages;	/* data units, for st_blocks */
	struct daxfs_word dir;		/* DAXFS_DIR_DEAD, subdirectories (28), entries (32); or a txn */
	struct daxfs_word parent;	/* of a directory: its inode number, or a transaction */
	struct daxfs_word head;		/* of a directory: the first entry of its list */
	struct daxfs_word index[2];	/* of a directory: 0, or shortcuts by 9 and by 18 bits */
	struct daxfs_word xattr;	/* 0 or a unit; SEALED where it is taken apart */
	u8 reserved[24];
};

#define DAXFS_LINK_COUNT	0xffffffffULL
#define DAXFS_LINK_TEMPORARY	BIT_ULL(62)	/* O_TMPFILE: no name so far, may gain one */
#define DAXFS_LINK_DYING	BIT_ULL(63)	/* is being taken apart */

#define DAXFS_DIR_DEAD		BIT_ULL(63)
#define DAXFS_DIR_SUBDIR	BIT_ULL(32)
#define DAXFS_DIR_COUNTED	BIT_ULL(60)	/* above both counts */

/*
 * Entries of a directory form one list, sorted by key and then by name. `target` decides
 * whether the name exists; the list decides that it exists once.
 */
struct daxfs_entry {
	struct daxfs_word state;	/* of the slot */
	struct daxfs_word next;		/* GONE: this entry is out */
	struct daxfs_word key;		/* hash of the name (62), constant */
	struct daxfs_word target;	/* inode and its TURN; 0: gone for good; or a transaction */
	struct daxfs_word dir;		/* the directory's inode, constant */
	struct daxfs_word about;	/* length of the name (8), DT_ type (8), shortcut (bit 16), constant */
	u8 name[];
};

/* Changed where a fenced host may still hold a CAS that expects the target. */
#define DAXFS_TARGET_TURN	BIT_ULL(50)
#define DAXFS_TARGET_INO	(DAXFS_REF_UNIT | DAXFS_REF_SLOT)

#define DAXFS_ENTRY_SHORT	128u
#define DAXFS_ENTRY_LONG	320u
#define DAXFS_ENTRY_SHORTCUT	BIT_ULL(16)
#define DAXFS_KEY_BITS		62

/*
 * Up to four words that change together. A word that holds a reference to the transaction
 * has its new value if the state is COMMITTED, and its old one otherwise. Nobody waits for
 * one that is PENDING: whoever needs a word of it commits it where all its words are taken,
 * and aborts it otherwise.
 */
struct daxfs_txn {
	struct daxfs_word state;	/* of the slot */
	struct daxfs_word outcome;	/* 0 PENDING, 1 COMMITTED, 2 ABORTED */
	struct daxfs_word count;
	struct daxfs_word moves;	/* the directory that moves, or 0 */
	struct {
		struct daxfs_word where;	/* byte offset of the word in the region */
		struct daxfs_word old;
		struct daxfs_word new;
	} part[4];
};

#define DAXFS_TXN_PENDING	0ULL
#define DAXFS_TXN_COMMITTED	1ULL
#define DAXFS_TXN_ABORTED	2ULL

static_assert(sizeof(struct daxfs_word) == 8);
static_assert(sizeof(struct daxfs_unit) == 16);
static_assert(sizeof(struct daxfs_super) == DAXFS_UNIT);
static_assert(offsetof(struct daxfs_super, sum) == 504);
static_assert(offsetof(struct daxfs_super, epoch) == 512);
static_assert(sizeof(struct daxfs_line) == 64);
static_assert(sizeof(struct daxfs_host) == DAXFS_UNIT);
static_assert(offsetof(struct daxfs_host, calls) == 64);
static_assert(sizeof(struct daxfs_cell) == 64);
static_assert(sizeof(struct daxfs_inode) == 256);
static_assert(offsetof(struct daxfs_entry, name) == 48);
static_assert(DAXFS_ENTRY_LONG >= 48 + DAXFS_NAME_MAX);
static_assert(sizeof(struct daxfs_txn) == 128);

#endif
