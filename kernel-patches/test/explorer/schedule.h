/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs threads as coroutines through every schedule within bounds: the choices of a run
 * are recorded, and the next run takes the last one that has another way. A model calls
 * schedule_point() before each shared access, and schedule_choose() for what else may go
 * one way or another.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>

#define SCHEDULE_THREADS 3

/* One of `width` ways to go on. */
int schedule_choose(int width);
/* Another thread may run first. */
void schedule_point(void);
/* Another thread runs, if one can; else the run ends here. */
void schedule_give_way(void);
bool schedule_can_run(int thread);
/* The thread that runs. */
int schedule_self(void);
/* This thread runs no more. Does not return. */
void schedule_stop(void) __attribute__((noreturn));
/* Ends the run with a finding; the first one counts. */
void schedule_fail(const char *text);
bool schedule_failed(void);

struct schedule {
	int threads;
	void (*body[SCHEDULE_THREADS])(void);
	void (*reset)(void);
	/* After a run: a finding, or NULL. */
	const char *(*check)(void);
	/* Whether a thread that has not ended can run; NULL: always. */
	bool (*can_run)(int thread);
	/* A thread is interrupted, and is back; or NULL. */
	void (*leave)(int thread);
	void (*enter)(int thread);
	int preemptions;	/* times that a thread which could go on is interrupted */
};

/* The first finding, or NULL. */
const char *schedule_search(const struct schedule *schedule, unsigned long *runs);
/* The run that was last, again. */
void schedule_replay(void);
/* The choices of the run that was last, for its report. */
void schedule_print(void);

#endif
