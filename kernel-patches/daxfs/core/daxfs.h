/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core's calls. They neither sleep, nor wait for another host, nor allocate memory.
 *
 * Whatever reads or changes what is shared runs between daxfs_begin() and daxfs_end(),
 * which pin the epoch: in between nothing that was reached is reused. A call may not sleep
 * there, nor touch user memory that may fault. Pointers into the region die at daxfs_end(),
 * but for inodes that this host has opened.
 *
 * Calls return 0 or a count, or a negative errno. -EAGAIN: end the call, begin again.
 * -ESTALE: this host was fenced, or the inode is another one by now. -EUCLEAN: the region
 * holds what no host may write.
 */
#ifndef DAXFS_CORE_H
#define DAXFS_CORE_H

#include "format.h"

#define DAXFS_SPARE		16u

/* A host's view of a region. What was validated at mount is kept here, and not fetched again. */
struct daxfs {
	u8 *base;
	u64 units;
	u64 table;
	u64 pool;
	u64 root;
	u64 secret[2];
	u64 mode;
	u32 host;
	u64 incarnation;
	const struct daxfs_word *claim;	/* this host's */
	u64 claimed;			/* what it says while this host has its authority */
	u64 (*now)(void);		/* ns since 1970 */
	/* Hints, which may be wrong. */
	struct daxfs_word hint;		/* where free units were found last */
	struct daxfs_word chunk;	/* the chunk that was looked at last */
	struct daxfs_word slab[DAXFS_KINDS];	/* the slot of each kind that was found free last */
	struct daxfs_word spare[DAXFS_KINDS][DAXFS_SPARE];	/* slots that were retired here */
	struct daxfs_word retired;	/* how often this host has retired something */
};

struct daxfs_call {
	struct daxfs *fs;
	struct daxfs_line *line;
};

/* super.c */
struct daxfs_format_options {
	u64 now;
	u64 secret[2];
	u8 uuid[16];
	char label[DAXFS_LABEL];
	u32 mode;		/* permissions of the root */
	u32 uid, gid;
};

/* The region is `bytes` long at `base`, aligned to a unit. */
int daxfs_format(void *base, u64 bytes, const struct daxfs_format_options *options);
/* Checks the superblock; *why names what is wrong with it. Nothing is claimed yet. */
int daxfs_attach(struct daxfs *fs, void *base, u64 bytes, u64 (*now)(void), const char **why);
u64 daxfs_sum(const void *at, size_t bytes);
/* Units that are free, by the hosts' counters. */
u64 daxfs_free_units(struct daxfs *fs);

/* host.c */
#define DAXFS_ANY_HOST		(~0u)
int daxfs_claim(struct daxfs *fs, u32 host, const char *name);
/* No call is under way and nothing is open. */
void daxfs_release(struct daxfs *fs);
void daxfs_beat(struct daxfs *fs);
/* Whether this host still has its authority. */
static inline bool daxfs_alive(const struct daxfs *fs)
{
	return daxfs_load(fs->claim) == fs->claimed;
}

/* Takes the authority of a host that was seen LIVE with `claim` a lease ago. */
int daxfs_fence_host(struct daxfs_call *call, u32 host, u64 claim);
/* The fenced host has stopped for certain (`claim`), so what it had named may be reused. */
int daxfs_cut_off(struct daxfs_call *call, u32 host, u64 claim);

/* epoch.c */
/* `start` spreads callers over the lines, such as the CPU's number. -EBUSY: all are in use. */
int daxfs_begin(struct daxfs *fs, struct daxfs_call *call, u32 start);
void daxfs_end(struct daxfs_call *call);
/*
 * Moves the epoch on if every live host has seen it. What was retired can be reused when it
 * has moved twice: after -ENOSPC that is worth another try.
 */
bool daxfs_advance(struct daxfs *fs);

/* inode.c */
struct daxfs_attr {
	u64 ino, gen, size, pages, version;
	u64 atime, mtime, ctime, btime;
	u32 mode, flags, uid, gid, nlink;
	u64 rdev;
	u64 parent;		/* of a directory */
};

