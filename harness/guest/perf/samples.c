// SPDX-License-Identifier: GPL-2.0-only
/* Maps and collects the samples of all CPUs, and writes them as a profile. */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "perf.h"

/* Size of each CPU's ring, a power of two: it holds seconds of samples. */
#define RING_BYTES (1u << 20)

struct samples {
	const struct counters *counters;
	struct perf_event_mmap_page **rings;
	uint64_t *addresses;
	size_t n, room;
};

struct samples *map_samples(const struct counters *counters)
{
	struct samples *samples = calloc(1, sizeof(*samples));
	size_t page = sysconf(_SC_PAGESIZE);

	if (samples)
		samples->rings = calloc(counters->n, sizeof(*samples->rings));
	if (!samples || !samples->rings)
		err(1, "samples");
	samples->counters = counters;
	for (size_t i = 0; i < counters->n; i++) {
		void *ring = mmap(NULL, page + RING_BYTES, PROT_READ | PROT_WRITE,
				  MAP_SHARED, counters->fds[i], 0);

		if (ring == MAP_FAILED)
			err(1, "the ring of counter %zu", i);
		samples->rings[i] = ring;
	}
	return samples;
}

static void add_address(struct samples *samples, uint64_t address)
{
	if (samples->n == samples->room) {
		samples->room = samples->room ? 2 * samples->room : 1 << 16;
		samples->addresses = reallocarray(samples->addresses, samples->room,
						  sizeof(address));
		if (!samples->addresses)
			err(1, "%zu samples", samples->room);
	}
	samples->addresses[samples->n++] = address;
}

/* A record may wrap around to the ring's beginning. */
static void copy_out(const struct perf_event_mmap_page *ring, uint64_t at, void *into, size_t size)
{
	const uint8_t *data = (const uint8_t *)ring + ring->data_offset;
	size_t from = at & (ring->data_size - 1);
	size_t first = size < ring->data_size - from ? size : ring->data_size - from;

	memcpy(into, data + from, first);
	memcpy((uint8_t *)into + first, data, size - first);
}

static void take(struct samples *samples, const struct perf_event_mmap_page *ring,
		 uint64_t at, const struct perf_event_header *header)
{
	uint64_t address;

	switch (header->type) {
	case PERF_RECORD_SAMPLE:
		copy_out(ring, at + sizeof(*header), &address, sizeof(address));
		/* Addresses of user space mean nothing across processes. */
		if ((header->misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_USER)
			address = 0;
		add_address(samples, address);
		return;
	case PERF_RECORD_LOST:
	case PERF_RECORD_THROTTLE:
		errx(1, "the kernel dropped samples: their rate was too high");
	}
}

void gather_samples(struct samples *samples)
{
	for (size_t i = 0; i < samples->counters->n; i++) {
		struct perf_event_mmap_page *ring = samples->rings[i];
		/* Pairs with the kernel's barrier before it moves data_head. */
		uint64_t head = __atomic_load_n(&ring->data_head, __ATOMIC_ACQUIRE);
		uint64_t at = ring->data_tail;

		while (at < head) {
			struct perf_event_header header;

			copy_out(ring, at, &header, sizeof(header));
			take(samples, ring, at, &header);
			at += header.size;
		}
		/* Pairs with the kernel's barrier after it reads data_tail. */
		__atomic_store_n(&ring->data_tail, at, __ATOMIC_RELEASE);
	}
}

static int by_address(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return a < b ? -1 : a > b;
}

void write_profile(struct samples *samples)
{
	uint64_t period = samples->counters->event->period;
	const uint64_t *addresses = samples->addresses;
	size_t start = 0;

	if (samples->n == 0)
		errx(1, "there is not one sample of %s", samples->counters->event->name);
	qsort(samples->addresses, samples->n, sizeof(*addresses), by_address);
	for (size_t i = 1; i <= samples->n; i++) {
		if (i < samples->n && addresses[i] == addresses[start])
			continue;
		printf("%" PRIx64 " %" PRIu64 "\n", addresses[start], (i - start) * period);
		start = i;
	}
}
