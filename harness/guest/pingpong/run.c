// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two loops. The client verifies, then counts until a timer's signal sets a flag
 * (the counted loop reads no clock), then times single transactions for the
 * latencies, so that reading the clock slows no rate down.
 */
#include <err.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lane.h"
#include "message.h"
#include "pingpong.h"

#define LATENCY_TRANSACTIONS 2000
#define STALL_SECONDS 20

static volatile sig_atomic_t time_is_up;

static void set_timer(double seconds)
{
	struct itimerval timer = {
		.it_value.tv_sec = (time_t)seconds,
		.it_value.tv_usec = (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6),
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void on_alarm(int signal)
{
	static const char stalled[] = "zerohop-pingpong: no transaction finished for 20 s\n";

	(void)signal;
	if (time_is_up) {
		if (write(STDERR_FILENO, stalled, sizeof(stalled) - 1) < 0)
			_exit(3);
		_exit(1);
	}
	time_is_up = 1;
	set_timer(STALL_SECONDS);
}

/* The server ends only after the client closes. If it ends earlier, it has printed why. */
static void on_server_end(int signal)
{
	(void)signal;
	_exit(1);
}

/* From now on the next alarm means that the exchange has stalled. */
static void guard_against_stall(void)
{
	time_is_up = 1;
	set_timer(STALL_SECONDS);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static char *new_message(const struct channel *channel)
{
	char *message = aligned_alloc(64, (channel->size + 63) / 64 * 64);

	if (!message)
		errx(1, "no memory for a message of %zu bytes", channel->size);
	memset(message, 0, channel->size);
	return message;
}

static inline void transmit(struct channel *channel, const char *message)
{
	if (channel->out)
		lane_send(channel, message);
	else
		socket_send(channel, message);
}

static inline bool receive(struct channel *channel, char *message)
{
	return channel->in ? lane_receive(channel, message) : socket_receive(channel, message);
}

static inline void transact(struct channel *channel, char *request, char *response, uint64_t number)
{
	message_number(request, channel->size, number);
	transmit(channel, request);
	if (!receive(channel, response))
		errx(1, "the server closed before it answered transaction %llu", (unsigned long long)number);
	message_check_number(response, channel->size, number);
}

/* All outstanding messages must fit into the socket's buffers, both ways. */
static inline void burst(struct channel *channel, char *request, char *response, uint64_t number, unsigned int ahead)
{
	for (unsigned int i = 0; i < ahead; i++) {
		message_number(request, channel->size, number + i);
		transmit(channel, request);
	}
	for (unsigned int i = 0; i < ahead; i++) {
		if (!receive(channel, response))
			errx(1, "the server closed before it answered transaction %llu", (unsigned long long)(number + i));
		message_check_number(response, channel->size, number + i);
	}
}

static void rest(double us)
{
	struct timespec time = { .tv_nsec = (long)(us * 1e3) % 1000000000, .tv_sec = (time_t)(us / 1e6) };

	nanosleep(&time, NULL);
}

/* The counted loop. In the plain case it contains only the exchange. */
static uint64_t exchange(struct channel *channel, char *request, char *response, uint64_t number,
			 const struct options *options)
{
	if (options->ahead == 1 && options->think_us == 0) {
		while (!time_is_up)
			transact(channel, request, response, number++);
		return number;
	}
	for (; !time_is_up; number += options->ahead) {
		burst(channel, request, response, number, options->ahead);
		if (options->think_us > 0)
			rest(options->think_us);
	}
	return number;
}

static void verify(struct channel *channel, char *request, char *response)
{
	for (uint64_t number = 0; number < VERIFIED_TRANSACTIONS; number++) {
		message_fill(request, channel->size, number);
		transact(channel, request, response, number);
		message_verify(response, channel->size, number);
	}
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void read_tcp_info(int fd, struct tcp_info *info)
{
	socklen_t length = sizeof(*info);

	memset(info, 0, sizeof(*info));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length))
		err(1, "getsockopt(TCP_INFO)");
}

static int socket_fact(int fd, int option)
{
	int value = -1;
	socklen_t length = sizeof(value);

	getsockopt(fd, SOL_SOCKET, option, &value, &length);
	return value;
}

void run_client(struct channel *channel, const struct options *options, struct result *result)
{
	static double latencies[LATENCY_TRANSACTIONS];
	char *request = new_message(channel), *response = new_message(channel);
	enum medium medium = channel->variant->medium;
	bool has_tcp = medium == MEDIUM_TCP || medium == MEDIUM_SMC;
	struct sigaction alarm = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct sigaction child = { .sa_handler = on_server_end };
	uint64_t number = VERIFIED_TRANSACTIONS;
	struct tcp_info before, after;
	double start;

	sigaction(SIGALRM, &alarm, NULL);
	sigaction(SIGCHLD, &child, NULL);
	guard_against_stall();
	verify(channel, request, response);
	if (has_tcp)
		read_tcp_info(channel->fd, &before);
	channel->spins = 0;

	time_is_up = 0;
	set_timer(options->seconds);
	start = now();
	number = exchange(channel, request, response, number, options);
	result->seconds = now() - start;
	result->transactions = number - VERIFIED_TRANSACTIONS;
	result->spins = channel->spins;

	result->tcp_bytes_sent = result->tcp_bytes_received = -1;
	if (has_tcp) {
		read_tcp_info(channel->fd, &after);
		result->tcp_bytes_sent = (int64_t)(after.tcpi_bytes_sent - before.tcpi_bytes_sent);
		result->tcp_bytes_received = (int64_t)(after.tcpi_bytes_received - before.tcpi_bytes_received);
	}
	result->domain = medium == MEDIUM_SHARED ? -1 : socket_fact(channel->fd, SO_DOMAIN);
	result->protocol = medium == MEDIUM_SHARED ? -1 : socket_fact(channel->fd, SO_PROTOCOL);

	guard_against_stall();
	for (size_t i = 0; i < LATENCY_TRANSACTIONS; i++) {
		start = now();
		transact(channel, request, response, number++);
		latencies[i] = (now() - start) * 1e6;
	}
	set_timer(0);
	result->exchanged = number;
	signal(SIGCHLD, SIG_DFL);
	qsort(latencies, LATENCY_TRANSACTIONS, sizeof(latencies[0]), ascending);
	result->latency_us_p50 = latencies[LATENCY_TRANSACTIONS / 2];
	result->latency_us_p99 = latencies[LATENCY_TRANSACTIONS * 99 / 100];
	free(request);
	free(response);
}

void run_server(struct channel *channel)
{
	char *request = new_message(channel), *response = new_message(channel);
	uint64_t number;

	for (number = 0; receive(channel, request); number++) {
		if (number < VERIFIED_TRANSACTIONS) {
			message_verify(request, channel->size, number);
			message_fill(response, channel->size, number);
		}
		message_check_number(request, channel->size, number);
		message_number(response, channel->size, number);
		transmit(channel, response);
	}
	free(request);
	free(response);
}
