// SPDX-License-Identifier: GPL-2.0-only
/* Tests of a filesystem from inside a host: `zerohop-daxfs VERB ARG...`. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

void show(const char *name, long value)
{
	if (value == -1)
		printf("%s: %s\n", name, strerrorname_np(errno));
	else
		printf("%s: %ld\n", name, value);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} verbs[] = { { "posix", posix }, { "mapped", mapped }, { "fsx", fsx }, { "race", race },
		    { "huge", huge }, { "storm", storm }, { "images", images },
		    { "shared", sharing }, { "cut", cut } };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (argc > 1 && !strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);
	fputs("usage: zerohop-daxfs posix DIR | mapped FILE | fsx FILE SEED OPERATIONS | race DIR ME ALL |"
	      " huge DIR COUNTERS BLOCKDEV | storm DIR MS [PART] | images START BYTES DIR SEED ROUNDS |"
	      " shared DIR BLOCKDEV | cut DIR write|look\n", stderr);
	return 2;
}
