// SPDX-License-Identifier: GPL-2.0-only
/* One thread copies through the ring and back out, against memcpy() twice: what the ring itself costs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel.h"
#include RING_H

#define RING_BYTES (256 << 10)
#define LARGEST (64 << 10)

static u8 source[LARGEST], target[LARGEST];
static struct splice_ring ring;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void copy(u8 *to, const u8 *from, u32 at, u32 bytes, bool in)
{
	u32 place = at & (ring.size - 1);
	u32 first = bytes < ring.size - place ? bytes : ring.size - place;

	memcpy(to + (in ? place : 0), from + (in ? 0 : place), first);
	memcpy(to + (in ? 0 : first), from + (in ? first : 0), bytes - first);
}

static void through_ring(u32 bytes)
{
	if (splice_ring_room(&ring, bytes) < bytes)
		abort();
	copy(ring.data, source, ring.head, bytes, true);
	splice_ring_produce(&ring, bytes);
	if (splice_ring_readable(&ring, bytes) < bytes)
		abort();
	copy(target, ring.data, ring.tail, bytes, false);
	if (splice_ring_consume(&ring, bytes))
		splice_ring_feed(&ring);
}

static void by_memcpy(u32 bytes)
{
	memcpy(ring.data, source, bytes);
	__asm__ volatile("" : : "r"(ring.data) : "memory");
	memcpy(target, ring.data, bytes);
	__asm__ volatile("" : : "r"(target) : "memory");
}

static double nanoseconds(void (*move)(u32), u32 bytes)
{
	long rounds = 1000;
	double begun, took;

	for (;; rounds *= 2) {
		begun = seconds();
		for (long i = 0; i < rounds; i++)
			move(bytes);
		took = seconds() - begun;
		if (took > 0.05)
			return took / (double)rounds * 1e9;
	}
}

int main(void)
{
	static const u32 sizes[] = { 1, 64, 1024, 16384, LARGEST };

	ring.size = RING_BYTES;
	ring.data = malloc(RING_BYTES);
	if (!ring.data)
		return 1;
	printf("%8s %12s %12s\n", "bytes", "ring ns", "memcpy ns");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		printf("%8u %12.1f %12.1f\n", sizes[i], nanoseconds(through_ring, sizes[i]),
		       nanoseconds(by_memcpy, sizes[i]));
	return 0;
}
