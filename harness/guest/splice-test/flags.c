// SPDX-License-Identifier: GPL-2.0-only
/* Flags, options and ioctls that change what a read or a write does. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <linux/errqueue.h>

#include "cases.h"

static void peek(struct pair *pair)
{
	note_recv("peek at nothing", pair->server, 10, MSG_PEEK | MSG_DONTWAIT);
	send_all(pair->client, "abcdefghij", 10);
	note_recv("peek", pair->server, 4, MSG_PEEK);
	note_recv("peek again", pair->server, 20, MSG_PEEK);
	note_recv("recv", pair->server, 4, 0);
	note_recv("peek", pair->server, 20, MSG_PEEK);
	note_recv("recv", pair->server, 20, 0);
	note_recv("peek", pair->server, 20, MSG_PEEK | MSG_DONTWAIT);
}

static void peek_offset(struct pair *pair)
{
	int offset = 2;
	socklen_t size = sizeof(offset);

	if (setsockopt(pair->server, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof(offset)))
		broken("SO_PEEK_OFF");
	send_all(pair->client, "abcdefghij", 10);
	note_recv("peek", pair->server, 3, MSG_PEEK);
	note_recv("peek", pair->server, 3, MSG_PEEK);
	note_recv("recv", pair->server, 4, 0);
	getsockopt(pair->server, SOL_SOCKET, SO_PEEK_OFF, &offset, &size);
	note("offset %d", offset);
	note_recv("peek", pair->server, 10, MSG_PEEK);
	note_recv("peek", pair->server, 10, MSG_PEEK | MSG_DONTWAIT);
	shutdown(pair->client, SHUT_WR);
	note_recv("peek behind all", pair->server, 10, MSG_PEEK);
	note_recv("recv", pair->server, 10, 0);
	note_recv("peek at the end", pair->server, 10, MSG_PEEK);
}

static void send_later(void *argument)
{
	int fd = *(int *)argument;

	sleep_ms(50);
	send_all(fd, "fgh", 3);
	sleep_ms(50);
	send_all(fd, "ij", 2);
}

static void wait_all(struct pair *pair)
{
	struct worker *sender;

	send_all(pair->client, "abcde", 5);
	sender = start(send_later, &pair->client);
	note_recv("wait for all", pair->server, 10, MSG_WAITALL);
	finish(sender);
	send_all(pair->client, "kl", 2);
	note_recv("wait for all, but do not", pair->server, 10, MSG_WAITALL | MSG_DONTWAIT);
	sender = start(send_later, &pair->client);
	note_recv("peek at all", pair->server, 5, MSG_WAITALL | MSG_PEEK);
	finish(sender);
	note_recv("recv", pair->server, 10, 0);
	send_all(pair->client, "mn", 2);
	shutdown(pair->client, SHUT_WR);
	note_recv("peek at more than comes", pair->server, 10, MSG_WAITALL | MSG_PEEK);
	note_recv("wait for more than comes", pair->server, 10, MSG_WAITALL);
	note_recv("peek at the end", pair->server, 10, MSG_WAITALL | MSG_PEEK);
}

static void truncate_read(struct pair *pair)
{
	send_all(pair->client, "abcdefghij", 10);
	note_result("discard 4", recv(pair->server, NULL, 4, MSG_TRUNC));
	note_recv("recv", pair->server, 10, 0);
}

static void empty(struct pair *pair)
{
	note_result("send nothing", send(pair->client, "", 0, 0));
	note_result("recv nothing of nothing", recv(pair->server, NULL, 0, MSG_DONTWAIT));
	send_all(pair->client, "a", 1);
	note_result("recv nothing", recv(pair->server, NULL, 0, MSG_DONTWAIT));
	note_recv("recv", pair->server, 10, 0);
}

static void low_water(struct pair *pair)
{
	int least = 5;
	char bytes[20];
	ssize_t got;
	struct worker *sender;

	if (setsockopt(pair->server, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least)))
		broken("SO_RCVLOWAT");
	send_all(pair->client, "abc", 3);
	note_poll("server", pair->server, POLLIN, 0);
	sender = start(send_later, &pair->client);
	got = recv(pair->server, bytes, 10, 0);
	note("at least that many: %d", got >= 5);
	finish(sender);
	if (got < 8)
		got += recv(pair->server, bytes + got, 8 - (size_t)got, MSG_DONTWAIT);
	note("%.*s", (int)got, bytes);
}

static void receive_timeout(struct pair *pair)
{
	struct timeval timeout = { .tv_usec = 500000 };
	double begun = now_ms();

	setsockopt(pair->server, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	note_recv("recv", pair->server, 10, 0);
	/* It is counted in ticks, of which a guest gets several at once after a pause. */
	note("it took the timeout: %d", now_ms() - begun > 250 && now_ms() - begun < 30000);
	send_all(pair->client, "abc", 3);
	note_recv("wait for all", pair->server, 10, MSG_WAITALL);
}

