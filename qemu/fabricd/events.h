/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_EVENTS_H
#define FABRICD_EVENTS_H

#include <stdbool.h>

/*
 * Standard output: lines of JSON. Nothing waits for its reader; lines that
 * find no room are dropped, and {"event":"dropped"} says later how many.
 */
__attribute__((format(printf, 1, 2)))
void tell(const char *format, ...);

/* Writes what the reader has room for. True if all is written. */
bool write_events(void);

#endif
