// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a producer and a consumer over one ring through every schedule within bounds. They
 * do what net/ipv4/sock_splice_data.c does around the ring: copy, produce, look for a
 * sleeper; or find no room, say so, look again, sleep; and at the end close, after which
 * the consumer looks once more. Or the producer finds no room and lets the ring grow, while
 * the consumer waits for more bytes than it had room for. mutants.json breaks one line at a
 * time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include RING_H

#define SIZE 2
#define GROWN 4
#define BUDGET 2
#define NEVER UINT32_MAX

static const struct scenario {
	const char *name;
	u32 bytes;		/* how many are sent */
	u32 leaves_after;	/* the consumer closes when it has read so many */
	bool spins;		/* the consumer spins before it sleeps */
	bool grows;		/* from SIZE to GROWN, and the consumer waits for more than SIZE */
} scenarios[] = {
	{ "stream", 4, NEVER, false, false },
	{ "reader spins", 3, NEVER, true, false },
	{ "reader leaves", 3, 1, false, false },
	{ "reader leaves at once", 2, 0, false, false },
	{ "reader leaves a full ring", 4, 1, false, false },
	{ "ring grows", 5, NEVER, false, true },
};
static const struct scenario *scenario;

static struct splice_ring ring;
static u32 cells[SIZE];
static u8 memory[SIZE], grown[GROWN];	/* in place of the cells where the ring grows */
static bool owned;
static u32 reader_queued, writer_queued;	/* who is in its socket's wait queue */
static u32 closed;	/* the producer has sent FIN */
static u32 gone;	/* the consumer has closed */
static bool saw_gone, saw_unread;
static int ended;

static void reset(void)
{
	memset(&ring, 0, sizeof(ring));
	memset(cells, 0, sizeof(cells));
	ring.size = SIZE;
	ring.data = memory;
	owned = false;
	reader_queued = writer_queued = closed = gone = 0;
	saw_gone = saw_unread = false;
	ended = 0;
}

/* As prepare_to_wait(). */
static void queue(u32 *queued)
{
	WRITE_ONCE(*queued, 1);
	model_prepare_to_sleep();
	smp_mb();
}

/* As wq_has_sleeper() and wake_up(). */
static void wake(u32 *queued)
{
	smp_mb();
	if (READ_ONCE(*queued))
		model_wake();
}

/* As splice_wake_reader(); its barrier is splice_ring_produce()'s. */
static bool wake_reader(void)
{
	if (READ_ONCE(gone)) {
		saw_gone = true;
		return false;
	}
	if (READ_ONCE(reader_queued))
		model_wake();
	return true;
}

/* The consumer's in_lock. */
static void lock(void)
{
	while (owned)
		model_pause();
	owned = true;
	model_fence();
}

static void unlock(void)
{
	model_fence();
	owned = false;
}

/* As splice_grow_ring(). */
static void grow(void)
{
	lock();
	splice_ring_move(&ring, grown, GROWN);
	unlock();
}

static void put(u32 byte)
{
	if (scenario->grows)
		ring.data[ring.head & (ring.size - 1)] = (u8)byte;
	else
		model_data_write(&cells[ring.head & (SIZE - 1)], byte);
}

static u32 get(u32 skip)
{
	if (scenario->grows)
		return ring.data[(ring.tail + skip) & (ring.size - 1)];
	return model_data_read(&cells[(ring.tail + skip) & (SIZE - 1)]);
}

/* As splice_wait_room(). */
static void wait_room(void)
{
	queue(&writer_queued);
	splice_ring_starve(&ring);
	if (splice_ring_used(&ring) == (scenario->grows ? GROWN : SIZE) && !READ_ONCE(gone))
		model_sleep();
	WRITE_ONCE(writer_queued, 0);
}

/* As splice_send_ring(). */
static void producer(void)
{
	for (u32 sent = 0; sent < scenario->bytes;) {
		if (splice_ring_room(&ring, 1)) {
			put(sent + 1);
			splice_ring_produce(&ring, 1);
			if (!wake_reader())
				return;
			sent++;
			continue;
		}
		if (READ_ONCE(gone)) {
			saw_gone = true;
			return;
		}
		if (scenario->grows && ring.size == SIZE)
			grow();
		else
			wait_room();
	}
	smp_store_release(&closed, 1);
	wake(&reader_queued);
}

/* As splice_wake_writer(). */
static void wake_writer(void)
{
	splice_ring_feed(&ring);
	wake(&writer_queued);
}

/* As splice_spin(). */
static bool spin(void)
{
	for (int look = 0; look < BUDGET && !READ_ONCE(closed); look++) {
		if (READ_ONCE(ring.head) != ring.tail)
			return true;
		model_pause();
	}
	return false;
}

/* As SO_RCVLOWAT. */
static u32 wanted(void)
{
	return scenario->grows ? SIZE + 1 : 1;
}

/* As splice_take_ring(): takes `bytes` if there are as many, which follow `got` others. */
static bool take(u32 *got, u32 bytes)
{
	bool there, starved = false;

	if (scenario->grows)
		lock();
	there = splice_ring_readable(&ring, bytes) >= bytes;
	if (there) {
		for (u32 i = 0; i < bytes; i++)
			model_require(get(i) == ++*got, "a byte is not the one that was sent");
		starved = splice_ring_consume(&ring, bytes);
	}
	if (scenario->grows)
		unlock();
	if (starved)
		wake_writer();
	return there;
}

/* As splice_wait_data(). */
static void wait_data(void)
{
	queue(&reader_queued);
	if (splice_ring_used(&ring) < wanted() && !smp_load_acquire(&closed))
		model_sleep();
	WRITE_ONCE(reader_queued, 0);
}

/* As splice_detach() and splice_close(). */
static void leave(void)
{
	WRITE_ONCE(gone, 1);
	smp_mb();
	saw_unread = splice_ring_used(&ring);
	wake(&writer_queued);
}

/* As splice_recvmsg(). */
static void consumer(void)
{
	u32 got = 0;

	while (got != scenario->leaves_after) {
		if (take(&got, wanted()))
			continue;
		if (smp_load_acquire(&closed)) {
			if (take(&got, 1))
				continue;
			model_require(got == scenario->bytes, "the stream ends before its last byte");
			return;
		}
		if (!scenario->spins || !spin())
			wait_data();
	}
	leave();
}

/* With a consumer that leaves, bytes that nobody reads are noticed by one side at least. */
static void when_both_ended(void)
{
	if (++ended == 2 && scenario->leaves_after != NEVER)
		model_require(ring.head == ring.tail || saw_gone || saw_unread,
			      "a byte is lost and nobody notices");
}

static void run_producer(void)
{
	producer();
	when_both_ended();
}

static void run_consumer(void)
{
	consumer();
	when_both_ended();
}

int main(int argc, char **argv)
{
	struct bounds bounds = { .preemptions = argc > 1 ? atoi(argv[1]) : 2, .surprises = 2 };
	const char *finding;
	unsigned long runs;

	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		scenario = &scenarios[i];
		finding = model_search(reset, run_producer, run_consumer, bounds, &runs);
		printf("%s: %lu schedules, %s\n", scenario->name, runs, finding ? finding : "nothing found");
		if (finding)
			return 1;
	}
	return 0;
}
