/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_SESSION_H
#define FABRICD_SESSION_H

#include <stdbool.h>
#include "memory.h"

#define BUCKETS 40		/* of powers of two nanoseconds */

struct session;

/* What is known of a host; it outlives its connection. */
struct host {
	struct session *session;	/* NULL while it is not connected */
	uint64_t done[FABRIC_OPS];
	uint64_t bytes;
	uint64_t cas_failed;
	uint64_t held_ns[BUCKETS];	/* from request to reply */

	/* Set by orders: see control.c. */
	uint64_t latency_ns;
	uint64_t ps_per_byte;		/* beside it */
	bool paused;
	uint64_t stop_at;		/* the operation's number, 0 for none */
	bool stop_after_effect;
};

struct server {
	struct memory spaces[FABRIC_SPACES];
	struct host hosts[FABRIC_MAX_HOSTS];
	const uint8_t *secret;		/* NULL if none is asked for */
	size_t secret_len;
	uint64_t round;
	uint32_t in_round;		/* a bit for each host that has been in it */
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
		uint8_t bytes[sizeof(struct fabric_hello)];
		struct fabric_hello hello;
		struct fabric_request request;
	} in;
	union {
		struct fabric_welcome welcome;
		struct fabric_reply reply;
	} out;
	uint64_t since_ns;		/* of its greeting, then of its request */
	bool waits;			/* for its time, and nothing is read until then */
};

/* How long the message is that is to come. */
size_t session_wants(const struct session *session);

/*
 * The first message; false if the connection is to be closed after the reply.
 * The secret's holder takes its number from a connection that still has it,
 * which is left in *replaced and is to be closed.
 */
bool session_hello(struct server *server, struct session *session, struct session **replaced);

/* Puts the request into effect and makes its reply; false likewise. */
bool session_apply(struct server *server, struct session *session);

/* How many operations the host has had put into effect. */
uint64_t host_total(const struct host *host);

#endif
