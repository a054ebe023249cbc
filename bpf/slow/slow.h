/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SLOW_H
#define SLOW_H

/* One copy a CPU; all words are u64. */
struct slow_counters {
	unsigned long long calls;
};

#endif
