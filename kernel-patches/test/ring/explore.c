// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a producer and a consumer over one ring through every schedule within bounds. They
 * do what net/ipv4/sock_splice_data.c does around the ring: copy, produce, look for a
 * sleeper; or find no room, say so, look again, sleep; and at the end close, after which
 * the consumer looks once more. mutants.json breaks one line at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include RING_H

#define SIZE 2
#define BUDGET 2
#define NEVER UINT32_MAX

static const struct scenario {
	const char *name;
	u32 bytes;		/* how many are sent */
	u32 leaves_after;	/* the consumer closes when it has read so many */
	bool spins;		/* the consumer spins before it sleeps */
} scenarios[] = {
	{ "stream", 4, NEVER, false },
	{ "reader spins", 3, NEVER, true },
	{ "reader leaves", 3, 1, false },
	{ "reader leaves at once", 2, 0, false },
	{ "reader leaves a full ring", 4, 1, false },
};
static const struct scenario *scenario;

static struct splice_ring ring;
static u32 cells[SIZE];
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

/* As splice_wait_room(). */
static void wait_room(void)
{
	queue(&writer_queued);
	splice_ring_starve(&ring);
	if (splice_ring_used(&ring) == SIZE && !READ_ONCE(gone))
		model_sleep();
	WRITE_ONCE(writer_queued, 0);
}

/* As splice_send_ring(). */
static void producer(void)
{
	for (u32 sent = 0; sent < scenario->bytes;) {
		if (splice_ring_room(&ring, 1)) {
			model_data_write(&cells[ring.head & (SIZE - 1)], sent + 1);
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

/* As splice_wait_data(). */
static void wait_data(void)
{
	queue(&reader_queued);
	if (!splice_ring_used(&ring) && !smp_load_acquire(&closed))
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
		if (splice_ring_readable(&ring, 1)) {
			got++;
			model_require(model_data_read(&cells[ring.tail & (SIZE - 1)]) == got,
				      "a byte is not the one that was sent");
			if (splice_ring_consume(&ring, 1))
				wake_writer();
			continue;
		}
		if (smp_load_acquire(&closed)) {
			if (splice_ring_readable(&ring, 1))
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
