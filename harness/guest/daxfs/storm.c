// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm DIR MS: threads use the same names and the same bytes at once, MS milliseconds a
 * scene. A line a scene. The scenes hold on any filesystem that is local.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "check.h"
#include "storm.h"

/* Units that inodes, names and transactions keep. */
#define KEPT	300

static atomic_bool over, broken;
static char why[200];

bool must(bool holds, const char *text)
{
	int error = errno;

	if (!holds && !atomic_exchange(&broken, true)) {
		snprintf(why, sizeof(why), "%s (%s)", text, strerror(error));
		over = true;
	}
	return holds;
}

long may(long result, int error, int other, const char *text)
{
	if (result < 0)
		must(errno == error || errno == other, text);
	return result;
}

static void *repeat(void *step)
{
	while (!over)
		((void (*)(void))step)();
	return NULL;
}

static int play(const struct scene *scene, int ms)
{
	pthread_t threads[ROLES];

	over = broken = false;
	if (scene->prepare)
		scene->prepare();
	for (int i = 0; i < ROLES; i++)
		if (scene->step[i])
			pthread_create(&threads[i], NULL, repeat, (void *)scene->step[i]);
	for (int i = 0; i < ms && !over; i++)
		usleep(1000);
	over = true;
	for (int i = 0; i < ROLES; i++)
		if (scene->step[i])
			pthread_join(threads[i], NULL);
	if (scene->finish)
		scene->finish();
	printf("%s: %s\n", scene->rule, broken ? why : "ok");
	fflush(stdout);
	return broken;
}

static long free_units(void)
{
	struct statvfs about;

	return statvfs(".", &about) ? -1 : (long)about.f_bfree;
}

int storm(int argc, char **argv)
{
	const struct scene *parts[] = { storm_names, storm_bytes };
	long before;
	int failed = 0;

	if (argc < 3 || chdir(argv[1]))
		return 2;
	before = free_units();
	for (int i = 0; i < 2; i++)
		for (const struct scene *scene = parts[i]; scene->rule; scene++)
			if (argc < 4 || strstr(scene->rule, argv[3]))
				failed += play(scene, atoi(argv[2]));
	if (before - free_units() > KEPT)
		printf("space comes back: %ld of %ld units are gone\n", before - free_units(), before);
	return failed || before - free_units() > KEPT;
}
