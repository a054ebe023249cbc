/* SPDX-License-Identifier: GPL-2.0-only */
/* For memory that nothing keeps coherent: what a host stored or fetched stays in its own copy of a line. */
#ifndef STRUCTURES_FLUSH_H
#define STRUCTURES_FLUSH_H

#include <stddef.h>
#include <stdint.h>

/* Others see what this host stored to the line, which keeps its copy. */
static inline void write_back(const void *at)
{
	asm volatile("clwb (%0)\n\tsfence" : : "r"(at) : "memory");
}

/* The same, and the next load sees what others have written back. */
static inline void flush(const void *at)
{
	asm volatile("clflush (%0)\n\tmfence" : : "r"(at) : "memory");
}

static inline void flush_all(const void *memory, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += 64)
		asm volatile("clflushopt (%0)" : : "r"((const char *)memory + at) : "memory");
	asm volatile("mfence" : : : "memory");
}

#endif
