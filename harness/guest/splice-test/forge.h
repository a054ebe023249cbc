/* SPDX-License-Identifier: GPL-2.0-only */
/* Segments that no socket of this kernel has sent, over loopback. */
#ifndef FORGE_H
#define FORGE_H

#include <stdint.h>

/* The source and destination of each of them. */
#define FORGED_ADDRESS "10.88.0.1"

struct segment {
	uint16_t from, to;
	uint32_t seq, ack;
	uint8_t flags;		/* TH_SYN ... */
	int option_bytes;	/* of those seen; forged ones have none */
};

/* Sends segments, and sees all that come to this network namespace from now on. */
int open_forge(void);
void send_segment(int forge, const struct segment *segment);
/* Waits for one with exactly these flags and this source. */
struct segment see_segment(int forge, uint8_t flags, uint16_t from);

/* A socket that gets no segments but those with this sequence number, and answers no others. */
void take_only(int fd, uint32_t seq);

#endif
