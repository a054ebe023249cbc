// SPDX-License-Identifier: GPL-2.0-only
/* Where TCP's bytes and the ring's meet, reads and polls see one stream. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cases.h"

/* "abcde" through TCP, "fghij" through the ring. */
static void enter_ring(struct pair *pair)
{
	open_deferred_pair(pair, "abcde");
	send_all(pair->client, "fghij", 5);
	sleep_ms(20);
}

/* Data that shall be stamped goes through TCP. */
static void stamp(int fd, bool wanted)
{
	int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;

	if (!wanted)
		flags = 0;
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		broken("SO_TIMESTAMPING");
}

/* "abcde" through the ring, and "fghij" through TCP again. */
static void leave_ring(struct pair *pair)
{
	send_all(pair->client, "abcde", 5);
	sleep_ms(20); /* whoever waits for more has taken it */
	stamp(pair->client, true);
	send_all(pair->client, "fghij", 5);
	sleep_ms(20);
}

static void read_over(struct pair *pair)
{
	int waiting = 0;

	ioctl(pair->server, FIONREAD, &waiting);
	note("FIONREAD %d", waiting);
	note_recv("peek", pair->server, 20, MSG_PEEK);
	note_recv("recv", pair->server, 3, 0);
	note_recv("peek", pair->server, 4, MSG_PEEK);
	note_recv("recv", pair->server, 20, 0);
	note_recv("recv", pair->server, 20, MSG_DONTWAIT);
}

static void peek_over(struct pair *pair)
{
	int offset = 3;
	socklen_t size = sizeof(offset);

	if (setsockopt(pair->server, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof(offset)))
		broken("SO_PEEK_OFF");
	note_recv("peek", pair->server, 4, MSG_PEEK);
	note_recv("peek", pair->server, 20, MSG_PEEK);
	note_recv("peek", pair->server, 20, MSG_PEEK | MSG_DONTWAIT);
	note_recv("recv", pair->server, 7, 0);
	getsockopt(pair->server, SOL_SOCKET, SO_PEEK_OFF, &offset, &size);
	note("offset %d", offset);
	note_recv("recv", pair->server, 20, 0);
}

/* Only both parts together are enough. */
static void wait_over(struct pair *pair)
{
	int least = 8;

	note_recv("peek at all", pair->server, 10, MSG_PEEK | MSG_WAITALL);
	if (setsockopt(pair->server, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least)))
		broken("SO_RCVLOWAT");
	note_poll("server", pair->server, POLLIN, 0);
	note_recv("recv", pair->server, 10, 0);
}

static void entered(struct pair *pair)
{
	enter_ring(pair);
	read_over(pair);
}

static void entered_peeked(struct pair *pair)
{
	enter_ring(pair);
	peek_over(pair);
}

static void entered_waited(struct pair *pair)
{
	enter_ring(pair);
	wait_over(pair);
}

static void left(struct pair *pair)
{
	leave_ring(pair);
	read_over(pair);
}

static void left_peeked(struct pair *pair)
{
	leave_ring(pair);
	peek_over(pair);
}

static void left_waited(struct pair *pair)
{
	leave_ring(pair);
	wait_over(pair);
}

/* "abcde" through TCP, "fghij" through the ring, "klmno" through TCP again; all are there. */
static void both_sides(struct pair *pair)
{
	enter_ring(pair);
	stamp(pair->client, true);
	send_all(pair->client, "klmno", 5);
	sleep_ms(20);
	note_recv("peek", pair->server, 20, MSG_PEEK);
	note_recv("recv", pair->server, 20, 0);
}

/* Data that TCP held back to join more to it is sent when the ring is entered, and not by a timer of TCP. */
static void held_back(struct pair *pair)
{
	double best = 1000;
	char bytes[9];

	for (int i = 0; i < 5; i++) {
		double begun, took;

		open_pair(pair);
		stamp(pair->client, true);
		if (send(pair->client, "held ", 5, MSG_MORE) != 5)
			broken("send");
		stamp(pair->client, false);
		begun = now_ms();
		send_all(pair->client, "back", 4);
		if (recv(pair->server, bytes, sizeof(bytes), MSG_WAITALL) != sizeof(bytes))
			broken("recv");
		took = now_ms() - begun;
		if (took < best)
			best = took;
		close(pair->client);
		close(pair->server);
		close(pair->listener);
	}
	note("at once: %d", best < 150);
}

