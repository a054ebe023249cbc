// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "ram.h"
#include "sysfs.h"

#define MEMORY "/sys/devices/system/memory"
#define DRIVERS "/sys/bus/dax/drivers"

static uint64_t hexadecimal(const char *path)
{
	char text[32];

	return strtoull(get(path, text, sizeof(text)), NULL, 16);
}

/* Movable, so that the memory can be taken away again (daxctl offline-memory). */
static void online(uint64_t start, uint64_t bytes, uint64_t block)
{
	char name[32], path[512];

	for (uint64_t at = start; at < start + bytes; at += block) {
		snprintf(name, sizeof(name), "memory%" PRIu64, at / block);
		if (!find(path_of(MEMORY, name, "state"), path, sizeof(path), 5000))
			errx(3, "the kernel did not take the memory at %#" PRIx64, at);
		put(path, "online_movable");
	}
}

void ram(const char *link, unsigned long part, unsigned long parts)
{
	uint64_t block = hexadecimal(MEMORY "/block_size_bytes");
	char path[512], node[16], range[48];
	uint64_t whole, start, bytes;
	ssize_t length = readlink(link, path, sizeof(path) - 1);
	const char *dax;

	if (length < 0)
		err(3, "%s", link);
	path[length] = 0;
	dax = base(path);
	if (part >= parts)
		errx(2, "part %lu of %lu?", part, parts);
	start = hexadecimal(path_of(DAX, dax, "mapping0/start"));
	whole = hexadecimal(path_of(DAX, dax, "mapping0/end")) + 1 - start;
	bytes = whole / parts / block * block;
	if (!bytes)
		errx(2, "a part of %s would be less than a block of %" PRIu64 " MiB", link, block >> 20);
	start += part * bytes;
	put(DRIVERS "/device_dax/unbind", dax);
	put(DRIVERS "/device_dax/remove_id", dax);
	put(path_of(DAX, dax, "size"), "0");
	snprintf(range, sizeof(range), "%" PRIx64 "-%" PRIx64, start, start + bytes - 1);
	put(path_of(DAX, dax, "mapping"), range);
	put(DRIVERS "/kmem/new_id", dax);
	online(start, bytes, block);
	printf("{\"start\":\"%#" PRIx64 "\",\"bytes\":%" PRIu64 ",\"node\":%s}\n", start, bytes,
	       get(path_of(DAX, dax, "target_node"), node, sizeof(node)));
}
