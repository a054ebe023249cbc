// SPDX-License-Identifier: GPL-2.0-only
/* Pairs whose program is detached, or that are revoked by command: what they send is TCP's from then on. No byte is lost. */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
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

/* A command that runs while both directions move bytes. */
struct event {
	const struct pair *pair;
	const char *command;
	bool over;
};

static void happen(void *argument)
{
	struct event *event = argument;

	sleep_ms(20);
	set_policy(event->pair, event->command);
	__atomic_store_n(&event->over, true, __ATOMIC_RELEASE);
}

struct sender {
	int fd;
	size_t sent;
	const struct event *event;
};

static void send_bulk(struct sender *sender)
{
	size_t end = sender->sent + BULK;
	uint8_t bytes[5000];

	for (size_t size = 1; sender->sent < end; sender->sent += size) {
		size = size * 7 % sizeof(bytes) + 1;
		fill_pattern(bytes, size, sender->sent);
		send_all(sender->fd, bytes, size);
	}
}

/* Much before the event, something until it is over, and much afterwards. */
static void send_throughout(void *argument)
{
	struct sender *sender = argument;
	uint8_t bytes[100];

	send_bulk(sender);
	while (!__atomic_load_n(&sender->event->over, __ATOMIC_ACQUIRE)) {
		fill_pattern(bytes, sizeof(bytes), sender->sent);
		send_all(sender->fd, bytes, sizeof(bytes));
		sender->sent += sizeof(bytes);
		sleep_ms(1);
	}
	send_bulk(sender);
	shutdown(sender->fd, SHUT_WR);
}

struct reader {
	int fd;
	size_t got;
	bool right;
};

static void read_all(void *argument)
{
	struct reader *reader = argument;
	uint8_t bytes[20021];
	ssize_t got;

	while ((got = recv(reader->fd, bytes, sizeof(bytes), 0)) > 0) {
		reader->right &= pattern_breaks_at(bytes, (size_t)got, reader->got) == (size_t)got;
		reader->got += (size_t)got;
	}
}

static void move_throughout(const struct pair *pair, const char *command)
{
	struct event event = { .pair = pair, .command = command };
	struct sender senders[] = { { .fd = pair->client, .event = &event }, { .fd = pair->server, .event = &event } };
	struct reader readers[] = { { .fd = pair->server, .right = true }, { .fd = pair->client, .right = true } };
	struct worker *workers[] = {
		start(send_throughout, &senders[0]), start(send_throughout, &senders[1]),
		start(read_all, &readers[0]), start(read_all, &readers[1]), start(happen, &event),
	};

	for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++)
		finish(workers[i]);
	for (int i = 0; i < 2; i++)
		note("all bytes are right: %d", readers[i].right && readers[i].got == senders[i].sent);
}

static void revoked_meanwhile(struct pair *pair)
{
	unsigned long long left = counter("TCPSpliceLeftSender"), bytes = counter("TCPSpliceTcpBytes");

	move_throughout(pair, "splicectl revoke >/dev/null");
	note_growth(pair, "TCPSpliceLeftSender", left, 2);
	note("what comes later is TCP's: %d", !pair->spliced || counter("TCPSpliceTcpBytes") - bytes >= 2 * BULK);
}

/* The program goes, and the pair goes on without it. */
static void detached_meanwhile(struct pair *pair)
{
	unsigned long long left = counter("TCPSpliceLeftSender"), bytes = counter("TCPSpliceTcpBytes");

	move_throughout(pair, "splicectl disable");
	note_growth(pair, "TCPSpliceLeftSender", left, 0);
	note_growth(pair, "TCPSpliceTcpBytes", bytes, 0);
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

struct waiter { int fd, limit_ms; bool is_told; };

/* At its limit or after a signal poll() looks once more, and finds room of which nobody told it. */
static void wait_for_room(void *argument)
{
	struct waiter *waiter = argument;
	struct pollfd poll_fd = { .fd = waiter->fd, .events = POLLOUT };
	double begun = now_ms();
	sigset_t signals;

	/* The thread in system() blocks SIGCHLD, which then wakes any thread that does not. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	waiter->is_told = poll(&poll_fd, 1, waiter->limit_ms) == 1 && now_ms() - begun < waiter->limit_ms;
}

/* A writer that already waits for room is woken. */
static void revoked_full(struct pair *pair)
{
	struct waiter waiter = { .fd = pair->client, .limit_ms = pair->spliced ? 20000 : 0 };
	struct worker *worker;

	fill_up(pair->client);
	worker = start(wait_for_room, &waiter);
	sleep_ms(50);
	revoke_by(pair, "");
	finish(worker);
	note("told: %d", !pair->spliced || waiter.is_told);
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

struct secluded { struct pair *pair; pthread_barrier_t met, revoked; };

/* In a network namespace that has no other thread in it, and no name. */
static void meet_in_seclusion(void *argument)
{
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	struct secluded *secluded = argument;
	struct pair *pair = secluded->pair;
	int fd, port;

	if (unshare(CLONE_NEWNET))
		broken("unshare");
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &up))
		broken("lo");
	close(fd);
	join(pair, true);
	pair->listener = listen_at(pair->family, &port);
	pair->client = connect_to(pair->family, port);
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	send_all(pair->client, "ring ", 5);
	pthread_barrier_wait(&secluded->met);
	pthread_barrier_wait(&secluded->revoked);
}

static int revoked_pairs(void)
{
	FILE *words = popen("splicectl revoke", "r");
	int pairs = -1;

	if (!words || fscanf(words, "revoked_pairs: %d", &pairs) != 1 || pclose(words))
		broken("splicectl revoke");
	return pairs;
}

static void revoked_in_a_thread(struct pair *pair)
{
	struct secluded secluded = { .pair = pair };
	struct worker *thread;

	leave_container();
	pthread_barrier_init(&secluded.met, NULL, 2);
	pthread_barrier_init(&secluded.revoked, NULL, 2);
	thread = start(meet_in_seclusion, &secluded);
	pthread_barrier_wait(&secluded.met);
	note("revoked pairs: %d", pair->spliced ? revoked_pairs() : 1);
	pthread_barrier_wait(&secluded.revoked);
	finish(thread);
	send_all(pair->client, "tcp", 3);
	note_recv("server", pair->server, 8, MSG_WAITALL);
}

const struct test_case revoke_cases[] = {
	{ .name = "revoked_meanwhile", .run = revoked_meanwhile },
	{ .name = "detached_meanwhile", .run = detached_meanwhile },
	{ .name = "revoked_unread", .run = revoked_unread },
	{ .name = "revoked_full", .run = revoked_full },
	{ .name = "revoked_by_one", .run = revoked_by_one, .own_pair = true },
	{ .name = "revoked_in_a_thread", .run = revoked_in_a_thread, .own_pair = true, .no_ring = true },
	{ .name = "revoked_others", .run = revoked_others },
	{ 0 },
};