/* Checks the number, and that the inode lives; gen 0: of any generation. */
int daxfs_inode_get(struct daxfs_call *call, u64 ino, u64 gen, struct daxfs_inode **inode);
/* From open to close the inode stays, whoever unlinks it. Once a host, not once a file. */
int daxfs_inode_open(struct daxfs_call *call, u64 ino, u64 gen, struct daxfs_inode **inode);
void daxfs_inode_close(struct daxfs_call *call, struct daxfs_inode *inode);
/* From the first mapping of a host until its last one's translations are gone. */
void daxfs_inode_map(struct daxfs_call *call, struct daxfs_inode *inode);
void daxfs_inode_unmap(struct daxfs_call *call, struct daxfs_inode *inode);
int daxfs_getattr(struct daxfs_call *call, struct daxfs_inode *inode, struct daxfs_attr *attr);
/* mode, uid and gid alone. */
void daxfs_getmode(struct daxfs_inode *inode, struct daxfs_attr *attr);

#define DAXFS_SET_MODE		1u
#define DAXFS_SET_OWNER		2u
#define DAXFS_SET_ATIME		4u
#define DAXFS_SET_MTIME		8u
#define DAXFS_SET_CTIME		16u
int daxfs_setattr(struct daxfs_call *call, struct daxfs_inode *inode, const struct daxfs_attr *attr,
		  u32 which);
/* mtime and ctime, neither of which goes back. */
void daxfs_touch(struct daxfs_inode *inode, u64 now);

/* xattr.c, names with their prefixes */
struct daxfs_name {
	const u8 *bytes;
	u32 length;
};

#define DAXFS_XATTR_CREATE	1u
#define DAXFS_XATTR_REPLACE	2u
/* The value's length, and the value where `room` is not 0. -ENODATA, -ERANGE. */
int daxfs_xattr_get(struct daxfs_call *call, struct daxfs_inode *inode, struct daxfs_name name,
		    void *value, u32 room);
/* value NULL: takes it away. -ENOSPC: all of an inode's fit in a unit. */
int daxfs_xattr_set(struct daxfs_call *call, struct daxfs_inode *inode, struct daxfs_name name,
		    const void *value, u32 bytes, u32 flags);
int daxfs_xattr_list(struct daxfs_call *call, struct daxfs_inode *inode,
		     void (*emit)(void *context, struct daxfs_name name), void *context);

/* file.c */
struct daxfs_run {
	void *at;		/* bytes that lie together; NULL: a hole */
	u64 bytes;
	u64 pos;
	/* Of the core. */
	struct daxfs_inode *inode;
	struct daxfs_cell *cell;
	struct daxfs_word *words;	/* the node's, from the first page on */
	u64 node;
	u64 first;		/* unit */
	u32 pages;
	u32 skip;		/* bytes before `at` in the first page */
	bool fresh;		/* pages that nobody else sees yet */
};

u64 daxfs_size(struct daxfs_inode *inode, struct daxfs *fs);
/* Bytes at pos that lie together, at most `bytes`, at most 2 MiB; 0: the end of the file. */
int daxfs_read_begin(struct daxfs_call *call, struct daxfs_inode *inode, u64 pos, u64 bytes,
		     struct daxfs_run *run);
/* 0: what was copied was the file's. -EAGAIN: a truncate came between, read it again. */
int daxfs_read_end(struct daxfs_call *call, struct daxfs_run *run);
/* Where to store bytes at pos, at most `bytes`, at most 2 MiB. */
int daxfs_write_begin(struct daxfs_call *call, struct daxfs_inode *inode, u64 pos, u64 bytes,
		      struct daxfs_run *run);
/*
 * Whether the run lies behind the end of the file and the page of that end is not full: then
 * daxfs_grow() comes first, since that page may hold what a mapping stored behind the end.
 */
static inline bool daxfs_run_leaves_gap(const struct daxfs_run *run)
{
	u64 size = daxfs_load(&run->cell->size) & DAXFS_SIZE_BYTES;

	return run->pos > size && size & (DAXFS_UNIT - 1);
}

/*
 * The first `bytes` are stored. Returns how many of them the file has for good; the caller
 * stores the rest again. -EAGAIN: none.
 */
