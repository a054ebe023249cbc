// SPDX-License-Identifier: GPL-2.0-only
/*
 * images START BYTES DIR SEED ROUNDS: the image in the memory at START is filled, and then
 * changed in one way a round, mounted and used. The kernel must refuse it and say why, or
 * mount it; it must neither hang nor touch what lies around it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "images.h"

/* On either side of the image. */
#define AROUND		(2UL << 20)
#define PATIENCE_MS	60000

enum end { MOUNTED = 0, REFUSED = 1, SAYS_NOTHING = 2, READ_OUTSIDE = 3, HANGS = 4, DIES = 5, ENDS };

static const char *const names[ENDS] = {
	"mounted", "refused", "refused without a reason", "read from outside", "hangs", "killed",
};

static uint64_t *map_memory(uint64_t start, size_t bytes)
{
	int fd = open("/dev/mem", O_RDWR);
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, start);

	if (fd < 0 || at == MAP_FAILED)
		err(1, "/dev/mem");
	close(fd);
	return at;
}

static void surround(uint64_t *at, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof(*at); i++)
		at[i] = OUTSIDE;
}

static bool surrounded(const uint64_t *at, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof(*at); i++)
		if (at[i] != OUTSIDE)
			return false;
	return true;
}

static void mount_and_use(const struct place *place)
{
	int answer = image_mount(place), outside;

	if (answer)
		_exit(answer < 0 ? SAYS_NOTHING : REFUSED);
	outside = image_use(place->dir);
	image_unmount(place);
	_exit(outside ? READ_OUTSIDE : MOUNTED);
}

/* In a process of its own, which may be killed or hang. */
static enum end tried(const struct place *place)
{
	pid_t child = fork();
	int status;

	if (!child)
		mount_and_use(place);
	for (int ms = 0; !waitpid(child, &status, WNOHANG); ms++) {
		if (ms == PATIENCE_MS)
			return HANGS;
		usleep(1000);
	}
	return WIFEXITED(status) && WEXITSTATUS(status) < ENDS ? WEXITSTATUS(status) : DIES;
}

int images(int argc, char **argv)
{
	struct place place;
	uint64_t *around, *image, *whole;
	long seed, rounds, wrong = 0, ends[ENDS] = {};

	if (argc != 6)
		return 2;
	place = (struct place){ strtoull(argv[1], NULL, 0), strtoull(argv[2], NULL, 0), argv[3] };
	seed = atol(argv[4]);
	rounds = atol(argv[5]);
	around = map_memory(place.start - AROUND, place.bytes + 2 * AROUND);
	image = around + AROUND / sizeof(*image);
	whole = malloc(place.bytes);
	if (image_mount(&place))
		errx(1, "the image as it was made is refused");
	image_fill(place.dir);
	image_unmount(&place);
	memcpy(whole, image, place.bytes);
	surround(around, AROUND);
	surround(image + place.bytes / sizeof(*image), AROUND);
	for (long i = seed; i < seed + rounds; i++) {
		char what[100];
		enum end end;

		memcpy(image, whole, place.bytes);
		image_change(image, place.bytes, i, what, sizeof(what));
		end = tried(&place);
		ends[end]++;
		if (!surrounded(around, AROUND) ||
		    !surrounded(image + place.bytes / sizeof(*image), AROUND)) {
			printf("seed %ld, %s: what lies around the image has changed\n", i, what);
			wrong++;
			break;
		}
		if (end <= REFUSED)
			continue;
		printf("seed %ld, %s: %s\n", i, what, names[end]);
		wrong++;
		if (end >= HANGS)
			break;
	}
	printf("%ld mounted, %ld refused, %ld wrong\n", ends[MOUNTED], ends[REFUSED], wrong);
	return wrong || !ends[MOUNTED] || !ends[REFUSED];
}
