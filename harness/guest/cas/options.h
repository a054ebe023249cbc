/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CAS_OPTIONS_H
#define CAS_OPTIONS_H

#include "lockstep.h"
#include "work.h"

extern const char *const op_names[];

/* The form of a host's last output. */
enum form { PROSE, LINE, LINE_WITH_HISTOGRAM };

struct options {
	const char *device;
	uint64_t offset;	/* in it, of pages */
	uint64_t seconds;	/* that all of it may take */
	uint64_t round;		/* its number, where hosts have been in different ones */
	enum form form;
	struct schedule schedule;	/* quantum 0: that of the hosts stays */
};

/* Ends the program if it does not understand; what is not said stays as it is. */
void parse(int argc, char **argv, struct party *party, struct plan *plan, struct options *options);

#endif
