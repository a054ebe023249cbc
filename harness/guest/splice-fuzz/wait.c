// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/times.h>
#include <time.h>

#include "fuzz.h"

short poll_now(int fd, short events, int timeout_ms)
{
	struct pollfd one = { .fd = fd, .events = events };
	int ready;

	do
		ready = poll(&one, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		give_up("poll: %s", outcome(ready));
	return one.revents;
}

const char *event_names(short events)
{
	static const struct { short bit; const char *name; } names[] = {
		{ POLLIN, " in" }, { POLLOUT, " out" }, { POLLPRI, " pri" }, { POLLRDHUP, " rdhup" },
		{ POLLHUP, " hup" }, { POLLERR, " err" }, { POLLNVAL, " nval" }, { POLLRDNORM, " rdnorm" },
	};
	static char text[100];
	size_t at = 0;

	text[0] = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (events & names[i].bit)
			at += (size_t)sprintf(text + at, "%s", names[i].name);
	return at ? text : " nothing";
}

void set_blocking(int fd, bool blocking)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK))
		give_up("O_NONBLOCK: %s", outcome(-1));
}

void sleep_us(unsigned int us)
{
	struct timespec time = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

/* Long enough, mostly, for another thread to fall asleep in its call; what follows must not depend on it. */
void sleep_some(struct draw *draw)
{
	if (!one_in(draw, 4))
		sleep_us(below(draw, 400));
}

double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

bool lasted(long begun, long us)
{
	return (times(NULL) - begun) * 10000 >= us;
}