static void queues(struct pair *pair)
{
	int waiting = -1;

	note_result("FIONREAD", ioctl(pair->server, FIONREAD, &waiting));
	note("%d", waiting);
	send_all(pair->client, "abcdefghij", 10);
	sleep_ms(20);
	ioctl(pair->server, FIONREAD, &waiting);
	note("FIONREAD %d", waiting);
	ioctl(pair->client, SIOCOUTQ, &waiting);
	note("SIOCOUTQ %d", waiting);
	ioctl(pair->client, SIOCOUTQNSD, &waiting);
	note("SIOCOUTQNSD %d", waiting);
	note_recv("recv", pair->server, 3, 0);
	ioctl(pair->server, FIONREAD, &waiting);
	note("FIONREAD %d", waiting);
}

static void note_inq(int fd, size_t size, int flags)
{
	char bytes[100], control[100];
	struct iovec vector = { bytes, size };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;

	note_result("recvmsg", recvmsg(fd, &message, flags));
	for (header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header))
		note("control level %d type %d: %d", header->cmsg_level, header->cmsg_type,
		     *(int *)CMSG_DATA(header));
}

static void inq(struct pair *pair)
{
	int one = 1;

	setsockopt(pair->server, IPPROTO_TCP, TCP_INQ, &one, sizeof(one));
	send_all(pair->client, "abcdefghij", 10);
	note_inq(pair->server, 3, 0);
	note_inq(pair->server, 0, 0);
	note_inq(pair->server, 2, MSG_PEEK);
	note_inq(pair->server, 7, 0);
	note_inq(pair->server, 1, MSG_DONTWAIT);
	send_all(pair->client, "klmno", 5);
	shutdown(pair->client, SHUT_WR);
	sleep_ms(20);
	note_inq(pair->server, 2, 0);
	note_inq(pair->server, 10, MSG_WAITALL);
	note_inq(pair->server, 10, 0);
}

/* The end is in one packet with what TCP read before it, and the ring's bytes are between them. */
static void inq_across(struct pair *pair)
{
	int one = 1;

	open_deferred_pair(pair, "abcde");
	send_all(pair->client, "fghij", 5);
	shutdown(pair->client, SHUT_WR);
	sleep_ms(20);
	setsockopt(pair->server, IPPROTO_TCP, TCP_INQ, &one, sizeof(one));
	note_inq(pair->server, 7, 0);
	note_inq(pair->server, 3, 0);
	note_inq(pair->server, 1, 0);
}

static void more(struct pair *pair)
{
	int one = 1, zero = 0;

	note_result("send, more to come", send(pair->client, "ab", 2, MSG_MORE));
	note_result("send", send(pair->client, "cd", 2, 0));
	sleep_ms(20);
	note_recv("recv", pair->server, 10, MSG_WAITALL | MSG_DONTWAIT);
	setsockopt(pair->client, IPPROTO_TCP, TCP_CORK, &one, sizeof(one));
	note_result("send corked", send(pair->client, "ef", 2, 0));
	setsockopt(pair->client, IPPROTO_TCP, TCP_CORK, &zero, sizeof(zero));
	note_recv("recv", pair->server, 2, MSG_WAITALL);
}

static void bad_pointers(struct pair *pair)
{
	long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *end = map + page;

	if (map == MAP_FAILED || munmap(end, (size_t)page))
		broken("mmap");
	note_result("send from nowhere", send(pair->client, (void *)8, 10, 0));
	send_all(pair->client, "abcdefghij", 10);
	note_result("recv to nowhere", recv(pair->server, (void *)8, 10, MSG_DONTWAIT));
	note_result("peek to nowhere", recv(pair->server, (void *)8, 10, MSG_DONTWAIT | MSG_PEEK));
	note_result("blocking recv to nowhere", recv(pair->server, (void *)8, 10, 0));
	note_recv("recv", pair->server, 10, MSG_DONTWAIT);
	memcpy(end - 4, "wxyz", 4);
	errno = 0;
	note("send across the edge fails or is short: %d", send(pair->client, end - 4, 8, 0) < 8);
}

