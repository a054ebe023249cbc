// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "model.h"

#define THREADS 2
#define LOCATIONS 24
#define MESSAGES 64
#define STEPS 4096
#define STACK (64 << 10)
#define PAUSES 8

/* What a thread has seen: for each location the newest message, and each thread's clock. */
struct view {
	int newest[LOCATIONS];
	int clock[THREADS];
};

struct message {
	u32 value;
	bool released;
	struct view view;
};

static struct {
	u32 *at;
	struct message messages[MESSAGES];
	int count;
	int written_by, written_at, read_at[THREADS];	/* for protected data */
} locations[LOCATIONS];
static int location_count;

static struct {
	ucontext_t context;
	char stack[STACK];
	struct view view;
	bool ended, asleep, woken;
	int pauses;	/* one after another while nobody else could run */
	struct view woken_view;
} threads[THREADS];
static int running;

static struct view fenced;
static ucontext_t scheduler;
static const char *finding;

static struct { int taken, width; } steps[STEPS];
static int step_count, step_at;
static int preemptions_left, surprises_left;

/* One of `width` ways to go on: as recorded while replaying, else the first. */
static int choose(int width)
{
	if (width == 1)
		return 0;
	if (step_at == step_count) {
		if (step_count == STEPS) {
			fprintf(stderr, "model: a run has more than %d choices\n", STEPS);
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

static void join(struct view *into, const struct view *from)
{
	for (int i = 0; i < LOCATIONS; i++)
		if (from->newest[i] > into->newest[i])
			into->newest[i] = from->newest[i];
	for (int i = 0; i < THREADS; i++)
		if (from->clock[i] > into->clock[i])
			into->clock[i] = from->clock[i];
}

static int find(u32 *at)
{
	for (int i = 0; i < location_count; i++)
		if (locations[i].at == at)
			return i;
	if (location_count == LOCATIONS) {
		fprintf(stderr, "model: more than %d locations\n", LOCATIONS);
		exit(2);
	}
	memset(&locations[location_count], 0, sizeof(locations[0]));
	locations[location_count].at = at;
	locations[location_count].messages[0].value = *at;
	locations[location_count].count = 1;
	locations[location_count].written_by = -1;
	return location_count++;
}

static bool can_run(int thread)
{
	return !threads[thread].ended && (!threads[thread].asleep || threads[thread].woken);
}

/* Before each shared access: the other thread may run first. */
static void interleave(void)
{
	int other = !running;

	if (finding || !preemptions_left || !can_run(other))
		return;
	if (choose(2)) {
		int me = running;

		preemptions_left--;
		running = other;
		swapcontext(&threads[me].context, &threads[other].context);
	}
}

u32 model_load(u32 *at, enum order acquire)
{
	int where, oldest, newest, taken;
	struct message *message;

	interleave();
	where = find(at);
	oldest = threads[running].view.newest[where];
	newest = locations[where].count - 1;
	taken = newest;
	if (surprises_left && newest > oldest) {
		taken -= choose(newest - oldest + 1);
		surprises_left -= taken != newest;
	}
	message = &locations[where].messages[taken];
	threads[running].view.newest[where] = taken;
	if (acquire == ORDERED && message->released)
		join(&threads[running].view, &message->view);
	return message->value;
}

static void shift_view(struct view *view, int where, int from)
{
	view->newest[where] += view->newest[where] >= from;
}

/* Moves a location's messages from `from` on up by one, and whoever has seen them with them. */
static void make_room(int where, int from)
{
	struct message *messages = locations[where].messages;

	if (locations[where].count == MESSAGES) {
		fprintf(stderr, "model: more than %d stores to one location\n", MESSAGES);
		exit(2);
	}
	memmove(messages + from + 1, messages + from,
		(size_t)(locations[where].count++ - from) * sizeof(*messages));
	if (from + 1 == locations[where].count)
		return;		/* nobody has seen what was not there */
	for (int i = 0; i < location_count; i++)
		for (int j = 0; j < locations[i].count; j++)
			shift_view(&locations[i].messages[j].view, where, from);
	for (int i = 0; i < THREADS; i++) {
		shift_view(&threads[i].view, where, from);
		shift_view(&threads[i].woken_view, where, from);
	}
	shift_view(&fenced, where, from);
}

void model_store(u32 *at, u32 value, enum order release)
{
	struct message *message;
	int where, place, unseen;

	interleave();
	where = find(at);
	place = locations[where].count;
	unseen = place - 1 - threads[running].view.newest[where];
	if (surprises_left && unseen) {
		int earlier = choose(unseen + 1);

		place -= earlier;
		surprises_left -= earlier > 0;
	}
	make_room(where, place);
	threads[running].view.newest[where] = place;
	message = &locations[where].messages[place];
	message->value = value;
	message->released = release == ORDERED;
	threads[running].view.clock[running]++;
	message->view = threads[running].view;
	*at = locations[where].messages[locations[where].count - 1].value;
}

void model_fence(void)
{
	interleave();
	threads[running].view.clock[running]++;
	join(&threads[running].view, &fenced);
	fenced = threads[running].view;
}

static void require_ordered(int by, int at, const char *text)
{
	if (by >= 0 && by != running && at > threads[running].view.clock[by])
		model_fail(text);
}

u32 model_data_read(u32 *at)
{
	int where = find(at);

	require_ordered(locations[where].written_by, locations[where].written_at,
			"bytes are read while they are written");
	locations[where].read_at[running] = threads[running].view.clock[running] + 1;
	return *at;
}

void model_data_write(u32 *at, u32 value)
{
	int where = find(at);

	require_ordered(locations[where].written_by, locations[where].written_at,
			"bytes are written while they are written");
	require_ordered(!running, locations[where].read_at[!running],
			"bytes are overwritten while they are read");
	locations[where].written_by = running;
	locations[where].written_at = threads[running].view.clock[running] + 1;
	*at = value;
}

static void give_way(void)
{
	int me = running, other = !running;

	if (can_run(other)) {
		running = other;
		swapcontext(&threads[me].context, &threads[other].context);
	} else {
		swapcontext(&threads[me].context, &scheduler);
	}
}

void model_pause(void)
{
	if (can_run(!running)) {
		threads[running].pauses = 0;
		give_way();
	} else if (++threads[running].pauses == PAUSES) {
		model_fail("a thread spins and nobody will end it");
	}
}

void model_prepare_to_sleep(void)
{
	interleave();
	threads[running].woken = false;
}

void model_sleep(void)
{
	threads[running].asleep = true;
	while (!threads[running].woken)
		give_way();
	threads[running].asleep = false;
	threads[running].woken = false;
	join(&threads[running].view, &threads[running].woken_view);
}

void model_wake(void)
{
	interleave();
	threads[!running].woken = true;
	threads[running].view.clock[running]++;
	join(&threads[!running].woken_view, &threads[running].view);
}

void model_fail(const char *text)
{
	if (!finding)
		finding = text;
	swapcontext(&threads[running].context, &scheduler);
}

static void (*bodies[THREADS])(void);

static void run_body(void)
{
	bodies[running]();
	threads[running].ended = true;
	give_way();
}

static void run_once(void)
{
	memset(&fenced, 0, sizeof(fenced));
	location_count = 0;
	step_at = 0;
	for (int i = 0; i < THREADS; i++) {
		memset(&threads[i].view, 0, sizeof(threads[i].view));
		memset(&threads[i].woken_view, 0, sizeof(threads[i].woken_view));
		threads[i].ended = threads[i].asleep = threads[i].woken = false;
		threads[i].pauses = 0;
		getcontext(&threads[i].context);
		threads[i].context.uc_stack.ss_sp = threads[i].stack;
		threads[i].context.uc_stack.ss_size = STACK;
		threads[i].context.uc_link = NULL;
		makecontext(&threads[i].context, run_body, 0);
	}
	running = choose(2);
	swapcontext(&scheduler, &threads[running].context);
	if (!finding && (!threads[0].ended || !threads[1].ended))
		finding = "a thread sleeps and nobody will wake it";
}

const char *model_search(void (*reset)(void), void (*first)(void), void (*second)(void),
			 struct bounds bounds, unsigned long *runs)
{
	bodies[0] = first;
	bodies[1] = second;
	finding = NULL;
	step_count = 0;
	*runs = 0;
	do {
		preemptions_left = bounds.preemptions;
		surprises_left = bounds.surprises;
		reset();
		run_once();
		++*runs;
	} while (!finding && next_run());
	return finding;
}
