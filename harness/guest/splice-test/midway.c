// SPDX-License-Identifier: GPL-2.0-only
/* Calls that are under way while their connection is paired, takes to its rings, or ends. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"

/* So many calls are begun at once: a window of a few instructions is hit by some of them. */
#define CALLS 24

static const char story[] = "1first.2second.3third.";

struct call {
	int fd, pipe[2];
	char got[64];
};

static void read_to_end(struct call *call)
{
	size_t at = 0;
	ssize_t more;

	while ((more = recv(call->fd, call->got + at, sizeof(call->got) - 1 - at, 0)) > 0)
		at += (size_t)more;
}

static void splice_to_end(struct call *call)
{
	ssize_t more;

	while (splice(call->fd, NULL, call->pipe[1], NULL, 4096, 0) > 0)
		;
	close(call->pipe[1]);
	for (size_t at = 0; (more = read(call->pipe[0], call->got + at, sizeof(call->got) - 1 - at)) > 0;)
		at += (size_t)more;
}

static void read_call(void *argument)
{
	read_to_end(argument);
}

static void splice_call(void *argument)
{
	splice_to_end(argument);
}

/* This thread, and those that it starts from now on, on one CPU only; the only one, if there is one. */
static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)(cpu % sysconf(_SC_NPROCESSORS_ONLN)), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		broken("sched_setaffinity");
}

/* No other thread of this CPU runs before this one sleeps. */
static void go_first(void)
{
	struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		broken("SCHED_FIFO");
}

