// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include "histogram.h"

void add_time(struct histogram *histogram, uint64_t ns)
{
	unsigned int octave = 0, bucket;

	while (ns >> octave >= 2 * STEPS)
		octave++;
	bucket = octave * STEPS + (ns >> octave);
	histogram->count[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
}

static uint64_t middle_of(unsigned int bucket)
{
	unsigned int octave = bucket < STEPS ? 0 : bucket / STEPS - 1;
	uint64_t low = (uint64_t)(bucket - octave * STEPS) << octave;

	return low + (UINT64_C(1) << octave) / 2;
}

uint64_t permille(const struct histogram *histogram, unsigned int share)
{
	uint64_t all = 0, below = 0;
	unsigned int bucket;

	for (bucket = 0; bucket < BUCKETS; bucket++)
		all += histogram->count[bucket];
	for (bucket = 0; bucket < BUCKETS; bucket++) {
		below += histogram->count[bucket];
		if (below && below * 1000 >= all * share)
			return middle_of(bucket);
	}
	return 0;
}

void print_histogram(const struct histogram *histogram)
{
	const char *separator = "";
	unsigned int bucket;

	putchar('[');
	for (bucket = 0; bucket < BUCKETS; bucket++) {
		if (!histogram->count[bucket])
			continue;
		printf("%s[%" PRIu64 ",%" PRIu64 "]", separator, middle_of(bucket),
		       histogram->count[bucket]);
		separator = ",";
	}
	putchar(']');
}
