/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAGES_H
#define IMAGES_H

#include <stddef.h>
#include <stdint.h>

/* Memory that holds an image, and where it is mounted. */
struct place {
	uint64_t start, bytes;
	const char *dir;
};

/* Fills the memory around an image. A file that holds such bytes was read from outside. */
#define OUTSIDE		0xa5a5a5a5a5a5a5a5ULL

/* 0 if it is mounted, 1 if the kernel refuses it and says why, -1 if it does not say why. */
int image_mount(const struct place *place);
void image_unmount(const struct place *place);
/* A bit of everything, for images that are then changed. */
void image_fill(const char *dir);
/* Reads all of it, and changes some: 1 if a byte from outside was read. Errors are answers. */
int image_use(const char *dir);

/* One change of an image, chosen by `seed`; says what it is. */
void image_change(uint64_t *image, size_t bytes, unsigned int seed, char *what, size_t room);

#endif
