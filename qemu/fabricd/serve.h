/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_SERVE_H
#define FABRICD_SERVE_H

#include <stdio.h>
#include "session.h"

/* Connections that have not said hello yet, beside those of all hosts. */
#define STRANGERS 32
#define MOST_SESSIONS (FABRIC_MAX_HOSTS + STRANGERS)

extern struct server server;
extern struct session sessions[MOST_SESSIONS];	/* fd is -1 where there is none */

/* Serves hosts, and orders on standard input if `control`; returns when that ends. */
void serve(int listener, FILE *trace, bool control);

/* Has the loop read from the connection. */
void watch(struct session *session);

void close_session(struct session *session);

uint64_t now_ns(void);

#endif
