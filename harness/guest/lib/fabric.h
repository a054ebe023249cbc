/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory that hosts share, as zerohop-cxl leaves it to programs. */
#ifndef LIB_FABRIC_H
#define LIB_FABRIC_H

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* The least that a DAX device maps, in bytes. zerohop-cas has the first page unless it is given an --offset. */
#define FABRIC_PAGE (2 << 20)

/* One page of the device. Ends the program if it cannot be mapped. */
static inline void *map_fabric_page(const char *path, uint64_t offset)
{
	int fd = open(path, O_RDWR);
	void *memory;

	if (fd < 0)
		err(3, "%s", path);
	memory = mmap(NULL, FABRIC_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	if (memory == MAP_FAILED)
		err(3, "%s: cannot map it", path);
	close(fd);
	return memory;
}

/* The round of the fabric; 0 if zerohop-cxl got none. */
static inline uint64_t fabric_round(void)
{
	FILE *file = fopen("/dev/fabric-round", "r");
	uint64_t round = 0;

	if (file && fscanf(file, "%" SCNu64, &round) != 1)
		errx(3, "/dev/fabric-round holds no number");
	if (file)
		fclose(file);
	return round;
}

#endif
