// SPDX-License-Identifier: GPL-2.0-only
/* A connection, and what both of its ends must look like once everything has arrived. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

#define SETTLE_MS 10000

/* Buffers that neither grow by themselves nor are smaller than `most`. */
#define BUFFER 100000

enum family { V4, V6, MAPPED, FAMILIES };

static socklen_t loopback(enum family family, bool client, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (void *)address;
	struct sockaddr_in6 *v6 = (void *)address;

	memset(address, 0, sizeof(*address));
	if (family == V4 || (family == MAPPED && client)) {
		v4->sin_family = AF_INET;
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_addr = family == V6 ? in6addr_loopback : in6addr_any;
	return sizeof(*v6);
}

static void set_option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		give_up("option %d of level %d: %s", name, level, outcome(-1));
}

static int stream_socket(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		give_up("socket: %s", outcome(fd));
	set_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER);
	set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER);
	return fd;
}

static void watch(struct end *end)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };

	end->low_water = 1;
	end->edges = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_ctl(end->edges, EPOLL_CTL_ADD, end->fd, &event))
		give_up("epoll_ctl: %s", outcome(-1));
}

/* Early bytes: before accept(), or before the server's end exists at all. */
void open_link(struct link *link, struct draw *draw)
{
	enum family family = (enum family)below(draw, FAMILIES);
	bool early = one_in(draw, 4), deferred = early && one_in(draw, 2);
	bool at_once = !one_in(draw, 8);
	uint32_t budget = one_in(draw, 4) ? 50 : 0;
	struct sockaddr_storage here, there;
	socklen_t size = loopback(family, false, &here), size_there = loopback(family, true, &there);
	const uint8_t *bytes;
	ssize_t count;

	link->listener = stream_socket(here.ss_family);
	if (deferred)
		set_option(link->listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
	if (bind(link->listener, (void *)&here, size) || listen(link->listener, 4) ||
	    getsockname(link->listener, (void *)&here, &size))
		give_up("listen: %s", outcome(-1));
	((struct sockaddr_in *)&there)->sin_port = ((struct sockaddr_in *)&here)->sin_port;

	link->end[CLIENT].fd = stream_socket(there.ss_family);
	if (connect(link->end[CLIENT].fd, (void *)&there, size_there))
		give_up("connect: %s", outcome(-1));
	if (early) {
		count = 1 + (ssize_t)a_size(draw, (uint32_t)link->most / 2 - 1);
		bytes = some_noise(draw, (size_t)count);
		if (send(link->end[CLIENT].fd, bytes, (size_t)count, 0) != count)
			give_up("early bytes: %s", outcome(-1));
		sent(link, CLIENT, bytes, (size_t)count);
	}
	link->end[SERVER].fd = accept4(link->listener, NULL, NULL, SOCK_CLOEXEC);
	if (link->end[SERVER].fd < 0)
		give_up("accept: %s", outcome(-1));
	for (int who = CLIENT; who <= SERVER; who++) {
		set_option(link->end[who].fd, IPPROTO_TCP, TCP_NODELAY, at_once);
		set_option(link->end[who].fd, SOL_SOCKET, SO_BUSY_POLL, (int)budget);
		watch(&link->end[who]);
	}
	note("family %d%s%s%s%s, at most %zu bytes", family, deferred ? ", deferred" : "", early ? ", early bytes" : "",
	     at_once ? "" : ", Nagle", budget ? ", busy polling" : "", link->most);
}

void close_link(struct link *link)
{
	for (int who = CLIENT; who <= SERVER; who++) {
		if (!link->end[who].closed)
			close(link->end[who].fd);
		close(link->end[who].edges);
		free(link->end[who].due.bytes);
	}
	close(link->listener);
}

static int state_of(int fd)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		give_up("TCP_INFO: %s", outcome(-1));
	return info.tcpi_state;
}

static int expected_state(const struct end *own, const struct end *peer)
{
	bool ended = peer->shut_write || peer->closed;

	if (own->reset || (own->shut_write && ended))
		return TCP_CLOSE;
	if (own->shut_write)
		return TCP_FIN_WAIT2;
	return ended ? TCP_CLOSE_WAIT : TCP_ESTABLISHED;
}

void settle(struct link *link)
{
	double begun = now_ms();

	for (int who = CLIENT; who <= SERVER; who++) {
		struct end *own = &link->end[who];
		int expected = expected_state(own, &link->end[!who]), waiting = -1, state = -1;

		while (!own->closed) {
			ioctl(own->fd, FIONREAD, &waiting);
			state = state_of(own->fd);
			if (waiting == (int)own->due.size && state == expected)
				break;
			if (now_ms() - begun > SETTLE_MS)
				give_up("%s does not settle: %d bytes of %zu, state %d instead of %d", name_of(who), waiting,
					own->due.size, state, expected);
			sleep_us(50);
		}
	}
}

bool can_send(const struct link *link, int who)
{
	const struct end *own = &link->end[who];

	return !own->closed && !own->reset && !own->shut_write;
}

bool would_block(const struct link *link, int who, size_t size, bool all)
{
	const struct end *own = &link->end[who], *peer = &link->end[!who];
	size_t needed = all || size < (size_t)own->low_water ? size : (size_t)own->low_water;

	if (own->reset || own->shut_read || peer->shut_write || peer->closed)
		return false;
	return own->due.size < (needed ?: 1);	/* reading nothing waits for something */
}

size_t room_to(const struct link *link, int who)
{
	size_t due = link->end[!who].due.size;

	return due < link->most ? link->most - due : 0;
}

void set_low_water(struct link *link, int who, int bytes)
{
	struct end *end = &link->end[who];

	if (end->low_water == bytes)
		return;
	set_option(end->fd, SOL_SOCKET, SO_RCVLOWAT, bytes);
	end->low_water = bytes;
}
