/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_H
#define STORM_H

#include <stdbool.h>

#define ROLES 4

/* Up to ROLES threads repeat a step each, at once, for some time. */
struct scene {
	const char *rule;		/* holds for every step */
	void (*prepare)(void);
	void (*step[ROLES])(void);
	void (*finish)(void);
};

extern const struct scene storm_names[], storm_bytes[];

/* Ends the scene as failed where `holds` is false; says errno, or `text`. */
bool must(bool holds, const char *text);

/* The result of a call that may fail with these errors alone, or 0 for no error. */
long may(long result, int error, int other, const char *text);

#endif
