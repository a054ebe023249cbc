/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZEROHOP_PERF_H
#define ZEROHOP_PERF_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The exit status if the CPUs cannot count the event. */
#define STATUS_NOT_COUNTED 3

struct event {
	const char *name;
	uint32_t type;
	uint64_t config;
	/* Events for each sample, on average. */
	uint64_t period;
};

/* One event on every online CPU, for all tasks. */
struct counters {
	const struct event *event;
	size_t n;
	int *fds;
};

struct counters open_counters(const struct event *event, bool sampled);
void start_counters(const struct counters *counters);
void stop_counters(const struct counters *counters);
/*
 * Draws the events up to the next samples anew. With one period for all, a loop that
 * always takes the same time is hit at the same few places again and again.
 */
void draw_period(const struct counters *counters);
/* The sum of all CPUs, from start to stop. */
uint64_t read_counters(const struct counters *counters);

struct samples;

struct samples *map_samples(const struct counters *counters);
/* Reads the samples that the kernel has written so far, so that it has room for more. */
void gather_samples(struct samples *samples);
/* Writes a line ADDRESS AMOUNT for each address. */
void write_profile(struct samples *samples);

#endif
