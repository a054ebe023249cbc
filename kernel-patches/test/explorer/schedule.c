// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include "schedule.h"

#define STEPS 8192
#define STACK (128 << 10)

static const struct schedule *plan;
static struct {
	ucontext_t context;
	char stack[STACK];
	bool ended;
} threads[SCHEDULE_THREADS];
static int running;
static ucontext_t scheduler;
static const char *finding;

static struct { int taken, width; } steps[STEPS];
static int step_count, step_at;
static int preemptions_left;

int schedule_choose(int width)
{
	if (width == 1)
		return 0;
	if (step_at == step_count) {
		if (step_count == STEPS) {
			fprintf(stderr, "a run has more than %d choices\n", STEPS);
			exit(2);
		}
		steps[step_count].taken = 0;
		steps[step_count++].width = width;
	}
	return steps[step_at++].taken;
}

/* Makes the last choice that has another way take it; false: none has. */
static bool next_run(void)
{
	while (step_count && steps[step_count - 1].taken + 1 == steps[step_count - 1].width)
		step_count--;
	if (!step_count)
		return false;
	steps[step_count - 1].taken++;
	return true;
}

int schedule_self(void)
{
	return running;
}

bool schedule_can_run(int thread)
{
	return !threads[thread].ended && (!plan->can_run || plan->can_run(thread));
}

static void switch_to(int other)
{
	int me = running;

	if (plan->leave)
		plan->leave(me);
	running = other;
	swapcontext(&threads[me].context, &threads[other].context);
	if (plan->enter)
		plan->enter(me);
}

/* The nth of the others that can run, or -1. */
static int nth_other(int n)
{
	for (int i = 1; i < plan->threads; i++) {
		int other = (running + i) % plan->threads;

		if (schedule_can_run(other) && !n--)
			return other;
	}
	return -1;
}

static int count_others(void)
{
	int count = 0;

	while (nth_other(count) >= 0)
		count++;
	return count;
}

void schedule_point(void)
{
	int taken;

	if (finding || !preemptions_left)
		return;
	taken = schedule_choose(count_others() + 1);
	if (!taken)
		return;
	preemptions_left--;
	switch_to(nth_other(taken - 1));
}

void schedule_give_way(void)
{
	int others = count_others();

	if (others) {
		switch_to(nth_other(schedule_choose(others)));
		return;
	}
	swapcontext(&threads[running].context, &scheduler);
}

void schedule_fail(const char *text)
{
	if (!finding)
		finding = text;
	swapcontext(&threads[running].context, &scheduler);
}

bool schedule_failed(void)
{
	return finding;
}

void schedule_stop(void)
{
	threads[running].ended = true;
	for (;;)
		schedule_give_way();
}

static void run_body(void)
{
	plan->body[running]();
	schedule_stop();
}

static void run_once(void)
{
	step_at = 0;
	preemptions_left = plan->preemptions;
	plan->reset();
	for (int i = 0; i < plan->threads; i++) {
		threads[i].ended = false;
		getcontext(&threads[i].context);
		threads[i].context.uc_stack.ss_sp = threads[i].stack;
		threads[i].context.uc_stack.ss_size = STACK;
		threads[i].context.uc_link = NULL;
		makecontext(&threads[i].context, run_body, 0);
	}
	running = schedule_choose(plan->threads);
	swapcontext(&scheduler, &threads[running].context);
	for (int i = 0; !finding && i < plan->threads; i++)
		if (!threads[i].ended)
			finding = "a thread sleeps and nobody will wake it";
	if (!finding && plan->check)
		finding = plan->check();
}

const char *schedule_search(const struct schedule *schedule, unsigned long *runs)
{
	plan = schedule;
	finding = NULL;
	step_count = 0;
	*runs = 0;
	do {
		run_once();
		++*runs;
	} while (!finding && next_run());
	return finding;
}

void schedule_replay(void)
{
	finding = NULL;
	run_once();
}

void schedule_print(void)
{
	for (int i = 0; i < step_at; i++)
		if (steps[i].taken)
			printf("  choice %d: %d of %d\n", i, steps[i].taken, steps[i].width);
}
