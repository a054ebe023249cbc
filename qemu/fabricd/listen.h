/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_LISTEN_H
#define FABRICD_LISTEN_H

#include "options.h"

/* The socket; ends the program with a message if it cannot be had. Tells the address. */
int open_listener(const struct options *options);

#endif
