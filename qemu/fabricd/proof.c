// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "proof.h"

#define BLOCK 64

struct sha256 {
	uint32_t state[8];
	uint64_t len;
	uint8_t block[BLOCK];
};

static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, int by)
{
	return x >> by | x << (32 - by);
}

static void compress(struct sha256 *hash)
{
	uint32_t w[64], s[8];
	int i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)hash->block[4 * i] << 24 | hash->block[4 * i + 1] << 16 |
		       hash->block[4 * i + 2] << 8 | hash->block[4 * i + 3];
	for (; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);

	memcpy(s, hash->state, sizeof(s));
	for (i = 0; i < 64; i++) {
		uint32_t t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
			      ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + w[i];
		uint32_t t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
			      ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		hash->state[i] += s[i];
}

static void update(struct sha256 *hash, const uint8_t *data, size_t len)
{
	while (len--) {
		hash->block[hash->len++ % BLOCK] = *data++;
		if (hash->len % BLOCK == 0)
			compress(hash);
	}
}

static void finish(struct sha256 *hash, uint8_t out[FABRIC_PROOF_BYTES])
{
	static const uint8_t one = 0x80, zero;
	uint64_t bits = hash->len * 8;
	int i;

	update(hash, &one, 1);
	while (hash->len % BLOCK != BLOCK - 8)
		update(hash, &zero, 1);
	for (i = 56; i >= 0; i -= 8)
		update(hash, &(uint8_t){ bits >> i }, 1);
	for (i = 0; i < FABRIC_PROOF_BYTES; i++)
		out[i] = hash->state[i / 4] >> (24 - 8 * (i % 4));
}

static const struct sha256 initial = {
	.state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
};

static void sha256_of_two(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
			  uint8_t out[FABRIC_PROOF_BYTES])
{
	struct sha256 hash = initial;

	update(&hash, a, a_len);
	update(&hash, b, b_len);
	finish(&hash, out);
}

void hmac_sha256(const uint8_t *key, size_t key_len, const uint8_t *data,
		 size_t len, uint8_t out[FABRIC_PROOF_BYTES])
{
	uint8_t short_key[BLOCK] = { 0 }, inner[BLOCK], outer[BLOCK];
	int i;

	if (key_len > BLOCK)
		sha256_of_two(key, key_len, NULL, 0, short_key);
	else
		memcpy(short_key, key, key_len);
	for (i = 0; i < BLOCK; i++) {
		inner[i] = short_key[i] ^ 0x36;
		outer[i] = short_key[i] ^ 0x5c;
	}
	sha256_of_two(inner, BLOCK, data, len, out);
	sha256_of_two(outer, BLOCK, out, FABRIC_PROOF_BYTES, out);
}

bool proofs_equal(const uint8_t *a, const uint8_t *b)
{
	uint8_t difference = 0;
	int i;

	for (i = 0; i < FABRIC_PROOF_BYTES; i++)
		difference |= a[i] ^ b[i];
	return !difference;
}
