// SPDX-License-Identifier: GPL-2.0-only
/* Bytes: their number, their order, and what happens when there is no room for them. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"
#include "test.h"

#define BULK ((size_t)3 << 20)

static void echo(struct pair *pair)
{
	static const size_t sizes[] = { 1, 2, 63, 64, 1000, 4096, 16384, 65536 };
	static uint8_t bytes[65536], back[65536];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fill_pattern(bytes, sizes[i], i);
		send_all(pair->client, bytes, sizes[i]);
		note("server gets %zu", recv_until(pair->server, back, sizes[i]));
		send_all(pair->server, back, sizes[i]);
		memset(back, 0, sizeof(back));
		note("client gets %zu", recv_until(pair->client, back, sizes[i]));
		note("right %zu", pattern_breaks_at(back, sizes[i], i));
	}
}

static void send_bulk(void *argument)
{
	send_pattern(*(int *)argument, BULK);
}

static void bulk(struct pair *pair)
{
	struct worker *up = start(send_bulk, &pair->client);

	note_pattern("server", pair->server, BULK);
	finish(up);
	up = start(send_bulk, &pair->server);
	note_pattern("client", pair->client, BULK);
	finish(up);
}

static void read_bulk(void *argument)
{
	note_pattern("a reader", *(int *)argument, BULK);
}

static void duplex(struct pair *pair)
{
	struct worker *up = start(send_bulk, &pair->client), *down = start(send_bulk, &pair->server);
	struct worker *reader = start(read_bulk, &pair->client);

	read_bulk(&pair->server);
	finish(reader);
	finish(up);
	finish(down);
}

static void vectors(struct pair *pair)
{
	uint8_t bytes[300], back[300];
	struct iovec out[3] = { { bytes, 100 }, { bytes + 100, 0 }, { bytes + 100, 200 } };
	struct iovec in[2] = { { back, 150 }, { back + 150, 150 } };

	fill_pattern(bytes, sizeof(bytes), 0);
	note_result("writev", writev(pair->client, out, 3));
	note_result("readv", readv(pair->server, in, 2));
	note("right %zu", pattern_breaks_at(back, sizeof(back), 0));
}

static void many_messages(struct pair *pair)
{
	uint8_t bytes[400], back[400];
	struct iovec out[4], in[4];
	struct mmsghdr send_to[4] = { 0 }, recv_into[4] = { 0 };

	fill_pattern(bytes, sizeof(bytes), 0);
	for (int i = 0; i < 4; i++) {
		out[i] = (struct iovec){ bytes + 100 * i, 100 };
		in[i] = (struct iovec){ back + 100 * i, 100 };
		send_to[i].msg_hdr = (struct msghdr){ .msg_iov = &out[i], .msg_iovlen = 1 };
		recv_into[i].msg_hdr = (struct msghdr){ .msg_iov = &in[i], .msg_iovlen = 1 };
	}
	note_result("sendmmsg", sendmmsg(pair->client, send_to, 4, 0));
	note_result("recvmmsg", recvmmsg(pair->server, recv_into, 4, MSG_DONTWAIT, NULL));
	note("right %zu", pattern_breaks_at(back, sizeof(back), 0));
}

static void full_nonblocking(struct pair *pair)
{
	size_t filled = fill_up(pair->client);

	note_poll("client", pair->client, POLLOUT, 0);
	note_result("send", send(pair->client, "x", 1, MSG_DONTWAIT));
	note_pattern("server", pair->server, filled);
	note_poll("client", pair->client, POLLOUT, 60000);
	note_result("send", send(pair->client, "x", 1, MSG_DONTWAIT));
}

static void full_timeout(struct pair *pair)
{
	struct timeval timeout = { .tv_usec = 100000 };
	double begun;

	fill_up(pair->client);
	setsockopt(pair->client, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	begun = now_ms();
	note_result("send", send(pair->client, "x", 1, 0));
	note("it took the timeout: %d", now_ms() - begun > 90 && now_ms() - begun < 30000);
}

struct sender { int fd; ssize_t sent; bool done; };

static void send_one(void *argument)
{
	struct sender *sender = argument;

	sender->sent = send(sender->fd, "x", 1, 0);
	__atomic_store_n(&sender->done, true, __ATOMIC_RELEASE);
}

static void full_blocking(struct pair *pair)
{
	size_t filled = fill_up(pair->client);
	struct sender sender = { .fd = pair->client };
	struct worker *worker = start(send_one, &sender);

	sleep_ms(100);
	note("the sender is done before there is room: %d", __atomic_load_n(&sender.done, __ATOMIC_ACQUIRE));
	note_pattern("server", pair->server, filled);
	finish(worker);
	note_result("blocked send", sender.sent);
}

/* Writers of one socket at once: a small write is never torn. */
#define WRITERS 4
#define RECORDS 150	/* TCP itself tears a write that has to wait for room */
#define RECORD 64

