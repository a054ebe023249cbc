// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz.h"

/* splitmix64 */
static uint64_t next(struct draw *draw)
{
	uint64_t z = draw->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint32_t below(struct draw *draw, uint32_t bound)
{
	return bound ? (uint32_t)((next(draw) >> 32) * bound >> 32) : 0;
}

bool one_in(struct draw *draw, uint32_t chances)
{
	return below(draw, chances) == 0;
}

/* Mostly small, now and then the most or a power of two and its neighbours; rarely nothing. */
uint32_t a_size(struct draw *draw, uint32_t most)
{
	uint32_t size;

	switch (below(draw, 8)) {
	case 0:
		size = most;
		break;
	case 1:
		size = (1u << below(draw, 15)) + below(draw, 3) - 1;
		break;
	case 2:
	case 3:
		size = below(draw, most + 1);
		break;
	case 4:
		size = one_in(draw, 4) ? 0 : 1;
		break;
	default:
		size = 1 + below(draw, 300);
	}
	return size < most ? size : most;
}
