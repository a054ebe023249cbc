// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections that all threads share. A thread takes hold of an end, not of a connection, so that
 * both ends of one are used and closed at the same time.
 */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "churn.h"

#define SLOTS 48
#define MOST_THREADS 64

static struct slot {
	struct { pthread_mutex_t lock; int fd; } end[2];
} slots[SLOTS];

struct thread {
	pthread_t id;
	uint64_t random;
	struct door door;
	atomic_long *left;
};

static void open_slot(struct thread *own, struct slot *slot)
{
	int ends[2];

	if (atomic_fetch_sub(own->left, 1) <= 0)
		return;
	if (!below(&own->random, 32)) {
		abandon_connection(&own->random);
	} else if (open_connection(&own->door, ends)) {
		slot->end[0].fd = ends[0];
		slot->end[1].fd = ends[1];
	}
}

static void *run(void *argument)
{
	struct thread *own = argument;

	while (atomic_load(own->left) > 0) {
		struct slot *slot = &slots[below(&own->random, SLOTS)];
		int which = (int)below(&own->random, 2);

		if (pthread_mutex_trylock(&slot->end[which].lock))
			continue;
		if (slot->end[which].fd >= 0) {
			if (act(slot->end[which].fd, &own->random))
				slot->end[which].fd = -1;
		} else if (!pthread_mutex_trylock(&slot->end[!which].lock)) {
			if (slot->end[!which].fd < 0)
				open_slot(own, slot);
			pthread_mutex_unlock(&slot->end[!which].lock);
		}
		pthread_mutex_unlock(&slot->end[which].lock);
	}
	return NULL;
}

void churn(unsigned int threads, uint64_t seed, atomic_long *left)
{
	static struct thread all[MOST_THREADS];

	for (int i = 0; i < SLOTS; i++)
		for (int which = 0; which < 2; which++) {
			pthread_mutex_init(&slots[i].end[which].lock, NULL);
			slots[i].end[which].fd = -1;
		}
	for (unsigned int i = 0; i < threads; i++) {
		all[i] = (struct thread){ .random = seed * MOST_THREADS + i, .left = left };
		all[i].door = open_door(&all[i].random);
		if (pthread_create(&all[i].id, NULL, run, &all[i]))
			err(2, "pthread_create");
	}
	for (unsigned int i = 0; i < threads; i++)
		pthread_join(all[i].id, NULL);
}
