/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SMC_H
#define SMC_H

/* One copy a CPU; all words are u64. */
struct smc_counters {
	unsigned long long converted_sockets;
};

#endif
