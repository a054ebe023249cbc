/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RACE_H
#define RACE_H

#include <stdbool.h>

/* This host's number. */
extern int race_me;

const char *name_of(const char *what, int number, int host);
void expect(bool right, const char *what);
/* Returns when every host is there. */
void meet(const char *where);

void race_rivals(void);

#endif
