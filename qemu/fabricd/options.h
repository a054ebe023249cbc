/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_OPTIONS_H
#define FABRICD_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <netinet/in.h>
#include "protocol.h"

struct options {
	uint64_t size;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} listen;
	uint8_t secret[FABRIC_SECRET_BYTES];
	size_t secret_len;		/* 0: none is asked for */
	uint64_t latency_ns;
	const char *profile;		/* NULL: none */
	const char *trace;		/* NULL: none */
	bool control;
};

/* Ends the program with a message and status 2 if it does not understand, with 0 after --help. */
void parse_options(int argc, char **argv, struct options *options);

#endif
