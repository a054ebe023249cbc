/* SPDX-License-Identifier: GPL-2.0-only */
/* The ring's surroundings on a real machine: the kernel's words for C11's atomics. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;

#define READ_ONCE(x)			__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)		__atomic_store_n(&(x), value, __ATOMIC_RELAXED)
#define smp_load_acquire(at)		__atomic_load_n(at, __ATOMIC_ACQUIRE)
#define smp_store_release(at, value)	__atomic_store_n(at, value, __ATOMIC_RELEASE)
#define smp_mb()			__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define ____cacheline_aligned_in_smp	__attribute__((aligned(64)))

#endif
