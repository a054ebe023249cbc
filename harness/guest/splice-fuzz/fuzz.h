/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differential test of spliced sockets. A seed decides a sequence of operations on one
 * connection. It is run over plain TCP and over a splice, each run writes down what its
 * calls returned, and both texts must be the same.
 *
 * Anything that depends on timing in TCP stays out of the text. Before an operation looks at the
 * connection, settle() waits until both ends have seen all that was sent to them; and an
 * operation whose parts race notes nothing but its end. Every byte that arrives is
 * compared with what was sent, in both runs.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Random numbers. An operation has its own source, so that leaving out another changes nothing in it. */
struct draw { uint64_t state; };
uint32_t below(struct draw *draw, uint32_t bound);
bool one_in(struct draw *draw, uint32_t chances);
uint32_t a_size(struct draw *draw, uint32_t most);

/* Bytes on their way to an end, or waiting there. */
struct queue { uint8_t *bytes; size_t at, size, room; };

enum { CLIENT, SERVER };

/* An end, and what it must look like once the connection has settled. */
struct end {
	int fd;
	int edges;		/* an epoll instance that watches it, edge triggered */
	struct queue due;	/* sent to this end, not read yet */
	int low_water;
	bool shut_read, shut_write, closed, reset;
};

struct link {
	struct end end[2];
	int listener;
	size_t most;	/* that may be on its way in a direction: TCP and the ring both have room for it */
};

/* One kind of operation. Late ones end something, and come after the others. */
struct kind {
	const char *name;
	void (*run)(struct link *link, int who, struct draw *draw);
	unsigned int weight, late_weight;
	/* Why it is not drawn at present. */
	const char *left_out;
};
extern const struct kind *const kind_tables[];

/* The text of a run (worker.c). */
__attribute__((format(printf, 1, 2))) void note(const char *format, ...);
/* Ends a run that cannot go on: the connection is not what it must be. */
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...);
/* The number, or the name of errno; at most four at a time. */
const char *outcome(long result);
const char *name_of(int who);

/* connection.c */
void open_link(struct link *link, struct draw *draw);
void close_link(struct link *link);
void settle(struct link *link);
bool can_send(const struct link *link, int who);
/* A blocking read of `size` bytes would wait for something that no later operation does. */
bool would_block(const struct link *link, int who, size_t size, bool all);
size_t room_to(const struct link *link, int who);
void set_low_water(struct link *link, int who, int bytes);

/* queue.c: what the calls did to the connection. */
extern uint8_t noise[1 << 20];	/* random bytes to send */
const uint8_t *some_noise(struct draw *draw, size_t size);
void fill_noise(void);
void sent(struct link *link, int who, const uint8_t *bytes, size_t size);
void received(struct link *link, int who, const uint8_t *bytes, size_t size);
void peeked(struct link *link, int who, size_t skip, const uint8_t *bytes, size_t size);
void discarded(struct link *link, int who, size_t size);
/* Reads all that is due. */
void drain(struct link *link, int who);

/* transfer.c: one transfer, by one of several system calls; the result is theirs. */
struct way {
	const char *name;
	ssize_t (*move)(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw);
};
const struct way *a_way_to_send(struct draw *draw);
const struct way *a_way_to_receive(struct draw *draw);

/* wait.c */
short poll_now(int fd, short events, int timeout_ms);
const char *event_names(short events);
void set_blocking(int fd, bool blocking);
void sleep_us(unsigned int us);
void sleep_some(struct draw *draw);
double now_ms(void);
/* So long is a whole number of timer ticks, and of those that times() counts. */
#define WHOLE_TICKS_US 20000
/* By the ticks that timeouts are counted in, which a busy host makes come late. */
bool lasted(long begun, long us);

/* plan.c: the operations of a seed. */
struct step { const struct kind *kind; int who; uint64_t seed; };
#define MOST_STEPS 96
size_t plan(uint64_t seed, struct step steps[MOST_STEPS]);

/* worker.c: a process that runs sequences, in a cgroup. */
struct worker;
struct request { uint64_t seed; bool keep[MOST_STEPS]; };
struct worker *hire(const char *cgroup, bool spliced);
void ask(struct worker *worker, const struct request *request);
/* The text of the run, until the next call. */
const char *answer(struct worker *worker);
void dismiss(struct worker *worker);

/* shrink.c */
extern char *last_difference[2];	/* the texts of the last runs that differed */
bool differs(struct worker *const workers[2], const struct request *request);
size_t shrink(struct worker *const workers[2], struct request *request);

#endif
