// SPDX-License-Identifier: GPL-2.0-only
/* Pairs whose program is detached, or that are revoked by command: what they send is TCP's from then on. No byte is lost. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cases.h"

#define OTHER_CGROUP "/sys/fs/cgroup/zerohop-other"
#define BULK ((size_t)4 << 20)

/* Over TCP there is nothing to revoke. */
static void revoke_by(const struct pair *pair, const char *options)
{
	char command[128];

	snprintf(command, sizeof(command), "splicectl revoke %s >/dev/null", options);
	set_policy(pair, command);
}

struct sender {
	int fd;
	size_t sent;
};

static void send_bulk(void *argument)
{
	struct sender *sender = argument;
	uint8_t bytes[5000];

	for (size_t size = 1; sender->sent < BULK; sender->sent += size) {
		size = size * 7 % sizeof(bytes) + 1;
		if (size > BULK - sender->sent)
			size = BULK - sender->sent;
		fill_pattern(bytes, size, sender->sent);
		send_all(sender->fd, bytes, size);
	}
}

static void revoke_soon(void *argument)
{
	sleep_ms(20);
	revoke_by(argument, "");
}

/* Both directions are full of bytes when `event` comes. */
static void move_bulk(struct pair *pair, void (*event)(void *))
{
	struct sender up = { .fd = pair->client }, down = { .fd = pair->server };
	struct worker *sends_up = start(send_bulk, &up), *sends_down = start(send_bulk, &down);
	struct worker *comes = start(event, pair);

	note_pattern("server", pair->server, BULK);
	note_pattern("client", pair->client, BULK);
	finish(sends_up);
	finish(sends_down);
	finish(comes);
}

static void revoked_meanwhile(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceLeftSender");

	move_bulk(pair, revoke_soon);
	note_growth(pair, "TCPSpliceLeftSender", before, 2);
}

static void disable_soon(void *argument)
{
	sleep_ms(20);
	set_policy(argument, "splicectl disable");
}

/* The program goes, and the pair goes on without it. */
static void detached_meanwhile(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceLeftSender");

	move_bulk(pair, disable_soon);
	note_growth(pair, "TCPSpliceLeftSender", before, 0);
	revoke_by(pair, "");
	note_growth(pair, "TCPSpliceLeftSender", before, 2);
	send_all(pair->client, "tcp", 3);
	note_recv("server", pair->server, 63, 0);
	set_policy(pair, "splicectl enable --cgroup " SPLICED_CGROUP);
}

/* Bytes of the ring come before TCP's, and both before the end. */
static void revoked_unread(struct pair *pair)
{
	unsigned long long ring;

	send_all(pair->client, "ring ", 5);
	revoke_by(pair, "--cgroup " SPLICED_CGROUP);
	ring = counter("TCPSpliceRingBytes");
	send_all(pair->client, "tcp", 3);
	shutdown(pair->client, SHUT_WR);
	sleep_ms(50);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	send_all(pair->server, "answer", 6);
	note_recv("client", pair->client, 63, 0);
	note_growth(pair, "TCPSpliceRingBytes", ring, 0);
}

/* Who waits for room has it. */
static void revoked_full(struct pair *pair)
{
	struct pollfd poll_for = { .fd = pair->client, .events = POLLOUT };

	fill_up(pair->client);
	revoke_by(pair, "");
	note("room: %d", !pair->spliced || poll(&poll_for, 1, 1000) == 1);
}

/* A pair has one socket in the cgroup that is named, and leaves both its rings. */
static void revoked_by_one(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceLeftSender");
	int port;

	join(pair, true);
	pair->listener = listen_at(pair->family, &port);
	join_inner(pair);
	pair->client = connect_to(pair->family, port);
	join(pair, true);
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	send_all(pair->client, "a", 1);
	note_recv("server", pair->server, 1, 0);
	send_all(pair->server, "b", 1);
	note_recv("client", pair->client, 1, 0);
	revoke_by(pair, "--cgroup " INNER_CGROUP);
	note_growth(pair, "TCPSpliceLeftSender", before, 2);
	send_all(pair->server, "c", 1);
	note_recv("client", pair->client, 1, 0);
}

/* Others than those that are named keep their rings. */
static void revoked_others(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceLeftSender");

	send_all(pair->client, "a", 1);
	revoke_by(pair, "--port 1");
	if (mkdir(OTHER_CGROUP, 0755) && errno != EEXIST)
		broken("mkdir " OTHER_CGROUP);
	revoke_by(pair, "--cgroup " OTHER_CGROUP);
	rmdir(OTHER_CGROUP);
	send_all(pair->client, "b", 1);
	note_recv("server", pair->server, 2, MSG_WAITALL);
	note_growth(pair, "TCPSpliceLeftSender", before, 0);
}

const struct test_case revoke_cases[] = {
	{ .name = "revoked_meanwhile", .run = revoked_meanwhile },
	{ .name = "detached_meanwhile", .run = detached_meanwhile },
	{ .name = "revoked_unread", .run = revoked_unread },
	{ .name = "revoked_full", .run = revoked_full },
	{ .name = "revoked_by_one", .run = revoked_by_one, .own_pair = true },
	{ .name = "revoked_others", .run = revoked_others },
	{ 0 },
};
