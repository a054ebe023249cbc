// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a sender and a reader through every schedule within bounds while their sockets are paired and a direction takes
 * to its ring and leaves it: some bytes are TCP's, then some the ring's, then some TCP's again, and FIN is behind them.
 * TCP delivers under the reader's socket lock. mutants.json breaks one line at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include RING_H

#define SIZE 2
#define NEVER UINT32_MAX

static const struct scenario {
	const char *name;
	u32 before, ring, after;	/* bytes */
	bool waits;			/* the sender closes when all are read */
} scenarios[] = {
	{ "enters", 1, 1, 0, false },
	{ "enters at once", 0, 2, 0, false },
	{ "enters and leaves", 1, 1, 1, false },
	{ "leaves at once", 1, 0, 1, false },
	{ "enters and waits", 1, 1, 0, true },
};
static const struct scenario *scenario;

enum { OUT_TCP, OUT_RING, OUT_LEFT };
enum { IN_TCP, IN_RING, IN_LEFT };

static struct splice_ring ring;
static u32 cells[SIZE];
static u32 paired, out_mode, switch_seq, switched;
static u32 rcv_nxt, closed;	/* what TCP has delivered */
static u32 reader_queued;
static int in_mode;
static u32 copied_seq, got, all_read;
static bool owned;

static void reset(void)
{
	memset(&ring, 0, sizeof(ring));
	memset(cells, 0, sizeof(cells));
	ring.size = SIZE;
	paired = out_mode = switch_seq = switched = rcv_nxt = closed = reader_queued = 0;
	in_mode = IN_TCP;
	copied_seq = got = all_read = 0;
	owned = false;
}

/* The reader's socket lock. */
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

static void wake(void)
{
	smp_mb();
	if (READ_ONCE(reader_queued))
		model_wake();
}

static void send_tcp(u32 bytes)
{
	while (bytes--) {
		lock();
		WRITE_ONCE(rcv_nxt, rcv_nxt + 1);
		wake();
		unlock();
	}
}

/* As splice_switch(). */
static void enter(void)
{
	WRITE_ONCE(switch_seq, scenario->before);
	WRITE_ONCE(switched, 1);
	smp_store_release(&out_mode, OUT_RING);
}

/* As splice_send_ring(). */
static void send_ring(u32 bytes)
{
	for (u32 i = 0; i < bytes; i++) {
		model_data_write(&cells[ring.head & (SIZE - 1)], scenario->before + i + 1);
		splice_ring_produce(&ring, 1);
		if (READ_ONCE(reader_queued))
			model_wake();
	}
}

static void sender(void)
{
	send_tcp(scenario->before);
	smp_store_release(&paired, 1);
	enter();
	send_ring(scenario->ring);
	if (scenario->after) {
		smp_store_release(&out_mode, OUT_LEFT);
		send_tcp(scenario->after);
	}
	while (scenario->waits && !READ_ONCE(all_read))
		model_pause();
	lock();
	WRITE_ONCE(closed, 1);
	wake();
	unlock();
}

static bool has_switched(void)
{
	return smp_load_acquire(&out_mode) != OUT_TCP && READ_ONCE(switched);
}

/* As sock_splice_ahead(), with the lock. */
static u32 ahead(void)
{
	bool left;

	if (in_mode == IN_LEFT || !has_switched())
		return NEVER;
	if (in_mode == IN_TCP) {
		u32 bytes = READ_ONCE(switch_seq) - copied_seq;

		if ((int)bytes > 0)
			return bytes;
		in_mode = IN_RING;
	}
	left = smp_load_acquire(&out_mode) == OUT_LEFT;
	if (splice_ring_used(&ring))
		return 0;
	if (left)
		in_mode = IN_LEFT;
	return NEVER;
}

static u32 total(void)
{
	return scenario->before + scenario->ring + scenario->after;
}

static void take(u32 byte)
{
	model_require(byte == ++got, "a byte is not the next one");
	if (got == total())
		WRITE_ONCE(all_read, 1);
}

enum found { NOTHING, BYTE, END };

/* As __tcp_recvmsg_locked(): all that is there, up to the ring. It looks once whether the socket is paired. */
static enum found take_tcp(void)
{
	enum found found = NOTHING;
	bool spliced;
	u32 room;

	lock();
	spliced = READ_ONCE(paired);
	while ((room = spliced ? ahead() : NEVER)) {
		u32 there = READ_ONCE(rcv_nxt) - copied_seq;

		if (!there) {
			if (!found && READ_ONCE(closed))
				found = END;
			break;
		}
		for (u32 i = 0; i < there && i < room; i++) {
			take(copied_seq < scenario->before ? copied_seq + 1 : copied_seq + scenario->ring + 1);
			copied_seq++;
		}
		found = BYTE;
	}
	unlock();
	return found;
}

/* As splice_recv_ready(). */
static bool ready(void)
{
	return READ_ONCE(closed) || READ_ONCE(rcv_nxt) != copied_seq ||
	       (in_mode != IN_LEFT && has_switched() && splice_ring_used(&ring));
}

/* As tcp_wait_data(), or splice_wait_data() if the sockets were seen to be paired. */
static void wait_data(bool seen)
{
	WRITE_ONCE(reader_queued, 1);
	model_prepare_to_sleep();
	smp_mb();
	if (seen ? !ready() : READ_ONCE(rcv_nxt) == copied_seq && !READ_ONCE(closed) && !READ_ONCE(paired))
		model_sleep();
	WRITE_ONCE(reader_queued, 0);
}

/* As splice_take(). */
static void reader(void)
{
	for (;;) {
		bool seen = READ_ONCE(paired);
		enum found found;

		if (in_mode == IN_RING && splice_ring_readable(&ring, 1)) {
			take(model_data_read(&cells[ring.tail & (SIZE - 1)]));
			splice_ring_consume(&ring, 1);
			continue;
		}
		found = take_tcp();
		if (found == END)
			break;
		if (found == NOTHING && !(in_mode == IN_RING && READ_ONCE(ring.head) != ring.tail))
			wait_data(seen);
	}
	model_require(got == total(), "the stream ends before its last byte");
}

int main(int argc, char **argv)
{
	struct bounds bounds = { .preemptions = argc > 1 ? atoi(argv[1]) : 2, .surprises = 2 };
	const char *finding;
	unsigned long runs;

	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		scenario = &scenarios[i];
		finding = model_search(reset, sender, reader, bounds, &runs);
		printf("%s: %lu schedules, %s\n", scenario->name, runs, finding ? finding : "nothing found");
		if (finding)
			return 1;
	}
	return 0;
}
