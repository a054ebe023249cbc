// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "image.h"

const char *const daxfs_state_names[8] = {
	"free", "private", "live", "retired", "held", "quarantined", "meta", "bad",
};
const char *const daxfs_kind_names[DAXFS_KINDS] = {
	"none", "data", "node", "inodes", "cells", "entries", "long", "txns", "xattr", "stage", "index",
};

static u64 device_bytes(const struct stat *about)
{
	unsigned long long bytes = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/size", major(about->st_rdev),
		 minor(about->st_rdev));
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%llu", &bytes) != 1)
		bytes = 0;
	fclose(file);
	return bytes;
}

static u64 bytes_of(int fd, const struct stat *about)
{
	u64 bytes = about->st_size;

	if (S_ISBLK(about->st_mode) && ioctl(fd, BLKGETSIZE64, &bytes))
		return 0;
	return S_ISCHR(about->st_mode) ? device_bytes(about) : bytes;
}

/* phys:ADDRESS,SIZE is memory that nobody manages, by /dev/mem. */
static int phys_open(struct image *image, const char *text, bool writable)
{
	char *end;
	u64 start = strtoull(text, &end, 0);
	int fd;

	image->bytes = *end == ',' ? image_size(end + 1) : 0;
	if (!image->bytes || start % DAXFS_UNIT) {
		fprintf(stderr, "Expected phys:ADDRESS,SIZE, got phys:%s.\n", text);
		return -1;
	}
	fd = open("/dev/mem", writable ? O_RDWR : O_RDONLY);
	image->at = fd < 0 ? MAP_FAILED :
			     mmap(NULL, image->bytes, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED,
				  fd, start);
	if (image->at == MAP_FAILED)
		perror("/dev/mem");
	close(fd);
	return image->at == MAP_FAILED ? -1 : 0;
}

static int file_open(struct image *image, const char *path, u64 bytes, bool writable)
{
	struct stat about;
	bool block = !stat(path, &about) && S_ISBLK(about.st_mode);
	int fd = open(path, (writable ? O_RDWR : O_RDONLY) | (bytes ? O_CREAT : 0) |
			    (block && writable ? O_EXCL : 0), 0644);

	if (fd < 0 || fstat(fd, &about)) {
		perror(path);
		return -1;
	}
	if (bytes && S_ISREG(about.st_mode) && ftruncate(fd, bytes)) {
		perror(path);
		close(fd);
		return -1;
	}
	image->bytes = bytes ? bytes : bytes_of(fd, &about);
	if (!image->bytes) {
		fprintf(stderr, "%s: its size cannot be found; name it with --size\n", path);
		close(fd);
		return -1;
	}
	/* The memory of a DAX block device changes behind the cache of its blocks. */
	if (block)
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	/* What only looks can never change anything. */
	image->at = mmap(NULL, image->bytes, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, 0);
	close(fd);
	if (image->at != MAP_FAILED)
		return 0;
	perror(path);
	return -1;
}

int image_open(struct image *image, const char *path, u64 bytes, bool writable)
{
	*image = (struct image){ .path = path };
	if (!strncmp(path, "phys:", 5))
		return phys_open(image, path + 5, writable);
	if (!strncmp(path, "dax:", 4))
		path += 4;
	return file_open(image, path, bytes, writable);
}

u64 image_size(const char *text)
{
	char *end;
	u64 bytes = strtoull(text, &end, 0);

	switch (*end) {
	case 'T':
		bytes <<= 10;
		/* fallthrough */
	case 'G':
		bytes <<= 10;
		/* fallthrough */
	case 'M':
		bytes <<= 10;
		/* fallthrough */
	case 'K':
		bytes <<= 10;
		end++;
	}
	return *end ? 0 : bytes & ~(u64)(DAXFS_UNIT - 1);
}

u64 image_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}
