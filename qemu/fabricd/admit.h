/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_ADMIT_H
#define FABRICD_ADMIT_H

#include "serve.h"

/* A connection that has not said hello by then is closed. */
#define HELLO_NS UINT64_C(3000000000)

/* Takes the next connection and greets it, if there is a place for it. */
void admit(int listener);

/* The connection has proved to be a host's: its address counts as known from now on. */
void admit_known(const struct session *session);

#endif
