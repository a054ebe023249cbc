// SPDX-License-Identifier: GPL-2.0-only
/* Calls that ask a settled connection about itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kinds.h"

static void do_poll(struct link *link, int who, struct draw *draw)
{
	short events = POLLIN | POLLOUT | POLLPRI | POLLRDHUP | (one_in(draw, 2) ? POLLRDNORM : 0);

	note("%s polls:%s", name_of(who), event_names(poll_now(link->end[who].fd, events, 0)));
}

static void do_edge(struct link *link, int who, struct draw *draw)
{
	struct epoll_event event = { 0 };
	int ready = epoll_wait(link->end[who].edges, &event, 1, 0);

	(void)draw;
	note("%s has edges %d:%s", name_of(who), ready, event_names((short)event.events));
}

static void do_epoll(struct link *link, int who, struct draw *draw)
{
	static const uint32_t modes[] = { 0, EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE };
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | modes[below(draw, 4)] };
	int epoll = epoll_create1(EPOLL_CLOEXEC), ready;

	if (event.events & EPOLLEXCLUSIVE)
		event.events &= ~EPOLLRDHUP;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, link->end[who].fd, &event))
		give_up("epoll_ctl: %s", outcome(-1));
	for (int i = 0; i < 2; i++) {
		event.events = 0;
		ready = epoll_wait(epoll, &event, 1, 0);
		note("%s epolls %d:%s", name_of(who), ready, event_names((short)event.events));
	}
	close(epoll);
}

static void do_select(struct link *link, int who, struct draw *draw)
{
	struct timeval now = { 0 };
	fd_set in, out, except;
	int fd = link->end[who].fd, ready;

	(void)draw;
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&except);
	FD_SET(fd, &in);
	FD_SET(fd, &out);
	FD_SET(fd, &except);
	ready = select(fd + 1, &in, &out, &except, &now);
	note("%s selects %d: %d %d %d", name_of(who), ready, !!FD_ISSET(fd, &in), !!FD_ISSET(fd, &out),
	     !!FD_ISSET(fd, &except));
}

/* TCP's acknowledgements may take their time, but come, unless one side is gone. */
static void do_queues(struct link *link, int who, struct draw *draw)
{
	int waiting = -1, unsent = -1, fd = link->end[who].fd;
	long result = ioctl(fd, FIONREAD, &waiting);

	(void)draw;
	note("%s FIONREAD = %s, %d", name_of(who), outcome(result), waiting);
	if (link->end[who].reset || link->end[!who].closed)
		return;
	for (int i = 0; i < 2000; i++) {
		result = ioctl(fd, SIOCOUTQ, &waiting);
		if (result || !waiting)
			break;
		sleep_us(1000);
	}
	note("%s SIOCOUTQ = %s, %d", name_of(who), outcome(result), waiting);
	result = ioctl(fd, SIOCOUTQNSD, &unsent);
	note("%s SIOCOUTQNSD = %s, %d", name_of(who), outcome(result), unsent);
}

static void do_error(struct link *link, int who, struct draw *draw)
{
	int error = -1;
	socklen_t size = sizeof(error);
	long result = getsockopt(link->end[who].fd, SOL_SOCKET, SO_ERROR, &error, &size);

	(void)draw;
	note("%s SO_ERROR = %s, %d", name_of(who), outcome(result), error);
}

static void do_low_water(struct link *link, int who, struct draw *draw)
{
	set_low_water(link, who, one_in(draw, 2) ? 1 : 1 + (int)below(draw, 300));
	note("%s needs %d bytes", name_of(who), link->end[who].low_water);
}

/* Options that must not change a byte, set and read back. */
static void do_option(struct link *link, int who, struct draw *draw)
{
	static const struct { int level, name, most; } options[] = {
		{ IPPROTO_TCP, TCP_NODELAY, 1 }, { IPPROTO_TCP, TCP_QUICKACK, 1 }, { SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ SOL_SOCKET, SO_BUSY_POLL, 100 }, { SOL_SOCKET, SO_PRIORITY, 6 }, { SOL_SOCKET, SO_OOBINLINE, 0 },
		{ SOL_SOCKET, SO_TIMESTAMP, 1 }, { IPPROTO_TCP, TCP_USER_TIMEOUT, 100000 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 100 }, { SOL_SOCKET, SO_ZEROCOPY, 1 }, { SOL_SOCKET, SO_MARK, 3 },
		{ SOL_SOCKET, SO_REUSEADDR, 1 }, { IPPROTO_TCP, TCP_LINGER2, 5 }, { IPPROTO_TCP, 99, 1 },
	};
	uint32_t which = below(draw, sizeof(options) / sizeof(options[0]));
	int value = (int)below(draw, (uint32_t)options[which].most + 1);
	socklen_t size = sizeof(value);
	long set = setsockopt(link->end[who].fd, options[which].level, options[which].name, &value, sizeof(value));
	long got = getsockopt(link->end[who].fd, options[which].level, options[which].name, &value, &size);

	note("%s option %d of level %d: %s, %s, %d", name_of(who), options[which].name, options[which].level,
	     outcome(set), outcome(got), options[which].name == TCP_QUICKACK ? 0 : value);
}

const struct kind look_kinds[] = {
	{ .name = "poll", .run = do_poll, .weight = 90, .late_weight = 50 },
	{ .name = "edge", .run = do_edge, .weight = 50, .late_weight = 30 },
	{ .name = "epoll", .run = do_epoll, .weight = 30, .late_weight = 15 },
	{ .name = "select", .run = do_select, .weight = 20, .late_weight = 10 },
	{ .name = "queues", .run = do_queues, .weight = 20, .late_weight = 6 },
	{ .name = "error", .run = do_error, .weight = 10, .late_weight = 10 },
	{ .name = "low_water", .run = do_low_water, .weight = 20 },
	{ .name = "option", .run = do_option, .weight = 30 },
	{ 0 },
};
