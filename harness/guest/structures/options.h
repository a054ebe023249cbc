/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STRUCTURES_OPTIONS_H
#define STRUCTURES_OPTIONS_H

#include "lockstep.h"
#include "structure.h"

struct options {
	const char *device;
	const struct structure *structure;
	uint64_t first, last;		/* seeds */
	struct schedule schedule;	/* but for the seed */
	bool each;			/* a line a seed */
};

/* Also what HOST_INDEX and HOST_COUNT say. Ends the program where they are wrong. */
void parse(int argc, char **argv, struct round *round, struct options *options);

#endif
