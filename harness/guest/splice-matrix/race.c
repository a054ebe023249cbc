// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers that begin with their connection, while the peer sends, takes to its ring, leaves it and ends, all as fast as
 * they can. Almost everything here depends on timing, so only the bytes are compared: each comes once, in order, and
 * the end comes behind the last.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "matrix.h"

#define MOST 20000

struct reader {
	int fd, pipe[2], epoll;
	atomic_bool begun;
	ssize_t (*read)(struct reader *reader, char *bytes, size_t size);
	size_t at;
	bool wrong;
	ssize_t end;
	int error;
};

static ssize_t by_recv(struct reader *reader, char *bytes, size_t size)
{
	return recv(reader->fd, bytes, size, 0);
}

static ssize_t by_waiting_for_all(struct reader *reader, char *bytes, size_t size)
{
	return recv(reader->fd, bytes, size < 700 ? size : 700, MSG_WAITALL);
}

/* A read must get the bytes that a peek saw. */
static ssize_t by_peek(struct reader *reader, char *bytes, size_t size)
{
	static __thread char seen[MOST];
	ssize_t there = recv(reader->fd, seen, size < MOST ? size : MOST, MSG_PEEK);

	if (there <= 0)
		return there;
	there = recv(reader->fd, bytes, (size_t)there, MSG_WAITALL);
	reader->wrong |= there > 0 && memcmp(seen, bytes, (size_t)there);
	return there;
}

static ssize_t by_splice(struct reader *reader, char *bytes, size_t size)
{
	ssize_t moved = splice(reader->fd, NULL, reader->pipe[1], NULL, size, 0);

	return moved > 0 ? read(reader->pipe[0], bytes, (size_t)moved) : moved;
}

static ssize_t by_poll(struct reader *reader, char *bytes, size_t size)
{
	struct pollfd one = { .fd = reader->fd, .events = POLLIN };
	ssize_t got;

	do {
		if (poll(&one, 1, 10000) != 1)
			return -1;
		got = recv(reader->fd, bytes, size, MSG_DONTWAIT);
	} while (got < 0 && errno == EAGAIN);
	return got;
}

static ssize_t by_edge(struct reader *reader, char *bytes, size_t size)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	ssize_t got;

	if (reader->epoll < 0) {
		reader->epoll = epoll_create1(EPOLL_CLOEXEC);
		epoll_ctl(reader->epoll, EPOLL_CTL_ADD, reader->fd, &event);
	}
	while ((got = recv(reader->fd, bytes, size, MSG_DONTWAIT)) < 0 && errno == EAGAIN)
		if (epoll_wait(reader->epoll, &event, 1, 10000) != 1)
			return -1;
	return got;
}

static ssize_t (*const ways[])(struct reader *reader, char *bytes, size_t size) = {
	by_recv, by_waiting_for_all, by_peek, by_splice, by_poll, by_edge,
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void *read_all(void *argument)
{
	struct reader *reader = argument;
	static __thread char bytes[MOST];

	reader->begun = true;
	while ((reader->end = reader->read(reader, bytes, sizeof(bytes))) > 0) {
		for (ssize_t i = 0; i < reader->end; i++)
			reader->wrong |= bytes[i] != big_byte(reader->at + (size_t)i);
		reader->at += (size_t)reader->end;
	}
	reader->error = errno;
	return NULL;
}

static void pause_some(unsigned int *seed)
{
	unsigned int turns = (unsigned int)rand_r(seed) % 4 ? 0 : (unsigned int)rand_r(seed) % 3000;

	while (turns--)
		__asm__ volatile("pause");
}

/* Some pieces, most of them small; one in six is TCP's again. Returns how many bytes it was. */
static size_t tell_story(int fd, unsigned int *seed)
{
	static __thread char piece[6000];
	int pieces = 1 + rand_r(seed) % 6;
	size_t at = 0;

	while (pieces--) {
		size_t size = 1 + (size_t)rand_r(seed) % (rand_r(seed) % 3 ? 20 : sizeof(piece));
		bool stamped = !(rand_r(seed) % 6);

		for (size_t i = 0; i < size; i++)
			piece[i] = big_byte(at + i);
		pause_some(seed);
		if (stamped)
			stamp(fd, true);
		if (send(fd, piece, size, MSG_NOSIGNAL) != (ssize_t)size)
			give_up("send");
		if (stamped)
			stamp(fd, false);
		at += size;
	}
	return at;
}

static void race(int listener, unsigned int *seed, bool server)
{
	struct scene scene = { .peer = -1, .listener = listener, .server = server };
	size_t way = (size_t)rand_r(seed) % WAYS;
	struct reader reader = { .epoll = -1, .read = ways[way] };
	bool early = rand_r(seed) % 2;
	pthread_t thread;
	size_t sent;

	if (pipe2(reader.pipe, O_CLOEXEC))
		give_up("pipe");
	if (early)
		open_early(&scene);
	else
		connect_scene(&scene, listener);
	reader.fd = scene.fd;
	if (pthread_create(&thread, NULL, read_all, &reader))
		give_up("pthread_create");
	while (!reader.begun)
		sched_yield();
	pause_some(seed);
	arrive(&scene);
	sent = tell_story(scene.peer, seed);
	pause_some(seed);
	if (rand_r(seed) % 2)
		close(scene.peer);
	else
		shutdown(scene.peer, SHUT_WR);
	pthread_join(thread, NULL);
	if (reader.wrong || reader.at != sent || reader.end) {
		errno = reader.error;
		give_up("way %zu: %zu of %zu bytes, wrong %d, end %s", way, reader.at, sent,
			reader.wrong, outcome(reader.end));
	}
	close(scene.peer);
	close(scene.fd);
	close(reader.pipe[0]);
	close(reader.pipe[1]);
	close(reader.epoll);
}

void run_races(unsigned int seed, unsigned int count)
{
	struct scene scene = { 0 };

	open_listener(&scene);
	alarm(600);
	for (unsigned int i = 0; i < count; i++)
		race(scene.listener, &seed, rand_r(&seed) % 2);
}
