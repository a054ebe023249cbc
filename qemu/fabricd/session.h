/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_SESSION_H
#define FABRICD_SESSION_H

#include <stdbool.h>
#include "memory.h"

#define MESSAGE_BYTES 48	/* a hello or a request */
#define BUCKETS 40		/* of powers of two nanoseconds */

/* What is known of a host; it outlives its connection. */
struct host {
	bool connected;
	uint64_t done[FABRIC_OPS];
	uint64_t bytes;
	uint64_t cas_failed;
	uint64_t held_ns[BUCKETS];	/* from request to reply */

	/* What has been asked for: see control.c. */
	uint64_t latency_ns;
	uint64_t ps_per_byte;		/* beside it */
	bool paused;
	uint64_t stop_at;		/* the operation's number, 0 for none */
	bool stop_after_effect;
};

struct server {
	struct memory memory;
	struct host hosts[FABRIC_MAX_HOSTS];
	const uint8_t *secret;
	size_t secret_len;
};

enum session_state { SESSION_GREETED, SESSION_IDLE, SESSION_ASKED, SESSION_APPLIED };

/* One connection. It holds one message at most, so it cannot grow. */
struct session {
	int fd;
	enum session_state state;
	unsigned int host;
	uint8_t nonce[FABRIC_NONCE_BYTES];
	size_t got;
	union {
		uint8_t bytes[MESSAGE_BYTES];
		struct fabric_hello hello;
		struct fabric_request request;
	} in;
	struct fabric_reply reply;
	uint64_t asked_ns;
	bool waits;			/* for its time, and nothing is read until then */
};

/* The first message; false if the connection is to be closed after the reply. */
bool session_hello(struct server *server, struct session *session);

/* Puts the request into effect and makes its reply; false likewise. */
bool session_apply(struct server *server, struct session *session);

/* How many operations the host has had put into effect. */
uint64_t host_total(const struct host *host);

#endif
