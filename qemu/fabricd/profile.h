/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_PROFILE_H
#define FABRICD_PROFILE_H

#include "session.h"

/*
 * How long operations take on a kind of memory, in this many times real time:
 * what a request costs on TCP would hide nanoseconds. False if the text, as
 * NAME or NAME:TIMES, names none.
 */
bool profile_apply(struct host *host, const char *text);

/* The names, for messages. */
#define PROFILES "local-dram, cxl-direct, cxl-one-switch, cxl-two-switches"

#endif
