/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SEARCH_H
#define SEARCH_H

#include "lib.h"

extern u8 region[];
extern bool region_stopped[];
/* Set by a host where its being stopped would say nothing. */
extern bool region_no_stops;
/* Prints each operation, and where it is called. */
extern bool region_trace;

/* How the region is at the beginning of each run. */
void region_save(void);
void region_restore(void);
void region_forget(void);
/* Takes what the runs before have found shared as known. */
void region_know(void);
/* Whether a word was found to be shared since. */
bool region_learnt(void);
void region_allow(int stops, int surprises);
void region_alone(void);
void region_leave(int thread);
void region_enter(int thread);

#define HOSTS 3

struct scenario {
	const char *name;
	int hosts;
	int depth;			/* interruptions of a host that could go on */
	int stops;			/* 0: no host stops; else one may, with so many interruptions less 1 */
	bool fences;			/* the scenario fences by itself */
	void (*begin)(void);		/* on host 0, alone */
	void (*body[HOSTS])(void);
	const char *(*end)(void);	/* after a run, alone; NULL: nothing to say */
};

/* Each ends with one that has no name. */
extern const struct scenario pages_scenarios[], epochs_scenarios[], cuts_scenarios[],
	appends_scenarios[], names_scenarios[], attributes_scenarios[], claims_scenarios[],
	lacks_scenarios[], fences_scenarios[];

extern struct daxfs hosts[HOSTS];
/* What each host's call gave; 0 when a run begins. */
extern int result[HOSTS];
/* Whether host `i` was stopped in this run. */
bool stopped(int i);
/* A host that was not stopped, or one that comes now. */
struct daxfs *survivor(void);
/* Fails the run. */
void require(bool condition, const char *text);

#endif
