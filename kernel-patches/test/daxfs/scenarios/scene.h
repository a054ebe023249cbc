/* SPDX-License-Identifier: GPL-2.0-only */
/* What the scenarios share: files, what each host did, and beginnings. */
#ifndef SCENE_H
#define SCENE_H

#include "../search.h"

extern struct daxfs_inode *file, *other, *dir, *dir2;
extern u64 number[HOSTS], unit;
extern u8 bytes[3 * DAXFS_UNIT], pattern[HOSTS][2 * DAXFS_UNIT];

void make_file(const char *name, struct daxfs_inode **inode);
/* Of the file, all is `value`. */
bool holds(struct daxfs_inode *inode, u64 from, u64 to, u8 value);
u64 size_of(struct daxfs_inode *inode);
/* `file`, empty. */
void begin_file(void);
/* `file` and `other`, empty. */
void begin_two(void);
/* `file` with a page of it, which is `unit`; `other` with a byte. */
void begin_full_page(void);
/* The unit of a page of a file. */
u64 unit_of(struct daxfs_inode *inode, u64 page);
/* The next unit that this host takes, but for a page behind another, is this one or the next free. */
void take(int host, u64 unit);
/* Moves the epoch on until what was retired is free, if pins allow. */
void make_room(int host);
/* `file` with 3000 bytes. */
void begin_long(void);
/* By host 1: over bytes that are there, and behind 3000. */
void write_in_place(void);
void write_behind(void);

#endif
