/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COPIES_H
#define COPIES_H

/* One copy a CPU; all words are u64. */
struct copies_counters {
	unsigned long long copied_bytes;
};

#endif
