// SPDX-License-Identifier: GPL-2.0-only
/* Bad pointers, and what a ring cannot carry. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/errqueue.h>

#include "kinds.h"

#ifndef TCP_ULP
#define TCP_ULP 31
#endif

/* Two pages, of which the second cannot be written, or cannot be touched at all. */
static uint8_t *bad_page(int protection)
{
	static uint8_t *maps[2];
	uint8_t **map = &maps[protection != PROT_NONE];

	if (!*map) {
		*map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (*map == MAP_FAILED || mprotect(*map + 4096, 4096, protection))
			give_up("mmap: %s", outcome(-1));
	}
	return *map + 4096;
}

static void *nowhere(struct draw *draw, bool to_read)
{
	void *const places[] = { NULL, (void *)8, (void *)0xffff888000000000ull, (void *)0x7ffffffff000ull,
				 bad_page(PROT_NONE), bad_page(to_read ? PROT_NONE : PROT_READ) };

	return places[below(draw, 6)];
}

static void do_bad_pointer(struct link *link, int who, struct draw *draw)
{
	size_t size = 1 + a_size(draw, 3000);
	int fd = link->end[who].fd;
	long result;

	if (one_in(draw, 2)) {
		result = send(fd, nowhere(draw, true), size, MSG_NOSIGNAL);
		note("%s sends %zu from nowhere = %s", name_of(who), size, outcome(result));
	} else {
		int flags = would_block(link, who, size, false) ? MSG_DONTWAIT : 0;

		flags |= one_in(draw, 3) ? MSG_PEEK : 0;
		result = recv(fd, nowhere(draw, false), size, flags);
		note("%s reads %zu to nowhere, flags %x = %s", name_of(who), size, flags, outcome(result));
	}
}

/* Partly bad: TCP fails a packet at a time, so how many bytes got through is its own affair. */
static void do_edge_of_memory(struct link *link, int who, struct draw *draw)
{
	size_t size = 2 + a_size(draw, 3000), good = 1 + below(draw, (uint32_t)size - 1);
	uint8_t *from = bad_page(PROT_NONE) - good;
	struct end *own = &link->end[who], *peer = &link->end[!who];
	ssize_t moved;

	if (one_in(draw, 2)) {
		if (!can_send(link, who) || peer->closed || (peer->shut_read && peer->shut_write))
			return;
		if (size > room_to(link, who))
			return;
		memcpy(from, some_noise(draw, good), good);
		moved = send(own->fd, from, size, 0);
		if (moved > (ssize_t)good || !moved || (moved < 0 && errno != EFAULT))
			give_up("%s sends %zu good bytes of %zu = %s", name_of(who), good, size, outcome(moved));
		if (moved > 0)
			sent(link, who, from, (size_t)moved);
		settle(link);
		drain(link, !who);
		note("%s sends what is partly bad", name_of(who));
	} else {
		if (would_block(link, who, size, false) || !own->due.size || own->due.size <= good)
			return;
		moved = recv(own->fd, from, size, 0);
		if (moved > (ssize_t)good || !moved || (moved < 0 && errno != EFAULT))
			give_up("%s reads into %zu good bytes of %zu = %s", name_of(who), good, size, outcome(moved));
		if (moved > 0)
			received(link, who, from, (size_t)moved);
		settle(link);
		drain(link, who);
		note("%s reads what is partly bad", name_of(who));
	}
}

static bool is_open(const struct link *link)
{
	return can_send(link, CLIENT) && can_send(link, SERVER) && !link->end[CLIENT].shut_read &&
	       !link->end[SERVER].shut_read;
}