/* The last of it is what is stamped, and goes through TCP again. */
static void tell_story(int fd, bool stamped)
{
	int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;

	send_all(fd, story, 7);
	if (stamped && setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		broken("SO_TIMESTAMPING");
	send_all(fd, story + 7, 8);
	send_all(fd, story + 15, 7);
	close(fd);
}

/* All calls begin before the handshake is answered, whose first packets are lost, and go on when all is over. */
static void begun_early(struct pair *pair, void (*body)(void *), bool stamped)
{
	struct sock_filter nothing = { .code = BPF_RET | BPF_K };
	struct sock_fprog drop = { .len = 1, .filter = &nothing };
	static struct call calls[CALLS];
	struct worker *workers[CALLS];
	int port, right = 0;

	stay_on(0);
	pair->listener = listen_at(pair->family, &port);
	if (listen(pair->listener, CALLS))
		broken("listen");
	if (setsockopt(pair->listener, SOL_SOCKET, SO_ATTACH_FILTER, &drop, sizeof(drop)))
		broken("SO_ATTACH_FILTER");
	for (int i = 0; i < CALLS; i++) {
		calls[i].fd = begin_connect(pair->family, port);
		if (pipe2(calls[i].pipe, O_CLOEXEC))
			broken("pipe");
		workers[i] = start(body, &calls[i]);
	}
	sleep_ms(100);
	go_first();
	if (setsockopt(pair->listener, SOL_SOCKET, SO_DETACH_FILTER, &port, sizeof(port)))
		broken("SO_DETACH_FILTER");
	for (int i = 0; i < CALLS; i++) {
		int fd = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			broken("accept");
		tell_story(fd, stamped);
	}
	for (int i = 0; i < CALLS; i++) {
		finish(workers[i]);
		if (!strcmp(calls[i].got, story))
			right++;
		else
			note("got '%s'", calls[i].got);
	}
	note("%d of %d got all, in order", right, CALLS);
}

static void recv_early(struct pair *pair)
{
	begun_early(pair, read_call, false);
}

static void recv_early_left(struct pair *pair)
{
	begun_early(pair, read_call, true);
}

static void splice_early(struct pair *pair)
{
	begun_early(pair, splice_call, false);
}

/* The urgent byte is TCP's, the bytes behind it the ring's, and FIN is there before they are read. */
static void urgent_then_end(struct pair *pair)
{
	note_result("send urgent", send(pair->client, "!", 1, MSG_OOB));
	sleep_ms(100);
	send_all(pair->client, "hello", 5);
	shutdown(pair->client, SHUT_WR);
	sleep_ms(100);
	note_recv("recv", pair->server, 20, 0);
	note_recv("recv", pair->server, 20, 0);
}

/* A peek that counts and does not copy writes nowhere. */
static void peek_counts(struct pair *pair)
{
	char bytes[16];

	memset(bytes, '-', sizeof(bytes));
	send_all(pair->client, "abcdefgh", 8);
	sleep_ms(50);
	note_result("peek into nothing", recv(pair->server, NULL, 8, MSG_PEEK | MSG_TRUNC));
	note_result("peek", recv(pair->server, bytes, 8, MSG_PEEK | MSG_TRUNC));
	note("'%.*s'", (int)sizeof(bytes), bytes);
	note_recv("recv", pair->server, 8, 0);
}

static double cpu_ms(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static void peek_patiently(int fd, int flags)
{
	double begun = cpu_ms();

	stay_on(1);
	note_recv("peek", fd, 10, MSG_PEEK | flags);
	note("waited busily: %d", cpu_ms() - begun > 300);
}

static void peek_all(void *argument)
{
	peek_patiently(*(int *)argument, MSG_WAITALL);
}

static void peek_least(void *argument)
{
	peek_patiently(*(int *)argument, 0);
}

/* A part of what a peek waits for is there, and stays there. */
static void peek_waits(struct pair *pair)
{
	int budget_us = 50, least = 10;
	struct worker *worker;

	if (setsockopt(pair->server, SOL_SOCKET, SO_BUSY_POLL, &budget_us, sizeof(budget_us)))
		broken("SO_BUSY_POLL");
	stay_on(0);
	send_all(pair->client, "ring", 4);
	note_recv("recv", pair->server, 4, MSG_WAITALL);
	for (int i = 0; i < 2; i++) {
		send_all(pair->client, "abcde", 5);
		worker = start(i ? peek_least : peek_all, &pair->server);
		sleep_ms(800);
		send_all(pair->client, "fghij", 5);
		finish(worker);
		note_recv("recv", pair->server, 10, MSG_WAITALL);
		if (setsockopt(pair->server, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least)))
			broken("SO_RCVLOWAT");
	}
}

struct blocked_write {
	int fd;
	volatile bool ended;
};

static void write_blocked(void *argument)
{
	struct blocked_write *write = argument;
	char bytes[1000] = { 0 };

	send(write->fd, bytes, sizeof(bytes), 0);
	write->ended = true;
}

/* A reader that shuts down both ways reads what is there, and leaves the writer waiting. */
static void shut_down_by_reader(struct pair *pair)
{
	struct blocked_write write = { .fd = pair->client };
	struct worker *worker;

	fill_up(pair->client);
	worker = start(write_blocked, &write);
	sleep_ms(200);
	note_result("shutdown", shutdown(pair->server, SHUT_RDWR));
	sleep_ms(300);
	note("the writer waits: %d", !write.ended);
	note_pattern("reader", pair->server, 1000);
	sleep_ms(100);
	note("the writer waits: %d", !write.ended);
	close(pair->server);
	finish(worker);
}

/* A program that makes buffers small wants to be told early that nobody reads. */
static void small_buffers(struct pair *pair)
{
	int port, bytes = 4096;

	pair->listener = listen_at(pair->family, &port);
	if (setsockopt(pair->listener, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)))
		broken("SO_RCVBUF");
	pair->client = connect_to(pair->family, port);
	if (setsockopt(pair->client, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)))
		broken("SO_SNDBUF");
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	note("takes fewer than 65536: %d", fill_up(pair->client) < 65536);
}

static void count_sleeps(void *argument)
{
	struct rusage before, after;

	getrusage(RUSAGE_THREAD, &before);
	note_recv("recv", *(int *)argument, 50, 0);
	getrusage(RUSAGE_THREAD, &after);
	note("slept often: %d", after.ru_nvcsw - before.ru_nvcsw > 10);
}

/* An end whose peer never registers is as any other socket. */
static void alone(struct pair *pair)
{
	int port, least = 50;
	struct worker *worker;

	join(pair, false);
	pair->listener = listen_at(pair->family, &port);
	join(pair, true);
	pair->client = connect_to(pair->family, port);
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	if (setsockopt(pair->client, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least)))
		broken("SO_RCVLOWAT");
	worker = start(count_sleeps, &pair->client);
	sleep_ms(50);
	for (int i = 0; i < 50; i++) {
		send_all(pair->server, "x", 1);
		sleep_ms(10);
	}
	finish(worker);
}

struct race {
	int fd;
	volatile bool begun, over;
};

static void set_upper_protocol(void *argument)
{
	struct race *race = argument;

	race->begun = true;
	while (!race->over && setsockopt(race->fd, IPPROTO_TCP, TCP_ULP, "tls", 3))
		;
}

