// SPDX-License-Identifier: GPL-2.0-only
/* The bytes that were sent and are not read yet. Every byte that is read is compared with them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fuzz.h"

uint8_t noise[1 << 20];

void fill_noise(void)
{
	struct draw draw = { 1 };

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)below(&draw, 256);
}

const uint8_t *some_noise(struct draw *draw, size_t size)
{
	return noise + below(draw, (uint32_t)(sizeof(noise) - size + 1));
}

static void add(struct queue *queue, const uint8_t *bytes, size_t size)
{
	if (queue->at + queue->size + size > queue->room) {
		if (queue->size)
			memmove(queue->bytes, queue->bytes + queue->at, queue->size);
		queue->at = 0;
		if (queue->size + size > queue->room) {
			queue->room = 2 * (queue->size + size);
			queue->bytes = realloc(queue->bytes, queue->room);
			if (!queue->bytes)
				give_up("no memory");
		}
	}
	memcpy(queue->bytes + queue->at + queue->size, bytes, size);
	queue->size += size;
}

void sent(struct link *link, int who, const uint8_t *bytes, size_t size)
{
	struct end *own = &link->end[who], *peer = &link->end[!who];

	if (!size)
		return;
	if (own->shut_write || own->reset)
		give_up("%s sent %zu bytes after its end", name_of(who), size);
	if (peer->closed)
		own->reset = true;
	else if (peer->shut_read && peer->shut_write)	/* RFC 1122, 4.2.2.13 */
		own->reset = peer->reset = true;
	else
		add(&peer->due, bytes, size);
}

void peeked(struct link *link, int who, size_t skip, const uint8_t *bytes, size_t size)
{
	const struct queue *due = &link->end[who].due;
	const uint8_t *expected = due->bytes + due->at + skip;

	if (skip + size > due->size)
		give_up("%s got %zu bytes of %zu", name_of(who), size, due->size - skip);
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != expected[i])
			give_up("%s got wrong bytes, from byte %zu of %zu", name_of(who), i, size);
}

void received(struct link *link, int who, const uint8_t *bytes, size_t size)
{
	peeked(link, who, 0, bytes, size);
	discarded(link, who, size);
}

void discarded(struct link *link, int who, size_t size)
{
	struct queue *due = &link->end[who].due;

	if (size > due->size)
		give_up("%s took %zu bytes of %zu", name_of(who), size, due->size);
	due->at += size;
	due->size -= size;
}

void drain(struct link *link, int who)
{
	static uint8_t bytes[1 << 16];
	struct end *end = &link->end[who];

	if (!end->closed)
		set_low_water(link, who, 1);	/* there may be less than it was */
	while (end->due.size && !end->closed) {
		ssize_t got = recv(end->fd, bytes, sizeof(bytes), 0);

		if (got <= 0)
			give_up("%s drains: %s with %zu bytes due", name_of(who), outcome(got), end->due.size);
		received(link, who, bytes, (size_t)got);
	}
}
