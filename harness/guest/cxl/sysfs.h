/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes of devices. Whatever cannot be read or written ends the program. */
#ifndef CXL_SYSFS_H
#define CXL_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CXL "/sys/bus/cxl/devices"
#define DAX "/sys/bus/dax/devices"

/* dir/name/file, until the fourth call after this one. */
const char *path_of(const char *dir, const char *name, const char *file);
const char *base(const char *path);

void put(const char *path, const char *value);
void put_number(const char *path, uint64_t value);
/* The first line. */
const char *get(const char *path, char *value, size_t size);

/* The first match. Waits for it, because drivers need time. */
bool find(const char *pattern, char *path, size_t size, int patience_ms);

#endif
