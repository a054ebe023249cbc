// SPDX-License-Identifier: GPL-2.0-only
/* Many threads or processes at one socket. A write that need not wait for room is never torn. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kinds.h"

#define CROWD 4

/* One of several writers or readers of a direction. */
struct crowd {
	int fd;
	uint8_t tag;
	size_t record, records, quota;
	size_t tags[CROWD];
	bool alone;
	uint64_t seed;
};

static void *write_records(void *argument)
{
	struct crowd *own = argument;
	struct draw draw = { own->seed };
	uint8_t record[256];

	memset(record, own->tag, sizeof(record));
	for (size_t i = 0; i < own->records; i++) {
		ssize_t moved = send(own->fd, record, own->record, 0);

		if (moved != (ssize_t)own->record)
			give_up("a record: %s", outcome(moved));
		sleep_some(&draw);
	}
	return NULL;
}

static void *read_records(void *argument)
{
	struct crowd *own = argument;
	struct draw draw = { own->seed };
	uint8_t bytes[256];

	while (own->quota) {
		size_t size = own->alone ? own->record : 1 + below(&draw, 256);
		ssize_t moved;

		if (size > own->quota)
			size = own->quota;
		moved = recv(own->fd, bytes, size, own->alone ? MSG_WAITALL : 0);
		if (moved <= 0)
			give_up("a record is not read: %s", outcome(moved));
		for (ssize_t i = 0; i < moved; i++) {
			if (bytes[i] >= CROWD || (own->alone && bytes[i] != bytes[0]))
				give_up("a record is torn");
			own->tags[bytes[i]]++;
		}
		own->quota -= (size_t)moved;
	}
	return NULL;
}

static void do_crowd(struct link *link, int who, struct draw *draw)
{
	size_t writers = 1 + below(draw, CROWD), readers = 1 + below(draw, CROWD);
	size_t record = 1 + below(draw, 200), records = 1 + below(draw, 30), total = 0, tags[CROWD] = { 0 };
	struct crowd writer[CROWD] = { 0 }, reader[CROWD] = { 0 };
	pthread_t threads[2 * CROWD];

	if (!can_send(link, who) || link->end[!who].closed || link->end[!who].shut_read)
		return;
	drain(link, !who);
	while (writers * records * record > link->most)
		records = records / 2 ?: (record /= 2, 1);
	total = writers * records * record;
	for (size_t i = 0; i < readers; i++) {
		reader[i] = (struct crowd){ .fd = link->end[!who].fd, .record = record, .alone = readers == 1 };
		reader[i].quota = total / readers + (i ? 0 : total % readers);
		reader[i].seed = below(draw, UINT32_MAX);
		pthread_create(&threads[i], NULL, read_records, &reader[i]);
	}
	for (size_t i = 0; i < writers; i++) {
		writer[i] = (struct crowd){ .fd = link->end[who].fd, .tag = (uint8_t)i, .record = record };
		writer[i].records = records;
		writer[i].seed = below(draw, UINT32_MAX);
		pthread_create(&threads[readers + i], NULL, write_records, &writer[i]);
	}
	for (size_t i = 0; i < readers + writers; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < readers; i++)
		for (int tag = 0; tag < CROWD; tag++)
			tags[tag] += reader[i].tags[tag];
	note("%zu of %s write to %zu: %zu %zu %zu %zu", writers, name_of(who), readers, tags[0], tags[1], tags[2], tags[3]);
}

/* Another process, which inherits the socket, writes between two writes of this one. */
static void do_child(struct link *link, int who, struct draw *draw)
{
	size_t size = 1 + a_size(draw, (uint32_t)link->most / 4);
	const uint8_t *from = some_noise(draw, 3 * size);
	int fd = link->end[who].fd, status;
	pid_t child;

	if (!can_send(link, who) || link->end[!who].closed || 3 * size > room_to(link, who))
		return;
	if (link->end[!who].shut_read && link->end[!who].shut_write)
		return;
	if (send(fd, from, size, 0) != (ssize_t)size)
		give_up("the parent sends: %s", outcome(-1));
	child = fork();
	if (!child)
		_exit(send(fd, from + size, size, 0) != (ssize_t)size);
	if (child < 0 || waitpid(child, &status, 0) != child)
		give_up("fork: %s", outcome(-1));
	if (send(fd, from + 2 * size, size, 0) != (ssize_t)size)
		give_up("the parent sends again: %s", outcome(-1));
	sent(link, who, from, 3 * size);
	note("%s and its child send 3 times %zu: status %d", name_of(who), size, status);
}

const struct kind crowd_kinds[] = {
	{ .name = "crowd", .run = do_crowd, .weight = 12 },
	{ .name = "child", .run = do_child, .weight = 4 },
	{ 0 },
};
