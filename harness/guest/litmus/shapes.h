/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LITMUS_SHAPES_H
#define LITMUS_SHAPES_H

#include "litmus.h"

char coherence(const struct turn *turn);
char write_to_read(const struct turn *turn);
char read_to_write(const struct turn *turn);
char shape_s(const struct turn *turn);
char shape_r(const struct turn *turn);
char two_writes_each(const struct turn *turn);
char non_temporal(const struct turn *turn);
char mixed_sizes(const struct turn *turn);

#endif
