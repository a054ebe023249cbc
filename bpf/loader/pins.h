/* SPDX-License-Identifier: GPL-2.0-only */
/* The place of a mechanism's links and maps while it is enabled. */
#ifndef PINS_H
#define PINS_H

#include <stdbool.h>
#include <stddef.h>

#define BPFFS "/sys/fs/bpf"
#define PINS BPFFS "/zerohop"
#define LINK_SUFFIX "-link"
#define MAP_SUFFIX "-map"

void pin_path(char *path, size_t size, const char *mechanism, const char *name);
void make_pin_folder(const char *mechanism);
bool has_pins(const char *mechanism);
/* Returns when nothing of the mechanism is attached any more. */
void remove_pins(const char *mechanism);

#endif
