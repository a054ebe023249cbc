/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_PROOF_H
#define FABRICD_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol.h"

/* HMAC-SHA256 (RFC 2104, FIPS 180-4) */
void hmac_sha256(const uint8_t *key, size_t key_len, const uint8_t *data,
		 size_t len, uint8_t out[FABRIC_PROOF_BYTES]);

/* Takes the same time wherever the two differ. */
bool proofs_equal(const uint8_t *a, const uint8_t *b);

#endif
