// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include "litmus.h"

static int by_value(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

void tabulate(struct table *table, const struct test *test, const char *seen,
	      unsigned int parties)
{
	char sorted[MOST_PARTIES], text[2 * MOST_PARTIES];
	unsigned int i;

	memcpy(sorted, seen, parties);
	if (test->symmetric)
		qsort(sorted, parties, 1, by_value);
	for (i = 0; i < parties; i++) {
		text[2 * i] = sorted[i];
		text[2 * i + 1] = ',';
	}
	text[2 * parties - 1] = '\0';

	table->rounds++;
	for (i = 0; i < table->outcomes && strcmp(table->rows[i].text, text); i++)
		;
	if (i == MOST_OUTCOMES)
		i--;
	if (i == table->outcomes) {
		table->outcomes++;
		strcpy(table->rows[i].text, text);
	}
	table->rows[i].times++;
}

bool has_outcome(const struct table *table, const char *text)
{
	unsigned int i;

	for (i = 0; i < table->outcomes; i++)
		if (!strcmp(table->rows[i].text, text))
			return true;
	return false;
}