#define SLOW "/sys/fs/cgroup/zerohop-slow"
#define TOUCHED ((size_t)30 << 20)
#define READ ((size_t)900 << 10)

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		broken("cannot write '%s' to %s", text, path);
	close(fd);
}

static void *fresh(size_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		broken("mmap");
	return bytes;
}

/* Each page that it reads into is late: its cgroup has more memory than it should. */
static void read_slowly(int fd)
{
	memset(fresh(TOUCHED), 1, TOUCHED);
	write_to(SLOW "/memory.high", "1M");
	recv(fd, fresh(READ), READ, MSG_WAITALL);
	_exit(0);
}

/* A call does not wait for the pages that its peer's process waits for. */
static void slow_reader(struct pair *pair)
{
	int bytes = 600000;
	double begun;
	pid_t child;

	write_to("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	if (mkdir(SLOW, 0755) && errno != EEXIST)
		broken("mkdir " SLOW);
	write_to(SLOW "/memory.high", "max");
	write_to("/proc/sys/net/ipv4/tcp_splice_ring_bytes", "1048576");
	setsockopt(pair->client, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(pair->server, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	send_pattern(pair->client, READ);
	write_to("/proc/sys/net/ipv4/tcp_splice_ring_bytes", "262144");
	child = fork();
	if (!child) {
		write_to(SLOW "/cgroup.procs", "0");
		read_slowly(pair->server);
	}
	sleep_ms(800);
	note("it is slow: %d", !waitpid(child, NULL, WNOHANG));
	begun = now_ms();
	note_result("send urgent", send(pair->client, "!", 1, MSG_OOB | MSG_DONTWAIT));
	note("at once: %d", now_ms() - begun < 300);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	rmdir(SLOW);
}

static int socket_of(const struct pair *pair, struct sockaddr_storage *address, socklen_t *size)
{
	*size = sizeof(*address);
	if (getpeername(pair->client, (void *)address, size))
		broken("getpeername");
	enter(CLIENT_SIDE);
	return socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* An upper protocol is set on sockets while they are being paired: one of others is what it was. */
static void upper_protocol_race(struct pair *pair)
{
	struct sockaddr_storage address;
	int waiting = 0, port;
	struct pair other = { .family = pair->family };
	socklen_t size;

	open_pair(pair);
	for (int i = 0; i < 200; i++) {
		struct race race = { .fd = socket_of(pair, &address, &size) };
		struct worker *worker = start(set_upper_protocol, &race);
		int accepted;

		while (!race.begun)
			;
		if (connect(race.fd, (void *)&address, size))
			broken("connect");
		accepted = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
		send_all(race.fd, "x", 1);
		note_pattern("server", accepted, 0);
		race.over = true;
		finish(worker);
		close(race.fd);
		close(accepted);
	}
	join(pair, false);
	other.listener = listen_at(other.family, &port);
	other.client = connect_to(other.family, port);
	other.server = accept4(other.listener, NULL, NULL, SOCK_CLOEXEC);
	note_result("TCP_ULP", setsockopt(other.server, IPPROTO_TCP, TCP_ULP, "tls", 3));
	send_all(other.client, "abc", 3);
	sleep_ms(20);
	note_result("FIONREAD", ioctl(other.server, FIONREAD, &waiting));
	note("%d", waiting);
	note_recv("recv", other.server, 10, 0);
	note_result("shutdown", shutdown(other.server, SHUT_WR));
}

const struct test_case midway_cases[] = {
	{ .name = "recv_early", .run = recv_early, .own_pair = true },
	{ .name = "recv_early_left", .run = recv_early_left, .own_pair = true },
	{ .name = "splice_early", .run = splice_early, .own_pair = true },
	{ .name = "urgent_then_end", .run = urgent_then_end },
	{ .name = "peek_counts", .run = peek_counts },
	{ .name = "peek_waits", .run = peek_waits },
	{ .name = "shut_down_by_reader", .run = shut_down_by_reader },
	{ .name = "small_buffers", .run = small_buffers, .own_pair = true },
	{ .name = "alone", .run = alone, .own_pair = true, .no_ring = true },
	{ .name = "slow_reader", .run = slow_reader },
	{ .name = "upper_protocol_race", .run = upper_protocol_race, .own_pair = true, .no_ring = true },
	{ 0 },
};
