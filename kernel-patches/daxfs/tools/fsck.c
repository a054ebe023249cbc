// SPDX-License-Identifier: GPL-2.0-only
/*
 * fsck.daxfs: checks a filesystem that nobody has mounted, and puts right what a host that
 * stopped can leave behind. Its exit codes are fsck(8)'s.
 */
#include <getopt.h>
#include <stdio.h>

#include "check.h"
#include "image.h"

#define CLEAN		0
#define CORRECTED	1
#define UNCORRECTED	4
#define OPERATIONAL	8
#define USAGE		16

static int usage(void)
{
	fputs("usage: fsck.daxfs [-n | -p | -y] PATH\n"
	      "-n looks only (as without), -p and -y repair.\n", stderr);
	return USAGE;
}

static void print(struct daxfs_checker *checker, enum daxfs_severity severity, const char *what,
		  u64 where)
{
	(void)checker;
	printf("%s: %s (0x%llx)\n", severity == DAXFS_DAMAGE ? "damage" : "leftover", what,
	       (unsigned long long)where);
}

/* Nobody has it mounted, so every claim is one that a host left behind. */
static u32 let_go(struct daxfs *fs, bool repair)
{
	u32 count = 0;

	for (u32 i = 0; i < DAXFS_HOSTS; i++) {
		struct daxfs_host *host = daxfs_host(fs, i);
		u64 claim = daxfs_load(&host->claim);

		if ((claim & 255) == DAXFS_HOST_FREE)
			continue;
		printf("leftover: host %u has not unmounted\n", i);
		count++;
		if (!repair)
			continue;
		daxfs_store(&host->claim, (claim & ~255ULL) | DAXFS_HOST_FREE);
		for (u32 j = 0; j < DAXFS_CALLS; j++) {
			daxfs_store(&host->calls[j].pin, 0);
			daxfs_store(&host->calls[j].intent, DAXFS_INTENT_NONE);
		}
	}
	return count;
}

static int repair(struct daxfs_checker *checker, struct daxfs *fs)
{
	struct daxfs_call call;
	int err = daxfs_claim(fs, DAXFS_ANY_HOST, "fsck");

	/* Nobody reaches what was given back, so that there is space to carry changes out. */
	daxfs_advance(fs);
	daxfs_advance(fs);
	if (!err)
		err = daxfs_begin(fs, &call, 0);
	if (err)
		return err;
	checker->call = &call;
	err = daxfs_check(checker, fs);
	daxfs_end(&call);
	daxfs_release(fs);
	return err;
}

int main(int argc, char **argv)
{
	struct daxfs_checker checker = { .found = print };
	const char *why;
	struct image image;
	struct daxfs fs;
	int option, err;
	u64 first;

	while ((option = getopt(argc, argv, "npy")) != -1) {
		if (option == '?')
			return usage();
		checker.repair = option != 'n';
	}
	if (optind != argc - 1)
		return usage();
	if (image_open(&image, argv[optind], 0, checker.repair))
		return OPERATIONAL;
	if (daxfs_attach(&fs, image.at, image.bytes, image_now, &why)) {
		fprintf(stderr, "%s: %s\n", image.path, why);
		return UNCORRECTED;
	}
	first = let_go(&fs, checker.repair);
	err = checker.repair ? repair(&checker, &fs) : daxfs_check(&checker, &fs);
	first += checker.findings[DAXFS_LEFTOVER] + checker.findings[DAXFS_DAMAGE];
	/* What one repair uncovers, the next one finds. */
	for (int round = 0; !err && checker.repair && round < 4; round++) {
		checker.findings[DAXFS_LEFTOVER] = checker.findings[DAXFS_DAMAGE] = 0;
		err = repair(&checker, &fs);
		if (!checker.findings[DAXFS_LEFTOVER] && !checker.findings[DAXFS_DAMAGE])
			break;
	}
	if (err) {
		fprintf(stderr, "%s: %s\n", image.path, strerror(-err));
		return OPERATIONAL;
	}
	printf("%s: %llu inodes, %llu directories, %llu names; %s\n", image.path,
	       (unsigned long long)checker.inodes, (unsigned long long)checker.directories,
	       (unsigned long long)checker.entries,
	       !first ? "clean" : checker.repair ? "repaired" : "not clean");
	if (!first)
		return CLEAN;
	if (!checker.repair || checker.findings[DAXFS_LEFTOVER] || checker.findings[DAXFS_DAMAGE])
		return UNCORRECTED;
	return CORRECTED;
}
