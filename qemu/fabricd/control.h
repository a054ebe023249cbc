/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_CONTROL_H
#define FABRICD_CONTROL_H

#include "session.h"

/*
 * One line of the operator: `stats`, `latency HOST NANOSECONDS`,
 * `profile HOST NAME[:TIMES]`, `pause HOST`, `resume HOST`, or
 * `stop HOST OPERATION before|after`, which holds that operation of the host
 * for ever, before or after it takes effect. HOST may be `all`. Answers with
 * one line of JSON.
 */
void control_line(struct server *server, const char *line);

#endif
