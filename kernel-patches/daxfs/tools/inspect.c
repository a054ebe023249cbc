// SPDX-License-Identifier: GPL-2.0-only
/* daxfs-inspect: where every unit is, the hosts and the epoch; for people, or --json. */
#include <getopt.h>
#include <stdio.h>

#include "check.h"
#include "image.h"

static void ignore(struct daxfs_checker *checker, enum daxfs_severity severity, const char *what,
		   u64 where)
{
	(void)checker;
	(void)severity;
	(void)what;
	(void)where;
}

static const char *claim_name(u64 claim)
{
	static const char *const names[] = { "free", "live", "fencing", "fenced" };

	return (claim & 255) < 4 ? names[claim & 255] : "broken";
}

static void print_text(struct daxfs *fs, struct daxfs_checker *checker)
{
	struct daxfs_super *super = daxfs_super(fs);

	printf("units %llu, pool from %llu, epoch %llu\n", (unsigned long long)fs->units,
	       (unsigned long long)fs->pool, (unsigned long long)daxfs_load(&super->epoch));
	printf("%llu inodes, %llu directories, %llu names\n", (unsigned long long)checker->inodes,
	       (unsigned long long)checker->directories, (unsigned long long)checker->entries);
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < DAXFS_KINDS; j++)
			if (checker->units[i][j])
				printf("%12llu %s %s\n", (unsigned long long)checker->units[i][j],
				       daxfs_state_names[i], daxfs_kind_names[j]);
	for (u32 i = 0; i < DAXFS_HOSTS; i++) {
		u64 claim = daxfs_load(&daxfs_host(fs, i)->claim);

		if (claim)
			printf("host %u: %s, incarnation %llu, heartbeat %llu, %.16s\n", i,
			       claim_name(claim), (unsigned long long)(claim >> 8),
			       (unsigned long long)daxfs_load(&daxfs_host(fs, i)->beat),
			       (const char *)daxfs_host(fs, i)->name);
	}
	printf("%llu leftovers, %llu damages: fsck.daxfs says which\n",
	       (unsigned long long)checker->findings[DAXFS_LEFTOVER],
	       (unsigned long long)checker->findings[DAXFS_DAMAGE]);
}

static void print_json(struct daxfs *fs, struct daxfs_checker *checker)
{
	const char *between = "";

	printf("{\"units\":%llu,\"pool\":%llu,\"epoch\":%llu,\"inodes\":%llu,\"directories\":%llu,"
	       "\"names\":%llu,\"leftovers\":%llu,\"damages\":%llu,\"use\":[",
	       (unsigned long long)fs->units, (unsigned long long)fs->pool,
	       (unsigned long long)daxfs_load(&daxfs_super(fs)->epoch),
	       (unsigned long long)checker->inodes, (unsigned long long)checker->directories,
	       (unsigned long long)checker->entries,
	       (unsigned long long)checker->findings[DAXFS_LEFTOVER],
	       (unsigned long long)checker->findings[DAXFS_DAMAGE]);
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < DAXFS_KINDS; j++) {
			if (!checker->units[i][j])
				continue;
			printf("%s{\"state\":\"%s\",\"kind\":\"%s\",\"units\":%llu}", between,
			       daxfs_state_names[i], daxfs_kind_names[j],
			       (unsigned long long)checker->units[i][j]);
			between = ",";
		}
	printf("],\"hosts\":[");
	between = "";
	for (u32 i = 0; i < DAXFS_HOSTS; i++) {
		u64 claim = daxfs_load(&daxfs_host(fs, i)->claim);

		if (!claim)
			continue;
		printf("%s{\"host\":%u,\"state\":\"%s\",\"incarnation\":%llu,\"heartbeat\":%llu}",
		       between, i, claim_name(claim), (unsigned long long)(claim >> 8),
		       (unsigned long long)daxfs_load(&daxfs_host(fs, i)->beat));
		between = ",";
	}
	puts("]}");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' }, { NULL, 0, NULL, 0 },
	};
	struct daxfs_checker checker = { .found = ignore };
	bool json = false;
	struct image image;
	struct daxfs fs;
	const char *why;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j') {
			fputs("usage: daxfs-inspect [--json] PATH\n", stderr);
			return 2;
		}
		json = true;
	}
	if (optind != argc - 1) {
		fputs("usage: daxfs-inspect [--json] PATH\n", stderr);
		return 2;
	}
	if (image_open(&image, argv[optind], 0, false))
		return 1;
	if (daxfs_attach(&fs, image.at, image.bytes, image_now, &why)) {
		fprintf(stderr, "%s: %s\n", image.path, why);
		return 1;
	}
	if (daxfs_check(&checker, &fs)) {
		fprintf(stderr, "%s: not enough memory to look at it\n", image.path);
		return 1;
	}
	(json ? print_json : print_text)(&fs, &checker);
	return 0;
}
