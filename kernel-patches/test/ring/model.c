// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../explorer/schedule.h"
#include "model.h"

#define THREADS 2
#define LOCATIONS 24
#define MESSAGES 64
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
	struct view view;
	bool asleep, woken;
	int pauses;	/* one after another while nobody else could run */
	struct view woken_view;
} threads[THREADS];
#define running schedule_self()

static struct view fenced;
static int surprises_allowed, surprises_left;

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
	return !threads[thread].asleep || threads[thread].woken;
}

u32 model_load(u32 *at, enum order acquire)
{
	int where, oldest, newest, taken;
	struct message *message;

	schedule_point();
	where = find(at);
	oldest = threads[running].view.newest[where];
	newest = locations[where].count - 1;
	taken = newest;
	if (surprises_left && newest > oldest) {
		taken -= schedule_choose(newest - oldest + 1);
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

	schedule_point();
	where = find(at);
	place = locations[where].count;
	unseen = place - 1 - threads[running].view.newest[where];
	if (surprises_left && unseen) {
		int earlier = schedule_choose(unseen + 1);

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
	schedule_point();
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

void model_pause(void)
{
	if (schedule_can_run(!running)) {
		threads[running].pauses = 0;
		schedule_give_way();
	} else if (++threads[running].pauses == PAUSES) {
		model_fail("a thread spins and nobody will end it");
	}
}

void model_prepare_to_sleep(void)
{
	schedule_point();
	threads[running].woken = false;
}

void model_sleep(void)
{
	threads[running].asleep = true;
	while (!threads[running].woken)
		schedule_give_way();
	threads[running].asleep = false;
	threads[running].woken = false;
	join(&threads[running].view, &threads[running].woken_view);
}

void model_wake(void)
{
	schedule_point();
	threads[!running].woken = true;
	threads[running].view.clock[running]++;
	join(&threads[!running].woken_view, &threads[running].view);
}

void model_fail(const char *text)
{
	schedule_fail(text);
}

static void (*reset_caller)(void);

static void reset_model(void)
{
	memset(&fenced, 0, sizeof(fenced));
	memset(threads, 0, sizeof(threads));
	location_count = 0;
	surprises_left = surprises_allowed;
	reset_caller();
}

const char *model_search(void (*reset)(void), void (*first)(void), void (*second)(void),
			 struct bounds bounds, unsigned long *runs)
{
	const struct schedule schedule = {
		.threads = THREADS,
		.body = { first, second },
		.reset = reset_model,
		.can_run = can_run,
		.preemptions = bounds.preemptions,
	};

	reset_caller = reset;
	surprises_allowed = bounds.surprises;
	return schedule_search(&schedule, runs);
}
