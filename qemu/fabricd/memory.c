// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include <string.h>
#include <sys/mman.h>
#include "memory.h"

int memory_init(struct memory *memory, uint64_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED)
		return -1;
	memory->bytes = bytes;
	memory->size = size;
	return 0;
}

void memory_free(struct memory *memory)
{
	munmap(memory->bytes, memory->size);
}

static bool size_fits(uint8_t op, uint8_t size)
{
	switch (size) {
	case 1: case 2: case 4: case 8: case 16:
		return true;
	default:
		return op == FABRIC_FENCE && size == 0;
	}
}

typedef unsigned __int128 u128;

static u128 number(const uint64_t halves[2])
{
	return (u128)le64toh(halves[1]) << 64 | le64toh(halves[0]);
}

static u128 fetch(const uint8_t *at, uint8_t size)
{
	uint64_t halves[2] = { 0, 0 };

	memcpy(halves, at, size);
	return number(halves);
}

static void put(uint8_t *at, uint8_t size, u128 value)
{
	uint64_t halves[2] = { htole64(value), htole64(value >> 64) };

	memcpy(at, halves, size);
}

/* Only the bytes that the access has take part. */
static u128 masked(u128 value, uint8_t size)
{
	return size == 16 ? value : value & (((u128)1 << (8 * size)) - 1);
}

bool memory_apply(struct memory *memory, const struct fabric_request *request,
		  struct fabric_reply *reply)
{
	uint8_t op = request->op, size = request->size;
	uint64_t address = le64toh(request->address);
	u128 old, operand = number(request->operand);
	uint8_t *at;

	*reply = (struct fabric_reply){ .sequence = request->sequence };
	if (op >= FABRIC_OPS || !size_fits(op, size)) {
		reply->status = FABRIC_BAD_REQUEST;
		return false;
	}
	if (op == FABRIC_FENCE)
		return true;
	if (size > memory->size || address > memory->size - size) {
		reply->status = FABRIC_BAD_RANGE;
		return true;
	}

	at = memory->bytes + address;
	old = fetch(at, size);
	reply->value[0] = htole64(old);
	reply->value[1] = htole64(old >> 64);

	switch (op) {
	case FABRIC_LOAD:
		break;
	case FABRIC_CMPXCHG:
		if (old == masked(number(request->expected), size))
			put(at, size, operand);
		break;
	case FABRIC_STORE:
	case FABRIC_XCHG:
		put(at, size, operand);
		break;
	case FABRIC_ADD:
		put(at, size, old + operand);
		break;
	case FABRIC_AND:
		put(at, size, old & operand);
		break;
	case FABRIC_OR:
		put(at, size, old | operand);
		break;
	case FABRIC_XOR:
		put(at, size, old ^ operand);
		break;
	}
	return true;
}

bool memory_cas_failed(const struct fabric_request *request,
		       const struct fabric_reply *reply)
{
	return request->op == FABRIC_CMPXCHG &&
	       number(reply->value) != masked(number(request->expected), request->size);
}
