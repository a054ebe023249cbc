/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CAS_HISTOGRAM_H
#define CAS_HISTOGRAM_H

#include <stdint.h>

#define STEPS 32		/* buckets between a power of two and the next */
#define OCTAVES 36		/* the last bucket begins at half an hour */
#define BUCKETS (STEPS * (OCTAVES + 1))

/* Times in nanoseconds, each kept to within 1.6 % of itself. */
struct histogram {
	uint64_t count[BUCKETS];
};

void add_time(struct histogram *histogram, uint64_t ns);

/* The time that so many of a thousand do not exceed; 0 of an empty histogram. */
uint64_t permille(const struct histogram *histogram, unsigned int share);

/* Prints [[ns,count],...] without the empty buckets: hosts' can be added up. */
void print_histogram(const struct histogram *histogram);

#endif
