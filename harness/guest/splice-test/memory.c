// SPDX-License-Identifier: GPL-2.0-only
/* The memory of rings: given back while they are idle, and not to be had. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
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

/* A sysctl, what it is during a case, and what it was before. */
struct setting {
	const char *path, *text;
	const char *netns;	/* NULL: that of a side */
	enum side side;
	char before[128];
};

static const char ring_bytes[] = "/proc/sys/net/ipv4/tcp_splice_ring_bytes";

static struct setting little = {
	.path = "/proc/sys/net/ipv4/tcp_mem", .text = "1 1 1000000", .netns = "/proc/1/ns/net",
};
/* Each of two CPUs counts up to a megabyte of TCP's memory by itself: a ring must be more than both. */
static struct setting large[] = {
	{ .path = ring_bytes, .text = "4194304", .side = CLIENT_SIDE },
	{ .path = ring_bytes, .text = "4194304", .side = SERVER_SIDE },
};

static void go_to(const struct setting *setting)
{
	int netns;

	if (!setting->netns) {
		enter(setting->side);
		return;
	}
	netns = open(setting->netns, O_RDONLY | O_CLOEXEC);
	if (netns < 0 || setns(netns, CLONE_NEWNET))
		broken("setns");
	close(netns);
}

static void set_for_now(void *argument)
{
	struct setting *setting = argument;
	int fd;

	go_to(setting);
	fd = open(setting->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, setting->before, sizeof(setting->before) - 1) <= 0)
		broken("cannot read %s", setting->path);
	close(fd);
	write_text(setting->path, setting->text);
}

static void set_back(void *argument)
{
	struct setting *setting = argument;

	go_to(setting);
	write_text(setting->path, setting->before);
}

static void set_all(struct setting *settings, int count)
{
	for (int i = 0; i < count; i++)
		finish(start(set_for_now, &settings[i]));
}

/* The last first: two of them may be one. */
static void restore(struct setting *settings, int count)
{
	while (count--)
		finish(start(set_back, &settings[count]));
}

/* Buffers that do not bound a ring. */
static void enlarge_buffers(const struct pair *pair)
{
	const int ends[] = { pair->client, pair->server };
	int bytes = 4 << 20;

	for (int i = 0; i < 2; i++)
		if (setsockopt(ends[i], SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) ||
		    setsockopt(ends[i], SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
			broken("buffer sizes");
}

/* Neither direction finds memory for its ring, and they stay with TCP when there is plenty again. */
static void go_without(struct pair *pair)
{
	unsigned long long before = counter("TCPSpliceNoRing");

	set_all(&little, 1);
	exchange(pair, 3000);
	restore(&little, 1);
	exchange(pair, 40000);
	note_growth(pair, "TCPSpliceNoRing", before, 2);
}

static void none(struct pair *pair)
{
	set_all(large, 2);
	enlarge_buffers(pair);
	go_without(pair);
	restore(large, 2);
}

static void none_again(struct pair *pair)
{
	set_all(large, 2);
	enlarge_buffers(pair);
	exchange(pair, 3000);
	give_back();
	go_without(pair);
	restore(large, 2);
	shutdown(pair->client, SHUT_WR);
	note_recv("server", pair->server, 63, 0);
}

const struct test_case memory_cases[] = {
	{ .name = "idle", .run = idle },
	{ .name = "idle_unread", .run = idle_unread },
	{ .name = "idle_end", .run = idle_end },
	{ .name = "idle_meanwhile", .run = idle_meanwhile },
	{ .name = "no_memory", .run = none, .no_ring = true },
	{ .name = "no_memory_again", .run = none_again },
	{ 0 },
};
