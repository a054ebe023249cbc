// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

char *last_difference[2];

bool differs(struct worker *const workers[2], const struct request *request)
{
	const char *texts[2];

	for (int i = 0; i < 2; i++)
		ask(workers[i], request);
	for (int i = 0; i < 2; i++)
		texts[i] = answer(workers[i]);
	/* If the run over plain TCP gave up, this program is at fault, and the texts do not count as equal. */
	if (!strcmp(texts[0], texts[1]) && !strstr(texts[0], "GIVES UP") && !strstr(texts[0], "killed by"))
		return false;
	for (int i = 0; i < 2; i++) {
		free(last_difference[i]);
		last_difference[i] = strdup(texts[i]);
	}
	return true;
}

/* Leaves steps out, in ever smaller groups, for as long as the runs still differ; how many are left. */
size_t shrink(struct worker *const workers[2], struct request *request)
{
	size_t kept[MOST_STEPS], count = 0;

	for (size_t i = 0; i < MOST_STEPS; i++)
		if (request->keep[i])
			kept[count++] = i;
	for (size_t group = count / 2 ?: 1; count; ) {
		bool smaller = false;

		for (size_t at = 0; at < count;) {
			size_t size = at + group < count ? group : count - at;
			struct request tried = *request;

			for (size_t i = at; i < at + size; i++)
				tried.keep[kept[i]] = false;
			if (!differs(workers, &tried)) {
				at += size;
				continue;
			}
			*request = tried;
			memmove(kept + at, kept + at + size, (count - at - size) * sizeof(kept[0]));
			count -= size;
			smaller = true;
		}
		if (group > 1)
			group = group / 2;
		else if (!smaller)
			break;
	}
	return count;
}
