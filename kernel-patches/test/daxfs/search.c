// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the scenarios through every schedule within bounds. A scenario is run again until
 * no run has found another word that hosts share. Where a host was stopped, another one
 * fences it and cuts it off, and the check must find nothing but leftovers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../explorer/schedule.h"
#include "search.h"

struct daxfs hosts[HOSTS];
int result[HOSTS];
static struct daxfs hosts_initial[HOSTS];
static const struct scenario *scenario;
static struct daxfs late;

bool stopped(int i)
{
	return region_stopped[i];
}

void require(bool condition, const char *text)
{
	if (!condition)
		schedule_fail(text);
}

static void reset(void)
{
	region_restore();
	late.base = NULL;
	memset(result, 0, sizeof(result));
	memcpy(hosts, hosts_initial, sizeof(hosts));
}

static void run_body(int i)
{
	scenario->body[i]();
	/* Others may not have seen its latest stores when its calls have returned. */
	schedule_point();
	daxfs_fence();
}

static void run_first(void)
{
	run_body(0);
}

static void run_second(void)
{
	run_body(1);
}

static void run_third(void)
{
	run_body(2);
}

struct daxfs *survivor(void)
{
	for (int i = 0; i < scenario->hosts; i++)
		if (!stopped(i) && daxfs_alive(&hosts[i]))
			return &hosts[i];
	if (!late.base)
		lib_mount(&late, region, LIB_UNITS);
	return &late;
}

static const char *fence_stopped(void)
{
	struct daxfs *fs = survivor();

	for (int i = 0; i < scenario->hosts; i++) {
		u64 claim = hosts[i].incarnation << 8 | DAXFS_HOST_LIVE;
		struct daxfs_call call;

		if (!stopped(i) && daxfs_alive(&hosts[i]))
			continue;
		lib_begin(fs, &call);
		/* It may be fenced already. */
		daxfs_fence_host(&call, hosts[i].host, claim);
		if (daxfs_cut_off(&call, hosts[i].host, claim))
			return "a host that was stopped cannot be cut off";
		daxfs_end(&call);
	}
	return NULL;
}

static const char again[] = "a word is shared that was thought not to be";

static const char *check(void)
{
	const char *finding = NULL;
	bool any = scenario->fences;

	region_alone();
	if (region_learnt())
		return again;
	for (int i = 0; i < scenario->hosts; i++)
		any |= stopped(i);
	if (any)
		finding = fence_stopped();
	if (!finding && scenario->end)
		finding = scenario->end();
	return finding ? finding : lib_check(region, LIB_UNITS, any);
}

static void begin(void)
{
	region_alone();
	lib_format(region, LIB_UNITS);
	for (int i = 0; i < scenario->hosts; i++)
		lib_mount(&hosts[i], region, LIB_UNITS);
	scenario->begin();
	memcpy(hosts_initial, hosts, sizeof(hosts));
	region_save();
	region_forget();
}

static const char *search(int preemptions, int stops, int surprises, unsigned long *total)
{
	const struct schedule schedule = {
		.threads = scenario->hosts,
		.body = { run_first, run_second, run_third },
		.reset = reset,
		.check = check,
		.leave = region_leave,
		.enter = region_enter,
		.preemptions = preemptions,
	};
	const char *finding;
	unsigned long runs;

	region_allow(stops, surprises);
	*total = 0;
	do {
		region_know();
		finding = schedule_search(&schedule, &runs);
		*total += runs;
	} while (finding == again);
	return finding;
}

static bool run(int depth, int stops, int surprises)
{
	const char *finding;
	unsigned long total;
	clock_t from = clock();

	depth = depth > 0 ? depth : 0;
	begin();
	finding = search(depth, stops, surprises, &total);
	printf("%s (%d interruptions, %d stops, %d late stores): %lu schedules, %s (%.1f s)\n",
	       scenario->name, depth, stops, surprises, total,
	       finding ? finding : "nothing found", (double)(clock() - from) / CLOCKS_PER_SEC);
	if (finding)
		schedule_print();
	if (finding && getenv("TRACE")) {
		region_trace = true;
		schedule_replay();
		region_trace = false;
	}
	fflush(stdout);
	return !finding;
}

static const struct scenario *const tables[] = {
	pages_scenarios, epochs_scenarios, cuts_scenarios, appends_scenarios, names_scenarios,
	attributes_scenarios, claims_scenarios, lacks_scenarios, fences_scenarios,
};

/*
 * search DEEPER [WORDS]: the scenarios, or those whose name begins so, with so many
 * interruptions more than their own; up to the first finding.
 */
int main(int argc, char **argv)
{
	int deeper = argc > 1 ? atoi(argv[1]) : 0;
	const char *only = argc > 2 ? argv[2] : "";

	/* No time passes here. */
	lib_looks = 0;
	for (u32 i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (scenario = tables[i]; scenario->name; scenario++) {
			if (strncmp(scenario->name, only, strlen(only)))
				continue;
			if (!run(scenario->depth + deeper, 0, 1) ||
			    (scenario->stops && !run(scenario->stops - 1 + deeper, 1, 0)))
				return 1;
		}
	}
	return 0;
}
