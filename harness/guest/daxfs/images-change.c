// SPDX-License-Identifier: GPL-2.0-only
/* images: the ways in which an image is changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images.h"

#define UNIT_WORDS	512
/* Words of the superblock's sum, and before it. */
#define SUM		63
/* State and kind of a slot in use, and its words. */
#define LIVE_INODE	0x23
#define INODE_WORDS	32
#define LIVE_ENTRY	0x25
#define ENTRY_WORDS	16
/* Words of a host before its calls. */
#define CALLS		8
/* A reference's slot, and the mark of an entry that is out of its list. */
#define SLOT_SHIFT	40
#define GONE		(1ULL << 62)

static unsigned int state;

static uint64_t draw(void)
{
	uint64_t value = 0;

	for (int i = 0; i < 3; i++)
		value = value << 24 ^ rand_r(&state);
	return value;
}

/* A word of a unit that is in use, because most are not. */
static size_t used_word(const uint64_t *image, size_t words)
{
	for (;;) {
		size_t unit = draw() % (words / UNIT_WORDS) * UNIT_WORDS;

		for (int tries = 0; tries < 20; tries++) {
			size_t word = unit + draw() % UNIT_WORDS;

			if (image[word])
				return word;
		}
	}
}

/* The first unit of the pool that holds small things of this state and kind, or 0. */
static size_t unit_of(const uint64_t *image, size_t words, unsigned int tag)
{
	for (size_t unit = 65 * UNIT_WORDS; unit < words; unit += UNIT_WORDS)
		if (image[unit] >> 56 == tag)
			return unit;
	return 0;
}

/* The superblock is believed where its sum is right. */
static void sum_up(uint64_t *image)
{
	const unsigned char *byte = (const unsigned char *)image;
	uint64_t sum = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < SUM * sizeof(*image); i++)
		sum = (sum ^ byte[i]) * 0x100000001b3ULL;
	image[SUM] = sum;
}

/* A value that an attacker might write into a word. */
static uint64_t made_up(const uint64_t *image, size_t words)
{
	switch (draw() % 5) {
	case 0:
		return 0;
	case 1:
		return ~0ULL >> draw() % 64;
	case 2:
		return 1ULL << draw() % 64;
	case 3:
		return image[used_word(image, words)];
	default:
		return draw();
	}
}

static void noise(uint64_t *at, size_t words)
{
	for (size_t i = 0; i < words; i++)
		at[i] = draw();
}

void image_change(uint64_t *image, size_t bytes, unsigned int seed, char *what, size_t room)
{
	size_t words = bytes / sizeof(*image), word, byte;

	state = seed * 2654435761u + 1;
	word = used_word(image, words);
	byte = word * sizeof(*image) + draw() % sizeof(*image);
	switch (draw() % 13) {
	case 8:
	case 9:
	case 10:
		word = unit_of(image, words, LIVE_INODE) + draw() % 8 * INODE_WORDS + draw() % INODE_WORDS;
		byte = 48 + draw() % 16;
		snprintf(what, room, "bit %zu of word %#zx, of an inode", byte, word * sizeof(*image));
		image[word] ^= 1ULL << byte;
		return;
	case 11:
		word = UNIT_WORDS + CALLS;
		snprintf(what, room, "noise in the calls of host 0");
		noise(image + word, UNIT_WORDS - CALLS);
		return;
	case 12:
		word = unit_of(image, words, LIVE_ENTRY);
		byte = draw() % 32;
		snprintf(what, room, "entry %zu of unit %#zx is gone and leads to itself", byte, word / UNIT_WORDS);
		image[word + byte * ENTRY_WORDS + 1] = GONE | byte << SLOT_SHIFT | word / UNIT_WORDS;
		return;
	case 0:
	case 1:
		snprintf(what, room, "byte %#zx", byte);
		((unsigned char *)image)[byte] ^= 1 + draw() % 255;
		return;
	case 2:
	case 3:
		image[word] = made_up(image, words);
		snprintf(what, room, "word %#zx is %#llx", word * sizeof(*image), (unsigned long long)image[word]);
		return;
	case 4:
		byte = draw() % 2 ? byte : draw() % bytes;
		snprintf(what, room, "nothing from byte %#zx on", byte);
		memset((unsigned char *)image + byte, 0, bytes - byte);
		return;
	case 5:
		word -= word % UNIT_WORDS;
		snprintf(what, room, "noise in the unit at %#zx", word * sizeof(*image));
		noise(image + word, UNIT_WORDS);
		return;
	case 6:
		word = draw() % 12;
		image[word] = made_up(image, words);
		snprintf(what, room, "word %zu of the superblock is %#llx", word, (unsigned long long)image[word]);
		sum_up(image);
		return;
	default:
		word = draw() % 3 ? 8192 + draw() % (words - 8192) : 0;
		snprintf(what, room, "noise from byte %#zx on", word * sizeof(*image));
		noise(image + word, words - word);
	}
}
