// SPDX-License-Identifier: GPL-2.0-only
/* Makes the steps of a seed. */
#include "kinds.h"

const struct kind *const kind_tables[] = {
	byte_kinds, look_kinds, blocked_kinds, parallel_kinds, crowd_kinds, full_kinds, odd_kinds, end_kinds, NULL,
};

static unsigned int weight_of(const struct kind *kind, bool late)
{
	if (kind->left_out)
		return 0;
	return late ? kind->late_weight : kind->weight;
}

static const struct kind *a_kind(struct draw *draw, bool late)
{
	unsigned int sum = 0, drawn;

	for (int table = 0; kind_tables[table]; table++)
		for (const struct kind *kind = kind_tables[table]; kind->name; kind++)
			sum += weight_of(kind, late);
	drawn = below(draw, sum);
	for (int table = 0; kind_tables[table]; table++)
		for (const struct kind *kind = kind_tables[table]; kind->name; kind++) {
			if (drawn < weight_of(kind, late))
				return kind;
			drawn -= weight_of(kind, late);
		}
	return NULL;
}

size_t plan(uint64_t seed, struct step steps[MOST_STEPS])
{
	struct draw draw = { seed };
	size_t early = below(&draw, 60), late = below(&draw, 30);

	for (size_t i = 0; i < early + late; i++) {
		steps[i].kind = a_kind(&draw, i >= early);
		steps[i].who = (int)below(&draw, 2);
		steps[i].seed = (uint64_t)below(&draw, UINT32_MAX) << 32 | seed;
	}
	return early + late;
}
