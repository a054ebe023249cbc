// SPDX-License-Identifier: GPL-2.0-only
/* SipHash-2-4 of a name, keyed by the filesystem's secret: nobody can choose names that collide. */
#include "core.h"

struct daxfs_sip {
	u64 a, b, c, d;
};

static u64 daxfs_turn(u64 value, u32 bits)
{
	return value << bits | value >> (64 - bits);
}

static inline void daxfs_sip_round(struct daxfs_sip *sip)
{
	sip->a += sip->b;
	sip->c += sip->d;
	sip->b = daxfs_turn(sip->b, 13) ^ sip->a;
	sip->d = daxfs_turn(sip->d, 16) ^ sip->c;
	sip->a = daxfs_turn(sip->a, 32) + sip->d;
	sip->c += sip->b;
	sip->d = daxfs_turn(sip->d, 21) ^ sip->a;
	sip->b = daxfs_turn(sip->b, 17) ^ sip->c;
	sip->c = daxfs_turn(sip->c, 32);
}

static void daxfs_sip_word(struct daxfs_sip *sip, u64 word)
{
	sip->d ^= word;
	daxfs_sip_round(sip);
	daxfs_sip_round(sip);
	sip->a ^= word;
}

u64 daxfs_key(struct daxfs *fs, struct daxfs_name name)
{
	struct daxfs_sip sip = {
		fs->secret[0] ^ 0x736f6d6570736575ULL, fs->secret[1] ^ 0x646f72616e646f6dULL,
		fs->secret[0] ^ 0x6c7967656e657261ULL, fs->secret[1] ^ 0x7465646279746573ULL,
	};
	u64 word;
	u32 i;

	for (i = 0; i + 8 <= name.length; i += 8) {
		memcpy(&word, name.bytes + i, sizeof(word));
		daxfs_sip_word(&sip, word);
	}
	word = (u64)name.length << 56;
	for (; i < name.length; i++)
		word |= (u64)name.bytes[i] << (i % 8 * 8);
	daxfs_sip_word(&sip, word);
	sip.c ^= 0xff;
	for (i = 0; i < 4; i++)
		daxfs_sip_round(&sip);
	return (sip.a ^ sip.b ^ sip.c ^ sip.d) >> (64 - DAXFS_KEY_BITS);
}
