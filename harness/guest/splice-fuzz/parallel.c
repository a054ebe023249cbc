// SPDX-License-Identifier: GPL-2.0-only
/* Many bytes at once, in one direction or both; what is noted comes out whoever is first. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "kinds.h"

#define MOST_BYTES 400000
#define PATIENCE_MS 20000

/* One direction of a stream, and who works at it. */
struct stream {
	int from, to;
	uint8_t *bytes;
	size_t size;
	struct draw sender, receiver, nuisance;
	atomic_bool ended;
};

/* Whether a transfer that moved nothing is to be made again; the events say that it may go on. */
static void wait_for(int fd, short events, ssize_t moved)
{
	if (moved < 0 && errno == EAGAIN) {
		if (!poll_now(fd, events, PATIENCE_MS))
			give_up("no%s for %d ms", event_names(events), PATIENCE_MS);
	} else if (moved < 0 && errno != EINTR) {
		give_up("a stream: %s", outcome(moved));
	}
}

static void *send_stream(void *argument)
{
	struct stream *stream = argument;

	for (size_t at = 0; at < stream->size;) {
		size_t size = 1 + a_size(&stream->sender, 40000);
		int flags = one_in(&stream->sender, 3) ? MSG_DONTWAIT : 0;
		ssize_t moved;

		if (size > stream->size - at)
			size = stream->size - at;
		moved = a_way_to_send(&stream->sender)->move(stream->from, stream->bytes + at, size, flags,
							      &stream->sender);
		wait_for(stream->from, POLLOUT, moved);
		at += moved > 0 ? (size_t)moved : 0;
	}
	return NULL;
}

static void *receive_stream(void *argument)
{
	static const int some_flags[] = { 0, 0, MSG_DONTWAIT, MSG_WAITALL };
	struct stream *stream = argument;
	uint8_t *bytes = malloc(40001);

	for (size_t at = 0; at < stream->size;) {
		size_t size = 1 + a_size(&stream->receiver, 40000);
		int flags = some_flags[below(&stream->receiver, 4)];
		ssize_t moved;

		if (size > stream->size - at)
			size = stream->size - at;
		moved = a_way_to_receive(&stream->receiver)->move(stream->to, bytes, size, flags, &stream->receiver);
		wait_for(stream->to, POLLIN, moved);
		if (!moved)
			give_up("a stream ends after %zu bytes of %zu", at, stream->size);
		if (moved > 0 && memcmp(bytes, stream->bytes + at, (size_t)moved))
			give_up("a stream has wrong bytes between %zu and %zu", at, at + (size_t)moved);
		at += moved > 0 ? (size_t)moved : 0;
		if (one_in(&stream->receiver, 8))
			sleep_some(&stream->receiver);
	}
	free(bytes);
	stream->ended = true;
	return NULL;
}

/* Calls that take and add nothing, in the middle of it all. */
static void *be_a_nuisance(void *argument)
{
	struct stream *stream = argument;
	uint8_t bytes[300];
	int waiting;

	while (!stream->ended) {
		switch (below(&stream->nuisance, 6)) {
		case 0:
			poll_now(stream->to, POLLIN | POLLOUT, 0);
			break;
		case 1:
			poll_now(stream->from, POLLIN | POLLOUT, 0);
			break;
		case 2:
			ioctl(stream->to, FIONREAD, &waiting);
			break;
		case 3:
			recv(stream->to, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);
			break;
		case 4:
			if (recv(stream->to, (void *)8, 100, MSG_DONTWAIT) > 0)
				give_up("a read to nowhere takes something");
			break;
		default:
			if (send(stream->from, (void *)8, 100, MSG_DONTWAIT) > 0)
				give_up("a write from nowhere gives something");
		}
		sleep_some(&stream->nuisance);
	}
	return NULL;
}

static void do_streams(struct link *link, int who, struct draw *draw)
{
	struct stream streams[2];
	pthread_t threads[6];
	bool annoyed = one_in(draw, 2), signals = one_in(draw, 4);
	int directions = 1 + one_in(draw, 3), count = 0;

	if (!can_send(link, who) || !can_send(link, !who) || link->end[who].shut_read || link->end[!who].shut_read)
		return;
	for (int i = 0; i < directions; i++) {
		struct stream *stream = &streams[i];

		drain(link, i ? who : !who);
		*stream = (struct stream){ .from = link->end[i ? !who : who].fd, .to = link->end[i ? who : !who].fd };
		stream->size = 1 + a_size(draw, MOST_BYTES);
		stream->bytes = (uint8_t *)some_noise(draw, stream->size);
		stream->sender.state = below(draw, UINT32_MAX);
		stream->receiver.state = below(draw, UINT32_MAX);
		stream->nuisance.state = below(draw, UINT32_MAX);
		if (pthread_create(&threads[count++], NULL, send_stream, stream) ||
		    pthread_create(&threads[count++], NULL, receive_stream, stream) ||
		    (annoyed && pthread_create(&threads[count++], NULL, be_a_nuisance, stream)))
			give_up("pthread_create");
	}
	for (int i = 0; signals && !streams[0].ended && i < 20000; i++) {
		pthread_kill(threads[below(draw, 2)], SIGUSR1);
		sleep_us(300);
	}
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < directions; i++)
		note("%s streams %zu bytes", name_of(i ? !who : who), streams[i].size);
}

const struct kind parallel_kinds[] = {
	{ .name = "streams", .run = do_streams, .weight = 14 },
	{ 0 },
};
