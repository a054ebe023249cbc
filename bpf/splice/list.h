/* SPDX-License-Identifier: GPL-2.0-only */
/* Every socket of this kernel that is an end of a splice, or waits to be one. */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>

void list_sockets(bool json);

#endif
