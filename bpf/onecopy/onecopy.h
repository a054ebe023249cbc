/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ONECOPY_H
#define ONECOPY_H

/* One copy a CPU; all words are u64. */
struct onecopy_counters {
	unsigned long long waiting;	/* first ends: registered, the peer not yet */
	unsigned long long paired;	/* second ends: the pair is complete */
	unsigned long long refused;	/* the kernel refused to pair */
};

#endif
