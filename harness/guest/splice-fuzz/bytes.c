// SPDX-License-Identifier: GPL-2.0-only
/* Sends and reads, one at a time, on a connection that has settled. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kinds.h"

static uint8_t bytes[1 << 16];

static void do_send(struct link *link, int who, struct draw *draw)
{
	static const int some_flags[] = { MSG_DONTWAIT, MSG_NOSIGNAL, MSG_DONTWAIT | MSG_NOSIGNAL, MSG_EOR };
	size_t size = a_size(draw, (uint32_t)room_to(link, who));
	int flags = one_in(draw, 3) ? some_flags[below(draw, 4)] : 0;
	const struct way *way = a_way_to_send(draw);
	const uint8_t *from = some_noise(draw, size);
	const struct end *peer = &link->end[!who];
	ssize_t moved;

	/* The first segment is answered by a reset, and which of the next still goes out is chance. */
	if (peer->closed)
		while (strcmp(way->name, "send"))
			way = a_way_to_send(draw);
	moved = way->move(link->end[who].fd, (uint8_t *)from, size, flags, draw);
	note("%s %s %zu flags %x = %s", name_of(who), way->name, size, flags, outcome(moved));
	if (moved > 0)
		sent(link, who, from, (size_t)moved);
}

/* Holds bytes back for more to come, which then comes. */
static void do_send_more(struct link *link, int who, struct draw *draw)
{
	size_t room = room_to(link, who);
	int count = 2 + (int)below(draw, 3), on = 1, off = 0;
	bool cork = one_in(draw, 2);

	if (link->end[!who].closed)
		return;
	if (cork)
		setsockopt(link->end[who].fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
	for (int i = 0; i < count; i++) {
		size_t size = a_size(draw, (uint32_t)(room / (size_t)count));
		const uint8_t *from = some_noise(draw, size);
		/* An empty last one would hold what is there back for a while longer. */
		bool more = !cork && i < count - 1;
		ssize_t moved;

		size += !size && room >= 10;
		moved = send(link->end[who].fd, from, size, more ? MSG_MORE : 0);
		note("%s sends %zu%s = %s", name_of(who), size, more ? " and more" : "", outcome(moved));
		if (moved > 0)
			sent(link, who, from, (size_t)moved);
	}
	if (cork)
		setsockopt(link->end[who].fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
}

static void do_recv(struct link *link, int who, struct draw *draw)
{
	static const int some_flags[] = { MSG_DONTWAIT, MSG_WAITALL, MSG_WAITALL | MSG_DONTWAIT, MSG_TRUNC };
	struct end *end = &link->end[who];
	size_t size = a_size(draw, (uint32_t)link->most);
	int flags = one_in(draw, 2) ? some_flags[below(draw, 4)] : 0;
	bool nonblocking = one_in(draw, 8);
	const struct way *way = a_way_to_receive(draw);
	ssize_t moved;

	if (!nonblocking && would_block(link, who, size, flags & MSG_WAITALL))
		flags |= MSG_DONTWAIT;
	if (nonblocking)
		set_blocking(end->fd, false);
	moved = way->move(end->fd, bytes, size, flags, draw);
	note("%s %s %zu flags %x%s = %s", name_of(who), way->name, size, flags,
	     nonblocking ? " nonblocking" : "", outcome(moved));
	if (nonblocking)
		set_blocking(end->fd, true);
	if (moved <= 0)
		return;
	if (flags & MSG_TRUNC)
		discarded(link, who, (size_t)moved);
	else
		received(link, who, bytes, (size_t)moved);
}

static void do_peek(struct link *link, int who, struct draw *draw)
{
	size_t size = a_size(draw, (uint32_t)link->most);
	int flags = MSG_PEEK | (one_in(draw, 4) ? MSG_WAITALL : 0) | (one_in(draw, 4) ? MSG_DONTWAIT : 0);
	ssize_t moved;

	if (would_block(link, who, size, flags & MSG_WAITALL))
		flags |= MSG_DONTWAIT;
	moved = recv(link->end[who].fd, bytes, size, flags);
	note("%s peeks %zu flags %x = %s", name_of(who), size, flags, outcome(moved));
	if (moved > 0)
		peeked(link, who, 0, bytes, (size_t)moved);
}

/* Peeks that each begin where the last one ended, with a read between them. */
static void do_peek_offset(struct link *link, int who, struct draw *draw)
{
	struct end *end = &link->end[who];
	int offset = (int)below(draw, (uint32_t)end->due.size + 2), off = -1;
	socklen_t length = sizeof(offset);
	ssize_t moved;

	moved = setsockopt(end->fd, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof(offset));
	note("%s peeks from %d = %s", name_of(who), offset, outcome(moved));
	for (int i = 0; i < 3; i++) {
		size_t size = 1 + a_size(draw, 200);
		bool take = one_in(draw, 3);

		moved = recv(end->fd, bytes, size, (take ? 0 : MSG_PEEK) | MSG_DONTWAIT);
		note("%s %s %zu = %s", name_of(who), take ? "takes" : "peeks", size, outcome(moved));
		if (take && moved > 0)
			received(link, who, bytes, (size_t)moved);
		else if (moved > 0)
			peeked(link, who, (size_t)offset, bytes, (size_t)moved);
		getsockopt(end->fd, SOL_SOCKET, SO_PEEK_OFF, &offset, &length);
		note("offset %d", offset);
	}
	setsockopt(end->fd, SOL_SOCKET, SO_PEEK_OFF, &off, sizeof(off));
}

/* How many bytes a read leaves behind, as the socket says with the read itself. */
static void do_inq(struct link *link, int who, struct draw *draw)
{
	struct end *end = &link->end[who];
	char control[256];
	size_t size = a_size(draw, (uint32_t)link->most);
	struct iovec part = { bytes, size };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	int on = 1, off = 0, left = -1;
	ssize_t moved;

	setsockopt(end->fd, IPPROTO_TCP, TCP_INQ, &on, sizeof(on));
	moved = recvmsg(end->fd, &message, MSG_DONTWAIT);
	for (header = moved >= 0 ? CMSG_FIRSTHDR(&message) : NULL; header; header = CMSG_NXTHDR(&message, header))
		if (header->cmsg_level == IPPROTO_TCP)
			memcpy(&left, CMSG_DATA(header), sizeof(left));
	note("%s recvmsg %zu = %s, %d left", name_of(who), size, outcome(moved), left);
	setsockopt(end->fd, IPPROTO_TCP, TCP_INQ, &off, sizeof(off));
	if (moved > 0)
		received(link, who, bytes, (size_t)moved);
}

/* All that is due through a pipe; how many bytes a call takes is TCP's segments' affair. */
static void do_splice_read(struct link *link, int who, struct draw *draw)
{
	struct end *end = &link->end[who];
	int ends[2];
	ssize_t moved = 1;

	if (pipe2(ends, O_CLOEXEC))
		give_up("pipe: %s", outcome(-1));
	set_blocking(end->fd, false);
	while (end->due.size && moved > 0) {
		moved = splice(end->fd, NULL, ends[1], NULL, 1 + below(draw, 30000), 0);
		if (moved > 0 && read(ends[0], bytes, sizeof(bytes)) != moved)
			give_up("the pipe holds something else than %zd bytes", moved);
		if (moved > 0)
			received(link, who, bytes, (size_t)moved);
	}
	if (moved > 0)
		moved = splice(end->fd, NULL, ends[1], NULL, 100, 0);
	note("%s splices all, and then %s", name_of(who), outcome(moved));
	set_blocking(end->fd, true);
	close(ends[0]);
	close(ends[1]);
}

const struct kind byte_kinds[] = {
	{ .name = "send", .run = do_send, .weight = 240, .late_weight = 60 },
	{ .name = "send_more", .run = do_send_more, .weight = 16 },
	{ .name = "recv", .run = do_recv, .weight = 220, .late_weight = 60 },
	{ .name = "peek", .run = do_peek, .weight = 60, .late_weight = 20 },
	{ .name = "peek_offset", .run = do_peek_offset, .weight = 10 },
	{ .name = "inq", .run = do_inq, .weight = 16, .late_weight = 4 },
	{ .name = "splice_read", .run = do_splice_read, .weight = 10, .late_weight = 4 },
	{ 0 },
};
