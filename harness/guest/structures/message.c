// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages on memory without coherence: each host sends to the next one, by a
 * value, a flag, and an acknowledgement, each in a line that one host writes.
 * The check counts values that were not the ones sent, and waits that did not end.
 */
#include "flush.h"
#include "wait.h"

/* The planted bug of a form. */
enum fault {
	RIGHT,
	UNFLUSHED,
	STALE_READ,
	EARLY_FLAG,
};

/* From one host to the next. */
struct channel {
	struct line value, flag;	/* the sender writes them ... */
	struct line read, wrong;	/* ... and the receiver these */
};

static uint64_t load_anew(const struct line *line)
{
	flush(line);
	return __atomic_load_n(&line->value, __ATOMIC_RELAXED);
}

static void store(struct line *line, uint64_t value)
{
	__atomic_store_n(&line->value, value, __ATOMIC_RELAXED);
}

static void send(struct channel *channel, uint64_t number, enum fault fault)
{
	store(&channel->value, number);
	/* Broken: the flag's line may be evicted before the value's is written back. */
	if (fault == EARLY_FLAG)
		store(&channel->flag, number);
	/* Broken: the value's line may stay with this host. */
	if (fault != UNFLUSHED)
		write_back(&channel->value);
	store(&channel->flag, number);
	write_back(&channel->flag);
}

static bool wait_for(struct channel *channel, const struct line *line, uint64_t number)
{
	uint64_t spins = 0;

	while (load_anew(line) < number) {
		if (!still_waiting(&spins)) {
			count_wrong(&channel->wrong, number);
			return false;
		}
	}
	return true;
}

static bool receive(struct channel *channel, uint64_t number, enum fault fault)
{
	if (!wait_for(channel, &channel->flag, number))
		return false;
	/* Broken: this host still has the line with the last value. */
	if (fault != STALE_READ)
		flush(&channel->value);
	if (__atomic_load_n(&channel->value.value, __ATOMIC_RELAXED) != number)
		count_wrong(&channel->wrong, number);
	store(&channel->read, number);
	write_back(&channel->read);
	return true;
}

static void play(const struct round *round, enum fault fault)
{
	struct channel *channels = round->memory;
	struct channel *out = &channels[round->host];
	struct channel *in = &channels[(round->host + round->hosts - 1) % round->hosts];

	for (uint64_t number = 1; number <= round->ops; number++) {
		send(out, number, fault);
		if (!receive(in, number, fault) || !wait_for(in, &out->read, number))
			break;
	}
	flush_all(channels, round->hosts * sizeof(*channels));
}

static void right(const struct round *round)
{
	play(round, RIGHT);
}

static void unflushed(const struct round *round)
{
	play(round, UNFLUSHED);
}

static void stale_read(const struct round *round)
{
	play(round, STALE_READ);
}

static void early_flag(const struct round *round)
{
	play(round, EARLY_FLAG);
}

static void begin(const struct round *round)
{
	flush_all(round->memory, MEMORY_BYTES);
}

static uint64_t wrong(const struct round *round)
{
	const struct channel *channels = round->memory;
	uint64_t sum = 0;

	for (unsigned int host = 0; host < round->hosts; host++)
		sum += channels[host].wrong.value;
	return sum;
}

const struct structure message_forms[] = {
	{ .name = "message", .prepare = begin, .run = right, .check = wrong },
	{ .name = "message", .broken = "unflushed", .prepare = begin, .run = unflushed, .check = wrong },
	{ .name = "message", .broken = "stale-read", .prepare = begin, .run = stale_read, .check = wrong },
	{ .name = "message", .broken = "early-flag", .prepare = begin, .run = early_flag, .check = wrong },
	{ },
};
