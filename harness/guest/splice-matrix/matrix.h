/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that are under way while their connection changes. A cell of the matrix is a call,
 * the state that the connection is in when the call begins, and what happens then. It is
 * run over plain TCP and over a splice, each run writes down what its calls returned, and
 * a splice must give a text that TCP gives, too.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A connection; the call is made on `fd`, and things happen at `peer`. */
struct scene {
	int fd, peer;		/* peer: -1 until arrive() */
	int listener, port;
	int outside;		/* a listener whose connections are never paired */
	bool server;		/* fd is the accepted socket */
	bool spliced;
	struct call *call;
};

/* A call in a thread of its own. */
struct call {
	const struct kind_of_call *kind;
	int fd, pipe[2], epoll;
	atomic_int tid;
	atomic_bool ended;
	char text[600];
};

struct kind_of_call {
	const char *name;
	void (*make)(struct call *call);
	int least;		/* SO_RCVLOWAT, or 0 */
	bool writes;
};

struct state {
	const char *name;
	void (*enter)(struct scene *scene);
	bool client_only;	/* the peer is not accepted yet */
};

struct event {
	const char *name;
	void (*happen)(struct scene *scene);
};

extern const struct kind_of_call calls[];
extern const struct state states[];
extern const struct event events[];

struct cell {
	const struct kind_of_call *call;
	const struct state *state;
	const struct event *event;
	bool server;
};

/* text.c: the text of a run. */
extern int text_fd;
__attribute__((format(printf, 1, 2))) void note(const char *format, ...);
/* Ends a run that cannot go on. */
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...);
/* The number, or the name of errno; at most four at a time. */
const char *outcome(long result);

/* scene.c */
void open_listener(struct scene *scene);
void connect_scene(struct scene *scene, int listener);
void hold_handshake(struct scene *scene);
/* The handshake is over, or nearly; nobody has accepted. */
void open_early(struct scene *scene);
void arrive(struct scene *scene);
/* The next bytes of that socket go through TCP, or no longer. */
void stamp(int fd, bool wanted);
void say(int fd, const char *text);
void sleep_ms(int ms);
/* The call has ended, or sleeps and nothing is on its way to it. */
void settle(struct scene *scene);

/* calls.c */
#define BIG 400000
char big_byte(size_t at);
void begin_call(struct scene *scene, const struct kind_of_call *kind);
void join_call(struct scene *scene);

/* known.c: why a splice may differ from TCP there, or NULL. */
const char *known_difference(const struct cell *cell);

/* cell.c: the run of a cell, in a process of its own. */
void run_cell(const struct cell *cell, bool spliced, int outside);

/* race.c: so many connections whose reader and writer race; here, and until the first that goes wrong. */
void run_races(unsigned int seed, unsigned int count);

#endif
