// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a producer and a consumer over one ring through every schedule within bounds. They
 * do what net/ipv4/sock_splice_data.c does around the ring: copy, produce, look for a
 * sleeper; or find no room, say so, look again, sleep; and at the end close, after which
 * the consumer looks once more.
 *
 * MUTANT, if defined, leaves out one line of the callers' part; mutants of the ring itself
 * are made of its text (mutants.sh).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include RING_H

#define NO_RECHECK_OF_DATA 1
#define NO_RECHECK_OF_ROOM 2
#define NO_SECOND_LOOK 3
#define NO_READER_BARRIER 4
#define NO_WAKE_OF_READER 5
#define NO_WAKE_OF_WRITER 6
#define FEED_AFTER_WAKE 7
#define NO_GONE_CHECK 8
#define NO_LEAVING_BARRIER 9
#ifndef MUTANT
#define MUTANT 0
#endif

#define SIZE 2
#define NEVER UINT32_MAX

static struct splice_ring ring;
static u32 cells[SIZE];
static u32 queued;	/* the consumer is in the socket's wait queue */
static u32 closed;	/* the producer has sent FIN */
static u32 gone;	/* the consumer has closed */
static u32 bytes;	/* how many are sent */
static u32 leaves_after;	/* the consumer closes when it has read so many */
static bool saw_gone, saw_unread;
static int ended;

static void reset(void)
{
	memset(&ring, 0, sizeof(ring));
	memset(cells, 0, sizeof(cells));
	ring.size = SIZE;
	queued = closed = gone = 0;
	saw_gone = saw_unread = false;
	ended = 0;
}

static bool wake_reader(void)
{
	if (MUTANT != NO_GONE_CHECK && READ_ONCE(gone)) {
		saw_gone = true;
		return false;
	}
	if (MUTANT != NO_WAKE_OF_READER && READ_ONCE(queued))
		model_wake();
	return true;
}

static bool no_room(void)
{
	if (MUTANT == NO_RECHECK_OF_ROOM)
		return !READ_ONCE(gone);
	return splice_ring_used(&ring) == SIZE && !READ_ONCE(gone);
}

static void producer(void)
{
	for (u32 sent = 0; sent < bytes;) {
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
		splice_ring_starve(&ring);
		if (no_room())
			model_sleep();
	}
	smp_store_release(&closed, 1);
	smp_mb();
	if (READ_ONCE(queued))
		model_wake();
}

static void wake_writer(void)
{
	if (MUTANT != FEED_AFTER_WAKE)
		splice_ring_feed(&ring);
	if (MUTANT != NO_WAKE_OF_WRITER)
		model_wake();
	if (MUTANT == FEED_AFTER_WAKE)
		splice_ring_feed(&ring);
}

static bool nothing_to_read(void)
{
	if (MUTANT == NO_RECHECK_OF_DATA)
		return true;
	return !splice_ring_used(&ring) && !smp_load_acquire(&closed);
}

/* As splice_detach() and splice_close(). */
static void leave(void)
{
	WRITE_ONCE(gone, 1);
	if (MUTANT != NO_LEAVING_BARRIER)
		smp_mb();
	saw_unread = splice_ring_used(&ring);
	model_wake();
}

static void consumer(void)
{
	u32 got = 0;

	for (;;) {
		if (got == leaves_after) {
			leave();
			return;
		}
		if (splice_ring_readable(&ring, 1)) {
			got++;
			model_require(model_data_read(&cells[ring.tail & (SIZE - 1)]) == got,
				      "a byte is not the one that was sent");
			if (splice_ring_consume(&ring, 1))
				wake_writer();
			continue;
		}
		if (smp_load_acquire(&closed)) {
			if (MUTANT != NO_SECOND_LOOK && splice_ring_readable(&ring, 1))
				continue;
			model_require(got == bytes, "the stream ends before its last byte");
			return;
		}
		WRITE_ONCE(queued, 1);
		if (MUTANT != NO_READER_BARRIER)
			smp_mb();
		if (nothing_to_read())
			model_sleep();
		WRITE_ONCE(queued, 0);
	}
}

/* With a consumer that leaves, bytes that nobody reads are noticed by one side at least. */
static void when_both_ended(void)
{
	if (++ended == 2 && leaves_after != NEVER)
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

static int search(const char *name, u32 count, u32 leave_at, struct bounds bounds)
{
	unsigned long runs;
	const char *finding;

	bytes = count;
	leaves_after = leave_at;
	finding = model_search(reset, run_producer, run_consumer, bounds, &runs);
	printf("%s: %lu schedules, %s\n", name, runs, finding ? finding : "nothing found");
	return finding != NULL;
}

int main(int argc, char **argv)
{
	int preemptions = argc > 1 ? atoi(argv[1]) : 3;
	struct bounds bounds = { .preemptions = preemptions, .old_values = 2 };

	return search("stream", 4, NEVER, bounds) ||
	       search("reader leaves", 3, 1, bounds) ||
	       search("reader leaves at once", 2, 0, bounds);
}
