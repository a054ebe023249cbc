// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the model allows, by the small programs with which memory models are told apart:
 * each has an outcome that must be reachable, or must not be. A search that finds nothing
 * means as much as these do.
 */
#include <stdio.h>
#include <string.h>

#include "model.h"

static u32 x, y, a, b;
static int ended;
static bool (*outcome)(void);

static void reset(void)
{
	x = y = a = b = 0;
	ended = 0;
}

static void look(void)
{
	model_require(++ended < 2 || !outcome(), "reached");
}

#define THREAD(name, ...) static void name(void) { __VA_ARGS__; look(); }
#define OUTCOME(name, condition) static bool name(void) { return condition; }

/* SB: each stores and looks at the other's. */
THREAD(sb_first, WRITE_ONCE(x, 1); a = READ_ONCE(y))
THREAD(sb_second, WRITE_ONCE(y, 1); b = READ_ONCE(x))
THREAD(sb_first_ordered, smp_store_release(&x, 1); a = smp_load_acquire(&y))
THREAD(sb_second_ordered, smp_store_release(&y, 1); b = smp_load_acquire(&x))
THREAD(sb_first_fenced, WRITE_ONCE(x, 1); smp_mb(); a = READ_ONCE(y))
THREAD(sb_second_fenced, WRITE_ONCE(y, 1); smp_mb(); b = READ_ONCE(x))
OUTCOME(neither_sees, !a && !b)

/* MP: data and then a flag. */
THREAD(mp_writer, WRITE_ONCE(x, 1); WRITE_ONCE(y, 1))
THREAD(mp_writer_release, WRITE_ONCE(x, 1); smp_store_release(&y, 1))
THREAD(mp_reader, a = READ_ONCE(y); b = READ_ONCE(x))
THREAD(mp_reader_acquire, a = smp_load_acquire(&y); b = READ_ONCE(x))
OUTCOME(flag_without_data, a && !b)

/* CoRR: one location, looked at twice. */
THREAD(store_one, WRITE_ONCE(x, 1))
THREAD(look_twice, a = READ_ONCE(x); b = READ_ONCE(x))
OUTCOME(goes_back, a && !b)

/* R: a store against a store, and a look. */
THREAD(r_first, WRITE_ONCE(x, 1); WRITE_ONCE(y, 1))
THREAD(r_second, WRITE_ONCE(y, 2); a = READ_ONCE(x))
THREAD(r_first_fenced, WRITE_ONCE(x, 1); smp_mb(); WRITE_ONCE(y, 1))
THREAD(r_second_fenced, WRITE_ONCE(y, 2); smp_mb(); a = READ_ONCE(x))
OUTCOME(later_and_blind, y == 2 && !a)

/* 2+2W: each stores to both, the other way round. */
THREAD(w_first, WRITE_ONCE(x, 1); WRITE_ONCE(y, 2))
THREAD(w_second, WRITE_ONCE(y, 1); WRITE_ONCE(x, 2))
OUTCOME(both_first_last, x == 1 && y == 1)

/* LB: each looks and stores; the one thing that hardware may do and the model does not. */
THREAD(lb_first, a = READ_ONCE(x); WRITE_ONCE(y, 1))
THREAD(lb_second, b = READ_ONCE(y); WRITE_ONCE(x, 1))
OUTCOME(from_the_future, a && b)

/* A wake before the other has begun to go to sleep is lost; one after that is not. */
THREAD(sleeper, model_prepare_to_sleep(); model_sleep())
THREAD(sleeper_that_looks,
       model_prepare_to_sleep(); smp_mb(); if (!READ_ONCE(x)) model_sleep())
THREAD(waker, WRITE_ONCE(x, 1); smp_mb(); model_wake())
OUTCOME(never, false)

/* Two spin loops, of which the second waits for what nobody does. */
THREAD(spinner, while (!READ_ONCE(x)) model_pause())
THREAD(spinner_elsewhere, while (!READ_ONCE(y)) model_pause())

static const struct {
	const char *name;
	void (*first)(void), (*second)(void);
	bool (*outcome)(void);
	bool reachable;
} tests[] = {
	{ "SB", sb_first, sb_second, neither_sees, true },
	{ "SB, release and acquire", sb_first_ordered, sb_second_ordered, neither_sees, true },
	{ "SB, one barrier", sb_first_fenced, sb_second, neither_sees, true },
	{ "SB, barriers", sb_first_fenced, sb_second_fenced, neither_sees, false },
	{ "MP", mp_writer, mp_reader, flag_without_data, true },
	{ "MP, release alone", mp_writer_release, mp_reader, flag_without_data, true },
	{ "MP, acquire alone", mp_writer, mp_reader_acquire, flag_without_data, true },
	{ "MP, release and acquire", mp_writer_release, mp_reader_acquire, flag_without_data, false },
	{ "CoRR", store_one, look_twice, goes_back, false },
	{ "R", r_first, r_second, later_and_blind, true },
	{ "R, one barrier", r_first, r_second_fenced, later_and_blind, true },
	{ "R, barriers", r_first_fenced, r_second_fenced, later_and_blind, false },
	{ "2+2W", w_first, w_second, both_first_last, true },
	{ "LB", lb_first, lb_second, from_the_future, false },
	{ "a wake too early", sleeper, waker, never, true },
	{ "a look before sleeping", sleeper_that_looks, waker, never, false },
	{ "a spin that ends", spinner, waker, never, false },
	{ "a spin that does not", spinner_elsewhere, waker, never, true },
};

int main(void)
{
	struct bounds bounds = { .preemptions = 3, .surprises = 3 };
	unsigned long runs;
	int wrong = 0;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *finding;

		outcome = tests[i].outcome;
		finding = model_search(reset, tests[i].first, tests[i].second, bounds, &runs);
		printf("%s: %lu schedules, %s\n", tests[i].name, runs, finding ? finding : "unreachable");
		if (!finding == tests[i].reachable) {
			printf("%s: the model says otherwise\n", tests[i].name);
			wrong++;
		}
	}
	return wrong != 0;
}
