// SPDX-License-Identifier: GPL-2.0-only
/*
 * A producer and a consumer on two threads: random sizes, sleeping and spinning by turns,
 * every byte checked. Built with -fsanitize=thread it also reports any byte that is read
 * and written without order. The thread sanitizer knows no fences, so here who sleeps is
 * told with sequentially consistent accesses; that the fences suffice is what explore.c is for.
 */
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"
#include RING_H

static struct splice_ring ring;
static u32 limit;
/* The consumer's; the producer shuts it out to give the ring other memory. */
static pthread_mutex_t in_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t total;
static u32 queued, closed;
static u32 reader_bell, writer_bell;

static void wait_bell(u32 *bell, u32 seen)
{
	syscall(SYS_futex, bell, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

static void ring_bell(u32 *bell)
{
	__atomic_add_fetch(bell, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, bell, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static u32 next_random(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static u8 byte_at(uint64_t position)
{
	return (u8)(position * 2654435761u >> 11);
}

static void grow(void)
{
	u8 *data = calloc(2, ring.size);

	pthread_mutex_lock(&in_lock);
	free(splice_ring_move(&ring, data, ring.size * 2));
	pthread_mutex_unlock(&in_lock);
}

static void *produce(void *unused)
{
	uint64_t sent = 0;
	u32 seed = 12345;

	while (sent < total) {
		u32 want = next_random(&seed) % (ring.size * 2) + 1, room, bell;

		if (want > total - sent)
			want = (u32)(total - sent);
		/* As the shrinker and the next writer do. */
		if (seed % 8 == 0 && !splice_ring_used(&ring)) {
			free(ring.data);
			ring.data = calloc(1, ring.size);
		}
		room = splice_ring_room(&ring, want);
		if (room < want && ring.size < limit && seed % 64 == 0) {
			grow();
			continue;
		}
		if (!room) {
			bell = __atomic_load_n(&writer_bell, __ATOMIC_SEQ_CST);
			splice_ring_starve(&ring);
			if (splice_ring_used(&ring) == ring.size)
				wait_bell(&writer_bell, bell);
			continue;
		}
		if (want > room)
			want = room;
		for (u32 i = 0; i < want; i++)
			ring.data[(ring.head + i) & (ring.size - 1)] = byte_at(sent + i);
		splice_ring_produce(&ring, want);
		sent += want;
		if (__atomic_load_n(&queued, __ATOMIC_SEQ_CST))
			ring_bell(&reader_bell);
	}
	__atomic_store_n(&closed, 1, __ATOMIC_SEQ_CST);
	ring_bell(&reader_bell);
	return unused;
}

static bool spin(void)
{
	for (int i = 0; i < 200; i++)
		if (READ_ONCE(ring.head) != ring.tail)
			return true;
	return false;
}

/* Takes some of the bytes, which follow `got` others; how many. */
static u32 take(u32 seed, uint64_t got, bool *starved)
{
	u32 want = seed % (ring.size * 2) + 1;
	u32 used = splice_ring_readable(&ring, want);

	if (!used)
		return 0;
	if (want > used)
		want = used;
	for (u32 i = 0; i < want; i++) {
		if (ring.data[(ring.tail + i) & (ring.size - 1)] != byte_at(got + i)) {
			fprintf(stderr, "byte %llu is wrong\n", (unsigned long long)got + i);
			exit(1);
		}
	}
	*starved = splice_ring_consume(&ring, want);
	return want;
}

static uint64_t consume(void)
{
	uint64_t got = 0;
	u32 seed = 54321;

	for (;;) {
		bool starved = false;
		u32 bell, taken;

		pthread_mutex_lock(&in_lock);
		taken = take(next_random(&seed), got, &starved);
		pthread_mutex_unlock(&in_lock);
		if (!taken) {
			if (__atomic_load_n(&closed, __ATOMIC_SEQ_CST)) {
				if (splice_ring_readable(&ring, 1))
					continue;
				return got;
			}
			if (seed & 1 && spin())
				continue;
			bell = __atomic_load_n(&reader_bell, __ATOMIC_SEQ_CST);
			__atomic_store_n(&queued, 1, __ATOMIC_SEQ_CST);
			smp_mb();
			if (!splice_ring_used(&ring) && !__atomic_load_n(&closed, __ATOMIC_SEQ_CST))
				wait_bell(&reader_bell, bell);
			__atomic_store_n(&queued, 0, __ATOMIC_SEQ_CST);
			continue;
		}
		got += taken;
		if (starved) {
			splice_ring_feed(&ring);
			ring_bell(&writer_bell);
		}
	}
}

int main(int argc, char **argv)
{
	static const u32 sizes[] = { 1, 2, 64, 4096 };
	pthread_t producer;
	uint64_t got;

	total = argc > 1 ? strtoull(argv[1], NULL, 10) : 1 << 20;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(&ring, 0, sizeof(ring));
		ring.size = sizes[i];
		limit = ring.size * 8;
		ring.head = ring.tail = ring.head_seen = ring.tail_seen = UINT32_MAX - 10;	/* wraps early */
		ring.data = calloc(1, ring.size);
		queued = closed = 0;
		total = sizes[i] < 64 ? total / 64 + 1 : total;
		pthread_create(&producer, NULL, produce, NULL);
		got = consume();
		pthread_join(producer, NULL);
		free(ring.data);
		printf("ring of %u to %u: %llu of %llu bytes\n", sizes[i], ring.size,
		       (unsigned long long)got, (unsigned long long)total);
		if (got != total)
			return 1;
		total = argc > 1 ? strtoull(argv[1], NULL, 10) : 1 << 20;
	}
	return 0;
}
