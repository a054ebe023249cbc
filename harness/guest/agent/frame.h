/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frames on the virtio-serial port, both ways: a header in little endian and
 * up to FRAME_MAX bytes. harness/src/guest/channel/frames.ts is the other end.
 *
 * Streams use credit: neither side sends more bytes of one stream than the other
 * has granted. So neither side ever has to stop reading the port, and a command
 * that does not read its stdin blocks nothing else.
 */
#ifndef AGENT_FRAME_H
#define AGENT_FRAME_H

#include <stdint.h>

#define PROTOCOL_VERSION	1
#define FRAME_MAX		65536
/* How many bytes of a stream either side may send before the first CREDIT. */
#define STREAM_WINDOW		262144

enum frame_type {
	/* host to guest */
	FRAME_RUN = 1,		/* struct run_request, then its strings */
	FRAME_STDIN,
	FRAME_STDIN_EOF,
	FRAME_SIGNAL,		/* u32 number, to the command's process group */
	FRAME_KILL,		/* the command and everything that it started */
	FRAME_WINDOW_SIZE,	/* u32 rows, columns */
	FRAME_MOUNT,		/* u32 read-only, then source, target, type, options */
	FRAME_PING,
	FRAME_POWER_OFF,

	/* guest to host */
	FRAME_READY = 32,	/* strings: see announce() */
	FRAME_STDOUT,
	FRAME_STDERR,
	FRAME_EXIT,		/* u32 status; answers RUN, and MOUNT with an errno */
	FRAME_PONG,

	/* both ways */
	FRAME_CREDIT = 64,	/* u32 stream's frame type, u32 bytes */
};

struct frame_header {
	uint32_t size;
	uint32_t id;
	uint32_t type;
};

struct run_request {
	uint32_t terminal;	/* nonzero: a pty of this many rows and columns */
	uint32_t rows;
	uint32_t columns;
	uint32_t argc;
	uint32_t envc;		/* strings: working directory, argv, environment */
};

#endif
