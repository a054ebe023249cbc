// SPDX-License-Identifier: GPL-2.0-only
/* The calls, each in a thread that writes down what it returned. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "matrix.h"
#include "uring.h"

__attribute__((format(printf, 2, 3))) static void write_down(struct call *call, const char *format, ...)
{
	size_t at = strlen(call->text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(call->text + at, sizeof(call->text) - at, format, arguments);
	va_end(arguments);
}

static void got(struct call *call, ssize_t result, const char *bytes)
{
	if (result > 0)
		write_down(call, " %zd '%.*s'", result, (int)result, bytes);
	else
		write_down(call, " %s", outcome(result));
}

static void receive(struct call *call, size_t size, int flags)
{
	char bytes[64];

	got(call, recv(call->fd, bytes, size, flags), bytes);
}

static void recv_any(struct call *call)
{
	receive(call, 10, 0);
}

static void recv_all(struct call *call)
{
	receive(call, 10, MSG_WAITALL);
}

static void peek_any(struct call *call)
{
	receive(call, 10, MSG_PEEK);
}

static void peek_all(struct call *call)
{
	receive(call, 10, MSG_PEEK | MSG_WAITALL);
}

static void discard(struct call *call)
{
	got(call, recv(call->fd, NULL, 10, MSG_TRUNC | MSG_WAITALL), "----------");
}

static void recv_twice(struct call *call)
{
	receive(call, 10, 0);
	receive(call, 10, 0);
}

static void read_parts(struct call *call)
{
	char bytes[10];
	struct iovec parts[2] = { { bytes, 4 }, { bytes + 4, 6 } };

	got(call, readv(call->fd, parts, 2), bytes);
}

static void recv_inq(struct call *call)
{
	union { struct cmsghdr header; char bytes[64]; } control;
	char bytes[10];
	struct iovec part = { bytes, sizeof(bytes) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int one = 1, inq = -1;
	struct cmsghdr *header;

	setsockopt(call->fd, IPPROTO_TCP, TCP_INQ, &one, sizeof(one));
	got(call, recvmsg(call->fd, &message, MSG_WAITALL), bytes);
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == TCP_CM_INQ)
		memcpy(&inq, CMSG_DATA(header), sizeof(inq));
	write_down(call, " and %d more", inq);
}

static void several(struct call *call, int flags)
{
	char bytes[3][4];
	struct iovec parts[3];
	struct mmsghdr messages[3] = { 0 };
	int count;

	for (int i = 0; i < 3; i++) {
		parts[i] = (struct iovec){ bytes[i], sizeof(bytes[i]) };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	count = recvmmsg(call->fd, messages, 3, flags, NULL);
	write_down(call, " %s", outcome(count));
	for (int i = 0; i < count; i++)
		got(call, messages[i].msg_len, bytes[i]);
}

static void recv_several(struct call *call)
{
	several(call, MSG_WAITALL);
}

static void recv_for_one(struct call *call)
{
	several(call, MSG_WAITFORONE);
}

static void splice_out(struct call *call)
{
	ssize_t moved = splice(call->fd, NULL, call->pipe[1], NULL, 10, 0);
	char bytes[16];

	write_down(call, " %s", outcome(moved));
	if (moved > 0)
		got(call, read(call->pipe[0], bytes, sizeof(bytes)), bytes);
}

static void ready(struct call *call, unsigned int events)
{
	static const struct { unsigned int event; const char *name; } names[] = {
		{ POLLIN, "in" }, { POLLOUT, "out" }, { POLLPRI, "pri" }, { POLLRDHUP, "rdhup" },
		{ POLLHUP, "hup" }, { POLLERR, "err" }, { POLLNVAL, "nval" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (events & names[i].event)
			write_down(call, " %s", names[i].name);
}

static void polls(struct call *call, short events)
{
	struct pollfd one = { .fd = call->fd, .events = events };

	write_down(call, " %s", outcome(poll(&one, 1, -1)));
	ready(call, (unsigned short)one.revents);
}

static void poll_in(struct call *call)
{
	polls(call, POLLIN | POLLPRI);
}

static void poll_end(struct call *call)
{
	polls(call, POLLRDHUP);
}

static void poll_out(struct call *call)
{
	polls(call, POLLOUT);
}

static void selects(struct call *call)
{
	fd_set in, urgent;

	FD_ZERO(&in);
	FD_ZERO(&urgent);
	FD_SET(call->fd, &in);
	FD_SET(call->fd, &urgent);
	write_down(call, " %s", outcome(select(call->fd + 1, &in, NULL, &urgent, NULL)));
	write_down(call, "%s%s", FD_ISSET(call->fd, &in) ? " in" : "", FD_ISSET(call->fd, &urgent) ? " urgent" : "");
}

static void watch(struct call *call, unsigned int events)
{
	struct epoll_event event = { .events = events };

	call->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (call->epoll < 0 || epoll_ctl(call->epoll, EPOLL_CTL_ADD, call->fd, &event))
		write_down(call, " epoll %s", outcome(-1));
}

static int wait_for(struct call *call)
{
	struct epoll_event event = { 0 };
	int count = epoll_wait(call->epoll, &event, 1, -1);

	write_down(call, " %s", outcome(count));
	ready(call, event.events);
	return count;
}

static void epoll_level(struct call *call)
{
	watch(call, EPOLLIN | EPOLLRDHUP);
	wait_for(call);
	wait_for(call);
}

/* A server's loop: waits for an edge, then reads until nothing is there. */
static void epoll_edge(struct call *call)
{
	char bytes[64];
	size_t at = 0;
	ssize_t result;
	int count;

	watch(call, EPOLLIN | EPOLLRDHUP | EPOLLET);
	do {
		struct epoll_event event;

		count = epoll_wait(call->epoll, &event, 1, -1);
		if (count <= 0)
			break;
		while ((result = recv(call->fd, bytes + at, sizeof(bytes) - at, MSG_DONTWAIT)) > 0)
			at = (at + (size_t)result) % sizeof(bytes);
	} while (result < 0 && errno == EAGAIN);
	write_down(call, " %s '%.*s'", outcome(count > 0 ? result : count), (int)at, bytes);
}

