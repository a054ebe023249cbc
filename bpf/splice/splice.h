/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SPLICE_H
#define SPLICE_H

#define SPLICE_PORTS 64
#define SPLICE_CGROUP_DEPTH 64

/* One copy a CPU; all words are u64. */
struct splice_counters {
	unsigned long long declined;	/* the policy left the connection to TCP */
	unsigned long long waiting;	/* first ends: registered, the peer not yet */
	unsigned long long paired;	/* second ends: the pair is complete */
	unsigned long long refused;	/* the kernel refused to pair */
	unsigned long long last_errno;	/* of the last refusal on this CPU */
};

/* One spliced socket, as the iterator shows it; IPv4 addresses are mapped to IPv6. */
struct splice_socket {
	unsigned char local[16], remote[16];
	unsigned int local_port, remote_port;
	unsigned long long inode;	/* of the socket, as ss -e and /proc/PID/fd show it; 0: closed by its program */
	unsigned int ring_bytes;	/* size of the ring it sends to; 0 while that has no memory */
	unsigned int unread_bytes;
	unsigned char is_paired;
	unsigned char out_mode;		/* enum splice_out */
};

#endif
