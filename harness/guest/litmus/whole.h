/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LITMUS_WHOLE_H
#define LITMUS_WHOLE_H

#include "litmus.h"

/* Plain accesses of so many bytes. Those that are not aligned lie in one cache line. */
char torn8(const struct turn *turn);
char torn8_unaligned(const struct turn *turn);
char torn4_unaligned(const struct turn *turn);
char torn2_unaligned(const struct turn *turn);
char torn16(const struct turn *turn);

#endif