static void notsent(struct pair *pair)
{
	int bytes = 4096;
	static char data[4096];
	size_t sent = 0;
	ssize_t more_sent;

	setsockopt(pair->client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof(bytes));
	while ((more_sent = send(pair->client, data, sizeof(data), MSG_DONTWAIT)) > 0 && sent < 64 << 20)
		sent += (size_t)more_sent;
	note_result("send", more_sent);
	while (recv(pair->server, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	sleep_ms(300);
	while (recv(pair->server, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	note_poll("client", pair->client, POLLOUT, 60000);
}

static void zerocopy_send(struct pair *pair)
{
	int one = 1;
	char control[200];
	struct msghdr message = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header;
	struct sock_extended_err *report;

	if (setsockopt(pair->client, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)))
		broken("SO_ZEROCOPY");
	note_result("send", send(pair->client, "abcdefghij", 10, MSG_ZEROCOPY));
	note_recv("recv", pair->server, 10, MSG_WAITALL);
	for (int i = 0; i < 500 && recvmsg(pair->client, &message, MSG_ERRQUEUE) < 0; i++)
		sleep_ms(10);
	header = CMSG_FIRSTHDR(&message);
	if (!header)
		broken("no completion");
	report = (void *)CMSG_DATA(header);
	note("completion: origin %d, from %u to %u, copied %d", report->ee_origin, report->ee_info, report->ee_data,
	     report->ee_code == SO_EE_CODE_ZEROCOPY_COPIED);
}

static void zerocopy_receive(struct pair *pair)
{
	struct tcp_zerocopy_receive request = { 0 };
	socklen_t size = sizeof(request);
	void *map = mmap(NULL, 65536, PROT_READ, MAP_SHARED, pair->server, 0);

	if (map == MAP_FAILED)
		broken("mmap of a socket");
	request.address = (uint64_t)(uintptr_t)map;
	request.length = 65536;
	send_all(pair->client, "abcdefghij", 10);
	sleep_ms(20);
	note_result("getsockopt", getsockopt(pair->server, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &request, &size));
	note("length %u, recv %u", request.length, request.recv_skip_hint);
	note_recv("recv", pair->server, 20, MSG_DONTWAIT);
}

static void receive_stamp(struct pair *pair)
{
	char bytes[100], control[200];
	struct iovec vector = { bytes, sizeof(bytes) };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = NULL;
	struct timeval now, *stamp;
	int one = 1;

	setsockopt(pair->server, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof(one));
	/* The kernel begins to stamp packets some time after the first socket asked for it. */
	for (int i = 0; i < 500 && !header; i++) {
		sleep_ms(10);
		message.msg_controllen = sizeof(control);
		send_all(pair->client, "a", 1);
		if (recvmsg(pair->server, &message, 0) != 1)
			broken("recvmsg");
		header = CMSG_FIRSTHDR(&message);
	}
	gettimeofday(&now, NULL);
	if (!header) {
		note("no stamp");
		return;
	}
	stamp = (void *)CMSG_DATA(header);
	note("type %d, of the last minute: %d", header->cmsg_type, now.tv_sec - stamp->tv_sec <= 60);
}

const struct test_case flag_cases[] = {
	{ .name = "peek", .run = peek },
	{ .name = "peek_offset", .run = peek_offset },
	{ .name = "wait_all", .run = wait_all },
	{ .name = "truncate", .run = truncate_read },
	{ .name = "empty", .run = empty },
	{ .name = "low_water", .run = low_water },
	{ .name = "receive_timeout", .run = receive_timeout },
	{ .name = "queues", .run = queues },
	{ .name = "inq", .run = inq },
	{ .name = "inq_across", .run = inq_across, .own_pair = true },
	{ .name = "more", .run = more },
	{ .name = "bad_pointers", .run = bad_pointers },
	{ .name = "notsent", .run = notsent },
	{ .name = "zerocopy_send", .run = zerocopy_send },
	{ .name = "zerocopy_receive", .run = zerocopy_receive },
	{ .name = "receive_stamp", .run = receive_stamp },
	{ 0 },
};
