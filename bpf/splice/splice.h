/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SPLICE_H
#define SPLICE_H

#define SPLICE_PORTS 64

/* One copy a CPU; all words are u64. */
struct splice_counters {
	unsigned long long declined;	/* the policy left the connection to TCP */
	unsigned long long waiting;	/* first ends: registered, the peer not yet */
	unsigned long long paired;	/* second ends: the pair is complete */
	unsigned long long refused;	/* the kernel refused to pair */
	unsigned long long last_errno;	/* of those, on this CPU */
};

#endif
