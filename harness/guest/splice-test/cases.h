/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of cases, each ending with an empty one. */
#ifndef CASES_H
#define CASES_H

#include "test.h"

extern const struct test_case pairing_cases[];	/* who is paired with whom */
extern const struct test_case nat_cases[];	/* connections whose addresses are translated */
extern const struct test_case stream_cases[];	/* bytes, order, room, threads */
extern const struct test_case flag_cases[];	/* flags, options and ioctls of reading and writing */
extern const struct test_case wait_cases[];	/* poll, epoll, signals, blocked calls */
extern const struct test_case end_cases[];	/* shutdown, close, reset, disconnect */
extern const struct test_case odd_cases[];	/* what leaves the ring, or is refused */
extern const struct test_case memory_cases[];	/* rings that are given back, or cannot be had */
extern const struct test_case seam_cases[];	/* where TCP's bytes and the ring's meet */
extern const struct test_case midway_cases[];	/* calls under way while a connection changes */
extern const struct test_case revoke_cases[];	/* pairs that are revoked by command */
extern const struct test_case bpf_cases[];	/* BPF programs, and users in the kernel */

#endif
