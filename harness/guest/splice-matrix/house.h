/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that stays in a cgroup and runs cells there, each in a child of its own. */
#ifndef HOUSE_H
#define HOUSE_H

#include "matrix.h"

#define SPLICED_CGROUP "/sys/fs/cgroup/zerohop"
#define TEXT_BYTES 4096

struct house;
/* In the root cgroup if it is NULL. */
struct house *move_in(const char *cgroup);
void text_of(struct house *house, const struct cell *cell, char text[TEXT_BYTES]);

#endif