struct writer { int fd; uint8_t id; };

static void write_records(void *argument)
{
	const struct writer *writer = argument;
	uint8_t record[RECORD];

	memset(record, writer->id, sizeof(record));
	for (int i = 0; i < RECORDS; i++)
		send_all(writer->fd, record, sizeof(record));
}

static void writers(struct pair *pair)
{
	struct writer writer[WRITERS];
	struct worker *worker[WRITERS];
	int counts[WRITERS] = { 0 }, torn = 0;
	uint8_t record[RECORD];

	for (int i = 0; i < WRITERS; i++) {
		writer[i] = (struct writer){ pair->client, (uint8_t)i };
		worker[i] = start(write_records, &writer[i]);
	}
	for (int i = 0; i < WRITERS * RECORDS; i++) {
		if (recv_until(pair->server, record, RECORD) != RECORD || record[0] >= WRITERS)
			broken("a record is short or strange");
		counts[record[0]]++;
		for (int j = 1; j < RECORD; j++)
			torn += record[j] != record[0];
	}
	for (int i = 0; i < WRITERS; i++) {
		finish(worker[i]);
		note("writer %d: %d records", i, counts[i]);
	}
	note("%d bytes out of place", torn);
}

struct reader { int fd; size_t got; uint64_t sum; };

static void read_some(void *argument)
{
	struct reader *reader = argument;
	uint8_t bytes[777];
	ssize_t got;

	while ((got = recv(reader->fd, bytes, sizeof(bytes), 0)) > 0) {
		reader->got += (size_t)got;
		for (ssize_t i = 0; i < got; i++)
			reader->sum += bytes[i];
	}
}

static void readers(struct pair *pair)
{
	struct reader reader[WRITERS] = { 0 };
	struct worker *worker[WRITERS];
	uint64_t sum = 0;
	size_t got = 0;

	for (int i = 0; i < WRITERS; i++) {
		reader[i].fd = pair->server;
		worker[i] = start(read_some, &reader[i]);
	}
	send_pattern(pair->client, BULK);
	shutdown(pair->client, SHUT_WR);
	for (int i = 0; i < WRITERS; i++) {
		finish(worker[i]);
		got += reader[i].got;
		sum += reader[i].sum;
	}
	note("%zu bytes, sum %llu", got, (unsigned long long)sum);
}

static void forked(struct pair *pair)
{
	uint8_t bytes[1000];
	int status;
	pid_t child = fork();

	if (!child) {
		fill_pattern(bytes, 500, 0);
		send_all(pair->client, bytes, 500);
		_exit(0);
	}
	waitpid(child, &status, 0);
	fill_pattern(bytes, 500, 500);
	send_all(pair->client, bytes, 500);
	note_pattern("server", pair->server, 1000);
}

/* Bytes that were sent through TCP before the switch come first. */
static void deferred(struct pair *pair)
{
	char back[20] = { 0 };

	open_deferred_pair(pair, "one,");
	send_all(pair->client, "two,", 4);
	send_all(pair->server, "three,", 6);
	send_all(pair->client, "four", 4);
	note("server gets %zu: %s", recv_until(pair->server, back, 12), back);
	memset(back, 0, sizeof(back));
	note("client gets %zu: %s", recv_until(pair->client, back, 6), back);
}

static void deferred_polled(struct pair *pair)
{
	char back[20] = { 0 };
	int waiting = 0;

	open_deferred_pair(pair, "tcp");
	send_all(pair->client, "ring", 4);
	note_poll("server", pair->server, POLLIN, 0);
	note_result("peek", recv(pair->server, back, 3, MSG_PEEK | MSG_DONTWAIT));
	note_result("recv 3", recv(pair->server, back, 3, MSG_DONTWAIT));
	note_poll("server", pair->server, POLLIN, 0);
	ioctl(pair->server, FIONREAD, &waiting);
	note("%d waiting", waiting);
	note_result("recv", recv(pair->server, back, sizeof(back), MSG_DONTWAIT));
	note("%s", back);
}

const struct test_case stream_cases[] = {
	{ .name = "echo", .run = echo },
	{ .name = "bulk", .run = bulk },
	{ .name = "duplex", .run = duplex },
	{ .name = "vectors", .run = vectors },
	{ .name = "many_messages", .run = many_messages },
	{ .name = "full_nonblocking", .run = full_nonblocking },
	{ .name = "full_timeout", .run = full_timeout },
	{ .name = "full_blocking", .run = full_blocking },
	{ .name = "writers", .run = writers },
	{ .name = "readers", .run = readers },
	{ .name = "forked", .run = forked },
	{ .name = "deferred", .run = deferred, .own_pair = true },
	{ .name = "deferred_polled", .run = deferred_polled, .own_pair = true },
	{ 0 },
};
