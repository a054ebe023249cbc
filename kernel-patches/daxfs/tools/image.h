/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DAXFS_IMAGE_H
#define DAXFS_IMAGE_H

#include "../core/core.h"

/* A file, a block device, a devdax device (also as dax:PATH) or phys:ADDRESS,SIZE, mapped. */
struct image {
	const char *path;
	void *at;
	u64 bytes;
};

/* bytes 0: as long as it is; a file is made as long as asked for. 0 or -1, with a message. */
int image_open(struct image *image, const char *path, u64 bytes, bool writable);
/* 4096, 512M, 3G; 0 is none. */
u64 image_size(const char *text);
u64 image_now(void);

extern const char *const daxfs_state_names[8];
extern const char *const daxfs_kind_names[DAXFS_KINDS];

#endif
