/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PINGPONG_H
#define PINGPONG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum medium { MEDIUM_TCP, MEDIUM_UNIX, MEDIUM_SMC, MEDIUM_SHARED };

/* The medium of messages, and how the receiver waits. */
struct variant {
	const char *name;
	enum medium medium;
	bool spin;
	/* Each send and each receive also enters the kernel once, through a socket. */
	bool syscalls;
};

struct options {
	const struct variant *variant;
	size_t size;
	double seconds;
	int cpus[2];			/* client, server */
	const char *address;		/* the server's, for tcp and smc */
	const char *client_netns;	/* NULL: the caller's */
	const char *server_netns;
	unsigned int ahead;		/* requests sent before the first response is read */
	double think_us;		/* how long the client sleeps between transactions */
	bool json;
};

/* One direction of shared memory: the flag has a cache line of its own. */
struct lane {
	_Alignas(64) _Atomic uint32_t full;	/* messages published; LANE_CLOSED at the end */
	_Alignas(64) char data[];
};

#define LANE_CLOSED UINT32_MAX

/* One end of the exchange. A socket has fd; shared memory has both lanes. */
struct channel {
	const struct variant *variant;
	size_t size;
	int fd;
	struct lane *out, *in;
	uint32_t sent, received;
	uint64_t spins;			/* polls that found nothing */
};

struct result {
	double seconds;
	uint64_t transactions;
	uint64_t exchanged;		/* including the verified and the latency transactions */
	double latency_us_p50, latency_us_p99;
	uint64_t spins;
	/* Growth of the client's tcp_info over the timed transactions; -1 without TCP. */
	int64_t tcp_bytes_sent, tcp_bytes_received;
	int domain, protocol;		/* SO_DOMAIN and SO_PROTOCOL; -1 without a socket */
	int cpus[2];
};

/* Every byte of this many transactions is compared, at both ends, before anything is timed. */
#define VERIFIED_TRANSACTIONS 64

void parse_options(int argc, char **argv, struct options *options);

/* Two ends, made before the fork; tcp and smc connect after it, each end in its own process. */
struct meeting {
	struct channel client, server;
	int port_pipe[2];		/* the server tells the client its port */
};

void meeting_prepare(struct meeting *meeting, const struct options *options);
void meeting_join_client(struct meeting *meeting, const struct options *options);
void meeting_join_server(struct meeting *meeting, const struct options *options);

void socket_send(struct channel *channel, const char *message);
/* False if the other end has closed before the first byte. */
bool socket_receive(struct channel *channel, char *message);
void channel_close(struct channel *channel);

void run_client(struct channel *channel, const struct options *options, struct result *result);
void run_server(struct channel *channel);

void print_result(const struct options *options, const struct result *result);

static inline void cpu_relax(void)
{
	__builtin_ia32_pause();
}

#endif
