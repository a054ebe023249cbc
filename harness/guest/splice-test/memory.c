// SPDX-License-Identifier: GPL-2.0-only
/* The memory of rings: given back while they are idle, and not to be had. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cases.h"
#include "test.h"

#define BULK ((size_t)2 << 20)

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		broken("cannot write '%s' to %s", text, path);
	close(fd);
}

/* Those of shrinkers, and from the first time on without a word in the kernel's log. */
static void drop_caches(void)
{
	write_text("/proc/sys/vm/drop_caches", "4");
	write_text("/proc/sys/vm/drop_caches", "2");
}

/* A ring goes at the second look that finds it empty and unused since the first. */
static void give_back(void)
{
	drop_caches();
	drop_caches();
}

static void exchange(struct pair *pair, size_t size)
{
	send_pattern(pair->client, size);
	note_pattern("server", pair->server, size);
	send_pattern(pair->server, size);
	note_pattern("client", pair->client, size);
}

static void idle(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceIdleRings");

	exchange(pair, 3000);
	give_back();
	note_growth(pair, "TCPSpliceIdleRings", before, 2);
	note_poll("client", pair->client, POLLIN | POLLOUT, 0);
	exchange(pair, 40000);
	note_growth(pair, "TCPSpliceIdleRings", before, 2);
}

/* Returns the size of the ring that the socket sends to, by `splicectl list`; 0 if there is none. */
static unsigned int listed_ring(int fd)
{
	unsigned long long inode;
	unsigned int size, found = 0;
	char line[256];
	struct stat own;
	FILE *list = popen("splicectl list", "r");

	if (!list || fstat(fd, &own))
		broken("splicectl list");
	while (fgets(line, sizeof(line), list))
		if (sscanf(line, "%*s %*s %llu %*s %u", &inode, &size) == 2 && inode == own.st_ino)
			found = size;
	if (pclose(list))
		broken("splicectl list");
	return found;
}

/* A ring without memory is listed as none. */
static void idle_listed(struct pair *pair)
{
	exchange(pair, 3000);
	note("a ring is listed: %d", !pair->spliced || listed_ring(pair->client) > 0);
	give_back();
	note("listed when it is gone: %d", pair->spliced && listed_ring(pair->client) > 0);
}

static void idle_unread(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceIdleRings");

	send_pattern(pair->client, 3000);
	give_back();
	note_growth(pair, "TCPSpliceIdleRings", before, 0);
	note_pattern("server", pair->server, 3000);
	close(pair->client);
	note_recv("server", pair->server, 63, 0);
}

static void idle_end(struct pair *pair)
{
	exchange(pair, 1);
	give_back();
	shutdown(pair->client, SHUT_WR);
	note_recv("server", pair->server, 63, 0);
	send_pattern(pair->server, 3000);
	close(pair->server);
	note_pattern("client", pair->client, 3000);
	note_recv("client", pair->client, 63, 0);
}

/* The memory that an idle ring finds again may be less than it had; so is its room. */
static void idle_smaller(struct pair *pair)
{
	uint8_t bytes[100];

	exchange(pair, 40000);
	give_back();
	for (size_t sent = 0; sent < 4000; sent += sizeof(bytes)) {
		fill_pattern(bytes, sizeof(bytes), sent);
		send_all(pair->client, bytes, sizeof(bytes));
	}
	note_pattern("server", pair->server, 4000);
}

static void send_slowly(void *argument)
{
	size_t sent = 0, size = 1;
	uint8_t bytes[5000];

	while (sent < BULK) {
		size = size * 7 % sizeof(bytes) + 1;
		if (size > BULK - sent)
			size = BULK - sent;
		fill_pattern(bytes, size, sent);
		send_all(*(int *)argument, bytes, size);
		sent += size;
	}
}

static void drop_often(void *argument)
{
	while (!__atomic_load_n((bool *)argument, __ATOMIC_RELAXED))
		drop_caches();
}