static void epoll_out(struct call *call)
{
	watch(call, EPOLLOUT | EPOLLET);
	wait_for(call);
}

static void uring_recv(struct call *call)
{
	char bytes[10];
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_RECV, .fd = call->fd, .addr = (uintptr_t)bytes, .len = sizeof(bytes),
	};
	struct uring ring;
	int result;

	uring_open(&ring);
	result = uring_call(&ring, &entry);
	if (result < 0) {
		errno = -result;
		result = -1;
	}
	got(call, result, bytes);
}

char big_byte(size_t at)
{
	return (char)(at * 2654435761u >> 13 ^ at);
}

static char *big(void)
{
	char *bytes = malloc(BIG);

	for (size_t i = 0; bytes && i < BIG; i++)
		bytes[i] = 'b';
	return bytes;
}

static void sent(struct call *call, ssize_t result)
{
	if (result == BIG || result <= 0)
		write_down(call, " %s", outcome(result));
	else
		write_down(call, " a part");
}

static void send_big(struct call *call)
{
	char *bytes = big();

	sent(call, send(call->fd, bytes, BIG, MSG_NOSIGNAL));
	free(bytes);
}

static void send_file(struct call *call)
{
	int file = memfd_create("big", MFD_CLOEXEC);
	char *bytes = big();
	off_t at = 0;

	if (write(file, bytes, BIG) == BIG)
		sent(call, sendfile(call->fd, file, &at, BIG));
	free(bytes);
	close(file);
}

static void send_one(struct call *call)
{
	write_down(call, " %s", outcome(send(call->fd, "b", 1, MSG_NOSIGNAL)));
}

static void *run(void *argument)
{
	struct call *call = argument;

	call->tid = gettid();
	call->kind->make(call);
	call->ended = true;
	return NULL;
}

void begin_call(struct scene *scene, const struct kind_of_call *kind)
{
	static struct call call;
	pthread_t thread;

	call = (struct call){ .kind = kind, .fd = scene->fd };
	if (pipe2(call.pipe, O_CLOEXEC))
		give_up("pipe");
	if (kind->least && setsockopt(scene->fd, SOL_SOCKET, SO_RCVLOWAT, &kind->least, sizeof(kind->least)))
		give_up("SO_RCVLOWAT");
	if (pthread_create(&thread, NULL, run, &call))
		give_up("pthread_create");
	pthread_detach(thread);
	while (!call.tid)
		sleep_ms(1);
	scene->call = &call;
}

const struct kind_of_call calls[] = {
	{ .name = "recv", .make = recv_any },
	{ .name = "recv_all", .make = recv_all },
	{ .name = "recv_least", .make = recv_any, .least = 8 },
	{ .name = "recv_twice", .make = recv_twice },
	{ .name = "peek", .make = peek_any },
	{ .name = "peek_all", .make = peek_all },
	{ .name = "peek_least", .make = peek_any, .least = 8 },
	{ .name = "discard", .make = discard },
	{ .name = "readv", .make = read_parts },
	{ .name = "recvmsg_inq", .make = recv_inq },
	{ .name = "recvmmsg", .make = recv_several },
	{ .name = "recvmmsg_one", .make = recv_for_one },
	{ .name = "splice", .make = splice_out },
	{ .name = "splice_least", .make = splice_out, .least = 8 },
	{ .name = "poll_in", .make = poll_in },
	{ .name = "poll_in_least", .make = poll_in, .least = 8 },
	{ .name = "poll_end", .make = poll_end },
	{ .name = "select", .make = selects },
	{ .name = "epoll_level", .make = epoll_level },
	{ .name = "epoll_edge", .make = epoll_edge },
	{ .name = "epoll_edge_least", .make = epoll_edge, .least = 8 },
	{ .name = "io_uring", .make = uring_recv },
	{ .name = "send_one", .make = send_one, .writes = true },
	{ .name = "send_big", .make = send_big, .writes = true },
	{ .name = "sendfile", .make = send_file, .writes = true },
	{ .name = "poll_out", .make = poll_out, .writes = true },
	{ .name = "epoll_out", .make = epoll_out, .writes = true },
	{ 0 },
};
