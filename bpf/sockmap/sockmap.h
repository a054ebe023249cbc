/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SOCKMAP_H
#define SOCKMAP_H

/* One copy a CPU; all words are u64. */
struct sockmap_counters {
	unsigned long long joined_sockets;
	unsigned long long refused_sockets;	/* could not be put into the map */
	unsigned long long redirected_messages;
	unsigned long long redirected_bytes;
	unsigned long long passed_messages;	/* the peer is not in the map: plain TCP */
};

#endif