int daxfs_write_end(struct daxfs_call *call, struct daxfs_run *run, u64 bytes);
/* The unit of a page; makes it where `make` is set, else 0 for a hole. */
int daxfs_page(struct daxfs_call *call, struct daxfs_inode *inode, u64 page, bool make, u64 *unit);
/* Makes pages from `page` on, at most `want`: how many lie together from *unit on. */
int daxfs_pages_make(struct daxfs_call *call, struct daxfs_inode *inode, u64 page, u64 want,
		     u64 *unit);
/*
 * The first unit of a node's pages, if they lie as one, aligned, before the end of the file;
 * makes them where all are holes and `make` is set. -ERANGE: they do not, or cannot.
 */
int daxfs_chunk(struct daxfs_call *call, struct daxfs_inode *inode, u64 page, bool make, u64 *unit);
/*
 * The first byte at or after pos that is data (or hole). -ENXIO: none before the end. -EAGAIN:
 * none so far, and *pos says how far.
 */
int daxfs_seek(struct daxfs_call *call, struct daxfs_inode *inode, u64 *pos, bool data);
int daxfs_truncate(struct daxfs_call *call, struct daxfs_inode *inode, u64 size);
/* Has the file at least this size, with zeroes from its end on. */
int daxfs_grow(struct daxfs_call *call, struct daxfs_inode *inode, u64 size);
int daxfs_punch(struct daxfs_call *call, struct daxfs_inode *inode, u64 from, u64 to);
/* The same for pages behind the end that the file has then, and for no byte of it. */
int daxfs_punch_behind(struct daxfs_call *call, struct daxfs_inode *inode, u64 from, u64 to);

/*
 * An append: begin (in a call), fill its runs (outside of any: the pages are private),
 * commit or drop (in a call). It lands whole at the end that the file has by then.
 */
#define DAXFS_APPEND_MAX	(511ULL * DAXFS_UNIT)
struct daxfs_append {
	struct daxfs_inode *inode;
	u64 stage;		/* unit */
	u64 pos;		/* where it will land unless another comes first */
	u64 bytes;
	u32 pages;
};

int daxfs_append_begin(struct daxfs_call *call, struct daxfs_inode *inode, u64 bytes,
		       struct daxfs_append *append);
/* Where byte `done` of it and those after it are to be stored; how many lie together. */
u64 daxfs_append_run(struct daxfs *fs, struct daxfs_append *append, u64 done, void **at);
/* *pos is where it landed. -EAGAIN as ever, and the append stands. */
int daxfs_append_commit(struct daxfs_call *call, struct daxfs_append *append, u64 *pos);
void daxfs_append_drop(struct daxfs_call *call, struct daxfs_append *append);

/* dir.c */
struct daxfs_new {
	u32 mode;
	u32 uid, gid;
	u64 rdev;
};

int daxfs_lookup(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		 u64 *ino);
/* A new inode under a name that must not exist, opened for this host. name.length 0: O_TMPFILE. */
int daxfs_create(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		 const struct daxfs_new *new, struct daxfs_inode **inode);
int daxfs_link(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
	       struct daxfs_inode *inode);
/* The name must lead to this inode. A directory must be empty. */
int daxfs_unlink(struct daxfs_call *call, struct daxfs_inode *dir, struct daxfs_name name,
		 struct daxfs_inode *inode);
#define DAXFS_RENAME_NOREPLACE	1u
#define DAXFS_RENAME_EXCHANGE	2u
/* `stays`: NULL, or an inode without a name (O_TMPFILE) that gets the old name. */
int daxfs_rename(struct daxfs_call *call, struct daxfs_inode *from_dir, struct daxfs_name from,
		 struct daxfs_inode *to_dir, struct daxfs_name to, u32 flags,
		 struct daxfs_inode *stays);
/*
 * Calls emit for names with a cookie above *cookie, in order, until it returns false, and
 * sets *cookie to the last that was taken. Cookies are above 2 and below 2^62 + 3.
 */
int daxfs_readdir(struct daxfs_call *call, struct daxfs_inode *dir, u64 *cookie,
		  bool (*emit)(void *context, struct daxfs_name name, u64 ino, u8 type, u64 cookie),
		  void *context);

#endif