/* FIN is queued together with TCP's last byte, and comes behind the ring's. */
static void end_behind_ring(struct pair *pair)
{
	stamp(pair->client, true);
	send_all(pair->client, "abc", 3);
	stamp(pair->client, false);
	send_all(pair->client, "def", 3);
	shutdown(pair->client, SHUT_WR);
	sleep_ms(50);
	note_recv("peek", pair->server, 20, MSG_PEEK);
	note_recv("recv", pair->server, 20, 0);
	note_recv("recv", pair->server, 20, 0);
}

static void read_ten(void *argument)
{
	note_recv("blocked recv", *(int *)argument, 10, 0);
}

/* The ring's part is too little for the reader that waits, and so is TCP's. */
static void left_under_reader(struct pair *pair)
{
	struct worker *reader;
	int least = 10;

	if (setsockopt(pair->server, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least)))
		broken("SO_RCVLOWAT");
	reader = start(read_ten, &pair->server);
	sleep_ms(50);
	leave_ring(pair);
	finish(reader);
}

static double cpu_ms(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static void read_patiently(void *argument)
{
	double begun = cpu_ms();

	note_recv("blocked recv", *(int *)argument, 10, MSG_WAITALL);
	note("waited busily: %d", cpu_ms() - begun > 200);
}

/* "abcde" is lost on its way and sent again later, while "fghij" is in the ring already. */
static void first_is_late(struct pair *pair)
{
	struct sock_filter nothing = { .code = BPF_RET | BPF_K };
	struct sock_fprog drop = { .len = 1, .filter = &nothing };
	struct worker *reader;
	int waiting = 0;

	if (setsockopt(pair->server, SOL_SOCKET, SO_ATTACH_FILTER, &drop, sizeof(drop)))
		broken("SO_ATTACH_FILTER");
	stamp(pair->client, true);
	send_all(pair->client, "abcde", 5);
	stamp(pair->client, false);
	send_all(pair->client, "fghij", 5);

	ioctl(pair->server, FIONREAD, &waiting);
	note("FIONREAD %d", waiting);
	note_poll("server", pair->server, POLLIN, 0);
	note_recv("peek", pair->server, 10, MSG_PEEK | MSG_DONTWAIT);
	note_recv("recv", pair->server, 10, MSG_DONTWAIT);

	reader = start(read_patiently, &pair->server);
	sleep_ms(600);
	if (setsockopt(pair->server, SOL_SOCKET, SO_DETACH_FILTER, &waiting, sizeof(waiting)))
		broken("SO_DETACH_FILTER");
	finish(reader);
}

/* Bytes in a ring that was left come before those behind it, and are read before a protocol takes the socket. */
static void left_twice(struct pair *pair)
{
	int result;

	leave_ring(pair);
	result = setsockopt(pair->server, IPPROTO_TCP, TCP_ULP, "tls", 3) ? errno : 0;
	note_recv("recv", pair->server, 10, MSG_WAITALL);
	if (result == EBUSY && pair->spliced)
		result = setsockopt(pair->server, IPPROTO_TCP, TCP_ULP, "tls", 3);
	note("TCP_ULP: %d", result);
	send_all(pair->client, "more", 4);
	note_recv("recv", pair->server, 4, MSG_WAITALL);
}

/* The ring is left for a write that fails, so nothing is behind its bytes. */
static void left_for_nothing(struct pair *pair)
{
	send_all(pair->client, "abcde", 5);
	note_result("send from nowhere", send(pair->client, (void *)8, 1, MSG_OOB));
	note_refused(pair, pair->server, TCP_ULP, "tls", 3);
	send_all(pair->client, "fghij", 5);
	note_recv("recv", pair->server, 10, MSG_WAITALL);
	note_result("TCP_ULP", setsockopt(pair->server, IPPROTO_TCP, TCP_ULP, "tls", 3));
}

const struct test_case seam_cases[] = {
	{ .name = "entered", .run = entered, .own_pair = true },
	{ .name = "entered_peeked", .run = entered_peeked, .own_pair = true },
	{ .name = "entered_waited", .run = entered_waited, .own_pair = true },
	{ .name = "both_sides", .run = both_sides, .own_pair = true },
	{ .name = "held_back", .run = held_back, .own_pair = true },
	{ .name = "end_behind_ring", .run = end_behind_ring },
	{ .name = "left", .run = left },
	{ .name = "left_peeked", .run = left_peeked },
	{ .name = "left_waited", .run = left_waited },
	{ .name = "left_under_reader", .run = left_under_reader },
	{ .name = "left_twice", .run = left_twice },
	{ .name = "left_for_nothing", .run = left_for_nothing },
	{ .name = "first_is_late", .run = first_is_late },
	{ 0 },
};