/* Bytes, an urgent one, and more bytes; a read ends where the urgent byte is. */
static void do_urgent(struct link *link, int who, struct draw *draw)
{
	/* Something after it, too: while a reader stays at the mark, FIONREAD says 0 whatever comes. */
	size_t before = below(draw, 50), after = 1 + below(draw, 50);
	const uint8_t *from = some_noise(draw, 100);
	int fd = link->end[who].fd, to = link->end[!who].fd, mark = -1;
	uint8_t bytes[100];
	long result;

	if (!is_open(link))
		return;
	drain(link, !who);
	if (before)
		send(fd, from, before, 0);
	result = send(fd, "!", 1, MSG_OOB);
	send(fd, from + before, after, 0);
	note("%s sends %zu, urgent = %s, %zu", name_of(who), before, outcome(result), after);
	note("it polls:%s", event_names(poll_now(to, POLLPRI, 10000)));
	for (size_t at = 0, end = before; at < before + after; end = before + after)
		while (at < end) {
			result = recv(to, bytes, sizeof(bytes), 0);
			if (result <= 0 || at + (size_t)result > end || memcmp(bytes, from + at, (size_t)result))
				give_up("around an urgent byte, after %zu of %zu: %s", at, end, outcome(result));
			at += (size_t)result;
			ioctl(to, SIOCATMARK, &mark);
			if (at == before && end == before) {
				note("at the mark: %d", mark);
				result = recv(to, bytes, 1, MSG_OOB);
				note("urgent: %s %c", outcome(result), result == 1 ? bytes[0] : '-');
			}
		}
	if (!before)
		note("urgent: %s", outcome(recv(to, bytes, 1, MSG_OOB)));
}

/* The ring is left for good. */
static void do_leave(struct link *link, int who, struct draw *draw)
{
	struct epoll_event event;
	int on = 1, off = 0, fd = link->end[who].fd;

	if (!is_open(link))
		return;
	/* It is refused while bytes are unread in a ring. */
	for (int i = 0; i < 2; i++)
		drain(link, i);
	if (one_in(draw, 2)) {
		note("%s tls = %s", name_of(who), outcome(setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", 3)));
	} else {
		note("%s repair = %s", name_of(who), outcome(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on))));
		note("and off = %s", outcome(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off))));
	}
	settle(link);
	for (int i = 0; i < 2; i++)
		epoll_wait(link->end[i].edges, &event, 1, 0);
}

/* A completion for each send, which says that the bytes were copied. */
static void do_zerocopy(struct link *link, int who, struct draw *draw)
{
	size_t size = 1 + a_size(draw, (uint32_t)room_to(link, who) / 2);
	const uint8_t *from = some_noise(draw, size);
	char control[200];
	struct msghdr message = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct sock_extended_err *report = NULL;
	struct cmsghdr *header;
	int on = 1, off = 0, fd = link->end[who].fd;
	long result;

	if (!is_open(link) || size > room_to(link, who))
		return;
	setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on));
	result = send(fd, from, size, MSG_ZEROCOPY);
	note("%s sends %zu, zero copy = %s", name_of(who), size, outcome(result));
	if (result > 0)
		sent(link, who, from, (size_t)result);
	settle(link);
	drain(link, !who);
	if (result > 0 && !(poll_now(fd, 0, 10000) & POLLERR))
		give_up("no completion");
	result = recvmsg(fd, &message, MSG_ERRQUEUE);
	for (header = result >= 0 ? CMSG_FIRSTHDR(&message) : NULL; header; header = CMSG_NXTHDR(&message, header))
		if (header->cmsg_level != SOL_SOCKET)	/* there may be a time stamp, too */
			report = (void *)CMSG_DATA(header);
	if (report)
		note("completion: origin %d, errno %u, %u sends", report->ee_origin, report->ee_errno,
		     report->ee_data - report->ee_info + 1);
	else
		note("completion: %s", outcome(result));
	setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &off, sizeof(off));
}

/* The second time takes the memory of rings that are empty. */
static void do_shrink(struct link *link, int who, struct draw *draw)
{
	static const char numbers[] = "422";	/* log no more; shrinkers, twice */
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	(void)link, (void)who, (void)draw;
	for (int i = 0; i < 3; i++)
		if (pwrite(fd, numbers + i, 1, 0) != 1)
			give_up("drop_caches: %s", outcome(-1));
	close(fd);
}

const struct kind odd_kinds[] = {
	{ .name = "bad_pointer", .run = do_bad_pointer, .weight = 25, .late_weight = 8 },
	{ .name = "edge_of_memory", .run = do_edge_of_memory, .weight = 10, .late_weight = 3 },
	{ .name = "zerocopy", .run = do_zerocopy, .weight = 4 },
	{ .name = "urgent", .run = do_urgent, .weight = 2 },
	{ .name = "leave", .run = do_leave, .weight = 2 },
	{ .name = "shrink", .run = do_shrink, .weight = 2 },
	{ 0 },
};
