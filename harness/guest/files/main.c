// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-files: reads and writes files of a filesystem that is mounted at a directory, in
 * a loop that costs next to nothing beside the calls. Other programs' own instructions
 * hide those of the filesystem.
 */
#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "files.h"

#define THREADS_MAX 4

static pthread_barrier_t together;

/* A CPU that is kept out of balancing gets no thread that does not ask for it. */
static void pin(unsigned int index)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(index % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(1, "sched_setaffinity");
}

struct thread {
	pthread_t handle;
	unsigned int index;
	struct worker worker;
};

static void *run(void *argument)
{
	struct thread *thread = argument;

	pin(thread->index);
	pthread_barrier_wait(&together);
	work(&thread->worker);
	return NULL;
}

int main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);
	struct thread threads[THREADS_MAX] = { 0 };
	uint64_t operations = 0, all = 0;
	double rate = 0;

	for (unsigned int i = 0; i < options.threads; i++) {
		threads[i].index = i;
		prepare(&threads[i].worker, &options, i);
	}
	if (options.test == TEST_FILL)
		return 0;
	pthread_barrier_init(&together, NULL, options.threads);
	for (unsigned int i = 1; i < options.threads; i++)
		if (pthread_create(&threads[i].handle, NULL, run, &threads[i]))
			errx(1, "no thread");
	run(&threads[0]);
	for (unsigned int i = 0; i < options.threads; i++) {
		const struct worker *worker = &threads[i].worker;

		if (i)
			pthread_join(threads[i].handle, NULL);
		operations += worker->operations;
		all += worker->all;
		rate += (double)worker->operations * 1e9 / worker->ns;
	}
	printf("{\"operations\":%" PRIu64 ",\"all\":%" PRIu64 ",\"rate\":%.3f}\n", operations, all, rate);
	return 0;
}
