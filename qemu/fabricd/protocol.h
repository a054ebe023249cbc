/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host and the memory server say to each other.
 *
 * One TCP connection a host. The server begins with a greeting, the host
 * answers with a hello; from then on each request of the host is answered
 * by one reply, and takes effect at one instant between the two, before or
 * after every other request of every host. All messages have a fixed size,
 * all numbers are little-endian, all unused bytes are zero.
 */
#ifndef FABRIC_PROTOCOL_H
#define FABRIC_PROTOCOL_H

#include <stdint.h>

#define FABRIC_MAGIC        0x6362665aU     /* "Zfbc" */
#define FABRIC_VERSION      1
#define FABRIC_MAX_HOSTS    16
#define FABRIC_NONCE_BYTES  16
#define FABRIC_PROOF_BYTES  32

enum fabric_op {
    FABRIC_LOAD,
    FABRIC_STORE,
    FABRIC_FENCE,
    FABRIC_CMPXCHG,
    FABRIC_XCHG,
    FABRIC_ADD,
    FABRIC_AND,
    FABRIC_OR,
    FABRIC_XOR,
    FABRIC_OPS
};

enum fabric_status {
    FABRIC_OK,
    FABRIC_BAD_RANGE,       /* not all of it lies in the memory */
    FABRIC_BAD_REQUEST,     /* the server closes the connection after it */
    FABRIC_BAD_SECRET,      /* as well */
    FABRIC_BUSY,            /* this host is connected already; as well */
};

struct fabric_greeting {
    uint32_t magic;
    uint16_t version;
    uint16_t secret_wanted;
    uint64_t memory_bytes;
    uint8_t nonce[FABRIC_NONCE_BYTES];
};

struct fabric_hello {
    uint32_t magic;
    uint16_t version;
    uint16_t host;                  /* below FABRIC_MAX_HOSTS */
    uint8_t proof[FABRIC_PROOF_BYTES]; /* HMAC-SHA256(secret, nonce) */
    uint64_t unused;
};

/*
 * The address need not be aligned. 16 bytes are a low and a high half; loads
 * and stores have at most 8.
 */
struct fabric_request {
    uint8_t op;
    uint8_t size;
    uint16_t unused;
    uint32_t sequence;              /* repeated in the reply */
    uint64_t address;
    uint64_t operand[2];
    uint64_t expected[2];           /* of FABRIC_CMPXCHG */
};

struct fabric_reply {
    uint8_t status;
    uint8_t unused[3];
    uint32_t sequence;
    uint64_t value[2];              /* what was in memory before */
};

_Static_assert(sizeof(struct fabric_greeting) == 32, "no padding");
_Static_assert(sizeof(struct fabric_hello) == 48, "no padding");
_Static_assert(sizeof(struct fabric_request) == 48, "no padding");
_Static_assert(sizeof(struct fabric_reply) == 24, "no padding");

#endif