static void idle_meanwhile(struct pair *pair)
{
	bool stop = false;
	struct worker *dropper = start(drop_often, &stop), *up = start(send_slowly, &pair->client);
	struct worker *down = start(send_slowly, &pair->server);

	note_pattern("server", pair->server, BULK);
	note_pattern("client", pair->client, BULK);
	finish(up);
	finish(down);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	finish(dropper);
}

static const char tcp_mem[] = "/proc/sys/net/ipv4/tcp_mem";
static char tcp_mem_before[128];

/* It is one for all namespaces, and to be had in the first. */
static void go_to_first_netns(void)
{
	int netns = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);

	if (netns < 0 || setns(netns, CLONE_NEWNET))
		broken("setns");
	close(netns);
}

/* TCP is under pressure from the first page on. */
static void make_scarce(void *unused)
{
	int fd;

	(void)unused;
	go_to_first_netns();
	fd = open(tcp_mem, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, tcp_mem_before, sizeof(tcp_mem_before) - 1) <= 0)
		broken("cannot read %s", tcp_mem);
	close(fd);
	write_text(tcp_mem, "1 1 1000000");
}

static void make_plenty(void *unused)
{
	(void)unused;
	go_to_first_netns();
	write_text(tcp_mem, tcp_mem_before);
}

/*
 * Another connection, full of bytes that nobody reads. Each CPU counts up to a megabyte of TCP's memory by itself: there
 * must be more than all of them have.
 */
