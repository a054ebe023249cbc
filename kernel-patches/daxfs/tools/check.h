/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DAXFS_CHECK_H
#define DAXFS_CHECK_H

#include "../core/core.h"

enum daxfs_severity {
	DAXFS_LEFTOVER,		/* a host stopped in the middle; nothing is lost, space or a count is */
	DAXFS_DAMAGE,		/* what no host can have left behind */
};

struct daxfs_checker {
	/* Of each finding; where: a unit, an inode number, or 0. */
	void (*found)(struct daxfs_checker *checker, enum daxfs_severity severity, const char *what,
		      u64 where);
	void *context;
	bool repair;		/* put right what is found; nobody else has the region */
	struct daxfs_call *call;	/* for repairs */
	u64 findings[2];	/* by severity */
	/* What the check learns. */
	u64 inodes, directories, entries;
	u64 units[8][DAXFS_KINDS];	/* by state and kind */
	/* Its own. */
	struct daxfs *fs;
	u8 *seen;		/* of each unit: 1 reached */
	u64 *slots;		/* of each unit: slots reached */
	u32 *names;		/* of each unit's 16 inodes: names found */
	u64 *queue;
	u64 queued, queue_room;
};

/* 0, or -ENOMEM. Looks at everything that the superblock leads to; changes nothing unless asked. */
int daxfs_check(struct daxfs_checker *checker, struct daxfs *fs);

#endif
