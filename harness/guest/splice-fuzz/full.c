// SPDX-License-Identifier: GPL-2.0-only
/* A direction without room. How much it holds is its own affair; what a writer is told is not. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/times.h>

#include "kinds.h"

/*
 * Until nothing more goes in, now or soon: TCP moves bytes from one queue to the other for a while. On a busy
 * host it may do so later still, so a writer that waits for room may find a little.
 */
static size_t fill(struct link *link, int who, struct draw draw)
{
	size_t filled = 0;

	for (int refused = 0; refused < 3;) {
		size_t size = 1 + below(&draw, 30000);
		const uint8_t *from = some_noise(&draw, size);
		ssize_t moved = send(link->end[who].fd, from, size, MSG_DONTWAIT);

		if (moved > 0) {
			sent(link, who, from, (size_t)moved);
			filled += (size_t)moved;
			refused = 0;
		} else if (errno == EAGAIN) {
			refused++;
			sleep_us(30000);
		} else {
			give_up("%s fills: %s", name_of(who), outcome(moved));
		}
	}
	return filled;
}

struct sender {
	pthread_t thread;
	int fd, error;
	const uint8_t *from;
	size_t size;
	ssize_t result;
	atomic_bool ended;
};

static void *send_all(void *argument)
{
	struct sender *sender = argument;

	sender->result = send(sender->fd, sender->from, sender->size, 0);
	sender->error = errno;
	sender->ended = true;
	return NULL;
}

/* A blocked send is sent for good, or is sent a signal. */
static void send_blocked(struct link *link, int who, struct draw *draw)
{
	bool signal = one_in(draw, 2);
	struct sender sender = { .fd = link->end[who].fd, .size = 1 + below(draw, 500) };

	sender.from = some_noise(draw, sender.size);
	if (pthread_create(&sender.thread, NULL, send_all, &sender))
		give_up("pthread_create");
	sleep_some(draw);
	for (int i = 0; signal && !sender.ended && i < 20000; i++) {
		pthread_kill(sender.thread, SIGUSR1);
		sleep_us(500);
	}
	if (!signal) {
		sent(link, who, sender.from, sender.size);
		drain(link, !who);
	}
	pthread_join(sender.thread, NULL);
	errno = sender.error;
	if (sender.result != (ssize_t)sender.size && (!signal || (sender.result < 0 && errno != EINTR)))
		give_up("a blocked send of %zu: %s", sender.size, outcome(sender.result));
	note("%s, blocked, sends until %s", name_of(who), signal ? "a signal" : "there is room");
	if (signal && sender.result > 0)
		sent(link, who, sender.from, (size_t)sender.result);
}

static void send_in_time(struct link *link, int who, struct draw *draw)
{
	struct timeval limit = { .tv_usec = WHOLE_TICKS_US * (1 + (long)below(draw, 2)) }, none = { 0 };
	int fd = link->end[who].fd;
	clock_t begun;
	ssize_t moved;

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	begun = times(NULL);
	moved = send(fd, "x", 1, 0);
	if (moved != 1 && (errno != EAGAIN || !lasted(begun, limit.tv_usec)))
		give_up("%s waits %ld us for room: %s", name_of(who), limit.tv_usec, outcome(moved));
	note("%s waits %ld us for room", name_of(who), limit.tv_usec);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &none, sizeof(none));
	if (moved > 0)
		sent(link, who, (const uint8_t *)"x", 1);
}

static void do_fill(struct link *link, int who, struct draw *draw)
{
	struct end *reader = &link->end[!who];
	short events;

	if (!can_send(link, who) || !can_send(link, !who) || reader->shut_read)
		return;
	set_low_water(link, !who, 1);
	if (fill(link, who, *draw) < link->most)
		note("%s fills less than it must hold", name_of(who));
	/* TCP may find more room much later, when it probes the window. */
	while ((events = poll_now(link->end[who].fd, POLLOUT, 0)) & POLLOUT)
		if (!fill(link, who, *draw))
			break;
	note("%s, full, polls:%s", name_of(who), event_names(events));
	note("its peer polls:%s", event_names(poll_now(reader->fd, POLLIN, 0)));
	switch (below(draw, 3)) {
	case 0:
		send_blocked(link, who, draw);
		break;
	case 1:
		send_in_time(link, who, draw);
		break;
	}
	drain(link, !who);
	note("%s, drained, polls:%s", name_of(who), event_names(poll_now(link->end[who].fd, POLLOUT, 10000)));
}

const struct kind full_kinds[] = {
	{ .name = "fill", .run = do_fill, .weight = 2 },
	{ 0 },
};