static void occupy(struct pair *pair, struct pair *other)
{
	int port, bytes = 8 << 20;

	*other = (struct pair){ .family = pair->family };
	join(pair, false);
	other->listener = listen_at(other->family, &port);
	other->client = connect_to(other->family, port);
	other->server = accept4(other->listener, NULL, NULL, SOCK_CLOEXEC);
	join(pair, true);
	if (setsockopt(other->client, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) ||
	    setsockopt(other->server, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		broken("buffer sizes");
	if (fill_up(other->client) < (size_t)bytes / 2)
		broken("the other connection takes too little");
}

static void leave(struct pair *other)
{
	close(other->client);
	close(other->server);
	close(other->listener);
}

/* Neither direction finds memory for its ring, and they stay with TCP when there is plenty again. */
static void go_without(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceNoRing");
	struct pair other;

	occupy(pair, &other);
	finish(start(make_scarce, NULL));
	exchange(pair, 3000);
	finish(start(make_plenty, NULL));
	leave(&other);
	exchange(pair, 40000);
	note_growth(pair, "TCPSpliceNoRing", before, 2);
}

static void none_again(struct pair *pair)
{
	exchange(pair, 3000);
	give_back();
	go_without(pair);
	shutdown(pair->client, SHUT_WR);
	note_recv("server", pair->server, 63, 0);
}

#define LIMIT ((size_t)4 << 20)
static const char ring_bytes[] = "/proc/sys/net/ipv4/tcp_splice_ring_bytes";

/* Small buffers bound a ring. */
static void enlarge(const struct pair *pair)
{
	int bytes = LIMIT;

	if (setsockopt(pair->client, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) ||
	    setsockopt(pair->server, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		broken("buffer sizes");
}

/* How many bytes are right of those that are read, which follow `got` others. */
static size_t read_right(int fd, uint8_t *bytes, size_t size, size_t got)
{
	return pattern_breaks_at(bytes, recv_until(fd, bytes, size), got);
}

/* With bytes in it, which begin anywhere, a ring grows from its first size to the largest there is. */
static void grow(struct pair *pair)
{
	static uint8_t bytes[LIMIT];
	size_t sent = 0, got = 0, size, ahead, right;
	ssize_t more;

	enlarge(pair);
	enter(CLIENT_SIDE);
	write_text(ring_bytes, "4194304");
	for (size = 100; size < LIMIT; size += size / 3) {
		fill_pattern(bytes, size, sent);
		more = send(pair->client, bytes, size, MSG_DONTWAIT);
		sent += more > 0 ? (size_t)more : 0;
		ahead = (sent - got) * 2 / 3;
		right = read_right(pair->server, bytes, ahead, got);
		if (right != ahead) {
			note("byte %zu is wrong", got + right);
			return;
		}
		got += ahead;
	}
	right = read_right(pair->server, bytes, sent - got, got);
	note("the rest is right: %d", right == sent - got);
	sent = fill_up(pair->client);
	note("its limit is what a ring takes: %d", sent == LIMIT || !pair->spliced);
	note_pattern("server", pair->server, sent);
	write_text(ring_bytes, "262144");
}

/* A ring that cannot grow is one that is full. It tries again when its reader has made room. */
static void grow_no_more(struct pair *pair)
{
	struct pair other;
	size_t sent, again;

	exchange(pair, 1000);
	occupy(pair, &other);
	finish(start(make_scarce, NULL));
	sent = fill_up(pair->client);
	note("takes something: %d", sent > 0);
	note("takes less than 64 KiB over a splice: %d", sent < 65536 || !pair->spliced);
	note_poll("client", pair->client, POLLOUT, 0);
	finish(start(make_plenty, NULL));
	leave(&other);
	/* TCP notices that the pressure is over when it needs memory. */
	occupy(pair, &other);
	leave(&other);
	note_pattern("server", pair->server, sent);
	again = fill_up(pair->client);
	note("takes more than before over a splice: %d", again > sent || !pair->spliced);
	shutdown(pair->client, SHUT_WR);
	note_pattern("server", pair->server, again);
	note_recv("server", pair->server, 63, 0);
}

#define AHEAD 60000

struct ahead { int fd; bool done; };

static void send_ahead(void *argument)
{
	struct ahead *ahead = argument;

	send_pattern(ahead->fd, AHEAD);
	__atomic_store_n(&ahead->done, true, __ATOMIC_RELEASE);
}

/* A write that waits for memory ends when there is some, though nobody reads. */
static void grow_later(struct pair *pair)
{
	struct ahead ahead = { .fd = pair->client };
	struct worker *sender;
	struct pair other;

	exchange(pair, 1000);
	occupy(pair, &other);
	finish(start(make_scarce, NULL));
	sender = start(send_ahead, &ahead);
	sleep_ms(100);
	note("it waits over a splice: %d", !__atomic_load_n(&ahead.done, __ATOMIC_ACQUIRE) || !pair->spliced);
	finish(start(make_plenty, NULL));
	leave(&other);
	/* TCP notices that the pressure is over when it needs memory. */
	occupy(pair, &other);
	leave(&other);
	for (int i = 0; i < 50 && !__atomic_load_n(&ahead.done, __ATOMIC_ACQUIRE); i++)
		sleep_ms(100);
	note("it ends: %d", __atomic_load_n(&ahead.done, __ATOMIC_ACQUIRE));
	note_pattern("server", pair->server, AHEAD);
	finish(sender);
}

#define PAIRS 200
#define CGROUP_SOCKETS SPLICED_CGROUP "/memory.stat"

/* Bytes of the cgroup's memory that are "sock", for what sockets carry, or "slab", for what the kernel keeps. */
static long charged(const char *what)
{
	char line[128], name[32];
	long bytes;
	FILE *file = fopen(CGROUP_SOCKETS, "re");

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%31s %ld", name, &bytes) == 2 && !strcmp(name, what)) {
			fclose(file);
			return bytes;
		}
	}
	broken("no %s in " CGROUP_SOCKETS, what);
}

/* An unused ring is freed at the second scan of the shrinker. So large a request makes the kernel scan again. */
static void reclaim(void)
{
	int fd = open(SPLICED_CGROUP "/memory.reclaim", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		broken("no memory.reclaim in " SPLICED_CGROUP);
	if (write(fd, "64M", 3) < 0 && errno != EAGAIN)
		broken("memory.reclaim");
	close(fd);
}

/* Pairs that have said little and wait cost little, and give that back if their cgroup needs it. */
static void many_idle(struct pair *pair)
{
	static struct pair others[PAIRS];
	char line[256];
	unsigned long long taken;
	int port;
	long before;

	write_text("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	join(pair, true);
	before = charged("sock");
	pair->listener = listen_at(pair->family, &port);
	for (int i = 0; i < PAIRS; i++) {
		others[i].client = connect_to(pair->family, port);
		others[i].server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
		memset(line, i, sizeof(line));
		send_all(others[i].client, line, sizeof(line));
		send_all(others[i].server, line, sizeof(line));
		if (recv_until(others[i].client, line, sizeof(line)) != sizeof(line) ||
		    recv_until(others[i].server, line, sizeof(line)) != sizeof(line))
			broken("recv");
	}
	note("at most 8 KiB a pair: %d", charged("sock") - before <= PAIRS * 8192L);
	taken = counter("TCPSpliceIdleRings");
	reclaim();
	note_growth(pair, "TCPSpliceIdleRings", taken, 2 * PAIRS);
	for (int i = 0; i < PAIRS; i++) {
		close(others[i].client);
		close(others[i].server);
	}
}

/* Slab bytes of connections on which nothing was sent. */
static long cost_of_silent_pairs(struct pair *pair)
{
	static struct pair others[PAIRS];
	long cost;
	int port;

	sleep_ms(300);	/* what was closed is gone by then */
	cost = -charged("slab");
	pair->listener = listen_at(pair->family, &port);
	for (int i = 0; i < PAIRS; i++) {
		others[i].client = connect_to(pair->family, port);
		others[i].server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	}
	cost += charged("slab");
	for (int i = 0; i < PAIRS; i++) {
		close(others[i].client);
		close(others[i].server);
	}
	close(pair->listener);
	return cost;
}

/* The kernel's own objects of a pair, besides its rings, are charged too. */
static void ends_charged(struct pair *pair)
{
	long declined, paired;

	write_text("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	join(pair, true);
	set_policy(pair, "splicectl disable && splicectl enable --cgroup " SPLICED_CGROUP " --decline");
	declined = cost_of_silent_pairs(pair);
	set_policy(pair, "splicectl disable && splicectl enable --cgroup " SPLICED_CGROUP);
	paired = cost_of_silent_pairs(pair);
	note("at least 512 bytes a pair: %d", !pair->spliced || paired - declined >= PAIRS * 512L);
}

/* The rings of a cgroup that is gone grow and are given back as its parent's. */
static void cgroup_gone(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceIdleRings");

	write_text("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	join_inner(pair);
	if (pair->spliced)
		write_text(SPLICED_CGROUP "/cgroup.subtree_control", "+memory");
	open_pair(pair);
	exchange(pair, 1000);
	join(pair, false);
	if (pair->spliced) {
		write_text(SPLICED_CGROUP "/cgroup.subtree_control", "-memory");
		if (rmdir(INNER_CGROUP))
			broken("rmdir " INNER_CGROUP);
	}
	exchange(pair, 40000);
	give_back();
	note_growth(pair, "TCPSpliceIdleRings", before, 2);
	exchange(pair, 3000);
}

const struct test_case memory_cases[] = {
	{ .name = "idle", .run = idle },
	{ .name = "idle_listed", .run = idle_listed },
	{ .name = "idle_unread", .run = idle_unread },
	{ .name = "idle_end", .run = idle_end },
	{ .name = "idle_smaller", .run = idle_smaller },
	{ .name = "idle_meanwhile", .run = idle_meanwhile },
	{ .name = "no_memory", .run = go_without, .no_ring = true },
	{ .name = "no_memory_again", .run = none_again },
	{ .name = "grow", .run = grow },
	{ .name = "grow_no_more", .run = grow_no_more },
	{ .name = "grow_later", .run = grow_later },
	{ .name = "many_idle", .run = many_idle, .own_pair = true },
	{ .name = "ends_charged", .run = ends_charged, .own_pair = true, .no_ring = true },
	{ .name = "cgroup_gone", .run = cgroup_gone, .own_pair = true },
	{ 0 },
};
