// SPDX-License-Identifier: GPL-2.0-only
/* A call that waits in another thread until something happens. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/times.h>

#include "kinds.h"

struct call {
	pthread_t thread;
	int fd, flags, error;
	short events;	/* to poll() for, or 0 to read */
	size_t size;
	ssize_t result;
	atomic_bool begun, ended;
	uint8_t bytes[1 << 15];
};

static void *make_call(void *argument)
{
	struct call *call = argument;
	struct pollfd one = { .fd = call->fd, .events = call->events };

	call->begun = true;
	if (call->events)
		call->result = poll(&one, 1, 20000) == 1 ? one.revents : -1;
	else
		call->result = recv(call->fd, call->bytes, call->size, call->flags);
	call->error = errno;
	call->ended = true;
	return NULL;
}

static struct call *begin(int fd, size_t size, int flags, short events, struct draw *draw)
{
	struct call *call = calloc(1, sizeof(*call));

	if (!call)
		give_up("no memory");
	call->fd = fd;
	call->size = size;
	call->flags = flags;
	call->events = events;
	if (pthread_create(&call->thread, NULL, make_call, call))
		give_up("pthread_create");
	while (!call->begun)
		sleep_us(20);
	sleep_some(draw);
	return call;
}

/* The call's end; what it read joins the rest. */
static void end(struct call *call, struct link *link, int who, const char *what)
{
	pthread_join(call->thread, NULL);
	errno = call->error;
	if (call->events)
		note("%s polls until %s:%s", name_of(who), what, event_names((short)call->result));
	else
		note("%s waits for %zu flags %x until %s = %s", name_of(who), call->size, call->flags, what,
		     outcome(call->result));
	if (!call->events && call->result > 0)
		received(link, who, call->bytes, (size_t)call->result);
	free(call);
}

static void send_bytes(struct link *link, int who, size_t size, struct draw *draw)
{
	const uint8_t *from = some_noise(draw, size);
	ssize_t moved = send(link->end[who].fd, from, size, 0);

	if (moved != (ssize_t)size)
		give_up("%s sends %zu = %s", name_of(who), size, outcome(moved));
	sent(link, who, from, size);
}

/* Nothing to read, and a peer that may still send something. */
static bool is_quiet(struct link *link, int who)
{
	if (!can_send(link, !who))
		return false;
	drain(link, who);
	return would_block(link, who, 1, false);
}

static void do_wait(struct link *link, int who, struct draw *draw)
{
	bool polls = one_in(draw, 3);
	size_t size = 1 + a_size(draw, (uint32_t)link->most - 1), coming = 1 + a_size(draw, (uint32_t)link->most - 1);
	struct call *call;

	if (!is_quiet(link, who))
		return;
	call = begin(link->end[who].fd, size, 0, polls ? POLLIN | POLLRDHUP : 0, draw);
	send_bytes(link, !who, coming, draw);
	end(call, link, who, "bytes come");
}

static void do_wait_all(struct link *link, int who, struct draw *draw)
{
	uint32_t parts = 1 + below(draw, 5);
	size_t part = 1 + a_size(draw, (uint32_t)link->most / 8 - 1);
	struct call *call;

	if (!is_quiet(link, who))
		return;
	call = begin(link->end[who].fd, part * parts, MSG_WAITALL, 0, draw);
	for (uint32_t i = 0; i < parts; i++) {
		send_bytes(link, !who, part, draw);
		sleep_some(draw);
	}
	end(call, link, who, "all has come");
}

/* It may come before the call waits, so it comes again until the call has ended. */
static void do_signal(struct link *link, int who, struct draw *draw)
{
	size_t there = one_in(draw, 2) ? 1 + below(draw, 100) : 0;
	struct call *call;

	if (!is_quiet(link, who))
		return;
	if (there)
		send_bytes(link, !who, there, draw);
	settle(link);
	call = begin(link->end[who].fd, there + 100, there ? MSG_WAITALL : 0, 0, draw);
	for (int i = 0; !call->ended && i < 20000; i++) {
		pthread_kill(call->thread, SIGUSR1);
		sleep_us(500);
	}
	end(call, link, who, "a signal");
}

static void do_timeout(struct link *link, int who, struct draw *draw)
{
	struct timeval limit = { .tv_usec = WHOLE_TICKS_US * (1 + (long)below(draw, 2)) }, none = { 0 };
	int fd = link->end[who].fd, there = (int)below(draw, 3) * 10, flags = there ? MSG_WAITALL : 0;
	clock_t begun;
	uint8_t bytes[200];
	ssize_t got;

	if (!is_quiet(link, who))
		return;
	if (there)
		send_bytes(link, !who, (size_t)there, draw);
	settle(link);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	begun = times(NULL);
	got = recv(fd, bytes, sizeof(bytes), flags);
	note("%s waits %ld us for more than %d = %s, long enough: %d", name_of(who), limit.tv_usec, there, outcome(got),
	     lasted(begun, limit.tv_usec));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof(none));
	if (got > 0)
		received(link, who, bytes, (size_t)got);
}

/* The end of the stream, from either side, for a reader who waits. */
static void do_wait_end(struct link *link, int who, struct draw *draw)
{
	size_t there = one_in(draw, 2) ? 1 + below(draw, 100) : 0;
	bool polls = !there && one_in(draw, 3), own = one_in(draw, 4);
	struct call *call;

	if (!is_quiet(link, who))
		return;
	if (there)
		send_bytes(link, !who, there, draw);
	settle(link);
	/* Not for POLLIN: a FIN counts as a byte a moment before it counts as the end. */
	call = begin(link->end[who].fd, there + 50, there ? MSG_WAITALL : 0, polls ? POLLRDHUP : 0, draw);
	if (own)
		shutdown(link->end[who].fd, SHUT_RD);
	else
		shutdown(link->end[!who].fd, SHUT_WR);
	*(own ? &link->end[who].shut_read : &link->end[!who].shut_write) = true;
	end(call, link, who, own ? "it shuts its own side" : "the peer's end");
}

const struct kind blocked_kinds[] = {
	{ .name = "wait", .run = do_wait, .weight = 40 },
	{ .name = "wait_all", .run = do_wait_all, .weight = 15 },
	{ .name = "signal", .run = do_signal, .weight = 8 },
	{ .name = "timeout", .run = do_timeout, .weight = 8 },
	{ .name = "wait_end", .run = do_wait_end, .late_weight = 20 },
	{ 0 },
};
