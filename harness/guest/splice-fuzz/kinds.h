/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of kinds of operations, each ending with an empty one. */
#ifndef KINDS_H
#define KINDS_H

#include "fuzz.h"

extern const struct kind byte_kinds[];		/* sends and reads */
extern const struct kind look_kinds[];		/* poll, epoll, ioctls, options */
extern const struct kind blocked_kinds[];	/* a call that waits in another thread */
extern const struct kind parallel_kinds[];	/* many bytes at once */
extern const struct kind crowd_kinds[];		/* many threads and processes at one socket */
extern const struct kind full_kinds[];		/* no room */
extern const struct kind odd_kinds[];		/* bad pointers, what a ring cannot carry */
extern const struct kind end_kinds[];		/* shutdown, close, disconnect */

#endif
