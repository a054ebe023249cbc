/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_MEMORY_H
#define FABRICD_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol.h"

/* The memory that all hosts share. Pages that nobody wrote take no space. */
struct memory {
	uint8_t *bytes;
	uint64_t size;
};

int memory_init(struct memory *memory, uint64_t size);
void memory_free(struct memory *memory);

/*
 * Does the request and fills in the reply. This is the one place where the
 * memory changes, and it is never left half-way: the order of its calls is
 * the order in which all hosts see all accesses. Returns false if no host of
 * ours sends such a request.
 */
bool memory_apply(struct memory *memory, const struct fabric_request *request,
		  struct fabric_reply *reply);

/* A compare-and-swap that found another value than it expected. */
bool memory_cas_failed(const struct fabric_request *request,
		       const struct fabric_reply *reply);

#endif
