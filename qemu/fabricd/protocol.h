/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host and the memory server say to each other.
 *
 * One TCP connection a host. The server begins with a greeting, the host
 * answers with a hello, the server with a welcome; from then on each request
 * of the host is answered by one reply, and takes effect at one instant
 * between the two, before or after every other request of every host. All
 * messages have a fixed size, all numbers are little-endian, all unused bytes
 * are zero.
 */
#ifndef FABRIC_PROTOCOL_H
#define FABRIC_PROTOCOL_H

#include <stdint.h>

#define FABRIC_MAGIC        0x6362665aU     /* "Zfbc" */
#define FABRIC_VERSION      2
#define FABRIC_MAX_HOSTS    16
#define FABRIC_NONCE_BYTES  16
#define FABRIC_PROOF_BYTES  32
#define FABRIC_SECRET_BYTES 1024            /* at most */
#define FABRIC_TEST_BYTES   (2U << 20)      /* of FABRIC_TEST */

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

enum fabric_space {
    FABRIC_MEMORY,
    FABRIC_TEST,            /* for self-tests, which must not write elsewhere */
    FABRIC_SPACES
};

enum fabric_status {
    FABRIC_OK,
    FABRIC_BAD_RANGE,       /* not all of it lies in the space */
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

/*
 * Both sides prove that they have the secret: HMAC-SHA256 with it over one of
 * the letters 'H' and 'S', the server's nonce, the host's nonce, and the host's
 * number in two bytes.
 */
struct fabric_hello {
    uint32_t magic;
    uint16_t version;
    uint16_t host;                  /* below FABRIC_MAX_HOSTS */
    uint8_t nonce[FABRIC_NONCE_BYTES];
    uint8_t proof[FABRIC_PROOF_BYTES];
    uint64_t unused;
};

/*
 * Hosts that are there at the same time are in one round. A new one begins
 * with a host that comes to an empty server, or for the second time.
 */
struct fabric_welcome {
    uint8_t status;
    uint8_t unused[7];
    uint64_t round;                 /* from 1 on */
    uint8_t proof[FABRIC_PROOF_BYTES];
};

/* The address need not be aligned. 16 bytes are a low and a high half. */
struct fabric_request {
    uint8_t op;
    uint8_t size;
    uint16_t space;
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
_Static_assert(sizeof(struct fabric_hello) == 64, "no padding");
_Static_assert(sizeof(struct fabric_welcome) == 48, "no padding");
_Static_assert(sizeof(struct fabric_request) == 48, "no padding");
_Static_assert(sizeof(struct fabric_reply) == 24, "no padding");

#endif
