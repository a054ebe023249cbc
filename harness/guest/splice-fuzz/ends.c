// SPDX-License-Identifier: GPL-2.0-only
/* How a connection ends, in every order. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kinds.h"

static void do_shutdown(struct link *link, int who, struct draw *draw)
{
	static const int ways[] = { SHUT_WR, SHUT_WR, SHUT_WR, SHUT_RD, SHUT_RDWR };
	struct end *own = &link->end[who];
	int how = ways[below(draw, 5)];
	long result = shutdown(own->fd, how);

	note("%s shutdown %d = %s", name_of(who), how, outcome(result));
	if (result || own->reset)
		return;
	if (how != SHUT_WR)
		own->shut_read = true;
	if (how != SHUT_RD)
		own->shut_write = true;
}

/* Bytes that nobody reads any more are answered by a reset. */
static void do_close(struct link *link, int who, struct draw *draw)
{
	struct end *own = &link->end[who], *peer = &link->end[!who];
	struct linger linger = { .l_onoff = one_in(draw, 4), .l_linger = one_in(draw, 2) ? 0 : 20 };
	bool reset;

	/* A ring is waited for where TCP's receive queue is not: documented. */
	if (linger.l_linger && peer->due.size)
		linger.l_onoff = 0;
	reset = own->due.size || (linger.l_onoff && !linger.l_linger);
	setsockopt(own->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	note("%s closes with %zu unread, linger %d %d = %s", name_of(who), own->due.size, linger.l_onoff,
	     linger.l_linger, outcome(close(own->fd)));
	own->closed = true;
	own->due.size = 0;
	/* Where both directions have ended, nobody is there to be reset. */
	if (reset && !(own->shut_write && (peer->shut_write || peer->closed)))
		peer->reset = true;
}

/* One of two descriptors of a socket ends nothing. */
static void do_close_copy(struct link *link, int who, struct draw *draw)
{
	int copy = dup(link->end[who].fd);

	(void)draw;
	note("%s closes a copy = %s", name_of(who), outcome(close(copy)));
}

static void do_disconnect(struct link *link, int who, struct draw *draw)
{
	static const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	struct end *own = &link->end[who], *peer = &link->end[!who];
	long result = connect(own->fd, &nowhere, sizeof(nowhere));

	(void)draw;
	note("%s disconnects = %s", name_of(who), outcome(result));
	if (result)
		return;
	own->due.size = 0;
	if (!(own->shut_write && (peer->shut_write || peer->closed)))
		peer->reset = true;
	own->reset = true;
}

static void do_names(struct link *link, int who, struct draw *draw)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	long own, other;

	(void)draw;
	own = getsockname(link->end[who].fd, (void *)&address, &size);
	size = sizeof(address);
	other = getpeername(link->end[who].fd, (void *)&address, &size);
	note("%s names: %s, %s", name_of(who), outcome(own), outcome(other));
}

const struct kind end_kinds[] = {
	{ .name = "shutdown", .run = do_shutdown, .late_weight = 60 },
	{ .name = "close", .run = do_close, .late_weight = 40 },
	{ .name = "close_copy", .run = do_close_copy, .weight = 5, .late_weight = 3 },
	{ .name = "disconnect", .run = do_disconnect, .late_weight = 6 },
	{ .name = "names", .run = do_names, .weight = 2, .late_weight = 6 },
	{ 0 },
};
