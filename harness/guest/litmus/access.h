/* SPDX-License-Identifier: GPL-2.0-only */
/* Accesses written as instructions: no compiler may choose others. */
#ifndef LITMUS_ACCESS_H
#define LITMUS_ACCESS_H

#include "litmus.h"

static inline void put(uint64_t *at, uint64_t value)
{
	asm volatile("movq %1, %0" : "=m" (*at) : "r" (value));
}

static inline uint64_t get(const uint64_t *at)
{
	uint64_t value;

	asm volatile("movq %1, %0" : "=r" (value) : "m" (*at));
	return value;
}

static inline uint64_t add(uint64_t *at, uint64_t value)
{
	asm volatile("lock xaddq %0, %1" : "+r" (value), "+m" (*at) : : "cc");
	return value;
}

/* The party's own cell or another's. */
static inline uint64_t *cell(const struct turn *turn, unsigned int index)
{
	return &turn->arena->cells[index].value;
}

static inline unsigned int is_new(const struct turn *turn, unsigned int index)
{
	return get(cell(turn, index)) == turn->now;
}

#endif
