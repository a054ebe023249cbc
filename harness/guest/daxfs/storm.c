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
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "storm.h"

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

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
	for (long end = now_ms() + ms; now_ms() < end && !over;)
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

int storm(int argc, char **argv)
{
	const struct scene *parts[] = { storm_names, storm_bytes };
	int failed = 0;

	if (argc < 3 || chdir(argv[1]))
		return 2;
	for (int i = 0; i < 2; i++)
		for (const struct scene *scene = parts[i]; scene->rule; scene++)
			if (argc < 4 || strstr(scene->rule, argv[3]))
				failed += play(scene, atoi(argv[2]));
	return failed != 0;
}
