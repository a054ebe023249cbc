// SPDX-License-Identifier: GPL-2.0-only
/* The one line that is the program's result. */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "pingpong.h"

#ifndef AF_SMC
#define AF_SMC 43
#endif
#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256
#endif

static const char *domain_name(int domain)
{
	switch (domain) {
	case AF_INET:
		return "\"AF_INET\"";
	case AF_INET6:
		return "\"AF_INET6\"";
	case AF_UNIX:
		return "\"AF_UNIX\"";
	case AF_SMC:
		return "\"AF_SMC\"";
	default:
		return "null";
	}
}

static const char *protocol_name(int protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "\"IPPROTO_TCP\"";
	case IPPROTO_SMC:
		return "\"IPPROTO_SMC\"";
	default:
		return "null";
	}
}

static void print_count(const char *name, int64_t count)
{
	if (count < 0)
		printf(",\"%s\":null", name);
	else
		printf(",\"%s\":%" PRId64, name, count);
}

static void print_json(const struct options *options, const struct result *result, double rate)
{
	printf("{\"variant\":\"%s\",\"size\":%zu,\"seconds\":%.9f,\"transactions\":%" PRIu64 ",\"rate\":%.3f",
	       options->variant->name, options->size, result->seconds, result->transactions, rate);
	printf(",\"latency_us_p50\":%.3f,\"latency_us_p99\":%.3f", result->latency_us_p50, result->latency_us_p99);
	printf(",\"domain\":%s,\"protocol\":%s", domain_name(result->domain), protocol_name(result->protocol));
	printf(",\"cpus\":[%d,%d],\"verified\":%d,\"spins\":%" PRIu64, options->cpus[0], options->cpus[1],
	       VERIFIED_TRANSACTIONS, result->spins);
	printf(",\"exchanged\":%" PRIu64, result->exchanged);
	print_count("tcp_bytes_sent", result->tcp_bytes_sent);
	print_count("tcp_bytes_received", result->tcp_bytes_received);
	puts("}");
}

void print_result(const struct options *options, const struct result *result)
{
	double rate = (double)result->transactions / result->seconds;

	if (options->json)
		print_json(options, result, rate);
	else
		printf("%s %zu B: %.0f transactions/s, p50 %.1f us, p99 %.1f us\n", options->variant->name,
		       options->size, rate, result->latency_us_p50, result->latency_us_p99);
}
