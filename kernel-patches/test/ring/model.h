/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small memory model that can be searched. Two threads run as coroutines; at every
 * shared access the search decides who goes on, which of the admissible values a load
 * returns, and before which stores that nobody told the thread of its own store lands. A
 * value is admissible unless the thread has, directly or through an acquire of a release
 * or through full barriers on both sides, already seen a later one: what C11 allows, but
 * for loads that return values from the future. litmus.c says what that comes to.
 *
 * Accesses to what the barriers protect go through model_data_*(), which report an access
 * that is not ordered against the other thread's.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;

enum order { RELAXED, ORDERED };

u32 model_load(u32 *at, enum order acquire);
void model_store(u32 *at, u32 value, enum order release);
void model_fence(void);

u32 model_data_read(u32 *at);
void model_data_write(u32 *at, u32 value);

/*
 * As set_current_state() and schedule(): a wake between the two makes the sleep return at
 * once, one before both is forgotten.
 */
void model_prepare_to_sleep(void);
void model_sleep(void);
void model_wake(void);
/* Lets the other thread run, from within a loop that waits for it. */
void model_pause(void);

/* A condition that must hold; its text is the finding. */
#define model_require(condition, text) do { if (!(condition)) model_fail(text); } while (0)
void model_fail(const char *text);

/* Runs both threads through every schedule within the bounds; returns the first finding or NULL. */
struct bounds {
	int preemptions;	/* times that a thread which could go on is interrupted */
	int surprises;		/* loads of an old value, stores that land before another thread's */
};
const char *model_search(void (*reset)(void), void (*first)(void), void (*second)(void),
			 struct bounds bounds, unsigned long *runs);

#define READ_ONCE(x)			model_load((u32 *)&(x), RELAXED)
#define WRITE_ONCE(x, value)		model_store((u32 *)&(x), (u32)(value), RELAXED)
#define smp_load_acquire(at)		model_load((u32 *)(at), ORDERED)
#define smp_store_release(at, value)	model_store((u32 *)(at), (u32)(value), ORDERED)
#define smp_mb()			model_fence()
#define ____cacheline_aligned_in_smp

#endif
